"""Reading WARC files: one record by its place, or all of them in order, with everything that may be damaged checked.

A reader that is lenient passes a file whose last member is cut (warcio, fastwarc). So this one reads gzip members
itself: a record counts when its member ended with the right checksum.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from archive.errors import DamagedWarc
from archive.phrases import phrase
from archive.warc.records import VERSION, RecordType, digest_hex, digest_number

PIECE = 256 * 1024
"""Bytes that are read at once."""
SLICE = 32 * 1024
"""Bytes that are unpacked at once: what lies behind the end of a member is copied."""
MOST_BYTES = 64 * 2**20
"""Of one record, unpacked: four times the largest body that a crawl takes."""
START = 4096
"""Bytes of a member that have the named fields of its record for certain."""
MOST_FIELDS = 64 * 1024
"""Bytes of them, unpacked."""
HEADER = bytes.fromhex("1f8b0800 00000000 00ff")
"""Of each gzip member that we write: deflate, no name, no time, no system. No checksum covers a gzip header, so a
flipped bit in it is found only because there is one right header."""
_HEAD = re.compile(
    rb"WARC/1\.1\r\nWARC-Type: (?P<type>[^\r]+)\r\nWARC-Record-ID: <(?P<id>[^\r]+)>\r\nWARC-Date: (?P<date>[^\r]+)\r\n"
    rb"(?:WARC-Target-URI: (?P<url>[^\r]*)\r\n)?(?:[^\r]+\r\n)*?"
    rb"WARC-Block-Digest: sha256:(?P<digest>[A-Z2-7]{52})====\r\n"
    rb"Content-Type: [^\r]+\r\nContent-Length: (?P<size>\d{1,12})\r\n\r\n"
)
"""The named fields of each record that we write."""
_TYPES = {kind.value.encode(): kind for kind in RecordType}
_GZIP = 31
"""Window of 32 KiB, with the header of gzip."""
_END = b"\r\n\r\n"
_NO_GZIP: type[Exception] = isal_zlib.IsalError  # type: ignore[assignment]  # to its stub it is an instance


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that was read whole."""

    offset: int
    length: int
    """Bytes of its gzip member."""
    data: bytes = field(repr=False)
    """The whole record, unpacked."""
    start: int
    """Where its block begins."""
    head_match: re.Match[bytes] = field(repr=False, compare=False)
    """Of `_HEAD`."""

    @property
    def block(self) -> bytes:
        """What the record holds."""
        return self.data[self.start : -len(_END)]

    @property
    def fields(self) -> Mapping[str, str]:
        """The named fields by name in lower case: "warc-target-uri"."""
        return _fields_in(self.data[len(VERSION) + 2 : self.start - len(_END)])

    def field(self, name: str) -> str | None:
        """Return one named field, spelled as we write it; `fields` takes ten times as long."""
        mark = b"\r\n%s: " % name.encode()
        at = self.data.find(mark, 0, self.start)
        if at < 0:
            return None
        return self.data[at + len(mark) : self.data.find(b"\r\n", at + len(mark))].decode("utf-8", "replace")

    def id_field(self, name: str) -> str | None:
        """Return the id in a named field, without its brackets."""
        said = self.field(name)
        return said[1:-1] if said else None

    @property
    def type(self) -> RecordType | None:
        """None for a type that we do not write."""
        return _TYPES.get(self.head_match["type"])

    @property
    def id(self) -> str:
        """Without the brackets."""
        return self.head_match["id"].decode("utf-8", "replace")

    @property
    def date(self) -> str:
        return self.head_match["date"].decode("utf-8", "replace")

    @property
    def url(self) -> str | None:
        said = self.head_match["url"]
        return None if said is None else said.decode("utf-8", "replace")

    @property
    def head(self) -> bytes:
        """Status line and headers of an answer, with the empty line."""
        return self.data[self.start : self._body_start]

    @property
    def body(self) -> bytes:
        """Body of an answer: what its payload digest is of."""
        return self.data[self._body_start : -len(_END)]

    @property
    def payload_sha256(self) -> str | None:
        """Hex digest of the body, or of the block of what is no answer, as the record says."""
        return digest_hex(self.field("WARC-Payload-Digest") or self.field("WARC-Block-Digest") or "")

    @property
    def _body_start(self) -> int:
        """Where the first empty line ends; the end of the block if there is none."""
        end = len(self.data) - len(_END)
        for mark in (b"\r\n\r\n", b"\n\n"):
            at = self.data.find(mark, self.start, end)
            end = at + len(mark) if at >= 0 else end
        return end


def read_record(path: Path, offset: int, *, length: int) -> FoundRecord:
    """Return the record at a place. Raises DamagedWarc if no whole record has this place, and OSError."""
    with path.open("rb") as file:
        found = next(_read(_Part(file, offset, offset + length), path, offset), None)
    if found is None or found.length != length:
        raise DamagedWarc(path, offset, phrase("no record begins and ends there"))
    return found


def read_records(
    path: Path, start: int = 0, *, until: int | None = None, seen: Callable[[bytes], object] | None = None
) -> Iterator[FoundRecord]:
    """Yield the records of a file from the byte `start` on. Raises DamagedWarc at the first that is damaged.

    `until` is where the file ends for this reader; `seen` is called with all bytes that are read, in order.
    """
    with path.open("rb") as file:
        yield from _read(_Part(file, start, until, seen), path, start)


def find_next_record(path: Path, after: int, *, until: int) -> int | None:
    """Return where the first whole record behind the byte `after` begins; None if there is none."""
    if after + 1 >= until:
        return None
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        at = content.find(HEADER, after + 1, until)
        while at >= 0:
            try:
                if next(_read(_Part(file, at, until), path, at), None):
                    return at
            except DamagedWarc:
                pass
            at = content.find(HEADER, at + 1, until)
    return None


def read_fields(file: BinaryIO, offset: int) -> Mapping[str, str] | None:
    """Return the named fields of the record that begins at a place, without reading its block; None if none does."""
    file.seek(offset)
    data = file.read(START)
    if not data.startswith(HEADER):
        return None
    try:
        head, found, _ = isal_zlib.decompressobj(_GZIP).decompress(data, MOST_FIELDS).partition(_END)
    except _NO_GZIP:
        return None
    version, _, lines = head.partition(b"\r\n")
    return _fields_in(lines) if found and version == VERSION else None


def find_whole_records(path: Path, start: int = 0) -> Iterator[FoundRecord]:
    """Yield the records from the byte `start` on up to the first that is cut or damaged."""
    try:
        yield from read_records(path, start)
    except DamagedWarc:
        return


def payload_sha256(fields: Mapping[str, str]) -> str | None:
    """Return the hex digest of the body of a record, or of its block if it is no answer; None without any."""
    return digest_hex(fields.get("warc-payload-digest", fields.get("warc-block-digest", "")))


class _Part:
    """A part of a file, and how much of what was read is still to be unpacked."""

    def __init__(
        self, file: BinaryIO, start: int, until: int | None = None, seen: Callable[[bytes], object] | None = None
    ) -> None:
        file.seek(start)
        self._file, self._seen = file, seen
        self._left = sys.maxsize if until is None else until - start
        self._piece, self._at = memoryview(b""), 0

    def next(self) -> memoryview:
        """Return the next bytes; empty at the end. `give_back` says how many of them were not needed."""
        if len(self._piece) - self._at < len(HEADER):
            data = self._file.read(min(PIECE, self._left))
            self._left -= len(data)
            if self._seen:
                self._seen(data)
            self._piece, self._at = memoryview(bytes(self._piece[self._at :]) + data), 0
        found = self._piece[self._at : self._at + SLICE]
        self._at += len(found)
        return found

    def give_back(self, size: int) -> None:
        """Let the last bytes of what `next` returned come again."""
        self._at -= size


def _read(file: _Part, path: Path, start: int) -> Iterator[FoundRecord]:
    offset = start
    while True:
        member = isal_zlib.decompressobj(_GZIP)
        pieces, length, unpacked = [], 0, 0
        while not member.eof:
            data = file.next()
            if not data:
                if length == 0:
                    return
                raise DamagedWarc(path, offset, phrase("the file ends inside a record"))
            if length == 0 and data[: len(HEADER)] != HEADER:
                raise DamagedWarc(path, offset, phrase("no gzip member of ours begins there"))
            length += len(data)
            try:
                pieces.append(member.decompress(data, MOST_BYTES + 1 - unpacked))
            except _NO_GZIP as error:
                raise DamagedWarc(path, offset, str(error)) from error
            unpacked += len(pieces[-1])
            if unpacked > MOST_BYTES:
                raise DamagedWarc(path, offset, phrase("a record of more than {most} MiB", most=MOST_BYTES // 2**20))
        rest = len(member.unused_data)
        file.give_back(rest)
        length -= rest
        yield _parse(b"".join(pieces) if len(pieces) > 1 else pieces[0], path, offset=offset, length=length)
        offset += length


def _parse(data: bytes, path: Path, *, offset: int, length: int) -> FoundRecord:
    """Return the record in an unpacked member. Raises DamagedWarc unless it is whole and fits its digest."""
    head = _HEAD.match(data)
    if head is None:
        raise DamagedWarc(path, offset, phrase("no record of WARC 1.1 begins there"))
    start = head.end()
    block = memoryview(data)[start : -len(_END)]
    if int(head["size"]) != len(block) or not data.endswith(_END):
        raise DamagedWarc(path, offset, phrase("the record has another length than it says"))
    if digest_number(head["digest"]) != int.from_bytes(sha256(block).digest()):
        raise DamagedWarc(path, offset, phrase("the block does not fit its digest"))
    return FoundRecord(offset, length, data, start, head)


def _fields_in(head: bytes) -> Mapping[str, str]:
    pairs = [line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n")]
    return {name.lower(): value.strip() for name, _, value in pairs}

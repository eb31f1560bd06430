"""Reading WARC files: one record by its place, or all of them in order, with everything that may be damaged checked.

A reader that is lenient passes a file whose last member is cut (warcio, fastwarc). So this one reads gzip members
itself: a record counts when its member ended with the right checksum.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from archive.errors import DamagedWarc
from archive.warc.records import VERSION, RecordType, digest_text

PIECE = 256 * 1024
"""Bytes that are read at once."""
MOST_BYTES = 64 * 2**20
"""Of one record, unpacked: four times the largest body that a crawl takes."""
HEADER = bytes.fromhex("1f8b0800 00000000 00ff")
"""Of each gzip member that we write: deflate, no name, no time, no system. No checksum covers a gzip header, so a
flipped bit in it is found only because there is one right header."""
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
    fields: Mapping[str, str]
    """By name in lower case: "warc-type"."""
    block: bytes = field(repr=False)

    @property
    def type(self) -> RecordType | None:
        """None for a type that we do not write."""
        name = self.fields.get("warc-type", "")
        return RecordType(name) if name in list(RecordType) else None

    @property
    def id(self) -> str:
        """Without the brackets."""
        return self.fields.get("warc-record-id", "").strip("<>")

    @property
    def url(self) -> str | None:
        return self.fields.get("warc-target-uri")

    @property
    def head(self) -> bytes:
        """Status line and headers of an answer, with the empty line."""
        return self.block[: self._body_start]

    @property
    def body(self) -> bytes:
        """Body of an answer: what its payload digest is of."""
        return self.block[self._body_start :]

    @property
    def _body_start(self) -> int:
        ends = [at + len(end) for end in (b"\r\n\r\n", b"\n\n") if (at := self.block.find(end)) >= 0]
        return min(ends, default=len(self.block))


def read_record(path: Path, offset: int, *, length: int) -> FoundRecord:
    """Return the record at a place. Raises DamagedWarc if no whole record has this place, and OSError."""
    with path.open("rb") as file:
        found = next(_read(file, path, offset, piece=length), None)
    if found is None or found.length != length:
        raise DamagedWarc(path, offset, "no record begins and ends there")
    return found


def read_records(path: Path, start: int = 0) -> Iterator[FoundRecord]:
    """Yield the records of a file from the byte `start` on. Raises DamagedWarc at the first that is damaged."""
    with path.open("rb") as file:
        yield from _read(file, path, start)


def find_whole_records(path: Path, start: int = 0) -> Iterator[FoundRecord]:
    """Yield the records from the byte `start` on up to the first that is cut or damaged."""
    try:
        yield from read_records(path, start)
    except DamagedWarc:
        return


def _read(file: BinaryIO, path: Path, start: int, *, piece: int = PIECE) -> Iterator[FoundRecord]:
    file.seek(start)
    offset, rest = start, b""
    while True:
        member = isal_zlib.decompressobj(_GZIP)
        pieces, length, unpacked = [], 0, 0
        while not member.eof:
            data = rest if len(rest) >= len(HEADER) else rest + file.read(piece)
            rest = b""
            if not data:
                if length == 0:
                    return
                raise DamagedWarc(path, offset, "the file ends inside a record")
            if length == 0 and not data.startswith(HEADER):
                raise DamagedWarc(path, offset, "no gzip member of ours begins there")
            length += len(data)
            try:
                pieces.append(member.decompress(data, MOST_BYTES + 1 - unpacked))
            except _NO_GZIP as error:
                raise DamagedWarc(path, offset, str(error)) from error
            unpacked += len(pieces[-1])
            if unpacked > MOST_BYTES:
                raise DamagedWarc(path, offset, f"a record of more than {MOST_BYTES // 2**20} MiB")
        rest = member.unused_data
        length -= len(rest)
        yield _parse(b"".join(pieces), path, offset=offset, length=length)
        offset += length


def _parse(data: bytes, path: Path, *, offset: int, length: int) -> FoundRecord:
    """Return the record in an unpacked member. Raises DamagedWarc unless it is whole and fits its digest."""
    head, found, rest = data.partition(_END)
    version, *lines = head.split(b"\r\n")
    if not found or version != VERSION:
        raise DamagedWarc(path, offset, "no record of WARC 1.1 begins there")
    pairs = (line.decode("utf-8", "replace").partition(":") for line in lines)
    fields = {name.strip().lower(): value.strip() for name, _, value in pairs}
    size = fields.get("content-length", "")
    block = rest[: -len(_END)]
    if size != str(len(block)) or not rest.endswith(_END):
        raise DamagedWarc(path, offset, "the record has another length than it says")
    record = FoundRecord(offset, length, fields, block)
    if fields.get("warc-block-digest") != digest_text(sha256(block).digest()):
        raise DamagedWarc(path, offset, "the block does not fit its digest")
    if record.type is RecordType.RESPONSE and fields.get("warc-payload-digest") != digest_text(
        sha256(record.body).digest()
    ):
        raise DamagedWarc(path, offset, "the body does not fit its digest")
    return record

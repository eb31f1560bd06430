"""A file that anybody may have made, unpacked piece by piece: bounded in memory, and readable behind damage."""

import zlib
from typing import BinaryIO

from archive import phrase

PIECE = 64 * 1024
"""Bytes that are read or unpacked at once."""
LONGEST_LINE = 64 * 1024
"""Bytes of a line in the head of a record; an address has at most some thousand."""
MOST_HEAD = 1024 * 1024
"""Bytes of all lines of such a head."""
_GZIP = b"\x1f\x8b\x08"
_WARC = b"WARC/"
_BEGINS = (_WARC, b"filedesc:", b"http:", b"https:")
"""How a record of a WARC or ARC file begins."""


class Damage(Exception):
    """A place in the file from which on nothing can be read, up to the next record."""

    def __init__(self, offset: int, finding: str) -> None:
        super().__init__(phrase("byte {offset:,}: {finding}", offset=offset, finding=finding))
        self.offset = offset


class Unpacked:
    """The bytes of a file, those of gzip members one after the other, for the reader of records in warcio.

    `read` and `readline` raise Damage; after it, `go_on` finds the next record.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._packed = b""
        self._buffer = b""
        self._at = 0
        """Place in `_buffer`."""
        self._head_left = MOST_HEAD
        self._start = 0
        """Byte of the file at which the member begins that is read, or `_packed` without gzip."""
        self._next = 0
        """Byte of the file that is read next."""
        self._is_new = False
        """Whether the buffer begins with the first byte of a member."""
        self._is_first = True
        """Whether the member has given no byte yet."""
        self._member: zlib._Decompress | None = None
        self._more()
        self._is_gzip = self._packed.startswith(_GZIP)

    @property
    def offset(self) -> int:
        """Return the byte of the file at which the member begins that is read; without gzip, one near it."""
        return self._start

    def begin_record(self) -> None:
        """Allow the head of another record."""
        self._head_left = MOST_HEAD

    def read(self, size: int = PIECE) -> bytes:
        """Return at most `size` bytes, none at the end."""
        if self._at >= len(self._buffer) and not self._fill():
            return b""
        found = self._buffer[self._at : self._at + min(size, PIECE)]
        self._at += len(found)
        return found

    def readline(self, size: int = LONGEST_LINE) -> bytes:
        """Return a line of the head of a record with its end."""
        pieces: list[bytes] = []
        length = 0
        while length < size:
            if self._at >= len(self._buffer) and not self._fill():
                break
            end = self._buffer.find(b"\n", self._at)
            stop = len(self._buffer) if end < 0 else end + 1
            pieces.append(self._buffer[self._at : stop])
            self._at = stop
            length += len(pieces[-1])
            if end >= 0:
                break
        self._head_left -= length
        if length > LONGEST_LINE or self._head_left < 0:
            raise Damage(self._start, phrase("the head of a record is too large"))
        return b"".join(pieces)

    def go_on(self) -> bool:
        """Go to the next record behind damage; False if there is none."""
        while True:
            if self._find_begin():
                return True
            end = self._buffer[-len(_WARC) :]
            try:
                if not self._fill():
                    return False
                if not self._is_new:  # a record may begin at the border of two pieces
                    self._buffer = end + self._buffer
            except Damage:
                if not self._find_member():
                    return False

    def _find_begin(self) -> bool:
        """Go to the next record in the buffer; False if none begins there."""
        if self._is_new and self._at == 0 and self._buffer.startswith(_BEGINS):
            return True
        place = self._buffer.find(b"\n" + _WARC, self._at)
        self._at = len(self._buffer) if place < 0 else place + 1
        self._is_new = False
        return place >= 0

    def _find_member(self) -> bool:
        """Go to the next gzip member that can be read and begins with a record."""
        if not self._is_gzip:
            return False
        self._member, self._buffer, self._at = None, b"", 0
        start = self._start + 1
        while True:
            self._file.seek(start)
            self._next, self._packed = start, b""
            while (place := self._packed.find(_GZIP)) < 0:
                self._packed = self._packed[-len(_GZIP) + 1 :]
                if not self._more():
                    return False
            start = self._next - len(self._packed) + place
            if _begins_with_record(self._packed[place:]):
                self._packed = self._packed[place:]
                return True
            start += 1

    def _more(self) -> bool:
        """Read a piece of the file behind `_packed`."""
        data = self._file.read(PIECE)
        self._next += len(data)
        self._packed += data
        return bool(data)

    def _fill(self) -> bool:
        """Put the next unpacked bytes into the buffer, of one member only; False at the end of the file."""
        if not self._is_gzip:
            self._start = self._next - len(self._packed)
            if not self._packed and not self._more():
                return False
            self._is_new = self._start == 0
            self._buffer, self._at, self._packed = self._packed, 0, b""
            return True
        while True:
            if self._member is None and not self._begin_member():
                return False
            is_first = self._is_first
            if found := self._unpack():
                self._buffer, self._at, self._is_new, self._is_first = found, 0, is_first, False
                return True

    def _begin_member(self) -> bool:
        while not self._packed.strip(b"\0"):  # some programs fill up the last block
            self._packed = b""
            if not self._more():
                return False
        self._start = self._next - len(self._packed)
        self._member, self._is_first = zlib.decompressobj(wbits=31), True
        return True

    def _unpack(self) -> bytes:
        """Return some bytes of the member, none where it ends. Raises Damage."""
        assert self._member is not None, "a member has begun"
        if not self._packed and not self._more():
            self._member = None
            raise Damage(self._start, phrase("the file ends inside a record"))
        try:
            found = self._member.decompress(self._packed, PIECE)
        except zlib.error as error:
            self._member = None
            raise Damage(self._start, str(error)) from None
        self._packed = self._member.unconsumed_tail
        if self._member.eof:
            self._packed = self._member.unused_data
            self._member = None
        return found


def _begins_with_record(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, len(_BEGINS[1])).startswith(_BEGINS)
    except zlib.error:
        return False

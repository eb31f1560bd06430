"""Unpack compressed bodies within bounds: of pages only whole ones, of feeds and sitemaps what can be read.

The header that names the encoding of a page is lost with the saved file, so the bytes decide.
"""

import sys
import zlib
from collections.abc import Callable
from typing import Any

import brotli
from isal import isal_zlib

from archive.outcomes import Reason
from archive.phrases import phrase
from archive.record import Refusal

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes of a page, unpacked; the largest real news page seen has 0.6 MB."""
MOST_LAYERS = 3
"""Compressed by the program, again by the server, and again by the proxy before it; more is no page."""
MOST_MEMBERS = 1_000
"""Of one gzip or zstd body. Programs that pack in parallel make one for each 64 KiB: 256 of the largest page."""
PIECE = 64 * 1024
"""Bytes that a reader gets, or gives, at once."""

_Unpacked = tuple[bytes, Refusal | None]
"""What could be read of a body, and why no more."""
_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_MARKS = {"gzip": _GZIP, "x-gzip": _GZIP, "zstd": _ZSTD}
"""How a body in this encoding begins; deflate and brotli have no mark."""
_UNREADABLE: tuple[type[Exception], ...] = (isal_zlib.IsalError, zstd.ZstdError)  # type: ignore[assignment]
"""Of a gzip or zstd body; to its stub, the first is an instance."""
_ZSTD_WINDOW = 24
"""Power of two: a frame that wants more memory than the largest page is refused."""
_BINARY = frozenset({*range(1, 9), *range(14, 27), *range(28, 32)})
"""Bytes that no text begins with; not NUL, which UTF-16 is full of."""


def unpack(body: bytes) -> bytes | Refusal:
    """Return the page in a compressed body, or the body as it is; too-large or truncated if it cannot be read whole."""
    found, fault = unpack_start(body)
    return fault or found


def unpack_start(body: bytes) -> tuple[bytes, Refusal | None]:
    """Return what a body holds as far as it can be unpacked, and why not further; None if it is whole."""
    fault = None
    for _ in range(MOST_LAYERS):
        read = _reader_of(body)
        unpacked = read(body) if read else None
        if unpacked is None:
            break
        body, problem = unpacked
        fault = fault or problem
    return body, fault


def decode_body(body: bytes, encodings: str) -> bytes | Refusal:
    """Return a body without its content encodings; too-large or truncated if it cannot be read whole.

    `encodings` are those that the headers Content-Encoding name, in their order: "gzip" or "deflate, gzip".
    """
    for name in reversed(encodings.lower().split(",")):
        found = _decode(body, name.strip())
        if isinstance(found, Refusal):
            return found
        body = found
    return body


def _decode(body: bytes, encoding: str) -> bytes | Refusal:
    """A body that is not in that encoding stays as it is: servers name one and send plain text."""
    read = _DECLARED.get(encoding)
    is_marked = body.startswith(_MARKS[encoding]) if encoding in _MARKS else not _BINARY.isdisjoint(body[:256])
    if read is None or not is_marked:
        return body
    found, fault = read(body)
    return fault or found


def _reader_of(body: bytes) -> Callable[[bytes], _Unpacked | None] | None:
    if body.startswith(_GZIP):
        return _gunzip
    if body.startswith(_ZSTD):
        return _unzstd
    return _undeclared if not _BINARY.isdisjoint(body[:256]) else None


def _undeclared(body: bytes) -> _Unpacked | None:
    """Try the encodings that begin with no mark; None if what comes out is no markup."""
    for read in (_inflate, _unbrotli):
        found, fault = read(body)
        if b"<" in found[:PIECE] and _BINARY.isdisjoint(found[:256]):
            return found, fault
    return None


def _gunzip(body: bytes) -> _Unpacked:
    return _read_members(body, "gzip", mark=_GZIP, new_reader=lambda: isal_zlib.decompressobj(wbits=31))


def _unzstd(body: bytes) -> _Unpacked:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW}
    return _read_members(body, "zstd", mark=_ZSTD, new_reader=lambda: zstd.ZstdDecompressor(options=options))


def _read_members(body: bytes, name: str, *, mark: bytes, new_reader: Callable[[], Any]) -> _Unpacked:
    """Read all members of a body one after the other; what follows the last one is left, as browsers do.

    A reader gets small pieces, since it copies what it leaves of one: the time grows with the body, not its square.
    """
    found, at, members = bytearray(), 0, 0
    while body.startswith(mark, at):
        members += 1
        if members > MOST_MEMBERS:
            return bytes(found), Refusal(
                Reason.TOO_LARGE,
                phrase("{name}: more than {most:,} members", name=name, most=MOST_MEMBERS),
            )
        reader = new_reader()
        while not reader.eof:
            piece = body[at : at + PIECE]
            if not piece:
                return bytes(found), _broken(name, phrase("it ends early"))
            at += len(piece)
            try:
                found += reader.decompress(piece, LARGEST_BODY + 1 - len(found))
            except _UNREADABLE as error:  # a wrong checksum too
                return bytes(found), _broken(name, error)
            if len(found) > LARGEST_BODY:
                return _bounded(found, name)
        at -= len(reader.unused_data)
    return bytes(found), None


def _inflate(body: bytes) -> _Unpacked:
    """Servers send "deflate" with the header of zlib and without."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        reader = zlib.decompressobj(wbits=bits)
        try:
            found = reader.decompress(body, LARGEST_BODY + 1)
        except zlib.error:
            continue
        return _bounded(found, "deflate", is_whole=reader.eof)
    return b"", _broken("deflate", phrase("it is damaged"))


def _unbrotli(body: bytes) -> _Unpacked:
    reader = brotli.Decompressor()
    found = bytearray()
    try:
        found += reader.process(body, output_buffer_limit=PIECE)
        while len(found) <= LARGEST_BODY and not reader.is_finished():
            piece = reader.process(b"", output_buffer_limit=PIECE)
            if not piece:
                break
            found += piece
    except brotli.error:
        return b"", _broken("brotli", phrase("it is damaged"))
    return _bounded(found, "brotli", is_whole=reader.is_finished())


def _bounded(found: bytes | bytearray, name: str, *, is_whole: bool = True) -> _Unpacked:
    """Return what came out of one stream, cut at the bound."""
    if len(found) > LARGEST_BODY:
        too_large = Refusal(
            Reason.TOO_LARGE,
            phrase("{name}: more than {most} MiB unpacked", name=name, most=LARGEST_BODY // 1024 // 1024),
        )
        return bytes(found[:LARGEST_BODY]), too_large
    return bytes(found), None if is_whole else _broken(name, phrase("it ends early"))


def _broken(name: str, what: object) -> Refusal:
    return Refusal(Reason.TRUNCATED, phrase("{name}: {what}", name=name, what=what))


_DECLARED = {"gzip": _gunzip, "x-gzip": _gunzip, "zstd": _unzstd, "deflate": _inflate, "br": _unbrotli}
"""Name of an encoding in a header → what reads it."""

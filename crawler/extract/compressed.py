"""Bodies that came, or were saved, still compressed: unpacked with a bound, and only if they are whole.

A page says its encoding in a header that is lost with the saved file, so the bytes themselves are asked.
"""

import sys
import zlib
from collections.abc import Callable

import brotli

from archive import Reason, Refusal

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MOST_BYTES = 16 * 1024 * 1024
"""Bytes of a page, unpacked; the largest real news page seen has 0.6 MB."""
MOST_LAYERS = 3
"""Compressed by the program, again by the server, and again by the proxy before it; more is no page."""
SMALLEST_PIECE = 64 * 1024

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_WINDOW = 24
"""Power of two: a frame that wants more memory than the largest page is refused."""
_BINARY = frozenset({*range(1, 9), *range(14, 27), *range(28, 32)})
"""Bytes that no text begins with; not NUL, which UTF-16 is full of."""


def unpack(body: bytes) -> bytes | Refusal:
    """Return the page in a compressed body, or the body as it is; too-large or truncated if it cannot be read whole."""
    for _ in range(MOST_LAYERS):
        read = _reader_of(body)
        unpacked = read(body) if read else None
        if unpacked is None:
            return body
        if isinstance(unpacked, Refusal):
            return unpacked
        body = unpacked
    return body


def decode(body: bytes, encoding: str) -> bytes | Refusal:
    """Return the body without an encoding that its header names; too-large or truncated if it cannot be read whole.

    A body that is not in that encoding at all stays as it is: servers name one and send plain text.
    """
    if encoding in ("gzip", "x-gzip"):
        return _gunzip(body) if body.startswith(_GZIP) else body
    if encoding == "zstd":
        return _unzstd(body) if body.startswith(_ZSTD) else body
    if encoding not in ("deflate", "br") or _BINARY.isdisjoint(body[:256]):
        return body
    found, is_whole = _inflate(body) if encoding == "deflate" else _unbrotli(body)
    if len(found) > MOST_BYTES:
        return _too_large(encoding)
    return found if is_whole else _broken(encoding, "it ends early, or is damaged")


def _reader_of(body: bytes) -> Callable[[bytes], bytes | Refusal | None] | None:
    if body.startswith(_GZIP):
        return _gunzip
    if body.startswith(_ZSTD):
        return _unzstd
    return _undeclared if not _BINARY.isdisjoint(body[:256]) else None


def _gunzip(body: bytes) -> bytes | Refusal:
    """All members of a gzip file; what stands behind the last one is left, as browsers do."""
    found = b""
    while body.startswith(_GZIP):
        reader = zlib.decompressobj(wbits=31)
        try:
            found += reader.decompress(body, MOST_BYTES + 1 - len(found))
        except zlib.error as error:  # a wrong checksum too
            return _broken("gzip", error)
        if len(found) > MOST_BYTES:
            return _too_large("gzip")
        if not reader.eof:
            return _broken("gzip", "it ends early")
        body = reader.unused_data
    return found


def _unzstd(body: bytes) -> bytes | Refusal:
    reader = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW})
    try:
        found = reader.decompress(body, MOST_BYTES + 1)
    except zstd.ZstdError as error:
        return _broken("zstd", error)
    if len(found) > MOST_BYTES:
        return _too_large("zstd")
    return found if reader.eof else _broken("zstd", "it ends early")


def _undeclared(body: bytes) -> bytes | Refusal | None:
    """Try the encodings that begin with no mark; None if what comes out is no markup."""
    for read in (_inflate, _unbrotli):
        found, is_whole = read(body)
        if b"<" not in found[:SMALLEST_PIECE] or not _BINARY.isdisjoint(found[:256]):
            continue
        name = read.__name__.removeprefix("_")
        if len(found) > MOST_BYTES:
            return _too_large(name)
        return found if is_whole else _broken(name, "it ends early")
    return None


def _inflate(body: bytes) -> tuple[bytes, bool]:
    """Servers send "deflate" with the header of zlib and without."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        reader = zlib.decompressobj(wbits=bits)
        try:
            return reader.decompress(body, MOST_BYTES + 1), reader.eof
        except zlib.error:
            continue
    return b"", False


def _unbrotli(body: bytes) -> tuple[bytes, bool]:
    reader = brotli.Decompressor()
    found = bytearray()
    try:
        found += reader.process(body, output_buffer_limit=SMALLEST_PIECE)
        while len(found) <= MOST_BYTES and not reader.is_finished():
            piece = reader.process(b"", output_buffer_limit=SMALLEST_PIECE)
            if not piece:
                break
            found += piece
    except brotli.error:
        return b"", False
    return bytes(found), reader.is_finished()


def _too_large(name: str) -> Refusal:
    return Refusal(Reason.TOO_LARGE, f"more than {MOST_BYTES} bytes under {name}")


def _broken(name: str, what: object) -> Refusal:
    return Refusal(Reason.TRUNCATED, f"{name}: {what}")

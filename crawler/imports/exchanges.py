"""Exchanges from the records of others: answers with their requests, and revisits with the body of their original."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from tempfile import TemporaryFile

from warcio.bufferedreaders import ChunkedDataReader

from archive import Exchange, phrase
from crawler.imports.records import ForeignRecord, moment_of
from crawler.imports.unpacked import PIECE, Damage

MOST_REQUESTS = 32
"""Requests that wait for their answer: programs write the two one after the other, some of them side by side."""
NOT_MODIFIED = 304
_CHUNKED = re.compile(rb"^transfer-encoding:.*\bchunked\b", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/[\d.]+ ([1-5]\d\d)\b")


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A record of which nothing is made, and why."""

    url: str
    why: str


class Originals:
    """The answers to which the revisits of some files refer, kept on the disk while the files are read."""

    def __init__(self, beyond: Callable[[str, datetime], tuple[bytes, bytes] | None]) -> None:
        """`beyond` returns head and body of an answer that is stored already, by address and moment."""
        self._beyond = beyond
        self._wanted: set[tuple[str, ...]] = set()
        self._places: dict[tuple[str, ...], tuple[int, int, int]] = {}
        self._file = TemporaryFile()  # noqa: SIM115 - closed by `close`

    def close(self) -> None:
        """Forget them."""
        self._file.close()

    def want(self, records: Iterable[ForeignRecord | Damage]) -> None:
        """Note which answers the revisits among these records need."""
        for record in records:
            if isinstance(record, ForeignRecord) and record.type == "revisit":
                self._wanted.update(_keys_of_original(record))

    def keep(self, record: ForeignRecord, exchange: Exchange) -> None:
        """Keep an answer, if a revisit refers to it."""
        if keys := self._wanted.intersection(_keys_of(record)):
            start = self._file.seek(0, 2)
            self._file.write(exchange.head + exchange.body)
            for key in keys:
                self._places.setdefault(key, (start, len(exchange.head), len(exchange.body)))

    def find(self, record: ForeignRecord) -> tuple[bytes, bytes] | None:
        """Return head and body of the answer to which a revisit refers; None if it was not among the records."""
        for key in _keys_of_original(record):
            if place := self._places.get(key):
                start, head, body = place
                self._file.seek(start)
                return self._file.read(head), self._file.read(body)
        url, at = _place_of_original(record)
        return self._beyond(url, at) if url and at else None


def exchanges_of(
    records: Iterable[ForeignRecord | Damage], originals: Originals
) -> Iterator[Exchange | PassedOver | Damage]:
    """Yield the exchanges with an answer over HTTP, in the order of the answers."""
    for found in _with_requests(records):
        if isinstance(found, Damage):
            yield found
        else:
            yield _exchange(*found, originals)


def _with_requests(
    records: Iterable[ForeignRecord | Damage],
) -> Iterator[tuple[ForeignRecord, bytes] | Damage]:
    """Yield each answer with its request, which may come before or behind it; with nothing if there is none."""
    requests: deque[ForeignRecord] = deque(maxlen=MOST_REQUESTS)
    held: ForeignRecord | None = None
    for record in records:
        if isinstance(record, Damage):
            yield record
        elif record.type == "request":
            if held and _belongs(record, held):
                yield held, record.block
                held = None
            else:
                requests.append(record)
        elif record.type in ("response", "revisit"):
            if held:
                yield held, b""
            request = next((each for each in requests if _belongs(each, record)), None)
            held = None if request else record
            if request:
                requests.remove(request)
                yield record, request.block
    if held:
        yield held, b""


def _belongs(request: ForeignRecord, answer: ForeignRecord) -> bool:
    if request.concurrent or answer.concurrent:
        return bool(answer.id and request.concurrent == answer.id) or bool(
            request.id and answer.concurrent == request.id
        )
    return request.url == answer.url and request.at == answer.at


def _exchange(record: ForeignRecord, request: bytes, originals: Originals) -> Exchange | PassedOver:
    if record.is_too_large:
        return PassedOver(record.url, phrase("too large"))
    if record.at is None:
        return PassedOver(record.url, phrase("without a date"))
    head, body = _split(record.block)
    if record.type == "revisit":
        original = originals.find(record)
        if (found := _STATUS.match(head)) and int(found[1]) == NOT_MODIFIED:
            return PassedOver(record.url, phrase("not modified"))
        if original is None:
            return PassedOver(record.url, phrase("a revisit whose original is in none of the files"))
        head, body = (head if found else original[0]), original[1]
    if not _STATUS.match(head):
        return PassedOver(record.url, phrase("no answer over HTTP"))
    if record.type == "response" and _CHUNKED.search(head):
        body = _dechunked(body)
    exchange = Exchange(
        url=record.url,
        at=record.at,
        request=request,
        head=head,
        body=body,
        address=record.fields.get("warc-ip-address"),
        is_cut="warc-truncated" in record.fields,
    )
    if record.type == "response":
        originals.keep(record, exchange)
    return exchange


def _split(block: bytes) -> tuple[bytes, bytes]:
    """Return the head with the empty line behind it, and the body."""
    found = _END.search(block)
    return (block[: found.end()], block[found.end() :]) if found else (block.rstrip() + b"\r\n\r\n", b"")


def _dechunked(body: bytes) -> bytes:
    """Return a body without its chunks; as it is if it has none: some programs take them off and leave the header."""
    reader = ChunkedDataReader(BytesIO(body))
    pieces = []
    while piece := reader.read(PIECE):
        pieces.append(piece)
    return b"".join(pieces)


def _keys_of(record: ForeignRecord) -> set[tuple[str, ...]]:
    keys: set[tuple[str, ...]] = {("place", record.url, str(record.at))}
    if digest := record.fields.get("warc-payload-digest"):
        keys.add(("digest", digest.lower()))
    return keys


def _keys_of_original(record: ForeignRecord) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = []
    url, at = _place_of_original(record)
    if url and at:
        keys.append(("place", url, str(at)))
    if digest := record.fields.get("warc-payload-digest"):
        keys.append(("digest", digest.lower()))
    return keys


def _place_of_original(record: ForeignRecord) -> tuple[str, datetime | None]:
    url, date = (record.fields.get(f"warc-refers-to-{name}", "") for name in ("target-uri", "date"))
    return url.strip("<>"), moment_of(date)

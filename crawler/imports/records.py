"""The records of a WARC or ARC file that anybody may have made.

warcio parses them: it knows the spellings of many programs, WARC 0.17 to 1.1, and ARC. Its own reader of files is not
used: that one refuses several records in a gzip member, ends at the first damage, and bounds no line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from archive import LARGEST_BODY, phrase
from crawler.imports.unpacked import MOST_HEAD, PIECE, Damage, Unpacked

MOST_BYTES = LARGEST_BODY + MOST_HEAD
"""Of a record that is read; a larger one is passed over."""
_BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, LookupError, EOFError)


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A record of a file."""

    type: str
    url: str
    at: datetime | None
    """Aware; None if its date is none."""
    fields: Mapping[str, str]
    """By name in lower case."""
    block: bytes = field(repr=False)
    is_too_large: bool = False

    @property
    def id(self) -> str:
        return self.fields.get("warc-record-id", "")

    @property
    def concurrent(self) -> str:
        """Id of the record that belongs to it."""
        return self.fields.get("warc-concurrent-to", "")


def read_foreign(file: BinaryIO) -> Iterator[ForeignRecord | Damage]:
    """Yield the records of a file, and where it is damaged."""
    stream = Unpacked(file)
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=True)
    while True:
        offset = stream.offset
        try:
            record = _next(stream, loader)
        except Damage as damage:
            yield damage
        except _BROKEN as error:
            yield Damage(stream.offset or offset, phrase("no record begins there ({name})", name=type(error).__name__))
        else:
            if record is None:
                return
            yield record
            continue
        if not stream.go_on():
            return


def _next(stream: Unpacked, loader: ArcWarcRecordLoader) -> ForeignRecord | None:
    """Return the next record; None at the end. Raises Damage, and what warcio raises."""
    stream.begin_record()
    while (line := stream.readline()) and not line.strip():
        stream.begin_record()
    if not line:
        return None
    return _read(loader.parse_record_stream(stream, line, no_record_parse=True), stream)


def _read(record: ArcWarcRecord, stream: Unpacked) -> ForeignRecord:
    headers = record.rec_headers
    if record.length is None or record.length < 0:
        raise ValueError(phrase("no length"))
    pieces, size = [], 0
    while piece := record.raw_stream.read(PIECE):
        size += len(piece)
        if size <= MOST_BYTES:
            pieces.append(piece)
    if size < record.length:
        raise Damage(stream.offset, phrase("the file ends inside a record"))
    return ForeignRecord(
        type=record.rec_type or "",
        url=headers.get_header("WARC-Target-URI") or "",
        at=moment_of(headers.get_header("WARC-Date")),
        fields={name.lower(): value for name, value in headers.headers},
        block=b"".join(pieces),
        is_too_large=size > MOST_BYTES,
    )


def moment_of(text: str | None) -> datetime | None:
    """Return a WARC-Date, which may have fractions of a second; None if it is none."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

"""Records of WARC 1.1: what each kind says of an exchange, and their form as bytes."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from archive.exchange import Exchange

VERSION = b"WARC/1.1"
OUTCOME = "urn:baotinh:outcome:"
"""Begin of the address of a record that says what was made of a page; the address of the page follows."""
IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
FIELDS = "application/warc-fields"
JSON = "application/json"
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ANYTHING = "application/octet-stream"
_PAIRS = [one + other for one in BASE32 for other in BASE32]
"""What 10 bits become: the base32 of Python takes ten times as long, for two digests in each record."""
_DIGITS = bytes.maketrans(BASE32.encode(), b"0123456789abcdefghijklmnopqrstuv")
"""The digits that Python's own numbers to the base of 32 have."""
_DIGEST = re.compile(rb"sha256:([A-Z2-7]{52})====")
_SPARE_BITS = 4
"""Behind the 256 of a digest, so that 5 divides them."""
_SHIFTS = range(250, -1, -10)
_RESPONSE = "application/http; msgtype=response"
_REQUEST = "application/http; msgtype=request"
_TRANSFER = re.compile(rb"^(?=transfer-encoding\s*:)", re.IGNORECASE | re.MULTILINE)
_ORIGINAL = b"X-Orig-"
"""Put before the name of a header whose work is done: the body is stored after transfer decoding, and a reader that
believed the header would look for chunks. Browsertrix does the same."""


class RecordType(StrEnum):
    """The types of WARC records that we write."""

    WARCINFO = "warcinfo"
    REQUEST = "request"
    RESPONSE = "response"
    REVISIT = "revisit"
    """An answer whose body is the one of an earlier record."""
    CONVERSION = "conversion"
    """What was made of an answer."""
    RESOURCE = "resource"
    """What came without an exchange."""


@dataclass(frozen=True, slots=True)
class Original:
    """The record that has the body of a revisit."""

    id: str
    url: str
    at: datetime
    payload_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A WARC record."""

    type: RecordType
    at: datetime
    block: bytes = field(repr=False)
    content_type: str
    url: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """Further named fields, in their order."""
    id: str = field(default_factory=lambda: f"urn:uuid:{uuid.uuid4()}")

    def as_bytes(self) -> bytes:
        """Return the record as the standard writes it, not compressed."""
        named = [("WARC-Type", self.type.value), ("WARC-Record-ID", f"<{self.id}>"), ("WARC-Date", date_of(self.at))]
        if self.url is not None:
            named.append(("WARC-Target-URI", self.url))
        named += self.fields
        named.append(("WARC-Block-Digest", digest_text(sha256(self.block).digest())))
        named += [("Content-Type", self.content_type), ("Content-Length", str(len(self.block)))]
        head = "".join(f"{name}: {value}\r\n" for name, value in named)
        return b"%s\r\n%s\r\n%s\r\n\r\n" % (VERSION, head.encode(), self.block)


def response(exchange: Exchange, *, payload: str, info: str | None) -> Record:
    """Return the record of an answer.

    `payload` is the hex digest of its body, `info` the id of the warcinfo record that describes it.
    """
    fields = [("WARC-Payload-Digest", digest_text(bytes.fromhex(payload)))]
    if exchange.is_cut:
        fields.append(("WARC-Truncated", "length"))
    return _answer(RecordType.RESPONSE, exchange, exchange.body, info=info, fields=fields)


def revisit(exchange: Exchange, original: Original, *, info: str | None, profile: str) -> Record:
    """Return the record of an answer whose body is that of `original`; `profile` says how that is known."""
    fields = [
        ("WARC-Profile", profile),
        ("WARC-Payload-Digest", digest_text(bytes.fromhex(original.payload_sha256))),
        ("WARC-Refers-To", f"<{original.id}>"),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", date_of(original.at)),
    ]
    return _answer(RecordType.REVISIT, exchange, b"", info=info, fields=fields)


def request(exchange: Exchange, answer: Record, *, info: str | None) -> Record:
    """Return the record of the request that `answer` answers."""
    return Record(
        type=RecordType.REQUEST,
        at=exchange.at,
        block=exchange.request,
        content_type=_REQUEST,
        url=exchange.url,
        fields=(("WARC-Concurrent-To", f"<{answer.id}>"), *_of(info)),
    )


def conversion(url: str, at: datetime, *, block: bytes, of: str | None, info: str | None) -> Record:
    """Return the record of what was made of the record with the id `of`, as JSON; None if no answer came.

    Its address is not that of the page: pywb would replay the JSON in the place of the page.
    """
    refers = (("WARC-Refers-To", f"<{of}>"),) if of else ()
    return Record(
        type=RecordType.CONVERSION,
        at=at,
        block=block,
        content_type=JSON,
        url=f"{OUTCOME}{url}",
        fields=(*refers, *_of(info)),
    )


def resource(url: str, at: datetime, *, block: bytes, info: str | None, content_type: str = JSON) -> Record:
    """Return the record of something that did not come over the wire."""
    return Record(type=RecordType.RESOURCE, at=at, block=block, content_type=content_type, url=url, fields=_of(info))


def warcinfo(at: datetime, *, said: Iterable[tuple[str, str]], file: str) -> Record:
    """Return the record that describes the records after it in the file of this name."""
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in said)
    return Record(
        type=RecordType.WARCINFO,
        at=at,
        block=block.encode(),
        content_type=FIELDS,
        fields=(("WARC-Filename", file),),
    )


def date_of(moment: datetime) -> str:
    """Return an aware moment as a WARC-Date, to the second as the database has it: "2026-11-29T02:16:00Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest_text(digest: bytes) -> str:
    """Return a SHA-256 digest as WARC files write it: "sha256:", then base32."""
    number = int.from_bytes(digest) << _SPARE_BITS
    return f"sha256:{''.join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])}===="


def digest_hex(text: str) -> str | None:
    """Return the hex digest of what `digest_text` wrote; None for anything else."""
    found = _DIGEST.fullmatch(text.encode())
    return f"{digest_number(found[1]):064x}" if found else None


def digest_number(digits: bytes) -> int:
    """Return the digest that `digest_text` wrote with these 52 digits as one number."""
    return int(digits.translate(_DIGITS), 32) >> _SPARE_BITS


def _answer(
    kind: RecordType, exchange: Exchange, body: bytes, *, info: str | None, fields: list[tuple[str, str]]
) -> Record:
    if exchange.address:
        fields.append(("WARC-IP-Address", exchange.address))
    return Record(
        type=kind,
        at=exchange.at,
        block=_TRANSFER.sub(_ORIGINAL, exchange.head) + body,
        content_type=_RESPONSE,
        url=exchange.url,
        fields=(*fields, *_of(info)),
    )


def _of(info: str | None) -> tuple[tuple[str, str], ...]:
    return (("WARC-Warcinfo-ID", f"<{info}>"),) if info else ()

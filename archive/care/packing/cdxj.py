"""CDXJ: a line for each record that a reader can ask for, sorted by address and time.

https://specs.webrecorder.net/cdxj/0.1.0/ has the form. The key is the address as SURT: "vn,baokhanhhoa)/tin/1.html".
"""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

from archive.warc.members import FoundRecord
from archive.warc.records import RecordType
from archive.writing.raw_pages import NOT_MODIFIED

REPLAYED = (RecordType.RESPONSE, RecordType.REVISIT, RecordType.RESOURCE)
"""Types of records that have an answer; the others are about one."""
_WWW = re.compile(r"^www\d*\.")
_USUAL = {"http": 80, "https": 443}


def line_of(record: FoundRecord, *, file: str, offset: int) -> str | None:
    """Return the line of a record that begins at `offset` of `file`; None for one that nobody asks for.

    An answer 304 has none either: who asks for that moment gets the page of before. pywb would replay the bare 304.
    """
    url = record.url or ""
    if record.type not in REPLAYED or not url.startswith(("http://", "https://")):
        return None
    status, mime = _answer(record)
    if status == str(NOT_MODIFIED):
        return None
    fields = {
        "url": url,
        "mime": "warc/revisit" if record.type is RecordType.REVISIT else mime,
        "status": status,
        "digest": record.fields.get("warc-payload-digest", record.fields.get("warc-block-digest", "")),
        "length": str(record.length),
        "offset": str(offset),
        "filename": file,
    }
    at = datetime.fromisoformat(record.fields["warc-date"]).strftime("%Y%m%d%H%M%S")
    return f"{surt(url)} {at} {json.dumps(fields, ensure_ascii=False)}\n"


def surt(url: str) -> str:
    """Return an address with its host turned round, in lower case, without "www", and its query in order."""
    parts = urlsplit(url.lower())
    host = _WWW.sub("", parts.hostname or "")
    turned = ",".join(reversed(host.split(".")))
    port = "" if parts.port in (None, _USUAL.get(parts.scheme)) else f":{parts.port}"
    path = parts.path.rstrip("/") or "/"
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return f"{turned}{port}){path}{query}"


def _answer(record: FoundRecord) -> tuple[str, str]:
    """Return status and type of an answer; a resource has no status, and counts as found."""
    if record.type is RecordType.RESOURCE:
        return "200", record.fields.get("content-type", "")
    first, *lines = record.head.decode("latin-1").splitlines()
    pairs = (line.partition(":") for line in lines)
    types = [value for name, _, value in pairs if name.strip().lower() == "content-type"]
    return first.split()[1], types[0].partition(";")[0].strip().lower() if types else "unk"

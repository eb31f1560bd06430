"""What the archive made of a capture, as JSON: it lies in the WARC files, and history can be repeated from it.

docs/archive.md describes the keys; they are never renamed.
"""

import json
from collections.abc import Mapping
from typing import Any

from archive.clean import clean, is_storable
from archive.outcomes import Outcome, Reason
from archive.plain import as_record, from_record
from archive.record import Capture, Kind, Link, Loss, Manner, Part, Refusal
from archive.times import from_text, to_text

_NUL = "\\u0000"
"""A NUL as JSON has it."""
_ARTICLE = b', "article": '
FORMAT = 1
"""Grows if a key changes its meaning."""


def as_evidence(
    capture: Capture, number: int, *, outcome: Outcome, reason: Reason | None, detail: str | None, rules: str | None
) -> bytes:
    """Return what became of a capture. `number` is its id, `rules` the digest of the rules that read it."""
    said = {
        "format": FORMAT,
        "number": number,
        "rules": rules,
        "outcome": outcome.value,
        "reason": reason and reason.value,
        "detail": detail,
        **_said_of(capture),
    }
    return json.dumps(said, ensure_ascii=False).encode()


def as_line(capture: Capture, number: int) -> str:
    """Return what was read of the page of the capture with this id as one line of JSON, with its links."""
    links = [link.url for link in capture.links]
    return json.dumps({"number": number, **_said_of(capture), "links": links}, ensure_ascii=False)


def from_line(line: str) -> tuple[int, Capture]:
    """Return the id and the reading that `as_line` wrote down, without what SQLite cannot store.

    KeyError, TypeError or ValueError if it is none.
    """
    said = json.loads(line)
    reading = capture_of(said, body=b"")
    return said["number"], reading if is_storable(line) and _NUL not in line else clean(reading)


def _said_of(capture: Capture) -> dict[str, Any]:
    """Return what a capture says; its article comes last."""
    part, loss, refusal = capture.part, capture.loss, capture.refusal
    return {
        "run": capture.run,
        "manner": capture.manner.value,
        "site": capture.site,
        "url": capture.url,
        "kind": capture.kind.value,
        "fetched_at": to_text(capture.fetched_at),
        "found_on": capture.found_on,
        "final_url": capture.final_url,
        "status": capture.status,
        "may_be_cut": capture.may_be_cut,
        "cms_id": capture.cms_id,
        "shorter_url": capture.shorter_url,
        "part": part and {"n": part.n, "named": part.named, "first_url": part.first_url},
        "loss": loss and {"entries": loss.entries, "example": loss.example},
        "refusal": refusal and {"reason": refusal.reason.value, "detail": refusal.detail},
        "article": capture.article and as_record(capture.article),
    }


def outcome_of(record: bytes, start: int) -> Mapping[str, Any]:
    """Return what `as_evidence` wrote down, without the article, which is nearly all of it.

    It begins at the byte `start` of the record.
    """
    # the article is last, and no text has an unescaped quote
    end = record.find(_ARTICLE, start)
    said: Mapping[str, Any] = json.loads(f"{record[start:end].decode()}}}" if end >= 0 else record[start:])
    return said


def capture_of(evidence: Mapping[str, Any], *, body: bytes) -> Capture:
    """Return the capture that `as_evidence` wrote down; only `as_line` keeps its links.

    KeyError, TypeError or ValueError if it is none.
    """
    part, loss, refusal, article = (evidence[key] for key in ("part", "loss", "refusal", "article"))
    return Capture(
        url=evidence["url"],
        kind=Kind(evidence["kind"]),
        fetched_at=from_text(evidence["fetched_at"]),
        site=evidence["site"],
        run=evidence["run"],
        manner=Manner(evidence.get("manner", Manner.FETCHED)),
        found_on=evidence.get("found_on"),
        final_url=evidence["final_url"],
        status=evidence["status"],
        body=body,
        may_be_cut=evidence["may_be_cut"],
        article=from_record(article) if article else None,
        cms_id=evidence["cms_id"],
        shorter_url=evidence["shorter_url"],
        part=Part(part["n"], part["named"], part["first_url"]) if part else None,
        refusal=Refusal(Reason(refusal["reason"]), refusal["detail"]) if refusal else None,
        links=tuple(Link(url, Kind.ARTICLE) for url in evidence.get("links", ())),
        loss=Loss(loss["entries"], loss["example"]) if loss else None,
    )

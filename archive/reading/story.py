"""The history of one address: which source named it, every answer, what was stored, and when it is due."""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from archive.outcomes import Outcome, Reason
from archive.reading.addresses import known_address
from archive.reading.damage import named_damage
from archive.reading.lookup import get_article, revisions
from archive.reading.withholdings import Withholding, find_withholding
from archive.record import AliasCause, ArticleStatus, Doubt, Kind, Manner, TextCause
from archive.rows import Row, rows_of
from archive.times import from_text, from_text_or_none, to_text, to_text_or_none
from archive.writing.addresses import find_by_url
from archive.writing.doubts import doubts_from_text
from archive.writing.frontier import Validators, find_validators
from archive.writing.hosts import HostRest, find_rest

ATTEMPTS = 50
"""Most answers in a story, the last ones; an article has about six, a source one for each run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One answer, or a missing one."""

    at: datetime
    run: int | None
    """None for an import, and for a page that was read again."""
    manner: Manner
    imported_from: str | None
    """Name of the file."""
    status: int | None
    """HTTP; None when no answer came."""
    bytes: int
    outcome: Outcome
    reason: Reason | None
    detail: str | None
    final_url: str | None
    """Address after redirects; None without any."""
    doubts: tuple[Doubt, ...]
    """What the page said against its reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The article to which the address leads."""

    uid: str
    url: str
    """Its canonical address."""
    site: str | None
    title: str
    """Empty for a withheld article, as are all that follow."""
    status: ArticleStatus
    cause: AliasCause | None
    """Why the address asked for leads to it; None for its own."""
    sources: Mapping[str, str]
    """Field → its provenance."""
    doubts: tuple[Doubt, ...]
    """What its page says against it."""
    revisions: tuple[tuple[int, datetime, TextCause], ...]
    """Number, when first seen, and cause of each text, the oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the archive knows of an address."""

    url: str
    site: str | None
    kind: Kind | None
    """None for an address that was neither named nor fetched: it is only another address of an article."""
    found_on: str | None
    found_at: datetime | None
    published_hint: datetime | None
    """Date that the source gave."""
    modified_hint: datetime | None
    """Date that the source gave."""
    due_at: datetime | None
    """Time from which it is fetched again; None if no run will fetch it."""
    failures: int
    """Failures in a row."""
    validators: Validators | None
    """Of the last answer that was read whole."""
    attempts: tuple[Attempt, ...]
    """The last ones, the oldest first."""
    rest: HostRest | None
    """The rest of its host; None if there is none, or if no time was given."""
    article: Holding | None

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        record = asdict(self)
        for name in ("found_at", "published_hint", "modified_hint", "due_at"):
            record[name] = to_text_or_none(record[name])
        for attempt in record["attempts"]:
            attempt["at"] = to_text(attempt["at"])
        if self.rest:
            record["rest"]["until"] = to_text(self.rest.until)
        if self.article:
            record["article"]["revisions"] = [
                {"n": n, "seen_at": to_text(at), "cause": cause} for n, at, cause in self.article.revisions
            ]
        return record


def tell_story(connection: sqlite3.Connection, url: str, *, at: datetime | None) -> Story | None:
    """Return what is known of an address, as it is stored or as people paste it; None if nothing.

    `at` is the time for the rest of its host.

    Raises DamagedRecord.
    """
    with named_damage(url):
        return _story(connection, known_address(connection, url), at=at)


def _story(connection: sqlite3.Connection, url: str, *, at: datetime | None) -> Story | None:
    row = connection.execute(
        "SELECT u.site_id, s.site, u.kind, u.found_on, u.found_at, u.hint_published_at, u.hint_modified_at, u.due_at,"
        " u.failures FROM urls u LEFT JOIN sites s ON s.id = u.site_id WHERE u.url = ?",
        (url,),
    ).fetchone()
    article = _holding(connection, url)
    if row is None and article is None:
        return None
    site_id, site, kind, found_on, found_at, published, modified, due_at, failures = row or (None,) * 8 + (0,)
    return Story(
        url=url,
        site=site or (article.site if article else None),
        kind=Kind(kind) if kind else None,
        found_on=found_on,
        found_at=from_text_or_none(found_at),
        published_hint=from_text_or_none(published),
        modified_hint=from_text_or_none(modified),
        due_at=from_text_or_none(due_at),
        failures=failures,
        validators=find_validators(connection, url),
        attempts=_attempts(connection, url),
        rest=find_rest(connection, site_id, urlsplit(url).hostname or "", at=at) if site_id and at else None,
        article=article,
    )


def _attempts(connection: sqlite3.Connection, url: str) -> tuple[Attempt, ...]:
    rows = connection.execute(
        "SELECT fetched_at, run_id, reread_of, imported_from, status, bytes, outcome, reason, detail, final_url, doubts"
        " FROM captures WHERE url = ? ORDER BY fetched_at DESC, id DESC LIMIT ?",
        (url, ATTEMPTS),
    )
    return tuple(map(_attempt, reversed(list(rows_of(rows)))))


def _attempt(row: Row) -> Attempt:
    manner = Manner.REREAD if row["reread_of"] else Manner.IMPORTED if row["imported_from"] else Manner.FETCHED
    return Attempt(
        at=from_text(row["fetched_at"]),
        run=row["run_id"],
        manner=manner,
        imported_from=row["imported_from"],
        status=row["status"],
        bytes=row["bytes"],
        outcome=Outcome(row["outcome"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
        detail=row["detail"],
        final_url=row["final_url"],
        doubts=doubts_from_text(row["doubts"]),
    )


def _holding(connection: sqlite3.Connection, url: str) -> Holding | None:
    article_id = find_by_url(connection, url)
    if article_id is None:
        return None
    if withheld := find_withholding(connection, article_id):
        return _out_of_sight(withheld, cause=_cause_of(connection, url))
    stored = get_article(connection, url)
    return Holding(
        uid=stored.article.uid,
        url=stored.article.url,
        site=stored.site,
        title=stored.article.title,
        status=stored.status,
        cause=next((alias.cause for alias in stored.aliases if alias.url == url), None),
        sources=dict(stored.article.sources),
        doubts=stored.article.doubts,
        revisions=tuple((text.n, text.seen_at, text.cause) for text in revisions(connection, article_id)),
    )


def _cause_of(connection: sqlite3.Connection, url: str) -> AliasCause | None:
    row = connection.execute("SELECT cause FROM article_urls WHERE url = ?", (url,)).fetchone()
    return AliasCause(row[0]) if row and row[0] else None


def _out_of_sight(withheld: Withholding, *, cause: AliasCause | None) -> Holding:
    """Return what may be said of a withheld article."""
    return Holding(
        uid=withheld.uid,
        url=withheld.url,
        site=withheld.site,
        title="",
        status=ArticleStatus.WITHHELD,
        cause=cause,
        sources={},
        doubts=(),
        revisions=(),
    )

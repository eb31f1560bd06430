"""Compares two archives by what their readers see: articles, versions, tombstones, addresses, runs. Ids may differ."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from archive.schema.opening import open_database

_ARTICLE = """
a.uid, a.url, a.title, a.lead, t.body, a.lead_mark, a.byline, a.byline_raw, a.source_credit, a.published_at,
a.published_precision, a.published_raw, a.published_date, a.year, a.modified_at, a.language, a.word_count, a.sources,
a.proposed, a.text_sha256, a.status, a.first_seen_at, a.last_seen_at, a.last_changed_at, a.cause, a.revision_count,
a.cms_id, a.province_then_id, a.province_now_id, s.site, o.site, c.path,
(SELECT json_group_array(d.doubt) FROM article_doubts d WHERE d.article_id = a.id),
(SELECT json_group_array(n) FROM (SELECT w.name AS n FROM article_authors x JOIN authors w ON w.id = x.author_id
    WHERE x.article_id = a.id ORDER BY x.position)),
(SELECT json_group_array(n) FROM (SELECT w.name AS n FROM article_tags x JOIN tags w ON w.id = x.tag_id
    WHERE x.article_id = a.id ORDER BY x.position)),
(SELECT json_group_array(n) FROM (SELECT w.url || ifnull(x.caption, '') AS n FROM article_images x
    JOIN images w ON w.id = x.image_id WHERE x.article_id = a.id ORDER BY x.position))
"""
_KINDS = {
    "article": f"""SELECT {_ARTICLE} FROM articles a LEFT JOIN article_texts t ON t.article_id = a.id
        LEFT JOIN sites s ON s.id = a.site_id LEFT JOIN sites o ON o.id = a.outlet_id
        LEFT JOIN sections c ON c.id = a.section_id""",
    "version": """SELECT a.uid || ', ' || r.n, r.seen_at, r.cause, r.title, r.lead, r.body, r.byline, r.text_sha256,
        r.doubts FROM article_revisions r JOIN articles a ON a.id = r.article_id""",
    "tombstone": """SELECT a.uid, t.seen_at, t.status, t.reason, t.detail, t.back_at
        FROM tombstones t JOIN articles a ON a.id = t.article_id""",
    "address": """SELECT u.url, a.uid, u.first_seen_at, s.site, u.cause FROM article_urls u
        JOIN articles a ON a.id = u.article_id LEFT JOIN sites s ON s.id = u.site_id""",
    "reading": """SELECT a.uid, r.reason, r.detail, r.doubts, r.record, r.first_seen_at, r.last_seen_at, r.taken_at,
        r.taken_because FROM doubtful_readings r JOIN articles a ON a.id = r.article_id""",
    "page": """SELECT p.url, a.uid, p.first_url, p.n, p.named, p.record, p.seen_at FROM article_parts p
        LEFT JOIN articles a ON a.id = p.article_id""",
    "correction": """SELECT a.uid, c.field, c.old_value, c.new_value, c.page_value, c.page_source, c.page_proposed,
        c.corrected_at, c.corrected_by, c.reason, c.ended_at, c.ended_by
        FROM corrections c JOIN articles a ON a.id = c.article_id""",
    "withholding": """SELECT a.uid, w.reason, w.withheld_at, w.withheld_by, w.until, w.titles, w.lifted_at, w.lifted_by
        FROM withholdings w JOIN articles a ON a.id = w.article_id""",
    "copy decision": """SELECT d.uid || ', ' || d.other_uid, d.what, d.decided_at, d.decided_by, d.reason, d.ended_at,
        d.ended_by FROM copy_decisions d""",
    "outlet": """SELECT s.site, s.name, s.kind, s.home, s.province_id, m.site FROM sites s
        LEFT JOIN sites m ON m.id = s.merged_into_id""",
    "run": """SELECT CAST(r.id AS TEXT), s.site, r.started_at, r.finished_at, r.status, r.version, r.settings, r.found,
        r.stored, r.revised, r.unchanged, r.gone, r.refused, r.failed, r."left", r.outside, r.doubtful, r.known,
        r.sources_ok, r.sources_failed, r.reasons, r.cut_short, r.notes, r.balances
        FROM runs r JOIN sites s ON s.id = r.site_id""",
    "capture": """SELECT c.url || ' ' || c.fetched_at, c.run_id, s.site, a.uid, c.final_url, c.kind, c.status, c.bytes,
        c.body_sha256, c.outcome, c.reason, c.detail, c.doubts, c.lacking, c.lost, c.lost_example, r.record_id
        FROM captures c LEFT JOIN sites s ON s.id = c.site_id LEFT JOIN articles a ON a.id = c.article_id
        LEFT JOIN raw_answers r ON r.id = c.raw_answer_id""",
}
"""What is compared: its name first, then all that counts."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing that two archives do not have alike."""

    kind: str
    """A key of what is compared: "article", "version"."""
    name: str
    where: str
    """"both" if it differs, "one" or "other" if only that archive has it."""


def compare(one: Path, other: Path) -> list[Difference]:
    """Return how two archives differ. Raises as `Archive.open` does."""
    with (
        closing(open_database(one, create=False, read_only=True)) as first,
        closing(open_database(other, create=False, read_only=True)) as second,
    ):
        return [each for kind, sql in _KINDS.items() for each in _differences(kind, sql, first, second)]


def count(folder: Path) -> dict[str, int]:
    """Return how much an archive has of each kind of thing that is compared."""
    with closing(open_database(folder, create=False, read_only=True)) as connection:
        return {kind: connection.execute(f"SELECT count(*) FROM ({sql})").fetchone()[0] for kind, sql in _KINDS.items()}


def _differences(kind: str, sql: str, one: sqlite3.Connection, other: sqlite3.Connection) -> Iterator[Difference]:
    """Yield what differs, by name: both archives give their rows in the order of the names."""
    sides = [
        groupby(connection.execute(f"SELECT * FROM ({sql}) ORDER BY 1"), key=itemgetter(0))
        for connection in (one, other)
    ]
    left, right = (_next(side) for side in sides)
    while left or right:
        name = min(side[0] for side in (left, right) if side)
        is_left, is_right = (bool(side and side[0] == name) for side in (left, right))
        if not (is_left and is_right):
            yield Difference(kind, name, "one" if is_left else "other")
        elif left != right:
            yield Difference(kind, name, "both")
        left = _next(sides[0]) if is_left else left
        right = _next(sides[1]) if is_right else right


def _next(side: Iterator[tuple[str, Iterator[tuple[Any, ...]]]]) -> tuple[str, Counter[tuple[Any, ...]]] | None:
    """Return the next name, and the rows that have it."""
    found = next(side, None)
    return None if found is None else (found[0], Counter(found[1]))

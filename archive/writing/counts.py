"""Counts the outcomes of a run twice: from the frontier, and from the captures.

Every function works inside the transaction of its caller.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archive.outcomes import Outcome, Reason
from archive.record import AliasCause

GONE = "gone"
"""A refusal that says that the newspaper has taken a stored article away."""
OUTSIDE = "outside"
"""Not fetched, because it was published outside the days that the run wanted."""
LEFT = None

_IS_OUTSIDE = """ifnull(
    u.hint_published_at < json_extract(r.settings, '$.since')
    OR u.hint_published_at >= json_extract(r.settings, '$.until'), 0)"""
_IS_STORED = f"""{{0}}.article_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM article_urls a WHERE a.url = {{0}}.url AND a.cause = '{AliasCause.PART}')"""
"""Whether an address is that of a stored article; what becomes of a further page says nothing of the article."""
_FRONTIER = f"""
SELECT iif(u.run_outcome IS NULL AND {_IS_OUTSIDE}, '{OUTSIDE}', u.run_outcome), u.run_reason, {_IS_STORED.format("u")}
FROM runs r JOIN urls u ON u.run_id = r.id WHERE r.id = :run AND u.kind = 'article'
UNION ALL
SELECT iif({_IS_OUTSIDE}, '{OUTSIDE}', NULL), NULL, 0 FROM runs r JOIN urls u ON u.site_id = r.site_id
WHERE r.id = :run AND u.kind = 'article' AND u.due_at IS NOT NULL AND u.run_id IS NOT :run
  AND (u.due_at <= r.started_at OR u.fetched_at IS NULL)
"""
"""What the run met, and what was due when it began and was left."""
_CAPTURES = f"""
SELECT outcome, reason, {_IS_STORED.format("c")}, max(id) FROM captures c WHERE run_id = :run AND kind = 'article'
GROUP BY url
"""
"""Of several captures of one address the last one counts: SQLite takes the other columns from the row of max()."""
_DOUBTFUL = """
SELECT count(*) FROM (
    SELECT doubts, article_id, status, max(id) FROM captures WHERE run_id = :run AND kind = 'article' GROUP BY url
)
WHERE doubts IS NOT NULL OR (
    status <> 304 AND article_id IN (SELECT article_id FROM article_doubts WHERE doubt = 'further-pages'))
"""
"""Of an article that lies on several pages, all that were read while others are missing."""
_SOURCES = """
SELECT outcome, reason, 0, max(id) FROM captures WHERE run_id = :run AND kind <> 'article' GROUP BY url
"""

_Fates = Counter[tuple[str | None, str | None]]
"""Outcome (or GONE, OUTSIDE, LEFT) and reason → how many addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Addresses of articles, each counted once, and sources; `RunReport` explains the names."""

    stored: int
    revised: int
    unchanged: int
    gone: int
    refused: Mapping[Reason, int]
    failed: Mapping[Reason, int]
    left: int
    outside: int
    doubtful: int
    sources_ok: int
    sources_failed: int
    balances: bool

    @property
    def found(self) -> int:
        """The sum of all counts except `outside`."""
        judged = sum(self.refused.values()) + sum(self.failed.values())
        return self.stored + self.revised + self.unchanged + self.gone + judged + self.left


def count_run(connection: sqlite3.Connection, run: int) -> Counts:
    """Return the counts of a run as the archive has them now."""
    frontier = _tally(connection.execute(_FRONTIER, {"run": run}))
    captures = _tally(connection.execute(_CAPTURES, {"run": run}))
    sources = _tally(connection.execute(_SOURCES, {"run": run}))
    (doubtful,) = connection.execute(_DOUBTFUL, {"run": run}).fetchone()
    sources.pop((Outcome.REFUSED, Reason.BUDGET), None)  # not requested: neither read nor failed
    failing = _total(sources, Outcome.REFUSED) + _total(sources, Outcome.FAILED)
    return Counts(
        stored=_total(frontier, Outcome.ADDED),
        revised=_total(frontier, Outcome.REVISED),
        unchanged=_total(frontier, Outcome.UNCHANGED),
        gone=_total(frontier, GONE),
        refused=_by_reason(frontier, Outcome.REFUSED),
        failed=_by_reason(frontier, Outcome.FAILED),
        left=_total(frontier, LEFT),
        outside=_total(frontier, OUTSIDE),
        doubtful=doubtful,
        sources_ok=sources.total() - failing,
        sources_failed=failing,
        balances=captures == Counter({fate: n for fate, n in frontier.items() if fate[0] not in (LEFT, OUTSIDE)}),
    )


def _tally(rows: Iterable[tuple[str | None, str | None, int]]) -> _Fates:
    """Count rows of outcome, reason, and whether the address is that of a stored article."""
    fates = _Fates()
    for outcome, reason, is_stored, *_ in rows:
        is_gone = outcome == Outcome.REFUSED and is_stored and reason and Reason(reason).says_gone
        fates[GONE if is_gone else outcome, reason] += 1
    return fates


def _total(fates: _Fates, outcome: str | None) -> int:
    return sum(n for (of, _), n in fates.items() if of == outcome)


def _by_reason(fates: _Fates, outcome: Outcome) -> Counter[Reason]:
    return Counter({Reason(reason): n for (of, reason), n in fates.items() if of == outcome and reason})

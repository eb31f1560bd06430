"""The gaps of one outlet: days of one state in a row, their evidence, and the command that may fill them."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from archive.outcomes import Reason
from archive.reading.day_states import Coverage, CoverageDay, DayState, Unknown, in_one_state
from archive.reading.filters import site_id_of
from archive.times import from_text_or_none, to_text_or_none
from archive.writing.day_evidence import DAY_OF_ADDRESS, SOURCES, UNSTORED

_MISSED = f"""
SELECT reason, due_at IS NOT NULL, count(*) FROM urls
WHERE site_id = :site AND {UNSTORED} AND {DAY_OF_ADDRESS} BETWEEN :since AND :until GROUP BY 1, 2
"""
_ANSWERS = f"""
SELECT c.reason, c.status, count(*) FROM runs r JOIN captures c ON c.run_id = r.id
WHERE r.site_id = :site AND r.started_at >= :since AND r.started_at < :end
    AND c.kind IN ({SOURCES}) AND c.reason IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC
"""
_RUNS = """
SELECT (SELECT max(started_at) FROM runs WHERE site_id = :site AND started_at < :since),
    (SELECT min(started_at) FROM runs WHERE site_id = :site AND started_at >= :end)
"""


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """How often sources answered with one reason and status."""

    reason: Reason
    status: int | None
    """HTTP; None where no answer came."""
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Days in a row of which articles are not stored, all in one state."""

    first: date
    last: date
    state: DayState
    unknown: Unknown | None
    """Why there is no evidence; None for every other state."""
    stored: int
    """Articles of these days; a few of a day of which more were missed."""
    missed: int
    """Addresses of these days without an article."""
    never_asked: int
    """Those of `missed` that no crawl has requested."""
    reasons: dict[Reason, int]
    """Reason code → those of `missed` that were requested."""
    answers: tuple[SourceAnswer, ...]
    """What sources answered on these days when they could not be read, the most frequent first."""
    crawl_before: datetime | None
    """When the last crawl before these days began; None without one, as for the next field."""
    crawl_after: datetime | None
    command: str | None
    """What may fill the gap; None if nothing can: no crawl asks for the addresses again."""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "state": self.state,
            "unknown": self.unknown,
            "stored": self.stored,
            "missed": self.missed,
            "never_asked": self.never_asked,
            "reasons": self.reasons,
            "answers": [{"reason": each.reason, "status": each.status, "times": each.times} for each in self.answers],
            "crawl_before": to_text_or_none(self.crawl_before),
            "crawl_after": to_text_or_none(self.crawl_after),
            "command": self.command,
        }


def gaps(connection: sqlite3.Connection, found: Coverage) -> tuple[Gap, ...]:
    """Return the gaps of the days of an outlet, the first one first."""
    site_id = site_id_of(connection, found.site)
    return tuple(_gap(connection, site_id, found.site, days) for days in in_one_state(found.days))


def _gap(connection: sqlite3.Connection, site_id: int, site: str, days: list[CoverageDay]) -> Gap:
    first, last, state, unknown = days[0].day, days[-1].day, days[0].state, days[0].unknown
    span = {"since": first.isoformat(), "until": last.isoformat(), "end": (last + timedelta(1)).isoformat()}
    values = {"site": site_id, **span}
    missed = connection.execute(_MISSED, values).fetchall() if state is DayState.MISSED else ()
    could_fail = state in (DayState.SITE_DOWN, DayState.UNKNOWN)
    answers = connection.execute(_ANSWERS, values).fetchall() if could_fail else ()
    before, after = connection.execute(_RUNS, values).fetchone()
    reasons = Counter[Reason]()
    for code, _, number in missed:
        if code is not None and Reason(code).means_missed:
            reasons[Reason(code)] += number
    return Gap(
        first=first,
        last=last,
        state=state,
        unknown=unknown,
        stored=sum(each.stored for each in days),
        missed=sum(each.missed for each in days),
        never_asked=sum(number for code, _, number in missed if code is None),
        reasons=dict(reasons.most_common()),
        answers=tuple(SourceAnswer(Reason(code), status, times) for code, status, times in answers),
        crawl_before=from_text_or_none(before),
        crawl_after=from_text_or_none(after),
        command=_command(site, days, waits=any(is_due for _, is_due, _ in missed)),
    )


def _command(site: str, days: list[CoverageDay], *, waits: bool) -> str | None:
    """Return the command that may fill a gap. `waits`: addresses of its days are due."""
    span = f"--since {days[0].day} --until {days[-1].day}"
    if days[0].state is DayState.MISSED:
        return f"baotinh crawl {site} {span}" if waits else None
    if days[0].unknown is Unknown.NOT_OVER:
        return f"baotinh crawl {site}"
    if days[0].unknown is Unknown.UNREAD:
        return f"baotinh probe {site}"
    return f"baotinh crawl {site} --backfill {span}"

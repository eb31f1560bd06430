"""A run, which is one crawl of one site: its settings, its counts, and whether they agree."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from archive.errors import NoSuchRun
from archive.outcomes import Outcome, Reason
from archive.phrases import phrase
from archive.record import Loss
from archive.rows import row_of
from archive.times import from_text, from_text_or_none, to_text
from archive.writing.clock import mend_frontier
from archive.writing.counts import Counts, count_run
from archive.writing.frontier import forget_answers, wake_unread

_LAST_RULES = "SELECT json_extract(settings, '$.rules') FROM runs WHERE site_id = ? ORDER BY id DESC LIMIT 1"


class RunStatus(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    FINISHED = "finished"
    """It ended as planned, with articles or without."""
    INTERRUPTED = "interrupted"
    """Somebody stopped it."""
    STOPPED = "stopped"
    """Its limit of memory ended it."""
    FAULTY = "faulty"
    """It ended as planned, but the program failed on an answer."""
    ABANDONED = "abandoned"
    """Its process died."""


@dataclass(frozen=True, slots=True)
class SourceTrouble:
    """A feed, sitemap or section page that gave nothing, and why."""

    url: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class SourceLoss:
    """A source that was read, and the entries that it lost."""

    url: str
    entries: int
    example: str
    """What one of them has in place of an address; "" for nothing."""

    def __str__(self) -> str:
        return phrase("{url}: {loss}", url=self.url, loss=Loss(self.entries, self.example))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """The counts of one run; URLs of articles, each counted once."""

    run: int
    site: str
    started_at: datetime
    finished_at: datetime | None
    status: RunStatus
    found: int
    """Articles of the run: due links of its sources, and what earlier runs left. It is the sum of the counts from
    `stored` to `left`."""
    stored: int
    revised: int
    unchanged: int
    gone: int
    """Stored articles that the newspaper has taken away."""
    refused: Mapping[Reason, int]
    failed: Mapping[Reason, int]
    left: int
    """Not fetched: they stay due."""
    outside: int
    """Due, but published outside the days that the run wanted: not fetched, and not in `found`."""
    doubtful: int
    """Pages that were read with doubts; each is counted in another count too."""
    known: int
    """Further addresses that the sources named and that were not due."""
    sources_ok: int
    sources_failed: int
    """Feeds, sitemaps and section pages."""
    troubles: tuple[SourceTrouble, ...]
    """The sources that failed, in the order of the crawl."""
    losses: tuple[SourceLoss, ...]
    """The sources with entries that gave no address. An unchanged source is not read again, and has none."""
    cut_short: tuple[str, ...]
    """Why the run did not request everything that it wanted, one sentence each."""
    notes: tuple[str, ...]
    """What else a person should know of the run, one sentence each."""
    balances: bool
    """Whether the counts from the frontier and from the captures agree."""

    @property
    def is_without_answer(self) -> bool:
        """Whether no source could be read; False for a run that requested none."""
        return self.sources_failed > 0 and self.sources_ok == 0

    def as_record(self) -> dict[str, Any]:
        """Return the report as JSON knows it: times as text, reasons by their codes."""
        return {
            **asdict(self),
            "started_at": to_text(self.started_at),
            "finished_at": self.finished_at and to_text(self.finished_at),
        }


def begin_run(
    connection: sqlite3.Connection,
    site_id: int,
    *,
    started_at: datetime,
    version: str,
    settings: Mapping[str, Any],
) -> int:
    """Open a run.

    If the setting "rules" differs from that of the run before, addresses that those rules could not read become due,
    and everything else is read whole at its next look: validators belong to an answer and the rules that read it. All
    of it belongs into one transaction: the next run compares its rules with those of this one.
    """
    before = connection.execute(_LAST_RULES, (site_id,)).fetchone()
    if before is not None and None not in (before[0], settings.get("rules")) and before[0] != settings["rules"]:
        wake_unread(connection, site_id, at=started_at)
        forget_answers(connection, site_id)
    note = mend_frontier(connection, site_id, at=started_at)
    row = connection.execute(
        "INSERT INTO runs (site_id, started_at, status, version, settings, notes) VALUES (?,?,?,?,?,?) RETURNING id",
        (
            site_id,
            to_text(started_at),
            RunStatus.RUNNING,
            version,
            json.dumps(dict(settings), ensure_ascii=False, sort_keys=True, default=str),
            json.dumps([note] if note else [], ensure_ascii=False),
        ),
    ).fetchone()
    return int(row[0])


def end_dead_runs(connection: sqlite3.Connection, site_id: int, *, at: datetime) -> list[int]:
    """Close the runs of a site whose process died, with the counts that they reached, and return them."""
    rows = connection.execute("SELECT id FROM runs WHERE site_id = ? AND finished_at IS NULL", (site_id,)).fetchall()
    for (run,) in rows:
        last = connection.execute("SELECT max(fetched_at) FROM captures WHERE run_id = ?", (run,)).fetchone()[0]
        end_run(connection, run, finished_at=from_text_or_none(last) or at, status=RunStatus.ABANDONED)
    return [run for (run,) in rows]


def end_run(
    connection: sqlite3.Connection, run: int, *, finished_at: datetime, status: RunStatus, cut_short: Sequence[str] = ()
) -> RunReport:
    """Close a run and store its counts: they cannot be counted again once the next run has changed the frontier."""
    counts = count_run(connection, run)
    values = {
        **_numbers(counts),
        "refused": sum(counts.refused.values()),
        "failed": sum(counts.failed.values()),
        "reasons": json.dumps({**counts.refused, **counts.failed}, sort_keys=True),
        "finished_at": to_text(finished_at),
        "status": RunStatus(status),
        "cut_short": json.dumps(list(cut_short), ensure_ascii=False),
    }
    assignments = ", ".join(f'"{column}" = :{column}' for column in values)
    connection.execute(f"UPDATE runs SET {assignments} WHERE id = :id", {**values, "id": run})
    return report_run(connection, run)


def report_run(connection: sqlite3.Connection, run: int) -> RunReport:
    """Return the counts of a run, even if it is still running or died; NoSuchRun if it is unknown."""
    sql = "SELECT r.*, s.site FROM runs r JOIN sites s ON s.id = r.site_id WHERE r.id = ?"
    row = row_of(connection.execute(sql, (run,)))
    if row is None:
        raise NoSuchRun(run)
    if row["finished_at"] is None:
        counts = count_run(connection, run)
        row |= {**_numbers(counts), "refused": counts.refused, "failed": counts.failed}
    else:
        reasons = {Reason(code): n for code, n in json.loads(row["reasons"]).items()}
        row["refused"] = {reason: n for reason, n in reasons.items() if reason.outcome is Outcome.REFUSED}
        row["failed"] = {reason: n for reason, n in reasons.items() if reason.outcome is Outcome.FAILED}
    return RunReport(
        run=run,
        site=row["site"],
        started_at=from_text(row["started_at"]),
        finished_at=from_text_or_none(row["finished_at"]),
        status=RunStatus(row["status"]),
        found=row["found"],
        stored=row["stored"],
        revised=row["revised"],
        unchanged=row["unchanged"],
        gone=row["gone"],
        refused=dict(row["refused"]),
        failed=dict(row["failed"]),
        left=row["left"],
        outside=row["outside"],
        doubtful=row["doubtful"] or 0,
        known=row["known"],
        sources_ok=row["sources_ok"],
        sources_failed=row["sources_failed"],
        troubles=_troubles(connection, run),
        losses=_losses(connection, run),
        cut_short=tuple(json.loads(row["cut_short"])),
        notes=tuple(json.loads(row["notes"])),
        balances=bool(row["balances"]),
    )


def latest_runs(connection: sqlite3.Connection, *, limit: int, site: str | None = None) -> Iterator[RunReport]:
    """Yield the reports of the last runs, of all sites or of one, the newest first."""
    sql = """SELECT r.id FROM runs r JOIN sites s ON s.id = r.site_id WHERE :site IS NULL OR s.site = :site
        ORDER BY r.id DESC LIMIT :limit"""
    for (run,) in connection.execute(sql, {"site": site, "limit": limit}).fetchall():
        yield report_run(connection, run)


def last_run(connection: sqlite3.Connection, site: str) -> RunReport | None:
    """Return the report of the last run of a site, finished or not; None if it was never crawled."""
    row = connection.execute(
        "SELECT max(r.id) FROM runs r JOIN sites s ON s.id = r.site_id WHERE s.site = ?", (site,)
    ).fetchone()
    return None if row[0] is None else report_run(connection, row[0])


def _troubles(connection: sqlite3.Connection, run: int) -> tuple[SourceTrouble, ...]:
    rows = connection.execute(
        "SELECT url, outcome, reason, detail, max(id) FROM captures WHERE run_id = ? AND kind <> 'article' "
        "GROUP BY url ORDER BY max(id)",
        (run,),
    )
    return tuple(
        SourceTrouble(url, Reason(reason), detail or "")
        for url, outcome, reason, detail, _ in rows
        if outcome in (Outcome.REFUSED, Outcome.FAILED) and reason != Reason.BUDGET
    )


def _losses(connection: sqlite3.Connection, run: int) -> tuple[SourceLoss, ...]:
    rows = connection.execute(
        "SELECT url, lost, lost_example, max(id) FROM captures WHERE run_id = ? AND kind <> 'article' "
        "GROUP BY url ORDER BY max(id)",
        (run,),
    )
    return tuple(SourceLoss(url, lost, example or "") for url, lost, example, _ in rows if lost)


def _numbers(counts: Counts) -> dict[str, int]:
    """Return the columns of `runs` that are plain counts."""
    return {
        "found": counts.found,
        "stored": counts.stored,
        "revised": counts.revised,
        "unchanged": counts.unchanged,
        "gone": counts.gone,
        "left": counts.left,
        "doubtful": counts.doubtful,
        "outside": counts.outside,
        "sources_ok": counts.sources_ok,
        "sources_failed": counts.sources_failed,
        "balances": counts.balances,
    }

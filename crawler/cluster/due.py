"""What is due in a shard: it is read from the archive alone, so a queue that is lost is made again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from archive import Archive, RunReport, RunStatus
from crawler.cluster.cluster_file import Cluster, Shard
from crawler.fetch.quiet import quiet_until

UNENDED = (RunStatus.RUNNING, RunStatus.INTERRUPTED, RunStatus.ABANDONED)
"""Such a run, if no process goes on with it, left what it had not fetched."""


def due_sites(cluster: Cluster, shard: Shard, sites: Iterable[str], *, at: datetime) -> list[str]:
    """Return those of the sites that are due at `at` and not in their quiet hours, the longest waiting first.

    Raises ArchiveError.
    """
    every = timedelta(minutes=cluster.every)
    waiting: list[tuple[datetime, str]] = []
    with Archive.open(shard.folder, read_only=True) as archive:
        for site in sites:
            last = next(iter(archive.runs(limit=1, site=site)), None)
            if _is_due(last, every=every, at=at) and not quiet_until(cluster.sites[site].quiet_hours, at=at):
                waiting.append((last.started_at if last else datetime.min.replace(tzinfo=at.tzinfo), site))
    return [site for _, site in sorted(waiting)]


def _is_due(last: RunReport | None, *, every: timedelta, at: datetime) -> bool:
    if last is None or last.status in UNENDED or _is_cut_by_time(last):
        return True
    # a run of the future was begun by a wrong clock
    return not last.started_at <= at < last.started_at + every


def _is_cut_by_time(run: RunReport) -> bool:
    """Return whether a run left articles only because its time was over; no host stopped it."""
    return run.status is RunStatus.FINISHED and run.left > 0 and not run.cut_short

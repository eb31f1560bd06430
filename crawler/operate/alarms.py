"""What a person is told of the crawls: a state is news when it begins, when it has lasted for a week, and when it ends.

Whoever is told the same thing every hour reads none of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from archive import VIETNAM, DiskSpace, ExitCode, joined, phrase
from crawler.operate.health import Checkup, disk_line, is_short, problem_lines

WEEK = timedelta(days=7)
"""A state that lasts is told again after this time."""
ARCHIVE, DISK = "archive", "disk"
"""Names of states that are not of a site; names of sites may be the same, and then share one."""


class Change(StrEnum):
    """What makes a state news."""

    BEGINS = "begins"
    LASTS = "lasts"
    ENDS = "ends"


_WORDS = {
    Change.BEGINS: phrase("needs a look"),
    Change.LASTS: phrase("still needs a look"),
    Change.ENDS: phrase("well again"),
}


@dataclass(frozen=True, slots=True)
class State:
    """What needs a look now."""

    name: str
    """Of a site, ARCHIVE or DISK."""
    code: ExitCode
    lines: tuple[str, ...]
    """What is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was told of a state that has not ended."""

    code: ExitCode
    since: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell."""

    name: str
    change: Change
    since: datetime
    lines: tuple[str, ...] = ()


def states_of(checkups: Sequence[Checkup], disk: DiskSpace) -> Iterator[State]:
    """Yield what needs a look."""
    for checkup in checkups:
        if checkup.exit_code is not ExitCode.DONE:
            unanswered = () if checkup.problems else (phrase("no source of it could be read"),)
            yield State(checkup.health.site, checkup.exit_code, (*unanswered, *problem_lines(checkup)))
    if is_short(disk):
        yield State(DISK, ExitCode.LESS_THAN_EXPECTED, (disk_line(disk),))


def digest_lines(checkups: Sequence[Checkup], disk: DiskSpace) -> Iterator[str]:
    """Yield the state of every site, for a person who wants to see each day that all is well."""
    for checkup in checkups:
        day, run = checkup.day, checkup.health.last_run
        usual = "" if day.usual is None else phrase(", usually {usual:g}", usual=day.usual)
        yield phrase(
            "{site}: {articles} new articles{usual}; last run {status}",
            site=checkup.health.site,
            articles=day.articles,
            usual=usual,
            status=run.status,
        )
        yield from ("  " + line for line in problem_lines(checkup))
    yield disk_line(disk)


def news_of(
    states: Sequence[State], known: Mapping[str, Known], *, at: datetime
) -> tuple[list[News], dict[str, Known]]:
    """Return what is to be told at `at`, and what is known once it was told.

    A state that gets another exit code begins anew. A moment in the future was written by a wrong clock: the state is
    told again.
    """
    news: list[News] = []
    now_known: dict[str, Known] = {}
    for state in states:
        before = known.get(state.name)
        if before is None or before.code is not state.code or before.since > at:
            news.append(News(state.name, Change.BEGINS, at, state.lines))
            now_known[state.name] = Known(state.code, at, at)
        elif timedelta(0) <= at - before.told_at < WEEK:
            now_known[state.name] = before
        else:
            news.append(News(state.name, Change.LASTS, before.since, state.lines))
            now_known[state.name] = Known(state.code, before.since, at)
    ended = (name for name in known if name not in now_known)
    news += [News(name, Change.ENDS, known[name].since) for name in ended]
    return news, now_known


def subject_of(news: Sequence[News]) -> str:
    """Return one line that says what happened."""
    parts = []
    for change, words in _WORDS.items():
        if names := [each.name for each in news if each.change is change]:
            more = phrase(" and {n} more", n=len(names) - 3) if len(names) > 3 else ""
            parts.append(phrase("{names}{more}: {words}", names=", ".join(names[:3]), more=more, words=words))
    return joined("; ", parts)


def lines_of(news: Sequence[News]) -> Iterator[str]:
    """Yield the text of a message."""
    for each in news:
        since = f"{each.since.astimezone(VIETNAM):%Y-%m-%d %H:%M}"
        match each.change:
            case Change.BEGINS:
                yield phrase("{name} needs a look:", name=each.name)
            case Change.LASTS:
                yield phrase("{name} has needed a look since {since}:", name=each.name, since=since)
            case Change.ENDS:
                yield phrase("{name} is well again; it had needed a look since {since}", name=each.name, since=since)
        yield from ("  " + line for line in each.lines)
        yield ""

"""What an outlet can do on the wire: what the archive holds afterwards, and what the outlet's server saw.

Every fault is a host of its own; a crawl goes to many of them side by side. The number before a test's name is
the row of the table of faults.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive import Archive, Reason, RunReport
from crawler.crawl.report import exit_code
from crawler.settings import DOWNLOAD_TIMEOUT
from tests.command import Program, start_command
from tests.crawler.wire import BAD, GOOD, Wire, serve, site_file
from tests.crawler.wire_faults import (
    FAULTS,
    MOVED,
    PATIENCE,
    SECRET,
    SOURCE,
    SOURCES,
    TIMEOUT,
    TRIES,
    BrokenSource,
    Fault,
)

LIMITS = f"""
import atexit, pathlib, re, resource, sys
import crawler.settings
crawler.settings.BAOTINH_PATIENCE = {PATIENCE}
crawler.settings.RETRY_TIMES = {TRIES - 1}
def peak():
    own = pathlib.Path("/proc/self/status")  # getrusage counts what the process that started this one had taken
    told = re.search(r"VmHWM:\\s+(\\d+)", own.read_text()) if own.exists() else None
    return told[1] if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
atexit.register(lambda: print("peak", peak(), file=sys.stderr))
"""
MOST_MEMORY = 300 * 1024
"""KiB."""


@dataclass(frozen=True)
class Crawled:
    """The results of all hosts."""

    wires: Mapping[str, Wire]
    reports: Mapping[str, RunReport]
    made_of: Mapping[tuple[str, str], str]
    """Site and path → reason, or outcome if it is stored; what was left is not there."""
    memory: int
    """KiB at the peak of one crawl."""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """Crawl the slow hosts with short limits of time, and the many others with the usual ones."""
    folder = tmp_path_factory.mktemp("wire")
    with ExitStack() as stack:
        hosts: tuple[Fault | BrokenSource, ...] = (*FAULTS, *SOURCES)
        wires = {named(each): stack.enter_context(serve(Wire(each.routes()))) for each in hosts}
        for each in hosts:
            told = {"kind": each.kind, "source": SOURCE} if isinstance(each, BrokenSource) else {}
            text = site_file(wires[named(each)].origin, **told)
            (folder / f"{named(each)}.toml").write_text(text, encoding="utf-8")
        slow = {named(each) for each in FAULTS if each.reason is Reason.TIMEOUT}
        crawls = [
            begin_crawl(folder, sorted(slow), seconds=TIMEOUT),
            begin_crawl(folder, sorted(wires.keys() - slow), seconds=DOWNLOAD_TIMEOUT),
        ]
        peaks = [peak_of(crawl) for crawl in crawls]
    with Archive.open(folder / "news-archive", read_only=True) as archive:
        reports = {report.site: report for report in archive.runs(limit=len(wires))}
    return Crawled(wires, reports, read_frontier(folder), max(peaks))


def begin_crawl(folder: Path, names: Sequence[str], *, seconds: int) -> Program:
    """Begin to crawl these hosts in one process with this timeout."""
    files = [argument for name in names for argument in ("--site-file", f"{name}.toml")]
    limits = f"{LIMITS}crawler.settings.DOWNLOAD_TIMEOUT = {seconds}\n"
    return start_command(["crawl", "--create", "--allow-private", "--delay", "0", *files], folder, before=limits)


def peak_of(crawl: Program) -> int:
    """Return the largest memory of a crawl in KiB, when it has ended."""
    done = crawl.result()
    assert "Traceback" not in done.stderr, done.stderr
    return int(done.stderr.split("peak ")[1])


def read_frontier(folder: Path) -> dict[tuple[str, str], str]:
    """Return the result of each article address, by the name of its site and its path."""
    sql = "SELECT s.site, u.url, ifnull(u.reason, u.outcome) FROM urls u JOIN sites s ON s.id = u.site_id"
    with closing(sqlite3.connect(folder / "news-archive" / "news.db")) as connection:
        rows = connection.execute(f"{sql} WHERE u.kind = 'article' AND u.outcome IS NOT NULL").fetchall()
    return {(site, urlsplit(url).path): made_of for site, url, made_of in rows}


def named(fault: Fault | BrokenSource) -> str:
    kind = f"{fault.kind}-" if isinstance(fault, BrokenSource) else ""
    return f"{fault.row}-{kind}{fault.name}"


@pytest.mark.parametrize("fault", FAULTS, ids=named)
def test_a_fault_costs_its_page_and_nothing_else(crawled: Crawled, fault: Fault) -> None:
    name = named(fault)
    wire, report = crawled.wires[name], crawled.reports[name]
    is_read = fault.good or (name, BAD) in crawled.made_of  # else the sources themselves were not asked for
    if is_read:
        assert crawled.made_of.get((name, BAD)) == (fault.reason or "added")
    assert crawled.made_of.get((name, GOOD)) == ("added" if fault.good else None)
    assert report.balances
    assert report.stored == fault.good + (fault.reason is None)
    assert wire.paths()[0] == "/robots.txt"
    assert wire.paths().count(BAD) == fault.hits
    if fault.reason not in (Reason.TIMEOUT, Reason.TOO_LARGE):  # a server learns late that the crawler has hung up
        assert wire.most_open == 1, "one connection at a time"
    if not fault.good:
        assert set(wire.paths()) <= {"/robots.txt", MOVED}
        assert {trouble.reason for trouble in report.troubles} == {fault.reason}
        assert exit_code(report) == 4


@pytest.mark.parametrize("fault", SOURCES, ids=named)
def test_what_can_be_read_of_a_broken_source_is_used(crawled: Crawled, fault: BrokenSource) -> None:
    wire, report = crawled.wires[named(fault)], crawled.reports[named(fault)]
    assert crawled.made_of.get((named(fault), GOOD)) == ("added" if fault.good else None)
    assert {trouble.reason for trouble in report.troubles} == ({Reason.UNREADABLE} if fault.problem else set())
    assert report.balances
    assert wire.paths().count(SOURCE) == 1
    assert SECRET not in wire.paths()


def test_a_host_that_names_a_pause_gets_it(crawled: Crawled) -> None:
    wire = crawled.wires["17-seconds"]
    place = wire.paths().index(BAD)
    assert wire.gaps()[place] >= 2


def test_a_failed_page_is_asked_for_again_after_everything_else(crawled: Crawled) -> None:
    paths = crawled.wires["16-500"].paths()
    assert paths[-1] == BAD
    assert sorted(paths[-3:-1]) == sorted((BAD, GOOD))


def test_memory_is_bounded(crawled: Crawled) -> None:
    assert crawled.memory < MOST_MEMORY

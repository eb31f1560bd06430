"""Reads the answers of a crawl: small ones in its own process, large ones in others, within a time limit.

The process of the crawl goes on fetching meanwhile, and stays the only writer: it sends pages to the other processes,
and they return what they read. A crawl of many sites sends every answer, because one core cannot read all of them.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from archive import Kind, Reason, Refusal, phrase
from crawler.discover import Found, discover
from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.page import Page
from crawler.site import Layout, Site

SITES_A_CORE = 50
"""Sites that one core can carry at a one-second delay: it extracts about 100 pages/s."""
MOST_WORK = 10.0
"""Most seconds of processor time for one answer in another process. Within the bounds, the worst article takes 1 s, the
largest sitemap 4 s."""
LONGEST = 60.0
"""Most seconds by the clock for the same: a slow or busy machine must not cost pages that are all right."""
LIGHT_BYTES = 128 * 1024
"""Most bytes of an answer that is read in the crawl's own process; half of all real pages are smaller."""
LIGHT_MARKS = 3_000
"""Most tags, objects and addresses of such an answer: each takes up to 0.08 ms, so the answer takes less than a quarter
of a second. Nine of ten real pages have fewer."""
START = "spawn"
"""How the other processes start: a fork of this process would hold its connections and its lock on the archive."""
_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x78")
"""First bytes of gzip, zstd and zlib: the content is not known before it is unpacked."""

_Read = TypeVar("_Read")
_sites: dict[str, Site] = {}
_layouts: list[Layout] = []
"""Used only in a process that reads, and set once when it starts: sending a site takes longer than reading a page."""


class AnswerReader(Protocol):
    """Reads the answers of a crawl. Never raises, whatever a server sends."""

    async def article(self, page: Page, site: Site) -> Extraction:
        """Return the article of a page."""

    async def source(self, page: Page, kind: Kind, site: Site) -> Found:
        """Return the links of a feed, sitemap, section page or JSON list."""


class ReadsHere:
    """Reads everything in this process."""

    async def article(self, page: Page, site: Site) -> Extraction:
        """Return the article of a page."""
        return extract(page, site)

    async def source(self, page: Page, kind: Kind, site: Site) -> Found:
        """Return the links of a source."""
        return discover(page, kind, site)


class _ReadsThere:
    """Reads in the processes of a pool: every answer, or with `is_for_large` only those that are not light."""

    def __init__(self, pool: ProcessPool, *, is_for_large: bool, seconds: float) -> None:
        self._pool = pool
        self._is_for_large = is_for_large
        self._seconds = seconds
        self._here = ReadsHere()

    async def article(self, page: Page, site: Site) -> Extraction:
        if self._is_for_large and is_light(page.body):
            return await self._here.article(page, site)
        read = await self._read(_extract, page, site.name)
        return Extraction(refusal=Refusal(Reason.EXTRACTOR, read)) if isinstance(read, str) else read

    async def source(self, page: Page, kind: Kind, site: Site) -> Found:
        if self._is_for_large and is_light(page.body):
            return await self._here.source(page, kind, site)
        read = await self._read(_discover, page, kind, site.name)
        return Found(problem=read) if isinstance(read, str) else read

    async def _read(self, function: Callable[..., _Read], *arguments: object) -> _Read | str:
        """Return the result of a function in a process of the pool, or the reason why there is none."""
        try:
            return await asyncio.wrap_future(read_there(self._pool, function, *arguments, seconds=self._seconds))
        except (TimeoutError, ProcessExpired) as error:
            return why_unread(error, seconds=self._seconds)
        except RuntimeError as error:  # the pool is closed
            return phrase("no process could read it: {error}", error=error)


def is_light(body: bytes) -> bool:
    """Return whether an answer can be read so fast that the crawl can wait for it."""
    if len(body) > LIGHT_BYTES or body.startswith(_PACKED):
        return False
    left = LIGHT_MARKS - body.count(b"<") - body.count(b"{")
    # each address has a colon, and one character is counted in a fifth of the time
    return body.count(b":") <= left or body.count(b"://") <= left


def processes_for(sites: int) -> int:
    """Return how many further processes the answers of this many sites need; 0 if one core is enough."""
    return min(sites // SITES_A_CORE, cores() - 1)


@contextmanager
def answer_reader(sites: Sequence[Site], *, processes: int, seconds: float = LONGEST) -> Iterator[AnswerReader]:
    """Yield a reader of the answers of these sites that uses `processes` other processes.

    With 0 it reads light answers in this process, and the others in one process that starts with the first of them.
    If an answer ends its process, takes more than MOST_WORK or longer than `seconds`, it is refused, and a new process
    starts.
    """
    with reading_pool(sites, processes=max(processes, 1)) as pool:
        yield _ReadsThere(pool, is_for_large=processes == 0, seconds=seconds)


@contextmanager
def reading_pool(sites: Sequence[Site], *, processes: int, layouts: Sequence[Layout] = ()) -> Iterator[ProcessPool]:
    """Yield processes that know these sites, and these layouts for pages of no site; see `known_site`."""
    context = multiprocessing.get_context(START)
    pool = ProcessPool(processes, initializer=_learn, initargs=(tuple(sites), tuple(layouts)), context=context)
    try:
        yield pool
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def read_there(
    pool: ProcessPool, function: Callable[..., _Read], *arguments: object, seconds: float = LONGEST
) -> "Future[_Read]":
    """Call a function in a process of the pool; that ends if it takes more than MOST_WORK or longer than `seconds`."""
    future: Future[_Read] = pool.schedule(_bounded, args=(MOST_WORK, function, *arguments), timeout=seconds)
    return future


def why_unread(error: TimeoutError | ProcessExpired, *, seconds: float = LONGEST) -> str:
    """Return why `read_there` gave nothing."""
    if isinstance(error, TimeoutError):
        return phrase("it could not be read within {seconds:g} s", seconds=seconds)
    if error.exitcode == -getattr(signal, "SIGPROF", 0):
        return phrase("it could not be read within {seconds:g} s of processor time", seconds=MOST_WORK)
    return phrase("the process that read it died ({code})", code=error.exitcode)


def known_site(name: str | None) -> tuple[Site | None, Sequence[Layout]]:
    """Return, in a process of a pool, the site of this name and the layouts to try besides; None: a page of no site."""
    return (None, _layouts) if name is None else (_sites[name], ())


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _learn(sites: Sequence[Site], layouts: Sequence[Layout]) -> None:
    _sites.update((site.name, site) for site in sites)
    _layouts[:] = layouts


def _bounded(seconds: float, function: Callable[..., _Read], *arguments: object) -> _Read:
    """Call a function; the signal SIGPROF ends this process once it took these seconds of processor time."""
    if not hasattr(signal, "setitimer"):  # Windows
        return function(*arguments)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _extract(page: Page, name: str) -> Extraction:
    return extract(page, _sites[name])


def _discover(page: Page, kind: Kind, name: str) -> Found:
    return discover(page, kind, _sites[name])

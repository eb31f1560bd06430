"""Where the answers of a crawl are read: small ones in its own process, large ones in others, under a limit of time.

The process of the crawl goes on fetching meanwhile, and stays the only writer: only pages go out to the others, and
only what they read comes back. A crawl of many sites sends them every answer, because one core cannot read for all.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from archive import Kind, Reason, Refusal
from crawler.discover import Found, discover
from crawler.extract.article import Extraction, extract
from crawler.page import Page
from crawler.site import Site

SITES_A_CORE = 50
"""Sites that one core can carry at a one-second delay: it extracts about 100 pages/s."""
LONGEST = 10.0
"""Seconds for one answer in another process. The worst article that its bounds admit takes 1 s, the largest sitemap
4 s."""
LIGHT_BYTES = 128 * 1024
"""Of an answer that is read in the crawl's own process; half of all real pages are smaller."""
LIGHT_MARKS = 3_000
"""Tags, objects and addresses of such an answer: each takes up to 0.08 ms, so that it holds the crawl for less than a
quarter of a second. Nine of ten real pages have fewer."""
_MARKS = (b"<", b"{", b"://")
_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x78")
"""How gzip, zstd and zlib begin: what is in them is not known before they are unpacked."""

_Read = TypeVar("_Read")
_sites: dict[str, Site] = {}
"""Used only in a process that reads, set once as it starts: sending a site along takes longer than reading a page."""


class AnswerReader(Protocol):
    """What reads the answers of a crawl. Never raises for anything that a server can send."""

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
    """Reads in the processes of a pool: everything, or with `is_for_large` what is not light."""

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
        """Return what a process of the pool makes of the arguments, or why nothing."""
        try:
            return await asyncio.wrap_future(self._pool.schedule(function, args=arguments, timeout=self._seconds))
        except TimeoutError:
            return f"it could not be read within {self._seconds:g} s"
        except ProcessExpired as error:
            return f"the process that read it died ({error.exitcode})"
        except RuntimeError as error:  # the pool cannot be used any more
            return f"no process could read it: {error}"


def is_light(body: bytes) -> bool:
    """Return whether an answer is read so fast that the crawl can wait for it."""
    is_small = len(body) <= LIGHT_BYTES and not body.startswith(_PACKED)
    return is_small and sum(map(body.count, _MARKS)) <= LIGHT_MARKS


def processes_for(sites: int) -> int:
    """Return how many processes should read beside that of a crawl of so many sites; 0 while a core carries it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(sites // SITES_A_CORE, cores - 1)


@contextmanager
def answer_reader(sites: Sequence[Site], *, processes: int, seconds: float = LONGEST) -> Iterator[AnswerReader]:
    """Yield what reads the answers of these sites in so many other processes.

    With 0 it reads light answers in this process, and the others in one that starts with the first of them.
    An answer that ends the process that reads it, or takes it longer than `seconds`, is refused, and a new process
    takes its place.
    """
    # not forked: a copy of this process would hold its connections and its lock on the archive
    context = multiprocessing.get_context("spawn")
    pool = ProcessPool(max(processes, 1), initializer=_learn, initargs=(tuple(sites),), context=context)
    try:
        yield _ReadsThere(pool, is_for_large=processes == 0, seconds=seconds)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _learn(sites: Sequence[Site]) -> None:
    _sites.update((site.name, site) for site in sites)


def _extract(page: Page, name: str) -> Extraction:
    return extract(page, _sites[name])


def _discover(page: Page, kind: Kind, name: str) -> Found:
    return discover(page, kind, _sites[name])

"""Where the pages of a crawl are read: in its own process, or in others beside it when it carries many sites.

To read a page takes as long as to fetch and to store it. The process of the crawl goes on fetching and stays the one
writer; nothing but pages goes out to the others, and nothing but what they gave comes back.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from pebble import ProcessExpired, ProcessPool

from archive import Reason, Refusal
from crawler.extract.article import Extraction, extract
from crawler.page import Page
from crawler.site import Site

ReadPage = Callable[[Page, Site], Awaitable[Extraction]]

SITES_A_CORE = 50
"""At a second of delay: some 100 pages a second is all that one core can do, and a crawl that uses it up is late."""
LONGEST = 30.0
"""Seconds for one page in another process; the worst page that was made up for it takes a quarter of one."""

_sites: dict[str, Site] = {}
"""Only in a process that reads, set once as it starts: to send a site along takes longer than to read the page."""


async def read_here(page: Page, site: Site) -> Extraction:
    """Read a page in this process."""
    return extract(page, site)


def processes_for(sites: int) -> int:
    """Return how many processes should read beside that of a crawl of so many sites: none while a core carries it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(sites // SITES_A_CORE, cores - 1)


@contextmanager
def page_reader(sites: Sequence[Site], *, processes: int, seconds: float = LONGEST) -> Iterator[ReadPage]:
    """Yield what reads the pages of these sites, in so many other processes or, with none, in this one.

    A page that ends the process that reads it, or takes it longer than `seconds`, is refused as any that breaks the
    extractor, and a new process takes its place.
    """
    if processes == 0:
        yield read_here
        return

    async def read(page: Page, site: Site) -> Extraction:
        try:
            return await asyncio.wrap_future(pool.schedule(_read, args=(page, site.name), timeout=seconds))
        except TimeoutError:
            return Extraction(refusal=Refusal(Reason.EXTRACTOR, f"it could not be read within {seconds:g} s"))
        except ProcessExpired as error:
            return Extraction(refusal=Refusal(Reason.EXTRACTOR, f"the process that read it died ({error.exitcode})"))
        except RuntimeError as error:  # the pool cannot be used any more
            return Extraction(refusal=Refusal(Reason.EXTRACTOR, f"no process could read it: {error}"))

    # not forked: a copy of this process would hold its connections and its lock on the archive
    context = multiprocessing.get_context("spawn")
    pool = ProcessPool(processes, initializer=_learn, initargs=(tuple(sites),), context=context)
    try:
        yield read
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _learn(sites: Sequence[Site]) -> None:
    _sites.update((site.name, site) for site in sites)


def _read(page: Page, name: str) -> Extraction:
    return extract(page, _sites[name])

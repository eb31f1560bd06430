"""The pages that a person named, from files and from the web, and what the outlet's robots.txt adds to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urljoin

from archive import Kind, Refusal, phrase
from crawler.crawl.order import Order, new_process
from crawler.crawl.visit import ROBOTS, Answer, Ask, Visit, visit_sites
from crawler.errors import BadArgument, DifferentOutlets
from crawler.fetch.robots_txt import read_robots
from crawler.page import Page
from crawler.reader import checked_address, read_page
from crawler.site_files.unknown import site_of_address
from crawler.urls import canonical, host_of


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a proposal is made of."""

    pages: tuple[Page, ...]
    sitemaps: tuple[str, ...] = ()
    """Addresses that robots.txt names; empty for saved pages, whose robots.txt nobody requested."""


def gather(targets: Sequence[str], addresses: Sequence[str], *, order: Order) -> Gathered:
    """Read the files, with one address each if any is given, and fetch the web pages, robots.txt and the home page.

    Raises BadArgument, UnreadableFile, DifferentOutlets, PrivateAddress, Interrupted, and PageUnreachable for a page
    that was named.
    """
    files = [target for target in targets if not _is_web(target)]
    if addresses and len(addresses) != len(files):
        raise BadArgument(
            "--url", phrase("{n} of them", n=len(addresses)), wanted=phrase("one for each of {n} files", n=len(files))
        )
    for address in addresses:
        if not _is_address(address):
            raise BadArgument("--url", address, wanted=phrase("a web address"))
    saved = [read_page(Path(file), url) for file, url in zip_longest(files, addresses)]
    named = [checked_address(target) for target in targets if _is_web(target)]
    if not named:
        return Gathered(tuple(saved))
    answers = _visit(named, order)
    # a home page that the outlet closes to programs, or that does not come, is missed and no more
    fetched = [each.good_page() for each in answers if each.url in named or (each.kind != ROBOTS and not each.refusal)]
    return Gathered((*saved, *fetched), _sitemaps_in(answers))


def _visit(named: Sequence[str], order: Order) -> list[Answer]:
    """Request the pages that were named, and the home page that they belong to."""
    site = site_of_address(named[0])
    hosts = {host_of(url) for url in named}
    if not hosts <= set(site.domains):
        raise DifferentOutlets(sorted(hosts))

    async def ask_all(ask: Ask) -> None:
        answers = [await ask(url, Kind.ARTICLE) for url in named]
        pages = [answer.page.url for answer in answers if answer.page and not answer.refusal]
        home = urljoin(pages[0] if pages else named[0], "/")
        if pages and home not in (*named, *pages):
            await ask(home, Kind.SECTION)

    (answers,) = visit_sites([Visit(site, ask_all)], new_process((), order))
    return answers


def _sitemaps_in(answers: Sequence[Answer]) -> tuple[str, ...]:
    for answer in answers:
        if answer.kind == ROBOTS and answer.page and answer.status == 200:
            rules = read_robots(answer.page.body)
            return () if isinstance(rules, Refusal) else tuple(rules.sitemaps)
    return ()


def _is_web(target: str) -> bool:
    return target.startswith(("http://", "https://"))


def _is_address(text: str) -> bool:
    try:
        return bool(canonical(text))
    except ValueError:
        return False

"""The pages that a person named, from files and from the web, and what the outlet's robots.txt adds to them."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urljoin

from protego import Protego

from crawler.errors import BadArgument, PageUnreachable
from crawler.page import Page
from crawler.reader import fetch_page, read_page
from crawler.settings import BOT_NAME, DOWNLOAD_DELAY
from crawler.urls import canonical


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a proposal is made of."""

    pages: tuple[Page, ...]
    sitemaps: tuple[str, ...] = ()
    """Addresses that robots.txt names; none for saved pages, whose robots.txt nobody asked for."""


def gather(targets: Sequence[str], addresses: Sequence[str], *, allow_private: bool) -> Gathered:
    """Read the files, with one address each if any is given, and fetch the web pages, robots.txt and the home page.

    Raises BadArgument, UnreadableFile, PrivateAddress, PageUnreachable (for a page that was named).
    """
    files = [target for target in targets if not _is_web(target)]
    if addresses and len(addresses) != len(files):
        raise BadArgument("--url", f"{len(addresses)} of them", wanted=f"one for each of {len(files)} files")
    for address in addresses:
        if not _is_address(address):
            raise BadArgument("--url", address, wanted="a web address")
    saved = [read_page(Path(file), url) for file, url in zip_longest(files, addresses)]
    named = [target for target in targets if _is_web(target)]
    if not named:
        return Gathered(tuple(saved))
    robots = _read_robots(named[0], allow_private=allow_private)
    fetched = [_fetch(url, allow_private=allow_private) for url in named]
    home = urljoin(fetched[0].url, "/")
    # a home page that the outlet closes to programs, or that does not come, is missed and no more
    if home not in {page.url for page in fetched} and robots and robots.can_fetch(home, BOT_NAME):
        with suppress(PageUnreachable):
            fetched.append(_fetch(home, allow_private=allow_private))
    return Gathered((*saved, *fetched), tuple(robots.sitemaps) if robots else ())


def _is_web(target: str) -> bool:
    return target.startswith(("http://", "https://"))


def _is_address(text: str) -> bool:
    try:
        return bool(canonical(text))
    except ValueError:
        return False


def _read_robots(url: str, *, allow_private: bool) -> Protego | None:
    """Return what robots.txt says; None if the host does not say what it allows."""
    try:
        page = fetch_page(urljoin(url, "/robots.txt"), allow_private=allow_private)
    except PageUnreachable as error:
        # RFC 9309: where there is no robots.txt, nothing is forbidden
        is_missing = error.status is not None and error.status < 500 and error.status != 429
        return Protego.parse("") if is_missing else None
    return Protego.parse(page.body.decode("utf-8-sig", "replace"))


def _fetch(url: str, *, allow_private: bool) -> Page:
    """Fetch a page, a moment after the one before it."""
    time.sleep(DOWNLOAD_DELAY)
    return fetch_page(url, allow_private=allow_private)

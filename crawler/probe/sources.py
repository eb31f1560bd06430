"""Judge the answers of sources, and choose articles to look at."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from archive import Kind, Link, Reason, Refusal, phrase
from crawler.crawl.visit import Answer
from crawler.discover import Found, discover
from crawler.discover.documents import is_html
from crawler.discover.feeds import DECLARED_FEEDS
from crawler.discover.found import resolve
from crawler.extract.article import extract
from crawler.page import Page
from crawler.probe.faults import fix_of, moved, pattern_fix, too_old
from crawler.probe.record import Finding, SourceCheck, fault, remark
from crawler.site import Site
from crawler.site_files.shapes import propose_patterns
from crawler.urls import canonical, classify

_ANY = re.compile("^/")
_NEVER = datetime.min.replace(tzinfo=UTC)
_SECTION = re.compile(r"/[a-z-]{3,40}(?:/[a-z-]{3,40})?(?:/|\.html?)?")
"""Path of a section: one or two folders of letters and hyphens, without numbers."""
MOST_OFFERED = 6
"""Most addresses in one line of advice."""
_INSTEAD = (Reason.TAKEN_OVER, Reason.CAPTCHA, Reason.LOGIN, Reason.ERROR_PAGE)
"""Reasons why a page with status 200 may not be the section page."""
_HOME_IS_GONE = phrase(
    "find where the outlet is now, and put that host first in domains; if it has ended, write status or merged_into"
)


@dataclass(frozen=True, slots=True)
class Home:
    """Addresses on the home page that could replace a source."""

    sections: tuple[str, ...]
    feeds: tuple[str, ...]

    @property
    def replacement(self) -> str:
        """How to fix a source that no longer exists."""
        offered = ", ".join((*self.feeds, *self.sections)[:MOST_OFFERED])
        links = phrase("; the home page links {offered}", offered=offered) if offered else ""
        return phrase("remove it, or replace it") + links


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer of a source, read as a crawl reads it, with all addresses on the site, not only the matching ones."""

    answer: Answer
    found: Found
    pages: tuple[str, ...]
    """Every address on the site to which it links, articles included."""
    sections: tuple[str, ...]
    """The addresses among `pages` that are no articles."""


def read_source(answer: Answer, site: Site) -> Reading:
    """Read the answer of a source; an error has no links."""
    if answer.page is None or answer.refusal:
        return Reading(answer, Found(), (), ())
    kind = Kind(answer.kind)
    everything = discover(answer.page, kind, replace(site, article_url=(_ANY,), not_article=()))
    pages = tuple(link.url for link in everything.links if link.kind is Kind.ARTICLE)
    sections = tuple(url for url in pages if classify(url, site) is Kind.SECTION)
    return Reading(answer, discover(answer.page, kind, site), pages, sections)


def check_source(reading: Reading) -> SourceCheck:
    """Return the source's part of the report."""
    answer, links = reading.answer, reading.found.links
    articles = sum(link.kind is Kind.ARTICLE for link in links)
    refusal = answer.refusal
    return SourceCheck(
        kind=answer.kind,
        url=answer.url,
        final_url=answer.page.url if answer.page else answer.led_to,
        status=answer.status,
        size=answer.size,
        articles=articles,
        sections=len(reading.sections) + len(links) - articles,
        newest=max((moment for link in links if (moment := _moment(link)) != _NEVER), default=None),
        problem=f"{refusal.reason}: " + refusal.detail if refusal else reading.found.problem,
        loss=reading.found.loss,
    )


def articles_to_ask(readings: Sequence[Reading]) -> tuple[str, ...]:
    """Return addresses of articles: first the newest of each source, then others that look like articles."""
    known = (_newest(link for link in reading.found.links if link.kind is Kind.ARTICLE) for reading in readings)
    looks = (each.examples[0] for reading in readings for each in propose_patterns(reading.pages)[:1])
    return tuple(dict.fromkeys([*(link.url for link in known if link), *looks]))


def nested_list(readings: Sequence[Reading]) -> Link | None:
    """Return the newest sitemap in an index, or the first list in a menu; None without either."""
    return _newest(link for reading in readings for link in reading.found.links if link.kind is not Kind.ARTICLE)


def _newest(links: Iterable[Link]) -> Link | None:
    """Return the latest link; if no link has a date, the first one."""
    return max(links, key=_moment, default=None)


def _moment(link: Link) -> datetime:
    return link.published_at or link.modified_at or _NEVER


def judge_source(
    reading: Reading, site: Site, *, known: Mapping[str, Site], home: Home, at: datetime
) -> Iterator[Finding]:
    """Yield what is wrong with a source; `home` has addresses that could replace it."""
    answer, page, url = reading.answer, reading.answer.page, reading.answer.url
    if answer.led_to:
        yield moved(answer, site, known)
    elif answer.refusal:
        fix = fix_of(answer.refusal, url, status=answer.status)
        if answer.refusal.reason is Reason.GONE:
            fix = _HOME_IS_GONE if _is_home(url) else home.replacement
        yield fault(url, f"{answer.refusal.reason}: " + answer.refusal.detail, fix=fix)
    if page is None or answer.refusal:
        return
    if _is_home(page.url) and not _is_home(url):
        yield fault(url, phrase("it leads to the home page"), fix=home.replacement)
    elif canonical(page.url) != canonical(url):
        yield remark(url, phrase("it leads to {url}", url=page.url), fix=f'url = "{page.url}"')
    if reading.found.problem and (instead := _came_instead(page)):
        yield fault(url, f"{instead.reason}: " + instead.detail, fix=fix_of(instead, url))
    elif reading.found.problem:
        yield fault(url, reading.found.problem, fix=_fix_of_content(reading, site, home))
    if newest := check_source(reading).newest:
        yield from too_old(url, newest, site=site, at=at)


def _came_instead(page: Page) -> Refusal | None:
    """Return why the page is not the source, for example a login page; None if nothing on it says so.

    The page is read without its address, because a home page would be refused for its address alone.
    """
    refusal = extract(replace(page, url="https://unknown.invalid/")).refusal
    return refusal if refusal and refusal.reason in _INSTEAD else None


def _fix_of_content(reading: Reading, site: Site, home: Home) -> str:
    """Return how to fix a source that came but has no articles."""
    page, kind = reading.answer.page, Kind(reading.answer.kind)
    assert page, "a source that did not come has no content"
    if kind in (Kind.FEED, Kind.SITEMAP) and is_html(page.body):
        is_listing = any(link.kind is Kind.ARTICLE for link in discover(page, Kind.SECTION, site).links)
        return phrase('kind = "section": it lists articles') if is_listing else home.replacement
    if reading.pages:
        return pattern_fix(reading.pages)
    if kind is Kind.SECTION:
        return phrase("if a browser shows links there, {fix}", fix=fix_of(Refusal(Reason.SHELL, ""), page.url))
    return phrase("remove it, if the other sources name the same articles")


def offers_of(readings: Sequence[Reading], site: Site) -> Home:
    """Return the addresses on the home page that are not sources yet; empty if the page did not come."""
    page = next((each for each in readings if each.answer.page and _is_home(each.answer.page.url)), None)
    if page is None or page.answer.page is None:
        return Home((), ())
    taken = {canonical(source.url) for source in site.sources}
    names = [url for url in page.sections if url not in taken and _SECTION.fullmatch(urlsplit(url).path)]
    tree = LexborHTMLParser(page.answer.page.body)
    targets = (node.attributes.get("href") or "" for node in tree.css(DECLARED_FEEDS))
    feeds = [url for target in targets if (url := resolve(target, page.answer.page.url)) and url not in taken]
    return Home(tuple(names), tuple(feeds))


def _is_home(url: str) -> bool:
    return urlsplit(url).path in ("", "/")

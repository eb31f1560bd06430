"""The one spider: walk a site's sources, fetch what is due, hand every answer to the archive."""

from collections.abc import AsyncIterator, Iterable, Iterator, Set
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive import (
    VIETNAM,
    Archive,
    ArchiveError,
    Article,
    Capture,
    Kind,
    Link,
    NoSuchArticle,
    Reason,
    Refusal,
    RunReport,
)
from crawler.discover import discover
from crawler.errors import BadArgument
from crawler.extract.article import extract
from crawler.middlewares.guard import check_start
from crawler.middlewares.politeness import Postponed
from crawler.middlewares.transfer import tls_settings
from crawler.page import Page
from crawler.site import Site
from crawler.spiders.failures import has_no_end, refusal_of, status_refusal
from crawler.urls import api_address, article_id_of

ARTICLE_PRIORITY = 10
"""Articles before exploration: a crawl that is stopped early has articles, not lists of them."""


class NewsSpider(scrapy.Spider):
    """A crawl of one site; `spider_for` makes a class of it for each.

    Spider arguments (`-a name=value`): limit, the most articles to fetch; since and until, the days
    (2026-01-31) between which an article is published, both included.
    """

    name = "news"
    site: Site
    archive: Archive
    run: int | None = None
    """Id of the run in the archive; set when the pipeline opens, unless it could not."""
    report: RunReport | None = None
    """Set when the run is closed."""
    trouble: ArchiveError | None = None
    """What stopped the crawl: the archive could not be written."""

    def __init__(
        self,
        *,
        archive: Archive | None = None,
        limit: str | int | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.limit = _count(limit)
        self.since = _start_of(since, "since")
        last = _start_of(until, "until")
        self.until = last + timedelta(days=1) if last else None
        self.is_archive_shared = archive is not None
        if archive is not None:
            self.archive = archive
        self._asked: set[str] = set()
        self._articles_asked = 0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict(tls_settings(cls.site), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        check_start(cls.site, crawler.settings)
        spider = super().from_crawler(crawler, *args, **kwargs)
        if not spider.is_archive_shared:  # `scrapy crawl`: one spider, one process, its own archive
            spider.archive = Archive.open(Path(crawler.settings["BAOTINH_ARCHIVE"]), create=True)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """First what earlier runs left, then the sources."""
        if self.run is None:
            return
        for request in self._requests(self.archive.due_urls(self.site.name, at=_now(), run=self.run)):
            yield request
        for source in self.site.sources:
            yield self._request(source.url, Kind(source.kind))

    def parse_source(self, response: Response, kind: Kind, number: int, before: Set[str]) -> Iterator[Any]:
        """Hand on the links of a source, ask for those that are due, turn the page.

        `number` is that of its page in this walk, from 1; `before` are the articles of the page before it.
        """
        capture = self._capture(response, kind)
        if refusal := status_refusal(response.status):
            yield replace(capture, refusal=refusal)
            return
        found = discover(page_of(response, capture.fetched_at), kind, self.site)
        # what could be read of a broken source is used all the same
        refusal = Refusal(Reason.UNREADABLE, found.problem) if found.problem else None
        links, at = found.links, capture.fetched_at
        listed = frozenset(link.url for link in links if link.kind is Kind.ARTICLE)
        turn = [link for link in links if link.kind is not Kind.ARTICLE]  # an index is followed every time
        news = [link for link in self.archive.due(links, at=at) if link.kind is Kind.ARTICLE]
        is_repeated = bool(listed) and listed <= before  # the server knows no further page
        if found.next_page and number < self.site.max_pages and not is_repeated:
            page = Link(found.next_page, kind)
            fresh = listed - before
            # what another source of this crawl was quicker to name is news too
            has_news = not (fresh.isdisjoint(self._asked) and fresh.isdisjoint(link.url for link in news))
            if has_news or not found.is_cursor:
                links += (page,)
                # A page that was never turned is due by itself; one that was is turned again when there is news.
                if has_news or self.archive.due([page], at=at):
                    turn.append(page)
        yield replace(capture, links=links, refusal=refusal)
        yield from self._requests(news)
        if not self._is_full:
            yield from self._requests(turn, number=number + 1, before=listed)

    def parse_article(self, response: Response) -> Iterator[Capture]:
        """Extract, and hand on what came of it."""
        capture = self._capture(response, Kind.ARTICLE)
        if refusal := status_refusal(response.status):
            yield replace(capture, refusal=refusal)
            return
        result = extract(page_of(response, capture.fetched_at), self.site)
        if result.article and not self._is_wanted(result.article.published_at):
            return  # it stays due, and is counted as left: a crawl without these dates will store it
        if result.article and has_no_end(response.body) and (refusal := self._refuse_shorter(result.article)):
            yield replace(capture, refusal=refusal)
            return
        cms_id = article_id_of(result.article.url, self.site) if result.article else None
        yield replace(capture, article=result.article, cms_id=cms_id, refusal=result.refusal)

    def record_failure(self, failure: Failure) -> Iterator[Capture]:
        """No answer came, or none was asked for: that is an outcome too.

        What this run does not ask for is left to the next; a source is recorded if its host gave cause for that.
        """
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, Postponed) and (request.meta["kind"] is Kind.ARTICLE or not error.is_failure):
            return
        yield Capture(
            url=request.meta["asked"],
            kind=request.meta["kind"],
            fetched_at=_now(),
            site=self.site.name,
            run=self.run,
            final_url=_final_url(request),
            refusal=refusal_of(error),
        )

    @property
    def _is_full(self) -> bool:
        return self.limit is not None and self._articles_asked >= self.limit

    def _requests(
        self, links: Iterable[Link], *, number: int = 1, before: Set[str] = frozenset()
    ) -> Iterator[scrapy.Request]:
        """Ask once for each link that this crawl wants; what it does not ask for is left for another."""
        for link in links:
            if link.url in self._asked:
                continue
            if link.kind is Kind.ARTICLE:
                if self._is_full or not self._is_wanted(link.published_at):
                    continue
                self._articles_asked += 1
            yield self._request(link.url, link.kind, number=number, before=before)

    def _request(self, url: str, kind: Kind, *, number: int = 1, before: Set[str] = frozenset()) -> scrapy.Request:
        self._asked.add(url)
        is_article = kind is Kind.ARTICLE
        return request_for(
            url,
            kind,
            site=self.site,
            callback=self.parse_article if is_article else self.parse_source,
            cb_kwargs={} if is_article else {"kind": kind, "number": number, "before": before},
            errback=self.record_failure,
            priority=ARTICLE_PRIORITY if is_article else 0,
        )

    def _capture(self, response: Response, kind: Kind) -> Capture:
        assert response.request is not None, "the engine sets it"
        return Capture(
            url=response.meta["asked"],
            kind=kind,
            fetched_at=_now(),
            site=self.site.name,
            run=self.run,
            final_url=_final_url(response.request),
            status=response.status,
            headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, values in response.headers.items()
                for value in values
            ),
            body=response.body,
        )

    def _refuse_shorter(self, article: Article) -> Refusal | None:
        """A page that may have been cut replaces no longer text."""
        try:
            stored = self.archive.get(article.url).article
        except NoSuchArticle:
            return None
        count, before = len(article.body.split()), len(stored.body.split())
        if count >= before:
            return None
        return Refusal(Reason.SHRUNKEN, f"the page has no </html>, and {count} words where {before} are stored")

    def _is_wanted(self, published_at: datetime | None) -> bool:
        """True if the day is between since and until; an article without a date is wanted always."""
        if published_at is None:
            return True
        return (self.since is None or published_at >= self.since) and (self.until is None or published_at < self.until)


def request_for(url: str, kind: Kind, *, site: Site, **options: Any) -> scrapy.Request:
    """Return the request for an address of the site: that of its JSON answer, if that is where it comes from."""
    api = url if kind is Kind.JSON else api_address(url, site) if kind is Kind.ARTICLE else None
    return scrapy.Request(
        api or url,
        headers={"Accept": "application/json"} if api else None,
        meta={"asked": url, "kind": kind, "is_api": api is not None},
        # Scrapy's own filter drops a redirect to an address already seen without a word
        dont_filter=True,
        **options,
    )


def page_of(response: Response, fetched_at: datetime) -> Page:
    """Return what came, as the readers take it: a JSON answer goes by the address that it was asked for."""
    header = response.headers.get("Content-Type")
    url = response.meta["asked"] if response.meta.get("is_api") else response.url
    return Page(url, response.body, fetched_at, header.decode("latin-1") if header else None)


def _final_url(request: scrapy.Request) -> str | None:
    """Return where redirects led, if there were any; the address of a JSON answer is none of its article."""
    asked = request.meta["asked"]
    is_answer = request.meta["is_api"] and request.meta["kind"] is Kind.ARTICLE
    return None if is_answer or request.url == asked else request.url


def _now() -> datetime:
    return datetime.now(UTC)


def _start_of(day: str | date | None, name: str) -> datetime | None:
    """00:00 +07:00 of a day. Raises BadArgument if it is no day."""
    try:
        parsed = date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        raise BadArgument(name, str(day), wanted="a day such as 2026-01-31") from None
    return datetime.combine(parsed, time(), VIETNAM) if parsed else None


def _count(limit: str | int | None) -> int | None:
    """The most articles to fetch. Raises BadArgument if it is no number from 1."""
    try:
        count = int(limit) if limit is not None else None
    except ValueError:
        count = 0
    if count is not None and count < 1:
        raise BadArgument("limit", str(limit), wanted="a number from 1")
    return count

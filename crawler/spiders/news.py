"""The one spider: it reads a site's sources, fetches what is due, and hands every answer to the archive."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive import (
    Agenda,
    Archive,
    ArchiveError,
    Capture,
    Kind,
    Link,
    Reason,
    Refusal,
    phrase,
)
from crawler.discover import Found
from crawler.extract.captured import refuse_unread, status_refusal, with_reading
from crawler.fetch.captures import answer_to, missing_answer
from crawler.fetch.guard import Closed, check_start
from crawler.fetch.politeness import Postponed
from crawler.fetch.requests import asked_with, is_unchanged, page_of, picture_request, request_for
from crawler.fetch.run import Run, meta_of
from crawler.fetch.transfer import tls_settings
from crawler.fetch.traps import BACKFILL_PAGES, MOST_LEVELS
from crawler.site import Site
from crawler.site_files.outlets import register_outlets
from crawler.spiders.arguments import count_of, end_of, is_yes, start_of
from crawler.urls import is_on
from crawler.workers import AnswerReader, ReadsHere

BATCH = 100
"""Articles that are taken from the archive at once, so that the memory of a crawl does not grow with its backlog, and
new articles of a list wait for no more than these."""
MOST_PICTURES = 500
"""Pictures that a run requests: at a second each they take eight minutes. The others wait until their article is seen
again."""


@dataclass(frozen=True, slots=True)
class _PageBefore:
    """Addresses of articles on a page of a list, kept until its next page is read."""

    listed: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    """Those that were not on the page before it too: a box of the latest news is on every page."""


class NewsSpider(scrapy.Spider):
    """A crawl of one site; `spider_for` makes a subclass for each.

    Spider arguments (`-a name=value`): limit, the most articles to fetch; since and until, the first and last day of
    publication (2026-01-31); backfill, 1 to read lists to their end; refetch, 1 to read stored articles again; create,
    1 to make the archive if it is missing.
    """

    name = "news"
    site: Site

    def __init__(
        self,
        *,
        run: Run,
        reader: AnswerReader | None = None,
        urls: Sequence[str] = (),
        limit: str | int | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        backfill: str | bool = False,
        refetch: str | bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.run = run
        self._reader = reader or ReadsHere()
        self._urls = tuple(urls)
        self.limit = count_of(limit)
        self.since = start_of(since, "since")
        self.until = end_of(until, "until")
        self.pages = BACKFILL_PAGES if is_yes(backfill, "backfill") else self.site.max_pages
        self._is_refetch = is_yes(refetch, "refetch")
        self._pages_before: dict[str, _PageBefore] = {}
        self._articles_asked = 0
        self._has_pictures = False

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict(tls_settings(cls.site), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        check_start(cls.site, crawler.settings)
        if "run" not in kwargs:  # `scrapy crawl`: one spider, one process, its own archive
            folder, create = Path(crawler.settings["BAOTINH_ARCHIVE"]), is_yes(kwargs.pop("create", False), "create")
            kwargs["run"] = _own_run(cls.site, folder, create=create)
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.go_on, signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Begin with the sources of the site file; a run for certain articles requests only those."""
        if self.run.agenda is None:
            return
        for url in self._urls:
            yield self._request(Link(url, Kind.ARTICLE))
        if self._is_refetch:
            self.run.refetch(since=self.since, until=self.until)
        for source in () if self._urls else self.site.sources:
            yield self._request(Link(source.url, Kind(source.kind)))

    def go_on(self) -> None:
        """Request what is due next: articles, or one more page of a list, or pictures. Raises DontCloseSpider.

        The archive knows what is due, also after a kill. Raises CloseSpider if it cannot be read.
        """
        agenda = self.run.agenda
        if agenda is None or self.run.trouble or self._is_closed or self._urls:
            return
        try:
            links = self._next_articles(agenda) or self._next_list(agenda)
            requests = [self._request(link) for link in links] or self._next_pictures(agenda)
        except ArchiveError as error:
            self.run.note_trouble(error)
            raise CloseSpider("archive") from error
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    async def parse_source(self, response: Response, kind: Kind, depth: int) -> AsyncIterator[Capture]:
        """Yield the capture of a source with its links; the archive decides which of them are due.

        `depth` is 0 for a source of the site file, 1 for the second page of a list, and so on.
        """
        assert self.run.agenda is not None, "nothing is requested without a run"
        capture = answer_to(asked_with(response), response, self.run)
        if is_unchanged(response):
            yield capture
            return
        if refusal := status_refusal(response.status):
            yield replace(capture, refusal=refusal)
            return
        found = await self._reader.source(page_of(response, capture.fetched_at), kind, self.site)
        # the readable part of a broken source is used
        refusal = Refusal(Reason.UNREADABLE, found.problem) if found.problem else None
        page = self._next_page(self.run.agenda, capture.url, found, kind)
        links = found.links + page
        yield replace(capture, links=links, refusal=refusal, loss=found.loss)
        most = MOST_LEVELS if kind is Kind.SITEMAP else self.pages
        if depth + 1 >= most:
            for link in links:
                if link.kind is not Kind.ARTICLE:
                    yield self._beyond_budget(link, most=most)

    async def parse_article(self, response: Response) -> AsyncIterator[Capture]:
        """Extract the article of a page, and yield the capture."""
        assert self.run.agenda is not None, "nothing is requested without a run"
        capture = answer_to(asked_with(response), response, self.run)
        if is_unchanged(response):
            yield capture
            return
        if refusal := refuse_unread(capture, self.site):
            yield replace(capture, refusal=refusal)
            return
        result = await self._reader.article(page_of(response, capture.fetched_at), self.site)
        published_at = result.article.published_at if result.article else None
        if published_at and not self._is_wanted(published_at):
            # it stays due and is counted as outside: a crawl without these dates will store it
            self.run.agenda.note_published(capture.url, published_at)
            self.run.keep_raw(capture.exchanges)
            return
        yield with_reading(capture, result, self.site, page=response.body)

    def keep_picture(self, response: Response) -> None:
        """Keep the raw answer for a picture."""
        self.run.keep_raw(meta_of(asked_with(response)).take_exchanges())

    def pass_over(self, failure: Failure) -> None:
        """Keep what came for a picture before it failed, if anything did."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        self.run.keep_raw(meta_of(request).take_exchanges())

    def record_failure(self, failure: Failure) -> Iterator[Capture]:
        """Yield the capture of a request without an answer.

        An article that this run does not request is left for the next one, without a capture; a source has one if its
        host is the cause.
        """
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        meta = meta_of(request)
        assert meta.kind is not None, "the spider requests no robots.txt"
        is_article = meta.kind is Kind.ARTICLE
        if isinstance(error, Postponed) and (is_article or not error.is_failure):
            return
        if isinstance(error, Closed) and is_article:
            return
        yield missing_answer(request, error, self.run)

    @property
    def _is_closed(self) -> bool:
        """Whether this run sends the site no more requests: each of its addresses would only be postponed."""
        names = (self.site.name, urlsplit(self.site.home).hostname)
        return self.run.is_over or any(name in self.run.stopped for name in names)

    def _next_articles(self, agenda: Agenda) -> list[Link]:
        left = BATCH if self.limit is None else min(BATCH, self.limit - self._articles_asked)
        links = agenda.take_articles(at=self.run.now(), limit=left, since=self.since, until=self.until)
        self._articles_asked += len(links)
        return links

    def _next_list(self, agenda: Agenda) -> list[Link]:
        """Return one page of a list, or none; pages that are older than `since` are skipped."""
        if self.limit is not None and self._articles_asked >= self.limit:
            return []
        sources = {source.url for source in self.site.sources}
        while link := agenda.take_source(at=self.run.now(), pages=self.pages, levels=MOST_LEVELS, since=self.since):
            before = self._pages_before.get(link.url, _PageBefore())
            newest = agenda.newest_of(before.fresh) if self.since else None
            if link.url not in sources and not (newest and self.since and newest < self.since):
                return [link]
        return []

    def _next_pictures(self, agenda: Agenda) -> list[scrapy.Request]:
        """Return the requests for all pictures that this run fetches; none when this was asked before."""
        if not (self.site.keeps_pictures and self.run.keeps_raw) or self._has_pictures:
            return []
        self._has_pictures = True
        hosts = (*self.site.domains, *self.site.picture_hosts)
        return [
            picture_request(url, callback=self.keep_picture, errback=self.pass_over)
            for url in agenda.pictures(limit=MOST_PICTURES)
            if is_on(url, hosts)
        ]

    def _next_page(self, agenda: Agenda, url: str, found: Found, kind: Kind) -> tuple[Link, ...]:
        """Return the next page of a list if it is to be read: it never was, or this page has news."""
        listed = frozenset(link.url for link in found.links if link.kind is Kind.ARTICLE)
        before = self._pages_before.pop(url, _PageBefore())
        is_repeated = bool(listed) and listed <= before.listed  # the server has no further page
        if found.next_page is None or is_repeated:
            return ()
        fresh = listed - before.listed
        if not agenda.has_news(url, fresh) and (found.is_cursor or not agenda.is_new(found.next_page)):
            return ()
        self._pages_before[found.next_page] = _PageBefore(listed, fresh)
        return (Link(found.next_page, kind),)

    def _request(self, link: Link) -> scrapy.Request:
        is_article = link.kind is Kind.ARTICLE
        return request_for(
            link.url,
            link.kind,
            site=self.site,
            callback=self.parse_article if is_article else self.parse_source,
            cb_kwargs={} if is_article else {"kind": link.kind, "depth": link.depth},
            errback=self.record_failure,
        )

    def _beyond_budget(self, link: Link, *, most: int) -> Capture:
        what = phrase("levels of sitemaps") if link.kind is Kind.SITEMAP else phrase("pages of a list")
        return Capture(
            url=link.url,
            kind=link.kind,
            fetched_at=self.run.now(),
            site=self.site.name,
            run=self.run.id,
            refusal=Refusal(Reason.BUDGET, phrase("a run reads at most {most:,} {what}", most=most, what=what)),
        )

    def _is_wanted(self, published_at: datetime | None) -> bool:
        """Return whether a date is between since and until; an article without a date always counts as wanted."""
        if published_at is None:
            return True
        return (self.since is None or published_at >= self.since) and (self.until is None or published_at < self.until)


def _own_run(site: Site, folder: Path, *, create: bool) -> Run:
    """Return the run of a spider that `scrapy crawl` started. Raises ArchiveError."""
    archive = Archive.open(folder, create=create)
    register_outlets(archive, [site])
    return Run(site, archive, owns_archive=True)

"""The newspaper of `fortnight.py` on loopback, and 336 crawls of it, an hour apart by the clock that they are given.

`python -m tests.crawler.fortnight_crawls FOLDER` crawls into FOLDER/news-archive and prints a JSON line for each run.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess, AsyncCrawlerRunner

from archive import Archive
from crawler.crawl.order import Order, settings_for
from crawler.crawl.process import begin_crawl
from crawler.crawl.report import Crawled, exit_code
from crawler.operate.health import check_up
from crawler.site import Site
from crawler.site_files.load import load_site
from crawler.site_files.outlets import register_outlets
from tests.crawler.changing import Paper
from tests.crawler.fortnight import (
    DAYS,
    ENDLESS,
    EXPECTED,
    MONDAY,
    PUBLISHED,
    REPAIRED,
    RUNS,
    Spell,
    Story,
    What,
    is_faulty,
    number_of,
    path_at,
    spells_at,
    start_of,
    story_at,
)
from tests.crawler.wire import Answer, page, serve

NAME = "thu"
ORDER = Order(delay=0, allow_private=True)

BODY = "<p>Bản sửa thứ {edits}.</p>" + "".join(
    f"<p>Đoạn {number}: sáng nay, nhân dân xã Khuổi Trang dự lễ khánh thành cây cầu mới bắc qua suối, "
    "nối hai bản vùng cao với trung tâm huyện và chợ phiên.</p>"
    for number in range(5)
)
LOGIN = "<h1>Đăng nhập</h1><p>Vui lòng đăng nhập để xem bài viết này.</p>"
MISSING = "<h1>Không tìm thấy trang</h1><p>Trang bạn yêu cầu không tồn tại.</p>"
LAYOUT = """[[layout]]
name = "{name}"
detect = ".{box}"
title = [".tieu-de"]
body = [".noi-dung"]
"""


def page_of(title: str, body: str, *, head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


@dataclass
class Daily(Paper):
    """The newspaper as it stands at `now`."""

    count: int = 0
    now: datetime = MONDAY
    is_served: bool = False

    @contextmanager
    def serve(self) -> Iterator[None]:
        """Serve it while the context lasts, always on the same port."""
        with serve(self.wire):
            self.is_served = True
            yield
        self.is_served = False

    def turn_to(self, moment: datetime) -> None:
        """Let it be `moment`."""
        self.now = moment
        self.count = sum(published <= moment for published in PUBLISHED)
        self.more = (*DAYS, ENDLESS) if Spell.CALENDAR in spells_at(moment) else ()

    def __getitem__(self, path: str) -> tuple[Answer, ...]:
        spells = spells_at(self.now)
        if path == "/robots.txt" and Spell.ROBOTS_CLOSED in spells:
            return (page(b"User-agent: *\nDisallow: /\n"),)
        is_down = Spell.DOWN in spells or (path == "/robots.txt" and Spell.ROBOTS_FAIL in spells)
        if is_down or (path != "/robots.txt" and Spell.BUSY in spells):
            return (page(status=503),)
        if Spell.REST in spells:
            return (page(status=503, Retry_After="3600"),)
        number = number_of(path)
        if number and is_faulty(number, self.now):
            return (page(status=500),)
        if number and Spell.SUSPENDED in spells:
            return (page(status=302, Location="http://da-bi-khoa.example/suspended"),)
        story = story_at(number, self.now) if number else Story()
        if number and story.state in (What.NOT_FOUND, What.TAKEN_AWAY):
            return (page(MISSING.encode(), status=int(story.state)),)
        if number and path != self.path_of(number):
            return (page(status=301, Location=self.path_of(number)),)
        return super().__getitem__(path)

    def path_of(self, number: int) -> str:
        """Return where an article stands."""
        return path_at(number, self.now)

    def published(self, number: int) -> datetime:
        """Return what an article prints as its date."""
        return PUBLISHED[number - 1]

    def changed(self, number: int) -> datetime:
        """Return when an article was changed last, by the word of the sitemap."""
        return story_at(number, self.now).told

    def site_text(self) -> str:
        """Return the site file: a person has given it a second layout when the newspaper had a new layout."""
        layouts = LAYOUT.format(name="2025", box="bai-viet")
        if self.now >= REPAIRED:
            layouts = LAYOUT.format(name="2026", box="trang-moi").replace("tieu-de", "ten-bai") + layouts
        keys = f"article_id = ['tin-(\\d+)']\nmax_pages = 2\nexpect = {{articles_per_day = {EXPECTED}}}"
        return self.site_file("feed", "section", "sitemap", lines=keys) + layouts

    def _find(self, path: str) -> tuple[bytes, str] | None:
        if path in DAYS:
            links = "".join(f'<a href="{day}">Ngày {day}</a>' for day in DAYS)
            return page_of("Lịch", f"<h1>Lịch tin</h1>{links}"), "text/html; charset=utf-8"
        if number := number_of(path):
            return self._article(number), "text/html; charset=utf-8"
        return super()._find(path)

    def _article(self, number: int) -> bytes:
        story, spells = story_at(number, self.now), spells_at(self.now)
        if Spell.LOGIN in spells:
            return page_of("Đăng nhập", LOGIN)
        if story.state is What.SOFT:
            return page_of("Không tìm thấy trang", MISSING)
        title, text = f"Tin số {number}", "" if story.state is What.EMPTY else BODY.format(edits=story.edits)
        head = (
            "<meta property='og:type' content='article'>"
            f"<meta property='article:published_time' content='{self.published(number).isoformat()}'>"
            f"<link rel='canonical' href='{self.wire.origin}{self.path_of(number)}'>"
        )
        if Spell.DESIGN not in spells:
            box = f"<h1 class='tieu-de'>{title}</h1><div class='noi-dung'>{text}</div>"
            return page_of(title, f"<div class='bai-viet'>{box}</div>", head=head)
        tag = "div" if Spell.BARE in spells else "h1"
        box = f"<{tag} class='ten-bai'>{title}</{tag}><div class='noi-dung'>{text}</div>"
        return page_of("" if tag == "div" else title, f"<main class='trang-moi'>{box}</main>", head=head)


async def crawl_hourly(paper: Daily, folder: Path, runner: AsyncCrawlerRunner) -> None:
    """Crawl the newspaper once an hour, and print what came of it and what the server saw."""
    path = folder / f"{NAME}.toml"
    with ExitStack() as served:
        for run in range(RUNS):
            moment = start_of(run)
            paper.turn_to(moment)
            if Spell.REFUSED in spells_at(moment):
                served.close()
            elif not paper.is_served:
                served.enter_context(paper.serve())
            text = paper.site_text()
            is_new = run == 0 or text != path.read_text(encoding="utf-8")
            path.write_text(text, encoding="utf-8")
            site = load_site(path)
            with Archive.open(folder / "news-archive", create=True) as archive:
                if is_new:
                    register_outlets(archive, [site])
                crawl = begin_crawl(runner, site, archive, order=ORDER, now=lambda: paper.now)
                await crawl.task
                result = crawl.result()
                checkup = check_up(archive, NAME, site, at=moment)
            assert isinstance(result, Crawled), result
            assert checkup is not None
            told = {
                **result.as_record(),
                "exit_code": exit_code(result.report, result.shortfalls),
                "health": {"exit_code": checkup.exit_code, "said": [each.said for each in checkup.problems]},
                "hits": [(hit.path, "if-none-match" in hit.headers) for hit in paper.wire.hits],
            }
            print(json.dumps(told, ensure_ascii=False))  # noqa: T201
            paper.wire.hits.clear()


def crawl_in_time(site: Site, crawl: Callable[[AsyncCrawlerRunner], Coroutine[None, None, None]]) -> None:
    """Run crawls of a site one after the other in this process."""
    settings = settings_for([site], ORDER)
    settings.set("BAOTINH_PATIENCE", 0, priority="cmdline")  # its hours pass in no time, and a rest would not
    process = AsyncCrawlerProcess(settings)
    from twisted.internet import reactor  # now that it is the one of the process

    loop = asyncio.get_event_loop()
    crawls = loop.create_task(crawl(process))
    crawls.add_done_callback(lambda _: reactor.stop())  # type: ignore[misc]
    process.start(stop_after_crawl=False)
    crawls.result()


def main(folder: Path) -> None:
    """Crawl for two weeks."""
    paper = Daily()
    with paper.serve():  # finds a port for the site file
        paper.turn_to(MONDAY)
        path = folder / f"{NAME}.toml"
        path.write_text(paper.site_text(), encoding="utf-8")
    crawl_in_time(load_site(path), lambda runner: crawl_hourly(paper, folder, runner))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Two weeks of a paper with one article a day, crawled four times a day: starved, told to wait, redesigned.

`python -m tests.crawler.fortnight_slow FOLDER` crawls into FOLDER/news-archive and prints a JSON line for each run.
"""

import json
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from scrapy.crawler import AsyncCrawlerRunner

from archive import Archive
from crawler.crawl.process import begin_crawl
from crawler.crawl.report import Crawled, exit_code
from crawler.operate.health import check_up
from crawler.site_files.load import load_site
from crawler.site_files.outlets import register_outlets
from tests.crawler.changing import Paper
from tests.crawler.fortnight import MONDAY, at
from tests.crawler.fortnight_crawls import LAYOUT, ORDER, crawl_in_time
from tests.crawler.wire import Answer, article, page, serve

NAME = "cham"
RUNS = 14 * 4
OLD = 20
"""Articles that are there before the first day; then comes one each day at 9."""
BROKEN = range(9, 21)
"""The newest twelve of them, which the server cannot show on the first day."""
RECOVERED = at(2, "00:00")
WRONG = at(4, "18:00")
"""When the clock of the crawler says 2041, for one run."""
AHEAD = datetime(2041, 1, 1, tzinfo=MONDAY.tzinfo)
BUSY = at(5, "09:00"), at(6, "09:00")
"""When the page of the newest article answers that nobody is to come back for a day."""
REDESIGNED = at(10, "00:00")
MENDED = at(12, "00:00")


def start_of(run: int) -> datetime:
    """Return when a run begins, counted from 0."""
    return MONDAY + timedelta(hours=6 * run)


@dataclass
class Slow(Paper):
    """The newspaper as it stands at `now`."""

    count: int = OLD
    now: datetime = MONDAY

    def turn_to(self, moment: datetime) -> None:
        """Let it be `moment`."""
        self.now = moment
        self.count = OLD + (moment - at(1, "09:00")) // timedelta(days=1) + 1

    def published(self, number: int) -> datetime:
        """Return what an article prints as its date."""
        return at(number - OLD, "09:00")

    def site_text(self) -> str:
        """Return the site file."""
        layouts = LAYOUT.format(name="2025", box="content").replace("noi-dung", "content").replace("tieu-de", "tua")
        if self.now >= MENDED:
            layouts += layouts.replace("content", "moi").replace("2025", "2026")
        return self.site_file("feed") + layouts.replace(".tua", "h1")

    def __getitem__(self, path: str) -> tuple[Answer, ...]:
        if self.now < RECOVERED and path in map(self.path_of, BROKEN):
            return (page(status=500),)
        if BUSY[0] <= self.now < BUSY[1] and path == self.path_of(self.count):
            return (page(status=429, Retry_After=str(24 * 3600)),)
        return super().__getitem__(path)

    def _article(self, number: int) -> bytes:
        text = article(f"Tin số {number}").replace(
            b"2025-11-14T08:30:00+07:00", self.published(number).isoformat().encode()
        )
        return text.replace(b"'content'", b"'moi'") if self.now >= REDESIGNED else text


async def crawl_slowly(paper: Slow, folder: Path, runner: AsyncCrawlerRunner) -> None:
    """Crawl the newspaper every six hours, and print what came of it and what the server saw."""
    path = folder / f"{NAME}.toml"
    for run in range(RUNS):
        moment = start_of(run)
        paper.turn_to(moment)
        path.write_text(paper.site_text(), encoding="utf-8")
        site, clock = load_site(path), AHEAD if moment == WRONG else moment
        with Archive.open(folder / "news-archive", create=True) as archive:
            register_outlets(archive, [site])
            crawl = begin_crawl(runner, site, archive, order=ORDER, now=lambda clock=clock: clock)  # type: ignore[misc]
            await crawl.task
            result = crawl.result()
            checkup = check_up(archive, NAME, site, at=clock)
        assert isinstance(result, Crawled), result
        assert checkup is not None
        told = {
            **result.as_record(),
            "at": moment.isoformat(),
            "exit_code": exit_code(result.report, result.shortfalls),
            "health": checkup.as_record(),
            "hits": paper.asked(),
        }
        print(json.dumps(told, ensure_ascii=False))  # noqa: T201


def main(folder: Path) -> None:
    """Crawl for two weeks."""
    paper = Slow()
    with serve(paper.wire):
        path = folder / f"{NAME}.toml"
        path.write_text(paper.site_text(), encoding="utf-8")
        crawl_in_time(load_site(path), lambda runner: crawl_slowly(paper, folder, runner))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

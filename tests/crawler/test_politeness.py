"""When an outlet may be asked, and by whom: the rules by themselves, and crawls that meet them."""

import asyncio
import json
import re
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from archive import VIETNAM, Archive, Kind
from crawler.contact import read_contact, user_agent
from crawler.errors import BadArgument
from crawler.fetch.guard import is_private
from crawler.fetch.politeness import retry_after
from crawler.fetch.quiet import quiet_until
from crawler.fetch.robots import RobotsMiddleware
from crawler.fetch.run import Meta, carrying
from crawler.fetch.run import Run as CrawlRun
from crawler.site_files.keys import read_hours
from crawler.site_files.load import packaged_sites
from tests.command import start_command
from tests.crawler.conftest import Run
from tests.crawler.wire import KEPT, Answer, Send, Wire, article, listing, page, serve, site_file

NOON = datetime(2026, 1, 8, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 3 ", 3),
        ("Thu, 08 Jan 2026 12:01:30 GMT", 90),
        ("Thu, 08 Jan 2026 11:00:00 GMT", 0),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("1e9", 0),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", 0),
        ("Fri, 31 Dec 2026 23:59:59 +999999999", 0),
    ],
)
def test_retry_after(header: str, seconds: float) -> None:
    assert retry_after(header, at=NOON) == seconds


@pytest.mark.parametrize(
    ("hours", "at", "end"),
    [
        ("00:00-05:00", "2026-01-08T04:59", "2026-01-08T05:00"),
        ("00:00-05:00", "2026-01-08T05:00", None),
        ("22:00-05:00", "2026-01-08T23:00", "2026-01-09T05:00"),
        ("22:00-05:00", "2026-01-08T04:00", "2026-01-08T05:00"),
        ("22:00-05:00", "2026-01-08T21:59", None),
        ("00:00-00:00", "2026-01-08T12:00", "2026-01-09T00:00"),
    ],
)
def test_quiet_hours_are_in_vietnamese_time(hours: str, at: str, end: str | None) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=VIETNAM).astimezone(UTC)
    until = quiet_until((read_hours(hours),), at=moment)
    assert until == (datetime.fromisoformat(end).replace(tzinfo=VIETNAM) if end else None)


@pytest.mark.parametrize("text", ["", "a@b.vn", "luu-tru@thuvien.gov.vn", "https://archive.example/crawl"])
def test_a_contact_stands_in_the_user_agent(text: str) -> None:
    assert text in user_agent(read_contact(text))


@pytest.mark.parametrize("text", ["me", "a@b", "a b@c.vn", "a@b.vn\nX: y", "a@b.vn)", "ftp://a.vn", "thư@báo.vn"])
def test_what_nobody_can_write_to_is_no_contact(text: str) -> None:
    with pytest.raises(BadArgument, match="contact"):
        read_contact(text)


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "a.local", "[::]"])
def test_other_spellings_of_private_hosts(host: str) -> None:
    assert is_private(f"http://{host}/")


ARTICLES = {f"/bai/{number}.html": (page(article(f"Bài {number}", paragraphs=5 + number)),) for number in range(6)}
HOME = {"/": (page(listing(*ARTICLES)),)}
Crawl = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def crawl(run: Run, tmp_path: Path) -> Crawl:
    """Crawl one host and return exit code, report and what was said."""

    def call(wire: Wire, *lines: str, delay: float = 0, arguments: tuple[str, ...] = ()) -> tuple[int, Any, str]:
        (tmp_path / "bao.toml").write_text(site_file(wire.origin, *lines), encoding="utf-8")
        options = ("--allow-private", "--delay", delay, "--json", *arguments)
        done = run("crawl", "--create", "--site-file", tmp_path / "bao.toml", *options)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    return call


def test_row_31_crawl_delay_is_kept_if_it_is_longer(crawl: Crawl) -> None:
    rules = page(b"User-agent: *\nCrawl-delay: 0.4")
    with serve(Wire({**HOME, **ARTICLES, "/robots.txt": (rules,)})) as wire:
        code, report, _ = crawl(wire, delay=0.1)
    assert (code, report["stored"]) == (0, 6)
    assert sum(wire.gaps()) >= 0.4 * len(wire.gaps()) * KEPT


def test_row_32_the_delay_is_never_cut_and_one_connection_is_open(crawl: Crawl) -> None:
    with serve(Wire({**HOME, **ARTICLES})) as wire:
        crawl(wire, delay=0.3, arguments=("--contact", "a@b.vn"))
    gaps = wire.gaps()
    assert sum(gaps) >= 0.3 * len(gaps) * KEPT
    assert len(set(gaps)) > 1, "jitter"
    assert wire.most_open == 1
    assert {hit.headers["user-agent"] for hit in wire.hits} == {user_agent("a@b.vn")}
    assert all("gzip" in hit.headers["accept-encoding"] for hit in wire.hits[1:])


def test_the_delay_counts_from_the_answer_because_a_request_may_come_late(crawl: Crawl) -> None:
    def answer_late(send: Send) -> None:
        time.sleep(0.4)
        send(page(article()))

    pages: dict[str, tuple[Answer, ...]] = {"/bai/1.html": (answer_late,), "/bai/2.html": (page(article("Bài hai")),)}
    with serve(Wire({"/": (page(listing(*pages)),), **pages})) as wire:
        crawl(wire, delay=0.4)
    assert wire.paths()[-2:] == list(pages)
    assert wire.gaps()[-1] >= (0.4 + 0.4) * KEPT


def test_requests_keep_their_order_however_long_they_wait(crawl: Crawl) -> None:
    with serve(Wire({**HOME, **ARTICLES})) as wire:
        crawl(wire, delay=0.35)
    asked = [path for path in wire.paths() if path in ARTICLES]
    assert asked == list(ARTICLES)


@pytest.mark.parametrize("is_date", [False, True])
def test_row_17_a_pause_beyond_the_patience_of_a_run_stops_the_host(crawl: Crawl, is_date: bool) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    busy = page(status=429, Retry_After=later if is_date else "3600")
    with serve(Wire({**HOME, **ARTICLES, "/bai/2.html": (busy,)})) as wire:
        code, report, _ = crawl(wire)
        assert wire.paths()[-1] == "/bai/2.html", "nothing is asked after it"
        assert code == 3
        assert report["balances"]
        assert report["found"] == 6
        assert (report["failed"], report["stored"] + report["left"]) == ({"http-error": 1}, 5)
        assert re.search(r"asks for 3[56]\d\d s of rest, and a run waits 600 s at most", report["cut_short"][0])


def test_a_crawl_that_is_stopped_does_not_sit_out_a_pause(tmp_path: Path) -> None:
    busy = page(status=429, Retry_After="500")
    with serve(Wire({**HOME, **ARTICLES, "/bai/2.html": (busy,)})) as wire:
        (tmp_path / "bao.toml").write_text(site_file(wire.origin), encoding="utf-8")
        options = ("--allow-private", "--delay", "0", "--json", "--site-file", "bao.toml")
        stopped = start_command(("crawl", "--create", *options), tmp_path)
        stopped.wait_until(lambda: "/bai/2.html" in wire.paths())
        stopped.send_signal(signal.SIGINT)
        done = stopped.result()
    report = json.loads(done.stdout)
    assert done.returncode == 130
    assert report["balances"]
    assert report["failed"] == {"http-error": 1}
    assert report["stored"] + report["left"] + 1 == report["found"] == 6


@pytest.mark.parametrize(("hours", "requests"), [(23, 1), (24, 2)])
def test_row_30_robots_txt_is_asked_for_again_every_day(hours: int, requests: int) -> None:
    """The one crawl that is not run: it would last a day."""
    moments = [0.0]
    asked: list[str] = []

    class Engine:
        async def download_async(self, request: Request) -> Response:
            asked.append(request.url)
            return Response(request.url, body=b"User-agent: *\nCrawl-delay: 7\nDisallow: /rao-vat/")

    crawler = get_crawler()
    crawler._engine = cast(Any, Engine())
    middleware = RobotsMiddleware(crawler, CrawlRun(packaged_sites()["baokhanhhoa"]), clock=lambda: moments[-1])

    async def ask_twice() -> None:
        for moment in (0.0, hours * 3600.0):
            moments.append(moment)
            meta = Meta(asked="https://bao.example/tin.html", kind=Kind.ARTICLE)
            request = Request(meta.asked, meta=carrying(meta))
            await middleware.process_request(request)
            assert meta.crawl_delay == 7

    asyncio.run(ask_twice())
    assert asked == ["https://bao.example/robots.txt"] * requests


def test_row_16_a_failed_page_is_tried_three_times_more_and_stays_due(crawl: Crawl) -> None:
    with serve(Wire({**HOME, **ARTICLES, "/bai/2.html": (page(status=500),)})) as wire:
        _, report, _ = crawl(wire, delay=0.1)
        assert (report["stored"], report["failed"]) == (5, {"http-error": 1})
        assert wire.paths()[-3:] == ["/bai/2.html"] * 3, "after everything else"
        assert wire.paths().count("/bai/2.html") == 4
    second, third = wire.gaps()[-2:]
    assert second + third >= (0.4 + 0.8) * KEPT, "four times the delay, and eight times"
    assert min(second / 0.4, third / 0.8) >= 0.5, "whenever the server saw the requests"


@pytest.mark.parametrize("answer", [b"", page(status=502)], ids=["reset", "502"])
def test_row_19_a_host_that_goes_down_is_left_for_the_next_run(crawl: Crawl, answer: bytes) -> None:
    paths = [f"/bai/{number}.html" for number in range(20)]
    answers = dict.fromkeys(paths, (answer,))
    with serve(Wire({"/": (page(listing(*paths)),), **answers})) as wire:
        code, report, _ = crawl(wire)
    assert len(wire.hits) == 2 + 10
    assert (code, sum(report["failed"].values()), report["left"], report["balances"]) == (3, 10, 10, True)
    assert "10 requests in a row failed" in report["cut_short"][0]


def test_row_16_broken_pages_do_not_take_the_host_with_them(crawl: Crawl) -> None:
    broken = {f"/bai/{number}.html": (page(status=500),) for number in range(4)}
    with serve(Wire({**HOME, **ARTICLES, **broken})) as wire:
        _, report, _ = crawl(wire)
    assert len(wire.paths()) == 2 + 2 + 4 * len(broken), "each is tried to the end"
    assert (report["stored"], report["failed"], report["cut_short"]) == (2, {"http-error": 4}, [])


def test_the_time_of_a_run_is_kept_and_the_next_goes_on(crawl: Crawl) -> None:
    with serve(Wire({**HOME, **ARTICLES})) as wire:
        code, report, _ = crawl(wire, delay=0.7, arguments=("--stop-after", "3s"))
        asked = wire.paths()
        assert (code, report["status"], report["cut_short"], report["balances"]) == (0, "finished", [], True)
        assert 0 < report["left"] == 6 - report["stored"]
        assert report["shortfalls"] == [], "a run that was given little time owes little"
        _, report, _ = crawl(wire)
    assert report["left"] == 0
    assert len(asked) == len(set(asked))
    assert set(ARTICLES) <= set(wire.paths())


def test_row_30_what_is_due_waits_for_a_robots_txt_that_can_be_had(crawl: Crawl) -> None:
    robots = page(status=404), page(status=503)
    with serve(Wire({**HOME, **ARTICLES, "/robots.txt": robots})) as wire:
        crawl(wire, arguments=("--limit", "2"))
        code, report, _ = crawl(wire)
    assert (code, report["left"], report["refused"], report["failed"], report["balances"]) == (4, 4, {}, {}, True)
    assert "robots.txt answered 503" in report["cut_short"][0]


def test_row_30_a_host_that_was_given_up_is_asked_less_and_less(crawl: Crawl) -> None:
    with serve(Wire({"/robots.txt": (page(status=503),)}, host="127.0.0.2")) as old:
        home = page(listing(f"{old.origin}/bai/1.html", *ARTICLES))
        with serve(Wire({"/": (home,), **ARTICLES})) as wire:
            hosts = f"domains = ['127.0.0.1:{wire.port}', '127.0.0.2:{old.port}']"
            code, report, _ = crawl(wire, hosts)
    assert (code, report["stored"], report["refused"], report["left"]) == (0, 6, {"robots": 1}, 0)


def test_quiet_hours_ask_for_nothing(crawl: Crawl) -> None:
    local = datetime.now(VIETNAM)
    hours = f"{local - timedelta(hours=1):%H:%M}-{local + timedelta(hours=1):%H:%M}"
    with serve(Wire({**HOME, **ARTICLES})) as wire:
        code, report, _ = crawl(wire, f'quiet_hours = "{hours}"')
    assert wire.hits == []
    assert (code, report["sources_failed"], report["balances"]) == (0, 0, True)
    assert "quiet hours" in report["cut_short"][0]


def test_row_22_a_page_without_its_end_replaces_no_longer_text(crawl: Crawl, tmp_path: Path) -> None:
    whole = article("Bài dài", paragraphs=12)
    cut = whole[: len(whole) * 2 // 3]
    answers = (page(cut), page(whole), page(cut))
    with serve(Wire({"/": (page(listing("/bai/1.html")),), "/bai/1.html": answers})) as wire:
        for stored, revised, refused in ((1, 0, {}), (0, 1, {}), (0, 0, {"shrunken": 1})):
            _, report, _ = crawl(wire)
            assert (report["stored"], report["revised"], report["refused"]) == (stored, revised, refused)
            with closing(sqlite3.connect(tmp_path / "news-archive" / "news.db")) as connection, connection:
                connection.execute("UPDATE urls SET due_at = '2020-01-01T00:00:00+07:00' WHERE kind = 'article'")
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        (kept,) = archive.articles()
    assert kept.article.body.count("Đoạn") == 12


def test_a_crawl_of_public_hosts_says_who_runs_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bao.toml").write_text(site_file("https://bao.example"), encoding="utf-8")
    for arguments in ([], ["--contact", "me"]):
        done = run("crawl", "--create", "--site-file", tmp_path / "bao.toml", *arguments)
        assert done.returncode == 2
        assert "contact" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "news-archive").exists()

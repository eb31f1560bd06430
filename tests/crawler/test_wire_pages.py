"""One page for a person, over the wire of a crawl: a server's faults take no more time or memory than in a crawl."""

import gzip
import json
import re
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive import Reason
from crawler import settings
from crawler.crawl.order import Order
from crawler.reader import Reader
from crawler.site_files.unknown import site_of_address
from tests.command import Program
from tests.crawler.conftest import Run
from tests.crawler.test_wire import MOST_MEMORY
from tests.crawler.wire import BAD, GOOD, Answer, Send, Wire, article, page, serve
from tests.crawler.wire_faults import HUGE, OK, RULES, TIMEOUT, bomb, drip, endless_headers, moved, packed

NO_ROBOTS = page(status=404)

Fetched = tuple[int, dict[str, list[str] | None]]


def endless_redirect(send: Send) -> None:
    send(f"HTTP/1.1 302 Found\r\nLocation: {GOOD}\r\nContent-Type: text/html\r\n\r\n".encode())
    while True:
        send(b"a" * 0x10000)


def fetch(urls: list[str]) -> None:
    """Fetch these pages, and print the KiB of this process at its peak and why each page did not come."""
    settings.DOWNLOAD_TIMEOUT = TIMEOUT
    settings.DOWNLOAD_DELAY = 0
    answers = Reader({}, ()).fetch(urls, order=Order(allow_private=True))
    refusals = {url: answer.refusal for url, answer in answers.items()}
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\s+(\d+)", status.read_text(encoding="utf-8")) if status.exists() else None
    told = {url: refusal and [refusal.reason, refusal.detail] for url, refusal in refusals.items()}
    sys.stdout.write(json.dumps([int(peak[1]) if peak else 0, told]))


@dataclass(frozen=True, slots=True)
class Case:
    """What the server answers for BAD, and why that gives no page."""

    answer: Answer
    reason: Reason | None
    detail: str = ""
    robots: Answer = NO_ROBOTS


CASES = {
    "well": Case(OK, None),
    "moved": Case(moved(GOOD), None),
    "redirect-with-an-endless-body": Case(endless_redirect, Reason.TOO_LARGE),
    "redirect-of-1.5-gb": Case(
        moved(GOOD).replace(b"Length: 0", b"Length: 1610612736") + bytes(HUGE), Reason.TOO_LARGE, "16 MiB on the wire"
    ),
    "loop": Case(moved(BAD), Reason.HTTP_ERROR, "redirections"),
    "another-host": Case(moved("http://bao-khac.example/bai/1.html"), Reason.OFF_SITE, "bao-khac.example"),
    "another-scheme": Case(moved("file:///etc/passwd"), Reason.HTTP_ERROR),
    "drip": Case(drip, Reason.TIMEOUT),
    "too-large": Case(page(length=100 * 1024 * 1024), Reason.TOO_LARGE),
    "bomb": Case(bomb("gzip"), Reason.TOO_LARGE, "gzip"),
    "cut-gzip": Case(packed("gzip", gzip.compress(article())[:-20]), Reason.TRUNCATED),
    "endless-headers": Case(endless_headers, Reason.TOO_LARGE, "of headers"),
    "gone": Case(page(status=404), Reason.GONE, "status 404"),
    "disallowed": Case(OK, Reason.ROBOTS, "disallowed by robots.txt", page(RULES)),
    "robots-503": Case(OK, Reason.ROBOTS, "answered 503", page(status=503)),
}


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Fetched:
    """Fetch one page of each host in one process; return its KiB at the peak, and why each page did not come."""
    with ExitStack() as stack:
        urls = {}
        for name, case in CASES.items():
            answers = {BAD: (case.answer,), GOOD: (OK,), "/robots.txt": (case.robots,)}
            urls[stack.enter_context(serve(Wire(answers))).origin + BAD] = name
        done = Program(fetch, list(urls), folder=tmp_path_factory.mktemp("fetched")).result()
        assert done.returncode == 0, done.stderr
        peak, refusals = json.loads(done.stdout)
        return peak, {urls[url]: refusal for url, refusal in refusals.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_page_comes_whole_or_its_reason(fetched: Fetched, name: str) -> None:
    case, refusal = CASES[name], fetched[1][name]
    assert (refusal[0] if refusal else None) == case.reason, refusal
    assert case.detail in (refusal[1] if refusal else "")


def test_memory_is_bounded(fetched: Fetched) -> None:
    assert fetched[0] < MOST_MEMORY


@pytest.mark.parametrize("verb", ["extract", "new-site"])
def test_a_page_that_robots_txt_closes_is_not_requested(run: Run, verb: str) -> None:
    with serve(Wire({BAD: (OK,), "/robots.txt": (page(RULES),)})) as wire:
        url = wire.origin + BAD
        done = run(verb, url, "--allow-private")
    assert done.returncode == 4
    assert "disallowed by robots.txt" in done.stderr
    assert f"save it in a browser and give the file with --url {url}" in done.stderr
    assert wire.paths() == ["/robots.txt"]


def test_a_page_that_leads_elsewhere_names_the_address(run: Run) -> None:
    with serve(Wire({BAD: (moved("http://bao-khac.example/bai/1.html"),)})) as wire:
        done = run("extract", wire.origin + BAD, "--allow-private")
    assert done.returncode == 4
    assert "ask for http://bao-khac.example/bai/1.html itself" in done.stderr


@pytest.mark.parametrize(("host", "other"), [("bao.vn", "www.bao.vn"), ("www.bao.vn:8080", "bao.vn:8080")])
def test_a_host_that_no_file_has_is_one_outlet_with_and_without_www(host: str, other: str) -> None:
    site = site_of_address(f"https://{host}/bai/1.html")
    assert (site.domains, site.home) == ((host, other), f"https://{host}/")

"""A crawl that gets a signal: at the first it stores the answers on their way, at the second it ends at once."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive import Archive, Capture
from tests.command import ROOT, SECONDS, Program, start_command

PAGE = "<html><body><article><h1>Tin số {number}</h1><p>{text}</p></article></body></html>"
TEXT = "Sáng nay, Ban Chỉ đạo tỉnh họp bàn việc sắp xếp đơn vị hành chính ở các xã vùng cao của tỉnh. " * 5
LINKS = "".join(f'<a href="/bai/{number}.html">Tin số {number}</a> ' for number in range(40))
SETTINGS = "import crawler.settings; vars(crawler.settings).update(dict({settings}))"
LARGE = "import os, sys; taken = b'x' * (400 << 20); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
"""A program that takes 400 MiB and then becomes the crawl."""
PATIENCE = 50
"""Seconds that an answer hangs at most: a crawl gives up after 60."""


@contextmanager
def slow_site(*, hangs_at: int | None) -> Iterator[tuple[str, threading.Event]]:
    """Serve forty articles; yield the host, and an event that a request for the third or the hanging article sets."""
    is_under_way, is_over = threading.Event(), threading.Event()
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = f"<html><body>{LINKS}</body></html>"
            if self.path == "/robots.txt":
                content = ""
            elif self.path.startswith("/bai/"):
                asked.append(self.path)
                content = PAGE.format(number=len(asked), text=TEXT)
                if len(asked) == (hangs_at or 3):
                    is_under_way.set()
                    is_over.wait(PATIENCE if hangs_at else 0.5)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content.encode())))
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", is_under_way
    finally:
        is_over.set()
        server.shutdown()
        server.server_close()


def start(host: str, folder: Path, *, delay: float, settings: str = "") -> Program:
    """Start a crawl of the site with these settings."""
    return start_command(arguments_for(host, folder, delay=delay), folder, before=SETTINGS.format(settings=settings))


def arguments_for(host: str, folder: Path, *, delay: float) -> Sequence[str]:
    """Write the site file, and return the arguments of a crawl."""
    (folder / "bao.toml").write_text(
        f'outlet = "Báo Thử"\nhome = "http://{host}/"\ndomains = ["{host}"]\narticle_url = ["^/bai/"]\n'
        f'[[source]]\nkind = "section"\nurl = "http://{host}/"\n',
        encoding="utf-8",
    )
    return ("crawl", "--create", "--site-file", "bao.toml", "--allow-private", "--json", "--delay", str(delay))


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_told_once_it_stores_what_is_on_its_way(tmp_path: Path, sent: signal.Signals) -> None:
    with slow_site(hangs_at=None) as (host, is_under_way):
        crawl = start(host, tmp_path, delay=0.5)
        assert is_under_way.wait(PATIENCE)
        crawl.send_signal(sent)
        done = crawl.result()
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 130
    report = json.loads(done.stdout)
    assert (report["status"], report["stored"], report["left"], report["balances"]) == ("interrupted", 3, 37, True)
    assert report["shortfalls"] == [], "a stopped crawl owes nothing"


def test_told_to_stop_and_then_killed_it_is_taken_up_by_the_next(tmp_path: Path) -> None:
    with slow_site(hangs_at=3) as (host, is_under_way):
        killed = start(host, tmp_path, delay=0)
        assert is_under_way.wait(PATIENCE)
        killed.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert killed.is_running, "an answer is still on its way"
        killed.send_signal(signal.SIGKILL)
        killed.result()
        again = start(host, tmp_path, delay=0).result()
    report = json.loads(again.stdout)
    assert (again.returncode, report["left"], report["balances"]) == (0, 0, True)
    with Archive.open(tmp_path / "news-archive") as archive:
        assert len(list(archive.articles())) == 40
        assert [run.status for run in archive.runs()] == ["finished", "abandoned"]


def test_a_crawl_that_takes_too_much_memory_is_stopped_and_told(tmp_path: Path) -> None:
    with slow_site(hangs_at=None) as (host, _):
        stopped = start(host, tmp_path, delay=0, settings="MEMUSAGE_LIMIT_MB=1").result()
        report = json.loads(stopped.stdout)
        assert (stopped.returncode, report["status"], report["balances"]) == (3, "stopped", True)
        assert "more than 1 MiB of memory" in report["cut_short"][0]
        again = start(host, tmp_path, delay=0).result()
    assert (again.returncode, json.loads(again.stdout)["left"]) == (0, 0)


def test_a_crawl_is_not_stopped_for_the_memory_of_the_program_that_started_it(tmp_path: Path) -> None:
    with slow_site(hangs_at=None) as (host, _):
        program = f"{SETTINGS.format(settings='MEMUSAGE_LIMIT_MB=300')}; from crawler.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", LARGE, "-c", program, *arguments_for(host, tmp_path, delay=0)],
            cwd=tmp_path,
            text=True,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert (done.returncode, json.loads(done.stdout)["status"]) == (0, "finished"), done.stderr


class Broken:
    """A pipeline with a fault: it raises for an article."""

    def process_item(self, capture: Capture) -> Capture:
        assert not capture.url.endswith("/bai/7.html"), "a fault of the program"
        return capture


def test_an_answer_that_breaks_the_program_is_told_and_stays_due(tmp_path: Path) -> None:
    ours = "{'tests.crawler.test_stop.Broken': 50, 'crawler.pipelines.ArchivePipeline': 100}"
    with slow_site(hangs_at=None) as (host, _):
        broken = start(host, tmp_path, delay=0, settings=f"ITEM_PIPELINES={ours}").result()
        report = json.loads(broken.stdout)
        assert (broken.returncode, report["status"], report["stored"], report["left"]) == (1, "faulty", 39, 1)
        assert "answers lost to a fault of the program: 1" in report["cut_short"][0]
        assert "a fault of the program" in broken.stderr, "the log has the traceback"
        again = start(host, tmp_path, delay=0).result()
    assert json.loads(again.stdout)["stored"] == 1


def test_told_twice_it_ends_now_and_keeps_what_it_has(tmp_path: Path) -> None:
    with slow_site(hangs_at=3) as (host, is_under_way):
        crawl = start(host, tmp_path, delay=0)
        assert is_under_way.wait(PATIENCE)
        crawl.send_signal(signal.SIGINT)
        time.sleep(1)
        assert crawl.is_running, "an answer is still on its way"
        crawl.send_signal(signal.SIGINT)
        done = crawl.result()
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 130
    report = json.loads(done.stdout)
    assert (report["status"], report["stored"], report["left"], report["balances"]) == ("interrupted", 2, 38, True)
    with Archive.open(tmp_path / "news-archive") as archive:
        assert len(list(archive.articles())) == 2
        assert archive.report(report["run"]).finished_at

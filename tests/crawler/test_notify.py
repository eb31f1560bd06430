"""Alarms for real: a command, mail into a local spool, a ping to a server; and when a state is news."""

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive import Archive, Capture, ExitCode, Kind, Link, Reason, Refusal, RunStatus
from crawler.operate.alarms import Change, Known, State, news_of
from tests.crawler.conftest import Run

NOW = datetime(2026, 11, 29, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENDMAIL = """#!/bin/sh
{ printf 'X-Arguments: %s\\n' "$*"; cat; } > "$(dirname "$0")/spool/$$.eml"
"""


def state(code: ExitCode = ExitCode.NO_ANSWER) -> State:
    return State("baothu", code, ("no source of it could be read",))


def test_a_state_is_news_when_it_begins_each_week_and_when_it_ends() -> None:
    known: dict[str, Known] = {}
    told = []
    for hours in range(0, 24 * 16, 2):
        states = [state()] if hours < 24 * 15 else []
        news, known = news_of(states, known, at=NOW + hours * HOUR)
        told += [(hours // 24, each.change, each.since) for each in news]
    assert told == [
        (0, Change.BEGINS, NOW), (7, Change.LASTS, NOW), (14, Change.LASTS, NOW), (15, Change.ENDS, NOW),
    ]  # fmt: skip
    assert known == {}


def test_a_worse_state_begins_anew() -> None:
    _, known = news_of([state(ExitCode.LESS_THAN_EXPECTED)], {}, at=NOW)
    (news,), _ = news_of([state()], known, at=NOW + HOUR)
    assert news.change is Change.BEGINS


def test_a_clock_that_was_wrong_silences_nothing() -> None:
    ahead = Known(ExitCode.NO_ANSWER, NOW, NOW + 900 * DAY)
    (news,), known = news_of([state()], {"baothu": ahead}, at=NOW + HOUR)
    assert (news.change, known["baothu"].told_at) == (Change.LASTS, NOW + HOUR)
    (news,), known = news_of([state()], {"baothu": Known(ExitCode.NO_ANSWER, NOW + DAY, NOW + DAY)}, at=NOW)
    assert (news.change, known["baothu"].since) == (Change.BEGINS, NOW)


# --- sent for real ---


@pytest.fixture
def pings() -> Iterator[list[str]]:
    """The paths that a monitor on loopback was asked for; the first is its address."""
    asked: list[str] = []

    class Monitor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Monitor)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    asked.append(f"http://127.0.0.1:{server.server_port}/alive")
    yield asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The mails that the machine's sendmail took."""
    program = tmp_path / "bin" / "sendmail"
    (tmp_path / "bin" / "spool").mkdir(parents=True)
    program.write_text(SENDMAIL, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "bin" / "spool"


def configure(folder: Path, text: str) -> None:
    path = folder / "baotinh.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def crawled(folder: Path, *, is_closed: bool, at: datetime) -> None:
    """Leave a run of a site in the archive; its only source was read, or its robots.txt failed."""
    with Archive.open(folder, create=True) as archive:
        run = archive.begin_run("baokhanhhoa", started_at=at, version="0", settings={})
        refusal = Refusal(Reason.ROBOTS, "robots.txt: status 503\x1b[31m") if is_closed else None
        named = () if is_closed else (Link("https://baokhanhhoa.vn/bai-1.html", Kind.ARTICLE),)
        archive.store(
            Capture(
                url="https://baokhanhhoa.vn/", kind=Kind.SECTION, fetched_at=at, site="baokhanhhoa", run=run,
                status=200, refusal=refusal, links=named,
            )
        )  # fmt: skip
        archive.finish_run(run, finished_at=at, status=RunStatus.FINISHED)


def test_begin_and_end_reach_a_command_the_mail_and_the_monitor(
    run: Run, tmp_path: Path, spool: Path, pings: list[str]
) -> None:
    told = tmp_path / "told"
    command = f'{{ echo "$BAOTINH_SUBJECT"; cat; }} >> {told}'
    ways = f"command = '''{command}'''\nmail = \"lan@bao.example\"\nping = \"{pings[0]}\"\n"
    configure(tmp_path, f"[notify]\n{ways}")
    at = datetime.now(UTC) - HOUR
    crawled(tmp_path / "news-archive", is_closed=True, at=at)
    assert run("notify").returncode == 0
    assert run("notify").returncode == 0, "the same state a second time is no news"
    (mail,) = (message_from_bytes(path.read_bytes(), policy=default) for path in spool.iterdir())
    assert (mail["To"], mail["X-Arguments"], mail["Auto-Submitted"]) == ("lan@bao.example", "-i -t", "auto-generated")
    assert mail["Subject"].endswith("baokhanhhoa: needs a look")
    text = told.read_text(encoding="utf-8")
    assert text.count("needs a look:") == 1
    assert ("\x1b" in text, "baotinh probe baokhanhhoa" in text) == (False, True)
    crawled(tmp_path / "news-archive", is_closed=False, at=at + HOUR / 2)
    assert run("notify").returncode == 0
    assert "baokhanhhoa is well again" in told.read_text(encoding="utf-8")
    assert len(list(spool.iterdir())) == 2
    assert pings[1:] == ["/alive"] * 3


def test_an_archive_that_is_gone_or_damaged_is_told_once(run: Run, tmp_path: Path, spool: Path) -> None:
    configure(tmp_path, '[notify]\nmail = "lan@bao.example"\n')
    for _ in range(2):
        assert run("notify").returncode == 0
    (path,) = spool.iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert "no archive in news-archive" in mail.get_content()


def test_what_could_not_be_sent_is_tried_again(run: Run, tmp_path: Path, spool: Path, pings: list[str]) -> None:
    configure(tmp_path, f'[notify]\ncommand = "cat > told; exit 7"\nping = "{pings[0]}"\n')
    for _ in range(2):
        (tmp_path / "told").unlink(missing_ok=True)
        done = run("notify")
        assert (done.returncode, "exit code 7" in done.stderr) == (3, True)
        assert (tmp_path / "told").exists()
    assert pings[1:] == [], "a machine whose alarms fail must not look alive"


def test_whoever_was_told_in_one_way_is_not_told_again(run: Run, tmp_path: Path, spool: Path, pings: list[str]) -> None:
    configure(tmp_path, f'[notify]\ncommand = "exit 7"\nmail = "lan@bao.example"\nping = "{pings[0]}"\n')
    done = run("notify")
    assert (done.returncode, "exit code 7" in done.stderr, pings[1:]) == (3, True, [])
    assert run("notify").returncode == 0
    assert len(list(spool.iterdir())) == 1


def test_a_digest_is_sent_whatever_the_state_is(run: Run, tmp_path: Path, spool: Path) -> None:
    configure(tmp_path, '[notify]\nmail = "lan@bao.example"\n')
    crawled(tmp_path / "news-archive", is_closed=False, at=datetime.now(UTC) - HOUR)
    for _ in range(2):
        assert run("notify", "--digest").returncode == 0
    texts = [path.read_text(encoding="utf-8") for path in spool.iterdir()]
    assert len(texts) == 2
    assert all("all is well" in text and "baokhanhhoa: 0 new articles" in text for text in texts)


def test_a_trial_sends_and_remembers_nothing(run: Run, tmp_path: Path, spool: Path) -> None:
    assert run("notify").returncode == 2, "nobody would be told"
    for _ in range(2):
        done = run("notify", "--dry-run")
        assert (done.returncode, "archive: needs a look" in done.stdout) == (0, True)
    assert list(spool.iterdir()) == []


def test_an_archive_that_was_handed_over_tells_nobody(run: Run, tmp_path: Path, spool: Path) -> None:
    crawled(tmp_path / "news-archive", is_closed=True, at=datetime.now(UTC) - HOUR)
    configure(tmp_path / "news-archive", "[notify]\ncommand = 'touch run'\n")
    done = run("notify")
    assert (done.returncode, "notify not taken from this file" in done.stderr) == (2, True)
    assert not list(tmp_path.rglob("run"))


def test_a_memory_that_is_damaged_tells_again(run: Run, tmp_path: Path, spool: Path) -> None:
    configure(tmp_path, '[notify]\nmail = "lan@bao.example"\n')
    memory = tmp_path / "state" / "baotinh" / "alarms.json"
    for count, damage in enumerate(["", "{", json.dumps({str(tmp_path / "news-archive"): {"archive": 3}})], start=1):
        if damage:
            memory.write_text(damage, encoding="utf-8")
        assert run("notify").returncode == 0
        assert len(list(spool.iterdir())) == count

"""A reparse: what today's rules change in an archive, what they must not, and how it goes on."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, TextCause
from archive.care.compare import compare
from archive.warc.members import read_records
from crawler import workers
from crawler.reparse import batches
from crawler.reparse.batches import Batches
from crawler.workers import reading_pool
from tests.command import start_command
from tests.crawler.conftest import Run
from tests.crawler.foreign import SITE_FILE, address, members, page, response

OTHER_BODY = SITE_FILE.replace("[[layout]]", "[[layout]]\ndrop = ['div.noidung > p:last-child']")
DATED = SITE_FILE.replace("span.ngay", "span.ngay@data-ngay")
COUNT = 3


def write_site(folder: Path, text: str) -> Path:
    path = folder / "baocu.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def archived(run: Run, tmp_path: Path) -> Run:
    """An archive of the paper."""
    (tmp_path / "old.warc.gz").write_bytes(members(*(response(number) for number in range(1, COUNT + 1))))
    done = run("import", "old.warc.gz", "--site-file", write_site(tmp_path, SITE_FILE))
    assert done.returncode == 0, done.stderr
    return run


def reparse(run: Run, site: Path, *words: object, code: int = 0) -> dict[str, Any]:
    done = run("reparse", "--site-file", site, "--json", *words)
    assert done.returncode == code, done.stderr + done.stdout
    (line,) = done.stdout.splitlines()
    report: dict[str, Any] = json.loads(line)
    return report


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "news-archive" / "news.db")) as connection, connection:
        return connection.execute(sql).fetchall()


def conversions(folder: Path) -> list[dict[str, Any]]:
    records = [found for path in (folder / "news-archive" / "warc").iterdir() for found in read_records(path)]
    return [json.loads(found.block) for found in records if found.fields["warc-type"] == "conversion"]


def test_a_better_reading_is_re_extracted_once(archived: Run, tmp_path: Path) -> None:
    site = write_site(tmp_path, OTHER_BODY)
    report = reparse(archived, site)
    assert (report["read"], report["changed"]) == (COUNT, COUNT)
    assert report["changes"]["body shorter"] == COUNT
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        texts = archive.revisions(address(1))
    assert [text.cause for text in texts] == [TextCause.PUBLISHED, TextCause.RE_EXTRACTED]
    assert archived("reparse", "--site-file", site).stdout.startswith("nothing to read"), (
        "it is read once by these rules"
    )
    assert reparse(archived, site, "--again")["changes"] == {}


def test_a_rebuild_that_reads_again_gives_what_a_reparse_gives(archived: Run, tmp_path: Path) -> None:
    """The archive that is lost may have been read by rules that are wrong."""
    site = write_site(tmp_path, OTHER_BODY)
    done = archived("rebuild", "again", "--reread", "--site-file", site, "--json")
    assert done.returncode == 0, done.stderr
    (said,) = [each for each in json.loads(done.stdout)["reread"] if each["pages"]]
    assert said == reparse(archived, site)
    assert compare(tmp_path / "news-archive", tmp_path / "again") == []
    assert archived("verify", "--deep", "--archive", "again").returncode == 0
    done = archived("rebuild", "third", "--archive", "again", "--compare", "again")
    assert "it is equal to the old archive" in done.stdout, "its readings are in the WARC files too"


def test_what_is_stored_is_in_the_warc_files_too(archived: Run, tmp_path: Path) -> None:
    reparse(archived, write_site(tmp_path, OTHER_BODY))
    said = conversions(tmp_path)
    assert [each["manner"] for each in said] == ["imported"] * COUNT + ["reread"] * COUNT
    assert said[-1]["outcome"] == "revised"
    ((rules,),) = rows(tmp_path, f"SELECT rules FROM captures WHERE id = {said[-1]['number']}")
    assert said[-1]["rules"] == rules


def test_a_reparse_that_changes_nothing_writes_no_record(archived: Run, tmp_path: Path) -> None:
    report = reparse(archived, write_site(tmp_path, SITE_FILE))
    assert (report["read"], report["changed"]) == (COUNT, 0)
    assert len(conversions(tmp_path)) == COUNT
    assert rows(tmp_path, "SELECT count(*) FROM captures") == [(COUNT,)]


def test_a_dry_run_says_the_same_and_changes_nothing(archived: Run, tmp_path: Path) -> None:
    site = write_site(tmp_path, OTHER_BODY)
    before = rows(tmp_path, "SELECT * FROM articles"), rows(tmp_path, "SELECT * FROM captures")
    said = reparse(archived, site, "--dry-run")
    assert (rows(tmp_path, "SELECT * FROM articles"), rows(tmp_path, "SELECT * FROM captures")) == before
    assert reparse(archived, site) == said


def test_a_worse_reading_replaces_nothing_and_is_listed(archived: Run, tmp_path: Path) -> None:
    before = rows(tmp_path, "SELECT text_sha256, published_at FROM articles ORDER BY id")
    report = reparse(archived, write_site(tmp_path, SITE_FILE.replace("div.noidung", "div.khac")))
    assert report["changed"] == 0
    assert {each["url"] for each in report["worse"]} <= {address(number) for number in range(1, COUNT + 1)}
    assert rows(tmp_path, "SELECT text_sha256, published_at FROM articles ORDER BY id") == before


def test_a_page_that_was_refused_becomes_an_article_of_its_time(run: Run, tmp_path: Path) -> None:
    nameless = page(1).replace(b'h1 class="tieude"', b'div class="ten"').replace(b"</h1>", b"</div>")
    nameless = nameless.replace(b"<title>", b"<!-- ").replace(b"</title>", b" -->")
    (tmp_path / "old.warc.gz").write_bytes(members(response(1, nameless)))
    run("import", "old.warc.gz", "--site-file", write_site(tmp_path, SITE_FILE))
    assert rows(tmp_path, "SELECT outcome, reason FROM captures") == [("refused", "no-title")]
    report = reparse(run, write_site(tmp_path, SITE_FILE.replace("h1.tieude", "div.ten")))
    assert report["changes"] == {"article gained": 1}
    found = rows(tmp_path, "SELECT title, first_seen_at, cause FROM articles")
    assert found == [("Đường lên bản số 1", "2015-03-05T08:02:03+07:00", "published")]
    assert rows(tmp_path, "SELECT outcome, reason FROM urls") == [("added", None)]
    assert rows(tmp_path, "SELECT outcome FROM captures ORDER BY id") == [("refused",), ("added",)]


def test_dates_are_gained(run: Run, tmp_path: Path) -> None:
    silent = page(1).replace(b'"ngay">04/03/2015 08:30<', b'"ngay" data-ngay="04/03/2015 08:30"><')
    (tmp_path / "old.warc.gz").write_bytes(members(response(1, silent)))
    assert run("import", "old.warc.gz", "--site-file", write_site(tmp_path, SITE_FILE)).returncode == 0
    assert rows(tmp_path, "SELECT published_at FROM articles") == [(None,)]
    report = reparse(run, write_site(tmp_path, DATED))
    assert report["changes"] == {"published_at gained": 1, "doubt gone": 1}
    assert rows(tmp_path, "SELECT published_at, revision_count FROM articles") == [("2015-03-04T08:30:00+07:00", 1)]


def test_pages_of_days_and_doubtful_ones_are_chosen(archived: Run, tmp_path: Path) -> None:
    site = write_site(tmp_path, OTHER_BODY)
    for words in (("--since", "2015-03-06"), ("--until", "2015-03-04"), ("--doubtful",)):
        assert archived("reparse", "--site-file", site, *words).stdout.startswith("nothing to read"), words
    assert reparse(archived, site, "--since", "2015-03-05", "--until", "2015-03-05")["read"] == COUNT
    assert reparse(archived, site, "--again", "--until", "9999-12-31")["read"] == COUNT


def test_a_damaged_raw_page_is_named_and_the_others_are_read(archived: Run, tmp_path: Path) -> None:
    (path,) = (tmp_path / "news-archive" / "warc").iterdir()
    offset, length = rows(tmp_path, "SELECT warc_offset, warc_length FROM raw_answers WHERE id = 2")[0]
    data = bytearray(path.read_bytes())
    data[offset + length // 2] ^= 1
    path.write_bytes(data)
    report = reparse(archived, write_site(tmp_path, OTHER_BODY), code=5)
    assert (report["read"], report["changed"], len(report["damaged"])) == (COUNT - 1, COUNT - 1, 1)
    assert f"damaged at byte {offset:,}" in report["damaged"][0]


def test_sites_are_found_by_name_or_all_of_the_archive(archived: Run, tmp_path: Path) -> None:
    own = tmp_path / "news-archive" / "sites"
    own.mkdir()
    (own / "baocu.toml").write_text(OTHER_BODY, encoding="utf-8")
    (tmp_path / "baocu.toml").unlink()
    done = archived("reparse", "baocu", "--dry-run")
    changed = [f"baocu: {COUNT} bodies shorter", f"  {COUNT} pages read, {COUNT} would change"]
    assert done.stdout.splitlines() == changed
    assert archived("reparse").stdout.startswith("baocu: ")


@pytest.mark.drill
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_reparse_that_is_stopped_goes_on(run: Run, tmp_path: Path, how: signal.Signals) -> None:
    count = 150
    (tmp_path / "old.warc.gz").write_bytes(members(*(response(number) for number in range(1, count + 1))))
    assert run("import", "old.warc.gz", "--site-file", write_site(tmp_path, SITE_FILE)).returncode == 0
    site = write_site(tmp_path, OTHER_BODY)
    sql = "SELECT count(*) FROM captures WHERE rules IS NOT NULL AND reread_of IS NULL"
    command = start_command(["reparse", "--site-file", site, "--workers", 1], tmp_path)
    command.wait_until(lambda: rows(tmp_path, sql)[0][0] > 0)
    command.send_signal(how)
    code = command.result().returncode
    assert code in ((-how,) if how is signal.SIGKILL else (130, 0))
    left = count - rows(tmp_path, sql)[0][0]
    done = run("reparse", "--site-file", site, "--json")
    assert sum(json.loads(line)["read"] for line in done.stdout.splitlines()) == left
    assert rows(tmp_path, "SELECT count(*), sum(revision_count) FROM articles") == [(count, 2 * count)]
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]


def read_or_fail(tasks: Sequence[str]) -> list[str]:
    """What a process of the pool does in the next test."""
    if "hangs" in tasks:
        time.sleep(60)
    while "computes" in tasks:
        pass
    if "rests" in tasks:
        time.sleep(1)
    if "dies" in tasks:
        os._exit(9)
    return [f"read {task}" for task in tasks]


@pytest.mark.drill
def test_a_page_that_hangs_or_kills_its_process_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LONGEST", 1.0)
    given = [("a", "hangs", "b"), ("c",), ("dies", "d")]
    with reading_pool((), processes=2) as pool:
        handed: Batches[str] = Batches(pool, read_or_fail, failed=lambda task, why: f"{task}: {why}", processes=2)
        found = [line for _, lines in handed.results(given, rest=lambda: None, is_over=lambda: False) for line in lines]
    assert found[:1] + found[2:4] + found[5:] == ["read a", "read b", "read c", "read d"]
    assert found[1] == "hangs: it could not be read within 1 s"
    assert found[4].startswith("dies: the process that read it died")


def test_a_page_may_take_long_by_the_clock_but_not_much_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST_WORK", 0.5)
    with reading_pool((), processes=1) as pool:
        handed: Batches[str] = Batches(pool, read_or_fail, failed=lambda task, why: f"{task}: {why}", processes=1)
        given = [("computes",), ("rests",)]
        found = [line for _, lines in handed.results(given, rest=lambda: None, is_over=lambda: False) for line in lines]
    assert found == ["computes: it could not be read within 0.5 s of processor time", "read rests"]


def test_a_reparse_reads_what_the_crawl_read(run: Run, site_files: dict[str, Path]) -> None:
    """Pages, their headers and times come to the same rules as in the crawl: nothing changes, on any layout."""
    options = [word for path in site_files.values() for word in ("--site-file", path)]
    assert run("crawl", "--create", *options, "--allow-private", "--delay", 0, "--json").returncode == 0
    done = run("reparse", *options, "--json")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["changes"], each["worse"], each["damaged"]) for each in reports] == [({}, [], [])] * 3
    assert sum(each["read"] for each in reports) > 60

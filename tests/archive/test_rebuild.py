"""A database that is made from WARC files alone is equal to the one that was lost."""

import json
import shutil
import signal
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive import Archive, NotAnArchive
from archive.care.compare import Difference, compare, count
from archive.care.rebuild import rebuild
from archive.care.verify import check, verify
from archive.errors import NothingToRebuild
from crawler.cli import main
from tests.archive.build import HOME, SITE, after, article, capture, feed
from tests.archive.past import HEAD, exchange, fetched
from tests.command import run_python


def baotinh(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def only_warc(folder: Path, into: Path) -> Path:
    """Return a folder with nothing but the WARC files of an archive."""
    shutil.copytree(folder / "warc", into / "warc")
    return into


def test_it_is_equal_to_the_archive(past: Path, tmp_path: Path) -> None:
    rebuilt = rebuild(only_warc(past, tmp_path / "lost"), tmp_path / "new")
    assert compare(past, tmp_path / "new") == []
    assert count(past) == {
        **{"article": 9, "version": 7, "tombstone": 1, "address": 2, "reading": 2, "page": 2, "correction": 3},
        **{"withholding": 2, "outlet": 2, "run": 4, "capture": 22, "copy decision": 3},
    }
    assert (rebuilt.articles, rebuilt.captures, rebuilt.damaged, rebuilt.differing) == (9, 22, (), ())


def test_it_is_whole_and_proves_the_heads_of_before(past: Path, tmp_path: Path) -> None:
    head = check(past, at=after(days=9), deep=False).head
    rebuild(past, tmp_path / "new")
    assert verify(tmp_path / "new", at=after(days=9), deep=True, expect=head).findings == ()


def test_it_goes_on_as_the_old_one_would(past: Path, tmp_path: Path) -> None:
    rebuild(past, tmp_path / "new")
    old = Path(shutil.copytree(past, tmp_path / "old"))
    for folder in (old, tmp_path / "new"):
        with Archive.open(folder) as archive:
            run = archive.begin_run(SITE, started_at=after(days=5), version="9", settings={"rules": "bb"})
            archive.store(feed(2, 90, at=after(days=5), run=run, body=b"x"))
            archive.store(fetched(2, 125, run=run, title="Tin số 2 lần nữa"))
            archive.store(fetched(90, 126, run=run))
    assert [each for each in compare(old, tmp_path / "new") if each.kind != "capture"] == []


def test_the_next_crawl_asks_for_no_article_without_need(past: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(past, tmp_path / "old"))
    with Archive.open(folder) as archive:
        head = HEAD.replace(b"\r\n\r\n", b'\r\nETag: "a"\r\nLast-Modified: Wed\r\n\r\n')
        run = archive.begin_run(SITE, started_at=after(hours=54), version="9", settings={"rules": "bb"})
        page = fetched(60, 55, run=run)
        answer = replace(page.exchanges[0], head=head)
        archive.store(replace(page, exchanges=(answer,), headers=(("ETag", '"a"'), ("Last-Modified", "Wed"))))
        listed = exchange(HOME + "rss2", 55, b"<rss/>", head)
        source = feed(61, at=after(hours=55), run=run, body=b"<rss/>", exchanges=(listed,), headers=(("ETag", '"a"'),))
        archive.store(replace(source, url=HOME + "rss2"))
    rebuild(folder, tmp_path / "new")
    sql = """SELECT url, kind, outcome, reason, detail, fetched_at, failures, due_at, etag, last_modified FROM urls
        WHERE kind = 'article' AND outcome <> 'refused' ORDER BY url"""
    old, new = (sqlite3.connect(each / "news.db").execute(sql).fetchall() for each in (folder, tmp_path / "new"))
    assert new == old
    assert ('"a"', "Wed") in [row[-2:] for row in new]
    lists = sqlite3.connect(tmp_path / "new" / "news.db").execute("SELECT DISTINCT etag FROM urls WHERE kind = 'feed'")
    assert lists.fetchall() == [(None,)], "it is read whole: nothing else has what it named"


def test_nothing_is_written_into_the_old_archive(past: Path, tmp_path: Path) -> None:
    old = only_warc(past, tmp_path / "lost")
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}
    rebuild(old, tmp_path / "new")
    with Archive.open(tmp_path / "new") as archive:
        archive.store(capture(article(50), after(days=20)))
    assert {path: path.read_bytes() for path in old.rglob("*") if path.is_file()} == before


def test_what_was_stored_without_raw_pages_is_listed(past: Path, tmp_path: Path) -> None:
    old = Path(shutil.copytree(past, tmp_path / "old"))
    with Archive.open(old, keep_raw=False) as archive:
        archive.store(capture(article(70), after(days=8)))
    result = baotinh("rebuild", tmp_path / "new", "--archive", old, "--compare", old)
    assert f"article {article(70).uid}: only in the old archive" in result.stdout
    assert Difference("article", article(70).uid, "one") in compare(old, tmp_path / "new")
    assert result.exit_code == 0


def test_a_damaged_record_costs_its_own_capture_only(past: Path, tmp_path: Path) -> None:
    old = only_warc(past, tmp_path / "lost")
    connection = sqlite3.connect(past / "news.db")
    sql = "SELECT c.url, r.warc_offset FROM captures c JOIN raw_answers r ON r.id = c.raw_answer_id WHERE c.id = 4"
    url, offset = connection.execute(sql).fetchone()
    connection.close()
    (path,) = (old / "warc").iterdir()
    path = path.rename(path.with_name(path.name.removesuffix(".open")))
    with path.open("r+b") as file:
        file.seek(offset + 60)
        file.write(b"\0\0\0\0")
    result = baotinh("rebuild", tmp_path / "new", "--archive", old, "--json")
    record = json.loads(result.stdout)
    assert (result.exit_code, len(record["damaged"])) == (5, 1)
    assert f"byte {offset:,}" in record["damaged"][0]["finding"]
    assert record["differing"] == [f"capture 4 ({url}): its raw page is missing"]
    assert (record["articles"], record["captures"]) == (9, 22), "the reading is in another record"


def test_a_torn_tail_is_left_out(past: Path, tmp_path: Path) -> None:
    old = only_warc(past, tmp_path / "lost")
    (path,) = (old / "warc").iterdir()
    with path.open("ab") as file:
        file.write(bytes.fromhex("1f8b080000000000") + b"half a record")
    assert rebuild(old, tmp_path / "new").damaged == ()
    assert compare(past, tmp_path / "new") == []
    assert verify(tmp_path / "new", at=after(), deep=True).is_whole


@pytest.mark.parametrize("at", ["archive.care.replay.write_capture", "archive.care.rebuild.copy_sites"])
def test_a_rebuild_that_was_killed_is_run_again(past: Path, tmp_path: Path, at: str) -> None:
    module, _, name = at.rpartition(".")
    program = (
        f"import os, signal, sys, {module} as module; from pathlib import Path\n"
        "from archive.care.rebuild import rebuild\n"
        f"old, calls = module.{name}, []\n"
        "def killed(*given, **named):\n"
        f"    calls.append(1) or len(calls) < {9 if 'replay' in at else 1} or os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return old(*given, **named)\n"
        f"module.{name} = killed\n"
        "rebuild(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    new = tmp_path / "new"
    done = run_python(program, past, new)
    assert (done.returncode, new.exists()) == (-signal.SIGKILL, False)
    rebuild(past, new)
    assert compare(past, new) == []
    assert list(tmp_path.iterdir()) == [new]


def test_the_folder_of_who_rebuilds_is_not_replaced(
    past: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for new in (Path(), Path(".."), tmp_path):
        with pytest.raises(NotAnArchive, match="it is the folder that you are in"):
            rebuild(past, new)
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_has_something_is_left_alone(past: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("...")
    with pytest.raises(NotAnArchive, match="wants a new folder"):
        rebuild(past, tmp_path)
    with pytest.raises(NotAnArchive, match='holds "mine"'):
        rebuild(tmp_path, tmp_path / "new")
    Archive.open(tmp_path / "fresh", create=True).close()
    with pytest.raises(NothingToRebuild, match="--no-raw"):
        rebuild(tmp_path / "fresh", tmp_path / "new")


def test_an_older_archive_begins_its_chain_where_it_is(folder: Path) -> None:
    """The runs that ended before there was a ledger are its first row."""
    from sqlite_utils import Database

    from archive.schema.migrations import migrations
    from archive.schema.opening import APPLICATION_ID

    folder.mkdir()
    connection = sqlite3.connect(folder / "news.db")
    migrations.apply(Database(connection), stop_before="ledger_and_checks")
    connection.executescript(
        f"""
        INSERT INTO sites (id, site, name, kind) VALUES (1, '{SITE}', 'Báo', 'newspaper');
        INSERT INTO runs (id, site_id, started_at, finished_at, status, version, settings, found, stored, revised,
            unchanged, refused, failed, "left", sources_ok, sources_failed, reasons, balances)
        VALUES (1, 1, '2025-07-01T08:00:00+07:00', '2025-07-01T09:00:00+07:00', 'finished', '8', '{{}}', 0, 0, 0, 0, 0,
            0, 0, 1, 0, '{{}}', 1);
        PRAGMA user_version = 10; PRAGMA application_id = {APPLICATION_ID}; PRAGMA journal_mode = WAL;
        """
    )
    connection.close()
    with Archive.open(folder) as archive:
        run = archive.begin_run(SITE, started_at=after(), version="9", settings={})
        archive.finish_run(run, finished_at=after(hours=1), status="finished")  # type: ignore[arg-type]
    connection = sqlite3.connect(folder / "news.db")
    assert connection.execute("SELECT what, name FROM ledger").fetchall() == [("begin", "1"), ("run", "2")]
    assert verify(folder, at=after(days=1)).findings == ()
    connection.execute("UPDATE runs SET stored = 5, found = 5 WHERE id = 1")
    connection.commit()
    connection.close()
    assert [each.finding for each in verify(folder, at=after(days=1)).findings] == [
        "the begin 1 is not what it was, or missing"
    ]

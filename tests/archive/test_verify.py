"""`verify` finds every damage and names it, finds none in a sound archive, and keeps the chain of the ledger."""

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive import Archive, ArchiveError, DamagedArchive, DiskFull, RunStatus
from archive.care import verify as care
from archive.care.values import RIGHT
from archive.care.verify import Checked, verify
from archive.warc import growing
from archive.writing.index import INDEXES
from crawler.cli import main
from tests.archive.build import SITE, after, article, capture
from tests.archive.flips import KINDS, flip_database
from tests.archive.past import exchange, fetched
from tests.command import run_python

COMPARED = {"search_rows", "outlet_months", "article_origins", "copy_groups", "copy_members", "_sqlite_migrations"}
"""Tables that are compared with what is made of others, and that of a library."""
STARTS_AS_JSON = 'SELECT min(substr("{0}", 1, 1) IN (\'[\', \'{{\')) FROM "{1}" WHERE "{0}" IS NOT NULL'
ID_OF_3 = "(SELECT search_id FROM search_rows WHERE article_id = 3)"


def check(folder: Path, **options: object) -> Checked:
    return verify(folder, at=after(days=9), deep=True, **options)  # type: ignore[arg-type]


def baotinh(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--archive", str(folder)])


def change(folder: Path, sql: str) -> None:
    connection = sqlite3.connect(folder / "news.db")
    connection.execute(sql)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("deep", [False, True])
def test_a_sound_archive_is_whole(news: Path, deep: bool) -> None:
    checked = verify(news, at=after(days=9), deep=deep)
    assert checked.findings == ()
    assert (checked.articles, checked.captures, checked.is_noted) == (9, 22, True)


def test_an_empty_archive_is_whole(archive: Archive) -> None:
    archive.close()
    assert check(archive.folder).is_whole


def test_a_check_while_a_crawl_goes_on(archive: Archive) -> None:
    archive.store(fetched(1, 1, run=None))
    archive.commit()
    archive.store(fetched(2, 2, run=None))  # behind the last commit
    assert care.check(archive.folder, at=after(), deep=True).findings == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_bit_is_found_and_named(past: Path, tmp_path: Path, kind: str) -> None:
    missed = []
    for number in range(6):
        folder = Path(shutil.copytree(past, tmp_path / str(number)))
        names = KINDS[kind](folder, random.Random(f"{kind} {number}"))
        found = [str(each) for each in check(folder).findings]
        if not any(name in each for name in names for each in found):
            missed.append((number, names, found))
    assert not missed


@pytest.mark.drill
def test_a_flipped_bit_anywhere_is_damage_or_nothing_and_no_fault(past: Path, tmp_path: Path) -> None:
    for number in range(50, 70):  # of them, 58 makes a number of a text
        folder = Path(shutil.copytree(past, tmp_path / str(number)))
        flip_database(folder, random.Random(f"elsewhere in news.db {number}"))
        with suppress(ArchiveError):
            check(folder)


def cut_warc(folder: Path) -> None:
    (path,) = (folder / "warc").iterdir()
    path.write_bytes(path.read_bytes()[:-9])


def empty_warc(folder: Path) -> None:
    (path,) = (folder / "warc").iterdir()
    path.write_bytes(b"")


def text_for_warc(folder: Path) -> None:
    (path,) = (folder / "warc").iterdir()
    path.write_text("Đây không phải là WARC. " * 5000)


def folder_for_warc(folder: Path) -> None:
    (path,) = (folder / "warc").iterdir()
    path.unlink()
    path.mkdir()


def remove_warc(folder: Path) -> None:
    shutil.rmtree(folder / "warc")


def unknown_warc(folder: Path) -> None:
    (path,) = (folder / "warc").iterdir()
    shutil.copyfile(path, path.with_name("baotinh-20250101000000-00009-aaaaaaaa.warc.gz"))


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (cut_warc, "it is cut"),
        (empty_warc, "it is cut: 0 bytes"),
        (text_for_warc, "no gzip member of ours begins there"),
        (folder_for_warc, "it is no file"),
        (remove_warc, "the file is missing"),
        (unknown_warc, "news.db does not know it"),
    ],
)
def test_a_damaged_warc_file_is_named(news: Path, harm: Callable[[Path], None], named: str) -> None:
    harm(news)
    found = check(news).findings
    assert any(named in each.finding and each.what.startswith("warc/") for each in found)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("DELETE FROM article_texts WHERE article_id = 2", "its text is missing"),
        ("DELETE FROM captures WHERE id = 3", "its row is missing"),
        ("DELETE FROM raw_answers WHERE id = 5", "no row leads to byte"),
        ("UPDATE captures SET detail = 'x' WHERE id = 10", "its record says otherwise: detail"),
        ("UPDATE runs SET stored = stored + 1 WHERE id = 1", "its counts add up to"),
        ("UPDATE runs SET version = '8' WHERE id = 2", "the run 2 is not what it was"),
        ("DELETE FROM ledger WHERE number = 2", "it does not follow from the row before it"),
        ("DELETE FROM ledger WHERE number = 3", "it is not in the ledger"),
        (f"DELETE FROM texts_fts_docsize WHERE id = {ID_OF_3}", "texts_fts of article 3: it is missing"),
        (f"DELETE FROM titles_fts_docsize WHERE id = {ID_OF_3}", "titles_fts of article 3: it is missing"),
        ("DELETE FROM search_rows WHERE article_id = 3", "search_rows of article 3: it differs"),
        ("UPDATE search_rows SET outlet_id = 9 WHERE article_id = 3", "search_rows of article 3: it differs"),
        ("UPDATE search_rows SET search_id = search_id + 1048576 WHERE article_id = 3", "search_rows of article 3"),
        ("UPDATE urls SET outcome = 'failed' WHERE url LIKE '%/tin/2.html'", "not that of its newest capture"),
        ("UPDATE articles SET year = 2020 WHERE id = 1", "published_date or year"),
        ("UPDATE articles SET outlet_id = 99 WHERE id = 1", "outlet_id names no row of sites"),
        ("UPDATE outlet_months SET articles = 9", "outlet_months of baohagiang, 2025-07: it differs"),
        ("UPDATE origin_months SET articles = 9", "origin_months of baohagiang, 2025-07: it differs"),
        ("DROP INDEX articles_year", "an index is missing"),
        ("UPDATE captures SET reason = 'too-smart' WHERE id = 10", 'capture 10: captures.reason is "too-smart"'),
        (
            "UPDATE captures SET fetched_at = '2025-13-01T08:00:00+07:00' WHERE id = 3",
            "captures.fetched_at is",
        ),
        ("UPDATE captures SET fetched_at = '2025-02-30T08:00:00+07:00' WHERE id = 3", "captures.fetched_at is"),
        ("UPDATE captures SET fetched_at = '2025-07-02T08:00:00+00:00' WHERE id = 3", "captures.fetched_at is"),
        ("UPDATE articles SET sources = '[]' WHERE id = 1", 'articles.sources is "[]"'),
        ("UPDATE articles SET proposed = '[' WHERE id = 1", 'articles.proposed is "["'),
        ("UPDATE articles SET modified_at = '2025-07-01 08:00' WHERE id = 1", "articles.modified_at is"),
        ("UPDATE urls SET due_at = 'soon' WHERE url LIKE '%/tin/2.html'", 'urls.due_at is "soon"'),
        ("INSERT INTO article_doubts VALUES (1, 'rather odd')", 'article_doubts.doubt is "rather odd"'),
    ],
)
def test_a_damaged_row_is_named(news: Path, sql: str, named: str) -> None:
    change(news, sql)
    assert any(named in str(each) for each in check(news).findings)


def test_every_time_and_every_json_is_looked_at(past: Path) -> None:
    connection = sqlite3.connect(past / "news.db")
    missed = [
        f"{table}.{column}"
        for table, column in connection.execute(
            "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON m.type = 'table'"
        )
        if column not in RIGHT.get(table, {})
        and table not in COMPARED
        and (column.endswith("_at") or connection.execute(STARTS_AS_JSON.format(column, table)).fetchone()[0])
    ]
    connection.close()
    assert not missed


@pytest.mark.parametrize("index", INDEXES)
def test_the_indexes_are_compared_word_by_word(news: Path, index: str) -> None:
    change(news, f"INSERT INTO {index} ({index}, rowid, title) VALUES ('delete', {ID_OF_3}, 'tin')")
    change(news, f"INSERT INTO {index} (rowid, title) VALUES (999, 'khác')")
    found = [str(each) for each in check(news).findings]
    assert any(f"{index}: it differs from the texts" in each for each in found)


@pytest.mark.parametrize("damage", [b"", b"no database " * 50])
def test_a_database_that_is_none_is_named_and_the_warc_files_are_read(news: Path, damage: bytes) -> None:
    (news / "news.db").write_bytes(damage)
    result = baotinh(news, "verify", "--deep", "--json")
    record = json.loads(result.stdout)
    assert (result.exit_code, record["warc_files"], record["is_noted"]) == (5, 1, False)
    assert record["findings"][0]["what"] == "news.db"
    with pytest.raises(DamagedArchive, match="baotinh repair"):
        Archive.open(news)


def test_the_result_is_stored(news: Path) -> None:
    check(news)
    change(news, "UPDATE articles SET title = 'X' WHERE id = 1")
    assert baotinh(news, "verify").exit_code == 5
    with sqlite3.connect(news / "news.db") as connection:
        rows = connection.execute("SELECT what, result, findings FROM fixity_checks").fetchall()
    connection.close()
    assert [row[:2] for row in rows] == [("verify --deep", "whole"), ("verify", "damaged")]
    assert json.loads(rows[1][2])[0]["finding"] == "its text does not fit text_sha256"


def test_damage_is_told_with_what_mends_it(news: Path) -> None:
    change(news, "UPDATE articles SET title = 'X' WHERE id = 1")
    result = baotinh(news, "verify")
    assert f"article {article(1).uid[:8]} ({article(1).url}): its text does not fit" in result.stdout
    assert "baotinh repair" in result.stdout
    assert "damaged: " in result.stdout


# --- the ledger ---


def test_a_printed_head_lies_in_the_chain(news: Path) -> None:
    head = baotinh(news, "verify", "--head").stdout.strip()
    with Archive.open(news) as archive:
        run = archive.begin_run(SITE, started_at=after(days=5), version="9", settings={})
        archive.finish_run(run, finished_at=after(days=6), status=RunStatus.FINISHED)
    assert baotinh(news, "verify", "--head").stdout.strip() != head
    assert baotinh(news, "verify", "--expect", head).exit_code == 0
    other = baotinh(news, "verify", "--expect", "0" * 64)
    assert (other.exit_code, "it is not in the chain" in other.stdout) == (5, True)


def test_whoever_knows_the_form_can_compute_a_head(news: Path) -> None:
    connection = sqlite3.connect(news / "news.db")
    before = "0" * 64
    for number, at, what, name, digest, head, _ in connection.execute("SELECT * FROM ledger ORDER BY number"):
        lines = "".join(f"{part}\n" for part in (before, number, at, what, name, digest))
        assert head == hashlib.sha256(lines.encode()).hexdigest()
        before = head
    connection.close()


def test_a_changed_past_needs_another_head(news: Path) -> None:
    """Somebody changes a run, and computes its row anew: the heads behind it do not fit."""
    head = baotinh(news, "verify", "--head").stdout.strip()
    connection = sqlite3.connect(news / "news.db")
    connection.execute("UPDATE ledger SET digest = 'x' WHERE number = 1")
    rows = connection.execute("SELECT number, at, what, name, digest FROM ledger ORDER BY number").fetchall()
    before = "0" * 64
    for row in rows:
        before = hashlib.sha256("".join(f"{part}\n" for part in (before, *row)).encode()).hexdigest()
        connection.execute("UPDATE ledger SET head = ? WHERE number = ?", (before, row[0]))
    connection.commit()
    connection.close()
    assert any("it is not in the chain" in str(each) for each in check(news, expect=head).findings)


def test_a_closed_warc_file_is_in_the_ledger(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "MOST_BYTES", 1000)
    archive.store(capture(article(), body=b"page" * 999))
    archive.close()
    connection = sqlite3.connect(archive.path)
    (row,) = connection.execute("SELECT what, name, digest FROM ledger").fetchall()
    assert row == ("file", *connection.execute("SELECT name, sha256 FROM warc_files").fetchone())
    connection.close()
    assert check(archive.folder).is_whole


# --- kills and disks ---


@pytest.mark.parametrize("at", ["sync", "settle", "keep_outcome"])
def test_after_a_kill_the_archive_is_whole(folder: Path, at: str) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from archive import Archive\n"
        "from archive.writing.raw_pages import RawPages; from tests.archive.past import fetched\n"
        "archive = Archive.open(Path(sys.argv[1]), create=True)\n"
        "archive.store(fetched(1, 1, run=None)); archive.commit()\n"
        "archive.store(fetched(2, 2, run=None))\n"
        f"old = RawPages.{at}\n"
        f"RawPages.{at} = lambda *given: (old(*given), os.kill(os.getpid(), signal.SIGKILL))\n"
        "archive.store(fetched(3, 3, run=None)); archive.commit()"
    )
    done = run_python(program, folder)
    assert done.returncode == -signal.SIGKILL
    assert check(folder).findings == ()
    with Archive.open(folder) as archive:
        assert archive.get(article(1).uid).article.url == article(1).url
        archive.store(fetched(4, 4, run=None))
    assert check(folder).findings == ()


KILLED_FIRST = """
import os, signal, sys
from archive import Archive
from archive.warc.growing import GrowingFile
from archive.writing.raw_pages import RawPages
from tests.archive.past import fetched
owner, name = {"GrowingFile": GrowingFile, "RawPages": RawPages}[sys.argv[2]], sys.argv[3]
with Archive.open(sys.argv[1], create=True) as archive:
    setattr(owner, name, lambda *given: os.kill(os.getpid(), signal.SIGKILL))
    capture = fetched(1, 1, run=None)
    archive.store_imported(capture, at=capture.fetched_at)
"""


@pytest.mark.parametrize("step", ["RawPages keep_outcome", "RawPages sync", "GrowingFile settle"])
def test_a_file_that_no_commit_reached_is_no_damage(folder: Path, step: str) -> None:
    """Two of the kills come before the first commit of an import, the third between it and the new name of the file."""
    done = run_python(KILLED_FIRST, folder, *step.split())
    assert done.returncode == -signal.SIGKILL
    (begun,) = (folder / "warc").iterdir()
    assert begun.suffix == ".new"
    assert check(folder).findings == ()
    with Archive.open(folder) as archive:
        archive.store_imported(fetched(2, 2, run=None), at=after())
    assert check(folder).findings == ()
    assert begun.exists() == (step != "GrowingFile settle"), "a file with a row grows on"


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own needs root")
def test_a_full_disk_then_a_read_only_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.session.ROOM_TO_CLOSE", 0)  # it would stop while there is room
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    try:
        with pytest.raises(DiskFull):
            fill(disk / "news")
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        assert check(disk / "news").findings == ()
        with Archive.open(disk / "news") as archive:
            archive.store(fetched(5000, 5000, run=None))
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        checked = check(disk / "news")
        assert (checked.findings, checked.is_noted, checked.warc_records > 10) == ((), False, True)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(folder: Path) -> None:
    with Archive.open(folder, create=True) as archive:
        for number in range(1, 5000):
            raw = exchange(article(number).url, number, os.urandom(20_000))
            archive.store(replace(fetched(number, number, run=None), exchanges=(raw,)))

"""`repair` mends what raw pages and readable pages of the database can mend, and deletes nothing."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive import Archive, ArchiveBusy, Outcome
from archive.care.compare import compare
from archive.care.repair import Repaired, repair
from archive.care.verify import verify
from archive.schema.opening import APPLICATION_ID, SCHEMA
from crawler.cli import main
from tests.archive.build import SITE, after, article, capture
from tests.archive.flips import KINDS
from tests.archive.test_faults import cut, empty, overwrite_with_text
from tests.command import run_python


def mended(folder: Path) -> Repaired:
    return repair(folder, at=after(days=9))


def flip_magic(path: Path) -> None:
    write(path, 0, b"\xff\xff")


def flip_pages(path: Path) -> None:
    for page in range(40, 60):
        write(path, page * 4096, b"\xff" * 64)


def remove(path: Path) -> None:
    path.unlink()


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def write(path: Path, position: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(position)
        file.write(data)


@pytest.mark.parametrize("harm", [overwrite_with_text, empty, cut, flip_magic, flip_pages, remove, make_folder])
def test_a_damaged_database_is_made_again(past: Path, news: Path, harm: Callable[[Path], None]) -> None:
    path = news / "news.db"
    harm(path)
    damaged = path.read_bytes() if path.is_file() else None
    repaired = mended(news)
    assert repaired.after.findings == ()
    assert compare(past, news) == []
    assert damaged is None or (repaired.aside is not None and repaired.aside.read_bytes() == damaged)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
    connection.close()
    with Archive.open(news) as archive:
        assert archive.store(capture(article(80), after(days=10))) is Outcome.ADDED


def test_what_has_no_raw_page_is_saved_as_far_as_it_can_be_read(folder: Path) -> None:
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        for number in range(200):
            archive.store(capture(article(number)))
    os.truncate(folder / "news.db", (folder / "news.db").stat().st_size * 3 // 4)
    lost = mended(folder)
    assert any("cannot be read" in each for each in lost.done)
    with Archive.open(folder) as archive:
        stored = [each.article.body for each in archive.articles()]
    assert 0 < len(stored) < 200
    assert verify(folder, at=after(days=9), deep=True).findings == ()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "warc"])
def test_a_flipped_bit_is_mended(past: Path, tmp_path: Path, kind: str) -> None:
    for number in range(3):
        folder = Path(shutil.copytree(past, tmp_path / str(number)))
        KINDS[kind](folder, random.Random(f"{kind} {number}"))
        assert mended(folder).after.findings == ()
        assert compare(past, folder) == []


def test_a_text_of_a_run_without_raw_pages_keeps_what_is_right(news: Path) -> None:
    """The WARC files know an older state of the article: only the text whose digest fits is taken from them."""
    with Archive.open(news, keep_raw=False) as archive:
        archive.store(capture(article(2, title="Không có trang thô", body="Mới. " * 60), after(days=7)))
        texts = [text.title for text in archive.revisions(article(2).uid)]
    connection = sqlite3.connect(news / "news.db")
    connection.execute("UPDATE article_revisions SET title = 'X' WHERE n = 2")
    connection.commit()
    connection.close()
    assert mended(news).after.findings == ()
    with Archive.open(news, read_only=True) as archive:
        assert [text.title for text in archive.revisions(article(2).uid)] == texts


def test_a_damaged_warc_file_cannot_be_mended_and_is_not_changed(news: Path) -> None:
    (path,) = (news / "warc").iterdir()
    write(path, 3000, b"\0\0\0\0")
    before = path.read_bytes()
    result = CliRunner().invoke(main, ["repair", "--archive", str(news)])
    assert (result.exit_code, f"still damaged: warc/{path.name}: byte" in result.stdout) == (5, True)
    assert "put the file of a backup in its place" in result.stdout
    assert path.read_bytes() == before


def test_a_sound_archive_stays_as_it_is(past: Path, news: Path) -> None:
    result = CliRunner().invoke(main, ["repair", "--archive", str(news)])
    assert (result.exit_code, result.stdout) == (0, "nothing is damaged\n")
    assert compare(past, news) == []


@pytest.mark.parametrize("at", ["salvage", "_change_places", "sync_folder"])
def test_a_repair_that_was_killed_is_run_again(past: Path, news: Path, at: str) -> None:
    cut(news / "news.db")
    damaged = (news / "news.db").read_bytes()
    program = (
        "import os, signal, sys, archive.care.repair as module; from pathlib import Path\n"
        "from tests.archive.build import after\n"
        f"module.{at} = lambda *given, **named: os.kill(os.getpid(), signal.SIGKILL)\n"
        "module.repair(Path(sys.argv[1]), at=after(days=8))"
    )
    done = run_python(program, news)
    assert done.returncode == -signal.SIGKILL
    assert mended(news).after.findings == ()
    assert compare(past, news) == []
    assert damaged in [path.read_bytes() for path in news.glob("news.db.damaged-*")]
    assert not (news / ".repair").exists()


def test_a_crawl_that_goes_on_is_in_the_way(news: Path) -> None:
    with Archive.open(news) as archive:
        archive.begin_run(SITE, started_at=after(days=5), version="9", settings={})
        with pytest.raises(ArchiveBusy, match="a crawl is going on"):
            mended(news)


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own needs root")
@pytest.mark.parametrize("command", ["repair", "rebuild"])
def test_a_full_disk_ends_it_and_nothing_is_lost(past: Path, tmp_path: Path, command: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", disk], check=True)
    try:
        news = Path(shutil.copytree(past, disk / "news"))
        cut(news / "news.db")
        words = [command, "--archive", str(news), *([str(disk / "new")] if command == "rebuild" else [])]
        (disk / "ballast").write_bytes(bytes(400_000))
        result = CliRunner().invoke(main, words)
        assert (result.exit_code, "free some space" in result.stderr) == (5, True), result.output
        (disk / "ballast").unlink()
        shutil.rmtree(news / ".repair", ignore_errors=True)
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        assert CliRunner().invoke(main, words).exit_code == 0
        assert compare(past, news if command == "repair" else disk / "new") == []
    finally:
        subprocess.run(["umount", "-l", disk], check=True)

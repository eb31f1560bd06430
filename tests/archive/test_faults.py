"""What must happen when the disk, the file or another process is in the way."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from archive import Archive, ArchiveError, Article, Outcome
from archive.errors import (
    ArchiveBusy,
    ArchiveNotFound,
    ArchiveNotWritable,
    DamagedArchive,
    DiskFull,
    NewerArchive,
    NotAnArchive,
)
from archive.session import GROUP_CAPTURES
from archive.writing.index import INDEXES
from tests.archive.build import after, article, capture

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed archive with 200 articles, which no test changes."""
    folder = tmp_path_factory.mktemp("whole") / "news"
    with Archive.open(folder, create=True) as archive:
        for number in range(200):
            archive.store(capture(article(number)))
    return folder


@pytest.fixture
def database(whole: Path, folder: Path) -> Path:
    """The database file of a copy of it."""
    return Path(shutil.copytree(whole, folder)) / "news.db"


def flip(path: Path, position: int, bits: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(position)
        file.write(bits)


def overwrite_with_text(path: Path) -> None:
    path.write_text("Đây không phải là cơ sở dữ liệu. " * 20)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip_header(path: Path) -> None:
    flip(path, 0, b"\xff\xff")


def flip_page_type(path: Path) -> None:
    flip(path, 100, b"\xff")


def flip_pages(path: Path) -> None:
    for page in range(20, 40):
        flip(path, page * 4096, b"\xff" * 64)


@pytest.mark.parametrize("damage", [overwrite_with_text, empty, cut, flip_header, flip_page_type, flip_pages])
def test_a_damaged_database_is_refused_and_not_touched(database: Path, damage: Callable[[Path], None]) -> None:
    damage(database)
    before = database.read_bytes()
    with pytest.raises(DamagedArchive, match="damaged") as refusal:
        Archive.open(database.parent, create=True)
    assert refusal.value.exit_code == 5
    assert database.read_bytes() == before


def test_reading_a_broken_page_is_told_in_a_sentence(database: Path) -> None:
    flip_pages(database)
    with pytest.raises(DamagedArchive):
        read_everything(database.parent)


def read_everything(folder: Path) -> None:
    with Archive.open(folder, read_only=True) as archive:
        for stored in archive.articles():
            archive.revisions(stored.article.uid)
        archive.search("tin", limit=200)


def test_other_peoples_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "love.txt").write_text("...")
    with pytest.raises(NotAnArchive, match=r"love\.txt"):
        Archive.open(tmp_path / "letters", create=True)
    with pytest.raises(NotAnArchive, match="it is a file"):
        Archive.open(tmp_path / "letters" / "love.txt", create=True)
    other = sqlite3.connect(tmp_path / "news.db")
    other.execute("CREATE TABLE prices (day)")
    other.close()
    with pytest.raises(NotAnArchive, match="something else"):
        Archive.open(tmp_path, create=True)


def test_reading_makes_no_archive(folder: Path) -> None:
    for create, read_only in ((False, False), (False, True), (True, True)):
        with pytest.raises(ArchiveNotFound, match="baotinh init"):
            Archive.open(folder, create=create, read_only=read_only)
    assert not folder.exists()


def test_a_newer_archive_is_refused(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for read_only in (False, True):
        with pytest.raises(NewerArchive, match="schema 99"):
            Archive.open(database.parent, read_only=read_only)


def test_a_creation_that_was_killed_is_begun_anew(folder: Path) -> None:
    folder.mkdir()
    (folder / "news.db.new-123").write_bytes(b"half")
    with Archive.open(folder, create=True) as archive:
        assert archive.store(capture(article())) is Outcome.ADDED


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveNotWritable):
        Archive.open(tmp_path / "file" / "news", create=True)


NOBODY = 65_534
"""Id of a user who owns nothing."""


def open_as_nobody(folder: Path) -> None:
    """End with 0 if a user other than root, who can read the file, is told that the archive cannot be written to."""
    if os.geteuid() == 0:  # who may write everywhere
        os.setuid(NOBODY)
    assert (folder / "news.db").read_bytes()
    with pytest.raises(ArchiveNotWritable):
        Archive.open(folder)


def test_a_folder_without_permission(database: Path) -> None:
    with TemporaryDirectory() as open_to_all:  # the folders of pytest are closed to other users
        Path(open_to_all).chmod(0o755)
        folder = Path(shutil.copytree(database.parent, Path(open_to_all, "news")))
        folder.chmod(0o555)
        process = SPAWN.Process(target=open_as_nobody, args=(folder,))
        process.start()
        process.join()
        folder.chmod(0o700)
    assert process.exitcode == 0


def test_a_reader_cannot_write(database: Path) -> None:
    with Archive.open(database.parent, read_only=True) as archive, pytest.raises(ArchiveNotWritable):
        archive.store(capture(article(999)))


def test_a_full_disk_loses_nothing_that_was_committed(folder: Path) -> None:
    committed: list[int] = []
    with pytest.raises(DiskFull, match="free some space"):
        fill(folder, committed)
    assert committed
    assert_whole(folder, articles=len(committed))
    with Archive.open(folder) as archive:
        assert archive.store(capture(article(20_000))) is Outcome.ADDED


def fill(folder: Path, committed: list[int]) -> None:
    with Archive.open(folder, create=True) as archive:
        pages = archive._connection.execute("PRAGMA page_count").fetchone()[0]
        archive._connection.execute(f"PRAGMA max_page_count = {pages + 40}")
        for number in range(10_000):
            archive.store(capture(article(number, body=f"Đoạn {number}. " * 100)))
            archive.commit()
            committed.append(number)


def test_an_error_inside_a_capture_leaves_no_part_of_it(archive: Archive) -> None:
    archive.store(capture(article(1)))
    with pytest.raises(sqlite3.IntegrityError):
        archive.store(capture(broken_article()))
    archive.store(capture(article(3)))
    archive.commit()
    assert_whole(archive.folder, articles=2)


def test_an_error_inside_the_first_capture_of_a_group_keeps_no_other_writer_waiting(archive: Archive) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        archive.store(capture(broken_article()))
    with Archive.open(archive.folder) as other:
        other._connection.execute("PRAGMA busy_timeout = 1")
        assert other.store(capture(article(3))) is Outcome.ADDED
    assert_whole(archive.folder, articles=1)


def broken_article() -> Article:
    """Return one that breaks a CHECK of its table, after the capture's own row was written."""
    broken = article(2, tags=("thẻ",))
    object.__setattr__(broken, "published_precision", "second")
    return broken


def write_without_end(folder: Path, committed: str) -> None:
    """Run in another process: store article after article, and print each number that is on the disk."""
    with Archive.open(folder, create=True) as archive, Path(committed).open("w") as told:
        for number in range(1_000_000):
            archive.store(capture(article(number, tags=("a", "b")), after(seconds=number * 0.1)))
            if not archive._connection.in_transaction:
                told.write(f"{number + 1}\n")
                told.flush()


def test_a_killed_writer_loses_nothing_and_leaves_nothing_half(folder: Path, tmp_path: Path) -> None:
    committed = tmp_path / "committed"
    for _ in range(3):
        process = SPAWN.Process(target=write_without_end, args=(folder, str(committed)))
        process.start()
        deadline = time.monotonic() + 60
        while (not committed.exists() or committed.read_text().count("\n") < 3) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        told = int(committed.read_text().rsplit("\n", 2)[-2])
        assert assert_whole(folder) >= told
        committed.unlink()


def write_some(folder: Path, first: int) -> None:
    with Archive.open(folder, create=True) as archive:
        for number in range(first, first + 100):
            archive.store(capture(article(number), after(seconds=number)))


def test_two_writers_wait_for_each_other(folder: Path) -> None:
    writers = [SPAWN.Process(target=write_some, args=(folder, first)) for first in (0, 50)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert_whole(folder, articles=150)


def test_a_writer_that_waits_too_long_is_told(archive: Archive) -> None:
    archive.store(capture(article()))  # the group is open
    with Archive.open(archive.folder) as other:
        other._connection.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(ArchiveBusy) as refusal:
            other.store(capture(article(2)))
        assert refusal.value.exit_code == 6
        archive.commit()
        assert other.store(capture(article(2))) is Outcome.ADDED


def test_a_group_is_committed_when_it_is_full_or_after_2_seconds(archive: Archive) -> None:
    full = GROUP_CAPTURES
    with Archive.open(archive.folder, read_only=True) as reader:
        for number in range(full - 1):
            archive.store(capture(article(number)))
        assert list(reader.articles()) == []
        archive.store(capture(article(full - 1)))
        assert len(list(reader.articles())) == full
        archive.store(capture(article(full)))
        archive.store(capture(article(full + 1), after(seconds=1.9)))
        assert len(list(reader.articles())) == full
        archive.store(capture(article(full + 2), after(seconds=2)))
        assert len(list(reader.articles())) == full + 3


def test_an_error_in_the_crawl_keeps_what_was_stored(folder: Path) -> None:
    with pytest.raises(RuntimeError):
        break_off(folder)
    assert_whole(folder, articles=1)


def break_off(folder: Path) -> None:
    with Archive.open(folder, create=True) as archive:
        archive.store(capture(article()))
        raise RuntimeError


def assert_whole(folder: Path, *, articles: int | None = None) -> int:
    """Assert that tables, index and links agree with each other; return the number of articles."""
    connection = sqlite3.connect(folder / "news.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for index in INDEXES:
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 0)")
        stored = int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
        for table in ("article_texts", "texts_fts_docsize", "titles_fts_docsize", "search_rows", "captures", "urls"):
            assert connection.execute(f"SELECT count(*) >= ? FROM {table}", (stored,)).fetchone() == (1,), table
        assert connection.execute("SELECT count(*) FROM captures WHERE outcome = ''").fetchone() == (0,)
    finally:
        connection.close()
    with Archive.open(folder, read_only=True) as archive:
        assert len(archive.search("tin", limit=10**6)) == stored
    assert articles in (None, stored)
    return stored


def test_every_error_has_an_exit_code() -> None:
    codes = {error.__name__: error.exit_code for error in ArchiveError.__subclasses__()}
    assert set(codes.values()) == {2, 5, 6}

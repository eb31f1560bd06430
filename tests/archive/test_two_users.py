"""An archive that one user writes and another reads, in folders with all kinds of rights, and on a read-only disk."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from archive import Archive
from archive.errors import ArchiveBusy, UnfinishedArchive
from tests.archive.build import SITE, START, article, capture
from tests.command import Program, run_command

OWNER, COLLEAGUE = 3001, 3002
"""Numbers of users; they need no name."""
PAUSE = 0.01
"""Seconds between two looks for a file that another process makes."""
FILES = ("news.db-shm", "news.db-wal")


@pytest.fixture(params=[0o755, 0o777], ids=["closed", "open"])
def folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    """An archive of one user in a folder that another may read, or also write."""
    if os.geteuid() != 0:
        pytest.skip("two users (root can be both)")
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        news = Path(place, "news")
        news.mkdir()
        os.chown(news, OWNER, OWNER)
        news.chmod(request.param)
        assert act(OWNER, store, news, 1).returncode == 0
        yield news


def act(user: int, function: Callable[..., object], *arguments: Any) -> "subprocess.CompletedProcess[str]":
    """Call a function in a process of a user."""
    return Program(_as_user, user, function, *arguments, folder=Path("/")).result()


def _as_user(user: int, function: Callable[..., object], *arguments: Any) -> None:
    import archive.schema.migrations  # noqa: F401  (this user may not be able to read the libraries)

    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    function(*arguments)


def store(folder: Path, number: int) -> None:
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        run = archive.begin_run(SITE, started_at=START, version="1", settings={})
        archive.store(capture(article(number), run=run))


def read(folder: Path) -> None:
    with Archive.open(folder, read_only=True) as archive:
        sys.stdout.write(f"{sorted(hit.title for hit in archive.search('tin'))}\n")


def read_twice(folder: Path) -> None:
    """Read, let the owner store an article, and read again with the same archive."""
    with Archive.open(folder, read_only=True) as archive:
        sys.stdout.write(f"{len(list(archive.articles()))}\n")
        (folder.parent / "go").touch()
        while not (folder.parent / "gone").exists():
            time.sleep(PAUSE)
        sys.stdout.write(f"{len(list(archive.articles()))}\n")


def read_without_us(folder: Path) -> None:
    """Read as a program does that knows nothing of other users; it leaves its files."""
    with closing(sqlite3.connect(f"file:{folder}/news.db?mode=ro", uri=True)) as connection:
        connection.execute("SELECT count(*) FROM articles").fetchone()
        (folder.parent / "go").touch()
        while (folder.parent / "wait").exists():
            time.sleep(PAUSE)


def forget_files(folder: Path) -> None:
    """Bring the folder into the state in which an older version leaves it."""
    for name in FILES:
        (folder / name).unlink()


@pytest.mark.parametrize("has_files", [True, False])
def test_a_reader_reads_and_leaves_nothing_that_stops_the_writer(folder: Path, has_files: bool) -> None:
    if not has_files:
        forget_files(folder)
    assert act(COLLEAGUE, read, folder).stdout == "['Tin số 1']\n"
    assert [file.name for file in folder.iterdir() if file.stat().st_uid != OWNER] == []
    assert act(OWNER, store, folder, 2).returncode == 0
    assert act(COLLEAGUE, read, folder).stdout == "['Tin số 1', 'Tin số 2']\n"


@pytest.mark.parametrize("has_files", [True, False])
def test_a_reader_sees_what_is_stored_meanwhile_or_says_that_it_cannot(folder: Path, has_files: bool) -> None:
    if not has_files:
        forget_files(folder)
    reader = _started(COLLEAGUE, read_twice, folder)
    assert act(OWNER, store, folder, 2).returncode == 0
    (folder.parent / "gone").touch()
    ended = reader.result()
    if has_files:
        assert (ended.returncode, ended.stdout) == (0, "1\n2\n")
    else:
        assert (ended.returncode, ended.stdout) == (1, "1\n")
        assert ArchiveBusy.__name__ in ended.stderr


@pytest.mark.parametrize("folder", [0o777], indirect=True)
def test_files_that_another_program_left_are_removed_and_those_in_use_are_not(folder: Path) -> None:
    forget_files(folder)
    (folder.parent / "wait").touch()
    reader = _started(COLLEAGUE, read_without_us, folder)
    refused = act(OWNER, store, folder, 2)
    assert ArchiveBusy.__name__ in refused.stderr
    assert f"process {reader.number} reads it" in refused.stderr
    (folder.parent / "wait").unlink()
    reader.result()
    assert (folder / "news.db-shm").stat().st_uid == COLLEAGUE
    assert act(OWNER, store, folder, 2).returncode == 0
    assert (folder / "news.db-shm").stat().st_uid == OWNER


@pytest.mark.parametrize("folder", [0o755], indirect=True)
def test_content_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "news.db-shm").unlink()
    (folder / "news.db-wal").write_bytes(b"frames of a crash")
    refused = act(COLLEAGUE, read, folder)
    assert UnfinishedArchive.__name__ in refused.stderr
    assert act(OWNER, store, folder, 2).returncode == 0


def _started(user: int, function: Callable[..., object], folder: Path) -> Program:
    program = Program(_as_user, user, function, folder, folder=Path("/"))
    folder.parent.chmod(0o777)
    program.wait_until((folder.parent / "go").exists)
    return program


@pytest.mark.parametrize("has_files", [True, False])
def test_a_read_only_disk_is_read(disk: Path, has_files: bool) -> None:
    folder = disk / "news"
    store(folder, 1)
    if not has_files:
        forget_files(folder)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    try:
        for arguments in (["search", "tin"], ["show", article(1).url], ["runs"]):
            done = run_command([*arguments, "--archive", folder], disk)
            assert (done.returncode, done.stderr) == (0, ""), done
    finally:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)

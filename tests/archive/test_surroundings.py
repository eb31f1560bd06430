"""What lies around the archive: the zone and language of the machine, readers, other programs, and a loss of power."""

import multiprocessing
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from archive import Archive, Outcome, RunStatus
from archive.schema.connections import BUSY_SECONDS
from tests.archive.build import SITE, after, article, capture
from tests.archive.raw import fetched

ROOT = Path(__file__).parents[2]
SPAWN = multiprocessing.get_context("spawn")
MACHINES = (
    {"TZ": "Asia/Ho_Chi_Minh", "LANG": "vi_VN.UTF-8"},
    {"TZ": "America/New_York", "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"},
    {"TZ": "Pacific/Chatham", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
)
"""Another half of the day, a clock with summer time, another alphabet."""
MAKES = """
import sys
from pathlib import Path
from tests.archive.past import make_past
make_past(Path(sys.argv[1]))
"""


@pytest.mark.drill
@pytest.mark.parametrize("machine", MACHINES[1:], ids=lambda machine: machine["TZ"])
def test_the_zone_and_the_language_of_the_machine_do_not_show(tmp_path: Path, machine: dict[str, str]) -> None:
    exported = []
    for name, variables in (("one", MACHINES[0]), ("other", machine)):
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "TZ"))}
        folder, lines = tmp_path / name, tmp_path / f"{name}.jsonl"
        for command in (
            ["-c", MAKES, folder],
            ["-m", "archive", "export", "--archive", folder, "--output", lines],
            ["-m", "archive", "rebuild", tmp_path / f"{name}-again", "--archive", folder, "--compare", folder],
        ):
            words = [sys.executable, *map(str, command)]
            done = subprocess.run(
                words, cwd=ROOT, env={**environment, **variables}, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
        assert "equal to the old archive" in done.stdout
        exported.append(lines.read_bytes())
    assert exported[0]
    assert exported[0] == exported[1]


def write_on(folder: Path, number: int) -> None:
    """Run in another process: store an article and its next text, without end."""
    with Archive.open(folder) as archive:
        while True:
            number += 1
            archive.store(capture(article(number), after(seconds=number)))
            archive.store(capture(article(number, title=f"Tin {number} sửa"), after(hours=1, seconds=number)))


def test_a_reader_sees_whole_articles_all_the_while(folder: Path) -> None:
    Archive.open(folder, create=True).close()
    writer = SPAWN.Process(target=write_on, args=(folder, 0))
    writer.start()
    seen = [0]
    try:
        with Archive.open(folder, read_only=True) as archive:
            while seen[-1] < 200:
                stored = list(archive.articles())
                assert all(each.article.text_sha256 and each.article.body for each in stored)
                assert not any(archive.revisions(each.id) == [] for each in stored[-5:])
                seen.append(len(stored))
                assert writer.is_alive()
    finally:
        writer.kill()
        writer.join()
    assert seen == sorted(seen)


def test_what_a_long_reader_keeps_in_the_wal_file_goes_with_it(folder: Path) -> None:
    """SQLite cannot cut the file while somebody reads an old state. A run ends all the same; a later one cuts it."""
    with Archive.open(folder, create=True) as archive:
        reader = sqlite3.connect(folder / "news.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        sizes = []
        for hour in range(3):
            run = archive.begin_run(SITE, started_at=after(hours=hour), version="1", settings={})
            for number in range(20):
                archive.store(capture(article(hour * 20 + number), after(hours=hour, seconds=number)))
            archive.finish_run(run, finished_at=after(hours=hour, minutes=1), status=RunStatus.FINISHED)
            sizes.append((folder / "news.db-wal").stat().st_size)
            if hour == 1:
                assert reader.execute("SELECT count(*) FROM articles").fetchone() == (0,)
                reader.close()
        assert 0 < sizes[0] < sizes[1]
        assert sizes[2] == 0


def test_a_lock_that_somebody_holds_is_waited_for(folder: Path) -> None:
    """It is held for a moment only: how long a writer would wait is a setting of SQLite."""
    with Archive.open(folder, create=True) as archive:
        assert archive._connection.execute("PRAGMA busy_timeout").fetchone() == (BUSY_SECONDS * 1000,)
        assert BUSY_SECONDS >= 30
        other = sqlite3.connect(folder / "news.db", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.5, other.execute, ("COMMIT",))
        release.start()
        assert archive.store(capture(article())) is Outcome.ADDED
        release.join()
        other.close()


def test_a_loss_of_power_finds_each_record_on_the_disk_before_its_row(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(folder, create=True) as archive:
        archive.store(fetched(1))
        archive.commit()  # the first one also gives the file its name
        archive.store(fetched(2))
        assert archive._connection.execute("PRAGMA synchronous").fetchone() == (2,), "FULL: a commit is on the disk"
        assert archive._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        done: list[str] = []
        to_disk = os.fsync

        def sync(file: int) -> None:
            to_disk(file)
            done.append("records")

        def note(sql: str) -> None:
            if sql == "COMMIT":
                done.append(sql)

        monkeypatch.setattr(os, "fsync", sync)
        archive._connection.set_trace_callback(note)
        archive.commit()
        assert done == ["records", "COMMIT"]

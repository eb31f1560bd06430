"""Kills the verbs that change a whole archive at random moments: merge, migration, reparse, rebuild.

Each is run once to its end. Then copies of the same archive get the verb, a kill, and the verb again to its end. After
each kill everything that was stored must still be there and whole; at the end the archive must be the one without kill.
"""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import click
from sqlite_utils import Database

from archive.care.compare import compare
from archive.care.verify import check
from archive.fold import both_forms
from archive.schema.migrations import migrations
from archive.schema.opening import APPLICATION_ID, FILE_NAME, SCHEMA
from bench.pages import ROOT

OLD_SCHEMA = 10
"""The version from which the migration starts: the last one before the ledger."""
_BEFORE_LEDGER = "ledger_and_checks"
_TEXTS = """
SELECT url, text_sha256 FROM articles
UNION SELECT a.url, r.text_sha256 FROM article_revisions r JOIN articles a ON a.id = r.article_id
"""
_OPEN = "import sys; from archive import Archive; Archive.open(sys.argv[1]).close()"
MOST_TRIES = 3
"""Tries for each kill that is wanted: one may come when the verb is over."""

Texts = frozenset[tuple[str, str]]
"""Address and digest of every text of every article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbToll:
    """What the kills of one verb damaged."""

    verb: str
    kills: int
    lost: int
    """Texts that were stored before the verb, and are not there after the kill."""
    partial: int
    """Texts after the kill that are neither of before nor of the end."""
    corrupt: int
    """Kills after which `verify --deep` finds damage."""
    differing: int
    """What the archive has otherwise in the end than without a kill."""

    @property
    def is_none(self) -> bool:
        """Whether nothing was damaged."""
        return not (self.lost or self.partial or self.corrupt or self.differing)

    def __str__(self) -> str:
        return (
            f"{self.verb}: {self.kills} kills: {self.lost} lost, {self.partial} partial, {self.corrupt} corrupt, "
            f"{self.differing} differing in the end"
        )


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb that is killed."""

    name: str
    words: Callable[[Path], list[str]]
    """Its command for an archive in this folder."""
    made: Callable[[Path], Path] = lambda folder: folder
    """The archive that it leaves, if it is not the one that it gets."""
    is_old: bool = False
    """Whether the archive that it gets cannot be judged: it has an older form."""


def verbs(news: Path, site_file: Path) -> list[Verb]:
    """Return the verbs; `news` is the archive that is merged into others, `site_file` has better rules."""
    return [
        Verb("merge", lambda folder: _baotinh("merge", news, "--archive", folder)),
        Verb("migration", lambda folder: [sys.executable, "-c", _OPEN, str(folder)], is_old=True),
        Verb("reparse", lambda folder: _baotinh("reparse", "--site-file", site_file, "--archive", folder)),
        Verb(
            "rebuild",
            lambda folder: _baotinh("rebuild", _rebuilt(folder), "--archive", folder),
            made=_rebuilt,
        ),
    ]


def take_toll(verb: Verb, archive: Path, work: Path, *, kills: int, chance: Random) -> VerbToll:
    """Kill a verb on copies of an archive in the folder `work`. Raises click.ClickException if it fails unkilled."""
    expected = work / "expected"
    seconds = _run(verb, _copy(archive, expected))
    before, after = (frozenset() if verb.is_old else texts(archive)), texts(verb.made(expected))
    if before == after and verb.made(expected) == expected:
        raise click.ClickException(f"{verb.name} changed nothing: kills would prove nothing")
    done = lost = partial = corrupt = differing = 0
    for _ in range(MOST_TRIES * kills):
        if done == kills:
            break
        folder = _copy(archive, work / "killed")
        if _kill(verb, folder, wait=chance.uniform(0, seconds)):
            done += 1
            lost_now, partial_now, is_corrupt = _judge(verb, folder, before=before, after=after)
            lost, partial, corrupt = lost + lost_now, partial + partial_now, corrupt + is_corrupt
            if verb.made(folder) == folder or not verb.made(folder).exists():
                _run(verb, folder)
            differing += len(compare(verb.made(expected), verb.made(folder)))
        _remove(folder)
    _remove(expected)
    return VerbToll(verb=verb.name, kills=done, lost=lost, partial=partial, corrupt=corrupt, differing=differing)


def texts(folder: Path) -> Texts:
    """Return all texts of an archive; none if it is not there."""
    if not (folder / FILE_NAME).exists():
        return frozenset()
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        return frozenset(connection.execute(_TEXTS).fetchall())


def is_damaged(folder: Path) -> bool:
    """Whether `verify --deep` finds damage in an archive."""
    return not check(folder, at=datetime.now(UTC), deep=True).is_whole


def make_older(folder: Path) -> None:
    """Give the database of an archive the form of an older version, with all that this one could hold."""
    new, old = folder / f"{FILE_NAME}.new", folder / FILE_NAME
    old.rename(new)
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        migrations.apply(Database(connection), stop_before=_BEFORE_LEDGER)
        connection.execute("ATTACH ? AS today", (str(new),))
        connection.execute("PRAGMA foreign_keys = OFF")
        for (table,) in connection.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            if not table.startswith(("sqlite_", "_sqlite", "articles_fts")):
                _carry(connection, table)
        _index(connection)
        connection.execute(f"PRAGMA user_version = {OLD_SCHEMA}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode = WAL")
    new.unlink()


def _carry(connection: sqlite3.Connection, table: str) -> None:
    of_today = {row[1] for row in connection.execute(f"PRAGMA today.table_info({table})")}
    names = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})") if row[1] in of_today]
    columns = ", ".join(f'"{name}"' for name in names)
    connection.execute(f"DELETE FROM main.{table}")
    connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}")


def _index(connection: sqlite3.Connection) -> None:
    """Fill the one index that the older version had."""
    for article_id, *text in connection.execute("SELECT id, title, lead, body FROM main.printed_texts").fetchall():
        exact, folded = zip(*(both_forms(part or "") for part in text), strict=True)
        connection.execute(
            "INSERT INTO main.articles_fts (rowid, title, lead, body, f_title, f_lead, f_body) VALUES (?,?,?,?,?,?,?)",
            (article_id, *exact, *folded),
        )


def _judge(verb: Verb, folder: Path, *, before: Texts, after: Texts) -> tuple[int, int, bool]:
    """Return how many texts are lost and partial after a kill, and whether the archive is damaged."""
    if verb.is_old and _schema(folder) != SCHEMA:
        with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check").fetchone()
            found = frozenset(connection.execute(_TEXTS).fetchall())
        return len(after - found), len(found - after), said != "ok"
    made = verb.made(folder)
    is_corrupt = is_damaged(folder) or (made != folder and made.exists() and is_damaged(made))
    found = texts(folder)
    if made != folder and made.exists():
        found |= texts(made)
    return len(before - found), len(found - before - after), is_corrupt


def _schema(folder: Path) -> int:
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _run(verb: Verb, folder: Path) -> float:
    """Run a verb to its end, and return the seconds from its first write on."""
    before, began = _state(folder), 0.0
    with subprocess.Popen(verb.words(folder), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while process.poll() is None and _state(folder) == before:
            time.sleep(0.001)
        began = time.monotonic()
        _, said = process.communicate()
    if process.returncode:
        raise click.ClickException(f"{verb.name} ended with code {process.returncode}:\n{said.decode()}")
    return time.monotonic() - began


def _kill(verb: Verb, folder: Path, *, wait: float) -> bool:
    """Start a verb, kill it `wait` seconds after its first write, and return whether it was still running."""
    before = _state(folder)
    with subprocess.Popen(
        verb.words(folder), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None and _state(folder) == before:
            time.sleep(0.001)
        time.sleep(wait)
        process.kill()
        return process.wait() == -signal.SIGKILL


def _state(folder: Path) -> list[tuple[str, int]]:
    """Return what is in an archive and beside it, by name and size."""
    return [(path.name, path.stat().st_size) for path in _paths(folder)]


def _paths(folder: Path) -> Iterable[Path]:
    return sorted([*folder.glob("*"), *folder.glob("warc/*"), *folder.parent.glob(f"{folder.name}.*")])


def _copy(archive: Path, folder: Path) -> Path:
    _remove(folder)
    return Path(shutil.copytree(archive, folder))


def _remove(folder: Path) -> None:
    for path in (folder, *folder.parent.glob(f"{folder.name}.*")):
        shutil.rmtree(path, ignore_errors=True)


def _rebuilt(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.again")


def _baotinh(*words: object) -> list[str]:
    return [sys.executable, "-m", "crawler.cli", *map(str, words)]

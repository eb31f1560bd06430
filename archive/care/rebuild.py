"""Makes the database of an archive again, from its WARC files alone."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.care.chain import complete_ledger
from archive.care.findings import Finding
from archive.care.history import copy_sites, take_files, warc_paths
from archive.care.merge import repeat_merge
from archive.care.merging.event import MergeRecord, lay_out
from archive.care.replay import Replayed, replay
from archive.copies.update import update_copies
from archive.errors import DamagedArchive, NoSuchSite, NotAnArchive, NothingToRebuild
from archive.files import sync_folder, why_taken
from archive.phrases import phrase
from archive.schema.opening import FILE_NAME, empty_wal, named_errors, open_database
from archive.session import Session
from archive.writing.withholding import sweep

PART = ".rebuilding"
"""Behind the name of the folder while it is not whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild made."""

    folder: Path
    articles: int
    captures: int
    events: int
    """What changed the archive beside captures: outlets, runs, decisions."""
    warc_files: int
    damaged: tuple[Finding, ...]
    """Records that could not be read."""
    differing: tuple[str, ...]
    """What came out otherwise than it did then, one sentence each."""


def rebuild(old: Path, new: Path) -> Rebuilt:
    """Make the archive `new` from the folder `warc` of `old`, which stays as it is.

    Nothing has the name `new` before it is whole: after a kill, run it again. Raises NothingToRebuild, what
    `Archive.open` raises for `old`, and NotAnArchive if there is something in `new`.
    """
    if not warc_paths(old):
        with suppress(DamagedArchive):
            open_database(old, create=False, read_only=True).close()
        raise NothingToRebuild(old)
    if finding := why_taken(new):
        raise NotAnArchive(new, phrase("{finding}, and a rebuild wants a new folder", finding=finding))
    part = new.with_name(new.name + PART)
    with named_errors(part):
        if part.exists():
            shutil.rmtree(part)
        new.parent.mkdir(parents=True, exist_ok=True)
        rebuilt = _rebuild(old, part)
        _find_copies(part)
        if new.exists():
            new.rmdir()
        part.rename(new)
        sync_folder(new.parent)
    return replace(rebuilt, folder=new)


def _rebuild(old: Path, part: Path) -> Rebuilt:
    done = Replayed()
    with closing(open_database(part, create=True, read_only=False)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # half of it is worth nothing
        connection.execute("BEGIN IMMEDIATE")
        damaged = tuple(take_files(connection, old, part))
        differing = tuple(replay(connection, part, done, merge_again=partial(_merge_again, part)))
        connection.execute("UPDATE urls SET depth = 1 WHERE kind = 'article'")
        (last,) = connection.execute("SELECT max(closed_at) FROM warc_files").fetchone()
        complete_ledger(connection, at=last, is_rebuilt=True)
        connection.execute("COMMIT")
        sweep(connection, part)
        empty_wal(connection)
        sql = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM warc_files)"
        articles, files = connection.execute(sql).fetchone()
    copy_sites(old, part)
    _sync(part / FILE_NAME)
    sync_folder(part)
    return Rebuilt(
        folder=part,
        articles=articles,
        captures=done.captures,
        events=done.events,
        warc_files=files,
        damaged=damaged,
        differing=differing,
    )


def _find_copies(part: Path) -> None:
    """Make the groups of copies again, with what persons decided of them."""
    session = Session(part, open_database(part, create=False, read_only=False), keep_raw=False)
    try:
        update_copies(session)
        session.empty_wal()
    finally:
        session.close()
    _sync(part / FILE_NAME)


def _merge_again(folder: Path, record: MergeRecord) -> Iterator[str]:
    """Rebuild the archive that came with a merge, and merge it once more; yield what came out otherwise than then."""
    with TemporaryDirectory(dir=folder, prefix=".merging-") as name:
        came, other = Path(name) / "came", Path(name) / "other"
        try:
            lay_out(record, folder, came)
            rebuilt = _rebuild(came, other)
            repeat_merge(folder, other, record)
        except (LookupError, sqlite3.IntegrityError, NoSuchSite) as error:
            yield str(error)
        else:
            yield from rebuilt.differing


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

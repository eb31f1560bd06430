"""The texts of withheld articles, which are files and not in the database: whether each is there and whole."""

import shutil
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from archive.care.findings import REPAIR, Finding
from archive.writing.withholding import FOLDER

_IN_FORCE = """
SELECT a.uid, w.record_sha256 FROM withholdings w JOIN articles a ON a.id = w.article_id WHERE w.lifted_at IS NULL
"""
_OWNER_FOLDER = 0o700


def check_withheld(connection: sqlite3.Connection, folder: Path) -> Iterator[Finding]:
    """Yield the withheld articles whose file is missing or was changed."""
    for uid, path in _wrong(connection, folder):
        finding = f"{FOLDER}/{path.name} was changed" if path.is_file() else f"{FOLDER}/{path.name} is missing"
        yield Finding(f"article {uid[:8]}, which is withheld", finding, REPAIR)


def restore_withheld(connection: sqlite3.Connection, folder: Path, *, sound: Path) -> int:
    """Copy the files that are missing or wrong from another archive, if it has the right ones; return how many."""
    restored = 0
    wrong = dict(_wrong(connection, folder))
    right = dict(connection.execute(_IN_FORCE).fetchall())
    for uid, path in wrong.items():
        found = sound / FOLDER / path.name
        if _digest(found) == right[uid]:
            path.parent.mkdir(mode=_OWNER_FOLDER, exist_ok=True)
            shutil.copy2(found, path)
            restored += 1
    return restored


def _wrong(connection: sqlite3.Connection, folder: Path) -> Iterator[tuple[str, Path]]:
    for uid, digest in connection.execute(_IN_FORCE).fetchall():
        path = folder / FOLDER / f"{uid}.json"
        if _digest(path) != digest:
            yield uid, path


def _digest(path: Path) -> str | None:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else None

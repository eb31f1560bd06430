"""The texts of withheld articles, which are files and not in the database: each is there, whole, and in every copy."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from archive.care.findings import REPAIR, Finding
from archive.errors import DamagedRecord
from archive.phrases import phrase
from archive.writing.withholding import FOLDER, read_checked, record_path, write_record

_IN_FORCE = """
SELECT a.uid, w.record_sha256 FROM withholdings w JOIN articles a ON a.id = w.article_id WHERE w.lifted_at IS NULL
"""


def check_withheld(connection: sqlite3.Connection, folder: Path) -> Iterator[Finding]:
    """Yield the withheld articles whose file is missing or was changed."""
    for uid, path in _wrong(connection, folder):
        finding = (
            phrase("{folder}/{name} was changed", folder=FOLDER, name=path.name)
            if path.is_file()
            else phrase("{folder}/{name} is missing", folder=FOLDER, name=path.name)
        )
        yield Finding(phrase("article {short}, which is withheld", short=uid[:8]), finding, REPAIR)


def restore_withheld(connection: sqlite3.Connection, folder: Path, *, sound: Path) -> int:
    """Copy the files that are missing or wrong from another archive, if it has the right ones; return how many."""
    restored = 0
    wrong = dict(_wrong(connection, folder))
    right = dict(connection.execute(_IN_FORCE).fetchall())
    for uid, path in wrong.items():
        with suppress(DamagedRecord):
            write_record(path, read_checked(sound / FOLDER / path.name, right[uid]))
            restored += 1
    return restored


def read_withheld(folder: Path) -> dict[str, bytes]:
    """Return the files of an archive by name: few and short. One that is lifted meanwhile may be missing."""
    found = {}
    for path in (folder / FOLDER).glob("*.json"):
        with suppress(FileNotFoundError):
            found[path.name] = path.read_bytes()
    return found


def copy_withheld(
    connection: sqlite3.Connection, folder: Path, target: Path, *, before: dict[str, bytes]
) -> Iterator[DamagedRecord]:
    """Copy the files of which a copied database knows the digest, and yield those that are not in the archive.

    `before` has the files as they were before the database was copied: one may be lifted since.
    """
    for uid, digest in connection.execute(_IN_FORCE).fetchall():
        try:
            path = record_path(folder, uid)
            earlier = before.get(path.name, b"")
            content = earlier if sha256(earlier).hexdigest() == digest else read_checked(path, digest)
        except DamagedRecord as damage:
            yield damage
            continue
        if _digest(target / FOLDER / path.name) != digest:
            write_record(target / FOLDER / path.name, content)


def _wrong(connection: sqlite3.Connection, folder: Path) -> Iterator[tuple[str, Path]]:
    for uid, digest in connection.execute(_IN_FORCE).fetchall():
        path = folder / FOLDER / f"{uid}.json"
        if _digest(path) != digest:
            yield uid, path


def _digest(path: Path) -> str | None:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else None

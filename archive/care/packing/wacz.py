"""WACZ: a zip file with WARC files, their index, a list of pages and what else belongs to them, each with its digest.

Members are stored, not compressed, so that a reader can fetch a record by its place. The same members give the same
bytes: no time of writing is in the file.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import BinaryIO

VERSION = "1.1.1"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file can name."""
_RIGHTS = 0o644 << 16
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the WACZ, as datapackage.json names it."""

    name: str
    path: str
    hash: str
    bytes: int


class Wacz:
    """A WACZ that is being written."""

    def __init__(self, out: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)
        self._members: list[Member] = []

    def add(self, path: str, pieces: Iterable[bytes], *, size: int) -> Member:
        """Write a member of about `size` bytes, and return it."""
        member = self._write(path, pieces, size=size)
        self._members.append(member)
        return member

    def finish(self, said: Mapping[str, str]) -> None:
        """Write what describes the members, with what is `said` of the whole, and end the file."""
        resources = [asdict(member) for member in self._members]
        package = {"profile": "data-package", "wacz_version": VERSION, **said, "resources": resources}
        data = json.dumps(package, ensure_ascii=False, indent=2).encode()
        described = self._write("datapackage.json", [data], size=len(data))
        digest = {"path": described.path, "hash": described.hash}
        data = json.dumps(digest, indent=2).encode()
        self._write("datapackage-digest.json", [data], size=len(data))
        self.close()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._zip.close()

    def _write(self, path: str, pieces: Iterable[bytes], *, size: int) -> Member:
        info = zipfile.ZipInfo(path, _LONG_AGO)
        info.create_system, info.external_attr, info.file_size = _UNIX, _RIGHTS, size
        digest, written = hashlib.sha256(), 0
        with self._zip.open(info, "w") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                written += len(piece)
        return Member(path.rpartition("/")[2], path, f"sha256:{digest.hexdigest()}", written)

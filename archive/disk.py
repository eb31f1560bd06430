"""The disk that an archive lies on: how much of it is free."""

import shutil
from datetime import timedelta
from pathlib import Path

ROOM_TO_CLOSE = 200 * 2**20
"""Bytes without which no run begins or goes on. Less is taken by its last group, the counts of its end, and the pages
of a WAL file of up to 64 MiB, which move into the database while that file is still there. The rest is for other sites
that are crawled beside it, and for the five seconds until the next look."""
LOOK_AFTER = timedelta(seconds=5)
"""A run looks no more often: a fast crawl stores some 20 MB in this time."""


def free_bytes(folder: Path) -> int:
    """Return the bytes that this user may still write on the disk of a folder."""
    return shutil.disk_usage(folder).free


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder and below."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())

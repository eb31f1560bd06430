"""The disk that an archive lies on: how much of it is free, and whether it is on a network."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

ROOM_TO_CLOSE = 200 * 2**20
"""Bytes without which no run begins or goes on. Less is taken by its last group, the counts of its end, and the pages
of a WAL file of up to 64 MiB, which move into the database while that file is still there. The rest is for other sites
that are crawled beside it, and for the five seconds until the next look."""
LOOK_AFTER = timedelta(seconds=5)
"""A run looks no more often: a fast crawl stores some 20 MB in this time."""
MOUNTS = Path("/proc/self/mountinfo")
"""What Linux says of each mount: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html"""
NETWORK_TYPES = frozenset(
    (
        *("9p", "afs", "beegfs", "ceph", "cifs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"),
        *("fuse.ceph", "fuse.davfs", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
    )
)
"""Types of file systems whose files other machines may write too: SQLite's WAL needs memory that all writers share."""
_OCTAL = re.compile(r"\\([0-7]{3})")
"""How a space, a tab, a line break or a backslash is written in a path."""


def free_bytes(folder: Path) -> int:
    """Return the bytes that this user may still write on the disk of a folder."""
    return shutil.disk_usage(folder).free


def network_type(folder: Path) -> str | None:
    """Return the type of the network file system that a folder is on: "nfs4"; None for a disk of this machine.

    Only Linux says it: elsewhere it is None.
    """
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    mounts = dict(map(_mount, lines))  # a later mount hides an earlier one at its place
    path = folder.resolve()
    kind = next((mounts[place] for place in (path, *path.parents) if place in mounts), None)
    return kind if kind in NETWORK_TYPES else None


def _mount(line: str) -> tuple[Path, str]:
    """Return the place of a mount and its type."""
    place, kind = line.split(" ")[4], line.partition(" - ")[2].split(" ")[0]
    return Path(_OCTAL.sub(lambda code: chr(int(code[1], 8)), place)), kind


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder and below."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())

"""The lock on the hosts of a group of sites: one job of the group at a time, whatever the queue says."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hosts_held(folder: Path, group: Sequence[str]) -> Iterator[int | None]:
    """Hold the lock of a group in the folder of its shard, and give its file to pass on; None if another job holds it.

    The system releases it when this process, and the one that got the file, have died.
    """
    import fcntl  # not on Windows

    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(folder / f".cluster-{group[0]}.lock", flags, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        os.close(descriptor)


def is_held(folder: Path, group: Sequence[str]) -> bool:
    """Return whether a job of the group runs now."""
    with hosts_held(folder, group) as lock:
        return lock is None

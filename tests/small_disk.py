"""Fills a disk, so that a test can see what a program makes of that."""

import os
import shutil
from pathlib import Path

MIB = 2**20


def fill(disk: Path, leave: int) -> Path:
    """Write a file that leaves so many bytes free."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - leave)
    return ballast

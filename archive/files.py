"""Files that we write: whole or not at all, never through somebody's link, with the rights that the umask leaves."""

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path
from typing import IO, BinaryIO

from archive.errors import ArchiveNotWritable, DiskFull
from archive.os_errors import words_of
from archive.phrases import phrase

RIGHTS = 0o666
"""Of a new file, before the umask takes some away."""
OWNER_ONLY = 0o600
"""Of a file that nobody else may read."""
_OF_SYSTEMS = re.compile(
    r"lost\+found|\.gitkeep|\.directory|\.Trash-\d+"  # Unix
    r"|\.DS_Store|\._.*|\.Spotlight-V100|\.Trashes|\.fseventsd|\.TemporaryItems"  # macOS
    r"|desktop\.ini|Thumbs\.db|System Volume Information|\$RECYCLE\.BIN",  # Windows
    re.IGNORECASE,
)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_CLOSED_IN_CHILDREN = getattr(os, "O_CLOEXEC", 0)


def open_new(path: Path, rights: int = RIGHTS) -> BufferedWriter:
    """Return a new file, open for writing. FileExistsError for anything that has the name, a link too."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags | _NO_LINK | _CLOSED_IN_CHILDREN, rights), "wb")


def open_own(path: Path) -> IO[str]:
    """Return a text file for reading and writing, made if it is missing. OSError for a link: it may be of others."""
    # a pipe without a reader would be waited for
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NO_WAIT | _NO_LINK | _CLOSED_IN_CHILDREN, RIGHTS)
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(descriptor)
        raise OSError(errno.ELOOP, phrase("it is a link, or no file"))
    return os.fdopen(descriptor, "r+", encoding="utf-8", errors="replace")


def write_new(path: Path, content: bytes) -> None:
    """Write a new file. FileExistsError for anything that has the name; OSError leaves no part of it."""
    with open_new(path) as file:
        try:
            file.write(content)
            file.flush()
        except BaseException:
            path.unlink(missing_ok=True)
            raise


@contextmanager
def whole_file(path: Path, rights: int = RIGHTS) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of `path` when the block ends; after an error, nothing changes.

    A symbolic link that the user names stays: the file that it leads to is replaced. A device is written to.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield device
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)  # of a process that was killed
    try:
        with open_new(part, rights) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def linked(path: Path, name: Path) -> bool:
    """Give a file a second name, and return True; False where that is not possible: exFAT knows no links, for one.

    Raises FileExistsError and FileNotFoundError.
    """
    try:
        os.link(path, name)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:
        return False
    return True


def items_of(folder: Path) -> Iterator[Path]:
    """Yield what people or programs put into a folder, without what systems leave in any folder or disk."""
    yield from (path for path in sorted(folder.glob("*")) if not _OF_SYSTEMS.fullmatch(path.name))


def why_taken(folder: Path) -> str | None:
    """Return why a new folder cannot get this name; None if it can. Raises ArchiveNotWritable."""
    with named_disk_errors(folder):
        if os.path.ismount(folder):
            return phrase("it is the top of a disk")
        if Path.cwd().is_relative_to(folder.resolve()):
            return phrase("it is the folder that you are in")
        if folder.is_dir():
            return phrase("it has something in it already") if any(folder.iterdir()) else None
        return phrase("it is a file") if folder.exists() else None


def sync_folder(folder: Path) -> None:
    """Put the new entries of a folder on the disk too."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def named_disk_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors about `path` into DiskFull and ArchiveNotWritable."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path) from error
        raise ArchiveNotWritable(path, words_of(error)) from error

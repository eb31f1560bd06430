"""What the system says of a file, a disk or a port, in words that can be said in another language."""

import errno

from archive.phrases import phrase

_WORDS = {
    errno.EACCES: phrase("Permission denied"),
    errno.EPERM: phrase("Operation not permitted"),
    errno.ENOENT: phrase("No such file or directory"),
    errno.ENOTDIR: phrase("Not a directory"),
    errno.EISDIR: phrase("Is a directory"),
    errno.EEXIST: phrase("File exists"),
    errno.ENAMETOOLONG: phrase("File name too long"),
    errno.ENOSPC: phrase("No space left on device"),
    errno.EDQUOT: phrase("Disk quota exceeded"),
    errno.EROFS: phrase("Read-only file system"),
    errno.EIO: phrase("Input/output error"),
    errno.EADDRINUSE: phrase("Address already in use"),
    errno.EADDRNOTAVAIL: phrase("Cannot assign requested address"),
}
"""Number of an error → the words of Linux for it."""


def words_of(error: OSError) -> str:
    """Return the words for an error of the system."""
    return _WORDS.get(error.errno or 0) or error.strerror or str(error)

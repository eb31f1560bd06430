"""What a command says of an archive that it does not open itself, or that it can do without."""

from pathlib import Path

from archive import phrase
from archive.cli import next_command, report, say


def look_for_archive(folder: Path) -> None:
    """Say on standard error if the archive is not there yet, or cannot be read.

    Raises NotAnArchive if a crawl would never get one there.
    """
    from archive import Archive, ArchiveError, ArchiveNotFound, NotAnArchive

    try:
        Archive.open(folder, read_only=True).close()
    except ArchiveNotFound:
        make = next_command("baotinh init")
        say(phrase("there is no archive in {folder} yet: make it with `{make}`", folder=folder, make=make), aside=True)
    except NotAnArchive:
        raise
    except ArchiveError as error:
        report(str(error).splitlines(), aside=True)

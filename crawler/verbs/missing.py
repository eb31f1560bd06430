"""What a command says of an archive that it does not open itself, or that it can do without."""

from pathlib import Path

from archive.cli import next_command, report, say


def look_for_archive(folder: Path) -> None:
    """Say on standard error if the archive is not there yet, or cannot be read.

    Raises NotAnArchive if a crawl would never get one there.
    """
    from archive import Archive, ArchiveError, ArchiveNotFound, NotAnArchive

    try:
        Archive.open(folder, read_only=True).close()
    except ArchiveNotFound:
        say(f"there is no archive in {folder} yet: make it with `{next_command('baotinh init')}`", aside=True)
    except NotAnArchive:
        raise
    except ArchiveError as error:
        report(str(error).splitlines(), aside=True)

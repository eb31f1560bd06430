"""What was read in a WARC file of an archive and waits to be stored: a file of its own beside the archive.

It has its name only when it is whole. Its first line has the digests of the rules that read it; each other one is a
line of `crawler/reparse/reading.py`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import PageToReread, named_disk_errors, whole_file
from crawler.errors import UnreadableFile

FOLDER = "readings"
"""In the folder of the archive."""
_SUFFIX = ".jsonl"
LONGEST_JOB = 24 * 3600.0
"""Seconds after which a part that nobody has written is of a job that was killed; a WARC file is read in an hour."""

Rules = Mapping[str | None, str]
"""Site → digest of the rules that read its pages; None for pages of no site."""


@dataclass(frozen=True, slots=True)
class KeptLine:
    """What was read of one page."""

    number: int
    """Id of its capture."""
    site: str | None
    url: str
    fetched_at: datetime
    rules: str
    text: str
    """The line, for `Archive.reread`."""

    def is_of(self, page: PageToReread) -> bool:
        """Whether it is the reading of this page: the database may have been restored since, with other ids."""
        return (self.number, self.url, self.fetched_at) == (page.number, page.url, page.fetched_at)


def keep(folder: Path, warc: str, lines: Iterable[str], *, rules: Rules) -> None:
    """Keep what was read of a WARC file of the archive in `folder`. Raises DiskFull and ArchiveNotWritable."""
    path = _path(folder, warc)
    with named_disk_errors(path):
        path.parent.mkdir(exist_ok=True)
        with whole_file(path) as file:
            file.write(json.dumps({"rules": list(rules.items())}).encode() + b"\n")
            file.writelines(line.encode() + b"\n" for line in lines)


def kept_files(folder: Path) -> list[Path]:
    """Return what is kept of an archive, in the order of its WARC files."""
    return sorted((folder / FOLDER).glob(f"*{_SUFFIX}"))


def kept_lines(folder: Path, warc: str, rules: Rules) -> Iterator[KeptLine]:
    """Yield what is kept of a WARC file and was read by these rules."""
    return (line for line in read_kept(_path(folder, warc)) if line.rules == rules.get(line.site))


def read_kept(path: Path) -> Iterator[KeptLine]:
    """Yield the lines of a file. One that is missing or damaged ends early: its pages are read again.

    Raises UnreadableFile.
    """
    try:
        with path.open(encoding="utf-8") as file:
            rules = dict(json.loads(file.readline())["rules"])
            for line in file:
                said = json.loads(line)
                at = datetime.fromisoformat(said["fetched_at"])
                yield KeptLine(said["number"], said["site"], said["url"], at, rules[said["site"]], line.rstrip("\n"))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return
    except OSError as error:
        raise UnreadableFile(path, error=error) from error


def forget(path: Path) -> None:
    """Remove a file of which everything is stored."""
    with named_disk_errors(path):
        path.unlink(missing_ok=True)


def forget_parts(folder: Path, *, at: datetime) -> None:
    """Remove what killed jobs left half-written."""
    for part in (folder / FOLDER).glob(f".*{_SUFFIX}.*"):
        with named_disk_errors(part), suppress(FileNotFoundError):  # a job has given it its name since
            if at.timestamp() - part.stat().st_mtime > LONGEST_JOB:
                part.unlink()


def _path(folder: Path, warc: str) -> Path:
    return folder / FOLDER / f"{warc}{_SUFFIX}"

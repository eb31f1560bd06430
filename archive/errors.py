"""The errors of the archive that a user can meet. Each message says what is wrong, where, and what to run next."""

import os
import shlex
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path

from archive.phrases import joined, phrase

SEE_HOLDER = phrase("wait until it ends, or look at it with `baotinh runs`")


class ExitCode(IntEnum):
    """What `baotinh` returns to the shell, the same for every command. README.md lists them."""

    DONE = 0
    FAULT = 1
    """A fault of the program."""
    WRONG_CALL = 2
    """The call, a site file or the name of the archive is wrong."""
    LESS_THAN_EXPECTED = 3
    """Done, but with less than expected: a source failed, a page was refused, far fewer articles than usual."""
    NO_ANSWER = 4
    """No source of a site answered, or the page did not come."""
    ARCHIVE_UNUSABLE = 5
    """The archive is damaged, of another version or not writable, or the disk is full."""
    BUSY = 6
    """Another program holds the archive, or crawls the same site into it."""
    INTERRUPTED = 130
    """128 + SIGINT, as in shells: the same command, run again, continues."""
    PIPE_CLOSED = 141
    """128 + SIGPIPE, as in shells: the reader of the output closed it."""


class ArchiveError(Exception):
    """Base of the errors that a user can meet; any other exception is a fault of the program."""

    exit_code = ExitCode.FAULT


class ArchiveNotFound(ArchiveError):
    """Raised by `Archive.open` if the folder has no archive and the caller does not want a new one."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, folder: Path) -> None:
        super().__init__(
            phrase(
                "no archive in {folder}: is its disk mounted? Name another with --archive DIR, or make one with "
                "`baotinh init`",
                folder=folder,
            )
        )


class NotAnArchive(ArchiveError):
    """Raised by `Archive.open` if the path holds something else, which is never changed."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(
            phrase("{path} is not an archive: {found}; name another folder with --archive DIR", path=path, found=found)
        )


class ArchiveNotWritable(ArchiveError):
    """Raised when the folder or the database cannot be written (owner, permissions, read-only disk)."""

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, path: Path, finding: str) -> None:
        there = next((place for place in (path, *path.parents) if os.access(place, os.F_OK)), path)
        super().__init__(
            phrase("cannot write {path}: {finding}; see `ls -ld {there}`", path=path, finding=finding, there=there)
        )


class UnfinishedArchive(ArchiveError):
    """Raised by `Archive.open` with `read_only` if `news.db-wal` has content that cannot be read there."""

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, path: Path) -> None:
        super().__init__(
            phrase(
                "{path}-wal has content that is not in {name} yet, and you may not write here: copy {path} and "
                "{name}-wal into a folder of your own and read it there; any command of its owner that writes it, "
                "such as `baotinh verify`, mends it for good",
                path=path,
                name=path.name,
            )
        )


class DamagedArchive(ArchiveError):
    """Raised before any write if the database is damaged, and by any read that meets a damaged page."""

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, path: Path, finding: str) -> None:
        super().__init__(
            phrase(
                "{path} is damaged ({finding}); nothing was written. Put a backup in its place, or let "
                "`baotinh repair` make a new one of the raw pages and of what can be read",
                path=path,
                finding=finding,
            )
        )
        self.finding = finding


class DamagedRecord(ArchiveError):
    """Raised by a read of one record that holds what no program of ours stored, or lies on a damaged page.

    A caller that gives a list of `skipped` records gets it there, and every other record.
    """

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, record: str, finding: str) -> None:
        super().__init__(phrase("{record} is damaged: {finding}", record=record, finding=finding))


class DamagedWarc(ArchiveError):
    """Raised by a read of a raw page whose record is cut, changed or missing."""

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, path: Path, offset: int, finding: str) -> None:
        super().__init__(
            phrase(
                "{path} is damaged at byte {offset:,}: {finding}; `baotinh verify --deep` lists all that is damaged",
                path=path,
                offset=offset,
                finding=finding,
            )
        )
        self.path, self.offset, self.finding = path, offset, finding


class ForeignSchema(ArchiveError):
    """Raised by `Archive.open` for triggers, and for tables, views or indexes of ours that somebody changed."""

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, path: Path, found: Sequence[str]) -> None:
        super().__init__(
            phrase(
                "{path} has what this program did not make: {found}. Such SQL can change what is read and stored, "
                "so nothing was. Remove a trigger of your own with `sqlite3 {path} 'DROP TRIGGER NAME'`; for "
                "anything else, put a backup in its place",
                path=path,
                found=joined("; ", found),
            )
        )
        self.finding = "; ".join(found)


class NewerArchive(ArchiveError):
    """Raised by `Archive.open`, and by any write, once a newer program has changed the tables: this one does not know
    what they mean."""

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, path: Path, *, schema: int, known: int) -> None:
        super().__init__(
            phrase(
                "{path} has schema {schema}, and this program knows up to {known}: upgrade with "
                "`pip install --upgrade baotinh`",
                path=path,
                schema=schema,
                known=known,
            )
        )


class OlderArchive(ArchiveError):
    """Raised by `Archive.open` with `read_only` if the tables are older: only a writer may upgrade them."""

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, path: Path, *, schema: int, known: int) -> None:
        super().__init__(
            phrase(
                "{path} has schema {schema}, and this program reads {known}: copy the file as a backup; the next "
                "crawl upgrades it",
                path=path,
                schema=schema,
                known=known,
            )
        )


class DiskFull(ArchiveError):
    """Raised by a write for which the disk has no room, or too little to go on; earlier commits stay intact."""

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, path: Path, *, free: int | None = None, wanted: int = 0) -> None:
        room = phrase("no room left")
        if free is not None:
            room = phrase(
                "only {free} MiB are left, and {wanted} MiB are wanted,", free=free // 2**20, wanted=wanted // 2**20
            )
        super().__init__(
            phrase(
                "{room} to write {path}: free some space (`df -h {parent}`), then run it again",
                room=room,
                path=path,
                parent=path.parent,
            )
        )


class ArchiveBusy(ArchiveError):
    """Raised if another process holds the archive, or crawls the same site into it, for too long."""

    exit_code = ExitCode.BUSY

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(phrase("{path} is in use: {holder}; {see}", path=path, holder=holder, see=SEE_HOLDER))


class NotABackup(ArchiveError):
    """Raised by a backup into a folder that has, or lies in, something else; nothing was written."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, folder: Path, finding: str) -> None:
        super().__init__(
            phrase("no backup into {folder}: {finding}; name another folder", folder=folder, finding=finding)
        )


class NotMergeable(ArchiveError):
    """Raised by a merge of an archive with itself; nothing was changed."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, folder: Path) -> None:
        super().__init__(phrase("{folder} is the archive itself: name the folder of another archive", folder=folder))


class NoSuchSite(ArchiveError):
    """Raised by a merge of sites that the other archive does not have; nothing was changed."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, folder: Path, site: str) -> None:
        super().__init__(
            phrase(
                "{folder} has no site {site}; `baotinh coverage --archive {quoted}` lists its sites",
                folder=folder,
                site=site,
                quoted=shlex.quote(str(folder)),
            )
        )


class NameTaken(ArchiveError):
    """Raised by a merge if two different WARC files have one name; nothing was changed."""

    exit_code = ExitCode.ARCHIVE_UNUSABLE

    def __init__(self, ours: Path, theirs: Path) -> None:
        super().__init__(
            phrase(
                "{ours} and {theirs} have one name and other bytes: one of the two archives went on from a copy of "
                "the other, or a file is damaged (`baotinh verify --deep`); nothing was merged",
                ours=ours,
                theirs=theirs,
            )
        )


class ArchiveClosed(ArchiveError):
    """Raised by every method of an Archive after its `close`."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, path: Path) -> None:
        super().__init__(
            phrase(
                '{path} was closed by this program: open it again with Archive.open("{parent}")',
                path=path,
                parent=path.parent,
            )
        )


class NoSuchRun(ArchiveError):
    """Raised by `Archive.report` and others that take the number of a run."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, run: int) -> None:
        super().__init__(phrase("no run {run}; `baotinh runs` lists them", run=run))


class NoSuchArticle(ArchiveError):
    """Raised by `Archive.get`; `known` is what the archive knows about the address."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, key: str, *, known: str | None = None) -> None:
        super().__init__(
            phrase(
                "no article {key}: {known}", key=key, known=known or phrase("look for its words with baotinh search")
            )
        )


class NoRawPage(ArchiveError):
    """Raised if the archive has no raw page: no answer came, or what stored it kept none."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, of: str) -> None:
        super().__init__(
            phrase(
                "no raw page of {owner}: no answer came, or it was stored with --no-raw or by an older version; "
                "`baotinh crawl --all --refetch` fetches stored articles again",
                owner=of,
            )
        )


class NothingToRebuild(ArchiveError):
    """Raised by a rebuild of an archive without WARC files."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, folder: Path) -> None:
        super().__init__(
            phrase(
                "no WARC files in {folder}: what was stored with --no-raw, or by an older version, cannot be "
                "rebuilt; put a backup of news.db in its place, or save what can be read with `baotinh repair`",
                folder=folder / "warc",
            )
        )


class NothingDoubtful(ArchiveError):
    """Raised by `Archive.accept` for an article without doubts and without a reading that waits."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, uid: str) -> None:
        super().__init__(
            phrase(
                "article {uid} has no doubts, and no reading of it waits; `baotinh doubts` lists those that do", uid=uid
            )
        )


class NothingCorrected(ArchiveError):
    """Raised by `Archive.undo` for a field without a correction in force."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, uid: str, fields: Sequence[str]) -> None:
        super().__init__(
            phrase(
                "article {uid} has no correction of {fields}; `baotinh show {short}` lists them",
                uid=uid,
                fields=", ".join(fields),
                short=uid[:8],
            )
        )


class NothingDecided(ArchiveError):
    """Raised by `Archive.split_copies` and `undo_copies` if the article has no copies, or no decision on them."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, uid: str) -> None:
        super().__init__(
            phrase(
                "article {uid} has no copies, or no decision on them; see `baotinh copies {short}`",
                uid=uid,
                short=uid[:8],
            )
        )


class ArticleWithheld(ArchiveError):
    """Raised by every method that would return, or change, the text of an article that was taken out of sight."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, uid: str, said: str) -> None:
        super().__init__(
            phrase(
                "article {uid} is {said}; `baotinh withhold {short} --lift` shows it again",
                uid=uid,
                said=said,
                short=uid[:8],
            )
        )


class NotWithheld(ArchiveError):
    """Raised by `Archive.lift` for an article that is not withheld."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, uid: str) -> None:
        super().__init__(phrase("article {uid} is not withheld; `baotinh withhold` lists those that are", uid=uid))


class BadQuery(ArchiveError):
    """Raised if the words or filters of a search have no meaning in this archive."""

    exit_code = ExitCode.WRONG_CALL


class AddressTaken(ArchiveError):
    """Raised by `serve` when it cannot listen."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, host: str, port: int, finding: str) -> None:
        super().__init__(
            phrase(
                "cannot listen on {host}:{port}: {finding}; try `baotinh serve --port {other}`",
                host=host,
                port=port,
                finding=finding,
                other=port + 1,
            )
        )


class OtherNumbers(ArchiveError):
    """Raised for a cursor of another archive, or of this one before its changes were numbered anew."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, cursor: str, *, now: str) -> None:
        super().__init__(
            phrase(
                "the cursor {cursor} is not of this archive as it is (now {now}): it is of another archive, or "
                "this one was rebuilt, repaired or replaced by a backup since; begin anew with "
                "`baotinh export --after 0`",
                cursor=cursor,
                now=now,
            )
        )


class FolderTaken(ArchiveError):
    """Raised by an export into a folder that has something in it, or cannot be replaced; nothing was written."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, folder: Path, finding: str) -> None:
        super().__init__(
            phrase("no export into {folder}: {finding}; name a new folder", folder=folder, finding=finding)
        )


class NoExport(ArchiveError):
    """Raised by the check of a folder that is no export."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, folder: Path, finding: str) -> None:
        super().__init__(
            phrase(
                "{folder} is no export: {finding}; baotinh export --to DIR makes one", folder=folder, finding=finding
            )
        )


class MissingLibrary(ArchiveError):
    """Raised by what needs a library that is an extra, and not installed."""

    exit_code = ExitCode.WRONG_CALL

    def __init__(self, what: str, *, library: str, extra: str) -> None:
        super().__init__(
            phrase(
                "{what} needs the library {library}: install it with `pip install 'baotinh[{extra}]'`",
                what=what,
                library=library,
                extra=extra,
            )
        )

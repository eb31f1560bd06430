"""`baotinh pack`: an archive, or some sites and days of it, as one file that replays and that others can read."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.care.chain import complete_ledger
from archive.care.packing.cdxj import line_of
from archive.care.packing.excerpt import cut_to
from archive.care.packing.hidden import hide_withheld, shown_ranges
from archive.care.packing.wacz import Wacz
from archive.care.packing.warc_parts import PART, WarcPart, choose_ranges
from archive.errors import BadQuery, DamagedWarc
from archive.files import named_disk_errors, whole_file
from archive.phrases import phrase
from archive.schema.copying import copy_database
from archive.schema.opening import FILE_NAME, named_errors, open_database
from archive.times import from_text, to_text_or_none
from archive.warc.copying import PIECE, digests_of_pieces
from archive.warc.growing import path_of
from archive.writing.raw_pages import FOLDER

_FILES = "SELECT id, name, bytes FROM warc_files WHERE bytes ORDER BY name"
_OFFSETS = "SELECT warc_offset FROM raw_answers WHERE warc_file_id = ? ORDER BY warc_offset"
_PAGES = """
SELECT a.uid, r.url, r.fetched_at, a.title FROM articles a
JOIN captures c ON c.id = (SELECT id FROM captures WHERE article_id = a.id AND raw_answer_id IS NOT NULL
    AND status IS NOT 304 AND outcome IN ('added', 'revised', 'unchanged') ORDER BY fetched_at DESC, id DESC LIMIT 1)
JOIN raw_answers r ON r.id = c.raw_answer_id
WHERE r.url LIKE 'http%' ORDER BY r.fetched_at DESC, a.uid
"""
_NEWEST = "SELECT max(fetched_at) FROM captures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A finished pack."""

    pages: int
    """Articles whose page can be replayed."""
    articles: int
    files: int
    """WARC files."""
    bytes: int

    def as_record(self) -> dict[str, Any]:
        """Return the counts as JSON knows them."""
        return asdict(self)


def pack(folder: str | Path, target: str | Path, *, sites: Sequence[str] = (), since: datetime | None = None) -> Packed:
    """Write the archive in `folder` into the WACZ file `target`; the file has its name when it is whole.

    With `sites` or `since`, only what was captured of these sites, and since this moment. The same archive gives the
    same bytes. What shows a withheld article is left out. Raises BadQuery for a site that the archive does not have,
    DamagedWarc for a record that is not whole, DiskFull and ArchiveNotWritable for the file, and what `Archive.open`
    raises for the archive.
    """
    folder, target = Path(folder), Path(target)
    copy = target.with_name(f".{target.name}.db")
    with named_disk_errors(target):
        copy.unlink(missing_ok=True)  # of a process that was killed
    try:
        with closing(open_database(folder, create=False, read_only=True)) as connection:
            _check_sites(connection, sites)
            with named_errors(folder / FILE_NAME):
                copy_database(connection, copy)
        with named_errors(target), closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            parts = _choose(connection, folder, sites=sites, since=since)
        with named_disk_errors(target), closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            return _write(connection, copy, target, parts=parts)
    finally:
        copy.unlink(missing_ok=True)


def _check_sites(connection: sqlite3.Connection, sites: Sequence[str]) -> None:
    known = {site for (site,) in connection.execute("SELECT site FROM sites")}
    if unknown := [site for site in sites if site not in known]:
        raise BadQuery(phrase("this archive has no site {site}; `baotinh sites` lists the sites", site=unknown[0]))


def _choose(
    connection: sqlite3.Connection, folder: Path, *, sites: Sequence[str], since: datetime | None
) -> list[WarcPart]:
    """Return what is packed of the WARC files, and cut the database to it."""
    files = connection.execute(_FILES).fetchall()
    offsets = {file_id: [at for (at,) in connection.execute(_OFFSETS, (file_id,))] for file_id, *_ in files}
    hidden = hide_withheld(connection, folder)
    is_cut = bool(sites) or since is not None
    if not is_cut and hidden is None:
        return [WarcPart(name, path_of(folder / FOLDER, name), ((0, size),)) for _, name, size in files]
    if is_cut:
        cut_to(connection, sites=sites, since=to_text_or_none(since))
    parts = []
    for file_id, name, size in files:
        chosen = {at for (at,) in connection.execute(_OFFSETS, (file_id,))}
        if chosen:
            path = path_of(folder / FOLDER, name)
            ranges = (
                shown_ranges(path, chosen, hidden, size=size)
                if hidden
                else choose_ranges(offsets[file_id], chosen, size=size)
            )
            parts.append(WarcPart(f"{PART}{name}", path, ranges))
            _move(connection, file_id, parts[-1])
    (newest,) = connection.execute(_NEWEST).fetchone()
    complete_ledger(connection, at=newest or "", is_rebuilt=False)
    connection.execute("VACUUM")
    return parts


def _move(connection: sqlite3.Connection, file_id: int, part: WarcPart) -> None:
    """Let the rows of a file lead to where its records are in the pack."""
    rows = connection.execute("SELECT id, warc_offset FROM raw_answers WHERE warc_file_id = ?", (file_id,)).fetchall()
    connection.executemany(
        "UPDATE raw_answers SET warc_offset = ? WHERE id = ?", [(part.place_of(offset), key) for key, offset in rows]
    )
    digests = digests_of_pieces(part.pieces())
    connection.execute(
        "UPDATE warc_files SET name = ?, bytes = ?, crc32 = ?, sha256 = ?, closed_at = ifnull(closed_at, opened_at)"
        " WHERE id = ?",
        (part.name, digests.size, digests.crc32, digests.sha256, file_id),
    )


def _write(connection: sqlite3.Connection, copy: Path, target: Path, *, parts: Sequence[WarcPart]) -> Packed:
    lines: list[str] = []
    with whole_file(target) as out, closing(Wacz(out)) as wacz:
        for part in parts:
            try:
                lines += _index(part)
                wacz.add(f"archive/{part.name}", part.pieces(), size=part.size)
            except FileNotFoundError as error:
                raise DamagedWarc(part.source, 0, phrase("the file is missing")) from error
        index = "".join(sorted(lines)).encode()
        wacz.add("indexes/index.cdxj", [index], size=len(index))
        pages = list(_pages(connection))
        listed = "".join(pages).encode()
        wacz.add("pages/pages.jsonl", [listed], size=len(listed))
        wacz.add(f"database/{FILE_NAME}", _pieces(copy), size=copy.stat().st_size)
        (newest,) = connection.execute(_NEWEST).fetchone()
        (articles,) = connection.execute("SELECT count(*) FROM articles WHERE status <> 'withheld'").fetchone()
        wacz.finish({"software": "baotinh", **({"created": _utc(newest)} if newest else {})})
        return Packed(pages=len(pages) - 1, articles=articles, files=len(parts), bytes=out.tell())


def _index(part: WarcPart) -> Iterator[str]:
    for record, offset in part.records():
        if line := line_of(record, file=part.name, offset=offset):
            yield line


def _pages(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the lines of the list of pages, the newest first, behind the line that names it."""
    yield json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Articles"}) + "\n"
    for uid, url, at, title in connection.execute(_PAGES):
        yield json.dumps({"id": uid, "url": url, "ts": _utc(at), "title": title}, ensure_ascii=False) + "\n"


def _utc(moment: str) -> str:
    return from_text(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece

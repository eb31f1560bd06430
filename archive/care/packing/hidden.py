"""What a pack leaves out because an article is withheld: its raw pages, and every record that tells of it."""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive.compressed import decode_body
from archive.outcomes import Reason
from archive.reading.raw_pages import read_raw_page
from archive.record import ArticleStatus, Refusal
from archive.schema.trust import limit_trust
from archive.warc.members import FoundRecord, read_records
from archive.warc.records import RecordType
from archive.writing.raw_pages import EVENT

_WITHHELD = f"CREATE TEMP TABLE withheld AS SELECT id, uid, url FROM articles WHERE status = '{ArticleStatus.WITHHELD}'"
_CAPTURES = f"FROM captures WHERE (article_id IN (SELECT id FROM temp.withheld) OR reason = '{Reason.WITHHELD}')"
_ADDRESSES = f"""
CREATE TEMP TABLE hidden_urls AS SELECT url FROM temp.withheld
UNION SELECT url FROM article_urls WHERE article_id IN (SELECT id FROM temp.withheld)
UNION SELECT url FROM urls WHERE article_id IN (SELECT id FROM temp.withheld)
UNION SELECT url {_CAPTURES}
UNION SELECT final_url {_CAPTURES} AND final_url IS NOT NULL
"""
_ANSWERS = """
CREATE TEMP TABLE hidden_answers AS SELECT id FROM raw_answers WHERE url IN (SELECT url FROM temp.hidden_urls)
UNION SELECT raw_answer_id FROM captures WHERE raw_answer_id IS NOT NULL AND
    (url IN (SELECT url FROM temp.hidden_urls) OR final_url IN (SELECT url FROM temp.hidden_urls))
UNION SELECT id FROM raw_answers WHERE id NOT IN (SELECT raw_answer_id FROM captures WHERE raw_answer_id IS NOT NULL)
    AND url NOT IN (SELECT url FROM images) AND url NOT IN (SELECT url FROM urls) AND url NOT LIKE '%/robots.txt'
"""
"""Of answers without a capture only those whose use is known stay: the others may be pictures of a withheld article."""
_BODIES = "SELECT id FROM raw_answers WHERE original_id IS NULL AND id NOT IN (SELECT id FROM temp.hidden_answers)"
_SAME_BODY = """
INSERT INTO temp.hidden_answers SELECT id FROM raw_answers WHERE ifnull(original_id, id) IN (
    SELECT ifnull(r.original_id, r.id) FROM raw_answers r JOIN temp.hidden_answers h ON h.id = r.id)
"""
_LEAVE_OUT = (
    "UPDATE captures SET raw_answer_id = NULL WHERE raw_answer_id IN (SELECT id FROM temp.hidden_answers)",
    "UPDATE raw_answers SET original_id = NULL WHERE id IN (SELECT id FROM temp.hidden_answers)",
    "DELETE FROM raw_answers WHERE id IN (SELECT id FROM temp.hidden_answers)",
    "DELETE FROM warc_files WHERE id NOT IN (SELECT warc_file_id FROM raw_answers)",
)
_ANSWER_TYPES = (RecordType.RESPONSE, RecordType.REVISIT, RecordType.RESOURCE)


@dataclass(frozen=True, slots=True)
class Hidden:
    """The withheld articles of an archive."""

    uids: frozenset[str]
    urls: frozenset[str]
    """Every address of them."""

    def is_told_by(self, record: FoundRecord) -> bool:
        """Whether an event or an outcome is about one of them."""
        if record.type is RecordType.RESOURCE:
            return json.loads(record.block).get("uid") in self.uids
        said = json.loads(record.block)
        part, article = said["part"] or {}, said["article"] or {}
        urls = {said["url"], said["final_url"], said["shorter_url"], part.get("first_url"), article.get("url")}
        return said["reason"] == Reason.WITHHELD or not self.urls.isdisjoint(urls)


def hide_withheld(connection: sqlite3.Connection, folder: Path) -> Hidden | None:
    """Remove the answers that show a withheld article from a copy of the database; None if no article is withheld.

    `folder` is the archive. A page that names an address of one, as a feed does, may have its headline: it goes too.
    """
    limit_trust(connection)
    connection.execute(_WITHHELD)
    uids = frozenset(uid for (uid,) in connection.execute("SELECT uid FROM temp.withheld"))
    if not uids:
        return None
    for statement in (_ADDRESSES, _ANSWERS):
        connection.execute(statement)
    urls = frozenset(url for (url,) in connection.execute("SELECT url FROM temp.hidden_urls"))
    naming = list(_answers_that_name(connection, folder, urls))
    connection.executemany("INSERT INTO temp.hidden_answers VALUES (?)", naming)
    for statement in (_SAME_BODY, *_LEAVE_OUT):
        connection.execute(statement)
    return Hidden(uids, urls)


def shown_ranges(path: Path, answers: set[int], hidden: Hidden, *, size: int) -> tuple[tuple[int, int], ...]:
    """Return the bytes of the answers that begin at `answers`, of what follows each, and of the first records.

    Records that tell of a withheld article are left out.
    """
    ranges: list[tuple[int, int]] = []
    is_chosen = True
    for record in read_records(path, until=size):
        is_about = record.type is RecordType.CONVERSION or (record.url or "").startswith(EVENT)
        if not is_about and record.type in _ANSWER_TYPES:
            is_chosen = record.offset in answers
        if not is_chosen or (is_about and hidden.is_told_by(record)):
            continue
        start, end = record.offset, record.offset + record.length
        if ranges and ranges[-1][1] == start:
            start = ranges.pop()[0]
        ranges.append((start, end))
    return tuple(ranges)


def _answers_that_name(connection: sqlite3.Connection, folder: Path, urls: frozenset[str]) -> Iterator[tuple[int]]:
    """Yield the answers whose body has an address of a withheld article, with or without its host."""
    paths = {urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() for url in urls}
    escaped = b"|".join(re.escape(path.encode()) for path in sorted(paths) if len(path) > 1)
    if not escaped:
        return
    named = re.compile(rb"(?:%b)(?![\w-])" % escaped)
    for (answer,) in connection.execute(_BODIES).fetchall():
        page = read_raw_page(connection, folder, answer)
        body = decode_body(page.body, ",".join(page.header("content-encoding"))) if page.head else page.body
        content = page.body if isinstance(body, Refusal) else body
        if named.search(content.replace(b"\\/", b"/").replace(b"&amp;", b"&")):
            yield (answer,)

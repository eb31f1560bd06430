"""Brings the groups of copies up to date: what is new or changed is compared, and its groups are made anew.

It goes on in steps, each a transaction of its own: a crawl writes in between, and after a kill it goes on where it was.
"""

import sqlite3
from array import array
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from archive.copies.candidates import DAYS, Around
from archive.copies.compare import compare_text, texts_to_compare
from archive.copies.outlets import Outlets
from archive.copies.stories import Stories
from archive.copies.texts import Texts
from archive.rows import Row
from archive.session import Session
from archive.writing.origin_months import count_all_origins
from archive.writing.sketches import Todo, forget_sketches, sketch_missing

STEP = 400
"""Articles of a transaction: some 0.4 s."""
SKETCHED = 1_000
"""Articles that are sketched in a transaction: some 0.4 s. With 200, it writes the same pages of the database so often
that it takes a fifth more time."""
AFTER_A_CRAWL = 5_000
"""Articles that a crawl, an import or a merge compares when it ends, and that it sketches for an older program: 10 to
20 s. A day of all outlets has fewer; what is left waits for the next one."""
_NEWEST = f"""
SELECT article_id FROM copy_texts WHERE todo = {Todo.COMPARE} ORDER BY day DESC, article_id DESC LIMIT ?
"""
_TO_GROUP = f"SELECT article_id FROM copy_texts WHERE todo = {Todo.GROUP} ORDER BY day, article_id LIMIT {STEP}"
_WAITING = f"""
SELECT count(*) FROM copy_texts WHERE todo = {Todo.COMPARE}
UNION ALL SELECT count(*) FROM article_texts WHERE article_id NOT IN (SELECT article_id FROM copy_texts)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesUpdated:
    """What an update did."""

    compared: int
    """Articles that were new, or changed."""
    waiting: int
    """Articles that are not compared yet."""
    groups: int
    """Groups that the archive has now."""
    articles: int
    """Articles that are members of a group now."""

    def as_record(self) -> dict[str, Any]:
        """Return the counts as JSON knows them."""
        return asdict(self)


def update_copies(
    session: Session,
    *,
    days: int = DAYS,
    is_anew: bool = False,
    most: int | None = None,
    watch: Callable[[int], None] = lambda _: None,
) -> CopiesUpdated:
    """Find the copies of all that is new or changed; with `is_anew` of all articles; of `most` articles at most.

    Two articles are compared if they were published within so many `days`. `watch` is called after each step, with the
    number of articles that it compared.
    """
    if is_anew:
        with session.write_now():
            forget_sketches(session.connection)
            count_all_origins(session.connection)
    _sketch(session, most)
    texts = Texts(session.connection)
    with session.guard():
        rows = session.connection.execute(_NEWEST, (-1 if most is None else most,))
        due = array("q", (article_id for (article_id,) in rows))[::-1]  # what was printed first is compared first
    around, still_due = Around(session.connection, days=days), set(due)
    for start in range(0, len(due), STEP):
        watch(_compare(session, texts, due[start : start + STEP], around=around, waiting=still_due))
    _group(session, texts)
    with session.guard():
        sql = "SELECT (SELECT count(*) FROM copy_groups), (SELECT count(DISTINCT article_id) FROM copy_members)"
        groups, articles = session.connection.execute(sql).fetchone()
        waiting = waiting_for_copies(session.connection)
    return CopiesUpdated(compared=len(due), waiting=waiting, groups=groups, articles=articles)


def waiting_for_copies(connection: sqlite3.Connection) -> int:
    """Return how many articles are not compared yet."""
    return sum(number for (number,) in connection.execute(_WAITING))


def _sketch(session: Session, most: int | None) -> None:
    """Sketch texts that an older program stored; with `most`, about so many of them."""
    last: int | None = 0
    sketched = 0
    while last is not None and (most is None or sketched < most):
        with session.write_now():
            last = sketch_missing(session.connection, after=last, limit=SKETCHED)
        sketched += SKETCHED


def _compare(session: Session, texts: Texts, due: Sequence[int], *, around: Around, waiting: set[int]) -> int:
    """Compare texts that nobody has compared or removed in the meantime, and return how many these are.

    They are taken from those that are `waiting`.
    """
    with session.write_now():
        rows = texts_to_compare(session.connection, due)
        for day, group in groupby(rows, key=itemgetter("day")):
            of_day = [*group]
            around.look_up(day, chain.from_iterable(row["hashes"] for row in of_day))
            for row in of_day:
                _compare_one(session.connection, row, texts, around=around, waiting=waiting)
    waiting.difference_update(due)
    return len(rows)


def _compare_one(connection: sqlite3.Connection, row: Row, texts: Texts, *, around: Around, waiting: set[int]) -> None:
    article_id = row["article_id"]
    waiting.remove(article_id)
    texts.forget(article_id)
    compare_text(connection, row, texts, around=around, waiting=waiting)
    connection.execute("UPDATE copy_texts SET todo = ? WHERE article_id = ?", (Todo.GROUP, article_id))


def _group(session: Session, texts: Texts) -> None:
    with session.guard():
        outlets = Outlets(session.connection)
    while True:
        with session.write_now():
            due = [article_id for (article_id,) in session.connection.execute(_TO_GROUP)]
            if not due:
                return
            stories = Stories(session.connection, texts, outlets)  # others may decide between two steps
            stories.group_all(due, enough=STEP)

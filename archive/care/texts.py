"""Checks the texts: articles, revisions and the full-text index against digests and against each other."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import zip_longest

from archive.care.findings import LOOK, REPAIR, Finding
from archive.fold import fold
from archive.phrases import phrase
from archive.record import Article
from archive.rows import Row, rows_of
from archive.writing.index import INDEXES, add_words, misplaced

MOST_NAMES = 10
"""Of a printed byline, between which a comma may be part of a name; there are 2 ** 9 ways to read them."""

_ARTICLES = """
SELECT a.*, t.body, (SELECT json_group_array(name) FROM (SELECT name FROM article_authors JOIN authors ON id = author_id
        WHERE article_id = a.id ORDER BY position)) AS names,
    (SELECT count(*) FROM article_revisions WHERE article_id = a.id) AS revisions,
    a.first_seen_at <= min(a.last_changed_at, a.last_seen_at) OR EXISTS (
        SELECT 1 FROM captures WHERE article_id = a.id AND fetched_at = a.first_seen_at) AS is_seen_in_order
FROM articles a LEFT JOIN article_texts t ON t.article_id = a.id
"""
"""An article that was stored by a clock that was ahead was seen again before: its first capture has that time too."""
_REVISIONS = "SELECT r.*, a.uid FROM article_revisions r LEFT JOIN articles a ON a.id = r.article_id"
_INDEXES = """
CREATE VIRTUAL TABLE texts_fts USING fts5(
    title, lead, body, f_title, f_lead, f_body, content="", detail="none", tokenize="unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE titles_fts USING fts5(
    title, f_title, content="", detail="none", tokenize="unicode61 remove_diacritics 0");
"""


def name_of(row: Row) -> str:
    """Return what people call an article."""
    return phrase("article {short} ({url})", short=str(row["uid"])[:8], url=row["url"])


def check_articles(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the articles whose text does not fit its digest, or whose columns contradict each other."""
    for row in rows_of(connection.execute(f"{_ARTICLES} WHERE a.status <> 'withheld'")):
        for finding in _faults_of(row):
            yield Finding(name_of(row), finding, REPAIR)


def check_revisions(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the superseded texts that do not fit their digest."""
    for row in rows_of(connection.execute(_REVISIONS)):
        if not any(_fits(row, names) for names in _readings_of(row["byline"])):
            yield Finding(
                phrase("text {n} of article {short}", n=row["n"], short=str(row["uid"])[:8]),
                phrase("it does not fit its text_sha256"),
                REPAIR,
            )


def check_authors(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the authors whose folded name is not that of their name."""
    for name, folded in connection.execute("SELECT name, folded FROM authors"):
        if fold(name) != folded:
            yield Finding(phrase("author {name}", name=name), phrase("the column folded has another name"), LOOK)


def check_index(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield where what searches read differs from what is made of the articles now."""
    for article_id in misplaced(connection):
        yield Finding(
            phrase("search_rows of article {article_id}", article_id=article_id),
            phrase("it differs from the article"),
            REPAIR,
        )
    with closing(sqlite3.connect("", isolation_level=None)) as expected:  # a file of its own, which nobody sees
        expected.executescript(_INDEXES)
        expected.execute("BEGIN")
        for search_id, *text in connection.execute("SELECT search_id, title, lead, body FROM printed_texts"):
            add_words(expected, search_id, [_storable(part or "") for part in text])
        expected.execute("COMMIT")
        for index in INDEXES:
            yield from _differing_sizes(connection, expected, index)
            yield from _differing_words(connection, expected, index)


def _faults_of(row: Row) -> Iterator[str]:
    if row["body"] is None:
        yield phrase("its text is missing")
        return
    try:
        names = json.loads(row["names"])
    except ValueError:
        names = None
    if names is None or not _fits(row, names):
        yield phrase("its text does not fit text_sha256")
    elif row["byline"] != (", ".join(names) or None):
        yield phrase("the column byline has other names than article_authors")
    if Article(url=_storable(row["url"]), title="", body="").uid != row["uid"]:
        yield phrase("its uid is not that of its address")
    if row["word_count"] != len(row["body"].split()):
        yield phrase("word_count is not that of its text")
    published = row["published_at"]
    date = published and published[:10]
    if (row["published_date"], row["year"]) != (date, _year(date)):
        yield phrase("published_date or year is not that of published_at")
    if row["revision_count"] != row["revisions"] + 1:
        yield phrase(
            "it has {revisions} superseded texts, and revision_count is {revision_count}",
            revisions=row["revisions"],
            revision_count=row["revision_count"],
        )
    if not row["is_seen_in_order"]:
        yield phrase("it was seen first after it was seen again")


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date and date[:4].isdecimal() else None


def _fits(row: Row, names: Sequence[str]) -> bool:
    article = Article(url="", title=row["title"], lead=row["lead"], body=row["body"], byline=tuple(names))
    try:
        return bool(article.text_sha256 == row["text_sha256"])
    except UnicodeEncodeError:  # bytes that are no text
        return False


def _readings_of(byline: str | None) -> Iterator[list[str]]:
    """Yield the lists of names that are printed like this: a comma may be part of a name."""
    parts = byline.split(", ") if byline else []
    joints = max(len(parts) - 1, 0) if len(parts) <= MOST_NAMES else 0
    for choice in range(2**joints):
        names = parts[:1]
        for place, part in enumerate(parts[1:]):
            if choice >> place & 1:
                names[-1] += f", {part}"
            else:
                names.append(part)
        yield names


def _storable(text: str) -> str:
    """Return a text without what is no text: its own check names it."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _differing_sizes(connection: sqlite3.Connection, expected: sqlite3.Connection, index: str) -> Iterator[Finding]:
    articles = dict(connection.execute("SELECT search_id, article_id FROM search_rows"))
    sizes = dict(expected.execute(f"SELECT id, sz FROM {index}_docsize"))
    for search_id, size in connection.execute(f"SELECT id, sz FROM {index}_docsize"):
        if sizes.pop(search_id, None) != size:
            yield Finding(
                _of_article(index, articles.get(search_id)), phrase("it has other words than the text"), REPAIR
            )
    for search_id in sizes:
        yield Finding(_of_article(index, articles.get(search_id)), phrase("it is missing"), REPAIR)


def _of_article(index: str, article_id: int | None) -> str:
    return (
        phrase("{index} of article {article_id}", index=index, article_id=article_id)
        if article_id
        else phrase("{index} of an article that is not there", index=index)
    )


def _differing_words(connection: sqlite3.Connection, expected: sqlite3.Connection, index: str) -> Iterator[Finding]:
    sql = "SELECT term, doc FROM words ORDER BY term"
    connection.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', '{index}', 'row')")
    expected.execute(f"CREATE VIRTUAL TABLE words USING fts5vocab('{index}', 'row')")
    try:
        for found, right in zip_longest(connection.execute(sql), expected.execute(sql)):
            if found != right:
                word = (found or right)[0]
                yield Finding(index, phrase('it differs from the texts from the word "{word}" on', word=word), REPAIR)
                return
    finally:
        connection.execute("DROP TABLE temp.words")
        expected.execute("DROP TABLE words")

"""An archive that somebody else hands over: SQL in its schema, and a newer program at work in it."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, ForeignSchema, NewerArchive, Outcome
from archive.schema import trust
from archive.schema.opening import SCHEMA
from tests.archive.build import article, capture

INDEXES = ("articles_published_at", "urls_unasked", "sections_site_path")
STEAL = "CREATE TRIGGER steal AFTER INSERT ON articles BEGIN UPDATE article_texts SET body = 'gone'; END"


@pytest.fixture
def database(folder: Path) -> Path:
    with Archive.open(folder, create=True) as archive:
        archive.store(capture(article()))
    return folder / "news.db"


def run(database: Path, *statements: str) -> None:
    connection = sqlite3.connect(database)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def rewrite(name: str, old: str, new: str) -> tuple[str, ...]:
    """Return the statements that change the SQL of an object in place."""
    change = f"UPDATE sqlite_schema SET sql = replace(sql, '{old}', '{new}') WHERE name = '{name}'"
    return "PRAGMA writable_schema = ON", change, "PRAGMA writable_schema = RESET"


def schema(database: Path) -> dict[str, str]:
    connection = sqlite3.connect(database)
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    connection.close()
    return found


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        ((STEAL,), "trigger steal on articles"),
        ((STEAL.replace("steal", "articles"),), "trigger articles on articles"),
        (("CREATE TABLE mine (a)", "CREATE TRIGGER t AFTER INSERT ON mine BEGIN SELECT 1; END"), "trigger t on mine"),
        (("DROP VIEW latest", "CREATE VIEW latest AS SELECT 1 AS id"), "view latest, which was changed"),
        (("DROP VIEW printed_texts",), "view printed_texts, which is missing"),
        (("DROP TABLE hosts",), "table hosts, which is missing"),
        (("DROP VIEW latest", "CREATE TABLE LATEST (id)"), "table LATEST, which was changed"),
        (("ALTER TABLE articles ADD COLUMN mine TEXT",), "table articles, which was changed"),
        (("DROP INDEX articles_year", "CREATE INDEX articles_year ON articles(title)"), "index articles_year, which"),
        (("DROP INDEX articles_year", "CREATE INDEX articles_year ON runs(id)"), "index articles_year, which"),
        # what follows looks like a comment, and is none
        (rewrite("tags", "name TEXT", "name TEXT DEFAULT ''--'' CHECK (name <> ''x'')"), "table tags, which was"),
        (("DROP TABLE _sqlite_migrations", "CREATE VIEW _sqlite_migrations AS SELECT 1"), "view _sqlite_migrations"),
    ],
)
@pytest.mark.parametrize("read_only", [True, False])
def test_sql_that_is_not_ours_is_named_and_nothing_is_written(
    database: Path, statements: Iterable[str], named: str, read_only: bool
) -> None:
    run(database, *statements)
    before = database.read_bytes()
    with pytest.raises(ForeignSchema, match=named) as refusal:
        Archive.open(database.parent, read_only=read_only)
    assert refusal.value.exit_code == 5
    assert database.read_bytes() == before


def test_what_the_user_added_stays_and_works(database: Path) -> None:
    run(
        database,
        "CREATE TABLE notes (url TEXT, note TEXT)",
        "INSERT INTO notes VALUES ('u', 'đọc lại')",
        "CREATE INDEX notes_url ON notes(url)",
        "CREATE INDEX my_titles ON articles(title)",
        "CREATE VIEW my_day AS SELECT title FROM articles",
        "CREATE VIRTUAL TABLE my_words USING fts5(word)",
        "ANALYZE",
    )
    before = schema(database)
    with Archive.open(database.parent) as archive:
        assert archive.store(capture(article(2))) is Outcome.ADDED
    with Archive.open(database.parent, read_only=True) as archive:
        assert len(list(archive.articles())) == 2
    assert schema(database) == before
    connection = sqlite3.connect(database)
    assert connection.execute("SELECT note FROM notes").fetchall() == [("đọc lại",)]
    connection.close()


def test_a_missing_index_is_built_again_by_a_writer(database: Path) -> None:
    before = schema(database)
    run(database, *(f"DROP INDEX {name}" for name in INDEXES))
    with Archive.open(database.parent, read_only=True) as archive:
        assert len(list(archive.articles())) == 1
    assert not set(INDEXES) & set(schema(database)), "a reader changes nothing"
    Archive.open(database.parent).close()
    assert schema(database) == before


def test_white_space_and_comments_do_not_count(database: Path) -> None:
    run(database, *rewrite("tags", "name TEXT", "name /* of a tag */  TEXT"))
    with Archive.open(database.parent) as archive:
        assert archive.store(capture(article(2, tags=("thẻ",)))) is Outcome.ADDED


def test_the_digest_of_the_schema_is_that_of_the_migrations(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new migration changes it: put the digest that is shown here into archive/schema/trust.py."""
    found: list[str] = []
    digest_of = trust.digest_of

    def noted(objects: Iterable[Any]) -> str:
        found.append(digest_of(objects))
        return found[-1]

    monkeypatch.setattr(trust, "digest_of", noted)
    Archive.open(database.parent, read_only=True).close()
    assert found == [trust.AS_MADE]


def test_a_program_stops_writing_once_a_newer_one_has_migrated(database: Path) -> None:
    with Archive.open(database.parent) as archive:
        assert archive.store(capture(article(2))) is Outcome.ADDED
        archive.commit()
        run(database, f"PRAGMA user_version = {SCHEMA + 1}")
        with pytest.raises(NewerArchive, match=f"schema {SCHEMA + 1}") as refusal:
            archive.store(capture(article(3)))
        assert refusal.value.exit_code == 5
    connection = sqlite3.connect(database)
    assert connection.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    connection.close()

"""An archive of an older version is upgraded, and loses nothing."""

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive import Archive, ArticleStatus, Outcome, Outlet, TextCause
from archive.errors import OlderArchive
from archive.schema.migrations import migrations
from archive.schema.opening import APPLICATION_ID, SCHEMA
from tests.archive.build import article, capture

HUE = "https://baohue.example/"
ROWS = f"""
INSERT INTO sites (id, site, name, kind, province_id) SELECT 1, 'baohue', 'Báo', 'newspaper', id FROM provinces
    WHERE slug = 'thua-thien-hue';
INSERT INTO articles (id, uid, url, site_id, province_then_id, province_now_id, title, published_at,
    published_precision, published_date, language, word_count, sources, proposed, text_sha256, status, first_seen_at,
    last_seen_at, last_changed_at, cause, revision_count, change_seq)
    SELECT 1, 'u', '{HUE}1', 1, id, successor_id, 'Tin', '2025-03-01T08:00:00+07:00', 'minute', '2025-03-01',
        'vi', 2, '{{}}', '[]', '', 'live', '2025-07-02T08:00:00+07:00', '2025-07-02T08:00:00+07:00',
        '2025-07-02T08:00:00+07:00', 'published', 1, 1 FROM provinces WHERE slug = 'thua-thien-hue';
INSERT INTO article_texts VALUES (1, 'Thân bài.');
INSERT INTO article_urls VALUES ('{HUE}1?m', 1, '2025-07-02T08:00:00+07:00');
"""


@pytest.fixture
def first(folder: Path) -> Path:
    """An archive in the form of the first version."""
    folder.mkdir()
    connection = sqlite3.connect(folder / "news.db")
    migrations.apply(Database(connection), stop_before="places_through_time")
    # the first version knew one day for all provinces
    connection.execute("UPDATE provinces SET valid_to = '2025-06-30' WHERE slug = 'thua-thien-hue'")
    connection.execute("UPDATE provinces SET valid_from = '2025-07-01' WHERE slug = 'hue'")
    connection.executescript(ROWS)
    connection.execute("PRAGMA user_version = 1")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return folder


def test_a_reader_leaves_it_to_a_writer(first: Path) -> None:
    with pytest.raises(OlderArchive, match="schema 1"):
        Archive.open(first, read_only=True)


def test_what_was_stored_stays_and_learns_what_is_new(first: Path) -> None:
    with Archive.open(first) as archive:
        stored = archive.get(f"{HUE}1?m")
        assert (stored.outlet, stored.article.body) == ("Báo", "Thân bài.")
        assert (stored.province_then, stored.province_now) == ("Huế", "Huế")
        (alias,) = stored.aliases
        assert (alias.site, alias.cause) == ("baohue", None)


def test_why_a_text_is_there_and_whether_it_is_gone_arrive(first: Path) -> None:
    connection = sqlite3.connect(first / "news.db")
    connection.execute("UPDATE articles SET cause = 'edited', status = 'gone'")
    connection.commit()
    connection.close()
    with Archive.open(first) as archive:
        assert archive.get(1).status is ArticleStatus.GONE
        assert [text.cause for text in archive.revisions(1)] == [TextCause.EDITED]


def test_it_has_the_tables_and_views_of_a_new_one(first: Path, tmp_path: Path) -> None:
    Archive.open(first).close()
    Archive.open(tmp_path / "new", create=True).close()
    assert schema(first) == schema(tmp_path / "new")


def test_it_goes_on_as_a_new_one_does(first: Path) -> None:
    with Archive.open(first) as archive:
        archive.register(Outlet(site="baohue", name="Báo Huế", home=HUE, province="Thừa Thiên Huế"))
        assert archive.store(capture(article(2), site="baohue", cms_id="2")) is Outcome.ADDED
        assert archive.get("1").outlet == "Báo Huế"


def schema(folder: Path) -> tuple[int, list[tuple[str, str]], list[tuple[object, ...]]]:
    """Return the version, the statements that made tables, views and indexes, and the provinces."""
    connection = sqlite3.connect(folder / "news.db")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    made = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").fetchall()
    provinces = connection.execute("SELECT * FROM provinces ORDER BY id").fetchall()
    connection.close()
    assert version == SCHEMA
    return version, made, provinces

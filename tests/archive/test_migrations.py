"""An archive of an older version is upgraded, and loses nothing."""

import itertools
import json
import logging
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

import archive.schema.migrations
from archive import Archive, ArticleStatus, Doubt, Image, Outcome, Outlet, Part, Reason, RunStatus, TextCause
from archive.care.verify import verify
from archive.errors import ArchiveNotWritable, DiskFull, NewerArchive, OlderArchive
from archive.fold import both_forms
from archive.reading.origins import NAMES
from archive.schema import steps
from archive.schema.migrations import migrations
from archive.schema.opening import APPLICATION_ID, SCHEMA
from archive.schema.trust import find_differences
from archive.schema.views import DAYS_VIEWS, HANDS_VIEWS
from tests.archive.build import HOME, SITE, after, article, capture, feed, refused
from tests.archive.stories import CA_MAU, FLOOD, HA_GIANG, story, with_outlets
from tests.command import Program

WITHOUT_RAW = 8
"""The version before raw pages."""
WITH_ONE_INDEX = 13
"""The version before searches in tiers."""
WITHOUT_EVIDENCE = 16
"""The version before the evidence of gaps and edits."""
WITHOUT_ORIGINS = 19
WITHOUT_HOSTS = 20
"""The version before the origins of months."""
UNDO_HOSTS = f"""
DROP INDEX articles_host;
DELETE FROM _sqlite_migrations WHERE name = 'hosts_of_outlets';
PRAGMA user_version = {WITHOUT_HOSTS};
"""
UNDO_ORIGINS = f"""
{UNDO_HOSTS}
DROP TABLE origin_months;
{";".join(DAYS_VIEWS.split(";", 2)[:2])};
DELETE FROM _sqlite_migrations WHERE name = 'origins_of_months';
PRAGMA user_version = {WITHOUT_ORIGINS};
"""
UNDO_EVIDENCE = f"""
{UNDO_ORIGINS}
DROP TABLE outlet_months;
DROP VIEW copies;
DROP TABLE copy_decisions;
DROP TABLE article_origins;
DROP TABLE copy_members;
DROP TABLE copy_groups;
DROP TABLE copy_links;
DROP TABLE copy_texts;
DROP TABLE copy_sketches;
DROP INDEX article_revisions_seen;
DROP INDEX articles_changed;
DROP INDEX articles_outlet;
DROP INDEX urls_unstored;
DROP INDEX runs_started;
DROP INDEX runs_site;
CREATE INDEX runs_site ON runs(site_id, started_at);
CREATE INDEX articles_outlet ON articles(outlet_id);
ALTER TABLE article_revisions DROP COLUMN modified_at;
DELETE FROM _sqlite_migrations
    WHERE name IN ('evidence_of_gaps_and_edits', 'copies_across_papers', 'months_of_outlets');
PRAGMA user_version = {WITHOUT_EVIDENCE};
"""
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


@pytest.fixture
def eighth(folder: Path, tmp_path: Path) -> Path:
    """An archive of the version before raw pages, with rows in every table that this version had."""
    return make_older(folder, tmp_path / "today", stop_before="raw_pages", version=WITHOUT_RAW)


@pytest.fixture
def twelfth(folder: Path, tmp_path: Path) -> Path:
    """An archive of the version before searches in tiers, with rows in every table that is filled without raw pages."""
    return make_older(folder, tmp_path / "today", stop_before="search_in_order", version=WITH_ONE_INDEX)


@pytest.fixture
def sixteenth(folder: Path) -> Path:
    """An archive of the version before the evidence of gaps and edits."""
    with Archive.open(folder, create=True) as archive:
        fill(archive)
    return undo(folder, UNDO_EVIDENCE, version=WITHOUT_EVIDENCE)


@pytest.fixture
def nineteenth(folder: Path) -> Path:
    """An archive of the version before the origins of months, with copies."""
    with Archive.open(folder, create=True) as archive:
        with_outlets(archive)
        archive.store(story(HA_GIANG, FLOOD, after()))
        archive.store(story(CA_MAU, FLOOD, after(hours=2), lead_mark="(HGO)"))
        archive.update_copies()
    return undo(folder, UNDO_ORIGINS, version=WITHOUT_ORIGINS)


@pytest.fixture
def twentieth(folder: Path) -> Path:
    """An archive of the version before the index of hosts."""
    with Archive.open(folder, create=True) as archive:
        fill(archive)
    return undo(folder, UNDO_HOSTS, version=WITHOUT_HOSTS)


def undo(folder: Path, steps: str, *, version: int) -> Path:
    """Take the last steps of the schema back, so that an archive is one of an older version."""
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        connection.executescript(steps)
        assert find_differences(connection, version).foreign == ()
    return folder


def make_older(folder: Path, today: Path, *, stop_before: str, version: int) -> Path:
    """Make an archive of an older version, with what a new one in `today` has."""
    with Archive.open(today, create=True, keep_raw=False) as archive:
        fill(archive)
    folder.mkdir()
    connection = sqlite3.connect(folder / "news.db", isolation_level=None)
    migrations.apply(Database(connection), stop_before=stop_before)
    connection.execute("ATTACH ? AS today", (str(today / "news.db"),))
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in tables(connection):
        if table.startswith("articles_fts"):
            continue
        columns = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA main.table_info({table})"))
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM today.{table}")
        is_filled = connection.execute(f"SELECT count(*) FROM {table}").fetchone() > (0,)
        assert is_filled or version > WITHOUT_RAW, table
    for article_id, *text in connection.execute("SELECT id, title, lead, body FROM main.printed_texts").fetchall():
        exact, folded = zip(*(both_forms(part or "") for part in text), strict=True)
        connection.execute(
            "INSERT INTO main.articles_fts (rowid, title, lead, body, f_title, f_lead, f_body) VALUES (?,?,?,?,?,?,?)",
            (article_id, *exact, *folded),
        )
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    assert find_differences(connection, version).foreign == ()
    connection.close()
    return folder


def tables(connection: sqlite3.Connection) -> list[str]:
    """Return the tables of the archive that its own code fills; those of FTS5 among them."""
    sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    names = [name for (name,) in connection.execute(sql)]
    return [name for name in names if not name.startswith(("sqlite_", "_sqlite"))]


def fill(archive: Archive) -> None:
    """Store something of every kind."""
    archive.register(
        Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang", merged_into="baotuyenquang")
    )
    run = archive.begin_run(SITE, started_at=after(), version="1", settings={"rules": "a"})
    archive.store(feed(1, 2, 3, run=run))
    rich = {
        "byline": ("Hằng Nga",),
        "section": ("Thời sự",),
        "tags": ("cam",),
        "images": (Image("https://x.vn/1.jpg"),),
    }
    archive.store(capture(article(1, **rich), run=run, final_url=f"{HOME}tin/1.html?m"))
    archive.store(capture(article(1, **rich, title="Tin số 1 sửa"), after(hours=1), run=run))
    archive.store(capture(article(2, doubts=(Doubt.PARTIAL,)), run=run))
    archive.store(capture(article(1, body="Một bài khác hẳn. " * 9, doubts=(Doubt.PARTIAL,)), after(hours=2), run=run))
    archive.store(capture(article(3), run=run, part=Part(1, 2, article(3).url)))
    archive.store(refused(2, Reason.GONE, after(hours=3), run=run, status=404))
    archive.agenda(run).keep_rest("baohagiang.example", at=after(), until=after(hours=1), detail="status 503")
    archive.finish_run(run, finished_at=after(hours=3), status=RunStatus.FINISHED)


def rows(path: Path, columns: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """Return table → its rows, of the columns that are named."""
    connection = sqlite3.connect(path)
    found = {
        name: connection.execute(f"SELECT {', '.join(shown)} FROM {name}").fetchall() for name, shown in columns.items()
    }
    connection.close()
    return found


def whole(path: Path) -> tuple[int, str]:
    """Return the version, and what SQLite says of the pages."""
    connection = sqlite3.connect(path)
    found = (
        connection.execute("PRAGMA user_version").fetchone()[0],
        connection.execute("PRAGMA integrity_check").fetchone()[0],
    )
    connection.close()
    return found


def test_everything_of_the_version_before_raw_pages_arrives(eighth: Path) -> None:
    connection = sqlite3.connect(eighth / "news.db")
    columns = {
        name: [f'"{row[1]}"' for row in connection.execute(f"PRAGMA table_info({name})")] for name in tables(connection)
    }
    connection.close()
    before = rows(eighth / "news.db", columns)
    with Archive.open(eighth) as archive:
        assert [text.title for text in archive.revisions(1)] == ["Tin số 1", "Tin số 1 sửa"]
        assert archive.get(2).status == "gone"
        assert archive.search("tin so")[0].title
        archive.store(capture(article(9)))
        archive.commit()
        assert archive.search("tin so 9")
    assert rows(eighth / f"news.db.before-{SCHEMA}", columns) == before
    now = rows(eighth / "news.db", {name: shown for name, shown in columns.items() if "fts" not in name})
    assert [row for name in now for row in before[name] if row not in now[name]] == []


def test_an_archive_with_one_index_is_indexed_again_in_the_order_of_publication(twelfth: Path) -> None:
    with Archive.open(twelfth) as archive:
        assert [hit.uid for hit in archive.search()] == [hit.uid for hit in archive.search("tin OR bai")]
        assert archive.count("tin so") == 3
        assert archive.facets("tin").total == archive.count("tin")
    assert verify(twelfth, at=after(days=1)).findings == ()
    connection = sqlite3.connect(twelfth / "news.db")
    found = "SELECT a.title FROM articles_fts f JOIN articles a ON a.id = f.rowid WHERE articles_fts MATCH 'tin'"
    assert len(connection.execute(found).fetchall()) > 1, "the SQL of before"
    connection.close()


def test_an_archive_whose_exact_words_were_not_apart_is_indexed_again(folder: Path) -> None:
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        archive.store(capture(article(1, title="Hoa của rừng")))
    connection = sqlite3.connect(folder / "news.db", isolation_level=None)
    connection.execute("INSERT INTO texts_fts (texts_fts) VALUES ('delete-all')")
    for search_id, *text in connection.execute("SELECT search_id, title, lead, body FROM printed_texts").fetchall():
        exact, folded = zip(*(both_forms(part or "") for part in text), strict=True)
        connection.execute(
            "INSERT INTO texts_fts (rowid, title, lead, body, f_title, f_lead, f_body) VALUES (?,?,?,?,?,?,?)",
            (search_id, *exact, *folded),
        )
    connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'exact_words_apart'")
    connection.execute("PRAGMA user_version = 15")
    connection.close()
    with Archive.open(folder) as archive:
        assert [hit.snippet for hit in archive.search("hoa rung")] == ["[Hoa] của [rừng]"]
    assert verify(folder, at=after(days=1)).findings == ()


def test_a_migration_says_how_much_it_copies_before_it_does(eighth: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = eighth / f"news.db.before-{SCHEMA}"
    kept.with_name(f"{kept.name}.part").mkdir()  # so the copy cannot begin
    with pytest.raises(ArchiveNotWritable):
        Archive.open(eighth)
    assert re.search(rf"\d\.\d MB go to {re.escape(str(kept))}$", caplog.text.strip())


def test_a_migration_keeps_the_database_of_before_and_says_so(eighth: Path, caplog: pytest.LogCaptureFixture) -> None:
    (eighth / "news.db.before-7").touch()
    with caplog.at_level(logging.WARNING):
        Archive.open(eighth).close()
    assert "upgraded from schema 8 to" in caplog.text
    (kept,) = eighth.glob("news.db.before-*")
    assert kept.name in caplog.text
    assert whole(kept) == (WITHOUT_RAW, "ok")
    assert whole(eighth / "news.db") == (SCHEMA, "ok")


def migrate_and_die(folder: str, statements: int) -> None:
    """Open an archive, and end the process after so many statements of its migrations."""
    left = itertools.count(statements, -1)

    class Counting:
        def __init__(self, connection: sqlite3.Connection) -> None:
            self._connection = connection

        def execute(self, sql: str) -> object:
            if next(left) == 0:
                os._exit(9)
            return self._connection.execute(sql)

    def counted(connection: sqlite3.Connection, number: int) -> None:
        steps.run_step(Counting(connection), number)  # type: ignore[arg-type]

    vars(archive.schema.migrations)["run_step"] = counted
    Archive.open(folder).close()


@pytest.mark.drill
def test_a_migration_that_is_killed_leaves_the_old_or_the_new(eighth: Path) -> None:
    old = (eighth / "news.db").read_bytes()
    for statements in range(100):
        code = Program(migrate_and_die, str(eighth), statements, folder=eighth.parent).result().returncode
        version, finding = whole(eighth / "news.db")
        assert (version, finding) == (SCHEMA if code == 0 else WITHOUT_RAW, "ok")
        assert whole(next(eighth.glob("news.db.before-*"))) == (WITHOUT_RAW, "ok")
        if code == 0:
            break
        assert code == 9
        (eighth / "news.db").write_bytes(old)
    assert statements > 5
    with Archive.open(eighth) as archive:
        assert archive.get(1).article.title == "Tin số 1 sửa"


def test_a_migration_without_room_for_the_copy_changes_nothing(eighth: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="free some space"):
        Archive.open(eighth)
    assert whole(eighth / "news.db") == (WITHOUT_RAW, "ok")


def test_a_newer_archive_is_refused(eighth: Path) -> None:
    Archive.open(eighth).close()
    connection = sqlite3.connect(eighth / "news.db")
    connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()
    with pytest.raises(NewerArchive, match="upgrade with"):
        Archive.open(eighth)
    assert whole(eighth / "news.db") == (SCHEMA + 1, "ok")


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


def test_articles_full_shows_what_it_showed_before_it_joined_nothing(past: Path) -> None:
    connection = sqlite3.connect(f"{(past / 'news.db').as_uri()}?mode=ro", uri=True)
    (joined,) = (sql for sql in HANDS_VIEWS.split(";\n") if "VIEW articles_full" in sql)
    connection.execute(joined.replace("VIEW articles_full", "TEMP VIEW joined"))
    before, now = (_articles_of(connection, view) for view in ("joined", "articles_full"))
    new = {"published_date", *NAMES}
    assert before == [{key: value for key, value in row.items() if key not in new} for row in now]
    assert any(row["aliases"] for row in now)
    assert any(row["doubts"] for row in now)
    connection.execute("PRAGMA trusted_schema = OFF")
    assert _articles_of(connection, "articles_full") == now
    assert connection.execute("SELECT count(*), min(doubts) FROM article_versions").fetchone()[0] > len(now)
    connection.close()


def _articles_of(connection: sqlite3.Connection, view: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f"SELECT * FROM {view} ORDER BY id")
    rows = [dict(zip((column[0] for column in cursor.description), row, strict=True)) for row in cursor]
    for row in rows:
        row["aliases"] = sorted(json.loads(row["aliases"]), key=lambda alias: str(alias["url"]))
        row["doubts"] = sorted(json.loads(row["doubts"]))
    return rows


@pytest.mark.parametrize(
    ("sql", "plan"),
    [
        ("SELECT * FROM articles ORDER BY published_at DESC, id LIMIT 51", "USING INDEX articles_published_at"),
        ("SELECT count(*) FROM articles_full", "USING COVERING INDEX articles_status"),
        ("SELECT id, title FROM articles_full LIMIT 50 OFFSET 9000", "SCAN a"),
    ],
)
def test_pages_neither_sort_nor_join(past: Path, sql: str, plan: str) -> None:
    connection = sqlite3.connect(f"{(past / 'news.db').as_uri()}?mode=ro", uri=True)
    (step,) = connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    assert plan in step[3]
    connection.close()


def content(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return table → its rows, without the full-text indexes."""
    connection = sqlite3.connect(folder / "news.db")
    found = {
        name: connection.execute(f"SELECT * FROM {name}").fetchall()
        for name in tables(connection)
        if not name.startswith(("texts_fts", "titles_fts"))
    }
    connection.close()
    return found


def test_the_index_of_hosts_is_made_and_nothing_else(twentieth: Path) -> None:
    before = content(twentieth)
    Archive.open(twentieth).close()
    assert content(twentieth) == before
    assert whole(twentieth / "news.db") == (SCHEMA, "ok")
    assert verify(twentieth, at=after(days=1)).findings == ()


def test_the_origins_of_months_are_counted_and_shown(nineteenth: Path) -> None:
    before = content(nineteenth)
    Archive.open(nineteenth).close()
    now = content(nineteenth)
    assert {name: now[name] for name in before} == before
    assert verify(nineteenth, at=after(days=1)).findings == ()
    with Archive.open(nineteenth, read_only=True) as archive:
        (pair,) = archive.reprints().pairs
    assert (pair.from_site, pair.site, pair.median_lag_minutes) == (HA_GIANG, CA_MAU, 120)
    connection = sqlite3.connect(nineteenth / "news.db")
    shown = connection.execute("SELECT site, origin, from_site, copy_kind FROM articles_full ORDER BY id").fetchall()
    connection.close()
    assert shown == [(HA_GIANG, "own", None, "exchange"), (CA_MAU, "from", HA_GIANG, "exchange")]


def test_everything_of_the_version_before_the_evidence_arrives(sixteenth: Path) -> None:
    before = content(sixteenth)
    Archive.open(sixteenth).close()
    now = content(sixteenth)
    assert whole(sixteenth / "news.db") == (SCHEMA, "ok")
    assert now.pop("article_revisions") == [(*row, None) for row in before.pop("article_revisions")]
    assert {name: now[name] for name in before} == before
    with Archive.open(sixteenth, read_only=True) as archive:
        assert len(archive.coverage(2025, at=after(hours=9))) > 0

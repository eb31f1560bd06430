"""One damaged record in an archive that was handed over: it is named, exit code 5, and every other one is there."""

import json
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from archive import Archive, DamagedArchive, DamagedRecord, Doubt, Outcome, RunStatus
from archive.cli import COMMANDS
from tests.archive.build import SITE, address, after, article, capture

BAOTINH = click.Group("baotinh", commands=list(COMMANDS))
COUNT = 60
BROKEN = 7
"""Number of the article that is damaged."""
UID = article(BROKEN).uid
LIVE = "PRAGMA ignore_check_constraints = ON"
VALUES = {
    "sources is no JSON": "UPDATE articles SET sources = 'nothing' WHERE id = :id",
    "sources is a list": "UPDATE articles SET sources = '[1]' WHERE id = :id",
    "sources has half a character": """UPDATE articles SET sources = '{"title": "\\ud800"}' WHERE id = :id""",
    "sources is too deep": "UPDATE articles SET sources = replace(hex(zeroblob(60000)), '00', '[') WHERE id = :id",
    "proposed has numbers": "UPDATE articles SET proposed = '[1, 2]' WHERE id = :id",
    "a time that is none": "UPDATE articles SET published_at = 'yesterday' WHERE id = :id",
    "a time without zone": "UPDATE articles SET first_seen_at = '2025-07-02T08:00:00' WHERE id = :id",
    "an unknown status": "UPDATE articles SET status = 'lost' WHERE id = :id",
    "an unknown precision": "UPDATE articles SET published_precision = 'year' WHERE id = :id",
    "an unknown doubt": "INSERT INTO article_doubts VALUES (:id, 'odd')",
    "a section that is no list": "UPDATE sections SET path = '{}' WHERE id = "
    "(SELECT section_id FROM articles WHERE id = :id)",
    "text that is not UTF-8": "UPDATE articles SET language = CAST(x'ff28' AS TEXT) WHERE id = :id",
}
"""What is wrong → the statement that makes it so."""
FOUND_ONLY_BY_READING = {"a time that is none": ("search", "doubts"), "an unknown doubt": ("doubts",)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that no test changes."""
    folder = tmp_path_factory.mktemp("whole") / "news"
    with Archive.open(folder, create=True) as archive:
        for number in range(1, COUNT + 1):
            section = ("Riêng",) if number == BROKEN else ("Chung",)
            archive.store(
                capture(article(number, section=section, body=f"Đoạn {number}. " * 60, doubts=(Doubt.LITTLE_TEXT,)))
            )
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, which a test may damage."""
    return Path(shutil.copytree(whole, tmp_path / "news"))


def damage(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "news.db")
    connection.execute(LIVE)
    connection.execute(statement, {"id": BROKEN} if ":id" in statement else {})
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def break_page(folder: Path, table: str, *, number: int = BROKEN) -> list[int]:
    """Overwrite the leaf page of a table that has a row; return the numbers of all rows on it."""
    connection = sqlite3.connect(folder / "news.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    path = folder / "news.db"
    content = bytearray(path.read_bytes())
    page = bytes(content[(root - 1) * size : root * size])
    assert page[0] == 5, "the table has inner pages"
    cells = [int.from_bytes(page[at : at + 2]) for at in range(12, 12 + 2 * int.from_bytes(page[3:5]), 2)]
    last = 0
    for cell in cells:  # a number of one byte: fewer than 128 rows
        child, key = int.from_bytes(page[cell : cell + 4]), page[cell + 4]
        if number <= key:
            content[(child - 1) * size : (child - 1) * size + 64] = b"\xee" * 64
            path.write_bytes(content)
            return list(range(last + 1, key + 1))
        last = key
    raise AssertionError("the row is on the last page")


def baotinh(folder: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(BAOTINH, arguments, env={"BAOTINH_ARCHIVE": str(folder)})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("form", ["jsonl", "csv"])
@pytest.mark.parametrize("wrong", VALUES)
def test_an_export_goes_on_without_a_damaged_record(folder: Path, tmp_path: Path, wrong: str, form: str) -> None:
    damage(folder, VALUES[wrong])
    path = tmp_path / "all"
    result = baotinh(folder, "export", "--format", form, "--output", str(path))
    assert (result.exit_code, UID[:8] in result.stderr or f"article {BROKEN} " in result.stderr) == (5, True)
    assert f"{COUNT - 1} articles" in result.stderr
    written = path.read_text(encoding="utf-8-sig")
    assert [number for number in range(1, COUNT + 1) if address(number) not in written] == [BROKEN]


def listed(printed: str) -> list[object]:
    """Return what a command lists as JSON; a search has its hits beside their number."""
    found = json.loads(printed)
    return list(found["hits"]) if isinstance(found, dict) else found


@pytest.mark.parametrize("wrong", VALUES)
def test_every_reader_names_a_damaged_record(folder: Path, wrong: str) -> None:
    damage(folder, VALUES[wrong])
    shown = baotinh(folder, "show", str(BROKEN), "--json")
    assert (shown.exit_code, shown.stdout) == (5, "")
    assert f"error: article {BROKEN} is damaged: " in shown.stderr
    assert baotinh(folder, "show", "1", "--revisions").exit_code == 0
    for command, *words in (("search", "tin", "--limit", "100"), ("doubts",)):
        result = baotinh(folder, command, *words, "--json")
        lost = command in FOUND_ONLY_BY_READING.get(wrong, ())
        assert len(listed(result.stdout)) == COUNT - lost, command
        assert (result.exit_code, UID in result.stderr) == ((5, True) if lost else (0, False)), command


@pytest.mark.parametrize("table", ["articles", "article_texts"])
def test_a_broken_page_costs_its_own_records_only(folder: Path, tmp_path: Path, table: str) -> None:
    lost = break_page(folder, table)
    path = tmp_path / "all.jsonl"
    result = baotinh(folder, "export", "--output", str(path))
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert [record["uid"] for record in records] == sorted(
        article(number).uid for number in range(1, COUNT + 1) if number not in lost
    )
    assert result.exit_code == 5
    for number in lost:
        assert article(number).uid in result.stderr
    found = baotinh(folder, "search", "tin", "--limit", "100", "--json")
    doubtful = baotinh(folder, "doubts", "--json")
    for answer in (found, doubtful) if table == "articles" else (found,):
        assert (answer.exit_code, len(listed(answer.stdout))) == (5, COUNT - len(lost))
    assert baotinh(folder, "show", str(BROKEN)).exit_code == 5
    assert baotinh(folder, "show", str(lost[-1] + 1)).exit_code == 0


def test_a_broken_page_and_a_filter(folder: Path) -> None:
    lost = break_page(folder, "articles")
    result = baotinh(folder, "export", "--since", "2025-07-03")
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr.count("is damaged") == len(lost), "they may be among those that were asked for"


def test_a_text_that_does_not_fit_its_digest_is_written_and_named(folder: Path) -> None:
    before = json.loads(baotinh(folder, "show", str(BROKEN), "--json").stdout)
    damage(folder, "UPDATE article_texts SET body = 'Văn bản khác.' WHERE article_id = :id")
    result = baotinh(folder, "export")
    records = {record["uid"]: record for record in map(json.loads, result.stdout.splitlines())}
    assert (result.exit_code, len(records), result.stderr.count("does not fit")) == (5, COUNT, 1)
    assert UID in result.stderr
    assert records[UID] == {**before, "body": "Văn bản khác."}, "the digest is the stored one"


def test_a_damaged_earlier_text_is_named(folder: Path) -> None:
    with Archive.open(folder) as archive:
        for hour in (1, 2):
            archive.store(capture(article(BROKEN, body=f"Văn bản của giờ {hour}. " * 40), after(hours=hour)))
    damage(folder, f"UPDATE article_revisions SET seen_at = '' WHERE n = 2 AND article_id = {BROKEN}")
    result = baotinh(folder, "show", str(BROKEN), "--revisions", "--json")
    assert [text["n"] for text in json.loads(result.stdout)["revisions"]] == [1, 3]
    assert (result.exit_code, f"text 2 of article {BROKEN} is damaged" in result.stderr) == (5, True)


def test_a_damaged_run_is_a_sentence(folder: Path) -> None:
    with Archive.open(folder) as archive:
        run = archive.begin_run(SITE, started_at=after(), version="0.1", settings={})
        archive.finish_run(run, finished_at=after(minutes=1), status=RunStatus.FINISHED)
    damage(folder, "UPDATE runs SET started_at = 'yesterday'")
    result = baotinh(folder, "runs")
    assert (result.exit_code, result.stdout, "yesterday" in result.stderr) == (5, "", True)


@pytest.mark.parametrize("record", ["{}", "nothing", "[]", '{"title": 5}'])
def test_a_reading_in_waiting_that_is_damaged_is_named(folder: Path, record: str) -> None:
    damage(
        folder,
        "INSERT INTO doubtful_readings (article_id, reason, detail, doubts, record, first_seen_at, last_seen_at)"
        f" VALUES (:id, 'doubtful', '', '[]', '{record}', '2025-07-02T08:00:00+07:00', '2025-07-02T08:00:00+07:00')",
    )
    result = baotinh(folder, "doubts", "--json")
    assert (result.exit_code, len(json.loads(result.stdout)), UID in result.stderr) == (5, COUNT - 1, True)


def test_what_a_crawl_does_at_its_end_is_not_silent_about_damage(folder: Path) -> None:
    with suppress(DamagedArchive), Archive.open(folder) as archive:  # it cannot be closed in order either
        break_page(folder, "article_texts")
        with pytest.raises(DamagedArchive):
            archive.tidy_at_end()


def test_a_script_decides_whether_to_go_on(folder: Path) -> None:
    damage(folder, VALUES["an unknown status"])
    with Archive.open(folder, read_only=True) as archive:
        with pytest.raises(DamagedRecord, match=UID):
            list(archive.articles())
        skipped: list[DamagedRecord] = []
        assert len(list(archive.changes(skipped=skipped))) == COUNT - 1
        assert len(skipped) == 1
    with Archive.open(folder) as archive:
        run = archive.begin_run(SITE, started_at=after(), version="0.1", settings={})
        assert archive.store(capture(article(COUNT + 1), run=run)) is Outcome.ADDED
        archive.finish_run(run, finished_at=after(minutes=1), status=RunStatus.FINISHED)

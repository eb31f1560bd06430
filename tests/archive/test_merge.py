"""Merging: everything of both archives, nothing twice, whatever the order, and all or nothing."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive import (
    Archive,
    Article,
    ArticleStatus,
    Capture,
    DamagedArchive,
    DamagedRecord,
    DamagedWarc,
    Doubt,
    NameTaken,
    NewerArchive,
    NotMergeable,
    Outlet,
    Part,
    Reason,
    RunStatus,
    merge,
)
from archive.__main__ import main
from archive.care.verify import check
from archive.warc import growing
from archive.writing.sketches import Todo, forget_all_copies, sketch_missing
from tests.archive.build import HOME, SITE, after, article, capture, feed, link, refused, tables
from tests.archive.raw import exchange, fetched, page_of
from tests.archive.stepwise import STEPWISE
from tests.archive.test_faults import assert_whole
from tests.command import run_python

ROOT = Path(__file__).parents[2]
LONG = (
    "Đoạn văn đủ dài để bài viết không bị coi là ngắn, và có đủ các từ.\nCuộc họp bàn việc sắp xếp đơn vị hành chính."
)
KILLED = f"""{STEPWISE}
from archive import merge
import archive.care.merge as module

for name in ("carry_sites", "carry_files", "carry_captures", "carry_articles", "join_articles", "carry_frontier",
             "index_now"):
    setattr(module, name, stepwise(getattr(module, name)))
os.link, os.fsync, Path.replace = map(stepwise, (os.link, os.fsync, Path.replace))
merge(*sys.argv[1:3])
"""
Story = list[Capture]


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return tmp_path / "other"


def fill(folder: Path, captures: Story, *, site: str = SITE) -> Path:
    with Archive.open(folder, create=True) as archive:
        archive.register(Outlet(site=site, name="Báo Hà Giang", home=HOME, province="Hà Giang"))
        for each in captures:
            archive.store(each)
    return folder


def titles(folder: Path, key: str | int = article().uid) -> list[str]:
    with Archive.open(folder, read_only=True) as archive:
        return [text.title for text in archive.revisions(key)]


def dump(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables."""
    connection = sqlite3.connect(folder / "news.db")
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
    found = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names if "_fts" not in name}
    connection.close()
    return found


def content(folder: Path) -> list[object]:
    """Return what the archive says of its articles, without the numbers that only it has."""
    with Archive.open(folder, read_only=True) as archive:
        return [
            (
                stored.as_record(),
                [(text.n, text.seen_at, text.title, text.body) for text in archive.revisions(stored.id)],
            )
            for stored in archive.articles()
        ]


def test_articles_of_both_are_there_and_found(folder: Path, other: Path) -> None:
    fill(folder, [fetched(1), fetched(2)])
    fill(other, [fetched(2, 1), fetched(3)])
    done = merge(folder, other)
    assert (done.articles, done.captures, done.files) == (1, 2, 1)
    assert_whole(folder, articles=3)
    with Archive.open(folder, read_only=True) as archive:
        for number in (1, 2, 3):
            assert archive.raw_page(article(number).uid).content == page_of(number)
        assert archive.get(article(3).uid).outlet == "Báo Hà Giang"
        assert archive.search("tin so 3")[0].uid == article(3).uid


def test_the_sketches_are_those_of_the_merged_texts(folder: Path, other: Path) -> None:
    """A new article keeps the one that it has; of an article of both, the text in force is sketched."""
    later = article(2, body=f"{LONG * 3}\nLãnh đạo tỉnh phát biểu bế mạc.")
    fill(folder, [capture(article(1, body=LONG * 2)), capture(article(2, body=LONG * 3))])
    fill(other, [capture(later, after(hours=1)), capture(article(3, body=LONG * 4)), capture(article(4, body="Tin."))])
    merge(folder, other)
    found = sketches(folder)
    assert {todo for *_, todo in found[0]} == {Todo.COMPARE}
    with closing(sqlite3.connect(folder / "news.db", isolation_level=None)) as connection:
        forget_all_copies(connection)
        sketch_missing(connection, after=0, limit=10)
    assert found == sketches(folder)


def sketches(folder: Path) -> tuple[list[tuple[object, ...]], ...]:
    """Return the rows of both tables by which copies are found."""
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        return tuple(
            connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()
            for table in ("copy_texts", "copy_sketches")
        )


def test_a_second_merge_changes_nothing(folder: Path, other: Path) -> None:
    fill(folder, [fetched(1), capture(article(2, body=LONG))])
    fill(
        other,
        [capture(article(1, title="Tin số 1 sửa"), after(hours=1)), capture(article(2, body=LONG), after(hours=2))],
    )
    assert not merge(folder, other).is_empty
    before = (folder / "news.db").read_bytes()
    assert merge(folder, other).is_empty
    assert (folder / "news.db").read_bytes() == before
    done = CliRunner().invoke(main, ["merge", str(other), "--archive", str(folder)])
    assert (done.exit_code, "nothing new" in done.output) == (0, True)


OURS = [("Tin một", 1), ("Tin ba", 5)]
THEIRS = [("Tin một", 2), ("Tin hai", 3), ("Tin bốn", 7)]
TEXTS: list[tuple[list[tuple[str, int]], list[tuple[str, int]], list[str]]] = [
    (OURS, THEIRS, ["Tin một", "Tin hai", "Tin ba", "Tin bốn"]),
    ([("Tin một", 1)], [("Tin một", 2)], ["Tin một"]),
    ([("Tin một", 1), ("Tin hai", 3)], [("Tin hai", 2), ("Tin ba", 4)], ["Tin một", "Tin hai", "Tin ba"]),
    ([("Tin một", 1), ("Tin hai", 2), ("Tin một", 3)], [("Tin hai", 2)], ["Tin một", "Tin hai", "Tin một"]),
    ([("Tin hai", 2)], [("Tin một", 1)], ["Tin một", "Tin hai"]),
]


@pytest.mark.parametrize(("ours", "theirs", "joined"), TEXTS)
@pytest.mark.parametrize("is_turned", [False, True], ids=["", "the other way round"])
def test_texts_are_interleaved_by_time(
    folder: Path,
    other: Path,
    ours: list[tuple[str, int]],
    theirs: list[tuple[str, int]],
    joined: list[str],
    is_turned: bool,
) -> None:
    first, second = (theirs, ours) if is_turned else (ours, theirs)
    for place, texts in ((folder, first), (other, second)):
        fill(place, [capture(article(title=title, body=LONG), after(hours=at)) for title, at in texts])
    merge(folder, other)
    assert titles(folder) == joined
    assert merge(folder, other).is_empty
    with Archive.open(folder, read_only=True) as archive:
        stored = archive.get(1)
        causes = [text.cause for text in archive.revisions(1)]
        assert (stored.first_seen_at, stored.last_seen_at) == tuple(
            after(hours=bound(at for _, at in [*ours, *theirs])) for bound in (min, max)
        )
        assert causes == ["published", *["edited"] * (len(joined) - 1)]
        assert archive.search(joined[-1])[0].title == joined[-1]
    assert_whole(folder, articles=1)


SURE = article(title="Tin theo mẫu", body=LONG, sources={"body": "layout:bao"})
UNSURE = article(title="Tin đoán", body=f"{LONG}\nĐọc nhiều nhất.", sources={"body": "generic"}, tags=("menu",))
SAME_WORDS = article(title="Tin theo mẫu", body=LONG.replace("\n", " "), sources={"body": "generic"})
DOUBTFUL = article(title="Tin ngờ", body=LONG, sources={"body": "layout:bao"}, doubts=(Doubt.PARTIAL,))
LATER = article(title="Tin sửa", body=LONG, sources={"body": "layout:bao"})
READINGS: dict[str, tuple[list[tuple[Article, int]], list[tuple[Article, int]], list[str], str | None]] = {
    "at one second": ([(SURE, 1)], [(UNSURE, 1)], ["Tin theo mẫu"], "Tin đoán"),
    "later": ([(SURE, 1)], [(UNSURE, 2)], ["Tin theo mẫu"], "Tin đoán"),
    "earlier": ([(SURE, 2)], [(UNSURE, 1)], ["Tin đoán", "Tin theo mẫu"], None),
    "only borders differ": ([(SURE, 1)], [(SAME_WORDS, 1)], ["Tin theo mẫu"], None),
    "with a doubt": ([(SURE, 1)], [(DOUBTFUL, 1)], ["Tin theo mẫu"], "Tin ngờ"),
    "as sure": ([(SURE, 1)], [(LATER, 2)], ["Tin theo mẫu", "Tin sửa"], None),
    "confirmed there": ([(SURE, 1)], [(SURE, 1), (UNSURE, 3), (UNSURE, 16)], ["Tin theo mẫu", "Tin đoán"], None),
}


@pytest.mark.parametrize("name", READINGS)
@pytest.mark.parametrize("is_turned", [False, True], ids=["", "the other way round"])
def test_a_reading_replaces_no_surer_one(folder: Path, other: Path, name: str, is_turned: bool) -> None:
    """What a crawl would let wait beside the text in force waits after a merge too."""
    ours, theirs, joined, waiting = READINGS[name]
    for place, readings in zip((other, folder) if is_turned else (folder, other), (ours, theirs), strict=True):
        fill(place, [capture(reading, after(hours=at)) for reading, at in readings])
    merge(folder, other)
    assert titles(folder) == joined
    with Archive.open(folder, read_only=True) as archive:
        waits = [each.waiting.article.title for each in archive.doubts(SITE) if each.waiting]
    assert waits == ([waiting] if waiting else [])
    assert_whole(folder, articles=1)
    assert merge(folder, other).is_empty


def test_of_one_text_the_fields_of_the_surer_reading_count(folder: Path, other: Path) -> None:
    guess = replace(UNSURE, title=SURE.title, body=SURE.body, published_at=after(days=-1))
    fill(folder, [capture(SURE, after(hours=1))])
    fill(other, [capture(guess, after(hours=2))])
    merge(folder, other)
    with Archive.open(folder, read_only=True) as archive:
        assert archive.get(1).article.published_at == SURE.published_at


def look(at: datetime, *, is_there: bool) -> Capture:
    return capture(article(), at) if is_there else refused(1, Reason.GONE, at, status=404)


@pytest.mark.parametrize(
    ("ours", "theirs", "status", "absences"),
    [
        ([(1, True)], [(1, True), (3, False)], "gone", [(3, None)]),
        ([(1, True), (3, False)], [(1, True), (5, True)], "live", [(3, 5)]),
        ([(1, True), (3, False)], [(1, True), (4, False)], "gone", [(3, None)]),
        ([(1, True), (4, False)], [(1, True), (3, False)], "gone", [(3, None)]),
        ([(1, True), (2, False)], [(3, True), (4, False)], "gone", [(2, 3), (4, None)]),
    ],
)
def test_whether_it_is_gone_is_decided_by_time(
    folder: Path,
    other: Path,
    ours: list[tuple[int, bool]],
    theirs: list[tuple[int, bool]],
    status: str,
    absences: list[tuple[int, int | None]],
) -> None:
    for place, looks in ((folder, ours), (other, theirs)):
        fill(place, [look(after(hours=at), is_there=is_there) for at, is_there in looks])
    merge(folder, other)
    with Archive.open(folder, read_only=True) as archive:
        assert archive.get(1).status == ArticleStatus(status)
    found = [(row[2], row[7]) for row in dump(folder)["tombstones"]]
    assert found == [
        (after(hours=at).isoformat(), after(hours=back).isoformat() if back else None) for at, back in absences
    ]
    assert merge(folder, other).is_empty


def test_everything_beside_the_text_comes_too(folder: Path, other: Path) -> None:
    fill(folder, [capture(article(1))])
    with Archive.open(other, create=True) as archive:
        archive.register(Outlet(site="baomoi", name="Báo Mới", home="https://moi.example/", merged_into=SITE))
        run = archive.begin_run("baomoi", started_at=after(), version="1", settings={"rules": "a"})
        archive.store(feed(4, 5, run=run, site="baomoi"))
        rich = article(4, byline=("Hằng Nga",), section=("Thời sự",), tags=("cam", "quýt"), doubts=(Doubt.PARTIAL,))
        archive.store(capture(rich, run=run, site="baomoi", final_url=f"{HOME}m/4", part=Part(1, 2, rich.url)))
        archive.store(capture(article(1), after(hours=1), final_url=f"{HOME}m/1"))
        archive.store(capture(article(1, body=LONG, doubts=(Doubt.PARTIAL,)), after(hours=2)))
        archive.agenda(run).keep_rest("moi.example", at=after(), until=after(hours=1), detail="status 503")
        archive.finish_run(run, finished_at=after(hours=3), status=RunStatus.FINISHED)
        expected, report = archive.get(rich.uid), archive.report(run)
    merge(folder, other)
    with Archive.open(folder) as archive:
        stored = archive.get(f"{HOME}m/4")
        assert stored.article == expected.article
        assert (stored.outlet, stored.site) == ("Báo Mới", "baomoi")
        assert archive.get(f"{HOME}m/1").id == 1
        (found,) = archive.runs()
        assert (found.site, found.stored, found.balances) == ("baomoi", report.stored, True)
        (waiting,) = [each.waiting for each in archive.doubts(SITE)]
        assert waiting is not None
        assert waiting.article.body == LONG
        assert {each.url for each in archive.due_urls("baomoi", at=after())} == {link(5).url}
    rows = dump(folder)
    assert [len(rows[name]) for name in ("hosts", "article_parts", "runs")] == [1, 1, 1]
    assert merge(folder, other).is_empty


def test_the_last_capture_of_an_address_decides_when_it_is_due(folder: Path, other: Path) -> None:
    fill(folder, [feed(1, 2), refused(2, Reason.TIMEOUT, after(hours=1))])
    fill(other, [feed(1, 2), capture(article(1), after(hours=1)), capture(article(2), after(days=8))])
    merge(folder, other)
    with Archive.open(folder, read_only=True) as archive:
        assert archive.due_urls(SITE, at=after(hours=1.5)) == []
        assert archive.get(article(2).uid).article == article(2)


ALIASES: list[tuple[Story, Story, int]] = [
    # the same page under two addresses, which only one of the two archives knows
    ([capture(article(1), url=f"{HOME}m/1")], [capture(article(1, url=f"{HOME}m/1"))], 1),
    ([capture(article(1, url=f"{HOME}m/1"))], [capture(article(1), url=f"{HOME}m/1")], 1),
    # the same id of the CMS and the same text at two addresses; then another text
    ([capture(article(1), cms_id="7")], [capture(article(2, title="Tin số 1"), cms_id="7")], 1),
    ([capture(article(1), cms_id="7")], [capture(article(2), cms_id="7")], 2),
    ([capture(article(1))], [capture(article(2, title="Tin số 1"))], 2),
]


@pytest.mark.parametrize(("ours", "theirs", "articles"), ALIASES)
def test_no_article_is_doubled(folder: Path, other: Path, ours: Story, theirs: Story, articles: int) -> None:
    fill(folder, ours)
    fill(other, theirs)
    merge(folder, other)
    assert_whole(folder, articles=articles)
    with Archive.open(folder, read_only=True) as archive:
        assert all(archive.get(each.url) for each in (*ours, *theirs))  # each address leads to an article
    assert merge(folder, other).is_empty


def test_the_order_of_merges_does_not_matter(tmp_path: Path) -> None:
    stories = {
        "a": [capture(article(1, body=LONG)), capture(article(1, title="Sửa A", body=LONG), after(hours=3))],
        "b": [capture(article(1, title="Sửa B", body=LONG), after(hours=2)), capture(article(2))],
        "c": [capture(article(1, body=LONG), after(hours=1)), capture(article(2, title="Tin hai"), after(hours=5))],
    }
    for name, story in stories.items():
        fill(tmp_path / name, story)
    for order in ("abc", "cba", "bca"):
        shutil.copytree(tmp_path / order[0], tmp_path / order)
        for name in order[1:]:
            merge(tmp_path / order, tmp_path / name)
    assert content(tmp_path / "abc") == content(tmp_path / "cba") == content(tmp_path / "bca")


def test_the_change_numbers_of_changed_articles_grow(folder: Path, other: Path) -> None:
    fill(folder, [capture(article(1)), capture(article(2))])
    fill(other, [capture(article(1, title="Tin số 1 sửa"), after(hours=1)), capture(article(3))])
    with Archive.open(folder, read_only=True) as archive:
        last = max(stored.change_seq for stored in archive.articles())
    merge(folder, other)
    with Archive.open(folder, read_only=True) as archive:
        changed = {stored.article.uid for stored in archive.changes(after=last)}
    assert changed == {article(1).uid, article(3).uid}


def test_a_merge_into_what_came_of_a_backup_finds_what_is_new(folder: Path, other: Path) -> None:
    fill(folder, [fetched(1)])
    shutil.copytree(folder, other)
    fill(other, [fetched(2, 1)])  # in the same WARC file, which has grown
    done = merge(folder, other)
    assert (done.articles, done.captures, done.files) == (1, 1, 1)
    with Archive.open(folder, read_only=True) as archive:
        assert [archive.raw_page(article(number).uid).content for number in (1, 2)] == [page_of(1), page_of(2)]
    assert merge(folder, other).is_empty
    fill(other, [fetched(3, 2)])
    assert merge(folder, other).files == 1
    with Archive.open(folder, read_only=True) as archive:
        assert archive.raw_page(article(3).uid).content == page_of(3)
    assert merge(folder, other).is_empty


def test_full_files_are_linked_and_never_written(folder: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "MOST_BYTES", 1000)
    fill(other, [fetched(1)])
    monkeypatch.undo()
    fill(folder, [fetched(2)])
    (path,) = (other / "warc").iterdir()
    merge(folder, other)
    assert (folder / "warc" / path.name).samefile(path)


def test_two_files_of_one_name_are_an_error_that_names_both(folder: Path, other: Path) -> None:
    fill(folder, [fetched(1)])
    shutil.copytree(folder, other)
    fill(folder, [fetched(2, 1)])
    fill(other, [fetched(3, 2)])
    before, names = dump(folder), sorted((folder / "warc").iterdir())
    with pytest.raises(NameTaken) as refusal:
        merge(folder, other)
    assert all(str(place / "warc") in str(refusal.value) for place in (folder, other))
    assert (dump(folder), sorted((folder / "warc").iterdir())) == (before, names)


def cut(other: Path) -> None:
    (path,) = (other / "warc").iterdir()
    path.write_bytes(path.read_bytes()[:-9])


def without_warc(other: Path) -> None:
    shutil.rmtree(other / "warc")


def damaged(other: Path) -> None:
    with (other / "news.db").open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 4096)


def newer(other: Path) -> None:
    connection = sqlite3.connect(other / "news.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def with_a_foreign_value(other: Path) -> None:
    with closing(sqlite3.connect(other / "news.db")) as connection:
        connection.execute("INSERT INTO article_doubts (article_id, doubt) SELECT id, 'no doubt of ours' FROM articles")
        connection.commit()


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (cut, DamagedWarc),
        (without_warc, DamagedWarc),
        (damaged, DamagedArchive),
        (newer, NewerArchive),
        (with_a_foreign_value, DamagedRecord),
    ],
)
def test_a_harmed_archive_changes_nothing(
    folder: Path, other: Path, harm: Callable[[Path], None], error: type[Exception]
) -> None:
    fill(folder, [fetched(1)])
    fill(other, [fetched(number) for number in range(1, 40)])
    harm(other)
    before, names = dump(folder), sorted((folder / "warc").iterdir())
    with pytest.raises(error, match=str(other)):
        merge(folder, other)
    assert (dump(folder), sorted((folder / "warc").iterdir())) == (before, names)


def test_an_archive_is_not_merged_with_itself(folder: Path) -> None:
    fill(folder, [fetched(1)])
    with pytest.raises(NotMergeable):
        merge(folder, folder.parent / "." / folder.name)


def test_read_only_media_are_merged(folder: Path, other: Path) -> None:
    fill(folder, [fetched(1)])
    fill(other, [fetched(2)])
    places = [other, other / "warc", *other.rglob("*.*")]
    for place in places:
        place.chmod(0o500 if place.is_dir() else 0o400)
    try:
        # SQLite may renew its shared memory where root may write all the same
        before = {path: path.read_bytes() for path in places if path.is_file() and path.suffix != ".db-shm"}
        merge(folder, other)
        assert {path: path.read_bytes() for path in before} == before
    finally:
        for place in places:
            place.chmod(0o700)
    assert_whole(folder, articles=2)


@pytest.mark.drill
def test_a_merge_that_is_killed_leaves_the_archive_as_before_or_merged(folder: Path, other: Path) -> None:
    fill(folder, [fetched(1)])
    fill(other, [fetched(2), capture(article(1, title="Tin số 1 sửa"), after(hours=1))])
    before = dump(folder)
    for steps in range(50):
        code = run_python(KILLED, folder, other, steps).returncode
        if code == 0:
            break
        assert code == 9
        assert dump(folder) == before
        assert check(folder, at=after(days=1), deep=True).findings == (), "a merge that was killed is no damage"
    assert steps > 5
    assert titles(folder) == ["Tin số 1", "Tin số 1 sửa"]
    assert_whole(folder, articles=2)
    assert merge(folder, other).is_empty
    assert len(list((folder / "warc").iterdir())) == 2
    assert not (folder / ".merging").exists()


def test_a_crawl_goes_on_after_a_merge(folder: Path, other: Path) -> None:
    fill(folder, [fetched(1)])
    fill(other, [fetched(2)])
    merge(folder, other)
    with Archive.open(folder) as archive:
        run = archive.begin_run(SITE, started_at=after(days=1), version="1", settings={})
        archive.store(fetched(2, 25, run=run, exchanges=(exchange(2, 25),)))
        archive.finish_run(run, finished_at=after(days=2), status=RunStatus.FINISHED)
        assert archive.raw_page(article(2).uid).content == page_of(2)
    assert_whole(folder, articles=2)


OF_EACH_ARCHIVE = {
    *("provinces", "ledger", "fixity_checks", "search_rows", "archive_id", "article_changes"),
    *("copy_links", "copy_groups", "copy_members", "article_origins", "outlet_months", "origin_months"),
}
"""Tables that no row of the other archive comes into: equal in all, about this one alone, or made of the articles."""


def test_every_table_is_carried_or_named_here() -> None:
    """A new table needs a place in the merge: its rows would be lost."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "archive/care/merging").glob("*.py"))
    carried = {name for name in tables() if re.search(rf"\b(FROM|JOIN) other\.{name}\b|\"{name}\"", source)}
    assert carried | OF_EACH_ARCHIVE == tables()

"""What changed since a cursor: applied to a copy of that moment, it gives what a whole export gives now."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import (
    Archive,
    ArchiveError,
    BadQuery,
    Filters,
    OtherNumbers,
    Outlet,
    Reason,
    back_up,
    merge,
    rebuild,
    repair,
)
from archive.reading.columns import COLUMNS, of_operations, records_of
from tests.archive.build import HOME, SITE, START, after, article, capture, refused

Copy = dict[str, dict[str, Any]]
ARTICLES = 3


def whole(archive: Archive, filters: Filters) -> Copy:
    archive.commit()
    batches = archive.batches(filters=filters, damaged=[])
    return {record["uid"]: record for batch in batches for record in records_of(batch, COLUMNS)}


def since(archive: Archive, cursor: str, filters: Filters | None = None) -> list[dict[str, Any]]:
    batches = archive.operations(after=cursor, filters=filters, damaged=[])
    return [record for batch in batches for record in records_of(batch, of_operations())]


def applied(copy: Copy, operations: list[dict[str, Any]]) -> Copy:
    """Return the copy after the operations, as docs/archive.md says it."""
    copy = dict(copy)
    for each in operations:
        if each["op"] == "put":
            copy[each["uid"]] = {name: value for name, value in each.items() if name not in ("op", "what")}
        else:
            copy.pop(each["uid"], None)
    return copy


def kinds(operations: list[dict[str, Any]]) -> dict[str, str]:
    return {each["uid"]: f"{each['op']} {each['what']}" for each in operations}


# --- any history ---


def store(archive: Archive, number: int, step: int) -> None:
    archive.store(capture(article(number, byline=("Lê A",) if step % 2 else ()), after(hours=step)))


def edit(archive: Archive, number: int, step: int) -> None:
    archive.store(capture(article(number, title=f"Tin sửa lúc {step}"), after(hours=step)))


def bury(archive: Archive, number: int, step: int) -> None:
    archive.store(refused(number, Reason.GONE, after(hours=step), status=404))


def correct(archive: Archive, number: int, step: int) -> None:
    archive.correct(article(number).uid, byline=("Lê A",), at=after(hours=step), by="Lan")


def redate(archive: Archive, number: int, step: int) -> None:
    archive.correct(
        article(number).uid, published=(START - timedelta(days=step)).date(), at=after(hours=step), by="Lan"
    )


def withhold(archive: Archive, number: int, step: int) -> None:
    archive.withhold(article(number).uid, reason="court order", until=None, at=after(hours=step), by="Lan")


def lift(archive: Archive, number: int, step: int) -> None:
    archive.lift(article(number).uid, at=after(hours=step), by="Lan")


def readdress(archive: Archive, number: int, step: int) -> None:
    archive.store(
        capture(article(number), after(hours=step), url=HOME + f"old/{number}", final_url=article(number).url)
    )


def rename(archive: Archive, number: int, step: int) -> None:
    archive.register(Outlet(site=SITE, name=f"Báo {step}", home=HOME, province="Hà Giang"), at=after(hours=step))


def look(archive: Archive, number: int, step: int) -> None:
    """Do nothing: only the moment of a cursor."""


ACTIONS = (store, edit, bury, correct, redate, withhold, lift, readdress, rename, look)
CHOICES = (Filters(), Filters(author="Lê A"), Filters(since=START.date()), Filters(site=SITE))


@pytest.mark.drill
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(1, ARTICLES)), max_size=14), st.sampled_from(CHOICES))
def test_operations_lead_from_any_moment_to_the_present(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[tuple[Callable[[Archive, int, int], None], int]],
    filters: Filters,
) -> None:
    with Archive.open(tmp_path_factory.mktemp("any") / "news", create=True) as archive:
        archive.register(Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang"), at=START)
        moments: list[tuple[str, Copy]] = [("0", {})]
        for step, (action, number) in enumerate(history, start=1):
            try_to(action, archive, number, step)
            moments.append((archive.cursor(), whole(archive, filters)))
        present = whole(archive, filters)
        for cursor, copy in moments:
            assert applied(copy, since(archive, cursor, filters)) == present
        assert since(archive, archive.cursor(), filters) == []


def try_to(action: Callable[[Archive, int, int], None], archive: Archive, number: int, step: int) -> None:
    """Do it, unless there is no such article, or it is withheld."""
    try:
        action(archive, number, step)
    except ArchiveError:
        return


# --- what is said of each ---


@pytest.fixture
def news_of_two(archive: Archive) -> Archive:
    for number in (1, 2):
        archive.store(capture(article(number)))
    archive.commit()
    return archive


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ((lambda a: store(a, 3, 1),), {3: "put new"}),
        ((lambda a: edit(a, 1, 1),), {1: "put revised"}),
        ((lambda a: bury(a, 1, 1),), {1: "put withdrawn"}),
        ((lambda a: bury(a, 1, 1), lambda a: store(a, 1, 2)), {1: "put returned"}),
        ((lambda a: withhold(a, 1, 1),), {1: "remove withheld"}),
        ((lambda a: withhold(a, 1, 1), lambda a: lift(a, 1, 2)), {1: "put lifted"}),
        ((lambda a: readdress(a, 1, 1),), {1: "put changed"}),
        ((lambda a: store(a, 3, 1), lambda a: withhold(a, 3, 2)), {}),
        (
            (lambda a: store(a, 3, 1), lambda a: edit(a, 3, 2), lambda a: edit(a, 2, 3)),
            {3: "put new", 2: "put revised"},
        ),
    ],
)
def test_an_operation_says_why(
    news_of_two: Archive, actions: tuple[Callable[[Archive], None], ...], said: dict[int, str]
) -> None:
    cursor = news_of_two.cursor()
    for action in actions:
        action(news_of_two)
    assert kinds(since(news_of_two, cursor)) == {article(number).uid: what for number, what in said.items()}


def test_a_removed_article_shows_nothing_but_its_address(news_of_two: Archive) -> None:
    cursor = news_of_two.cursor()
    withhold(news_of_two, 1, 1)
    (removed,) = since(news_of_two, cursor)
    assert {name: value for name, value in removed.items() if value} == {
        **{"op": "remove", "what": "withheld"},
        **{"uid": article(1).uid, "url": article(1).url},
    }


def test_an_article_that_left_the_filters_is_removed(news_of_two: Archive) -> None:
    chosen = Filters(since=START.date())
    cursor = news_of_two.cursor()
    redate(news_of_two, 1, 2)
    store(news_of_two, 2, 3)
    assert kinds(since(news_of_two, cursor, chosen)) == {
        article(1).uid: "remove outside",
        article(2).uid: "put revised",
    }


# --- cursors ---


@pytest.mark.parametrize("typed", ["", "12", "soon", "3f2a91c0-", "3f2a91c0-x", "-5", "0x1", f"3f2a91c0-{'9' * 5000}"])
def test_what_is_no_cursor_is_refused(archive: Archive, typed: str) -> None:
    with pytest.raises(BadQuery, match="is no cursor: it looks like"):
        since(archive, typed)


def refuses(folder: Path, cursor: str) -> bool:
    with Archive.open(folder, read_only=True) as archive:
        try:
            since(archive, cursor)
        except OtherNumbers as refusal:
            return cursor in str(refusal) and "--after 0" in str(refusal)
    return False


def test_a_cursor_of_another_archive_is_refused(news_of_two: Archive, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "other", create=True) as other:
        store(other, 1, 1)
        cursor = other.cursor()
    assert refuses(news_of_two.folder, cursor)


def test_a_rebuilt_archive_refuses_the_cursors_of_before(news_of_two: Archive, tmp_path: Path) -> None:
    cursor = news_of_two.cursor()
    news_of_two.close()
    rebuild(news_of_two.folder, tmp_path / "new")
    assert refuses(tmp_path / "new", cursor)
    assert not refuses(news_of_two.folder, cursor)


def test_a_repaired_archive_refuses_the_cursors_of_before(news_of_two: Archive) -> None:
    cursor = news_of_two.cursor()
    news_of_two.close()
    with closing(sqlite3.connect(news_of_two.path)) as connection, connection:
        connection.execute("DELETE FROM articles WHERE id = 2")
    repair(news_of_two.folder, at=after(days=1))
    assert refuses(news_of_two.folder, cursor)


def test_a_backup_that_takes_the_place_refuses_later_cursors(news_of_two: Archive, tmp_path: Path) -> None:
    back_up(news_of_two.folder, tmp_path / "backup")
    early = news_of_two.cursor()
    edit(news_of_two, 1, 1)
    late = news_of_two.cursor()
    news_of_two.close()
    assert not refuses(tmp_path / "backup", early), "a reader of the copy may go on with it"
    assert refuses(tmp_path / "backup", late)
    with Archive.open(tmp_path / "backup") as restored:  # it goes on from here, with other changes
        edit(restored, 2, 2)
        edit(restored, 2, 3)
    assert refuses(tmp_path / "backup", late)


def test_a_merge_keeps_our_cursors_and_brings_what_is_new(news_of_two: Archive, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "other", create=True) as other:
        for number, content in ((2, article(2, title="Khác")), (7, article(7))):
            other.store(capture(replace(content), after(hours=number)))
    cursor, copy = news_of_two.cursor(), whole(news_of_two, Filters())
    news_of_two.close()
    merge(news_of_two.folder, tmp_path / "other")
    with Archive.open(news_of_two.folder, read_only=True) as merged:
        found = since(merged, cursor)
        assert kinds(found) == {article(2).uid: "put revised", article(7).uid: "put new"}
        assert applied(copy, found) == whole(merged, Filters())

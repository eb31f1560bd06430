"""What outlets changed after publication: which edits are silent, which headlines changed, what went and came back."""

from contextlib import closing
from datetime import date, datetime

import pytest

from archive import Archive, Article, Outlet, Precision, Reason
from archive.reading.edits import (
    Edit,
    EditKind,
    Edits,
    edits,
    last_headlines,
    silent_edits,
    still_gone,
    words_of_body_changed,
)
from archive.schema.connections import connect_to_read
from tests.archive.build import HOME, SITE, START, address, after, article, capture, refused

BODY = "Sáng 2/7, Ban Chỉ đạo tỉnh họp tại thành phố.\nCuộc họp bàn việc sắp xếp đơn vị hành chính."
EVERY = {"since": date(2025, 1, 1), "until": date(2025, 12, 31)}
MIDNIGHT = START.replace(hour=0)


@pytest.fixture
def known(archive: Archive) -> Archive:
    archive.register(Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang"), at=START)
    return archive


def changed(archive: Archive, kind: EditKind, **options: object) -> Edits:
    archive.commit()
    connection = connect_to_read(archive.path)
    try:
        return edits(connection, kind, **{**EVERY, "limit": 10, **options})  # type: ignore[arg-type]
    finally:
        connection.close()


def edit(archive: Archive, first: Article, second: Article, *, hours: float = 6) -> None:
    archive.store(capture(first, after(hours=1)))
    archive.store(capture(second, after(hours=1 + hours)))


@pytest.mark.parametrize(
    ("before", "behind", "is_silent"),
    [
        (START, START, True),
        (START, after(hours=5), False),
        (None, None, False),
        (None, START, True),
        (after(hours=0.5), after(hours=1), True),
        (after(hours=3), after(hours=3), True),
        (MIDNIGHT, MIDNIGHT, False),
    ],
    ids=[
        "the time stayed",
        "the time moved",
        "no time",
        "a time before the old text was seen",
        "a time just then",
        "a time in the future stayed",
        "a day without a time of day",
    ],
)
def test_an_edit_is_silent_if_the_page_denies_it(
    known: Archive, before: datetime | None, behind: datetime | None, is_silent: bool
) -> None:
    edit(known, article(modified_at=before), article(body=f"{BODY} Thêm.", modified_at=behind))
    found = changed(known, EditKind.SILENT)
    assert found.counts[EditKind.TEXT] == 1
    assert found.counts[EditKind.SILENT] == is_silent


def test_a_silent_edit_stays_one_when_an_open_edit_follows(known: Archive) -> None:
    edit(known, article(modified_at=START), article(body=f"{BODY} Thêm.", modified_at=START))
    known.store(capture(article(body=f"{BODY} Thêm nữa.", modified_at=after(hours=20)), after(hours=21)))
    found = changed(known, EditKind.SILENT)
    assert [each.n for each in found.shown] == [2]
    assert found.counts[EditKind.TEXT] == 2
    with closing(connect_to_read(known.path)) as connection:
        assert silent_edits(connection, found.shown[0].article_id) == {2}, "the history of the article says the same"


@pytest.mark.parametrize(("title", "is_headline"), [("Tin số 1!", False), ("TIN SỐ 1", False), ("Tin mới", True)])
def test_a_headline_is_edited_if_its_words_are(known: Archive, title: str, is_headline: bool) -> None:
    edit(known, article(), article(title=title, body=f"{BODY} Thêm."))
    found = changed(known, EditKind.HEADLINE)
    assert found.counts[EditKind.HEADLINE] == is_headline
    assert [each.new_title for each in found.shown] == [title] * is_headline
    with closing(connect_to_read(known.path)) as connection:
        last = last_headlines(connection, most=5)
    assert [each.new_title for each in last] == [title] * is_headline, "the first page shows the same"


def test_each_edit_has_its_own_headlines(known: Archive) -> None:
    edit(known, article(), article(title="Tin hai"))
    known.store(capture(article(title="Tin ba"), after(hours=30)))
    found = changed(known, EditKind.HEADLINE)
    assert [(each.n, each.old_title, each.new_title) for each in found.shown] == [
        (3, "Tin hai", "Tin ba"),
        (2, "Tin số 1", "Tin hai"),
    ]


def test_what_our_rules_or_a_person_changed_is_no_edit(known: Archive) -> None:
    known.store(capture(article(), after(hours=1)))
    known.correct(article().uid, title="Đúng", at=after(hours=2), by="x")
    assert changed(known, EditKind.TEXT).counts[EditKind.TEXT] == 0


def test_an_article_goes_and_comes_back(known: Archive) -> None:
    known.store(capture(article(), after(hours=1)))
    known.store(refused(1, Reason.GONE, after(hours=5), status=404))
    (gone,) = changed(known, EditKind.GONE).shown
    assert (gone.at, gone.http_status, gone.is_gone, gone.n) == (after(hours=5), 404, True, None)
    known.store(capture(article(), after(hours=9)))
    found = changed(known, EditKind.BACK)
    assert (found.counts[EditKind.GONE], found.shown[0].at) == (1, after(hours=9))


def test_the_articles_that_were_taken_away_last_are_still_away(known: Archive) -> None:
    for number in (1, 2):
        known.store(capture(article(url=address(number)), after(hours=number)))
        known.store(refused(number, Reason.GONE, after(hours=4 + number), status=404))
    known.store(capture(article(url=address(2)), after(hours=9)))
    known.commit()
    with closing(connect_to_read(known.path)) as connection:
        assert [each.at for each in still_gone(connection, most=5)] == [after(hours=5)]


def test_a_withheld_article_is_in_no_list(known: Archive) -> None:
    edit(known, article(), article(title="Tin hai"))
    known.store(refused(1, Reason.GONE, after(hours=15), status=404))
    known.withhold(article().uid, reason="x", at=after(hours=20), by="x")
    assert set(changed(known, EditKind.TEXT).counts.values()) == {0}


def test_days_and_outlets_choose(known: Archive) -> None:
    edit(known, article(), article(title="Tin hai"), hours=24)
    day = START.date()
    assert changed(known, EditKind.TEXT, since=day, until=day).counts[EditKind.TEXT] == 0
    assert changed(known, EditKind.TEXT, outlet="Báo Hà Giang").counts[EditKind.TEXT] == 1
    assert changed(known, EditKind.TEXT, outlet="Báo khác").counts[EditKind.TEXT] == 0


def test_the_words_of_the_body_are_counted(known: Archive) -> None:
    edit(known, article(), article(body=BODY.replace("họp tại thành phố", "bàn ở phường")))
    known.commit()
    connection = connect_to_read(known.path)
    (found,) = edits(connection, EditKind.TEXT, since=EVERY["since"], until=EVERY["until"], limit=1).shown
    assert words_of_body_changed(connection, found) == (3, 4)
    connection.close()


def test_the_delay_is_as_exact_as_the_date(known: Archive) -> None:
    edit(known, article(), article(title="Tin hai"), hours=30)
    (exact,) = changed(known, EditKind.TEXT).shown
    assert exact.delay == after(hours=31) - START
    day = Edit(**{name: getattr(exact, name) for name in Edit.__slots__} | {"published_precision": Precision.DAY})
    assert day.delay == after(hours=24) - START

"""A page of results as a reader of the room sees it, and the filters and counts beside it."""

from dataclasses import replace

import pytest

from archive import Archive, Filters, Reason
from archive.reading.facets import count_linked, count_months
from archive.reading.nearest import nearest_articles
from archive.reading.query import read_query
from archive.reading.results import BEGIN, END, Order, results
from archive.reading.sightings import absences, sightings
from archive.record import ArticleStatus, Precision
from tests.archive.build import after, article, capture, refused

ARTICLES = (
    article(1, title="Hội chợ cuối năm", section=("Kinh tế",), tags=("OCOP",), byline=("Lê A",), published_at=after()),
    article(2, title="Họp báo", body="Sáng nay hội chợ mở cửa.", tags=("OCOP",), published_at=after(hours=1)),
    article(3, title="Hội cho", published_at=after(days=40), published_precision=Precision.DAY),
    article(4, title="Hội chợ xưa", published_at=None, published_precision=None),
)


@pytest.fixture
def full(archive: Archive) -> Archive:
    for each in ARTICLES:
        archive.store(capture(each, after(days=41)))
    edited = replace(ARTICLES[1], title="Họp báo chiều nay")
    archive.store(capture(edited, after(days=42)))
    gone = refused(1, Reason.GONE, after(days=43), status=404, body=b"<html>x</html>")
    archive.store(gone)
    archive.commit()
    return archive


@pytest.mark.parametrize(
    ("typed", "order", "numbers"),
    [
        ("hội chợ", Order.CLOSEST, "412"),
        ("hoi cho", Order.NEWEST, "3214"),
        ("hoi cho", Order.OLDEST, "4123"),
        (None, Order.CLOSEST, "3214"),
        (None, Order.OLDEST, "4123"),
    ],
)
def test_results_come_in_the_order_asked_for(full: Archive, typed: str | None, order: Order, numbers: str) -> None:
    query = read_query(typed) if typed else None
    uids = {article(number).uid: str(number) for number in range(1, 5)}
    found = results(full._connection, query, filters=Filters(), order=order, skip=0, limit=20)
    assert "".join(uids[each.uid] for each in found) == numbers
    (second,) = results(full._connection, query, filters=Filters(), order=order, skip=1, limit=1)
    assert second == found[1]


def test_found_words_are_marked_in_title_and_text(full: Archive) -> None:
    found = results(full._connection, read_query("hoi cho"), filters=Filters(), order=Order.NEWEST, skip=0, limit=9)
    assert found[0].title == f"{BEGIN}Hội cho{END}"
    assert found[0].snippet.startswith("Sáng 2/7, Ban Chỉ đạo"), "the title has the words, and is not said twice"
    assert found[1].title == "Họp báo chiều nay"
    assert found[1].snippet == f"Sáng nay {BEGIN}hội chợ{END} mở cửa."
    assert [(each.status, each.versions) for each in found] == [("live", 1), ("live", 2), ("gone", 1), ("live", 1)]
    assert found[2].gone_at == after(days=43)
    assert [type(each.published).__name__ for each in found] == ["date", "datetime", "datetime", "NoneType"]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(tag="OCOP"), {1, 2}),
        (Filters(tag="ocop"), set()),
        (Filters(section="Kinh tế"), {1}),
        (Filters(outlet="Báo Hà Giang"), {1, 2, 3, 4}),
        (Filters(outlet="Báo khác"), set()),
        (Filters(status=ArticleStatus.GONE), {1}),
        (Filters(status=ArticleStatus.LIVE), {2, 3, 4}),
        (Filters(is_edited=True), {2}),
        (Filters(tag="OCOP", status=ArticleStatus.LIVE), {2}),
    ],
)
def test_filters_by_what_a_page_shows(full: Archive, filters: Filters, numbers: set[int]) -> None:
    wanted = {article(number).uid for number in numbers}
    assert {hit.uid for hit in full.search(None, filters=filters, limit=9)} == wanted
    assert full.count(None, filters=filters) == len(wanted)
    assert {each.article.uid for each in full.articles(filters=filters)} == wanted
    found = {hit.uid for hit in full.search("hoi cho", filters=filters, limit=9)}
    assert full.count("hoi cho", filters=filters) == full.facets("hoi cho", filters=filters).total == len(found)


def test_authors_tags_and_states_are_counted(full: Archive) -> None:
    counted = count_linked(full._connection, "hoi cho", filters=Filters(), most=5)
    assert [(each.value, each.articles) for each in counted.tags] == [("OCOP", 2)]
    assert [(each.value, each.articles) for each in counted.authors] == [("Lê A", 1)]
    assert (counted.gone, counted.edited) == (1, 1)
    assert count_months(full._connection, Filters()) == {"2025-07": 2, "2025-08": 1}


def test_what_was_seen_of_an_article(full: Archive) -> None:
    stored = full.get(article(1).uid)
    assert [(each.status, each.outcome) for each in sightings(full._connection, stored.id)] == [
        (404, "refused"),
        (200, "added"),
    ]
    (absence,) = absences(full._connection, stored.id)
    assert (absence.seen_at, absence.status, absence.back_at) == (after(days=43), 404, None)


def test_ids_that_begin_alike_are_offered(full: Archive) -> None:
    uid = article(2).uid
    assert [each.uid for each in nearest_articles(full._connection, f"{uid[:6]}x")] == [uid]
    full.withhold(uid, reason="x", at=after(days=50), by="x")
    assert nearest_articles(full._connection, f"{uid[:6]}x") == []
    assert nearest_articles(full._connection, "zzz") == []

"""Rereadings at the door of the archive: which captures are read again, and what a reading may change."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from archive import (
    Archive,
    Article,
    ArticleStatus,
    Capture,
    Doubt,
    Image,
    Manner,
    Outcome,
    Part,
    Reason,
    Reread,
    TextCause,
    as_line,
)
from tests.archive.build import SITE, after, article, capture, refused
from tests.archive.raw import exchange, fetched

BETTER = "Sáng 2/7, Ban Chỉ đạo tỉnh họp tại thành phố Hà Giang, bàn việc của quý ba năm nay."
OURS = {"body": "layout:ha-giang"}


def reread(archive: Archive, number: int, reading: Capture, **changes: Any) -> Reread:
    line = as_line(replace(reading, manner=Manner.REREAD, **changes), number)
    return archive.reread(line, rules="new", at=after(days=30))


def chosen(archive: Archive, **options: Any) -> list[int]:
    return archive.captures_to_reread(SITE, **{"rules": "new", **options})


def stored(number: int, hours: float = 0, content: Article | None = None) -> Capture:
    return replace(fetched(number, hours), article=content or article(number), body=f"page {hours}".encode())


def test_the_newest_page_of_each_article_is_chosen(archive: Archive) -> None:
    archive.store(stored(1))
    archive.store(stored(2))
    archive.store(stored(1, 1))
    archive.store(stored(1, 2, article(1, body=BETTER)))
    archive.store(replace(refused(1, Reason.HTTP_ERROR, after(hours=3)), status=503, exchanges=(exchange(1, 3),)))
    assert chosen(archive) == [2, 4]


def test_the_newest_refused_page_of_an_address_is_chosen_too(archive: Archive) -> None:
    for hours in (0, 1):
        page = replace(refused(1, Reason.NO_TEXT, after(hours=hours)), status=200, exchanges=(exchange(1, hours),))
        archive.store(page)
    archive.store(replace(refused(2, Reason.NO_TEXT), status=200))  # no raw page is kept of it
    assert chosen(archive) == [2]


def test_a_page_without_the_text_in_force_is_not_chosen(archive: Archive) -> None:
    archive.store(stored(1))
    archive.store(capture(article(1, body=BETTER), after(hours=1), body=b""))  # no raw page is kept of it
    assert chosen(archive) == []
    done = reread(archive, 1, stored(1, content=article(1, title="Một tiêu đề khác hẳn")))
    assert (done.changes, archive.get(1).article.body) == ({}, BETTER)


def test_each_page_of_an_article_over_several_is_chosen(archive: Archive) -> None:
    first, second = article(1), article(2, title="Tin số 1", body=BETTER)
    archive.store(replace(stored(1, content=first), part=Part(1, 2, first.url)))
    archive.store(replace(stored(2, content=second), part=Part(2, 2, first.url)))
    assert chosen(archive) == [1, 2]
    again = replace(second, body=f"{BETTER}\nMột câu mới của trang hai.")
    done = reread(archive, 2, replace(stored(2, content=again), part=Part(2, 2, first.url)))
    assert done.changes == {"body longer": 1}
    assert archive.get(1).article.body.endswith("Một câu mới của trang hai.")


@pytest.mark.parametrize("hours", [0, 1])
def test_a_difference_is_ours_whatever_page_shows_it(archive: Archive, hours: int) -> None:
    archive.store(stored(1))
    archive.store(stored(1, 1))  # other bytes, the same text
    number = hours + 1
    done = reread(archive, number, stored(1, hours, article(1, body=BETTER, byline=("Hoài An",))))
    assert done.changes == {"body shorter": 1, "byline gained": 1}
    assert [text.cause for text in archive.revisions(1)] == [TextCause.PUBLISHED, TextCause.RE_EXTRACTED]
    assert archive.get(1).last_changed_at == after(hours=hours)


DOUBTFUL = article(1, body=BETTER, doubts=(Doubt.OTHER_TEXT,))


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        ({"article": DOUBTFUL}, Reason.DOUBTFUL),
        ({"article": article(1, doubts=(Doubt.MISSING_FIELD,), published_at=None)}, Reason.DOUBTFUL),
        ({"article": article(1, body="Ngắn.")}, Reason.SHRUNKEN),
        ({"article": None, "refusal": refused(1, Reason.SOFT_404).refusal}, Reason.SOFT_404),
        ({"article": None, "refusal": refused(1, Reason.EXTRACTOR).refusal}, Reason.EXTRACTOR),
    ],
)
def test_a_worse_reading_replaces_nothing(archive: Archive, reading: dict[str, Any], reason: Reason) -> None:
    archive.store(stored(1))
    before = archive.get(1)
    done = reread(archive, 1, stored(1), **reading)
    assert (done.is_worse, done.reason, done.changes) == (True, reason, {})
    assert (archive.get(1), archive.doubts()) == (before, [])
    assert chosen(archive) == [], "these rules have read it"
    assert chosen(archive, rules="newer") == [1]


WHOLE = article(
    1,
    lead="Cuộc họp kéo dài một buổi.",
    byline=("Hoài An", "Văn Ba"),
    section=("Thời sự", "Chính trị"),
    tags=("đơn vị hành chính",),
    images=(Image("https://baohagiang.example/1.jpg", "Ảnh: Hoài An"), Image("https://baohagiang.example/2.jpg")),
    sources={"title": "layout:ha-giang", "body": "layout:ha-giang"},
)


def test_a_reading_of_what_is_stored_leaves_nothing_but_the_digest_of_its_rules(archive: Archive) -> None:
    archive.store(stored(1, content=WHOLE))
    archive.store(stored(1, 1, WHOLE))  # other bytes, the same article
    before = archive.get(1)
    done = reread(archive, 2, stored(1, 1, WHOLE))
    assert (done.outcome, done.had_article, done.changes) == (Outcome.UNCHANGED, True, {})
    assert archive.get(1) == before
    assert chosen(archive) == [], "these rules have read it"
    archive.commit()
    with closing(sqlite3.connect(archive.path)) as connection:
        assert connection.execute("SELECT id, rules FROM captures").fetchall() == [(1, None), (2, "new")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tags": ("Hà Giang",)}, {"tags changed": 1}),
        ({"images": ()}, {"images gone": 1}),
        ({"section": ("Thời sự",)}, {"section changed": 1}),
        ({"byline": ("Hoài An",)}, {"byline changed": 1}),
        ({"published_at": None, "published_precision": None}, {"published_at gone": 1}),
        ({"doubts": (Doubt.MISSING_FIELD,)}, {}),
    ],
)
def test_one_other_field_is_a_change(archive: Archive, change: dict[str, Any], said: dict[str, int]) -> None:
    archive.store(stored(1, content=WHOLE))
    assert reread(archive, 1, stored(1, content=replace(WHOLE, **change))).changes == said


def test_an_article_that_is_gone_stays_gone(archive: Archive) -> None:
    archive.store(stored(1))
    archive.store(replace(refused(1, Reason.GONE, after(hours=1)), status=404))
    reread(archive, 1, stored(1, content=article(1, body=BETTER)))
    found = archive.get(1)
    assert (found.status, found.article.body) == (ArticleStatus.GONE, BETTER)


def test_a_reading_that_waits_is_not_dropped_by_an_older_page(archive: Archive) -> None:
    archive.store(stored(1))
    archive.store(stored(1, 1, DOUBTFUL))
    reread(archive, 1, stored(1, content=article(1, tags=("mới",))))
    assert [each.waiting is not None for each in archive.doubts()] == [True]
    done = reread(archive, 2, stored(1, 1))
    assert (archive.doubts(), done.is_worse) == ([], False), "today's rules read the text in force there"


def test_another_manner_of_capture_is_refused(archive: Archive) -> None:
    archive.store(stored(1))
    with pytest.raises(ValueError, match="not read again"):
        archive.reread(as_line(stored(1), 1), rules="new", at=after())

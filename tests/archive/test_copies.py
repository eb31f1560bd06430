"""One story in several places: a merged paper carries its articles on under another host, with the same ids."""

import json
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from archive import (
    VIETNAM,
    Archive,
    Article,
    Capture,
    Era,
    Filters,
    Outcome,
    Outlet,
    Precision,
    Reason,
    Refusal,
    RunStatus,
)
from tests.archive.build import START, capture

OLD, NEW = "baoquangnam", "baodanang"
HOMES = {OLD: "https://baoquangnam.example/", NEW: "https://baodanang.example/"}
DAY = timedelta(days=1)
TEXT = Article(
    url=HOMES[OLD] + "cho-que-3067775.html",
    title="Chợ quê ngày cuối năm",
    lead_mark="(QNO)",
    lead="Chợ phiên họp từ khi trời chưa sáng.",
    body="Từ bốn giờ, đò đã cập bến.\nHàng hóa đủ loại được chuyển lên bờ.",
    byline=("LÊ A",),
    published_at=datetime(2020, 5, 4, 8, 0, tzinfo=VIETNAM),
    published_precision=Precision.MINUTE,
    section=("Đời sống",),
)
# the other design shows no mark of its own, has the lead in the body and another byline and section
COPY = replace(
    TEXT,
    url=HOMES[NEW] + "cho-que-3067775.html",
    lead_mark=None,
    lead=None,
    body=f"(QNO) - {TEXT.lead}\n{TEXT.body}",
    byline=("LÊ A - BÌNH B",),
    section=("Xã hội",),
)


@pytest.fixture
def papers(archive: Archive) -> Archive:
    archive.register(Outlet(site=NEW, name="Báo Đà Nẵng", home=HOMES[NEW], province="Đà Nẵng"))
    merged = Outlet(site=OLD, name="Báo Quảng Nam", home=HOMES[OLD], province="Quảng Nam", merged_into=NEW)
    archive.register(merged)
    return archive


def seen(text: Article, at: datetime = START, **changes: Any) -> Capture:
    """The capture of an article at the paper whose host it is on, with the id that ends its address."""
    site = next(name for name, home in HOMES.items() if text.url.startswith(home))
    cms_id = text.url.rpartition("-")[2].removesuffix(".html")
    return capture(text, at, **{"site": site, "cms_id": cms_id, **changes})


def gone(text: Article, at: datetime) -> Capture:
    return seen(text, at, article=None, status=404, refusal=Refusal(Reason.GONE, "status 404"))


def places(archive: Archive) -> list[tuple[str, list[str]]]:
    """Address of each article, with its other ones."""
    archive.commit()
    return sorted((each.article.url, [alias.url for alias in each.aliases]) for each in archive.articles())


@pytest.mark.parametrize(("first", "second"), [(TEXT, COPY), (COPY, TEXT)], ids=["old host first", "new host first"])
def test_a_copy_is_another_address_of_the_one_article(papers: Archive, first: Article, second: Article) -> None:
    assert papers.store(seen(first)) is Outcome.ADDED
    for day in (1, 2, 3):
        assert papers.store(seen(second, START + day * DAY)) is Outcome.UNCHANGED
        assert papers.store(seen(first, START + day * DAY)) is Outcome.UNCHANGED
    assert places(papers) == [(first.url, [second.url])]
    stored = papers.get(second.url)
    assert (stored.article, stored.revision_count) == (first, 1)
    (alias,) = stored.aliases
    assert (alias.site, alias.cause, alias.first_seen_at) == (seen(second).site, "same-id", START + DAY)
    # whichever was met first, the article is Báo Quảng Nam's
    assert (stored.outlet, stored.province_then, stored.province_now) == ("Báo Quảng Nam", "Quảng Nam", "Đà Nẵng")


@pytest.mark.parametrize(
    "other",
    [
        replace(COPY, title="Tin khác"),
        replace(COPY, body=COPY.body.replace("bốn giờ", "năm giờ")),
        replace(COPY, url=COPY.url.replace("3067775", "3067776")),
    ],
    ids=["title", "body", "id"],
)
def test_another_text_or_another_id_is_another_article(papers: Archive, other: Article) -> None:
    papers.store(seen(TEXT))
    assert papers.store(seen(other, START + DAY)) is Outcome.ADDED
    assert places(papers) == [(other.url, []), (TEXT.url, [])]
    assert papers.get(TEXT.url).article == TEXT


def test_the_same_id_at_a_paper_of_another_lineage_is_another_article(papers: Archive) -> None:
    papers.store(seen(TEXT))
    assert papers.store(seen(COPY, site="baohagiang")) is Outcome.ADDED


def test_a_lineage_has_several_steps_and_may_be_a_circle(papers: Archive) -> None:
    papers.register(Outlet(site=NEW, name="Báo Đà Nẵng", home=HOMES[NEW], merged_into="next"))
    papers.store(seen(TEXT))
    third = replace(COPY, url="https://next.example/cho-que-3067775.html")
    assert papers.store(seen(TEXT, article=third, url=third.url, site="next")) is Outcome.UNCHANGED
    papers.register(Outlet(site="next", name="Báo Mới", home="https://next.example/", merged_into=OLD))
    assert papers.store(seen(COPY)) is Outcome.UNCHANGED


def test_an_article_in_two_sections_of_a_paper_is_one(papers: Archive) -> None:
    papers.store(seen(TEXT))
    twice = replace(TEXT, url=HOMES[OLD] + "kinh-te/cho-que-3067775.html")
    assert papers.store(seen(twice)) is Outcome.UNCHANGED
    assert places(papers) == [(TEXT.url, [twice.url])]


EDITED = "Bản đã sửa: đò cập bến từ ba giờ."


def test_an_edit_at_its_own_address_is_a_revision_and_the_copy_of_the_text_before_stays_one(papers: Archive) -> None:
    papers.store(seen(TEXT))
    papers.store(seen(COPY))
    edited = replace(TEXT, body=EDITED)
    assert papers.store(seen(edited, START + DAY)) is Outcome.REVISED
    assert papers.store(seen(COPY, START + 2 * DAY)) is Outcome.UNCHANGED
    follows = replace(COPY, body=f"(QNO) - {TEXT.lead}\n{EDITED}")
    assert papers.store(seen(follows, START + 3 * DAY)) is Outcome.UNCHANGED
    assert papers.get("1").article == edited
    assert [text.body for text in papers.revisions("1")] == [TEXT.body, EDITED]


def test_an_edit_of_the_copy_makes_it_an_article_of_its_own(papers: Archive) -> None:
    papers.store(seen(TEXT))
    papers.store(seen(COPY))
    edited = replace(COPY, body=EDITED)
    assert papers.store(seen(edited, START + DAY)) is Outcome.ADDED
    assert places(papers) == [(edited.url, []), (TEXT.url, [])]
    assert (papers.get(TEXT.url).article, papers.get(TEXT.url).revision_count) == (TEXT, 1)
    assert papers.store(seen(edited, START + 2 * DAY)) is Outcome.UNCHANGED
    with sqlite3.connect(papers.path) as connection:
        (detail,) = connection.execute("SELECT detail FROM captures WHERE article_id = 2").fetchone()
    connection.close()
    assert detail == f"its text is no longer that of {TEXT.url}"


def test_a_copy_that_became_a_stub_is_refused(papers: Archive) -> None:
    long = replace(TEXT, lead=None, lead_mark=None, body="từ " * 99 + "cuối")
    copy = replace(long, url=COPY.url)
    papers.store(seen(long))
    papers.store(seen(copy))
    assert papers.store(seen(replace(copy, body="Mời đăng nhập."), START + DAY)) is Outcome.REFUSED
    assert places(papers) == [(TEXT.url, [COPY.url])]


def test_an_article_is_gone_when_no_place_carries_it_any_more(papers: Archive) -> None:
    papers.store(seen(TEXT))
    papers.store(seen(COPY))
    for day, (text, status) in enumerate([(TEXT, "live"), (COPY, "gone")], start=1):
        assert papers.store(gone(text, START + day * DAY)) is Outcome.REFUSED
        assert papers.get("1").status == status
    papers.store(seen(COPY, START + 3 * DAY))
    assert papers.get("1").status == "live"


def test_filters_find_an_article_by_each_place_and_era(papers: Archive) -> None:
    papers.store(seen(COPY))
    papers.store(seen(TEXT))
    for filters in (
        *({"site": OLD}, {"site": NEW}, {"province": "Quảng Nam"}, {"province": "quang nam", "era": Era.THEN}),
        *({"province": "Đà Nẵng"}, {"province": "da nang", "era": Era.NOW}),
    ):
        assert len(papers.search("đò", filters=Filters(**filters))) == 1, filters  # type: ignore[arg-type]
        assert len(list(papers.articles(filters=Filters(**filters)))) == 1, filters  # type: ignore[arg-type]
    assert papers.search("đò", filters=Filters(province="Đà Nẵng", era=Era.THEN)) == []


def test_a_copy_that_was_not_committed_is_met_again(papers: Archive) -> None:
    papers.store(seen(TEXT))
    papers.commit()
    papers.store(seen(COPY))
    papers._connection.execute("ROLLBACK")  # what SQLite makes of a group whose process was killed
    assert places(papers) == [(TEXT.url, [])]
    assert papers.store(seen(COPY, START + DAY)) is Outcome.UNCHANGED
    assert places(papers) == [(TEXT.url, [COPY.url])]


def test_the_view_shows_the_other_places(papers: Archive) -> None:
    papers.store(seen(TEXT))
    papers.store(seen(COPY))
    papers.commit()
    with sqlite3.connect(papers.path) as connection:
        site, outlet, cms_id, aliases = connection.execute(
            "SELECT site, outlet, cms_id, aliases FROM articles_full"
        ).fetchone()
    connection.close()
    assert (site, outlet, cms_id) == (OLD, "Báo Quảng Nam", "3067775")
    assert json.loads(aliases) == papers.get("1").as_record()["aliases"]


def test_the_counts_of_a_run_balance(papers: Archive) -> None:
    papers.store(seen(TEXT))
    run = papers.begin_run(NEW, started_at=START, version="0.1", settings={})
    papers.store(seen(COPY, run=run))
    papers.store(seen(replace(COPY, url=HOMES[NEW] + "tin-khac-9.html", title="Tin khác"), run=run))
    report = papers.finish_run(run, finished_at=START + DAY, status=RunStatus.FINISHED)
    assert (report.found, report.stored, report.unchanged, report.balances) == (2, 1, 1, True)

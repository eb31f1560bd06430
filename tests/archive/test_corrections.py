"""A person corrects a field: no reading overwrites it, and what the page says returns when the correction is lifted."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from archive import VIETNAM, Archive, ArticleWithheld, Doubt, Field, NothingCorrected, Outcome, Precision, TextCause
from tests.archive.build import START, after, article, capture
from tests.command import run_command

PAGE = article(
    1,
    title="Tỉnh họp",
    lead="Sáng nay tỉnh họp.",
    byline=("Lê A",),
    sources={
        "title": "layout:x",
        "lead": "layout:x",
        "body": "layout:x",
        "published_at": "meta:x",
        "byline": "sign-off",
    },
    proposed=frozenset({"byline"}),
)

AS_LAN = 'import os; os.environ["LOGNAME"] = "lan"'
"""Run before a command: it takes the name of the person from there."""
EDITED_BODY = PAGE.body.replace("họp tại", "gặp tại")
WHO: dict[str, Any] = {"at": after(hours=1), "by": "Lan", "reason": "printed so"}

CORRECTED = [
    ({"title": "  Huyện\n ho\u0323p "}, "title", "Huyện họp", "layout:x"),
    ({"title": "Thành phố họp"}, "title", "Thành phố họp", "layout:x"),
    ({"lead": ""}, "lead", None, "layout:x"),
    ({"byline": ["Trần B", " "]}, "byline", ("Trần B",), "sign-off"),
    ({"byline": []}, "byline", (), "sign-off"),
    ({"published": date(2024, 6, 30)}, "published_at", datetime(2024, 6, 30, tzinfo=VIETNAM), "meta:x"),
    (
        {"published": datetime(2024, 6, 30, 8, tzinfo=VIETNAM)},
        "published_at",
        datetime(2024, 6, 30, 8, tzinfo=VIETNAM),
        "meta:x",
    ),
]


@pytest.mark.parametrize(("given", "field", "value", "provenance"), CORRECTED)
def test_a_field_is_as_given_until_the_correction_is_lifted(
    archive: Archive, given: dict[str, Any], field: str, value: object, provenance: str
) -> None:
    archive.store(capture(PAGE))
    before = archive.get("1")
    stored = archive.correct("1", **given, **WHO)
    assert getattr(stored.article, field) == value
    assert stored.article.sources[field] == "by hand"
    assert field not in stored.article.proposed
    assert stored.change_seq > before.change_seq
    assert stored.fits_digest
    back = archive.undo("1", Field(field), at=after(hours=2), by="Minh")
    assert back.article == before.article
    assert back.article.sources[field] == provenance
    assert back.province_then == before.province_then
    (logged,) = archive.corrections("1")
    assert (logged.corrected_by, logged.reason, logged.ended_by) == ("Lan", "printed so", "Minh")
    assert logged.old_value == logged.page_value


def test_a_date_takes_its_year_and_its_province_along(archive: Archive) -> None:
    archive.store(capture(PAGE))
    stored = archive.correct("1", published=date(2025, 6, 30), **WHO)
    assert stored.article.published_precision is Precision.DAY
    assert (stored.province_then, stored.province_now) == ("Hà Giang", "Tuyên Quang")
    assert stored.revision_count == 1, "a date is no text"


READINGS: dict[str, tuple[dict[str, Any], Outcome]] = {
    "the same page": ({}, Outcome.UNCHANGED),
    "another headline": ({"title": "Tỉnh họp khẩn"}, Outcome.UNCHANGED),
    "no lead": ({"lead": None}, Outcome.UNCHANGED),
    "its lead in the body": ({"lead": None, "body": f"{PAGE.lead}\n{PAGE.body}"}, Outcome.UNCHANGED),
    "another byline": ({"byline": ("Vũ C",)}, Outcome.UNCHANGED),
    "no byline": ({"byline": ()}, Outcome.UNCHANGED),
    "another date": ({"published_at": after(days=1)}, Outcome.UNCHANGED),
    "another body": ({"body": EDITED_BODY}, Outcome.REVISED),
}
ALL: dict[str, Any] = {"title": "Đầu đề", "lead": "Sapo.", "byline": ["Trần B"], "published": date(2020, 1, 2)}


@pytest.mark.parametrize("other_bytes", [True, False], ids=["a newer page", "newer rules"])
@pytest.mark.parametrize("name", READINGS)
def test_no_reading_overwrites_it(archive: Archive, name: str, other_bytes: bool) -> None:
    changes, outcome = READINGS[name]
    archive.store(capture(PAGE))
    archive.correct("1", **ALL, **WHO)
    page = {} if other_bytes else {"body": capture(PAGE).body}
    got = archive.store(capture(replace(PAGE, **changes), after(hours=6), **page))
    if other_bytes:
        assert got is outcome
    now = archive.get("1").article
    assert (now.title, now.lead, now.byline) == ("Đầu đề", "Sapo.", ("Trần B",))
    assert now.published_at == datetime(2020, 1, 2, tzinfo=VIETNAM)
    assert {now.sources[field] for field in Field} == {"by hand"}
    back = archive.undo("1", *Field, at=after(hours=7), by="Lan").article
    assert back.title == changes.get("title", PAGE.title)
    assert back.byline == (changes.get("byline") or PAGE.byline)
    assert back.published_at == changes.get("published_at", PAGE.published_at)


def test_an_accepted_reading_does_not_overwrite_it(archive: Archive) -> None:
    archive.store(capture(PAGE))
    archive.correct("1", title="Đầu đề", **WHO)
    doubtful = replace(PAGE, title="Tỉnh gặp", body=EDITED_BODY, doubts=(Doubt.PARTIAL,))
    assert archive.store(capture(doubtful, after(hours=6))) is Outcome.REFUSED
    assert archive.accept("1", at=after(hours=7)).article.title == "Đầu đề"
    assert archive.undo("1", Field.TITLE, at=after(hours=8), by="Lan").article.title == "Tỉnh gặp"


def test_a_doubtful_reading_leaves_what_returns_as_it_was(archive: Archive) -> None:
    archive.store(capture(PAGE))
    archive.correct("1", title="Đầu đề", **WHO)
    archive.store(capture(replace(PAGE, title="Menu", body=EDITED_BODY, doubts=(Doubt.PARTIAL,)), after(hours=6)))
    assert archive.undo("1", Field.TITLE, at=after(hours=7), by="Lan").article.title == PAGE.title


def test_text_before_it_is_a_revision_with_its_cause(archive: Archive) -> None:
    archive.store(capture(PAGE))
    archive.correct("1", title="Đầu đề", **WHO)
    archive.correct("1", title="Đầu đề mới", at=after(hours=2), by="Minh")
    archive.undo("1", Field.TITLE, at=after(hours=3), by="Lan")
    texts = [(text.title, text.cause, text.seen_at) for text in archive.revisions("1")]
    corrected = TextCause.CORRECTED
    assert texts == [
        (PAGE.title, TextCause.PUBLISHED, START),
        ("Đầu đề", corrected, after(hours=1)),
        ("Đầu đề mới", corrected, after(hours=2)),
        (PAGE.title, corrected, after(hours=3)),
    ]
    first, second = archive.corrections("1")
    assert (first.ended_by, second.old_value, second.page_value) == ("Minh", "Đầu đề", PAGE.title)


def test_a_search_finds_the_corrected_words_only(archive: Archive) -> None:
    archive.store(capture(PAGE))
    archive.correct("1", title="Khuổi Trang", **WHO)
    assert [hit.title for hit in archive.search("khuoi trang")] == ["Khuổi Trang"]
    archive.undo("1", Field.TITLE, at=after(hours=3), by="Lan")
    assert archive.search("khuoi trang") == []
    assert [hit.title for hit in archive.search('"tinh hop"')] == [PAGE.title]


def test_what_cannot_be_done_changes_nothing(archive: Archive) -> None:
    archive.store(capture(PAGE))
    before = archive.get("1")
    for title in (None, " "):
        with pytest.raises(ValueError, match="needs"):
            archive.correct("1", title=title, **WHO)
    archive.correct("1", title="Đầu đề", **WHO)
    with pytest.raises(NothingCorrected, match="lead"):
        archive.undo("1", Field.TITLE, Field.LEAD, at=after(hours=2), by="Lan")
    assert archive.get("1").article.title == "Đầu đề"
    archive.withhold("1", reason="x", at=after(hours=3), by="Lan")
    with pytest.raises(ArticleWithheld):
        archive.correct("1", title="Đầu đề", **WHO)
    assert before.revision_count == 1


def test_the_command_corrects_shows_and_lifts(archive: Archive, folder: Path) -> None:
    archive.store(capture(PAGE))
    archive.close()
    here = folder.parent

    def run(*words: str, code: int = 0) -> str:
        done = run_command([*words, "--archive", folder], here, before=AS_LAN)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    run("correct", "1", "--byline", "Ngọc Linh, Hằng Nga", "--published", "02/07/2020", "--reason", "ảnh chụp")
    shown = run("show", "1")
    assert "2020-07-02" in shown
    assert "byline corrected by lan" in shown
    assert "its page says: Lê A" in shown
    record = json.loads(run("correct", "1", "--undo", "byline", "--by", "Minh", "--json"))
    assert (record["byline"], record["sources"]["byline"]) == (["Lê A"], "sign-off")
    assert record["sources"]["published_at"] == "by hand"
    assert '"by hand"' in run("export")
    assert "published_at  from by hand" in run("why", PAGE.url)
    for wrong in (
        [],
        ["--title", " "],
        ["--undo", "title", "--lead", "x"],
        ["--published", "hôm qua"],
        ["--undo", "body"],
    ):
        run("correct", "1", *wrong, code=2)
    assert "no correction of title" in run("correct", "1", "--undo", "title", code=2)

"""The same words in the same order are no edit, and a missing field replaces none."""

from dataclasses import replace

import pytest

from archive import Article
from archive.sameness import Text, is_same_text
from archive.writing.judging import with_what_is_missing

LEAD = "Tuyến đường dài sáu cây số vừa thông xe, bà con Khuổi Trang hết cảnh gửi xe ở chân dốc."
BODY = "Sáng 8-1, xe tải đã vào tận vườn cam.\nÔng Lý Văn Mẫu nói: Giá cam tăng 2.000 đồng."
STORED = Article(
    url="https://bao.example/cam-1.html",
    title="Mùa cam trên Khuổi Trang",
    lead=LEAD,
    lead_mark="(KTO)",
    body=BODY,
    byline=("Hoàng Ví Dụ",),
    byline_raw="Bài, ảnh: Hoàng Ví Dụ",
    sources={"lead": "layout:old", "byline": "sign-off", "body": "layout:old"},
)


@pytest.mark.parametrize(
    "changes",
    [
        {"lead": None, "lead_mark": None, "body": f"{LEAD}\n{BODY}"},
        {"lead": f"(KTO) - {LEAD}", "body": BODY},
        {"body": f"{LEAD}\n{BODY}"},
        {"lead": f"{LEAD} Sáng 8-1, xe tải đã vào tận vườn cam.", "body": BODY.partition("\n")[2]},
        {"body": BODY.replace("nói: Giá", "nói: “Giá").replace("đồng.", "đồng”.")},
        {"byline": ()},
    ],
    ids=["lead in the body", "mark in the lead", "lead repeated", "border moved", "quotation marks", "no byline"],
)
def test_same_words(changes: dict[str, object]) -> None:
    assert is_same_text(Text.of(STORED), Text.of(replace(STORED, **changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"body": BODY.replace("2.000", "3.000")},
        {"body": BODY.replace("Lý Văn Mẫu", "Lý Văn Thử")},
        {"body": "\n".join(reversed(BODY.split("\n")))},
        {"title": "Mùa cam ở Khuổi Trang"},
        {"lead": None, "lead_mark": None},
        {"lead": LEAD.replace("sáu", "bảy")},
    ],
    ids=["number", "name", "order", "headline", "text lost", "lead"],
)
def test_other_words(changes: dict[str, object]) -> None:
    assert not is_same_text(Text.of(STORED), Text.of(replace(STORED, **changes)))  # type: ignore[arg-type]


def test_border_and_byline_stay_where_the_words_are_the_same() -> None:
    seen = replace(
        STORED,
        lead=None,
        lead_mark=None,
        body=f"{LEAD}\n{BODY}",
        byline=(),
        byline_raw=None,
        sources={"body": "generic"},
    )
    kept = with_what_is_missing(seen, STORED)
    assert kept == replace(STORED, sources={"body": "generic", "lead": "layout:old", "byline": "sign-off"})
    assert kept.text_sha256 == STORED.text_sha256


def test_lead_stays_above_an_edited_body() -> None:
    edited = BODY.replace("2.000", "3.000")
    for body in (edited, f"(KTO) - {LEAD}\n{edited}"):
        kept = with_what_is_missing(replace(STORED, lead=None, lead_mark=None, body=body), STORED)
        assert (kept.lead, kept.lead_mark, kept.body) == (LEAD, "(KTO)", edited)


def test_what_was_found_replaces_what_was_known() -> None:
    seen = replace(STORED, lead="Một sapo khác.", lead_mark=None, byline=("Trần Thử",), byline_raw="Trần Thử")
    assert with_what_is_missing(seen, STORED) == seen

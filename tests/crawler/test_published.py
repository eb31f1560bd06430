"""The date of publication among the other dates of a page: clocks, events, deadlines, updates, attributes."""

from datetime import UTC, datetime

import pytest

from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.page import Page

SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
TITLE = "Chợ phiên Cốc Ly họp thêm ngày thứ năm"
TEXT = (
    "Từ tháng này, chợ phiên Cốc Ly họp thêm ngày thứ năm hằng tuần, thu hút đông đảo bà con các xã lân cận.",
    "Ban quản lý chợ bố trí thêm 40 gian hàng nông sản, miễn phí chỗ ngồi cho các hộ nghèo trong ba tháng đầu.",
    "Tiểu thương phấn khởi vì sức mua tăng rõ rệt, nhất là các mặt hàng thổ cẩm, mật ong và dược liệu bản địa.",
)


def read(line: str = "", *, head: str = "", masthead: str = "", lang: str = "vi", is_saved: bool = False) -> Extraction:
    text = "".join(f"<p>{each}</p>" for each in TEXT)
    html = (
        f'<html lang="{lang}"><head><title>{TITLE}</title>{head}</head><body>{masthead}'
        f'<div class="main"><h1>{TITLE}</h1>{line}<div class="text">{text}</div></div></body></html>'
    )
    found = extract(Page("https://baosuoihoa.example/cho-phien-91.html", html.encode(), SEEN_AT, is_saved=is_saved))
    assert found.article is not None, found.refusal
    return found


@pytest.mark.parametrize(
    "clock",
    [
        "Chủ nhật, 20/09/2026 | Đăng ký",
        "Chủ nhật, ngày 20 tháng 9 năm 2026, Hà Giang 24°C",
        "Hôm nay: 20/09/2026 - Đường dây nóng 0219 000 000",
        "Chủ nhật, 20/09/2026 10:00:12 | Báo in",
        "Thứ Hai, 14/09/2026 Trang chủ",  # a page that a cache keeps
    ],
)
def test_the_clock_in_the_head_is_no_date(clock: str) -> None:
    assert read(masthead=f'<div class="top">{clock}</div>').published is None
    line = '<div class="date">15/02/2025 - 07:40</div>'
    assert read(line, masthead=f'<div class="top">{clock}</div>').published == "2025-02-15T07:40:00+07:00"


@pytest.mark.parametrize(
    "other",
    [
        "Thời gian: 16/09/2026 - 19/09/2026",
        "Diễn ra ngày 19/09/2026, 08:00 tại sân vận động huyện",
        "Khai mạc: 18/09/2026",
        "Hạn nộp hồ sơ: 18/09/2026 17:00",
        "Quyết định số 1204/QĐ-UBND ngày 12/08/2026",
        "Nghị định 45/2026/NĐ-CP, có hiệu lực từ 01/09/2026",
        "Từ ngày 02/09/2026 đến ngày 05/09/2026",
    ],
)
def test_what_the_news_is_about_is_no_date_of_publication(other: str) -> None:
    dated = '<p class="post-date">14/09/2026 07:10</p>'
    for line in (f"<p>{other}</p>{dated}", f"{dated}<p>{other}</p>"):
        assert read(line).published == "2026-09-14T07:10:00+07:00"
    assert read(f"<p>{other}</p>").published is None


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('<time datetime="2026-09-14T07:10:00+07:00"></time>', "2026-09-14T07:10:00+07:00"),
        ('<time datetime="2026-09-14T07:10:00+07:00">14/09/2026</time>', "2026-09-14T07:10:00+07:00"),
        ('<time datetime="2026-09-14 00:10:00Z">14.9</time>', "2026-09-14T07:10:00+07:00"),
        ('<time datetime="2026-09-14">14 tháng 9</time>', "2026-09-14"),
        ('<span class="ago" title="14/09/2026 07:10">tuần trước</span>', "2026-09-14T07:10:00+07:00"),
        ('<abbr data-time="2026-09-14T07:10">6 ngày trước</abbr>', "2026-09-14T07:10:00+07:00"),
        (
            '<time class="updated" datetime="2026-09-15T09:00:00+07:00"></time>'
            '<time class="published" datetime="2026-09-14T07:10:00+07:00"></time>',
            "2026-09-14T07:10:00+07:00",
        ),
        ('<a href="/x.html" title="14/09/2026 07:10">Xem lịch</a>', None),
    ],
)
def test_an_attribute_beside_the_headline_has_the_minute(line: str, wanted: str | None) -> None:
    assert read(f"<div>{line}</div>", is_saved=True).published == wanted


@pytest.mark.parametrize(
    ("written", "lang", "wanted"),
    [
        ("2026-09-14T07:10:00", "vi", "2026-09-14T07:10:00+07:00"),
        ("2026-09-14T00:10:00Z", "vi", "2026-09-14T07:10:00+07:00"),
        ("2026-09-14T00:10:00Z", "vi-VN", "2026-09-14T07:10:00+07:00"),
    ],
)
def test_a_vietnamese_page_is_of_the_zone_of_vietnam(written: str, lang: str, wanted: str) -> None:
    found = read(head=f'<meta property="article:published_time" content="{written}">', lang=lang)
    assert found.published == wanted


@pytest.mark.parametrize(
    ("written", "shown", "kept"),
    [
        ("2026-09-14T20:10:00-05:00", "2026-09-14T20:10:00-05:00", "2026-09-15T08:10:00+07:00"),
        ("2026-09-14T20:10:00", "2026-09-14T20:10:00", "2026-09-14T20:10:00+07:00"),
    ],
)
def test_a_page_from_abroad_is_shown_in_its_zone_and_kept_in_that_of_vietnam(
    written: str, shown: str, kept: str
) -> None:
    text = (
        "<p>" + "The weekly market now opens on Thursdays too, and traders from all valleys are pleased. " * 4 + "</p>"
    )
    html = (
        '<html lang="en"><head><title>A market opens on Thursdays as well</title>'
        f'<meta property="article:published_time" content="{written}"></head>'
        f"<body><h1>A market opens on Thursdays as well</h1><div>{text}</div></body></html>"
    )
    page = Page("https://valley-news.example/market-91", html.encode(), SEEN_AT)
    found = extract(page)
    assert found.article is not None
    assert found.article.published_at is not None
    assert (found.published, found.article.published_at.isoformat()) == (shown, kept)

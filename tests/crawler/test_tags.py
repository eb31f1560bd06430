"""Sections and tags: what is none of them, and where pages without a rule show them."""

from datetime import UTC, datetime

import pytest

from archive import Article
from crawler.extract.article import extract
from crawler.page import Page
from crawler.site import Layout

SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
TITLE = "Phường Vĩ Dạ mở lại chợ đêm ven sông"
TEXT = "Chợ đêm họp từ 17 giờ các ngày cuối tuần, có 60 gian hàng ẩm thực và đồ thủ công của người dân trong phường. "
LAYOUT = Layout("x", ".x", {"body": (".x",), "section": (".crumbs a",)})


def read(extra: str, *, head: str = "", layout: Layout | None = None) -> Article:
    html = (
        f"<html lang=vi><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1>"
        f"<div class=x><p>{TEXT * 2}</p><p>{TEXT}</p></div>{extra}</body></html>"
    )
    page = Page("https://baosuoihoa.example/cho-dem-91.html", html.encode(), SEEN_AT)
    article = extract(page, layouts=[layout] if layout else ()).article
    assert article is not None
    return article


@pytest.mark.parametrize("home", ["Trang chủ", "Trang nhất", "TRANG CHỦ", "Home"])
def test_the_home_page_is_no_section(home: str) -> None:
    crumbs = f"<div class=crumbs><a href='/'>{home}</a><a href='/xa-hoi'>Xã hội</a></div>"
    assert read(crumbs, layout=LAYOUT).section == ("Xã hội",)
    assert read("", head=f'<meta property="article:section" content="{home}, Xã hội">').section == ("Xã hội",)


@pytest.mark.parametrize(
    "box",
    [
        "<div class=onecms__tags><a href=/tag/1>chợ đêm</a><a href=/tag/2>Vĩ Dạ</a></div>",
        "<ul class='detail-tag'><li><a href=/tag/1>#chợ đêm</a></li><li><a href=/tag/2>#Vĩ Dạ</a></li></ul>",
        "<p>Từ khóa: <a rel=tag href=/tag/1>chợ đêm</a>, <a rel=tag href=/tag/2>Vĩ Dạ</a></p>",
    ],
)
def test_tags_of_a_page_without_a_rule(box: str) -> None:
    article = read(box)
    assert (article.tags, article.sources["tags"]) == (("chợ đêm", "Vĩ Dạ"), "generic:tags")
    assert read(box, head='<meta property="article:tag" content="chợ">').tags == ("chợ",)

"""An article over several pages is never taken for whole without a word."""

from datetime import UTC, datetime

import pytest

from archive import Doubt
from crawler.extract.article import extract
from crawler.page import Page
from tests.crawler.wire import article

HOST = "https://bao.example"
CASES = {
    # links of the page, its path, whether it is a part of a text
    "path": ('<a href="/bai/77.html">1</a> <a href="/bai/77-p2.html">2</a>', "/bai/77.html", True),
    "query": ('<a href="/bai/77.html?trang=2">2</a>', "/bai/77.html", True),
    "query of its own": ('<a href="/bai.aspx?id=7&amp;p=2">2</a>', "/bai.aspx?id=7", True),
    "next": ('<a rel="next" href="/bai/77/2/">Trang sau</a>', "/bai/77/", True),
    "the second page": ('<a href="/bai/77.html">1</a> <b>2</b>', "/bai/77-p2.html", True),
    "numbers in all paths": ('<b>1</b> <a href="/bai/77-p2.html">2</a>', "/bai/77-p1.html", True),
    "the second of such pages": ('<a href="/bai/77-p1.html">1</a> <b>2</b>', "/bai/77-p2.html", True),
    "a part of a series": ('<a href="/bai/lua-phan-2.html">Lúa (phần 2)</a>', "/bai/lua-phan-1.html", False),
    "next article": ('<a rel="next" href="/bai/78.html">Bài sau</a>', "/bai/77.html", False),
    "next article of a series": ('<a rel="next" href="/bai/ky-2.html">Kỳ 2</a>', "/bai/ky-1.html", False),
    "pages of a section": ('<a href="/thoi-su/?trang=2">2</a>', "/bai/77.html", False),
    "days of a calendar": ('<a href="/lich/2026/11/2">2</a> <a href="/lich/2026/11/3">3</a>', "/bai/77.html", False),
    "another key": ('<a href="/bai/77.html?diem=2">2</a>', "/bai/77.html", False),
    "places in a list of the most read": ('<a href="/bai/77-lua-som.html">2</a>', "/bai/77.html", False),
    "no link": ("", "/bai/77.html", False),
}


@pytest.mark.parametrize(("links", "path", "is_part"), CASES.values(), ids=CASES)
def test_a_part_of_a_text_says_so(links: str, path: str, is_part: bool) -> None:
    body = article("Mùa lúa sớm").replace(b"</body>", f"<div class='phan-trang'>{links}</div></body>".encode())
    found = extract(Page(HOST + path, body, datetime(2026, 1, 1, tzinfo=UTC), "text/html; charset=utf-8")).article
    assert found
    assert (Doubt.FURTHER_PAGES in found.doubts) is is_part

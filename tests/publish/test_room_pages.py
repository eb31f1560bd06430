"""Every page of the reading room in a real browser: readable in each language and theme, on a desk and on a phone."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.publish.newsroom import EDITED, HOSTILE_URL, WITHHELD_URL, uid_of
from tests.publish.readable import check_readable, in_each_language

if TYPE_CHECKING:
    from playwright.sync_api import Page

GONE = f"/article/{EDITED.uid}"
PAGES = {
    "home": "/",
    "search": "/search?q=hop+tac+xa",
    "all articles": "/search",
    "filters": "/search?q=hop+tac+xa&province=Th%C3%A1i+Nguy%C3%AAn&era=now&since=2025&until=2026&sort=newest",
    "nothing found": "/search?q=h%E1%BB%A3p+kh%C3%B4ng+c%C3%B3&tag=OCOP",
    "nothing asked": "/search?q=***",
    "too far": "/search?q=hop+tac+xa&page=400",
    "no words in context": "/kwic",
    "words in context": "/kwic?q=hop+tac+xa&sort=left",
    "hostile words in context": "/kwic?q=%3Cscript%3E+window&outlet=%3Cb%3E",
    "nothing over time": "/trend",
    "words over time": "/trend?q=%22hop+tac+xa%22&q=nuoc&q=nho&q=%3Cscript%3Ewindow",
    "words by newspaper": "/trend?q=hop+tac+xa&q=nuoc&by=outlet",
    "words by province": "/trend?q=hop+tac+xa&by=province-now&since=2025&until=2026",
    "gone article": GONE,
    "earlier version": f"{GONE}?version=1",
    "hostile article": f"/article/{uid_of(HOSTILE_URL)}",
    "versions": f"{GONE}/versions",
    "versions in two columns": f"{GONE}/versions?view=two",
    "withheld article": f"/article/{uid_of(WITHHELD_URL)}",
    "no such article": f"/article/{EDITED.uid[:-1]}x",
    "no such page": "/nothing",
    "tables of Datasette": "/news",
    "table of Datasette": "/news/articles?_size=5",
    "row of Datasette": "/news/articles/1",
    "query of Datasette": "/news/search?words=khoan+thu",
    "SQL in Datasette": "/news?sql=select+1",
}


@in_each_language
@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_read_a_page(same_tab: "Page", name: str, language: str) -> None:
    check_readable(same_tab, PAGES[name], language)


def test_a_place_in_context_leads_to_its_paragraph(page: "Page") -> None:
    page.context.set_extra_http_headers({"Accept-Language": "en"})
    page.goto("/search?q=%22m%C3%B3+Th%E1%BA%B3m+Ph%E1%BA%A7y%22&outlet=B%C3%A1o+%C4%90%E1%BB%93i+Ch%C3%A8&sort=newest")
    page.get_by_role("link", name="in context").click()
    places = page.locator(".kwic li")
    said = page.get_by_text("places in").inner_text()
    assert re.match(rf"{places.count()} places in \d+ articles\.", said)
    assert "Báo Đồi Chè" in places.last.inner_text()
    places.last.get_by_role("link", name="mó Thẳm Phầy").click()
    paragraph = page.locator(":target")
    assert "đưa nước từ mó Thẳm Phầy về bể chung" in paragraph.inner_text()
    assert paragraph.evaluate("each => getComputedStyle(each).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_hostile_words_in_context_are_text(page: "Page") -> None:
    page.goto("/kwic?q=window&sort=%22%3E%3Cscript%3Ewindow.ran=1%3C/script%3E")
    assert "<script>" in page.locator(".kwic").inner_text()
    assert page.evaluate("window.ran") is None


def test_a_month_without_evidence_is_hatched_and_no_line_goes_through_it(page: "Page") -> None:
    page.context.set_extra_http_headers({"Accept-Language": "en"})
    page.goto("/search?q=%22hop+tac+xa%22")
    page.get_by_role("link", name="over time").click()
    page.get_by_label("Words 2").fill("<script>window.ran=1</script>")
    page.get_by_role("button", name="Draw").click()
    page.get_by_text("Show as a table").click()
    months = [row.split("\t") for row in page.locator(".t tbody tr").all_inner_texts()]
    shares = [share.strip() for _, _, share, *_ in months]
    assert {"–"} < set(shares)
    assert page.locator('.chart rect[fill="url(#gap)"]').count() == shares.count("–")
    runs = "".join(" " if share == "–" else "x" for share in shares).split()
    path = page.locator(".chart path.l").first.get_attribute("d") or ""
    assert path.count("M") == sum(len(run) > 1 for run in runs)
    assert page.locator(".chart circle.l0").count() == sum(len(run) == 1 for run in runs)
    assert page.locator("pre").inner_text().endswith("'<script>window.ran=1</script>'")
    assert page.evaluate("window.ran") is None
    assert "Báo Mường Then, 15 Dec 2024" in page.locator("section ul").inner_text()

"""Every page of the reading room in a real browser: readable in each language and theme, on a desk and on a phone."""

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
def test_everybody_can_read_a_page(page: "Page", name: str, language: str) -> None:
    check_readable(page, PAGES[name], language)

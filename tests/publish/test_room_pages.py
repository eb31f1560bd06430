"""Every page of the reading room in a real browser: readable in each language and theme, on a desk and on a phone."""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.publish.newsroom import EDITED, HOSTILE_URL, WITHHELD_URL, uid_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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
WAYS: tuple[tuple[str, Any, int], ...] = (
    ("vi", "light", 1280),
    ("vi", "dark", 390),
    ("en", "dark", 1280),
    ("en", "light", 390),
)
"""Language, theme and width: each with each other, in half of the runs of all together."""
MOST_BYTES = 100 * 1024
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = "rules => axe.run(document, {runOnly: rules}).then(found => found.violations.map("
AXE += "each => each.id + ': ' + each.nodes.map(node => node.html).join(' | ').slice(0, 500)))"


@cache
def axe() -> str:
    found = find_spec("axe_playwright_python")
    assert found
    assert found.origin
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def page(browser: "Browser", port: int) -> "Iterator[Page]":
    """A tab that fails at the end if a page asked another host for something, or broke its own policy."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert {url for url in asked if not url.startswith(f"http://127.0.0.1:{port}/")} == set()
    assert [text for text in said if "Failed to load resource" not in text] == []


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_read_a_page(page: "Page", name: str) -> None:
    for language, theme, width in WAYS:
        where = f"{name}, {language}, {theme}, {width}"
        page.context.set_extra_http_headers({"Accept-Language": language})
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 844})
        answer = page.goto(PAGES[name])
        assert answer
        assert len(answer.body()) <= MOST_BYTES
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
        page.evaluate(axe())
        assert page.evaluate(AXE, RULES) == [], where

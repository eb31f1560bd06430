"""Whether everybody can read a page: in each language and theme, on a desk and on a phone."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

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


def check_readable(page: "Page", path: str) -> None:
    """Open a page in each of the WAYS; AssertionError if it is too heavy, too wide, or if axe finds fault with it."""
    for language, theme, width in WAYS:
        where = f"{path}, {language}, {theme}, {width}"
        page.context.set_extra_http_headers({"Accept-Language": language})
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 844})
        answer = page.goto(path)
        assert answer
        assert len(answer.body()) <= MOST_BYTES, where
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
        page.evaluate(axe())
        assert page.evaluate(AXE, RULES) == [], where

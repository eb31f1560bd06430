"""Whether everybody can read a page: in each language and theme, on a desk and on a phone.

The pages in English are a drill: they differ from those in Vietnamese by their words only.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

WAYS: dict[str, tuple[tuple[Any, int], ...]] = {
    "vi": (("light", 1280), ("dark", 390)),
    "en": (("dark", 1280), ("light", 390)),
}
"""Language → themes and widths: each of the three with each other, in half of the runs of all together."""
in_each_language = pytest.mark.parametrize("language", ["vi", pytest.param("en", marks=pytest.mark.drill)])
MOST_BYTES = 100 * 1024
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], selectors: false})"
AXE += ".then(found => found.violations.map("
AXE += "each => each.id + ': ' + each.nodes.map(node => node.html).join(' | ').slice(0, 500)))"


@cache
def axe() -> str:
    found = find_spec("axe_playwright_python")
    assert found
    assert found.origin
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def check_readable(page: "Page", path: str, language: str) -> None:
    """Open a page in the WAYS of a language; AssertionError if it is too heavy or too wide, or axe finds fault."""
    page.context.set_extra_http_headers({"Accept-Language": language})
    for number, (theme, width) in enumerate(WAYS[language]):
        where = f"{path}, {language}, {theme}, {width}"
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 844})
        if number == 0:  # it changes with its reader's theme and screen, and is not asked for again
            answer = page.goto(path)
            assert answer
            assert len(answer.body()) <= MOST_BYTES, where
            page.evaluate(axe())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where
        found = page.evaluate(AXE, RULES)
        assert not found, f"{where}: {found}"

"""What every page of the reading room has: languages, themes, headers, the stylesheet, and pages for what is wrong."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from archive.publish import static_files
from archive.publish.pages.themes import is_on_this_server
from archive.publish.static_files import SCRIPT, STYLE, address_of
from tests.served import ask, get

STYLE_BYTES, SCRIPT_BYTES = 16 * 1024, 6 * 1024
STATIC = Path(static_files.__file__).with_name("static")


class Elements(HTMLParser):
    """The elements of a page and their attributes, counted."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names[tag] += 1
        self.attributes.update(name for name, _ in attrs)


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/", {}, "vi"),
        ("/", {"Accept-Language": "en-GB,vi;q=0.5"}, "en"),
        ("/", {"Accept-Language": "vi", "Cookie": "language=en"}, "en"),
        ("/?lang=vi", {"Cookie": "language=en"}, "vi"),
        ("/?lang=xx", {}, "vi"),
    ],
)
def test_a_page_speaks_the_language_of_its_reader(port: int, path: str, headers: dict[str, str], language: str) -> None:
    answer = ask(port, path, headers)
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["vary"].startswith("Accept-Language, Cookie")
    assert ("set-cookie" in answer.headers) == ("lang=vi" in path)


def test_the_switch_keeps_the_rest_of_the_address(port: int) -> None:
    assert 'href="/?a=1&amp;lang=en" lang="en"' in get(port, "/?a=1&lang=vi")[2]


def test_the_theme_is_a_cookie_that_the_server_sets_without_a_script(port: int) -> None:
    answer = ask(port, "/-/room/theme?theme=toggle&back=/%3Fa%3D1", {})
    assert (answer.status, answer.headers["location"]) == (303, "/?a=1")
    assert answer.headers["set-cookie"].startswith("theme=dark;")
    dark = ask(port, "/", {"Cookie": "theme=dark"})
    assert 'data-theme="dark"' in dark.text
    assert "theme=light;" in ask(port, "/-/room/theme", {"Cookie": "theme=dark"}).headers["set-cookie"]


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("/a?b=1", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://x", False),
        ("/a\r\nX: 1", False),
    ],
)
def test_the_theme_leads_nowhere_else(address: str, is_own: bool) -> None:
    assert is_on_this_server(address) is is_own


def test_a_page_may_load_nothing_from_elsewhere(port: int) -> None:
    _, headers, text = get(port, "/")
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")
    found = Elements(text)
    assert "style" not in found.names
    assert {name for name in found.attributes if name == "style" or name.startswith("on")} == set()
    assert found.names["script"] == 1


def test_the_pages_of_datasette_keep_their_policy(port: int) -> None:
    assert "script-src 'self' 'unsafe-inline'" in get(port, "/news")[1]["content-security-policy"]


@pytest.mark.parametrize(("name", "most"), [(STYLE, STYLE_BYTES), (SCRIPT, SCRIPT_BYTES)])
def test_a_file_is_kept_for_ever_under_the_address_of_its_content(port: int, name: str, most: int) -> None:
    status, headers, text = get(port, address_of(name))
    assert (status, headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert len(text.encode()) <= most
    assert get(port, f"/-/room/00000000/{name}")[1]["cache-control"] == "no-cache"


def test_both_dark_themes_have_the_same_colours() -> None:
    style = (STATIC / STYLE).read_text(encoding="utf-8")
    by_system = re.search(r":root:not\(\[data-theme=light\]\)\{(.*?)\}", style, re.DOTALL)
    by_choice = re.search(r":root\[data-theme=dark\]\{(.*?)\}", style, re.DOTALL)
    assert by_system
    assert by_choice
    assert by_system[1] == by_choice[1]


def test_a_colour_is_written_only_as_a_token() -> None:
    style = (STATIC / STYLE).read_text(encoding="utf-8")
    rules = re.sub(r"--[\w-]+:[^;}]+", "", style)
    assert re.findall(r"#[0-9a-f]{3,6}\b", rules) == ["#fff"], "only captured pages are always white"

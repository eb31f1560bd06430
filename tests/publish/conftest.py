"""A served archive and a browser for the tests of the pages."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.publish.newsroom import make_newsroom
from tests.publish.outages import make_outages
from tests.served import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

CHROMIUM = shutil.which("chromium")
LIBRARIES = ("playwright", "axe_playwright_python")
SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of five invented newspapers, which no test changes."""
    folder = tmp_path_factory.mktemp("newsroom") / "thu-vien-mau"
    make_newsroom(folder)
    return folder


@pytest.fixture(scope="session")
def port(newsroom: Path) -> Iterator[int]:
    """The port of a reading room over it."""
    with serving(sys.executable, "-m", "archive", "serve", f"--archive={newsroom}", "--port") as port:
        yield port


@pytest.fixture(scope="session")
def port_of_outages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a reading room over an archive with gaps and changes."""
    folder = tmp_path_factory.mktemp("outages") / "thu-vien-mau"
    make_outages(folder)
    with serving(sys.executable, "-m", "archive", "serve", f"--archive={folder}", "--port") as port:
        yield port


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A headless Chromium. In CI a missing one is a failure, elsewhere the tests that need it are left out.

    As long as it is there, an event loop runs: a module that uses it can have no other.
    """
    if CHROMIUM is None or not all(map(find_spec, LIBRARIES)):
        missing = "a browser (`make browser`, and a Chromium on the path)"
        if os.environ.get("CI"):
            pytest.fail(f"CI needs {missing}")
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield launched
        launched.close()


@pytest.fixture
def page(browser: "Browser", port: int) -> "Iterator[Page]":
    """A new tab, which is watched."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
    with watched(context.new_page(), port) as opened:
        yield opened
        context.close()


@pytest.fixture(scope="module")
def tab(browser: "Browser", port: int) -> "Iterator[Page]":
    """A tab of the whole module: a new one takes as long as a page in it."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
    yield context.new_page()
    context.close()


@pytest.fixture
def same_tab(tab: "Page", port: int) -> "Iterator[Page]":
    """The tab of the module, which is watched; for tests that leave nothing behind in it but a page."""
    with watched(tab, port) as opened:
        yield opened


@contextmanager
def watched(page: "Page", port: int) -> "Iterator[Page]":
    """A tab that fails at the end if a page asked another host for something, or broke its own policy."""
    asked: list[str] = []
    said: list[str] = []

    def ask(request: "Request") -> None:
        asked.append(request.url)

    def say(message: "ConsoleMessage") -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("request", ask)
    page.on("console", say)
    yield page
    page.remove_listener("request", ask)
    page.remove_listener("console", say)
    assert {url for url in asked if not url.startswith(f"http://127.0.0.1:{port}/")} == set()
    assert [text for text in said if "Failed to load resource" not in text] == []

"""Opens one page in the distribution's Chromium, under our rules for robots.txt, addresses and redirects.

Each request of the page is sent by us, once, and only if a crawl could send it too. Pictures, fonts and films are left
out. Names are resolved before each request and once more by the request itself: unlike in a crawl, a name that changes
its address between the two is not noticed.
"""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from archive import Reason, Refusal, phrase
from crawler import json_answers
from crawler.browser.opened import JsonAnswer, Opened
from crawler.contact import user_agent
from crawler.errors import NoBrowser, PageUnreachable
from crawler.fetch.guard import is_private
from crawler.fetch.proxy import Proxy
from crawler.fetch.reserved import is_public
from crawler.fetch.robots_txt import AGENT, Rules, closed, rules_of_answer

if TYPE_CHECKING:
    from playwright.sync_api import APIRequestContext, APIResponse, BrowserContext, Page, Route

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SWITCHES = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
"""Without them the browser sends requests of its own."""
NEEDED = ("document", "script", "stylesheet", "xhr", "fetch")
"""Kinds of requests that a text can depend on."""
ASKING = ("GET", "HEAD", "POST")
"""Methods of scripts that ask for something; the others change it."""
MOST_REQUESTS = 100
"""Requests of one page; real shells send some twenty."""
MILLISECONDS = 60_000
"""Time limit of each request, and of the page as a whole."""
_SHOWN = """() => ({
    headlines: [...[...document.querySelectorAll("h1")].map(each => each.innerText), document.title],
    text: document.body ? document.body.innerText : "",
    links: [...document.links].map(each => each.href),
})"""


class _Rules:
    """What may be requested, and what was not."""

    def __init__(self, api: "APIRequestContext", *, allow_private: bool, is_resolving: bool) -> None:
        self._api = api
        self._allow_private = allow_private
        self._is_resolving = is_resolving
        self._robots: dict[str, Rules] = {}
        self.count = 0
        self.refused: dict[str, str] = {}
        """Address → why it was not requested."""

    def refusal_of(self, url: str) -> str | None:
        """Return why an address is not requested; None if it is."""
        parts = urlsplit(url)
        self.count += 1
        if self.count > MOST_REQUESTS:
            return phrase("more than {most} requests", most=MOST_REQUESTS)
        if parts.scheme not in ("http", "https"):
            return phrase("it is not on the web")
        if not self._allow_private and (is_private(url) or self._leads_inside(parts.hostname or "")):
            return phrase("it is on a private network")
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._ask(f"{origin}/robots.txt")
        rules = self._robots[origin]
        if isinstance(rules, Refusal):
            return rules.detail
        return None if rules.can_fetch(url, AGENT) else phrase("disallowed by robots.txt")

    def _ask(self, url: str) -> Rules:
        from playwright.sync_api import Error

        try:
            answer = self._api.get(url, max_redirects=0, timeout=MILLISECONDS)
            return rules_of_answer(answer.status, answer.body())
        except Error:
            return closed(phrase("did not come"))

    def _leads_inside(self, host: str) -> bool:
        if not self._is_resolving:
            return False
        try:
            found = {each[4][0] for each in socket.getaddrinfo(host, None)}
        except OSError:
            return False  # the request will say that the name is not known
        return not all(is_public(str(address)) for address in found)


def open_page(url: str, *, contact: str, proxy: Proxy | None, allow_private: bool) -> Opened:
    """Return what a page shows once its scripts have run.

    Raises NoBrowser without playwright or Chromium, and PageUnreachable if the page itself does not come.
    """
    with _context(contact, proxy) as context:
        rules = _Rules(context.request, allow_private=allow_private, is_resolving=proxy is None)
        answers: list[JsonAnswer] = []
        context.route("**/*", lambda route: _answer(route, rules, answers))
        context.route_web_socket("**/*", lambda socket: socket.close())
        return _show(context.new_page(), url, rules, answers)


@contextmanager
def _context(contact: str, proxy: Proxy | None) -> "Iterator[BrowserContext]":
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise NoBrowser from None
    if program is None:
        raise NoBrowser
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=program,
                args=list(SWITCHES),
                chromium_sandbox=os.geteuid() != 0,  # Chromium has none for root
                proxy=_way(proxy),  # type: ignore[arg-type]
            )
        except Error as error:
            raise NoBrowser from error
        with browser, browser.new_context(user_agent=user_agent(contact), service_workers="block") as context:
            yield context


def _way(proxy: Proxy | None) -> dict[str, str] | None:
    if proxy is None:
        return None
    parts = urlsplit(proxy.url)
    names = {"username": unquote(parts.username or ""), "password": unquote(parts.password or "")}
    return {"server": str(proxy), **(names if parts.username else {}), "bypass": "<-loopback>"}


def _answer(route: "Route", rules: _Rules, answers: list[JsonAnswer]) -> None:
    """Send one request of the page, or refuse it; keep the answer if it is JSON."""
    request = route.request
    if request.resource_type not in NEEDED:
        route.abort()
        return
    response = _fetched(route, rules)
    if isinstance(response, str):
        rules.refused.setdefault(request.url, response)
        route.abort()
        return
    body = response.body()
    if request.resource_type in ("xhr", "fetch") and _is_json(body):
        answers.append(JsonAnswer(request.url, body))
    route.fulfill(response=response)


def _fetched(route: "Route", rules: _Rules) -> "APIResponse | str":
    """Return what came for one request of the page, or why nothing did."""
    from playwright.sync_api import Error

    if route.request.method not in ASKING:
        return phrase("it would change something")
    if refusal := rules.refusal_of(route.request.url):
        return refusal
    try:
        response = route.fetch(max_redirects=0, timeout=MILLISECONDS)
    except Error as error:
        return error.message.splitlines()[0]
    if 300 <= response.status < 400:
        return phrase("it leads to {url}", url=response.headers.get("location", phrase("nowhere")))
    return response


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(json_answers.load(body), (dict, list))
    except json_answers.NotJson:
        return False


def _show(page: "Page", url: str, rules: _Rules, answers: list[JsonAnswer]) -> Opened:
    from playwright.sync_api import Error
    from playwright.sync_api import TimeoutError as TooLate

    try:
        with suppress(TooLate):  # a page that never rests is shown as it is
            page.goto(url, wait_until="networkidle", timeout=MILLISECONDS)
        shown: dict[str, Any] = page.evaluate(_SHOWN)
    except Error as error:
        raise _unreachable(url, rules, error.message) from None
    return Opened(
        url=url,
        headlines=tuple(filter(None, (" ".join(text.split()) for text in shown["headlines"]))),
        text=shown["text"],
        links=tuple(dict.fromkeys(shown["links"])),
        answers=tuple(answers),
        refused=tuple(f"{url}: " + why for url, why in rules.refused.items()),
    )


def _unreachable(url: str, rules: _Rules, message: str) -> PageUnreachable:
    return PageUnreachable(url, Refusal(Reason.CONNECTION, rules.refused.get(url) or message.splitlines()[0]))

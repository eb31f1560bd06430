"""What readers do in the room, in a real browser, with scripts and without; and what a hostile page cannot do there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.publish.newsroom import EDITED, HOSTILE, HOSTILE_URL, uid_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

GONE = f"/article/{EDITED.uid}"
TITLE = "Tạm dừng khoản thu làm đường ở thôn Gốc Sấu sau phản ánh của người dân"


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def reader(browser: "Browser", port: int, request: pytest.FixtureRequest) -> "Iterator[Page]":
    """A tab of a reader who reads English."""
    context = new_context(browser, port, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def new_context(browser: "Browser", port: int, **options: Any) -> "BrowserContext":
    base = f"http://127.0.0.1:{port}"
    return browser.new_context(base_url=base, extra_http_headers={"Accept-Language": "en"}, **options)


def test_a_reader_searches_reads_compares_and_cites(reader: "Page") -> None:
    reader.goto("/")
    reader.get_by_role("searchbox").fill("khoan thu lam duong")
    reader.get_by_role("button", name="Search").click()
    assert reader.locator("h1").inner_text() == "1 article with “khoan thu lam duong”"
    assert reader.locator(".hits mark").first.inner_text() == "khoản thu làm đường"
    reader.get_by_role("link", name=TITLE).click()
    assert reader.locator("h1").inner_text() == TITLE
    assert "took this article away on 26 Nov 2026" in reader.get_by_role("note").inner_text()
    assert "At 26 Nov 2026, 16:01 its server answered 404" in reader.get_by_role("note").inner_text()
    assert reader.locator("#diff ~ .diff del").first.inner_text().endswith("Dân thôn Gốc Sấu bức xúc vì")
    reader.get_by_role("link", name="two columns").click()
    assert reader.locator(".pair").count() >= 6
    reader.go_back()
    reader.get_by_role("link", name="version 1", exact=True).click()
    assert reader.locator("h1").inner_text() == EDITED.title
    reader.get_by_role("link", name="Read the present version").click()
    reader.get_by_role("link", name="open in a sealed frame").nth(1).click()
    frame = reader.frame_locator("iframe.frame")
    assert TITLE not in reader.locator("h1").inner_text()
    assert "cho biết đã yêu cầu tạm dừng khoản thu" in frame.locator("p").first.inner_text()
    reader.go_back()
    reader.get_by_text("BibTeX").click()
    assert "langid" not in reader.locator("#cite-bibtex").inner_text()
    assert f"uid {EDITED.uid}" in reader.locator("#cite-bibtex").inner_text()


def test_a_reader_filters_and_takes_filters_back(reader: "Page") -> None:
    reader.goto("/search?q=hop+tac+xa")
    every = reader.locator("h1").inner_text()
    reader.locator("#filter").get_by_role("link", name="Báo Đồi Chè").click()
    assert reader.locator(".hits .meta span:first-child").all_inner_texts() == ["Báo Đồi Chè"] * 15
    reader.get_by_role("link", name="newest").click()
    reader.get_by_role("textbox", name="From").fill("1/2026")
    reader.locator("#filter").get_by_role("button").click()
    assert "since=1%2F2026" in reader.url
    assert "sort=newest" in reader.url
    assert reader.locator(".hits li").count() == 8
    reader.locator(".chips").get_by_role("link", name="1/2026").click()
    reader.locator(".chips").get_by_role("link").click()
    assert reader.locator("h1").inner_text() == every


def test_an_address_in_the_search_box_leads_to_the_article(reader: "Page") -> None:
    reader.goto("/search")
    reader.get_by_role("searchbox").fill(EDITED.url.replace("https://", "http://www.") + "?utm_source=zalo")
    reader.get_by_role("button", name="Search").first.click()
    assert reader.url.endswith(GONE)


def test_a_reader_changes_language_and_theme(reader: "Page") -> None:
    reader.goto(GONE)
    reader.get_by_role("link", name="Tiếng Việt").click()
    assert "đã gỡ bài này ngày 26/11/2026" in reader.get_by_role("note").inner_text()
    reader.get_by_role("button", name="Đổi sáng/tối").click()
    assert reader.locator("html").get_attribute("data-theme") == "dark"
    reader.goto("/")
    assert reader.locator("html").get_attribute("lang") == "vi"
    assert reader.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.parametrize("place", [f"/article/{uid_of(HOSTILE_URL)}", "/", "/search?q=window", "/news/articles_full"])
def test_what_a_newspaper_wrote_never_runs(browser: "Browser", port: int, place: str) -> None:
    context = new_context(browser, port)
    page = context.new_page()
    page.goto(place)
    assert page.evaluate("window.ran") is None
    assert page.locator("img").count() == 0
    assert page.locator("body").evaluate("body => getComputedStyle(body).display") == "block"
    assert page.locator("a[href^='javascript:']").count() == 0
    assert page.locator("main style, main script:not([src])").count() == 0
    assert "window.ran = 'text'" in page.locator("main").inner_text()
    context.close()


def test_a_hostile_text_is_shown_as_it_is(browser: "Browser", port: int) -> None:
    context = new_context(browser, port)
    page = context.new_page()
    page.goto(f"/article/{uid_of(HOSTILE_URL)}")
    script, style, _ = HOSTILE
    assert page.locator("h1").inner_text() == script
    assert page.locator(".sapo").inner_text() == style
    context.close()


def test_a_raw_page_runs_and_loads_nothing(browser: "Browser", port: int) -> None:
    context = new_context(browser, port)
    page = context.new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 -- Playwright takes no built-in method
    page.goto(f"/article/{uid_of(HOSTILE_URL)}")
    page.get_by_role("link", name="open in a sealed frame").click()
    page.frame_locator("iframe.frame").locator("p").first.wait_for()
    assert page.evaluate("window.ran") is None
    answer = page.goto(f"{page.url}/page")
    assert answer
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert page.evaluate("window.ran") is None
    outside = [request for request in asked if "evil.example" in request.url]
    assert {request.failure for request in outside} == {"csp"}, "the browser never asked for them"
    context.close()


def test_a_printed_article_has_no_controls(browser: "Browser", port: int) -> None:
    context = new_context(browser, port)
    page = context.new_page()
    page.goto(GONE)
    page.emulate_media(media="print")
    assert not page.locator(".mast").is_visible()
    assert not page.locator(".btn").first.is_visible()
    assert page.locator(".text").is_visible()
    context.close()

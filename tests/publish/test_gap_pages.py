"""The calendar, outlets, changes and map in a real browser: readable for everybody, and a walk along a gap."""

from typing import TYPE_CHECKING

import pytest

from tests.publish.readable import check_readable, in_each_language

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = (
    "/coverage?year=2025",
    "/coverage/doiche?year=2025",
    "/coverage/none",
    "/outlets",
    "/outlets/doiche",
    "/outlets/thuongnguon",
    "/changes?since=2025&until=2025",
    "/changes?since=2025&until=2025&kind=gone",
    "/changes?since=mai&page=9",
    "/trend?q=hop+tac+xa&q=%22quy+du+phong%22",
    "/map",
    "/map?q=hop+tac+xa&measure=share",
    "/map?q=khongcogi",
)


@pytest.fixture(scope="module")
def port(port_of_outages: int) -> int:
    return port_of_outages


@in_each_language
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_read_a_page(same_tab: "Page", path: str, language: str) -> None:
    check_readable(same_tab, path, language)


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without"])
def test_a_reader_finds_a_gap_and_its_command(browser: "Browser", port: int, has_scripts: bool) -> None:
    headers = {"Accept-Language": "en"}
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{port}", extra_http_headers=headers, java_script_enabled=has_scripts
    )
    reader = context.new_page()
    reader.goto("/")
    reader.get_by_role("link", name="Coverage", exact=True).click()
    reader.get_by_role("navigation", name="Year").get_by_role("link", name="2025").click()
    reader.get_by_role("link", name="Báo Đồi Chè").click()
    row = reader.get_by_role("row").filter(has_text="19 Jun 2025")
    assert "No crawl ran for 3 days." in row.inner_text()
    command = "baotinh crawl doiche --backfill --since 2025-06-19 --until 2025-06-21"
    assert row.locator("kbd").inner_text() == command
    reader.get_by_role("link", name="about this newspaper").click()
    assert reader.locator("h1").inner_text() == "Báo Đồi Chè"
    reader.get_by_role("link", name="its changes").click()
    reader.get_by_label("From").fill("2025")
    reader.get_by_label("To").fill("2025")
    reader.get_by_role("button", name="Show").click()
    assert reader.locator(".hits ins").first.inner_text().endswith("tạm dừng</b> bán hàng")
    reader.get_by_role("link", name="tạm dừng").click()
    assert reader.locator("h1").inner_text() == "Compare two versions"
    context.close()

"""The copies of an article in a real browser: readable for everybody, and a way from one newspaper to the other."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from archive import Archive, Article
from tests.archive.build import after
from tests.archive.stories import CA_MAU, FLOOD, HA_GIANG, NOTICE, SCHOOL, SON_LA, TUYEN_QUANG, story, with_outlets
from tests.publish.readable import check_readable, in_each_language
from tests.served import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

UIDS = {
    site: Article(url=f"https://{site}.example/tin/1.html", title="", body="").uid
    for site in (HA_GIANG, SON_LA, CA_MAU)
}
PAGES = (
    f"/article/{UIDS[SON_LA]}",
    f"/article/{UIDS[HA_GIANG]}/beside/{UIDS[SON_LA]}",
    "/search?origin=from",
    "/reprints?year=2025",
    "/reprints",
)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a reading room over a story that three newspapers print, one of an agency, and one of a house."""
    folder = tmp_path_factory.mktemp("copies") / "thu-vien-mau"
    with Archive.open(folder, create=True) as archive:
        with_outlets(archive, merged=True)
        archive.store(story(HA_GIANG, FLOOD, byline=("Lê A",)))
        archive.store(story(SON_LA, (*FLOOD[:2], "Tại Sơn La, hồ chứa an toàn."), after(hours=5), title="Lũ lớn"))
        archive.store(story(CA_MAU, FLOOD, after(hours=6), source_credit="Báo Hà Giang"))
        archive.store(story(TUYEN_QUANG, SCHOOL, after(hours=6), source_credit="TTXVN"))
        for number, site in enumerate((HA_GIANG, TUYEN_QUANG), start=2):
            archive.store(story(site, (*NOTICE[1:], SCHOOL[0]), after(hours=number), number=number))
        archive.update_copies()
    with serving(sys.executable, "-m", "archive", "serve", f"--archive={folder}", "--port") as port:
        yield port


@in_each_language
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_read_a_page(same_tab: "Page", path: str, language: str) -> None:
    check_readable(same_tab, path, language)


def test_a_reader_finds_who_had_it_first_and_what_was_cut(page: "Page") -> None:
    page.set_extra_http_headers({"Accept-Language": "en"})
    page.goto("/search?origin=from")
    page.get_by_role("link", name="Lũ lớn").click()
    copies = page.get_by_role("region", name="From one newspaper to another")
    assert "300 minutes later" in copies.inner_text()
    copies.get_by_role("row").filter(has_text="Hà Giang").get_by_role("link", name="compare").first.click()
    assert page.locator("del").filter(has_text="hồ chứa an toàn").count() == 1


def test_a_reader_sees_whose_texts_a_newspaper_prints(page: "Page") -> None:
    page.set_extra_http_headers({"Accept-Language": "en"})
    page.goto("/outlets")
    page.get_by_role("link", name="Own texts and reprints").click()
    assert "no article of this year" in page.locator("main").inner_text()
    page.get_by_role("navigation", name="Year").get_by_role("link", name="2025").click()
    own = page.get_by_role("region", name="Own texts").get_by_role("row").filter(has_text="Cà Mau")
    assert own.inner_text().split()[-7:] == ["0%", "1", "0", "0", "1", "0", "0"]
    pair = page.get_by_role("region", name="Who reprints whom").get_by_role("row").filter(has_text="Cà Mau")
    assert pair.inner_text().split("\t")[2:] == ["1", "100.0%", "360 minutes"]
    marked = page.get_by_role("region", name="Who reprints whom").get_by_role("row").filter(has_text="newspaper today")
    assert marked.inner_text().split("\t")[:2] == ["Báo Hà Giang", "Báo Tuyên Quang one newspaper today"]
    own.get_by_role("link", name="1", exact=True).click()
    assert page.get_by_role("link", name="Một bản tin").count() == 1

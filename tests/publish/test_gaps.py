"""The pages about an archive: its calendar, outlets, changes and map, as a server answers them."""

import re
from xml.etree import ElementTree

import pytest

from tests.publish.outages import PAPER
from tests.served import Answer, ask

ATOM = "{http://www.w3.org/2005/Atom}"
MOST_BYTES = 100 * 1024
JUNE = "since=6%2F2025&until=6%2F2025"


@pytest.fixture
def port(port_of_outages: int) -> int:
    return port_of_outages


def english(port: int, path: str) -> Answer:
    return ask(port, path, {"Accept-Language": "en"})


def words(answer: Answer) -> str:
    """Return what a reader hears, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())


def test_the_calendar_counts_the_days_of_each_outlet(port: int) -> None:
    answer = english(port, "/coverage?year=2025")
    (row,) = re.findall(r"<tr><th scope=\"row\"><a href=\"/coverage/doiche.*?</tr>", answer.text, re.DOTALL)
    counts = [re.sub(r"<[^>]+>|·", "", cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)[1:7]]
    assert counts[:5] == ["18", "2", "3", str(3 + 187), "1"]
    assert row.count("<path") == 6, "each state has its own pattern"
    assert len(answer.text.encode()) < MOST_BYTES


def test_a_year_of_an_outlet_shows_each_day_and_how_to_fill_the_gaps(port: int) -> None:
    answer = english(port, "/coverage/doiche?year=2025")
    assert '<td class="y2">13<b>!</b><span class="vh">Newspaper’s site down</span></td>' in answer.text
    said = words(answer)
    assert "6 Jun 2025 – 7 Jun 2025 × Missed: published, not stored" in said
    assert "named 6 addresses without an article: 6 never requested." in said
    assert "baotinh crawl doiche --since 2025-06-06 --until 2025-06-07" in said
    assert "3 requests failed: http-error (503)." in said
    assert "No crawl ran for 3 days. The next crawl began at 22 Jun 2025, 22:00." in said
    assert "baotinh crawl doiche --backfill --since 2025-06-19 --until 2025-06-21" in said
    assert "Jun 2025 60 54 6 90.0%" in said


@pytest.mark.parametrize(
    "path", ["/coverage?year=x", f"/coverage?year={'9' * 5_000}", "/coverage?year=1800", "/coverage/doiche?year=99999"]
)
def test_a_year_that_is_none_is_the_present_one(port: int, path: str) -> None:
    assert english(port, path).status == 200


@pytest.mark.parametrize("path", ["/coverage/none", "/outlets/none", "/outlets/%3Cb%3E"])
def test_an_unknown_outlet_leads_to_those_there_are(port: int, path: str) -> None:
    answer = english(port, path)
    assert answer.status == 404
    assert 'href="/outlets"' in answer.text


def test_an_outlet_has_health_lineage_and_what_is_missing(port: int) -> None:
    said = words(english(port, "/outlets/doiche"))
    assert "Last crawl 27 Jun 2025, 22:00" in said
    assert "Báo Thượng Nguồn ( Bắc Kạn )" in said
    assert "merged into this newspaper" in said
    assert "named by a source, not requested yet 6 baotinh crawl doiche" in said
    assert "mediasoft-2022" in said
    former = words(english(port, "/outlets/thuongnguon"))
    assert "This newspaper was never crawled." in former
    assert "this newspaper was merged into it" in former


def test_all_outlets_are_in_a_table(port: int) -> None:
    said = words(english(port, "/outlets"))
    assert "Báo Đồi Chè Thái Nguyên 54 1 Jun 2025 – 27 Jun 2025" in said
    assert "merged into Báo Đồi Chè" in said


def test_changes_show_the_words_and_which_edits_are_silent(port: int) -> None:
    answer = english(port, f"/changes?kind=silent&{JUNE}")
    said = words(answer)
    assert "Headlines 1 Silent edits 1 Texts 1 Taken away 1 Put back 1" in said
    assert "<b>tạm dừng</b>" not in answer.text
    assert "&lt;b&gt;tạm dừng&lt;/b&gt;" in answer.text
    assert "silent edit" in said
    assert "21 hours after publication" in said
    assert "put back 3 Jun 2025" in words(english(port, f"/changes?kind=gone&{JUNE}"))


def test_typed_days_and_pages_that_are_none_are_named(port: int) -> None:
    assert "“mai” is no day, month or year" in words(english(port, "/changes?since=mai"))
    assert english(port, f"/changes?since=2025&until=9999&page={'9' * 5_000}").status == 200
    answer = english(port, f"/changes?{JUNE}&page=9")
    assert (answer.status, "There is no page 9" in words(answer)) == (404, True)


def test_the_feed_is_atom_and_its_ids_stay(port: int) -> None:
    path = f"/changes.atom?kind=headline&{JUNE}"
    answer = english(port, path)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.text)
    (entry,) = feed.findall(f"{ATOM}entry")
    texts = {name: entry.findtext(f"{ATOM}{name}") or "" for name in ("id", "updated", "title", "content")}
    assert re.fullmatch(r"urn:baotinh:change:[0-9a-f]{20}:2", texts["id"])
    assert texts["updated"] == "2025-06-02T06:00:00+07:00"
    assert texts["title"].endswith("<b>tạm dừng</b> bán hàng")
    assert "&lt;b&gt;" in texts["content"], "what a newspaper wrote is no markup of the feed"
    assert feed.findtext(f"{ATOM}updated") == texts["updated"]
    assert ask(port, path, {"Accept-Language": "vi"}).text.count(texts["id"]) == 1


def test_the_map_counts_by_the_province_then_and_by_its_land_now(port: int) -> None:
    answer = english(port, "/map?q=hop+tac+xa")
    assert 'aria-label="Bắc Kạn: 1 article"' in answer.text
    assert answer.text.count('aria-label="Thái Nguyên: 54 articles"') == 1
    assert answer.text.count('aria-label="Thái Nguyên: 55 articles"') == 1
    assert "Thái Nguyên 55 Bắc Kạn 1, Thái Nguyên 54" in words(answer)
    share = english(port, "/map?q=hop+tac+xa&measure=share")
    assert 'aria-label="Bắc Kạn: 1,000.0 per 1,000 articles"' in share.text
    assert 'aria-label="Hà Giang: – per 1,000 articles"' in share.text
    assert english(port, "/map?q=***").status == 400


def test_no_page_needs_a_style_or_a_script_of_its_own(port: int) -> None:
    for path in ("/coverage", "/coverage/doiche", "/outlets", f"/outlets/{PAPER.site}", "/changes", "/map"):
        answer = english(port, path)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert not re.search(r"\sstyle=|<style|<script>|\son\w+=", answer.text)
        assert len(answer.text.encode()) <= MOST_BYTES

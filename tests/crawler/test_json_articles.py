"""Articles that are fetched as JSON: they are read and refused like pages."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive import Reason
from crawler.errors import BadSiteFile
from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.page import Page
from crawler.site import ArticleApi
from crawler.site_files.load import load_site, packaged_sites
from crawler.urls import api_address
from tests.crawler.test_json_listings import variants

URL = "https://baodienbienphu.vn/tin-bai/kinh-te/duoc-mua-rau"
API = ArticleApi(
    re.compile(r"^/tin-bai/[^/?]+/(?P<slug>[^/?]+)"),
    "https://api.example.vn/article?slug={slug}",
    {
        "title": "data.title",
        "lead": "data.sapo",
        "body": "data.content",
        "published": "data.date",
        "byline": "data.author",
        "section": "data.sections.name",
    },
)
SITE = replace(packaged_sites()["baodienbienphu"], article_api=API)
TEXT = "Sáng 7-3, bà con bản Nà Mường ra đồng thu hoạch vụ rau sớm, mỗi hộ được chừng ba tạ."
RECORD = {
    "title": "Bản Nà Mường được mùa rau",
    "sapo": "Vụ rau sớm ở bản Nà Mường năm nay được mùa, lại được giá hơn mọi năm.",
    "content": f"<p>{TEXT}</p><p>Người mua đến tận ruộng.</p>",
    "date": "07/03/2026 08:06",
    "author": "Lò Văn Mẫu",
    "sections": [{"name": "Kinh tế"}, {"name": "Nông nghiệp"}],
}


def read(answer: Any, *, url: str = URL) -> Extraction:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return extract(Page(url, body, datetime(2026, 8, 1, tzinfo=UTC), "application/json"), SITE)


def test_each_field_says_which_key_gave_it() -> None:
    found = read({"data": RECORD})
    article = found.article
    assert article is not None, found.refusal
    assert (article.url, article.title, article.lead) == (URL, RECORD["title"], RECORD["sapo"])
    assert article.body == f"{TEXT}\nNgười mua đến tận ruộng."
    assert (article.byline, article.section) == (("Lò Văn Mẫu",), ("Kinh tế", "Nông nghiệp"))
    assert str(article.published_at) == "2026-03-07 08:06:00+07:00"
    assert dict(article.sources) == {
        "title": "json:data.title",
        "lead": "json:data.sapo",
        "body": "json:data.content",
        "published_at": "json:data.date",
        "byline": "json:data.author",
        "section": "json:data.sections.name",
    }
    assert found.layout == "json"
    assert found.candidates["title"][0] == (RECORD["title"], "json:data.title")


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (f"<div><p>{TEXT}</p></div></div></div><p>Hết.</p>", [TEXT, "Hết."]),
        (f"</p></body></html><p>{TEXT}</p>", [TEXT]),
        (f"<html><body><div>{TEXT}<br>Hết.</div></body></html>", [TEXT, "Hết."]),
        (f"<h1>Tiêu đề khác</h1><p>{TEXT}</p><script>alert('x')</script>", ["Tiêu đề khác", TEXT]),
        (f"{TEXT} Nửa chữ \ud800.", [f"{TEXT} Nửa chữ ."]),
        ([f"<p>{TEXT}</p>", "<p>Hết.</p>"], [TEXT, "Hết."]),
        (f"<p>{TEXT}</p><p><strong>Hà Thị Thử</strong></p>", [TEXT, "Hà Thị Thử"]),
    ],
)
def test_a_body_that_editors_pasted_stays_whole(content: Any, body: list[str]) -> None:
    found = read({"data": {**RECORD, "content": content}})
    assert found.article is not None, found.refusal
    assert (found.article.title, found.article.body.splitlines()) == (RECORD["title"], body)


def test_markup_in_other_fields_is_text() -> None:
    found = read({"data": {**RECORD, "title": "<b>Bản Nà Mường</b> được mùa rau &amp;amp; quả"}})
    assert found.article is not None
    assert found.article.title == "Bản Nà Mường được mùa rau & quả"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", Reason.UNREADABLE),
        (b'{"data": ', Reason.UNREADABLE),
        (b"[" * 200_000, Reason.UNREADABLE),
        ({"status": 0, "message": "Không tìm thấy"}, Reason.NO_TITLE),
        ({"data": {**RECORD, "content": " "}}, Reason.NO_TEXT),
        ({"data": {**RECORD, "content": "<p>Ba chữ thôi.</p>", "sapo": None}}, Reason.NO_TEXT),
        ({"data": {**RECORD, "content": "<div>" * 20_000}}, Reason.MALFORMED),
        (
            {"data": {**RECORD, "title": "404 - Không tìm thấy trang", "sapo": "", "content": "Trang không tồn tại"}},
            Reason.SOFT_404,
        ),
        (f"<!DOCTYPE html><title>Bảo trì</title><h1>Bảo trì</h1><p>{TEXT}</p>".encode(), Reason.UNREADABLE),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(answer: Any, reason: Reason) -> None:
    found = read(answer)
    assert found.refusal is not None
    assert found.refusal.reason is reason, found.refusal


def test_a_page_saved_from_a_browser_is_read_as_a_page() -> None:
    markup = f"<!DOCTYPE html><title>{RECORD['title']}</title><h1>{RECORD['title']}</h1><div>{RECORD['content']}</div>"
    page = Page(URL, markup.encode(), datetime(2026, 8, 1, tzinfo=UTC), is_saved=True)
    article = extract(page, SITE).article
    assert article is not None
    assert article.sources["title"] == "generic:h1"


def test_a_wrong_type_in_any_place_breaks_nothing() -> None:
    for other in variants({"data": RECORD}):
        found = read(other)
        assert found.refusal is None or found.refusal.reason is not Reason.EXTRACTOR, (other, found.refusal)


def test_an_article_of_another_time_is_read_from_its_page() -> None:
    old = "https://baodienbienphu.com.vn/tin-tuc/y-te/212838/nhieu-truong-hop"
    assert api_address(URL, SITE) == "https://api.example.vn/article?slug=duoc-mua-rau"
    assert api_address(old, SITE) is None
    refusal = read({"data": RECORD}, url=old).refusal
    assert refusal is not None
    assert refusal.reason is Reason.NOT_HTML


# --- the site file ---

SITE_FILE = """
outlet = "Báo Mẫu"
home = "https://baomau.example/"
article_url = '-\\d+\\.html$'

[[source]]
kind = "json"
url = "https://api.baomau.example/list?page=1"
items = "data.list"
address = ["link", "/{slug}-{id}.html"]
next_page = "https://api.baomau.example/list?page={page}"

[article_api]
page = '-(?P<id>\\d+)\\.html$'
url = "https://api.baomau.example/article/{id}"
title = "data.title"
body = "data.content"
"""


def problems(text: str, folder: Path) -> list[str]:
    path = folder / "baomau.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSiteFile) as raised:
        load_site(path)
    return [f"{problem.line}: {problem.text}" for problem in raised.value.problems]


def test_a_site_file_opens_the_hosts_that_it_names_for_json(tmp_path: Path) -> None:
    path = tmp_path / "baomau.toml"
    path.write_text(SITE_FILE, encoding="utf-8")
    site = load_site(path)
    assert (site.domains, sorted(site.api_hosts)) == (("baomau.example",), ["api.baomau.example"])
    assert site.sources[0].address == ("link", "/{slug}-{id}.html")
    assert site.article_api is not None
    assert site.article_api.keys == {"title": "data.title", "body": "data.content"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace('address = ["link", "/{slug}-{id}.html"]\n', ""), '7: missing key "address"'),
        (lambda text: text.replace('"link"', '"a link"'), '10: "address": expected the path of a key'),
        (lambda text: text.replace("{slug}", "{slug"), '10: "address": expected the path of a key'),
        (lambda text: text.replace("{page}", "2"), '11: "next_page": expected an address with {keys}'),
        (
            lambda text: text.replace("api.baomau.example/list?page={page}", "other.example/{page}"),
            '11: "next_page": https://other.example/{page} is not on the host of "url"',
        ),
        (lambda text: text.replace("api.baomau.example/article", "{id}.example"), '15: "url": expected an address'),
        (lambda text: text.replace("(?P<id>", "("), '15: "url": {id} needs a group (?P<id>…) in "page"'),
        (lambda text: text.replace('"json"', '"feed"'), '8: "url": https://api.baomau.example/list?page=1 is not on'),
        (lambda text: text.replace('"json"', '"feed"'), '9: "items" is for kind "json"'),
        (lambda text: text.replace('title = "data.title"\n', ""), '13: missing key "title"'),
        (lambda text: text.replace("[article_api]", "[[article_api]]"), "expected [article_api] with one bracket"),
    ],
)
def test_problems_of_json_in_a_site_file_are_named_with_their_line(
    tmp_path: Path, change: Callable[[str], str], problem: str
) -> None:
    found = problems(change(SITE_FILE), tmp_path)
    assert any(problem in each for each in found), found

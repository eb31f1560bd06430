"""The extractor on every saved page: each field must be as a careful reader would copy it."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from archive import Article, Precision, Reason
from crawler.demo.newsroom import SampleArticle
from crawler.demo.outlets import outlets, site_file
from crawler.demo.web import Outlet
from crawler.extract.article import extract
from crawler.extract.report import published_text
from crawler.extract.text import overlap, tidy, words
from crawler.page import Page
from crawler.reader import Reader
from crawler.site import Site
from crawler.site_files.load import load_site
from tests.saved import PAGES

ORIGIN = "http://127.0.0.1:8871"
SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
SAMPLES = [(outlet, article) for outlet in outlets() for article in outlet.articles]
"""Saved pages of real newspapers lie beside the checkout; they belong to their publishers and are no part of it."""
REAL_NAMES = sorted(path.stem for path in (PAGES / "truth").glob("*.json"))


@pytest.fixture(scope="module")
def sample_sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Site]:
    folder = tmp_path_factory.mktemp("sites")
    sites = {}
    for outlet in outlets():
        path = folder / f"{outlet.name}.toml"
        path.write_text(site_file(outlet, ORIGIN), encoding="utf-8")
        sites[outlet.name] = load_site(path)
    return sites


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.mark.parametrize(
    ("outlet", "article"), SAMPLES, ids=[f"{outlet.name}{article.path}" for outlet, article in SAMPLES]
)
def test_sample_page(outlet: Outlet, article: SampleArticle, sample_sites: dict[str, Site]) -> None:
    response = outlet.respond(article.path, ORIGIN, {})
    result = extract(Page(ORIGIN + article.path, response.body, SEEN_AT), sample_sites[outlet.name])
    assert result.refusal is None
    assert result.article is not None
    compared = [each.name for each in fields(Article) if each.name not in ("sources", "proposed")]
    want = article.expected(ORIGIN)
    assert {name: getattr(result.article, name) for name in compared} == {
        name: getattr(want, name) for name in compared
    }


def test_every_stored_value_names_its_source(sample_sites: dict[str, Site]) -> None:
    named = {"title": "title", "body": "body", "lead": "lead", "byline": "byline", "section": "section"}
    for outlet, article in SAMPLES:
        response = outlet.respond(article.path, ORIGIN, {})
        got = extract(Page(ORIGIN + article.path, response.body, SEEN_AT), sample_sites[outlet.name]).article
        assert got is not None
        for name, source in named.items():
            assert bool(getattr(got, name)) <= bool(got.sources.get(source)), (article.path, name)


@pytest.mark.parametrize("name", REAL_NAMES)
def test_real_page(name: str, reader: Reader) -> None:
    truth = json.loads((PAGES / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    result = reader.extract(real_page(name))
    assert result.article is not None, result.refusal
    got = result.article
    assert got.title == tidy(truth["title"])
    assert published_minute(got) == truth["published"]
    assert [each.casefold() for each in got.byline] == [tidy(each).casefold() for each in truth["byline"]]
    assert overlap(f"{got.lead_mark or ''} {got.lead or ''}", tidy(truth["sapo"] or "")) > 0.9 or not truth["sapo"]
    body, want = words(got.body), words(tidy(truth["body"]))
    assert abs(len(body) - len(want)) <= len(want) * 0.02
    assert overlap(tidy(got.body), tidy(truth["body"])) > 0.98
    for caption in truth["captions"]:
        assert tidy(caption) not in got.body


def real_page(name: str) -> Page:
    rows = map(json.loads, (PAGES / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    url = next(row["url"] for row in rows if row["file"] == f"articles/{name}.html")
    return Page(url, (PAGES / "articles" / f"{name}.html").read_bytes(), SEEN_AT)


def published_minute(article: Article) -> str | None:
    """The truth has no seconds: the pages print none."""
    if article.published_at and article.published_precision is Precision.MINUTE:
        return article.published_at.replace(second=0).isoformat()
    return published_text(article)


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", None, Reason.NO_TEXT),
        (b"%PDF-1.7 ...", None, Reason.NOT_HTML),
        (b"\x89PNG\r\n", None, Reason.NOT_HTML),
        (b"{}", "application/json", Reason.NOT_HTML),
        (b"<html><body></body></html>", "text/html", Reason.NO_TITLE),
        (
            b"<title>Th\xc3\xb4ng b\xc3\xa1o</title><h1>Th\xc3\xb4ng b\xc3\xa1o</h1><p>...</p>",
            "text/html",
            Reason.NO_TEXT,
        ),
        ("<h1>Không tìm thấy trang</h1><p>Trang bạn tìm không tồn tại.</p>".encode(), None, Reason.SOFT_404),
        (b"<h1>404 Not Found</h1>", None, Reason.SOFT_404),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(body: bytes, content_type: str | None, reason: Reason) -> None:
    result = extract(Page("https://example.org/a.html", body, SEEN_AT, content_type))
    assert result.article is None
    assert result.refusal is not None
    assert result.refusal.reason == reason


PROSE = "<p>" + "Chiều 2-7, tỉnh tổ chức hội nghị sơ kết công tác dân vận sáu tháng đầu năm. " * 6 + "</p>"


@pytest.mark.parametrize(
    ("html", "field", "value"),
    [
        ("<title>x</title><h1>Đường mới qua đèo</h1>" + PROSE, "title", "Đường mới qua đèo"),
        (
            '<meta property="og:title" content="Đường mới qua đèo đã thông xe"><h1>Báo Núi</h1>'
            "<h2>Đường mới qua đèo đã thông xe</h2>" + PROSE,
            "title",
            "Đường mới qua đèo đã thông xe",
        ),
        ("<h1>Ðường\u200b mới&nbsp;qua   đèo</h1>" + PROSE, "title", "Đường mới qua đèo"),
        ("<h1>Đường mới</h1>" + "<div>" * 3000 + PROSE + "</div>" * 3000, "title", "Đường mới"),
        ('<html lang="en"><h1>New road over the pass</h1><p>' + "The road is open now. " * 12, "language", "en"),
    ],
)
def test_generic_page(html: str, field: str, value: Any) -> None:
    result = extract(Page("https://example.org/a.html", html.encode(), SEEN_AT))
    assert result.article is not None, result.refusal
    assert getattr(result.article, field) == value


@pytest.mark.parametrize(
    ("head", "line", "published"),
    [
        ("Chủ nhật, 20/09/2026, 10:01:44", "", None),
        ("Chủ nhật, 20/09/2026", "", None),
        ('<div class="date-now">19/09/2026 23:40</div>', "", None),
        ('<div id="today">20/09/2026 07:00</div>', "", None),
        ("Chủ nhật, 20/09/2026, 10:01:44", "19/09/2026 07:30", "2026-09-19T07:30:00+07:00"),
        ("Chủ nhật, 20/09/2026, 10:01:44", "20/09/2026 08:15", "2026-09-20T08:15:00+07:00"),
        ("", "20/09/2026", "2026-09-20"),
        ("Đăng lúc 20/09/2026 08:15", "", "2026-09-20T08:15:00+07:00"),
    ],
)
def test_clock_of_the_page_is_no_date_of_the_article(head: str, line: str, published: str | None) -> None:
    html = f"<div>{head}</div><main><div><h1>Đường mới qua đèo</h1><p>{line}</p><div>{PROSE}</div></div></main>"
    got = extract(Page("https://example.org/a.html", html.encode(), SEEN_AT)).article
    assert got is not None
    assert published_minute(got) == published


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", "Đại hội Đảng bộ tỉnh thành công tốt đẹp"),
        ("utf-8-sig", "Đại hội Đảng bộ tỉnh thành công tốt đẹp"),
        ("utf-16", "Đại hội Đảng bộ tỉnh thành công tốt đẹp"),
        ("windows-1258", "Đai hôi Đang bô tinh thanh công"),  # holds base letters; tone marks are combining there
    ],
)
def test_charset_is_found_though_the_server_says_latin_1(charset: str, text: str) -> None:
    html = f'<meta charset="{charset.removesuffix("-sig")}"><h1>Đại hội</h1><p>{f"{text} " * 10}</p>'
    body = html.encode(charset, "xmlcharrefreplace")
    got = extract(Page("https://example.org/a.html", body, SEEN_AT, "text/html; charset=iso-8859-1")).article
    assert got is not None
    assert got.title == "Đại hội"
    assert got.body.startswith(text)

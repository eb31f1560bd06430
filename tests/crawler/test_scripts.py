"""Texts inside scripts: they are read as the article's text, and nothing else in a script becomes an article."""

import json
from datetime import UTC, datetime

import pytest

from archive import Article, Reason
from crawler.extract.article import extract
from crawler.page import Page

SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
TITLE = "Cầu treo bản Nà Lạn đã thông"
LINES = [
    "Chiều 2-7, xã Khe Vàng khánh thành cầu treo “Nà Lạn” dài 60 mét bắc qua suối.",
    "Cầu do người dân bản góp công, tỉnh hỗ trợ vật liệu, đã thông sau bốn tháng thi công.",
    "Từ nay 42 hộ không còn phải lội suối khi trời mưa, học trò đến lớp gần hơn một giờ.",
]
TEXT = "".join(f"<p>{line}</p>" for line in LINES)
OTHER = TEXT.replace("42 hộ", "17 hộ").replace("Nà Lạn", "Nà Pu")
"""Another story of the same bridge builders: it has the words of the headline too."""
ADVERT = "<p>" + "Khai trương siêu thị nội thất, giảm giá một nửa cho một nghìn khách đầu tiên. " * 5 + "</p>"
TEASERS = "<ul>" + f'<li><a href="/1">{TITLE}, bà con vui</a></li><li><a href="/2">{LINES[1]}</a></li>' * 5 + "</ul>"


def literal(html: str) -> str:
    """Return `html` as a JavaScript string, with quotes and slashes escaped."""
    return json.dumps(html, ensure_ascii=False).replace("</", "<\\/")


def page(script: str, *, kind: str = "text/javascript", frame: str = '<div id="app"></div>') -> str:
    return (
        f'<title>{TITLE} - Báo Núi</title><body><div class="menu"><a href="/xa-hoi">Xã hội</a></div><h1>{TITLE}</h1>'
        f'{frame}<script src="/app.js"></script><script type="{kind}">{script}</script></body>'
    )


def state(**article: object) -> str:
    return json.dumps({"props": {"page": {"article": article, "menu": ["Xã hội"]}}})


def read(html: str) -> Article | Reason:
    found = extract(Page("https://example.org/tin-1.html", html.encode(), SEEN_AT))
    return found.article or (found.refusal.reason if found.refusal else Reason.EXTRACTOR)


@pytest.mark.parametrize(
    ("html", "source"),
    [
        (page(f"var outputData = {literal(TEXT)};"), "script:outputData"),
        (page(f"app.render({{contentHTML: {literal(TEXT)}, id: 7}})"), "script:contentHTML"),
        (page(f"window.articleBody='{TEXT}'"), "script:articleBody"),
        (page(f"const detail_content = `\n{TEXT}\n`;"), "script:detail_content"),
        (page(f"var outputData = {json.dumps(TEXT)};".replace("<", "\\x3C")), "script:outputData"),
        (page(f"var outputData = {literal(TEXT.replace('<', '&lt;').replace('>', '&gt;'))};"), "script:outputData"),
        (page(f"var bannerHtml={literal(ADVERT)}, content={literal(TEXT)}"), "script:content"),
        (page(f"content: {literal(ADVERT)}}}, body: {literal(TEXT)}"), "script:body"),
        (page(f"var content={literal(TEXT)}, data={literal(TEXT)}"), "script:data"),
        (page(state(title=TITLE, content=TEXT), kind="application/json"), "script:content"),
        (page(state(headline=TITLE, body=TEXT, more=[{"title": "Nà Pu", "body": OTHER}]), kind="application/json"),
         "script:body"),
        (page(f"var outputData={literal(TEXT)}", frame=f'<div id="text"></div>{TEASERS}'), "script:outputData"),
    ],
)  # fmt: skip
def test_text_is_read_from_the_script(html: str, source: str) -> None:
    got = read(html)
    assert isinstance(got, Article), got
    assert got.body.split("\n") == LINES
    assert got.sources["body"] == source


@pytest.mark.parametrize(
    "html",
    [
        page("fetch('/api/1').then(show)"),
        page(f"var bannerHtml = {literal(ADVERT)};"),
        page(f"var content = {literal(ADVERT)};"),
        page(f"var content = {literal(TEASERS)};"),
        page(f"var relatedHtml = {literal(TEXT)};"),
        page(f"var content = {literal(TEXT)}; var body = {literal(OTHER)};"),
        page(f"var content = {literal(LINES[0])};"),
        page(f"var content = {literal('<p>Xin chờ</p>')}; var outputData = '<p>"),
        page(state(title="Cầu treo bản Nà Pu", content=OTHER), kind="application/json"),
        page(state(title=TITLE, content="", more=[{"name": "Nà Pu", "content": OTHER}]), kind="application/json"),
        page("{" + literal("content") + ":" * 9, kind="application/json"),
    ],
)
def test_an_empty_frame_stays_refused(html: str) -> None:
    assert read(html) is Reason.SHELL


def test_a_page_with_text_is_not_asked_for_its_scripts() -> None:
    got = read(page(f"var outputData = {literal(OTHER)};", frame=TEXT))
    assert isinstance(got, Article)
    assert got.body.split("\n") == LINES
    assert got.sources["body"] == "generic"


def test_a_lead_that_is_shown_stays_the_lead() -> None:
    lead = (
        "Sau bốn tháng thi công, cầu treo mới nối hai bờ suối, học trò bản trên không còn phải nghỉ học mỗi mùa mưa lũ."
    )
    html = page(f"var outputData = {literal(TEXT)};", frame=f"<p>19/09/2026 07:30</p><p>{lead}</p><div></div>")
    got = read(f'<meta name="description" content="{lead}">{html}')
    assert isinstance(got, Article)
    assert (got.lead, got.body.split("\n")) == (lead, LINES)
    assert got.published_raw == "19/09/2026 07:30"


def test_a_brief_that_its_script_repeats_is_read_once() -> None:
    html = page(state(title=TITLE, content=TEXT), kind="application/json", frame=f"<div>{TEXT}</div>")
    got = read(f'<meta name="description" content="{" ".join(LINES)}">{html}')
    assert isinstance(got, Article)
    assert (got.body.split("\n"), got.sources["body"]) == (LINES, "generic")


def test_a_section_page_is_no_story_of_its_script() -> None:
    html = page(f"var content = {literal(TEXT)};", frame=TEASERS).replace(TITLE, "Nà Lạn")
    assert read(html) is Reason.LISTING

"""JSON-LD: spoilt in the ways that pages spoil it, and only what is about the page itself."""

import json
from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest

from archive import Article
from crawler.extract.article import extract
from crawler.page import Page
from crawler.reader import Reader
from tests.crawler.test_pages import FOLDERS, name_of, read, truth

SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
URL = "https://baosongngan.example/xa-hoi/cau-treo-na-leng-118204.html"
TITLE = "Cầu treo Nà Lẹng thông xe sau hai năm thi công"
TEXT = (
    "Sáng 15-2, cầu treo Nà Lẹng bắc qua sông Ngàn chính thức thông xe, nối liền hai xã vùng cao của huyện.",
    "Cầu dài 84 mét, rộng 2,5 mét, do ngân sách huyện và người dân hai xã cùng góp vốn, góp công xây dựng.",
    "Trước đây học sinh phải đi đò qua sông, nhiều ngày nước lớn các em không thể đến lớp đúng giờ học.",
)
OWN = {
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2025-02-15T07:40:00+07:00",
    "author": {"@type": "Person", "name": "Lường Thị Hà"},
}
OTHER = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Giải bóng chuyền bãi biển khép lại với ba kỷ lục",
    "url": "https://baosongngan.example/the-thao/bong-chuyen-bai-bien-99817.html",
    "datePublished": "2019-03-02T08:15:00+07:00",
    "dateModified": "2019-03-03T09:00:00+07:00",
    "description": "Ba ngày tranh tài sôi nổi trên bãi biển thu hút hơn hai nghìn khán giả trong và ngoài tỉnh.",
    "author": {"@type": "Person", "name": "Đinh Quang Bãi"},
    "articleSection": "Thể thao",
    "isAccessibleForFree": False,
}


def script(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f'<script type="application/ld+json">{text}</script>'


def article_of(*blocks: Any, head: str = "", shown: str = "") -> Article:
    scripts = "".join(map(script, blocks))
    body = "".join(f"<p>{text}</p>" for text in TEXT)
    html = (
        f'<html lang="vi"><head><title>{TITLE}</title>{head}{scripts}</head>'
        f"<body><h1>{TITLE}</h1>{shown}<div class=text>{body}</div></body></html>"
    )
    found = extract(Page(URL, html.encode(), SEEN_AT))
    assert found.article is not None, found.refusal
    return found.article


def dumped(value: Any = OWN) -> str:
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(OWN, id="plain"),
        pytest.param(f"<!--\n{dumped()}\n-->", id="comment of HTML"),
        pytest.param(f"//<![CDATA[\n{dumped()}\n//]]>", id="CDATA behind a comment of JavaScript"),
        pytest.param(f"/*<![CDATA[*/ {dumped()} /*]]>*/", id="CDATA in a comment of CSS"),
        pytest.param(f"<![CDATA[{dumped()}]]>", id="CDATA"),
        pytest.param(dumped()[:-1] + ",\n}", id="comma behind the last value"),
        pytest.param(dumped()[:-2] + ',},\n"keywords": ["cầu", "xã",],};', id="commas and a semicolon"),
        pytest.param(escape(dumped()), id="entities in place of quotes"),
        pytest.param(OWN | {"@type": "https://schema.org/NewsArticle"}, id="type as address"),
        pytest.param(OWN | {"@type": ["schema:NewsArticle", "CreativeWork"]}, id="type with its vocabulary"),
        pytest.param([{"@type": "Organization", "name": "Báo Sông Ngàn"}, OWN], id="list"),
        pytest.param({"@graph": [{"@type": "WebPage"}, OWN]}, id="graph"),
        pytest.param({"@type": "WebPage", "mainEntity": OWN}, id="main entity of a WebPage"),
        pytest.param(
            OWN
            | {
                "datePublished": {"@type": "Date", "@value": OWN["datePublished"]},
                "author": {"@type": "Person", "name": {"@value": "Lường Thị Hà"}},
            },
            id="values with a type",
        ),
        pytest.param(
            {"@graph": [OWN | {"author": {"@id": "#ha"}}, {"@id": "#ha", "@type": "Person", "name": "Lường Thị Hà"}]},
            id="author by reference",
        ),
        pytest.param(OWN | {"headline": f"{TITLE} // phần 1, ]"}, id="marks inside a string"),
    ],
)
def test_a_block_is_read_as_pages_write_it(block: Any) -> None:
    article = article_of(block)
    assert (article.published_at and article.published_at.isoformat()) == "2025-02-15T07:40:00+07:00"
    assert article.byline == ("Lường Thị Hà",)


@pytest.mark.parametrize("text", ["", "{", "null", "[1, 2]", '{"@type": "NewsArticle"', '{"@type": 7}', "[" * 100_000])
def test_a_block_that_cannot_be_read_says_nothing(text: str) -> None:
    assert article_of(text).published_at is None


@pytest.mark.parametrize(
    "block",
    [
        OTHER,
        {key: value for key, value in OTHER.items() if key != "url"},
        OTHER | {"mainEntityOfPage": {"@type": "WebPage", "@id": "https://baosongngan.example/"}},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": OTHER}]},
        {"@graph": [OTHER, OTHER | {"@type": "Article"}]},
    ],
    ids=["address", "no address", "address of the home page", "list", "graph"],
)
def test_the_block_of_another_story_says_nothing(block: Any) -> None:
    article = article_of(block)
    assert (article.published_at, article.byline, article.section) == (None, (), ())
    assert article_of(block, OWN) == article_of(OWN, block) == article_of(OWN)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(OWN | {"headline": "Cầu mới", "url": URL}, id="another wording, this address"),
        pytest.param(OWN | {"headline": "Cầu mới", "mainEntityOfPage": URL + "?utm_source=zalo"}, id="tracked address"),
        pytest.param(OWN | {"url": "http://test.local/"}, id="this headline, address of a test host"),
        pytest.param({key: value for key, value in OWN.items() if key != "headline"}, id="neither"),
        pytest.param(OWN | {"url": "http://[abc/", "mainEntityOfPage": "//["}, id="malformed addresses"),
    ],
)
def test_a_block_is_believed_unless_headline_and_address_are_anothers(block: Any) -> None:
    assert article_of(block).byline == ("Lường Thị Hà",)


def test_of_two_blocks_about_this_page_the_nearer_counts_and_the_other_completes_it() -> None:
    near = {key: value for key, value in OWN.items() if key != "author"} | {"url": URL}
    far = OWN | {"datePublished": "2025-02-11T00:00:00+07:00"}
    for blocks in ((near, far), (far, near)):
        article = article_of(*blocks)
        assert (article.published_at and article.published_at.day, article.byline) == (15, ("Lường Thị Hà",))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.mark.parametrize("folder", [each for each in FOLDERS if "article" in truth(each)], ids=name_of)
def test_no_page_changes_by_the_block_of_another_story(folder: Any, reader: Reader) -> None:
    plain = (folder / "page.html").read_bytes()
    block = script(OTHER).encode()
    own = read(folder, reader)
    for changed in (
        plain.replace(b"</title>", b"</title>" + block, 1),
        plain.replace(b"</head>", block + b"</head>", 1),
        plain + block,
    ):
        want = truth(folder)
        page = Page(want["url"], changed, datetime.fromisoformat(want["seen_at"]))
        site = next((site for site in reader.sites.values() if site.name == want["site"]), None)
        found = extract(page, site) if site else reader.extract(page)
        assert found.article == own.article

"""JSON lists: what is read of them, how they are walked, and what broken ones say."""

import dataclasses
import gzip
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from archive import Kind, Loss
from crawler import templates
from crawler.discover import Found, discover
from crawler.discover.documents import JSON
from crawler.json_answers import MOST_BYTES, MOST_VALUES
from crawler.page import Page
from crawler.site import Site, Source
from crawler.site_files.load import packaged_sites

HOME = "https://baocantho.com.vn"
API = "https://api.baocantho.com.vn/v1"
PAGED = Source(
    "json",
    f"{API}/article?limit=2&page=1",
    items="data",
    address=("slug",),
    published="publish_date",
    next_page=f"{API}/article?limit=2&page={{page}}",
)
CURSOR = Source("json", f"{API}/more_0_10", address=("Link",), next_page=f"{API}/more_{{Id}}_10")
MENU = Source(
    "json",
    f"{API}/menu",
    items="data.list",
    address=("{type}/{slug}.html", "/{slug}.html"),
    lists=f"{API}/list?category={{menu_slug}}",
)
SITE = dataclasses.replace(packaged_sites()["baocantho"], sources=(PAGED, CURSOR, MENU))

ANSWER = {
    "success": True,
    "data": [
        {"slug": "mot-a10001.html", "publish_date": "2026-03-07T08:06:00+07:00", "desc": "Mưa &amp; gió"},
        {"slug": "/hai-a10002.html", "publish_date": None},
        {"slug": "mot-bai-khong-co-so"},
        {"slug": "https://baocantho.com.vn/mot-a10001.html?utm_source=api"},
        {"slug": "https://example.vn/ba-a10003.html"},
        {"title": "Không có địa chỉ"},
    ],
    "meta": {"page": 1},
}


def found(body: Any, url: str = PAGED.url, *, site: Site = SITE) -> Found:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return discover(Page(url, content, datetime(2026, 8, 1, tzinfo=UTC)), Kind.JSON, site)


def paths(result: Found) -> list[str]:
    return [link.url.removeprefix(HOME) for link in result.links if link.kind is Kind.ARTICLE]


def test_addresses_are_those_of_the_outlet_and_only_articles_are_followed() -> None:
    result = found(ANSWER)
    assert paths(result) == ["/mot-a10001.html", "/hai-a10002.html"]
    assert result.links[0].published_at == datetime(2026, 3, 7, 1, 6, tzinfo=UTC)
    assert result.links[1].published_at is None
    assert result.problem is None


@pytest.mark.parametrize(
    ("source", "here", "entries", "expected"),
    [
        (PAGED, PAGED.url, {"data": [{"slug": "mot-a10001.html"}]}, f"{API}/article?limit=2&page=2"),
        (
            PAGED,
            f"{API}/article?limit=2&page=9",
            {"data": [{"slug": "mot-a10001.html"}]},
            f"{API}/article?limit=2&page=10",
        ),
        (PAGED, f"{API}/article?limit=2&page=9", {"data": []}, None),
        (CURSOR, CURSOR.url, [{"Id": 9, "Link": "/mot-a10001.html"}, {"Id": 7}], f"{API}/more_7_10"),
        (CURSOR, CURSOR.url, [{"Id": "ă/?&", "Link": "/mot-a10001.html"}], f"{API}/more_%C4%83%2F%3F%26_10"),
        (CURSOR, f"{API}/more_7_10", [{"Id": 7, "Link": "/mot-a10001.html"}], None),
        (CURSOR, CURSOR.url, [{"Link": "/mot-a10001.html"}], None),
        (MENU, MENU.url, {"data": {"list": [{"slug": "mot-a10001"}]}}, None),
    ],
)
def test_next_page_is_the_next_number_or_starts_behind_the_last_entry(
    source: Source, here: str, entries: Any, expected: str | None
) -> None:
    result = found(entries, here, site=dataclasses.replace(SITE, sources=(source,)))
    assert (result.next_page, result.problem) == (expected, None)
    assert expected is None or found(entries, expected).problem is None, "the next page is known as this source's"


def test_a_first_page_without_a_number_is_the_first() -> None:
    source = dataclasses.replace(PAGED, url=f"{API}/article?limit=2")
    result = found(ANSWER, source.url, site=dataclasses.replace(SITE, sources=(source,)))
    assert result.next_page == f"{API}/article?limit=2&page=2"


def test_a_cursor_is_told_from_a_number() -> None:
    assert not found(ANSWER).is_cursor
    assert found([{"Id": 7, "Link": "/mot-a10001.html"}], CURSOR.url).is_cursor


def test_a_menu_leads_to_lists_and_these_to_articles() -> None:
    menu = {
        "data": {"list": [{"menu_slug": "thoi-su"}, {"menu_slug": "y-te"}, {"menu_slug": ""}, {"menu_slug": "y-te"}]}
    }
    result = found(menu, MENU.url)
    assert [(link.kind, link.url) for link in result.links] == [
        (Kind.JSON, f"{API}/list?category=thoi-su"),
        (Kind.JSON, f"{API}/list?category=y-te"),
    ]
    assert result.problem is None
    entries = [{"type": "tin-bai/y-te", "slug": "m%E1%BB%99t ba-a10001"}, {"slug": "hai-a10002"}, {"type": "tin-bai"}]
    assert paths(found({"data": {"list": entries}}, f"{API}/list?category=y-te")) == [
        "/tin-bai/y-te/m%E1%BB%99t%20ba-a10001.html",
        "/hai-a10002.html",
    ]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "the answer is empty"),
        (b" \n", "the answer is empty"),
        (b"<!DOCTYPE html><html><body>404", "an HTML page in place of JSON"),
        (b'{"data": [', "broken JSON at line 1, column 11"),
        (b"jQuery123({})", "broken JSON at line 1"),
        (b'{"data": "\xff"}', "the bytes are not utf-8"),
        (b"[" * 200_000, "JSON nested too deep"),
        (b'{"data": ' + b"9" * 5000 + b"}", "JSON that cannot be read"),
        (b'{"success": false, "message": "limit"}', 'the answer has no "data"'),
        (b"[]", 'the answer has no "data"'),
        (b'{"data": []}', "there are no entries"),
        (b'{"data": null}', "there are no entries"),
        (b'{"data": "<p>x</p>"}', 'the entries are no objects: "<p>x</p>"'),
        (b'{"data": [{"title": "x"}]}', "none of 1 entries has slug"),
        (b'{"data": [{"slug": {"vi": "x"}}]}', "none of 1 entries has slug"),
        (b'{"data": [{"slug": "mot-bai-khong-co-so"}]}', "none of 1 links is to an article of this site"),
        (b'{"data": [{"slug": "http://["}]}', "none of 1 entries has slug"),
        (b'{"data": [{"slug": "javascript:alert(1)"}]}', "none of 1 entries has slug"),
        (b"\x1f\x8b\x08" + bytes(7) + b"not gzip", "gzip: Error"),
    ],
)
def test_problems_are_named(body: bytes, problem: str) -> None:
    result = found(body)
    assert (result.links, result.next_page) == ((), None) or "links is to" in problem
    assert problem in (result.problem or "")


def test_an_address_that_the_site_file_no_longer_has_is_named() -> None:
    assert found(ANSWER, f"{API}/old?page=2").problem == "no [[source]] of the site file has this address"


def test_a_list_is_read_to_the_bound() -> None:
    many = {"data": [{"slug": f"bai-a{number}.html"} for number in range(10_000, 10_000 + JSON.entries + 1)]}
    result = found(many)
    assert len(result.links) == JSON.entries
    assert result.problem == "more than 3,000 entries: the rest was not read"
    assert found({"data": many["data"][:-1]}).problem is None


def test_entries_without_an_address_are_counted() -> None:
    assert found(ANSWER).loss == Loss(1)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"data": [' + b"[]," * MOST_VALUES + b"{}]}", "JSON of more than 200,000 values"),
        (gzip.compress(b'{"data": [' + b"[]," * MOST_BYTES + b"{}]}"), "more than 4 MiB: the rest was not read"),
    ],
)
def test_an_answer_beyond_the_bounds_is_not_built(body: bytes, problem: str) -> None:
    tracemalloc.start()
    assert found(body).problem == problem
    assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    tracemalloc.stop()


ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1.5,
    "",
    "\ud800",
    "x" * 10_000,
    [],
    {},
    [[[]]],
    [None, 1, "x", {}],
    {"slug": []},
    {"Id": {}},
)


def variants(value: Any) -> Iterator[Any]:
    """The value with an odd one in each place in turn."""
    yield from ODD
    if isinstance(value, dict):
        for key, inner in value.items():
            for other in variants(inner):
                yield {**value, key: other}
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            for other in variants(inner):
                yield [*value[:place], other, *value[place + 1 :]]


@pytest.mark.parametrize("source", [PAGED, CURSOR, MENU], ids=["page", "cursor", "menu"])
def test_a_wrong_type_in_any_place_breaks_nothing(source: Source) -> None:
    entries = [
        {
            "slug": "mot-a10001.html",
            "Link": "mot-a10001.html",
            "Id": 7,
            "menu_slug": "a",
            "type": "b",
            "publish_date": "2026",
        },
        {"slug": "hai-a10002.html", "Link": "hai-a10002.html", "Id": 6},
    ]
    answer: Any = {PAGED: {"data": entries}, CURSOR: entries, MENU: {"data": {"list": entries}}}[source]
    sound = {link.url for link in found(answer, source.url).links}
    count = 0
    for other in variants(answer):
        result = found(other, source.url)
        count += 1
        assert result.links or result.problem
        assert {link.url for link in result.links if link.kind is Kind.ARTICLE and "xxx" not in link.url} <= sound
    assert count > 50


@pytest.mark.parametrize(
    ("template", "address", "values"),
    [
        ("https://a.vn/more_{Id}_10", "https://a.vn/more_123_10", {"Id": "123"}),
        ("https://a.vn/more_{Id}_10", "https://a.vn/more__10", None),
        ("https://a.vn/more_{Id}_10", "https://a.vn/more_1/2_10", None),
        ("https://a.vn/?p={page}&c={a.b}", "https://a.vn/?p=2&c=x-y", {"page": "2", "a.b": "x-y"}),
        ("https://a.vn/?p={page}", "https://a.vn/?p=2&c=3", None),
    ],
)
def test_a_template_knows_its_addresses(template: str, address: str, values: dict[str, str] | None) -> None:
    assert templates.match(template, address) == values
    assert values is None or templates.fill(template, values.get) == address

"""Crawls of outlets with JSON: lists and articles come from another host, over real HTTP."""

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from archive import Archive, Article
from crawler.demo.outlets import outlets
from crawler.demo.serve import SampleWeb
from tests.crawler.conftest import Run
from tests.crawler.crawls import crawl, rows

SIZE = 7
"""Entries of one page of a list; the sample outlet fills several."""

Answer = tuple[int, dict[str, str], str]
Route = Callable[[str, dict[str, str]], Answer | None]
"""Path and query → the answer; None is a 404."""


@dataclass
class Host:
    """A host on loopback whose answers a function makes."""

    route: Route
    origin: str = ""
    log: list[str] = field(default_factory=list)
    """Path with query of each request, robots.txt included."""


@contextlib.contextmanager
def serve(route: Route) -> Iterator[Host]:
    host = Host(route)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.log.append(self.path)
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, headers, text = host.route(parts.path, query) or (404, {}, "none")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(text.encode())), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def json_of(value: Any) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value)


def stored(folder: Path) -> dict[str, Article]:
    with Archive.open(folder / "news-archive", read_only=True) as archive:
        return {each.article.url: each.article for each in archive.articles()}


# --- lists ---

OUTLET = outlets()[1]
PATHS = [article.path for article in sorted(OUTLET.articles, key=lambda article: article.published, reverse=True)]

BY_NUMBER = """
url = "{api}/v1/article?limit=7&page=1"
items = "data"
address = "slug"
next_page = "{api}/v1/article?limit=7&page={{page}}"
"""
BY_CURSOR = """
url = "{api}/more_0_7"
address = ["Link", "LinktoMe2"]
next_page = "{api}/more_{{PublisherId}}_7"
"""
BY_MENU = """
url = "{api}/menu"
items = "data.list"
address = "/{{slug}}"
lists = "{api}/list?category={{menu_slug}}"
"""


def lists_of(paths: list[str]) -> Route:
    """The lists of an outlet in three forms; `paths` are its articles, the newest first, and may grow."""

    def route(path: str, query: dict[str, str]) -> Answer | None:
        numbered = list(zip(range(1000 + len(paths), 1000, -1), paths, strict=True))
        if path == "/v1/article":
            start = (int(query["page"]) - 1) * SIZE
            entries = [{"slug": each.lstrip("/"), "title": "x"} for each in paths[start : start + SIZE]]
            return json_of({"success": True, "data": [*entries, {"slug": "chi-co-ten"}] if entries else []})
        if found := re.fullmatch(r"/more_(\d+)_7", path):
            behind = [(number, each) for number, each in numbered if number < (int(found[1]) or 9999)]
            return json_of([{"PublisherId": number, "LinktoMe2": each} for number, each in behind[:SIZE]])
        if path == "/menu":
            return json_of({"status": 1, "data": {"list": [{"menu_slug": "chan"}, {"menu_slug": "le"}]}})
        if path == "/list":
            half = paths[0 if query["category"] == "chan" else 1 :: 2]
            return json_of({"status": 1, "data": {"list": [{"slug": each.lstrip("/")} for each in half]}})
        return None

    return route


def site_file(web: SampleWeb, folder: Path, sources: str) -> Path:
    """Return the site file of the sample outlet, with only these sources."""
    head, _, _ = web.site_files[OUTLET.name].partition("[[source]]")
    path = folder / f"{OUTLET.name}.toml"
    path.write_text(head + "".join(f'[[source]]\nkind = "json"{each}\n' for each in sources.split("---")), "utf-8")
    return path


@pytest.mark.parametrize(
    ("source", "second", "third"),
    [
        (BY_NUMBER, ["/v1/article?limit=7&page=1"], ["/v1/article?limit=7&page=1", "/v1/article?limit=7&page=2"]),
        (BY_CURSOR, ["/more_0_7"], ["/more_0_7", "/more_{last}_7"]),
        (BY_MENU, *[["/menu", "/list?category=chan", "/list?category=le"]] * 2),
    ],
    ids=["number", "cursor", "menu"],
)
def test_lists_are_walked_once_and_then_as_far_as_there_is_news(
    run: Run, web: SampleWeb, tmp_path: Path, source: str, second: list[str], third: list[str]
) -> None:
    known = PATHS[3:]
    with serve(lists_of(known)) as api:
        path = site_file(web, tmp_path, source.format(api=api.origin))
        code, (report,) = crawl(run, "--site-file", path)
        assert (code, report["stored"], report["balances"]) == (0, len(known), True), report
        assert api.log[0] == "/robots.txt"
        assert len(api.log) == len(set(api.log)), "nothing is asked for twice"

        api.log.clear()
        web.log.clear()
        code, (report,) = crawl(run, "--site-file", path)
        assert (code, report["found"]) == (0, 0)
        assert sorted(api.log) == sorted(["/robots.txt", *second])
        assert [each.target for each in web.log] == []

        # the archive's times are whole seconds, and these crawls may follow each other within one
        rows(tmp_path, "UPDATE urls SET found_at = '2020-01-01T00:00:00+07:00'")
        api.log.clear()
        known[:0] = PATHS[:3]
        code, (report,) = crawl(run, "--site-file", path)
        assert (code, report["stored"]) == (0, 3)
        last = 1000 + len(known) - SIZE + 1
        assert sorted(api.log) == sorted(["/robots.txt", *(each.format(last=last) for each in third)])
    origin = web.origins[OUTLET.name]
    want = {record.url: record for article in OUTLET.articles for record in [article.expected(origin)]}
    assert {url: article.text_sha256 for url, article in stored(tmp_path).items()} == {
        url: article.text_sha256 for url, article in want.items()
    }


def test_a_walk_that_was_stopped_is_taken_up_again(run: Run, web: SampleWeb, tmp_path: Path) -> None:
    for source in (BY_NUMBER, BY_CURSOR):
        with serve(lists_of(PATHS)) as api:
            path = site_file(web, tmp_path, source.format(api=api.origin))
            crawl(run, "--site-file", path, "--limit", 2, "--archive", source[-9:-2])
            _, (report,) = crawl(run, "--site-file", path, "--archive", source[-9:-2])
            assert (report["stored"], report["left"]) == (len(PATHS) - 2, 0)


def test_what_another_source_named_first_does_not_end_the_walk(run: Run, web: SampleWeb, tmp_path: Path) -> None:
    """Articles are requested before lists: when the second list is read, the articles of its first page are stored."""
    with serve(lists_of(PATHS)) as api:
        first = f'\nurl = "{api.origin}/v1/article?limit=7&page=1"\nitems = "data"\naddress = "slug"\n'
        path = site_file(web, tmp_path, first + "---" + BY_CURSOR.format(api=api.origin))
        _, (report,) = crawl(run, "--site-file", path)
    assert report["stored"] == len(PATHS)


def test_a_server_that_ignores_the_number_is_not_asked_on(run: Run, web: SampleWeb, tmp_path: Path) -> None:
    one_page = lists_of(PATHS[:SIZE])
    with serve(lambda path, query: one_page(path, query | {"page": "1"})) as api:
        path = site_file(web, tmp_path, BY_NUMBER.format(api=api.origin))
        crawl(run, "--site-file", path)
        assert api.log == ["/robots.txt", "/v1/article?limit=7&page=1", "/v1/article?limit=7&page=2"]


@pytest.mark.parametrize(
    ("robots", "answer", "reason"),
    [
        ("User-agent: *\nDisallow: /v1/", json_of({"data": []}), "robots"),
        ("", (200, {}, "<!DOCTYPE html><html><body>Bảo trì"), "unreadable"),
        ("", (200, {}, '{"data": [{"slug": '), "unreadable"),
        ("", (503, {}, "{}"), "http-error"),
        ("", (302, {"Location": "http://127.0.0.1:9/"}, ""), "off-site"),
    ],
)
def test_a_list_that_cannot_be_had_is_a_source_that_failed(
    run: Run, web: SampleWeb, tmp_path: Path, robots: str, answer: Answer, reason: str
) -> None:
    with serve(lambda path, _: (200, {}, robots) if path == "/robots.txt" else answer) as api:
        path = site_file(web, tmp_path, BY_NUMBER.format(api=api.origin))
        code, (report,) = crawl(run, "--site-file", path)
        assert (code, [each["reason"] for each in report["troubles"]]) == (4, [reason])


# --- articles ---

SHELL_SITE = """
outlet = "Báo Mường Mẫu"
home = "{pages}/"
article_url = ['^/tin-bai/[^/?]+/[^/?]+$', '^/cu/\\d+']

[[source]]
kind = "json"
url = "{api}/list"
items = "data"
address = "/tin-bai/{{category_slug}}/{{article_slug}}"

[article_api]
page = '^/tin-bai/[^/?]+/(?P<slug>[^/?]+)'
url = "{api}/article?slug={{slug}}"
title = "data.name"
lead = "data.sapo"
body = "data.content"
published = "data.published_at"
byline = "data.authors.name"
tags = "data.tags.name"
"""
BODY = (
    "<p>Sáng 7-3, bà con bản Nà Mường ra đồng thu hoạch vụ rau sớm, mỗi hộ được chừng ba tạ.</p>"
    '<div class="ads">Quảng cáo</div></div><p>Theo hợp tác xã, giá rau năm nay cao hơn năm ngoái một phần mười, '
    "người mua đến tận ruộng.</p><p><img src='/anh/rau.jpg'></p>"
    "<p style='text-align:center'><em>Thu hoạch rau.</em></p>"
)
RECORD: dict[str, Any] = {
    "name": "Bản Nà Mường được mùa rau &amp; quả",
    "sapo": "(BMM) - Vụ rau sớm ở bản Nà Mường năm nay được mùa, lại được giá hơn mọi năm.",
    "content": BODY,
    "published_at": "2026-03-07T01:06:00Z",
    "authors": [{"name": "Lò Văn Mẫu"}, {"name": "Hà Thị Thử"}],
    "tags": [{"name": "rau"}, {"name": "được mùa"}],
}


def test_articles_of_empty_shells_come_from_their_json(run: Run, tmp_path: Path) -> None:
    def answer(path: str, query: dict[str, str]) -> Answer | None:
        if path == "/list":
            slugs = ("duoc-mua", "mat", "hong", "rong")
            return json_of({"data": [{"category_slug": "kinh-te", "article_slug": slug} for slug in slugs]})
        if path == "/article":
            return {
                "duoc-mua": json_of({"data": RECORD}),
                "hong": (200, {}, '{"data": '),
                "rong": json_of({"data": {**RECORD, "content": None}}),
            }.get(query["slug"])
        return None

    with serve(answer) as api, serve(lambda *_: (200, {}, "<div id=root></div>")) as pages:
        site = tmp_path / "muongmau.toml"
        site.write_text(SHELL_SITE.format(api=api.origin, pages=pages.origin), encoding="utf-8")
        code, (report,) = crawl(run, "--site-file", site)
        assert pages.log == [], "the shell is not asked for"
        assert code == 3
        assert (report["stored"], report["refused"], report["failed"]) == (
            1,
            {"gone": 1, "no-text": 1},
            {"unreadable": 1},
        )
        crawl(run, "--site-file", site)
        url = f"{pages.origin}/tin-bai/kinh-te/duoc-mua"
        shown = run("extract", url, "--site-file", site, "--allow-private", "--json")
        assert json.loads(shown.stdout)["title"] == "Bản Nà Mường được mùa rau & quả"
        assert json.loads(run("show", url, "--json").stdout)["aliases"] == [], "the answer is no page"
    again = json.loads(run("reparse", "--site-file", site, "--json").stdout)
    assert (again["changes"], again["worse"], again["read"]) == ({}, [], 3), "its raw page is the answer of JSON"
    (article,) = stored(tmp_path).values()
    assert article.url == url
    assert article.title == "Bản Nà Mường được mùa rau & quả"
    assert (article.lead_mark, article.lead) == ("(BMM)", RECORD["sapo"].removeprefix("(BMM) - "))
    assert article.body.splitlines()[0].startswith("Sáng 7-3")
    assert len(article.body.splitlines()) == 2
    assert article.byline == ("Lò Văn Mẫu", "Hà Thị Thử")
    assert str(article.published_at) == "2026-03-07 08:06:00+07:00"
    assert [(image.url, image.caption) for image in article.images] == [
        (f"{pages.origin}/anh/rau.jpg", "Thu hoạch rau.")
    ]
    assert article.tags == ("rau", "được mùa")
    assert article.sources["body"] == "json:data.content"
    assert article.sources["published_at"] == "json:data.published_at"


def test_a_host_of_json_alone_has_no_pages_of_the_outlet(run: Run, tmp_path: Path) -> None:
    """A page that redirects to this host leaves the site, and the host's robots.txt is not requested."""
    with serve(lambda *_: json_of({"data": RECORD})) as api:
        link = '<a href="/cu/1">Cũ</a>'
        moved: Answer = (302, {"Location": f"{api.origin}/article?slug=duoc-mua"}, "")
        with serve(lambda path, _: moved if path == "/cu/1" else (200, {}, link)) as pages:
            site = tmp_path / "muongmau.toml"
            text = SHELL_SITE.format(api=api.origin, pages=pages.origin)
            text = text.replace('kind = "json"', 'kind = "section"').replace(f"{api.origin}/list", f"{pages.origin}/")
            site.write_text(re.sub(r"(?m)^(items|address) = .*\n", "", text), encoding="utf-8")
            _, (report,) = crawl(run, "--site-file", site)
        assert report["refused"] == {"off-site": 1}
        assert api.log == []

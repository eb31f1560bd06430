"""The bundled sample site: its truths, its pages and its HTTP answers."""

import gzip
import http.client
import os
import re
import subprocess
import sys
import unicodedata
from collections import deque
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from archive.record import Precision
from crawler.demo.newsroom import SampleArticle
from crawler.demo.outlets import outlets, site_file
from crawler.demo.serve import SampleWeb, serve
from crawler.demo.web import Outlet, Response
from crawler.errors import SampleSitePortInUse
from crawler.site import Site
from crawler.site_files.load import load_site

ORIGIN = "http://127.0.0.1:8871"
ARTICLES = [(outlet, article) for outlet in outlets() for article in outlet.articles]

PRINT_ALL_PAGES = f"""
import hashlib
from crawler.demo.outlets import outlets
digest = hashlib.sha256()
for outlet in outlets():
    for path in ["/", "/sitemap.xml", "/rss/home.rss", *(article.path for article in outlet.articles)]:
        digest.update(outlet.respond(path, "{ORIGIN}", {{}}).body)
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def web() -> Iterator[SampleWeb]:
    with serve(port=0) as served:
        yield served


def fetch(
    url: str, headers: Mapping[str, str] | None = None, *, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def get(outlet: Outlet, path: str, headers: Mapping[str, str] | None = None) -> Response:
    return outlet.respond(path, ORIGIN, headers or {})


def readable(html: str) -> str:
    """Return what a reader sees: no tags, entities resolved, NFC, single spaces, Đ for Ð."""
    text = unescape(re.sub(r"<[^>]+>", "", html)).replace("\u200b", "").replace("\u00d0", "Đ")
    return " ".join(unicodedata.normalize("NFC", text).split())


def site_of(outlet: Outlet, folder: Path) -> Site:
    path = folder / f"{outlet.name}.toml"
    path.write_text(site_file(outlet, ORIGIN), "utf-8")
    return load_site(path)


def is_article(site: Site, path: str) -> bool:
    wanted = any(pattern.search(path) for pattern in site.article_url)
    return wanted and not any(pattern.search(path) for pattern in site.not_article)


def test_the_sample_is_as_large_and_varied_as_promised() -> None:
    assert len(outlets()) == 3
    assert len({outlet.paper.platform for outlet in outlets()}) == 3
    assert {outlet.paper.province for outlet in outlets()} == {"Thái Nguyên", "Ninh Thuận"}
    assert all(len(outlet.articles) == 24 for outlet in outlets())
    date_forms = {re.sub(r"\w", "9", article.published_text) for _, article in ARTICLES}
    assert len(date_forms) >= 7
    assert {article.precision for _, article in ARTICLES} == set(Precision)
    bylines = [article.sign_off for _, article in ARTICLES]
    assert any(len(each.names) == 2 for each in bylines)
    assert any(each.credit and not each.names for each in bylines)
    assert any(each.printed is None for each in bylines)


def test_truths_are_distinct() -> None:
    for values in zip(*((a.path, a.title, a.lead, a.body) for _, a in ARTICLES), strict=True):
        assert len(set(values)) == len(ARTICLES)


@pytest.mark.parametrize(("outlet", "article"), ARTICLES, ids=lambda each: getattr(each, "title", ""))
def test_page_prints_its_truth(outlet: Outlet, article: SampleArticle) -> None:
    page = readable(get(outlet, article.path).body.decode())
    record = article.expected(ORIGIN)
    pieces = [record.title, record.lead, record.lead_mark, record.byline_raw, record.published_raw]
    pieces += [line.removeprefix("- ") for row in record.body.split("\n") for line in row.split(" | ")]
    pieces += [*record.section, *record.tags, *(image.caption for image in record.images)]
    for piece in filter(None, pieces):
        assert piece in page
        assert piece == " ".join(unicodedata.normalize("NFC", piece).split())


def test_related_boxes_and_sidebars_name_other_articles() -> None:
    outlet, article = next((o, a) for o, a in ARTICLES if "Khuổi Lùng" in a.title)
    page = get(outlet, article.path).body.decode()
    body = page[page.index('id="content"') : page.index('id="fb-root"')]
    assert "Tin liên quan" in body
    assert "Tin liên quan" not in article.body
    assert re.search(r'<div class="date color2"> \d\d:\d\d, ', page)


def test_quirks_are_on_the_pages() -> None:
    def page(words: str) -> str:
        outlet, article = next((o, a) for o, a in ARTICLES if words in a.title)
        return get(outlet, article.path).body.decode()

    assert not unicodedata.is_normalized("NFC", page("Tiếng đàn tính"))
    assert "\u00d0ảng" in page("Đối thoại để dân hiểu")
    assert "&agrave;" in page("Phục dựng lễ cấp sắc")
    assert ",\u200b " in page("Xóa nhà tạm")
    assert "&nbsp;" in page("Nho Hòa Nắng")
    assert "sub_first_content" in page("Giữ rừng đầu nguồn")
    assert "http://beta." in page("Giữ rừng đầu nguồn")


def test_two_builds_give_the_same_bytes() -> None:
    def build(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", PRINT_ALL_PAGES]
        result = subprocess.run(
            command, env=environment, capture_output=True, check=True, cwd=Path(__file__).parents[2]
        )
        return result.stdout.decode()

    assert build("1") == build("2")


@pytest.mark.parametrize("outlet", outlets(), ids=lambda outlet: outlet.name)
def test_site_file_loads_and_tells_articles_from_the_rest(outlet: Outlet, tmp_path: Path) -> None:
    site = site_of(outlet, tmp_path)
    assert site.province == outlet.paper.province
    assert site.domains == ("127.0.0.1:8871",)
    assert all(is_article(site, article.path) for article in outlet.articles)
    lures = [odd.path for odd in outlet.odd_pages if is_article(site, odd.path)]
    assert len(lures) == 1  # one that only its answer gives away: a soft 404, a 410, a 404


@pytest.mark.parametrize("name", [outlet.name for outlet in outlets()])
def test_every_article_is_reachable_from_the_sources(web: SampleWeb, name: str) -> None:
    outlet = next(each for each in outlets() if each.name == name)
    origin = web.origins[name]
    articles = {origin + article.path for article in outlet.articles}
    waiting = deque(origin + path for _, path in outlet.sources)
    seen = set(waiting)
    while waiting:
        url = waiting.popleft()
        status, _, body = fetch(url)
        assert status == 200
        for link in re.findall(r'(?:href="|<loc>|<link>)([^"<]+)', body.decode()):
            found = urljoin(url, unescape(link)).split("#")[0]
            listing = "?p=" in found or "?paged=" in found or "/sitemaps/" in found
            if found.startswith(origin) and listing and found not in seen:
                waiting.append(found)
            seen.add(found.split("?utm_")[0])
    assert articles <= seen
    assert seen & {origin + odd.path for odd in outlet.odd_pages}


def test_an_unchanged_page_is_answered_with_304(web: SampleWeb) -> None:
    outlet = outlets()[0]
    url = web.origins[outlet.name] + outlet.articles[0].path
    _, headers, _ = fetch(url)
    for condition in (
        {"If-None-Match": headers["etag"]},
        {"If-Modified-Since": headers["last-modified"]},
    ):
        status, answer, body = fetch(url, condition)
        assert (status, body, answer["etag"]) == (304, b"", headers["etag"])
    assert fetch(url, {"If-None-Match": 'W/"other"', "If-Modified-Since": headers["last-modified"]})[0] == 200
    assert fetch(url, {"If-Modified-Since": "yesterday"})[0] == 200


def test_gzip_is_sent_to_those_who_accept_it(web: SampleWeb) -> None:
    outlet = outlets()[1]
    url = web.origins[outlet.name] + outlet.articles[0].path
    _, plain, body = fetch(url)
    _, packed, compressed = fetch(url, {"Accept-Encoding": "gzip, deflate"})
    assert "content-encoding" not in plain
    assert plain["content-type"] == "text/html; charset=utf-8"
    assert packed["content-encoding"] == "gzip"
    assert gzip.decompress(compressed) == body


def test_status_codes() -> None:
    tea, sun, spring = outlets()
    assert get(tea, "/khong-co/").status == 404
    assert get(tea, "/kinh-te/?paged=9").status == 404
    assert get(sun, "/thong-bao-chieu-sinh-a99001.html").status == 410
    assert get(spring, "/ban-tin-nhap-post99999.html").status == 404
    soft = get(tea, "/xa-hoi/202509/tin-da-go-1b2c3d4/")
    assert soft.status == 200
    assert "Không tìm thấy trang" in soft.body.decode()
    bare = tea.articles[0].path.rstrip("/")
    assert dict(get(tea, bare).headers)["Location"] == ORIGIN + tea.articles[0].path
    picture = get(tea, next(article for article in tea.articles if article.pictures).pictures[0].path)
    assert picture.body.startswith(b"\x89PNG")


def test_feed_holds_the_newest_with_a_byte_order_mark() -> None:
    sun = outlets()[1]
    feed = get(sun, "/rss/home.rss").body.decode()
    assert feed.startswith("\ufeff<?xml")
    dates = [parsedate_to_datetime(text) for text in re.findall(r"<pubDate>([^<]+)</pubDate>", feed)[1:]]
    assert dates == [article.published for article in sun.articles[:20]]
    assert "+0700" in feed


def test_sitemap_months_are_not_padded() -> None:
    spring = outlets()[2]
    index = get(spring, "/sitemap.xml").body.decode()
    assert "/sitemaps/news-2025-2.xml" in index
    assert "<lastmod>2025-02-15T10:18:00+07:00</lastmod>" in get(spring, "/sitemaps/news-2025-2.xml").body.decode()


def test_robots_closes_the_advertisements() -> None:
    rules = get(outlets()[0], "/robots.txt").body.decode()
    assert "Disallow: /rao-vat/" in rules
    assert "Crawl-delay" not in rules


def test_requests_are_logged(web: SampleWeb) -> None:
    fetch(web.origins["doiche"] + "/?seen=1", {"User-Agent": "a reader"}, method="HEAD")
    request = next(each for each in web.log if each.target == "/?seen=1")
    assert (request.outlet, request.method, request.status) == ("doiche", "HEAD", 200)
    assert dict(request.headers)["user-agent"] == "a reader"


def test_a_taken_port_is_refused_by_name(web: SampleWeb) -> None:
    taken = urlsplit(web.origins["doiche"]).port
    assert taken
    with pytest.raises(SampleSitePortInUse, match=str(taken)), serve(port=taken):
        pass

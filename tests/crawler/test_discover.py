import dataclasses
import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import Kind
from crawler.discover import Found, discover
from crawler.discover.moments import read_moment
from crawler.page import Page
from crawler.site import Site
from crawler.site_files.load import packaged_sites
from tests.saved import PAGES, needs_pages

SITES = packaged_sites()
CANTHO = SITES["baocantho"]
HOME = "https://baocantho.com.vn"
SEEN_AT = datetime(2026, 8, 1, tzinfo=UTC)


def found(body: str | bytes, kind: Kind, *, url: str = f"{HOME}/thoi-su/", site: Site = CANTHO) -> Found:
    content = body.encode() if isinstance(body, str) else body
    return discover(Page(url, content, SEEN_AT), kind, site)


def paths(result: Found) -> list[str]:
    return [link.url.removeprefix(HOME) for link in result.links]


def like(host: str, pattern: str) -> Site:
    """A site that nobody has described, for the saved pages of national papers."""
    return dataclasses.replace(
        CANTHO, home=f"https://{host}/", domains=(host,), article_url=(re.compile(pattern),), not_article=()
    )


RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Thời sự</title>
<link>https://baocantho.com.vn/</link><atom:link rel="self" href="https://baocantho.com.vn/rss/"/>
<item><title><![CDATA[Nh&#225; v&#432;&#7901;n]]></title>
  <link> https://baocantho.com.vn/mot-a10001.html?utm_source=rss </link>
  <pubDate>Sat, 07 Mar 2026 08:06:00 GMT+7</pubDate></item>
<item><guid isPermaLink="true">https://baocantho.com.vn/hai-a10002.html</guid></item>
<item><link>https://baocantho.com.vn/mot-a10001.html</link></item>
<item><link>https://example.vn/ba-a10003.html</link></item>
<item><link>javascript:alert(1)</link></item>
</channel></rss>"""


def test_rss() -> None:
    result = found(RSS.format(encoding="utf-8"), Kind.FEED)
    assert paths(result) == ["/mot-a10001.html", "/hai-a10002.html"]
    assert result.links[0].published_at == datetime(2026, 3, 7, 1, 6, tzinfo=UTC)
    assert result.links[1].published_at is None
    assert result.problem is None


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1258", "no-such-code"])
def test_feed_that_lies_about_its_encoding(encoding: str) -> None:
    assert len(found("\ufeff" + RSS.format(encoding=encoding), Kind.FEED).links) == 2


def test_feed_that_is_really_utf_16() -> None:
    assert len(found(RSS.format(encoding="utf-16").encode("utf-16"), Kind.FEED).links) == 2


def test_atom() -> None:
    result = found(
        """<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://baocantho.com.vn/"/>
        <entry><link rel="replies" href="/y-a10009.html"/><link rel="alternate" href="/mot-a10001.html"/>
        <published>2026-03-07T08:06:00+07:00</published><updated>2026-03-07T02:00:00Z</updated></entry>
        </feed>""",
        Kind.FEED,
    )
    assert paths(result) == ["/mot-a10001.html"]
    assert result.links[0].published_at == datetime(2026, 3, 7, 1, 6, tzinfo=UTC)
    assert result.links[0].modified_at == datetime(2026, 3, 7, 2, 0, tzinfo=UTC)


def test_feed_that_breaks_off_gives_its_complete_entries() -> None:
    text = RSS.format(encoding="utf-8")
    result = found(text[: text.index("<item><guid")] + "<item><link>https://baocantho.com.vn/ha", Kind.FEED)
    assert paths(result) == ["/mot-a10001.html"]
    assert result.problem is not None
    assert "broken XML" in result.problem


@pytest.mark.parametrize(
    ("body", "kind", "problem"),
    [
        ("", Kind.FEED, "the answer is empty"),
        ("<!DOCTYPE html><html><body>404", Kind.FEED, "an HTML page in place of a feed"),
        ("<urlset></urlset>", Kind.FEED, "not a feed: it begins with <urlset>"),
        ("<rss><channel/></rss>", Kind.FEED, "there are no entries"),
        (
            "<rss><item><link>https://a.vn/x</link></item></rss>",
            Kind.FEED,
            "none of 1 links is to an article of this site",
        ),
        ("not xml at all", Kind.FEED, "broken XML"),
        ("\ufeff  <html>", Kind.SITEMAP, "an HTML page in place of a sitemap"),
        ("<rss/>", Kind.SITEMAP, "there are no entries"),
        (b"\x1f\x8b\x08" + bytes(7) + b"not gzip", Kind.SITEMAP, "gzip: Error"),
        ("", Kind.SECTION, "the answer is empty"),
        ("<p>Trang đang bảo trì</p>", Kind.SECTION, "none of 0 links is to an article of this site"),
    ],
)
def test_problems_are_named(body: str | bytes, kind: Kind, problem: str) -> None:
    result = found(body, kind)
    assert result.links == ()
    assert problem in (result.problem or "")


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://baocantho.com.vn/</loc><lastmod>2026-08-01</lastmod></url>
<url><image:image><image:loc>https://baocantho.com.vn/anh-a10009.html</image:loc></image:image>
 <loc>https://baocantho.com.vn/mot-a10001.html</loc><lastmod>2026-03-08T00:00:00+07:00</lastmod>
 <news:news><news:publication_date>2026-03-07</news:publication_date></news:news></url>
<url><loc>https://baocantho.com.vn/hai-a10002.html</loc></url>
</urlset>"""


def test_sitemap() -> None:
    result = found(SITEMAP, Kind.SITEMAP)
    assert paths(result) == ["/mot-a10001.html", "/hai-a10002.html"]
    assert str(result.links[0].published_at) == "2026-03-07 00:00:00+07:00"
    assert str(result.links[0].modified_at) == "2026-03-08 00:00:00+07:00"
    assert found(gzip.compress(SITEMAP.encode()), Kind.SITEMAP) == result
    assert found(SITEMAP.replace('"http://www.sitemaps.org/schemas/sitemap/0.9"', '""'), Kind.SITEMAP) == result


def changed(*lastmods: str) -> list[str | None]:
    """The times of change that are taken from a sitemap of entries with these."""
    made = "".join(
        f"<url><loc>https://baocantho.com.vn/tin-a{100000 + n}.html</loc><lastmod>{lastmod}</lastmod></url>"
        for n, lastmod in enumerate(lastmods)
    )
    links = found(f"<urlset>{made}</urlset>", Kind.SITEMAP).links
    assert len(links) == len(lastmods)
    return [link.modified_at.isoformat() if link.modified_at else None for link in links]


DAYS = [f"2026-02-{day:02}T08:30:00+07:00" for day in range(1, 29)]


@pytest.mark.parametrize(
    "made_up",
    [
        [SEEN_AT.isoformat()],  # its clock
        [f"{SEEN_AT:%Y-%m-%d}"],  # built anew every day
        [f"{SEEN_AT:%Y-%m-%d}T03:0{minute}:17+07:00" for minute in range(5)],  # and that took minutes
    ],
)
def test_times_of_change_that_most_of_a_sitemap_shares_are_made_up(made_up: list[str]) -> None:
    assert changed(*made_up * 20, *DAYS[:10])[len(made_up) * 20 :] == DAYS[:10], "the others are believed"
    assert set(changed(*made_up * 20, *DAYS[:10])[: len(made_up) * 20]) == {None}


def test_few_changes_and_those_of_a_part_are_believed() -> None:
    today, midnight = f"{SEEN_AT:%Y-%m-%d}", f"{SEEN_AT:%Y-%m-%d}T00:00:00+07:00"
    assert changed(*10 * [today]) == 10 * [midnight], "the news of a slow day"
    assert changed(*20 * [today], *DAYS[:20]) == [*20 * [midnight], *DAYS[:20]]


def test_index_leads_to_sitemaps_of_this_site() -> None:
    result = found(
        """<sitemapindex><sitemap><loc>https://baocantho.com.vn/sitemaps/news-2026-3.xml.gz</loc>
        <lastmod>2026-03-31</lastmod></sitemap>
        <sitemap><loc>https://baocantho.com.vn:8443/sitemap.xml</loc></sitemap>
        <sitemap><loc>file:///etc/passwd</loc></sitemap></sitemapindex>""",
        Kind.SITEMAP,
    )
    assert [(link.kind, link.url) for link in result.links] == [(Kind.SITEMAP, f"{HOME}/sitemaps/news-2026-3.xml.gz")]


def test_sitemap_cut_in_the_gzip_gives_its_complete_entries() -> None:
    body = gzip.compress(SITEMAP.encode() + b" " * 100_000, compresslevel=0)
    result = found(body[: len(SITEMAP.encode()) - 20], Kind.SITEMAP)
    assert paths(result) == ["/mot-a10001.html"]
    assert result.problem == "gzip: it ends early"


def test_entities_are_not_expanded_and_files_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{HOME}/secret-a10001.html")
    result = found(
        f"""<!DOCTYPE urlset [<!ENTITY file SYSTEM "file://{tmp_path}/secret">
        <!ENTITY inner "{HOME}/inner-a10002.html">]>
        <urlset><url><loc>&file;</loc></url><url><loc>&inner;</loc></url>
        <url><loc>{HOME}/mot-a10003.html</loc></url></urlset>""",
        Kind.SITEMAP,
    )
    assert paths(result) == ["/mot-a10003.html"]


def test_an_entity_bomb_is_a_text_like_any_other() -> None:
    result = found(
        f"""<!DOCTYPE urlset [<!ENTITY a "{"x" * 1000}"><!ENTITY b "{"&a;" * 1000}">
        <!ENTITY c "{"&b;" * 1000}">]>
        <urlset><url><loc>{HOME}/mot-a10001.html</loc></url><url><loc>&c;</loc></url></urlset>""",
        Kind.SITEMAP,
    )
    assert (paths(result), result.problem) == (["/mot-a10001.html"], None)


def test_listing() -> None:
    result = found(
        """<base href="https://baocantho.com.vn/"><a href="mot-a10001.html#binh-luan">Một</a>
        <a href=" /hai-a10002.html?fbclid=x ">Hai</a><a href="/mot-a10001.html"><img></a>
        <a href="https://example.vn/ba-a10003.html">Ba</a><a href="mailto:toasoan@baocantho.com.vn">Thư</a>
        <a href="/rao-vat-ban-nha-a10004.html">Rao</a><a href="http://[">?</a><a href="#">Lên</a>""",
        Kind.SECTION,
    )
    assert paths(result) == ["/mot-a10001.html", "/hai-a10002.html"]
    assert result.next_page is None


@pytest.mark.parametrize(
    ("here", "links", "expected"),
    [
        ("/thoi-su/", "/thoi-su?p=2 /thoi-su?p=3 /thoi-su?p=5", "/thoi-su?p=2"),
        ("/thoi-su?p=2", "/thoi-su?p=1 /thoi-su?p=3 /thoi-su?p=5", "/thoi-su?p=3"),
        ("/thoi-su?p=5", "/thoi-su?p=1 /thoi-su?p=4", None),
        ("/thoi-su/", "/kinh-te?p=2", None),
        ("/thoi-su/", "/thoi-su/?p=2&d=", "/thoi-su/?p=2&d="),
        ("/thoi-su?d=7", "/thoi-su?p=2 /thoi-su?d=7&p=2", "/thoi-su?d=7&p=2"),
        ("/thoi-su", "?page=1 ?page=2 ?page=3695", "/thoi-su?page=2"),
        ("/khoa-hoc/", "?paged=2 ?paged=167", "/khoa-hoc/?paged=2"),
        ("/thoi-su.htm", "/thoi-su/trang-2.htm", "/thoi-su/trang-2.htm"),
        ("/thoi-su/trang-2.htm", "/thoi-su/trang-3.htm /thoi-su.htm", "/thoi-su/trang-3.htm"),
        ("/thoi-su/trang2.html", "/thoi-su/trang3.html", "/thoi-su/trang3.html"),
        ("/thoi-su/page/2/", "/thoi-su/page/3/", "/thoi-su/page/3/"),
        ("/thoi-su", "/thoi-su-p2 /thoi-su-p3", "/thoi-su-p2"),
        ("/thoi-su", "/thoi-su-page0 /thoi-su-page1 /thoi-su-page2", "/thoi-su-page1"),
        ("/thoi-su", "https://example.vn/thoi-su?p=2", None),
    ],
)
def test_next_page_is_the_next_number(here: str, links: str, expected: str | None) -> None:
    body = "".join(f'<a href="{link}">x</a>' for link in links.split())
    result = found(body, Kind.SECTION, url=HOME + here)
    assert result.next_page == (HOME + expected if expected else None)


def test_next_page_that_the_site_or_the_page_names_comes_first() -> None:
    body = """<link rel="next" href="/thoi-su-page1"><a class="more" href="/thoi-su?cursor=9">Xem thêm</a>
    <a href="/thoi-su?p=2">2</a>"""
    assert found(body, Kind.SECTION).next_page == f"{HOME}/thoi-su-page1"
    site = dataclasses.replace(CANTHO, next_page=("a.more@href",))
    assert found(body, Kind.SECTION, site=site).next_page == f"{HOME}/thoi-su?cursor=9"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sat, 07 Mar 2026 08:06:00 +0700", "2026-03-07 08:06:00+07:00"),
        ("Sat, 07 Mar 2026 08:06:00 GMT+7", "2026-03-07 08:06:00+07:00"),
        ("Sat, 07 Mar 2026 01:06:00 GMT", "2026-03-07 01:06:00+00:00"),
        ("Sat, 05 Sep 26 22:17:00 +0700", "2026-09-05 22:17:00+07:00"),
        ("9/25/2026 1:30:00 PM", "2026-09-25 13:30:00+07:00"),
        ("9/9/2026, 12:05:00 AM", "2026-09-09 00:05:00+07:00"),
        ("25/9/2026 8:05", "2026-09-25 08:05:00+07:00"),
        ("25/09/2026 8:28:28 CH", "2026-09-25 20:28:28+07:00"),
        ("2026/09/05 10:00:00", "2026-09-05 10:00:00+07:00"),
        ("9/5/2026 1:30:00 PM", "None"),
        ("Sat, Sep 05 2026 08:28:28 PM", "2026-09-05 20:28:28+07:00"),
        ("Sat, 05 Sep 2026 20:28 PM", "2026-09-05 20:28:00+07:00"),
        ("Sat, 05 Sep 2026 12:15 SA", "2026-09-05 00:15:00+07:00"),
        ("Sat, 05 Sep 2026 08:15:00 ICT", "2026-09-05 08:15:00+07:00"),
        ("Sat,05 Sep 2026 08:15:00 +07:00", "2026-09-05 08:15:00+07:00"),
        ("Sat, 05 Sep 2026 24:00:00 +0700", "None"),
        ("T7, 05 Th9 2026 10:09:29 +0700", "None"),
        ("Thứ bảy, 05/09/2026, 08:15 (GMT+7)", "None"),
        ("1788570900", "None"),
        ("99/99/2026 10:00", "None"),
        ("2026-03-07", "2026-03-07 00:00:00+07:00"),
        ("2025-06-17T13:43:02+0700", "2025-06-17 13:43:02+07:00"),
        ("2026-03-07T08:52:11.000 +07:00", "2026-03-07 08:52:11+07:00"),
        ("2026-03-07T01:00:00Z", "2026-03-07 01:00:00+00:00"),
        ("2026-03-07 08:07", "2026-03-07 08:07:00+07:00"),
        ("13/13/2026 1:30:00 PM", "None"),
        ("0001-01-01T00:00:00+07:00", "None"),
        ("9999-12-31T23:59:59Z", "None"),
        ("hôm qua", "None"),
        ("", "None"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    assert str(read_moment(text)) == expected


@needs_pages
@pytest.mark.parametrize(
    ("name", "url", "site", "count", "next_page"),
    [
        ("baocantho_category_thoisu.html", f"{HOME}/thoi-su/", CANTHO, 78, f"{HOME}/thoi-su?p=2"),
        ("baocaobang_home_2017.htm", "http://www.baocaobang.vn/", SITES["baocaobang"], 80, None),
        (
            "dantri_list_2026.html",
            "https://dantri.com.vn/kinh-doanh.htm",
            like("dantri.com.vn", r"-\d{12,}\.htm$"),
            44,
            "https://dantri.com.vn/kinh-doanh/trang-2.htm",
        ),
        (
            "vietnamnet_list_2026.html",
            "https://vietnamnet.vn/kinh-doanh",
            like("vietnamnet.vn", r"-\d{6,}\.html$"),
            31,
            "https://vietnamnet.vn/kinh-doanh-page1",
        ),
        (
            "laodong_category_2026.html",
            "https://laodong.vn/thoi-su",
            like("laodong.vn", r"-\d+\.ldo$"),
            28,
            "https://laodong.vn/thoi-su?page=2",
        ),
    ],
)
def test_saved_listings(name: str, url: str, site: Site, count: int, next_page: str | None) -> None:
    result = found((PAGES / "listings" / name).read_bytes(), Kind.SECTION, url=url, site=site)
    assert (len(result.links), result.next_page, result.problem) == (count, next_page, None)


@needs_pages
@pytest.mark.parametrize(
    ("name", "host", "count", "first"),
    [
        ("dantri_bom.rss", "dantri.com.vn", 100, "2026-07-25 22:14:50+07:00"),
        ("vietstock_feed.xml", "vietstock.vn", 27, "2026-07-24 14:54:34+07:00"),
        ("vneconomy_feed.xml", "vneconomy.vn", 50, "2026-07-24 08:29:09+00:00"),
    ],
)
def test_saved_feeds(name: str, host: str, count: int, first: str) -> None:
    site = like(host, r"\.htm")
    result = found((PAGES / "feeds" / name).read_bytes(), Kind.FEED, url=f"https://{host}/rss", site=site)
    assert (len(result.links), str(result.links[0].published_at)) == (count, first)
    assert result.problem is None

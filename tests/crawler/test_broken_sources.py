"""Sources as servers send them: what can be read of them is read, and what is lost is counted."""

import gzip
from datetime import UTC, datetime

import pytest

from archive import Kind, Loss
from crawler.discover import Found, discover
from crawler.page import Page
from crawler.site_files.load import packaged_sites

SITE = packaged_sites()["baocantho"]
HOME = "https://baocantho.com.vn"
MOT, HAI, BA = (f"{HOME}/{word}-a1000{number}.html" for number, word in enumerate(("mot", "hai", "ba"), start=1))
ALL = ["mot", "hai", "ba"]


def found(body: str | bytes, kind: Kind, *, url: str = f"{HOME}/nguon/moi.xml") -> Found:
    content = body.encode() if isinstance(body, str) else body
    return discover(Page(url, content, datetime(2026, 8, 1, tzinfo=UTC)), kind, SITE)


def names(result: Found) -> list[str]:
    """The articles: "mot" for /mot-a10001.html; other addresses as their path."""
    paths = [link.url.removeprefix(HOME) for link in result.links]
    return [path[1:].partition("-a1000")[0] if "-a1000" in path else path for path in paths]


def rss(*, before: str = "", first: str = "<title>Mưa</title>", link: str = MOT) -> str:
    return (
        f'{before}<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Tin</title>'
        f"<item>{first}<link>{link}</link></item>"
        f"<item><title>Gió</title><link>{HAI}</link></item><item><title>Nắng</title><link>{BA}</link></item></channel></rss>"
    )


@pytest.mark.parametrize(
    "feed",
    [
        rss(before="\n\n"),
        rss(before="  \t"),
        rss(before="\ufeff"),
        rss(before="\ufeff\ufeff"),
        rss(before="\u200b\xa0"),
        rss(before="<!-- máy chủ 3 -->"),
        rss(before="Warning: Undefined variable in rss.php\n"),
        rss(first="<title>Thể thao & giải trí</title>"),
        rss(first="<title>Giá&nbsp;lúa &la; &hellip;</title>"),
        rss(first="<title>a\x08\x0b b</title>"),
        rss(first="<title>Lúa < 5 triệu, gạo > 7 triệu</title>"),
        rss(first="<title>a<b và b<c</title>"),
        rss(first="<description>một<br>hai<p>ba<img src=x></description>"),
        rss(first="<description>một <b>hai</description>"),
        rss(first="</b></i><title>x</titel>"),
        rss(first="<description><![CDATA[<p>một<link>https://x.vn/</link> ]] > hai]]></description>"),
        rss(first="<!-- <item><link>https://x.vn/</link></item> -->"),
        rss(first='<title a=1 a=1 "x>y"></title>'),
        rss(first="<enclosure url='https://x.vn/a.jpg'/><source url='https://x.vn/rss'>Báo khác</source>"),
        rss(first="<media:content url='/anh-a10009.html'><media:link>/anh-a10008.html</media:link></media:content>"),
        rss(link=f"<![CDATA[ {MOT} ]]>"),
        rss(link=f"\n <!-- x --> {MOT}\n"),
        rss(link=f"{MOT}</link><link>{HOME}/khac-a10008.html"),
        rss().replace("</item>", ""),
        rss().replace("</channel>", "").replace("<channel>", ""),
        rss().replace("</rss>", "") + "<!-- 0.3 s -->",
        rss() + "<script>dem()</script>",
        rss().upper().replace("HTTPS", "https").replace("BAOCANTHO.COM.VN", "baocantho.com.vn").replace(
            "/MOT-A10001.HTML", "/mot-a10001.html").replace("/HAI-A10002.HTML", "/hai-a10002.html").replace(
            "/BA-A10003.HTML", "/ba-a10003.html"),
    ],
)  # fmt: skip
def test_a_feed_that_is_read_to_its_last_link_is_no_failure(feed: str) -> None:
    result = found(feed, Kind.FEED)
    assert (names(result), result.problem, result.loss) == (ALL, None, None)


def atom(first: str, *, attributes: str = "") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><id>urn:bao</id><link href="{HOME}/"/>'
        f"<entry><title>x</title>{first}</entry></feed>"
    )


@pytest.mark.parametrize(
    ("entry", "attributes"),
    [
        (f"<link href='{MOT}'/><link rel='enclosure'>{HOME}/anh-a10009.html</link>", ""),
        (f"<link rel='enclosure' href='{HOME}/anh-a10009.html'/><link href='{MOT}'/>", ""),
        (f"<link rel='self' href='{HOME}/x-a10009.html'/><link rel='alternate' href='{MOT}'></link>", ""),
        (f"<link rel='http://www.iana.org/assignments/relation/alternate' href='{MOT}'/>", ""),
        (f"<link rel='Alternate' href='{MOT}'/>", ""),
        (f"<link rel=' alternate ' href='{MOT}'/>", ""),
        (f"<link href={MOT}></link>", ""),
        (f"<link>{MOT}</link>", ""),
        (f"<id>{MOT}</id>", ""),
        (f"<id>urn:1</id><content type='text/html' src='{MOT}'/>", ""),
        ("<link href='mot-a10001.html'/>", f"xml:base='{HOME}/'"),
        ("<link xml:base='/' href='mot-a10001.html'/>", ""),
        (f"<source><id>{HOME}/khac-a10009.html</id><link href='/khac-a10009.html'/></source><link href='{MOT}'/>", ""),
    ],
)
def test_an_entry_of_atom_leads_to_its_article(entry: str, attributes: str) -> None:
    result = found(atom(entry, attributes=attributes), Kind.FEED)
    assert (names(result), result.problem, result.loss) == (["mot"], None, None)


def test_an_entry_has_a_base_of_its_own() -> None:
    feed = atom("<link href='mot-a10001.html'/>", attributes='xml:base="/khac/"').replace(
        "<entry>", '<entry xml:base="/">'
    )
    assert names(found(feed, Kind.FEED)) == ["mot"]


def test_rdf_names_its_items_by_about() -> None:
    feed = f"""<rdf:RDF xmlns:rdf="x"><channel rdf:about="{HOME}/rss"><link>{HOME}/</link></channel>
    <item rdf:about="{MOT}"><title>t</title></item><item rdf:about="x"><link>{HAI}</link></item></rdf:RDF>"""
    result = found(feed, Kind.FEED)
    assert (names(result), result.problem) == (["mot", "hai"], None)


@pytest.mark.parametrize(
    "link",
    [
        "/xem-a10001.html?id=2&cat=5",
        "/xem-a10001.html?id=2&amp;cat=5",
        "/xem-a10001.html?id=2&amp;amp;cat=5",
        "/xem-a10001.html?id=2&amp;amp;amp;cat=5",
        "/xem-a10001.html?id=2&#38;amp;cat=5",
        "<![CDATA[/xem-a10001.html?id=2&cat=5]]>",
        "<![CDATA[/xem-a10001.html?id=2&amp;cat=5]]>",
        "\\xem-a10001.html?id=2&cat=5",
    ],
)
def test_an_address_is_the_same_however_often_it_is_escaped(link: str) -> None:
    result = found(rss(link=link), Kind.FEED)
    assert result.links[0].url == f"{HOME}/xem-a10001.html?id=2&cat=5"


@pytest.mark.parametrize(
    ("entry", "loss"),
    [
        ("<title>x</title>", "1 entry has no address of a web page: nothing in its place"),
        ("<guid>tag:1</guid>", "1 entry has no address of a web page: tag:1"),
        ("<link>javascript:mo(1)</link>", "1 entry has no address of a web page: javascript:mo(1)"),
        ("<link>http://[</link>", "1 entry has no address of a web page: http://["),
        (f"<link>{HOME}/{'a' * 3000}</link>", f"1 entry has no address of a web page: {HOME}/{'a' * 55}"),
        ("<link/></item><item><guid>tag:2</guid>", "2 entries have no address of a web page: tag:2"),
    ],
)
def test_entries_without_an_address_are_counted_and_named(entry: str, loss: str) -> None:
    result = found(rss().replace("<item>", f"<item>{entry}</item><item>", 1), Kind.FEED)
    assert (names(result), result.problem, str(result.loss)) == (ALL, None, loss)
    alone = found(f"<rss><channel><item>{entry}</item></channel></rss>", Kind.FEED)
    assert (alone.links, alone.problem) == ((), loss), "a source that gives nothing else is faulty"


def urlset(content: str, root: str = "urlset") -> str:
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{content}</{root}>'


@pytest.mark.parametrize(
    "content",
    [
        f"<url><loc>{MOT}</loc><loc>{HAI}</loc><loc>{BA}</loc></url>",
        f"<url><loc>{MOT}</loc><lastmod>2026-10-01</lastmod><url><loc>{HAI}</loc></url></url><url><loc>{BA}</loc>",
        f"<url><loc>{MOT}<loc>{HAI}<loc>{BA}</loc>",
        f"<loc>{MOT}</loc><loc>{HAI}</loc><loc>{BA}</loc>",
        f"<url><loc>{MOT}<changefreq>daily</changefreq></url><url><loc>{HAI}</loc></url><url><loc>{BA}</loc></url>",
        f"<url><loc>{MOT}</loc><image:image><image:loc>/anh-a10009.html</image:loc></image:image></url>"
        f"<url><video:url>/phim-a10009.html</video:url><loc>{HAI}</loc></url><url><loc>{BA}</loc></url>",
    ],
)
def test_every_loc_of_a_sitemap_counts(content: str) -> None:
    result = found(urlset(content), Kind.SITEMAP)
    assert (names(result), result.problem, result.loss) == (ALL, None, None)


def test_a_time_belongs_to_the_loc_before_it() -> None:
    content = f"<url><loc>{MOT}</loc><lastmod>2026-10-01</lastmod><loc>{HAI}</loc><lastmod>2026-10-02</lastmod></url>"
    days = [link.modified_at and link.modified_at.day for link in found(urlset(content), Kind.SITEMAP).links]
    assert days == [1, 2]


def test_a_prefix_of_the_root_is_that_of_its_entries() -> None:
    content = f'<s:urlset xmlns:s="x"><s:url><s:loc>{MOT}</s:loc><i:loc>{HAI}</i:loc></s:url></s:urlset>'
    assert names(found(content, Kind.SITEMAP)) == ["mot"]


@pytest.mark.parametrize(
    ("content", "root"),
    [
        (f"<url><loc>{MOT}</loc></url><sitemap><loc>{HOME}/s/1.xml</loc></sitemap>", "sitemapindex"),
        (f"<url><loc>{MOT}</loc></url><url><loc>{HOME}/s/1.xml</loc></url>", "urlset"),
        (f"<url><loc>{HOME}/s/1.xml</loc></url><url><loc>{MOT}</loc></url>", "urlset"),
    ],
)
def test_an_index_may_name_articles_and_a_sitemap_sitemaps(content: str, root: str) -> None:
    links = {(link.kind, link.url) for link in found(urlset(content, root), Kind.SITEMAP).links}
    assert links == {(Kind.SITEMAP, f"{HOME}/s/1.xml"), (Kind.ARTICLE, MOT)}


def test_an_index_gives_all_that_one_entry_names() -> None:
    content = f"<sitemap><loc>{HOME}/1.xml</loc><loc>{HOME}/2.xml.gz</loc></sitemap>"
    links = [(link.kind, link.url) for link in found(urlset(content, "sitemapindex"), Kind.SITEMAP).links]
    assert links == [(Kind.SITEMAP, f"{HOME}/1.xml"), (Kind.SITEMAP, f"{HOME}/2.xml.gz")]


@pytest.mark.parametrize("body", [rss(), f"{MOT}\n{HAI}\r\n\n  {BA}", f"\ufeff{MOT}\n{HAI}\n{BA}\n"])
def test_a_feed_and_a_list_of_lines_are_sitemaps_too(body: str) -> None:
    result = found(body, Kind.SITEMAP)
    assert (names(result), result.problem, result.loss) == (ALL, None, None)


def test_lines_that_are_no_addresses_are_counted() -> None:
    assert found(f"# danh sách\n{MOT}\n", Kind.SITEMAP).loss == Loss(1, "# danh sách")


def test_a_sitemap_of_many_gzip_members_is_read_to_its_end() -> None:
    parts = [urlset(f"<url><loc>{url}</loc></url>") for url in (MOT, HAI, BA)]
    body = b"".join(gzip.compress(part.encode()) for part in parts)
    result = found(body, Kind.SITEMAP)
    assert (names(result), result.problem) == (ALL, None)
    assert names(found(gzip.compress(body), Kind.SITEMAP)) == ALL
    assert found(body[:-10], Kind.SITEMAP).problem == "gzip: it ends early"


def test_a_section_page_leads_where_a_browser_goes() -> None:
    page = r"""<!-- <a href="/cu-a10009.html">cũ</a> --><script>var x = '<a href="/js-a10009.html">'</script>
    <title><a href="/ten-a10009.html"></title><a class="x>y" data-x='<b>' href="/mot-a10001.html">Một</a>
    <map><area shape=rect href=/hai-a10002.html></map><a href="\ba-a10003.html">Ba</a>
    <svg><a xlink:href="/bon-a10004.html">4</a></svg><A HREF = '/nam-a10005.html#x'>5</A>
    <div data-href="/sau-a10006.html">
    <a href="/bay-a10007.html"""
    assert names(found(page, Kind.SECTION)) == [*ALL, "bon", "nam"]

"""Feeds, sitemaps and robots.txt of the sample site, written as the real ones are."""

from collections.abc import Sequence
from email.utils import format_datetime
from html import escape
from itertools import groupby

from crawler.demo.newsroom import Newspaper, SampleArticle

FEED_LENGTH = 20
"""Articles in the feed; older ones must be found in other sources."""

BYTE_ORDER_MARK = "\ufeff"

_XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def feed(paper: Newspaper, origin: str, *, tracked: bool) -> str:
    """Return RSS 2.0 of the newest articles, with RFC 822 dates; with `tracked`, links have utm parameters."""
    query = "?utm_source=rss&utm_medium=feed" if tracked else ""
    items = "".join(_feed_item(article, origin, query=query) for article in paper.articles[:FEED_LENGTH])
    newest = format_datetime(paper.articles[0].published)
    return f"""{_XML}<rss
  version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
  <channel>
    <title>{paper.name} - Trang chủ</title>
    <atom:link href="{origin}/rss/home.rss" rel="self" type="application/rss+xml" />
    <link>{origin}/</link>
    <description>Tin tức {paper.province}</description>
    <pubDate>{newest}</pubDate>
    <language>vi-VN</language>
    <ttl>15</ttl>{items}
  </channel>
</rss>
"""


def _feed_item(article: SampleArticle, origin: str, *, query: str) -> str:
    url = escape(origin + article.path + query)
    image = (
        f"<a href='{origin}{article.path}'><img src='{origin}{article.pictures[0].path}'/></a></br>"
        if article.pictures
        else ""
    )
    return f"""
    <item>
      <title>{escape(article.title, quote=False)}</title>
      <pubDate>{format_datetime(article.published)}</pubDate>
      <link>{url}</link>
      <guid>{escape(origin + article.path)}</guid>
      <description><![CDATA[{image}{article.marked_lead}]]></description>
    </item>"""


def month_sitemaps(paper: Newspaper) -> dict[str, tuple[SampleArticle, ...]]:
    """Return the articles by their sitemap, "/sitemaps/news-2025-2.xml": the month is not padded."""
    months = groupby(paper.articles, key=lambda article: (article.published.year, article.published.month))
    return {f"/sitemaps/news-{year}-{month}.xml": tuple(articles) for (year, month), articles in months}


def sitemap_index(paper: Newspaper, origin: str) -> str:
    """Return the index: a sitemap of sections, then one per month, newest first."""
    newest = paper.articles[0].last_change.isoformat()
    entries = [_index_entry(f"{origin}/sitemaps/categories.xml", newest)]
    for path, articles in month_sitemaps(paper).items():
        changed = max(article.last_change for article in articles)
        entries.append(_index_entry(origin + path, changed.isoformat()))
    return (
        f'{_XML}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(entries)}\n</sitemapindex>\n'
    )


def section_sitemap(paper: Newspaper, origin: str) -> str:
    """Return the sitemap of the home page and the sections."""
    paths = ["/", *(f"/{path}/" for path in paper.sections)]
    return _url_set([(origin + path, paper.articles[0].last_change.isoformat()) for path in paths])


def month_sitemap(articles: Sequence[SampleArticle], origin: str, *, more_paths: Sequence[str] = ()) -> str:
    """Return one month's sitemap; `more_paths` are entries that are no articles."""
    entries = [(origin + article.path, article.last_change.isoformat()) for article in articles]
    newest = articles[0].last_change.isoformat()
    return _url_set([*entries, *((origin + path, newest) for path in more_paths)])


def robots(origin: str, *, disallowed: Sequence[str], sitemap: bool) -> str:
    """Return robots.txt; it has no Crawl-delay, so that the demo takes seconds."""
    rules = "".join(f"Disallow: {path}\n" for path in disallowed)
    return f"User-agent: *\n{rules}" + (f"\nSitemap: {origin}/sitemap.xml\n" if sitemap else "")


def _index_entry(url: str, changed: str) -> str:
    return f"\n  <sitemap><loc>{url}</loc><lastmod>{changed}</lastmod></sitemap>"


def _url_set(entries: Sequence[tuple[str, str]]) -> str:
    urls = "".join(f"\n  <url><loc>{escape(url)}</loc><lastmod>{changed}</lastmod></url>" for url, changed in entries)
    return f'{_XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}\n</urlset>\n'

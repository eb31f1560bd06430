"""Addresses: the kind of each on a site, and the address under which an article is stored."""

import re
from collections.abc import Collection
from urllib.parse import urljoin, urlsplit, urlunsplit

from archive import WEB_PORTS, Kind, clean_query
from archive import canonical as canonical  # noqa: PLC0414  (all of the crawler imports it from here)
from crawler.site import Site
from crawler.templates import fill

LONGEST_ADDRESS = 2_048
"""Characters; what the sitemap protocol allows. The longest address of an article that was seen has 310."""

_NOT_A_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|css|js|json|xml|rss|txt|pdf|docx?|xlsx?|pptx?|zip|rar|7z|gz|"
    r"mp[34]|m4[av]|m3u8|webm|wav|ogg|avi|mov|flv|apk|exe|woff2?|ttf|eot)$|^/(?:rss|feed|print)(?:/|$)",
    re.IGNORECASE,
)
_IDS_FROM_END = re.compile(r"(?:[a-z]+\.)?((?:\d{4,}[a-z]*|[0-9a-f]{7})(?:-\d+)*)(?:$|[-.])")
"""The ids that end a path, all of "tin-219986-46225.html": the second one is the id of a section. It is matched with
the path from its end: the time of a search from the front grows with the cube of its length."""


def in_scope(url: str, site: Site) -> bool:
    """Return whether this is a web address on a host and port of the site."""
    return is_on(url, site.domains)


def is_on(url: str, hosts: Collection[str]) -> bool:
    """Return whether this is a web address on one of `hosts`, which are written as `Site.domains`."""
    try:
        return host_of(canonical(url)) in hosts
    except ValueError:
        return False


def classify(url: str, site: Site) -> Kind | None:
    """Return ARTICLE, SECTION for another page of the site, or None.

    None: another host, port or scheme, a static file, a feed, a print view, or what matches `not_article` of the site.
    """
    try:
        host, _, tail = canonical(url).partition("://")[2].partition("/")
    except ValueError:
        return None
    target = f"/{tail}"
    if host not in site.domains or _NOT_A_PAGE.search(target.partition("?")[0]):
        return None
    if any(pattern.search(target) for pattern in site.not_article):
        return None
    return Kind.ARTICLE if any(pattern.search(target) for pattern in site.article_url) else Kind.SECTION


def article_id_of(url: str, site: Site) -> str | None:
    """Return the CMS's id of the article at a canonical address; None if the address has none.

    It is group 1 of the first pattern of `article_id` that matches in the path with query.
    """
    found = (pattern.search(path_with_query(url)) for pattern in site.article_id)
    return next((match[1] for match in found if match), None)


def api_address(url: str, site: Site) -> str | None:
    """Return the address of the JSON for the article at a canonical address; None if its page is read."""
    api = site.article_api
    found = api.page.search(path_with_query(url)) if api else None
    return fill(api.url, found.groupdict().get, safe="%") if api and found else None


def path_with_query(url: str) -> str:
    """Return the path with the query of a canonical address: what the patterns of a site are searched in."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def article_address(page_url: str, *, declared: str | None, site: Site | None) -> str:
    """Return the address under which an article is stored, from its own address and the one its page declares.

    `declared` (rel=canonical, og:url) is only a hint: pages declare the home page, a test host or another
    article. It counts when it is an article of the same site with the same ids or last path segment.
    Other hosts of the site (m., beta., an old domain) become that of `site.home`, with its scheme. A page
    from a port of its own (a copy served on loopback) stays where it was fetched.
    """
    own = canonical(page_url)
    if site is None:
        return own
    own = _at_home(own, site)
    if declared and len(declared) <= LONGEST_ADDRESS:
        try:
            named = canonical(urljoin(page_url, declared))
        except ValueError:
            return own
        at_home = _at_home(named, site)
        # nearly every page declares its own address
        if at_home != own and classify(named, site) is Kind.ARTICLE and _is_same_article(at_home, own):
            return at_home
    return own


def resolve(base: str, address: str) -> str | None:
    """Return the absolute web address of a link as a page writes it; None if it is malformed or not http(s).

    Every address from a page goes through this function or `canonical`, because it may be malformed ("//[").
    """
    try:
        absolute = urljoin(base, address.strip())
        parts = urlsplit(absolute)
        is_sound = parts.port is None or parts.port > 0  # asking for it raises too
        return absolute if is_sound and parts.scheme in WEB_PORTS and parts.hostname else None
    except ValueError:
        return None


def names_same_page(one: str, other: str) -> bool:
    """Return whether two addresses have the same ids at their end, or the same last segment; hosts do not count."""
    try:
        key, other_key = _article_key(one), _article_key(other)
    except ValueError:
        return False
    return key == other_key and any(key)


def shorter_address(page_url: str, *, declared: str | None, site: Site | None) -> str | None:
    """Return the declared address if it is that of the page with less in its query, and of an article; else None.

    Keys such as "?from=" and "?source=" say where a reader came from. Only the texts show whether a key is of this kind
    or part of the article's identity.
    """
    if site is None or not declared or "?" not in page_url:
        return None
    own = _at_home(canonical(page_url), site)
    try:
        named = _at_home(canonical(urljoin(page_url, declared)), site)
    except ValueError:
        return None
    here, there = urlsplit(own), urlsplit(named)
    pairs, kept = (set(filter(None, parts.query.split("&"))) for parts in (here, there))
    is_shorter = (here.netloc, here.path) == (there.netloc, there.path) and kept < pairs
    is_same_id = article_id_of(named, site) == article_id_of(own, site)
    return named if is_shorter and is_same_id and classify(named, site) is Kind.ARTICLE else None


def _at_home(url: str, site: Site) -> str:
    """Return the address on the first host of the site, if it is on another of them."""
    parts = urlsplit(url)
    if parts.port or parts.netloc not in site.domains:
        return url
    home = urlsplit(site.home)
    return urlunsplit((home.scheme, home.netloc.lower(), parts.path, parts.query, ""))


def _is_same_article(named: str, own: str) -> bool:
    return host_of(named) == host_of(own) and names_same_page(named, own)


def _article_key(url: str) -> tuple[str, str]:
    """Return what identifies an article: the ids at the end of the path, else its last segment; and the query."""
    parts = urlsplit(url)
    segment = parts.path.rstrip("/").rpartition("/")[2]
    found = _IDS_FROM_END.match(segment[::-1])
    return (found[1][::-1] if found else segment), clean_query(parts.query)


def host_of(url: str) -> str:
    """Return host and port of an address as `domains` writes them."""
    return urlsplit(url).netloc.lower()

"""A sample outlet as a web site: a path in, a response out; the same request always gets the same response."""

import gzip
import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

from crawler.demo import content_fck, epi_zce, mediasoft, sources
from crawler.demo.newsroom import Newspaper, SampleArticle
from crawler.demo.pages import Listing, Notice, OddLink, Templates

TEMPLATES: Mapping[str, Templates] = {"mediasoft": mediasoft, "content-fck": content_fck, "epi-zce": epi_zce}

_MISSING = "<p>Không tìm thấy trang. Trang bạn yêu cầu không tồn tại hoặc đã được gỡ bỏ.</p>"
_IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".svg", ".webp", ".gif")


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers and body, without the headers that the server adds (Date, Connection)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class OddPage:
    """A page that is linked like an article but is none."""

    path: str
    status: int
    notice: Notice
    linked_from: tuple[str, ...]
    """Paths of the listings or sitemaps that link to it."""


@dataclass(frozen=True)
class Outlet:
    """One sample newspaper on the web."""

    paper: Newspaper
    sources: tuple[tuple[str, str], ...]
    """(kind, path) of each source in its site file; kind as in `crawler.site.Source`."""
    odd_pages: tuple[OddPage, ...]
    foreign_links: tuple[OddLink, ...]
    """Links on the home page to other hosts."""
    page_size: int
    page_parameter: str | None
    """"p" for "?p=2"; None if a section has only one page, with its newest articles."""
    disallowed: tuple[str, ...]
    """Paths that robots.txt disallows."""
    feed_mark: str = ""
    """Characters before the XML of the feed: some sites send a byte order mark."""
    tracked_feed: bool = False
    next_page: tuple[str, ...] = ()
    """CSS rules for the site file."""
    not_article: tuple[str, ...] = ()
    """Patterns for the site file."""

    @property
    def name(self) -> str:
        """Name of the site file."""
        return self.paper.site

    @property
    def articles(self) -> tuple[SampleArticle, ...]:
        return self.paper.articles

    def respond(self, target: str, origin: str, request_headers: Mapping[str, str]) -> Response:
        """Answer GET `target` ("/kinh-te/?p=2").

        origin: "http://127.0.0.1:8871". request_headers: names in lower case. Supports If-None-Match and
        If-Modified-Since (304), and Accept-Encoding: gzip.
        """
        parts = urlsplit(target)
        found = self._find(parts.path, origin, query=parse_qs(parts.query))
        if found is None:
            return self._not_found(origin)
        if found.moved_to:
            return Response(301, (("Location", origin + found.moved_to), ("Content-Length", "0")), b"")
        return _deliver(found, request_headers)

    def _find(self, path: str, origin: str, *, query: Mapping[str, Sequence[str]]) -> "_Found | None":
        if path.endswith(_IMAGE_SUFFIXES):
            return self._picture(path)
        if article := self._by_path.get(path):
            html = self._templates.article_page(article, self.paper, origin=origin)
            return _Found(content=html, changed=article.last_change)
        if f"{path}/" in self._by_path:
            return _Found(content="", changed=self._newest, moved_to=f"{path}/")
        for odd in self.odd_pages:
            if odd.path == path:
                html = self._templates.notice_page(odd.notice, self.paper, origin=origin)
                return _Found(content=html, changed=self._newest, status=odd.status)
        return self._machine_readable(path, origin) or self._listing(path, origin, query=query)

    def _machine_readable(self, path: str, origin: str) -> "_Found | None":
        kinds = {kind for kind, _ in self.sources}
        text, media_type = None, "text/xml; charset=utf-8"
        months = sources.month_sitemaps(self.paper) if "sitemap" in kinds else {}
        if path == "/robots.txt":
            text = sources.robots(origin, disallowed=self.disallowed, sitemap="sitemap" in kinds)
            media_type = "text/plain; charset=utf-8"
        elif path == "/rss/home.rss" and "feed" in kinds:
            text = self.feed_mark + sources.feed(self.paper, origin, tracked=self.tracked_feed)
            media_type = "application/rss+xml; charset=utf-8"
        elif path == "/sitemap.xml" and months:
            text = sources.sitemap_index(self.paper, origin)
        elif path == "/sitemaps/categories.xml" and months:
            text = sources.section_sitemap(self.paper, origin)
        elif path in months:
            more = [odd.path for odd in self.odd_pages if path in odd.linked_from]
            text = sources.month_sitemap(months[path], origin, more_paths=more)
        return None if text is None else _Found(content=text, changed=self._newest, media_type=media_type)

    def _listing(self, path: str, origin: str, *, query: Mapping[str, Sequence[str]]) -> "_Found | None":
        section = path.strip("/")
        if section and section not in self.paper.sections:
            return None
        title = self.paper.sections[section][-1] if section else "Trang chủ"
        articles = self.paper.in_section(section) if section else self.articles[: self.page_size]
        pages = max(1, -(-len(articles) // self.page_size)) if self.page_parameter else 1
        asked = query.get(self.page_parameter or "", ["1"])[0]
        page = int(asked) if asked.isdecimal() else 1
        if not 1 <= page <= pages:
            return None
        listing = Listing(
            title=title,
            path=f"/{section}/" if section else "/",
            articles=articles[(page - 1) * self.page_size : page * self.page_size],
            odd_links=self._odd_links(f"/{section}/" if section else "/", origin),
            page=page,
            pages=pages,
        )
        return _Found(content=self._templates.listing_page(listing, self.paper, origin=origin), changed=self._newest)

    def _odd_links(self, path: str, origin: str) -> tuple[OddLink, ...]:
        odd = [OddLink(origin + page.path, page.notice.title) for page in self.odd_pages if path in page.linked_from]
        if path == "/":
            shared = self.articles[-1]
            tracked = f"{origin}{shared.path}?utm_source=zalo&utm_medium=social&utm_campaign=chia-se#binh-luan"
            odd += [OddLink(tracked, shared.title), *self.foreign_links]
        return tuple(odd)

    def _picture(self, path: str) -> "_Found | None":
        known = any(path == picture.path for article in self.articles for picture in article.pictures)
        return (
            _Found(content=_grey_png(), changed=self.articles[-1].published, media_type="image/png") if known else None
        )

    def _not_found(self, origin: str) -> Response:
        html = self._templates.notice_page(Notice("404", _MISSING), self.paper, origin=origin)
        return _deliver(_Found(content=html, changed=self._newest, status=404), {})

    @property
    def _templates(self) -> Templates:
        return TEMPLATES[self.paper.platform]

    @property
    def _newest(self) -> datetime:
        return max(article.last_change for article in self.articles)

    @cached_property
    def _by_path(self) -> Mapping[str, SampleArticle]:
        return {article.path: article for article in self.articles}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    content: str | bytes
    changed: datetime
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    moved_to: str | None = None


def _deliver(found: _Found, request_headers: Mapping[str, str]) -> Response:
    body = found.content.encode() if isinstance(found.content, str) else found.content
    # weak, because the plain and the compressed form share the tag
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
    validators = (
        ("ETag", tag),
        ("Last-Modified", format_datetime(found.changed.astimezone(UTC), usegmt=True)),
    )
    if found.status == 200 and _is_current(request_headers, tag, changed=found.changed):
        return Response(304, validators, b"")
    headers = [("Content-Type", found.media_type), ("Vary", "Accept-Encoding"), *validators]
    if "gzip" in request_headers.get("accept-encoding", "") and not found.media_type.startswith("image/"):
        body = gzip.compress(body, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    return Response(found.status, tuple(headers), body)


def _is_current(request_headers: Mapping[str, str], tag: str, *, changed: datetime) -> bool:
    """Return whether the client's copy is current. If-None-Match, if sent, decides alone (RFC 9110)."""
    if "if-none-match" in request_headers:
        return tag in request_headers["if-none-match"]
    try:
        return parsedate_to_datetime(request_headers.get("if-modified-since", "")) >= changed
    except (ValueError, TypeError):  # not a date, or one without a zone
        return False


def _grey_png() -> bytes:
    """Return a picture with one grey pixel."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    # a row is one filter byte and its pixels
    pixels = zlib.compress(b"\x00\x99")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")

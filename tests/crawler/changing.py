"""A newspaper on loopback that changes between crawls: articles appear, are edited and removed. It answers with 304."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

from tests.crawler.wire import Answer, Wire, article, page

ON_A_PAGE = 5
IN_A_SITEMAP = 10
IN_A_FEED = 20
SOURCES = {"feed": "/tin.rss", "section": "/", "sitemap": "/sitemap.xml"}
"""Kind of source → its path."""
NEWEST = datetime(2025, 11, 14, 8, 30, tzinfo=UTC)


@dataclass
class Paper(Mapping[str, tuple[Answer, ...]]):
    """Articles 1 to `count`, one a day, the newest with the highest number. Serve it as `answers` of a Wire."""

    count: int
    edits: dict[int, int] = field(default_factory=dict)
    """Number of an article → how often it was edited."""
    gone: set[int] = field(default_factory=set)
    more: tuple[str, ...] = ()
    """Further links on the home page."""
    wire: Wire = field(init=False)

    def __post_init__(self) -> None:
        self.wire = Wire(self)

    def __getitem__(self, path: str) -> tuple[Answer, ...]:
        found = self._find(path)
        if found is None:
            raise KeyError(path)
        body, media_type = found
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        if self.wire.hits[-1].headers.get("if-none-match") == etag:
            return (page(status=304, ETag=etag),)
        # a crawl sends conditional requests even if the server forbids caching
        return (page(body, ETag=etag, Content_Type=media_type, Cache_Control="no-cache, no-store"),)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def site_file(self, *kinds: str, lines: str = "") -> str:
        """Return a site file with sources of these kinds."""
        sources = "".join(f'[[source]]\nkind = "{kind}"\nurl = "{self.wire.origin}{SOURCES[kind]}"\n' for kind in kinds)
        return f'outlet = "Báo Thử"\nhome = "{self.wire.origin}/"\narticle_url = ["^/bai/"]\n{lines}\n{sources}'

    def asked(self) -> list[str]:
        """Return the paths of the requests since the last call."""
        paths = self.wire.paths()
        self.wire.hits.clear()
        return paths

    def _find(self, path: str) -> tuple[bytes, str] | None:
        name = path.strip("/").partition(".")[0]
        kind, _, number = name.rpartition("-") if "-" in name else (name, "", "0")
        if kind in ("", "trang"):
            return self._list(int(number) or 1).encode(), "text/html; charset=utf-8"
        if kind == "tin":
            return self._feed().encode(), "application/rss+xml"
        if kind == "sitemap":
            return self._sitemap(int(number)).encode(), "application/xml"
        if kind == "bai/tin" and int(number) not in self.gone and 0 < int(number) <= self.count:
            return self._article(int(number)), "text/html; charset=utf-8"
        return (b"<html></html>", "text/html") if kind == "bai/lich" else None

    def _on_page(self, number: int) -> range:
        """Return the numbers of the articles on a page of the list, the newest first."""
        return range(self.count - (number - 1) * ON_A_PAGE, max(0, self.count - number * ON_A_PAGE), -1)

    def _in_feed(self) -> range:
        """Return the numbers of the articles in the feed, the newest first."""
        return range(self.count, max(0, self.count - IN_A_FEED), -1)

    def _in_sitemap(self, number: int) -> range:
        """Return the numbers of the articles in one of the sitemaps, the oldest first."""
        return range((number - 1) * IN_A_SITEMAP + 1, min(number * IN_A_SITEMAP, self.count) + 1)

    def path_of(self, number: int) -> str:
        """Return the path of an article."""
        return f"/bai/tin-{number}.html"

    def _list(self, number: int) -> str:
        numbers = self._on_page(number)
        links = [*map(self.path_of, numbers), *(self.more if number == 1 else ())]
        following = f'<a rel="next" href="/trang-{number + 1}">…</a>' if numbers and numbers[-1] > 1 else ""
        return "<html><body>" + "".join(f'<a href="{link}">Tin</a>' for link in links) + following + "</body></html>"

    def _sitemap(self, number: int) -> str:
        if number == 0:
            maps = range(1, (self.count - 1) // IN_A_SITEMAP + 2)
            entries = [(f"/sitemap-{each}.xml", max(map(self.changed, self._in_sitemap(each)))) for each in maps]
            return self._xml("sitemapindex", "sitemap", entries)
        return self._xml("urlset", "url", [(self.path_of(n), self.changed(n)) for n in self._in_sitemap(number)])

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>Tin {number}</title><link>{self.wire.origin}{self.path_of(number)}</link>"
            f"<pubDate>{format_datetime(self.published(number))}</pubDate></item>"
            for number in self._in_feed()
        )
        return f'<rss version="2.0"><channel><title>Báo Thử</title>{items}</channel></rss>'

    def changed(self, number: int) -> datetime:
        """Return the last change of an article, as the sitemap gives it."""
        return self.published(number) + timedelta(days=300 * self.edits.get(number, 0))

    def published(self, number: int) -> datetime:
        """Return the date that an article prints."""
        return NEWEST - timedelta(days=1000 - number)

    def _xml(self, root: str, entry: str, entries: list[tuple[str, datetime]]) -> str:
        inner = "".join(
            f"<{entry}><loc>{self.wire.origin}{path}</loc><lastmod>{moment.isoformat()}</lastmod></{entry}>"
            for path, moment in entries
        )
        return f"<{root}>{inner}</{root}>"

    def _article(self, number: int) -> bytes:
        text = article(f"Tin số {number}, lần sửa {self.edits.get(number, 0)}")
        day = self.published(number).isoformat()
        return text.replace(b"2025-11-14T08:30:00+07:00", day.encode())

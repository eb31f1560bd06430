"""Which answers of others are pages that the archive wants, and whose; other processes read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from archive import Capture, Exchange, Kind, Manner, Reason, Refusal, as_line, decode_body, phrase
from crawler.extract.article import extract
from crawler.extract.captured import with_reading
from crawler.page import Page
from crawler.site import Site
from crawler.urls import canonical, classify
from crawler.workers import known_site


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A page to be read, and the exchange that it came with."""

    site: str | None
    url: str
    """Canonical."""
    file: str
    exchange: Exchange = field(repr=False)
    content: bytes = field(repr=False)
    """The body without its content encodings."""

    def capture(self) -> Capture:
        """Return the capture of the page, without its reading."""
        return Capture(
            url=self.url,
            kind=Kind.ARTICLE,
            manner=Manner.IMPORTED,
            fetched_at=self.exchange.at,
            site=self.site,
            found_on=self.file,
            status=self.exchange.status,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pages are wanted."""

    sites: Mapping[str, Site]
    """By host."""
    file: str
    """Name of the file that they come from, for the archive."""
    is_generic: bool
    """Whether pages on hosts of no site are read too."""
    latest: datetime
    """A capture after this moment has a wrong date."""

    def page_of(self, exchange: Exchange) -> WantedPage | str:
        """Return the page of an exchange, or why it is not wanted; a host of no site as "host: …"."""
        try:
            url = canonical(exchange.url)
        except ValueError:
            return phrase("not an article")
        host = urlsplit(url).netloc
        site = self.sites.get(host)
        if site is None and not self.is_generic:
            return f"host: {host}"
        if site is not None and classify(url, site) is not Kind.ARTICLE:
            return phrase("not an article")
        if not 200 <= exchange.status < 300:
            return phrase("without a page")
        if exchange.at > self.latest:
            return phrase("dated in the future")
        content = decode_body(exchange.body, ",".join(_values(exchange.head, b"content-encoding")))
        if isinstance(content, Refusal):
            return phrase("damaged or too large")
        if site is None and not _is_html(exchange, content):
            return phrase("not an article")
        return WantedPage(site.name if site else None, url, self.file, exchange, content)


def read_imported(pages: Sequence[WantedPage]) -> list[str]:
    """Return the reading of each page as a line, in a process of `reading_pool`."""
    return [as_line(_read(page), number) for number, page in enumerate(pages)]


def failed_import(page: WantedPage, why: str) -> str:
    """Return the line of a page that could not be read to its end."""
    return as_line(replace(page.capture(), refusal=Refusal(Reason.EXTRACTOR, why)), 0)


def _read(wanted: WantedPage) -> Capture:
    site, layouts = known_site(wanted.site)
    content_type = _values(wanted.exchange.head, b"content-type")
    page = Page(wanted.exchange.url, wanted.content, wanted.exchange.at, content_type[-1] if content_type else None)
    return with_reading(wanted.capture(), extract(page, site, layouts=layouts), site, page=wanted.content)


def _is_html(exchange: Exchange, content: bytes) -> bool:
    content_type = "".join(_values(exchange.head, b"content-type")).lower()
    return "html" in content_type or (not content_type and b"<html" in content[:4096].lower())


def _values(head: bytes, name: bytes) -> list[str]:
    """Return the values of a header, in their order; its name in lower case."""
    pairs = (line.partition(b":") for line in head.splitlines()[1:])
    return [value.strip().decode("latin-1") for found, _, value in pairs if found.strip().lower() == name]

"""The pages from which a site file is proposed, read by the generic path."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive import Article, Reason, Refusal
from crawler.discover.found import resolve
from crawler.errors import DifferentOutlets, NoAddress, NoArticle
from crawler.extract import gate
from crawler.extract.anatomy import Anatomy, dissect
from crawler.extract.article import extract
from crawler.extract.document import Document, parse
from crawler.extract.extraction import Extraction
from crawler.extract.rules import LaidOutPage
from crawler.extract.titles import find_headlines
from crawler.page import Page
from crawler.site_files.shapes import propose_patterns
from crawler.urls import canonical, host_of


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that is no article, usually a home or section page."""

    page: Page
    document: Document
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Sample:
    """An article page, with its generic record."""

    page: Page
    laid_out: LaidOutPage
    """The document, with no layout chosen."""
    anatomy: Anatomy
    extraction: Extraction
    article: Article
    """The record in `extraction`."""

    @property
    def document(self) -> Document:
        return self.laid_out.document


@dataclass(frozen=True, slots=True)
class Samples:
    """All given pages of one outlet; at least one is an article."""

    articles: tuple[Sample, ...]
    listings: tuple[Listing, ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        """The listings, then the articles: the links to sections are on the listings."""
        return (*(each.document for each in self.listings), *(each.document for each in self.articles))

    @property
    def sections(self) -> tuple[str, ...]:
        """Addresses of the listings that were refused as lists of links."""
        return tuple(each.page.url for each in self.listings if each.refusal.reason is Reason.LISTING)

    @property
    def host(self) -> str:
        """Host and port of the first article's address."""
        return host_of(self.articles[0].page.url)


def read_samples(pages: Sequence[Page]) -> Samples:
    """Read the pages by the generic path, each article once. Raises NoAddress, DifferentOutlets, NoArticle.

    A page that is not HTML is left out; NoArticle names it.
    """
    articles: list[Sample] = []
    listings: list[Listing] = []
    findings: list[str] = []
    for page in pages:
        read = _read(page)
        if isinstance(read, Sample):
            # the same page twice is no more evidence than once
            if read.page.url not in {each.page.url for each in articles}:
                articles.append(read)
            continue
        if isinstance(read, Listing):
            listings.append(read)
        refusal = read.refusal if isinstance(read, Listing) else read
        findings.append(f"{page.url}: {refusal.reason}, " + refusal.detail)
    samples = Samples(tuple(articles), tuple(listings))
    hosts = dict.fromkeys(host_of(document.page.url).removeprefix("www.") for document in samples.documents)
    if len(hosts) > 1:
        raise DifferentOutlets(list(hosts))
    if not articles:
        raise NoArticle(findings, _offered(listings))
    return samples


def _offered(listings: Sequence[Listing]) -> tuple[str, ...]:
    """Return a few addresses that look like articles, among the pages' links to their own host."""
    found = [
        url
        for each in listings
        for node in each.document.tree.css("a[href]")
        if (url := resolve(node.attributes.get("href") or "", each.page.url)) and host_of(url) == host_of(each.page.url)
    ]
    return next((proposal.examples for proposal in propose_patterns(found)), ())


def _read(page: Page) -> Sample | Listing | Refusal:
    markup = gate.receive(page)
    if isinstance(markup, Refusal):
        return markup
    document = parse(page, markup)
    page = replace(page, url=_address_of(document))
    laid_out = LaidOutPage(replace(document, page=page), None)
    extraction = extract(page)
    if extraction.refusal:
        return Listing(page, laid_out.document, extraction.refusal)
    assert extraction.article is not None, "an extraction without refusal has an article"
    anatomy = dissect(laid_out, find_headlines(laid_out))
    return Sample(page, laid_out, anatomy, extraction, extraction.article)


def _address_of(document: Document) -> str:
    """Return the address of a fetched page, or the address that a saved page declares. Raises NoAddress."""
    url = document.page.url
    if not host_of(url).endswith(".invalid"):
        return _canonical(url) or url
    node = document.tree.css_first("link[rel=canonical]")
    declared = ((node.attributes.get("href") if node else None) or "", document.first_meta("og:url") or "")
    # many pages declare their home page, which is not the address of the article
    found = (address for each in declared if (address := _canonical(each)) and urlsplit(address).path != "/")
    if address := next(found, None):
        return address
    raise NoAddress(url.rpartition("/")[2])


def _canonical(url: str) -> str | None:
    try:
        return canonical(url)
    except ValueError:
        return None

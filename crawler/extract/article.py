"""One page in, one article out, or the reason why there is none.

Crawl, re-parse, probe and tests all take this path. Each field is chosen among named candidates; the record
keeps the source of the winner, and the extraction keeps the losers too.
"""

from collections.abc import Sequence
from dataclasses import replace

from archive import Article, Doubt, Part, Reason, Refusal
from crawler.extract import gate
from crawler.extract.body import TextTooLong
from crawler.extract.document import Document, parse, tidy_markup
from crawler.extract.doubts import add_doubts
from crawler.extract.extraction import Extraction
from crawler.extract.further_pages import MOST_PARTS, find_further_pages
from crawler.extract.json_articles import MadePage, make_page
from crawler.extract.lead import SAME
from crawler.extract.reading import read
from crawler.extract.rules import LaidOutPage, recognise
from crawler.extract.scripts import find_script_text, place_streamed, write_text
from crawler.extract.second_look import WITHOUT_TEXT, look_again
from crawler.extract.text import overlap
from crawler.extract.titles import find_headlines
from crawler.page import Page
from crawler.site import Layout, Site
from crawler.urls import article_address


def extract(page: Page, site: Site | None = None, *, layouts: Sequence[Layout] = ()) -> Extraction:
    """Read the article of a page. `layouts` are tried after the site's own; no layout at all is the generic path.

    Never raises for anything that a server can send: a page that breaks the program is one refused page.
    """
    try:
        made = make_page(page, site) if site else None
        if isinstance(made, Refusal):
            return Extraction(refusal=made)
        if made:
            return _name_keys(_read_page(made.page, site, (made.layout,)), made)
        return _read_page(page, site, (*(site.layouts if site else ()), *layouts))
    except TextTooLong as error:
        return Extraction(refusal=Refusal(Reason.MALFORMED, str(error)))
    except Exception as error:  # the crawl of a thousand other pages goes on
        return Extraction(refusal=Refusal(Reason.EXTRACTOR, f"{type(error).__name__}: {error}"))


def _read_page(page: Page, site: Site | None, layouts: Sequence[Layout]) -> Extraction:
    markup = gate.receive(page)
    if isinstance(markup, Refusal):
        return Extraction(refusal=markup)
    document = parse(page, markup)
    place_streamed(document)
    laid_out = recognise(document, layouts, today=page.fetched_at.date())
    first = read(laid_out, site)
    if _lacks_text(first.found, document) and (written := _read_script(laid_out, site, shown=first.found.article)):
        return written
    return _with_part(look_again(laid_out, site, first), document, site)


def _with_part(found: Extraction, document: Document, site: Site | None) -> Extraction:
    """Say which page of its article this one is, if links name others."""
    pages = find_further_pages(document) if found.article else None
    if pages is None or found.article is None:
        return found
    article = add_doubts(found.article, {Doubt.FURTHER_PAGES})
    first = article_address(pages.first, declared=None, site=site)
    urls = tuple(url for number, url in sorted(pages.others.items()) if number <= MOST_PARTS)
    return replace(found, article=article, part=Part(pages.n, pages.named, first), part_urls=urls)


def _name_keys(found: Extraction, made: MadePage) -> Extraction:
    """Say which key of the JSON answer gave a field, in place of the layout that was made around the answer."""
    if found.article is None:
        return found
    sources = {name: made.source_of(name, source) for name, source in found.article.sources.items()}
    candidates = {
        name: tuple((text, made.source_of(name, source)) for text, source in values)
        for name, values in found.candidates.items()
    }
    return replace(found, article=replace(found.article, sources=sources), candidates=candidates)


def _lacks_text(found: Extraction, document: Document) -> bool:
    """True for a page that was refused for want of text, or whose text is its description: the lead and no more."""
    if found.article is None:
        return found.refusal is not None and found.refusal.reason in WITHOUT_TEXT
    body, description = found.article.body, document.first_meta("og:description", "description") or ""
    return len(body) <= 2 * len(description) and overlap(body, description) >= SAME


def _read_script(laid_out: LaidOutPage, site: Site | None, *, shown: Article | None) -> Extraction | None:
    """Read a page without text again, with the text of a script; None if none has any, or only what the page shows."""
    headlines = find_headlines(laid_out)
    text = find_script_text(laid_out.document, headlines[0].text) if headlines else None
    if text is None or (shown and overlap(tidy_markup(text.markup), shown.body) >= SAME):
        return None
    place = next(iter(laid_out.places("body")), None)
    headline = next((each.node for each in headlines if each.node is not None), None)
    write_text(text, place, headline=headline, root=laid_out.document.root)
    changed = LaidOutPage(laid_out.document, laid_out.layout)  # its rules find more now
    found = read(changed, site).found
    if found.article is None:
        return None
    sources = {**found.article.sources, "body": f"script:{text.name}"}
    return replace(found, article=replace(found.article, sources=sources))

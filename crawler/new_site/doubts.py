"""Questions that a proposal leaves open: what a person should check first."""

from collections.abc import Iterable, Iterator, Sequence

from archive import Kind, phrase
from crawler.extract.extraction import Extraction
from crawler.new_site.patterns import literal_pattern
from crawler.new_site.samples import Sample, Samples
from crawler.site import Site
from crawler.urls import classify


def find_doubts(
    samples: Samples, site: Site, readings: Sequence[tuple[Sample, Extraction]], *, known: Iterable[Site]
) -> Iterator[str]:
    """Yield one sentence for each doubt.

    readings: each article with the record that the proposed `site` gives. known: the existing sites.
    """
    for other in known:
        if not set(other.domains).isdisjoint(site.domains):
            yield phrase(
                "the site file {name} has this host already: put the new layout or pattern there", name=other.name
            )
    literal = {literal_pattern(sample.page.url) for sample in samples.articles}
    if literal & {pattern.pattern for pattern in site.article_url}:
        yield phrase("article_url: the addresses have no id and no date; write a pattern that other articles match too")
    if len(site.sources) == 1:
        yield phrase("sources: only the home page is known; add its sections and feeds")
    for sample, extraction in readings:
        yield from _doubts_of_page(sample, extraction, site)
    used = {extraction.layout for _, extraction in readings}
    for layout in (each for each in site.layouts if each.name in used):
        for listing in samples.listings:
            if listing.document.tree.css_first(layout.detect):
                yield phrase(
                    "detect: {name} recognises {url} too, which is no article", name=layout.name, url=listing.page.url
                )
    if len(samples.articles) == 1 and site.platform is None:
        yield phrase("one article was given: rules that fit it by chance fall out with a second one")


def _doubts_of_page(sample: Sample, extraction: Extraction, site: Site) -> Iterator[str]:
    url = sample.page.url
    if extraction.layout is None:
        yield phrase(
            "layout: none reads {url}, which goes through the generic extractor; if the pages have several "
            "layouts, run baotinh new-site for each",
            url=url,
        )
    if classify(url, site) is not Kind.ARTICLE:
        yield phrase("not_article: a pattern of the platform excludes {url}", url=url)
    if sample.article.language != "vi":
        yield phrase(
            "language: {url} is not in Vietnamese; addresses of other languages belong to not_article", url=url
        )
    if sample.article.published_at is None:
        yield phrase("published: no date was found on {url}", url=url)

"""The visit of a probe: robots.txt, each source once, an article or two."""

from archive import Kind
from crawler.crawl.order import Order, new_process
from crawler.crawl.visit import Answer, Ask, Visit, visit_sites
from crawler.probe.articles import read_article
from crawler.probe.judge import read_sources
from crawler.probe.sources import articles_to_ask, nested_list
from crawler.site import Site

MOST_ARTICLES = 2
"""The second is requested only if the first gives no record: one link of a section may lead to a video."""


def visit(site: Site, *, article: str | None, order: Order) -> list[Answer]:
    """Visit a site now and return what came, in order.

    `article` is requested instead of one that the sources name. Of `order` only delay, contact and `allow_private`
    count. Raises PrivateAddress, NoContact, Interrupted.
    """

    async def ask_all(ask: Ask) -> None:
        answers = [await ask(source.url, Kind(source.kind)) for source in site.sources]
        learned, readings = read_sources(answers, site)
        addresses = articles_to_ask(readings)
        if not addresses and (nested := nested_list(readings)):
            answers.append(await ask(nested.url, nested.kind))
            addresses = articles_to_ask(read_sources(answers, site)[1])
        for url in (article,) if article else addresses[:MOST_ARTICLES]:
            extraction = read_article(await ask(url, Kind.ARTICLE), learned)
            if extraction and extraction.article:
                break

    (answers,) = visit_sites([Visit(site, ask_all)], new_process([site], order))
    return answers

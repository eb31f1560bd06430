"""The visit of a probe: robots.txt, each source once, an article or two; and a survey, short visits of many sites."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from archive import Kind
from crawler.crawl.order import Order, new_process
from crawler.crawl.visit import Answer, Ask, Script, Visit, visit_sites
from crawler.probe.articles import read_article
from crawler.probe.judge import read_sources
from crawler.probe.sources import articles_to_ask, nested_list
from crawler.probe.target import Target
from crawler.site import Site, Source

MOST_ARTICLES = 2
"""The second is requested only if the first gives no record: one link of a section may lead to a video."""
MOST_SURVEYED = 2
"""Sources of each site that a survey requests, of different kinds if it has them: a crawl will ask for the others."""
LONGEST_SURVEY = timedelta(minutes=50)
"""A survey sends no request after this. Side by side, 64 sites take some ten requests each, which is a minute or two;
a host that answers nothing takes 60 seconds for each, and one with a Crawl-delay as long. Within an hour it is over."""


def visit(target: Target, *, order: Order) -> list[Answer]:
    """Visit a site now and return what came, in order.

    Of `order` only delay, contact, proxy and `allow_private` count. Raises PrivateAddress, NoContact, Interrupted.
    """
    script = _asking(target, target.site.sources)
    (answers,) = visit_sites([Visit(target.site, script)], new_process([target.site], order))
    return answers


def survey(
    targets: Sequence[Target], *, order: Order, watch: Callable[[Site], None]
) -> tuple[list[list[Answer]], Mapping[str, Exception]]:
    """Visit sites side by side; return what came of each, and by home page the faults of the program.

    `watch` is called with each site when its visit ends. Raises PrivateAddress, NoContact, Interrupted.
    """
    faults: dict[str, Exception] = {}

    def guarded(target: Target) -> Script:
        script = _asking(target, surveyed_sources(target.site.sources))

        async def ask_all(ask: Ask) -> None:
            try:
                await script(ask)
            except Exception as error:  # one site that the program cannot follow must not end the survey
                faults[target.site.home] = error
            watch(target.site)

        return ask_all

    visits = [Visit(target.site, guarded(target)) for target in targets]
    process = new_process([target.site for target in targets], replace(order, stop_after=LONGEST_SURVEY))
    return visit_sites(visits, process), faults


def surveyed_sources(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Return what a survey requests: the first source of each kind, then others, at most `MOST_SURVEYED`."""
    firsts = {source.kind: source for source in reversed(sources)}.values()
    ordered = sorted(sources, key=lambda source: source not in firsts)
    return tuple(ordered[:MOST_SURVEYED])


def _asking(target: Target, sources: Sequence[Source]) -> Script:
    """Return what requests these sources, and then an article: that of the target, or one that they name."""
    site = target.site

    async def ask_all(ask: Ask) -> None:
        answers = [await ask(source.url, Kind(source.kind)) for source in sources]
        learned, readings = read_sources(answers, site)
        addresses = articles_to_ask(readings)
        if not addresses and (nested := nested_list(readings)):
            answers.append(await ask(nested.url, nested.kind))
            addresses = articles_to_ask(read_sources(answers, site)[1])
        for url in (target.article,) if target.article else addresses[:MOST_ARTICLES]:
            extraction = read_article(await ask(url, Kind.ARTICLE), learned)
            if extraction and extraction.article:
                break

    return ask_all

"""Serve a newspaper on loopback for crawls: any number of articles of real size, with a sitemap and a feed.

`python -m bench.load_site --articles 2000 --hosts 100` serves it on 127.0.0.1 to 127.0.0.100 until its input ends. It
first prints a line of JSON: origins and site files by name, and the paths of the articles, which are the same on each
host. For each input line it then prints one line of JSON: the requests since the last one.
"""

import json
import random
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

import click

from bench.wire_text import Writer
from crawler.demo import epi_zce
from crawler.demo.addresses import article_path
from crawler.demo.newsroom import Newspaper, Paragraph, SampleArticle
from crawler.demo.outlets import outlets
from crawler.demo.pages import Templates
from crawler.demo.serve import LoggedRequest, serve
from crawler.demo.web import Outlet
from crawler.demo.writing import date_line

SAMPLE = outlets()[2]
"""The sample outlet with a sitemap and a feed."""
PARAGRAPHS = 13
"""Paragraphs per article: together 4,000 letters, an ordinary article."""
BOX_LINKS = 120
"""Links beside and below the text, as on a real page; script fills the page up to its size."""


@dataclass(frozen=True)
class LoadOutlet(Outlet):
    """A sample outlet with many large articles, each with a text of its own."""

    size: int = 0
    """Least bytes of an article page."""

    @property
    def _templates(self) -> Templates:
        return _FullPages(self.size)


class _FullPages:
    """The sample's layout, with as much around the text as real pages have."""

    listing_page = staticmethod(epi_zce.listing_page)
    notice_page = staticmethod(epi_zce.notice_page)

    def __init__(self, size: int) -> None:
        self._size = size

    def article_page(self, article: SampleArticle, paper: Newspaper, *, origin: str) -> str:
        # the search for neighbours among 10,000 articles would take longer than printing the page
        beside = SAMPLE.articles[:5]
        html = epi_zce.article_page(article, replace(paper, articles=(article, *beside)), origin=origin)
        items = [f'<li><a href="{each.path}">{each.title}</a></li>' for each in beside]
        box = "".join(items) * (BOX_LINKS // len(items))
        rest = max(0, self._size - len(html.encode()) - len(box.encode()))
        return html.replace("</body>", f"<ul>{box}</ul><script>/*{'z' * rest}*/</script></body>")


def load_outlet(name: str, *, articles: int, kib: int) -> LoadOutlet:
    """Return an outlet with `articles` articles, one per hour; each page has at least `kib` KiB."""
    writer = Writer(random.Random(name))
    samples = SAMPLE.articles
    many = tuple(_written(samples[number % len(samples)], number, writer) for number in range(articles))
    return LoadOutlet(
        paper=replace(SAMPLE.paper, site=name, articles=many),
        sources=SAMPLE.sources,
        odd_pages=(),
        foreign_links=(),
        page_size=SAMPLE.page_size,
        page_parameter=None,
        disallowed=SAMPLE.disallowed,
        not_article=SAMPLE.not_article,
        size=kib * 1024,
    )


def _written(sample: SampleArticle, number: int, writer: Writer) -> SampleArticle:
    """Return an article with the section, tags and signature of the sample."""
    published = SAMPLE.articles[0].published - timedelta(hours=number)
    title = f"{sample.title}, kỳ {number}"
    path = article_path("epi-zce", title, section=sample.section_path, published=published, old=False)
    return replace(
        sample,
        path=path,
        title=title,
        lead=writer.sentence(),
        blocks=tuple(map(Paragraph, writer.paragraphs(PARAGRAPHS))),
        published=published,
        published_text=date_line(published, "time-last"),
        modified=None,
    )


def asked(log: Sequence[LoggedRequest]) -> dict[str, float]:
    """Return the number of requests, how many were answered with 304, and the seconds from first to last."""
    return {
        "requests": len(log),
        "unchanged": sum(each.status == 304 for each in log),
        "seconds": (log[-1].at - log[0].at).total_seconds() if log else 0.0,
    }


@click.command()
@click.option("--articles", type=click.IntRange(min=1), default=2000, show_default=True, help="Per host.")
@click.option("--kib", type=click.IntRange(min=0), default=60, show_default=True, help="Size of an article page.")
@click.option("--hosts", type=click.IntRange(1, 250), default=1, show_default=True)
def main(*, articles: int, kib: int, hosts: int) -> None:
    """Serve, and print the requests."""
    with ExitStack() as stack:
        webs = []
        for host in range(1, hosts + 1):
            outlet = load_outlet(f"tai{host}", articles=articles, kib=kib)
            webs.append(stack.enter_context(serve([outlet], f"127.0.0.{host}", port=0)))
        origins = {name: origin for web in webs for name, origin in web.origins.items()}
        files = {name: text for web in webs for name, text in web.site_files.items()}
        paths = [article.path for article in outlet.articles]
        click.echo(json.dumps({"origins": origins, "site_files": files, "paths": paths}))
        for _ in sys.stdin:
            log = sorted((each for web in webs for each in web.log), key=lambda each: each.at)
            for web in webs:
                web.log.clear()
            click.echo(json.dumps(asked(log)))


if __name__ == "__main__":
    main()

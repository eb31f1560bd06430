"""`baotinh search`: articles by their words."""

from collections.abc import Sequence
from pathlib import Path

import click

from archive.cli.command import Command, archive_option, end_damaged, json_option, limit_option, open_to_read
from archive.cli.filter_options import filter_options
from archive.cli.terminal import print_json, say
from archive.errors import DamagedRecord
from archive.phrases import counted, figure, joined, phrase
from archive.reading.facets import Facet, Facets
from archive.reading.filters import Filters
from archive.reading.query import read_query
from archive.reading.search import Hit
from archive.store import Archive

MOST_VALUES = 10
"""Values of a facet that are printed; JSON has all of them."""
_TITLES = {
    "outlets": phrase("outlets"),
    "provinces_then": phrase("provinces of the day of publication"),
    "provinces_now": phrase("provinces of today"),
    "sections": phrase("sections"),
    "origins": phrase("origins of the text"),
    "years": phrase("years"),
    "months": phrase("months"),
}


@click.command(cls=Command)
@click.argument("words", nargs=-1)
@filter_options
@limit_option
@click.option("--facets", "is_counted", is_flag=True, help="Count what is found, by outlet, province and time.")
@json_option
@archive_option
def search(
    words: tuple[str, ...], *, filters: Filters, limit: int, is_counted: bool, as_json: bool, folder: Path
) -> None:
    """Find articles by their words; without words, list the newest.

    \b
    baotinh search dien bien phu
    baotinh search '"đoàn kết"' --province 'Hà Giang' --era then --since 2024-01-01
    baotinh search 'sạt lở OR lũ quét' title:quốc -huyện
    baotinh search bao so 3 --facets --json

    A word typed with marks is exact, a word without marks finds all its forms. "Words in quotes" must follow
    each other. -word leaves articles with the word out, title:word must be in the title, and OR in capitals is between
    two choices. Write -- before the words if the first one begins with a hyphen.
    """
    typed = " ".join(words) if words else None
    read_as = read_query(typed).read_as if typed is not None else None
    with open_to_read(folder) as archive:
        if is_counted:
            _count(archive, typed, filters, read_as, as_json=as_json)
        else:
            _list(archive, typed, filters, read_as, limit=limit, as_json=as_json)


def _list(
    archive: Archive, typed: str | None, filters: Filters, read_as: str | None, *, limit: int, as_json: bool
) -> None:
    damaged: list[DamagedRecord] = []
    hits = archive.search(typed, filters=filters, limit=limit, skipped=damaged)
    total = archive.count(typed, filters=filters)
    if as_json:
        print_json({"total": total, "read_as": read_as, "hits": [hit.as_record() for hit in hits]}, indent=2)
    else:
        _say_read_as(read_as)
        for hit in hits:
            print_hit(hit)
        if hits:
            say(phrase("{n:,} of {total:,}", n=len(hits), total=total))
        elif not damaged:
            say(
                phrase("no article has all of these words") if typed else phrase("no article matches these filters"),
                aside=True,
            )
    end_damaged(damaged)


def _count(archive: Archive, typed: str | None, filters: Filters, read_as: str | None, *, as_json: bool) -> None:
    facets = archive.facets(typed, filters=filters)
    if as_json:
        print_json({"read_as": read_as, **facets.as_record()}, indent=2)
    else:
        _say_read_as(read_as)
        print_facets(facets)


def _say_read_as(read_as: str | None) -> None:
    if read_as:
        say(phrase("read as: {read_as}", read_as=read_as), aside=True)


def print_facets(facets: Facets) -> None:
    """Print what a search found, counted; ≈ marks estimates."""
    about = "≈" if facets.estimated else ""
    say(counted("{n:,} article", "{n:,} articles", n=facets.total))
    if facets.undated:
        say(phrase("{about}{n:,} without a date", about=about, n=facets.undated))
    for name, title in _TITLES.items():
        values: Sequence[Facet] = getattr(facets, name)
        is_by_time = name in ("years", "months")
        shown = values if is_by_time else values[:MOST_VALUES]
        say()
        say(
            title
            if len(shown) == len(values)
            else phrase("{title}, {n} of {all:,}", title=title, n=len(shown), all=len(values)),
            bold=True,
        )
        for each in shown:
            say(joined("", [f"  {each.value}  {about}", figure(each.articles)]))


def print_hit(hit: Hit) -> None:
    """Print one hit of a search."""
    say(hit.title, bold=True)
    day = hit.published_at and hit.published_at.date().isoformat()
    facts = (day, hit.site, hit.province_then, hit.byline, hit.uid[:8])
    say("  " + " · ".join(fact for fact in facts if fact))
    say("  " + " ".join(hit.snippet.split()))
    say(f"  {hit.url}")
    say()

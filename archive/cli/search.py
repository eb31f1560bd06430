"""`baotinh search`: articles by their words."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option, end_damaged, json_option, limit_option, open_to_read
from archive.cli.filter_options import filter_options
from archive.cli.terminal import print_json, say
from archive.errors import DamagedRecord
from archive.reading.filters import Filters
from archive.reading.search import Hit


@click.command(cls=Command)
@click.argument("words", nargs=-1, required=True)
@filter_options
@limit_option
@json_option
@archive_option
def search(words: tuple[str, ...], *, filters: Filters, limit: int, as_json: bool, folder: Path) -> None:
    """Find articles by their words.

    \b
    baotinh search dien bien phu
    baotinh search '"đoàn kết"' --province 'Hà Giang' --era then --since 2024-01-01

    A word typed with marks is exact, a word without marks finds all its forms. "Words in quotes" must follow
    each other.
    """
    damaged: list[DamagedRecord] = []
    with open_to_read(folder) as archive:
        hits = archive.search(" ".join(words), filters=filters, limit=limit, skipped=damaged)
    if as_json:
        print_json([hit.as_record() for hit in hits], indent=2)
    else:
        for hit in hits:
            print_hit(hit)
        if not (hits or damaged):
            say("no article has all of these words", aside=True)
    end_damaged(damaged)


def print_hit(hit: Hit) -> None:
    """Print one hit of a search."""
    say(hit.title, bold=True)
    day = hit.published_at and hit.published_at.date().isoformat()
    facts = (day, hit.site, hit.province_then, hit.byline, hit.uid[:8])
    say("  " + " · ".join(fact for fact in facts if fact))
    say("  " + " ".join(hit.snippet.split()))
    say(f"  {hit.url}")
    say()

"""`baotinh doubts`: records that may be wrong, and readings that wait for a decision."""

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli.command import Command, archive_option, end_damaged, json_option, open_to_read
from archive.cli.terminal import print_json, report, say
from archive.errors import DamagedRecord
from archive.phrases import phrase
from archive.reading.doubts import DoubtfulArticle
from archive.store import Archive


@click.command(cls=Command)
@click.argument("site", required=False)
@click.option(
    "--accept", "key", metavar="ID|URL", help="Take what waits of this article, or its doubtful text, for right."
)
@json_option
@archive_option
def doubts(site: str | None, *, key: str | None, as_json: bool, folder: Path) -> None:
    """List articles with doubts, and the readings that wait beside the text in force.

    \b
    baotinh doubts
    baotinh doubts baokhanhhoa --json
    baotinh doubts --accept 3f2a91c0

    A doubtful reading never replaces a text without doubts. It waits until a later crawl confirms it, or --accept does.
    ID is a uid, its first 6 digits or more, or the number of the article in this archive.
    """
    if key is not None:
        if site is not None:
            raise click.UsageError(phrase("give a SITE to list, or --accept with one article"))
        _accept(key, folder, as_json=as_json)
        return
    damaged: list[DamagedRecord] = []
    with open_to_read(folder) as archive:
        found = archive.doubts(site, skipped=damaged)
    if as_json:
        print_json([article.as_record() for article in found], indent=2)
    else:
        for article in found:
            _print_doubtful(article)
        if not (found or damaged):
            say(phrase("no article has doubts, and no reading waits"), aside=True)
    end_damaged(damaged)


def _accept(key: str, folder: Path, *, as_json: bool) -> None:
    with Archive.open(folder) as archive:
        stored = archive.accept(key, at=datetime.now(UTC))
    if as_json:
        print_json(stored.as_record(), indent=2)
    else:
        short, n = stored.article.uid[:8], stored.revision_count
        report([phrase("accepted: `baotinh show {short}`, text {n}", short=short, n=n)])


def _print_doubtful(article: DoubtfulArticle) -> None:
    say(article.title, bold=True)
    published = article.published_at and article.published_at.date().isoformat()
    say("  " + " · ".join(fact for fact in (article.uid[:8], article.site, published) if fact))
    say(f"  {article.url}")
    if article.doubts:
        say(
            phrase(
                "  in force: {words} words, {doubts}",
                words=article.word_count,
                doubts=", ".join(article.doubts),
            ),
            colour="yellow",
        )
    if waiting := article.waiting:
        words, since = len(waiting.article.body.split()), waiting.first_seen_at.isoformat(sep=" ", timespec="minutes")
        codes = ", ".join(waiting.article.doubts)
        say(
            phrase(
                "  waits since {since}: {words} words in place of {stored}, {codes}",
                since=since[:16],
                words=words,
                stored=article.word_count,
                codes=codes,
            ),
            colour="yellow",
        )
        if waiting.article.title != article.title:
            say(phrase("  its title: {title}", title=waiting.article.title))
    report([phrase("  accept it: `baotinh doubts --accept {short}`", short=article.uid[:8])])
    say()

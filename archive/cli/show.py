"""`baotinh show`: one article with its texts."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option, end_damaged, json_option
from archive.cli.terminal import print_json, print_page, say
from archive.errors import DamagedRecord
from archive.reading.lookup import Revision, StoredArticle
from archive.record import Refusal
from archive.store import Archive


@click.command(cls=Command)
@click.argument("key", metavar="ID|URL")
@click.option("--revisions", "with_revisions", is_flag=True, help="Print every text that was seen, the oldest first.")
@click.option("--raw", "is_raw", is_flag=True, help="Print the page as it came, without its content encoding.")
@json_option
@archive_option
def show(key: str, *, with_revisions: bool, is_raw: bool, as_json: bool, folder: Path) -> None:
    """Print one article.

    \b
    baotinh show 3f2a91c0
    baotinh show https://baokhanhhoa.vn/... --revisions
    baotinh show 3f2a91c0 --raw > page.html

    ID is a uid, its first 6 digits or more, or the number of the article in this archive.
    """
    if is_raw:
        with Archive.open(folder, read_only=True) as archive:
            page = archive.raw_page(key)
        content = page.content
        print_page(page.body if isinstance(content, Refusal) else content)
        return
    damaged: list[DamagedRecord] = []
    with Archive.open(folder, read_only=True) as archive:
        stored = archive.get(key)
        texts = archive.revisions(key, skipped=damaged) if with_revisions else []
    if as_json:
        record = stored.as_record()
        revisions = {"revisions": [text.as_record() for text in texts]} if with_revisions else {}
        print_json({**record, **revisions}, indent=2)
    elif with_revisions:
        for text in texts:
            _print_revision(text)
    else:
        _print_article(stored)
    end_damaged(damaged)


def _print_article(stored: StoredArticle) -> None:
    article = stored.article
    say(article.title, bold=True)
    published = article.published_raw or (article.published_at and article.published_at.isoformat())
    facts = (stored.outlet, published, ", ".join(article.byline), " > ".join(article.section))
    say(" · ".join(fact for fact in facts if fact))
    say(f"{article.uid}  {article.url}")
    for alias in stored.aliases:
        at = f" ({alias.site})" if alias.site != stored.site else ""
        say(f"also at {alias.url}{at}")
    if stored.status == "gone":
        say(f"taken away by the newspaper; last seen {stored.last_seen_at.isoformat()}", colour="yellow")
    if article.doubts:
        say(f"doubts: {', '.join(article.doubts)}", colour="yellow")
    for text in (article.lead, article.body):
        if text:
            say()
            _print_text(text)


def _print_revision(text: Revision) -> None:
    doubts = f"; doubts: {', '.join(text.doubts)}" if text.doubts else ""
    say(f"{text.n}. {text.cause}, seen {text.seen_at.isoformat()}{doubts}", colour="yellow")
    say(text.title, bold=True)
    for part in (text.byline, text.lead, text.body):
        if part:
            _print_text(part)
    say()


def _print_text(text: str) -> None:
    for paragraph in text.split("\n"):
        say(paragraph)

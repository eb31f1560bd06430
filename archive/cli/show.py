"""`baotinh show`: one article with its texts."""

from collections.abc import Sequence
from pathlib import Path

import click

from archive.citing import CITATION_FORMATS
from archive.cli.command import Command, archive_option, end_damaged, json_option, open_to_read
from archive.cli.copies import print_origin
from archive.cli.history import print_difference, print_history
from archive.cli.terminal import print_data, print_json, print_page, say
from archive.errors import DamagedRecord
from archive.phrases import phrase
from archive.reading.copies import Copies
from archive.reading.corrections import Correction
from archive.reading.stored import Revision, StoredArticle
from archive.reading.withholdings import Withholding
from archive.record import ArticleStatus, Refusal
from archive.writing.corrections import BY_HAND


@click.command(cls=Command)
@click.argument("key", metavar="ID|URL")
@click.argument("numbers", metavar="[N M]", nargs=-1, type=click.IntRange(1))
@click.option("--revisions", "with_revisions", is_flag=True, help="Print every text that was seen, the oldest first.")
@click.option("--history", "is_history", is_flag=True, help="List the texts: when, why, and how much changed.")
@click.option("--diff", "is_diff", is_flag=True, help="Compare the last two texts, or texts N and M, word by word.")
@click.option("--raw", "is_raw", is_flag=True, help="Print the page as it came, without its content encoding.")
@click.option(
    "--cite",
    "cited_as",
    is_flag=False,
    flag_value="plain",
    type=click.Choice(list(CITATION_FORMATS)),
    help="Print a citation of the text in force (default format: plain, in Vietnamese and English).",
)
@json_option
@archive_option
def show(
    key: str,
    *,
    numbers: tuple[int, ...],
    with_revisions: bool,
    is_history: bool,
    is_diff: bool,
    is_raw: bool,
    cited_as: str | None,
    as_json: bool,
    folder: Path,
) -> None:
    """Print one article.

    \b
    baotinh show 3f2a91c0
    baotinh show https://baokhanhhoa.vn/... --revisions
    baotinh show 3f2a91c0 --history
    baotinh show 3f2a91c0 --diff 1 3
    baotinh show 3f2a91c0 --raw > page.html
    baotinh show 3f2a91c0 --cite bibtex

    ID is a uid, its first 6 digits or more, or the number of the article in this archive. A withheld article has no
    text: since when and why is printed.
    """
    if sum((with_revisions, is_history, is_diff, is_raw, cited_as is not None)) > 1:
        raise click.UsageError(phrase("give one of --revisions, --history, --diff, --raw and --cite"))
    if cited_as and as_json:
        raise click.UsageError(phrase("--cite has formats of its own: `--cite csl-json` is JSON"))
    if numbers and not (is_diff and len(numbers) == 2):
        raise click.UsageError(phrase("--diff takes the numbers of two texts, and nothing else takes any"))
    if is_raw:
        _print_raw(key, folder)
        return
    if cited_as:
        _print_citation(key, folder, form=cited_as)
        return
    damaged: list[DamagedRecord] = []
    with open_to_read(folder) as archive:
        if withheld := archive.withholding(key):
            _print_withheld(withheld, as_json=as_json)
            return
        stored = archive.get(key)
        texts = archive.revisions(key, skipped=damaged) if with_revisions or is_history or is_diff else []
        corrections = archive.corrections(key)
        found = archive.copies(key)
    if is_history:
        print_history(texts, as_json=as_json)
    elif is_diff:
        print_difference(texts, numbers, as_json=as_json)
    elif as_json:
        revisions = {"revisions": [text.as_record() for text in texts]} if with_revisions else {}
        print_json({**stored.as_record(), **revisions}, indent=2)
    elif with_revisions:
        for text in texts:
            _print_revision(text)
    else:
        _print_article(stored, corrections, found)
    end_damaged(damaged)


def _print_raw(key: str, folder: Path) -> None:
    with open_to_read(folder) as archive:
        page = archive.raw_page(key)
    content = page.content
    print_page(page.body if isinstance(content, Refusal) else content)


def _print_citation(key: str, folder: Path, *, form: str) -> None:
    with open_to_read(folder) as archive:
        print_data(CITATION_FORMATS[form]([archive.cite(key)]))


def _print_withheld(withheld: Withholding, *, as_json: bool) -> None:
    if as_json:
        about = {"uid": withheld.uid, "url": withheld.url, "site": withheld.site, "status": ArticleStatus.WITHHELD}
        print_json({**about, "withheld": withheld.as_record()}, indent=2)
        return
    say(f"{withheld.uid}  {withheld.url}")
    say(
        phrase(
            "{withheld} by {withheld_by}; its text is not shown", withheld=withheld, withheld_by=withheld.withheld_by
        ),
        colour="yellow",
    )


def _print_article(stored: StoredArticle, corrections: Sequence[Correction], found: Copies) -> None:
    article = stored.article
    say(article.title, bold=True)
    printed = None if article.sources.get("published_at") == BY_HAND else article.published_raw
    published = printed or (article.published_at and article.published_at.isoformat())
    facts = (stored.outlet, published, ", ".join(article.byline), " > ".join(article.section))
    say(" · ".join(fact for fact in facts if fact))
    say(f"{article.uid}  {article.url}")
    for alias in stored.aliases:
        at = f" ({alias.site})" if alias.site != stored.site else ""
        say(phrase("also at {url}{at}", url=alias.url, at=at))
    if stored.status == "gone":
        say(
            phrase(
                "taken away by the newspaper; last seen {last_seen_at}", last_seen_at=stored.last_seen_at.isoformat()
            ),
            colour="yellow",
        )
    print_origin(found)
    if article.doubts:
        say(phrase("doubts: {doubts}", doubts=", ".join(article.doubts)), colour="yellow")
    for each in corrections:
        if each.ended_at is None:
            _print_correction(each)
    for text in (article.lead, article.body):
        if text:
            say()
            _print_text(text)


def _print_correction(each: Correction) -> None:
    says = ", ".join(each.page_value) if isinstance(each.page_value, list) else each.page_value
    why = f": {each.reason}" if each.reason else ""
    say(
        phrase(
            "{field} corrected by {corrected_by} on {corrected_at:%Y-%m-%d}{why}",
            field=each.field,
            corrected_by=each.corrected_by,
            corrected_at=each.corrected_at,
            why=why,
        ),
        colour="yellow",
    )
    say(phrase("    its page says: {says}", says=says or phrase("nothing")))


def _print_revision(text: Revision) -> None:
    doubts = phrase("; doubts: {doubts}", doubts=", ".join(text.doubts)) if text.doubts else ""
    say(
        phrase(
            "{n}. {cause}, seen {seen_at}{doubts}",
            n=text.n,
            cause=text.cause,
            seen_at=text.seen_at.isoformat(),
            doubts=doubts,
        ),
        colour="yellow",
    )
    say(text.title, bold=True)
    for part in (text.byline, text.lead, text.body):
        if part:
            _print_text(part)
    say()


def _print_text(text: str) -> None:
    for paragraph in text.split("\n"):
        say(paragraph)

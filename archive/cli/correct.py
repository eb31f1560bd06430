"""`baotinh correct`: a person puts a value in the place of what a page says."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from archive.cli.command import Command, archive_option, by_option, json_option
from archive.cli.terminal import print_json, report
from archive.phrases import phrase
from archive.record import VIETNAM
from archive.store import Archive
from archive.writing.corrections import Field

PUBLISHED = "published"
_SPELLED = {PUBLISHED: Field.PUBLISHED}
"""Names on the command line that differ from those in a record."""


def _moment(_: click.Context, __: click.Parameter, given: str | None) -> date | None:
    """Return a day, or a day with a time in Vietnam."""
    if given is None:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(given, form).replace(tzinfo=VIETNAM).date()
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter(
            phrase('"{given}" is no day (2026-01-31) and no time (2026-01-31T08:30)', given=given)
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


@click.command(cls=Command)
@click.argument("key", metavar="ID|URL")
@click.option("--title", metavar="TEXT", help="The headline.")
@click.option("--lead", metavar="TEXT", help='The lead; "" for none.')
@click.option("--byline", metavar="NAMES", help='Names, with a comma between two; "" for nobody.')
@click.option("--published", callback=_moment, metavar="DAY|TIME", help="2026-01-31, or 2026-01-31T08:30 in Vietnam.")
@click.option(
    "--undo",
    multiple=True,
    type=click.Choice(["title", "lead", "byline", PUBLISHED]),
    metavar="FIELD",
    help="Lift the correction of title, lead, byline or published; repeatable.",
)
@click.option("--reason", metavar="TEXT", help="Why, for the log.")
@by_option
@json_option
@archive_option
def correct(
    key: str,
    *,
    title: str | None,
    lead: str | None,
    byline: str | None,
    published: date | None,
    undo: tuple[str, ...],
    reason: str | None,
    by: str,
    as_json: bool,
    folder: Path,
) -> None:
    """Correct fields of an article, for good: no later crawl overwrites them.

    \b
    baotinh correct 3f2a91c0 --byline 'Ngọc Linh, Hằng Nga' --reason 'printed below the picture'
    baotinh correct 3f2a91c0 --published 2020-07-02
    baotinh correct 3f2a91c0 --undo byline

    The record says `by hand` as the provenance. What the page says is kept beside it and returns with --undo. Who
    decided, when and why is kept too: `baotinh show ID` prints it. ID is as for `baotinh show`.
    """
    given = (title, lead, byline, published)
    if undo and any(value is not None for value in given):
        raise click.UsageError(phrase("give new values, or --undo"))
    if not undo and all(value is None for value in given):
        raise click.UsageError(phrase("say what to correct: --title, --lead, --byline, --published, or --undo FIELD"))
    if title is not None and not title.strip():
        raise click.UsageError(phrase("a title needs a word"))
    now = datetime.now(UTC)
    with Archive.open(folder) as archive:
        if undo:
            fields = [_SPELLED.get(name) or Field(name) for name in undo]
            stored = archive.undo(key, *fields, at=now, by=by)
        else:
            names = None if byline is None else byline.split(",")
            stored = archive.correct(
                key, title=title, lead=lead, byline=names, published=published, reason=reason, at=now, by=by
            )
    if as_json:
        print_json(stored.as_record(), indent=2)
    else:
        done = phrase("the page's own value again") if undo else phrase("corrected")
        short, n = stored.article.uid[:8], stored.revision_count
        report([phrase("{done}: `baotinh show {short}`, text {n}", done=done, short=short, n=n)])

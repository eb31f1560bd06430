"""`baotinh check-quote`: whether an article has these words, in which of its texts, and where."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option, end_damaged, json_option, open_to_read
from archive.cli.terminal import print_json, say
from archive.errors import DamagedRecord, ExitCode
from archive.phrases import counted, joined, phrase
from archive.reading.quotes import Difference, QuoteCheck, QuotedPlace, QuoteMatch
from archive.record import ArticleStatus
from archive.times import to_text

DIFFERENCES = {
    Difference.MARKS: phrase("marks"),
    Difference.CASE: phrase("case"),
    Difference.PUNCTUATION: phrase("punctuation"),
}
COLOURS = {QuoteMatch.EXACT: "green", QuoteMatch.SAME_WORDS: "yellow"}


@click.command("check-quote", cls=Command)
@click.argument("key", metavar="ID|URL")
@click.argument("quote", metavar="WORDS")
@json_option
@archive_option
def check_quote(key: str, quote: str, *, as_json: bool, folder: Path) -> None:
    """Say whether an article has these words, in which of its texts, and where.

    \b
    baotinh check-quote 3f2a91c0 "Không để ai bị bỏ lại phía sau"
    baotinh check-quote https://baokhanhhoa.vn/... "…" --json

    All texts are compared, earlier ones too: title, lead and body. White space, Unicode form, the placement of tones
    and the form of quotation marks and dashes make no difference. The exit code is 3 if no text has exactly these
    words.
    """
    damaged: list[DamagedRecord] = []
    with open_to_read(folder) as archive:
        check = archive.check_quote(key, quote, skipped=damaged)
    if as_json:
        print_json(check.as_record(), indent=2)
    else:
        _print_check(check)
    end_damaged(damaged)
    if check.match is not QuoteMatch.EXACT:
        click.get_current_context().exit(ExitCode.LESS_THAN_EXPECTED)


def _print_check(check: QuoteCheck) -> None:
    say(f"{check.uid}  {check.url}")
    for place in check.places:
        _print_place(place)
    if not check.places:
        missed = counted("not found in its only text", "not found in any of its {n} texts", n=check.texts)
        say(missed, colour="red")
    elif not check.is_in_force:
        say(phrase("the text in force does not have it so"), colour="yellow")
    if check.status is ArticleStatus.GONE:
        say(
            phrase("taken away by the newspaper; last seen {last_seen_at}", last_seen_at=to_text(check.last_seen_at)),
            colour="yellow",
        )


def _print_place(place: QuotedPlace) -> None:
    how = (
        phrase(
            "same words with other {differs}",
            differs=joined(phrase(" and "), [DIFFERENCES[each] for each in place.differs]),
        )
        if place.differs
        else phrase("exact")
    )
    until = (
        phrase("until {replaced_at}", replaced_at=to_text(place.replaced_at))
        if place.replaced_at
        else phrase("in force")
    )
    say(
        phrase(
            "{how}: {field} of text {n}, since {seen_at}, {until}",
            how=how,
            field=place.field,
            n=place.n,
            seen_at=to_text(place.seen_at),
            until=until,
        ),
        colour=COLOURS[place.match],
    )
    say(f"  {' '.join(place.text.split())}")

"""`baotinh withhold`: takes an article out of sight, shows it again, lists those that are out of sight."""

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli.command import Command, archive_option, by_option, json_option, open_to_read
from archive.cli.filter_options import DAY
from archive.cli.terminal import print_json, report, say
from archive.phrases import phrase
from archive.reading.withholdings import Withholding
from archive.store import Archive


@click.command(cls=Command)
@click.argument("key", metavar="[ID|URL]", required=False)
@click.option("--reason", metavar="TEXT", help="Why; everybody can read it.")
@click.option("--until", type=DAY, metavar="DAY", help="Last day (2026-01-31); the article is shown again after it.")
@click.option("--lift", is_flag=True, help="Show the article again.")
@by_option
@json_option
@archive_option
def withhold(
    key: str | None,
    *,
    reason: str | None,
    until: datetime | None,
    lift: bool,
    by: str,
    as_json: bool,
    folder: Path,
) -> None:
    """Take an article out of search, exports, `serve` and every query: a court order, personal data.

    \b
    baotinh withhold 3f2a91c0 --reason 'court order 12/2026' --until 2027-06-30
    baotinh withhold 3f2a91c0 --lift
    baotinh withhold

    Without ID, list what is withheld. Address, dates of the crawls and raw pages stay; title, text and names move out
    of the database into a file that is never published. A crawl stores nothing of the article meanwhile. ID is as for
    `baotinh show`.
    """
    _check(key, reason, until, lift=lift)
    now = datetime.now(UTC)
    if key is None:
        with open_to_read(folder) as archive:
            _print_log(archive.withholdings(), as_json=as_json)
    elif lift:
        with Archive.open(folder) as archive:
            stored = archive.lift(key, at=now, by=by)
        if as_json:
            print_json(stored.as_record(), indent=2)
        else:
            report([phrase("shown again: `baotinh show {short}`", short=stored.article.uid[:8])])
    else:
        day = until.date() if until else None
        with Archive.open(folder) as archive:
            withheld = archive.withhold(key, reason=reason or "", until=day, at=now, by=by)
        if as_json:
            print_json(withheld.as_record(), indent=2)
        else:
            report(
                [
                    phrase(
                        "{short} is {withheld}; `baotinh withhold {short} --lift` shows it again",
                        short=withheld.uid[:8],
                        withheld=withheld,
                    )
                ]
            )


def _check(key: str | None, reason: str | None, until: datetime | None, *, lift: bool) -> None:
    is_listing = key is None and not lift
    if key is None and lift:
        raise click.UsageError(phrase("name the article to show again"))
    if (is_listing or lift) and (reason or until):
        raise click.UsageError(phrase("--reason and --until are for an article that is to be withheld"))
    if not (is_listing or lift or (reason and reason.strip())):
        raise click.UsageError(phrase("say why with --reason"))


def _print_log(log: list[Withholding], *, as_json: bool) -> None:
    if as_json:
        print_json([each.as_record() for each in log], indent=2)
        return
    for each in log:
        say(phrase("{short}  {each} by {withheld_by}", short=each.uid[:8], each=each, withheld_by=each.withheld_by))
        if each.lifted_at:
            say(
                phrase(
                    "          shown again on {lifted_at:%Y-%m-%d}, {who}",
                    lifted_at=each.lifted_at,
                    who=_who_lifted(each),
                )
            )
        say(f"          {each.url}")
    if not log:
        say(phrase("no article was ever withheld"), aside=True)


def _who_lifted(each: Withholding) -> str:
    return (
        phrase("by {lifted_by}", lifted_by=each.lifted_by)
        if each.lifted_by
        else phrase("because its last day was over")
    )

"""`baotinh copies`: the same story in other newspapers."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.cli.command import Command, archive_option, by_option, json_option, open_to_read
from archive.cli.terminal import print_json, report, say
from archive.copies.candidates import DAYS
from archive.phrases import joined, phrase
from archive.reading.copies import Copies, CopyGroup, CopyMember
from archive.record import Precision
from archive.store import Archive

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

UPDATE = "update"
ALL = "all"


@click.command(cls=Command)
@click.argument("what", metavar="update|ID|URL")
@click.option("--days", type=click.IntRange(1, 366), metavar="N", help="Compare articles within N days (default: 7).")
@click.option("--anew", "is_anew", is_flag=True, help="Compare all articles again, not only what is new or changed.")
@click.option("--join", metavar="ID|URL", multiple=True, help="Make the article one story with this one; repeatable.")
@click.option("--split", metavar="ID|URL|all", multiple=True, help="Part it from this one, or from all; repeatable.")
@click.option("--undo", "is_undone", is_flag=True, help="Lift what persons decided of its copies.")
@click.option("--reason", metavar="TEXT", help="Why, for the log.")
@by_option
@json_option
@archive_option
def copies(
    what: str,
    *,
    days: int | None,
    is_anew: bool,
    join: tuple[str, ...],
    split: tuple[str, ...],
    is_undone: bool,
    reason: str | None,
    by: str,
    as_json: bool,
    folder: Path,
) -> None:
    """Find copies across newspapers, show those of an article, or decide on them.

    \b
    baotinh copies update
    baotinh copies 3f2a91c0
    baotinh copies 3f2a91c0 --join 77aa01bc --reason 'same report, rewritten'
    baotinh copies 3f2a91c0 --split all

    A crawl, an import and a merge compare what they brought when they end, up to 5,000 articles. `update` compares all
    that waits. A decision stays when the groups are made anew. ID is as for `baotinh show`.
    """
    decisions = sum((bool(join), bool(split), is_undone))
    if decisions > 1:
        raise click.UsageError(phrase("give one of --join, --split and --undo"))
    if what == UPDATE:
        if decisions:
            raise click.UsageError(phrase("name the article that the decision is about in place of update"))
        _update(folder, days=days or DAYS, is_anew=is_anew, as_json=as_json)
        return
    if days or is_anew:
        raise click.UsageError(phrase("--days and --anew are for `baotinh copies update`"))
    if decisions:
        with Archive.open(folder) as archive:
            found, waiting = _decide(archive, what, join=join, split=split, by=by, reason=reason), 0
    else:
        with open_to_read(folder) as archive:
            found, waiting = archive.copies(what), archive.waiting_for_copies()
    if as_json:
        print_json(found.as_record(), indent=2)
    else:
        _print(found)
        report(waiting_lines(waiting), aside=True)


def _decide(
    archive: Archive, key: str, *, join: tuple[str, ...], split: tuple[str, ...], by: str, reason: str | None
) -> Copies:
    """Join, split, or else undo."""
    now = datetime.now(UTC)
    if join:
        return archive.join_copies(key, *join, at=now, by=by, reason=reason)
    if split:
        return archive.split_copies(key, *(() if ALL in split else split), at=now, by=by, reason=reason)
    return archive.undo_copies(key, at=now, by=by)


def _update(folder: Path, *, days: int, is_anew: bool, as_json: bool) -> None:
    with Archive.open(folder) as archive:
        if sys.stderr.isatty() and not as_json:
            number = archive.count() if is_anew else archive.waiting_for_copies()
            progress: ProgressBar[int] = click.progressbar(length=number, file=sys.stderr)
            with progress as bar:
                done = archive.update_copies(days=days, is_anew=is_anew, watch=bar.update)
        else:
            done = archive.update_copies(days=days, is_anew=is_anew)
    if as_json:
        print_json(done.as_record(), indent=2)
        return
    say(
        phrase(
            "{compared:,} articles compared; {articles:,} are in {groups:,} groups of copies",
            compared=done.compared,
            articles=done.articles,
            groups=done.groups,
        )
    )


def waiting_lines(waiting: int) -> Iterator[str]:
    """Yield a line if articles are not yet compared with those of other outlets."""
    if waiting:
        yield phrase(
            "{waiting:,} articles are not yet compared with those of other newspapers: the next crawl goes on, or "
            "`baotinh copies update` does it now",
            waiting=waiting,
        )


def print_origin(found: Copies) -> None:
    """Print in one line where an article is from, and how many copies it has; nothing for one of its own outlet."""
    said = said_of(found)
    if found.groups:
        outlets = max(group.outlets for group in found.groups)
        short = found.uid[:8]
        report([phrase("{said}, in {n} outlets: `baotinh copies {short}`", said=said, n=outlets, short=short)])
    elif found.origin in ("agency", "from"):
        say(said, colour="yellow")


def said_of(found: Copies) -> str:
    """Return in words where an article is from."""
    if found.origin == "own":
        return phrase("own text")
    if found.origin == "unknown":
        return phrase("origin unknown")
    return phrase("from {source}", source=found.from_site or found.source or found.origin)


def _print(found: Copies) -> None:
    say(joined("  ", (found.uid, said_of(found))), bold=True)
    if not found.groups:
        say(phrase("no other outlet has its text, as far as the archive knows"))
    for group in found.groups:
        _print_group(group)


def _print_group(group: CopyGroup) -> None:
    kind = f"{group.kind} ({group.source})" if group.source else group.kind
    articles = len(group.members)
    say(phrase("{kind}: {n} articles in {outlets} outlets", kind=kind, n=articles, outlets=group.outlets), bold=True)
    for each in group.members:
        _print_member(each, group)


def _print_member(each: CopyMember, group: CopyGroup) -> None:
    origin = phrase("from {source}", source=each.from_site) if each.from_site else each.origin
    facts = [each.uid[:8], each.site, _printed_at(each), origin]
    if each.lag_minutes:
        facts.append(phrase("{n:+,} min", n=each.lag_minutes))
    if each.uid != group.text_uid:
        facts.append(phrase("keeps {kept:.0%}, adds {added:.0%}", kept=each.kept, added=each.added))
    say("  " + joined(" · ", (fact for fact in facts if fact)))
    say(f"    {each.title}")
    for sign in each.evidence:
        said = f' "{sign.said}" ({sign.where})' if sign.said else ""
        say(f"    {sign.what}{said}")


def _printed_at(each: CopyMember) -> str | None:
    """Return the minute or the day that its page shows; None if it shows neither."""
    if each.published_at is None:
        return None
    day, time = each.published_at[:16].split("T")
    return f"{day} {time}" if each.published_precision == Precision.MINUTE else day

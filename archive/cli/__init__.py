"""Commands that read the archive: part of `baotinh`, and all a researcher needs.

Data goes to stdout, talk to stderr. What a command needs beyond click is imported when it runs.
"""

import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from archive.cli.filter_options import DAY, filter_options
from archive.reading.filters import Filters

if TYPE_CHECKING:
    from archive.reading.lookup import Revision, StoredArticle
    from archive.reading.search import Hit
    from archive.writing.runs import RunReport

__all__ = (
    "COMMANDS",
    "DAY",
    "DEFAULT_ARCHIVE",
    "Command",
    "archive_option",
    "print_error",
    "print_hit",
    "print_table",
)
"""What the commands of the crawler share with these."""

DEFAULT_ARCHIVE = "news-archive"
DEFAULT_PORT = 8001
"""Datasette's own."""

PIPE_CLOSED = 141
"""Exit code of a program that SIGPIPE ended, as shells count it."""
DISK_FULL = 5
"""The exit code of ArchiveErrors that say so."""
MOST = 1_000_000
"""What --limit takes at the most; SQLite's own numbers end at 2**63."""
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class Command(click.Command):
    """A command whose ArchiveErrors become sentences, and whose colours follow NO_COLOR."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        from archive.errors import ArchiveError

        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            print_error(error)
            return ctx.exit(error.exit_code)
        except BrokenPipeError:  # the reader has read enough: `baotinh export | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ctx.exit(PIPE_CLOSED)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            print_error(OSError(f"the output could not be written: {error.strerror}"))
            return ctx.exit(DISK_FULL)


def print_error(error: Exception) -> None:
    """Say on stderr what is wrong."""
    click.echo(f"{click.style('error:', fg='red')} {error}", err=True)


def archive_option(command: _Decorated) -> _Decorated:
    """Add `--archive DIR`."""
    return click.option(
        "--archive",
        "folder",
        metavar="DIR",
        type=click.Path(path_type=Path),
        envvar="BAOTINH_ARCHIVE",
        default=DEFAULT_ARCHIVE,
        show_default=True,
        help="Folder of the archive; BAOTINH_ARCHIVE names it too.",
    )(command)


_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command(cls=Command)
@click.argument("words", nargs=-1, required=True)
@filter_options
@click.option("--limit", type=click.IntRange(1, MOST), default=20, show_default=True, help="How many at most.")
@_JSON
@archive_option
def search(words: tuple[str, ...], *, filters: Filters, limit: int, as_json: bool, folder: Path) -> None:
    """Find articles by their words.

    \b
    baotinh search dien bien phu
    baotinh search '"đoàn kết"' --province 'Hà Giang' --era then --since 2024-01-01

    A word typed with marks is exact, a word without marks finds all its forms. "Words in quotes" must follow
    each other.
    """
    from archive import Archive

    with Archive.open(folder, read_only=True) as archive:
        hits = archive.search(" ".join(words), filters=filters, limit=limit)
    if as_json:
        _print_json([hit.as_record() for hit in hits])
        return
    for hit in hits:
        print_hit(hit)
    if not hits:
        click.echo("no article has all of these words", err=True)


@click.command(cls=Command)
@click.argument("key", metavar="ID|URL")
@click.option("--revisions", "with_revisions", is_flag=True, help="Every text that was seen, the oldest first.")
@_JSON
@archive_option
def show(key: str, *, with_revisions: bool, as_json: bool, folder: Path) -> None:
    """Print one article.

    \b
    baotinh show 3f2a91c0
    baotinh show https://baokhanhhoa.vn/... --revisions

    ID is a uid, its first 6 digits or more, or the number of the article in this archive.
    """
    from archive import Archive

    with Archive.open(folder, read_only=True) as archive:
        stored = archive.get(key)
        texts = archive.revisions(key) if with_revisions else []
    if as_json:
        record = stored.as_record()
        _print_json({**record, "revisions": [text.as_record() for text in texts]} if with_revisions else record)
    elif with_revisions:
        for text in texts:
            _print_revision(text)
    else:
        _print_article(stored)


@click.command(cls=Command)
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File; without it, stdout.")
@click.option("--raw", is_flag=True, help="CSV for programs: no byte order mark, formulas left as they are.")
@filter_options
@archive_option
def export(form: str, *, output: Path | None, raw: bool, filters: Filters, folder: Path) -> None:
    """Write articles, all or those of some options, as JSON lines or CSV.

    \b
    baotinh export --format csv --output articles.csv
    baotinh export --province 'Đà Nẵng' --era now --since 2020-01-01
    baotinh export | head -1

    The same archive gives the same bytes. The file appears under its name only when it is whole.
    """
    from archive import Archive
    from archive.export import EXPORTERS, export_file, export_stream

    with Archive.open(folder, read_only=True) as archive:
        records = (stored.as_record() for stored in archive.articles(filters=filters))
        if output is None:
            done = export_stream(records, sys.stdout.buffer, exporter=EXPORTERS[form], raw=raw)
        else:
            done = export_file(records, output, exporter=EXPORTERS[form], raw=raw)
    where = "" if output is None else f" -> {output}"
    noun = "article" if done.articles == 1 else "articles"
    click.echo(f"{done.articles:,} {noun}, {done.size:,} bytes, sha256 {done.sha256}{where}", err=True)


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True)
@click.option("--open", "browse", is_flag=True, help="Open it in the browser.")
@archive_option
def serve(host: str, port: int, *, browse: bool, folder: Path) -> None:
    """Browse and query the archive in Datasette.

    \b
    baotinh serve --open
    """
    from archive import Archive
    from archive.publish.server import serve

    with Archive.open(folder, read_only=True):
        pass  # a missing or damaged archive is told before Datasette starts
    serve(folder, host=host, port=port, browse=browse)


@click.command(cls=Command)
@click.option("--limit", type=click.IntRange(1, MOST), default=20, show_default=True, help="How many at most.")
@_JSON
@archive_option
def runs(limit: int, *, as_json: bool, folder: Path) -> None:
    """List the last crawls with their counts.

    \b
    baotinh runs
    baotinh runs --json --limit 1
    """
    from archive import Archive

    with Archive.open(folder, read_only=True) as archive:
        reports = archive.runs(limit=limit)
    if as_json:
        _print_json([report.as_record() for report in reports])
    else:
        _print_runs(reports)


COMMANDS: tuple[click.Command, ...] = (search, show, export, serve, runs)


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of equal length in columns, the first row as their heads."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_hit(hit: "Hit") -> None:
    """Print one hit of a search."""
    click.secho(hit.title, bold=True)
    day = hit.published_at and hit.published_at.date().isoformat()
    facts = (day, hit.site, hit.province_then, hit.byline, hit.uid[:8])
    click.echo("  " + " · ".join(fact for fact in facts if fact))
    click.echo("  " + " ".join(hit.snippet.split()))
    click.echo(f"  {hit.url}\n")


def _print_article(stored: "StoredArticle") -> None:
    article = stored.article
    click.secho(article.title, bold=True)
    published = article.published_raw or (article.published_at and article.published_at.isoformat())
    facts = (stored.outlet, published, ", ".join(article.byline), " > ".join(article.section))
    click.echo(" · ".join(fact for fact in facts if fact))
    click.echo(f"{article.uid}  {article.url}")
    for alias in stored.aliases:
        at = f" ({alias.site})" if alias.site != stored.site else ""
        click.echo(f"also at {alias.url}{at}")
    if stored.status == "gone":
        click.secho(f"taken away by the newspaper; last seen {stored.last_seen_at.isoformat()}", fg="yellow")
    for text in (article.lead, article.body):
        if text:
            click.echo("\n" + text)


def _print_revision(text: "Revision") -> None:
    click.secho(f"{text.n}. {text.cause}, seen {text.seen_at.isoformat()}", fg="yellow")
    click.secho(text.title, bold=True)
    click.echo("\n".join(part for part in (text.byline, text.lead, text.body) if part) + "\n")


def _print_runs(reports: "list[RunReport]") -> None:
    head = (
        "run",
        "site",
        "started",
        "status",
        "found",
        "stored",
        "revised",
        "same",
        "refused",
        "failed",
        "left",
    )
    rows: list[tuple[str, ...]] = [head]
    for report in reports:
        counts = (report.found, report.stored, report.revised, report.unchanged)
        sums = (sum(report.refused.values()), sum(report.failed.values()), report.left)
        started = report.started_at.isoformat(sep=" ", timespec="minutes")[:16]
        rows.append((str(report.run), report.site, started, report.status, *map(str, (*counts, *sums))))
    print_table(rows)
    for report in reports:
        if not report.balances:
            click.echo(f"run {report.run}: frontier and captures disagree; please report it", err=True)

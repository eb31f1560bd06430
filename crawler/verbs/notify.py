"""`baotinh notify`: tell people what began, what lasts and what ended."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import counted, phrase
from archive.cli import archive_option, complete, report, said
from crawler.configuration.places import places_of_user
from crawler.verbs.command import CrawlCommand, flags_for, proxy_option, site_files_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.fetch.proxy import Proxy
    from crawler.operate.alarms import State
    from crawler.site import Site

MEMORY = "alarms.json"
"""In our folder of states."""


@click.command(cls=CrawlCommand)
@site_files_option
@click.option("--digest", "is_digest", is_flag=True, help="Send the state of all sites, whatever it is.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Print what would be sent; send nothing, remember nothing.")
@proxy_option
@archive_option
def notify(*, site_files: tuple[Path, ...], is_digest: bool, is_dry: bool, proxy: "Proxy | None", folder: Path) -> None:
    """Tell people what needs a look, as [notify] of the configuration says: when it begins, each week, when it ends.

    \b
    baotinh notify            after each crawl; `baotinh schedule` writes it into the units
    baotinh notify --digest   once a day

    Exit codes: 0 nothing was to be sent, or it was sent; 2 wrong call; 3 something could not be sent.
    """
    from crawler.configuration.layers import read_layers, ways_of
    from crawler.errors import NotSent
    from crawler.fetch.proxy import opener
    from crawler.operate.alarms import lines_of, news_of, subject_of
    from crawler.operate.sending import ping, send
    from crawler.operate.told import read_known, write_known
    from crawler.user_folders import state_folder
    from crawler.verbs.choice import open_catalogue

    ways = ways_of(read_layers(places_of_user(os.environ, Path.cwd())))
    if ways is None and not is_dry:
        raise click.UsageError(
            phrase("no way to tell anybody: write [notify] into a configuration, see docs/configuration.md")
        )
    at, memory = datetime.now(UTC), state_folder(os.environ) / MEMORY
    known_sites = open_catalogue(folder, site_files).by_name()
    states, lines = _look(folder, known_sites, at=at)
    flags = flags_for(*(site.home for name, site in known_sites.items() if name in {state.name for state in states}))
    news, known = news_of(states, read_known(memory, folder), at=at)
    messages = [(subject_of(news), [*lines_of(news)])] if news else []
    if is_digest:
        how = counted("{n} needs a look", "{n} need a look", n=len(states)) if states else phrase("all is well")
        messages.append((how, lines))
    failed: list[str] = []
    for what, found in messages:
        subject = phrase("baotinh on {host}: {what}", host=socket.gethostname(), what=what)
        text = [*found, "", phrase("archive: {folder}", folder=folder.resolve())]
        if is_dry or ways is None:
            report([subject, "", *text], flags=flags)
        else:
            lines_of_mail = "\n".join(complete(said(line), flags) for line in text)
            failed += send(said(subject), lines_of_mail, ways, environment=dict(os.environ), at=at)
    if is_dry or ways is None:
        return
    write_known(memory, folder, known)
    if failed:
        raise NotSent(failed)
    ping(ways, opener(proxy))


def _look(folder: Path, known: "Mapping[str, Site]", *, at: datetime) -> "tuple[list[State], list[str]]":
    """Return what needs a look, and the lines of a digest. An archive that cannot be read is such a state."""
    from archive import Archive, ArchiveError
    from crawler.operate.alarms import ARCHIVE, State, digest_lines, states_of
    from crawler.operate.health import check_up

    try:
        with Archive.open(folder, read_only=True) as archive:
            found = [check_up(archive, name, known.get(name), at=at) for name in sorted(archive.site_totals())]
            disk = archive.disk(at=at)
    except ArchiveError as error:
        lines = str(error).splitlines()
        return [State(ARCHIVE, error.exit_code, tuple(lines))], lines
    checkups = [checkup for checkup in found if checkup]
    return list(states_of(checkups, disk)), list(digest_lines(checkups, disk))

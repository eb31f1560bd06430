"""The `baotinh` command: the crawler's verbs and the archive's, joined.

Heavy modules are imported by the verbs that need them: help answers at once.
"""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, cast

import click

from archive.cli import COMMANDS, DefaultsOfArchive, Program, print_error, report
from crawler import __version__
from crawler.configuration.places import Place, places_of_archive, places_of_user
from crawler.verbs.cluster import cluster
from crawler.verbs.config import config
from crawler.verbs.crawl import crawl
from crawler.verbs.demo import demo
from crawler.verbs.extract import extract
from crawler.verbs.health import health, why
from crawler.verbs.import_files import import_files
from crawler.verbs.new_site import new_site
from crawler.verbs.notify import notify
from crawler.verbs.probe import probe
from crawler.verbs.rebuild import rebuild_command
from crawler.verbs.reparse import reparse
from crawler.verbs.schedule import schedule
from crawler.verbs.sites import check_sites, sites


class _Configured(Program):
    """The program with the language that a file `baotinh.toml` names."""

    def configured_language(self) -> str | None:
        """Return the language of the first file that names one; None if a file has mistakes, which are said later."""
        if not (places := places_of_user(os.environ, Path.cwd())):
            return None
        from crawler.configuration.layers import parameters_of, read_layers
        from crawler.errors import BadConfiguration

        with suppress(BadConfiguration):
            return cast(str | None, parameters_of(read_layers(places)).get("language"))
        return None


@click.group(cls=_Configured, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="baotinh")
@click.pass_context
def main(context: click.Context) -> None:
    """Crawl, archive and search Vietnam's provincial news.

    \b
    baotinh demo                           try it on the bundled sample site
    baotinh init                           make an archive, ./news-archive
    baotinh crawl baokhanhhoa --limit 20   crawl a newspaper into it
    baotinh search "khoi dai doan ket"     search with or without marks
    baotinh serve                          read the archive in the browser
    """
    _configure(context)
    for stream in (sys.stdout, sys.stderr):  # a letter that the terminal does not have becomes a question mark
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _configure(context: click.Context) -> None:
    """Let the files `baotinh.toml` speak for the options that were not typed."""

    def defaults(places: tuple[Place, ...]) -> dict[str, Any]:
        if not places:
            return {}
        from crawler.configuration.layers import parameters_of, read_layers, warnings_of
        from crawler.errors import BadConfiguration

        try:
            layers = read_layers(places)
        except BadConfiguration as error:
            print_error(error)
            context.exit(error.exit_code)
        report(warnings_of(layers), aside=True)
        return parameters_of(layers)

    own = defaults(places_of_user(os.environ, Path.cwd()))
    # invented newspapers must not get into the archive of real ones
    context.default_map = {
        verb: dict.fromkeys(command.commands, own) if isinstance(command, click.Group) else own
        for verb, command in main.commands.items()
        if verb != demo.name
    }
    context.obj = DefaultsOfArchive(lambda folder: defaults(places_of_archive(folder)))


for command in (
    check_sites,
    cluster,
    config,
    crawl,
    demo,
    extract,
    health,
    import_files,
    new_site,
    notify,
    probe,
    reparse,
    schedule,
    sites,
    why,
    *COMMANDS,
    rebuild_command,  # in the place of the archive's own
):
    main.add_command(command)


if __name__ == "__main__":
    main()

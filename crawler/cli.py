"""The `baotinh` command: the crawler's verbs and the archive's, joined.

Heavy modules are imported by the verbs that need them: help answers at once.
"""

import sys
from io import TextIOWrapper

import click

from archive.cli import COMMANDS
from crawler import __version__
from crawler.verbs.crawl import crawl
from crawler.verbs.demo import demo
from crawler.verbs.extract import extract
from crawler.verbs.health import health, why
from crawler.verbs.import_files import import_files
from crawler.verbs.new_site import new_site
from crawler.verbs.probe import probe
from crawler.verbs.reparse import reparse
from crawler.verbs.schedule import schedule
from crawler.verbs.sites import check_sites, sites


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="baotinh")
def main() -> None:
    """Crawl, archive and search Vietnam's provincial news.

    \b
    baotinh demo                           try it on the bundled sample site
    baotinh crawl baokhanhhoa --limit 20   crawl a newspaper into ./news-archive
    baotinh search "khoi dai doan ket"     search with or without marks
    baotinh serve                          browse the archive in Datasette
    """
    for stream in (sys.stdout, sys.stderr):  # a letter that the terminal does not have becomes a question mark
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


for command in (
    check_sites,
    crawl,
    demo,
    extract,
    health,
    import_files,
    new_site,
    probe,
    reparse,
    schedule,
    sites,
    why,
    *COMMANDS,
):
    main.add_command(command)


if __name__ == "__main__":
    main()

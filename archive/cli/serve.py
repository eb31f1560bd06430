"""`baotinh serve`: the archive as a reading room."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option, open_to_read
from archive.cli.terminal import say
from archive.phrases import phrase

DEFAULT_PORT = 8001
"""Datasette's own."""


@click.command(cls=Command)
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on.",
)
@click.option(
    "--allow-host",
    "hosts",
    metavar="NAME",
    multiple=True,
    help="Also answer requests for this host name; give it again for more.",
)
@click.option("--open", "browse", is_flag=True, help="Open it in the browser.")
@archive_option
def serve(host: str, port: int, *, hosts: tuple[str, ...], browse: bool, folder: Path) -> None:
    """Read the archive in the browser, and query its tables in Datasette.

    \b
    baotinh serve --open
    """
    with open_to_read(folder):
        pass  # a missing or damaged archive is an error before Datasette is imported, which takes seconds
    from archive.publish.guard import is_loopback
    from archive.publish.server import serve

    if not is_loopback(host):
        say(
            phrase(
                "Whoever reaches {host}:{port} can read and copy the whole archive without a password: all texts "
                "and tables, but no withheld article. They can also run any query, each for a second at most.",
                host=host,
                port=port,
            ),
            colour="yellow",
            aside=True,
        )
    serve(folder, host=host, port=port, browse=browse, hosts=hosts)

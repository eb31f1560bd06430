"""`baotinh serve`: the archive in Datasette."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option, open_to_read

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
@click.option("--open", "browse", is_flag=True, help="Open it in the browser.")
@archive_option
def serve(host: str, port: int, *, browse: bool, folder: Path) -> None:
    """Browse and query the archive in Datasette.

    \b
    baotinh serve --open
    """
    from archive.publish.server import serve

    with open_to_read(folder):
        pass  # a missing or damaged archive is an error before Datasette starts
    serve(folder, host=host, port=port, browse=browse)

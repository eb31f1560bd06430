"""`baotinh mcp`: the archive for an assistant."""

from pathlib import Path

import click

from archive.cli.command import Command, archive_option, open_to_read
from archive.errors import MissingLibrary


@click.command(cls=Command)
@archive_option
def mcp(folder: Path) -> None:
    """Serve the archive to an assistant over standard input and output (Model Context Protocol).

    \b
    baotinh mcp --archive /data/news-archive

    An assistant starts this command itself; it can search, read articles and their histories, count, and check
    quotations. It can write nothing. It needs the extra: `pip install 'baotinh[mcp]'`.
    """
    try:
        from archive.publish.assistant import serve_stdio
    except ModuleNotFoundError as error:
        raise MissingLibrary("`baotinh mcp`", library=str(error.name), extra="mcp") from None
    open_to_read(folder).close()  # what is wrong with the archive is said before a client waits
    serve_stdio(folder)

"""What the crawler's verbs share: errors that become sentences, and the options that mean the same everywhere."""

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from archive import phrase
from archive.cli import Command, print_error


class CrawlCommand(Command):
    """A command whose CrawlerErrors become sentences too."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        from crawler.errors import CrawlerError

        try:
            return super().invoke(ctx)
        except CrawlerError as error:
            print_error(error)
            return ctx.exit(error.exit_code)


class _Seconds(click.FloatRange):
    """A span of time. A range lets "nan" through, because no comparison with it is true."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds."""
        seconds: float = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(phrase('"{value}" is not a number of seconds', value=value), param, ctx)
        return seconds


class _Hours(click.ParamType[Any]):
    """A part of every day, as `quiet_hours` of a site file."""

    name = "hours"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the hours."""
        from crawler.site import Hours
        from crawler.site_files.keys import read_hours

        try:
            return value if isinstance(value, Hours) else read_hours(value)
        except ValueError as error:
            return self.fail(str(error), param, ctx)


class _ProxyAddress(click.ParamType[Any]):
    """The address of an HTTP proxy."""

    name = "proxy"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the proxy, or None for ""."""
        from crawler.fetch.proxy import Proxy, read_proxy

        try:
            return value if isinstance(value, Proxy) else read_proxy(value)
        except ValueError as error:
            return self.fail(str(error), param, ctx)


def _read_span(_: click.Context, __: click.Parameter, value: str | None) -> timedelta | None:
    from crawler.operate.spans import read_span

    try:
        return read_span(value) if value else None
    except ValueError as error:
        raise click.BadParameter(error.args[0]) from None


site_files_option = click.option(
    "--site-file",
    "site_files",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE.toml",
    help="A site defined in any TOML file (docs/site-files.md).",
)
contact_option = click.option(
    "--contact",
    envvar="BAOTINH_CONTACT",
    metavar="ADDRESS",
    help="Mail or web address of the operator, for the User-Agent. Without one, no public host is asked.",
)
delay_option = click.option(
    "--delay",
    type=_Seconds(0, 3600),
    envvar="BAOTINH_DELAY",
    metavar="SECONDS",
    help="Pause between two requests to a host (default: 1).",
)
proxy_option = click.option(
    "--proxy",
    type=_ProxyAddress(),
    envvar="BAOTINH_PROXY",
    metavar="URL",
    help="HTTP proxy for all requests: http://10.0.0.1:3128 (default: none).",
)
quiet_hours_option = click.option(
    "--quiet-hours",
    type=_Hours(),
    multiple=True,
    envvar="BAOTINH_QUIET_HOURS",
    metavar="HOURS",
    help="Request nothing at these hours, in Vietnamese time (22:00-05:00), beside those of the site files.",
)
stop_after_option = click.option(
    "--stop-after",
    callback=_read_span,
    metavar="SPAN",
    help="Send no request after this time (50m, 2h); what is left waits for the next run.",
)
allow_private_option = click.option("--allow-private", is_flag=True, help="Also go to loopback and private addresses.")


def flags_for(*addresses: str) -> tuple[str, ...]:
    """Return what a next command needs to reach these addresses."""
    from crawler.fetch.guard import is_private

    return ("--allow-private",) if any(map(is_private, addresses)) else ()


all_option = click.option(
    "--all", "all_sites", is_flag=True, help="Crawl every packaged or trusted site that has not merged or closed."
)

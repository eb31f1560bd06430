"""The options that say what a crawl is asked to do."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from archive.cli import DAY
from crawler.verbs.command import (
    allow_private_option,
    contact_option,
    delay_option,
    proxy_option,
    stop_after_option,
)

if TYPE_CHECKING:
    from crawler.fetch.proxy import Proxy

_Result = TypeVar("_Result")

LEVELS = ("WARNING", "INFO", "DEBUG")
"""Of Scrapy's log, by the number of -v."""


def order_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Add the options; the command gets them as one argument, `order`."""

    @wraps(command)
    def ordered(
        *arguments: Any, since: datetime | None, until: datetime | None, verbose: int, **options: Any
    ) -> _Result:
        from crawler.crawl.order import Order

        order = Order(
            since=since.date() if since else None,
            until=until.date() if until else None,
            limit=options.pop("limit"),
            backfill=options.pop("backfill"),
            refetch=options.pop("refetch"),
            stop_after=options.pop("stop_after"),
            delay=options.pop("delay"),
            allow_private=options.pop("allow_private"),
            create=options.pop("create"),
            keep_raw=options.pop("keep_raw"),
            contact=options.pop("contact"),
            proxy=options.pop("proxy"),
            workers=options.pop("workers"),
            verbosity=LEVELS[min(verbose, len(LEVELS) - 1)],
        )
        return command(*arguments, order=order, **options)

    for option in reversed(_OPTIONS):
        ordered = option(ordered)
    return ordered


def visit_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Add the options of an order that count for a visit; the command gets them as one argument, `order`."""

    @wraps(command)
    def ordered(
        *arguments: Any,
        delay: float | None,
        contact: str | None,
        proxy: "Proxy | None",
        allow_private: bool,
        **options: Any,
    ) -> _Result:
        from crawler.crawl.order import Order

        order = Order(delay=delay, contact=contact, proxy=proxy, allow_private=allow_private)
        return command(*arguments, order=order, **options)

    return delay_option(contact_option(proxy_option(allow_private_option(ordered))))


_OPTIONS = (
    click.option("--since", type=DAY, metavar="DAY", help="Only articles published on this day or later (2026-01-31)."),
    click.option("--until", type=DAY, metavar="DAY", help="Only articles published on this day or earlier."),
    click.option("--backfill", is_flag=True, help="Walk lists to their end, or as far back as --since."),
    click.option("--refetch", is_flag=True, help="Read stored articles again too: of --since and --until, or all."),
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N articles per site."),
    click.option(
        "--raw/--no-raw",
        "keep_raw",
        default=True,
        envvar="BAOTINH_RAW",
        help="Keep raw pages (default), or none: better rules cannot read such articles again.",
    ),
    click.option("--create", is_flag=True, help="Make the archive if it is missing; else that is an error."),
    stop_after_option,
    delay_option,
    contact_option,
    proxy_option,
    allow_private_option,
    click.option(
        "--workers",
        type=click.IntRange(0, 64),
        metavar="N",
        help="Processes that read pages, beside the one that fetches and stores (default: one per 50 sites).",
    ),
    click.option("-v", "--verbose", count=True, help="Show Scrapy's log; -vv with every request."),
)

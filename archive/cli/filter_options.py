"""The options that choose articles: the same ones for every command that reads many of them."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from typing import Any, TypeVar

import click

from archive.cli.days import FORMS, given_day
from archive.places import Era
from archive.reading.filters import Filters
from archive.record import Origin

DAY = click.DateTime(FORMS)

_Result = TypeVar("_Result")


def filter_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Add the options; the command gets them as one argument, `filters`."""
    return _with_options(command, (*_PLACE, *_ARTICLE, *_TIME))


def outlet_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Add those that choose outlets and their days, not single articles; as one argument too."""
    return _with_options(command, (*_PLACE, *_TIME))


def _with_options(
    command: Callable[..., _Result], options: Sequence[Callable[..., Callable[..., _Result]]]
) -> Callable[..., _Result]:
    @wraps(command)
    def filtered(
        *arguments: Any, era: str, origin: str | None = None, since: date | None, until: date | None, **options: Any
    ) -> _Result:
        filters = Filters(
            site=options.pop("site"),
            province=options.pop("province"),
            era=Era(era),
            author=options.pop("author", None),
            origin=Origin(origin) if origin else None,
            since=since,
            until=until,
        )
        return command(*arguments, filters=filters, **options)

    for option in reversed(options):
        filtered = option(filtered)
    return filtered


_PLACE = (
    click.option("--site", metavar="SITE", help="Name of the site file."),
    click.option("--province", metavar="NAME|CODE", help="Name of a province, marks are optional; or its code."),
    click.option(
        "--era",
        type=click.Choice([era.value for era in Era]),
        default=Era.ANY.value,
        show_default=True,
        help="Which province: that of the day of publication, today's of the same land, or either.",
    ),
)
_ARTICLE = (
    click.option("--author", metavar="NAME", help="A whole name; marks are optional."),
    click.option(
        "--origin",
        type=click.Choice([origin.value for origin in Origin]),
        help="Where the text is from: the outlet itself, an agency, another outlet or office, or unknown.",
    ),
)
_TIME = (
    click.option(
        "--since",
        callback=given_day,
        metavar="DAY",
        help="First day of publication, not of storing: 2026-01-31, yesterday, 7d, 2w.",
    ),
    click.option("--until", callback=given_day, metavar="DAY", help="Last day of publication, in the same forms."),
)

"""`baotinh config`: each value of the configuration, and where it came from."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import phrase
from archive.cli import DEFAULT_ARCHIVE, archive_option, json_option, print_json, print_table, spoken_language
from crawler.configuration.places import places_of_archive, places_of_user
from crawler.verbs.command import CrawlCommand

if TYPE_CHECKING:
    from crawler.configuration.layers import Layer

DEFAULTS = {"archive": DEFAULT_ARCHIVE, "delay": "1", "raw": "true"}
"""What counts if nobody says anything, as text."""


@dataclass(frozen=True, slots=True)
class _Value:
    """One key, its value as text, and where it came from."""

    key: str
    value: str | None
    source: str


@click.command(cls=CrawlCommand)
@archive_option
@json_option
def config(*, folder: Path, as_json: bool) -> None:
    """Print each value of the configuration, and where it came from.

    A flag wins over BAOTINH_*, then ./baotinh.toml, ~/.config/baotinh/baotinh.toml, the archive's own baotinh.toml.
    """
    from crawler.configuration.layers import read_layers

    layers = read_layers((*places_of_user(os.environ, Path.cwd()), *places_of_archive(folder)))
    values = list(_values(layers))
    if as_json:
        print_json([asdict(value) for value in values])
        return
    print_table(
        [
            (phrase("key"), phrase("value"), phrase("from")),
            *((value.key, value.value or "-", value.source) for value in values),
        ]
    )


def _values(layers: "Sequence[Layer]") -> Iterator[_Value]:
    """Yield every key with the value that counts."""
    from crawler.configuration.keys import NOTIFY, NOTIFY_KEYS, SETTINGS
    from crawler.fetch.proxy import without_credentials

    defaults = {**DEFAULTS, "language": spoken_language()}
    for name, setting in SETTINGS.items():
        if typed := os.environ.get(setting.variable):
            yield _Value(name, without_credentials(typed), setting.variable)
        elif layer := next((layer for layer in layers if name in layer.values), None):
            yield _Value(name, _shown(layer.values[name]), str(layer.place.path))
        else:
            yield _Value(name, defaults.get(name), phrase("default"))
    told = next((layer for layer in layers if layer.notify), None)
    for name in NOTIFY_KEYS:
        value = getattr(told.notify, name) if told else None
        yield _Value(
            f"{NOTIFY}.{name}", _shown(value) or None, str(told.place.path) if told and value else phrase("default")
        )


def _shown(value: Any) -> str:
    """Return a value as text."""
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)

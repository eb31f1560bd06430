"""What the files `baotinh.toml` say: the first that has a key wins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive import phrase
from crawler.configuration.keys import KEYS, NOTIFY, NOTIFY_KEYS, SETTINGS
from crawler.configuration.places import Place
from crawler.errors import BadConfiguration
from crawler.operate.sending import Ways
from crawler.site_files.toml_file import TomlFile


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file says."""

    place: Place
    values: dict[str, Any]
    """Key → typed value, without those of `unheard`."""
    notify: Ways | None = None
    """What the table [notify] says."""
    unheard: tuple[str, ...] = ()
    """Keys that only its user may set, in a file that somebody else may have written."""


def read_layers(places: Sequence[Place]) -> list[Layer]:
    """Return what each file says. Raises BadConfiguration."""
    return [_read(place) for place in places]


def warnings_of(layers: Sequence[Layer]) -> Iterator[str]:
    """Yield a sentence for each file with keys that do not count."""
    for layer in layers:
        if layer.unheard:
            yield phrase(
                "{path}: {unheard} not taken from this file: {doubt}",
                path=layer.place.path,
                unheard=", ".join(layer.unheard),
                doubt=layer.place.doubt,
            )


def parameters_of(layers: Sequence[Layer]) -> dict[str, Any]:
    """Return parameter of our commands → value."""
    return {SETTINGS[name].parameter: value for layer in reversed(layers) for name, value in layer.values.items()}


def ways_of(layers: Sequence[Layer]) -> Ways | None:
    """Return how people are told, as the first file with [notify] says."""
    return next((layer.notify for layer in layers if layer.notify), None)


def _read(place: Place) -> Layer:
    file = TomlFile(place.path)
    values = file.values(KEYS, tables=(NOTIFY,))
    ways = file.table(NOTIFY, NOTIFY_KEYS)
    if file.problems:
        raise BadConfiguration(file.problems)
    private = (*(name for name in values if SETTINGS[name].is_private), *((NOTIFY,) if ways else ()))
    unheard = private if place.doubt else ()
    heard = {name: value for name, value in values.items() if name not in unheard}
    if "archive" in heard:
        heard["archive"] = place.path.parent.resolve() / Path(heard["archive"]).expanduser()
    return Layer(place, heard, Ways(**ways) if ways and not place.doubt else None, unheard)

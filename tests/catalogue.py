"""Bring the catalogues of our words in step with the source: `make catalogue`.

A text that is new gets an empty translation, which `tests/test_catalogue.py` finds; one that is gone goes.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from archive.__main__ import main as archive
from archive.cli.help import texts_of_help
from archive.languages import CATALOGUES, DOMAIN
from crawler.cli import main as crawler
from tests.every_command import every_command

ROOT = Path(__file__).parents[1]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"phrase": None, "counted": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2)}
BEGUN = datetime(2026, 11, 29, tzinfo=UTC)
"""The date of every catalogue: one of today would be a difference without a change."""
WIDTH = 120
TRANSLATED = [path.parent.parent.name for path in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")]
"""Languages that have a catalogue."""

OF_CLICK = (
    *("Usage:", "Options", "Commands", "default: {default}", "env var: {var}", "required", "Error: {message}"),
    *("Try '{command} {option}' for help.", "Aborted!", "Missing command.", "Missing argument", "Missing option"),
    *("No such command {name!r}.", "No such option {name!r}."),
    "Option {name!r} does not take a value.",
    *("Invalid value for {param_hint}: {message}", "Invalid value: {message}", "Choose from:\n\t{choices}"),
    *("{value!r} is not a valid {number_type}.", "{value} is not in the range {range}.", "file", "directory", "path"),
    *("{name} {filename!r} does not exist.", "{name} {filename!r} is a directory.", "{name} {filename!r} is a file."),
)
"""Words of click that our commands can print; it looks for them in the same catalogue."""
OF_CLICK_COUNTED = (
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
)

Text = str | tuple[str, ...]
"""A text of ours, or its forms for one and for many."""


def texts_of_source() -> Iterator[tuple[str, Text]]:
    """Yield each text of ours that people read, with the file that has it."""
    for package in ("archive", "crawler"):
        options = {"jinja2": {"silent": "false"}}
        for path, _, text, _, _ in extract_from_dir(ROOT / package, METHODS, options, KEYWORDS):
            yield f"{package}/{path}", text
    yield from (("click", text) for text in (*OF_CLICK, *OF_CLICK_COUNTED))
    for program in (crawler, archive):
        groups = (each for each in program.commands.values() if isinstance(each, click.Group))
        for command in (program, *groups, *every_command(program).values()):
            place = f"{command.callback.__module__.replace('.', '/')}.py" if command.callback else ""
            yield from ((place, text) for text in texts_of_help(command))


def read_catalogue(language: str) -> Catalog:
    """Return the catalogue as it is."""
    with _path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def renewed(language: str) -> Catalog:
    """Return the catalogue in step with the source: all its texts and no others."""
    before = read_catalogue(language)
    catalogue = Catalog(
        locale=language,
        domain=DOMAIN,
        project=DOMAIN,
        version="0.1",
        header_comment=f"# The words of {DOMAIN} in another language. `make catalogue` adds what is new in the source.",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        creation_date=BEGUN,
        revision_date=BEGUN,
        fuzzy=False,
    )
    for path, text in texts_of_source():
        known = before.get(text)
        catalogue.add(text, known.string if known else None, [(path, 1)])
    return catalogue


def compile_catalogues() -> None:
    """Compile each catalogue that is newer than what was compiled of it."""
    for language in TRANSLATED:
        source, compiled = _path(language), _path(language).with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        whole = compiled.with_suffix(f".{os.getpid()}")  # two processes of the tests may begin at the same time
        with whole.open("wb") as file:
            write_mo(file, read_catalogue(language))
        whole.replace(compiled)


def _path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def write_catalogues() -> None:
    """Bring each catalogue in step with the source."""
    for language in TRANSLATED:
        catalogue = renewed(language)
        with _path(language).open("wb") as file:
            write_po(file, catalogue, width=WIDTH, sort_output=True, include_lineno=False, ignore_obsolete=True)
    compile_catalogues()


if __name__ == "__main__":
    write_catalogues()

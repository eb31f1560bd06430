"""`baotinh schema`: the contract for scripts, a JSON Schema of each JSON answer."""

import json

import click

from archive.cli.command import Command
from archive.cli.tables import print_table
from archive.cli.terminal import print_data
from archive.contract import schema_names, schema_text
from archive.phrases import phrase


@click.command(cls=Command)
@click.argument("name", required=False)
def schema(name: str | None) -> None:
    """Print the JSON Schema of what a command prints with --json, or list the schemas.

    \b
    baotinh schema
    baotinh schema article
    """
    names = schema_names()
    if name is None:
        print_table(
            [
                (phrase("name"), phrase("what it describes")),
                *((each, json.loads(schema_text(each))["title"]) for each in names),
            ]
        )
    elif name in names:
        print_data(schema_text(name))
    else:
        raise click.UsageError(phrase('no schema "{name}"; there are {names}', name=name, names=", ".join(names)))

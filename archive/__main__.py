"""`python -m archive`: the commands that read an archive, without the crawler and its libraries."""

import click

from archive.cli import COMMANDS, Program


@click.group(
    cls=Program,
    commands={command.name or "": command for command in COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"]},
)
def main() -> None:
    """Search, read, export and serve an archive of Vietnamese provincial news."""


if __name__ == "__main__":
    main(prog_name="python -m archive")

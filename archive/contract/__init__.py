"""The contract for scripts: a JSON Schema (2020-12) of each JSON answer, in a file each. docs/contract.md explains it.

The files are made from the types of the program; `tests/contract` describes them, and `make contract` writes them.
"""

from pathlib import Path

VERSION = "1.3"
"""Of the contract. The second number rises with a new key, code or answer; the first one with anything that can break a
script: a key that is gone, renamed, or of another type."""
FOLDER = Path(__file__).parent


def schema_names() -> list[str]:
    """Return the name of each schema."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def schema_text(name: str) -> str:
    """Return one schema as text; KeyError for a name that is not in `schema_names`."""
    if name not in schema_names():
        raise KeyError(name)
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")

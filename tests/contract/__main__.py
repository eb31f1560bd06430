"""Write the schemas into archive/contract: `make contract`."""

import json

from archive.contract import FOLDER
from tests.contract.answers import ANSWERS, schema


def text_of(name: str) -> str:
    """Return the text of the file of a schema."""
    return json.dumps(schema(name), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for path in FOLDER.glob("*.json"):
        path.unlink()
    for name in ANSWERS:
        (FOLDER / f"{name}.json").write_text(text_of(name), encoding="utf-8")

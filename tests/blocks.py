"""The blocks of code in a document, run one after another as a reader would."""

import re
from pathlib import Path
from typing import Any


def blocks(path: Path, language: str) -> list[str]:
    """Return the blocks of one language in a document."""
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run_blocks(path: Path) -> dict[str, Any]:
    """Run the blocks of Python in the current folder; return the names that they leave."""
    names: dict[str, Any] = {}
    for number, block in enumerate(blocks(path, "python")):
        exec(compile(block, f"{path.name}, block {number}", "exec"), names)
    return names

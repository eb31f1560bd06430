"""The call of this very program, for a process that has another PATH."""

import sys
from pathlib import Path


def this_program() -> tuple[str, ...]:
    """Return the words that call `baotinh` from anywhere."""
    beside = Path(sys.executable).parent / "baotinh"
    return (str(beside),) if beside.is_file() else (sys.executable, "-m", "crawler.cli")

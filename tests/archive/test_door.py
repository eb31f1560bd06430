"""`archive` works without the crawler, and importing it is cheap."""

import subprocess
import sys
from pathlib import Path

import archive

FORBIDDEN = {"crawler", "scrapy", "lxml", "bs4", "selectolax", "dateparser"}
HEAVY = {"sqlite_utils", "datasette", "httpx", "uvicorn"}
ROOT = Path(archive.__file__).parent


def loaded_by(code: str) -> set[str]:
    program = f"import sys; {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT.parent, capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_the_archive_never_imports_the_crawler() -> None:
    modules = [
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in ROOT.rglob("*.py")
    ]
    assert not loaded_by(f"import {', '.join(modules)}") & FORBIDDEN


def test_help_is_quick() -> None:
    assert not loaded_by("import archive.cli") & (FORBIDDEN | HEAVY)
    assert not loaded_by("import archive") & (FORBIDDEN | HEAVY)

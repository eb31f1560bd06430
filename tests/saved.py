"""Real pages and facts beside this checkout, which belong to their publishers and are no part of the project."""

from pathlib import Path

import pytest

_SHARED = Path(__file__).parents[2] / "shared"
PAGES = _SHARED / "pages"
"""`articles/`, `truth/`, `listings/`, `feeds/` and `manifest.jsonl`."""
FACTS = _SHARED / "data"
"""`outlets.csv` and `provinces.csv`."""
NO_PAGES = "the saved pages of real newspapers (../shared/pages)"

needs_pages = pytest.mark.skipif(not PAGES.is_dir(), reason=NO_PAGES)
needs_facts = pytest.mark.skipif(not FACTS.is_dir(), reason="the facts of outlets and provinces (../shared/data)")

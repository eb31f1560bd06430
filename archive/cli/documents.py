"""Where the documents are on this machine: a clone has them, and the wheel brings them."""

import sysconfig
from collections.abc import Iterator
from pathlib import Path

from archive.languages import VIETNAMESE

INSTALLED = Path("share", "doc", "baotinh")
"""Below the prefix of an installation; pyproject.toml puts them there as they are in the repository."""
README, TUTORIAL = "README.md", "docs/tutorial.md"
IN_VIETNAMESE = {README: "README.vi.md", TUTORIAL: "docs/vi/tutorial.md"}


def document(name: str, language: str) -> Path | None:
    """Return a document in a language; None if this installation has none."""
    own = IN_VIETNAMESE[name] if language == VIETNAMESE else name
    return next((path for folder in _folders() if (path := folder / own).is_file()), None)


def _folders() -> Iterator[Path]:
    yield Path(__file__).parents[2]
    for scheme in (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")):
        yield Path(sysconfig.get_path("data", scheme)) / INSTALLED

"""The language of the running command. gettext keeps it, where click finds the language of its own words too."""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager

from archive.languages import CATALOGUES, DOMAIN, ENGLISH, LISTED


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let what is said in the block be in this language; gettext takes it from LANGUAGE."""
    domain, listed = gettext.textdomain(), os.environ.get(LISTED)
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)
    os.environ[LISTED] = language
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if listed is None:
            del os.environ[LISTED]
        else:
            os.environ[LISTED] = listed


def spoken_language() -> str:
    """Return the language of the running command; English outside of one."""
    return os.environ[LISTED] if gettext.textdomain() == DOMAIN else ENGLISH

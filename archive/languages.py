"""The languages of our own words, and which of them a person or a browser asks for.

English is the language of the source: its texts are the keys of the catalogue `locale/vi/LC_MESSAGES/baotinh.po`.
"""

import gettext
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

VIETNAMESE = "vi"
ENGLISH = "en"
LANGUAGES = (VIETNAMESE, ENGLISH)
DOMAIN = "baotinh"
CATALOGUES = Path(__file__).with_name("locale")
"""Folder of the catalogues, in the order of folders that gettext wants."""
VARIABLE = "BAOTINH_LANG"
"""Environment variable that wins over all others."""
LISTED = "LANGUAGE"
"""Variable with several languages, the best first, that gettext reads."""
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables of a locale, the strongest first."""
_NO_LOCALE = ("C", "POSIX")
"""A locale that asks for no translation, whatever LANGUAGE says, as for GNU gettext."""
_WEIGHT = re.compile(r"q=(\d(?:\.\d{1,3})?)")


@cache
def translation(language: str) -> gettext.NullTranslations:
    """Return the translation from English; without a compiled catalogue, one that changes nothing."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)


def catalogue_of(language: str) -> bytes:
    """Return the compiled catalogue of a language; nothing if it is not there."""
    path = gettext.find(DOMAIN, CATALOGUES, [language])
    return Path(path).read_bytes() if path else b""


def chosen_language(environ: Mapping[str, str], *, configured: str | None = None) -> str:
    """Return the language for a terminal; `configured` is what a configuration says.

    BAOTINH_LANG wins, then the configuration, LANGUAGE, LC_ALL, LC_MESSAGES and LANG. A language that we do not have
    asks for nothing. The default is English.
    """
    locale = next(filter(None, map(environ.get, LOCALES)), "")
    listed = [] if locale in _NO_LOCALE else environ.get(LISTED, "").split(":")
    wanted = [environ.get(VARIABLE), configured, *listed, locale]
    return next(_known(each for each in wanted if each), ENGLISH)


def from_accept_language(header: str) -> str:
    """Return the language that a browser prefers, by its header Accept-Language; Vietnamese if it has no preference."""
    ranked = []
    for part in header.split(","):
        tag, _, parameter = part.partition(";")
        weight = _WEIGHT.fullmatch(parameter.strip())
        ranked.append((float(weight[1]) if weight else 1.0, tag.strip()))
    ranked.sort(key=lambda each: -each[0])
    return next(_known(tag for weight, tag in ranked if weight), VIETNAMESE)


def _known(names: Iterator[str]) -> Iterator[str]:
    """Yield our languages among names such as `vi_VN.UTF-8` and `vi-VN`."""
    for name in names:
        language = re.split(r"[-_.@]", name, maxsplit=1)[0].lower()
        if language in LANGUAGES:
            yield language

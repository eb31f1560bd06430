"""The forms of article addresses: from known addresses to patterns for `article_url`.

Newspapers put an id or a date into the address of an article, and rarely into other addresses. An address can have
several readings ("a196661": a letter and a number, or seven hex digits). The reading that most addresses share counts.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from crawler.urls import path_with_query

MOST_EXAMPLES = 3
"""Addresses to show with a pattern, so that a person can check it."""
LEAST_SHARE = 1 / 20
"""Least share of the addresses that a pattern must match. Below it, a match is chance: a number in a topic's name."""

_YEAR, _MONTH = r"(?:19|20)\d\d", r"(?:19|20)\d{4}"
_IDS = (
    (r"[A-Za-z]+\d{3,}", None),  # post884948, a196661, d20230322
    (r"\d{5,}", r"\d{5,}"),  # 97330; topics and sections have shorter ones
    (r"(?=.*\d)[0-9a-f]{7}", "[0-9a-f]{7}"),  # 3ac6d79, and by chance 2203904
    (r"\d{5,}-\d{1,3}", r"\d{5,}-\d+"),  # 296706-38
    (r"\d*(?:[a-z]\d+){2,}", None),  # 49334p25c151, t114c1156n12345
    (r"(?=.*[A-Z])(?=.*[a-z])(?=.*\d)[0-9A-Za-z]{9}", "[0-9A-Za-z]{9}"),  # 51YnYvXDR
)
"""(form of an id, pattern for it), the likelier reading first. None: the id itself, with numbers of any length."""
_SLUG_WORDS = 6
"""Fewest words of a headline; a section such as "khoa-hoc-cong-nghe" has fewer. Used if no address has an id."""
_ANY_FOLDERS, _NUMBER = "(?:[^/?]+/)+", r"\d+/"
"""Folders that do not mark an article: sections of any name and depth, and a short number, such as a section's id."""
_END = r"(?:\?|$)"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pattern for `article_url`, with its evidence."""

    pattern: str
    """Regular expression, written as in a site file; it is searched in the path with query."""
    matches: int
    """Number of addresses that it matches and no earlier proposal does."""
    examples: tuple[str, ...]
    """The first of these addresses."""


def propose_patterns(urls: Sequence[str]) -> tuple[Proposal, ...]:
    """Return patterns that match the articles among the addresses of one site, the one with most matches first.

    urls: the links of a home or section page, or only articles; each counts once. Patterns of an id or a date are
    preferred; without any, patterns of a headline. Empty if no address looks like an article.
    """
    addresses = tuple(dict.fromkeys(urls))
    return _shared(addresses, _read_ids) or _shared(addresses, _read_headline)


def _shared(urls: Sequence[str], read: Callable[[str], Iterator[str]]) -> tuple[Proposal, ...]:
    """Return the most frequent reading, then the most frequent one of the addresses that are left, and so on."""
    left = {url: tuple(read(url)) for url in urls}
    proposals = []
    while counts := Counter(pattern for readings in left.values() for pattern in readings):
        pattern, _ = counts.most_common(1)[0]  # of equal counts the first one, which is the likelier reading
        found = [url for url in left if re.search(pattern, path_with_query(url))]
        proposals.append(Proposal(pattern, len(found), tuple(found[:MOST_EXAMPLES])))
        left = {url: readings for url, readings in left.items() if url not in found and pattern not in readings}
    return tuple(each for each in proposals if each.matches >= len(urls) * LEAST_SHARE)


def _read_ids(url: str) -> Iterator[str]:
    """Yield the patterns for each id or date in this address."""
    folders, stem, end = _split(url)
    query = parse_qsl(urlsplit(url).query)
    if any(re.fullmatch(r"\d{5,}", value) for _, value in query):
        pairs = (_literal(name) + (r"=\d+" if value.isdecimal() else "=[^&]+") for name, value in query)
        yield rf"^{_literal(urlsplit(url).path)}\?{'&'.join(pairs)}$"
    for seen, pattern in _IDS:
        if found := re.fullmatch(rf"(?:.*([-_.]))?({seen})", stem):
            slug = f"[^/?]+{_literal(found[1])}" if found[1] else ""
            yield f"^/{''.join(folders)}{slug}{pattern or _any_numbers(found[2])}{end}"
    if {*folders} - {_ANY_FOLDERS, _NUMBER} and re.search("[-_]", stem):
        yield f"^/{''.join(folders)}[^/?]+{end}"


def _read_headline(url: str) -> Iterator[str]:
    """Yield the pattern for a headline in this address, if it has one."""
    folders, stem, end = _split(url)
    if len(stem.split("-")) >= _SLUG_WORDS:
        yield rf"^/{''.join(folders)}(?:[^/?-]+-){{{_SLUG_WORDS - 1},}}[^/?]+{end}"


def _split(url: str) -> tuple[list[str], str, str]:
    """Return the folders as patterns, the last segment without its extension, and a pattern for the end."""
    *names, last = urlsplit(url).path.strip("/").split("/")
    folders: list[str] = []
    for folder in map(_folder, names):
        if folders[-1:] != [folder]:
            folders.append(folder)
    stem, dot, extension = last.rpartition(".")
    if not re.fullmatch("[A-Za-z]{2,5}", extension) or not dot:
        return folders, last, "/?" + _END
    return folders, stem, rf"\.{extension}{_END}"


def _folder(name: str) -> str:
    """Return a pattern for a folder: year and month, year, id, number, or any name."""
    for form in (_MONTH, _YEAR):
        if re.fullmatch(form, name):
            return f"{form}/"
    if re.fullmatch(r"\d+", name):
        return r"\d{5,}/" if len(name) >= 5 else _NUMBER
    return _any_numbers(name) + "/" if re.fullmatch(r"\d+(?:[a-z]\d+)+", name) else _ANY_FOLDERS


def _any_numbers(text: str) -> str:
    return re.sub(r"\d+", r"\\d+", text)


def _literal(text: str) -> str:
    """Like `re.escape`, but leave hyphens alone: they have a meaning only inside brackets."""
    return re.escape(text).replace(r"\-", "-")

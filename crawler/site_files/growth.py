"""Whether the time of a regular expression grows faster than the text that it searches.

It is tried, not proved: with texts that are made of the pattern's own parts, since only such texts keep it busy.
"""

import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from crawler.site import Site

LONGEST_TRIED = 6_000
"""Characters of the longest text: a pattern with linear growth takes 0.2 ms for it, one with quadratic growth 10 ms."""
SUSPECT = 0.004
"""Seconds of process time from which the growth is measured: below it a clock says too little."""
STEEP = 3.0
"""Time for a text over that for half of it: 2 for linear growth, 4 for quadratic."""
LONG = 0.04
"""Seconds that are measured well enough in a few times."""
FLAT = 2.2
"""Up to this ratio nobody doubts that the growth is linear."""
FEWEST_MEASUREMENTS = 5
MOST_MEASUREMENTS = 25
"""How often both times are taken, in turn; the least of each counts. A busy machine needs many to show the least."""
SERIES = 2
"""How many series of measurements must agree: other programs can disturb the whole of one."""

_SIGNS = "a1 -/.<=&\"'(A_:;,#\n\tế"
"""Characters that are tried in place of a set; the last ones for sets that take nothing else."""
_MOST_WAYS = 3
"""Texts that are tried for one part of a pattern."""
_FAILS = "\x01"
"""What ends a text: nearly no pattern takes it, so all ways to match are tried."""
_CATEGORIES = {
    code.CATEGORY_DIGIT: r"\d", code.CATEGORY_SPACE: r"\s", code.CATEGORY_WORD: r"\w",
    code.CATEGORY_NOT_DIGIT: r"\D", code.CATEGORY_NOT_SPACE: r"\S", code.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
_REPEATS = (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT)

Use = Callable[[re.Pattern[Any], Any], object]
"""What is done with a pattern and a text."""
_Nodes = Sequence[tuple[Any, Any]]


def find_all(pattern: re.Pattern[Any], text: Any) -> None:
    """Search a text to its end."""
    for _ in pattern.finditer(text):
        pass


def grows_too_fast(pattern: re.Pattern[Any], *, use: Use = find_all, longest: int = LONGEST_TRIED) -> str | None:
    """Return a part of a text on which `use` takes the pattern more than linear time, None if none was found.

    Growth that does not show in texts of up to `longest` characters does no harm to who has no longer ones.
    """
    for start, again in dict.fromkeys(_attacks(pattern)):
        size = 8
        while size < longest:
            # in small steps at first: with exponential growth, each takes four times longer
            size = min(size + 2 if size < 40 else size * 4, longest)
            trial = partial(_seconds, pattern, start, again, use=use)
            if trial(size) > SUSPECT and all(_is_steep(trial, size) for _ in range(SERIES)):
                return start + again * 3
    return None


def slow_patterns(site: Site) -> Iterator[tuple[str, str, re.Pattern[str], str]]:
    """Yield table, key, pattern and a part of a text for each pattern of a site's own file that grows too fast."""
    for table, key, pattern in _own_patterns(site):
        if text := grows_too_fast(pattern):
            yield table, key, pattern, text


def _own_patterns(site: Site) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Yield table, key and pattern of each regular expression of the file; those of its platform are not its own."""
    platform = site.platform
    inherited = (*platform.article_url, *platform.not_article, *platform.article_id) if platform else ()
    for key in ("article_url", "not_article", "article_id"):
        yield from (("", key, pattern) for pattern in getattr(site, key) if pattern not in inherited)
    if site.article_api:
        yield "article_api", "page", site.article_api.page


def _is_steep(trial: Callable[[int], float], size: int) -> bool:
    """Return whether the time for a text is much more than that for half of it; a busy machine only adds to either."""
    whole = half = math.inf
    for count in range(1, MOST_MEASUREMENTS + 1):
        whole, half = min(whole, trial(size)), min(half, trial(size // 2))
        if whole <= SUSPECT:
            return False
        if count >= FEWEST_MEASUREMENTS and (whole <= FLAT * half or whole > LONG):
            break
    return whole > STEEP * half


def _seconds(pattern: re.Pattern[Any], start: str, again: str, size: int, *, use: Use) -> float:
    text = start + again * (size // len(again)) + _FAILS
    subject = text.encode("utf-8") if isinstance(pattern.pattern, bytes) else text
    began = time.process_time()
    use(pattern, subject)
    return time.process_time() - began


def _attacks(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Yield a start of a text, and what follows it again and again, for each part of the pattern that repeats."""
    source = pattern.pattern
    tree = parser.parse(source.decode("latin-1") if isinstance(source, bytes) else source, pattern.flags & ~re.DEBUG)
    for before, body in _repeats(list(tree), ""):
        for again in body:
            yield before, again
            yield "", before + again
        if before:
            yield "", before


def _repeats(nodes: _Nodes, before: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each repeated part, as texts that it takes, with a text that leads to it."""
    for name, value in nodes:
        if name in _REPEATS:
            body = [text for text in _ways([(name, (1, 1, value[2]))]) if text]
            if value[1] > 1 and body:
                yield before, body
        for inner in _inside(name, value):
            yield from _repeats(inner, before)
        before += next(iter(_ways([(name, value)])), "")


def _inside(name: Any, value: Any) -> list[_Nodes]:
    """Return the sequences of nodes in a node."""
    if name in _REPEATS:
        return [list(value[2])]
    if name is code.SUBPATTERN:
        return [list(value[3])]
    if name is code.BRANCH:
        return [list(each) for each in value[1]]
    if name is code.ATOMIC_GROUP:
        return [list(value)]
    return []


def _ways(nodes: _Nodes) -> list[str]:
    """Return a few texts that a sequence of nodes takes."""
    texts = [""]
    for name, value in nodes:
        ways = _ways_of(name, value)
        texts = [text + way for text in texts for way in ways][: _MOST_WAYS * 2]
    return texts


def _ways_of(name: Any, value: Any) -> list[str]:
    if name is code.LITERAL:
        return [chr(value)]
    if name is code.NOT_LITERAL:
        return [sign for sign in _SIGNS if sign != chr(value)][:_MOST_WAYS]
    if name is code.ANY:
        return list(_SIGNS[:_MOST_WAYS])
    if name is code.IN:
        found = [sign for sign in _SIGNS if _takes(value, sign)][: _MOST_WAYS * 2]
        return found or [chr(each[1] if each[0] is code.LITERAL else each[1][0]) for each in value[:1]]
    if name in _REPEATS:
        least, _, body = value
        return [way * max(1, least) for way in _ways(list(body))] if least else ["", *_ways(list(body))]
    inside = _inside(name, value)
    return [text for each in inside for text in _ways(each)] if inside else [""]


def _takes(items: Sequence[tuple[Any, Any]], sign: str) -> bool:
    """Return whether a set has a character."""
    is_in: bool = any(_is_item(name, value, sign) for name, value in items)
    return is_in != any(name is code.NEGATE for name, _ in items)


def _is_item(name: Any, value: Any, sign: str) -> bool:
    if name is code.LITERAL:
        return chr(value) == sign
    if name is code.RANGE:
        return bool(value[0] <= ord(sign) <= value[1])
    return name is code.CATEGORY and re.fullmatch(_CATEGORIES.get(value, r"[^\s\S]"), sign) is not None

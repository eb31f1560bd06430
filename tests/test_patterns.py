"""No regular expression of the program takes a server's text for longer than its length is worth."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import archive
import crawler
from crawler.site_files.growth import LONGEST_TRIED, find_all, grows_too_fast

METHODS = frozenset(("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"))
AT_START = frozenset(("match", "fullmatch"))
"""Methods that try one place of a text only."""
TIDY = ("crawler.extract", "crawler.new_site", "archive")
"""Packages whose texts have passed `tidy`, or `normalise`: no two blanks follow each other."""

FULL_MATCHED = frozenset(("_TITLES",))
"""Tables of patterns that are only tried on whole texts."""
LINE = 120
"""`LONGEST_LINE` of dates and bylines."""
USE = re.compile(rf"\b(?:re|_*[A-Z]\w*)\.(?:{'|'.join(sorted(METHODS))})\(")
"""A call of a method of `re`, or of a constant that may be a pattern."""
BOUNDED = {
    "crawler.extract.dates._DAY-0": LINE,
    "crawler.extract.dates.DATE_LINE-0": LINE,
    "crawler.extract.bylines._NO_WRITER-0": LINE,
    "crawler.extract.gate._FEED-0": 1_024,
}
"""Where a pattern is → characters of the longest text that it is given."""


def modules() -> Iterator[Any]:
    for package in (archive, crawler):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def patterns_in(value: Any) -> Iterator[re.Pattern[Any]]:
    """The patterns that a global of a module holds, in whatever it holds them."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from patterns_in([*value, *value.values()])
    elif isinstance(value, (tuple, list, set, frozenset)):
        for each in value:
            yield from patterns_in(each)


def has_patterns(module: Any) -> bool:
    """Whether it holds or uses a pattern; four modules of five do not, and are not parsed."""
    text = Path(module.__file__).read_text(encoding="utf-8")
    return bool(USE.search(text)) or any(patterns_in(list(vars(module).values())))


def nodes_of(module: Any) -> list[ast.AST]:
    return list(ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))))


def imported_in(nodes: list[ast.AST]) -> set[str]:
    """The names that a module takes from others: their patterns are tried where they are made."""
    imports = (node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom)))
    return {alias.asname or alias.name for node in imports for alias in node.names}


def calls_in(nodes: list[ast.AST]) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func


def every_pattern() -> dict[str, tuple[re.Pattern[Any], bool]]:
    """Where a pattern is → itself, and whether it is only ever tried at the start of a text."""
    loaded = [(module, nodes_of(module)) for module in modules() if has_patterns(module)]
    used: dict[str, set[str]] = {name: {"fullmatch"} for name in FULL_MATCHED}
    for _, nodes in loaded:
        for _, function in calls_in(nodes):
            if isinstance(function.value, ast.Name) and function.attr in METHODS:
                used.setdefault(function.value.id, set()).add(function.attr)
    found: dict[str, tuple[re.Pattern[Any], bool]] = {}
    for module, nodes in loaded:
        named = {node.id for node in nodes if isinstance(node, ast.Name)}
        for name in sorted((named & vars(module).keys()) - imported_in(nodes)):
            for number, pattern in enumerate(patterns_in(vars(module)[name])):
                is_at_start = name in used and used[name] <= AT_START
                found[f"{module.__name__}.{name}-{number}"] = (pattern, is_at_start)
        for call, function in calls_in(nodes):
            first = call.args[0] if call.args else None
            is_of_re = isinstance(function.value, ast.Name) and function.value.id == "re" and function.attr in METHODS
            if is_of_re and isinstance(first, ast.Constant) and isinstance(first.value, (str, bytes)):
                pattern = re.compile(first.value)
                found[f"{module.__name__}:{call.lineno}"] = (pattern, function.attr in AT_START)
    return found


PATTERNS = every_pattern()


def tidied(text: Any) -> Any:
    return b" ".join(text.split()) if isinstance(text, bytes) else " ".join(text.split())


@pytest.mark.parametrize("place", PATTERNS)
def test_time_grows_with_the_text(place: str) -> None:
    pattern, is_at_start = PATTERNS[place]

    def use(pattern: re.Pattern[Any], text: Any) -> None:
        text = tidied(text) if place.startswith(TIDY) else text
        if is_at_start:
            pattern.match(text)
        else:
            find_all(pattern, text)

    longest = BOUNDED.get(place, LONGEST_TRIED)
    assert grows_too_fast(pattern, use=use, longest=longest) is None, pattern.pattern


@pytest.mark.parametrize(
    "source",
    [
        r"(a+)+b",
        r"\d+x",
        r"<meta[^>]*charset",
        r"\s*[\"']?\s*=",
        r"/tin-(?:\w+-?)*\.html$",
        r"(?:ảnh|hình ảnh)+(?:ảnh)*$",
    ],
)
def test_patterns_that_grow_too_fast_are_found(source: str) -> None:
    assert grows_too_fast(re.compile(source))


def test_there_are_patterns() -> None:
    assert len(PATTERNS) > 200

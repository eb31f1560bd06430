"""Read the TOML files of sites and platforms, and list every problem of every file at once."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import BadSiteFile, NoSuchFile, Problem, UnknownSite, did_you_mean
from crawler.site import FIELDS, Examples, Layout, Platform, Site, Source
from crawler.site_keys import DEFAULT_MAX_PAGES, EXAMPLE_KEYS, LAYOUT_KEYS, PLATFORM_KEYS, SITE_KEYS, SOURCE_KEYS, Key

SITES = Path(__file__).parent / "sites"
PLATFORMS = Path(__file__).parent / "platforms"


def load_sites(folder: Path = SITES) -> dict[str, Site]:
    """Read all site files of a folder, by name. Raises BadSiteFile with the problems of all of them."""
    platforms, problems = _read_platforms(PLATFORMS)
    read = {path.stem: _read_site(path, platforms) for path in sorted(folder.glob("*.toml"))}
    problems += tuple(problem for _, found in read.values() for problem in found)
    if problems:
        raise BadSiteFile(problems)
    return {name: site for name, (site, _) in read.items() if site}


def load_site(path: Path) -> Site:
    """Read one site file, packaged or not. Raises NoSuchFile or BadSiteFile."""
    if not path.is_file():
        raise NoSuchFile(path, wanted="site file")
    platforms, problems = _read_platforms(PLATFORMS)
    site, found = _read_site(path, platforms)
    if site is None or problems:
        raise BadSiteFile(problems + found)
    return site


def find_site(name: str) -> Site:
    """Read the packaged site file of this name. Raises UnknownSite or BadSiteFile."""
    known = sorted(path.stem for path in SITES.glob("*.toml"))
    if name not in known:
        raise UnknownSite(name, known)
    return load_site(SITES / f"{name}.toml")


def load_platforms() -> dict[str, Platform]:
    """Read all packaged platform files, by name. Raises BadSiteFile."""
    platforms, problems = _read_platforms(PLATFORMS)
    if problems:
        raise BadSiteFile(problems)
    return {name: platform for name, platform in platforms.items() if platform}


class TomlFile:
    """One TOML file while it is read: its values, the problems found so far, and where things stand in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.data: dict[str, Any] = {}
        self._lines: list[str] = []
        try:
            text = path.read_text(encoding="utf-8-sig")
            self._lines = text.splitlines()
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"\(at line (\d+)", str(error))
            line = int(place[1]) if place else len(self._lines)
            self.problems.append(Problem(path, line, f"not TOML: {error}"))
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(Problem(path, None, f"cannot be read: {error}"))
        self._places = _find_keys(self._lines)

    def note(self, text: str, *, table: str = "", number: int = 0, key: str = "", value: object = None) -> None:
        """Add a problem at the line of a key (of the `number`-th `[[table]]`) or of one value in its list."""
        line = self._places.get((table, number, key)) or self._places.get((table, number, ""))
        if line and isinstance(value, str):
            # a list may run over many lines: the value itself is a better place than its key
            rows = range(line, len(self._lines) + 1)
            line = next((row for row in rows if value in self._lines[row - 1]), line)
        self.problems.append(Problem(self.path, line, text))

    def values(self, keys: Mapping[str, Key], *, tables: Sequence[str]) -> dict[str, Any]:
        """Return the typed values at the top of the file, which may also hold these `[[tables]]`."""
        if self.problems:
            return {}  # it is not TOML: nothing is known of its keys, and one message is enough
        top = {name: value for name, value in self.data.items() if name not in tables}
        return self._read(keys, top, also=tables)

    def tables(self, name: str, keys: Mapping[str, Key]) -> list[dict[str, Any]]:
        """Return the typed values of every `[[name]]` of the file."""
        given = self.data.get(name, [])
        if not isinstance(given, list) or not all(isinstance(table, dict) for table in given):
            self.note(f"expected [[{name}]] with two brackets", table=name, key=name)
            return []
        return [self._read(keys, table, table=name, number=number) for number, table in enumerate(given)]

    def table(self, name: str, keys: Mapping[str, Key]) -> dict[str, Any]:
        """Return the typed values of the `[name]` of the file, none if it has no such table."""
        given = self.data.get(name, {})
        if not isinstance(given, dict):
            self.note(f"expected [{name}] with one bracket", table=name, key=name)
            return {}
        return self._read(keys, given, table=name)

    def _read(
        self,
        keys: Mapping[str, Key],
        given: Mapping[str, object],
        *,
        table: str = "",
        number: int = 0,
        also: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return the typed values of one table; what is wrong is noted and left out."""
        values: dict[str, Any] = {}
        for name, value in given.items():
            key = keys.get(name)
            if key is None:
                hint = did_you_mean(name, (*keys, *also))
                self.note(f'unknown key "{name}"{hint}', table=table, number=number, key=name)
                continue
            read = []
            for item in value if key.many and isinstance(value, list) else [value]:
                try:
                    read.append(key.read(item))
                except ValueError as error:
                    self.note(f'"{name}": {error}', table=table, number=number, key=name, value=item)
            if key.many:
                values[name] = tuple(read)
            elif read:
                values[name] = read[0]
        for name, key in keys.items():
            if key.required and name not in given:
                self.note(f'missing key "{name}": {key.meaning}', table=table, number=number)
        return values


def _find_keys(lines: Sequence[str]) -> dict[tuple[str, int, str], int]:
    """Return where each key stands: (table, its number from 0, key) → line from 1.

    The key "" is the header of the table; table "" is the top of the file.
    """
    table, number, seen = "", 0, Counter[str]()
    places: dict[tuple[str, int, str], int] = {}
    for line, text in enumerate(lines, start=1):
        if header := re.match(r"\s*\[\[?\s*([\w-]+)\s*\]", text):
            table, number = header[1], seen[header[1]]
            seen[table] += 1
            places[table, number, ""] = line
        elif key := re.match(r"""\s*["']?([\w-]+)["']?\s*=""", text):
            places.setdefault((table, number, key[1]), line)
    return places


@cache
def _read_platforms(folder: Path) -> tuple[dict[str, Platform | None], tuple[Problem, ...]]:
    """Return the platforms by name, None for a file that is broken, and all problems."""
    platforms: dict[str, Platform | None] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        file = TomlFile(path)
        values = file.values(PLATFORM_KEYS, tables=("layout",))
        layouts = _read_layouts(file, taken=())
        platforms[path.stem] = None if file.problems else Platform(path.stem, layouts, **values)
        problems += file.problems
    return platforms, tuple(problems)


def _read_site(path: Path, platforms: Mapping[str, Platform | None]) -> tuple[Site | None, tuple[Problem, ...]]:
    """Return the site, None when it has problems, and its problems."""
    file = TomlFile(path)
    values = file.values(SITE_KEYS, tables=("source", "layout", "examples"))
    name = values.get("platform")
    if name and name not in platforms:
        file.note(f'unknown platform "{name}"{did_you_mean(name, platforms)}', key="platform")
    platform = platforms.get(name or "")
    # a site of no known CMS: its pages choose among all designs
    shared = platform or Platform("", tuple(layout for each in platforms.values() if each for layout in each.layouts))
    layouts = _read_layouts(file, taken=[layout.name for layout in shared.layouts])
    sources = file.tables("source", SOURCE_KEYS)
    examples = Examples(**file.table("examples", EXAMPLE_KEYS))
    home = values.get("home", "")
    domains = values.get("domains") or (_host(home),)
    patterns = values.get("article_url", shared.article_url)
    _check_places(file, home=home, domains=domains, sources=sources)
    if not (patterns or "article_url" in file.data or file.problems):
        file.note('missing key "article_url": neither the site nor its platform says what an article is')
    _check_province(file, values.get("province"))
    _check_status(file, values)
    if file.problems:
        return None, tuple(file.problems)
    site = Site(
        name=path.stem,
        outlet=values["outlet"],
        kind=values.get("kind", "newspaper"),
        home=home,
        province=values.get("province"),
        domains=domains,
        platform=platform,
        sources=tuple(Source(**source) for source in sources),
        article_url=patterns,
        not_article=values.get("not_article", ()) + shared.not_article,
        next_page=values.get("next_page", shared.next_page),
        article_id=values.get("article_id", shared.article_id),
        layouts=layouts + shared.layouts,
        lead_marks=values.get("lead_marks", ()),
        max_pages=values.get("max_pages", DEFAULT_MAX_PAGES),
        checked=values.get("checked", "facts only"),
        status=_status(values),
        merged_into=values.get("merged_into"),
        merged_on=values.get("merged_on"),
        former_names=values.get("former_names", ()),
        notes=values.get("notes", ()),
        examples=examples,
    )
    return site, ()


def _read_layouts(file: TomlFile, *, taken: Sequence[str]) -> tuple[Layout, ...]:
    """Return the layouts of a file: those still in force as written, then the others from the latest back."""
    layouts: list[Layout] = []
    for number, values in enumerate(file.tables("layout", LAYOUT_KEYS)):
        name = values.get("name", "")
        if name in (*taken, *(layout.name for layout in layouts)):
            file.note(f'a second layout "{name}"', table="layout", number=number, key="name")
        rules = {field: values[field] for field in FIELDS if field in values}
        layouts.append(Layout(name, values.get("detect", ""), rules, values.get("valid_until")))
    return tuple(sorted(layouts, key=lambda layout: layout.valid_until or date.max, reverse=True))


def _check_places(file: TomlFile, *, home: str, domains: Sequence[str], sources: Sequence[Mapping[str, str]]) -> None:
    """Note sources and a home page that are not on the site's own hosts."""
    if home and _host(home) != domains[0]:
        file.note(f'"domains": the first must be the host of "home", {_host(home)}', key="domains")
    for number, source in enumerate(sources):
        url = source.get("url")
        if home and url and _host(url) not in domains:
            text = f'"url": {url} is not on {" or ".join(domains)}'
            file.note(text, table="source", number=number, key="url")
    if not (sources or file.problems):
        file.note("no [[source]]: where are links to articles found?")


def _check_province(file: TomlFile, name: str | None) -> None:
    if name and name not in (known := _province_names()):
        file.note(f'unknown province "{name}"{did_you_mean(name, known)}', key="province")


def _status(values: Mapping[str, Any]) -> str:
    return str(values.get("status", "merged" if "merged_into" in values else "active"))


def _check_status(file: TomlFile, values: Mapping[str, Any]) -> None:
    """Note a status and a `merged_into` that contradict each other."""
    if (_status(values) == "merged") != ("merged_into" in values):
        file.note('"status" is "merged" exactly when "merged_into" names a site', key="status")
    if "merged_on" in values and "merged_into" not in values:
        file.note('"merged_on" without "merged_into"', key="merged_on")


def _host(url: str) -> str:
    """Return host and port of an address as `domains` writes them."""
    return urlsplit(url).netloc.lower()


@cache
def _province_names() -> tuple[str, ...]:
    """Return the names of the 63 provinces before 1 July 2025."""
    text = (files("archive") / "provinces.csv").read_text(encoding="utf-8")
    return tuple(row["old_name"] for row in csv.DictReader(text.splitlines()))

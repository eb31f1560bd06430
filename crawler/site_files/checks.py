"""Check site files against their own examples, patterns and fixtures."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from re import Pattern
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from archive import Kind, phrase
from crawler.errors import Problem
from crawler.site import Layout, Platform, Site
from crawler.site_files.growth import slow_patterns
from crawler.site_files.load import SiteFile
from crawler.urls import canonical, classify, in_scope, path_with_query

PACKAGE = Path(__file__).parents[1]
PAGES = PACKAGE.parent / "tests" / "pages"
"""The fixtures; they exist only in a checkout of the source."""

_MEANT = {"article": Kind.ARTICLE, "section": Kind.SECTION, "not_article": None}
"""Key of [examples] → what `classify` must return for its addresses."""
_NAMES = {
    Kind.ARTICLE: phrase("an article"),
    Kind.SECTION: phrase("a section"),
    None: phrase("neither article nor section"),
}

Fixtures = Mapping[str, Sequence[LexborHTMLParser]]
"""Stem of a site or platform file → its fixture pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """The findings for one site or platform file."""

    file: str
    """Its path; for a packaged file relative to the folder `crawler`: "sites/baocantho.toml"."""
    articles: int
    """Number of examples; for a platform, of all its sites."""
    sections: int
    """Number of examples and sources of this kind."""
    not_articles: int
    untested: tuple[str, ...]
    """Patterns of the file that match no example, so nothing shows that they are right."""
    without_fixture: tuple[str, ...]
    """Layouts of the file that recognise no page of tests/pages; empty outside a checkout of the source."""
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """Return the stem of the file: the name of the site or platform."""
        return Path(self.file).stem

    def as_record(self) -> dict[str, Any]:
        """Return what `check-sites --json` prints; each problem is a line of text."""
        return {**asdict(self), "problems": [str(problem) for problem in self.problems]}


def check_files(
    sites: Mapping[str, SiteFile], platforms: Mapping[str, Platform], *, pages: Path = PAGES
) -> tuple[FileCheck, ...]:
    """Return one check for each site file, then one for each platform file.

    Every example must be on a host of its site and be what its key says, and the URL of a section source must not be
    an article's. Two sites on one host, and patterns that can never match, are found earlier: when the files are read.
    """
    fixtures = _read_fixtures(pages)
    shared = {layout.name for platform in platforms.values() for layout in platform.layouts}
    checks = []
    for name, read in sites.items():
        site = read.site
        own = [layout for layout in site.layouts if layout.name not in shared]
        inherited = _patterns(site.platform) if site.platform else ()
        patterns = [pattern for pattern in _patterns(site) if pattern not in inherited]
        gaps = _without_fixture(own, name, fixtures)
        checks.append(_check(_place(read.file.path), [site], patterns=patterns, gaps=gaps, problems=_misread(read)))
    for name, platform in platforms.items():
        members = [read.site for read in sites.values() if read.site.platform == platform]
        gaps = _without_fixture(platform.layouts, name, fixtures)
        checks.append(_check(f"platforms/{name}.toml", members, patterns=_patterns(platform), gaps=gaps, problems=()))
    return tuple(checks)


def _place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else str(path)


def _check(
    file: str,
    sites: Sequence[Site],
    *,
    patterns: Iterable[Pattern[str]],
    gaps: tuple[str, ...],
    problems: Iterable[Problem],
) -> FileCheck:
    """Return the check of one file, from the examples of `sites`."""
    return FileCheck(
        file=file,
        articles=sum(len(site.examples.article) for site in sites),
        sections=sum(len(_sections(site)) for site in sites),
        not_articles=sum(len(site.examples.not_article) for site in sites),
        untested=_untested(patterns, sites),
        without_fixture=gaps,
        problems=tuple(problems),
    )


def _misread(read: SiteFile) -> Iterator[Problem]:
    """Yield the addresses that the site does not claim or takes for something else, and its slow patterns, by line."""
    site, file = read.site, read.file
    for key, url in _examples(site):
        if fault := _fault(url, key, site):
            line = file.line_of(table="examples", key=key, value=url)
            yield Problem(file.path, line, f'"{key}": ' + fault)
    for number, source in enumerate(site.sources):
        if source.kind == "section" and (fault := _fault(source.url, "section", site)):
            yield Problem(file.path, file.line_of(table="source", number=number, key="url"), '"url": ' + fault)
    for table, key, pattern, text in slow_patterns(site):
        line = file.line_of(table=table, key=key, value=pattern.pattern)
        yield Problem(file.path, line, f'"{key}": ' + _too_slow(pattern.pattern, text))


def _fault(url: str, key: str, site: Site) -> str | None:
    """Return why an address is not what its `key` in [examples] says; None if it is."""
    if not in_scope(url, site):
        return phrase("{url} is not on a host of `domains`", url=url)
    kind = classify(url, site)
    return None if kind is _MEANT[key] else phrase("by the patterns {url} is {kind}", url=url, kind=_NAMES[kind])


def _examples(site: Site) -> Iterator[tuple[str, str]]:
    """Yield key and address of all [examples]."""
    return ((key, url) for key in _MEANT for url in getattr(site.examples, key))


def _sections(site: Site) -> set[str]:
    sources = (source.url for source in site.sources if source.kind == "section")
    return {*site.examples.section, *sources}


def _patterns(owner: Site | Platform) -> tuple[Pattern[str], ...]:
    return *owner.article_url, *owner.not_article, *owner.article_id


def _untested(patterns: Iterable[Pattern[str]], sites: Iterable[Site]) -> tuple[str, ...]:
    """Return the patterns that match no address in the files of the sites."""
    known = [path_with_query(canonical(url)) for site in sites for _, url in _examples(site)]
    return tuple(pattern.pattern for pattern in patterns if not any(pattern.search(target) for target in known))


def _read_fixtures(pages: Path) -> Fixtures | None:
    """Return the fixtures; None outside a checkout of the source."""
    if not pages.is_dir():
        return None
    fixtures: dict[str, list[LexborHTMLParser]] = {}
    for page in pages.glob("*/*/page.html"):
        site = json.loads(page.with_name("page.json").read_text(encoding="utf-8")).get("site")
        tree = LexborHTMLParser(page.read_bytes())
        for owner in {page.parents[1].name, site}:
            fixtures.setdefault(owner, []).append(tree)
    return fixtures


def _without_fixture(layouts: Iterable[Layout], owner: str, fixtures: Fixtures | None) -> tuple[str, ...]:
    if fixtures is None:
        return ()
    trees = fixtures.get(owner, ())
    return tuple(layout.name for layout in layouts if not any(tree.css_first(layout.detect) for tree in trees))


def _too_slow(pattern: str, text: str) -> str:
    return phrase(
        "'{pattern}' takes more and more time for an address like \"{text}…\": two of its repeats take the same "
        "characters, or one that nothing leads to; say what stands before it, or what ends the first",
        pattern=pattern,
        text=text,
    )

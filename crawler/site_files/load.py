"""Read the TOML files of sites and platforms, and list every problem of every file at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from archive import phrase, read_provinces
from crawler.errors import BadSiteFile, Problem, check_file, did_you_mean
from crawler.site import FIELDS, ArticleApi, Examples, Expect, Layout, Platform, Site, Source
from crawler.site_files.keys import (
    API_KEYS,
    EXAMPLE_KEYS,
    EXPECT_KEYS,
    LAYOUT_KEYS,
    PLATFORM_KEYS,
    SITE_KEYS,
    SOURCE_KEYS,
    find_api_problems,
    find_source_problems,
)
from crawler.site_files.toml_file import TomlFile
from crawler.urls import host_of

SITES = Path(__file__).parents[1] / "sites"
PLATFORMS = Path(__file__).parents[1] / "platforms"

_AS_WRITTEN = (
    *("outlet", "kind", "province", "lead_marks", "max_pages", "checked", "merged_into", "merged_on", "former_names"),
    *("notes", "quiet_hours", "raw", "picture_hosts", "insecure_tls", "legacy_tls"),
)
"""Keys whose values go into `Site` as they are; without one, the default of `Site` holds."""


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A site, and its file, which has the line of each key."""

    site: Site
    file: TomlFile


@cache
def packaged_sites() -> Mapping[str, Site]:
    """Return the packaged sites by name; the files are read once per process. Raises BadSiteFile."""
    return MappingProxyType(load_sites(SITES))


def load_sites(folder: Path) -> dict[str, Site]:
    """Read all site files of a folder, by name. Raises BadSiteFile with the problems of all of them."""
    return {name: read.site for name, read in read_site_files(sorted(folder.glob("*.toml"))).items()}


def read_site_files(paths: Sequence[Path]) -> dict[str, SiteFile]:
    """Read site files that are used together, by name; if two files have the same name, the last one counts.

    Raises BadSiteFile with the problems of all files. Two sites on one host, and a merger into a site without a file,
    are problems too.
    """
    platforms, problems = _read_platforms(PLATFORMS)
    read = {path.stem: _read_site(path, platforms) for path in paths}
    _check_hosts(read)
    _check_mergers(read)
    problems += tuple(problem for _, file in read.values() for problem in file.problems)
    if problems:
        raise BadSiteFile(problems)
    return {name: SiteFile(site, file) for name, (site, file) in read.items() if site}


def load_site(path: Path) -> Site:
    """Read one site file, packaged or not. Raises UnreadableFile or BadSiteFile."""
    check_file(path, wanted=phrase("site file"))
    platforms, problems = _read_platforms(PLATFORMS)
    site, file = _read_site(path, platforms)
    if site is None or problems:
        raise BadSiteFile(problems + tuple(file.problems))
    return site


def sites_merged_into(names: Collection[str]) -> dict[str, Site]:
    """Read the packaged sites that merged into one of these, by name. Raises BadSiteFile.

    Every crawl calls this, and parsing all files takes 0.25 s. So only files that contain `merged_into` are parsed.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(SITES.glob("*.toml"))}
    likely = [path for path, text in texts.items() if "merged_into" in text and any(name in text for name in names)]
    return {site.name: site for site in map(load_site, likely) if site.merged_into in names}


def load_platforms() -> dict[str, Platform]:
    """Read all packaged platform files, by name. Raises BadSiteFile."""
    platforms, problems = _read_platforms(PLATFORMS)
    if problems:
        raise BadSiteFile(problems)
    return {name: platform for name, platform in platforms.items() if platform}


@cache
def _read_platforms(folder: Path) -> tuple[dict[str, Platform | None], tuple[Problem, ...]]:
    """Return the platforms by name, None for a broken file; and all problems."""
    platforms: dict[str, Platform | None] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        file = TomlFile(path)
        values = file.values(PLATFORM_KEYS, tables=("layout",))
        layouts = _read_layouts(file, taken=())
        platforms[path.stem] = None if file.problems else Platform(path.stem, layouts, **values)
        problems += file.problems
    return platforms, tuple(problems)


def _read_site(path: Path, platforms: Mapping[str, Platform | None]) -> tuple[Site | None, TomlFile]:
    """Return the site, None if it has problems; and the file, which has the problems."""
    file = TomlFile(path)
    values = file.values(SITE_KEYS, tables=("source", "layout", "examples", "article_api", "expect"))
    name = values.get("platform")
    if name and name not in platforms:
        file.note(
            phrase('unknown platform "{name}"{hint}', name=name, hint=did_you_mean(name, platforms)), key="platform"
        )
    platform = platforms.get(name or "")
    # a site without a platform: each page is tried with all layouts
    shared = platform or Platform("", tuple(layout for each in platforms.values() if each for layout in each.layouts))
    layouts = _read_layouts(file, taken=[layout.name for layout in shared.layouts])
    sources = file.tables("source", SOURCE_KEYS)
    examples = Examples(**file.table("examples", EXAMPLE_KEYS))
    article_api = _read_api(file)
    expect = Expect(**file.table("expect", EXPECT_KEYS))
    home = values.get("home", "")
    domains = values.get("domains") or (host_of(home),)
    patterns = values.get("article_url", shared.article_url)
    _check_places(file, home=home, domains=domains, sources=sources)
    if not (patterns or "article_url" in file.data or file.problems):
        file.note(phrase('missing key "article_url": neither the site nor its platform says what an article is'))
    _check_province(file, values.get("province"))
    _check_status(file, values)
    if file.problems:
        return None, file
    site = Site(
        name=path.stem,
        home=home,
        domains=domains,
        platform=platform,
        sources=tuple(Source(**source) for source in sources),
        article_url=patterns,
        not_article=values.get("not_article", ()) + shared.not_article,
        next_page=values.get("next_page", shared.next_page),
        article_id=values.get("article_id", shared.article_id),
        layouts=layouts + shared.layouts,
        status=_status(values),
        examples=examples,
        article_api=article_api,
        expect=expect,
        **{key: values[key] for key in _AS_WRITTEN if key in values},
    )
    return site, file


def _read_layouts(file: TomlFile, *, taken: Sequence[str]) -> tuple[Layout, ...]:
    """Return the layouts of a file: first those in force, in file order; then the expired ones, the latest first."""
    layouts: list[Layout] = []
    for number, values in enumerate(file.tables("layout", LAYOUT_KEYS)):
        name = values.get("name", "")
        if name in (*taken, *(layout.name for layout in layouts)):
            file.note(phrase('a second layout "{name}"', name=name), table="layout", number=number, key="name")
        rules = {field: values[field] for field in FIELDS if field in values}
        layouts.append(Layout(name, values.get("detect", ""), rules, values.get("valid_until")))
    return tuple(sorted(layouts, key=lambda layout: layout.valid_until or date.max, reverse=True))


def _read_api(file: TomlFile) -> ArticleApi | None:
    """Return where articles are fetched as JSON; None if they are read from their pages."""
    if "article_api" not in file.data:
        return None
    values = file.table("article_api", API_KEYS)
    for key, text in find_api_problems(values):
        file.note(text, table="article_api", key=key)
    keys = {field: values[field] for field in FIELDS if field in values}
    return None if file.problems else ArticleApi(values["page"], values["url"], keys)


def _check_places(file: TomlFile, *, home: str, domains: Sequence[str], sources: Sequence[Mapping[str, str]]) -> None:
    """Note a missing source, an unknown province, and a home page or source on a wrong host."""
    if home and host_of(home) != domains[0]:
        file.note(phrase('"domains": the first must be the host of "home", {home}', home=host_of(home)), key="domains")
    for number, source in enumerate(sources if home else ()):
        for key, text in find_source_problems(source, domains):
            file.note(text, table="source", number=number, key=key)
    if not (sources or file.problems):
        file.note(phrase("no [[source]]: add one that lists links to articles"))


def _check_province(file: TomlFile, name: str | None) -> None:
    if name and name not in (known := _province_names()):
        file.note(phrase('unknown province "{name}"{hint}', name=name, hint=did_you_mean(name, known)), key="province")


def _check_hosts(read: Mapping[str, tuple[Site | None, TomlFile]]) -> None:
    """Note each host that two sites have: an address belongs to one outlet."""
    for host, owner, name in shared_hosts([site for site, _ in read.values() if site]):
        read[name][1].note(
            phrase('"domains": {host} is a host of {owner}', host=host, owner=owner), key="domains", value=host
        )


def shared_hosts(sites: Iterable[Site]) -> Iterator[tuple[str, str, str]]:
    """Yield each host that two of the sites have, with the names of both."""
    owners: dict[str, str] = {}
    for site in sites:
        for host in site.domains:
            if (owner := owners.setdefault(host, site.name)) != site.name:
                yield host, owner, site.name


def _check_mergers(read: Mapping[str, tuple[Site | None, TomlFile]]) -> None:
    """Note sites that merged into a site without a file, or through several mergers into themselves."""
    targets = {name: site.merged_into for name, (site, _) in read.items() if site and site.merged_into}
    for name, target in targets.items():
        if target not in (others := read.keys() - {name}):
            text = phrase('no other site "{target}"{hint}', target=target, hint=did_you_mean(target, others))
        elif name in (steps := _steps_from(target, targets)):
            text = phrase("{steps} is a circle", steps=" → ".join([name, *steps]))
        else:
            continue
        read[name][1].note('"merged_into": ' + text, key="merged_into")


def _steps_from(name: str, targets: Mapping[str, str]) -> list[str]:
    """Return `name` and the sites that it merged into, step by step, each once."""
    steps = [name]
    while (following := targets.get(steps[-1])) and following not in steps:
        steps.append(following)
    return steps


def _status(values: Mapping[str, Any]) -> str:
    return str(values.get("status", "merged" if "merged_into" in values else "active"))


def _check_status(file: TomlFile, values: Mapping[str, Any]) -> None:
    """Note a status and a `merged_into` that contradict each other."""
    if (_status(values) == "merged") != ("merged_into" in values):
        file.note(phrase('"status" is "merged" exactly when "merged_into" names a site'), key="status")
    if "merged_on" in values and "merged_into" not in values:
        file.note(phrase('"merged_on" without "merged_into"'), key="merged_on")


@cache
def _province_names() -> tuple[str, ...]:
    """Return the names of the 63 provinces before 1 July 2025."""
    return tuple(province.name for province in read_provinces() if province.successor_id is not None)

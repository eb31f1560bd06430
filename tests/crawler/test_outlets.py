"""The map of the outlets: it is complete, agrees with the known facts, and finds provinces of both eras."""

import csv
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import pytest

from archive import Archive, Article, Capture, Kind, Outlet, OutletKind, Reason, Refusal, RunStatus
from crawler.site import KINDS
from crawler.site_files.load import packaged_sites
from crawler.site_files.outlets import as_markdown, map_outlets, register_outlets
from crawler.urls import classify, in_scope
from tests.crawler.conftest import Run
from tests.saved import FACTS, needs_facts

ROOT = Path(__file__).parents[2]
SITES = packaged_sites()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

HOME = "https://baomau.example/"


def test_every_newspaper_of_every_province_is_on_the_map() -> None:
    papers = [outlet for outlet in map_outlets(SITES.values(), {}) if outlet.kind == "newspaper" and outlet.then]
    assert all(outlet.name for outlet in papers)
    assert len({outlet.then for outlet in papers}) == 63
    assert len({outlet.now for outlet in papers}) == 34
    assert len({outlet.now for outlet in papers if outlet.status == "active"}) == 34


def test_a_merged_paper_is_carried_on_by_one_of_its_land() -> None:
    by_name = {outlet.name: outlet for outlet in map_outlets(SITES.values(), {}) if outlet.name}
    merged = [outlet for outlet in by_name.values() if outlet.merged_into]
    assert len(merged) == 28
    for outlet in merged:
        target = by_name[outlet.merged_into or ""]
        assert (target.status, target.now) == ("active", outlet.now)


def test_an_outlet_stands_on_the_map_once_with_or_without_a_file() -> None:
    outlets = map_outlets(SITES.values(), {})
    without = [outlet for outlet in outlets if outlet.name is None]
    taken = {host for site in SITES.values() for host in site.domains}
    assert [outlet.domain for outlet in without if outlet.domain in taken] == []
    names = Counter((outlet.outlet, outlet.then) for outlet in outlets)
    assert [name for name, count in names.items() if count > 1] == []
    assert {outlet.kind for outlet in without} <= set(KINDS)
    assert {outlet.then for outlet in outlets if outlet.kind == "station"} >= {
        outlet.then for outlet in outlets if outlet.kind == "newspaper" and outlet.then
    }


def test_outlets_md_is_what_the_files_say() -> None:
    page = (ROOT / "docs" / "outlets.md").read_text(encoding="utf-8")
    assert page == as_markdown(map_outlets(SITES.values(), {})), "run: baotinh sites --markdown > docs/outlets.md"


def test_all_crawls_none_that_merged_or_closed(run: Run) -> None:
    planned = run("crawl", "--create", "--all", "--dry-run", "--json", "--contact", "archivist@bao.example").stdout
    names = {json.loads(line)["site"] for line in planned.splitlines()}
    assert names == {site.name for site in SITES.values() if site.status in ("active", "unknown")}
    assert "baoquangnam" not in names


def test_a_host_that_carries_on_an_old_archive_knows_its_articles(tmp_path: Path) -> None:
    """The articles were stored when the merger and the form of ids were not yet known."""

    def page(site: str) -> Capture:
        url = f"https://{site}.vn/rung-chet-3067775.html"
        article = Article(url=url, title="Rừng chết", body="Cả cánh rừng khô đi trong một mùa nắng.")
        cms_id = None if site == "baoquangnam" else "3067775"
        return Capture(
            url=url, kind=Kind.ARTICLE, fetched_at=NOON, site=site, status=200, article=article, cms_id=cms_id
        )

    with Archive.open(tmp_path / "archive", create=True) as archive:
        archive.register(Outlet(site="baoquangnam", name="Báo Quảng Nam", home="https://baoquangnam.vn/"))
        archive.store(page("baoquangnam"))
        register_outlets(archive, [SITES["baodanang"]])
        archive.store(page("baodanang"))
        (stored,) = archive.articles()
    assert [(alias.site, alias.cause) for alias in stored.aliases] == [("baodanang", "same-id")]


# --- the known facts ---

NEITHER = (
    "/rao-vat/",
    "/thong-tin-quang-cao/",
    "/en/",
    "/english/",
    "/khmer/",
    "/news/",
    "/tag/",
    "/tag.html",
    "/Search?",
)
"""Paid notices, other languages, topics and searches: the facts list them beside articles and sections."""
COLUMNS = {"example_urls": Kind.ARTICLE, "example_url_patterns": Kind.ARTICLE, "section_urls": Kind.SECTION}


def facts() -> list[dict[str, str]]:
    """Return the outlets with more known facts than the host; empty if the facts are not beside this checkout."""
    if not FACTS.is_dir():
        return []
    with (FACTS / "outlets.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == "báo" or row["article_url_regexes"]]


def addresses(row: dict[str, str], column: str, *, home: str) -> list[str]:
    """Return the addresses in a column, with "rut-gon" for an abridged part before the id; others are left out."""
    words = re.findall(r"(?<!\S)(?:https?://|/|…(?!/))[^\s<]+(?!\S)", row[column])
    return [urljoin(home, word.replace("…", "rut-gon")) for word in words if not word.endswith("…")]


def claimed(url: str) -> list[str]:
    return [site.name for site in SITES.values() if in_scope(url, site)]


@needs_facts
def test_every_outlet_of_the_facts_is_on_the_map() -> None:
    """With a site file or without, each outlet has the province and the host of the facts."""
    hosts = {(outlet.then and outlet.then.name, outlet.domain) for outlet in map_outlets(SITES.values(), {})}
    with (FACTS / "outlets.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not claimed(f"https://{row['domain']}/")]
    assert {(row["province_old"], row["domain"] or None) for row in rows} - hosts == set()


@needs_facts
def test_every_newspaper_of_the_facts_has_its_file() -> None:
    papers = [row for row in facts() if row["kind"] == "báo"]
    provinces = [[SITES[name].province for name in claimed(f"https://{row['domain']}/")] for row in papers]
    assert len(papers) == 63
    assert provinces == [[row["province_old"]] for row in papers]


@pytest.mark.parametrize("row", facts(), ids=lambda row: row["domain"])
def test_addresses_of_the_facts_are_claimed_by_one_site_and_known_for_what_they_are(row: dict[str, str]) -> None:
    (name,) = claimed(f"https://{row['domain']}/")
    site = SITES[name]
    for column, kind in COLUMNS.items():
        for url in addresses(row, column, home=site.home):
            expected = None if any(part in url for part in NEITHER) else kind
            assert (url, claimed(url), classify(url, site)) == (url, [name], expected)


@needs_facts
def test_the_facts_are_read_as_they_are_written() -> None:
    """The columns give as many addresses as they have unabridged: fewer would make the test above weak."""
    counts = {column: sum(len(addresses(row, column, home=HOME)) for row in facts()) for column in COLUMNS}
    assert counts == {"example_urls": 43, "example_url_patterns": 82, "section_urls": 141}


# --- the command ---


def listed(run: Run, *arguments: object) -> list[str]:
    done = run("sites", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return [record["name"] for record in json.loads(done.stdout) if record["name"]]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--province", "da nang", "--kind", "newspaper"], ["baodanang", "baoquangnam"]),
        (["--province", "Đà Nẵng", "--era", "then", "--kind", "newspaper"], ["baodanang"]),
        (["--province", "Đà Nẵng", "--era", "now", "--status", "merged"], ["baoquangnam"]),
        (["--province", "Quảng Nam", "--kind", "newspaper"], ["baoquangnam"]),
        (["--kind", "station", "--province", "thai nguyen"], ["thainguyentv"]),
        (["--kind", "portal", "--province", "ben tre"], []),
        (["--status", "unknown", "--kind", "newspaper"], ["baobinhduong"]),
    ],
)
def test_outlets_are_found_by_what_they_are(run: Run, arguments: list[str], names: list[str]) -> None:
    assert listed(run, *arguments) == names


def test_an_outlet_without_a_file_is_shown_with_its_address(run: Run) -> None:
    arguments = ("--province", "quảng trị", "--era", "then", "--kind", "station")
    (station,) = json.loads(run("sites", *arguments, "--json").stdout)
    assert (station["name"], station["domain"], station["checked"]) == (None, "quangtritv.vn", "no site file")
    assert "quangtritv.vn" in run("sites", *arguments).stdout
    assert "quangtritv" in run("crawl", "quangtritv", "--dry-run").stderr


def test_a_province_that_is_gone_or_unknown_is_explained(run: Run) -> None:
    gone = run("sites", "--province", "quang nam", "--era", "now")
    assert gone.returncode == 2
    assert "Đà Nẵng" in gone.stderr
    assert run("sites", "--province", "Quang Nan").returncode == 2
    assert run("sites", "--province", "").returncode == 2
    assert run("sites", "--json", "--markdown").returncode == 2
    nothing = run("sites", "--province", "Huế", "--status", "closed")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "no outlet" in nothing.stderr


def test_the_map_makes_no_archive(run: Run, tmp_path: Path) -> None:
    done = run("sites")
    assert len(done.stdout.splitlines()) == 1 + len(map_outlets(SITES.values(), {}))
    assert list(tmp_path.iterdir()) == []


def crawl(archive: Archive, site: str, *, at: datetime, status: RunStatus, refusal: Refusal | None = None) -> None:
    """Store one run that reads a section page and an article."""
    run = archive.begin_run(site, started_at=at, version="test", settings={})
    answer = Capture(
        url=f"https://{site}.example/", kind=Kind.SECTION, fetched_at=at, status=200, body=b"page", site=site, run=run
    )
    archive.store(replace(answer, refusal=refusal))
    article = Article(url=f"https://{site}.example/mua-cam-10001.html", title="Mùa cam", body="Đường lên Khuổi Trang.")
    archive.store(replace(answer, url=article.url, kind=Kind.ARTICLE, article=article))
    archive.finish_run(run, finished_at=at, status=status)


def test_the_map_shows_what_the_archive_holds(run: Run, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "news", create=True) as archive:
        for site in ("baocantho", "baodanang", "hanoimoi"):
            archive.register(Outlet(site=site, name=site, kind=OutletKind.NEWSPAPER, home="", province="Cần Thơ"))
        crawl(archive, "baocantho", at=NOON, status=RunStatus.FINISHED)
        crawl(archive, "baocantho", at=NOON.replace(hour=13), status=RunStatus.INTERRUPTED)
        crawl(archive, "baodanang", at=NOON, status=RunStatus.FINISHED, refusal=Refusal(Reason.UNREADABLE, "no links"))
    done = run("sites", "--json", "--archive", tmp_path / "news")
    records = {record["name"]: record for record in json.loads(done.stdout)}
    totals = {name: (records[name]["last_success"], records[name]["articles"]) for name in ("baocantho", "baodanang")}
    assert totals == {"baocantho": ("2026-11-22T19:00:00+07:00", 1), "baodanang": (None, 1)}
    assert records["hanoimoi"]["articles"] == 0

"""`baotinh probe` of several sites: one table, one bundle, and each site asked briefly."""

import json
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.crawl.visit import Answer
from crawler.demo.outlets import outlets, site_file
from crawler.demo.serve import SampleWeb, serve
from crawler.page import Page
from crawler.probe.target import Target
from crawler.probe.visit import surveyed_sources
from crawler.reader import Reader
from crawler.site import Source
from crawler.site_files.catalogue import Catalogue
from crawler.site_files.load import load_site, packaged_sites
from crawler.verbs.surveyed import judge_all
from crawler.verbs.targets import choose_targets
from tests.crawler.conftest import Run
from tests.crawler.test_probe import TEA, Redesigned, as_kind

DOWN = "baotat"
POLITE = ("--delay", 0, "--allow-private")


@pytest.fixture
def files(site_files: dict[str, Path]) -> tuple[object, ...]:
    """The options for the three outlets, and one that is down."""
    down = site_files[TEA.name].with_name(f"{DOWN}.toml")
    down.write_text(site_file(TEA, "http://127.0.0.1:9"), encoding="utf-8")
    return tuple(part for path in (*site_files.values(), down) for part in ("--site-file", path))


def by_site(text: str) -> dict[str, Any]:
    return {report["site"]: report for report in json.loads(text)}


def test_a_survey_prints_a_row_for_each_site_and_packs_what_came(
    run: Run, web: SampleWeb, files: tuple[object, ...], tmp_path: Path
) -> None:
    done = run("probe", *files, *POLITE, "--bundle", "first-day.zip")
    assert (done.returncode, "Traceback" in done.stderr) == (4, False), done.stderr
    heads, *rows = (line.split() for line in done.stdout.splitlines() if line)
    assert heads == ["site", "reachable", "robots", "sources", "article", "doubts"]
    shown = {row[0]: row[1:] for row in rows}
    for outlet in outlets():
        assert shown[outlet.name][:5] == ["yes", "200", "2", "of", "2"], done.stdout
    assert shown[DOWN][0] == "connection"
    assert "4 sites: 3 all right, 0 with a fault, 1 without an answer" in done.stdout
    assert f"baotinh probe {DOWN}" in done.stdout
    for outlet in outlets():  # robots.txt, two sources, one article
        assert len([request for request in web.log if request.outlet == outlet.name]) == 4
    with zipfile.ZipFile(tmp_path / "first-day.zip") as bundle:
        names = set(bundle.namelist())
        reports = by_site(bundle.read("survey.json").decode())
        index = json.loads(bundle.read(f"{TEA.name}/pages/pages.json"))
        assert {f"{TEA.name}/pages/{page['file']}" for page in index} <= names
        assert b"connection" in bundle.read(f"{DOWN}/report.txt")
    assert {"README.txt", f"{TEA.name}/{TEA.name}.toml", f"{TEA.name}/report.txt"} <= names
    assert {name: report["exit_code"] for name, report in reports.items()} == {
        **{outlet.name: 0 for outlet in outlets()},
        DOWN: 4,
    }


def test_a_broken_site_gets_a_file_proposed_anew(run: Run, tmp_path: Path) -> None:
    path = tmp_path / f"{TEA.name}.toml"
    with serve([as_kind(Redesigned, TEA)], port=0) as web:
        path.write_text(site_file(TEA, web.origins[TEA.name]), encoding="utf-8")
        done = run("probe", "--site-file", path, *POLITE, "--json", "--bundle", "broken.tar.gz")
    assert (done.returncode, by_site(done.stdout)[TEA.name]["exit_code"]) == (3, 3), done.stderr
    with tarfile.open(tmp_path / "broken.tar.gz") as bundle:
        proposed = bundle.extractfile(f"./{TEA.name}/proposed.toml")
        assert proposed
        path.write_bytes(proposed.read())
    assert load_site(path).layouts


WRONG = {
    "ending": (("--bundle", "first-day.rar"), ".zip"),
    "there": (("--bundle", "there.zip"), "exists already"),
    "no-folder": (("--bundle", "none/first-day.zip"), "cannot be written"),
    "mark": (("--mark",), "one site"),
    "save": (("--save", "pages"), "one site"),
    "article": (("--article", "https://baomau.example/"), "one site"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_calls_are_sentences_before_anything_is_asked(
    web: SampleWeb,
    files: tuple[object, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.zip").write_bytes(b"")
    done = CliRunner().invoke(main, ["probe", *map(str, files), "--allow-private", *arguments])
    assert (done.exit_code, web.log) == (2, [])
    assert said in done.stderr


def test_all_visits_each_site_that_owes_news_once() -> None:
    targets = choose_targets((), Catalogue(), all_sites=True, layouts=())
    owing = [site.name for site in packaged_sites().values() if site.owes_news]
    assert [target.site.name for target in targets] == owing
    assert len(choose_targets(owing[:2], Catalogue(), all_sites=True, layouts=())) == len(owing)


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        (("section", "section", "feed"), ("section", "feed")),
        (("feed", "section", "sitemap"), ("feed", "section")),
        (("section", "section", "section"), ("section", "section")),
        (("json",), ("json",)),
    ],
)
def test_a_survey_asks_two_sources_of_different_kinds(kinds: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    sources = tuple(Source(kind, f"https://baomoi.example/{number}") for number, kind in enumerate(kinds))
    chosen = surveyed_sources(sources)
    assert tuple(source.kind for source in chosen) == wanted
    assert chosen[0] == sources[0]


def test_a_site_that_the_program_cannot_judge_costs_no_other() -> None:
    good, bad = (Target(packaged_sites()[name], None) for name in ("baocantho", "baokhanhhoa"))
    at = datetime(2026, 11, 22, tzinfo=UTC)
    page = Page(bad.site.home, b"<html>", at)
    odd = Answer(url=page.url, kind="no kind of ours", status=200, page=page)
    found, faults = judge_all([bad, good], ([[odd], []], {}), Reader.load(), at=at)
    assert [each.target for each in found] == [good]
    assert list(faults) == [bad.site.home]

"""Site files that live in the archive: every verb finds them, and none of them redirects a crawl."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.demo.outlets import outlets
from crawler.demo.serve import SampleWeb
from crawler.errors import UnknownSite, UnusableSiteFile
from crawler.site_files.catalogue import Catalogue
from crawler.site_files.load import SITES
from tests.crawler.conftest import Run

TEA = outlets()[0]
PACKAGED = "baokhanhhoa"
TEXT = (SITES / f"{PACKAGED}.toml").read_text(encoding="utf-8")
HOST = "baokhanhhoa.vn"
OWN = """outlet = "Báo Mới"
home = "https://baomoi.example/"
article_url = ['-\\d+\\.html$']
{more}

[[source]]
kind = "section"
url = "https://baomoi.example/"
"""


@pytest.fixture(autouse=True)
def _configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests trust is no concern of the machine that they run on."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "news-archive" / "sites").mkdir(parents=True)
    return tmp_path / "news-archive"


def put(archive: Path, name: str, text: str) -> Path:
    path = archive / "sites" / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def trust(archive: Path, name: str) -> Result:
    return CliRunner().invoke(main, ["sites", "--trust", name, "--archive", str(archive)])


def all_names(archive: Path) -> set[str]:
    """Return the names of the sites that `--all` means."""
    return {site.name for site in Catalogue.load(archive).owing_news()}


def test_every_verb_finds_a_site_of_the_archive_by_name(run: Run, web: SampleWeb, archive: Path) -> None:
    put(archive, TEA.name, web.site_files[TEA.name])
    url = web.origins[TEA.name] + TEA.articles[3].path
    for code, arguments in (
        (0, ("crawl", TEA.name, "--create", "--limit", 2, "--delay", 0, "--allow-private", "--json")),
        (0, ("crawl", url, "--delay", 0, "--allow-private", "--json")),
        (0, ("extract", url, "--allow-private", "--json")),
        (0, ("probe", TEA.name, "--delay", 0, "--allow-private", "--json")),
        (0, ("why", url, "--json")),
        (0, ("health", TEA.name, "--json")),
        (0, ("schedule", TEA.name, "--every", "1h")),
        (0, ("check-sites", TEA.name, "--json")),
    ):
        done = run(*arguments)
        assert done.returncode == code, done.stderr
        assert TEA.name in done.stdout or url in done.stdout, arguments
    listed = {each["name"]: each for each in json.loads(run("sites", "--json").stdout)}
    assert (listed[TEA.name]["site_file"], listed[TEA.name]["articles"]) == ("archive", 3)
    assert listed[PACKAGED]["site_file"] == "packaged"
    assert f"{TEA.name}.toml is the archive's own file" in run("sites").stderr


def test_a_site_of_the_archive_moves_with_the_folder(archive: Path) -> None:
    put(archive, "baomoi", OWN.format(more=""))
    assert trust(archive, "baomoi").exit_code == 0
    moved = archive.rename(archive.with_name("moved"))
    assert Catalogue.load(moved).find("baomoi").path == moved / "sites" / "baomoi.toml"
    assert "baomoi" not in all_names(moved)  # whoever moved it there may have changed it


def test_all_leaves_out_what_is_not_trusted(archive: Path) -> None:
    path = put(archive, "baomoi", OWN.format(more=""))
    assert Catalogue.load(archive).find("baomoi").path == path
    assert "baomoi" not in all_names(archive)
    assert trust(archive, "baomoi").exit_code == 0
    assert "baomoi" in all_names(archive)
    put(archive, "baomoi", OWN.format(more="max_pages = 3"))
    assert "baomoi" not in all_names(archive)


def test_a_packaged_name_counts_from_the_archive_only_while_it_is_trusted(archive: Path) -> None:
    path = put(archive, PACKAGED, f"max_pages = 3\n{TEXT}")
    assert Catalogue.load(archive).find(PACKAGED).path == SITES / path.name
    assert f"sites --trust {PACKAGED}" in next(Catalogue.load(archive).obstacles())
    done = trust(archive, PACKAGED)
    assert (done.exit_code, HOST in done.stderr) == (0, True)
    catalogue = Catalogue.load(archive)
    assert (catalogue.find(PACKAGED).path, catalogue.by_host()[HOST].max_pages) == (path, 3)
    assert [site.max_pages for site in catalogue.owing_news() if site.name == PACKAGED] == [3]
    put(archive, PACKAGED, f"max_pages = 4\n{TEXT}")
    assert Catalogue.load(archive).find(PACKAGED).path == SITES / path.name


REDIRECTS = {
    "other-host": (PACKAGED, TEXT.replace(HOST, "khac.example"), "no host of the packaged file"),
    "insecure": (PACKAGED, f"insecure_tls = true\n{TEXT}", "do not count"),
    "legacy": (PACKAGED, f"legacy_tls = true\n{TEXT}", "do not count"),
    "host-of-another": (
        "baomoi", OWN.format(more="").replace("baomoi.example", HOST), f"{HOST} is a host of {PACKAGED}",
    ),
    "slow-pattern": ("baomoi", OWN.format(more="not_article = ['(\\w+-?)+\\.html']"), "grows faster"),
    "broken": ("baomoi", "outlet = 3", "check-sites baomoi"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "said"), REDIRECTS.values(), ids=REDIRECTS)
def test_what_would_redirect_a_crawl_cannot_be_trusted(archive: Path, name: str, text: str, said: str) -> None:
    put(archive, name, text)
    done = trust(archive, name)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    catalogue = Catalogue.load(archive)
    assert catalogue.by_host()[HOST].name == PACKAGED
    assert not catalogue.by_host()[HOST].insecure_tls
    if name == PACKAGED:
        assert catalogue.find(name).path == SITES / f"{name}.toml"
    else:
        with pytest.raises(UnusableSiteFile, match="does not count"):
            catalogue.find(name)


def test_weak_tls_of_another_name_needs_trust(archive: Path) -> None:
    put(archive, "baomoi", OWN.format(more="insecure_tls = true"))
    with pytest.raises(UnusableSiteFile, match="sites --trust baomoi"):
        Catalogue.load(archive).find("baomoi")
    assert trust(archive, "baomoi").exit_code == 0
    assert Catalogue.load(archive).find("baomoi").site.insecure_tls


def test_a_damaged_note_trusts_nothing_and_a_name_without_a_file_cannot_be_trusted(
    archive: Path, tmp_path: Path
) -> None:
    put(archive, "baomoi", OWN.format(more=""))
    (tmp_path / "configuration" / "baotinh").mkdir(parents=True)
    note = tmp_path / "configuration" / "baotinh" / "trusted.json"
    for text in ("[", "[]", '{"a": 3}', "\udcff"):
        note.write_text(text, encoding="utf-8", errors="surrogateescape")
        assert "baomoi" not in all_names(archive)
    assert trust(archive, "baomoi").exit_code == 0
    assert "baomoi" in all_names(archive)
    assert trust(archive, PACKAGED).exit_code == 2
    with pytest.raises(UnknownSite, match="baomoi"):
        Catalogue.load(archive).find("baomo")


def test_a_file_that_does_not_count_is_named_and_stops_no_other_site(run: Run, web: SampleWeb, archive: Path) -> None:
    put(archive, TEA.name, web.site_files[TEA.name])
    put(archive, "baomoi", "outlet = 3")
    done = run("crawl", TEA.name, "--create", "--limit", 1, "--delay", 0, "--allow-private", "--json")
    assert (done.returncode, "baomoi" in done.stderr) == (0, False), done.stderr
    done = run("crawl", "baomoi", "--dry-run")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "check-sites baomoi" in done.stderr
    assert "baomoi.toml does not count" in run("sites").stderr

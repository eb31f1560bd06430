"""`baotinh check-sites`: the packaged files keep their word, and a file that does not is named with its line."""

import json
from pathlib import Path

import pytest

from crawler.site_files.checks import PAGES, FileCheck, check_files
from crawler.site_files.load import SITES, load_platforms, read_site_files
from tests.crawler.conftest import Run

PACKAGED = sorted(SITES.glob("*.toml"))

MISTAKEN = r"""outlet = "Báo Mẫu"
home = "https://baomau.example/"
article_url = ['-\d{5}\.html', '/video/\d+']
not_article = '^/khmer/'

[[source]]
kind = "section"
url = "https://baomau.example/"

[[source]]
kind = "section"
url = "https://baomau.example/thoi-su-10001.html"

[examples]
article = [
  "https://baomau.example/mua-cam-10002.html",
  "https://cu.baomau.example/mua-cam-10002.html",
]
section = "https://baomau.example/khmer/kinh-te/"
not_article = ["https://baomau.example/rao-vat/"]

[[layout]]
name = "baomau"
detect = 'div.never-seen'
"""


def check_of(path: Path, *, pages: Path = PAGES) -> FileCheck:
    checks = check_files(read_site_files([*PACKAGED, path]), load_platforms(), pages=pages)
    return next(check for check in checks if check.name == path.stem)


@pytest.fixture
def mistaken(tmp_path: Path) -> Path:
    path = tmp_path / "baomau.toml"
    path.write_text(MISTAKEN, encoding="utf-8")
    return path


def test_the_packaged_files_keep_their_word() -> None:
    checks = check_files(read_site_files(PACKAGED), load_platforms())
    assert "\n".join(str(problem) for check in checks for problem in check.problems) == ""
    assert [(check.file, check.without_fixture) for check in checks if check.without_fixture] == []
    assert sum(check.articles for check in checks if check.file.startswith("sites/")) > 120


@pytest.mark.parametrize("slow", [r"/(?:[a-z]+-?)+\d\.html$", r"(?:\d+-)*\d+\.htm$", r"\w*tin\w*\.html$"])
def test_a_pattern_that_takes_more_and_more_time_is_found_at_its_line(tmp_path: Path, slow: str) -> None:
    path = tmp_path / "baomau.toml"
    path.write_text(MISTAKEN.replace("'/video/\\d+']", f"\n  '{slow}',\n]"), encoding="utf-8")
    problems = [str(problem) for problem in check_of(path).problems]
    assert any(f"baomau.toml:4: \"article_url\": '{slow}' takes more and more time" in line for line in problems), (
        problems
    )


def test_each_mistake_is_found_at_its_line(mistaken: Path) -> None:
    check = check_of(mistaken)
    assert [(problem.line, problem.text) for problem in check.problems] == [
        (17, '"article": https://cu.baomau.example/mua-cam-10002.html is on none of the hosts of `domains`'),
        (
            19,
            '"section": by the patterns https://baomau.example/khmer/kinh-te/ is neither article nor section',
        ),
        (20, '"not_article": by the patterns https://baomau.example/rao-vat/ is a section'),
        (12, '"url": by the patterns https://baomau.example/thoi-su-10001.html is an article'),
    ]
    assert (check.articles, check.sections, check.not_articles) == (2, 3, 1)


def test_what_is_not_proved_is_named(mistaken: Path, tmp_path: Path) -> None:
    check = check_of(mistaken)
    assert check.untested == (r"/video/\d+",)
    assert check.without_fixture == ("baomau",)
    assert check_of(mistaken, pages=tmp_path / "none").without_fixture == ()


def test_the_command_prints_a_row_for_each_file(run: Run) -> None:
    done = run("check-sites")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1 + len(PACKAGED) + len(load_platforms())


def test_a_mistake_ends_with_2_and_goes_to_stderr(run: Run, mistaken: Path) -> None:
    done = run("check-sites", "--site-file", mistaken, "--json")
    assert done.returncode == 2
    (record,) = json.loads(done.stdout)
    assert record["file"] == str(mistaken)
    assert [f"{mistaken}:17: " in line for line in record["problems"]] == [True, False, False, False]
    assert "4 problems in site files" in done.stderr
    assert all(line in done.stderr for line in record["problems"])


def test_a_draft_takes_the_place_of_the_packaged_file(run: Run, tmp_path: Path) -> None:
    draft = tmp_path / "baocantho.toml"
    text = (SITES / draft.name).read_text(encoding="utf-8")
    draft.write_text(text.replace("a196634", "b196634"), encoding="utf-8")
    done = run("check-sites", "--site-file", draft)
    assert done.returncode == 2
    assert "binh-yen-nhung-tuyen-duong-b196634.html is a section" in done.stderr
    other = tmp_path / "baomoi.toml"
    other.write_text(text, encoding="utf-8")
    assert "baocantho.com.vn is a host of baocantho" in run("check-sites", "--site-file", other).stderr


@pytest.mark.parametrize(("arguments", "message"), [(["baocanto"], "baocantho"), (["--site-file", "no"], "exist")])
def test_what_is_not_there_is_named(run: Run, arguments: list[str], message: str) -> None:
    done = run("check-sites", *arguments)
    assert done.returncode == 2
    assert message in done.stderr

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from archive import Archive, Precision, RunStatus
from archive.cli import COMMANDS
from tests.archive.build import SITE, address, after, article, capture, feed
from tests.archive.stories import CA_MAU, FLOOD, HA_GIANG, story, with_outlets

BAOTINH = click.Group("baotinh", commands=list(COMMANDS))


@pytest.fixture
def filled(archive: Archive) -> Path:
    run = archive.begin_run(SITE, started_at=after(), version="0.1", settings={})
    archive.store(feed(1, 2, run=run))
    archive.store(capture(article(1, title="Khối đại đoàn kết", byline=("Lê A",), lead="Lời dẫn."), run=run))
    archive.store(capture(article(2), run=run))
    archive.finish_run(run, finished_at=after(minutes=1), status=RunStatus.FINISHED)
    archive.store(capture(article(2, title="Tiêu đề mới"), after(hours=1)))
    archive.close()
    return archive.folder


def baotinh(*arguments: str, folder: Path) -> Result:
    return CliRunner().invoke(BAOTINH, arguments, env={"BAOTINH_ARCHIVE": str(folder)})


def test_search_for_people_and_for_programs(filled: Path) -> None:
    shown = baotinh("search", "doan", "ket", folder=filled)
    assert (shown.exit_code, shown.stdout.splitlines()[0]) == (0, "Khối đại đoàn kết")
    assert shown.stdout.splitlines()[-1] == "1 of 1"
    found = json.loads(baotinh("search", "doan ket", "--json", folder=filled).stdout)
    (hit,) = found["hits"]
    assert (list(found), found["total"]) == (["total", "read_as", "hits"], 1)
    assert list(hit) == [
        *("uid", "url", "title", "byline", "published_at", "site", "province_then", "province_now", "snippet")
    ]


def test_a_search_without_hits_says_so_aside(filled: Path) -> None:
    result = baotinh("search", "đoàn", "kêt", folder=filled)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no article" in result.stderr
    found = json.loads(baotinh("search", "kêt", "--json", folder=filled).stdout)
    assert (found["total"], found["hits"]) == (0, [])


def test_a_search_says_how_many_there_are_and_how_it_was_read(filled: Path) -> None:
    shown = baotinh("search", "tieu de OR doan ket", "--limit", "1", folder=filled)
    assert shown.stdout.splitlines()[-1] == "1 of 2"
    assert shown.stderr == 'read as: OR between "tieu de" and "doan ket"\n'
    assert json.loads(baotinh("search", "cam -doan", "--json", folder=filled).stdout)["read_as"] == 'without "doan"'


def test_a_search_without_words_lists_the_newest(filled: Path) -> None:
    shown = baotinh("search", folder=filled)
    assert shown.stdout.splitlines()[-1] == "2 of 2"
    found = json.loads(baotinh("search", "--json", "--limit", "1", folder=filled).stdout)
    assert (found["total"], len(found["hits"]), found["hits"][0]["snippet"][:8]) == (2, 1, "Sáng 2/7")
    assert "no article matches" in baotinh("search", "--until", "2020-01-01", folder=filled).stderr


def test_search_takes_days_as_they_are_written_in_vietnam(filled: Path) -> None:
    for day in ("2025-07-02", "02/07/2025"):
        result = baotinh("search", "tieu de", "--since", day, "--until", day, "--json", folder=filled)
        assert json.loads(result.stdout)["total"] == 1


def test_show(filled: Path) -> None:
    shown = baotinh("show", "1", folder=filled).stdout
    assert ("Khối đại đoàn kết" in shown, "Lời dẫn." in shown) == (True, True)
    record = json.loads(baotinh("show", "2", "--json", "--revisions", folder=filled).stdout)
    assert [text["title"] for text in record["revisions"]] == ["Tin số 2", "Tiêu đề mới"]
    assert "2. edited" in baotinh("show", "2", "--revisions", folder=filled).stdout


def test_show_names_the_other_addresses(archive: Archive) -> None:
    archive.store(capture(article(1), url=address(1) + "?m"))
    archive.close()
    assert f"also at {address(1)}?m\n" in baotinh("show", "1", folder=archive.folder).stdout
    (alias,) = json.loads(baotinh("show", "1", "--json", folder=archive.folder).stdout)["aliases"]
    assert list(alias) == ["url", "site", "cause", "first_seen_at"]


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (("--province", "tuyen quang"), ["Khối đại đoàn kết", "Tiêu đề mới"]),
        (("--province", "ha giang", "--era", "then"), []),  # both are of July 2025
        (("--province", "08", "--era", "now", "--author", "le a"), ["Khối đại đoàn kết"]),
        (("--site", SITE, "--until", "2025-07-01"), []),
    ],
)
def test_an_export_takes_the_filters_of_a_search(filled: Path, options: tuple[str, ...], titles: list[str]) -> None:
    lines = baotinh("export", *options, folder=filled).stdout.splitlines()
    assert sorted(json.loads(line)["title"] for line in lines) == titles


def test_export_to_a_pipe_and_to_a_file(filled: Path, tmp_path: Path) -> None:
    piped = baotinh("export", folder=filled)
    assert [json.loads(line)["site"] for line in piped.stdout.splitlines()] == [SITE, SITE]
    assert "2 articles" in piped.stderr
    path = tmp_path / "articles.csv"
    written = baotinh("export", "--format", "csv", "--output", str(path), folder=filled)
    assert (written.stdout, "sha256" in written.stderr, path.read_text("utf-8-sig")[:7]) == (
        "",
        True,
        "uid,url",
    )


def test_runs(filled: Path) -> None:
    (report,) = json.loads(baotinh("runs", "--json", folder=filled).stdout)
    assert (report["found"], report["stored"], report["balances"]) == (2, 2, True)
    assert "finished" in baotinh("runs", folder=filled).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("show", "99"), 2, "error: no article 99"),
        (("search", "***"), 2, "error: nothing to look for"),
        (("search", "tin", "--province", "Hanoy"), 2, "did you mean Hà Nội"),
        (
            ("search", "tin", "--province", "24"),
            2,
            "24 was Bắc Giang until 2025-06-30 and is Bắc Ninh since 2025-07-01",
        ),
        (("export", "--province", "Hà Giang", "--era", "now"), 2, "its land belongs to Tuyên Quang; give"),
        (("search", "tin", "--era", "soon"), 2, "'soon' is not one of 'then', 'now', 'any'"),
        (("export", "--output", "/nowhere/x.jsonl"), 5, "error: cannot write /nowhere/x.jsonl"),
    ],
)
def test_errors_are_one_sentence_and_an_exit_code(
    filled: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    result = baotinh(*arguments, folder=filled)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


@pytest.mark.parametrize("command", ["search tin", "show 1", "export", "runs", "serve"])
def test_every_command_says_when_there_is_no_archive(tmp_path: Path, command: str) -> None:
    result = baotinh(*command.split(), folder=tmp_path / "none")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: no archive in" in result.stderr


def test_copies_for_people_show_what_each_page_prints_of_its_time(archive: Archive) -> None:
    with_outlets(archive)
    midnight = after().replace(hour=0)
    archive.store(story(HA_GIANG, FLOOD, source_credit="TTXVN"))
    archive.store(story(CA_MAU, FLOOD, published_precision=Precision.DAY, published_at=midnight))
    archive.update_copies()
    archive.close()
    shown = baotinh("copies", f"https://{CA_MAU}.example/tin/1.html", folder=archive.folder).stdout.splitlines()
    assert shown[0].endswith("from TTXVN")
    assert shown[1] == "agency (TTXVN): 2 articles in 2 outlets"
    times = [line.split(" · ")[2] for line in shown if " · " in line]
    assert times == [f"{after():%Y-%m-%d}", f"{after():%Y-%m-%d %H:%M}"]

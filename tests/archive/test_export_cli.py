"""`baotinh export` and `baotinh changes` as a user types them: files, folders, cursors, signals."""

import json
import signal
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive import Archive
from archive.cli.days import day_of
from crawler.cli import main
from tests.archive.build import START, after, article, capture

TODAY = date(2026, 3, 1)


@pytest.fixture
def news(archive: Archive) -> Path:
    for number, year in ((1, 2024), (2, 2025), (3, 2025)):
        archive.store(capture(article(number, published_at=START.replace(year=year))))
    archive.store(capture(article(4, published_at=None, published_precision=None)))
    archive.close()
    return archive.folder


def baotinh(folder: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments, env={"BAOTINH_ARCHIVE": str(folder)})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


# --- days ---


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("31/01/2026", date(2026, 1, 31)),
        ("today", TODAY),
        ("Yesterday", date(2026, 2, 28)),
        ("7d", date(2026, 2, 22)),
        ("2w", date(2026, 2, 15)),
        *((wrong, None) for wrong in ("", "7", "d", "-1d", "999999w", "7 days", "2026-02-30", "2026")),
    ],
)
def test_a_day_as_it_is_typed(typed: str, day: date | None) -> None:
    assert day_of(typed, today=TODAY) == day


def test_a_wrong_day_is_a_wrong_call(news: Path) -> None:
    result = baotinh(news, "export", "--since", "soon")
    assert (result.exit_code, '"soon" is no day: give 2026-01-31' in result.stderr) == (2, True)


# --- files ---


@pytest.mark.parametrize(
    "options",
    [
        *(("--excel", "--raw"), ("--excel", "--format", "parquet"), ("--raw", "--format", "jsonl")),
        *(("--flat", "--format", "csv"), ("--output", "x", "--to", "y")),
    ],
)
def test_options_that_do_not_go_together(news: Path, options: tuple[str, ...]) -> None:
    assert baotinh(news, "export", *options).exit_code == 2


def test_a_dash_is_standard_output(news: Path) -> None:
    assert baotinh(news, "export", "--output", "-").stdout == baotinh(news, "export").stdout != ""


def test_a_missing_library_is_named_with_its_command(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = baotinh(news, "export", "--format", "parquet")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "pip install 'baotinh[parquet]'" in result.stderr


# --- folders ---


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_a_folder_has_a_file_for_each_year_and_is_the_same_again(news: Path, tmp_path: Path, form: str) -> None:
    for name in ("one", "two"):
        assert baotinh(news, "export", "--format", form, "--to", str(tmp_path / name)).exit_code == 0
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert one == two
    assert {path.stem for path in one if path.parts[0] == "data"} == {"2024", "2025", "undated"}
    checked = baotinh(news, "export", "--verify", str(tmp_path / "one"))
    assert (checked.exit_code, checked.stdout) == (0, f"{tmp_path / 'one'} is whole: 4 rows\n")


def test_a_folder_describes_itself(news: Path, tmp_path: Path) -> None:
    to = tmp_path / "all"
    said = baotinh(news, "export", "--to", str(to)).stderr
    package = json.loads((to / "datapackage.json").read_text())
    assert f"--after {package['cursor']}" in said
    assert [(each["path"], each["rows"]) for each in package["resources"]] == [
        *(("data/2024.jsonl", 1), ("data/2025.jsonl", 2), ("data/undated.jsonl", 1))
    ]
    for line in (to / "SHA256SUMS").read_text().splitlines():
        digest, path = line.split("  ")
        assert sha256((to / path).read_bytes()).hexdigest() == digest
    card = (to / "README.md").read_text()
    assert card.startswith("---\n")
    assert "| Báo Hà Giang | 4 | 2024-07 | 2025-07 | 2024-08 to 2025-06 |" in card
    assert "without a date: 1 articles" in card


def test_a_folder_that_is_taken_is_left_alone(news: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x").touch()
    result = baotinh(news, "export", "--to", str(tmp_path / "mine"))
    assert (result.exit_code, "has something in it already" in result.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir() if "mine" in path.name] == ["mine"]


def test_the_folder_of_who_exports_is_not_replaced(news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here" / "in"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    for to in (".", "..", str(here)):
        result = baotinh(news, "export", "--to", to)
        assert (result.exit_code, "it is the folder that you are in" in result.stderr) == (2, True)
    assert [*here.parent.rglob("*")] == [here]


@pytest.mark.parametrize(
    ("path", "change", "finding"),
    [
        ("data/2025.jsonl", lambda text: text.replace(b"Tin", b"Tim"), "its content is not what was exported"),
        ("data/2025.jsonl", lambda text: text + b"{}\n", "it has 3 rows, and 2 were written"),
        ("README.md", lambda _: None, "it is missing"),
        ("data/extra.jsonl", lambda _: b"{}\n", "SHA256SUMS does not name it"),
    ],
)
def test_a_changed_folder_is_found(news: Path, tmp_path: Path, path: str, change: object, finding: str) -> None:
    assert callable(change)
    to = tmp_path / "all"
    baotinh(news, "export", "--to", str(to))
    before = (to / path).read_bytes() if (to / path).exists() else b""
    changed = change(before)
    (to / path).write_bytes(changed) if changed is not None else (to / path).unlink()
    result = baotinh(news, "export", "--verify", str(to))
    assert (result.exit_code, f"{path}: {finding}" in result.stdout) == (5, True)


def test_a_folder_that_is_no_export_is_a_wrong_call(news: Path, tmp_path: Path) -> None:
    assert baotinh(news, "export", "--verify", str(tmp_path)).exit_code == 2
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  ../secret\n")
    (tmp_path / "datapackage.json").write_text('{"resources": []}')
    assert baotinh(news, "export", "--verify", str(tmp_path)).exit_code == 2


# --- what changed ---


def test_what_changed_since_the_last_export(news: Path, tmp_path: Path) -> None:
    first = baotinh(news, "export", "--to", str(tmp_path / "first"))
    cursor = json.loads((tmp_path / "first" / "datapackage.json").read_text())["cursor"]
    assert f"cursor {cursor}: " in first.stderr
    with Archive.open(news) as archive:
        archive.store(capture(article(2, title="Tin khác"), after(hours=1)))
        archive.withhold(article(1).uid, reason="court order", until=None, at=after(hours=2), by="Lan")
    lines = [json.loads(line) for line in baotinh(news, "export", "--after", cursor).stdout.splitlines()]
    assert [(line["op"], line["what"], line["title"]) for line in lines] == [
        *(("put", "revised", "Tin khác"), ("remove", "withheld", None))
    ]
    for form in ("csv", "parquet"):
        assert (
            "2 operations"
            in baotinh(news, "export", "--after", cursor, "--format", form, "--output", str(tmp_path / form)).stderr
        )
    listed = json.loads(baotinh(news, "changes", "--since", cursor, "--json").stdout)
    assert [each["what"] for each in listed["operations"]] == ["withheld", "revised"]
    shown = baotinh(news, "changes", "--since", cursor)
    assert ("Tin khác" in shown.stdout, f"cursor {listed['cursor']}" in shown.stderr) == (True, True)
    assert baotinh(news, "changes", "--since", listed["cursor"]).stdout == ""


def test_a_cursor_of_another_archive_ends_the_command(news: Path, tmp_path: Path) -> None:
    result = baotinh(news, "export", "--after", "00000000-1", "--output", str(tmp_path / "x"))
    assert (result.exit_code, "00000000-1" in result.stderr, (tmp_path / "x").exists()) == (2, True, False)


# --- signals ---


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("option", ["--output", "--to"])
def test_a_killed_export_has_no_name(news: Path, tmp_path: Path, option: str, number: signal.Signals) -> None:
    """The export is stopped while it writes: its second batch waits for a reader of a pipe."""
    script = (
        "import sys, time\n"
        "from archive.reading import batches\n"
        "read = batches._read_batch\n"
        "def slow(*given):\n"
        "    print('reading', flush=True)\n"
        "    time.sleep(60)\n"
        "    return read(*given)\n"
        "batches._read_batch = slow\n"
        "from archive.__main__ import main\n"
        "main(sys.argv[1:])\n"
    )
    place = tmp_path / "out"
    place.mkdir()
    command = [sys.executable, "-c", script, "export", option, str(place / "all"), "--archive", str(news)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"reading\n"
        process.send_signal(number)
        process.wait(timeout=60)
    left = [path.name for path in place.iterdir()]
    assert "all" not in left
    if number is signal.SIGTERM:
        assert (process.returncode, left) == (130, [])
    else:
        assert baotinh(news, "export", option, str(place / "all")).exit_code == 0

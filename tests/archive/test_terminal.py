"""What reaches a terminal: visible, line by line, as wide as it is; and the next commands that are named there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from archive import Archive, Reason, Refusal, RunStatus, visible
from archive.cli import COMMANDS, Command, archive_option, complete, next_command, report, say
from archive.cli.tables import table_lines
from tests.archive.build import SITE, after, article, capture

ROOT = Path(__file__).parents[2]
TERMINAL = ("archive/cli/terminal.py", "crawler/crawl/progress.py", "crawler/demo/serve.py")
"""The boundary; the live table, which rich draws; and a program of its own for those who work on the sample site."""
PRINTS = re.compile(r"print|(click\.)?s?echo|.*[cC]onsole\.print|sys\.std(out|err)\.(buffer\.)?write(lines)?")
ESCAPE = "\x1b]0;owned\x07"
FORGED = "Tin\n  stored 99: forged"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Khối đại đoàn kết – “Tết”", "Khối đại đoàn kết – “Tết”"),
        ("\x1b[2J\x1b]0;x\x07", r"\x1b[2J\x1b]0;x\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\nb\r\tc\u2028d\u2029\x85", r"a\nb\r\tc\u2028d\u2029\x85"),
        ("abc\u202efdp.exe\u2066\u200f", r"abc\u202efdp.exe\u2066\u200f"),
        ("\ud800\ufeff\U000e0041", r"\ud800\ufeff\U000e0041"),
        ("ខ្មែ\u200cរ a\u00a0b", "ខ្មែ\u200cរ a\u00a0b"),
    ],
)
def test_control_characters_are_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_the_detail_of_a_refusal_is_one_visible_line() -> None:
    detail = Refusal(Reason.UNREADABLE, f"the entries are no objects:\n {ESCAPE}\t\u202ex").detail
    assert detail == r"the entries are no objects: \x1b]0;owned\x07 \u202ex"


# --- tables ---

ROWS = [
    ("site", "last success", "status"),
    ("baobariavungtau", "2026-11-23 06:38", "merged into baothanhphohochiminh"),
    ("b", "–", "active"),
]


@pytest.mark.parametrize("width", [80, 66, 52])
def test_a_table_fits_and_breaks_between_words(width: int) -> None:
    lines = list(table_lines(ROWS, width=width))
    assert max(map(len, lines)) <= width
    words = {word for row in ROWS for cell in row for word in cell.split()}
    assert {word for line in lines for word in line.split()} == words


def test_a_table_that_cannot_fit_becomes_blocks() -> None:
    assert list(table_lines(ROWS, width=30))[:5] == [
        "site          baobariavungtau",
        "last success  2026-11-23 06:38",
        "status        merged into baothanhphohochiminh",
        "",
        "site          b",
    ]


def test_a_wide_table_has_a_line_for_each_row() -> None:
    assert len(list(table_lines([*ROWS, ("x" * 200, FORGED, ESCAPE)], width=None))) == 4


# --- next commands ---


@click.command(cls=Command)
@click.option("--site-file", "site_files", type=click.Path(path_type=Path), multiple=True)
@click.option("--allow-private", is_flag=True)
@archive_option
def look(site_files: tuple[Path, ...], *, allow_private: bool, folder: Path) -> None:
    if not site_files and allow_private:
        raise click.UsageError(f"{ESCAPE}: `baotinh other` lists them")
    report(["see `baotinh follow a` or `baotinh follow c`", "`baotinh other`, `baotinh one a`, `baotinh nothing`"])
    say(next_command("baotinh follow"))
    say("a title with `baotinh follow a`")


follow = click.Command("follow", params=[*look.params, click.Argument(["name"])])
other = click.Command("other", params=[each for each in look.params if each.name == "folder"])
one = click.Command("one", params=[click.Option(["--site-file"]), click.Argument(["name"])])
GROUP = click.Group("baotinh", commands=[look, follow, other, one])


def said(*arguments: str) -> list[str]:
    return CliRunner().invoke(GROUP, ["look", *arguments]).stdout.splitlines()


def test_a_next_command_repeats_what_was_typed() -> None:
    files = ("--site-file", "my files/a.toml", "--site-file", "b.toml")
    assert said(*files, "--archive", "d", "--allow-private") == [
        "see `baotinh follow a --site-file 'my files/a.toml' --allow-private --archive d` or "
        "`baotinh follow c --site-file 'my files/a.toml' --site-file b.toml --allow-private --archive d`",
        "`baotinh other --archive d`, `baotinh one a --site-file 'my files/a.toml'`, `baotinh nothing`",
        "baotinh follow --site-file 'my files/a.toml' --site-file b.toml --allow-private --archive d",
        "a title with `baotinh follow a`",
    ]
    assert said()[2] == "baotinh follow"
    wrong = CliRunner().invoke(GROUP, ["look", "--allow-private", "--archive", "d"])
    assert r"Error: \x1b]0;owned\x07: `baotinh other --archive d` lists them" in wrong.stderr
    assert complete("outside of a command: `baotinh follow a`") == "outside of a command: `baotinh follow a`"


# --- every command ---


def printing_calls(path: Path) -> Iterator[str]:
    """Calls in a module that write to the terminal."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if re.fullmatch(
                r"print|(click\.)?s?echo|click\.secho|.*[cC]onsole\.print|sys\.std(out|err)\.\w*write", name
            ):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {name}"


def test_one_module_prints() -> None:
    paths = [*(ROOT / "archive").rglob("*.py"), *(ROOT / "crawler").rglob("*.py")]
    others = [path for path in paths if str(path.relative_to(ROOT)) not in TERMINAL]
    assert [call for path in others for call in printing_calls(path)] == []
    assert any(printing_calls(ROOT / TERMINAL[0]))


def test_messages_quote_text_and_not_python_objects() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("archive", "crawler")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FormattedValue) and node.conversion == ord("r")
    ]
    assert found == []


@pytest.mark.parametrize(
    "arguments",
    [("search", "tin"), ("show", "1"), ("show", "1", "--revisions"), ("runs",), ("runs", "--wide")],
    ids=" ".join,
)
def test_hostile_text_is_shown_and_does_nothing(archive: Archive, arguments: tuple[str, ...]) -> None:
    site = f"{SITE}{ESCAPE}"
    run = archive.begin_run(site, started_at=after(), version="0.1", settings={})
    hostile = article(1, title=f"Tin {FORGED}{ESCAPE}\u202e", byline=(ESCAPE,), lead=ESCAPE, body=f"Một\n{ESCAPE}")
    archive.store(capture(hostile, run=run))
    archive.finish_run(run, finished_at=after(minutes=1), status=RunStatus.FINISHED)
    archive.close()
    done = CliRunner().invoke(
        click.Group("baotinh", commands=list(COMMANDS)), arguments, env={"BAOTINH_ARCHIVE": str(archive.folder)}
    )
    assert (done.exit_code, r"\x1b" in done.stdout) == (0, True), done.output
    assert {char for char in done.output if char != "\n" and visible(char) != char} == set()
    assert not any(line.startswith("  stored 99") for line in done.output.splitlines())

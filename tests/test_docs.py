"""The documents name every option, column, key and code, and none that does not exist."""

import ast
import json
import re
import shlex
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from archive import (
    SHARES,
    Archive,
    Attempt,
    Doubt,
    DoubtfulArticle,
    ExitCode,
    Hit,
    Holding,
    Lag,
    Outcome,
    Reason,
    ReprintMonth,
    ReprintPair,
    RunReport,
    SiteHealth,
    SourceState,
    Story,
    WaitingReading,
    languages,
)
from archive.reading.columns import COLUMNS
from archive.schema.opening import SCHEMA
from archive.writing.runs import SourceTrouble
from crawler.cli import main
from crawler.crawl.plan import Plan
from crawler.operate.expect import Shortfall
from crawler.probe.record import ArticleCheck, FieldCheck, Finding, Probe, RobotsCheck, SourceCheck
from tests.every_command import every_command

ROOT = Path(__file__).parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])
SOURCES = sorted([*ROOT.glob("archive/**/*.py"), *ROOT.glob("crawler/**/*.py")])
README, ARCHIVE, COMMANDS = ROOT / "README.md", ROOT / "docs" / "archive.md", ROOT / "docs" / "commands.md"
CONTRACT = ROOT / "docs" / "contract.md"
EXTRACTION = ROOT / "docs" / "extraction.md"

HELP = {"--help", "--version"}
"""Options that are explained once for all commands."""
INNER_TABLES = re.compile(r"_sqlite_migrations|(texts|titles)_fts_\w+|sqlite_\w+")

PAGE = """<html><head><title>Mùa cam trên Khuổi Trang</title></head><body><h1>Mùa cam trên Khuổi Trang</h1>
<p>08/01/2026 - 18:21</p><div>
<p>Trước đây, mỗi khi trời mưa, người dân Khuổi Trang phải gửi xe ở chân dốc rồi đi bộ.</p>
<p>Tuyến đường mới dài sáu cây số, rộng ba mét rưỡi, xe tải đã vào được tận vườn cam của năm mươi hộ.</p>
</div></body></html>"""
TEXT = "Mùa cam\nChiều 2-7, Ban Chỉ đạo họp về mùa cam năm 2020.\nCuộc họp bàn việc làm đường.\nHằng Nga\n"


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def sections(path: Path) -> dict[str, str]:
    """Return heading, without # and backticks → the text up to the next heading of any level."""
    parts = re.split(r"^#+ (.+)$", text_of(path), flags=re.MULTILINE)
    return {heading.replace("`", ""): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def explained(text: str) -> list[str]:
    """Return the first code word of each row of the tables in `text`."""
    return re.findall(r"^\| `([^` ]+)[^`]*`", text, re.MULTILINE)


def commands() -> dict[str, click.Command]:
    return every_command(main)


def all_names(command: click.Command) -> set[str]:
    """Return the names of a command's options."""
    given = [each for each in command.params if isinstance(each, click.Option)]
    return {name for each in given for name in (*each.opts, *each.secondary_opts)}


def options(command: click.Command) -> set[str]:
    """Return the long names of a command's options."""
    return {name for name in all_names(command) if name.startswith("--")}


# --- commands, exit codes, environment ---


def test_every_command_has_a_section_and_no_other() -> None:
    described = {heading.removeprefix("baotinh ") for heading in sections(COMMANDS) if heading.startswith("baotinh ")}
    assert described == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_is_explained_and_no_other(name: str) -> None:
    text = sections(COMMANDS)[f"baotinh {name}"]
    rows = re.findall(r"^\| (`-.*?) \|", text, re.MULTILINE)
    described = {option for row in rows for option in re.findall(r"--[a-z-]+", row)}
    assert described == options(commands()[name]) - HELP


def test_help_and_version_are_explained() -> None:
    assert all(f"{option}`" in text_of(COMMANDS) for option in HELP)


def bare_exit_codes() -> set[int]:
    """Return the whole numbers that the source has as exit codes: in errors, in `exit_code()`, in `sys.exit(…)`."""
    return {code for path in SOURCES for node in ast.walk(ast.parse(text_of(path))) for code in _codes(node)}


def _codes(node: ast.AST) -> Iterator[int]:
    named: list[ast.AST] = []
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = [node.value] if any(ast.unparse(each) == "exit_code" for each in targets) else []
    elif isinstance(node, ast.FunctionDef) and node.name == "exit_code":
        named = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "sys.exit" and node.args:
        value = node.args[0]
        named = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    for each in named:
        if isinstance(each, ast.Constant) and isinstance(each.value, int):
            yield each.value


@pytest.mark.parametrize("name", ["upgrade.md", "vi/upgrade.md"])
def test_the_newest_schema_is_the_first_of_the_upgrades(name: str) -> None:
    rows = re.findall(r"^\| [^|]+ \| (\d+) \|", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.MULTILINE)
    assert int(rows[0]) == SCHEMA


@pytest.mark.parametrize("path", [README, COMMANDS], ids=lambda path: path.stem)
def test_every_exit_code_is_explained_and_no_other(path: Path) -> None:
    described = {int(code) for code in re.findall(r"^\| (\d+) \|", sections(path)["Exit codes"], re.MULTILINE)}
    assert described == set(ExitCode)
    assert bare_exit_codes() <= set(ExitCode)


def environment() -> set[str]:
    """Return the environment variables that the program reads, itself or through click."""
    found = {str(each.envvar) for command in commands().values() for each in command.params if each.envvar is not None}
    for path in SOURCES:
        text = text_of(path)
        found |= set(re.findall(r"""os\.(?:environ(?:\.get\(|\[)|getenv\()["'](\w+)""", text))
        found |= set(re.findall(r'"(XDG_\w+)"', text))
    return found | {languages.VARIABLE, languages.LISTED, *languages.LOCALES}


def test_every_environment_variable_is_explained_and_no_other() -> None:
    assert set(explained(sections(COMMANDS)["Environment variables"])) == environment()


def test_command_lines_in_code_blocks_can_be_called() -> None:
    wrong = [f"{path.name}: {line} ({problem})" for path in DOCS for line in _lines(path) if (problem := _check(line))]
    assert not wrong, "\n".join(wrong)


def _lines(path: Path) -> Iterator[str]:
    """Yield each `baotinh …` in fenced blocks, with or without a prompt, and between backticks."""
    text = text_of(path)
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if kind in ("console", "sh", ""):
            yield from re.findall(r"^(?:\$ )?(?:\S*/)?(baotinh [^\n|]*)", block, re.MULTILINE)
    yield from (" ".join(line.split()) for line in re.findall(r"`(baotinh\s[^`|]*)`", text))


def _check(line: str) -> str | None:
    """Return what is wrong with a command line; None if it is right."""
    _, *words = shlex.split(line)
    if not words or words[0].startswith("-"):
        return None if set(words) <= HELP | {"-h"} else "unknown option"
    command = commands().get(words[0]) or commands().get(" ".join(words[:2]))
    if command is None:
        return None if len(words) == 1 and words[0] in main.commands else "unknown command"
    known = all_names(command) | HELP | {"-h", "-vv"}
    unknown = [word for word in words[1:] if word.startswith("-") and word.partition("=")[0] not in known]
    return f"unknown option {unknown[0]}" if unknown else None


# --- the archive ---


def columns(folder: Path) -> dict[str, list[str]]:
    """Return table or view of a new archive → its columns."""
    Archive.open(folder, create=True).close()
    connection = sqlite3.connect(folder / "news.db")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")]
    shown = {
        name: [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        for name in names
        if not INNER_TABLES.fullmatch(name)
    }
    connection.close()
    return shown


def test_every_table_and_view_is_explained_column_by_column(tmp_path: Path) -> None:
    stored, described = columns(tmp_path / "news"), sections(ARCHIVE)
    assert {name: explained(described.get(name, "")) for name in stored} == stored


def test_the_contract_says_of_every_table_whether_it_is_stable(tmp_path: Path) -> None:
    text = sections(CONTRACT)["Tables and views"]
    assert [name for name in columns(tmp_path / "news") if f"`{name}`" not in text] == []


def test_no_table_is_explained_that_is_not_there(tmp_path: Path) -> None:
    headings = re.findall(r"^### `(\w+)`$", text_of(ARCHIVE), re.MULTILINE)
    assert sorted(headings) == sorted(columns(tmp_path / "news"))


def test_every_reason_is_explained_with_its_outcome() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \|", sections(ARCHIVE)["Reason codes"], re.MULTILINE)
    assert dict(rows) == {reason.value: reason.outcome.value for reason in Reason}


def test_every_outcome_is_named() -> None:
    assert all(f"`{outcome}`" in sections(ARCHIVE)["captures"] for outcome in Outcome)


def test_queries_run(tmp_path: Path) -> None:
    Archive.open(tmp_path / "news", create=True).close()
    connection = sqlite3.connect(tmp_path / "news" / "news.db")
    queries = [
        sql for path in DOCS for sql in re.findall(r"^```sql\n(.*?)^```", text_of(path), re.MULTILINE | re.DOTALL)
    ]
    assert len(queries) >= 5
    for sql in queries:
        connection.execute(sql)
    connection.close()


# --- JSON ---


def run(*arguments: object, code: int = 0, stdin: str | None = None) -> Any:
    """Return the JSON that a command prints."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def names(record: object) -> list[str]:
    return [each.name for each in fields(record)]  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with one imported article."""
    (tmp_path / "cam.txt").write_text(TEXT, encoding="utf-8")
    run("import", tmp_path / "cam.txt", "--archive", tmp_path / "news", "--json")
    return tmp_path / "news"


def test_keys_of_hits_reports_and_sites() -> None:
    described = sections(COMMANDS)
    assert explained(described["A hit"]) == names(Hit)
    assert explained(described["A report of a crawl"]) == names(RunReport)
    assert all(f"`{name}`" in described["A report of a crawl"] for name in names(SourceTrouble))
    assert explained(described["A site"]) == list(run("sites", "--json")[0])


def test_search_prints_the_fields_of_hits(archive: Path) -> None:
    assert list(run("search", "mua cam", "--json", "--archive", archive)["hits"][0]) == names(Hit)


def test_keys_of_a_stored_article(archive: Path) -> None:
    described = sections(COMMANDS)
    record = run("show", "1", "--json", "--revisions", "--archive", archive)
    assert list(record.pop("revisions")[0]) == explained(described["A revision"])
    assert list(record) == [*explained(described["An article"]), *explained(described["What the archive adds"])]
    assert {column.name for column in COLUMNS} == set(record)


def test_keys_of_a_check_of_a_quotation(archive: Path) -> None:
    text = sections(COMMANDS)["A check of a quotation"]
    check = run("check-quote", "1", "mua cam", "--json", "--archive", archive, code=3)
    assert list(check) == explained(text)
    assert_named(check["places"][0], text)


def test_keys_of_statistics(archive: Path) -> None:
    text = sections(COMMANDS)["Statistics"]
    stats = run("stats", "--json", "--archive", archive)
    assert list(stats) == explained(text)
    assert_named([*stats["all"], *stats["all"]["shares"], *stats["growth"][0]], text)


def test_keys_of_reprints(archive: Path) -> None:
    found = run("stats", "reprints", "--json", "--archive", archive)
    described = sections(COMMANDS)["Reprints"]
    assert_named([*found, *found["outlets"][0], *names(ReprintPair), *names(ReprintMonth)], described)


def test_keys_of_a_withholding_and_of_changes(archive: Path) -> None:
    described = sections(COMMANDS)
    for words in (["--history"], ["--diff", "1", "1"]):
        found = run("show", "1", *words, "--json", "--archive", archive)
        assert_named(found if isinstance(found, dict) else found[0], described["Changes of a text"])
    withheld = run("withhold", "1", "--reason", "x", "--json", "--archive", archive)
    assert explained(described["A withholding"]) == list(withheld)
    assert_named(run("show", "1", "--json", "--archive", archive), described["A withholding"])


def test_keys_of_a_doubtful_article() -> None:
    text = sections(COMMANDS)["A doubtful article"]
    assert explained(text) == names(DoubtfulArticle)
    assert_named(names(WaitingReading), text)


def test_keys_of_an_import(archive: Path, tmp_path: Path) -> None:
    described = sections(COMMANDS)
    again = run("import", tmp_path / "cam.txt", "--archive", archive, "--json")
    assert list(again) == [*explained(described["An import"]), *explained(described["An article"])]
    (tmp_path / "note.txt").write_text("Một dòng\n", encoding="utf-8")
    refused = run("import", tmp_path / "note.txt", "--archive", archive, "--json", code=3)
    assert_named(refused, described["An import"])


def test_keys_of_an_extraction(tmp_path: Path) -> None:
    described = sections(COMMANDS)
    page, empty = tmp_path / "page.html", tmp_path / "empty.html"
    page.write_text(PAGE, encoding="utf-8")
    empty.write_text("", encoding="utf-8")
    *shown, time = [*explained(described["An article"]), *explained(described["An answer of extract"])]
    assert list(run("extract", page, "--json")) == shown
    assert list(run("extract", "--jsonl", stdin=json.dumps({"html_path": str(page)}))) == [*shown, time]
    assert_named(run("extract", empty, "--json", code=3), described["An answer of extract"])
    assert_named(run("extract", "--jsonl", stdin="no JSON"), described["An answer of extract"])


def test_keys_of_a_check_up_a_plan_and_an_explanation() -> None:
    described = sections(COMMANDS)
    added = ["yield", "shares", "problems", "exit_code", "disk"]
    assert explained(described["A check-up"]) == ["site", *names(SiteHealth)[1:], *added]
    assert_named([*names(Lag), *names(SourceState), *names(Shortfall)], described["A check-up"])
    assert explained(described["A plan"]) == names(Plan)
    assert explained(described["An explanation"]) == list(run("why", "https://bao.example/", "--json"))
    for part in (Story, Attempt, Holding):
        assert_named(names(part), described["An explanation"])


def test_what_is_compared_with_the_past_is_named() -> None:
    assert_named(SHARES, sections(COMMANDS)["What is expected of a crawl"])
    assert_named(SHARES, sections(ROOT / "docs" / "site-files.md")["Expectations"])


def test_keys_of_a_probe() -> None:
    text = sections(COMMANDS)["A probe"]
    assert explained(text) == [*names(Probe), "exit_code"]
    for part in (RobotsCheck, SourceCheck, ArticleCheck, FieldCheck, Finding):
        assert_named(names(part), text)


def assert_named(keys: Iterable[str], text: str) -> None:
    assert [key for key in keys if f"`{key}`" not in text] == []


# --- extraction ---


def test_every_file_of_the_extractor_is_on_the_trip() -> None:
    files = {path.name for path in (ROOT / "crawler" / "extract").glob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"`(\w+\.py)`", text_of(EXTRACTION))) == files


def test_every_source_is_explained() -> None:
    """Sources are the constants of this shape in the extractor; what follows the colon may vary."""
    shape = re.compile(r"(?:generic|layout|meta|ld|text):|(?:generic|sign-off|archivist)$")
    described = {source.partition(":")[0] for source in explained(sections(EXTRACTION)["Sources"])}
    used = {
        node.value
        for path in (ROOT / "crawler" / "extract").glob("*.py")
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and shape.match(node.value)
    }
    assert {source.partition(":")[0] for source in used if " " not in source} <= described
    fixed = {source for source in used if source.startswith("text:")}
    assert fixed <= set(explained(sections(EXTRACTION)["Sources"]))


def test_every_doubt_is_explained() -> None:
    assert explained(sections(EXTRACTION)["Doubts"]) == [doubt.value for doubt in Doubt]


# --- links ---


def anchor(heading: str) -> str:
    """The anchor that Git hosts make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(path)):
        if target.startswith(("http://", "https://")):
            continue
        name, _, part = target.partition("#")
        file = path.parent / name if name else path
        assert file.exists(), target
        assert not part or part in {anchor(heading) for heading in sections(file)}, target


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_prose_names_no_place_of_its_writing(path: Path) -> None:
    assert not re.findall(r"/work/|/root/|/tmp/|/home/", text_of(path))

"""The contract for scripts: every JSON answer has a schema, and what the commands print in real runs is valid by it."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator, FormatChecker

from archive import VIETNAM, Archive, Doubt, Outlet
from archive.contract import FOLDER, schema_names, schema_text
from crawler.cli import main
from crawler.demo.serve import SampleWeb, serve
from tests.archive.build import HOME, SITE, START, after, article, capture
from tests.archive.stories import CA_MAU, FLOOD, HA_GIANG, story, with_outlets
from tests.blocks import run_blocks
from tests.command import run_command
from tests.contract.__main__ import text_of
from tests.contract.answers import ANSWERS
from tests.crawler.foreign import SITE_FILE, members, response
from tests.every_command import every_command
from tests.test_docs import CONTRACT, PAGE

WITHOUT_COMMAND = {"article", "operation"}
"""Schemas of what is not printed with --json."""
PRINTED = sorted(ANSWERS.keys() - {"cluster-status"})
"""What real runs print here; tests/crawler/test_cluster.py checks the other one, with a Redis."""
BY_LINE = {"article", "operation", "crawl", "reparse", "extract", "import"}
"""What is printed as one object in each line."""
FORMATS = FormatChecker(())


@FORMATS.checks("date-time", raises=ValueError)  # type: ignore[untyped-decorator]
def is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("date", raises=ValueError)  # type: ignore[untyped-decorator]
def is_day(value: object) -> bool:
    return not isinstance(value, str) or (datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=VIETNAM) is not None)


# --- the files ---


def json_commands() -> set[str]:
    return {
        name.replace(" ", "-")
        for name, command in every_command(main).items()
        if any("--json" in each.opts for each in command.params if isinstance(each, click.Option))
    }


def test_every_json_option_has_a_schema_and_no_other() -> None:
    assert set(schema_names()) - WITHOUT_COMMAND == json_commands()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_shipped_schema_is_that_of_the_types(name: str) -> None:
    assert schema_text(name) == text_of(name), "run `make contract`, and raise VERSION in archive/contract/__init__.py"
    Draft202012Validator.check_schema(json.loads(schema_text(name)))


def test_each_file_is_of_a_type() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(ANSWERS)


def test_the_command_prints_and_lists_them() -> None:
    listed = CliRunner().invoke(main, ["schema"]).stdout
    assert all(f"\n{name} " in listed for name in ANSWERS)
    assert CliRunner().invoke(main, ["schema", "article"]).stdout == schema_text("article")
    unknown = CliRunner().invoke(main, ["schema", "articel"])
    assert (unknown.exit_code, "article" in unknown.stderr) == (2, True)


def test_the_blocks_of_the_document_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_blocks(CONTRACT)["schema"] == json.loads(schema_text("article"))
    assert capsys.readouterr().out.startswith("urn:baotinh:contract:")


# --- real runs ---


class Runs:
    """A folder in which the commands run one after another, and what each printed."""

    def __init__(self, folder: Path, web: SampleWeb) -> None:
        self.folder = folder
        self.printed: dict[str, list[Any]] = {}
        for name, text in web.site_files.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        self.sites = [f"{name}.toml" for name in web.site_files]

    def __call__(self, name: str, *words: object, code: int = 0, stdin: str = "") -> None:
        """Run a command whose answer has the schema `name`."""
        command = "export" if name in WITHOUT_COMMAND else name
        done = run_command([command, *words], self.folder, stdin=stdin)
        assert done.returncode == code, (name, words, done.returncode, done.stderr)
        documents = done.stdout.splitlines() if name in BY_LINE else [done.stdout]
        self.printed.setdefault(name, []).extend(map(json.loads, documents))


def fill(folder: Path) -> None:
    """Make an archive with an edited, a doubtful and a waiting article."""
    with Archive.open(folder, create=True) as archive:
        archive.register(Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang"), at=START)
        whole = article(1, lead="Sapo của tin.", byline=("Lê A",), sources={"body": "layout:mau-2025"})
        archive.store(capture(whole))
        archive.store(capture(replace(whole, title="Tin số 1, đã sửa"), after(hours=1)))
        doubt = (Doubt.LITTLE_TEXT,)
        archive.store(capture(replace(whole, body="Họp.", sources={"body": "generic"}, doubts=doubt), after(days=2)))
        archive.store(capture(article(2, doubts=doubt)))
        archive.store(capture(article(3)))
        with_outlets(archive)
        archive.store(story(HA_GIANG, FLOOD, number=9, source_credit="TTXVN"))
        archive.store(story(CA_MAU, FLOOD[:3], after(hours=1), number=9, lead_mark="(HGO)"))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Any]]]:
    """What the commands printed in real runs, by the name of the schema."""
    folder = tmp_path_factory.mktemp("contract")
    fill(folder / "news-archive")
    with serve(port=0) as web:
        run = Runs(folder, web)
        read(run)
        decide(run)
        crawl(run)
        import_and_extract(run)
        care(run)
        yield run.printed


def read(run: Runs) -> None:
    run("search", "tin", "--json")
    run("search", "tin", "--facets", "--json")
    for words in ([], ["--revisions"], ["--history"], ["--diff"]):
        run("show", 1, *words, "--json")
    run("check-quote", 1, "Tin số 1", "--json")
    run("copies", "update", "--json")
    run("copies", f"https://{CA_MAU}.example/tin/9.html", "--json")
    run("check-quote", 1, "không có", "--json", code=3)
    run("stats", "--json")
    run("stats", "reprints", "--json")
    run("trend", "tin", "--json")
    run("kwic", "tin", "--json")
    run("coverage", "--year", 2025, "--json")
    run("coverage", SITE, "--year", 2025, "--json")
    run("why", f"{HOME}tin/1.html", "--json")
    run("why", f"{HOME}tin/999.html", "--json")
    run("doubts", "--json")
    run("article")
    run("changes", "--json")


def decide(run: Runs) -> None:
    run("doubts", "--accept", 2, "--json")
    run("correct", 3, "--title", "Đầu đề đúng", "--published", "2025-07-01", "--by", "Lan", "--json")
    run("withhold", 3, "--reason", "court order", "--until", "2099-01-01", "--by", "Lan", "--json")
    run("show", 3, "--json")
    run("operation", "--after", run.printed["changes"][0]["cursor"])
    run("withhold", "--json")
    run("withhold", 3, "--lift", "--by", "Lan", "--json")


def crawl(run: Runs) -> None:
    first, second, _ = run.sites
    private = ("--allow-private", "--delay", 0)
    run("crawl", "--site-file", first, *private, "--limit", 3, "--json")
    run("crawl", "--site-file", first, *private, "--dry-run", "--json")
    run("runs", "--json")
    run("health", "--site-file", first, "--json")
    run("reparse", "--site-file", first, "--again", "--json")
    run("sites", "--json")
    run("config", "--json")
    run("check-sites", "--json")
    run("probe", "--site-file", first, *private, "--json")
    run("probe", "--site-file", first, "--site-file", second, *private, "--json")


def import_and_extract(run: Runs) -> None:
    files = {
        "cam.txt": "Mùa cam\nChiều 2-7, Ban Chỉ đạo họp về mùa cam năm 2020.\nHằng Nga\n",
        "note.txt": "Một dòng\n",
    }
    files |= {"page.html": PAGE, "empty.html": "", "cu.toml": SITE_FILE}
    for name, text in files.items():
        (run.folder / name).write_text(text, encoding="utf-8")
    (run.folder / "old.warc.gz").write_bytes(members(response(1), response(2)))
    run("import", "cam.txt", "note.txt", "--json", code=3)
    run("import", "old.warc.gz", "--site-file", "cu.toml", "--json")
    run("extract", "page.html", "empty.html", "--json", code=3)
    run("extract", "--jsonl", stdin='{"html_path": "page.html"}\n{"html_path": "empty.html"}\nno JSON\n')
    run("new-site", "page.html", "--url", "https://baomoi.example/tin/mua-cam-100012.html", "--json")


def care(run: Runs) -> None:
    run("verify", "--json")
    run("verify", "--head", "--json")
    run("backup", "backup", "--json")
    run("pack", "news.wacz", "--json")
    run("merge", "backup", "--json")
    run("rebuild", "new", "--compare", "news-archive", "--json")
    (run.folder / "backup" / "news.db").write_bytes(b"SQLite format 3\0" + b"damaged" * 1000)
    run("verify", "--archive", "backup", "--json", code=5)
    run("repair", "--archive", "backup", "--json")


def closed(schema: Any) -> Any:
    """Return a schema that allows no other keys than those it names: the shipped one leaves room for new ones."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    tight = {name: closed(each) for name, each in schema.items()}
    return {"additionalProperties": False, **tight} if isinstance(schema.get("properties"), dict) else tight


def branches(name: str) -> list[Draft202012Validator]:
    """Return a validator for each form that an answer may have."""
    whole = closed(json.loads(schema_text(name)))
    forms = whole.pop("anyOf", None)
    schemas = [whole] if forms is None else [{**copy.deepcopy(whole), **form} for form in forms]
    return [Draft202012Validator(schema, format_checker=FORMATS) for schema in schemas]


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed_is_valid_and_each_form_was_seen(printed: dict[str, list[Any]], name: str) -> None:
    forms = branches(name)
    seen = set()
    for document in printed[name]:
        fitting = [number for number, form in enumerate(forms) if form.is_valid(document)]
        assert fitting, "\n".join(error.message[:300] for form in forms for error in form.iter_errors(document))
        seen.update(fitting)
    assert seen == set(range(len(forms)))


@pytest.mark.parametrize("name", PRINTED)
def test_a_new_key_breaks_no_script(printed: dict[str, list[Any]], name: str) -> None:
    document = copy.deepcopy(printed[name][0])
    (document[0] if isinstance(document, list) else document)["new_key"] = 1
    assert Draft202012Validator(json.loads(schema_text(name))).is_valid(document)


def test_a_schema_refuses_what_is_no_article(printed: dict[str, list[Any]]) -> None:
    validator = Draft202012Validator(json.loads(schema_text("article")), format_checker=FORMATS)
    good = printed["article"][0]
    for wrong in ({"uid": 7}, {"published_at": "08/01/2026"}, {"status": "lost"}, {"byline": "Lê A"}):
        assert not validator.is_valid({**good, **wrong})
    assert not validator.is_valid({name: value for name, value in good.items() if name != "url"})

"""`from archive import Archive`: its promises to scripts, and the blocks of docs/python.md."""

import re
import subprocess
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import archive as door
from archive import Archive, ArchiveClosed, ArchiveError, NoSuchArticle, NoSuchRun, RunStatus
from tests.archive.build import SITE, START, address, after, article, capture
from tests.blocks import blocks, run_blocks

ROOT = Path(door.__file__).parents[1]
DOCS = ROOT / "docs" / "python.md"
BLOCKS = blocks(DOCS, "python")


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.store(capture(article(1, title="Khối đại đoàn kết", byline=("Lê A",))))
    archive.store(capture(article(1, title="Khối đại đoàn kết toàn dân", byline=("Lê A",)), after(hours=1)))
    archive.store(capture(article(2, published_at=None, published_precision=None)))
    archive.commit()
    return archive


# --- docs/python.md ---


def test_the_blocks_run(filled: Archive, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    filled.close()
    filled.folder.rename(filled.folder.with_name("news-archive"))
    monkeypatch.chdir(filled.folder.parent)
    names = run_blocks(DOCS)
    assert (len(names["hits"]), names["words"], names["seen"]) == (1, 20, names["stored"].change_seq)
    assert names["by_month"].to_dict() == {("2025-07", SITE): 1}
    assert "Khối đại đoàn kết toàn dân" in capsys.readouterr().out


def test_every_exported_name_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(door.__all__)


# --- types ---


def test_every_type_of_the_door_is_exported() -> None:
    assert {each.__name__ for each in types_of_the_door()} - set(door.__all__) == set()
    assert {each.__name__ for each in subclasses(ArchiveError)} - set(door.__all__) == set()


def types_of_the_door() -> set[type]:
    """Return our classes in the signatures of Archive and Agenda, with those in their fields and properties."""
    found: set[type] = set()
    wanted: list[Any] = [Archive, door.Agenda]
    while wanted:
        each: Any = wanted.pop()
        wanted += typing.get_args(each)
        if isinstance(each, type) and each.__module__.startswith("archive.") and each not in found:
            found.add(each)
            if is_dataclass(each):
                wanted += typing.get_type_hints(each).values()
            for method in public_methods(each):
                wanted += typing.get_type_hints(method).values()
    return found


def public_methods(owner: type) -> Iterator[Callable[..., Any]]:
    for name, member in vars(owner).items():
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if not name.startswith("_") and callable(function) and not issubclass(owner, Enum):
            yield function


def subclasses(of: type[ArchiveError]) -> Iterator[type[ArchiveError]]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


@pytest.mark.parametrize("package", ["archive", "crawler"])
def test_the_packages_say_that_they_are_typed(package: str) -> None:
    assert (files(package) / "py.typed").is_file()


def test_mypy_finds_the_types_of_the_installed_archive(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    blocks = [block for block in BLOCKS if "pandas" not in block]
    reveal = ("stored.article", "stored.status", "hits", "archive.revisions(1)[0].cause", "archive.runs()[0].status")
    script.write_text("\n".join([*blocks, *(f"reveal_type({each})" for each in reveal)]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-color-output", "--config-file=", script.name],
        cwd=tmp_path,  # not the repository: the package that is installed
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    revealed = re.findall(r'Revealed type is "(.*)"', done.stdout)
    assert done.returncode == 0, done.stdout
    assert revealed == [
        "archive.record.Article",
        "archive.record.ArticleStatus",
        "list[archive.reading.search.Hit]",
        "archive.record.TextCause",
        "archive.writing.runs.RunStatus",
    ]


def test_dates_are_datetimes(filled: Archive) -> None:
    run = filled.begin_run(SITE, started_at=START, version="test", settings={})
    filled.finish_run(run, finished_at=after(minutes=1), status=RunStatus.FINISHED)
    stored, story, health = filled.get(1), filled.story(address(1)), filled.health(SITE, at=after(days=1))
    assert story
    assert health
    records: list[Any] = [*filled.search("khối"), stored, stored.article, *filled.revisions(1), story, *story.attempts]
    records += [health, health.last_run, *filled.site_totals().values()]
    values = [(each.name, getattr(record, each.name)) for record in records for each in fields(record)]
    dates = {name: value for name, value in values if name == "at" or name.endswith("_at")}
    assert {"published_at", "first_seen_at", "last_seen_at", "last_changed_at", "seen_at", "started_at"} <= set(dates)
    wrong = {name: value for name, value in dates.items() if not isinstance(value, datetime | None)}
    assert wrong == {}


# --- opening, finding, closing ---


def test_a_folder_is_a_path_or_its_text(folder: Path) -> None:
    Archive.open(str(folder), create=True).close()
    with Archive.open(folder) as archive:
        assert (archive.folder, list(archive.articles())) == (folder, [])


def test_get_takes_a_number(filled: Archive) -> None:
    assert filled.get(2).article.url == address(2)
    assert [text.n for text in filled.revisions(1)] == [1, 2]
    for number in (0, -1, 3, 2**63, 10**30):
        with pytest.raises(NoSuchArticle):
            filled.get(number)
    for text in ("²", "9" * 18, "9" * 19, "9" * 5000, "-1"):
        with pytest.raises(NoSuchArticle):
            filled.get(text)


def test_a_run_that_is_unknown(filled: Archive) -> None:
    calls: list[Callable[[int], object]] = [filled.report, filled.history, filled.agenda]
    for call in calls:
        with pytest.raises(NoSuchRun, match="no run 77"):
            call(77)
    with pytest.raises(NoSuchRun):
        filled.finish_run(77, finished_at=START, status=RunStatus.FINISHED)


CALLS: dict[str, Callable[[Archive], object]] = {
    "get": lambda archive: archive.get(1),
    "search": lambda archive: archive.search("khoi"),
    "articles": lambda archive: list(archive.articles()),
    "changes": lambda archive: list(archive.changes()),
    "runs": lambda archive: archive.runs(),
    "site_totals": lambda archive: archive.site_totals(),
    "story": lambda archive: archive.story(address(1)),
    "store": lambda archive: archive.store(capture(article(3))),
    "commit": lambda archive: archive.commit(),
    "begin_run": lambda archive: archive.begin_run(SITE, started_at=START, version="1", settings={}),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_closed_archive_says_so(filled: Archive, name: str) -> None:
    filled.close()
    with pytest.raises(ArchiveClosed, match="was closed by this program"):
        CALLS[name](filled)


def test_an_archive_that_is_closed_during_an_iteration(filled: Archive) -> None:
    stored = filled.articles()
    next(stored)
    filled.close()
    with pytest.raises(ArchiveClosed):
        next(stored)


def test_python_m_archive(filled: Archive) -> None:
    filled.commit()
    command = [sys.executable, "-m", "archive", "search", "doan ket", "--archive", str(filled.folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "Khối đại đoàn kết toàn dân"

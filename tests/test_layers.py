"""Which room may import which, checked in the source; and `archive`, run without Scrapy.

A room is a folder or a module directly below one of the two packages.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import archive

ROOT = Path(__file__).parents[1]
ORDER = {
    "archive": (
        *("languages", "phrases", "recall", "os_errors"),
        *("errors", "outcomes", "files", "disk", "fold", "places", "safe_text", "spelling", "exchange", "record"),
        *(
            "compressed",
            "sameness",
            "story_text",
            "shingles",
            "times",
            "months",
            "plain",
            "rows",
            "clean",
            "evidence",
            "warc",
            "writing",
            "reading",
        ),
        *("schema", "citing", "session", "copies", "decisions", "store", "care", "__init__", "export", "publish"),
        *("contract", "cli", "__main__"),
    ),
    "crawler": (
        *("__init__", "errors", "contact", "user_folders", "page", "site", "templates", "urls", "json_answers"),
        *("extract", "discover"),
        *("site_files", "operate", "workers", "fetch", "settings", "spiders", "pipelines", "crawl", "reader"),
        *("reparse", "imports", "probe", "new_site", "browser", "cluster", "demo", "configuration", "verbs", "cli"),
    ),
}
"""The rooms of each package, from the lowest to the highest: a room imports from itself and from rooms before it.

`__init__` is the door of `archive`: rooms above it may use it, rooms below it may not.
"""
MOST_LOOSE = 14
"""Most modules directly in crawler/: a stranger should see rooms, not files."""
PURE = ("crawler/extract", "crawler/discover")
OUTSIDE = frozenset(("scrapy", "twisted", "sqlite3", "sqlite_utils", "httpx", "socket", "time", "click", "rich"))
"""Modules for network, database, clock and terminal."""
FORBIDDEN = {
    "archive": frozenset(("crawler", "scrapy", "lxml", "bs4", "selectolax", "dateparser", "parsel", "twisted")),
    **dict.fromkeys(PURE, OUTSIDE),
}
"""Folder → modules that no file in it may import, neither at the top nor inside a function."""
CLOCKS = frozenset(("now", "utcnow", "today"))
"""Methods of datetime and date that read the clock; nothing else in these rooms has methods of these names."""
JOINED = "archive.cli"
"""The only module of `archive`, beside the package itself, that the crawler imports: both share one command."""
MOMENT = datetime(2026, 1, 8, 18, 21, tzinfo=archive.VIETNAM)
NAMELESS = frozenset(("utils", "util", "helpers", "helper", "common", "base", "manager", "misc"))

WITHOUT_SCRAPY = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Blocker())
import runpy
runpy.run_module("archive", run_name="__main__")
"""


def modules(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"no module in {folder}"
    return found


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each imported module, with the names that are imported from it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the whole name of the module instead of a relative import"
            yield node.module or "", tuple(alias.name for alias in node.names)


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def module_path(module: str) -> Path | None:
    """Return the file of a module of this project; None for any other module."""
    if module.partition(".")[0] not in ORDER:
        return None
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def room(path: Path) -> tuple[str, str]:
    """Return package and room of a module."""
    package, name, *_ = path.relative_to(ROOT).with_suffix("").parts
    return package, name


def imported_files(path: Path) -> Iterator[Path]:
    """Yield the project's files that a module imports; for an export of `archive`, the file that defines it."""
    for module, taken in imports(path):
        if (found := module_path(module)) is None:
            continue
        behind = dict(exports()) if module == "archive" and room(path)[0] == "crawler" else {}
        yield from {behind.get(name, submodule(module, name) or found) for name in taken} or {found}


def exports() -> Iterator[tuple[str, Path]]:
    """Yield each name that `archive/__init__.py` imports, with the file that defines it."""
    for module, taken in imports(ROOT / "archive" / "__init__.py"):
        if found := module_path(module):
            yield from ((name, found) for name in taken)


def submodule(module: str, name: str) -> Path | None:
    """Return the file of a module that is imported as a name: `from crawler.extract import gate`."""
    found = module_path(f"{module}.{name}")
    return found if found and found.exists() else None


def reached_from(folder: str) -> set[Path]:
    """Return the modules of a folder, and all modules of the project that they import, directly or not."""
    reached: set[Path] = set()
    waiting = modules(folder)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += imported_files(path)
    return reached


@pytest.mark.parametrize("package", ORDER)
def test_every_room_has_its_place_in_the_order(package: str) -> None:
    assert {room(path)[1] for path in modules(package)} == set(ORDER[package])


@pytest.mark.parametrize("package", ORDER)
def test_imports_follow_the_order_of_rooms(package: str) -> None:
    order = ORDER[package].index
    upward = [
        f"{place(path)} imports {place(other)}"
        for path in modules(package)
        for other in imported_files(path)
        if room(other)[0] == package and order(room(other)[1]) > order(room(path)[1])
    ]
    assert not upward, "\n".join(upward)


def test_few_files_lie_loose_in_the_crawler() -> None:
    assert len(list((ROOT / "crawler").glob("*.py"))) <= MOST_LOOSE


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_room_does_not_know_what_it_must_not(folder: str) -> None:
    reached = reached_from(folder) if folder in PURE else modules(folder)
    known = {(place(path), module) for path in reached for module, _ in imports(path)}
    assert {each for each in known if each[1].partition(".")[0] in FORBIDDEN[folder]} == set()


def test_the_crawler_uses_the_door_of_the_archive() -> None:
    """The crawler imports only names that `archive/__init__.py` exports, and the commands in `archive.cli`."""
    wrong = [
        f"{place(path)}: {module} {', '.join(taken)}".rstrip()
        for path in modules("crawler")
        for module, taken in imports(path)
        if module.partition(".")[0] == "archive"
        and module != JOINED
        and not (module == "archive" and taken and set(taken) <= set(archive.__all__))
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_command_line_knows_the_command_line_of_the_archive() -> None:
    users = [place(path) for path in modules("crawler") for module, _ in imports(path) if module == JOINED]
    assert {user for user in users if not user.startswith("crawler/verbs/")} == {"crawler/cli.py"}


@pytest.mark.parametrize("folder", PURE)
def test_pure_rooms_have_no_clock(folder: str) -> None:
    calls = [
        f"{place(path)}:{node.lineno} {ast.unparse(node.func)}"
        for path in reached_from(folder)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]
    assert not calls, "\n".join(calls)


def test_a_file_name_says_what_is_in_it() -> None:
    assert [place(path) for folder in ("archive", "crawler") for path in modules(folder) if path.stem in NAMELESS] == []


def test_a_researcher_searches_without_the_crawler_and_its_libraries(tmp_path: Path) -> None:
    with archive.Archive.open(tmp_path / "news", create=True) as opened:
        article = archive.Article(url="https://baomau.example/1.html", title="Mùa cam", body="Đường lên Khuổi Trang.")
        opened.store(
            archive.Capture(
                url=article.url,
                kind=archive.Kind.ARTICLE,
                fetched_at=MOMENT,
                status=200,
                body=b"page",
                article=article,
            )
        )
    program = WITHOUT_SCRAPY.format(blocked=FORBIDDEN["archive"])
    for words, found in (("khuoi trang", "Mùa cam"), ("khuối trang", "")):
        done = subprocess.run(
            [sys.executable, "-c", program, "search", words, "--archive", str(tmp_path / "news")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert found in done.stdout
        assert bool(found) == bool(done.stdout)

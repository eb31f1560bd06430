"""Who may know whom: read from the source, and tried with Scrapy taken away."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import archive

ROOT = Path(__file__).parents[1]
PURE = ("crawler/extract", "crawler/discover")
OUTSIDE = frozenset(("scrapy", "twisted", "sqlite3", "sqlite_utils", "httpx", "socket", "time", "click", "rich"))
"""Network, database, clock and terminal."""
FORBIDDEN = {
    "archive": frozenset(("crawler", "scrapy", "lxml", "bs4", "selectolax", "dateparser", "parsel", "twisted")),
    **dict.fromkeys(PURE, OUTSIDE),
}
"""Folder → modules that nothing in it imports, at its top or inside a function."""
CLOCKS = frozenset(("now", "utcnow", "today"))
"""Methods of datetime and date; nothing else in these rooms has methods of these names."""
JOINED = "archive.cli"
"""The one module beside the package itself that the crawler imports: the command is one."""
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
    """Each imported module with the names that are taken out of it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides who is known"
            yield node.module or "", tuple(alias.name for alias in node.names)


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_room_does_not_know_what_it_must_not(folder: str) -> None:
    known = {(place(path), module) for path in modules(folder) for module, _ in imports(path)}
    assert {each for each in known if each[1].partition(".")[0] in FORBIDDEN[folder]} == set()


def test_the_crawler_uses_the_door_of_the_archive() -> None:
    """`from archive import …` of what `archive/__init__.py` exports, and the commands of `archive.cli`."""
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
        for path in modules(folder)
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

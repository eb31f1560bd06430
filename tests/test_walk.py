"""A walk of all commands over archives that are missing, empty, foreign, damaged, locked or not to be written.

Each ends with the exit code that the documents name, and says what is wrong and what to do. Exit code 0 means that
something was checked, read or done.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from archive import ExitCode
from crawler.cli import main
from tests.command import run_command
from tests.every_command import every_command

TEXT = "Mùa cam\nChiều 2-7, Ban Chỉ đạo họp về mùa cam năm 2020.\nCuộc họp bàn việc làm đường.\nHằng Nga\n"
DONE, WRONG, LESS = ExitCode.DONE, ExitCode.WRONG_CALL, ExitCode.LESS_THAN_EXPECTED
UNUSABLE, BUSY = ExitCode.ARCHIVE_UNUSABLE, ExitCode.BUSY
NOT_YET = "there is no archive in news-archive yet"
LANGUAGES = ("en", pytest.param("vi", marks=pytest.mark.drill))
HASTY = "from archive.schema import connections, opening; opening.BUSY_SECONDS = connections.BUSY_SECONDS = 0.1\n"
"""Waits no half minute for a writer."""
NOBODY = "import os; os.setuid(65534)\n"
"""Root may write everything."""

READERS = {
    "changes": [],
    "coverage": [],
    "doubts": [],
    "export": ["--output", "-"],
    "runs": [],
    "search": ["cam"],
    "show": ["1"],
    "stats": [],
    "trend": ["cam"],
    "kwic": ["cam"],
    "verify": ["--deep"],
}
COPIERS = {"backup": ["copy"], "pack": ["copy.wacz"]}
"""They read the archive, and write beside it."""
WRITERS = {
    "copies": ["update"],
    "correct": ["1", "--byline", "Hằng Nga", "--reason", "x"],
    "crawl": ["baokhanhhoa", "--contact", "a@bao.example"],
    "import": ["cam.txt"],
    "merge": ["other"],
    "withhold": ["1", "--reason", "x"],
}
KNOWING = {
    "crawl": ["baokhanhhoa", "--dry-run", "--contact", "a@bao.example"],
    "sites": [],
    "why": ["https://baokhanhhoa.vn/"],
}
"""They know something without an archive too."""
OTHERS = {"health", "init", "mcp", "notify", "rebuild", "repair", "reparse", "schedule", "serve"}
"""They are walked one by one."""
WITHOUT = {"check-quote", "check-sites", "config", "demo", "extract", "new-site", "probe", "schema"}
"""They need no archive, or are `show` and `crawl` again."""
IN_TEST_CLUSTER = {
    f"cluster {part}" for part in ("init", "worker", "tick", "status", "drain", "move", "collect", "reparse")
}
"""tests/crawler/test_cluster.py and test_cluster_archives.py walk them."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of one article, an empty one, and a text."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "cam.txt").write_text(TEXT, encoding="utf-8")
    assert run_command(["import", "cam.txt", "--archive", "full"], folder).returncode == 0
    assert run_command(["init", "--archive", "other"], folder).returncode == 0
    return folder


def _missing(folder: Path) -> None:
    shutil.rmtree(folder)


def _empty(folder: Path) -> None:
    _missing(folder)
    folder.mkdir()


def _file(folder: Path) -> None:
    _missing(folder)
    folder.touch()


def _letters(folder: Path) -> None:
    _empty(folder)
    (folder / "letters.doc").touch()


def _foreign(folder: Path) -> None:
    _empty(folder)
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        connection.execute("CREATE TABLE t (x)")


def _newer(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        connection.execute("PRAGMA user_version = 99")


def _cut(folder: Path) -> None:
    os.truncate(folder / "news.db", 40960)


def _zero(folder: Path) -> None:
    os.truncate(folder / "news.db", 0)


def _noise(folder: Path) -> None:
    (folder / "news.db").write_bytes(bytes(range(256)) * 32)


def _closed(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder, folder.parent):
        path.chmod(0o555 if path.is_dir() else 0o444)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "news.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


Spoil = Callable[[Path], None]
UNUSABLE_STATES: dict[str, tuple[Spoil, ExitCode, str]] = {
    "missing": (_missing, WRONG, "no archive in news-archive: is its disk mounted?"),
    "empty": (_empty, WRONG, "no archive in news-archive: is its disk mounted?"),
    "file": (_file, WRONG, "news-archive is not an archive: it is a file"),
    "letters": (_letters, WRONG, 'it holds "letters.doc" and no news.db; name another folder'),
    "foreign": (_foreign, WRONG, "it is an SQLite database of something else; name another folder"),
    "newer": (_newer, UNUSABLE, "has schema 99, and this program knows up to"),
    "cut": (_cut, UNUSABLE, "it is cut: 40960 bytes of"),
    "zero": (_zero, UNUSABLE, "it is empty: 0 bytes"),
    "noise": (_noise, UNUSABLE, "it does not begin like an SQLite database"),
}
"""State → how an archive gets into it, the exit code of the commands that need it, and a part of what they say."""


@pytest.fixture
def spoilt(made: Path) -> Iterator[Callable[[Spoil], Path]]:
    """A function that returns a folder to work in, whose `news-archive` was spoilt; any user may enter it."""
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)

        def call(spoil: Spoil) -> Path:
            folder = Path(place) / "work"
            shutil.copytree(made, folder)
            (folder / "full").rename(folder / "news-archive")
            spoil(folder / "news-archive")
            return folder

        yield call


def walk(folder: Path, name: str, *words: str, language: str = "en", before: str = "") -> tuple[int, str]:
    """Run a command, and return its exit code and what it says on standard error, in one line."""
    environment = f"import os; os.environ['BAOTINH_LANG'] = {language!r}\n"
    done = run_command([name, *words], folder, before=environment + HASTY + before)
    assert "Traceback" not in done.stderr, f"{name}: {done.stderr}"
    said = done.stderr + done.stdout
    assert done.returncode == 0 or said.strip(), f"{name} ended with {done.returncode} and said nothing"
    return done.returncode, " ".join(said.split())


def test_every_command_is_walked_or_needs_no_archive() -> None:
    assert {*READERS, *COPIERS, *WRITERS, *KNOWING, *OTHERS, *WITHOUT, *IN_TEST_CLUSTER} == set(every_command(main))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", UNUSABLE_STATES)
def test_an_archive_that_cannot_be_used(spoilt: Callable[[Spoil], Path], state: str, language: str) -> None:
    spoil, code, said = UNUSABLE_STATES[state]
    folder = spoilt(spoil)
    is_there = state not in ("missing", "empty")
    for name, words in {**READERS, **COPIERS, "health": [], "reparse": [], "serve": [], "mcp": [], **WRITERS}.items():
        if name == "import" and not is_there:
            continue  # it makes one
        found, told = walk(folder, name, *words, language=language)
        assert (found, said in told or language != "en") == (code, True), f"{name}: {told}"
        assert code is not UNUSABLE or name in ("verify", "serve") or "baotinh" in told, f"{name} names no next command"
    for name, words in KNOWING.items():
        found, told = walk(folder, name, *words, language=language)
        assert found == (code if is_there else DONE), f"{name}: {told}"
        assert is_there or name == "sites" or language != "en" or "there is no archive in news-archive yet" in told, (
            name
        )
    found, told = walk(folder, "notify", "--dry-run", language=language)
    assert (found, said in told or language != "en") == (DONE, True), told
    found, told = walk(
        folder, "schedule", "baokhanhhoa", "--at", "05:30", "--contact", "a@bao.example", language=language
    )
    assert found == (code if is_there and code is WRONG else DONE), told
    assert language != "en" or (said in told) is is_there or NOT_YET in told


@pytest.mark.parametrize("state", UNUSABLE_STATES)
def test_what_makes_an_archive_or_makes_one_whole(spoilt: Callable[[Spoil], Path], state: str) -> None:
    spoil, code, said = UNUSABLE_STATES[state]
    folder = spoilt(spoil)
    is_damaged = state in ("cut", "zero", "noise")
    found, told = walk(folder, "rebuild", "new")
    # the raw pages alone are enough for a rebuild
    assert (found, said in told) == ((DONE, False) if is_damaged or state == "newer" else (code, True)), told
    found, told = walk(folder, "repair")
    assert (found, said in told) == ((DONE, False) if is_damaged else (code, True)), told
    if is_damaged:
        assert walk(folder, "verify", "--deep")[0] == DONE
    found, told = walk(folder, "init")
    makes = state in ("missing", "empty")
    assert (found, said in told) == ((DONE, False) if makes or is_damaged else (code, True)), told


def test_a_new_archive_says_that_it_is_empty(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    shutil.copytree(made, folder)
    (folder / "other").rename(folder / "news-archive")
    (folder / "full").rename(folder / "other")
    wanted = {
        "runs": (DONE, "this archive has no crawl yet"),
        "health": (LESS, "no site was crawled yet; begin with baotinh crawl"),
        "stats": (DONE, "0 articles"),
        "trend": (DONE, "cam: 0 articles"),
        "kwic": (DONE, "0 lines of 0 articles"),
        "search": (DONE, "no article has all of these words"),
        "show": (WRONG, "no article 1: look for its words with baotinh search"),
        "verify": (DONE, "whole (0 articles"),
        "reparse": (DONE, "nothing to read"),
        "rebuild": (WRONG, "no WARC files in news-archive/warc"),
        "repair": (DONE, "nothing is damaged"),
        "backup": (DONE, "bytes copied"),
        "init": (DONE, "news-archive is an archive already"),
        "merge": (DONE, "1 new articles"),
    }
    words = {**READERS, **COPIERS, **WRITERS, "rebuild": ["new"]}
    for name, (code, said) in wanted.items():
        found, told = walk(folder, name, *words.get(name, []))
        assert (found, said in told) == (code, True), f"{name}: {told}"


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("backup", ["shut/x"], UNUSABLE),
        ("export", ["--to", "shut/x"], UNUSABLE),
        ("export", ["--output", "shut/x"], UNUSABLE),
        ("merge", ["shut/x"], UNUSABLE),
        ("pack", ["shut/x.wacz"], UNUSABLE),
        ("rebuild", ["shut/x"], UNUSABLE),
        ("check-sites", ["--site-file", "shut/x.toml"], WRONG),
        ("crawl", ["--site-file", "shut/x.toml"], WRONG),
        ("extract", ["shut/x.html"], WRONG),
        ("import", ["shut/x.txt"], WRONG),
        ("new-site", ["shut/x.html"], WRONG),
        ("probe", ["baokhanhhoa", "--bundle", "shut/x.zip"], WRONG),
        ("schedule", ["baokhanhhoa", "--at", "05:30", "--into", "shut/x"], WRONG),
    ],
)
def test_a_folder_that_may_not_be_entered(
    spoilt: Callable[[Spoil], Path], name: str, words: list[str], code: ExitCode
) -> None:
    folder = spoilt(_closed)
    (folder / "shut").mkdir(mode=0o700)
    found, told = walk(folder, name, *words, before=NOBODY)
    assert (found, "shut/x" in told and "Permission denied" in told) == (code, True), told
    (folder / "news-archive").chmod(0o700)
    found, told = walk(folder, "sites", before=NOBODY)
    assert (found, "Permission denied" in told) == (UNUSABLE, True), told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["closed", "locked"])
def test_an_archive_that_cannot_be_written(spoilt: Callable[[Spoil], Path], state: str, language: str) -> None:
    is_closed = state == "closed"
    folder = spoilt(_closed if is_closed else lambda _: None)
    before = NOBODY if is_closed else ""
    with nullcontext() if is_closed else _writing(folder / "news-archive"):
        for name, words in READERS.items():
            found, told = walk(folder, name, *words, language=language, before=before)
            assert found == DONE, f"{name}: {told}"
        for name, words in COPIERS.items():
            found, told = walk(folder, name, *words, language=language, before=before)
            assert found == (UNUSABLE if is_closed else DONE), f"{name}: {told}"
            assert not is_closed or "`ls -ld ." in told, f"{name} names nothing that is there: {told}"
        for name, words in WRITERS.items():
            found, told = walk(folder, name, *words, language=language, before=before)
            assert found == (UNUSABLE if is_closed else BUSY), f"{name}: {told}"
            said = "see `ls -ld news-archive/news.db`" if is_closed else "another process has been writing"
            assert language != "en" or said in told, f"{name}: {told}"

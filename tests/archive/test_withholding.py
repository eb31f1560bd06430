"""A withheld article is out of sight in every copy of `news.db`, its evidence stays, and it can be shown again."""

import json
import os
import signal
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from archive import (
    Archive,
    ArticleStatus,
    ArticleWithheld,
    Capture,
    DamagedRecord,
    Doubt,
    Field,
    Image,
    NotWithheld,
    Outcome,
    Outlet,
    Part,
    Reason,
)
from archive.writing import withholding
from archive.writing.index import INDEXES
from tests.archive.build import HOME, SITE, START, address, after, article, capture, refused
from tests.command import run_command

OLD, NEW, CMS_ID = "baoquangnam", "baodanang", "3067775"
SECRET = ("Khuổi", "Trang", "Nguyễn", "Bí", "Mật", "thẻ-riêng", "riêng.example")
"""Words of the article below that no other one has."""
PAGE = article(
    1,
    title="Khuổi Trang vào vụ",
    lead="Ông Nguyễn Bí Mật trồng cam.",
    body="Ông Nguyễn Bí Mật ở Khuổi Trang có hai trăm gốc cam.",
    byline=("Bí Mật",),
    tags=("cam", "thẻ-riêng"),
    images=(Image("https://riêng.example/1.jpg", "Ảnh: Bí Mật"),),
    section=("Kinh tế",),
    sources={"body": "layout:x"},
)

AS_LAN = 'import os; os.environ["LOGNAME"] = "lan"'
"""Run before a command: it takes the name of the person from there."""
DOUBTFUL = replace(PAGE, body="Ông Nguyễn Bí Mật ở Khuổi Trang có hai trăm gốc bưởi.", doubts=(Doubt.PARTIAL,))
ORDER: dict[str, Any] = {"reason": "court order 12/2026", "at": after(days=2), "by": "Lan"}


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """Store an article with an older text, a reading that waits, a correction and another address; and a second one."""
    archive.store(capture(replace(PAGE, title="Khuổi Trang")))
    archive.store(capture(PAGE, after(hours=1)))
    archive.store(capture(PAGE, after(hours=2), url=address(1) + "?m=1"))
    archive.store(capture(DOUBTFUL, after(hours=6)))
    archive.correct("1", byline=["Nguyễn Bí Mật"], at=after(hours=7), by="Lan")
    archive.store(capture(article(2, tags=("cam",))))
    archive.commit()
    return archive


def shown(archive: Archive) -> tuple[object, ...]:
    """Return all that can be read of article 1."""
    stored = archive.get(address(1))
    waiting = [each.waiting and each.waiting.article for each in archive.doubts()]
    return replace(stored, change_seq=0), archive.revisions("1"), archive.corrections("1"), waiting


def everything(folder: Path) -> str:
    """Return every value of every table and view, as somebody with SQL can read it, and the words of the index."""
    connection = sqlite3.connect(folder / "news.db")
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")]
    rows = [repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names if "_fts" not in name]
    for index in INDEXES:
        connection.execute(f"CREATE VIRTUAL TABLE temp.{index}_words USING fts5vocab(main, {index}, instance)")
        rows += [repr(connection.execute(f"SELECT DISTINCT term FROM temp.{index}_words").fetchall())]
    connection.close()
    return "\n".join(rows)


def test_no_query_finds_a_word_of_it(filled: Archive, folder: Path) -> None:
    assert all(word in everything(folder) for word in SECRET)
    filled.withhold("1", **ORDER)
    assert [word for word in (*SECRET, "khuoi", "mật") if word in everything(folder)] == []
    assert "court order" in everything(folder)


def test_its_bytes_leave_the_files_that_are_published(filled: Archive, folder: Path) -> None:
    filled.withhold("1", **ORDER)
    published = b"".join(path.read_bytes() for path in folder.glob("news.db*"))
    assert [word for word in SECRET if word.encode() in published] == []


def test_it_is_in_no_answer(filled: Archive) -> None:
    last = max(stored.change_seq for stored in filled.articles())
    withheld = filled.withhold("1", **ORDER)
    assert [stored.id for stored in filled.articles()] == [2]
    assert [stored.id for stored in filled.changes()] == [2]
    assert filled.search("khuoi trang") == []
    assert filled.doubts() == []
    assert filled.site_totals()[SITE].articles == 1
    assert withheld.change_seq > last
    assert withheld == filled.withholding("1") == filled.withholdings()[0]
    for read in (
        filled.get,
        filled.raw_page,
        filled.revisions,
        filled.corrections,
        lambda key: filled.accept(key, at=START),
    ):
        with pytest.raises(ArticleWithheld, match=r"withheld since 2025-07-04 \(court order 12/2026\)"):
            read(withheld.uid)
    with pytest.raises(ArticleWithheld):
        filled.withhold("1", **ORDER)


def test_its_file_is_for_its_owner_only(filled: Archive, folder: Path) -> None:
    filled.withhold("1", **ORDER)
    (path,) = (folder / "withheld").iterdir()
    assert path.name == f"{PAGE.uid}.json"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert json.loads(path.read_text())["article"]["title"] == PAGE.title


def test_lifting_shows_all_of_it_again(filled: Archive, folder: Path) -> None:
    before = shown(filled)
    filled.withhold("1", **ORDER)
    filled.store(capture(replace(article(3), byline=("Hoàng D",), doubts=(Doubt.PARTIAL,)), after(days=2)))
    filled.correct("3", title="Khác", at=after(days=2), by="Lan")  # takes the numbers of rows that left
    filled.lift("1", at=after(days=3), by="Minh")
    now = shown(filled)
    assert now[:3] == before[:3]
    assert before[3][0] in now[3]  # type: ignore[index, operator]
    assert [hit.title for hit in filled.search("khuoi trang")] == [PAGE.title]
    assert list((folder / "withheld").iterdir()) == []
    assert filled.undo("1", Field.BYLINE, at=after(days=3), by="Lan").article.byline == PAGE.byline
    (logged,) = filled.withholdings()
    assert (logged.lifted_by, logged.lifted_at) == ("Minh", after(days=3))
    with pytest.raises(NotWithheld):
        filled.lift("1", at=after(days=4), by="Minh")


READINGS: dict[str, Callable[[], Capture]] = {
    "the page": lambda: capture(PAGE, after(days=2)),
    "an edited page": lambda: capture(replace(PAGE, body="Bài mới về Khuổi Trang."), after(days=2)),
    "another address": lambda: capture(PAGE, after(days=2), url=address(1) + "?m=1"),
    "a redirect to it": lambda: capture(PAGE, after(days=2), url=HOME + "moved", final_url=PAGE.url),
    "a new address of its page": lambda: capture(PAGE, after(days=2), url=address(1) + "?x=2"),
    "a further page": lambda: capture(replace(PAGE, url=address(1) + "?p=2"), after(days=2), part=Part(2, 2, PAGE.url)),
    "not modified": lambda: capture(PAGE, after(days=2), article=None, status=304, body=b""),
    "it is gone": lambda: refused(1, Reason.GONE, after(days=2), status=404),
}


@pytest.mark.parametrize("name", READINGS)
def test_a_crawl_stores_nothing_of_it(filled: Archive, folder: Path, name: str) -> None:
    filled.withhold("1", **ORDER)
    before = filled.withholding("1")
    assert filled.store(READINGS[name]()) is Outcome.REFUSED
    filled.commit()
    assert [word for word in SECRET if word in everything(folder)] == []
    assert filled.withholding("1") == before
    story = filled.story(READINGS[name]().url)
    assert story is not None
    assert story.attempts[-1].reason is Reason.WITHHELD
    assert story.article is None or story.article.status is ArticleStatus.WITHHELD


def test_a_failure_stays_a_failure(filled: Archive) -> None:
    filled.withhold("1", **ORDER)
    assert filled.store(refused(1, Reason.HTTP_ERROR, after(days=2), status=410)) is Outcome.FAILED
    assert filled.withholding("1") is not None


@pytest.mark.parametrize(
    ("title", "outcome"),
    [("KHUỔI TRANG VÀO VỤ", Outcome.REFUSED), ("Khuổi Trang", Outcome.REFUSED), ("Khác", Outcome.ADDED)],
)
def test_a_copy_at_a_merged_outlet_is_withheld_too(archive: Archive, title: str, outcome: Outcome) -> None:
    archive.register(Outlet(site=NEW, name="Báo Đà Nẵng", home="https://dn.example/", province="Đà Nẵng"))
    archive.register(
        Outlet(site=OLD, name="Báo Quảng Nam", home="https://qn.example/", province="Quảng Nam", merged_into=NEW)
    )
    own = replace(PAGE, url="https://qn.example/a-3067775.html")
    archive.store(capture(replace(own, title="Khuổi Trang"), site=OLD, cms_id=CMS_ID))
    archive.store(capture(own, after(hours=1), site=OLD, cms_id=CMS_ID))
    archive.withhold(own.url, **ORDER)
    copy = replace(PAGE, url="https://dn.example/a-3067775.html", title=title)
    assert archive.store(capture(copy, after(days=2), site=NEW, cms_id=CMS_ID)) is outcome


def test_what_its_page_shows_now_is_read_after_lifting(filled: Archive) -> None:
    filled.withhold("1", **ORDER)
    filled.store(capture(PAGE, after(days=40)))
    assert address(1) not in {link.url for link in filled.due_urls(SITE, at=after(days=41))}
    filled.lift("1", at=after(days=41), by="Lan")
    assert address(1) in {link.url for link in filled.due_urls(SITE, at=after(days=41))}


@pytest.mark.parametrize(("day", "is_shown"), [(date(2025, 7, 9), False), (date(2025, 7, 8), True)])
def test_it_is_shown_again_after_its_last_day(filled: Archive, day: date, is_shown: bool) -> None:
    filled.withhold("1", **ORDER, until=day)
    at = after(days=7, hours=1)
    assert filled.is_lift_due(at=at) is is_shown
    filled.begin_run(SITE, started_at=at, version="1", settings={})
    assert (filled.withholding("1") is None) is is_shown
    assert filled.withholdings()[0].lifted_by is None


FORGED: list[tuple[str, Any]] = [
    ("article_texts", [{"article_id": 1, "body) SELECT 1, url FROM articles --": "x"}]),
    ("article_texts", [{"article_id": 2, "body": "x"}]),
    ("article_texts", [{"article_id": 1, "body": None}]),
    ("authors", None),
    ("article", []),
]


@pytest.mark.parametrize(("key", "value"), FORGED)
def test_a_file_from_other_hands_puts_nothing_but_its_article_back(
    filled: Archive, folder: Path, key: str, value: object
) -> None:
    filled.withhold("1", **ORDER)
    path = folder / "withheld" / f"{PAGE.uid}.json"
    forged = json.dumps({**json.loads(path.read_text()), key: value}).encode()
    path.write_bytes(forged)
    filled._connection.execute("UPDATE withholdings SET record_sha256 = ?", (sha256(forged).hexdigest(),))
    with pytest.raises(DamagedRecord, match="form"):
        filled.lift("1", at=after(days=3), by="Lan")
    assert filled.withholding("1") is not None
    assert filled.get("2").article.body == article(2).body


def ruin(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"cam", b"cAm"))


@pytest.mark.parametrize("harm", [ruin, Path.unlink])
def test_a_damaged_file_is_named_and_stops_no_crawl(
    filled: Archive, folder: Path, harm: Callable[[Path], object]
) -> None:
    filled.withhold("1", **ORDER, until=date(2025, 7, 5))
    harm(folder / "withheld" / f"{PAGE.uid}.json")
    with pytest.raises(DamagedRecord, match=PAGE.uid):
        filled.lift("1", at=after(days=3), by="Lan")
    assert filled.begin_run(SITE, started_at=after(days=9), version="1", settings={})
    assert filled.withholding("1") is not None


def _killed_at(folder: Path, step: str, verb: str) -> None:
    """Withhold or lift in a process that is killed when it comes to a step."""

    def die(*_: Any, **__: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    from archive import decisions

    for module in (withholding, decisions):
        if hasattr(module, step):
            setattr(module, step, die)
    archive = Archive.open(folder)
    if verb == "withhold":
        archive.withhold("1", **ORDER)
    else:
        archive.lift("1", at=after(days=3), by="Lan")


@pytest.mark.parametrize("step", ["write_record", "unindex_text", "change_article"])
def test_a_kill_while_withholding_changes_nothing(filled: Archive, folder: Path, step: str) -> None:
    before = shown(filled)
    filled.close()
    killed = get_context("fork").Process(target=_killed_at, args=(folder, step, "withhold"))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    with Archive.open(folder) as archive:
        assert shown(archive) == before
        archive.withhold("1", **ORDER)
        archive.lift("1", at=after(days=3), by="Lan")
        assert shown(archive)[:3] == before[:3]
    assert list((folder / "withheld").iterdir()) == []


def test_a_kill_while_the_index_is_written_anew_leaves_it_withheld(filled: Archive, folder: Path) -> None:
    before = shown(filled)
    filled.close()
    killed = get_context("fork").Process(target=_killed_at, args=(folder, "merge_index", "withhold"))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    with Archive.open(folder) as archive:
        assert archive.withholding("1") is not None
        assert archive.search("khuoi trang") == []
        archive.lift("1", at=after(days=3), by="Lan")
        assert shown(archive)[:3] == before[:3]


@pytest.mark.parametrize(("step", "is_lifted"), [("link_authors", False), ("index_later", False), ("sweep", True)])
def test_a_kill_while_lifting_loses_nothing(filled: Archive, folder: Path, step: str, is_lifted: bool) -> None:
    before = shown(filled)
    filled.withhold("1", **ORDER)
    filled.close()
    killed = get_context("fork").Process(target=_killed_at, args=(folder, step, "lift"))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    with Archive.open(folder) as archive:
        if not is_lifted:
            archive.lift("1", at=after(days=3), by="Lan")
        assert shown(archive)[:3] == before[:3]
        archive.withhold("2", **ORDER)
    assert [path.stem for path in (folder / "withheld").iterdir()] == [article(2).uid]


def test_the_command_withholds_lists_and_lifts(filled: Archive, folder: Path) -> None:
    filled.close()

    def run(*words: object, code: int = 0) -> str:
        done = run_command([*words, "--archive", folder], folder.parent, before=AS_LAN)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    run("withhold", "1", "--reason", "dữ liệu cá nhân")
    assert "withheld since" in run("show", "1")
    assert "Bí Mật" not in run("show", "1")
    told = json.loads(run("show", "1", "--json"))
    assert (told["status"], told["withheld"]["reason"], told["withheld"]["withheld_by"]) == (
        *("withheld", "dữ liệu cá nhân"),
        "lan",
    )
    assert "title" not in told
    assert "Bí Mật" not in run("export")
    assert "no article" in run("search", "khuoi trang")
    assert "withheld" in run("why", PAGE.url)
    assert json.loads(run("withhold", "--json"))[0]["uid"] == PAGE.uid
    for wrong in (["1"], ["--lift"], ["1", "--lift", "--reason", "x"], ["--until", "2027-01-01"]):
        run("withhold", *wrong, code=2)
    run("withhold", "1", "--lift")
    assert "Bí Mật" in run("show", "1")
    run("withhold", "1", "--reason", "x", "--until", "2001-01-01")
    assert "Khuổi Trang" in run("search", "khuoi trang")  # whoever reads first after the last day
    assert "because its last day was over" in run("withhold")

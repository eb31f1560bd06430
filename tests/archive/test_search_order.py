"""The order of hits: tier after tier, exact ones first, by weight or newest first."""

import os
import random
import signal
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import pytest

from archive import VIETNAM, Archive, Field, Filters, fold
from archive.care.verify import verify
from archive.reading import search as searching
from archive.reading.choice import choose
from archive.reading.query import read_query
from archive.reading.search import WEIGHTS, ids_in_order
from archive.reading.tiers import steps
from archive.writing.index import INDEXES
from tests.archive.build import after, article, capture

WORDS = ("hòa", "hoa", "hóa", "bình", "binh", "điện", "biên", "bien", "nam", "năm", "TP.HCM", "TPHCM", "rừng", "kết")


def titles(archive: Archive, typed: str | None, **options: object) -> list[str]:
    return [hit.title for hit in archive.search(typed, **options)]  # type: ignore[arg-type]


def day(number: int, hour: int = 8) -> datetime:
    return datetime(2025, 3, number, hour, tzinfo=VIETNAM)


def test_the_closer_the_words_the_earlier(archive: Archive) -> None:
    far = "Rừng " + "xa " * 20 + "phòng hộ."
    texts = {
        "all": ("Tin một", far),
        "near": ("Tin hai", "Rừng cây phòng hộ."),
        "text": ("Tin ba", "Trồng rừng phòng hộ."),
        "title": ("Rừng phòng hộ", "Chỉ ở tiêu đề."),
        "none": ("Tin năm", "Rừng phòng."),
    }
    # the farther the words, the newer the article
    for place, (title, body) in enumerate(reversed(texts.values()), start=1):
        archive.store(capture(article(place, title=title, body=body, published_at=day(9 - place))))
    assert titles(archive, "rung phong ho") == ["Rừng phòng hộ", "Tin ba", "Tin hai", "Tin một"]


@pytest.mark.parametrize("where", ["title", "body"])
def test_exact_hits_come_first_in_each_tier(archive: Archive, where: str) -> None:
    for number, words in enumerate(("Hoa bình", "Hòa bình", "Hoá bình", "Hoà bình"), start=1):
        archive.store(capture(article(number, **{where: words, "published_at": day(number)})))
    found = [hit.url[-6] for hit in archive.search("hoa bình")]
    assert (found[0], set(found)) == ("1", {"1", "2", "3", "4"})
    assert [hit.url[-6] for hit in archive.search("hòa bình")] == ["4", "2"]


def test_old_articles_that_are_stored_later_have_their_place(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FEW", 0)
    moments = [day(5), day(7), day(7, 9), day(1), day(6), day(7, 7), None, datetime(1975, 4, 30, tzinfo=VIETNAM)]
    for number, moment in enumerate(moments, start=1):
        archive.store(capture(article(number, published_at=moment)))
        archive.commit()
    assert [hit.url[-6] for hit in archive.search("ban chi dao")] == list("32651487")
    assert [hit.url[-6] for hit in archive.search()] == list("32651487")
    assert [hit.url[-6] for hit in archive.search("tin", limit=2)] == list("32")


def test_an_article_moves_when_its_date_changes(archive: Archive, folder: Path) -> None:
    for number in (1, 2, 3):
        archive.store(capture(article(number, published_at=day(number))))
    archive.commit()
    assert titles(archive, None) == ["Tin số 3", "Tin số 2", "Tin số 1"]
    archive.correct("1", published=date(2025, 4, 1), at=after(days=1), by="Lan")
    archive.store(capture(article(3, published_at=day(1, 7)), after(days=2)))
    archive.commit()
    assert titles(archive, None) == ["Tin số 1", "Tin số 2", "Tin số 3"]
    assert [archive.count('"tin so 1"', filters=Filters(since=first)) for first in (day(20).date(), None)] == [1, 1]
    archive.undo("1", Field.PUBLISHED, at=after(days=3), by="Lan")
    assert titles(archive, "tin") == ["Tin số 2", "Tin số 1", "Tin số 3"]
    assert archive.count("tin") == 3


@pytest.mark.drill
def test_the_page_is_that_of_the_rule_without_stopping(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FEW", 12)
    chosen = random.Random(5)
    for number in range(400):
        text = [" ".join(chosen.choices(WORDS, k=length)) for length in (3, 30)]
        moment = day(1 + number % 7, chosen.randrange(3)) if number % 9 else None
        archive.store(capture(article(number, title=text[0], body=text[1], published_at=moment)))
    archive.commit()
    connection = archive._connection  # the rule is computed on the same rows
    for typed in _asked(chosen, 1_000):
        choice = choose(connection, Filters())
        page = list(ids_in_order(connection, choice, steps(read_query(typed))))[:20]
        assert page == _without_stopping(connection, typed)[:20], typed


def _asked(chosen: random.Random, number: int) -> Sequence[str]:
    forms = ("{} {}", "{} {} {}", '"{} {}" {}', "{} OR {} {}", "{} -{}", "title:{} {}", "{}")
    typed = (form.format(*chosen.choices(WORDS, k=3)) for form in chosen.choices(forms, k=number))
    return [words if chosen.random() < 0.5 else fold(words).replace(" or ", " OR ") for words in typed]


def _without_stopping(connection: sqlite3.Connection, typed: str) -> list[int]:
    """Return every article that is found, by the rule of the documents."""
    order: dict[int, None] = {}
    asked = ((step.index, match) for step in steps(read_query(typed)) for match in (step.exact, step.match) if match)
    for index, match in asked:
        rows = connection.execute(
            f"SELECT r.search_id, ifnull(r.published_at, ''), bm25({index}, {WEIGHTS})"
            f" FROM {index} f JOIN search_rows r ON r.search_id = f.rowid WHERE {index} MATCH ?",
            (match,),
        ).fetchall()
        rows.sort(key=lambda row: (row[1], row[0]), reverse=True)
        if index == "titles_fts" and len(rows) <= searching.FEW:
            rows.sort(key=lambda row: row[2])
        order |= dict.fromkeys(row[0] for row in rows)
    return list(order)


def test_parts_of_the_indexes_are_joined_at_the_end_of_a_crawl(archive: Archive, folder: Path) -> None:
    for number in range(1, 15):
        archive.store(capture(article(number, published_at=day(number))))
        archive.commit()
    before = [parts_of(archive, index) for index in INDEXES]
    found = titles(archive, "tin so")
    archive.tidy_at_end()
    assert min(before) > 1
    assert [parts_of(archive, index) for index in INDEXES] == [1, 1]
    assert titles(archive, "tin so") == found
    archive.store(capture(article(15, title="Tin mới", published_at=day(20))))
    archive.commit()
    archive.tidy_at_end()
    assert titles(archive, "tin")[0] == "Tin mới"
    assert verify(folder, at=after(days=1)).findings == ()


def parts_of(archive: Archive, index: str) -> int:
    """Return the number of parts of an index of FTS5."""
    return int(archive._connection.execute(f"SELECT count(DISTINCT segid) FROM {index}_idx").fetchone()[0])


def test_every_id_is_of_its_day(archive: Archive) -> None:
    for number, moment in enumerate([day(1), day(2), None] * 3):
        archive.store(capture(article(number, published_at=moment)))
        archive.commit()
    rows = archive._connection.execute(
        "SELECT search_id, published_date FROM search_rows ORDER BY search_id"
    ).fetchall()
    assert [published for _, published in rows] == [None] * 3 + ["2025-03-01"] * 3 + ["2025-03-02"] * 3
    assert len({search_id for search_id, _ in rows}) == 9


def _killed_in_step(folder: Path, number: int) -> None:
    """Join the parts in a process that is killed in a step, after it has written and before it commits."""
    from archive.writing import index

    index.MERGED_PAGES = 1
    steps_left, join = iter(range(number - 1, -1, -1)), index.join_parts

    def join_or_die(connection: sqlite3.Connection) -> bool:
        is_more = join(connection)
        if not next(steps_left):
            os.kill(os.getpid(), signal.SIGKILL)
        return is_more

    with patch("archive.store.join_parts", join_or_die):
        Archive.open(folder).tidy_at_end()


@pytest.mark.parametrize("step", [1, 2])
def test_a_kill_while_parts_are_joined_leaves_every_article_in_the_index(
    archive: Archive, folder: Path, step: int
) -> None:
    for number in range(1, 15):
        words = " ".join(f"chu{number}{other}" for other in range(2_000))
        archive.store(capture(article(number, body=words, published_at=day(number))))
        archive.commit()
    found, before = titles(archive, "tin so"), parts_of(archive, "texts_fts")
    archive.close()
    killed = get_context("fork").Process(target=_killed_in_step, args=(folder, step))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert verify(folder, at=after(days=1)).findings == ()
    with Archive.open(folder) as again:
        assert titles(again, "tin so") == found
        again.tidy_at_end()
        assert (titles(again, "tin so"), parts_of(again, "texts_fts") < before) == (found, True)

"""Rereadings and imports beside what came to the archive later: corrections, withholdings, checks and rebuilds."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Article, Capture, Field, Manner, Outcome, Reason, Reread, TextCause, as_line
from archive.care.compare import compare
from archive.care.rebuild import rebuild
from archive.care.verify import verify
from tests.archive.build import SITE, address, after, refused
from tests.archive.past import answered, exchange, fetched

LONG = " ".join(f"Câu thứ {number} của bài báo nói về việc sắp xếp đơn vị hành chính." for number in range(20))
BY_HAND: dict[str, Any] = {"title": "Đúng", "byline": ["Hoài An"], "published": date(2024, 6, 30)}


def page(number: int, hours: float, **changes: Any) -> Capture:
    return fetched(number, hours, run=None, **{"byline": ("Lê A",), "lead": "Dòng dẫn.", **changes})


def reread(archive: Archive, number: int, reading: Capture) -> Reread:
    line = as_line(replace(reading, manner=Manner.REREAD, found_on=None), number)
    return archive.reread(line, rules="new", at=after(days=30))


def bring(archive: Archive, capture: Capture) -> None:
    archive.store_imported(replace(capture, found_on="old.warc.gz"), at=after(days=30))


def corrected(article: Article) -> tuple[object, ...]:
    at = article.published_at
    return (article.title, article.byline, at and at.date())


@pytest.mark.parametrize("is_reread", [True, False])
@pytest.mark.parametrize("hours", [0, 40])
def test_no_reading_overwrites_what_a_person_gave(archive: Archive, is_reread: bool, hours: int) -> None:
    archive.store(page(1, 10))
    archive.correct(1, **BY_HAND, at=after(hours=20), by="x")
    before = corrected(archive.get(1).article)
    other = {"title": "Tiêu đề khác", "byline": ("Trần B",), "body": f"{LONG}\nMột câu mới.", "tags": ("mới",)}
    if is_reread:
        done = reread(archive, 1, page(1, 10, **other))
        assert done.changes == {"body longer": 1, "tags gained": 1}
    else:
        bring(archive, page(1, hours, **other))
    assert corrected(archive.get(1).article) == before == ("Đúng", ("Hoài An",), date(2024, 6, 30))
    archive.undo(1, Field.TITLE, Field.BYLINE, at=after(days=31), by="x")
    shown = archive.get(1).article
    is_older = not is_reread and hours == 0
    assert (shown.title, shown.byline) == (("Tin số 1", ("Lê A",)) if is_older else ("Tiêu đề khác", ("Trần B",)))


def test_an_older_page_with_the_text_below_a_correction_is_no_other_text(archive: Archive) -> None:
    archive.store(page(1, 10))
    archive.correct(1, title="Đúng", at=after(hours=20), by="x")
    bring(archive, page(1, 0))
    assert [text.cause for text in archive.revisions(1)] == [TextCause.PUBLISHED, TextCause.CORRECTED]
    assert archive.get(1).first_seen_at == after()


def test_the_page_of_a_corrected_article_is_read_again(archive: Archive) -> None:
    archive.store(page(1, 10))
    archive.correct(1, title="Đúng", at=after(hours=20), by="x")
    assert archive.captures_to_reread(SITE, rules="new") == [1]
    reread(archive, 1, page(1, 10, byline=("Trần B",)))
    found = archive.get(1)
    assert (found.article.title, found.article.byline) == ("Đúng", ("Trần B",))
    assert [text.cause for text in archive.revisions(1)][-1] is TextCause.RE_EXTRACTED


def test_nothing_of_a_withheld_article_is_stored(archive: Archive) -> None:
    archive.store(page(1, 10))
    archive.withhold(1, reason="theo lệnh", at=after(hours=20), by="x")
    done = reread(archive, 1, page(1, 10, body=f"{LONG}\nMột câu mới."))
    assert (done.outcome, done.reason, done.changes) == (Outcome.REFUSED, Reason.WITHHELD, {})
    brought = archive.store_imported(page(1, 0, body=f"{LONG}\nMột câu cũ."), at=after(days=30))
    assert (brought.outcome, brought.reason) == (Outcome.REFUSED, Reason.WITHHELD)


def fill(archive: Archive) -> None:
    """Store articles, and read them again and import their past in every way."""
    run = archive.begin_run(SITE, started_at=after(hours=9), version="9", settings={"rules": "aa"})
    for number in range(1, 6):
        archive.store(replace(page(number, 10 + number), run=run))
    archive.store(replace(page(4, 16), run=run))
    gone = (answered(5, 404, 17, run=run),)
    archive.store(refused(5, Reason.GONE, after(hours=17), run=run, status=404, body=b"<html>x</html>", exchanges=gone))
    lost = replace(refused(6, Reason.NO_TEXT, after(hours=17), run=run, status=200), body=page(6, 17).body)
    archive.store(replace(lost, exchanges=page(6, 17).exchanges))
    same = exchange(address(1), 18, b"", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    archive.store(replace(page(1, 18), run=run, status=304, article=None, body=b"", exchanges=(same,)))
    archive.correct(2, title="Đúng", at=after(hours=20), by="x")
    for number, again in ((1, page(1, 11, body=f"{LONG}\nMới.")), (2, page(2, 12, byline=("B",))), (8, page(6, 17))):
        reread(archive, number, again)
    reread(archive, 6, page(4, 16, tags=("mới",)))
    archive.reread(as_line(replace(page(1, 11, body=LONG), manner=Manner.REREAD), 10), rules="3", at=after(days=30))
    for old in (page(3, 0, body=f"{LONG}\nCũ."), page(3, 5, body=f"{LONG}\nVẫn cũ."), page(4, 12), page(7, 3)):
        bring(archive, old)
    bring(archive, page(3, 30, body=f"{LONG}\nMới hơn."))
    missing = refused(2, Reason.GONE, after(hours=1), status=404, body=b"<html>x</html>")
    bring(archive, replace(missing, exchanges=(answered(2, 404, 1, run=None),)))


def test_an_archive_with_rereadings_and_imports_is_whole_and_is_rebuilt(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "old", create=True) as archive:
        fill(archive)
        assert archive.get(6).article.title == "Tin số 6"
        assert archive.get(3).revision_count == 4
    assert verify(tmp_path / "old", at=after(days=40), deep=True).findings == ()
    rebuilt = rebuild(tmp_path / "old", tmp_path / "new")
    assert (rebuilt.damaged, rebuilt.differing) == ((), ())
    assert compare(tmp_path / "old", tmp_path / "new") == []
    assert verify(tmp_path / "new", at=after(days=40), deep=True).findings == ()

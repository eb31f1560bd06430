"""What a person put right stays right when archives are merged, whichever of them knows of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Capture, Field, merge
from archive.care.verify import verify
from tests.archive.build import after, article, capture

LONG = f"{article().body} Và thêm một câu nữa ở cuối."
UID = article().uid


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return tmp_path / "other"


def fill(folder: Path, *captures: Capture, hours: float = 0, **given: Any) -> Path:
    with Archive.open(folder, create=True) as archive:
        for each in captures:
            archive.store(each)
        if given:
            archive.correct(UID, at=after(hours=hours), by="Lan", **given)
    return folder


OLD, NEW = capture(article()), capture(article(body=LONG, published_at=after(hours=-2)), after(hours=5))
SAME_LATER = capture(article(), after(hours=5))
ELSE = capture(article(2))
HAND = {"hours": 3, "title": "Đúng", "published": date(2025, 7, 1)}
SIDES: dict[str, tuple[tuple[tuple[Capture, ...], dict[str, Any]], tuple[tuple[Capture, ...], dict[str, Any]], str]] = {
    "new here": (((ELSE,), {}), ((OLD,), HAND), article().body),
    "here, and a newer text there": (((OLD,), HAND), ((NEW,), {}), LONG),
    "there, and a newer text here": (((NEW,), {}), ((OLD,), HAND), LONG),
    "here, and the same text later there": (((OLD,), HAND), ((SAME_LATER,), {}), article().body),
    "there, and the same text later here": (((SAME_LATER,), {}), ((OLD,), HAND), article().body),
    "here, an older one there": (((OLD,), HAND), ((OLD,), {"hours": 2, "title": "Sai"}), article().body),
    "there, an older one here": (((OLD,), {"hours": 2, "title": "Sai"}), ((OLD,), HAND), article().body),
}


@pytest.mark.parametrize("name", SIDES)
def test_a_corrected_field_wins_over_readings_of_either_side(folder: Path, other: Path, name: str) -> None:
    (ours, our_hand), (theirs, their_hand), body = SIDES[name]
    fill(folder, *ours, **our_hand)
    fill(other, *theirs, **their_hand)
    merge(folder, other)
    assert verify(folder, at=after(days=1)).findings == ()
    assert merge(folder, other).is_empty
    with Archive.open(folder) as archive:
        stored = archive.get(UID).article
        assert (stored.title, stored.body, str(stored.published_at)[:10]) == ("Đúng", body, "2025-07-01")
        assert (stored.sources["title"], stored.sources["published_at"]) == ("by hand", "by hand")
        assert [hit.uid for hit in archive.search("đúng")] == [UID]
        in_force = {each.field for each in archive.corrections(UID) if each.ended_at is None}
        assert in_force == {Field.TITLE, Field.PUBLISHED}
        archive.undo(UID, Field.TITLE, at=after(days=1), by="An")
        assert archive.get(UID).article.title == article().title
    assert verify(folder, at=after(days=1)).findings == ()


def test_a_text_that_was_put_right_is_no_edit_when_the_page_is_seen_again(folder: Path, other: Path) -> None:
    fill(folder, OLD, hours=3, title="Đúng")
    fill(other, SAME_LATER)
    merge(folder, other)
    with Archive.open(folder, read_only=True) as archive:
        assert [text.title for text in archive.revisions(UID)] == [article().title, "Đúng"]

from dataclasses import replace
from typing import Any

import pytest

from archive import Archive, ArchiveError, Capture, Image, Kind, Outcome, Precision, Reason, as_record
from tests.archive.build import START, address, after, article, capture, refused

FULL = article(
    lead="BHG - Sáng 2/7, tỉnh họp.",
    lead_mark="BHG",
    byline=("Phương Ngân", "Lê A"),
    byline_raw="Tin, ảnh: Phương Ngân - Lê A",
    source_credit="TTXVN",
    published_raw="08:00, 02/07/2025",
    modified_at=after(hours=1),
    section=("Thời sự", "Cần Thơ"),
    tags=("sáp nhập", "hành chính"),
    images=(Image("https://x.example/2.jpg", "Ảnh: Lê A"), Image("https://x.example/1.jpg")),
    sources={"title": "layout:2022"},
    proposed=frozenset({"byline"}),
)


def test_what_was_stored_comes_back_whole(archive: Archive) -> None:
    assert archive.store(capture(FULL)) is Outcome.ADDED
    assert archive.get(FULL.uid).article == FULL
    assert as_record(archive.get(FULL.url).article) == as_record(FULL)


def test_the_same_article_again_changes_nothing(archive: Archive) -> None:
    archive.store(capture(FULL))
    assert archive.store(capture(FULL, after(hours=1))) is Outcome.UNCHANGED
    stored = archive.get("1")
    assert (stored.first_seen_at, stored.last_seen_at, stored.last_changed_at) == (
        START,
        after(hours=1),
        START,
    )
    assert (stored.revision_count, len(archive.revisions("1"))) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Tiêu đề mới"},
        {"lead": "BHG - Sáng 3/7, tỉnh họp."},
        {"body": FULL.body.replace("họp", "gặp")},
        {"byline": ("Phương Ngân",)},
    ],
)
def test_an_edit_keeps_the_text_before_it(archive: Archive, change: dict[str, Any]) -> None:
    archive.store(capture(FULL))
    assert archive.store(capture(replace(FULL, **change), after(hours=1))) is Outcome.REVISED
    assert archive.get("1").article == replace(FULL, **change)
    first, second = archive.revisions("1")
    assert (first.title, first.lead, first.body) == (FULL.title, FULL.lead, FULL.body)
    assert (first.cause, first.seen_at, second.cause, second.seen_at) == (
        "published",
        START,
        "edited",
        after(hours=1),
    )


def test_a_change_in_the_same_bytes_is_ours(archive: Archive) -> None:
    archive.store(capture(FULL, body=b"<html>"))
    archive.store(capture(replace(FULL, body="Ngắn."), after(hours=1), body=b"<html>"))
    assert [text.cause for text in archive.revisions("1")] == ["published", "re-extracted"]


def test_metadata_follow_the_page_without_a_revision(archive: Archive) -> None:
    archive.store(capture(FULL))
    later = replace(FULL, section=("Kinh tế",), tags=("mới",), images=(), published_precision=Precision.DAY)
    assert archive.store(capture(later, after(hours=1))) is Outcome.UNCHANGED
    stored = archive.get("1")
    assert (stored.article.section, stored.article.tags) == (("Kinh tế",), ("mới",))
    assert stored.article.images == FULL.images  # a page that shows less than before erases nothing
    assert stored.revision_count == 1


def test_a_page_without_its_date_does_not_erase_it(archive: Archive) -> None:
    archive.store(capture(FULL))
    archive.store(capture(replace(FULL, published_at=None, published_precision=None), after(hours=1)))
    assert archive.get("1").article.published_at == FULL.published_at


@pytest.mark.parametrize(("words", "outcome"), [(19, Outcome.REFUSED), (20, Outcome.REVISED)])
def test_a_text_that_shrank_below_a_fifth_replaces_nothing(archive: Archive, words: int, outcome: Outcome) -> None:
    whole = article(body="từ " * 99 + "cuối")
    archive.store(capture(whole))
    assert archive.store(capture(article(body="từ " * (words - 1) + "cuối"), after(hours=1))) is outcome
    assert (archive.get("1").article == whole) is (outcome is Outcome.REFUSED)


@pytest.mark.parametrize(("reason", "status"), [(Reason.GONE, 404), (Reason.GONE, 410), (Reason.SOFT_404, 200)])
def test_an_article_taken_away_is_kept_and_can_come_back(archive: Archive, reason: Reason, status: int) -> None:
    archive.store(capture(FULL))
    gone = refused(1, reason, after(hours=1), status=status)
    assert archive.store(gone) is Outcome.REFUSED
    assert (archive.get("1").status, archive.get("1").article) == ("gone", FULL)
    archive.store(capture(FULL, after(days=1)))
    assert archive.get("1").status == "live"


@pytest.mark.parametrize("reason", [Reason.HTTP_ERROR, Reason.LOGIN, Reason.NO_TEXT, Reason.TRUNCATED])
def test_a_bad_answer_changes_no_stored_text(archive: Archive, reason: Reason) -> None:
    archive.store(capture(FULL))
    assert archive.store(refused(1, reason, after(hours=1), status=200)) is reason.outcome
    assert (archive.get("1").status, archive.get("1").article) == ("live", FULL)


def test_not_modified_counts_as_seen(archive: Archive) -> None:
    archive.store(capture(FULL))
    answer = Capture(url=FULL.url, kind=Kind.ARTICLE, fetched_at=after(hours=1), status=304)
    assert archive.store(answer) is Outcome.UNCHANGED
    assert archive.get("1").last_seen_at == after(hours=1)


def test_all_addresses_lead_to_one_article(archive: Archive) -> None:
    asked, redirected = address(1) + "?utm_source=zalo", address(1) + "?amp"
    archive.store(capture(FULL, url=asked, final_url=redirected))
    for url in (FULL.url, asked, redirected):
        assert archive.get(url).id == 1
    assert archive.store(capture(FULL, after(hours=1))) is Outcome.UNCHANGED


def test_a_moved_article_stays_one(archive: Archive) -> None:
    archive.store(capture(FULL))
    moved = replace(FULL, url=address(7))
    assert archive.store(capture(moved, after(days=1), url=FULL.url, final_url=moved.url)) is Outcome.UNCHANGED
    assert archive.get(moved.url).article.url == FULL.url


def test_a_redirect_to_another_article_merges_no_texts(archive: Archive) -> None:
    archive.store(capture(FULL))
    other = article(7, title="Tin khác", body="Một chuyện khác hẳn.")
    assert archive.store(capture(other, after(days=1), url=FULL.url, final_url=other.url)) is Outcome.ADDED
    assert archive.get(FULL.url).article == FULL


def test_what_sqlite_cannot_hold_is_left_out(archive: Archive) -> None:
    dirty = article(title="Tin\x00 nóng\ud800", byline=("Lê\x00 A",), tags=("\udfffthẻ",))
    archive.store(capture(dirty, found_on="https://x.example/\ud800"))
    stored = archive.get("1").article
    assert (stored.title, stored.byline, stored.tags) == ("Tin nóng", ("Lê A",), ("thẻ",))
    assert archive.store(capture(dirty, after(hours=1))) is Outcome.UNCHANGED


def test_an_article_without_an_outlet(archive: Archive) -> None:
    text = article(url="urn:sha256:ab", section=("Văn bản",))
    archive.store(capture(text, site=None))
    assert archive.get("urn:sha256:ab").site is None


def test_finding_an_article(archive: Archive) -> None:
    archive.store(capture(FULL))
    for key in (FULL.uid, FULL.uid[:6], "1", FULL.url):
        assert archive.get(key).article == FULL
    for key in (FULL.uid[:5], "2", "https://x.example/", ""):
        with pytest.raises(ArchiveError, match="no article"):
            archive.get(key)


def test_an_address_that_gave_no_article_tells_why(archive: Archive) -> None:
    archive.store(refused(3, Reason.NO_TEXT))
    with pytest.raises(ArchiveError, match=r"no-text \(as seen in the test\)"):
        archive.get(address(3))

"""What a doubtful reading may do to a stored text, and what the archive makes of the same words."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

import click
import pytest
from click.testing import CliRunner, Result

from archive import (
    Archive,
    ArchiveError,
    Article,
    Doubt,
    Image,
    NothingDoubtful,
    Outcome,
    Reason,
    RunReport,
    RunStatus,
    as_record,
)
from archive.cli import COMMANDS
from archive.plain import from_record
from tests.archive.build import SITE, address, after, article, capture

LINES = [f"Đoạn {number}: người dân xã vùng cao thu hoạch {number} tấn cam trên sườn đồi." for number in range(10)]
BODY = "\n".join(LINES)
FULL = article(
    lead="Mùa cam năm nay được cả mùa lẫn giá.",
    lead_mark="(CTO)",
    body=BODY,
    byline=("Hằng Nga",),
    byline_raw="Tin, ảnh: Hằng Nga",
    section=("Kinh tế",),
    sources={"body": "layout:mediasoft-2022"},
)
EDIT = BODY.replace("9 tấn", "19 tấn")
GENERIC = {"body": "generic"}
LITTLE, OTHER, UNKNOWN = (Doubt.LITTLE_TEXT,), (Doubt.OTHER_BYLINE,), (Doubt.UNKNOWN_LAYOUT,)
NEXT_DAY = {"days": 1, "hours": 2}


def store(archive: Archive, **readings: Article) -> Outcome:
    """Store readings of one page, each this many hours after START: `h1=…`; return what the last one did."""
    outcomes = [archive.store(capture(each, after(hours=int(name[1:])))) for name, each in readings.items()]
    return outcomes[-1]


def text(archive: Archive) -> Article:
    return archive.get(FULL.url).article


def causes(archive: Archive) -> list[str]:
    return [each.cause for each in archive.revisions(FULL.url)]


# --- what is stored ---


def test_doubts_are_stored_and_come_back_in_their_order(archive: Archive) -> None:
    doubtful = replace(FULL, doubts=(Doubt.LITTLE_TEXT, Doubt.MISSING_FIELD, Doubt.OTHER_BYLINE))
    assert archive.store(capture(doubtful)) is Outcome.ADDED
    assert text(archive) == doubtful
    (listed,) = archive.doubts()
    assert (listed.uid, listed.doubts, listed.waiting) == (FULL.uid, doubtful.doubts, None)
    store(archive, h1=replace(doubtful, body=EDIT, doubts=()))
    assert [each.doubts for each in archive.revisions(FULL.url)] == [doubtful.doubts, ()]


def test_a_record_is_read_back_from_its_json() -> None:
    whole = replace(
        FULL, source_credit="TTXVN", published_raw="2/7", modified_at=after(hours=1), tags=("cam",), doubts=LITTLE,
        images=(Image("https://x.example/1.jpg", "Ảnh: A"),), proposed=frozenset({"title"}),
    )  # fmt: skip
    assert from_record(as_record(whole)) == whole
    assert from_record(as_record(bare := article(published_at=None, published_precision=None))) == bare


def test_views_and_facets_have_the_doubts(archive: Archive, folder: Path) -> None:
    store(archive, h0=FULL)
    archive.store(capture(article(2, doubts=LITTLE)))
    store(archive, h1=replace(FULL, body=EDIT, doubts=OTHER))
    archive.commit()
    connection = sqlite3.connect(folder / "news.db")
    rows = connection.execute(
        "SELECT url, doubts, waits_because, waiting_doubts, waiting_body FROM doubtful_articles ORDER BY url"
    ).fetchall()
    assert rows == [
        (address(1), "[]", "doubtful", '["other-byline"]', EDIT),
        (address(2), '["little-text"]', None, None, None),
    ]
    assert connection.execute("SELECT doubt, count(*) FROM article_doubts").fetchall() == [("little-text", 1)]
    assert connection.execute("SELECT url FROM articles_full WHERE doubts <> '[]'").fetchall() == [(address(2),)]
    connection.close()


# --- the same words ---

ENTER = "\n"
SAME: dict[str, dict[str, Any]] = {
    "the lead is in the body": {"lead": None, "lead_mark": None, "body": f"(CTO) - {FULL.lead}{ENTER}{BODY}"},
    "the body repeats the lead": {"body": f"{FULL.lead}{ENTER}{BODY}"},
    "the lead without its mark": {"lead_mark": None},
    "the lead ends elsewhere": {"lead": f"{FULL.lead} {LINES[0]}", "body": ENTER.join(LINES[1:])},
    "no lead": {"lead": None, "lead_mark": None},
    "no byline": {"byline": (), "byline_raw": None},
    "the sign-off is in the body": {"byline": (), "byline_raw": None, "body": f"{BODY}{ENTER}Tin, ảnh: Hằng Nga"},
    "neither lead nor byline": {"lead": None, "lead_mark": None, "byline": (), "byline_raw": None},
    "paragraphs are parted elsewhere": {"body": BODY.replace(ENTER, " ")},
    "signs between the words": {"body": BODY.replace(":", " –")},
    "case": {"title": FULL.title.upper()},
    "decomposed letters": {"body": normalize("NFD", BODY)},
    "a counter": {"body": f"{BODY}{ENTER}1.234 lượt xem"},
    "a counter in the lead's place": {"body": f"Lượt xem: 77{ENTER}{BODY}"},
}


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("doubts", [(), UNKNOWN])
def test_the_same_words_are_no_edit(archive: Archive, name: str, doubts: tuple[Doubt, ...]) -> None:
    sources = GENERIC if doubts else FULL.sources
    again = replace(FULL, **SAME[name], sources=sources, doubts=doubts)
    assert store(archive, h0=FULL, h1=again) is Outcome.UNCHANGED
    assert (text(archive), causes(archive), archive.doubts()) == (FULL, ["published"], [])


EDITS: dict[str, dict[str, Any]] = {
    "another number": {"body": EDIT},
    "another order": {"body": ENTER.join(reversed(LINES))},
    "a sentence more": {"body": f"{BODY}{ENTER}Xã đã mở thêm hai điểm thu mua cam cho bà con."},
    "another title": {"title": "Tiêu đề khác"},
    "another lead": {"lead": "Mùa cam năm nay mất mùa."},
    "another byline": {"byline": ("Lê A",), "byline_raw": "Lê A"},
    "readers are counted in a sentence": {
        "body": f"{BODY}{ENTER}Lễ hội đón 3.000 lượt khách trong hai ngày đầu tháng."
    },
}


@pytest.mark.parametrize("name", EDITS)
def test_other_words_are_an_edit(archive: Archive, name: str) -> None:
    edited = replace(FULL, **EDITS[name])
    assert store(archive, h0=FULL, h1=edited) is Outcome.REVISED
    assert (text(archive), causes(archive)) == (edited, ["published", "edited"])


def test_an_edit_without_lead_and_byline_keeps_them(archive: Archive) -> None:
    bare = replace(FULL, lead=None, lead_mark=None, byline=(), byline_raw=None, body=EDIT)
    assert store(archive, h0=FULL, h1=bare) is Outcome.REVISED
    assert text(archive) == replace(FULL, body=EDIT)
    more = f"{BODY}\nThêm một đoạn mới."
    store(archive, h2=replace(bare, body=f"(CTO) - {FULL.lead}\n{more}"))
    assert text(archive) == replace(FULL, body=more), "it was the first paragraph"
    store(archive, h3=replace(bare, body=f"{FULL.lead} {BODY}"))
    assert text(archive).lead is None, "it is in the body, and not twice"


def test_a_layout_sets_the_borders_right_that_a_generic_reading_drew(archive: Archive) -> None:
    generic = replace(
        FULL, lead=None, lead_mark=None, body=f"(CTO) - {FULL.lead}\n{BODY}", sources=GENERIC, doubts=UNKNOWN
    )
    assert store(archive, h0=generic, h1=FULL) is Outcome.REVISED
    assert (text(archive), causes(archive)) == (FULL, ["published", "re-extracted"])


@pytest.mark.parametrize(
    ("before", "now", "stays"),
    [((), LITTLE, ()), (LITTLE, (), ()), (LITTLE, OTHER, ()), ((*LITTLE, *OTHER), OTHER, OTHER)],
)
def test_of_the_same_words_a_doubt_stays_that_every_reading_has(
    archive: Archive, before: tuple[Doubt, ...], now: tuple[Doubt, ...], stays: tuple[Doubt, ...]
) -> None:
    assert store(archive, h0=replace(FULL, doubts=before), h1=replace(FULL, doubts=now)) is Outcome.UNCHANGED
    assert text(archive).doubts == stays


def test_newer_rules_may_doubt_a_page_that_did_not_change(archive: Archive) -> None:
    archive.store(capture(FULL, body=b"<html>"))
    archive.store(capture(replace(FULL, doubts=OTHER), after(hours=1), body=b"<html>"))
    assert text(archive).doubts == OTHER


# --- which reading takes the place of which ---


@dataclass(frozen=True, kw_only=True)
class Case:
    """A stored text, a reading an hour later, and what becomes of it."""

    stored: dict[str, Any] = field(default_factory=dict)
    read: dict[str, Any]
    reason: Reason | None = None
    """Why it waits; None if it is taken."""


HALF, THIRD = "\n".join(LINES[:5]), "\n".join(LINES[:3])
CASES = {
    "doubtful in place of doubtless": Case(read={"body": EDIT, "doubts": OTHER}, reason=Reason.DOUBTFUL),
    "a part in place of the whole": Case(read={"body": HALF, "doubts": LITTLE}, reason=Reason.DOUBTFUL),
    "without its layout": Case(read={"body": EDIT, "sources": GENERIC}, reason=Reason.REDESIGNED),
    "without its layout, doubtful": Case(
        read={"body": EDIT, "sources": GENERIC, "doubts": UNKNOWN}, reason=Reason.REDESIGNED
    ),
    "doubtless in place of doubtful": Case(stored={"doubts": LITTLE}, read={"body": HALF}),
    "the whole in place of a part": Case(stored={"body": THIRD, "doubts": LITTLE}, read={"body": BODY}),
    "the same doubt, an edit": Case(stored={"doubts": OTHER}, read={"body": EDIT, "doubts": OTHER}),
    "the same doubt, more text": Case(stored={"body": THIRD, "doubts": LITTLE}, read={"doubts": LITTLE}),
    "the same doubt, half the text": Case(
        stored={"doubts": LITTLE}, read={"body": HALF, "doubts": LITTLE}, reason=Reason.DOUBTFUL
    ),
    "a doubt of the text in place of one of the byline": Case(
        stored={"doubts": OTHER}, read={"body": EDIT, "doubts": LITTLE}, reason=Reason.DOUBTFUL
    ),
    "a doubt of the byline in place of one of the text": Case(
        stored={"doubts": LITTLE}, read={"body": EDIT, "doubts": OTHER}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_which_reading_takes_the_place_of_the_stored_one(archive: Archive, name: str) -> None:
    case = CASES[name]
    stored, read = replace(FULL, **case.stored), replace(FULL, **case.read)
    assert store(archive, h0=stored, h1=read) is (Outcome.REFUSED if case.reason else Outcome.REVISED)
    waiting = [each.waiting for each in archive.doubts() if each.waiting]
    if case.reason is None:
        assert (text(archive), waiting) == (read, [])
        return
    assert (text(archive), causes(archive)) == (stored, ["published"])
    (reading,) = waiting
    assert (reading.reason, reading.article.body, reading.article.doubts != ()) == (case.reason, read.body, True)


# --- what becomes of a reading that waits ---

WAITS = replace(FULL, body=EDIT, doubts=OTHER)
LOST = replace(FULL, body=HALF, doubts=LITTLE)


@pytest.mark.parametrize(
    ("readings", "now", "waits"),
    [
        ({"h1": WAITS, "h6": WAITS}, FULL, True),
        ({"h1": WAITS, "h24": WAITS}, WAITS, False),
        ({"h6": WAITS, "h24": WAITS}, WAITS, False),
        ({"h1": LOST, "h6": LOST, "h24": LOST, "h168": LOST}, FULL, True),
        ({"h1": WAITS, "h6": FULL}, FULL, False),
        ({"h1": WAITS, "h6": replace(WAITS, doubts=())}, replace(WAITS, doubts=()), False),
        ({"h1": WAITS, "h24": replace(WAITS, body=EDIT + "\nThêm một đoạn.")}, FULL, True),
    ],
    ids=["too soon", "confirmed", "confirmed at the next look", "half the text", "the text in force again",
         "without doubts", "another one"],
)  # fmt: skip
def test_what_becomes_of_a_reading_that_waits(
    archive: Archive, readings: dict[str, Article], now: Article, waits: bool
) -> None:
    store(archive, h0=FULL, **readings)
    assert (text(archive), any(each.waiting for each in archive.doubts())) == (now, waits)


def test_a_confirmed_reading_dates_from_its_first_look_and_keeps_its_doubts(archive: Archive, folder: Path) -> None:
    assert store(archive, h0=FULL, h1=WAITS, h24=WAITS) is Outcome.REVISED
    stored = archive.get(FULL.url)
    assert (stored.article.doubts, stored.last_seen_at) == (OTHER, after(hours=24))
    assert [(each.cause, each.body) for each in archive.revisions(FULL.url)] == [("published", BODY), ("edited", EDIT)]
    assert taken(archive, folder) == [("confirmed", "2025-07-03T08:00:00+07:00")]


def test_a_redesigned_reading_that_is_confirmed_is_no_edit_of_the_newspaper(archive: Archive) -> None:
    generic = replace(FULL, body=EDIT, sources=GENERIC, doubts=UNKNOWN)
    assert store(archive, h0=FULL, h1=generic, h24=generic) is Outcome.REVISED
    assert causes(archive) == ["published", "re-extracted"]


def test_what_waits_is_asked_for_again_on_the_schedule_of_its_article(archive: Archive) -> None:
    store(archive, h0=FULL, h1=WAITS)
    assert [link.url for link in archive.due_urls(SITE, at=after(hours=6))] == [FULL.url]
    store(archive, h6=FULL, h24=FULL, h168=WAITS)
    assert [link.url for link in archive.due_urls(SITE, at=after(hours=2 * 168))] == [FULL.url], "one look more"


@pytest.mark.parametrize("reading", [LOST, WAITS], ids=["a part", "an edit"])
def test_a_person_accepts_what_waits(archive: Archive, folder: Path, reading: Article) -> None:
    store(archive, h0=FULL, h1=reading)
    accepted = archive.accept(FULL.uid, at=after(hours=2))
    assert accepted.article == replace(reading, doubts=())
    assert (accepted.last_changed_at, accepted.revision_count) == (after(hours=1), 2)
    assert (archive.doubts(), taken(archive, folder)) == ([], [("accepted", "2025-07-02T10:00:00+07:00")])
    assert store(archive, h6=reading) is Outcome.UNCHANGED, "the page goes on to doubt it; a person has looked"
    assert archive.doubts() == []


def test_what_was_accepted_is_found_by_its_words_and_only_by_them(archive: Archive, folder: Path) -> None:
    doubtful = replace(FULL, body=BODY.replace("9 tấn", "99 tấn"), doubts=OTHER)
    store(archive, h0=FULL, h25=doubtful)
    archive.commit()
    with Archive.open(folder) as other:
        other.accept("1", at=after(hours=26))
    with Archive.open(folder, read_only=True) as reader:
        assert [len(reader.search(words)) for words in ('"99 tấn"', '"9 tấn"')] == [1, 0]
    store(archive, h27=FULL)
    assert [len(archive.search(words)) for words in ('"99 tấn"', '"9 tấn"')] == [0, 1]


def test_a_person_accepts_a_doubtful_text_in_force(archive: Archive, folder: Path) -> None:
    store(archive, h0=WAITS)
    assert archive.accept(FULL.uid[:8], at=after(hours=2)).article == replace(WAITS, doubts=())
    assert taken(archive, folder) == [("accepted", "2025-07-02T10:00:00+07:00")]
    with pytest.raises(NothingDoubtful, match=f"article {FULL.uid} has no doubts"):
        archive.accept(FULL.uid, at=after(hours=3))
    with pytest.raises(ArchiveError, match="no article"):
        archive.accept("abcdef", at=after(hours=3))


def test_doubts_are_listed_by_site(archive: Archive) -> None:
    store(archive, h0=WAITS)
    assert [each.url for each in archive.doubts(SITE)] == [FULL.url]
    with pytest.raises(ArchiveError, match='no site "baohue" in this archive'):
        archive.doubts("baohue")


def taken(archive: Archive, folder: Path) -> list[tuple[str, str]]:
    archive.commit()
    connection = sqlite3.connect(folder / "news.db")
    rows = connection.execute("SELECT taken_because, taken_at FROM doubtful_readings WHERE taken_at IS NOT NULL")
    found = rows.fetchall()
    connection.close()
    return found


# --- the command ---


def baotinh(*arguments: str, folder: Path) -> Result:
    group = click.Group("baotinh", commands=list(COMMANDS))
    return CliRunner().invoke(group, arguments, env={"BAOTINH_ARCHIVE": str(folder)})


def test_doubts_are_listed_and_accepted_by_the_command(archive: Archive, folder: Path) -> None:
    store(archive, h0=FULL, h1=WAITS)
    archive.store(capture(article(2, doubts=LITTLE)))
    archive.close()
    listed = baotinh("doubts", SITE, folder=folder).stdout
    assert "in force: 20 words, little-text" in listed
    assert f"waits since 2025-07-02 09:00: {len(EDIT.split())} words in place of {len(BODY.split())}" in listed
    assert f"baotinh doubts --accept {FULL.uid[:8]}" in listed
    records = json.loads(baotinh("doubts", "--json", folder=folder).stdout)
    assert {each["url"]: each["doubts"] for each in records} == {FULL.url: [], address(2): ["little-text"]}
    (waiting,) = (each["waiting"] for each in records if each["waiting"])
    assert (waiting["reason"], waiting["article"]) == ("doubtful", as_record(WAITS))

    assert "doubts: little-text" in baotinh("show", "2", folder=folder).stdout
    accepted = baotinh("doubts", "--accept", FULL.uid[:8], folder=folder)
    assert (accepted.exit_code, "text 2" in accepted.stdout) == (0, True)
    assert baotinh("doubts", "--accept", "2", "--json", folder=folder).exit_code == 0
    again = baotinh("doubts", "--accept", "2", folder=folder)
    assert (again.exit_code, "has no doubts" in again.stderr) == (2, True)
    assert baotinh("doubts", SITE, "--accept", "2", folder=folder).exit_code == 2
    empty = baotinh("doubts", folder=folder)
    assert (empty.exit_code, empty.stdout, "no article has doubts" in empty.stderr) == (0, "", True)
    assert baotinh("doubts", "baohue", folder=folder).exit_code == 2


# --- runs ---


def crawl(archive: Archive, readings: Sequence[Article], rules: str = "1", **span: float) -> RunReport:
    run = archive.begin_run(SITE, started_at=after(**span), version="0.1", settings={"rules": rules})
    for each in readings:
        archive.store(capture(each, after(**span), run=run))
    return archive.finish_run(run, finished_at=after(**span), status=RunStatus.FINISHED)


def test_a_run_counts_the_pages_that_it_read_with_doubts(archive: Archive) -> None:
    first = crawl(archive, [FULL, article(2, doubts=LITTLE), article(3)])
    assert (first.stored, first.doubtful, first.balances) == (3, 1, True)
    second = crawl(archive, [WAITS, article(2, doubts=LITTLE), article(3, doubts=OTHER)], hours=1)
    assert (second.refused, second.unchanged, second.doubtful) == ({Reason.DOUBTFUL: 1}, 2, 3)
    assert second.balances
    pages = {page.url: page.doubts for page in archive.history(second.run).pages if page.run == second.run}
    assert pages == {address(1): OTHER, address(2): LITTLE, address(3): OTHER}
    assert archive.runs()[0].as_record()["doubtful"] == 3


def test_a_page_that_lost_its_layout_is_doubtful_and_shows_what_it_lost(archive: Archive) -> None:
    crawl(archive, [FULL])
    last = crawl(archive, [replace(FULL, byline=(), sources=GENERIC)], hours=1)
    (page,) = (page for page in archive.history(last.run).pages if page.run == last.run)
    assert (page.doubts, page.reason) == (UNKNOWN, None)
    assert page.fields == {"published_at", "lead", "section"}, "neither layout nor byline, which are kept"


def test_other_rules_make_due_what_is_doubtful(archive: Archive) -> None:
    crawl(archive, [FULL, article(2, doubts=LITTLE), article(3)])
    crawl(archive, [WAITS], days=10)
    assert archive.due_urls(SITE, at=after(days=10)) != []
    crawl(archive, [], rules="2", days=100)
    due = [link.url for link in archive.due_urls(SITE, at=after(days=100))]
    assert {address(1), address(2)} <= set(due)

"""The same story in several newspapers: found, traced to where it is from, and never confused with its like."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Copies, Filters, NothingDecided, Origin, Precision, merge, rebuild
from archive.care.verify import verify
from archive.writing.sketches import forget_all_copies
from tests.archive.build import after
from tests.archive.stories import (
    CA_MAU,
    FLOOD,
    HA_GIANG,
    NOTICE,
    SCHOOL,
    SON_LA,
    TUYEN_QUANG,
    story,
    with_outlets,
)

TTXVN: dict[str, Any] = {"source_credit": "TTXVN"}


def found(archive: Archive, site: str, number: int = 1) -> Copies:
    return archive.copies(f"https://{site}.example/tin/{number}.html")


def sites(copies: Copies) -> list[list[str | None]]:
    return [[member.site for member in group.members] for group in copies.groups]


def printed(archive: Archive, *captures: Any) -> None:
    for each in captures:
        archive.store(each)
    archive.update_copies()


def test_a_text_that_another_outlet_cut_and_retitled_is_traced_to_the_first(archive: Archive) -> None:
    with_outlets(archive)
    printed(
        archive,
        story(
            SON_LA,
            (*FLOOD[:2], "Tại Sơn La, hồ chứa vẫn an toàn."),
            after(hours=5),
            title="Lũ lớn",
            seen=after(hours=1),
        ),
        story(HA_GIANG, FLOOD, after(), byline=("Lê A",), seen=after(hours=6)),
    )
    copy = found(archive, SON_LA)
    assert (copy.origin, copy.from_site) == ("from", HA_GIANG)
    (group,) = copy.groups
    assert (group.kind, group.outlets) == ("exchange", 2)
    first, second = group.members
    assert (first.site, first.origin, first.kept, first.cut) == (HA_GIANG, "own", 1.0, [])
    assert (second.lag_minutes, second.cut, second.additions) == (300, [3, 4], [3])
    assert found(archive, HA_GIANG).origin == "own"


@pytest.mark.parametrize(
    ("changes", "kind", "origin"),
    [
        ([TTXVN, {}], "agency", "agency"),
        ([{}, {"byline": ("Minh Anh (TTXVN)",)}], "agency", "agency"),
        ([{}, {"lead": "(TTXVN) - Lũ ở miền núi."}], "agency", "agency"),
        ([{"source_credit": "Ban Tuyên giáo Tỉnh ủy"}, {}], "press-release", "from"),
        ([{"title": "Thông cáo báo chí kỳ họp thứ 9"}, {}], "press-release", "from"),
        ([{}, {"source_credit": "Báo Nhân Dân"}], "exchange", "from"),
    ],
)
def test_what_one_of_them_says_is_where_all_are_from(
    archive: Archive, changes: list[dict[str, Any]], kind: str, origin: str
) -> None:
    with_outlets(archive)
    both = (story(HA_GIANG, FLOOD, **changes[0]), story(CA_MAU, FLOOD, after(hours=1), **changes[1]))
    printed(archive, *both)
    for site in (HA_GIANG, CA_MAU):
        copy = found(archive, site)
        assert (copy.origin, [group.kind for group in copy.groups]) == (origin, [kind])
        assert copy.groups[0].origin_uid is None


@pytest.mark.parametrize(
    ("said", "source"),
    [
        (TTXVN, "TTXVN"),
        ({"byline": ("Minh Anh (TTXVN)",)}, "Minh Anh (TTXVN)"),
        ({"lead_mark": "(TTXVN)"}, "TTXVN"),
        ({"body": "\n".join((*FLOOD, "(Theo TTXVN)"))}, "TTXVN"),
    ],
)
def test_what_a_page_says_later_of_its_origin_counts_too(archive: Archive, said: dict[str, Any], source: str) -> None:
    with_outlets(archive)
    printed(archive, story(HA_GIANG, FLOOD), story(CA_MAU, FLOOD, after(hours=1)))
    assert found(archive, CA_MAU).from_site == HA_GIANG
    printed(archive, story(HA_GIANG, FLOOD, seen=after(days=1), **said))
    assert (found(archive, CA_MAU).origin, found(archive, CA_MAU).source) == ("agency", source)


@pytest.mark.parametrize(
    "said",
    [{"lead_mark": "(HGO)"}, {"source_credit": "Báo Hà Giang"}, {"body": "\n".join((*FLOOD, "Theo Báo Hà Giang"))}],
)
def test_a_credit_counts_more_than_the_printed_times(archive: Archive, said: dict[str, Any]) -> None:
    with_outlets(archive)
    printed(archive, story(CA_MAU, FLOOD, after(), **said), story(HA_GIANG, FLOOD, after(hours=9)))
    assert found(archive, CA_MAU).from_site == HA_GIANG
    (group,) = found(archive, HA_GIANG).groups
    assert [sign.what for sign in group.evidence] == ["credit"]


def test_the_outlet_that_was_merged_into_the_other_had_it_first(archive: Archive) -> None:
    with_outlets(archive, merged=True)
    printed(archive, story(TUYEN_QUANG, FLOOD, after()), story(HA_GIANG, FLOOD, after()))
    copy = found(archive, TUYEN_QUANG)
    assert (copy.groups[0].kind, copy.from_site) == ("same-house", HA_GIANG)


@pytest.mark.parametrize(
    ("first", "second", "origin"),
    [
        ({}, {}, "from"),
        ({"published_precision": Precision.DAY, "published_at": after(hours=-8)}, {}, "unknown"),
        ({"published_precision": Precision.DAY, "published_at": after(hours=-8), "byline": ("Lê A",)}, {}, "from"),
        ({"published_precision": None, "published_at": None}, {}, "unknown"),
    ],
)
def test_a_time_that_is_not_printed_is_not_made_up(
    archive: Archive, first: dict[str, Any], second: dict[str, Any], origin: str
) -> None:
    with_outlets(archive)
    printed(
        archive, story(HA_GIANG, FLOOD, **first, seen=after(hours=8)), story(CA_MAU, FLOOD, after(hours=1), **second)
    )
    assert found(archive, CA_MAU).origin == origin


def test_a_text_merged_out_of_two_is_in_both_groups_and_joins_them_not(archive: Archive) -> None:
    with_outlets(archive)
    printed(
        archive,
        story(HA_GIANG, FLOOD, **TTXVN),
        story(SON_LA, SCHOOL, after(hours=1), byline=("Lê A",)),
        story(CA_MAU, (*FLOOD[:3], *SCHOOL[:3]), after(hours=9), **TTXVN),
        story(TUYEN_QUANG, (*FLOOD[:3], *SCHOOL[:3]), after(hours=12)),
    )
    assert sites(found(archive, HA_GIANG)) == [[HA_GIANG, CA_MAU, TUYEN_QUANG]]
    assert sites(found(archive, SON_LA)) == [[SON_LA, CA_MAU, TUYEN_QUANG]]
    kinds = {group.kind for group in found(archive, CA_MAU).groups}
    assert kinds == {"agency", "exchange"}, "what the merged text names is the origin of one of them"


def test_two_cuts_of_one_text_are_one_story(archive: Archive) -> None:
    with_outlets(archive)
    halves = story(SON_LA, FLOOD[:2], after(hours=1)), story(CA_MAU, FLOOD[2:], after(hours=2))
    printed(archive, *halves, story(HA_GIANG, FLOOD))
    assert sites(found(archive, CA_MAU)) == [[HA_GIANG, SON_LA, CA_MAU]]


@pytest.mark.parametrize(
    "values",
    [
        ({"place": "Đại Từ", "hour": 7, "day": 5}, {"place": "Bắc Hà", "hour": 6, "day": 9}),
        ({"place": "Đại Từ", "hour": 7, "day": 5}, {"place": "Bắc Hà", "hour": 7, "day": 5}),
        ({"place": "Đại Từ", "hour": 7, "day": 5}, {"place": "Đại Từ", "hour": 7, "day": 6}),
    ],
)
def test_a_template_that_is_filled_in_twice_is_no_copy(archive: Archive, values: tuple[dict[str, Any], ...]) -> None:
    with_outlets(archive)
    one, other = ([line.format(**each) for line in NOTICE] for each in values)
    printed(archive, story(HA_GIANG, one), story(CA_MAU, other, after(hours=2)))
    assert found(archive, CA_MAU).groups == []
    assert found(archive, CA_MAU).origin == "own"


def test_a_correction_is_no_template(archive: Archive) -> None:
    with_outlets(archive)
    corrected = [line.replace("120 người", "130 người") for line in FLOOD]
    printed(archive, story(HA_GIANG, FLOOD), story(CA_MAU, corrected, after(hours=2)))
    assert sites(found(archive, CA_MAU)) == [[HA_GIANG, CA_MAU]]


def test_a_text_with_another_number_of_another_day_is_no_correction(archive: Archive) -> None:
    with_outlets(archive)
    filled_in = [line.replace("120 người", "130 người") for line in FLOOD]
    printed(archive, story(HA_GIANG, FLOOD), story(CA_MAU, filled_in, after(days=2)))
    assert found(archive, CA_MAU).groups == []


def test_only_other_outlets_of_the_same_days_are_compared(archive: Archive) -> None:
    with_outlets(archive)
    printed(archive, story(HA_GIANG, FLOOD), story(HA_GIANG, FLOOD, number=2), story(CA_MAU, FLOOD, after(days=9)))
    assert found(archive, HA_GIANG).groups == []
    assert archive.update_copies(days=10, is_anew=True).articles == 3


def test_a_revised_text_leaves_its_group(archive: Archive) -> None:
    with_outlets(archive)
    printed(archive, story(HA_GIANG, FLOOD), story(SON_LA, FLOOD, after(hours=1)), story(CA_MAU, FLOOD, after(hours=2)))
    assert archive.update_copies().compared == 0
    printed(archive, story(SON_LA, SCHOOL, after(hours=1), seen=after(days=1)))
    assert sites(found(archive, HA_GIANG)) == [[HA_GIANG, CA_MAU]]
    assert found(archive, SON_LA).groups == []


def test_a_withheld_article_leaves_no_trace_in_groups_and_returns(archive: Archive) -> None:
    with_outlets(archive)
    printed(archive, story(HA_GIANG, FLOOD), story(CA_MAU, FLOOD, after(hours=2)))
    key = f"https://{CA_MAU}.example/tin/1.html"
    archive.withhold(key, reason="theo lệnh", at=after(days=1), by="x")
    connection = sqlite3.connect(archive.path)
    for table in ("copy_texts", "copy_sketches", "copy_members", "article_origins"):
        (left,) = connection.execute(f"SELECT count(*) FROM {table} WHERE article_id = 2").fetchone()
        assert left == 0, table
    connection.close()
    archive.update_copies()
    assert found(archive, HA_GIANG).groups == []
    archive.lift(key, at=after(days=2), by="x")
    archive.update_copies()
    assert sites(found(archive, HA_GIANG)) == [[HA_GIANG, CA_MAU]]


def test_an_export_has_the_origin_and_the_group_and_a_cursor_learns_of_another_one(archive: Archive) -> None:
    with_outlets(archive)
    printed(
        archive,
        story(HA_GIANG, FLOOD),
        story(SON_LA, FLOOD, after(hours=1)),
        story(CA_MAU, SCHOOL, after(hours=2), **TTXVN),
    )
    first, second, alone = archive.changes()
    assert [each.copy_group for each in (first, second, alone)] == [first.article.uid, first.article.uid, None]
    assert (second.origin, second.from_site, second.copy_kind) == (Origin.FROM, HA_GIANG, "exchange")
    assert (alone.origin, alone.from_source) == (Origin.AGENCY, "TTXVN")
    archive.update_copies(is_anew=True)
    assert list(archive.changes(after=alone.change_seq)) == []
    archive.withhold(second.article.uid, reason="theo lệnh", at=after(days=1), by="x")
    (changed,) = archive.changes(after=alone.change_seq)
    assert (changed.article, changed.copy_group) == (first.article, None)


def test_what_a_person_splits_or_joins_stays(archive: Archive) -> None:
    with_outlets(archive)
    printed(
        archive, story(HA_GIANG, FLOOD), story(SON_LA, FLOOD, after(hours=1)), story(CA_MAU, SCHOOL, after(hours=2))
    )
    keys = [f"https://{site}.example/tin/1.html" for site in (HA_GIANG, SON_LA, CA_MAU)]
    assert archive.split_copies(keys[1], at=after(days=1), by="x", reason="khác").groups == []
    assert sites(archive.join_copies(keys[2], keys[0], at=after(days=1), by="x")) == [[HA_GIANG, CA_MAU]]
    archive.update_copies(is_anew=True)
    assert sites(found(archive, HA_GIANG)) == [[HA_GIANG, CA_MAU]]
    assert archive.undo_copies(keys[2], at=after(days=2), by="x").groups == []
    assert sites(archive.undo_copies(keys[1], at=after(days=2), by="x")) == [[HA_GIANG, SON_LA]]
    with pytest.raises(NothingDecided, match="baotinh copies"):
        archive.undo_copies(keys[1], at=after(days=3), by="x")


def test_decisions_and_groups_survive_a_rebuild_and_a_merge(folder: Path, tmp_path: Path) -> None:
    with Archive.open(folder, create=True) as archive:
        with_outlets(archive)
        printed(
            archive, story(HA_GIANG, FLOOD), story(SON_LA, FLOOD, after(hours=1)), story(CA_MAU, FLOOD, after(hours=2))
        )
        archive.split_copies(f"https://{SON_LA}.example/tin/1.html", at=after(days=1), by="x")
    assert rebuild(folder, tmp_path / "again").differing == ()
    with Archive.open(tmp_path / "again") as again:
        assert sites(found(again, HA_GIANG)) == [[HA_GIANG, CA_MAU]]
    with Archive.open(tmp_path / "other", create=True) as other:
        with_outlets(other)
        other.store(story(HA_GIANG, FLOOD))
    merge(tmp_path / "other", folder)
    with Archive.open(tmp_path / "other") as merged:
        merged.update_copies()
        assert sites(found(merged, HA_GIANG)) == [[HA_GIANG, CA_MAU]]
        assert found(merged, SON_LA).groups == []
    assert merge(tmp_path / "other", folder).is_empty
    assert verify(tmp_path / "other", at=after(days=9)).findings == ()


def test_an_update_that_was_killed_goes_on(archive: Archive) -> None:
    with_outlets(archive)
    for n in range(4):
        archive.store(story(HA_GIANG, FLOOD, after(hours=n), number=n))
        archive.store(story(CA_MAU, FLOOD, after(hours=n + 1), number=n))
    archive.commit()
    connection = sqlite3.connect(archive.path)
    connection.execute("UPDATE copy_texts SET todo = 1 WHERE article_id < 3")  # compared, and not yet grouped
    connection.commit()
    connection.close()
    assert archive.update_copies().articles == 8
    assert archive.update_copies().compared == 0


def test_what_a_crawl_leaves_waits_for_the_next_one_the_newest_first(archive: Archive) -> None:
    with_outlets(archive)
    for each in (story(HA_GIANG, SCHOOL), story(HA_GIANG, FLOOD, after(days=1), number=2)):
        archive.store(each)
    archive.store(story(CA_MAU, FLOOD, after(days=1, hours=1)))
    archive.commit()
    done = archive.update_copies(most=2)
    assert (done.compared, done.waiting, archive.waiting_for_copies()) == (2, 1, 1)
    assert found(archive, CA_MAU).from_site == HA_GIANG
    archive.tidy_at_end()
    assert archive.waiting_for_copies() == 0


def test_what_an_older_program_stored_is_sketched_over_several_crawls(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_outlets(archive)
    printed(archive, story(HA_GIANG, FLOOD), story(CA_MAU, FLOOD, after(hours=1)), story(SON_LA, SCHOOL))
    connection = sqlite3.connect(archive.path)
    forget_all_copies(connection)
    connection.commit()
    connection.close()
    monkeypatch.setattr("archive.copies.update.SKETCHED", 1)
    done = archive.update_copies(most=1)
    assert (done.compared, done.waiting) == (1, 2)
    archive.tidy_at_end()
    assert archive.waiting_for_copies() == 0
    assert found(archive, CA_MAU).from_site == HA_GIANG


def test_articles_are_found_and_counted_by_their_origin(archive: Archive) -> None:
    with_outlets(archive)
    printed(archive, story(HA_GIANG, FLOOD), story(CA_MAU, FLOOD, after(hours=1)), story(SON_LA, SCHOOL, **TTXVN))
    archive.store(story(TUYEN_QUANG, SCHOOL))
    counts = {each.value: each.articles for each in archive.facets().origins}
    assert counts == {"own": 1, "from": 1, "agency": 1, "unknown": 1}
    assert counts == {origin: archive.count(filters=Filters(origin=origin)) for origin in Origin}

"""`change_seq` grows exactly when a field of an exported article gets another value, whatever changed it."""

import sqlite3
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from archive import VIETNAM, Archive, Article, Doubt, Image, Kind, Outlet, Precision, Reason
from archive.reading.columns import COLUMNS
from archive.rows import rows_of
from tests.archive.build import HOME, SITE, START, address, after, article, capture, refused
from tests.archive.stories import FLOOD

OLD, NEW = "baoquangnam", "baodanang"
CMS_ID = "3067775"
MERGED = Outlet(site=OLD, name="Báo Quảng Nam", home="https://qn.example/", province="Quảng Nam", merged_into=NEW)
OUTLET = Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang")

FIRST = article(1, lead="Tỉnh họp.", tags=("a",), images=(Image("https://x.example/1.jpg"),), sources={"body": "meta"})
COPY = article(2, url="https://dn.example/cho-que-3067775.html", title="Chợ quê")
OWN = replace(COPY, url="https://qn.example/cho-que-3067775.html")
LOST = article(3)
TOLD = article(4, title="Lũ", body="\n".join(FLOOD))
PLAIN = article(9, title="Văn bản", body="Một văn bản không có tòa soạn.")

OTHER_VALUES: dict[str, Any] = {
    "title": "Tiêu đề mới",
    "lead": "Tỉnh gặp.",
    "lead_mark": "BHG",
    "body": FIRST.body.replace("họp", "gặp"),
    "byline": ("Lê A",),
    "byline_raw": "Tin: Lê A",
    "source_credit": "TTXVN",
    "published_at": START - timedelta(days=2),
    "published_precision": Precision.DAY,
    "published_raw": "02/07/2025",
    "modified_at": after(hours=1).astimezone(VIETNAM),
    "section": ("Thời sự",),
    "tags": ("a", "b"),
    "images": (Image("https://x.example/1.jpg", "Ảnh: Lê A"),),
    "language": "en",
    "sources": {"body": "ld"},
    "proposed": frozenset({"byline"}),
    "doubts": (Doubt.PARTIAL,),
}
SHOWN = OTHER_VALUES.keys() - {"doubts"}
"""Doubts are ours: a doubtful reading of the same words changes nothing."""
NEVER = {"id", "uid", "url", "first_seen_at"}
"""Keys of an article that keep their value for ever."""


def edit(**changes: Any) -> Callable[[Archive], object]:
    """Return an action that stores other content at the moment of the first capture: only the content is new."""
    return lambda archive: archive.store(capture(replace(FIRST, **changes), body=b"other bytes"))


def read_anew(**changes: Any) -> Callable[[Archive], object]:
    return lambda archive: archive.store(capture(replace(FIRST, **changes)))


def see(content: Article = FIRST, **changes: Any) -> Callable[[Archive], object]:
    return lambda archive: archive.store(capture(content, **{"at": START, **changes}))


def not_modified(archive: Archive) -> None:
    archive.store(capture(FIRST, after(hours=1), article=None, status=304, body=b""))


def bury(archive: Archive) -> None:
    archive.store(refused(1, Reason.GONE, status=404))


def part_from_its_copy(archive: Archive) -> None:
    see(OWN, site=OLD, cms_id=CMS_ID)(archive)
    see(replace(OWN, body="Một bài khác hẳn về phiên chợ."), site=OLD, cms_id=CMS_ID, body=b"x")(archive)


def tell_before(archive: Archive) -> None:
    before = TOLD.published_at and TOLD.published_at - timedelta(days=1)
    archive.store(capture(replace(TOLD, url="https://dn.example/lu.html", published_at=before), site=NEW))
    archive.update_copies()


def credit(archive: Archive) -> None:
    archive.store(capture(replace(TOLD, source_credit="TTXVN"), body=b"other bytes"))
    archive.update_copies()


LOUD: dict[str, Callable[[Archive], object]] = {
    **{
        f"the page shows another {name}": edit(**{name: value}) for name, value in OTHER_VALUES.items() if name in SHOWN
    },
    **{f"our rules read another {name}": read_anew(**{name: value}) for name, value in OTHER_VALUES.items()},
    "it is seen later": see(at=after(hours=1)),
    "it was not modified": not_modified,
    "it is taken away": bury,
    "it comes back": see(LOST, body=b"other bytes"),
    "it is edited later": see(replace(FIRST, title="Tiêu đề mới"), at=after(hours=1)),
    "it has another spelling": see(url=address(1) + "?m=1"),
    "another address leads to it": see(url=HOME + "old/1", final_url=FIRST.url),
    "its own outlet shows it": see(OWN, site=OLD, cms_id=CMS_ID),
    "its copy is another text now": part_from_its_copy,
    "a site has the text without an outlet": see(PLAIN, body=b"other bytes"),
    "its id is learnt": lambda archive: archive.learn_ids(SITE, lambda url: "1" if url == FIRST.url else None),
    "its page shows an id": see(cms_id="1"),
    "its outlet has another name": lambda archive: archive.register(replace(OUTLET, name="Báo Hà Giang mới")),
    "its outlet has another province": lambda archive: archive.register(replace(OUTLET, province="Cần Thơ")),
    "a person corrects it": lambda archive: archive.correct("1", title="Đầu đề", at=after(hours=1), by="Lan"),
    "a person corrects its date": lambda archive: archive.correct("1", published=START.date(), at=START, by="Lan"),
    "an outlet printed its text before": tell_before,
    "it names an agency": credit,
    "its outlet has no province": lambda archive: archive.register(replace(OUTLET, province=None)),
}
QUIET: dict[str, Callable[[Archive], object]] = {
    "the same capture": see(),
    "an older capture": see(at=START - timedelta(hours=1)),
    "the same outlet": lambda archive: archive.register(OUTLET),
    "another home of the outlet": lambda archive: archive.register(replace(OUTLET, home="https://hg.example/")),
    "a province of the same land today": lambda archive: archive.register(replace(OUTLET, province="Tuyên Quang")),
    "no id to be learnt": lambda archive: archive.learn_ids(SITE, lambda _: None),
    "a failure": lambda archive: archive.store(refused(1, Reason.TIMEOUT, after(hours=1))),
    "a refusal": lambda archive: archive.store(refused(1, Reason.SHELL, after(hours=1), status=200)),
    "copies are looked for again": lambda archive: archive.update_copies(),
    "all copies are looked for anew": lambda archive: archive.update_copies(is_anew=True),
    "a page that shrank": edit(body="Sáng nay."),
    "a source that names it": lambda archive: archive.store(
        capture(FIRST, kind=Kind.FEED, url=HOME + "rss", article=None)
    ),
}


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """Store articles of an outlet, of its successor, without an outlet, and one that was taken away."""
    archive.register(Outlet(site=NEW, name="Báo Đà Nẵng", home="https://dn.example/", province="Đà Nẵng"))
    archive.register(MERGED)
    archive.store(capture(FIRST))
    archive.store(capture(COPY, site=NEW, cms_id=CMS_ID))
    archive.store(capture(PLAIN, site=None))
    archive.store(capture(LOST))
    archive.store(refused(3, Reason.GONE, status=404))
    archive.store(capture(TOLD))
    archive.update_copies()
    return archive


def shown(archive: Archive) -> dict[str, tuple[int, dict[str, Any]]]:
    """Return uid → `change_seq` and every field that an export or `articles_full` shows."""
    archive.commit()
    people = sqlite3.connect(archive.path)  # they query views on connections of their own
    rows = {row["uid"]: row for row in rows_of(people.execute("SELECT * FROM articles_full"))}
    people.close()
    return {
        stored.article.uid: (stored.change_seq, {**rows[stored.article.uid], **stored.as_record()})
        for stored in archive.articles()
    }


def changed_by(archive: Archive, action: Callable[[Archive], object]) -> set[str]:
    """Run `action` and return the keys that it changed; assert that `change_seq` grew for them and for no other."""
    before = shown(archive)
    action(archive)
    now = shown(archive)
    last = max(number for number, _ in before.values())
    keys: set[str] = set()
    for uid, (number, record) in before.items():
        different = {key for key in record if record[key] != now[uid][1][key]}
        assert (now[uid][0] > last) == bool(different), different
        assert (now[uid][0] == number) == (not different)
        keys |= different
    seen_again = {stored.article.uid for stored in archive.changes(after=last)}
    assert seen_again == {uid for uid, (number, _) in now.items() if number > last}
    return keys


@pytest.mark.parametrize("path", LOUD)
def test_it_grows_with_every_change(filled: Archive, path: str) -> None:
    assert changed_by(filled, LOUD[path])


@pytest.mark.parametrize("path", QUIET)
def test_it_stays_when_nothing_changed(filled: Archive, path: str) -> None:
    assert not changed_by(filled, QUIET[path])


def test_every_exported_field_is_changed_by_a_path_above(filled: Archive) -> None:
    assert set(OTHER_VALUES) == {field.name for field in fields(Article)} - NEVER
    every = set().union(*(changed_by(filled, action) for action in LOUD.values()))
    assert {column.name for column in COLUMNS} - NEVER <= every


def test_changes_come_in_their_order_and_go_on_where_a_reader_stopped(filled: Archive) -> None:
    first, *others = filled.changes()
    assert [stored.article for stored in (first, *others)] == [FIRST, COPY, PLAIN, LOST, TOLD]
    edit(title="Tiêu đề mới")(filled)
    assert [stored.id for stored in filled.changes(after=first.change_seq)] == [*(each.id for each in others), first.id]

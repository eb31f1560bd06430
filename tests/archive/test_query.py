"""How a search is read: what is left out, where a word must be, choices, and abbreviations with and without dots."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from archive import Archive, BadQuery
from archive.reading.query import MOST_LETTERS, read_query
from tests.archive.build import article, capture

TEXTS = {
    "thu duc": ("Ngập ở Thủ Đức", "TP.HCM mưa lớn, huyện Nhà Bè ngập."),
    "thanh pho": ("Ngập nhiều nơi", "TP HCM mưa lớn."),
    "tphcm": ("Kẹt xe", "TPHCM kẹt xe, ngập."),
    "us": ("Tin quốc tế", "Đoàn U.S. thăm ĐH Huế, trường Đ.H. ở T.Ư, hãng US."),
    "cam": ("Mùa cam", "Sạt lở đất ở bản."),
    "ban": ("Bản tin", "Lũ quét, mùa cam."),
}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive of the TEXTS, which no test changes."""
    with Archive.open(tmp_path_factory.mktemp("texts") / "news", create=True) as archive:
        for number, (title, body) in enumerate(TEXTS.values(), start=1):
            archive.store(capture(article(number, title=title, body=body)))
        yield archive


def found(archive: Archive, typed: str) -> set[str]:
    names = {title: name for name, (title, _) in TEXTS.items()}
    return {names[hit.title] for hit in archive.search(typed)}


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ngap -huyen", {"thanh pho", "tphcm"}),
        ("ngap -huyện", {"thanh pho", "tphcm"}),
        ("ngap -huyên", {"thu duc", "thanh pho", "tphcm"}),
        ('ngap -"ket xe"', {"thu duc", "thanh pho"}),
        ('-"ket xe" ngap -huyen', {"thanh pho"}),
        ("title:cam", {"cam"}),
        ("title:ngap mua", {"thu duc", "thanh pho"}),
        ('title:"thu duc"', {"thu duc"}),
        ('ngap -title:"thu duc"', {"thanh pho", "tphcm"}),
        ("TITLE:cam", {"cam"}),
        ("sat lo OR lu quet", {"cam", "ban"}),
        ("sat lo or lu quet", set()),
        ("sat lo OR lu quet -cam", set()),
        ("OR cam OR", {"cam", "ban"}),
        ("- cam --", {"cam", "ban"}),
        ("sạt-lở", {"cam"}),
        *((typed, {"thu duc", "thanh pho", "tphcm"}) for typed in ("TPHCM", "tphcm", "TP.HCM", "TP. HCM", "tp hcm")),
        ("tphcm mua lon", {"thu duc", "thanh pho"}),
        ("US", {"us"}),
        ("U.S.", {"us"}),
        ("ĐH", {"us"}),
        ("dh hue", {"us"}),
        ("Đ.H", {"us"}),
        ("TƯ", {"us"}),
        ('"TPHCM"', {"tphcm"}),
    ],
)
def test_what_is_found(texts: Archive, typed: str, names: set[str]) -> None:
    assert found(texts, typed) == names
    assert texts.count(typed) == len(names)


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("sạt lở", None),
        ("sạt lở OR lũ quét", 'OR between "sạt lở" and "lũ quét"'),
        ("cam -huyện", 'without "huyện"'),
        ("title:cam", 'in the title: "cam"'),
        ('a OR b -c -"d e"', 'OR between "a" and "b"; without "c" and "d e"'),
    ],
)
def test_what_a_person_may_not_have_meant_is_said(typed: str, read_as: str | None) -> None:
    assert read_query(typed).read_as == read_as


@pytest.mark.parametrize(
    "typed",
    [
        *(
            '"',
            '""cam',
            "cam*",
            "NEAR(cam, 2)",
            "cam AND",
            "NOT cam",
            "{title}: cam",
            "^cam",
            "cam + ban",
            "(cam",
            "title:",
        ),
        *(
            "cam ) OR (",
            "'cam'",
            "cam\x00ban",
            "title:title:cam",
            "-title:-cam cam",
            "a.b.c.d.e.f.g.h.i",
            "%_\\",
            "rowid:1",
        ),
        *("tphcm " * 20, "T.P " * 30, "🙂 cam", "cam\n-", "CAM " * 90, '"tphcm" ubnd -hdnd'),
    ],
)
def test_nothing_typed_is_an_error_of_the_index(texts: Archive, typed: str) -> None:
    with suppress(BadQuery):  # it may hold no word
        assert texts.count(typed) == len(texts.search(typed, limit=100))


@pytest.mark.parametrize("typed", ["a" * (MOST_LETTERS + 1), "a " * 101])
def test_a_search_that_is_too_long_is_refused(texts: Archive, typed: str) -> None:
    with pytest.raises(BadQuery, match="at most 100 words"):
        texts.search(typed)


@pytest.mark.parametrize("typed", ["-cam", 'OR -"cam"', "OR"])
def test_something_must_be_looked_for(texts: Archive, typed: str) -> None:
    with pytest.raises(BadQuery, match="nothing to look for"):
        texts.search(typed)

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, Filters, Image, Outlet
from tests.archive.build import START, after, article, capture

TEXTS = {
    "ket": ("Khối đại đoàn kết toàn dân", "Nhân dân các dân tộc chung sức."),
    "thai": ("Tin kinh tế", "Tỉnh Thái Nguyên xây dựng khu công nghiệp."),
    "nguyen": ("Tin môi trường", "Xử lý rác thải, ông Nguyễn Văn A cho biết."),
    "bien": ("Đường lên Điện Biên", "Thuỷ điện và hoà bình, Ủy ban tỉnh."),
    "hoa": ("Lễ hội hoa ban", "Việt Nam mùa xuân."),
}


@pytest.fixture
def texts(archive: Archive) -> Archive:
    for number, (title, body) in enumerate(TEXTS.values(), start=1):
        archive.store(capture(article(number, title=title, body=body)))
    return archive


def found(archive: Archive, typed: str, **filters: object) -> list[str]:
    titles = {title: name for name, (title, _) in TEXTS.items()}
    return [titles[hit.title] for hit in archive.search(typed, filters=Filters(**filters))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("dien bien", ["bien"]),
        ("ĐIỆN BIÊN", ["bien"]),
        ("điện bien", ["bien"]),
        ("Điên Biên", []),
        ("đoàn kết", ["ket"]),
        ("đoàn kêt", []),
        ("doan ket", ["ket"]),
        ("thái nguyên", ["thai"]),
        ("thai nguyen", ["thai", "nguyen"]),  # the syllables that follow each other come first
        ('"thai nguyen"', ["thai"]),
        ('"nguyên thái"', []),
        ("“đoàn kết” dan", ["ket"]),
        ("hoa", ["hoa", "bien"]),  # exact first, then the other marks
        ("hòa bình", ["bien"]),
        ("hoà bình", ["bien"]),
        ("thủy điện uỷ ban", ["bien"]),
        ('"việt nam"', ["hoa"]),  # one of the two syllables has no mark to type
        ('"viet nam"', ["hoa"]),
        ('"việt nâm"', []),
        ("cong-nghiep", ["thai"]),
    ],
)
def test_search_as_people_type(texts: Archive, typed: str, names: list[str]) -> None:
    assert found(texts, typed) == names


@pytest.mark.parametrize(
    "typed",
    ['"ket', "NEAR(ket", "ket*", "ket AND", "title:ket", "^ket", "ket -dan", "{ket} : '", "(ket"],
)
def test_no_sign_breaks_a_search(texts: Archive, typed: str) -> None:
    assert set(found(texts, typed)) <= {"ket"}


@pytest.mark.parametrize("typed", ["", "   ", "***", '""', "\x00"])
def test_nothing_to_look_for_is_said(texts: Archive, typed: str) -> None:
    with pytest.raises(ArchiveError, match="nothing to look for"):
        texts.search(typed)


def test_the_snippet_prints_the_original_text(texts: Archive) -> None:
    (hit,) = texts.search("thuy dien hoa binh")
    assert hit.snippet == "[Thuỷ điện] và [hoà bình], Ủy ban tỉnh."
    assert (hit.site, hit.province_now, hit.published_at) == ("baohagiang", "Tuyên Quang", START)
    assert hit.as_record()["published_at"] == "2025-07-02T08:00:00+07:00"


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_revised_text_is_found_by_its_new_words_only(texts: Archive, is_committed: bool) -> None:
    if is_committed:
        texts.commit()
    texts.store(capture(article(1, title="Tin khác", body=TEXTS["ket"][1] + " Thêm."), after(hours=1)))
    assert texts.search("đoàn kết") == []
    assert [hit.title for hit in texts.search("tin khác them")] == ["Tin khác"]


def test_a_capture_that_fails_leaves_no_words(texts: Archive) -> None:
    picture = Image("https://baohagiang.vn/a.jpg", b"no text")  # type: ignore[arg-type]  # refused after the text
    with pytest.raises(sqlite3.IntegrityError):
        texts.store(capture(article(9, title="Bão số 9", images=(picture,))))
    texts.commit()
    assert texts.search("bão") == []
    assert found(texts, "dien bien") == ["bien"]


def test_what_a_search_has_indexed_is_not_indexed_again(texts: Archive, folder: Path) -> None:
    assert found(texts, "dien bien") == ["bien"]
    texts.store(capture(article(9, title="Bão số 9")))
    texts.commit()
    with Archive.open(folder, read_only=True) as reader:
        assert found(reader, "dien bien") == ["bien"]
        assert [hit.title for hit in reader.search("bão")] == ["Bão số 9"]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, {1, 2, 3}),
        ({"site": "baohue"}, {3}),
        ({"province": "Hà Giang"}, {1}),
        ({"province": "tuyen quang"}, {1, 2}),
        ({"province": "Huế"}, {3}),
        ({"author": "phuong ngan"}, {1, 2}),
        ({"author": "Phương Ngân"}, {1}),
        ({"author": "Ngân"}, set()),
        ({"since": date(2025, 7, 1)}, {2, 3}),
        ({"until": date(2025, 6, 30)}, {1}),
        ({"since": date(2025, 6, 30), "until": date(2025, 7, 1)}, {1, 2}),
    ],
)
def test_filters(archive: Archive, filters: dict[str, object], numbers: set[int]) -> None:
    archive.register(Outlet(site="baohue", name="Báo Huế", home="https://baohue.example/", province="Thừa Thiên Huế"))
    last_day, first_day = after(hours=-33), after(hours=-32)  # 30 June 23:00, 1 July 00:00
    archive.store(capture(article(1, byline=("Phương Ngân",), published_at=last_day)))
    archive.store(capture(article(2, byline=("Phượng Ngạn", "B"), published_at=first_day)))
    archive.store(capture(article(3, published_at=after()), site="baohue"))
    hits = archive.search("tin", filters=Filters(**filters))  # type: ignore[arg-type]
    assert {int(hit.title.removeprefix("Tin số ")) for hit in hits} == numbers


@pytest.mark.parametrize(
    ("filters", "message"), [({"site": "x"}, "it has baohagiang"), ({"province": "Hà Nọi"}, "Hà Nội")]
)
def test_a_filter_that_names_nothing_is_refused(archive: Archive, filters: dict[str, str], message: str) -> None:
    with pytest.raises(ArchiveError, match=message):
        archive.search("tin", filters=Filters(**filters))  # type: ignore[arg-type]


def test_the_limit(texts: Archive) -> None:
    assert len(texts.search("tin", limit=1)) == 1

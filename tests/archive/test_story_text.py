"""What each newspaper puts around a text is taken off before texts are compared, and kept as evidence."""

import pytest

from archive.fold import WORD, fold, folded_words
from archive.shingles import SKETCH, digest, shingles, sketch
from archive.story_text import story_text


@pytest.mark.parametrize(
    ("first", "mark"),
    [
        ("(TTXVN) - Mưa lớn.", "TTXVN"),
        ("Hà Nội (TTXVN) - Mưa lớn.", "TTXVN"),
        ("(Baonghean.vn) – Mưa lớn.", "Baonghean.vn"),
        ("(GLO)-Mưa lớn.", "GLO"),
        ("(HNM) Mưa lớn.", "HNM"),
        ("BHG - Mưa lớn.", "BHG"),
        ("Chiều nay (giờ Hà Nội), mưa lớn.", None),
        ("Nha Trang - thành phố biển.", None),
        ("Mưa lớn (ảnh) gây ngập.", None),
    ],
)
def test_a_mark_is_taken_off(first: str, mark: str | None) -> None:
    found = story_text(first, "Thân bài.")
    assert found.marks == ((mark,) if mark else ())
    assert found.paragraphs[0] == ("Mưa lớn." if mark else first)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ("Theo TTXVN", ("Theo TTXVN",)),
        ("Theo Báo Nhân Dân.", ("Theo Báo Nhân Dân.",)),
        ("(TTXVN/Vietnam+)", ("(TTXVN/Vietnam+)",)),
        ("Nguồn: https://baosonla.vn/tin/1.html", ("Nguồn: https://baosonla.vn/tin/1.html",)),
        ("Nước rút dần./.", ("./.",)),
        ("Nước rút dần (Theo TTXVN).", ()),
        ("Theo kế hoạch, tỉnh sẽ hỗ trợ giống lúa cho các hộ dân bị thiệt hại nặng trong tháng tới.", ()),
        ("Nước rút dần.", ()),
    ],
)
def test_a_credit_at_the_end_is_taken_off(last: str, said: tuple[str, ...]) -> None:
    found = story_text(None, f"Mưa lớn.\n{last}")
    assert found.credits == said
    assert found.text.split("\n")[0] == "Mưa lớn."


def test_a_lead_that_the_body_repeats_counts_once_and_captions_do_not() -> None:
    found = story_text(
        "Mưa lớn.", "(CTO) - Mưa lớn.\nNước dâng.\nNgười dân chạy lũ. Ảnh: Lê A\nNước rút.", lead_mark="(CTO)"
    )
    assert found.paragraphs == ("Mưa lớn.", "Nước dâng.", "Nước rút.")
    assert found.marks == ("CTO",)


@pytest.mark.parametrize(
    "text", ["Điện Biên, hoà bình 5-7/2020", "Ðảng ủy “xã” – 1.250 hộ", "日本 và Việt Nam", "Sao băng ☄ đêm"]
)
def test_the_syllables_are_those_of_a_folded_text(text: str) -> None:
    assert [word.decode() for word in folded_words(text)] == WORD.findall(fold(text))


def test_texts_that_differ_in_marks_case_and_tones_only_have_one_sketch() -> None:
    words = [
        folded_words(text)
        for text in ("Uỷ ban nhân dân tỉnh Hoà Bình họp bàn", "ỦY BAN NHÂN DÂN TỈNH HÒA BÌNH họp bàn")
    ]
    assert len({digest(each) for each in words}) == len({tuple(sketch(shingles(each))) for each in words}) == 1


def test_a_sketch_has_the_lowest_shingles() -> None:
    numbers = shingles([str(n).encode() for n in range(500)])
    assert sketch(numbers) == sorted(set(numbers))[:SKETCH]
    assert sketch(numbers[:3] * 2) == sorted(set(numbers[:3]))

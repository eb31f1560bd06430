import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.fold import (
    SYLLABLE,
    UNMARKED,
    WORD,
    fold,
    folded_words,
    has_marks,
    indexed_forms,
    normalise,
    same_as_typed,
)

OFTEN = "oOuUqQàÁạỳỵÈẻaăắđĐðÐbc_1²½.,-“”\n\xa0€ü"
SELDOM = "\u0300\u0323\u0345☀ΣσİıſÅ\u1100\u1161ⒶⅧ≠"


@pytest.mark.parametrize(
    ("typed", "one_form"),
    [
        ("hoà", "hòa"),
        ("HOÀ BÌNH", "hòa bình"),
        ("thuỷ", "thủy"),
        ("uỷ", "ủy"),
        ("khoẻ", "khỏe"),
        ("xoá hoạ", "xóa họa"),
        ("quý", "quý"),
        ("quỳ", "quỳ"),
        ("giá", "giá"),
        ("toàn", "toàn"),
        ("huỳnh", "huỳnh"),
        ("ngoài", "ngoài"),
        ("Ðảng", "đảng"),  # Eth, as old keyboards wrote it
        (unicodedata.normalize("NFD", "Nguyễn Huệ"), "nguyễn huệ"),
    ],
)
def test_one_form_per_word(typed: str, one_form: str) -> None:
    assert normalise(typed) == one_form


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Điện Biên", "dien bien"),
        ("Thừa Thiên - Huế", "thua thien - hue"),
        ("uỷ ban", "uy ban"),
        ("Ðắk Lắk", "dak lak"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_forms_keep_the_number_of_words() -> None:
    text = unicodedata.normalize("NFD", "Uỷ ban: 12.500 đồng/kg – “Hoà Bình”…\nĐắk Lắk, é, İstanbul, ½")
    words = len(WORD.findall(text))
    assert len(WORD.findall(normalise(text))) == len(WORD.findall(fold(text))) == words


@pytest.mark.parametrize("form", [normalise, fold])
@given(st.lists(st.text(OFTEN + SELDOM, max_size=6) | st.text(max_size=6)).map(" ".join))
def test_a_text_has_the_forms_of_its_words_and_keeps_the_rest(form: Callable[[str], str], text: str) -> None:
    # with a sign outside the alphabet, a word is read character by character
    words = WORD.sub(lambda word: form(f"{word[0]}☀")[:-1], unicodedata.normalize("NFC", text))
    assert form(text) == words


@pytest.mark.parametrize(
    ("typed", "name", "same"),
    [
        ("phuong ngan", "Phương Ngân", True),
        ("PHƯƠNG NGÂN", "Phương Ngân", True),
        ("Phương ngan", "Phương Ngân", True),
        ("Phượng Ngân", "Phương Ngân", False),
        ("Ngân", "Phương Ngân", False),
    ],
)
def test_names_as_typed(typed: str, name: str, same: bool) -> None:
    assert same_as_typed(typed, name) is same


@given(st.lists(st.text(OFTEN + SELDOM, max_size=6) | st.text(max_size=6)).map(" ".join))
@example("Nguyễ\u0301n Văn An")
def test_each_folded_syllable_has_its_printed_one(text: str) -> None:
    printed = SYLLABLE.findall(unicodedata.normalize("NFC", text))
    assert [folded_words(each) for each in printed] == [[word] for word in folded_words(text)]


@settings(deadline=None)
@given(st.lists(st.text(OFTEN + "☀ΣσıſÅⒶⅧ≠", max_size=6)).map(" ".join))
def test_the_index_has_every_word_exact_and_folded_and_no_word_in_both(text: str) -> None:
    printed, exact, folded = map(_words_of_index, (normalise(text), *indexed_forms(text)))
    assert len(printed) == len(exact) == len(folded)
    assert folded == _words_of_index(fold(text))
    assert [word.endswith(UNMARKED) for word in exact] == [not has_marks(word) for word in printed]
    assert not set(exact) & set(folded)


def _words_of_index(text: str) -> list[str]:
    """Return the words of a text as the tokenizer of the index splits it."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='unicode61 remove_diacritics 0')")
        connection.execute("CREATE VIRTUAL TABLE words USING fts5vocab(texts, instance)")
        connection.execute("INSERT INTO texts VALUES (?)", (text,))
        return [word for (word,) in connection.execute("SELECT term FROM words ORDER BY offset")]

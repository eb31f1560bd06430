"""Whether an article has the words of a quotation: what makes no difference, what does, and in which text."""

import json
import unicodedata
from typing import Any

import pytest
from click.testing import CliRunner

from archive import Archive, ArticleWithheld, BadQuery, Difference, QuoteMatch, Reason
from crawler.cli import main
from tests.archive.build import START, address, after, article, capture, refused

BODY = (
    "Sáng 2/7, ông Lê A nói: “Chúng ta phải hoà giải – không để ai bị bỏ lại phía sau”, và cảm ơn.\n"
    "Kinh tế tăng 5,2% so với năm trước. Có đúng không? Thành phố họp."
)


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.store(capture(article(1, title="KHỐI ĐẠI ĐOÀN KẾT", lead="Hội nghị bàn việc chung.", body=BODY)))
    archive.commit()
    return archive


def match(archive: Archive, quote: str) -> tuple[str, list[str]]:
    """Return how well a quotation matches, and in what its first place differs."""
    check = archive.check_quote(1, quote)
    return check.match.value, [each.value for each in check.places[0].differs] if check.places else []


@pytest.mark.parametrize(
    "quote",
    [
        "Chúng ta phải hoà giải – không để ai bị bỏ lại phía sau",
        "Chúng ta phải hòa giải - không để ai",
        unicodedata.normalize("NFD", "hoà giải — không để ai bị bỏ lại"),
        "  không để\n ai\u00a0bị   bỏ lại ",
        '"không để ai bị bỏ lại phía sau."',
        "… không để ai bị bỏ lại phía sau …",
        'nói: "Chúng ta phải',
        "phía sau”, và cảm ơn. Kinh tế tăng 5,2% so",
        "tăng 5,2%",
        "Có đúng không?",
        "không để\u200b ai",
    ],
)
def test_what_makes_no_difference(filled: Archive, quote: str) -> None:
    assert match(filled, quote) == ("exact", [])


@pytest.mark.parametrize(
    ("quote", "differs"),
    [
        ("khong de ai bi bo lai", ["marks"]),
        ("không để ai bì bỏ lại", ["marks"]),
        ("Không để ai bị bỏ lại", ["case"]),
        ("Khối đại đoàn kết", ["case"]),
        ("Chúng ta phải hoà giải, không để ai", ["punctuation"]),
        ("tăng 5.2% so", ["punctuation"]),
        ("Có đúng không!", ["punctuation"]),
        ("chung ta phai hoa giai khong", ["marks", "case", "punctuation"]),
    ],
)
def test_the_same_words_otherwise(filled: Archive, quote: str, differs: list[str]) -> None:
    assert match(filled, quote) == ("same-words", differs)


@pytest.mark.parametrize("quote", ["để ai không", "không để a", "bỏ lại phía trước", "chung. Sáng 2/7", "họp. Hết"])
def test_other_words_are_not_found(filled: Archive, quote: str) -> None:
    assert match(filled, quote) == ("not-found", [])


@pytest.mark.parametrize("quote", ["", " …!? ", "a" * 20_001])
def test_a_quotation_has_a_word_and_an_end(filled: Archive, quote: str) -> None:
    with pytest.raises(BadQuery):
        filled.check_quote(1, quote)


def test_the_place_is_that_of_the_printed_words(filled: Archive) -> None:
    (place,) = filled.check_quote(1, "hòa giải - không").places
    assert (place.field, place.text) == ("body", "hoà giải – không")
    assert BODY[place.start :].startswith(place.text)


def test_an_exact_place_comes_before_a_similar_one(archive: Archive) -> None:
    archive.store(capture(article(1, body="Hop bao. Họp báo.")))
    (place,) = archive.check_quote(1, "Họp báo").places
    assert (place.match, place.start) == (QuoteMatch.EXACT, 9)


def test_all_texts_are_compared_with_their_days(archive: Archive) -> None:
    for hours, title in enumerate(("Tỉnh sẽ họp", "Tỉnh đã họp", "Tinh sẽ họp")):
        archive.store(capture(article(1, title=title), after(hours=hours)))
    check = archive.check_quote(1, "Tỉnh sẽ họp")
    first, last = check.places
    assert (first.n, first.seen_at, first.replaced_at, first.match) == (1, START, after(hours=1), QuoteMatch.EXACT)
    assert (last.n, last.replaced_at, last.differs) == (3, None, (Difference.MARKS,))
    assert (check.match, check.is_in_force, check.texts) == (QuoteMatch.EXACT, False, 3)


def test_a_withheld_article_answers_nothing(filled: Archive) -> None:
    filled.withhold(1, reason="court order", at=START, by="Lan")
    with pytest.raises(ArticleWithheld):
        filled.check_quote(1, "không")


def run(archive: Archive, quote: str, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["check-quote", "1", quote, *words, "--archive", str(archive.folder)])
    assert result.exit_code == code, result.output
    return result.stdout


def test_the_command_answers_people_and_programs(filled: Archive) -> None:
    filled.store(refused(1, Reason.GONE, after(hours=1), status=404))
    filled.close()
    printed = run(filled, "không để ai bị bỏ lại")
    assert f"exact: body of text 1, since {START.isoformat()}, in force\n  không để ai bị bỏ lại\n" in printed
    assert "taken away by the newspaper; last seen" in printed
    assert "same words with other marks: body" in run(filled, "khong de ai", code=3)
    assert "not found in its only text" in run(filled, "không ai để", code=3)
    record: Any = json.loads(run(filled, "không để ai", "--json"))
    assert (record["match"], record["url"], record["status"]) == ("exact", address(1), "gone")
    assert record["places"][0]["seen_at"] == START.isoformat()
    run(filled, "?!", code=2)

"""Words in context: every place as it is printed, in the order that was asked for."""

from datetime import timedelta

import pytest

from archive import Archive, BadQuery, Sort
from tests.archive.build import START, article, capture

BODY = "Vụ sạt lở ở xã A.\nMột vụ sat lo khác; sạt  lở nhiều nơi, lở núi."


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.store(capture(article(1, title="Sạt lở ở huyện", lead="Không có gì.", body=BODY)))
    archive.commit()
    return archive


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ('"sạt lở"', [("title", 1, "Sạt lở"), ("body", 1, "sạt lở"), ("body", 2, "sạt  lở")]),
        ('"sat lo"', [("title", 1, "Sạt lở"), ("body", 1, "sạt lở"), ("body", 2, "sat lo"), ("body", 2, "sạt  lở")]),
        ("lở núi", [("body", 2, "lở núi")]),
        ("lở xã", [("body", 1, "lở ở xã")]),
        ("huyện sat", [("title", 1, "Sạt lở ở huyện")]),
        ('"sạt lở" núi', [("body", 2, "sạt  lở nhiều nơi, lở núi")]),
        ("núi OR xã", [("body", 1, "xã"), ("body", 2, "núi")]),
        ("lở title:huyện", [("title", 1, "lở ở huyện"), ("body", 1, "lở"), ("body", 2, "lở"), ("body", 2, "lở")]),
        ("không", [("lead", 1, "Không")]),
    ],
)
def test_places_are_found_as_the_search_finds_them(
    filled: Archive, query: str, matches: list[tuple[str, int, str]]
) -> None:
    found = filled.kwic(query, limit=100)
    assert [(line.field, line.paragraph, line.match) for line in found.lines] == matches


def test_words_that_are_apart_have_one_line_that_says_so(filled: Archive) -> None:
    (line,) = filled.kwic("núi huyện", limit=100).lines
    assert (line.field, line.match, line.is_together) == ("title", "huyện", False)
    assert all(line.is_together for line in filled.kwic("lở xã").lines)
    far = "Lũ về. " + "Một câu khác. " * 5 + "Mưa to. Trời mưa, lũ lên, mưa tạnh, lũ rút."
    filled.store(capture(article(2, title="Tin", body=far)))
    filled.commit()
    assert [each.match for each in filled.kwic("mưa lũ").lines] == ["mưa, lũ", "mưa tạnh, lũ"]


def test_a_line_leads_to_its_place(filled: Archive) -> None:
    uid = article(1).uid
    addresses = [line.as_record()["address"] for line in filled.kwic('"sạt lở"').lines]
    assert addresses == [f"/article/{uid}#title", f"/article/{uid}#body-1", f"/article/{uid}#body-2"]


def test_a_line_is_the_printed_text_within_its_paragraph(filled: Archive) -> None:
    for context, left, right in (
        (0, "", ""),
        (2, "vụ ", " khác; sạt"),
        (50, "Một vụ ", " khác; sạt  lở nhiều nơi, lở núi."),
    ):
        lines = filled.kwic('"sat lo"', context=context).lines
        place = next(line for line in lines if line.match == "sat lo")
        assert place.left.endswith(left)
        assert place.right == right


def test_lines_are_sorted_by_the_words_beside_them(archive: Archive) -> None:
    for number, text in enumerate(("hai lũ ba", "một lũ hai", "ba lũ một")):
        archive.store(capture(article(number, title="Tin", body=text, published_at=START + timedelta(number))))
    archive.commit()
    for sort, lefts in ((Sort.DATE, "hai một ba"), (Sort.LEFT, "ba hai một"), (Sort.RIGHT, "hai một ba")):
        assert " ".join(line.left.strip() for line in archive.kwic("lũ", sort=sort).lines) == lefts


def test_of_too_many_articles_the_lines_are_spread_over_time(archive: Archive) -> None:
    for number in range(12):
        at = START + timedelta(days=30 * number)
        archive.store(capture(article(number, title="Tin", body="Lũ về. Lũ lên. Lũ rút.", published_at=at)))
    archive.commit()
    found = archive.kwic("lũ", limit=4)
    assert (found.articles, found.is_sample, len(found.lines)) == (12, True, 4)
    months = [(line.published_at - START).days // 30 for line in found.lines if line.published_at]
    assert months == [0, 3, 6, 9]
    assert found == archive.kwic("lũ", limit=4)
    assert not archive.kwic("lũ", limit=12).is_sample


def test_a_search_without_a_word_is_refused(filled: Archive) -> None:
    with pytest.raises(BadQuery):
        filled.kwic("…")

"""Limits against traps: what is just within is asked for, one more is not."""

import pytest

from archive import Reason
from crawler.discover.budgets import (
    LONGEST_ADDRESS,
    MOST_FRUITLESS,
    MOST_REPEATS,
    MOST_SEGMENTS,
    Budget,
    excess_of,
    pattern_of,
)

HOME = "https://baothu.example/"


def deep(segments: int) -> str:
    return HOME + "/".join(f"muc{number}" for number in range(segments))


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        (HOME + "a" * (LONGEST_ADDRESS - len(HOME)), HOME + "a" * (LONGEST_ADDRESS - len(HOME) + 1)),
        (deep(MOST_SEGMENTS), deep(MOST_SEGMENTS + 1)),
        (HOME + "tin/" * MOST_REPEATS + "x.html", HOME + "tin/" * (MOST_REPEATS + 1) + "x.html"),
        (HOME + "2006/06/06/06/x.html", HOME + "a/b/a/b/a/x.html"),
    ],
)
def test_an_address_has_a_measure(within: str, beyond: str) -> None:
    assert excess_of(within) is None
    assert excess_of(beyond)


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        (HOME + "lich/2031-01-05.html", "/lich/0-0-0.html"),
        (HOME + "tin?page=17&sid=a8", "/tin?page&sid"),
        (HOME + "tin?x=", "/tin?x"),
        (HOME, "/"),
    ],
)
def test_a_pattern_is_what_a_program_counts_through(url: str, pattern: str) -> None:
    assert pattern_of(url) == pattern


def spent(count: int) -> Budget:
    budget = Budget()
    for number in range(count):
        budget.note(f"{HOME}lich-{number}.html", is_fruitful=False)
    return budget


def test_a_pattern_that_gives_nothing_is_not_asked_any_more() -> None:
    assert spent(MOST_FRUITLESS - 1).refusal_of(HOME + "lich-9999.html") is None
    budget = spent(MOST_FRUITLESS)
    refusal = budget.refusal_of(HOME + "lich-9999.html")
    assert refusal
    assert (refusal.reason, "/lich-0.html" in refusal.detail) == (Reason.BUDGET, True)
    assert budget.refusal_of(HOME + "tin-9999.html") is None


def test_one_article_opens_its_pattern_again() -> None:
    budget = spent(MOST_FRUITLESS)
    budget.note(HOME + "lich-1.html", is_fruitful=True)
    assert budget.refusal_of(HOME + "lich-2.html") is None

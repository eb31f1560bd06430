"""Limits against traps: what is just within is asked for, one more is not."""

from datetime import datetime

import pytest

from archive import VIETNAM, Article, Capture, Kind, Outcome, Reason
from crawler.fetch.traps import (
    MOST_FRUITLESS,
    MOST_REPEATS,
    MOST_SEGMENTS,
    Budget,
    excess_of,
    pattern_of,
)
from crawler.urls import LONGEST_ADDRESS

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


def spend(budget: Budget, path: str, outcome: Outcome, *, known_as: str | None = None) -> None:
    content = Article(url=HOME + known_as, title="Tin", body="Thân bài.") if known_as else None
    at = datetime(2026, 8, 1, tzinfo=VIETNAM)
    budget.note(Capture(url=HOME + path, kind=Kind.ARTICLE, fetched_at=at, article=content), outcome)


def spent(count: int, outcome: Outcome = Outcome.REFUSED, *, known_as: str | None = None) -> Budget:
    budget = Budget()
    for number in range(count):
        spend(budget, f"lich-{number}.html", outcome, known_as=known_as)
    return budget


@pytest.mark.parametrize(
    ("outcome", "known_as"), [(Outcome.REFUSED, None), (Outcome.UNCHANGED, "tin-1.html")], ids=["calendar", "sessions"]
)
def test_a_pattern_that_gives_nothing_is_not_asked_any_more(outcome: Outcome, known_as: str | None) -> None:
    assert spent(MOST_FRUITLESS - 1, outcome, known_as=known_as).refusal_of(HOME + "lich-9999.html") is None
    budget = spent(MOST_FRUITLESS, outcome, known_as=known_as)
    refusal = budget.refusal_of(HOME + "lich-9999.html")
    assert refusal
    assert (refusal.reason, "/lich-0.html" in refusal.detail) == (Reason.BUDGET, True)
    assert budget.refusal_of(HOME + "tin-9999.html") is None


def test_a_host_that_is_down_spends_nothing() -> None:
    assert spent(MOST_FRUITLESS, Outcome.FAILED).refusal_of(HOME + "lich-9999.html") is None


def test_one_article_opens_its_pattern_again() -> None:
    budget = spent(MOST_FRUITLESS)
    spend(budget, "lich-1.html", Outcome.ADDED, known_as="lich-1.html")
    assert budget.refusal_of(HOME + "lich-2.html") is None

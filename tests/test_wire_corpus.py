"""The corpus with known origins, and how well copies are found in a small one."""

from itertools import combinations
from pathlib import Path

import pytest

from archive import Archive
from bench.copies import TEMPLATES, Found, fill, read
from bench.wire_corpus import Corpus, Printed
from bench.wire_forms import FORM_KINDS

ARTICLES, DAYS = 500, 4


@pytest.fixture(scope="module")
def printed() -> list[Printed]:
    return Corpus(seed=3, days=DAYS).articles(ARTICLES)


@pytest.fixture(scope="module")
def found(printed: list[Printed], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """What an archive of the corpus says of each article."""
    folder = tmp_path_factory.mktemp("corpus") / "news"
    fill(folder, Corpus(seed=3, days=DAYS).papers, printed)
    with Archive.open(folder, keep_raw=False) as archive:
        archive.update_copies()
    return read(folder)


def pairs(printed: list[Printed], stories: dict[str, frozenset[int]]) -> set[tuple[str, str]]:
    """Return the addresses of articles of different sites that have a story in common."""
    return {
        (one.article.url, other.article.url)
        for one, other in combinations(printed, 2)
        if one.site != other.site and stories[one.article.url] & stories[other.article.url]
    }


def test_a_seed_gives_the_same_corpus(printed: list[Printed]) -> None:
    again = Corpus(seed=3, days=DAYS).articles(ARTICLES)
    assert [each.as_record() for each in again] == [each.as_record() for each in printed]
    assert [each.seen_at for each in printed] == sorted(each.seen_at for each in printed)
    kinds = {each.truth["kind"] for each in printed}
    assert kinds >= {"own", "agency", "exchange", "same-house", "press-release"}
    assert kinds & set(TEMPLATES)


def test_the_stories_are_found_and_kept_apart(printed: list[Printed], found: dict[str, Found]) -> None:
    right = pairs(printed, {each.article.url: frozenset(each.truth["stories"]) for each in printed})
    got = pairs(printed, {url: each.groups for url, each in found.items()})
    assert len(right & got) >= 0.97 * len(right)
    assert len(right & got) >= 0.99 * len(got)


def test_no_filled_in_template_is_a_copy(printed: list[Printed], found: dict[str, Found]) -> None:
    templates = [found[each.article.url] for each in printed if each.truth["kind"] in TEMPLATES]
    assert templates
    assert [each for each in templates if each.groups] == []


def test_no_form_is_a_copy_of_another_one_also_if_one_word_or_number_differs(tmp_path: Path) -> None:
    corpus = Corpus(seed=5, days=3, forms=900)
    printed = corpus.articles(300)
    fill(tmp_path / "news", corpus.papers, printed)
    with Archive.open(tmp_path / "news", keep_raw=False) as archive:
        archive.update_copies()
    found = read(tmp_path / "news")
    forms = [each for each in printed if each.truth["kind"] in FORM_KINDS]
    assert {each.truth["kind"] for each in forms} == set(FORM_KINDS)
    assert [each.article.url for each in forms if found[each.article.url].groups] == []


def test_the_kinds_are_told_apart(printed: list[Printed], found: dict[str, Found]) -> None:
    members = [(each.truth["kind"], set(found[each.article.url].kinds.values())) for each in printed]
    grouped = [(kind, kinds) for kind, kinds in members if kinds]
    assert sum(kinds == {kind} for kind, kinds in grouped) >= 0.95 * len(grouped)

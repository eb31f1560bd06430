"""The tiers of a search, as expressions of FTS5: the closer the words, the earlier an article is shown.

1. the words follow each other in the title
2. they follow each other in lead or text
3. they are near each other
4. all of them are somewhere

Within a tier, articles that have exactly the typed words come before those that have them with other marks. The index
has every text twice: exact, and folded. No word is in both kinds of columns (`UNMARKED`), so what a word is written as
says where it is looked for, and one MATCH over all columns serves words with and without marks.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from archive.fold import has_marks, indexed_forms
from archive.reading.query import Query, Term, Words

NEAR = 10
"""Most syllables between words that are near each other: about a clause."""
MOST_READINGS = 24
"""Of a query whose abbreviations have several spellings."""

_TITLE = "{title f_title}"
_Form = Callable[[Sequence[Words]], str]
"""Returns the expression of some terms as they are typed, or in all forms."""
_Tier = Callable[[Sequence[Term], _Form], str]


@dataclass(frozen=True, slots=True)
class Step:
    """One tier, in one of the indexes."""

    index: str
    match: str
    """The expression of FTS5 for all that the tier finds."""
    exact: str | None = None
    """The one for what has exactly the typed words; None if nothing else can be found."""


def all_words(query: Query) -> str:
    """Return the expression for every article that a search finds."""
    return _whole(query, _all, is_exact=False)


def steps(query: Query) -> Iterator[Step]:
    """Yield what to look for, in the order in which articles are shown. A later step finds articles of earlier ones."""
    # the title alone does not show what else an article has
    yield _step(query, _together, index="texts_fts" if query.excluded else "titles_fts", of_title=True)
    yield from dict.fromkeys(_step(query, tier, index="texts_fts") for tier in (_together, _near, _all))


def _step(query: Query, tier: _Tier, *, index: str, of_title: bool = False) -> Step:
    exact = _whole(query, tier, is_exact=True, of_title=of_title)
    if all(_is_exact(term) for side in query.alternatives for term in side):
        return Step(index, exact)
    return Step(index, _whole(query, tier, is_exact=False, of_title=of_title), exact)


def _whole(query: Query, tier: _Tier, *, is_exact: bool, of_title: bool = False) -> str:
    form = _as_typed if is_exact else _in_all_forms
    found = " OR ".join(f"({tier(side, form)})" for side in query.alternatives)
    if of_title:
        found = f"{_TITLE} : ({found})"
    if query.excluded:
        none_of = " OR ".join(_one(term, _in_all_forms) for term in query.excluded)
        return f"({found}) NOT ({none_of})"
    return found


def _together(side: Sequence[Term], form: _Form) -> str:
    """Return the words as one phrase; terms that were put in quotes, or are of the title, have places of their own."""
    if any(term.is_quoted or term.in_title for term in side):
        return _all(side, form)
    return " OR ".join(form([sum(reading, ())]) for reading in _readings(side))


def _near(side: Sequence[Term], form: _Form) -> str:
    free = [term for term in side if not term.in_title]
    if len(free) < 2:
        return _all(side, form)
    near = " OR ".join(form(reading) for reading in _readings(free))
    return " AND ".join([f"({near})", *(_one(term, form) for term in side if term.in_title)])


def _all(side: Sequence[Term], form: _Form) -> str:
    return " AND ".join(_one(term, form) for term in side)


def _one(term: Term, form: _Form) -> str:
    spelled = " OR ".join(form([words]) for words in term.spellings)
    return f"{_TITLE} : ({spelled})" if term.in_title else f"({spelled})"


def _readings(terms: Sequence[Term]) -> Iterator[tuple[Words, ...]]:
    return islice(product(*(term.spellings for term in terms)), MOST_READINGS)


def _is_exact(term: Term) -> bool:
    """Whether a term has marks on all words, so that it finds nothing but itself."""
    return all(has_marks(word) for words in term.spellings for word in words)


def _as_typed(phrases: Sequence[Words]) -> str:
    return _close([_exact(words) for words in phrases])


def _in_all_forms(phrases: Sequence[Words]) -> str:
    words = [word for phrase in phrases for word in phrase]
    marked = [word for word in words if has_marks(word)]
    if len(marked) == len(words):
        return _as_typed(phrases)
    # "Viet Nam" with some marks typed may have marks on the other words too. No column has words of both kinds, so it
    # is the folded phrase, and the marked words exactly
    exact = "".join(f" AND {_quote(_exact([word]))}" for word in marked)
    return f"({_close([_folded(words) for words in phrases])}{exact})"


def _close(phrases: Sequence[str]) -> str:
    """Return one phrase, or several that are near each other."""
    quoted = " ".join(map(_quote, phrases))
    return quoted if len(phrases) == 1 else f"NEAR({quoted}, {NEAR})"


def _exact(words: Iterable[str]) -> str:
    return indexed_forms(" ".join(words))[0]


def _folded(words: Iterable[str]) -> str:
    return indexed_forms(" ".join(words))[1]


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'

"""Two readings of one article: whether they are the same words, and what the newer one lacks.

A page that is read by other rules gives the same text with another border of lead and body, or without a field that
the rules did not find. Neither is an edit of the newspaper.
"""

import re
from dataclasses import replace

from archive.record import Article

_WORD = re.compile(r"\w+")
_FIELDS = {"lead": ("lead", "lead_mark"), "byline": ("byline", "byline_raw", "source_credit")}
"""Field → what is read from the page together with it."""


def same_words(one: Article, other: Article) -> bool:
    """True if headline and text are the same words in the same order, wherever the lead ends and the body begins.

    Signs between words do not count, nor does the outlet's mark, nor a lead that the body repeats.
    """
    return _words(one.title) == _words(other.title) and _text(one) == _text(other)


def with_known_fields(seen: Article, stored: Article) -> Article:
    """Return `seen` with the lead and the byline of `stored` where it has none: a missing one never replaces one.

    If both are the same words, the border of lead and body that is stored stays too.
    """
    if not seen.byline and stored.byline:
        seen = _take(seen, stored, "byline")
    if seen.lead or not stored.lead:
        return seen
    if same_words(seen, stored):
        return _take(replace(seen, body=stored.body), stored, "lead")
    first, _, rest = seen.body.partition("\n")
    if rest and _bare(first, stored.lead_mark) == _words(stored.lead):
        return _take(replace(seen, body=rest), stored, "lead")
    return _take(seen, stored, "lead")


def _take(seen: Article, stored: Article, name: str) -> Article:
    values = {field: getattr(stored, field) for field in _FIELDS[name]}
    sources = {**seen.sources, name: stored.sources[name]} if name in stored.sources else seen.sources
    return replace(seen, **values, sources=sources)


def _text(article: Article) -> list[str]:
    """The words of lead and body, without the mark before them and a lead that the body repeats."""
    body = _bare(article.body, article.lead_mark)
    lead = _bare(article.lead or "", article.lead_mark)
    return body if body[: len(lead)] == lead else lead + body


def _bare(text: str, mark: str | None) -> list[str]:
    found, sign = _words(text), _words(mark or "")
    return found[len(sign) :] if sign and found[: len(sign)] == sign else found


def _words(text: str) -> list[str]:
    return _WORD.findall(text)

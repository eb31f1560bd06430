"""The headline: the visible one that is nearest to what the page's metadata calls it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.extract.document import Document
from crawler.extract.elements import INLINE
from crawler.extract.rules import LaidOutPage
from crawler.extract.text import distinct_words, share_of_both, tidy, words

ALIKE = 0.5
"""Overlap, 0 to 1, below which a visible heading is another thing than the declared title: a logo, a breadcrumb."""
HARDLY_ALIKE = 0.4
"""The same for an <h1>: editors word the headline anew for search engines."""
SURE = 0.9
"""Overlap at which a heading is the declared title: no other one needs to be looked at."""
LONGEST_TITLE = 300
"""Characters; the longest headline seen has 160."""

FEWEST_WORDS = 5
"""Of a headline where nothing declares it; labels of boxes are shorter."""
LONGEST_SEEN = 2000
"""Characters of an element that are read; one with more is no headline."""
MOST_HEADINGS = 1000
"""Headings that are looked at, in document order; a section page has some hundred."""

_OTHER_HEADINGS = "h2, h3, h4, [class*=title], [class*=Title], [class*=headline], [itemprop=headline]"
_SITE_FIRST = re.compile(
    r"^(?:báo|tạp chí|đài|cổng)\s[^|»–—-]{2,50}(?:\s+[|»]|(?<=điện tử|\sonline)\s+[–—-])\s+", re.IGNORECASE
)
_IS_SITE = re.compile(r"(?:báo|tạp chí|đài|cổng|trang|website)\s\w+(?:[\s,-]+\w+){0,9}[\s,-]*", re.IGNORECASE)
"""A window title that is the newspaper's name on every page."""
_SITE_NAME = re.compile(r"\s+[|»–—-]\s+[^|»–—-]{2,60}$")


@dataclass(frozen=True, slots=True)
class Headline:
    """A candidate for the title."""

    text: str
    source: str
    node: LexborNode | None = None
    """The element that shows it; None when only metadata has it."""


def find_headlines(laid_out: LaidOutPage) -> list[Headline]:
    """Return the candidates, best first; none if the page has neither heading nor title."""
    document = laid_out.document
    told = [
        Headline(_without_site(text), source)
        for text, source in (
            (document.first_meta("og:title"), "meta:og:title"),
            (next(iter(document.ld_texts("headline")), None), "ld:headline"),
        )
        if text
    ]
    window = [Headline(_without_site(text), "title")] if (text := _window_title(document)) else []
    is_site = any(_IS_SITE.fullmatch(each.text) for each in window)
    known = told if is_site else [*told, *window]
    ruled = _ruled(laid_out)
    shown = ruled or _headings(document, "h1")
    near = _nearest(shown, known)
    if not near or near[0][0] < SURE:
        shown += _headings(document, _OTHER_HEADINGS)
        near = _nearest(shown, known)
    # A window title alone may be the newspaper's name on every page: then a heading is the better word.
    sentences = [each for each in shown if is_site and _is_sentence(each)]
    first_level = list(filter(_is_first_level, shown))
    return [*(each for _, each in near), *told, *sentences, *ruled, *first_level, *window]


def _nearest(shown: Sequence[Headline], told: Sequence[Headline]) -> list[tuple[float, Headline]]:
    """Return those that are like one of the declared titles, with their overlap (0 to 1), the best first.

    A first-level heading comes before others that are no surer: parts of a text are often named as the whole.
    """
    wanted = [distinct_words(each.text) for each in told]
    worded = ((distinct_words(each.text), each) for each in shown)
    scored = ((max((share_of_both(found, other) for other in wanted), default=0.0), each) for found, each in worded)
    alike = [pair for pair in scored if pair[0] >= (HARDLY_ALIKE if _is_first_level(pair[1]) else ALIKE)]
    return sorted(alike, key=lambda pair: (pair[0] < SURE, not _is_first_level(pair[1]), -pair[0]))


def _is_first_level(heading: Headline) -> bool:
    return heading.node is not None and heading.node.tag == "h1"


def _is_sentence(heading: Headline) -> bool:
    """True for a heading that is no label and leads to no other story."""
    is_linked = heading.node is None or heading.node.css_first("a") is not None
    return not is_linked and len(words(heading.text)) >= FEWEST_WORDS


def _ruled(laid_out: LaidOutPage) -> list[Headline]:
    return [Headline(text, laid_out.source, node) for node in laid_out.nodes("title") for text in _wordings(node)]


def _headings(document: Document, selector: str) -> list[Headline]:
    texts = ((node, text) for node in document.tree.css(selector)[:MOST_HEADINGS] for text in _wordings(node))
    return [Headline(text, f"generic:{node.tag}", node) for node, text in texts if 0 < len(text) <= LONGEST_TITLE]


def _wordings(node: LexborNode) -> list[str]:
    """Return the text of a heading, and that without the boxes inside it: a kicker or a date may stand there."""
    seen = node.text()
    if len(seen) > LONGEST_SEEN:
        return []
    whole = tidy(seen)
    parts = list(node.iter(include_text=True))
    own = [part for part in parts if part.tag in INLINE and not part.attributes.get("class")]
    bare = tidy("".join(part.text() if part.tag != "-text" else part.text_content or "" for part in own))
    return list(dict.fromkeys(text for text in (whole, bare) if text)) if len(own) < len(parts) else [whole]


def _window_title(document: Document) -> str | None:
    node = document.tree.css_first("title")
    return tidy(node.text()[:LONGEST_SEEN]) or None if node else None


def _without_site(text: str) -> str:
    """Cut "Headline - Báo X" and "Báo X | Headline" to "Headline"; a headline of two words is left as it is."""
    shorter = _SITE_NAME.sub("", _SITE_FIRST.sub("", text))
    return shorter if len(words(shorter)) >= 3 else text

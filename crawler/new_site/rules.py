"""Search in reverse: from the known value of a field to the elements that show it, and to selectors for them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from selectolax.lexbor import LexborNode

from archive import Article
from crawler.extract.article import extract
from crawler.extract.bylines import LONGEST_LINE as LONGEST_BYLINE
from crawler.extract.bylines import read_byline
from crawler.extract.dates import LONGEST_LINE as LONGEST_DATE
from crawler.extract.dates import read_printed_date, split_update
from crawler.extract.elements import SILENT
from crawler.extract.text import tidy
from crawler.extract.titles import find_headlines
from crawler.new_site.agreement import agreement
from crawler.new_site.samples import Sample
from crawler.new_site.selectors import selectors
from crawler.site import Layout

MOST_TRIED = 6
"""Candidates of a field that are tried on all pages: each trial costs one extraction per page."""
PARENTS = 2
"""Levels above the text whose elements are candidates too: an outer element may have the better class or id."""

_HINTS = {
    "title": re.compile(r"title|headline|heading|name|tieu-?de", re.IGNORECASE),
    "published": re.compile(r"date|time|publish|ngay", re.IGNORECASE),
    "byline": re.compile(r"author|tac-?gia|byline|pseudonym|writer", re.IGNORECASE),
    "lead": re.compile(r"sapo|lead|desc|summary|intro|chapeau|excerpt", re.IGNORECASE),
    "body": re.compile(r"content|body|detail|article|text|entry|post|story|news", re.IGNORECASE),
}
"""Field → class names that are typical of it."""

_Group = list[LexborNode]
"""The elements that together show one value; usually a single element."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule for a field, and how well its values agree with the known ones."""

    rule: str
    score: float
    """0 to 1: mean agreement with the generic record and the structured data, over all pages."""


def rank_rules(field: str, samples: Sequence[Sample]) -> tuple[Candidate, ...]:
    """Return rules that match the field, and nothing else, on every page that shows it; the best first."""
    hint, shown = _HINTS[field], [_SHOWING[field](sample) for sample in samples]
    names = dict.fromkeys(name for groups in shown for group in groups for name in selectors(group[0], hint))
    pages = list(zip(samples, shown, strict=True))
    sound = [name for name in names if all(_selects_a_group(name, sample, groups) for sample, groups in pages)]
    sound.sort(key=lambda name: not hint.search(_last_part(name)))
    tried = [Candidate(name, _score(field, name, samples)) for name in sound[:MOST_TRIED]]
    return tuple(sorted(tried, key=lambda each: -each.score))  # stable: of equal scores the better selector


def read_with(sample: Sample, rules: Mapping[str, tuple[str, ...]]) -> Article | None:
    """Return the record that a layout with these rules gives; None if the page is refused."""
    return extract(sample.page, layouts=(Layout("proposed", "html", dict(rules)),)).article


def _last_part(selector: str) -> str:
    """Return the part that names the element itself: "div.date" of "header > div.date:has(+ h1)"."""
    return selector.partition(":")[0].rpartition(" ")[2]


def _score(field: str, rule: str, samples: Sequence[Sample]) -> float:
    return fmean(agreement(field, read_with(sample, {field: (rule,)}), sample) for sample in samples)


def _selects_a_group(name: str, sample: Sample, groups: Sequence[_Group]) -> bool:
    """Whether the selector matches exactly one of the groups; without groups, whether it matches nothing."""
    matched = {node.mem_id for node in sample.document.tree.css(name)}
    return any(matched == {node.mem_id for node in group} for group in groups) if groups else not matched


def _title(sample: Sample) -> list[_Group]:
    headlines = find_headlines(sample.laid_out)
    return [[each.node] for each in headlines if each.node is not None and each.text == sample.article.title]


def _published(sample: Sample) -> list[_Group]:
    """Return elements that print the date of the record, to the minute if it has one; the smallest first."""
    known, page = sample.article, sample.page

    def is_it(text: str) -> bool:
        moment = read_printed_date(split_update(text)[0], seen_at=page.fetched_at, counts_back=not page.is_saved)
        return moment is not None and (moment.at, moment.precision) == (known.published_at, known.published_precision)

    return [[node] for node, text in reversed(list(_lines(sample, LONGEST_DATE))) if is_it(text)]


def _byline(sample: Sample) -> list[_Group]:
    """Return elements that name the writers: one that names all of them, or elements of one kind that do together.

    A sign-off needs no rule: it is the last line of the text.
    """
    wanted = set(sample.article.byline)
    if not wanted or sample.article.sources["byline"] == "sign-off":
        return []
    kinds: dict[tuple[str | None, str | None], list[tuple[LexborNode, frozenset[str]]]] = {}
    for node, text in reversed(list(_lines(sample, LONGEST_BYLINE))):
        byline = read_byline(text)
        if byline and byline.names and wanted.issuperset(byline.names):
            kind = node.tag, node.attributes.get("class")
            kinds.setdefault(kind, []).append((node, frozenset(byline.names)))
    singles = [[node] for named in kinds.values() for node, names in named if names == wanted]
    together = [
        [node for node, _ in named]
        for named in kinds.values()
        if len(named) > 1 and frozenset().union(*(names for _, names in named)) == wanted
    ]
    return [*singles, *together]


def _lead(sample: Sample) -> list[_Group]:
    """Return elements that hold only the lead; one inside the text counts only if its class names it a lead."""
    leads = sample.extraction.candidates.get("lead", ())
    if not leads:
        return []
    found = [node for node, text in _lines(sample, len(leads[0][0])) if text == leads[0][0]]
    if sample.article.sources["lead"] == "body":
        found = [node for node in found if _HINTS["lead"].search(node.attributes.get("class") or "")]
    return [[node] for node in found]


def _body(sample: Sample) -> list[_Group]:
    """Return the containers of the text, and the elements around them."""
    groups = [list(sample.anatomy.containers)]
    parent = groups[0][0].parent
    for _ in range(PARENTS):
        if parent is not None and parent.tag not in (None, "body", "html"):
            groups.append([parent])
            parent = parent.parent
    return groups


def _lines(sample: Sample, longest: int) -> Iterator[tuple[LexborNode, str]]:
    """Yield each element with at most `longest` characters, outer before inner, with its text."""
    stack = [sample.document.root]
    while stack:
        node = stack.pop()
        if node.tag in SILENT:
            continue
        text = tidy(node.text())
        if not text:
            continue
        if len(text) <= longest:
            yield node, text
        stack += reversed(list(node.iter()))


_SHOWING: Mapping[str, Callable[[Sample], list[_Group]]] = {
    "title": _title,
    "published": _published,
    "byline": _byline,
    "lead": _lead,
    "body": _body,
}

"""Propose a layout for pages that no existing layout describes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.extract.blocks import BlockKind
from crawler.extract.elements import INLINE, traits_of
from crawler.extract.text import tidy
from crawler.new_site.agreement import FIELDS, is_same
from crawler.new_site.rules import Candidate, rank_rules, read_with
from crawler.new_site.samples import Sample
from crawler.new_site.selectors import own_selectors
from crawler.site import Layout

MOST_BOXES = 12
"""Most selectors for boxes, and most for captions: no body with more kinds of either was seen."""

_BOX = re.compile(
    r"relat|lien-?quan|link|shar|social|ads|adv|banner|quang-?cao|tag|comment|follow|box|capt?ion|desc", re.IGNORECASE
)
"""Class names that say what a box or a caption is."""

Rules = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LayoutProposal:
    """A layout, and the candidates from which its rules were chosen."""

    layout: Layout | None
    """None if no element of the text or the headline has a class or id: the generic path reads such pages."""
    candidates: Mapping[str, tuple[Candidate, ...]]
    """Field → its candidates, the best first."""


def propose_layout(samples: Sequence[Sample], name: str) -> LayoutProposal:
    """Return the layout with the most rules that gives the generic record on every page."""
    candidates = {field: rank_rules(field, samples) for field in FIELDS}
    rules: Rules = {}
    for field in FIELDS:
        tried = ({**rules, field: (each.rule,)} for each in candidates[field])
        rules = next((each for each in tried if _keeps_records(each, samples)), rules)
    detect = _detect(rules)
    if detect is None:
        return LayoutProposal(None, candidates)
    for field, found in (("caption", _captions(samples)), ("drop", _boxes(samples))):
        for rule in found[:MOST_BOXES]:
            more = {**rules, field: (*rules.get(field, ()), rule)}
            rules = more if _keeps_records(more, samples) else rules
    return LayoutProposal(Layout(name, detect, dict(rules)), candidates)


def _keeps_records(rules: Rules, samples: Sequence[Sample]) -> bool:
    return all(is_same(read_with(sample, rules), sample.article) for sample in samples)


def _detect(rules: Rules) -> str | None:
    """Return a selector for headline and text together: one class may mean the text here, a sidebar elsewhere."""
    title, body = (next(iter(rules.get(field, ())), None) for field in ("title", "body"))
    return f"body:has({title}) {body}" if title and body else body or title


def _captions(samples: Sequence[Sample]) -> list[str]:
    """Return selectors that match captions, and nothing else, inside the text."""
    wanted: list[tuple[Sample, LexborNode]] = []
    for sample in samples:
        texts = {block.text for block in sample.anatomy.text if block.kind is BlockKind.CAPTION}
        inside = (node for container in sample.anatomy.containers for node in container.css("*"))
        found = [node for node in inside if node.tag not in INLINE and tidy(node.text()) in texts]
        around = {node.parent.mem_id for node in found if node.parent}
        wanted += [(sample, node) for node in found if node.mem_id not in around]
    return _common_names(samples, wanted)


def _boxes(samples: Sequence[Sample]) -> list[str]:
    """Return selectors of boxes inside the text whose content is not in the record."""
    wanted: list[tuple[Sample, LexborNode]] = []
    for sample in samples:
        kept = {block.text for block in sample.anatomy.text if block.kind is not BlockKind.PICTURE}
        stack = list(sample.anatomy.containers)
        while stack:
            node = stack.pop()
            if node.tag in INLINE or traits_of(node, node.tag or "").is_unread:
                continue
            text = tidy(node.text())
            if any(each in text for each in kept):
                stack += node.iter()
            elif text:
                wanted.append((sample, node))
    return _common_names(samples, wanted)


def _common_names(samples: Sequence[Sample], wanted: Sequence[tuple[Sample, LexborNode]]) -> list[str]:
    """Return for each wanted element its first selector that matches only wanted elements on all pages."""
    known = {(id(sample), node.mem_id) for sample, node in wanted}
    names: dict[str, None] = {}
    for _, node in wanted:
        for name in own_selectors(node, _BOX):
            matches = [
                (id(sample), found.mem_id)
                for sample in samples
                for container in sample.anatomy.containers
                for found in container.css(name)
            ]
            if known.issuperset(matches):
                names[name] = None
                break
    return list(names)

"""Rules of a layout, applied to a document. The grammar is fenced: `ld:key`, `meta:name`, CSS with an optional `@attribute`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from selectolax.lexbor import LexborNode

from crawler.extract.document import Document
from crawler.extract.text import tidy
from crawler.site import Layout


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule found: the element, or the text of an attribute or of metadata."""

    text: str
    """Tidy and not empty."""
    node: LexborNode | None
    is_machine: bool
    """True for attributes, metadata and JSON-LD: written for programs, not for readers."""


def choose_layout(document: Document, layouts: Iterable[Layout], *, today: date) -> Layout | None:
    """Return the first layout that recognises the page: those in force first, then the ones that ended last."""
    ordered = sorted(layouts, key=lambda each: (each.valid_until or date.max) < today)
    return next((layout for layout in ordered if document.tree.css_first(layout.detect)), None)


def apply_rules(document: Document, layout: Layout | None, name: str) -> list[Found]:
    """Return what the rules for field `name` find, in the order of the rules, then of the document."""
    rules = layout.rules.get(name, ()) if layout else ()
    return [found for rule in rules for found in _apply(document, rule)]


def first_nodes(document: Document, layout: Layout | None, name: str) -> list[LexborNode]:
    """Return the elements of the first rule for `name` that finds any with text."""
    for rule in layout.rules.get(name, ()) if layout else ():
        nodes = [found.node for found in _apply(document, rule) if found.node is not None]
        if nodes:
            return nodes
    return []


def first_texts(document: Document, layout: Layout | None, name: str) -> list[str]:
    """Return the texts of the first rule for `name` that finds any."""
    for rule in layout.rules.get(name, ()) if layout else ():
        if found := _apply(document, rule):
            return [each.text for each in found]
    return []


def select_all(container: LexborNode, layout: Layout | None, name: str) -> list[LexborNode]:
    """Return the elements inside `container` that any rule for `name` (drop, caption) selects."""
    rules = layout.rules.get(name, ()) if layout else ()
    return container.css(", ".join(rules)) if rules else []


def _apply(document: Document, rule: str) -> list[Found]:
    kind, _, key = rule.partition(":")
    if kind == "ld":
        return [Found(text, None, is_machine=True) for text in document.ld_texts(key)]
    if kind == "meta":
        return [Found(text, None, is_machine=True) for text in document.meta.get(key.lower(), ())]
    selector, at, attribute = rule.rpartition("@")
    if at and attribute.replace("-", "").isalnum():
        pairs = [(node, tidy(node.attributes.get(attribute) or "")) for node in document.tree.css(selector)]
    else:
        pairs = [(node, tidy(node.text())) for node in document.tree.css(rule)]
    return [Found(text, node, is_machine=bool(at)) for node, text in pairs if text]

"""A page with the layout that recognised it, and the layout's rules applied to it.

The grammar of rules is fenced: `ld:key`, `meta:name`, CSS with an optional `@attribute`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from selectolax.lexbor import LexborNode

from crawler.extract.document import Document
from crawler.extract.text import tidy
from crawler.site import Layout

FEW_LAYOUTS = 4
"""Of one site; its page nearly always has the first of them, and a walk that asks for all would be one too many."""
TEXT_WITHIN = 100
"""Characters of an element in which its first visible one must stand."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule found: the element, or the text of an attribute or of metadata."""

    text: str
    """Tidy and not empty."""
    node: LexborNode | None
    is_machine: bool
    """True for attributes, metadata and JSON-LD: written for programs, not for readers."""


@dataclass(frozen=True, slots=True)
class LaidOutPage:
    """A document and the layout that recognised it, None if none did: then every rule finds nothing."""

    document: Document
    layout: Layout | None
    _known: dict[str, list[Found]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By rule: what it found. Several fields ask for the same ones."""

    @property
    def name(self) -> str | None:
        """Name of the layout."""
        return self.layout.name if self.layout else None

    @property
    def source(self) -> str:
        """What the record says of a value that a rule gave."""
        return f"layout:{self.name}"

    def all(self, field: str) -> list[Found]:
        """Return what the rules for `field` find, in the order of the rules, then of the document."""
        return [found for rule in self._rules(field) for found in self._apply(rule)]

    def texts(self, field: str) -> list[str]:
        """Return the texts of the first rule for `field` that finds any."""
        found = (self._apply(rule) for rule in self._rules(field))
        return next(([each.text for each in texts] for texts in found if texts), [])

    def nodes(self, field: str) -> list[LexborNode]:
        """Return the elements of the first rule for `field` that finds any with text."""
        found = (list(filter(_has_text, self.document.tree.css(rule))) for rule in self._selectors(field))
        return next((nodes for nodes in found if nodes), [])

    def places(self, field: str) -> list[LexborNode]:
        """Return the elements that the rules for `field` select, with text or without."""
        return [node for rule in self._selectors(field) for node in self.document.tree.css(rule)]

    def inside(self, container: LexborNode, field: str) -> list[LexborNode]:
        """Return the elements in `container` that any rule for `field` (drop, caption) selects."""
        rules = self._rules(field)
        return container.css(", ".join(rules)) if rules else []

    def _apply(self, rule: str) -> list[Found]:
        if rule not in self._known:
            self._known[rule] = _apply(self.document, rule)
        return self._known[rule]

    def _selectors(self, field: str) -> list[str]:
        """The rules that select elements."""
        return [rule for rule in self._rules(field) if not rule.startswith(("ld:", "meta:")) and "@" not in rule]

    def _rules(self, field: str) -> tuple[str, ...]:
        return self.layout.rules.get(field, ()) if self.layout else ()


def recognise(document: Document, layouts: Iterable[Layout], *, today: date) -> LaidOutPage:
    """Choose the first layout that recognises the page: those in force first, then the ones that ended."""
    ordered = sorted(layouts, key=lambda each: (each.valid_until or date.max) < today)
    # most pages of unknown sites have none of the layouts: one walk over the page tells
    if len(ordered) > FEW_LAYOUTS and not document.tree.css_first(", ".join(each.detect for each in ordered)):
        return LaidOutPage(document, None)
    return LaidOutPage(document, next((each for each in ordered if document.tree.css_first(each.detect)), None))


def _has_text(node: LexborNode) -> bool:
    return bool(tidy(node.text().strip()[:TEXT_WITHIN]))


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

"""Bylines of the elements whose class, rel or link says that they name the author."""

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from crawler.extract.body import read_blocks
from crawler.extract.bylines import AUTHOR_WORDS, Byline, joined, read_byline
from crawler.extract.elements import SILENT, traits_of
from crawler.extract.persons import is_full_name
from crawler.extract.text import tidy

MOST_ELEMENTS = 100
"""Author elements that are looked at; under an article stand those of its comments."""
LONGEST_ELEMENT = 2000
"""Characters; a longer one holds the article."""
LARGEST_ELEMENT = 200
"""Elements inside; one with a portrait, names, links and buttons has twenty."""

_ELEMENTS = (
    ", ".join(f"[class*={word} i]" for word in AUTHOR_WORDS)
    + ", [rel=author], [itemprop=author], a[href*='/tac-gia/'], a[href*='/author/'], a[href*='/authors/']"
)
_OTHER = ("avatar", "avata", "follow", "related", "bio")
"""Parts of classes of what stands beside the name: the portrait, the button, the other articles of the author."""
_SEPARATORS = (",", ";", "&", "-", "–", "và", "and", "|", "/")


def find_elements(region: LexborNode, publishers: Sequence[str]) -> list[Byline]:
    """Return the bylines of the author elements in `region`; neighbours name the author together."""
    found: dict[int, list[Byline]] = {}
    for node in region.css(_ELEMENTS)[:MOST_ELEMENTS]:
        label = (node.attributes.get("class") or "").lower()
        if any(word in label for word in _OTHER) or _stands_in_junk(node, region):
            continue
        if byline := _byline_of(node, publishers):
            found.setdefault(node.parent.mem_id if node.parent else 0, []).append(byline)
    return [joined(bylines) for bylines in found.values()]


def _byline_of(node: LexborNode, publishers: Sequence[str]) -> Byline | None:
    """Return the first line that names somebody, with the full names right below it."""
    if len(node.text(deep=True)) > LONGEST_ELEMENT or len(node.css("*")) > LARGEST_ELEMENT:
        return None
    lines = [block.text for block in read_blocks(node)] if node.css_first("p, li, br") else [_line_of(node)]
    read = [read_byline(line, publishers=publishers) for line in lines]
    first = next((index for index, byline in enumerate(read) if byline and byline.names), None)
    if first is None:
        return None
    together: list[Byline] = []
    for byline in read[first:]:
        if byline is None or not byline.names or (together and not all(map(is_full_name, byline.names))):
            break
        together.append(byline)
    return joined(together)


def _line_of(node: LexborNode) -> str:
    """Return the text of an author element that is one line, without what links and buttons in it offer."""
    pieces = list(_pieces(node))
    whole = " ".join(text for text, _ in pieces)
    if len(pieces) == 1:
        return whole
    plain = " ".join(text for text, is_link in pieces if not is_link)
    if plain != whole and _names_fully(plain) and not plain.lower().endswith(_SEPARATORS):
        return plain
    persons = list(dict.fromkeys(text for text, _ in pieces))
    if len(persons) > 1 and all(map(_names_fully, persons)):
        return " - ".join(persons)
    if (byline := read_byline(whole)) and byline.names:
        return whole
    return " - ".join(filter(_names_fully, persons))


def _names_fully(text: str) -> bool:
    byline = read_byline(text)
    return byline is not None and any(map(is_full_name, byline.names))


def _pieces(node: LexborNode) -> Iterator[tuple[str, bool]]:
    """Yield the texts of an element and whether each is in a link that names no author; buttons have none.

    A single letter stands for a missing portrait.
    """
    for each in node.traverse(include_text=True):
        text = tidy(each.text_content or "") if each.is_text_node else ""
        if len(text) < 2:
            continue
        is_link, at = False, each.parent
        while at is not None and at.mem_id != node.mem_id:
            address = at.attributes.get("href") or ""
            if at.tag in SILENT or address.startswith("mailto:"):
                break
            is_link = is_link or (at.tag == "a" and not at.css_matches(_ELEMENTS))
            at = at.parent
        else:
            yield text, is_link


def _stands_in_junk(node: LexborNode, region: LexborNode) -> bool:
    at = node.parent
    while at is not None and at.mem_id != region.mem_id:
        traits = traits_of(at, at.tag or "")
        if traits.is_unread or traits.is_suspect:
            return True
        at = at.parent
    return False

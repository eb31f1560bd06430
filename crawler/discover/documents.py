"""XML as newspapers serve it: compressed, cut, in a wrong encoding, or HTML in its place."""

import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

from lxml import etree

from archive import Link
from crawler.page import Page

MAX_BYTES = 50 * 1024 * 1024
"""Of a decompressed document: what the protocol allows a sitemap, 50 MB."""

MAX_ENTRIES = 50_000
"""Of one document, as in the protocol; more is a trap or a mistake."""


class BrokenDocument(ValueError):
    """XML that ends or breaks before its end; all complete elements were given."""


def read_entries(
    page: Page, *, what: str, roots: tuple[str, ...], names: tuple[str, ...], link: Callable[..., Link | None]
) -> tuple[list[Link], str | None]:
    """Return the links of the elements of these local names, and a problem.

    `what` is what the page was asked for as ("feed"), `roots` the names its root element may have, and `link`
    reads the link of an element, given its texts and itself.
    """
    document, problem = unpack(page.body)
    if not document.strip():
        return [], problem or "the answer is empty"
    if is_html(document):
        return [], f"an HTML page in place of a {what}"
    links: list[Link] = []
    entries = 0
    try:
        for element in read_elements(document, names):
            if element.getparent() is None:
                if local_name(element) not in roots:
                    return [], f"not a {what}: it begins with <{local_name(element)}>"
                continue
            if entries == MAX_ENTRIES:
                return links, f"more than {MAX_ENTRIES:,} entries: the rest was not read"
            entries += 1
            if found := link(texts(element), element):
                links.append(found)
    except BrokenDocument as error:
        problem = problem or str(error)
    return links, problem or (None if entries else "there are no entries")


def unpack(body: bytes) -> tuple[bytes, str | None]:
    """Return the document, decompressed if it is gzip, and a problem: cut short, broken or too long."""
    too_long = f"longer than {MAX_BYTES // 1024 // 1024} MB: the rest was not read"
    if not body.startswith(b"\x1f\x8b"):
        return body[:MAX_BYTES], too_long if len(body) > MAX_BYTES else None
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(body, MAX_BYTES)
    except zlib.error as error:
        return b"", f"broken gzip: {error}"
    if reader.eof:
        return plain, None
    return plain, too_long if reader.unconsumed_tail else "the gzip body ends in the middle"


def is_html(document: bytes) -> bool:
    """Return whether a web page was served in place of XML, as sites do for an address that is gone."""
    head = document[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script"))


def read_elements(document: bytes, names: tuple[str, ...]) -> Iterator[etree._Element]:
    """Yield the root element when it opens, then each element of one of these local names when complete.

    An element is removed after its turn: memory does not grow with the document. Entities are not expanded,
    nothing is fetched. Raises BrokenDocument at the end of what could be read.
    """
    context = etree.iterparse(
        BytesIO(document),
        events=("start", "end"),
        encoding=_encoding(document),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for event, element in context:
            if event == "start" and element.getparent() is None:
                yield element
            elif event == "end" and local_name(element) in names:
                yield element
                element.clear()
                while (before := element.getprevious()) is not None:
                    before.getparent().remove(before)
    except etree.XMLSyntaxError as error:
        raise BrokenDocument(f"broken XML: {error.msg}") from None
    if fatal := context.error_log.filter_from_fatals():
        raise BrokenDocument(f"broken XML at line {fatal[0].line}: {fatal[0].message}")


def local_name(element: etree._Element) -> str:
    """Return the name without its namespace, or its prefix if that is not declared: both are often wrong."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def texts(element: etree._Element) -> dict[str, str]:
    """Return the text of each descendant by local name: of the nearest to the top, then of the first."""
    found: dict[str, str] = {}
    for inner in (*element.iterchildren(etree.Element), *element.iterdescendants(etree.Element)):
        text = "".join(str(part) for part in inner.itertext()).strip()
        if text:
            found.setdefault(local_name(inner), text)
    return found


def _encoding(document: bytes) -> str | None:
    """Return "utf-8" for what is UTF-8, whatever it declares (vietnambiz: utf-16); else None: ask lxml."""
    if b"\x00" in document[:4]:
        return None
    try:
        document.decode("utf-8")
    except UnicodeDecodeError as error:
        # a character that the end of the document cuts is no sign of another encoding
        return "utf-8" if error.start >= len(document) - 3 else None
    return "utf-8"

"""The pictures of an article, each with the caption under it."""

from collections.abc import Sequence
from urllib.parse import quote, urljoin, urlsplit

from archive import Image
from crawler.extract.body import Block, BlockKind

MOST_PICTURES = 500
"""Of one article; the longest photo story seen has 60."""


def find_images(blocks: Sequence[Block], base: str) -> tuple[Image, ...]:
    """Return the pictures among `blocks` once each, addresses resolved against `base`; several captions are joined."""
    images: list[Image] = []
    seen: set[str] = set()
    for block in blocks:
        if block.kind is BlockKind.PICTURE and len(seen) < MOST_PICTURES:
            address = _absolute(block.text, base)
            if address and address not in seen:
                seen.add(address)
                images.append(Image(address))
        elif block.kind is BlockKind.CAPTION and images:
            last = images[-1]
            images[-1] = Image(last.url, f"{last.caption} {block.text}" if last.caption else block.text)
    return tuple(images)


def _absolute(address: str, base: str) -> str | None:
    """Return the http(s) address with spaces and letters beyond ASCII escaped; None if it cannot be read."""
    try:
        absolute = urljoin(base, address)
        is_web = urlsplit(absolute).scheme in ("http", "https")
    except ValueError:  # "//[", "http://[abc/x.jpg"
        return None
    return quote(absolute, safe="!#$%&'()*+,/:;=?@[]~") if is_web else None

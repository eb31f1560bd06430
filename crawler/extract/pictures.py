"""The pictures of an article, each with the caption under it."""

from collections.abc import Sequence
from urllib.parse import quote

from archive import Image
from crawler.extract.blocks import Block, BlockKind
from crawler.urls import resolve

MOST_PICTURES = 500
"""Of one article; the longest photo story seen has 60."""
_KEPT = "!#$%&'()*+,/:;=?@[]~"
"""Signs of an address that stay; spaces and letters beyond ASCII are escaped."""


def find_images(blocks: Sequence[Block], base: str) -> tuple[Image, ...]:
    """Return the pictures among `blocks` once each, addresses resolved against `base`; several captions are joined."""
    images: list[Image] = []
    seen: set[str] = set()
    for block in blocks:
        if block.kind is BlockKind.PICTURE and len(seen) < MOST_PICTURES:
            address = resolve(base, block.text)
            if address and (escaped := quote(address, safe=_KEPT)) not in seen:
                seen.add(escaped)
                images.append(Image(escaped))
        elif block.kind is BlockKind.CAPTION and images:
            last = images[-1]
            images[-1] = Image(last.url, f"{last.caption} {block.text}" if last.caption else block.text)
    return tuple(images)

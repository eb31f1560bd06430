"""The pictures of an article, each with the caption under it."""

from collections.abc import Sequence

from archive import Image
from crawler.extract.body import Block, BlockKind
from crawler.urls import resolve

MOST_PICTURES = 500
"""Of one article; the longest photo story seen has 60."""


def find_images(blocks: Sequence[Block], base: str) -> tuple[Image, ...]:
    """Return the pictures among `blocks` once each, addresses resolved against `base`; several captions are joined."""
    images: list[Image] = []
    seen: set[str] = set()
    for block in blocks:
        if block.kind is BlockKind.PICTURE and len(seen) < MOST_PICTURES:
            address = resolve(base, block.text)
            if address and address not in seen:
                seen.add(address)
                images.append(Image(address))
        elif block.kind is BlockKind.CAPTION and images:
            last = images[-1]
            images[-1] = Image(last.url, f"{last.caption} {block.text}" if last.caption else block.text)
    return tuple(images)

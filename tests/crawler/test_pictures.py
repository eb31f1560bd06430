"""The pictures of an article: the address that readers see, whatever attribute holds it, and no decoration."""

import pytest

from archive import Image
from tests.crawler.pages_of_text import LINES, page, paragraphs, read_article

PICTURE = "https://baothunghiem.example/anh/cho-phien.jpg"
BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def images(markup: str) -> tuple[Image, ...]:
    inside = f"<div>{paragraphs(*LINES[:2])}<figure>{markup}</figure>{paragraphs(*LINES[2:])}</div>"
    return read_article(page(inside)).images


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/anh/cho-phien.jpg">',
        f'<img src="{BLANK}" data-src="/anh/cho-phien.jpg">',
        f'<img src="{BLANK}" data-hi-res="/anh/cho-phien.jpg">',
        '<img src="/lazy/placeholder.png" data-actualsrc="/anh/cho-phien.jpg">',
        '<img srcset="/anh/nho.jpg 480w, /anh/cho-phien.jpg 1200w">',
        f'<img src="{BLANK}" data-srcset="/anh/cho-phien.jpg 2x, /anh/nho.jpg 1x">',
        '<picture><source srcset="/anh/cho-phien.jpg" type="image/jpeg"><img alt="Chợ"></picture>',
        '<span class="lazy"></span><noscript><img src="/anh/cho-phien.jpg"></noscript>',
        '<img data-src="/anh/cho-phien.jpg"><noscript><img src="/anh/cho-phien-nho.jpg"></noscript>',
    ],
)
def test_address_is_found(markup: str) -> None:
    caption = "<figcaption>Chợ phiên sáng 8-1. Ảnh: T.H</figcaption>"
    assert images(markup + caption) == (Image(PICTURE, "Chợ phiên sáng 8-1. Ảnh: T.H"),)


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://dem.example/p.gif" width="1" height="1">',
        '<img class="emoji" src="/e/1f33e.png">',
        '<img class="wp-smiley" src="/e/cuoi.png" width="16" height="16">',
        f'<img src="{BLANK}">',
        '<img src="//[">',
        '<img src="http://[abc/x.jpg">',
        "<img>",
    ],
)
def test_decoration_and_what_cannot_be_read_are_no_pictures(markup: str) -> None:
    assert images(markup) == ()


def test_addresses_are_escaped() -> None:
    assert images('<img src="/anh/chợ phiên.jpg?w=1&h=2">')[0].url == (
        "https://baothunghiem.example/anh/ch%E1%BB%A3%20phi%C3%AAn.jpg?w=1&h=2"
    )

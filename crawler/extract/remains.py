"""What a page without running text is instead, by what its markup holds: a player, a form, a script, links."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from archive import Reason, Refusal, phrase
from crawler.extract.blocks import Block, BlockKind, is_running
from crawler.extract.body import read_blocks
from crawler.extract.document import Document
from crawler.extract.elements import traits_of
from crawler.extract.notices import LOADING
from crawler.extract.paragraphs import is_text
from crawler.extract.text import words

MOST_LINES = 60
"""Lines of a page that are looked at; a notice stands at its top."""
MOST_LINKED = 0.5
"""Share of a line in links, 0 to 1; above it the line is an entry of a menu or a list."""
EMPTY = 40
"""Words in all that a page shows which is no more than a frame: a form, a check, a shell."""
HEADLINE_WORDS = 5
"""Words; menu entries are shorter."""
SMALLEST_PICTURE = 100
"""Pixels; smaller ones are icons and counters."""

_CHECKS = (
    "[class*=captcha], [id*=captcha], [id^=challenge-], [id^=cf-], [class*=cf-turnstile], [class*=cf-browser], "
    "script[src*=captcha], script[src*=challenge-platform], script[src*=turnstile], iframe[src*=captcha], "
    "iframe[src*=_Incapsula_], script[src*=_Incapsula_], #px-captcha, script[src*=captcha-delivery]"
)
_CHECK_SCRIPT = re.compile(r"document\.cookie\s*=|_cf_chl|slowAES|toNumbers\(|location\.(?:reload|replace|href)")
_PLAYERS = (
    "video, audio, object, embed, [class*=video-player], [class*=videoplayer], [class*=jwplayer], [class*=video-js], "
    "[class*=audio-player], [class*=podcast], iframe[src*=youtube], iframe[src*=player], iframe[src*=embed], "
    "iframe[src*=video], iframe[src*=vimeo], iframe[src*=soundcloud], iframe[src*=spotify]"
)
_ROOTS = "#root, #app, #__next, #__nuxt, #__layout, app-root, [ng-app], [ng-view], [data-reactroot], #___gatsby"
_MAY_BE_PAYWALLS = "[class*=wall], [id*=paywall], [class*=premium-box]"
_PAYWALL = re.compile("pay-?wall|premium-box|subscribe-wall")
"""What the class of such a box says. Each selector is a look at every element, so there are three, not five."""
_ICON = re.compile(r"logo|icon|banner|avatar|sprite|pixel|qr-?code|blank|loading|spacer", re.IGNORECASE)


def visible_lines(document: Document) -> list[str]:
    """What the page shows, from its top."""
    return [block.text for block in _blocks(document)[:MOST_LINES]]


def plain_lines(document: Document) -> list[str]:
    """What the page shows that leads nowhere, from its top: no menus, no lists of stories."""
    return [block.text for block in _blocks(document) if block.linked < MOST_LINKED][:MOST_LINES]


def find_paywalls(document: Document) -> list[LexborNode]:
    """Return the boxes that call themselves paywalls."""
    boxes = document.tree.css(_MAY_BE_PAYWALLS)
    return [box for box in boxes if _is_paywall(box)][:MOST_LINES]


def _is_paywall(box: LexborNode) -> bool:
    said = box.attributes.get
    return _PAYWALL.search(said("class") or "") is not None or "paywall" in (said("id") or "")


def texts_of(boxes: Iterable[LexborNode]) -> list[str]:
    """What the boxes say, as far as readers see it."""
    return [" ".join(block.text for block in read_blocks(box))[:1000] for box in boxes]


def hide_text(boxes: Iterable[LexborNode]) -> bool:
    """True if one of the boxes keeps running text from its readers."""
    hidden = (box for box in boxes if traits_of(box, box.tag or "").is_hidden)
    return any(is_running(block) for box in hidden for block in read_blocks(box))


def judge(document: Document, *, has_title: bool) -> Refusal | None:
    """Say what a page without running text is; None if nothing tells."""
    tree, blocks = document.tree, _blocks(document)
    shown = sum(len(words(block.text[:1000])) for block in blocks[:MOST_LINES])
    if shown < EMPTY:
        if tree.css_first(_CHECKS):
            return Refusal(Reason.CAPTCHA, phrase("a check for robots, and nothing else"))
        script = " ".join(node.text() for node in tree.css("script"))[:100_000]
        if not blocks and _CHECK_SCRIPT.search(script):
            return Refusal(
                Reason.CAPTCHA, phrase("a script that sets a cookie or loads another page, and nothing else")
            )
        if tree.css_first("input[type=password]"):
            return Refusal(Reason.LOGIN, phrase("a form for a password, and nothing else"))
    if player := tree.css_first(_PLAYERS):
        return Refusal(Reason.MEDIA_ONLY, phrase("<{tag}> and no running text", tag=player.tag))
    is_frame = any(not words(node.text()) for node in tree.css(_ROOTS)) or (shown < EMPTY and _wants_script(document))
    if is_frame or any(LOADING.search(block.text) for block in blocks):
        return Refusal(Reason.SHELL, phrase("an empty frame that a script would fill"))
    listed = 0 if is_declared_article(document) else sum(map(_is_linked_headline, blocks))
    if listed:
        return Refusal(Reason.LISTING, phrase("{listed} linked headlines and no running text", listed=listed))
    if has_title and any(map(_is_picture, tree.css("img"))):
        return Refusal(Reason.MEDIA_ONLY, phrase("a picture and no running text"))
    return None


def _blocks(document: Document) -> list[Block]:
    return [block for block in read_blocks(document.root) if is_text(block) or block.kind is BlockKind.CAPTION]


def _wants_script(document: Document) -> bool:
    scripts = document.tree.css("noscript, script[src], script#__NEXT_DATA__, script[type=module]")
    return any(node.tag != "noscript" or "javascript" in node.text().casefold() for node in scripts)


def is_declared_article(document: Document) -> bool:
    """True if the page calls itself one story, whose text is missing; the headlines on it are related ones."""
    return bool(document.ld) or document.first_meta("og:type") == "article" or "article:published_time" in document.meta


def _is_linked_headline(block: Block) -> bool:
    return block.linked > 0 and len(words(block.text[:1000])) >= HEADLINE_WORDS


def _is_picture(node: LexborNode) -> bool:
    """True for pictures of the page's own: not a link's, not an icon."""
    attributes = node.attributes
    told = " ".join(attributes.get(name) or "" for name in ("class", "id", "alt", "src"))
    sizes = [attributes.get(name) or "" for name in ("width", "height")]
    if _ICON.search(told) or any(size.isdigit() and int(size) < SMALLEST_PICTURE for size in sizes):
        return False
    at = node.parent
    while at is not None and at.tag not in ("a", "header", "nav", "footer"):
        at = at.parent
    return at is None

"""What is no article: judged before anything is stored, each refusal with its reason."""

import re
from collections.abc import Sequence

from archive import Reason, Refusal
from crawler.extract.body import Block
from crawler.extract.text import words
from crawler.page import Page

FEWEST_WORDS = 20
"""Words of lead and body; the shortest real brief has about 40, a caption page or an empty shell has none."""
MOST_LINKED = 0.5
"""Share of what stands where the text should be; a section page is nearly all links, an article seldom half."""
FEWEST_AMONG_LINKS = 120
"""Words that are no links; a section page has its dates and a few teasers, an article under many links has more."""
LARGEST_PAGE = 16 * 1024 * 1024
"""Bytes; the largest real news page seen has 0.6 MB."""

_OTHER_TYPES = re.compile(r"^\s*(?:image|video|audio|font|application/(?:pdf|zip|json|octet-stream|msword))\b", re.I)
_MAGIC = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"RIFF")
_NOT_FOUND = re.compile(
    r"^(?:(?:lỗi|error)?\s*(?:404|403|500|502|503)\b|not found|page not found)|"
    r"không tìm thấy (?:trang|bài|nội dung|đường dẫn)|(?:trang|bài viết|nội dung)(?: \w+)* không (?:tồn tại|tìm thấy)|"
    r"(?:đang|hệ thống) (?:được )?bảo trì",
    re.IGNORECASE,
)


def judge_bytes(page: Page) -> Refusal | None:
    """Refuse what is no HTML, before it is parsed: by header and by its first bytes."""
    if len(page.body) > LARGEST_PAGE:
        return Refusal(Reason.TOO_LARGE, f"{len(page.body)} bytes, at most {LARGEST_PAGE} are read")
    if page.content_type and _OTHER_TYPES.match(page.content_type):
        return Refusal(Reason.NOT_HTML, f"Content-Type {page.content_type}")
    start = page.body[:512].lstrip()
    if start.startswith(_MAGIC):
        return Refusal(Reason.NOT_HTML, f"the bytes begin with {start[:4]!r}")
    if not start:
        return Refusal(Reason.NO_TEXT, "the page is empty")
    return None


def judge_title(title: str) -> Refusal | None:
    """Refuse error pages that come with status 200."""
    return Refusal(Reason.SOFT_404, f'the page calls itself "{title}"') if _NOT_FOUND.search(title) else None


def judge_text(blocks: Sequence[Block], *, lead: str | None, linked: float) -> Refusal | None:
    """Refuse pages without running text, and pages that are lists of links.

    `linked` is the share of links in all that stands where the text should be, 0 to 1.
    """
    count = sum(len(words(block.text)) for block in blocks) + len(words(lead or ""))
    if linked > MOST_LINKED and count < FEWEST_AMONG_LINKS:
        return Refusal(Reason.LISTING, f"{linked:.0%} of what stands there is links, and {count} words are not")
    if count < FEWEST_WORDS:
        return Refusal(Reason.NO_TEXT, f"{count} words of text, at least {FEWEST_WORDS} make an article")
    return None

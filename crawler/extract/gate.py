"""What is no article: judged before anything is stored, each refusal with its reason.

A page is judged by its shape. Words of a notice count only where there is little else to read: an article about
captchas, about error 404 or about works on a bridge is an article.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from archive import LARGEST_BODY, Reason, Refusal, phrase, unpack
from crawler.extract import garbled, notices, remains
from crawler.extract.anatomy import Anatomy
from crawler.extract.blocks import Block
from crawler.extract.charset import recode
from crawler.extract.document import Document
from crawler.extract.markup import bound
from crawler.extract.paragraphs import is_sentence
from crawler.extract.text import words
from crawler.page import Page

FEWEST_WORDS = 20
"""Words of lead and body; the shortest real brief has about 40, a caption page or an empty shell has none."""
FEWEST_BODY_WORDS = 10
"""Words of the body alone, under a lead; fewer are a place, a date, a label, unless they are a sentence."""
MOST_LINKED = 0.5
"""Share of what stands where the text should be; a section page is nearly all links, an article seldom half."""
FEWEST_AMONG_LINKS = 120
"""Words that are no links; a section page has its dates and a few teasers, an article under many links has more."""
FEWEST_TEASERS = 5
"""Linked headlines with text between them; an article may have as many, but it does not begin with one."""
LONGEST_TEASER = 100
"""Words between two linked headlines of a section page; the longest excerpt seen has 84."""
LONGEST_OF_FEW = 60
"""The same where a section page has but two to four of them: a brief among related stories has more."""
MOST_BEFORE = 5
"""Words before the first headline of a section page: the name of the section."""
NOTICE_WORDS = 150
"""Words up to which a title can make a page a notice; Cloudflare's longest page has 120."""
SHORT_NOTICE_WORDS = 60
"""Words up to which a sentence can: "Trang bạn yêu cầu không tồn tại"."""
PAYWALL_WORDS = 90
"""Words up to which a text may be the begin of one that is sold; some whole briefs are marked as sold, too."""
LONGEST_IMPRINT = 40
"""Words of a line of the imprint."""
COUNTED = 200
"""Words up to which a text is counted: all limits are below."""
LETTERS = 2000
"""Characters of title and text whose letters are judged."""
LARGEST_PAGE = LARGEST_BODY
"""Bytes."""

_OTHER_TYPES = re.compile(r"^\s*(?:image|video|audio|font|application/(?:pdf|zip|json|octet-stream|msword))\b", re.I)
_MAGIC = (
    b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"RIFF", b"\xd0\xcf\x11\xe0", b"ID3", b"OggS", b'{"',
    b'[{"',
)  # fmt: skip
_FEED = re.compile(
    rb"(?:\xef\xbb\xbf\s*)?(?:<\?[^>]{0,300}>\s*|(?><!--.{0,500}?-->)\s*)*+<(rss|feed|rdf:rdf|urlset|sitemapindex)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Root elements of lists that are no pages."""
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\0\t\n\f\r\x1b")
_MARKUP = re.compile(rb"<\0{0,3}[a-z!?]\0{0,3}[a-z\[-]", re.IGNORECASE)
MOST_CONTROL = 0.03
"""Share of control bytes in the begin of a file that is text."""
_HOME = re.compile(r"^/*+(?:(?:index|default|home|trang-chu)(?:\.\w+)?)?/*$", re.IGNORECASE)
_IMPRINT = re.compile(
    r"giấy phép|tổng biên tập|cơ quan chủ quản|bản quyền|copyright|©|®|all rights reserved|ghi rõ nguồn|sao chép|"
    r"(?:website|điện thoại|email|hotline|đường dây nóng|tòa soạn|toà soạn|địa chỉ|fax)\s*:",
    re.IGNORECASE,
)
_OF_A_SHELL = frozenset({Reason.LISTING, Reason.NO_TITLE, Reason.NO_TEXT, Reason.MEDIA_ONLY, Reason.SHELL})
"""What the frame of a site is taken for, if an address leads nowhere and it shows menus and news all the same."""
_FREE = (False, "false", "no", "0")


def receive(page: Page) -> bytes | Refusal:
    """Return the markup of a page in UTF-8, ready to be parsed, or why there is none."""
    body = unpack(page.body)
    if isinstance(body, Refusal):
        return body
    return _judge_bytes(body, page.content_type) or bound(recode(body, page.content_type))


def judge_address(document: Document) -> Refusal | None:
    """Refuse home pages; a file of no address (host .invalid) may have the name of one."""
    address = urlsplit(document.page.url)
    is_addressed = bool(address.hostname) and not (address.hostname or "").endswith(".invalid")
    is_home = is_addressed and _HOME.match(address.path) is not None and not address.query
    return Refusal(Reason.LISTING, phrase("the home page")) if is_home else None


def judge_text(
    document: Document, anatomy: Anatomy | None, titles: Sequence[str], *, lines: Sequence[Block], lead: str | None
) -> Refusal | None:
    """Refuse notices, lists of links, and pages without running text.

    `anatomy` is None if the page shows no title, `titles` are the candidates for it, `lines` what the article's
    body would be.
    """
    refusal = _judge_text(document, anatomy, titles, lines=lines, lead=lead)
    if refusal and refusal.reason in _OF_A_SHELL and notices.says_gone(remains.plain_lines(document)):
        return Refusal(Reason.SOFT_404, phrase("the page says that the article is not there, in the frame of the site"))
    return refusal


def _judge_text(
    document: Document, anatomy: Anatomy | None, titles: Sequence[str], *, lines: Sequence[Block], lead: str | None
) -> Refusal | None:
    count = _count([block.text for block in lines], lead)
    if count < NOTICE_WORDS and (reason := notices.notice_of_title(titles)):
        return Refusal(reason, phrase('the page calls itself "{title}"', title=titles[0][:80]))
    texts = [block.text for block in lines] if count >= FEWEST_WORDS else remains.visible_lines(document)
    if count < SHORT_NOTICE_WORDS and (reason := notices.notice_of_lines(texts)):
        return Refusal(reason, phrase('the page says "{texts}"', texts=" ".join(texts)[:80]))
    if count < PAYWALL_WORDS and (refusal := _judge_paywall(document, count)):
        return refusal
    if count < PAYWALL_WORDS and anatomy is not None and anatomy.is_sold:
        return Refusal(Reason.PAYWALL, phrase("an offer of the rest after {count} words", count=count))
    if anatomy is not None and (refusal := _judge_links(anatomy, count)):
        return refusal
    if count < FEWEST_WORDS or (lead and not _is_body(lines)):
        return remains.judge(document, has_title=bool(titles)) or _nothing(anatomy, titles, count)
    return _judge_words(titles[0], lead, lines, count)


def _judge_bytes(body: bytes, content_type: str | None) -> Refusal | None:
    if len(body) > LARGEST_PAGE:
        return Refusal(
            Reason.TOO_LARGE,
            phrase("{n} bytes, at most {most} are read", n=len(body), most=LARGEST_PAGE),
        )
    if content_type and _OTHER_TYPES.match(content_type):
        return Refusal(Reason.NOT_HTML, phrase("Content-Type {type}", type=content_type))
    start = body[:1024].lstrip()
    if start.startswith(_MAGIC) or start[4:8] == b"ftyp":
        return Refusal(Reason.NOT_HTML, phrase('the bytes begin with "{begin}"', begin=start[:4].decode("latin-1")))
    if not start:
        return Refusal(Reason.NO_TEXT, phrase("the page is empty"))
    if found := _FEED.match(start):
        return Refusal(Reason.NOT_HTML, phrase("a feed or sitemap: it begins with <{name}>", name=found[1].decode()))
    control = len(start) - len(start.translate(None, _CONTROL))
    if control > len(start) * MOST_CONTROL and not _MARKUP.search(start):
        return Refusal(Reason.NOT_HTML, phrase("the bytes are no text"))
    return None


def _count(texts: Sequence[str], lead: str | None) -> int:
    """Words up to COUNTED; lines of the imprint are none."""
    count = len(words((lead or "")[: COUNTED * 10]))
    for text in texts:
        count += _size_of(text[: COUNTED * 10])
        if count >= COUNTED:
            break
    return count


def _is_body(lines: Sequence[Block]) -> bool:
    """True if the lines are a text without the lead: a footer, an offer or "Đang tải nội dung…" is none."""
    count = 0
    for text in (block.text[: COUNTED * 10] for block in lines):  # most pages need the first line or two
        if not notices.is_no_text(text) and (size := _size_of(text)):
            count += size
            if count >= FEWEST_BODY_WORDS or is_sentence(text):
                return True
    return False


@lru_cache(maxsize=16)  # the first lines are counted more than once
def _size_of(line: str) -> int:
    """Words of the begin of a line; a line of the imprint has none."""
    size = len(words(line))
    return 0 if size <= LONGEST_IMPRINT and _IMPRINT.search(line) else size


def _judge_links(anatomy: Anatomy, count: int) -> Refusal | None:
    if anatomy.linked > MOST_LINKED and count < FEWEST_AMONG_LINKS:
        return Refusal(
            Reason.LISTING,
            phrase(
                "{linked:.0%} of what stands there is links, and {count} words are not",
                linked=anatomy.linked,
                count=count,
            ),
        )
    teasers, longest = len(anatomy.between) - 1, max(anatomy.between, default=0)
    most = LONGEST_TEASER if teasers >= FEWEST_TEASERS else LONGEST_OF_FEW
    if teasers > 1 and anatomy.between[0] <= MOST_BEFORE and longest < most:
        return Refusal(
            Reason.LISTING,
            phrase(
                "{teasers} linked headlines, at most {longest} words between them", teasers=teasers, longest=longest
            ),
        )
    return None


def is_declared_sold(document: Document) -> bool:
    """True if the page calls its text not free; many show it whole all the same."""
    free = document.ld.get("isAccessibleForFree")
    return free is not None and (free.lower() if isinstance(free, str) else free) in _FREE


def _judge_paywall(document: Document, count: int) -> Refusal | None:
    if is_declared_sold(document):
        return Refusal(Reason.PAYWALL, phrase("marked as not free, and {count} words are shown", count=count))
    boxes = remains.texts_of(remains.find_paywalls(document))
    box = next((text for text in boxes if notices.SUBSCRIBE.search(text)), None)
    return Refusal(Reason.PAYWALL, phrase('after {count} words: "{box}"', count=count, box=box[:80])) if box else None


def _nothing(anatomy: Anatomy | None, titles: Sequence[str], count: int) -> Refusal:
    if not titles:
        return Refusal(Reason.NO_TITLE, phrase("no headline on the page and none in its metadata"))
    if anatomy is None or not anatomy.containers:
        return Refusal(Reason.NO_TEXT, phrase("no running text on the page"))
    if count >= FEWEST_WORDS:
        return Refusal(Reason.NO_TEXT, phrase("a lead and no running text"))
    return Refusal(
        Reason.NO_TEXT,
        phrase("{count} words of text, at least {least} make an article", count=count, least=FEWEST_WORDS),
    )


def _judge_words(title: str, lead: str | None, lines: Sequence[Block], count: int) -> Refusal | None:
    text = "\n".join([lead or "", *(block.text[:COUNTED] for block in lines[:COUNTED])])[: COUNTED * 10]
    if notices.sells_gambling(title, text, min(count, COUNTED)):
        return Refusal(Reason.TAKEN_OVER, phrase('"{title}" sells gambling', title=title[:80]))
    if garbled.is_scrambled("\n".join(block.text[:COUNTED] for block in lines[:COUNTED])[:LETTERS]):
        return Refusal(Reason.GARBLED, phrase("letters in an order that no language has"))
    if problem := garbled.problem_of(f"{title}\n{text}"[:LETTERS]):
        return Refusal(Reason.GARBLED, problem)
    return None

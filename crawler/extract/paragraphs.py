"""Which blocks of a container are the article's text, and which are teasers, labels and captions."""

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.blocks import SHORTEST_RUNNING, Block, BlockKind, ends_sentence, is_running
from crawler.extract.bylines import has_label, is_photo_credit, read_byline
from crawler.extract.dates import DATE_LINE, beside_date, is_bare_date, is_date_line
from crawler.extract.notices import is_offer
from crawler.extract.text import words

HEAD_LINES = 15
"""Blocks; a headline that stands further inside its container is a teaser of another story."""
TEXT_ABOVE = 2
"""Running lines above a headline in its container that make it a repetition of the one above the text."""
LINES_BELOW_HEAD = 3
"""Blocks under the head among which a bare date line belongs to it: some layouts print it below the lead."""
LONGEST_HEAD_LINE = 60
"""Characters of a date or section line under the headline."""
LONGEST_LABEL = 60
"""Characters; "Tin liên quan" and its kind stand on lines of their own."""
LONGEST_CREDITED = 300
"""Characters of a caption that is no figcaption; longer italics under a picture are text."""
ALL_LINKED = 0.9
"""Share of a line in links; a paragraph that is one link leads to another story."""
MOSTLY_LINKED = 0.6
"""Share of a line in links where a label stands before the link: "Đọc bài này: …"."""
TAIL = 0.6
"""Share of the text before which a label does not end it: related boxes also stand in its middle."""

SHORTEST_SENTENCE = 5
"""Words; shorter credits end in a full stop too."""
_OF_BODY = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.ROW)
_PREDICATE = re.compile(
    r"\b(?:là|đã|được|sẽ|có|bị|phải|đang|vẫn|cần|cũng|còn|không|chưa|đạt|cho (?:thấy|biết|hay)|ghi nhận|dự kiến|"
    r"tăng|giảm|diễn ra|tổ chức|công bố|yêu cầu|nhằm|giúp|is|are|was|were|has|have|will)\b"
)
"""Verbs that sentences have, and names of people, agencies and departments have not."""

LONGEST_OFFER = 300
"""Characters of a line that may offer the rest of a text."""

_RELATED = re.compile(
    r"^\W*(?:(?:các )?(?:tin|bài)(?: viết)?(?: cùng| đã| có)? (?:liên quan|chuyên mục|đưa|khác|mới)|"
    r"cùng chuyên mục|bài đọc tiếp|đọc thêm|xem thêm|có thể bạn quan tâm|"
    r"mời (?:quý )?(?:độc giả|bạn đọc) (?:xem|đón) .*|related(?: (?:news|articles|stories))?|"
    r"read more|see also|"
    r"(?:mehr|weitere artikel) zum thema|lesen sie auch|(?:à )?lire aussi|leggi anche|le[ae] también|"
    r"leia (?:também|mais)|les også|läs också|čtěte (?:také|více)|czytaj (?:też|także|więcej)|lesen sie mehr zum thema)"
    r"\W*(?::.*)?$",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"^\W*(?:từ khóa|từ khoá|tags?|chủ đề|chia sẻ|theo dõi báo .* trên|gửi bình luận|viết bình luận|"
    r"ý kiến bạn đọc|bình luận|in bài viết|bản in|lượt truy cập|(?:số )?lượt xem|đánh giá bài viết|"
    r"bạn thấy (?:bài|tin)(?: viết| báo)? này|tổng số điểm của bài viết|click để đánh giá|"
    r"(?:những |các )?tin (?:mới|cũ) hơn|về trang trước|(?:tin |bài )?(?:đọc|xem) nhiều(?: nhất)?|tin nổi bật|"
    r"(?:bài|tin) (?:trước|sau|tiếp theo|kế tiếp)|về tác giả|đăng ký nhận (?:tin|bản tin|thông báo)|"
    r"share this(?: (?:article|story|post|page|entry))?(?=\W*$| (?:on|via|with))|"
    r"follow us|(?:\d+ )?comments?|leave a (?:comment|reply)|like this story|about the authors?|"
    r"(?:previous|next) (?:post|article|story)|(?:what to )?read next|up next|related topics|article categories|"
    r"recommended(?: for you)?|most (?:read|popular)|recent (?:articles|posts)|(?:explore )?more articles|"
    r"(?:if you (?:liked|enjoyed) this[\w ]*,? ?)?you (?:might|may) also (?:like|be interested))\b.{0,40}$|"
    r"^\(\*\) không sao chép|^\{\{.*\}\}$",
    re.IGNORECASE,
)
_PROMOTION = re.compile(
    r"^\W*(?:(?:mời|kính mời|hãy) (?:\w+ ){0,4}?)?(?:tải (?:ngay |về )?(?:ứng dụng|app)|quét mã|"
    r"theo dõi (?:\w+ ){0,6}?(?:trên|qua|tại) (?:facebook|fanpage|zalo|youtube|tiktok|google|telegram|ứng dụng|kênh)|"
    r"đăng ký (?:\w+ ){0,4}?(?:nhận (?:bản )?tin|kênh|bản tin|báo in|mua báo|đặt báo)|đặt mua báo|liên hệ quảng cáo|"
    r"sign up (?:for|to) (?:\w+ ){0,5}?(?:newsletter|emails?|updates)|subscribe to (?:our|the|my)|"
    r"download (?:our|the) app|follow (?:[\w@.]+ ){1,7}?on (?:facebook|twitter|x|instagram|youtube|linkedin|tiktok))\b",
    re.IGNORECASE,
)
"""Begins the lines of a box in which a newspaper speaks for itself: its app, its channels, its subscription."""
LONGEST_PROMOTION = 300
"""Characters of such a line."""
_LETTERBOX = re.compile(
    r"\b(?:in|to) your inbox\b|(?:sign up|subscribe) (?:for|to) (?:\S+ ){0,6}?newsletters?\b|"
    r"^\W*by (?:providing your e-?mail|signing up|subscribing)\b",
    re.IGNORECASE,
)
"""What a box says, anywhere in a text, that offers letters by e-mail."""
_LETTERBOX_WORDS = ("inbox", "newsletter", "by ")
"""Without one of them it says nothing of the kind, and few lines have one."""
_CONTROL = re.compile(
    r"^\W*(?:(?:nghe (?:đọc |audio |nội dung )?(?:bài|tin)(?: viết| báo| này)?|giọng (?:đọc|nam|nữ)(?: miền \w+)?|"
    r"\d{1,2}:\d{2}|\d[\d.,]* lượt (?:xem|đọc)|(?:nhấn|bấm) (?:vào ảnh )?để phóng to|"
    r"in (?:trang|bài)|gửi email|quảng cáo|advert(?:isement)?|anzeige|werbung|publicidad|publicité|pubblicità|"
    r"annonsørinnhold|reklama?|annonce|close|image \d+ of \d+)\W*)+$",
    re.IGNORECASE,
)
"""What stands on players, buttons and advertisements: "Nghe đọc bài viết", "Giọng nữ", "00:00 / 03:12"."""
_HEAD_LABEL = re.compile(r"^\S*(?:author|byline|date|time|meta|tac-?gia|source)", re.IGNORECASE)
_POINTER = re.compile(
    r"^(?:>>+|»|►|▶|\[?(?:xem|đọc) (?:thêm|tiếp)\b\s*[:\]]|"
    r"(?:read (?:more|next|also)|see also|lesen sie auch|mehr zum thema|(?:à )?lire aussi|leggi anche|le[ae] también|"
    r"leia (?:também|mais)|les også|läs också)\b)",
    re.IGNORECASE,
)
_LED = re.compile(r"^[^|:»]{3,40}\s?[|:»]\s")
"""A label before a headline."""
_CREDIT_AT_END = re.compile(r"\((?:ảnh|nguồn ảnh|image|photo|picture)(?: credit)?\s*:[^()]{1,60}\)\.?$", re.IGNORECASE)
"""Closes a caption wherever it stands: "(Ảnh: TRẦN HẢI)"."""
_PICTURE_CREDIT = re.compile(
    r"(?:^|[\s(.–-])(?:ảnh|nguồn ảnh|photo)\s*:\s*[^.]{1,60}\)?\.?$|"
    r"\(ảnh (?:chụp|cắt|minh họa|minh hoạ|tư liệu)\b[^()]{0,40}\)\.?$",
    re.IGNORECASE,
)
"""Closes a caption under a picture; the second form stands in texts too: "(ảnh tư liệu)"."""


def split_head(blocks: Sequence[Block], title: str) -> tuple[list[Block], list[Block]]:
    """Part what stands above the text inside its container (breadcrumb, headline, date line) from the text.

    Without the headline it is the date line alone.
    """
    at = next((index for index, block in enumerate(blocks[:HEAD_LINES]) if shows_title(block, title)), None)
    if at is None or sum(map(is_running, blocks[:at])) >= TEXT_ABOVE:
        end = next((index for index, block in enumerate(blocks) if not is_date_line(block.text)), 0)
    else:
        end = at + 1
        while end < len(blocks) and _is_head_line(blocks[end]):
            end += 1
    below_lead = [block for block in blocks[end : end + LINES_BELOW_HEAD] if is_text(block) and _dates(block.text)]
    return [*blocks[:end], *below_lead], [block for block in blocks[end:] if block not in below_lead]


def _dates(line: str) -> bool:
    """True for a date line, with the byline or not: "Lan Anh - 15/02/2025 07:40"."""
    if len(line) > 2 * LONGEST_HEAD_LINE or not DATE_LINE.search(line):
        return False
    rest = beside_date(line)
    return not rest or _names_somebody(rest)


def _names_somebody(line: str) -> bool:
    byline = read_byline(line)
    return byline is not None and bool(byline.names)


def shows_title(block: Block, title: str) -> bool:
    """True for the headline; a kicker or an icon's name may stand in the same heading."""
    if len(block.text) > 2 * len(title):
        return False
    return (block.kind is BlockKind.HEADING and title in block.text) or words(block.text) == words(title)


def clean_blocks(blocks: Sequence[Block]) -> list[Block]:
    """Leave out teasers, labels, print and share lines; mark captions that only their place gives away."""
    return _cut_tail(_cut_offer(_mark_captions(_drop_teasers(blocks))))


def is_text(block: Block) -> bool:
    """True for the blocks that make the body."""
    return block.kind in _OF_BODY


def is_sentence(text: str) -> bool:
    """True for a line with a verb and a full stop: no credit, whatever it begins with: "Báo động lũ đã được phát."."""
    is_ended = text.endswith(".") and not text.endswith(("..", "./."))
    return is_ended and ":" not in text and len(words(text)) >= SHORTEST_SENTENCE and bool(_PREDICATE.search(text))


def is_linked_headline(block: Block) -> bool:
    """True for a line that is one link and longer than the name of a section: it leads to another story.

    A paragraph that somebody made a link reads on to its full stop; headlines and cut teasers have none.
    """
    if block.linked < ALL_LINKED or len(block.text.split()) <= 3:
        return False
    is_sentence = len(block.text) >= SHORTEST_RUNNING and block.text[-1] == "." and not block.text.endswith("..")
    return not (is_sentence and block.kind is BlockKind.PARAGRAPH)


def _is_head_line(block: Block) -> bool:
    if block.kind is BlockKind.PICTURE or len(block.text) > LONGEST_HEAD_LINE:
        return False
    if DATE_LINE.search(block.text) or _HEAD_LABEL.search(block.label) or has_label(block.text):
        return True
    return _names_somebody(block.text)


def _drop_teasers(blocks: Sequence[Block]) -> list[Block]:
    kept: list[Block] = []
    after_label = False
    for block in blocks:
        is_label = len(block.text) <= LONGEST_LABEL and is_text(block) and bool(_RELATED.match(block.text))
        if is_label or _is_teaser(block) or (after_label and block.linked >= 0.5):
            after_label = after_label or is_label
            continue
        after_label = False
        kept.append(block)
    return kept


def _is_teaser(block: Block) -> bool:
    """True for a line that leads elsewhere or works something."""
    if block.linked and _POINTER.match(block.text):
        return True
    if is_text(block) and len(block.text) <= LONGEST_PROMOTION and _offers_letters(block.text):
        return True
    if block.kind is BlockKind.PARAGRAPH and block.linked >= MOSTLY_LINKED and _LED.match(block.text):
        return not ends_sentence(block.text)
    return is_text(block) and (is_linked_headline(block) or _CONTROL.match(block.text) is not None)


def _offers_letters(text: str) -> bool:
    folded = text.casefold()
    return any(word in folded for word in _LETTERBOX_WORDS) and _LETTERBOX.search(text) is not None


def _mark_captions(blocks: Sequence[Block]) -> list[Block]:
    """A short centred, italic or credited line directly under a picture is its caption."""
    marked: list[Block] = []
    for block in blocks:
        under_picture = bool(marked) and marked[-1].kind is BlockKind.PICTURE
        is_caption = _is_caption(block, under_picture=under_picture)
        marked.append(replace(block, kind=BlockKind.CAPTION) if is_caption else block)
    return marked


def _is_caption(block: Block, *, under_picture: bool) -> bool:
    if block.kind is not BlockKind.PARAGRAPH or block.align == "right" or len(block.text) > LONGEST_CREDITED:
        return False
    if _CREDIT_AT_END.search(block.text):
        return True
    if not under_picture:
        return False
    is_set_apart = block.emphasised or block.align == "center"
    return is_set_apart or _PICTURE_CREDIT.search(block.text) is not None or is_photo_credit(block.text)


def find_offer(blocks: Sequence[Block]) -> int | None:
    """Return where the offer of the rest begins that ends a sold text; None if it does not end with one."""
    text = (at for at in reversed(range(len(blocks))) if is_running(blocks[at]) and not is_offer(blocks[at].text))
    end = next(text, -1)
    return next((index for index in range(end + 1, len(blocks)) if is_offer(blocks[index].text[:LONGEST_OFFER])), None)


def _cut_offer(blocks: list[Block]) -> list[Block]:
    at = find_offer(blocks)
    return blocks if at is None else blocks[:at]


def _cut_tail(blocks: list[Block]) -> list[Block]:
    """End the text at its footer: tags, share and print lines, or the date line that some layouts have there."""
    enough = sum(len(block.text) for block in blocks if is_text(block)) * TAIL
    above = 0
    for index, block in enumerate(blocks):
        is_label = index > 0 and is_text(block) and len(block.text) <= 2 * LONGEST_LABEL
        if is_label and above >= enough and _FOOTER.match(block.text):
            blocks = blocks[:index]
            break
        above += len(block.text) * is_text(block)
    while len(blocks) > 1 and (_is_promotion(blocks[-1]) or is_bare_date(blocks[-1].text)):
        blocks = blocks[:-1]
    return blocks


def _is_promotion(block: Block) -> bool:
    return is_text(block) and len(block.text) <= LONGEST_PROMOTION and _PROMOTION.match(block.text) is not None

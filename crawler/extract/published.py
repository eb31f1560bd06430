"""When an article was published and last changed: every date that the page gives, then the choice."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice

from archive import VIETNAM
from crawler.extract.anatomy import Anatomy
from crawler.extract.blocks import Block
from crawler.extract.dates import (
    HINT,
    LONGEST_LINE,
    Moment,
    beside_date,
    choose_date,
    is_date_line,
    is_update,
    read_machine_date,
    read_printed_date,
    split_update,
)
from crawler.extract.generic import lines_around
from crawler.extract.paragraphs import shows_title
from crawler.extract.rules import LaidOutPage
from crawler.extract.text import tidy
from crawler.page import Page

MOST_DATES = 20
"""Date lines of a page that are read, the nearest to the headline first."""
LONGEST_REST = 60
"""Characters of it beside the date: a name and a section, the number of readers. A short lead has more."""
MOST_LINKED = 0.7
"""Share of it in links: the author and the section may be links, of a teaser with its date nearly all is."""
CLOCK = timedelta(minutes=2)
"""A bare date so near to the capture is a clock; hardly any page is read two minutes after it was published."""

_PUBLISHED = ("article:published_time", "pubdate", "datepublished", "publishdate", "dc.date.issued")
_LESS_SURE = (
    "og:article:published_time", "pub_date", "publish-date", "publish_date", "publication_date", "w-published-date",
    "parsely-pub-date", "sailthru.date", "originalpublicationdate", "dcterms.issued", "dcterms.created",
    "dc.date.created", "dc.date", "citation_publication_date", "citation_date", "date",
)  # fmt: skip
"""Names of metadata that some publishers give to the day of publication, others to other days."""
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "lastmod")

_CLOCK = re.compile(
    r"(?:^|[\s_-])(?:clock|now|to-?day)(?:$|[\s_-])|(?:date|time)-?now|current-?(?:date|time)", re.IGNORECASE
)
"""Names of the masthead's clock: "#current-date", ".header-clock", "#today"."""
_PUBLICATION = re.compile(r"date|time|publi", re.IGNORECASE)
"""What the class of a line of publication says."""
_CHANGED = re.compile(r"modif|updat|cap-?nhat", re.IGNORECASE)
_ATTRIBUTES = ("datetime", "content", "title", "data-time", "data-date", "data-datetime")
"""Where an element near the headline holds its date for programs: <time datetime>, a title over "3 giờ trước"."""
MOST_NODES = 400
"""Of the page that are asked for such an attribute, above the text."""
RUNNING = 80
"""Characters of a text that is no line of a head."""
LINES_OF_TEXT = 3
"""Such texts after which the head of a container has ended: a headline and a lead stand in it."""
_OTHER_DAY = re.compile(
    r"\d/(?:\d{4}/)?[A-ZĐ]{2,}|\b(?:thời hạn|hạn (?:chót|cuối|nộp|đăng ký)|diễn ra|khai mạc|bế mạc|hiệu lực|"
    r"tổ chức|sự kiện|từ ngày|từ \d|đến (?:ngày|hết|\d))|"
    r"\d{4}\s*(?:-|–|—|đến)\s*(?:ngày\s+)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}",
    re.IGNORECASE,
)
"""A document's number ("12/QĐ-UBND"), a deadline, an event, a span of days: what news are about, not their own day."""
_TICKS = re.compile(r"\d{1,2}:\d{2}:\d{2}")
"""Seconds: a clock shows them."""
_MASTHEAD = re.compile(
    r"hôm nay|đăng nhập|đăng ký|\brss\b|liên hệ|hotline|đường dây nóng|tòa soạn|báo in\b|english|trang chủ|tìm kiếm|°",
    re.IGNORECASE,
)
"""What stands beside the clock in the head of a page."""
_DATED = re.compile(r"đăng (?:lúc|ngày)|ngày đăng|cập nhật|xuất bản|published|posted", re.IGNORECASE)
"""What a line says that dates an article, wherever it stands."""
_LICENCE = re.compile(r"giấy phép|cấp ngày|bản quyền|copyright|©", re.IGNORECASE)

_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")

Dated = tuple[Moment, str]
"""A date and its source."""


def find_published(laid_out: LaidOutPage, anatomy: Anatomy, *, is_home: bool) -> tuple[list[Dated], str | None]:
    """Return the dates found, the chosen one first, and the printed text that could not be read, if there is one.

    `is_home` says that the page is Vietnamese: dates without a zone are of +07:00.
    """
    page = laid_out.document.page
    ruled = laid_out.all("published")
    machine = list(_machine_dates(laid_out))
    printed = [
        (moment, laid_out.source)
        for each in ruled
        if not each.is_machine and len(each.text) <= LONGEST_LINE
        if (moment := _read_line(each.text, page))
    ]
    if not printed:
        printed = _date_lines(anatomy, page, is_home=is_home, is_known=any(each.has_time for each, _ in machine))
    if anatomy.regions and not any(moment.has_time for moment, _ in (*machine, *printed)):
        # the share row may hold the date line too
        above, _ = lines_around(anatomy.regions[0], anatomy.containers, with_suspects=True)
        if any(node.mem_id == anatomy.regions[0].mem_id for node in anatomy.containers):
            above = [each for each in above if len(each.text) <= LONGEST_LINE and not beside_date(each.text)]
        printed += [*_near(anatomy.title, above, page), *_attribute_dates(anatomy, page)]
    chosen = choose_date((each for each, _ in machine), (each for each, _ in printed), is_home=is_home)
    found = sorted((*printed, *machine), key=lambda pair: pair[0] is not chosen)
    unread = next((each.text for each in ruled if not each.is_machine), None)
    return found, None if found else unread


def find_modified(laid_out: LaidOutPage, anatomy: Anatomy) -> datetime | None:
    """Return when the newspaper says that it last changed the article: the layout's word, metadata, "Cập nhật: …"."""
    document = laid_out.document
    lines = (*(each.text for each in laid_out.all("published")), *(block.text for block in anatomy.above))
    texts = chain(
        laid_out.texts("modified"),
        (text for name in _MODIFIED for text in document.meta.get(name, ())),
        document.ld_texts("dateModified"),
        (split_update(line)[1] for line in lines if len(line) <= LONGEST_LINE),
    )
    moments = (read_machine_date(text, seen_at=document.page.fetched_at) for text in texts)
    return next((moment.at for moment in moments if moment), None)


def _machine_dates(laid_out: LaidOutPage) -> Iterator[Dated]:
    document = laid_out.document
    values = [
        *((text, f"meta:{name}") for name in _PUBLISHED for text in document.meta.get(name, ())[:1]),
        *((text, "ld:datePublished") for text in document.ld_texts("datePublished")),
        *((each.text, laid_out.source) for each in laid_out.all("published") if each.is_machine),
        *((text, f"meta:{name}") for name in _LESS_SURE for text in document.meta.get(name, ())[:1]),
    ]
    for text, source in values:
        if moment := read_machine_date(text, seen_at=document.page.fetched_at):
            yield moment, source


def _read_line(text: str, page: Page) -> Moment | None:
    return read_printed_date(split_update(text)[0], seen_at=page.fetched_at, counts_back=not page.is_saved)


def _date_lines(anatomy: Anatomy, page: Page, *, is_home: bool, is_known: bool) -> list[Dated]:
    """Date lines above the text, the nearest to the headline first: in its own region, then in those around it.

    Where metadata has the minute (`is_known`) no further region is walked.
    """
    lines: Sequence[Block] = anatomy.above
    for index, region in enumerate(anatomy.regions):
        if found := _near(anatomy.title, lines, page, is_head=index > 0, is_home=is_home):
            return found
        if is_known:
            break
        lines = lines_around(region.parent, anatomy.containers)[0] if region.parent else ()
    return []


def _near(
    title: str, lines: Sequence[Block], page: Page, *, is_head: bool = False, is_home: bool = True
) -> list[Dated]:
    """Date lines among `lines`; with `is_head` they stand further from the article, where the page has its head."""
    at = next((index for index, block in enumerate(lines) if shows_title(block, title)), len(lines))
    dated = [index for index, block in enumerate(lines) if _may_be_dated(block)]
    # what stands above the headline may belong to the head of the page, or close the story before
    dated.sort(
        key=lambda index: (
            index < at, is_update(lines[index].text), not _PUBLICATION.search(lines[index].label), abs(index - at)
        )
    )  # fmt: skip
    read = ((lines[index], moment) for index in dated if (moment := _read_beside(index, lines, page)))
    kept = (
        moment
        for block, moment in read
        if not _is_clock(block, moment, page, is_head=is_head)
        and not (is_head and is_home and _may_be_of_today(block, moment))
    )
    return list(islice(((moment, "generic:line") for moment in kept), MOST_DATES))


def _may_be_dated(block: Block) -> bool:
    """True for a line that is short enough beside its date, no teaser, and not the newspaper's licence."""
    return (
        len(block.text) <= LONGEST_LINE
        and HINT.search(block.text) is not None
        and block.linked <= MOST_LINKED
        and len(beside_date(block.text)) <= LONGEST_REST
        and not _LICENCE.search(block.text)
        and not _OTHER_DAY.search(block.text)
    )


def _read_beside(index: int, lines: Sequence[Block], page: Page) -> Moment | None:
    """Read a line; if it has the day only, with the bare time of the line after or before it."""
    moment = _read_line(lines[index].text, page)
    if moment is None or moment.has_time:
        return moment
    beside = [block.text for block in (*lines[index + 1 : index + 2], *lines[max(0, index - 1) : index])]
    timed = (_read_line(f"{moment.raw} {text}", page) for text in beside if not beside_date(text))
    return next((each for each in timed if each and each.has_time), moment)


def _is_clock(block: Block, moment: Moment, page: Page, *, is_head: bool) -> bool:
    """True for the date of today that a page shows: by its name, or because it is the moment of the capture."""
    if _CLOCK.search(block.label):
        return True
    if not is_date_line(block.text):
        return False
    if moment.has_time:
        return abs(moment.at - page.fetched_at) <= CLOCK
    return is_head and moment.at.date() == page.fetched_at.astimezone(VIETNAM).date()


def _may_be_of_today(block: Block, moment: Moment) -> bool:
    """True for a date in the head of a page that nothing tells from the day on which the page was served."""
    if _DATED.search(block.text):
        return False
    return not moment.has_time or _TICKS.search(block.text) is not None or _MASTHEAD.search(block.text) is not None


def _attribute_dates(anatomy: Anatomy, page: Page) -> Iterator[Dated]:
    """Yield the dates that elements between headline and text hold in an attribute, those of an update left out."""
    bodies, running = {node.mem_id for node in anatomy.containers}, 0
    for node in islice(anatomy.regions[0].traverse(include_text=True), 1, MOST_NODES):
        if node.is_text_node:
            running += len((node.text_content or "").strip()) > RUNNING
        if node.mem_id in bodies or running >= LINES_OF_TEXT:
            return
        attributes = node.attributes
        if node.is_text_node or node.tag == "a" or not attributes:
            continue
        label = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}"
        values = (attributes.get(name) or "" for name in _ATTRIBUTES)
        dated = next((value for value in values if is_date_line(tidy(value)) or _ISO_TIME.match(value)), None)
        if dated is None or _CHANGED.search(label) or _CLOCK.search(label):
            continue
        if moment := read_machine_date(tidy(dated), seen_at=page.fetched_at):
            yield moment, f"generic:{node.tag}"

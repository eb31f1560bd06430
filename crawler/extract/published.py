"""When an article was published and last changed: every date that the page gives, then the choice."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from crawler.extract.anatomy import Anatomy
from crawler.extract.body import Block
from crawler.extract.dates import Moment, choose_date, read_machine_date, read_printed_date, split_update
from crawler.extract.generic import lines_around
from crawler.extract.rules import Design
from crawler.page import Page

MOST_DATES = 20
"""Date lines of a page that are read, the nearest to the headline first."""
LONGEST_LINE = 120
"""Characters of a date line; a longer line with a date in it is text."""

_PUBLISHED = ("article:published_time", "pubdate", "datepublished", "publishdate", "dc.date.issued")
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "lastmod")

_LICENCE = re.compile(r"giấy phép|cấp ngày|bản quyền|copyright|©", re.IGNORECASE)

Dated = tuple[Moment, str]
"""A date and its source."""


def find_published(design: Design, anatomy: Anatomy) -> tuple[list[Dated], str | None]:
    """Return the dates found, the chosen one first, and the printed text that could not be read, if there is one."""
    page = design.document.page
    ruled = design.all("published")
    machine = list(_machine_dates(design))
    printed = [
        (moment, design.source)
        for each in ruled
        if not each.is_machine and len(each.text) <= LONGEST_LINE
        if (moment := _read_line(each.text, page))
    ]
    if not printed:
        printed = _date_lines(anatomy, page)
    if anatomy.regions and not any(moment.has_time for moment, _ in (*machine, *printed)):
        # the share row may hold the date line too
        above, _ = lines_around(anatomy.regions[0], anatomy.containers, with_suspects=True)
        printed += _near(anatomy.title, above, page)
    chosen = choose_date((each for each, _ in machine), (each for each, _ in printed))
    found = sorted((*printed, *machine), key=lambda pair: pair[0] is not chosen)
    unread = next((each.text for each in ruled if not each.is_machine), None)
    return found, None if found else unread


def find_modified(design: Design, anatomy: Anatomy) -> datetime | None:
    """Return when the newspaper says that it last changed the article: the layout's word, metadata, "Cập nhật: …"."""
    document = design.document
    lines = [*(each.text for each in design.all("published")), *(block.text for block in anatomy.above)]
    texts = [
        *design.texts("modified"),
        *(text for name in _MODIFIED for text in document.meta.get(name, ())),
        *document.ld_texts("dateModified"),
        *(split_update(line)[1] for line in lines if len(line) <= LONGEST_LINE),
    ]
    moments = (read_machine_date(text, seen_at=document.page.fetched_at) for text in texts)
    return next((moment.at for moment in moments if moment), None)


def _machine_dates(design: Design) -> Iterator[Dated]:
    document = design.document
    values = [
        *((text, f"meta:{name}") for name in _PUBLISHED for text in document.meta.get(name, ())[:1]),
        *((text, "ld:datePublished") for text in document.ld_texts("datePublished")),
        *((each.text, design.source) for each in design.all("published") if each.is_machine),
    ]
    for text, source in values:
        if moment := read_machine_date(text, seen_at=document.page.fetched_at):
            yield moment, source


def _read_line(text: str, page: Page) -> Moment | None:
    return read_printed_date(split_update(text)[0], seen_at=page.fetched_at, counts_back=not page.is_saved)


def _date_lines(anatomy: Anatomy, page: Page) -> list[Dated]:
    """Date lines above the text, the nearest to the headline first: in its own region, then in those around it."""
    lines: Sequence[Block] = anatomy.above
    for region in anatomy.regions:
        if found := _near(anatomy.title, lines, page):
            return found
        lines = lines_around(region.parent, anatomy.containers)[0] if region.parent else ()
    return []


def _near(title: str, lines: Sequence[Block], page: Page) -> list[Dated]:
    at = next((index for index, block in enumerate(lines) if block.text == title), len(lines))
    # a line right above the headline may close the story before it
    ordered = sorted(enumerate(lines), key=lambda pair: (abs(pair[0] - at), pair[0] < at))
    short = (block.text for _, block in ordered if len(block.text) <= LONGEST_LINE and not _LICENCE.search(block.text))
    return list(islice(((moment, "generic:line") for text in short if (moment := _read_line(text, page))), MOST_DATES))

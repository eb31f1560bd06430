"""One page in, one article out, or the reason why there is none. Crawl, re-parse, probe and tests all take this path."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from archive import VIETNAM, Article, Image, Reason, Refusal
from crawler.extract import gate
from crawler.extract.authors import Signed, author_elements, choose_byline, repeats, sign_offs
from crawler.extract.body import Block, BlockKind, read_blocks
from crawler.extract.bylines import Byline, read_byline
from crawler.extract.dates import Moment, choose_date, read_machine_date, read_printed_date, split_update
from crawler.extract.document import Document, parse
from crawler.extract.generic import find_container, lines_around, regions
from crawler.extract.lead import lead_among, split_mark
from crawler.extract.paragraphs import clean_blocks, is_text, split_head
from crawler.extract.rules import Found, apply_rules, choose_layout, first_nodes, first_texts, select_all
from crawler.extract.text import overlap
from crawler.extract.titles import Headline, find_headline
from crawler.page import Page
from crawler.site import Layout, Site
from crawler.urls import article_address

LONGEST_DATE_LINE = 120
"""Characters; a longer line with a date in it is text."""

_MACHINE_DATES = ("article:published_time", "pubdate", "datepublished", "publishdate", "dc.date.issued")
_MODIFIED_DATES = ("article:modified_time", "og:updated_time", "datemodified", "lastmod")
_LIST = re.compile(r"\s*[,;]\s*|\s+>\s+")
_VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a page gave: exactly one of `article` and `refusal`, and the design that recognised it."""

    article: Article | None = None
    refusal: Refusal | None = None
    layout: str | None = None
    candidates: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Field → (value, source) of every candidate, the winner first."""


def extract(page: Page, site: Site | None = None, *, layouts: Sequence[Layout] = ()) -> Extraction:
    """Read the article of a page. `layouts` are tried after the site's own; no layout at all is the generic path.

    Never raises for anything that a server can send: a page that breaks the program is one refused page.
    """
    try:
        return _extract(page, site, layouts)
    except Exception as error:  # the crawl of a thousand other pages goes on
        return Extraction(refusal=Refusal(Reason.EXTRACTOR, f"{type(error).__name__}: {error}"))


def _extract(page: Page, site: Site | None, layouts: Sequence[Layout]) -> Extraction:
    if refusal := gate.judge_bytes(page):
        return Extraction(refusal=refusal)
    document = parse(page)
    known = [*(site.layouts if site else ()), *layouts]
    layout = choose_layout(document, known, today=page.fetched_at.date())
    return _Reading(document, layout, site).read()


class _Reading:
    """The reading of one page: what several fields need to know of each other."""

    def __init__(self, document: Document, layout: Layout | None, site: Site | None) -> None:
        self._document = document
        self._layout = layout
        self._site = site
        self._seen_at = document.page.fetched_at
        self._ruled = f"layout:{layout.name}" if layout else ""
        self._sources: dict[str, str] = {}
        self._candidates: dict[str, tuple[tuple[str, str], ...]] = {}

    def read(self) -> Extraction:
        headlines = self._headlines()
        if not headlines:
            return self._refuse(Refusal(Reason.NO_TITLE, "no headline on the page and none in its metadata"))
        title = headlines[0].text
        if refusal := gate.judge_title(title):
            return self._refuse(refusal)
        containers = self._containers()
        if not containers:
            return self._refuse(Refusal(Reason.NO_TEXT, "no running text on the page"))
        before, blocks, after = self._blocks(headlines, containers)
        lead = self._lead(before, blocks)
        byline = self._byline(headlines, containers, blocks=blocks, after=after)
        texts = [block for block in blocks if is_text(block)]
        if refusal := gate.judge_text(texts, lead=lead):
            return self._refuse(refusal)
        moment, raw = self._published(headlines, containers, before=before)
        mark, lead = split_mark(lead, self._site.lead_marks if self._site else ()) if lead else (None, None)
        body = "\n".join(block.line for block in texts)
        article = Article(
            url=article_address(self._document.page.url, declared=self._declared_address(), site=self._site),
            title=title,
            lead=lead,
            lead_mark=mark,
            body=body,
            byline=byline.names if byline else (),
            byline_raw=byline.raw if byline else None,
            source_credit=byline.source_credit if byline else None,
            published_at=moment.at if moment else None,
            published_precision=moment.precision if moment else None,
            published_raw=raw,
            modified_at=self._modified(before),
            section=self._texts("section", self._document.ld_texts("articleSection")),
            tags=self._texts("tags", []),
            images=(*(image for image in self._images(before) if image.caption), *self._images(blocks)),
            language=self._language(body),
            sources=self._sources,
        )
        return Extraction(article=article, layout=self._name, candidates=self._candidates)

    @property
    def _name(self) -> str | None:
        return self._layout.name if self._layout else None

    def _refuse(self, refusal: Refusal) -> Extraction:
        return Extraction(refusal=refusal, layout=self._name, candidates=self._candidates)

    def _note(self, name: str, candidates: Sequence[tuple[str, str]]) -> None:
        """Keep what was found for a field, the winner first."""
        if candidates:
            self._candidates[name] = tuple(dict.fromkeys(candidates))
            self._sources[name] = candidates[0][1]

    def _headlines(self) -> list[Headline]:
        ruled = [(node, self._ruled) for node in first_nodes(self._document, self._layout, "title")]
        found = find_headline(self._document, ruled)
        self._note("title", [(each.text, each.source) for each in found])
        return found

    def _containers(self) -> list[LexborNode]:
        nodes = first_nodes(self._document, self._layout, "body")
        self._sources["body"] = self._ruled
        if not nodes:
            node = find_container(self._document.root)
            nodes = [node] if node else []
            self._sources["body"] = "generic"
        inner = {node.mem_id for node in nodes}
        return [node for node in nodes if not _has_ancestor(node, inner)]

    def _blocks(
        self, headlines: list[Headline], containers: list[LexborNode]
    ) -> tuple[list[Block], list[Block], list[Block]]:
        """Return the lines above the text, the text, and the lines below it."""
        read = [
            block
            for container in containers
            for block in read_blocks(
                container,
                drop=select_all(container, self._layout, "drop"),
                captions=select_all(container, self._layout, "caption"),
            )
        ]
        head, blocks = split_head(read, headlines[0].text)
        region = next(regions(_title_node(headlines) or containers[0], containers[0]), None)
        before, after = lines_around(region, containers) if region else ([], [])
        return [*before, *head], clean_blocks(blocks), after

    def _lead(self, before: Sequence[Block], blocks: list[Block]) -> str | None:
        """Take the lead: where the layout says, labelled above the text, or the first lines of the text."""
        description = self._document.first_meta("og:description", "description")
        ruled = first_texts(self._document, self._layout, "lead")
        above = [block for block in before if block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)]
        index = lead_among(above[::-1], description)
        inside = lead_among(blocks, description)
        found = [
            *((text, self._ruled) for text in ruled[:1]),
            *(((above[::-1][index].text, "generic:above"),) if index is not None else ()),
            *(((blocks[inside].text, "body"),) if inside is not None else ()),
        ]
        self._note("lead", found)
        if not found:
            return None
        lead = found[0][0]
        for at, block in enumerate(blocks[:3]):
            if block.text == lead or (at == inside and overlap(block.text, lead) > 0.8):
                del blocks[at]
                break
        return lead

    def _byline(
        self, headlines: list[Headline], containers: list[LexborNode], *, blocks: list[Block], after: list[Block]
    ) -> Byline | None:
        """Choose the byline, and take the lines that repeat it out of the text."""
        publishers = self._publishers()
        signed = sign_offs(blocks, publishers=publishers)
        region = next(regions(_title_node(headlines) or containers[0], containers[0]), None)
        printed = [
            *self._ruled_bylines(publishers),
            *(author_elements(region, publishers=publishers) if region else ()),
        ]
        ends = [Signed(byline, "sign-off") for _, byline in sorted(signed.items(), reverse=True)]
        if not printed and not any(each.byline.names for each in ends):
            ends += [Signed(byline, "sign-off") for byline in sign_offs(after[:3], publishers=publishers).values()]
        declared = [
            Signed(byline, source)
            for source, texts in (
                ("ld:author", self._document.ld_texts("author")),
                ("meta:author", self._document.meta.get("author", ())),
                ("meta:article:author", self._document.meta.get("article:author", ())),
            )
            for text in texts[:1]
            if (byline := read_byline(", ".join(texts) if source == "ld:author" else text, publishers=publishers))
        ]
        chosen = choose_byline(printed, ends, declared=declared)
        self._note("byline", [(each.byline.raw, each.source) for each in (*([chosen] if chosen else ()), *printed, *ends, *declared)])
        for at in sorted(signed, reverse=True):
            if chosen and (repeats(signed[at], chosen.byline) or blocks[at].align == "right"):
                del blocks[at]
        return chosen.byline if chosen else None

    def _ruled_bylines(self, publishers: Sequence[str]) -> list[Signed]:
        """Names of the first rule that gives any: in one element, or one element each."""
        texts = list(dict.fromkeys(first_texts(self._document, self._layout, "byline")))
        byline = read_byline(" - ".join(texts), publishers=publishers) if texts else None
        return [Signed(byline, self._ruled)] if byline else []

    def _publishers(self) -> list[str]:
        """Names under which the newspaper itself appears as an author."""
        document = self._document
        names = [*document.ld_texts("publisher"), *document.meta.get("og:site_name", ())]
        if self._site:
            names += [self._site.outlet, *self._site.domains]
        return [*names, urlsplit(document.page.url).hostname or ""]

    def _published(
        self, headlines: list[Headline], containers: list[LexborNode], *, before: Sequence[Block]
    ) -> tuple[Moment | None, str | None]:
        """Return the date and the text that it was read from."""
        document, seen_at = self._document, self._seen_at
        ruled = apply_rules(document, self._layout, "published")
        machine: list[tuple[Moment | None, str]] = [
            (read_machine_date(text, seen_at=seen_at), f"meta:{name}")
            for name in _MACHINE_DATES
            for text in document.meta.get(name, ())[:1]
        ]
        machine += [(read_machine_date(text, seen_at=seen_at), "ld:datePublished") for text in document.ld_texts("datePublished")]
        machine += [(read_machine_date(each.text, seen_at=seen_at), self._ruled) for each in ruled if each.is_machine]
        printed = [
            (read_printed_date(split_update(each.text)[0], seen_at=seen_at), self._ruled)
            for each in _first_element(ruled)
            if len(each.text) <= LONGEST_DATE_LINE
        ]
        if not any(moment for moment, _ in printed):
            printed += self._date_lines(headlines, containers, before)
        moment = choose_date((each for each, _ in machine), (each for each, _ in printed))
        found = [(each, source) for each, source in (*printed, *machine) if each]
        found.sort(key=lambda pair: pair[0] is not moment)
        self._note("published_at", [(each.raw, source) for each, source in found])
        unread = next((each.text for each in ruled if not each.is_machine), None)
        return moment, moment.raw if moment else unread

    def _date_lines(
        self, headlines: list[Headline], containers: list[LexborNode], before: Sequence[Block]
    ) -> list[tuple[Moment | None, str]]:
        """Date lines near the headline, the nearest first: in its own region, then in the ones around it."""
        lines = list(before)
        for region in regions(_title_node(headlines) or containers[0], containers[0]):
            title = next((i for i, block in enumerate(lines) if block.text == headlines[0].text), len(lines))
            near = sorted(enumerate(lines), key=lambda pair: abs(pair[0] - title))
            found = [
                (moment, "generic:line")
                for _, block in near
                if len(block.text) <= LONGEST_DATE_LINE and (moment := read_printed_date(split_update(block.text)[0], seen_at=self._seen_at))
            ]
            if found:
                return found
            lines = lines_around(region.parent, containers)[0] if region.parent else []
        return []

    def _modified(self, before: Sequence[Block]) -> datetime | None:
        texts = [
            *first_texts(self._document, self._layout, "modified"),
            *(text for name in _MODIFIED_DATES for text in self._document.meta.get(name, ())),
            *self._document.ld_texts("dateModified"),
            *(split_update(each.text)[1] for each in apply_rules(self._document, self._layout, "published")),
            *(split_update(block.text)[1] for block in before if len(block.text) <= LONGEST_DATE_LINE),
        ]
        moments = (read_machine_date(text, seen_at=self._seen_at) for text in texts)
        return next((moment.at.astimezone(VIETNAM) for moment in moments if moment), None)

    def _texts(self, name: str, ld: list[str]) -> tuple[str, ...]:
        """Section or tags: by the layout, else declared; metadata may list several in one value."""
        meta = f"article:{name.removesuffix('s')}"
        for texts, source in (
            (first_texts(self._document, self._layout, name), self._ruled),
            (list(self._document.meta.get(meta, ())), f"meta:{meta}"),
            (ld, "ld:articleSection"),
        ):
            if texts:
                self._sources[name] = source
                parts = _LIST.split(texts[0]) if len(texts) == 1 and source != self._ruled else texts
                return tuple(dict.fromkeys(part for part in parts if part))
        return ()

    def _images(self, blocks: Sequence[Block]) -> tuple[Image, ...]:
        """Pictures with the captions under them; a caption above its picture goes to it too."""
        images: list[Image] = []
        for block in blocks:
            if block.kind is BlockKind.PICTURE:
                address = urljoin(self._document.page.url, block.text)
                if urlsplit(address).scheme in ("http", "https") and address not in {image.url for image in images}:
                    images.append(Image(address))
            elif block.kind is BlockKind.CAPTION and images:
                last = images[-1]
                caption = f"{last.caption} {block.text}" if last.caption else block.text
                images[-1] = Image(last.url, caption)
        return tuple(images)

    def _declared_address(self) -> str | None:
        node = self._document.tree.css_first("link[rel=canonical]")
        return (node.attributes.get("href") if node else None) or self._document.first_meta("og:url")

    def _language(self, body: str) -> str:
        """Vietnamese if its letters are there; else what the page says of itself."""
        if len(_VIETNAMESE.findall(body)) > len(body) / 50:
            return "vi"
        root = self._document.tree.css_first("html")
        declared = ((root.attributes.get("lang") if root else None) or "und").lower()
        return declared.partition("-")[0] or "und"


def _title_node(headlines: Sequence[Headline]) -> LexborNode | None:
    return next((each.node for each in headlines if each.node is not None), None)


def _first_element(found: Sequence[Found]) -> list[Found]:
    """Printed dates in the order of the rules; of one rule's many elements the first is the article's own."""
    return [each for each in found if not each.is_machine][:3]


def _has_ancestor(node: LexborNode, ancestors: set[int]) -> bool:
    at = node.parent
    while at is not None:
        if at.mem_id in ancestors:
            return True
        at = at.parent
    return False

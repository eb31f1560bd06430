"""The sample newspapers and their articles: the truth from which every page is printed.

A layout may distort what it prints (decomposed letters, wrong metadata, the lead twice). The values here are what a
careful reader would copy from the page: NFC, single spaces, "Đ" as U+0110.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from archive import Article, Image, Precision


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A sub-heading between paragraphs."""

    text: str


@dataclass(frozen=True, slots=True)
class ItemList:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    rows: tuple[tuple[str, ...], ...]
    """The first row has the column headings."""


@dataclass(frozen=True, slots=True)
class Picture:
    path: str
    caption: str | None


@dataclass(frozen=True, slots=True)
class RelatedBox:
    """Links to other articles of the outlet between paragraphs; they are no part of the text."""


Block = Paragraph | Heading | ItemList | DataTable | Picture | RelatedBox


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who signs an article, and how the page prints it."""

    names: tuple[str, ...] = ()
    printed: str | None = None
    """The whole line: "Tin, ảnh: P.C"; None if the article has no sign-off."""
    credit: str | None = None
    """The news agency in that line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle:
    """One invented article."""

    path: str
    title: str
    lead: str
    lead_mark: str | None
    blocks: tuple[Block, ...]
    sign_off: SignOff
    published: datetime
    """Aware, +07:00; the seconds appear only in the machine-readable date."""
    published_text: str
    precision: Precision
    modified: datetime | None
    section_path: str
    """"kinh-te/nong-nghiep"; the section page is "/kinh-te/nong-nghiep/"."""
    section: tuple[str, ...]
    tags: tuple[str, ...]
    layout: str | None = None
    """Variant of the CMS family's layout: "old" (MediaSoft before 2022), "laocai" (ePi, paragraphs in div)."""
    tail_only: bool = False
    """The sign-off is printed only in the last line, not under the headline too."""
    quirks: frozenset[str] = frozenset()
    """Changes to the letters on the page; see ink.py."""

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Picture))

    @property
    def body(self) -> str:
        return "\n".join(line for block in self.blocks for line in lines(block))

    @property
    def marked_lead(self) -> str:
        """The lead as printed: "(NGO) - Sáng 23-8, …"."""
        return f"{self.lead_mark} - {self.lead}" if self.lead_mark else self.lead

    @property
    def last_change(self) -> datetime:
        return self.modified or self.published

    def expected(self, origin: str) -> Article:
        """Return the record that a crawl of this page at `origin` ("http://127.0.0.1:8871") should give.

        `sources` and `proposed` are empty: they depend on how the page was read.
        """
        shown = self.published.replace(second=0)
        if self.precision is Precision.DAY:
            shown = shown.replace(hour=0, minute=0)
        return Article(
            url=origin + self.path,
            title=self.title,
            lead=self.lead,
            lead_mark=self.lead_mark,
            body=self.body,
            byline=self.sign_off.names,
            byline_raw=self.sign_off.printed,
            source_credit=self.sign_off.credit,
            published_at=shown,
            published_precision=self.precision,
            published_raw=self.published_text,
            modified_at=self.modified,
            section=self.section,
            tags=self.tags,
            images=tuple(Image(origin + picture.path, picture.caption) for picture in self.pictures),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Newspaper:
    """One invented outlet, with all its articles, the newest first."""

    site: str
    """Name of its site file: "doiche"."""
    name: str
    host: str
    """The host that it would have on the web; .example never resolves."""
    province: str
    """Name in provinces.csv of the province before 1 July 2025."""
    platform: str
    lead_marks: tuple[str, ...]
    sections: dict[str, tuple[str, ...]]
    """"kinh-te/nong-nghiep" → ("KINH TẾ", "Nông nghiệp")."""
    articles: tuple[SampleArticle, ...]

    @property
    def top_sections(self) -> dict[str, str]:
        return {path: names[0] for path, names in self.sections.items() if "/" not in path}

    def in_section(self, path: str) -> tuple[SampleArticle, ...]:
        """Return the articles of a section and of the sections below it."""
        return tuple(
            article
            for article in self.articles
            if article.section_path == path or article.section_path.startswith(path + "/")
        )

    def beside(self, article: SampleArticle, count: int) -> tuple[SampleArticle, ...]:
        """Return articles for a sidebar or related box: the next older ones; after the oldest comes the newest."""
        place = self.articles.index(article)
        return tuple(self.articles[(place + step) % len(self.articles)] for step in range(1, count + 1))


def lines(block: Block) -> list[str]:
    """Return the lines of a block in the body of the record."""
    match block:
        case Paragraph(text) | Heading(text):
            return [text]
        case ItemList(items):
            return [f"- {item}" for item in items]
        case DataTable(rows):
            return [" | ".join(row) for row in rows]
        case Picture() | RelatedBox():
            return []
        case _:
            assert_never(block)

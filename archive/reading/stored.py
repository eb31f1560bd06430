"""What the archive returns of an article: the article with what is known of it, its other addresses, its texts."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from archive.plain import as_record
from archive.reading.damage import mapping_in, texts_in
from archive.record import (
    VIETNAM,
    AliasCause,
    Article,
    ArticleStatus,
    Doubt,
    Image,
    Origin,
    Precision,
    TextCause,
)
from archive.rows import Row
from archive.times import from_text, from_text_or_none, to_text
from archive.writing.doubts import doubts_from_text


@dataclass(frozen=True, slots=True)
class Alias:
    """Another address of an article."""

    url: str
    site: str | None
    """Name of the site file; it differs from the article's if a merged outlet shows the article too."""
    cause: AliasCause | None
    """None if an older program stored the address."""
    first_seen_at: datetime

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {**asdict(self), "first_seen_at": to_text(self.first_seen_at)}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article, and what the archive knows of it."""

    id: int
    """Key inside this archive; `article.uid` is the same in every archive."""
    article: Article
    site: str | None
    """Name of the site file whose address is its own; None for a text without an outlet."""
    outlet: str | None
    """Name of the outlet that published it: that of `site`, or one that was merged into it."""
    province_then: str | None
    """On the day of publication."""
    province_now: str | None
    aliases: tuple[Alias, ...]
    """In the order of their addresses."""
    status: ArticleStatus
    first_seen_at: datetime
    last_seen_at: datetime
    last_changed_at: datetime
    """When the text in force was first seen."""
    revision_count: int
    """Texts seen so far, including the one in force."""
    change_seq: int
    """Number of the last change of the article in this archive; give the last one that you saw to `Archive.changes`. No
    export has it, because another archive has other numbers."""
    text_sha256: str
    """The digest that was stored with the text."""
    origin: Origin
    """Unknown too until its text was compared with others."""
    from_site: str | None
    """Name of the site file of the outlet that it is from."""
    from_source: str | None
    """Agency, office or outlet without a site file that it is from, as printed."""
    copy_group: str | None
    """The same for all copies of a story: `uid` of the text with which they are compared. An article in several
    groups is shown with the group whose compared text covers most of its own text."""
    copy_kind: str | None
    """`agency`, `exchange`, `same-house` or `press-release`."""

    @property
    def fits_digest(self) -> bool:
        """Whether the text is the one of which the digest was stored."""
        return self.text_sha256 == self.article.text_sha256

    @property
    def published_date(self) -> date | None:
        """The day of publication in Vietnam; None when the page shows no date."""
        published_at = self.article.published_at
        return None if published_at is None else published_at.astimezone(VIETNAM).date()

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it: the article's own fields, then what the archive adds."""
        return {
            **as_record(self.article),
            "text_sha256": self.text_sha256,
            "published_date": self.published_date and self.published_date.isoformat(),
            "site": self.site,
            "outlet": self.outlet,
            "province_then": self.province_then,
            "province_now": self.province_now,
            "status": self.status,
            "first_seen_at": to_text(self.first_seen_at),
            "last_seen_at": to_text(self.last_seen_at),
            "last_changed_at": to_text(self.last_changed_at),
            "revision_count": self.revision_count,
            "urls": [alias.url for alias in self.aliases],
            "aliases": [alias.as_record() for alias in self.aliases],
            "origin": self.origin,
            "from_site": self.from_site,
            "from_source": self.from_source,
            "copy_group": self.copy_group,
            "copy_kind": self.copy_kind,
        }


@dataclass(frozen=True, slots=True)
class Revision:
    """One text of an article, present or past."""

    n: int
    """1 is the first text seen."""
    seen_at: datetime
    cause: TextCause
    title: str
    lead: str | None
    body: str
    byline: str | None
    """Names joined by ", "."""
    doubts: tuple[Doubt, ...]
    """What its page said against it."""

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "n": self.n,
            "seen_at": to_text(self.seen_at),
            "cause": self.cause,
            "title": self.title,
            "lead": self.lead,
            "body": self.body,
            "byline": self.byline,
            "doubts": list(self.doubts),
        }


def revision_of(row: Row) -> Revision:
    """Return the text of a row as `lookup.py` selects it. ValueError, KeyError or TypeError for what nobody stored."""
    return Revision(
        n=row["n"],
        seen_at=from_text(row["seen_at"]),
        cause=TextCause(row["cause"]),
        title=row["title"],
        lead=row["lead"],
        body=row["body"],
        byline=row["byline"],
        doubts=doubts_from_text(row["doubts"]),
    )


def article_of(row: Row) -> Article:
    """Return what a row says of the article itself; raises as `revision_of`."""
    precision = row["published_precision"]
    return Article(
        url=row["url"],
        title=row["title"],
        lead=row["lead"],
        lead_mark=row["lead_mark"],
        body=row["body"],
        byline=texts_in(row["names"]),
        byline_raw=row["byline_raw"],
        source_credit=row["source_credit"],
        published_at=from_text_or_none(row["published_at"]),
        published_precision=Precision(precision) if precision else None,
        published_raw=row["published_raw"],
        modified_at=from_text_or_none(row["modified_at"]),
        section=texts_in(row["path"]),
        tags=texts_in(row["tags"]),
        images=tuple(Image(url, caption) for url, caption in json.loads(row["images"])),
        language=row["language"],
        sources=mapping_in(row["sources"]),
        proposed=frozenset(texts_in(row["proposed"])),
        doubts=doubts_from_text(row["doubts"]),
    )


def stored_article_of(row: Row) -> StoredArticle:
    """Return the article of a row as `lookup.py` selects it; raises as `revision_of`."""
    return StoredArticle(
        id=row["id"],
        article=article_of(row),
        site=row["site"],
        outlet=row["outlet"],
        province_then=row["province_then"],
        province_now=row["province_now"],
        aliases=tuple(
            Alias(url, site, AliasCause(cause) if cause else None, from_text(seen_at))
            for url, site, cause, seen_at in json.loads(row["aliases"])
        ),
        status=ArticleStatus(row["status"]),
        first_seen_at=from_text(row["first_seen_at"]),
        last_seen_at=from_text(row["last_seen_at"]),
        last_changed_at=from_text(row["last_changed_at"]),
        revision_count=row["revision_count"],
        change_seq=row["change_seq"],
        text_sha256=row["text_sha256"],
        origin=Origin(row["origin"]),
        from_site=row["from_site"],
        from_source=row["from_source"],
        copy_group=row["copy_group"],
        copy_kind=row["copy_kind"],
    )

"""What a reparse changed, by site and field."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from archive import Reason, Reread

MOST_LISTED = 20
"""Pages of a site that are named for people; as JSON all of them are."""
_NOUNS = {
    "article": ("article", "articles"),
    "published_at": ("date", "dates"),
    "title": ("title", "titles"),
    "byline": ("byline", "bylines"),
    "lead": ("lead", "leads"),
    "body": ("body", "bodies"),
    "modified_at": ("time of change", "times of change"),
    "source_credit": ("source credit", "source credits"),
    "section": ("section", "sections"),
    "tags": ("list of tags", "lists of tags"),
    "images": ("list of pictures", "lists of pictures"),
    "doubt": ("doubt", "doubts"),
}
"""Field → what one of it is called, and several; in the order of the report."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page whose reading was not taken: what is stored is better."""

    url: str
    reason: Reason | None
    detail: str | None

    def as_record(self) -> dict[str, Any]:
        return {"url": self.url, "reason": self.reason, "detail": self.detail}


@dataclass(slots=True)
class SiteReparse:
    """What became of the pages of one site."""

    site: str | None
    """None for pages of no site."""
    pages: int = 0
    """To be read."""
    read: int = 0
    changed: int = 0
    """Articles of which anything changed, new ones included."""
    without_article: int = 0
    """Pages that still give none."""
    changes: Counter[str] = field(default_factory=Counter)
    """"published_at gained" → how many."""
    worse: list[Kept] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    """Why raw pages could not be read."""

    def note(self, done: Reread) -> None:
        """Count what became of a page."""
        self.read += 1
        self.changed += bool(done.changes)
        self.changes.update(done.changes)
        if done.is_worse:
            self.worse.append(Kept(done.url, done.reason, done.detail))
        elif done.reason is not None:
            self.without_article += 1

    @property
    def name(self) -> str:
        return self.site or "pages of no site"

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "site": self.site,
            "pages": self.pages,
            "read": self.read,
            "changed": self.changed,
            "without_article": self.without_article,
            "changes": dict(sorted(self.changes.items())),
            "worse": [each.as_record() for each in self.worse],
            "damaged": self.damaged,
        }


def lines_of(site: SiteReparse, *, is_dry: bool) -> Iterator[str]:
    """Yield the report of a site for people: what changed, then what did not."""
    yield f"{site.name}: {', '.join(_changes(site)) or 'nothing to change'}"
    left = site.pages - site.read - len(site.damaged)
    counts = (
        (site.changed, "would change" if is_dry else "changed"),
        (len(site.worse), "read worse than stored, and left as stored"),
        (site.without_article, "still without an article"),
        (len(site.damaged), "damaged"),
        (left, "left for the next reparse"),
    )
    yield f"  {site.read:,} pages read" + "".join(f", {count:,} {what}" for count, what in counts if count)
    for kept in site.worse[:MOST_LISTED]:
        yield f"  left as stored: {kept.url} ({kept.reason}: {kept.detail})"
    if len(site.worse) > MOST_LISTED:
        yield f"  and {len(site.worse) - MOST_LISTED:,} more; --json names all"
    yield from (f"  damaged: {why}" for why in site.damaged[:MOST_LISTED])


def _changes(site: SiteReparse) -> Iterator[str]:
    order = list(_NOUNS)
    named = (change.split(" ", 1) for change in site.changes)
    for name, how in sorted(named, key=lambda each: (order.index(each[0]), each[1])):
        count = site.changes[f"{name} {how}"]
        yield f"{count:,} {_NOUNS[name][count != 1]} {how}"

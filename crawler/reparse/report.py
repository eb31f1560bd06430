"""What a reparse changed, by site and field."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from archive import Reason, Reread, counted, figure, joined, phrase

MOST_LISTED = 20
"""Pages of a site that are named for people; as JSON all of them are."""
_NOUNS = {
    "article": (phrase("article"), phrase("articles")),
    "published_at": (phrase("date"), phrase("dates")),
    "title": (phrase("title"), phrase("titles")),
    "byline": (phrase("byline"), phrase("bylines")),
    "lead": (phrase("lead"), phrase("leads")),
    "body": (phrase("body"), phrase("bodies")),
    "modified_at": (phrase("time of change"), phrase("times of change")),
    "source_credit": (phrase("source credit"), phrase("source credits")),
    "section": (phrase("section"), phrase("sections")),
    "tags": (phrase("list of tags"), phrase("lists of tags")),
    "images": (phrase("list of pictures"), phrase("lists of pictures")),
    "doubt": (phrase("doubt"), phrase("doubts")),
}
"""Field → what one of it is called, and several; in the order of the report."""
_HOW = {
    "gained": phrase("gained"),
    "gone": phrase("gone"),
    "longer": phrase("longer"),
    "shorter": phrase("shorter"),
    "changed": phrase("changed"),
}
"""How a field changed, as it is counted → as it is said."""


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
        return self.site or phrase("pages of no site")

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
    changes = list(_changes(site))
    said = joined(", ", changes) if changes else phrase("nothing to change")
    yield phrase("{site}: {changes}", site=site.name, changes=said)
    left = site.pages - site.read - len(site.damaged)
    counts = (
        (site.changed, phrase("would change") if is_dry else phrase("changed")),
        (len(site.worse), phrase("read worse than stored, and left as stored")),
        (site.without_article, phrase("still without an article")),
        (len(site.damaged), phrase("damaged")),
        (left, phrase("left for the next reparse")),
    )
    pages = counted("{n:,} page read", "{n:,} pages read", n=site.read)
    yield "  " + joined(", ", [pages, *(figure(count) + " " + what for count, what in counts if count)])
    for kept in site.worse[:MOST_LISTED]:
        yield phrase(
            "  left as stored: {url} ({reason}: {detail})", url=kept.url, reason=kept.reason, detail=kept.detail
        )
    if len(site.worse) > MOST_LISTED:
        yield phrase("  and {n:,} more; --json names all", n=len(site.worse) - MOST_LISTED)
    yield from (phrase("  damaged: {why}", why=why) for why in site.damaged[:MOST_LISTED])


def _changes(site: SiteReparse) -> Iterator[str]:
    order = list(_NOUNS)
    named = (change.split(" ", 1) for change in site.changes)
    for name, how in sorted(named, key=lambda each: (order.index(each[0]), each[1])):
        count = site.changes[f"{name} {how}"]
        noun, how_said = _NOUNS[name][count != 1], _HOW.get(how, how)
        yield phrase("{n:,} {noun} {how}", n=count, noun=noun, how=how_said)

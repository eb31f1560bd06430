"""What the extractor gives for one page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from archive import Article, Part, Refusal
from crawler.extract.candidates import Candidates


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a page gave: exactly one of `article` and `refusal`, and the layout that recognised it."""

    article: Article | None = None
    refusal: Refusal | None = None
    layout: str | None = None
    candidates: Mapping[str, Candidates] = field(default_factory=dict)
    """By name of the field; fields that were not looked for are left out."""
    published: str | None = None
    """ISO 8601, as precise as the page shows it, in the zone of the page; `article` has it in +07:00."""
    shorter_url: str | None = None
    """Address with less in its query, if the page declares that as its own: the archive compares the texts."""
    part: Part | None = None
    """None for an article that is whole on one page."""
    part_urls: tuple[str, ...] = ()
    """Canonical addresses of the other pages of the article, in their order, at most `MOST_PARTS`."""

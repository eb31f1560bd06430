"""Compare one record of a page with another record, and with the page's structured data."""

from collections.abc import Sequence
from datetime import datetime
from statistics import fmean

from archive import Article, Precision
from crawler.extract.dates import read_machine_date
from crawler.extract.text import overlap
from crawler.new_site.samples import Sample

FIELDS = ("title", "published", "byline", "lead", "body")
"""The fields that are compared, in the order in which a layout has them."""
OTHER_MINUTE = 0.5
"""Agreement of two dates on the same day with different times."""


def value_of(field: str, article: Article) -> object:
    """Return the value that is compared: a text, the names, or the moment with its precision."""
    if field == "published":
        return article.published_at, article.published_precision
    value: object = getattr(article, field)
    return value


def is_same(got: Article | None, known: Article, fields: Sequence[str] = FIELDS) -> bool:
    """Return whether two records of a page agree in all of these fields."""
    return got is not None and all(value_of(field, got) == value_of(field, known) for field in fields)


def agreement(field: str, got: Article | None, sample: Sample) -> float:
    """Return how well a field agrees, on average, with the generic record and the structured data: 0 to 1."""
    if got is None:
        return 0.0
    document, known = sample.document, sample.article
    if field == "published":
        texts = (document.first_meta("article:published_time"), *document.ld_texts("datePublished"))
        moments = [read_machine_date(text, seen_at=sample.page.fetched_at) for text in texts if text]
        known_moments = [(known.published_at, known.published_precision)]
        known_moments += [(each.at, each.precision) for each in moments if each]
        return fmean(_same_moment((got.published_at, got.published_precision), each) for each in known_moments)
    if field == "byline":
        return float(set(got.byline) == set(known.byline))
    if field == "body":
        return overlap(got.body, known.body)
    wanted = {
        "title": (known.title, document.first_meta("og:title"), *document.ld_texts("headline")),
        "lead": (known.lead, document.first_meta("og:description", "description")),
    }[field]
    return fmean(overlap(getattr(got, field) or "", text) for text in wanted if text) if any(wanted) else 1.0


_Dated = tuple[datetime | None, Precision | None]


def _same_moment(one: _Dated, other: _Dated) -> float:
    if one[0] is None or other[0] is None:
        return float(one[0] is other[0])
    if one[0].date() != other[0].date():
        return 0.0
    is_same_minute = one[0].replace(second=0) == other[0].replace(second=0)
    return 1.0 if is_same_minute or Precision.DAY in (one[1], other[1]) else OTHER_MINUTE

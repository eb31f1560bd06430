"""A record in the shape of JSON, used by `show --json`, by every export and by Scrapy's own feeds."""

from collections.abc import Mapping
from typing import Any

from archive.record import Article, Doubt, Image, Precision
from archive.times import from_text_or_none, to_text_or_none

_TEXTS = ("url", "title", "body", "language")
_TEXTS_OR_NONE = ("lead", "lead_mark", "byline_raw", "source_credit", "published_raw")
_LISTS = ("byline", "section", "tags", "proposed")


def as_record(article: Article) -> dict[str, Any]:
    """Return `article`: times as ISO 8601 +07:00; names, tags and pictures as lists; keys in fixed order."""
    return {
        "uid": article.uid,
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "lead_mark": article.lead_mark,
        "body": article.body,
        "byline": list(article.byline),
        "byline_raw": article.byline_raw,
        "source_credit": article.source_credit,
        "published_at": to_text_or_none(article.published_at),
        "published_precision": article.published_precision and article.published_precision.value,
        "published_raw": article.published_raw,
        "modified_at": to_text_or_none(article.modified_at),
        "section": list(article.section),
        "tags": list(article.tags),
        "images": [{"url": image.url, "caption": image.caption} for image in article.images],
        "language": article.language,
        "sources": dict(article.sources),
        "proposed": sorted(article.proposed),
        "doubts": [doubt.value for doubt in article.doubts],
        "text_sha256": article.text_sha256,
    }


def from_record(record: Mapping[str, Any]) -> Article:
    """Return the article of which `record` is the form as JSON; KeyError, TypeError or ValueError if it is none."""
    _check_texts(record)
    precision = record["published_precision"]
    return Article(
        url=record["url"],
        title=record["title"],
        lead=record["lead"],
        lead_mark=record["lead_mark"],
        body=record["body"],
        byline=tuple(record["byline"]),
        byline_raw=record["byline_raw"],
        source_credit=record["source_credit"],
        published_at=from_text_or_none(record["published_at"]),
        published_precision=Precision(precision) if precision else None,
        published_raw=record["published_raw"],
        modified_at=from_text_or_none(record["modified_at"]),
        section=tuple(record["section"]),
        tags=tuple(record["tags"]),
        images=tuple(Image(image["url"], image["caption"]) for image in record["images"]),
        language=record["language"],
        sources=record["sources"],
        proposed=frozenset(record["proposed"]),
        doubts=tuple(Doubt(doubt) for doubt in record["doubts"]),
    )


def _check_texts(record: Mapping[str, Any]) -> None:
    texts = [record[key] for key in _TEXTS] + [record[key] for key in _TEXTS_OR_NONE if record[key] is not None]
    texts += [each for key in _LISTS for each in record[key]]
    texts += [*dict(record["sources"]).values(), *(image["url"] for image in record["images"])]
    if wrong := [each for each in texts if not isinstance(each, str)]:
        raise ValueError(f"a {type(wrong[0]).__name__} in place of text")

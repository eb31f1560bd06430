"""What the extractor found, to be printed: one flat JSON object, or lines for people."""

from collections.abc import Iterator
from typing import Any

from archive import Article, Precision, as_record, phrase
from crawler.extract.extraction import Extraction


def answer(extraction: Extraction) -> dict[str, Any]:
    """Return the JSON answer of `extract --jsonl`: the record, or `refused` with the reason.

    `published` is the date as precisely as the page shows it: "2026-01-08T18:21:00+07:00" or "2026-01-08". A page that
    is not Vietnamese has it in its own zone, or without one; `published_at` is in +07:00 always.
    """
    if extraction.refusal:
        return {"refused": extraction.refusal.reason, "detail": extraction.refusal.detail}
    assert extraction.article is not None, "an extraction has an article or a refusal"
    article = extraction.article
    return {**as_record(article), "published": extraction.published, "layout": extraction.layout}


def published_text(article: Article) -> str | None:
    """Return the date as precisely as it is known, ISO 8601, +07:00; None without one."""
    if article.published_at is None:
        return None
    at = article.published_at
    return at.isoformat() if article.published_precision is Precision.MINUTE else at.date().isoformat()


def explain(extraction: Extraction) -> Iterator[str]:
    """Yield the record for people: each field with its provenance, then what else was found for it."""
    found = answer(extraction)
    if extraction.refusal:
        yield phrase("refused ({reason}): {detail}", reason=found["refused"], detail=found["detail"])
        return
    for name in ("title", "published", "byline", "lead", "section", "tags", "source_credit", "url", "language"):
        field = "published_at" if name == "published" else name
        value = found[name]
        text = ", ".join(value) if isinstance(value, list) else value
        source = found["sources"].get(field, "")
        yield f"{name:<14}{text or '–'}" + (f"   [{source}]" if source and text else "")
        if field not in ("section", "tags"):  # lists: every candidate is in the record
            losers = extraction.candidates.get(field, ())[1:]
            yield from (
                " " * 16 + phrase("not: {other}   [{where}]", other=other, where=where)
                for other, where in losers
                if other != text
            )
    if found["doubts"]:
        yield f"{'doubts':<14}{', '.join(found['doubts'])}"
    yield f"{'images':<14}{len(found['images'])}"
    yield f"{'body':<14}[{found['sources'].get('body', '')}]"
    yield from (f"  {line}" for line in str(found["body"]).split("\n"))

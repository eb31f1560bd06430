"""The pages to measure, each with its truth: what a careful reader would copy from it.

The project owns two sets: the fixtures in tests/pages and the bundled sample site. A folder of saved pages can be a
third.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import Article
from crawler.demo.outlets import outlets
from crawler.extract.report import published_text

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "pages"
SAMPLE_READ_AT = "2026-06-15T12:00:00+07:00"
"""The date in the sample site's mastheads, which is later than every article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the page says. A field that is None is not compared."""

    title: str | None
    other_title: str | None = None
    """A second headline that counts as right too."""
    published: str | None
    """ISO 8601, with a time only where the page prints one; "" for a page without a date."""
    byline: tuple[str, ...] | None
    lead: str | None
    lead_mark: str | None = None
    """"(CTO)" before the lead: an answer is right with it and without it."""
    body: str | None
    captions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPage:
    """One article page with its truth."""

    name: str
    """"onecms/no-cover-and-no-head", "sample/doiche/…", or the stem of a saved page's file."""
    url: str
    seen_at: str
    """ISO 8601, aware: relative dates count back from this moment."""
    html: bytes
    truth: Truth


def own_pages() -> list[BenchPage]:
    """Return the pages that the project owns, always in the same order."""
    return [*_fixtures(), *_sample()]


def saved_pages(folder: Path) -> list[BenchPage]:
    """Return the pages of folder/articles/NAME.html that have a folder/truth/NAME.json.

    Keys of the truth: title, title_alt, published, byline, lead (or sapo), lead_mark, body, captions, url, seen_at.
    A key that is absent or null is not compared; the default of `seen_at` is the last change of the page's file.
    Raises ValueError with the file's name if a truth is not a JSON object.
    """
    return [
        _saved(page, truth)
        for page in sorted((folder / "articles").glob("*.html"))
        if (truth := folder / "truth" / f"{page.stem}.json").exists()
    ]


def _fixtures() -> Iterator[BenchPage]:
    """Yield the fixtures that are articles; those with a refusal are left out."""
    for file in sorted(FIXTURES.glob("*/*/page.json")):
        told = json.loads(file.read_text(encoding="utf-8"))
        if "article" not in told:
            continue
        article = told["article"]
        yield BenchPage(
            name=f"{file.parts[-3]}/{file.parts[-2]}",
            url=told["url"],
            seen_at=told["seen_at"],
            html=file.with_name("page.html").read_bytes(),
            truth=Truth(
                title=article["title"],
                published=article["published"] or "",
                byline=tuple(article["byline"]),
                lead=article.get("lead"),
                lead_mark=article.get("lead_mark"),
                body="\n".join(article["body"]),
                captions=tuple(caption for _, caption in article.get("images", []) if caption),
            ),
        )


def _sample() -> Iterator[BenchPage]:
    for outlet in outlets():
        origin = f"https://{outlet.paper.host}"
        for article in outlet.articles:
            record = article.expected(origin)
            yield BenchPage(
                name=f"sample/{outlet.name}{article.path.rstrip('/')}",
                url=record.url,
                seen_at=SAMPLE_READ_AT,
                html=outlet.respond(article.path, origin, {}).body,
                truth=_truth_of(record),
            )


def _truth_of(record: Article) -> Truth:
    return Truth(
        title=record.title,
        published=published_text(record) or "",
        byline=record.byline,
        lead=record.lead,
        lead_mark=record.lead_mark,
        body=record.body,
        captions=tuple(image.caption for image in record.images if image.caption),
    )


def _saved(page: Path, file: Path) -> BenchPage:
    told: Any = None
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{file} is not JSON: {error}") from error
    if not isinstance(told, dict):
        raise ValueError(f"{file} is not a JSON object")
    byline = told.get("byline")
    return BenchPage(
        name=page.stem,
        url=told.get("url") or f"https://unknown.invalid/{page.name}",
        seen_at=told.get("seen_at") or datetime.fromtimestamp(page.stat().st_mtime, UTC).isoformat(),
        html=page.read_bytes(),
        truth=Truth(
            title=told.get("title"),
            other_title=told.get("title_alt"),
            published=told.get("published"),
            byline=None if byline is None else tuple(byline),
            lead=told.get("lead") or told.get("sapo"),
            lead_mark=told.get("lead_mark"),
            body=told.get("body"),
            captions=tuple(told.get("captions") or ()),
        ),
    )

"""What `--into` writes: the site file, and for each article a fixture that a person still has to check."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive import Article, Precision, words_of, write_new
from crawler.errors import FileExists, NotWritable
from crawler.new_site.proposal import Proposal
from crawler.page import Page

LONGEST_SLUG = 60
"""Characters of a folder's name."""
NOTE = (
    "proposed: check every field by reading the page, then put invented text into this page's markup: "
    "the page itself belongs to its publisher and must not go into the repository"
)


def write_files(proposal: Proposal, folder: Path, *, with_fixtures: bool) -> tuple[Path, ...]:
    """Write NAME.toml, and the fixtures pages/NAME/SLUG/{page.html,page.json}, into the folder; return their paths.

    Raises FileExists before anything is written, and NotWritable.
    """
    name = proposal.site.name
    contents = {folder / f"{name}.toml": proposal.toml.encode()}
    for sample, extraction in proposal.readings if with_fixtures else ():
        place = _unused(folder / "pages" / name / _slug(sample.page.url), contents)
        contents[place / "page.html"] = sample.page.body
        if extraction.article:
            fixture = fixture_of(extraction.article, extraction.layout, sample.page, name)
            contents[place / "page.json"] = (json.dumps(fixture, ensure_ascii=False, indent=1) + "\n").encode()
    try:
        for path in contents:
            if path.exists():
                raise FileExists(path)
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_new(path, content)
    except OSError as error:
        raise NotWritable(path, words_of(error)) from error
    return tuple(contents)


def fixture_of(article: Article, layout: str | None, page: Page, site: str) -> dict[str, Any]:
    """Return the content of `page.json`, as in tests/pages, with every field of the record."""
    fields = {
        "title": article.title,
        "lead": article.lead,
        "lead_mark": article.lead_mark,
        "body": article.body.split("\n"),
        "byline": list(article.byline),
        "source_credit": article.source_credit,
        "published": _moment(article.published_at, article.published_precision),
        "modified": _moment(article.modified_at, Precision.MINUTE),
        "section": list(article.section),
        "tags": list(article.tags),
        "images": [[image.url, image.caption] for image in article.images],
        "language": article.language,
        "layout": layout,
    }
    return {
        "note": NOTE,
        "url": page.url,
        "site": site,
        "seen_at": page.fetched_at.isoformat(timespec="seconds"),
        "article": fields,
    }


def _moment(at: datetime | None, precision: Precision | None) -> str | None:
    """Return "2026-01-08T18:21+07:00", or "2026-01-08" if only the day is known. Pages print no seconds."""
    if at is None:
        return None
    return at.date().isoformat() if precision is Precision.DAY else at.isoformat(timespec="minutes")


def _slug(url: str) -> str:
    """Return a folder name: the start of the last part of the address, without its extension."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()
    stem = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\.[a-z]+$", "", last))
    return stem[:LONGEST_SLUG].strip("-") or "page"


def _unused(place: Path, contents: Mapping[Path, bytes]) -> Path:
    """Return the folder, with a number behind its name if another article of this call uses the name."""
    numbered = (place.with_name(f"{place.name}-{number}") for number in count(2))
    return next(each for each in chain([place], numbered) if each / "page.html" not in contents)

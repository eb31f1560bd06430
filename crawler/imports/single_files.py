"""Import articles that were saved one by one: plain texts, and pages as a browser saves them."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import Archive, Article, Capture, Kind, Outcome, Precision, Reason, Refusal, as_record, phrase
from crawler.errors import UnreadableFile
from crawler.extract.extraction import Extraction
from crawler.extract.plaintext import read_plaintext
from crawler.imports.file_kinds import is_page, other_kind
from crawler.page import Page

WAY_OUT = phrase("save its text as plain text, or give the page as the outlet had it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the archivist says of a file."""

    url: str | None
    """Canonical address at which it was published."""
    site: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Imported:
    """The result for one file: it has either `article` or `refusal`."""

    path: Path
    outcome: Outcome | None
    """None for an article of a trial: nothing was stored."""
    article: Article | None = None
    refusal: Refusal | None = None

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        if self.refusal:
            return {"file": str(self.path), "outcome": self.outcome, "reason": self.refusal.reason}
        assert self.article is not None, "what is not refused has an article"
        return {"file": str(self.path), "outcome": self.outcome, **as_record(self.article)}


def import_file(
    archive: Archive | None,
    path: Path,
    given: Given,
    *,
    extract: Callable[[Page], Extraction],
    at: datetime,
) -> Imported:
    """Read one file and store its article; without an archive, only read it. Raises UnreadableFile.

    What holds no article gives a refusal. `extract` reads a page with the rules of the site that it belongs to.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, error=error) from error
    result = _read(content, path.name, given, extract=extract, at=at)
    if isinstance(result, Refusal):
        return Imported(path, result.reason.outcome, refusal=result)
    if archive is None:
        return Imported(path, None, article=result)
    capture = Capture(
        url=result.url,
        kind=Kind.ARTICLE,
        fetched_at=at,
        site=given.site,
        found_on=str(path),
        body=content,
        article=result,
    )
    return Imported(path, archive.store(capture), article=result)


def _read(
    content: bytes, name: str, given: Given, *, extract: Callable[[Page], Extraction], at: datetime
) -> Article | Refusal:
    if kind := other_kind(content):
        return Refusal(Reason.NOT_HTML, phrase("it is {kind}; {way_out}", kind=kind, way_out=WAY_OUT))
    if not is_page(content):
        return read_plaintext(content, seen_at=at, url=given.url, published_at=given.published_at)
    # a saved page has no address of its own to speak of; what it declares is no proof
    found = extract(Page(given.url or f"https://unknown.invalid/{name}", content, at, is_saved=True))
    if found.article is None:
        return found.refusal or Refusal(Reason.NO_TEXT, phrase("no article was found in it"))
    article = found.article if given.url else replace(found.article, url=nameless(content))
    if given.published_at is None:
        return article
    return replace(
        article,
        published_at=given.published_at,
        published_precision=Precision.DAY,
        published_raw=None,
        sources={**article.sources, "published_at": "archivist"},
        proposed=article.proposed - {"published_at"},
    )


def nameless(content: bytes) -> str:
    """Return the address of a file whose own address nobody knows."""
    return f"urn:sha256:{hashlib.sha256(content).hexdigest()}"


def lines_of(imported: Imported) -> Iterator[str]:
    """Yield what became of a file, for people: the outcome, then what was read and what is only proposed."""
    if imported.refusal:
        yield phrase(
            "{path}: refused ({reason}): {detail}",
            path=imported.path,
            reason=imported.refusal.reason,
            detail=imported.refusal.detail,
        )
        return
    article = imported.article
    assert article is not None, "what is not refused has an article"
    day = article.published_at.date().isoformat() if article.published_at else "–"
    values = {
        "title": article.title,
        "byline": ", ".join(article.byline) or "–",
        "published_at": phrase("{day}, from “{printed}”", day=day, printed=article.published_raw)
        if article.published_raw
        else day,
    }
    done = phrase("{outcome} as", outcome=imported.outcome) if imported.outcome else phrase("would be stored as")
    yield phrase(
        "{path}: {done} {uid}, {n} paragraphs",
        path=imported.path,
        done=done,
        uid=article.uid,
        n=article.body.count(chr(10)) + 1,
    )
    for name, value in values.items():
        yield f"  {name:<13}" + value + (phrase("  (proposed)") if name in article.proposed else "")
    if article.doubts:
        yield f"  {'doubts':<13}{', '.join(article.doubts)}"

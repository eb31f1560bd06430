"""Import plain-text articles."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import Archive, Article, Capture, Kind, Outcome, Refusal, as_record
from crawler.errors import UnreadableFile
from crawler.extract.plaintext import read_plaintext


@dataclass(frozen=True, slots=True)
class Imported:
    """The result for one file: it has either `article` or `refusal`."""

    path: Path
    outcome: Outcome
    article: Article | None = None
    refusal: Refusal | None = None

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        if self.refusal:
            return {"file": str(self.path), "outcome": self.outcome, "reason": self.refusal.reason}
        assert self.article is not None, "what is not refused has an article"
        return {"file": str(self.path), "outcome": self.outcome, **as_record(self.article)}


def import_file(
    archive: Archive,
    path: Path,
    *,
    url: str | None,
    site: str | None,
    published_at: datetime | None,
    at: datetime,
) -> Imported:
    """Read one text file and store its article; a text that is no article gives a refusal. Raises UnreadableFile."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, error=error) from error
    result = read_plaintext(content, seen_at=at, url=url, published_at=published_at)
    if isinstance(result, Refusal):
        return Imported(path, result.reason.outcome, refusal=result)
    capture = Capture(
        url=result.url, kind=Kind.ARTICLE, fetched_at=at, site=site, found_on=str(path), body=content, article=result
    )
    return Imported(path, archive.store(capture), article=result)


def lines_of(imported: Imported) -> Iterator[str]:
    """Yield what became of a file, for people: the outcome, then what was read and what is only proposed."""
    if imported.refusal:
        yield f"{imported.path}: refused ({imported.refusal.reason}): {imported.refusal.detail}"
        return
    article = imported.article
    assert article is not None, "what is not refused has an article"
    day = article.published_at.date().isoformat() if article.published_at else "–"
    values = {
        "title": article.title,
        "byline": ", ".join(article.byline) or "–",
        "published_at": f"{day}, from “{article.published_raw}”" if article.published_raw else day,
    }
    yield f"{imported.path}: {imported.outcome} as {article.uid}, {article.body.count(chr(10)) + 1} paragraphs"
    for name, value in values.items():
        yield f"  {name:<13}{value}" + ("  (proposed)" if name in article.proposed else "")

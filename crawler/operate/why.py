"""Why an address is in the archive, or is not: its story there, and what its site file says of it."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive import (
    VIETNAM,
    Archive,
    ArchiveNotFound,
    ArticleStatus,
    Attempt,
    Kind,
    Manner,
    Outcome,
    Phrase,
    Story,
    phrase,
    recalled,
    with_reason,
)
from crawler.errors import BadArgument
from crawler.site import Site
from crawler.urls import canonical, classify

_MANNERS = {
    Manner.FETCHED: phrase("requested"),
    Manner.REREAD: phrase("read again"),
    Manner.IMPORTED: phrase("imported"),
}
"""How an answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that is known of an address without asking its host."""

    url: str
    """The spelling under which the archive knows it, else the canonical one."""
    asked: str
    """The address as it was given."""
    verdict: str
    """Why the address is stored, or why it is not, in a sentence."""
    site: str | None
    """Name of the site that has this host; None if no site file has it."""
    kind: Kind | None
    """Kind by the patterns of the site; None if a crawl would never request it."""
    story: Story | None
    """What the archive knows of it; None if nothing."""

    def as_record(self) -> dict[str, Any]:
        """Return the explanation as JSON knows it."""
        return {
            "url": self.url,
            "asked": self.asked,
            "verdict": self.verdict,
            "site": self.site,
            "kind": self.kind,
            "story": self.story and self.story.as_record(),
        }


def explain(url: str, sites: Mapping[str, Site], folder: Path, *, at: datetime) -> Explanation:
    """Return why `url` is in the archive of `folder`, or is not; a missing archive counts as an empty one.

    `sites` are the known ones, by host. Raises BadArgument for what is not a web address, and ArchiveError.
    """
    try:
        own = canonical(url)
    except ValueError:
        raise BadArgument("url", url, wanted=phrase("a web address")) from None
    try:
        with Archive.open(folder, read_only=True) as archive:
            story = archive.story(own, at=at)
    except ArchiveNotFound:
        story = None
    own = story.url if story else own
    site = sites.get(urlsplit(own).netloc)
    kind = classify(own, site) if site else None
    verdict = _fate(story) if story else _prospect(own, site, kind)
    return Explanation(url=own, asked=url, verdict=verdict, site=site.name if site else None, kind=kind, story=story)


def lines_of(explanation: Explanation) -> Iterator[str]:
    """Yield the story for people: the answer first, then the evidence."""
    yield explanation.verdict
    if explanation.url != explanation.asked:
        yield _line(phrase("known as"), explanation.url)
    if explanation.site:
        yield _line(phrase("by its file"), f"{explanation.site}, " + (explanation.kind or phrase("never fetched")))
    if explanation.story:
        yield from _story_lines(explanation.story)


def _story_lines(story: Story) -> Iterator[str]:
    if story.found_at:
        where = phrase(" on {url}", url=story.found_on) if story.found_on else ""
        yield _line(phrase("found"), _time(story.found_at) + where)
    for label, hint in ((phrase("published"), story.published_hint), (phrase("changed"), story.modified_hint)):
        if hint:
            yield _line(label, phrase("{time}, by its source", time=_time(hint)))
    for attempt in story.attempts:
        yield _attempt_line(attempt)
    if story.validators:
        yield _line(phrase("validators"), f"{story.validators.etag or '–'}, {story.validators.last_modified or '–'}")
    if story.kind is Kind.ARTICLE:
        yield _line(phrase("due"), _time(story.due_at) if story.due_at else phrase("never again"))
    if article := story.article:
        alias = (
            phrase(", of which this is another address ({cause})", cause=article.cause)
            if article.url != story.url
            else ""
        )
        title = f": {article.title}" if article.title else ""
        yield _line(phrase("article"), f"{article.uid} {article.url}" + alias + title)
        if article.doubts:
            doubts, short = ", ".join(article.doubts), article.uid[:8]
            ends = phrase("{doubts}; `baotinh doubts --accept {short}` ends them", doubts=doubts, short=short)
            yield _line(phrase("doubts"), ends)
        yield from (_line(field, phrase("from {source}", source=source)) for field, source in article.sources.items())
        yield from (
            _line(phrase("text {n}", n=n), f"{_time(seen_at)}, {cause}") for n, seen_at, cause in article.revisions
        )


def _line(label: str, text: str) -> Phrase:
    """Return a line of the story, its label in a column of its own."""
    return phrase("{label:<13} {text}", label=label, text=text)


def _attempt_line(attempt: Attempt) -> str:
    answer = (
        phrase("no answer")
        if attempt.status is None
        else phrase("status {status}, {bytes:,} bytes", status=attempt.status, bytes=attempt.bytes)
    )
    why = ": " + with_reason(attempt.reason, attempt.detail) if attempt.reason else ""
    moved = f" -> {attempt.final_url}" if attempt.final_url else ""
    doubts = phrase(", read with doubts: {doubts}", doubts=", ".join(attempt.doubts)) if attempt.doubts else ""
    source = phrase(" from {name}", name=attempt.imported_from) if attempt.imported_from else ""
    said = _time(attempt.at) + source + ", " + answer + f", {attempt.outcome}" + why + doubts + moved
    return _line(_MANNERS[attempt.manner], said)


def _fate(story: Story) -> str:
    """Return what a crawl did with an address that the archive knows."""
    if article := story.article:
        if article.status is ArticleStatus.WITHHELD:
            return phrase("withheld: `baotinh show {short}` says since when and why", short=article.uid[:8])
        gone = phrase(", and the newspaper took it away") if article.status is ArticleStatus.GONE else ""
        return phrase("stored: `baotinh show {short}`{gone}", short=article.uid[:8], gone=gone)
    if story.rest:
        wait = phrase(
            "no run requests anything from its host before {until} ({detail})",
            until=_time(story.rest.until),
            detail=recalled(story.rest.detail),
        )
        return phrase("not stored: {wait}; {n} answers so far", wait=wait, n=len(story.attempts))
    if not story.attempts:
        return phrase("known and not fetched yet: the next crawl of its site will ask for it")
    last = story.attempts[-1]
    if last.reason is None:
        return phrase("read: it is a source of links, and no article")
    if last.outcome is Outcome.FAILED:
        return phrase(
            "not stored: {failures} tries in a row failed, the last with {why}",
            failures=story.failures,
            why=with_reason(last.reason, last.detail),
        )
    return phrase(
        "not stored: refused as {why}; {command} shows how it is read",
        why=with_reason(last.reason, last.detail),
        command=_command("extract", story.url),
    )


def _prospect(url: str, site: Site | None, kind: Kind | None) -> str:
    """Return what a crawl would do with an address that the archive does not know."""
    if site is None:
        return phrase(
            "never fetched: no site file has {host}; {command} proposes one",
            host=urlsplit(url).netloc,
            command=_command("new-site", url),
        )
    if kind is Kind.ARTICLE:
        return phrase(
            "not known: no source of {name} has named it. A crawl would fetch it as an article if one did, and "
            "robots.txt, which was not asked, allows it",
            name=site.name,
        )
    if kind is Kind.SECTION:
        return phrase(
            "never fetched as an article: no `article_url` of {name} matches it; a crawl fetches articles and "
            "its sources only",
            name=site.name,
        )
    return phrase(
        "never fetched: `not_article` of {name} matches it, or it is a file or a feed and no page", name=site.name
    )


def _command(verb: str, url: str) -> str:
    return f"`{shlex.join(('baotinh', verb, url))}`"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}"

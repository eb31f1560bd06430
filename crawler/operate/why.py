"""Why an address is in the archive, or is not: its story there, and what its site file says of it."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive import VIETNAM, Archive, ArchiveNotFound, ArticleStatus, Attempt, Kind, Manner, Outcome, Story
from crawler.errors import BadArgument
from crawler.site import Site
from crawler.urls import canonical, classify


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
        raise BadArgument("url", url, wanted="a web address") from None
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
        yield f"known as      {explanation.url}"
    if explanation.site:
        yield f"by its file   {explanation.site}, {explanation.kind or 'never fetched'}"
    if explanation.story:
        yield from _story_lines(explanation.story)


def _story_lines(story: Story) -> Iterator[str]:
    if story.found_at:
        yield f"found         {_time(story.found_at)}{f' on {story.found_on}' if story.found_on else ''}"
    for name, hint in (("published", story.published_hint), ("changed", story.modified_hint)):
        if hint:
            yield f"{name:<13} {_time(hint)}, by its source"
    for attempt in story.attempts:
        yield _attempt_line(attempt)
    if story.validators:
        yield f"validators    {story.validators.etag or '–'}, {story.validators.last_modified or '–'}"
    if story.kind is Kind.ARTICLE:
        yield f"due           {_time(story.due_at) if story.due_at else 'never again'}"
    if article := story.article:
        alias = f", of which this is another address ({article.cause})" if article.url != story.url else ""
        title = f": {article.title}" if article.title else ""
        yield f"article       {article.uid} {article.url}{alias}{title}"
        if article.doubts:
            yield f"doubts        {', '.join(article.doubts)}; `baotinh doubts --accept {article.uid[:8]}` ends them"
        yield from (f"{field:<13} from {source}" for field, source in article.sources.items())
        yield from (f"text {n:<8} {_time(seen_at)}, {cause}" for n, seen_at, cause in article.revisions)


def _attempt_line(attempt: Attempt) -> str:
    answer = "no answer" if attempt.status is None else f"status {attempt.status}, {attempt.bytes:,} bytes"
    why = f": {attempt.reason or ''}{f' ({attempt.detail})' if attempt.detail else ''}" if attempt.reason else ""
    moved = f" -> {attempt.final_url}" if attempt.final_url else ""
    doubts = f", read with doubts: {', '.join(attempt.doubts)}" if attempt.doubts else ""
    how = {Manner.FETCHED: "requested", Manner.REREAD: "read again", Manner.IMPORTED: "imported"}[attempt.manner]
    source = f" from {attempt.imported_from}" if attempt.imported_from else ""
    return f"{how:<13} {_time(attempt.at)}{source}, {answer}, {attempt.outcome}{why}{doubts}{moved}"


def _fate(story: Story) -> str:
    """Return what a crawl did with an address that the archive knows."""
    if article := story.article:
        if article.status is ArticleStatus.WITHHELD:
            return f"withheld: `baotinh show {article.uid[:8]}` says since when and why"
        gone = ", and the newspaper took it away" if article.status is ArticleStatus.GONE else ""
        return f"stored: `baotinh show {article.uid[:8]}`{gone}"
    if story.rest:
        wait = f"no run requests anything from its host before {_time(story.rest.until)} ({story.rest.detail})"
        return f"not stored: {wait}; {len(story.attempts)} answers so far"
    if not story.attempts:
        return "known and not fetched yet: the next crawl of its site will ask for it"
    last = story.attempts[-1]
    if last.reason is None:
        return "read: it is a source of links, and no article"
    if last.outcome is Outcome.FAILED:
        return f"not stored: {story.failures} tries in a row failed, the last with {last.reason} ({last.detail})"
    return (
        f"not stored: refused as {last.reason} ({last.detail}); {_command('extract', story.url)} shows how it is read"
    )


def _prospect(url: str, site: Site | None, kind: Kind | None) -> str:
    """Return what a crawl would do with an address that the archive does not know."""
    if site is None:
        return f"never fetched: no site file has {urlsplit(url).netloc}; {_command('new-site', url)} proposes one"
    if kind is Kind.ARTICLE:
        return (
            f"not known: no source of {site.name} has named it. A crawl would fetch it as an article if one did, and"
            " robots.txt, which was not asked, allows it"
        )
    if kind is Kind.SECTION:
        return (
            f"never fetched as an article: no `article_url` of {site.name} matches it; a crawl fetches articles"
            " and its sources only"
        )
    return f"never fetched: `not_article` of {site.name} matches it, or it is a file or a feed and no page"


def _command(verb: str, url: str) -> str:
    return f"`{shlex.join(('baotinh', verb, url))}`"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}"

"""What a probe saw and what it says of it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from archive import ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsCheck:
    """What the robots.txt of one host says."""

    url: str
    status: int | None
    size: int
    """Bytes."""
    crawl_delay: float | None = None
    """Seconds between two requests that the outlet asks for."""
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """What one source gave."""

    kind: str
    url: str
    final_url: str | None
    """After redirects, also to where a crawl does not follow; None if nothing came."""
    status: int | None
    size: int
    """Bytes."""
    articles: int
    """Distinct links that a crawl would follow to articles."""
    sections: int
    """Distinct links to other pages of the site, and to nested lists."""
    newest: datetime | None
    """The latest date beside a link; section pages have none."""
    problem: str | None
    """As the report of a crawl would have it."""

    @property
    def has_answered(self) -> bool:
        """True if there is a server for this source that lets programs in; an overloaded or broken one is none."""
        return self.final_url is not None and (
            self.status is None or (self.status < 500 and self.status not in (401, 403, 429))
        )


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """One field of the article's record."""

    name: str
    value: str | None
    """Shortened."""
    source: str | None
    """As in `Article.sources`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCheck:
    """What one article page gave."""

    url: str
    status: int | None
    size: int
    """Bytes."""
    layout: str | None
    """The page design that was recognised."""
    reason: str | None
    """Code of the refusal; None if there is a record."""
    detail: str | None
    fields: tuple[FieldCheck, ...]
    text: str | None
    """Begin of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should know before trusting the site file."""

    seen: str
    where: tuple[str, ...]
    """The addresses that it was seen at."""
    fix: str
    """What to do, often a line for the site file or a command."""
    is_fault: bool
    """True if it costs articles or fields; False for a remark."""


def fault(url: str, seen: str, *, fix: str) -> Finding:
    """Return a finding that makes the exit code 3."""
    return Finding(seen=seen, where=(url,), fix=fix, is_fault=True)


def remark(url: str, seen: str, *, fix: str) -> Finding:
    """Return a finding that does not."""
    return Finding(seen=seen, where=(url,), fix=fix, is_fault=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """The report of one visit."""

    site: str | None
    """Name of the site file; None if none has the address."""
    outlet: str
    """Its name, or the host."""
    day: date
    """In Vietnam."""
    robots: tuple[RobotsCheck, ...]
    sources: tuple[SourceCheck, ...]
    articles: tuple[ArticleCheck, ...]
    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> ExitCode:
        """DONE if all is right, LESS_THAN_EXPECTED if something broke, NO_ANSWER if no source answered."""
        if not any(source.has_answered for source in self.sources):
            return ExitCode.NO_ANSWER
        is_faulty = any(finding.is_fault for finding in self.findings)
        return ExitCode.LESS_THAN_EXPECTED if is_faulty else ExitCode.DONE

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {**asdict(self, dict_factory=_plain), "exit_code": self.exit_code}


def _plain(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in pairs}

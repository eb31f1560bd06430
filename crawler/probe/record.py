"""The report of a probe: what it saw, and its findings."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from archive import ExitCode, Loss


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsCheck:
    """The rules in the robots.txt of one host."""

    url: str
    status: int | None
    size: int
    """Bytes."""
    crawl_delay: float | None = None
    """Seconds between two requests that the outlet wants."""
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """The result for one source."""

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
    """The problem in the words of a crawl's report; None if there is none."""
    loss: Loss | None = None
    """The entries that gave no address of a web page."""

    @property
    def has_answered(self) -> bool:
        """Whether a server answered and admits programs; one that is overloaded or broken does not count."""
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
    """Where the value was found, as in `Article.sources`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCheck:
    """The result for one article page."""

    url: str
    status: int | None
    size: int
    """Bytes."""
    layout: str | None
    """Name of the layout that recognised the page."""
    reason: str | None
    """Code of the refusal; None if there is a record."""
    detail: str | None
    fields: tuple[FieldCheck, ...]
    text: str | None
    """Start of the body."""
    doubts: tuple[str, ...]
    """What the page says against its record, as codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should know before trusting the site file."""

    seen: str
    where: tuple[str, ...]
    """The addresses that have it."""
    fix: str
    """What to do, often a line for the site file or a command."""
    is_fault: bool
    """True if articles or fields are lost by it; False for a remark."""


def fault(url: str, seen: str, *, fix: str) -> Finding:
    """Return a finding that leads to exit code 3."""
    return Finding(seen=seen, where=(url,), fix=fix, is_fault=True)


def remark(url: str, seen: str, *, fix: str) -> Finding:
    """Return a finding that does not change the exit code."""
    return Finding(seen=seen, where=(url,), fix=fix, is_fault=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """The report of one visit."""

    site: str | None
    """Name of the site file; None if no site file has the host."""
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

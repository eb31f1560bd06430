"""The report of a probe for people."""

from collections.abc import Iterator

from archive import VIETNAM, ExitCode
from crawler.probe.record import ArticleCheck, Finding, Probe, RobotsCheck, SourceCheck

_VERDICTS = {
    ExitCode.DONE: "all right: the file works today",
    ExitCode.LESS_THAN_EXPECTED: "the site answers, but its file does not fit: mend what ✗ marks, then probe again",
    ExitCode.NO_ANSWER: "no source answered, or all are closed to crawlers",
}


def lines_of(probe: Probe) -> Iterator[str]:
    """Yield what was requested, what came, what is wrong, and the fix."""
    yield f"{probe.site or 'no site file'} · {probe.outlet} · {probe.day}"
    for robots in probe.robots:
        yield _robots_line(robots)
    for source in probe.sources:
        yield _source_line(source)
    for article in probe.articles:
        yield from _article_lines(article)
    if probe.findings:
        yield ""
    for finding in probe.findings:
        yield from _finding_lines(finding)
    yield ""
    yield _VERDICTS[probe.exit_code]


def _robots_line(robots: RobotsCheck) -> str:
    delay = f", asks for {robots.crawl_delay:g} s between requests" if robots.crawl_delay else ""
    sitemaps = f", names {', '.join(robots.sitemaps)}" if robots.sitemaps else ""
    return f"robots   {robots.url}   {robots.status}, {robots.size:,} bytes{delay}{sitemaps}"


def _source_line(source: SourceCheck) -> str:
    start = f"{source.kind:<8} {source.url}   "
    if source.status is None or (source.problem and not source.articles):
        status = f"{source.status}, {source.size:,} bytes: " if source.status else ""
        return f"{start}{status}{source.problem}"
    others = "pages" if source.kind == "section" else "others"
    newest = f", newest {source.newest.astimezone(VIETNAM):%Y-%m-%d %H:%M}" if source.newest else ""
    problem = f"; {source.problem}" if source.problem else ""
    found = f"{source.articles} articles, {source.sections} {others}"
    loss = f"; {source.loss}" if source.loss else ""
    return f"{start}{source.status}, {source.size:,} bytes: {found}{newest}{problem}{loss}"


def _article_lines(article: ArticleCheck) -> Iterator[str]:
    status = f"{article.status}, {article.size:,} bytes: " if article.status else ""
    result = f"{article.reason}: {article.detail}" if article.reason else f"layout {article.layout or 'none: generic'}"
    yield f"article  {article.url}   {status}{result}"
    for field in article.fields:
        yield f"  {field.name:<10} {field.value or '–'}" + (f"   [{field.source}]" if field.source else "")
    if article.text:
        yield from (
            f"  {'text' if not place else '':<10} {line}" for place, line in enumerate(article.text.split("\n"))
        )


def _finding_lines(finding: Finding) -> Iterator[str]:
    more = f" and {len(finding.where) - 1} more" if len(finding.where) > 1 else ""
    yield f"{'✗' if finding.is_fault else '·'} {finding.seen}: {finding.where[0]}{more}"
    yield f"    → {finding.fix}"

"""The report of a probe for people."""

from collections.abc import Iterator

from archive import VIETNAM, ExitCode, phrase
from crawler.probe.record import ArticleCheck, Finding, Probe, RobotsCheck, SourceCheck

_VERDICTS = {
    ExitCode.DONE: phrase("all right: the file works today"),
    ExitCode.LESS_THAN_EXPECTED: phrase(
        "the site answers, but its file does not fit: mend what ✗ marks, then probe again"
    ),
    ExitCode.NO_ANSWER: phrase("no source answered, or all are closed to crawlers"),
}


def lines_of(probe: Probe) -> Iterator[str]:
    """Yield what was requested, what came, what is wrong, and the fix."""
    yield phrase(
        "{site} · {outlet} · {day}", site=probe.site or phrase("no site file"), outlet=probe.outlet, day=probe.day
    )
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
    delay = phrase(", asks for {delay:g} s between requests", delay=robots.crawl_delay) if robots.crawl_delay else ""
    sitemaps = phrase(", names {sitemaps}", sitemaps=", ".join(robots.sitemaps)) if robots.sitemaps else ""
    return phrase(
        "robots   {url}   {status}, {size:,} bytes{delay}{sitemaps}",
        url=robots.url,
        status=robots.status,
        size=robots.size,
        delay=delay,
        sitemaps=sitemaps,
    )


def _source_line(source: SourceCheck) -> str:
    start = f"{source.kind:<8} {source.url}   "
    if source.status is None or (source.problem and not source.articles):
        status = phrase("{status}, {size:,} bytes: ", status=source.status, size=source.size) if source.status else ""
        return start + status + (source.problem or "")
    newest = (
        phrase(", newest {newest:%Y-%m-%d %H:%M}", newest=source.newest.astimezone(VIETNAM)) if source.newest else ""
    )
    problem = "; " + source.problem if source.problem else ""
    found = (
        phrase("{articles} articles, {n} pages", articles=source.articles, n=source.sections)
        if source.kind == "section"
        else phrase("{articles} articles, {n} others", articles=source.articles, n=source.sections)
    )
    loss = "; " + str(source.loss) if source.loss else ""
    answered = phrase("{status}, {size:,} bytes: ", status=source.status, size=source.size)
    return start + answered + found + newest + problem + loss


def _article_lines(article: ArticleCheck) -> Iterator[str]:
    status = phrase("{status}, {size:,} bytes: ", status=article.status, size=article.size) if article.status else ""
    result = (
        f"{article.reason}: " + (article.detail or "")
        if article.reason
        else phrase("layout {layout}", layout=article.layout or phrase("none: generic"))
    )
    yield phrase("article  {url}   ", url=article.url) + status + result
    for field in article.fields:
        yield f"  {field.name:<10} {field.value or '–'}" + (f"   [{field.source}]" if field.source else "")
    if article.text:
        yield from (
            f"  {'text' if not place else '':<10} {line}" for place, line in enumerate(article.text.split("\n"))
        )


def _finding_lines(finding: Finding) -> Iterator[str]:
    more = phrase(" and {n} more", n=len(finding.where) - 1) if len(finding.where) > 1 else ""
    yield f"{'✗' if finding.is_fault else '·'} " + finding.seen + f": {finding.where[0]}" + more
    yield "    → " + finding.fix

"""Turn the answers of a visit into the report. No clock, no network."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from archive import VIETNAM, Kind, Refusal, phrase
from crawler.crawl.visit import ROBOTS, Answer
from crawler.fetch.robots_txt import AGENT, read_robots
from crawler.probe.articles import check_article, judge_article, read_article
from crawler.probe.faults import merged, new_site_command, pattern_fix
from crawler.probe.record import Finding, Probe, RobotsCheck, fault, remark
from crawler.probe.sources import Reading, check_source, judge_source, offers_of, read_source
from crawler.site import Layout, Site
from crawler.site_files.shapes import propose_patterns


def read_sources(answers: Sequence[Answer], site: Site) -> tuple[Site, list[Reading]]:
    """Read the sources; a site without patterns gets patterns that are proposed from its links."""
    sources = [answer for answer in answers if answer.kind not in (ROBOTS, Kind.ARTICLE)]
    readings = [read_source(answer, site) for answer in sources]
    if site.article_url:
        return site, readings
    proposals = propose_patterns([url for reading in readings for url in reading.pages])
    learned = replace(site, article_url=tuple(re.compile(each.pattern) for each in proposals))
    return learned, [read_source(answer, learned) for answer in sources]


def judge(
    site: Site, answers: Sequence[Answer], *, known: Mapping[str, Site], layouts: Sequence[Layout], at: datetime
) -> Probe:
    """Return the report of a visit at `at`. A site without a name has no site file.

    known: host → site, to name the site to which an outlet moved. layouts: those of all platforms.
    """
    has_patterns = bool(site.article_url)
    site, readings = read_sources(answers, site)
    home = offers_of(readings, site)
    findings = [each for reading in readings for each in judge_source(reading, site, known=known, home=home, at=at)]
    articles = [(answer, read_article(answer, site)) for answer in answers if answer.kind == Kind.ARTICLE]
    has_record = any(extraction and extraction.article for _, extraction in articles)
    for answer, extraction in articles:
        found = judge_article(answer, extraction, site, layouts=layouts, at=at)
        is_odd = has_record and not (extraction and extraction.article)  # the page is a video among the articles
        findings += [replace(each, is_fault=False) for each in found] if is_odd else found
    findings += _overall(site, readings, has_patterns=has_patterns, has_articles=bool(articles))
    return Probe(
        site=site.name or None,
        outlet=site.outlet,
        day=at.astimezone(VIETNAM).date(),
        robots=tuple(_check_robots(answer) for answer in answers if answer.kind == ROBOTS),
        sources=tuple(check_source(reading) for reading in readings),
        articles=tuple(check_article(answer, extraction) for answer, extraction in articles),
        findings=merged(findings),
    )


def _overall(site: Site, readings: Sequence[Reading], *, has_patterns: bool, has_articles: bool) -> Iterator[Finding]:
    """Yield the findings that concern the whole site."""
    if not site.name:
        yield remark(
            site.home,
            phrase("no site file has this host"),
            fix=phrase("{command} proposes one", command=new_site_command(site.home)),
        )
    elif not has_patterns and site.article_url:
        fix = pattern_fix([url for reading in readings for url in reading.pages])
        yield fault(site.home, phrase("the file has no article_url"), fix=fix)
    if not has_articles and any(reading.answer.page for reading in readings):
        yield fault(
            site.home,
            phrase("no article was found to look at"),
            fix=phrase("give the address of one with --article URL"),
        )


def _check_robots(answer: Answer) -> RobotsCheck:
    read = read_robots(answer.page.body) if answer.page and answer.status == 200 else None
    rules = None if isinstance(read, Refusal) else read
    return RobotsCheck(
        url=answer.url,
        status=answer.status,
        size=answer.size,
        crawl_delay=rules.crawl_delay(AGENT) if rules else None,
        sitemaps=tuple(rules.sitemaps) if rules else (),
    )

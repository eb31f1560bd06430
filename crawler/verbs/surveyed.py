"""Judge the answers of a survey, and propose site files anew where something broke."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from archive import ExitCode
from crawler.crawl.visit import Answer
from crawler.new_site.mend import propose_anew
from crawler.probe.bundle import Surveyed
from crawler.probe.judge import judge
from crawler.probe.target import Target
from crawler.reader import Reader
from crawler.site_files.load import load_platforms


def judge_all(
    targets: Sequence[Target],
    visited: tuple[Sequence[Sequence[Answer]], Mapping[str, Exception]],
    reader: Reader,
    *,
    at: datetime,
) -> tuple[list[Surveyed], Mapping[str, Exception]]:
    """Return the sites of a survey with their reports, and by home page the faults of the program.

    A site whose answers the program cannot judge has a fault and no report: it must not end the survey.
    """
    surveyed: list[Surveyed] = []
    all_answers, faults = visited[0], dict(visited[1])
    for target, answers in zip(targets, all_answers, strict=True):
        try:
            surveyed.append(_judge(target, answers, reader, at=at))
        except Exception as error:
            faults[target.site.home] = error
    return surveyed, faults


def _judge(target: Target, answers: Sequence[Answer], reader: Reader, *, at: datetime) -> Surveyed:
    site = target.site
    probe = judge(site, answers, known=reader.sites, layouts=reader.layouts, at=at)
    proposed = None
    if probe.exit_code is not ExitCode.DONE:
        known = reader.sites.values()
        proposed = propose_anew(site, answers, platforms=load_platforms(), known=known, today=probe.day)
    return Surveyed(target, answers, probe, proposed)

"""Hours in which a crawl requests nothing from an outlet, not even its robots.txt."""

from datetime import datetime, timedelta

from scrapy import Request
from scrapy.crawler import Crawler

from archive import VIETNAM, phrase
from crawler.fetch.politeness import Postponed
from crawler.fetch.run import Run, run_of
from crawler.site import Hours


class QuietHoursMiddleware:
    """Postpones requests in the quiet hours of the site file."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "QuietHoursMiddleware":
        return cls(run_of(crawler))

    def process_request(self, request: Request) -> None:  # noqa: ARG002 - Scrapy's interface
        """Raises Postponed."""
        site = self._run.site
        if end := quiet_until(site.quiet_hours, at=self._run.now()):
            why = phrase(
                "quiet hours of {site} until {end:%H:%M}; the rest is left for the next run", site=site.name, end=end
            )
            self._run.stop_host(site.name, why)
            raise Postponed(why, is_failure=False)


def quiet_until(hours: tuple[Hours, ...], *, at: datetime) -> datetime | None:
    """Return the end (+07:00) of the quiet hours that the aware moment `at` lies in, None if it lies in none."""
    local = at.astimezone(VIETNAM)
    for each in hours:
        for day in (local.date() - timedelta(days=1), local.date()):
            start = datetime.combine(day, each.start, VIETNAM)
            # 22:00 to 05:00 ends on the next day, and 00:00 to 00:00 is the whole day
            last = day if each.end > each.start else day + timedelta(days=1)
            end = datetime.combine(last, each.end, VIETNAM)
            if start <= local < end:
                return end
    return None

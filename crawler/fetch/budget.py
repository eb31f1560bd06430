"""Refuses requests beyond the budget of a run: a trap would have no end."""

from scrapy import Request
from scrapy.crawler import Crawler

from archive import Kind
from crawler.fetch.guard import Forbidden
from crawler.fetch.run import Run, meta_of, run_of


class BudgetMiddleware:
    """Refuse articles beyond the budget of the run; lists are counted where they are walked."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "BudgetMiddleware":
        return cls(run_of(crawler))

    def process_request(self, request: Request) -> None:
        """Raises Forbidden."""
        meta = meta_of(request)
        if meta.kind is not Kind.ARTICLE:
            return
        if refusal := self._run.budget.refusal_of(meta.asked):
            raise Forbidden(refusal, request.url)

"""What a run does not ask for because a trap would have no end."""

from scrapy import Request
from scrapy.crawler import Crawler

from archive import Kind
from crawler.fetch.guard import Forbidden
from crawler.spiders.news import NewsSpider


class BudgetMiddleware:
    """Refuse articles beyond the budget of the run; lists are counted where they are walked."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "BudgetMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises Forbidden."""
        spider = self._crawler.spider
        if not isinstance(spider, NewsSpider) or request.meta.get("kind") is not Kind.ARTICLE:
            return
        if refusal := spider.budget.refusal_of(request.meta["asked"]):
            raise Forbidden(refusal, request.url)

"""Sends failed requests again, and records each try.

Scrapy's own middleware leaves no trace of a try that it repeats; if the run then stops the host, nobody could say which
of its addresses failed.
"""

from dataclasses import replace

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.utils.misc import load_object
from scrapy.utils.response import response_status_message

from crawler.extract.captured import status_refusal
from crawler.fetch.captures import answer_to, missing_answer
from crawler.fetch.run import meta_of, run_of


class RetryMiddleware:
    """Sends a request again as the settings RETRY_… say, and records each try of a page."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._run = run_of(crawler)
        self._status = {int(status) for status in settings.getlist("RETRY_HTTP_CODES")}
        self._errors = tuple(load_object(error) for error in settings.getlist("RETRY_EXCEPTIONS"))
        self._log_level = settings["RETRY_GIVE_UP_LOG_LEVEL"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RetryMiddleware":
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the request to be sent again, or the answer that counts."""
        if response.status not in self._status:
            return response
        again = self._again(request, response_status_message(response.status))
        if again is None:
            return response
        if meta_of(request).kind is not None:
            capture = answer_to(request, response, self._run)
            self._run.record_try(replace(capture, refusal=status_refusal(response.status)))
        return again

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return the request to be sent again; None leaves the error to the spider."""
        if not isinstance(exception, self._errors):
            return None
        again = self._again(request, exception)
        if again is not None and meta_of(request).kind is not None:
            self._run.record_try(missing_answer(request, exception, self._run))
        return again

    def _again(self, request: Request, reason: str | Exception) -> Request | None:
        assert self._crawler.spider, "it is made before its middlewares"
        return get_retry_request(request, spider=self._crawler.spider, reason=reason, give_up_log_level=self._log_level)

"""What came back for one request, as the archive records it."""

from scrapy import Request
from scrapy.http import Response

from archive import Capture, Kind
from crawler.fetch.failures import refusal_of
from crawler.fetch.requests import final_url
from crawler.fetch.run import Run, meta_of


def answer_to(request: Request, response: Response, run: Run) -> Capture:
    """Return the capture of an answer, without what is read from it."""
    return Capture(
        url=meta_of(request).asked,
        kind=_kind_of(request),
        fetched_at=run.now(),
        site=run.site.name,
        run=run.id,
        final_url=final_url(request),
        status=response.status,
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ),
        body=response.body,
        exchanges=meta_of(request).take_exchanges(),
    )


def missing_answer(request: Request, error: BaseException | None, run: Run) -> Capture:
    """Return the capture of a request that got no answer, with the reason."""
    return Capture(
        url=meta_of(request).asked,
        kind=_kind_of(request),
        fetched_at=run.now(),
        site=run.site.name,
        run=run.id,
        final_url=final_url(request),
        exchanges=meta_of(request).take_exchanges(),
        refusal=refusal_of(error),
    )


def _kind_of(request: Request) -> Kind:
    kind = meta_of(request).kind
    assert kind is not None, "only pages and sources are recorded"
    return kind

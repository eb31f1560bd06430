"""Makes a request from an address of a site, and a page from its answer."""

from datetime import datetime
from typing import Any

import scrapy
from scrapy.http import Response

from archive import Kind
from crawler.fetch.run import Meta, carrying, meta_of
from crawler.page import Page
from crawler.site import Site
from crawler.urls import api_address

LARGEST_PICTURE = 5 * 1024 * 1024
"""Bytes; a press photograph in full size has 1 or 2 MB."""


def request_for(url: str, kind: Kind, *, site: Site, **options: Any) -> scrapy.Request:
    """Return the request for an address of the site, or for the JSON answer that its article is read from."""
    api = url if kind is Kind.JSON else api_address(url, site) if kind is Kind.ARTICLE else None
    return scrapy.Request(
        api or url,
        headers={"Accept": "application/json"} if api else None,
        meta=carrying(Meta(asked=url, kind=kind, is_api=api is not None)),
        # Scrapy's own filter silently drops a redirect to an address that was requested before
        dont_filter=True,
        **options,
    )


def picture_request(url: str, **options: Any) -> scrapy.Request:
    """Return the request for a picture, of which only the raw answer is kept."""
    return scrapy.Request(
        url,
        headers={"Accept": "image/*"},
        meta={**carrying(Meta(asked=url, is_picture=True)), "download_maxsize": LARGEST_PICTURE},
        dont_filter=True,
        **options,
    )


def page_of(response: Response, fetched_at: datetime) -> Page:
    """Return the answer as a page; a JSON answer has the address of its article."""
    header = response.headers.get("Content-Type")
    meta = meta_of(asked_with(response))
    url = meta.asked if meta.is_api else response.url
    return Page(url, response.body, fetched_at, header.decode("latin-1") if header else None)


def final_url(request: scrapy.Request) -> str | None:
    """Return the address after redirects; None without any, and for the JSON answer of an article."""
    meta = meta_of(request)
    is_answer = meta.is_api and meta.kind is Kind.ARTICLE
    return None if is_answer or request.url == meta.asked else request.url


def is_unchanged(response: Response) -> bool:
    """Return whether the server answers a conditional request with "not modified"."""
    return response.status == 304 and meta_of(asked_with(response)).is_conditional


def asked_with(response: Response) -> scrapy.Request:
    """Return the request that a response answers."""
    assert response.request is not None, "the engine sets it"
    return response.request

"""The name and the hosts of an outlet, read from its pages."""

import re
from collections.abc import Iterator

from crawler.extract.document import Document
from crawler.extract.text import tidy
from crawler.new_site.samples import Samples

_KIND = re.compile(r"(?:báo|đài|tạp chí|cổng|trang|truyền hình|phát thanh)\b", re.IGNORECASE)
"""How names of Vietnamese outlets begin."""
_PARTS = re.compile(r"\s+[|»–—-]\s+")
_SUFFIX = re.compile(r"(?:\.(?:com|org|net|gov|edu|info))?\.[a-z]{2,}$")


def name_of_host(host: str) -> str:
    """Return the name of a site file for a host: "www.baokhanhhoa.vn" → "baokhanhhoa"."""
    return re.sub(r"[^a-z0-9]+", "-", _stem(host)).strip("-") or "site"


def domains_of(host: str) -> tuple[str, ...]:
    """Return the host; for a domain that is not a subdomain, also the same host with or without "www."."""
    bare = host.removeprefix("www.")
    if "." in _stem(host):
        return (host,)
    return (host, f"www.{bare}" if host == bare else bare)


def outlet_of(samples: Samples) -> str:
    """Return the outlet's name: the first candidate that `_KIND` matches, else the first one, else the host."""
    names = list(dict.fromkeys(name for document in samples.documents for name in _names(document)))
    return next(iter([*filter(_KIND.match, names), *names]), samples.host)


def _names(document: Document) -> Iterator[str]:
    yield from document.meta.get("og:site_name", ())
    yield from document.ld_texts("publisher")
    title = document.tree.css_first("title")
    if title and len(parts := _PARTS.split(tidy(title.text()))) > 1:
        yield parts[-1]


def _stem(host: str) -> str:
    """Return a host without port, "www." and suffix; an IP address stays whole."""
    bare = host.partition(":")[0].removeprefix("www.")
    return bare if bare.replace(".", "").isdigit() else _SUFFIX.sub("", bare)

"""The HTTP proxy that all requests go through, where a network has no other way out.

With it the crawl connects to the proxy only, and the proxy resolves the names of the outlets.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, build_opener

from archive import phrase

WANTED = phrase(
    "expected the address of an HTTP proxy, such as http://10.0.0.1:3128 or http://user:password@10.0.0.1:3128"
)
SETTING = "BAOTINH_PROXY"
"""Environment variable and Scrapy setting."""
_CREDENTIALS = re.compile(r"(?<=//)[^/\s]*@")
"""To the last @ before the host: a password may have one of its own."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy; as text it has no user and no password."""

    url: str = field(repr=False)
    """Its address as it was given, with user and password; for no log, record or message."""

    def __str__(self) -> str:
        return without_credentials(self.url)

    @property
    def authorization(self) -> str | None:
        """The value of Proxy-Authorization; None without a user."""
        parts = urlsplit(self.url)
        if parts.username is None:
            return None
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        return f"Basic {b64encode(pair.encode()).decode()}"


def read_proxy(text: str) -> Proxy | None:
    """Return the proxy at an address; None for "". Raises ValueError, whose message does not repeat a password."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        is_proxy = parts.scheme == "http" and bool(parts.hostname) and not _rest_of(parts) and parts.port != 0
    except ValueError:
        is_proxy = False
    if not is_proxy or not re.fullmatch(r"[!-~]+", text):
        raise ValueError(WANTED)
    return Proxy(text)


def _rest_of(parts: SplitResult) -> str:
    return parts.path.removeprefix("/") + parts.query + parts.fragment


def proxy_of(settings: Mapping[str, object]) -> Proxy | None:
    """Return the proxy of Scrapy's settings, where the environment puts text. Raises ValueError."""
    given = settings[SETTING]
    return given if given is None or isinstance(given, Proxy) else read_proxy(str(given))


def without_credentials(text: str) -> str:
    """Return a text without the user and password of addresses in it."""
    return _CREDENTIALS.sub("", text)


def opener(proxy: Proxy | None) -> OpenerDirector:
    """Return what opens an address outside of a crawl; `http_proxy` of the environment does not count there either."""
    return build_opener(ProxyHandler(dict.fromkeys(("http", "https"), proxy.url) if proxy else {}))

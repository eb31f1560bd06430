"""Spellings of web addresses: the one under which a page is stored, and those that a person may paste."""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

from archive.phrases import phrase

WEB_PORTS = {"http": 80, "https": 443}
"""Scheme of a web address → its own port."""

_TRACKING = re.compile(
    r"utm_\w+|fb_\w+|mc_[ce]id|(?:fb|g|d|ms|y|tt)clid|[gw]braid|gidzl|zarsrc|igshid|_g[al]",
    re.IGNORECASE,
)
"""Added by Facebook, Google, Zalo (gidzl, zarsrc) and mailers to links that readers share."""

_SESSION = re.compile(r"phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|session_?id|sid", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?]*|/\([SF]\([^)/]+\)\)", re.IGNORECASE)
"""Java and ASP.NET write the session into the path: "/a;jsessionid=1F", "/(S(x1y2))/a.aspx"."""

_VARIANT = re.compile(r"(?:amp|print)=(?:1|true|amp|print)?", re.IGNORECASE)
_AMP_PATH = re.compile(r"^/amp(?=/.)|(?<=[^/])/amp(?=/?$)", re.IGNORECASE)
"""The AMP copy of a page has the path "/amp/slug.html" or "slug.html/amp"."""

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=~"
_QUERY_SAFE = _PATH_SAFE + "?"

_PLAIN = re.compile(
    r"https?://[a-z0-9-]++(?:\.[a-z0-9-]++)++(?::(?!80/|443/)(?:[1-5]\d{4}|[1-9]\d{1,3}))?+(?=/(?!/))(?!.*/\.)(?!.*/[aA][mM][pP](?:/|$))[/A-Za-z0-9._~-]++"
)
"""An address of which every part is canonical, as nearly all are: without query and percent codes, and without what is
dropped or resolved. A sitemap may have 50,000."""


@lru_cache(maxsize=4096)  # called a dozen times per page, and once per list that has the link
def canonical(url: str) -> str:
    """Return the one spelling of a web address under which it is fetched and stored.

    Scheme and host are in lower case; the scheme's own port, user names, fragments, tracking parameters,
    session ids and switches to AMP or print are dropped; dot segments are resolved; percent codes are spelled
    as in RFC 3986 section 6.2.2. Kept are the case of the path (ids of baosonla are case-sensitive), a slash
    at its end, "http" or "https", and the order of the query: the query can be the key of an article
    (viewer.aspx?macm=39&mabb=222823), and the newspaper never printed it in another order.

    Raises ValueError for what is not an absolute http(s) address.
    """
    if _PLAIN.fullmatch(url):
        return url
    parts = urlsplit(url.strip())
    if parts.scheme not in WEB_PORTS or not parts.hostname:
        raise ValueError(phrase("not a web address: {url}", url=url))
    host = parts.hostname.rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port not in (None, WEB_PORTS[parts.scheme]):
        host = f"{host}:{parts.port}"
    path = _resolve_dots(_SESSION_IN_PATH.sub("", parts.path))
    path = _AMP_PATH.sub("", _encode(path, _PATH_SAFE)) or "/"
    return urlunsplit((parts.scheme, host, path, clean_query(parts.query), ""))


def spellings(pasted: str) -> list[str]:
    """Return the addresses that a pasted one may stand for, the likeliest first; none for what is no web address.

    People paste an address without its scheme, with the scheme that the page had once, with or without "www." and a
    slash at its end.
    """
    typed = pasted.strip()
    try:
        parts = urlsplit(canonical(typed if "://" in typed else f"https://{typed}"))
    except ValueError:
        return []
    if "." not in parts.netloc:
        return []
    schemes = sorted(WEB_PORTS, key=lambda scheme: scheme != parts.scheme)
    bare, short = parts.netloc.removeprefix("www."), parts.path.rstrip("/")
    hosts = (parts.netloc, bare, f"www.{bare}")
    paths = (parts.path, short or "/", f"{short}/")
    asked = ((scheme, host, path) for host in hosts for path in paths for scheme in schemes)
    return list(dict.fromkeys(urlunsplit((*place, parts.query, "")) for place in asked))


def clean_query(query: str) -> str:
    """Return a query without the pairs that name no other page, with canonical percent codes."""
    if not query:
        return ""
    kept = [pair for pair in query.split("&") if pair and not _is_noise(pair)]
    return _encode("&".join(kept), _QUERY_SAFE)


def _is_noise(pair: str) -> bool:
    name, _, value = pair.partition("=")
    if _SESSION.fullmatch(name):
        # a short number is the id of a section, not of a session
        return not re.fullmatch(r"\d{1,8}", value)
    return bool(_TRACKING.fullmatch(name) or _VARIANT.fullmatch(f"{name}={value}"))


def _resolve_dots(path: str) -> str:
    """Return the path without "." and ".." segments, as browsers resolve them."""
    first, *segments = path.split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/".join((first, *kept))


def _encode(text: str, safe: str) -> str:
    """Return the text with upper-case percent codes, only where they are needed."""

    def respell(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if character in _UNRESERVED else found[0].upper()

    # a "%" that does not begin a code is an ordinary character
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return quote(re.sub(r"%([0-9A-Fa-f]{2})", respell, text), safe=safe)

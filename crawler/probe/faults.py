"""How a person can fix an address that gave nothing: one advice for each reason code."""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from archive import VIETNAM, Reason, Refusal, phrase
from crawler.crawl.visit import Answer
from crawler.probe.record import Finding, fault, remark
from crawler.site import Site
from crawler.site_files.shapes import propose_patterns

STALE = timedelta(days=60)
"""A provincial newspaper publishes daily; a source whose newest article is older than this has no current news."""
MOST_PATTERNS = 2
"""Most patterns that are proposed from one page: further forms of its addresses are not articles."""

_LATER = phrase("look at it in a browser, and probe again later")
_ANOTHER = phrase("this is no article to judge by: give another with --article URL")

_FIXES: Mapping[Reason, str] = {
    # the page did not come
    Reason.ROBOTS: phrase("do not crawl it: ask the outlet for permission, or leave it out"),
    Reason.DNS: phrase(
        "if this machine finds other hosts, this one is gone: find where the outlet is now, and put that host "
        "first in domains",
    ),
    Reason.TLS: phrase(
        "a crawl refuses it too: use another of its hosts whose certificate is good; or, if it is the outlet "
        "all the same, insecure_tls = true, and legacy_tls = true for a server that knows old TLS only",
    ),
    Reason.TIMEOUT: _LATER,
    Reason.CONNECTION: _LATER,
    Reason.TRUNCATED: _LATER,
    Reason.HTTP_ERROR: _LATER,
    Reason.ERROR_PAGE: _LATER,
    Reason.TOO_LARGE: phrase("no page of news is as large: leave the address out"),
    Reason.UNREADABLE: _LATER,
    Reason.GONE: _ANOTHER,
    Reason.OFF_SITE: phrase("a crawl stays on domains: if that host is the outlet's too, add it"),
    # the page came, but is no article
    Reason.SHELL: phrase(
        "a script fills this page: watch the network tab of a browser for the JSON that it loads; a listing of "
        'it is a [[source]] of kind = "json"',
    ),
    Reason.TAKEN_OVER: phrase("the host belongs to somebody else now: take it out of domains"),
    Reason.CAPTCHA: phrase("the site keeps programs out: ask the outlet"),
    Reason.LOGIN: _ANOTHER,
    Reason.PAYWALL: _ANOTHER,
    Reason.SOFT_404: _ANOTHER,
    Reason.EXTRACTOR: phrase("a fault of the program: please report it with the page (--save FOLDER)"),
}
_CLOSED = {
    401: phrase("the site keeps programs out: ask the outlet"),
    403: phrase("the site keeps programs out: ask the outlet"),
    429: phrase("the server has too much to do: probe again later, with a greater --delay"),
}
"""HTTP status → what to do, if the status says more than the reason."""


def fix_of(refusal: Refusal, url: str, *, status: int | None = None) -> str:
    """Return how to fix an address that gave nothing for this reason."""
    if refusal.reason is Reason.ROBOTS and re.search("did not come|answered", refusal.detail):
        return phrase("nothing may be asked of the host before its robots.txt answers: probe again later")
    if status in _CLOSED:
        return _CLOSED[status]
    match refusal.reason:
        case Reason.NO_TITLE | Reason.NO_TEXT:
            return phrase("the layout changed: {command} proposes one", command=new_site_command(url))
        case Reason.LISTING | Reason.MEDIA_ONLY:
            return phrase(
                "if a browser shows no article either, narrow article_url or add a pattern to not_article; if it does, "
                "{command} proposes a layout",
                command=new_site_command(url),
            )
    return _FIXES.get(refusal.reason, _ANOTHER)


def new_site_command(url: str) -> str:
    """Return the command that proposes a site file or a layout from this page."""
    return f"`{shlex.join(('baotinh', 'new-site', url))}`"


def moved(answer: Answer, site: Site, known: Mapping[str, Site]) -> Finding:
    """Return the finding for a redirect that a crawl does not follow."""
    assert answer.led_to, "the answer led somewhere"
    host = urlsplit(answer.led_to).netloc
    other = known.get(host)
    if other and other.name != site.name:
        fix = phrase(
            'if the outlet has merged: status = "merged", merged_into = "{name}"; the host is one of that site',
            name=other.name,
        )
    else:
        fix = phrase(
            'if this is the same outlet, add "{host}" to domains, first and as home if it stays there; '
            "if another carries on its news, write merged_into",
            host=host,
        )
    return fault(answer.url, phrase("it leads to {url}", url=answer.led_to), fix=fix)


def pattern_fix(urls: Sequence[str]) -> str:
    """Return the line of a site file whose patterns match the articles among these addresses."""
    patterns = ", ".join(f"'{each.pattern}'" for each in propose_patterns(urls)[:MOST_PATTERNS])
    return f"article_url = [{patterns}]" if patterns else phrase("add a pattern to article_url that matches articles")


def too_old(url: str, newest: datetime, *, site: Site, at: datetime) -> Iterator[Finding]:
    """Yield a remark if the newest article of an outlet that should publish is older than `STALE`."""
    if site.status == "active" and at - newest > STALE:
        fix = phrase("name a source with the news; or write status, if the outlet has ended")
        yield remark(url, phrase("nothing newer than {date}", date=newest.astimezone(VIETNAM).date()), fix=fix)


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, faults first; the same finding for several addresses becomes one."""
    distinct: dict[tuple[str, str, bool], tuple[str, ...]] = {}
    for each in findings:
        key = (each.seen, each.fix, each.is_fault)
        distinct[key] = tuple(dict.fromkeys((*distinct.get(key, ()), *each.where)))
    found = (Finding(seen=seen, where=where, fix=fix, is_fault=bad) for (seen, fix, bad), where in distinct.items())
    return tuple(sorted(found, key=lambda each: not each.is_fault))

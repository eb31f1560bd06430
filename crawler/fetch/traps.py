"""How much a site may make a crawl ask for: calendars, paths that grow and endless lists have no end of their own."""

import re
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

from archive import Capture, Kind, Outcome, Reason, Refusal
from crawler.urls import LONGEST_ADDRESS

MOST_SEGMENTS = 12
"""Parts of a path; articles have up to five."""
MOST_REPEATS = 2
"""How often one part may stand in a path: a relative link on its own page makes "/tin/tin/tin/"."""
MOST_FRUITLESS = 100
"""Requests in a row, in one run, to addresses of one pattern that give no article of their own."""
MOST_LEVELS = 3
"""Sitemaps from that of the site file down to the last; the protocol has an index and its sitemaps."""
BACKFILL_PAGES = 10_000
"""Pages of one list that a backfill walks: twenty years of an outlet that prints 30 articles a day, 20 on a page."""


class Budget:
    """What one run has spent on each pattern of addresses."""

    def __init__(self) -> None:
        self._fruitless: Counter[str] = Counter()

    def note(self, capture: Capture, outcome: Outcome) -> None:
        """Count what the archive made of a request for an article; one that failed says nothing."""
        if capture.kind is not Kind.ARTICLE or outcome is Outcome.FAILED:
            return
        is_elsewhere = capture.article and capture.article.url != capture.url
        is_copy = outcome is Outcome.UNCHANGED and is_elsewhere and not capture.is_further_page
        if outcome is Outcome.REFUSED or is_copy:
            self._fruitless[pattern_of(capture.url)] += 1
        else:
            del self._fruitless[pattern_of(capture.url)]

    def refusal_of(self, url: str) -> Refusal | None:
        """Return why an article at this address is not to be asked for, None if it may be."""
        problem = excess_of(url)
        pattern = pattern_of(url)
        if problem is None and self._fruitless[pattern] >= MOST_FRUITLESS:
            problem = f"{MOST_FRUITLESS} addresses like {pattern} in a row gave no article of their own"
        return Refusal(Reason.BUDGET, problem) if problem else None


def excess_of(url: str) -> str | None:
    """Return what is beyond measure in an address, None if nothing is."""
    if len(url) > LONGEST_ADDRESS:
        return f"an address of {len(url):,} characters"
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    if len(segments) > MOST_SEGMENTS:
        return f"a path of {len(segments)} parts"
    words = Counter(segment for segment in segments if not segment.isdigit())  # "/2026/06/06/" is a day
    segment, count = max(words.items(), key=lambda item: item[1], default=("", 0))
    return f'a path with "{segment}" in it {count} times' if count > MOST_REPEATS else None


def pattern_of(url: str) -> str:
    """Return what addresses that a program counts through have in common: "/lich/0-0-0?trang".

    Numbers are 0, and of the query only the names of its keys are left.
    """
    parts = urlsplit(url)
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    path = re.sub(r"\d+", "0", parts.path)
    return f"{path}?{'&'.join(names)}" if names else path

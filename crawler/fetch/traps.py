"""How many addresses a crawl requests from a site: calendars, paths that grow and endless lists have no end."""

import re
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

from archive import Capture, Kind, Outcome, Reason, Refusal, phrase
from crawler.urls import LONGEST_ADDRESS

MOST_SEGMENTS = 12
"""Most parts of a path; those of articles have up to five."""
MOST_REPEATS = 2
"""How often one part may occur in a path: a relative link on its own page makes "/tin/tin/tin/"."""
MOST_FRUITLESS = 100
"""Most requests in a row, in one run, to addresses of one pattern that give no article of their own."""
MOST_LEVELS = 3
"""Levels of sitemaps, from that of the site file on; the protocol has two, an index and its sitemaps."""
BACKFILL_PAGES = 10_000
"""Most pages of one list that a backfill reads: twenty years of 30 articles a day, 20 on a page."""


class Budget:
    """What one run has spent on each pattern of addresses."""

    def __init__(self) -> None:
        self._fruitless: Counter[str] = Counter()

    def note(self, capture: Capture, outcome: Outcome) -> None:
        """Count the outcome of a request for an article; a failed one is not counted."""
        if capture.kind is not Kind.ARTICLE or outcome is Outcome.FAILED:
            return
        is_elsewhere = capture.article and capture.article.url != capture.url
        is_copy = outcome is Outcome.UNCHANGED and is_elsewhere and not capture.is_further_page
        if outcome is Outcome.REFUSED or is_copy:
            self._fruitless[pattern_of(capture.url)] += 1
        else:
            del self._fruitless[pattern_of(capture.url)]

    def refusal_of(self, url: str) -> Refusal | None:
        """Return why an article at this address must not be requested; None if it may be."""
        problem = excess_of(url)
        pattern = pattern_of(url)
        if problem is None and self._fruitless[pattern] >= MOST_FRUITLESS:
            problem = phrase(
                "{most} addresses like {pattern} in a row gave no article of their own",
                most=MOST_FRUITLESS,
                pattern=pattern,
            )
        return Refusal(Reason.BUDGET, problem) if problem else None


def excess_of(url: str) -> str | None:
    """Return how an address exceeds a limit; None if it does not."""
    if len(url) > LONGEST_ADDRESS:
        return phrase("an address of {n:,} characters", n=len(url))
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    if len(segments) > MOST_SEGMENTS:
        return phrase("a path of {n} parts", n=len(segments))
    words = Counter(segment for segment in segments if not segment.isdigit())  # "/2026/06/06/" is a day
    segment, count = max(words.items(), key=lambda item: item[1], default=("", 0))
    return (
        phrase('a path with "{segment}" in it {count} times', segment=segment, count=count)
        if count > MOST_REPEATS
        else None
    )


def pattern_of(url: str) -> str:
    """Return the pattern of an address, the same for all addresses that differ in numbers only: "/lich/0-0-0?trang".

    Numbers become 0, and of the query only the names of the keys remain.
    """
    parts = urlsplit(url)
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    path = re.sub(r"\d+", "0", parts.path)
    return f"{path}?{'&'.join(names)}" if names else path

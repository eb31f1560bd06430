"""A plain-text article as archivists receive it: no date line, no URL, no outlet. What is guessed is proposed."""

import hashlib
import re
from datetime import datetime, timedelta

from archive import VIETNAM, Article, Precision, Reason, Refusal, phrase
from crawler.extract.bylines import read_byline
from crawler.extract.charset import decode
from crawler.extract.text import tidy

FEWEST_PARAGRAPHS = 2
"""A title and one paragraph: less is a note, not an article."""
LONGEST_TITLE = 300
"""Characters; a longer first line is a paragraph, and the text has no title."""
LATEST_MENTION = timedelta(days=7)
"""An event is reported within a week: a year that puts it further ahead of the capture is the wrong one."""

_EVENT = re.compile(
    r"\b(?:sáng|trưa|chiều|tối|đêm|ngày|hôm nay|sáng nay|chiều nay)\s+(?:ngày\s+)?\(?"
    r"(?P<d>\d{1,2})\s?[-/.]\s?(?P<m>\d{1,2})(?:\s?[-/.]\s?(?P<y>\d{4}))?(?![\d/%])",
    re.IGNORECASE,
)
"""Only after a word for a time of day or "ngày": elsewhere "7-10" is a score, a span or a count."""
_YEAR = re.compile(r"\bnăm\s+((?:19|20)\d{2})\b", re.IGNORECASE)


def read_plaintext(
    content: bytes, *, seen_at: datetime, url: str | None = None, published_at: datetime | None = None
) -> Article | Refusal:
    """Return the article of a text file: first line the title, a sign-off line the byline, the lines between the body.

    `url` and `published_at` are the archivist's own word; without them the address is "urn:sha256:…" of the
    bytes, and the date is proposed from the first event date of the text with the year that the text names.
    """
    lines = [line for line in map(tidy, decode(content).splitlines()) if line]
    if len(lines) < 1 + FEWEST_PARAGRAPHS or len(lines[0]) > LONGEST_TITLE:
        return Refusal(Reason.NO_TEXT, phrase("a title line and two paragraphs make an article"))
    title, *body = lines
    byline = read_byline(body[-1])
    if byline:
        body.pop()
    text = "\n".join(body)
    raw = None
    proposed = {"title", *(["byline"] if byline else [])}
    if published_at is None and (event := propose_date(text, seen_at=seen_at)):
        published_at, raw = event
        proposed.add("published_at")
    return Article(
        url=url or f"urn:sha256:{hashlib.sha256(content).hexdigest()}",
        title=title,
        body=text,
        byline=byline.names if byline else (),
        byline_raw=byline.raw if byline else None,
        source_credit=byline.source_credit if byline else None,
        published_at=published_at,
        published_precision=_precision(published_at),
        published_raw=raw,
        sources={
            "title": "text:first-line",
            "body": "text:lines",
            **({"byline": "text:sign-off"} if byline else {}),
            **({"published_at": "text:event" if raw else "archivist"} if published_at else {}),
        },
        proposed=frozenset(proposed),
    )


def propose_date(text: str, *, seen_at: datetime) -> tuple[datetime, str] | None:
    """Return the first event day of a text, 00:00 +07:00, and its words; None without a day or a year for it.

    The year stands with the day, or is the first "năm 2020" of the text; an event that would lie ahead of the
    capture belongs to the year before.
    """
    for event in _EVENT.finditer(text):
        year = event["y"] or next(iter(_YEAR.findall(text)), None)
        if year is None:
            return None
        try:
            day = datetime(int(year), int(event["m"]), int(event["d"]), tzinfo=VIETNAM)
            if day > seen_at + LATEST_MENTION:
                day = day.replace(year=day.year - 1)
        except ValueError:  # 31/2, or 29/2 of a year that has none
            continue
        return day, event[0]
    return None


def _precision(published_at: datetime | None) -> Precision | None:
    if published_at is None:
        return None
    timed = (published_at.hour, published_at.minute) != (0, 0)
    return Precision.MINUTE if timed else Precision.DAY

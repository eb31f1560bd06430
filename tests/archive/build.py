"""Short articles and captures for tests; two of them differ only in what a test gives."""

import re
from datetime import datetime, timedelta
from typing import Any

from archive import VIETNAM, Article, Capture, Kind, Link, Precision, Reason, Refusal
from archive.schema.steps import STEPS

START = datetime(2025, 7, 2, 8, 0, tzinfo=VIETNAM)
SITE = "baohagiang"
HOME = "https://baohagiang.example/"


def after(**span: float) -> datetime:
    """Return START plus this time span."""
    return START + timedelta(**span)


def address(number: int) -> str:
    return f"{HOME}tin/{number}.html"


def article(number: int = 1, **changes: Any) -> Article:
    values: dict[str, Any] = {
        "url": address(number),
        "title": f"Tin số {number}",
        "body": "Sáng 2/7, Ban Chỉ đạo tỉnh họp tại thành phố.\nCuộc họp bàn việc sắp xếp đơn vị hành chính.",
        "published_at": START,
        "published_precision": Precision.MINUTE,
    }
    return Article(**{**values, **changes})


def capture(content: Article, at: datetime = START, **changes: Any) -> Capture:
    values: dict[str, Any] = {
        "url": content.url,
        "kind": Kind.ARTICLE,
        "fetched_at": at,
        "site": SITE,
        "status": 200,
        "body": at.isoformat().encode(),  # each fetch has other bytes, as real pages do
        "article": content,
    }
    return Capture(**{**values, **changes})


def refused(number: int, reason: Reason, at: datetime = START, **changes: Any) -> Capture:
    values: dict[str, Any] = {
        "url": address(number),
        "kind": Kind.ARTICLE,
        "fetched_at": at,
        "site": SITE,
        "refusal": Refusal(reason, "as seen in the test"),
    }
    return Capture(**{**values, **changes})


def link(number: int) -> Link:
    return Link(address(number), Kind.ARTICLE)


def feed(*numbers: int, at: datetime = START, **changes: Any) -> Capture:
    values: dict[str, Any] = {
        "url": HOME + "rss",
        "kind": Kind.FEED,
        "fetched_at": at,
        "site": SITE,
        "status": 200,
        "links": tuple(link(number) for number in numbers),
    }
    return Capture(**{**values, **changes})


def tables() -> set[str]:
    """Return the names of the tables of an archive, without those of the full-text index."""
    return set(re.findall(r"^CREATE TABLE (\w+)", "".join(map("".join, STEPS)), re.MULTILINE))

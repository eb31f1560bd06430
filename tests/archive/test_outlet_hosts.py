"""The hosts of an outlet through time: which addresses its articles have had."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from archive import Archive
from archive.reading.outlets import HostSpan, outlet_facts
from tests.archive.build import HOME, SITE, after, article, capture

OLD, OTHER_PORT = "http://old.example", "http://old.example:8080"


def test_hosts_are_counted_with_their_first_and_last_day(folder: Path) -> None:
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        for number, (url, at) in enumerate(
            [
                (f"{HOME}tin/1.html", after(days=9)),
                (f"{HOME}tin/2.html?a=//b/c", after(days=3)),
                (f"{OLD}/3", after(days=-9)),
                (f"{OLD}/4", None),
                (OTHER_PORT, after(days=-2)),
                (f"{OLD}/withheld", after(days=-20)),
                ("urn:isbn:0", after(days=-30)),
            ]
        ):
            story = article(number, url=url, published_at=at, body=f"Bài {number} có lời riêng, dài thêm một chút.")
            archive.store(capture(story, after(days=10 + number)))
        archive.store(capture(article(9, url="https://another.example/9"), after(days=30), site="another"))
        withheld = next(each for each in archive.articles() if each.article.url == f"{OLD}/withheld")
        archive.withhold(withheld.article.uid, reason="order", at=after(days=40), by="court")
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        facts = outlet_facts(connection, SITE)
    assert facts is not None
    assert facts.hosts == (
        HostSpan("old.example", 2, date(2025, 6, 23), date(2025, 6, 23)),
        HostSpan("old.example:8080", 1, date(2025, 6, 30), date(2025, 6, 30)),
        HostSpan("baohagiang.example", 2, date(2025, 7, 5), date(2025, 7, 11)),
    )

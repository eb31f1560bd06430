"""An invented month of two newspapers for the pages about gaps: with outages, missed days and changes."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from archive import (
    VIETNAM,
    Archive,
    Article,
    Capture,
    Kind,
    Link,
    Outlet,
    Precision,
    Reason,
    Refusal,
    RunStatus,
)

FIRST = date(2025, 6, 1)
"""The day of the first crawl."""
PAPER = Outlet(site="doiche", name="Báo Đồi Chè", home="https://doiche.example/", province="Thái Nguyên")
FORMER = Outlet(
    site="thuongnguon",
    name="Báo Thượng Nguồn",
    home="https://thuongnguon.example/",
    province="Bắc Kạn",
    merged_into="doiche",
)
MONTH = "sssssmmsssns!!!sss///ssssss"
"""A sign for each day from FIRST: stored, missed, nothing published, the site down, the crawler down."""


def make_outages(folder: Path) -> None:
    """Make the archive."""
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        for outlet in (PAPER, FORMER):
            archive.register(outlet, at=at(FIRST, 0))
        for number, sign in enumerate(MONTH):
            if sign != "/":
                _crawl(archive, FIRST + timedelta(number), sign)
        archive.store(_captured(replace(_article(FIRST, 9), url=f"{FORMER.home}cu.html"), FIRST, site=FORMER.site))
        _edit(archive)


def at(day: date, hour: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(hours=hour)


def _crawl(archive: Archive, day: date, sign: str) -> None:
    run = archive.begin_run(PAPER.site, started_at=at(day, 22), version="1", settings={})
    articles = [_article(day, number) for number in range(3)] if sign in "sm" else []
    links = tuple(Link(each.url, Kind.ARTICLE, published_at=each.published_at) for each in articles)
    down = Refusal(Reason.HTTP_ERROR, "status 503") if sign == "!" else None
    source = Capture(
        url=f"{PAPER.home}rss",
        kind=Kind.FEED,
        fetched_at=at(day, 22),
        site=PAPER.site,
        run=run,
        status=503 if down else 200,
        links=links,
        refusal=down,
    )
    archive.store(source)
    for each in articles if sign == "s" else articles[:0]:
        archive.store(_captured(each, day, site=PAPER.site, run=run))
    archive.finish_run(run, finished_at=at(day, 22.1), status=RunStatus.FINISHED)


def _article(day: date, number: int) -> Article:
    return Article(
        url=f"{PAPER.home}xa-hoi/{day:%Y%m%d}{number}.html",
        title=f"Hợp tác xã chè Nà Lọng vào vụ, tin {number + 1} ngày {day.day}",
        body="Sau ba vụ liên tiếp có lãi, hợp tác xã quyết định trích một phần lập quỹ dự phòng cho bà con.",
        published_at=at(day, 9 + number),
        published_precision=Precision.MINUTE,
        modified_at=at(day, 9 + number),
        sources={"body": "layout:mediasoft-2022"},
    )


def _captured(article: Article, day: date, *, site: str, run: int | None = None, hours: float = 22) -> Capture:
    return Capture(
        url=article.url,
        kind=Kind.ARTICLE,
        fetched_at=at(day, hours),
        site=site,
        run=run,
        status=200,
        body=f"{article.title}{hours}".encode(),
        article=article,
    )


def _edit(archive: Archive) -> None:
    """Edit one headline silently, and let another article go and come back."""
    edited, gone = _article(FIRST, 0), _article(FIRST, 1)
    new = replace(edited, title="Hợp tác xã chè Nà Lọng <b>tạm dừng</b> bán hàng")
    archive.store(_captured(new, FIRST, site=PAPER.site, hours=30))
    missing = replace(_captured(gone, FIRST, site=PAPER.site, hours=40), status=404, article=None)
    archive.store(replace(missing, refusal=Refusal(Reason.GONE, "status 404")))
    archive.store(_captured(gone, FIRST, site=PAPER.site, hours=60))

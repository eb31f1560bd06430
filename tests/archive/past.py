"""An archive with a past: everything that changes one, in a few dozen captures."""

import gzip
from pathlib import Path
from typing import Any

from archive import (
    Archive,
    Capture,
    Doubt,
    Exchange,
    Field,
    Image,
    Kind,
    Outlet,
    Part,
    Reason,
    RunStatus,
)
from tests.archive.build import HOME, SITE, address, after, article, capture, feed, refused

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
MERGED = "baotuyenquang"
SENTENCES = " ".join(f"Câu thứ {number} của bài báo nói về việc sắp xếp đơn vị hành chính." for number in range(20))


def fetched(number: int, hours: float, *, run: int | None, asked: str | None = None, **changes: Any) -> Capture:
    """The capture of an article, with its raw page: the text and the hour."""
    shown = article(number, **{"body": f"{SENTENCES}\nTin {number}.", "byline": ("Lê A", "Trần B, C"), **changes})
    page = f"<html>{shown.url}{shown.title}{shown.lead}{shown.body}{hours}</html>".encode() * 4
    return capture(
        shown,
        after(hours=hours),
        url=asked or shown.url,
        run=run,
        body=page,
        exchanges=(exchange(asked or shown.url, hours, gzip.compress(page, mtime=0)),),
    )


def exchange(url: str, hours: float, body: bytes, head: bytes = HEAD) -> Exchange:
    request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    return Exchange(url=url, at=after(hours=hours), request=request, head=head, body=body, address="203.0.113.5")


def answered(number: int, status: int, hours: float, *, run: int | None) -> Exchange:
    return exchange(address(number), hours, b"<html>x</html>", b"HTTP/1.1 %d X\r\n\r\n" % status)


def make_past(folder: Path) -> None:
    """Make an archive with three runs: new, edited, moved, gone, revived, doubtful and accepted articles."""
    with Archive.open(folder, create=True) as archive:
        archive.register(Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang"), at=after(hours=-1))
        _first_run(archive)
        merged = Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang", merged_into=MERGED)
        archive.register(merged, at=after(hours=10))
        archive.learn_ids(SITE, lambda url: url.rsplit("/", 1)[1].split(".")[0], at=after(hours=10))
        _second_run(archive)
        archive.accept(article(5).uid, at=after(hours=40))
        archive.store(capture(article(url="urn:sha256:00", title="Bài cũ"), after(hours=41), site=None, status=None))
        archive.correct(article(1).uid, title="Đúng", byline=["A"], at=after(hours=42), by="x", reason="sai")
        archive.correct(article(2).uid, lead="Dòng khác", at=after(hours=43), by="x")
        archive.undo(article(2).uid, Field.LEAD, at=after(hours=44), by="y")
        archive.withhold(article(4).uid, reason="theo lệnh", at=after(hours=45), by="x")
        archive.withhold(article(7).uid, reason="nhầm", at=after(hours=46), by="x", until=after(days=30).date())
        archive.lift(article(7).uid, at=after(hours=47), by="x")
        archive.join_copies(article(1).uid, article(2).uid, at=after(hours=47), by="x", reason="một tin")
        archive.split_copies(article(1).uid, article(2).uid, at=after(hours=47.5), by="y")
        archive.undo_copies(article(2).uid, at=after(hours=47.6), by="y")
        archive.join_copies(article(1).uid, article(3).uid, at=after(hours=47.7), by="x")
        _third_run(archive)


def _first_run(archive: Archive) -> None:
    run = archive.begin_run(SITE, started_at=after(), version="9", settings={"rules": "aa", "USER_AGENT": "x"})
    archive.keep([exchange(HOME + "robots.txt", 0, b"User-agent: *\n")], run=run)
    archive.store(feed(*range(1, 9), run=run, body=b"<rss/>", exchanges=(exchange(HOME + "rss", 0, b"<rss/>"),)))
    for number in range(1, 8):
        tags, images = ("thời sự", f"thẻ {number}"), (Image(f"{HOME}{number}.jpg", "Ảnh: X"),)
        archive.store(fetched(number, 0.1 * number, run=run, tags=tags, images=images, section=("Xã hội", "Tin")))
    moved = fetched(1, 1, run=run, asked=HOME + "cu/1.html")
    archive.store(moved)
    archive.store(
        refused(
            8,
            Reason.NO_TEXT,
            after(hours=1),
            run=run,
            status=200,
            body=b"<html>x</html>",
            exchanges=(answered(8, 200, 1, run=run),),
        )
    )
    archive.finish_run(run, finished_at=after(hours=2), status=RunStatus.FINISHED)


def _second_run(archive: Archive) -> None:
    run = archive.begin_run(SITE, started_at=after(hours=20), version="9", settings={"rules": "aa", "USER_AGENT": "x"})
    archive.store(fetched(2, 20, run=run, title="Tin số 2 mới", lead="Một dòng dẫn."))
    archive.store(fetched(2, 21, run=run, title="Tin số 2 rất mới", lead="Một dòng dẫn."))
    gone = (answered(3, 404, 21, run=run),)
    archive.store(refused(3, Reason.GONE, after(hours=21), run=run, status=404, body=b"<html>x</html>", exchanges=gone))
    archive.store(refused(4, Reason.TIMEOUT, after(hours=21), run=run))
    doubtful = f"{SENTENCES} Và thêm nữa.\nMột hộp khác."
    archive.store(fetched(5, 22, run=run, body=doubtful, doubts=(Doubt.OTHER_TEXT,)))
    archive.store(fetched(6, 22, run=run, body=doubtful, doubts=(Doubt.LITTLE_TEXT,)))
    first, second = f"{HOME}dai.html", f"{HOME}dai-2.html"
    for n, url in enumerate((first, second), 1):
        page = fetched(9, 22 + n / 10, run=run, url=url, title="Bài dài", body=f"{SENTENCES} Trang {n}.")
        archive.store(_part(page, n, first))
    archive.finish_run(run, finished_at=after(hours=23), status=RunStatus.INTERRUPTED, cut_short=["nghỉ"])


def _third_run(archive: Archive) -> None:
    run = archive.begin_run(SITE, started_at=after(hours=50), version="9", settings={"rules": "bb", "USER_AGENT": "x"})
    archive.store(fetched(3, 50, run=run))
    archive.store(fetched(6, 51, run=run, body=f"{SENTENCES} Và thêm nữa.\nMột hộp khác.", doubts=(Doubt.LITTLE_TEXT,)))
    same = exchange(address(7), 52, b"", b"HTTP/1.1 304 Not Modified\r\n\r\n")
    unchanged = Capture(
        url=address(7), kind=Kind.ARTICLE, fetched_at=after(hours=52), site=SITE, run=run, status=304, exchanges=(same,)
    )
    archive.store(unchanged)
    archive.finish_run(run, finished_at=after(hours=53), status=RunStatus.FINISHED)
    archive.begin_run(SITE, started_at=after(hours=60), version="9", settings={"rules": "bb"})


def _part(page: Capture, n: int, first_url: str) -> Capture:
    from dataclasses import replace

    return replace(page, part=Part(n, 2, first_url))

"""Measure the reading room and the tables of Datasette: `make bench-datasette`, or `python -m bench.datasette`.

`datasette news.db` is started as a user does, and its pages are requested over HTTP on loopback.
"""

import http.client
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import click
from datasette.utils import tilde_encode

from archive import VIETNAM, Archive, Article, Capture, Kind, Outlet, Precision
from archive.publish.metadata import ARTICLE_ROWS
from archive.schema.opening import FILE_NAME

WORDS = (
    *("hội đồng", "nhân dân", "họp bàn", "hợp tác xã", "sản xuất", "xuất khẩu", "chè", "giá", "tăng", "mưa lũ"),
    *("cầu", "đường", "mới", "tỉnh", "về"),
)
OUTLETS = {"khanhhoa": "Khánh Hòa", "lamdong": "Lâm Đồng", "tuyenquang": "Tuyên Quang", "hagiang": "Hà Giang"}
PAGE, DEEP = ARTICLE_ROWS, 500
"""Rows of a page, and the number of the page that is measured as a deep one."""
SECONDS = 120
"""Time limit for a start and for a page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one page cost."""

    wall_ms: float
    cpu_ms: float | None
    """Process time of the server, to 10 ms; None where the system does not say."""
    bytes: int


def paths_of(database: Path) -> dict[str, str]:
    """Return what is measured → its path."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        count = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        skipped = min(PAGE * (DEEP - 1), max(count - 2 * PAGE, 1))
        order = "SELECT published_at, id FROM articles ORDER BY published_at DESC, id LIMIT 1 OFFSET ?"
        published, number = connection.execute(order, (skipped - 1,)).fetchone()
        article = "SELECT a.uid, s.site, s.name FROM articles a LEFT JOIN sites s ON s.id = a.outlet_id WHERE a.id = ?"
        uid, site, outlet = connection.execute(article, (number,)).fetchone()
        (year,) = connection.execute("SELECT max(year) FROM articles").fetchone()
    deep = {"_next": f"{tilde_encode(published)},{number}", "_sort_desc": "published_at"}
    return {
        "home": "/",
        "article": f"/article/{uid}",
        "search": f"/search?{urlencode({'q': 'hop tac xa'})}",
        "search, marks and a newspaper": f"/search?{urlencode({'q': 'hợp tác xã', 'outlet': outlet or ''})}",
        "search, the oldest first": f"/search?{urlencode({'q': 'hop tac xa', 'sort': 'oldest'})}",
        "search without words": "/search",
        "newspapers": "/outlets",
        "a newspaper": f"/outlets/{site}",
        "calendar of all newspapers": f"/coverage?year={year}",
        "a newspaper's year": f"/coverage/{site}?year={year}",
        "changes of a month": f"/changes?since=12%2F{year}&until=12%2F{year}",
        "map": "/map",
        "map of a search": f"/map?{urlencode({'q': 'hop tac xa', 'measure': 'share'})}",
        "table with three facets": "/news/articles",
        "table with search": f"/news/articles?{urlencode({'_search': 'hop tac xa'})}",
        f"table, page {skipped // PAGE + 1}": f"/news/articles?{urlencode(deep)}",
        "articles_full": "/news/articles_full",
        "articles_full, facet outlet": "/news/articles_full?_facet=outlet",
        "articles_full with search": f"/news/articles_full?{urlencode({'_search': 'hop tac xa'})}",
    }


@contextmanager
def served(database: Path) -> Iterator[tuple[int, int]]:
    """Run Datasette over a database, and return its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "datasette", "serve", str(database.absolute()), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            end = time.monotonic() + SECONDS
            while server.poll() is None and time.monotonic() < end:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield port, server.pid
        finally:
            server.terminate()


def ask(port: int, process: int, path: str) -> Asked:
    """Request a page. Raises click.ClickException for another status than 200, and IncompleteRead for half a page."""
    began, cpu = time.perf_counter(), _cpu_ms(process)
    length = 0
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        while part := answer.read(2**20):
            length += len(part)
    if answer.status != 200:
        raise click.ClickException(f"{path} answered with status {answer.status}")
    spent = _cpu_ms(process)
    used = None if cpu is None or spent is None else spent - cpu
    return Asked(1000 * (time.perf_counter() - began), used, length)


def _cpu_ms(process: int) -> float | None:
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    except OSError:
        return None
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def row(name: str, asked: list[Asked]) -> str:
    """Return a row of the table: the median time, the mean of the process time, and the size."""
    cpu = [each.cpu_ms for each in asked if each.cpu_ms is not None]
    used = f"{sum(cpu) / len(cpu):.0f}" if cpu else "–"
    return f"| {name} | {median(each.wall_ms for each in asked):.0f} | {used} | {asked[0].bytes / 1024:,.0f} |"


def make_archive(folder: Path, *, articles: int, seed: int) -> None:
    """Store invented articles of four newspapers, some of them with the words that are searched for."""
    chance = Random(seed)
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        for site, province in OUTLETS.items():
            home = f"https://{site}.example/"
            archive.register(Outlet(site=site, name=f"Báo {province}", home=home, province=province))
        for number in range(articles):
            archive.store(_capture(number, chance))


def _capture(number: int, chance: Random) -> Capture:
    site = chance.choice(list(OUTLETS))
    words = [" ".join(chance.choices(WORDS, k=12)) for _ in range(20)]
    published = datetime(2019, 1, 1, 8, tzinfo=VIETNAM) + timedelta(minutes=chance.randrange(4_000_000))
    article = Article(
        url=f"https://{site}.example/tin/{number}.html",
        title=f"{words[0]} {number}",
        body=". ".join(words),
        published_at=published,
        published_precision=Precision.MINUTE,
        section=(chance.choice(("Thời sự", "Kinh tế", "Xã hội")),),
    )
    return Capture(
        url=article.url, kind=Kind.ARTICLE, fetched_at=published, site=site, status=200, body=b"x", article=article
    )


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--archive", "folder", type=click.Path(path_type=Path, exists=True), help="Measure this archive.")
@click.option("--articles", type=click.IntRange(min=300), default=10_000, show_default=True, help="Articles to invent.")
@click.option("--rounds", type=click.IntRange(min=1), default=7, show_default=True, help="Requests for each page.")
def main(*, folder: Path | None, articles: int, rounds: int) -> None:
    """Print what pages and a whole stream cost."""
    with TemporaryDirectory() as name:
        if folder is None:
            folder = Path(name, "news")
            make_archive(folder, articles=articles, seed=1)
        database = folder / FILE_NAME
        click.echo("| | ms | cpu ms | KiB |\n|---|---|---|---|")
        with served(database) as (port, process):
            for what, path in paths_of(database).items():
                ask(port, process, path)
                click.echo(row(what, [ask(port, process, path) for _ in range(rounds)]))
            click.echo(row("stream of all rows", [ask(port, process, "/news/articles.csv?_stream=on")]))


if __name__ == "__main__":
    main()

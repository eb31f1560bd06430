"""Measure what searches cost: `make bench-search ARGS="GENERATOR"`, or `python -m bench.search GENERATOR`.

GENERATOR is a program that writes N invented articles as JSON lines: `GENERATOR N FILE`. Each line has `url`, `host`,
`section`, `title`, `lead`, `body`, `byline` and `published_at`. The archive is made in a temporary folder, or kept in
`--folder` for a next time. Times are CPU seconds of this process, so that other programs do not count.
"""

import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import click

from archive import VIETNAM, Archive, Article, Capture, Filters, Kind, Outlet, Precision, fold
from archive.schema.opening import FILE_NAME, open_database
from archive.writing.article_rows import Sighting, add_article, row_of
from archive.writing.index import INDEXES, index_all, index_now
from archive.writing.sites import find_site

START = datetime(2026, 11, 1, tzinfo=VIETNAM)
PAGE = 20
"""Hits of one search."""
ORDINARY, COMMON, FACETS = "two to four ordinary syllables", "very common words", "facets and timeline"
TOPICS = (
    *("đại đoàn kết", "hợp tác xã", "sạt lở", "chuyển đổi số", "dịch tả lợn", "nông thôn mới", "giải phóng mặt bằng"),
    *("bảo vệ rừng", "học sinh", "tai nạn giao thông", "lễ hội", "xăng dầu", "biên giới", "bão số 3"),
)
FREQUENT = ("của các", "là có", "trong được", "huyện xã", "và của", "nhân dân", "đồng chí", "xây dựng", "phát triển")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("generator", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--articles", type=click.IntRange(min=1000), default=100_000, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Archive to make, or to use if it is there.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the searches.")
def main(*, generator: Path, articles: int, folder: Path | None, seed: int) -> None:
    """Measure what searches cost."""
    with TemporaryDirectory() as name:
        place = folder or Path(name) / "news"
        if not (place / FILE_NAME).exists():
            text = fill(place, generator, articles)
            click.echo(f"{articles:,} articles, {text / 2**20:,.0f} MiB of text")
            click.echo(f"index over text: {index_bytes(place) / text:.2f}")
        click.echo(f"storing: {storing(generator):.2f} cpu ms an article")
        click.echo("\n| | searches | p50 ms | p95 ms | most ms |\n|---|---|---|---|---|")
        with Archive.open(place, read_only=True) as archive:
            for kind, times in measured(archive, seed=seed):
                click.echo(f"| {kind} | {len(times)} | {_at(times, 50)} | {_at(times, 95)} | {_at(times, 100)} |")


def fill(folder: Path, generator: Path, number: int) -> int:
    """Make an archive of `number` articles, and return the bytes of their texts. The index is made at the end."""
    Archive.open(folder, create=True).close()
    text = 0
    with closing(open_database(folder, create=False, read_only=False)) as connection:
        connection.execute("BEGIN")
        for article, site in invented(generator, number):
            site_id = _site(connection, site)
            row = row_of(connection, article, cms_id=None, site_id=site_id, outlet_id=site_id)
            add_article(connection, article, row, seen=Sighting(START.isoformat(), None))
            text += sum(len(part.encode()) for part in (article.title, article.lead or "", article.body))
        connection.execute("DELETE FROM to_index")
        index_now(connection)
        index_all(connection)
        connection.execute("COMMIT")
    return text


def index_bytes(folder: Path) -> int:
    """Return the bytes of both indexes."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        sums = (connection.execute(f"SELECT sum(length(block)) FROM {name}_data").fetchone()[0] for name in INDEXES)
        return sum(map(int, sums))


def storing(generator: Path, number: int = 2_000) -> float:
    """Return the milliseconds that a crawl needs to store one article, without its raw page."""
    with TemporaryDirectory() as name, Archive.open(Path(name) / "news", create=True, keep_raw=False) as archive:
        captures = [
            Capture(
                url=article.url,
                kind=Kind.ARTICLE,
                fetched_at=START + timedelta(milliseconds=20 * place),
                site=site,
                status=200,
                body=str(place).encode(),
                article=article,
            )
            for place, (article, site) in enumerate(invented(generator, number))
        ]
        for site in {each.site for each in captures if each.site}:
            archive.register(Outlet(site=site, name=site, home=f"https://{site}.example/"))
        begun = process_time()
        for capture in captures:
            archive.store(capture)
        archive.commit()
        return (process_time() - begun) / number * 1000


def invented(generator: Path, number: int) -> Iterator[tuple[Article, str]]:
    """Yield the invented articles, each with its site."""
    with TemporaryDirectory() as name:
        file = Path(name) / "articles.jsonl"
        subprocess.run([sys.executable, str(generator), str(number), str(file)], check=True)
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield _article(json.loads(line))


def _article(told: dict[str, Any]) -> tuple[Article, str]:
    article = Article(
        url=told["url"],
        title=told["title"],
        lead=told["lead"],
        body=told["body"].replace("\n\n", "\n"),
        byline=tuple(told["byline"]),
        section=(told["section"],),
        published_at=datetime.fromisoformat(told["published_at"]),
        published_precision=Precision.MINUTE,
    )
    return article, told["host"].partition(".")[0]


def _site(connection: sqlite3.Connection, site: str) -> int | None:
    if (known := find_site(connection, site)) is None:
        connection.execute("INSERT INTO sites (site, name, kind) VALUES (?, ?, 'newspaper')", (site, site))
        return find_site(connection, site)
    return known


def measured(archive: Archive, *, seed: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the times of each kind of search, shortest first, in milliseconds."""
    ordinary = searches(archive, seed=seed)
    frequent = [each for words in FREQUENT for each in (words, fold(words))]
    yield ORDINARY, _times(ordinary, lambda words: archive.search(words, limit=PAGE))
    yield f"{ORDINARY}, number of all", _times(ordinary, archive.count)
    yield COMMON, _times(frequent, lambda words: archive.search(words, limit=PAGE))
    yield f"{COMMON}, number of all", _times(frequent, archive.count)
    yield FACETS, _times(ordinary, archive.facets)
    yield f"{FACETS}, {COMMON}", _times(frequent, archive.facets)
    year = Filters(since=date(2025, 1, 1), until=date(2025, 12, 31))
    yield f"{ORDINARY}, of one year", _times(ordinary, lambda words: archive.search(words, filters=year, limit=PAGE))


def searches(archive: Archive, *, seed: int) -> list[str]:
    """Return topics, persons, and words that follow each other in a text, with and without marks."""
    chosen = random.Random(seed)
    found = [*TOPICS]
    for article in islice(archive.articles(), 24):
        words = [word for word in article.article.body.split() if word.isalpha()]
        for length in (2, 3, 4):
            place = chosen.randrange(len(words) - length)
            found.append(" ".join(words[place : place + length]).lower())
        found.extend(article.article.byline[:1])
    return [each for words in found for each in (words, fold(words))]


def _times(asked: Iterable[str], ask: Callable[[str], object]) -> list[float]:
    times = []
    for words in asked:
        begun = process_time()
        ask(words)
        times.append((process_time() - begun) * 1000)
    return sorted(times)


def _at(times: Sequence[float], percent: int) -> str:
    return f"{times[min(len(times) * percent // 100, len(times) - 1)]:.0f}"


if __name__ == "__main__":
    main()

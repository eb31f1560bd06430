"""Measure what an export costs: `make bench-export`, or `python -m bench.export`.

Each format is compared with reading every row through Python's sqlite3. Each measurement is a process of its own, and
they take turns; what counts is the median of the ratios.
"""

import json
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import click

from archive import Archive, Article, Capture, Image, Kind, Outlet, Precision
from archive.export import EXPORTERS, articles, export_file
from bench.pages import ROOT

READING = "reading all rows"
_ROWS = "SELECT a.*, t.body FROM articles a JOIN article_texts t ON t.article_id = a.id ORDER BY a.uid"
GOALS = {"jsonl": 2.8, "csv": 3.3, "parquet": 3.3}
"""Format → the most times of reading all rows, at 100,000 articles."""
SITE = "tai"
WORDS = 550
"""Words of a text: that of a newspaper has some 5 KB."""
_PHRASES = (
    "tỉnh|huyện|xã|hội|nghị quyết|người dân|phát triển|kinh tế|đồng bào|miền núi|mùa màng|lũ lụt|đường|trường học|sinh|"
    "giáo viên|bệnh viện|công nhân|nông thôn|mới|cầu|chợ phiên|rừng|biển|đảo|thuyền|cá|tôm|lúa|ngô|khoai|sắn|chè|cà phê"
)
VOCABULARY = _PHRASES.split("|")
START = datetime(2019, 1, 1, tzinfo=UTC)


@click.command()
@click.option("--articles", "count", type=int, default=10_000, show_default=True, help="Articles to invent.")
@click.option(
    "--archive", "folder", type=click.Path(path_type=Path), help="Archive to measure in place of an invented one."
)
@click.option("--turns", type=int, default=5, show_default=True, help="Measurements of each.")
@click.option("--one", hidden=True, help="Measure this alone, in this process.")
def main(count: int, folder: Path | None, turns: int, one: str | None) -> None:
    """Print the times of reading all rows that each format takes, and its largest memory."""
    if one is not None and folder is not None:
        click.echo(json.dumps(_measured(folder, one)))
        return
    with _archive(folder, count) as measured:
        for form, goal in GOALS.items():
            pairs = [(_in_process(measured, READING), _in_process(measured, form)) for _ in range(turns)]
            ratios = sorted(cost["cpu"] / reading["cpu"] for reading, cost in pairs)
            cpu, rss = (median(cost[name] for _, cost in pairs) for name in ("cpu", "rss"))
            click.echo(
                f"{form:8} {median(ratios):.2f} times ({ratios[0]:.2f} to {ratios[-1]:.2f}; goal {goal}), "
                f"{cpu:.1f} s, {rss:.0f} MiB"
            )


@contextmanager
def _archive(folder: Path | None, count: int) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with TemporaryDirectory() as place:
        made = Path(place) / "news"
        with Archive.open(made, create=True, keep_raw=False) as archive:
            archive.register(Outlet(site=SITE, name="Báo Tải", home="https://tai.example/", province="Hà Giang"))
            for number in range(count):
                archive.store(_capture(number))
        yield made


def _capture(number: int) -> Capture:
    """Return the capture of an invented article, the same for the same number."""
    chance = Random(number)
    words = chance.choices(VOCABULARY, k=WORDS)
    lines = [" ".join(words[at : at + 60]).capitalize() + "." for at in range(0, WORDS, 60)]
    at = START + timedelta(minutes=37 * number)
    article = Article(
        url=f"https://tai.example/tin-{number}.html",
        title=" ".join(words[:12]).capitalize(),
        lead=" ".join(words[12:40]).capitalize() + ".",
        body="\n".join(lines),
        byline=(f"Lê {words[0].capitalize()}",),
        published_at=at,
        published_precision=Precision.MINUTE,
        section=("Thời sự",),
        tags=tuple(dict.fromkeys(words[:3])),
        images=(Image(f"https://tai.example/{number}.jpg", f"Ảnh: {words[1]}"),),
        sources={"title": "ld", "body": "layout"},
    )
    return Capture(url=article.url, kind=Kind.ARTICLE, fetched_at=at, site=SITE, status=200, article=article)


def _in_process(folder: Path, what: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.export", "--archive", str(folder.absolute()), "--one", what]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    cost: dict[str, float] = json.loads(done.stdout)
    return cost


def _measured(folder: Path, what: str) -> dict[str, float]:
    """Return seconds of process time, and MiB of the largest memory."""
    with Archive.open(folder, read_only=True) as archive, TemporaryDirectory() as place:
        before = process_time()
        if what == READING:
            connection = sqlite3.connect(f"{archive.path.absolute().as_uri()}?mode=ro", uri=True)
            for _ in connection.execute(_ROWS):
                pass
        else:
            export_file(articles(archive.batches(damaged=[])), Path(place) / "all", exporter=EXPORTERS[what])
        cpu = process_time() - before
    return {"cpu": cpu, "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    main()

"""Measure what `kill -9` costs a crawl: `make bench-kills`, or `python -m bench.kills`.

A crawl of a newspaper on loopback is killed at a random moment and started again, many times. The last crawl runs to
its end. Then the archive is compared with the newspaper.
"""

import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from archive import Archive
from bench.load_site import LoadOutlet, load_outlet
from bench.pages import ROOT
from crawler.demo.serve import SampleWeb, serve

SITE = "tai"
LONGEST_WAIT = 0.05
"""Most seconds between the chosen request and the kill, so that kills hit fetching, reading, storing and committing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """How many articles the kills damaged."""

    kills: int
    """Crawls that were killed; a crawl that ended before its kill does not count."""
    lost: int
    doubled: int
    partial: int
    """Articles that are stored but differ from the newspaper's."""
    again: tuple[int, ...]
    """For each crawl but the first: pages that it requested although an earlier crawl had requested them."""

    def __str__(self) -> str:
        mean = sum(self.again) / len(self.again)
        return (
            f"{self.kills} kills: {self.lost} lost, {self.doubled} doubled, {self.partial} partial; "
            f"pages fetched twice per kill: {mean:.1f} on average, {max(self.again)} at most"
        )


def take_toll(outlet: LoadOutlet, *, kills: int, chance: Random) -> Toll:
    """Crawl an outlet to the end, with `kills` kills before. Raises click.ClickException if the last crawl fails."""
    pages, killed = {article.path for article in outlet.articles}, 0
    most = 2 * len(pages) // (kills + 1)
    with serve([outlet], port=0) as web, TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"{SITE}.toml").write_text(web.site_files[SITE], encoding="utf-8")
        asked: list[list[str]] = []
        for _ in range(kills):
            wait = chance.uniform(0, LONGEST_WAIT)
            killed += _crawl_and_kill(web, folder, requests=chance.randint(0, most), wait=wait)
            asked.append(_take_log(web))
        done = subprocess.run(_command(folder), cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise click.ClickException(f"the last crawl ended with code {done.returncode}:\n{done.stderr}")
        asked.append(_take_log(web))
        want = {
            each.url: each.text_sha256 for each in (article.expected(web.origins[SITE]) for article in outlet.articles)
        }
        with Archive.open(folder / "news", read_only=True) as archive:
            stored = [(each.article.url, each.article.text_sha256) for each in archive.articles()]
    return Toll(
        kills=killed,
        lost=len(want.keys() - {url for url, _ in stored}),
        doubled=sum(count - 1 for count in Counter(url for url, _ in stored).values()),
        partial=sum(want.get(url) != text for url, text in stored),
        again=tuple(
            len(pages.intersection(asked[run]).intersection(chain(*asked[:run]))) for run in range(1, len(asked))
        ),
    )


def _crawl_and_kill(web: SampleWeb, folder: Path, *, requests: int, wait: float) -> bool:
    """Start a crawl, kill it `wait` seconds after `requests` requests, and return whether it was still running."""
    with subprocess.Popen(_command(folder), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as crawl:
        while len(web.log) < requests and crawl.poll() is None:
            time.sleep(0.001)
        time.sleep(wait)
        crawl.kill()
        return crawl.wait() == -signal.SIGKILL


def _take_log(web: SampleWeb) -> list[str]:
    targets = [request.target for request in web.log]
    web.log.clear()
    return targets


def _command(folder: Path) -> list[str]:
    options = ["--site-file", str(folder / f"{SITE}.toml"), "--archive", str(folder / "news"), "--delay", "0"]
    return [sys.executable, "-m", "crawler.cli", "crawl", "--create", *options, "--allow-private"]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--kills", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--articles", type=click.IntRange(min=1), default=2000, show_default=True)
@click.option("--kib", type=click.IntRange(min=0), default=60, show_default=True, help="Size of an article page.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the random moments.")
def main(*, kills: int, articles: int, kib: int, seed: int) -> None:
    """Kill crawls, and compare the archive with the newspaper; exit 1 if an article is lost, doubled or partial."""
    outlet = load_outlet(SITE, articles=articles, kib=kib)
    toll = take_toll(outlet, kills=kills, chance=Random(seed))
    click.echo(f"{articles:,} articles, {toll}")
    sys.exit(bool(toll.lost or toll.doubled or toll.partial))


if __name__ == "__main__":
    main()

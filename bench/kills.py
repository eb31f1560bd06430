"""Measure what `kill -9` costs: `make bench-kills`, or `python -m bench.kills`.

A crawl of a newspaper on loopback is killed at a random moment and started again, many times. The last crawl runs to
its end. Then the archive is compared with the newspaper. `kill_verbs.py` kills the other verbs on that archive.
"""

import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from archive import Archive
from archive.schema.opening import FILE_NAME
from bench.kill_verbs import Texts, VerbToll, is_damaged, make_older, texts, verbs
from bench.kill_verbs import take_toll as kill_verb
from bench.load_site import LoadOutlet, load_outlet
from bench.pages import ROOT
from crawler.demo.serve import SampleWeb, serve

SITE = "tai"
PLATFORM = "epi-zce"
"""Of the newspaper."""
NEWS = "news"
"""Folder of the archive that crawls fill."""
SHARED = ("merge", "migration", "reparse", "rebuild")
"""Verbs that share the kills with the crawl."""
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
    corrupt: int
    """Kills after which `verify --deep` finds damage."""
    vanished: int
    """Texts that were stored after one kill, and are not there after the next."""
    again: tuple[int, ...]
    """For each crawl but the first: pages that it requested although an earlier crawl had requested them."""

    @property
    def is_none(self) -> bool:
        """Whether nothing was damaged."""
        return not (self.lost or self.doubled or self.partial or self.corrupt or self.vanished)

    def __str__(self) -> str:
        mean = sum(self.again) / len(self.again)
        return (
            f"crawl: {self.kills} kills: {self.lost + self.vanished} lost, {self.doubled} doubled, "
            f"{self.partial} partial, {self.corrupt} corrupt; "
            f"pages fetched twice per kill: {mean:.1f} on average, {max(self.again)} at most"
        )


def take_toll(outlet: LoadOutlet, web: SampleWeb, folder: Path, *, kills: int, chance: Random) -> Toll:
    """Crawl an outlet to the end, with `kills` kills before. Raises click.ClickException if the last crawl fails."""
    pages, news, killed, corrupt, vanished = {each.path for each in outlet.articles}, folder / NEWS, 0, 0, 0
    most = 2 * len(pages) // (kills + 1)
    asked: list[list[str]] = []
    known: Texts = frozenset()
    for _ in range(kills):
        wait = chance.uniform(0, LONGEST_WAIT)
        killed += _crawl_and_kill(web, folder, requests=chance.randint(0, most), wait=wait)
        asked.append(_take_log(web))
        if (news / FILE_NAME).exists():
            found = texts(news)
            vanished, known = vanished + len(known - found), found
            corrupt += is_damaged(news)
    crawl(folder, news)
    asked.append(_take_log(web))
    want = {each.url: each.text_sha256 for each in (each.expected(web.origins[SITE]) for each in outlet.articles)}
    with Archive.open(news, read_only=True) as archive:
        stored = [(each.article.url, each.article.text_sha256) for each in archive.articles()]
    return Toll(
        kills=killed,
        lost=len(want.keys() - {url for url, _ in stored}),
        doubled=sum(count - 1 for count in Counter(url for url, _ in stored).values()),
        partial=sum(want.get(url) != text for url, text in stored),
        corrupt=corrupt,
        vanished=vanished,
        again=tuple(
            len(pages.intersection(asked[run]).intersection(chain(*asked[:run]))) for run in range(1, len(asked))
        ),
    )


def take_tolls(outlet: LoadOutlet, *, kills: int, chance: Random) -> Iterator[Toll | VerbToll]:
    """Kill each verb its share of `kills` times, the crawl first; each gets the archive that it needs."""
    with serve([outlet], port=0) as web, TemporaryDirectory() as name:
        folder = Path(name)
        rules = folder / f"{SITE}.toml"
        rules.write_text(web.site_files[SITE], encoding="utf-8")
        share, rest = divmod(kills, len(SHARED) + 1)
        yield take_toll(outlet, web, folder, kills=share + rest, chance=chance)
        news, half, worse = folder / NEWS, folder / "half", folder / "worse"
        crawl(folder, half, "--limit", str(len(outlet.articles) // 2))
        rules.write_text(_worse_rules(web.site_files[SITE]), encoding="utf-8")
        crawl(folder, worse)
        rules.write_text(web.site_files[SITE], encoding="utf-8")
        older = Path(shutil.copytree(news, folder / "older"))
        make_older(older)
        given = {"merge": half, "migration": older, "reparse": worse, "rebuild": news}
        for verb in verbs(news, rules):
            yield kill_verb(verb, given[verb.name], folder / "work", kills=share, chance=chance)


def _worse_rules(site_file: str) -> str:
    """Return a site file whose only layout loses the first paragraph: a reparse by the right one changes every text."""
    platform = (ROOT / "crawler" / "platforms" / f"{PLATFORM}.toml").read_text(encoding="utf-8")
    heads, layout, *_ = platform.split("[[layout]]")
    addresses = "\n".join(line for line in heads.splitlines() if line.startswith("article_"))
    loses = layout.replace("drop = [", "drop = ['.cms-body > p:first-of-type', ").replace(PLATFORM, "worse")
    named = site_file.replace(f'platform = "{PLATFORM}"', addresses)
    return f"{named}\n[[layout]]{loses}"


def _crawl_and_kill(web: SampleWeb, folder: Path, *, requests: int, wait: float) -> bool:
    """Start a crawl, kill it `wait` seconds after `requests` requests, and return whether it was still running."""
    with subprocess.Popen(
        _command(folder, folder / NEWS), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while len(web.log) < requests and process.poll() is None:
            time.sleep(0.001)
        time.sleep(wait)
        process.kill()
        return process.wait() == -signal.SIGKILL


def _take_log(web: SampleWeb) -> list[str]:
    targets = [request.target for request in web.log]
    web.log.clear()
    return targets


def crawl(folder: Path, news: Path, *words: str) -> None:
    """Crawl the newspaper to the end. Raises click.ClickException."""
    done = subprocess.run([*_command(folder, news), *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"a crawl ended with code {done.returncode}:\n{done.stderr}")


def _command(folder: Path, news: Path) -> list[str]:
    options = ["--site-file", str(folder / f"{SITE}.toml"), "--archive", str(news), "--delay", "0"]
    return [sys.executable, "-m", "crawler.cli", "crawl", "--create", *options, "--allow-private"]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--kills", type=click.IntRange(min=1), default=50, show_default=True)
@click.option("--articles", type=click.IntRange(min=1), default=2000, show_default=True)
@click.option("--kib", type=click.IntRange(min=0), default=60, show_default=True, help="Size of an article page.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the random moments.")
def main(*, kills: int, articles: int, kib: int, seed: int) -> None:
    """Kill crawls and the other verbs, and judge the archives; exit 1 if anything is lost, doubled, partial, corrupt or
    another than without kills."""
    is_harmed = False
    for toll in take_tolls(load_outlet(SITE, articles=articles, kib=kib), kills=kills, chance=Random(seed)):
        click.echo(f"{articles:,} articles, {toll}")
        is_harmed |= not toll.is_none
    sys.exit(is_harmed)


if __name__ == "__main__":
    main()

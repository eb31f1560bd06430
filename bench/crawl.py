"""Measure what a crawl costs: `make bench-crawl`, or `python -m bench.crawl`.

Stock Scrapy with an empty callback fetches a newspaper on loopback. `baotinh crawl` fetches, extracts, stores and
indexes it. Each runs in its own process, and they take turns. With `--hosts`, many newspapers are crawled at once.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import click

from bench.pages import ROOT

RSS_PER_MIB = 1024 if sys.platform == "linux" else 1024 * 1024
"""Linux counts the memory of a process in KiB, macOS in bytes."""
STOCK = "Scrapy, empty callback"
NO_RAW, OURS, AGAIN = "baotinh crawl --no-raw", "baotinh crawl", "baotinh crawl, once more"


@dataclass(frozen=True, slots=True)
class Cost:
    """The resources that one process used from its start to its end."""

    cpu: float
    """Seconds, user and system."""
    wall: float
    """Seconds."""
    rss: float
    """Largest resident memory in MiB."""
    requests: int
    """Number of requests, counted by the server."""
    rate: float
    """Requests per second, between the first and the last."""


class Server:
    """The newspaper, served by its own process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        told = self._read()
        self.origins: dict[str, str] = told["origins"]
        self.site_files: dict[str, str] = told["site_files"]
        self.paths: list[str] = told["paths"]

    def asked(self) -> dict[str, float]:
        """Return the requests since the last call, as `bench.load_site.asked` counts them."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: dict[str, float] = self._read()
        return told

    def _read(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


@contextmanager
def serving(*options: str) -> Iterator[Server]:
    """Serve with these options of `bench.load_site` until the context ends."""
    command = [sys.executable, "-m", "bench.load_site", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Server(process)
        finally:
            assert process.stdin
            process.stdin.close()


def measure(command: Sequence[str], server: Server, *, folder: Path, lines: Sequence[str] = ()) -> Cost:
    """Run a Python program to its end, with `lines` as its input. Raises click.ClickException if it fails."""
    given = folder / "input"
    given.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    log = folder / "log"
    server.asked()
    started = monotonic()
    with given.open() as source, log.open("w") as sink:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdin=source, stdout=sink, stderr=sink)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"{' '.join(command)} ended with code {process.returncode}:\n{log.read_text()}")
    asked = server.asked()
    return Cost(
        cpu=used.ru_utime + used.ru_stime,
        wall=monotonic() - started,
        rss=used.ru_maxrss / RSS_PER_MIB,
        requests=int(asked["requests"]),
        rate=asked["requests"] / asked["seconds"] if asked["seconds"] else 0.0,
    )


def one_site(*, articles: int, kib: int, rounds: int) -> dict[str, Cost]:
    """Return the cheapest of `rounds` runs of each: stock Scrapy, a first crawl bare and with raw pages, a second."""
    runs: dict[str, list[Cost]] = {STOCK: [], NO_RAW: [], OURS: [], AGAIN: []}
    with serving("--articles", str(articles), "--kib", str(kib)) as server:
        (origin,) = server.origins.values()
        urls = [origin + path for path in server.paths]
        for _ in range(rounds):
            with TemporaryDirectory() as name:
                folder = Path(name)
                runs[STOCK].append(measure(["-m", "bench.stock_scrapy"], server, folder=folder, lines=urls))
                runs[NO_RAW].append(
                    measure([*_crawl(server, folder, "bare", delay=0), "--no-raw"], server, folder=folder)
                )
                for ours in (OURS, AGAIN):
                    runs[ours].append(measure(_crawl(server, folder, "news", delay=0), server, folder=folder))
    return {name: min(costs, key=lambda each: each.cpu) for name, costs in runs.items()}


def many_sites(*, hosts: int, articles: int, kib: int, delay: float) -> Cost:
    """Crawl `hosts` newspapers at once, `articles` of each, with `delay` seconds between two requests to a host."""
    options = ("--articles", str(articles), "--kib", str(kib), "--hosts", str(hosts))
    with serving(*options) as server, TemporaryDirectory() as name:
        return measure(_crawl(server, Path(name), "news", delay=delay), server, folder=Path(name))


def _crawl(server: Server, folder: Path, archive: str, *, delay: float) -> list[str]:
    """Write the site files, and return the command that crawls them into this archive."""
    options = []
    for name, text in server.site_files.items():
        file = folder / f"{name}.toml"
        file.write_text(text, encoding="utf-8")
        options += ["--site-file", str(file)]
    places = ["--archive", str(folder / archive), "--delay", str(delay), "--allow-private"]
    return ["-m", "crawler.cli", "crawl", "--create", *options, *places]


def table(costs: Mapping[str, Cost], *, pages: int) -> str:
    """Return the costs as a Markdown table, with the CPU time per page and its ratio to the first row."""
    lines = ["| | cpu ms a page | times | requests | requests/s | most MiB |", "|---|---|---|---|---|---|"]
    first = next(iter(costs.values())).cpu
    for name, cost in costs.items():
        cells = (f"{cost.cpu / pages * 1000:.2f}", f"{cost.cpu / first:.2f}", f"{cost.requests:,}", f"{cost.rate:.0f}")
        lines.append(f"| {name} | {' | '.join(cells)} | {cost.rss:.0f} |")
    return "\n".join(lines)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--articles", type=click.IntRange(min=1), default=2000, show_default=True, help="Per newspaper.")
@click.option("--kib", type=click.IntRange(min=0), default=60, show_default=True, help="Size of an article page.")
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="The cheapest one counts.")
@click.option("--hosts", type=click.IntRange(1, 250), help="Measure only this: N newspapers crawled at once.")
@click.option("--delay", type=click.FloatRange(min=0), default=1.0, show_default=True, help="Seconds, with --hosts.")
def main(*, articles: int, kib: int, rounds: int, hosts: int | None, delay: float) -> None:
    """Measure what a crawl costs."""
    if hosts is None:
        click.echo(f"{articles:,} articles of {kib} KiB; the cheapest of {rounds} rounds\n")
        click.echo(table(one_site(articles=articles, kib=kib, rounds=rounds), pages=articles))
        return
    cost = many_sites(hosts=hosts, articles=articles, kib=kib, delay=delay)
    click.echo(f"{hosts} newspapers at once, {articles:,} articles of each, a delay of {delay:g} s")
    click.echo(f"{cost.rate:.1f} requests/s, {cost.cpu / cost.wall:.0%} of a core, {cost.rss:.0f} MiB at the most")


if __name__ == "__main__":
    main()

"""Compare our extractor with others on the same pages: `make bench`, or `python -m bench.extraction`.

Each extractor runs in its own process. One that is not installed is named below the table.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

import click

from bench import ratchet
from bench.pages import ROOT, BenchPage, own_pages, saved_pages
from bench.peers import NOT_INSTALLED, OURS, PEERS
from bench.scores import Answer, score
from bench.sets import public_sets
from bench.tables import Run, row, table, worst, worst_text

SECONDS = 1800
"""Time limit of one extractor: the slowest peer reads two pages of 200 KiB per second, one that hangs is ended."""


class NotMeasured(Exception):
    """An extractor is not installed, or failed."""


def measure_all(
    names: Sequence[str], pages: Sequence[BenchPage], programs: Mapping[str, str]
) -> tuple[dict[str, Run], dict[str, str]]:
    """Run one extractor after the other over the pages. Return the runs, and name → why it was not measured.

    programs: name → the Python in whose environment the extractor is installed, if it is not this one.
    """
    runs: dict[str, Run] = {}
    missing: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        jobs = []
        for number, page in enumerate(pages):
            file = Path(folder) / f"{number:04}.html"
            file.write_bytes(page.html)
            jobs.append(json.dumps({"html_path": str(file), "url": page.url, "seen_at": page.seen_at}))
        for name in names:
            try:
                version, answers = _ask(name, jobs, programs.get(name, sys.executable))
            except NotMeasured as error:
                missing[name] = str(error)
                continue
            scores = tuple(score(page.truth, answer) for page, answer in zip(pages, answers, strict=True))
            runs[name] = Run(version, answers, scores)
    return runs, missing


def _ask(name: str, jobs: Sequence[str], python: str) -> tuple[str, tuple[Answer, ...]]:
    """Return an extractor's version and its answers, in the order of the jobs."""
    try:
        done = subprocess.run(
            [python, "-W", "ignore", "-m", "bench.peers", name],
            input="".join(f"{job}\n" for job in jobs),
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"},
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotMeasured(str(error)) from error
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    if done.returncode == NOT_INSTALLED:
        raise NotMeasured(f"not installed ({reason})")
    if done.returncode:
        raise NotMeasured(f"ended with code {done.returncode} ({reason})")
    told, *lines = map(json.loads, done.stdout.splitlines())
    return told["version"], tuple(map(Answer.read, lines))


@dataclass(frozen=True, slots=True)
class _Measured:
    """A set of pages, and what each extractor made of it."""

    name: str
    """Of a public set; "" for other pages."""
    pages: Sequence[BenchPage]
    runs: Mapping[str, Run]
    missing: Mapping[str, str]

    @property
    def kib(self) -> float:
        """Mean size of a page."""
        return fmean(len(page.html) for page in self.pages) / 1024

    def worst(self, judged: str, count: int) -> list[dict[str, Any]]:
        """Return the `count` pages on which one extractor has the most wrong fields."""
        return worst(self.pages, self.runs[judged], count) if count else []

    def told(self, judged: str, count: int) -> dict[str, Any]:
        """Return the answer of --json."""
        rows = {name: {"version": run.version, **row(run)} for name, run in self.runs.items()}
        told = {"pages": len(self.pages), "mean_kib": round(self.kib, 1), "rows": rows, "missing": dict(self.missing)}
        return {**told, "worst": self.worst(judged, count)}

    def text(self, judged: str, count: int) -> str:
        """Return the table, who is missing, and the worst pages."""
        lines = [f"{len(self.pages)} pages, mean {self.kib:.0f} KiB\n\n{table(self.runs)}"]
        lines += [f"{name}: {reason}" for name, reason in self.missing.items()]
        if count:
            lines.append(f"\n{worst_text(self.worst(judged, count), judged)}")
        return "\n".join(lines)

    def fallen(self) -> list[str]:
        """Return the shares of a public set that are less than what scores.json pins."""
        shares = ratchet.shares_of(self.runs[ratchet.PINNED])
        return [
            f"{self.name}: {each}"
            for each in ratchet.fallen_shares(ratchet.pinned()["sets"].get(self.name, {}), shares)
        ]


def _measure(name: str, pages: Sequence[BenchPage], names: Sequence[str], programs: Mapping[str, str]) -> _Measured:
    return _Measured(name, pages, *measure_all(names, pages, programs))


def _chosen(peers: str | None) -> list[str]:
    """Return the extractors to measure: always ours, first."""
    names = list(PEERS) if peers is None else [*OURS, *filter(None, peers.split(","))]
    if unknown := [name for name in names if name not in PEERS]:
        raise click.UsageError(f"unknown extractor: {', '.join(unknown)}; choose from {', '.join(PEERS)}")
    return list(dict.fromkeys(names))


def _programs(given: Sequence[str]) -> dict[str, str]:
    parted = [each.partition("=") for each in given]
    if wrong := ["".join(each) for each in parted if each[0] not in PEERS or not each[2]]:
        raise click.UsageError(f"--python expects PEER=PROGRAM, not {', '.join(wrong)}")
    return {name: program for name, _, program in parted}


def _pages(folder: Path | None) -> list[BenchPage]:
    try:
        pages = saved_pages(folder) if folder else own_pages()
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not pages:
        raise click.UsageError(f"{folder} has no articles/NAME.html with a truth/NAME.json")
    return pages


_folder = click.Path(exists=True, file_okay=False, path_type=Path)
_count = click.IntRange(min=0)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--pages", "folder", metavar="DIR", type=_folder, help="Measure DIR/articles, not the project's pages.")
@click.option("--peers", metavar="A,B", help=f"Compare only with these, '' for none: {', '.join(PEERS)}.")
@click.option("--python", "pythons", metavar="PEER=PROGRAM", multiple=True, help="The Python of a peer.")
@click.option("--worst", "count", metavar="N", type=_count, default=0, help="Print the N pages with most wrong fields.")
@click.option("--of", "judged", metavar="PEER", default="baotinh", show_default=True, help="For --worst: whose.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--pin", is_flag=True, help="Measure nothing, only rewrite bench/scores.json.")
def main(
    *,
    folder: Path | None,
    peers: str | None,
    pythons: tuple[str, ...],
    count: int,
    judged: str,
    as_json: bool,
    pin: bool,
) -> None:
    """Compare baotinh with every extractor that is installed."""
    if pin:
        ratchet.pin(own_pages(), public_sets())
        click.echo(f"pinned in {ratchet.SCORES.relative_to(ROOT)}")
        return
    pages, names, programs = _pages(folder), _chosen(peers), _programs(pythons)
    own = _measure("", pages, names, programs)
    if count and judged not in own.runs:
        raise click.UsageError(f"--of {judged}: this extractor was not measured")
    sets = (_measure(name, found, names, programs) for name, found in public_sets()) if folder is None else iter(())
    if as_json:
        told = {**own.told(judged, count), "sets": {each.name: each.told(judged, count) for each in sets}}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    click.echo(own.text(judged, count))
    lost = []
    for each in sets:
        click.echo(f"\n{each.name}: {each.text(judged, count)}")
        lost += each.fallen()
    if lost:
        click.echo("\n".join(["", "less than pinned (if meant: make bench ARGS=--pin):", *lost]))
        sys.exit(1)


if __name__ == "__main__":
    main()

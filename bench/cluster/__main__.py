"""Measure what a cluster survives and costs: `make bench-cluster`, or `python -m bench.cluster`. Linux, and root.

Redis, two workers and newspapers run on hosts of their own, which are network namespaces. While the workers crawl,
things fail. Then all is compared with a single machine that crawled the same newspapers without a fault.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from archive.schema.opening import FILE_NAME
from bench.cluster.cluster_of_hosts import (
    CONTACT,
    HOSTS,
    QUEUE,
    WEB,
    WORKERS,
    ClusterOfHosts,
    cluster_of_hosts,
    site_addresses,
    sites_served,
    texts_of,
)
from bench.cluster.drills import Drill, run_drills
from bench.cluster.figures import Figure, figure, table
from bench.cluster.hosts import check, network
from bench.cluster.job_cost import job_cost
from bench.cluster.same_archive import differences
from bench.cluster.wire_toll import SECOND, fetched_again, gaps, most_at_once
from crawler.operate.program import this_program

PROGRAMS = {"redis-server": "redis-server", "redis-cli": "redis-tools"}
"""What is called, and the Debian package that has it."""
NEWS = "news"
"""Archive into which the shards are collected, and that of the single machine."""
COST_ARTICLES, COST_ROUNDS = 200, 3
"""Articles and rounds by which the cost of a page is measured."""
PATIENT = "10"
"""The single machine crawls at the same time, and gives way to the cluster."""


def measure(folder: Path, *, sites: int, articles: int, delay: float) -> Iterator[Figure]:
    """Yield all figures of the drills. Raises ClickException if a step fails."""
    with _single_machine(folder, sites=sites, articles=articles, delay=delay) as single:
        with cluster_of_hosts(folder, sites=sites, articles=articles, delay=delay) as cluster:
            cluster.start_redis()
            for host in WORKERS:
                cluster.work(host)
            cluster.tick()
            drills = []
            for drill in run_drills(cluster):
                click.echo(f"{drill.name}: the cluster goes on", err=True)
                drills.append(drill)
            cluster.finish()
            (folder / "asked.json").write_text(json.dumps(cluster.sites.look()), encoding="utf-8")
            yield from _of_drills(drills, cluster)
            yield figure("in the end: jobs in the queue", len(cluster.queued()), most=0)
            yield from _of_wire(cluster)
            yield from _of_collecting(cluster)
        if single.wait():
            raise click.ClickException(f"the single machine's crawl ended with {single.returncode}")
    unlike = differences(folder / NEWS, folder / "single" / NEWS)
    for each in unlike[:10]:
        click.echo(f"differs: {each}", err=True)
    yield figure("differences to the archive of a single machine", len(unlike), most=0)


def _of_drills(drills: Sequence[Drill], cluster: ClusterOfHosts) -> Iterator[Figure]:
    asked, papers = cluster.sites.look(), cluster.sites.papers
    again = fetched_again(asked, papers, [each.began_at for each in drills])
    for drill, twice in zip(drills, again, strict=True):
        yield figure(f"{drill.name}: articles lost", drill.lost, most=0)
        yield figure(f"{drill.name}: pages fetched twice", twice, most=drill.again_at_most)
        yield figure(f"{drill.name}: articles partial", drill.partial, most=0)
        for each in drill.figures:
            yield replace(each, name=f"{drill.name}: {each.name}")


def _of_wire(cluster: ClusterOfHosts) -> Iterator[Figure]:
    asked = cluster.sites.look()
    seconds = (max(each.came_at for each in asked) - min(each.came_at for each in asked)) / SECOND
    between = gaps(asked)
    yield Figure("requests, and requests a second", f"{len(asked):,}, {len(asked) / seconds:.1f}")
    yield figure("requests at once to one host", most_at_once(asked), most=1)
    yield figure("least seconds between two requests to one host", between[0], least=cluster.delay)


def _of_collecting(cluster: ClusterOfHosts) -> Iterator[Figure]:
    """The archive for readers has every article once, as the newspaper has it; a second collect changes nothing."""
    for shard in cluster.cluster.shards.values():
        if shard.copy and shard.host in cluster.workers:
            cluster(shard.host, "backup", shard.copy, "--archive", shard.folder)
    cluster(QUEUE, "init", "--archive", NEWS)
    cluster(QUEUE, "cluster", "collect", "--archive", NEWS)
    expected, collected = cluster.sites.texts(), texts_of(cluster.folder / NEWS)
    yield figure("in the end: articles lost", (expected - collected).total(), most=0)
    yield figure("in the end: articles doubled or partial", (collected - expected).total(), most=0)
    before = (cluster.folder / NEWS / FILE_NAME).read_bytes()
    told = cluster(QUEUE, "cluster", "collect", "--archive", NEWS)
    is_same = (cluster.folder / NEWS / FILE_NAME).read_bytes() == before
    news = sum("nothing new" not in line for line in told.splitlines())
    yield figure("second collect: shards with something new, or bytes changed", news + (not is_same), most=0)


@contextmanager
def _single_machine(folder: Path, *, sites: int, articles: int, delay: float) -> Iterator[subprocess.Popen[str]]:
    """Crawl the same newspapers on one machine, in a network of its own."""
    place = folder / "single"
    place.mkdir()
    addresses = {WORKERS[0]: [HOSTS[WORKERS[0]]], WEB: [HOSTS[WEB], *site_addresses(sites)]}
    with network("single", addresses) as hosts, sites_served(place, hosts[WEB], articles=articles) as served:
        options = ["--create", "--archive", NEWS, "--delay", str(delay), "--allow-private", "--quiet"]
        words = ["nice", "-n", PATIENT, *this_program(), "crawl", *served.options, *options]
        yield hosts[WORKERS[0]].start(words, folder=place, log=place / "crawl.log")


def _hide_configuration(folder: Path) -> None:
    """Let what this process starts see no configuration of the user."""
    os.environ |= {"XDG_CONFIG_HOME": str(folder), "BAOTINH_CONTACT": CONTACT, "BAOTINH_LANG": "en"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--sites", type=click.IntRange(2, 250), default=24, show_default=True)
@click.option("--articles", type=click.IntRange(min=1), default=100, show_default=True, help="Of each newspaper.")
@click.option("--delay", type=click.FloatRange(min=0.01), default=1.0, show_default=True, help="Seconds.")
@click.option("--cost/--no-cost", "is_cost", default=True, show_default=True, help="Measure the cost of a job too.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep archives and logs in this new folder.")
def main(*, sites: int, articles: int, delay: float, is_cost: bool, folder: Path | None) -> None:
    """Let a cluster of hosts crawl, and let things fail; exit 1 if a figure misses its goal, 2 if this machine
    cannot have such hosts."""
    check(PROGRAMS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the hosts must be removed
    with TemporaryDirectory(prefix="baotinh-cluster-") as name:
        place = (folder or Path(name)).resolve()
        place.mkdir(parents=True, exist_ok=True)
        _hide_configuration(place)
        figures = list(measure(place, sites=sites, articles=articles, delay=delay))
        if is_cost:
            cost = place / "cost"
            cost.mkdir()
            figures += job_cost(cost, articles=COST_ARTICLES, rounds=COST_ROUNDS)
    click.echo(table(figures))
    sys.exit(not all(each.is_reached for each in figures))


if __name__ == "__main__":
    main()

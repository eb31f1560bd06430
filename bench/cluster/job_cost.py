"""What a page costs in a job of a cluster, against the same crawl by hand, on loopback."""

import resource
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import click

from archive import Archive
from bench.cluster.figures import Figure, figure
from bench.load_site import load_outlet
from crawler.cluster.cluster_file import FILE, read_cluster
from crawler.cluster.job import run_job
from crawler.cluster.new_file import BROKER
from crawler.demo.serve import serve
from crawler.operate.program import this_program

SITE = "tai"
SHARD = "s1"
KIB = 60
"""Size of an article page, as in `bench.crawl`."""
MOST = 1.05
"""What a page may cost in a job, if it costs 1 by hand."""
OPTIONS = ("--delay", "0", "--allow-private")


def job_cost(folder: Path, *, articles: int, rounds: int) -> list[Figure]:
    """Crawl a newspaper by hand and in a job, in turn. Raises ClickException if a crawl fails."""
    by_hand: list[float] = []
    in_job: list[float] = []
    with serve([load_outlet(SITE, articles=articles, kib=KIB)], port=0) as web:
        file = folder / f"{SITE}.toml"
        file.write_text(web.site_files[SITE], encoding="utf-8")
        for number in range(rounds):
            by_hand.append(_seconds(partial(_crawl, folder / f"hand{number}", file)))
            in_job.append(_seconds(partial(_work, folder / f"job{number}", file)))
    hand, job = (1000 * median(seconds) / articles for seconds in (by_hand, in_job))
    both = Figure("cpu of a page, by hand and in a job", f"{hand:.2f} ms, {job:.2f} ms")
    return [both, figure("cpu of a page in a job, times that by hand", job / hand, most=MOST)]


def _seconds(crawl: Callable[[], None]) -> float:
    """Return the process time of what a crawl starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    crawl()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _crawl(archive: Path, site_file: Path) -> None:
    Archive.open(archive, create=True).close()
    words = [*this_program(), "crawl", "--site-file", str(site_file), "--archive", str(archive), "--quiet", *OPTIONS]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    _check(done.returncode, done.stderr)


def _work(folder: Path, site_file: Path) -> None:
    Archive.open(folder / SHARD, create=True).close()
    text = f'broker = "{BROKER}"\nsite_files = ["{site_file}"]\n'
    shard = f'[[shard]]\nname = "{SHARD}"\nfolder = "{SHARD}"\n[sites]\n{SITE} = "{SHARD}"\n'
    (folder / FILE).write_text(text + shard, encoding="utf-8")
    cluster = read_cluster(folder / FILE)
    ended = run_job(cluster, cluster.shards[SHARD], SITE, program=this_program(), options=OPTIONS)
    _check(ended.code, ended.said)


def _check(code: int, said: str) -> None:
    if code:
        raise click.ClickException(f"a crawl ended with code {code}:\n{said}")

"""`cluster.toml`, the way of a site to another shard, and what needs neither Redis nor the extra."""

import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from archive import Archive, ExitCode
from archive.writing.index import INDEXES
from crawler.cluster.cluster_file import read_cluster
from crawler.cluster.host_lock import hosts_held
from crawler.cluster.job import Ended
from crawler.demo.serve import serve
from crawler.errors import BadCluster
from tests.archive.build import article, capture
from tests.archive.test_search_order import parts_of
from tests.command import run_command

WITHOUT_EXTRA = """
import sys
for name in ("dramatiq", "redis", "crawler.cluster.queue", "crawler.cluster.worker"):
    sys.modules.pop(name, None)
sys.modules["dramatiq"] = sys.modules["redis"] = None
"""
SHARDS = """
broker = "redis://127.0.0.1:6379"

[[shard]]
name = "a"
folder = "a"

[[shard]]
name = "b"
folder = "b"
"""
KILLED = 9
DIES_WHEN_ALL_IS_MERGED = f"""
import os
from archive import Archive
Archive.tidy_at_end = lambda _: os._exit({KILLED})
"""
SITE_FILE = """
outlet = "Báo {name}"
home = "https://{host}/"
domains = {domains}
article_url = ['/\\d+\\.html']
[[source]]
kind = "feed"
url = "https://{host}/rss"
"""


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (SHARDS.replace("redis:", "http:"), 2, "expected the address of a Redis"),
        (SHARDS.replace("broker", "brokr"), 2, 'unknown key "brokr", did you mean "broker"?'),
        ('broker = "redis://h"', None, "no [[shard]]"),
        (SHARDS.replace('name = "b"', 'name = "a"'), 4, "two shards have one name"),
        (SHARDS.replace('folder = "b"', 'folder = "a"'), 4, "two shards have one folder"),
        (SHARDS.replace('name = "b"', 'name = "2"'), 9, "with a letter first"),
        (SHARDS.replace('folder = "b"', ""), 8, 'missing key "folder"'),
        (SHARDS + '[sites]\nbaokhanhhoa = "c"', 12, 'no shard "c"'),
        (SHARDS + '[sites]\nbaokhanhoa = "a"', 12, 'unknown site "baokhanhoa", did you mean "baokhanhhoa"?'),
        (SHARDS + "[sites]\nbaokhanhhoa = 1", 12, "expected text"),
        (f'every = "7m"\n{SHARDS}', 1, "a part of an hour or a day"),
        (f'stop_after = "soon"\n{SHARDS}', 1, "expected a span of time"),
        ("broker = ", 1, "not TOML"),
    ],
)
def test_mistakes_in_the_file_have_their_line(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    path = tmp_path / "cluster.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadCluster) as raised:
        read_cluster(path)
    place = path if line is None else f"{path}:{line}"
    assert f"{place}: " in str(raised.value)
    assert said in str(raised.value)


def test_sites_that_share_a_host_share_a_shard(tmp_path: Path) -> None:
    hosts = {
        "mot": ["bao.example"],
        "hai": ["bao.example", "cu.example"],
        "ba": ["cu.example"],
        "bon": ["khac.example"],
    }
    for name, domains in hosts.items():
        text = SITE_FILE.format(name=name, host=domains[0], domains=json.dumps(domains))
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    files = [word for name in hosts for word in ("--site-file", f"{name}.toml")]
    done = run_command(["cluster", "init", "--shards", 2, *files], tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "cluster.toml"
    assert [shard.groups for shard in read_cluster(path).shards.values()] == [(("ba", "hai", "mot"),), (("bon",),)]
    path.write_text(path.read_text(encoding="utf-8").replace('hai = "s1"', 'hai = "s2"'), encoding="utf-8")
    with pytest.raises(BadCluster, match="hai shares a host with ba: give both the same shard"):
        read_cluster(path)


def totals(folder: Path) -> dict[str, int]:
    """Return how many articles an archive has, by site."""
    with Archive.open(folder, read_only=True) as archive:
        return {site: found.articles for site, found in archive.site_totals().items()}


def test_a_site_moves_with_what_it_has(tmp_path: Path) -> None:
    with serve(port=0) as web:
        for name, text in web.site_files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        files = [word for name in web.site_files for word in ("--site-file", f"{name}.toml")]
        assert run_command(["cluster", "init", "--shards", 2, *files], tmp_path).returncode == 0
        file = tmp_path / "cluster.toml"
        source, target = sorted(read_cluster(file).shards.values(), key=lambda shard: len(shard.sites))
        (site,) = source.sites
        other = target.sites[0]
        crawl = ["crawl", "--site-file", f"{site}.toml", "--allow-private", "--delay", 0, "--json"]
        first = run_command([*crawl, "--archive", source.folder], tmp_path)
        crawl_other = ["crawl", "--site-file", f"{other}.toml", "--allow-private", "--delay", 0]
        assert run_command([*crawl_other, "--archive", source.folder], tmp_path).returncode == 0
        held = totals(source.folder)
        with hosts_held(source.folder, source.group_of(site)):  # as a job does
            busy = run_command(["cluster", "move", site, "--to", target.name], tmp_path)
        assert (busy.returncode, "baotinh cluster drain" in busy.stderr) == (ExitCode.BUSY, True)
        before = file.read_text(encoding="utf-8")
        moved = run_command(["cluster", "move", site, "--to", target.name], tmp_path)
        assert moved.returncode == 0, moved.stderr
        line = f'{site} = "{source.name}"'
        assert file.read_text(encoding="utf-8") == before.replace(line, f'{site} = "{target.name}"')
        assert totals(source.folder) == held, "the old shard keeps what it has"
        assert totals(target.folder) == {site: held[site]}, "nothing comes of another site"
        crawled = (target.folder / "news.db").read_bytes()
        file.write_text(before, encoding="utf-8")  # as if the move had died before its last step
        assert run_command(["cluster", "move", site, "--to", target.name], tmp_path).returncode == 0
        assert (target.folder / "news.db").read_bytes() == crawled, "a second move changes nothing"
        again = run_command([*crawl, "--archive", target.folder], tmp_path)
    stored, found = json.loads(first.stdout)["stored"], json.loads(again.stdout)["found"]
    assert (stored > 0, found) == (True, 0), "the frontier came along"


def test_a_collect_does_what_a_killed_one_left(tmp_path: Path) -> None:
    (tmp_path / "cluster.toml").write_text(SHARDS, encoding="utf-8")
    Archive.open(tmp_path / "news", create=True).close()
    for number, shard in enumerate("ab", start=1):
        with Archive.open(tmp_path / shard, create=True) as archive:
            archive.store(capture(article(number)))
    collect = ["cluster", "collect", "--archive", "news"]
    assert run_command(collect, tmp_path, before=DIES_WHEN_ALL_IS_MERGED).returncode == KILLED
    assert left_untidy(tmp_path / "news") == (2, 2)
    assert run_command(collect, tmp_path).stdout == "a has nothing new\nb has nothing new\n"
    assert left_untidy(tmp_path / "news") == (0, 1)


def left_untidy(folder: Path) -> tuple[int, int]:
    """Return how many articles wait for a look at copies, and of how many parts an index of the search is."""
    with Archive.open(folder, read_only=True) as archive:
        return archive.waiting_for_copies(), max(parts_of(archive, index) for index in INDEXES)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze (apt-get install systemd)")
@pytest.mark.parametrize("users", [(), ("--user",)])
def test_systemd_takes_the_units_of_a_machine(tmp_path: Path, users: tuple[str, ...]) -> None:
    (tmp_path / "cluster.toml").write_text(SHARDS.replace('folder = "b"', 'folder = "kho báo"'), encoding="utf-8")
    words = [
        "schedule",
        "--cluster",
        "cluster.toml",
        "--every",
        "10m",
        "--contact",
        "a@b.vn",
        "--into",
        "units",
        *users,
    ]
    done = run_command(words, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "enable --now baotinh-worker.service baotinh-tick.timer" in done.stderr
    units = sorted((tmp_path / "units").iterdir())
    assert [unit.name for unit in units] == ["baotinh-tick.service", "baotinh-tick.timer", "baotinh-worker.service"]
    checked = subprocess.run(
        ["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True, check=False, timeout=60
    )
    assert [line for line in checked.stderr.splitlines() if "baotinh-" in line and "not executable" not in line] == []
    worker = units[2].read_text(encoding="utf-8")
    folders = f'{tmp_path}/a "{tmp_path}/kho báo"'
    assert [f"RequiresMountsFor={folders}" in worker, f"ReadWritePaths={folders}" in worker] == [True, not users]
    assert f"cluster worker --cluster {tmp_path}/cluster.toml\n" in worker


@pytest.mark.parametrize(
    "words", [["--all"], ["baokhanhhoa"], ["--at", "05:30"], ["--format", "cron"], ["--hook", "x"]]
)
def test_units_of_a_machine_name_no_sites_and_times_of_a_day(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "cluster.toml").write_text(SHARDS, encoding="utf-8")
    done = run_command(["schedule", "--cluster", "cluster.toml", "--every", "10m", *words], tmp_path)
    assert (done.returncode, "--cluster goes with" in done.stderr) == (ExitCode.WRONG_CALL, True)


@pytest.mark.parametrize(
    ("code", "is_done", "stops_shard", "is_fault"),
    [
        (ExitCode.DONE, True, False, False),
        (ExitCode.LESS_THAN_EXPECTED, True, False, False),
        (ExitCode.NO_ANSWER, True, False, False),
        (ExitCode.BUSY, False, False, False),
        (ExitCode.INTERRUPTED, False, False, False),
        (ExitCode.ARCHIVE_UNUSABLE, False, True, False),
        (ExitCode.FAULT, False, False, True),
        (ExitCode.WRONG_CALL, False, False, True),
        (-signal.SIGKILL, False, False, True),
    ],
)
def test_what_follows_from_an_exit_code(code: int, is_done: bool, stops_shard: bool, is_fault: bool) -> None:
    ended = Ended(shard="s1", what="tai1", code=code)
    assert (ended.is_done, ended.stops_shard, ended.is_fault) == (is_done, stops_shard, is_fault)


@pytest.mark.parametrize("verb", ["tick", "worker", "status", "drain"])
def test_without_the_extra_the_command_that_installs_it_is_named(tmp_path: Path, verb: str) -> None:
    done = run_command(["cluster", verb], tmp_path, before=WITHOUT_EXTRA)
    assert (done.returncode, "pip install 'baotinh[cluster]'" in done.stderr) == (ExitCode.WRONG_CALL, True)


def test_without_the_extra_the_other_commands_work(tmp_path: Path) -> None:
    for words in (["cluster", "init", "baokhanhhoa"], ["init"], ["cluster", "collect"], ["sites"]):
        done = run_command(words, tmp_path, before=WITHOUT_EXTRA)
        assert done.returncode == 0, done.stderr

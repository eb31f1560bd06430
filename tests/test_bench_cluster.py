"""What `make bench-cluster` measures with: hosts that can be cut off, what newspapers saw, and equal archives."""

import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from archive import Archive
from bench.cluster.counting_sites import WORK, Asked, newspapers, served
from bench.cluster.figures import figure, table
from bench.cluster.hosts import PREFIX, PROGRAMS, Host, Unfit, check, network
from bench.cluster.same_archive import differences
from bench.cluster.wire_toll import SECOND, fetched_again, gaps, most_at_once
from tests.archive.build import article
from tests.archive.raw import fetched

PAPERS = newspapers(["127.0.7.1", "127.0.7.2"], articles=2)
ONE, TWO = (each.path for each in PAPERS[0].outlet.articles)
SITE, OTHER = (each.site for each in PAPERS)


def asked(site: str, target: str, came: float, answered: float) -> Asked:
    return Asked(site, target, int(came * SECOND), int(answered * SECOND))


@pytest.mark.parametrize(
    ("log", "again", "at_once", "least"),
    [
        ([(SITE, ONE, 0, 1), (SITE, TWO, 2, 3)], [0, 0], 1, 2),
        ([(SITE, ONE, 0, 1), (SITE, ONE, 2, 3), (SITE, TWO, 6, 7), (SITE, ONE, 9, 10)], [1, 1], 1, 2),
        ([(SITE, "/robots.txt", 0, 1), (SITE, "/robots.txt", 6, 7)], [0, 0], 1, 6),
        ([(SITE, TWO, 1, 3), (SITE, ONE, 0, 2), (OTHER, ONE, 1, 2), (OTHER, TWO, 4, 5)], [0, 0], 2, 1),
    ],
    ids=["once", "twice, before and after a fault", "no article", "two requests at once"],
)
def test_what_newspapers_saw(
    log: list[tuple[str, str, float, float]], again: list[int], at_once: int, least: float
) -> None:
    seen = [asked(*each) for each in log]
    assert fetched_again(seen, PAPERS, [0, 5 * SECOND]) == again
    assert (most_at_once(seen), gaps(seen)[0]) == (at_once, least)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux")
def test_a_request_has_the_moment_at_which_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind((PAPERS[0].address, 0))
        port = free.getsockname()[1]
    monkeypatch.setattr("bench.cluster.counting_sites.PORT", port)
    with served(PAPERS[:1]) as log, socket.create_connection((PAPERS[0].address, port)) as client:
        before = time.time_ns()
        client.sendall(f"GET {ONE} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert client.recv(12) == b"HTTP/1.1 200"
    (one,) = log
    assert (one.site, one.target) == (SITE, ONE)
    assert before <= one.came_at <= one.answered_at - int(WORK * SECOND)


def test_a_figure_that_misses_its_goal_is_marked() -> None:
    told = table([figure("lost", 2, most=0), figure("gap", 1.5, least=1), figure("cost", 1.02, most=1.05)])
    assert told.splitlines()[2:] == ["| lost | 2 | 0 (missed) |", "| gap | 1.5 | ≥ 1 |", "| cost | 1.02 | ≤ 1.05 |"]


def test_archives_of_other_moments_are_alike_and_other_texts_are_named(tmp_path: Path) -> None:
    edited = article(2, title="Tin khác")
    for name, hours, second in (("one", 0, article(2)), ("late", 7, article(2)), ("other", 0, edited)):
        with Archive.open(tmp_path / name, create=True) as archive:
            archive.store(fetched(1, hours))
            archive.store(fetched(2, hours, article=second))
    assert differences(tmp_path / "one", tmp_path / "late") == []
    assert differences(tmp_path / "one", tmp_path / "other") == [f"article {edited.url}"]


def test_hosts_have_names_are_cut_off_die_and_are_removed(tmp_path: Path) -> None:
    with ExitStack() as stack:
        try:
            check(PROGRAMS)
            hosts = stack.enter_context(network("t", {"may1": ["10.77.0.1"], "web": ["10.77.0.2", "10.77.0.3"]}))
        except Unfit as unfit:
            pytest.skip(str(unfit))
        may1, web = hosts["may1"], hosts["web"]
        assert may1.run(["hostname"], folder=tmp_path).stdout == "may1\n"
        server = web.start(
            ["python3", "-m", "http.server", "--bind", "10.77.0.3"], folder=tmp_path, log=tmp_path / "log"
        )
        while not _reaches(may1, tmp_path):
            assert server.poll() is None
        web.cut()
        assert not _reaches(may1, tmp_path)
        web.join()
        while not _reaches(may1, tmp_path):
            assert server.poll() is None
        web.kill()
        assert (web.processes(), server.wait()) == ([], -9)
        assert not _reaches(may1, tmp_path)
    left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    assert PREFIX not in left


def _reaches(host: Host, folder: Path) -> bool:
    asks = "import socket; socket.create_connection(('10.77.0.3', 8000), timeout=2)"
    return host.run(["python3", "-c", asks], folder=folder).returncode == 0

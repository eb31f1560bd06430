"""A crawl meets a disk that fills: it ends while it can close cleanly, and goes on once there is room."""

import time
from itertools import count
from pathlib import Path

import pytest

from archive import Archive, RunStatus
from archive.disk import LOOK_AFTER, ROOM_TO_CLOSE
from tests.command import run_command
from tests.crawler.wire import Send, Wire, article, listing, page, serve, site_file
from tests.small_disk import MIB, fill

PATHS = [f"/bai/{number}.html" for number in range(6)]


@pytest.mark.drill
def test_a_crawl_stops_in_the_middle_and_completes_later(disk: Path) -> None:
    served = count()

    def fill_up(send: Send) -> None:
        """Answer the third article after somebody filled the disk, when the crawl looks at it again."""
        number = next(served)
        if number == 2:
            fill(disk, leave=ROOM_TO_CLOSE - MIB)
            time.sleep(LOOK_AFTER.total_seconds() + 1)
        send(page(article(f"Bài số {number} về cây cầu mới")))

    wire = Wire({"/": (page(listing(*PATHS)),), **dict.fromkeys(PATHS, (fill_up,))})
    with serve(wire):
        site = disk / "cau.toml"
        site.write_text(site_file(wire.origin), encoding="utf-8")
        words = [
            "crawl",
            "--create",
            "--site-file",
            site,
            "--allow-private",
            "--delay",
            "0",
            "--archive",
            disk / "news",
        ]
        full = run_command(words, disk)
        assert full.returncode == 5, full.stderr
        assert "free some space" in full.stderr
        with Archive.open(disk / "news", read_only=True) as archive:
            (report,) = archive.runs()
            assert (report.status, report.balances, report.stored) == (RunStatus.INTERRUPTED, True, 2)
            assert report.left == 4
        (disk / "ballast").unlink()
        done = run_command(words, disk)
        assert done.returncode in (0, 3), done.stderr
    with Archive.open(disk / "news", read_only=True) as archive:
        assert len(list(archive.articles())) == 6
        assert all(report.balances for report in archive.runs())

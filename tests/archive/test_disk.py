"""A run stops while there is room to close it, and health says how long the disk lasts."""

from datetime import datetime
from pathlib import Path

import pytest

from archive import Archive, DiskFull, Outcome, RunStatus
from archive.disk import ROOM_TO_CLOSE
from archive.reading.space import DiskSpace
from tests.archive.build import SITE, START, after, article, capture
from tests.command import run_command
from tests.small_disk import MIB, fill


def begin(archive: Archive, at: datetime = START) -> int:
    return archive.begin_run(SITE, started_at=at, version="1", settings={})


def test_no_run_begins_without_room(disk: Path) -> None:
    with Archive.open(disk / "news", create=True) as archive:
        ballast = fill(disk, leave=ROOM_TO_CLOSE - MIB)
        with pytest.raises(DiskFull, match=r"only \d+ MiB are left, and 200 MiB are wanted") as refusal:
            begin(archive)
        assert refusal.value.exit_code == 5
        ballast.unlink()
        assert begin(archive)


def test_a_run_that_meets_a_full_disk_closes_and_a_later_one_completes(disk: Path) -> None:
    with Archive.open(disk / "news", create=True) as archive:
        run = begin(archive)
        assert archive.store(capture(article(1), run=run)) is Outcome.ADDED
        ballast = fill(disk, leave=ROOM_TO_CLOSE - MIB)
        assert archive.store(capture(article(2), after(seconds=1), run=run)) is Outcome.ADDED, "not looked at yet"
        with pytest.raises(DiskFull):
            archive.store(capture(article(3), after(seconds=6), run=run))
        assert archive.pending == 0, "what was stored is on the disk"
        report = archive.finish_run(run, finished_at=after(seconds=7), status=RunStatus.INTERRUPTED)
        assert (report.stored, report.balances) == (2, True)
        ballast.unlink()
        assert (
            archive.store(capture(article(3), after(seconds=8), run=begin(archive, after(seconds=8)))) is Outcome.ADDED
        )
        assert len(list(archive.articles())) == 3


def test_a_crawl_ends_with_5_and_completes_once_there_is_room(disk: Path) -> None:
    ballast = fill(disk, leave=ROOM_TO_CLOSE - MIB)
    full = run_command(["demo", "--archive", disk / "news"], disk)
    assert full.returncode == 5, full.stderr
    assert "free some space" in full.stderr
    ballast.unlink()
    done = run_command(["demo", "--archive", disk / "news"], disk)
    assert done.returncode in (0, 3), done.stderr
    with Archive.open(disk / "news", read_only=True) as archive:
        assert len(list(archive.articles())) > 50


@pytest.mark.parametrize(
    ("space", "days"),
    [(DiskSpace(100, 10, 5), 20), (DiskSpace(4, 10, 5), 0), (DiskSpace(4, 1, None), None), (DiskSpace(4, 1, 0), None)],
)
def test_days_left_follow_from_the_rate(space: DiskSpace, days: int | None) -> None:
    assert space.days_left == days


def test_the_rate_is_that_of_the_last_weeks(archive: Archive) -> None:
    """Nine articles long ago and one yesterday: a tenth of the archive in thirty days."""
    assert archive.disk(at=START).per_day is None
    for number in range(10):
        at = after(days=60 if number == 9 else 0, minutes=number)
        run = begin(archive, at)
        archive.store(capture(article(number), at, run=run))
        archive.finish_run(run, finished_at=at, status=RunStatus.FINISHED)
    space = archive.disk(at=after(days=61))
    assert space.per_day == space.size // 300
    assert archive.disk(at=after(days=200)).per_day == 0


@pytest.mark.parametrize(
    ("place", "mounts", "kind"),
    [
        ("news", ("/ ext4", "{tmp} nfs4"), "nfs4"),
        ("news", ("{tmp} nfs4", "{tmp}/news ext4"), None),  # a disk of this machine inside
        ("news", ("{tmp} ext4", "{tmp} cifs"), "cifs"),  # the later mount hides the earlier
        ("news", ("/ ext4", "{tmp}/new nfs"), None),
        ("my news", ("/ ext4", "{tmp}/my\\040news fuse.sshfs"), "fuse.sshfs"),
        ("news", ("/ overlay", "{tmp} fuse.ntfs-3g"), None),
    ],
)
def test_an_archive_on_a_network_drive_is_warned_of(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    *,
    place: str,
    mounts: tuple[str, ...],
    kind: str | None,
) -> None:
    file = tmp_path / "mountinfo"
    lines = ("36 35 98:0 / {} rw,noatime shared:1 - {} server:/x rw\n".format(*each.split()) for each in mounts)
    file.write_text("".join(lines).replace("{tmp}", str(tmp_path)))
    monkeypatch.setattr("archive.disk.MOUNTS", file)
    Archive.open(tmp_path / place, create=True).close()
    warned = [record.getMessage() for record in caplog.records]
    assert [f"network drive ({kind})" in each for each in warned] == [True] * (kind is not None)

"""A disk that people carry about: exFAT knows no links and no rights, and systems leave files of their own on it."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive
from tests.command import run_command, start_command

MIB = 2**20
SIZE = 512 * MIB
"""Of the disk: a writer wants 200 MiB free. The file that holds it has holes for what is not written."""
TEXT = "Mùa cam\nChiều 2-7, Ban Chỉ đạo họp về mùa cam năm 2020.\nCuộc họp bàn việc làm đường.\nHằng Nga\n"


@pytest.fixture
def exfat(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with exFAT."""
    needed = "exFAT (exfatprogs, exfat-fuse, and root)"
    if not (shutil.which("mkfs.exfat") and shutil.which("mount.exfat-fuse")):
        pytest.skip(needed)
    image, place = tmp_path / "image", tmp_path / "exfat"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(SIZE)
    subprocess.run(["mkfs.exfat", image], check=True, capture_output=True)
    attached = subprocess.run(["losetup", "--find", "--show", image], check=False, capture_output=True, text=True)
    if attached.returncode:
        pytest.skip(needed)
    device = attached.stdout.strip()
    try:
        if subprocess.run(["mount.exfat-fuse", device, place], check=False, capture_output=True).returncode:
            pytest.skip(needed)
        yield place
        subprocess.run(["umount", "--lazy", place], check=True)
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def baotinh(folder: Path, *words: object) -> str:
    """Run a command that ends well, and return what it says."""
    done = run_command(words, folder)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), f"{words}: {done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.drill
def test_an_archive_lives_on_exfat(exfat: Path) -> None:
    with pytest.raises(PermissionError):
        (exfat / "link").hardlink_to(shutil.copy(__file__, exfat))
    baotinh(exfat, "demo", "--port", 18877)
    baotinh(exfat, "withhold", 1, "--reason", "x")
    baotinh(exfat, "init", "--archive", "second")
    baotinh(exfat, "merge", "news-archive", "--archive", "second")
    baotinh(exfat, "rebuild", "third")
    baotinh(exfat, "backup", "fourth")
    baotinh(exfat, "backup", "fourth")
    baotinh(exfat, "export", "--to", "data")
    for folder in ("news-archive", "second", "third", "fourth"):
        assert "whole (72 articles" in baotinh(exfat, "verify", "--deep", "--archive", folder)


@pytest.mark.drill
def test_a_damaged_archive_is_repaired_on_exfat(exfat: Path) -> None:
    baotinh(exfat, "demo", "--port", 18880)
    path = exfat / "news-archive" / "news.db"
    with path.open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 3 * 4096)
    assert run_command(["verify"], exfat).returncode == 5
    assert "the archive is whole" in baotinh(exfat, "repair")
    assert "whole (72 articles" in baotinh(exfat, "verify", "--deep")
    assert list(path.parent.glob("news.db.damaged-*"))


@pytest.mark.drill
def test_two_processes_make_one_archive_on_exfat(exfat: Path) -> None:
    names = [f"{number}.txt" for number in range(3)]
    for name in names:
        (exfat / name).write_text(TEXT.replace("cam", f"cam {name}"), encoding="utf-8")
    started = [start_command(["import", name], exfat) for name in names]
    assert [program.result().returncode for program in started] == [0, 0, 0]
    with Archive.open(exfat / "news-archive", read_only=True) as archive:
        assert archive.count() == len(names)


@pytest.mark.parametrize(
    "name",
    [
        *("lost+found/", ".gitkeep", ".Trash-1000/", ".DS_Store", "._.DS_Store", "desktop.ini", "thumbs.db"),
        *("System Volume Information/", "$RECYCLE.BIN/", "baotinh.toml", "sites/"),
    ],
)
def test_what_systems_leave_in_a_folder_is_no_obstacle(tmp_path: Path, name: str) -> None:
    for folder in ("news", "copy"):
        (tmp_path / folder).mkdir()
        if name.endswith("/"):
            (tmp_path / folder / name).mkdir()
        else:
            (tmp_path / folder / name).touch()
    baotinh(tmp_path, "init", "--archive", "news")
    baotinh(tmp_path, "backup", "copy", "--archive", "news")
    assert (tmp_path / "copy" / name).exists()


@pytest.mark.parametrize("name", ["letters.doc", ".git", "lost+found.txt", "Thumbs.db.bak"])
def test_what_a_person_left_is_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / name).touch()
    done = run_command(["init", "--archive", "news"], tmp_path)
    assert (done.returncode, f'it holds "{name}"' in done.stderr) == (2, True), done.stderr

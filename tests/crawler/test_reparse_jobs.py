"""A reparse in jobs, one WARC file each: what they keep is stored by the next reparse, as if it had read the pages."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from archive import ExitCode
from archive.care.compare import compare
from crawler.reparse.batches import BATCH
from crawler.reparse.kept import LONGEST_JOB
from tests.command import run_command, start_command
from tests.crawler.conftest import Run
from tests.crawler.foreign import SITE_FILE, members, response
from tests.crawler.test_reparse import OTHER_BODY, rows, write_site

CANNOT_READ = "from crawler.reparse import run; run.reading_pool = None"
"""`before` of a reparse that fails if it reads a page itself."""
COUNT = 2 * BATCH + 7
SMALL_FILES = "from archive.warc import growing; growing.MOST_BYTES = 1"
"""`before` of a command that begins a new WARC file for each group of captures."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of several WARC files, which no test changes."""
    folder = tmp_path_factory.mktemp("imported")
    write_site(folder, SITE_FILE)
    (folder / "old.warc.gz").write_bytes(members(*map(response, range(1, COUNT + 1))))
    done = run_command(["import", "old.warc.gz", "--site-file", "baocu.toml"], folder, before=SMALL_FILES)
    assert done.returncode == 0, done.stderr
    assert len(files(folder)) > 1
    return folder


@pytest.fixture
def archived(imported: Path, tmp_path: Path, run: Run) -> Run:
    """Copy that archive, write a site file that reads its pages otherwise, and return the command."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    write_site(tmp_path, OTHER_BODY)
    return run


def files(folder: Path) -> list[Path]:
    """Return the WARC files that have pages."""
    names = rows(folder, "SELECT DISTINCT f.name FROM warc_files f JOIN raw_answers r ON r.warc_file_id = f.id")
    return [path for (name,) in sorted(names) for path in (folder / "news-archive" / "warc").glob(f"{name}*")]


def name_of(path: Path) -> str:
    """Return the name of a WARC file once it no longer grows."""
    return path.name.removesuffix(".open")


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "news-archive" / "readings").iterdir())


def read(run: Run, path: Path, *words: object) -> str:
    """Do the job of a WARC file."""
    done = run("reparse", "--site-file", "baocu.toml", "--warc", path, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def store(run: Run, *, before: str = CANNOT_READ) -> dict[str, Any]:
    """Reparse, and return the report; it fails if it must read a page, unless `before` is empty."""
    done = run("reparse", "--site-file", "baocu.toml", "--json", before=before)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_what_jobs_read_is_stored_as_if_the_reparse_had_read_it(archived: Run, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "news-archive", tmp_path / "local")
    for path in reversed(files(tmp_path)):
        assert "pages read: the next `baotinh reparse` stores them" in read(archived, path)
        assert read(archived, path).startswith(f"nothing to read: all chosen pages of {name_of(path)}"), "done is kept"
    assert rows(tmp_path, "SELECT count(*) FROM captures") == [(COUNT,)], "a job writes no row"
    report = store(archived)
    local = archived("reparse", "--site-file", "baocu.toml", "--json", "--archive", "local")
    assert report == json.loads(local.stdout)
    assert (report["read"], report["changed"]) == (COUNT, COUNT)
    assert compare(tmp_path / "news-archive", tmp_path / "local") == []
    assert kept(tmp_path) == [], "what is stored needs no second place"


@pytest.mark.parametrize("given", ["*", "warc", "", "baotinh-of-another-archive.warc.gz"])
def test_a_file_that_the_archive_does_not_have_is_a_wrong_call(archived: Run, given: str) -> None:
    done = archived("reparse", "--site-file", "baocu.toml", "--warc", given)
    assert done.returncode == ExitCode.WRONG_CALL
    assert f'"{given}" is not a WARC file of news-archive/warc' in done.stderr


@pytest.mark.parametrize("end", ["", ".open", ".new"])
def test_a_file_without_pages_to_read_is_right(archived: Run, tmp_path: Path, end: str) -> None:
    (tmp_path / "news-archive" / "warc" / f"baotinh-that-begins.warc.gz{end}").touch()
    for given in {"", end}:
        said = read(archived, Path(f"baotinh-that-begins.warc.gz{given}"))
        assert said.startswith("nothing to read: all chosen pages of baotinh-that-begins.warc.gz are read")


def test_a_file_that_is_lost_is_damage(archived: Run, tmp_path: Path) -> None:
    lost = files(tmp_path)[0]
    lost.unlink()
    read(archived, lost)
    done = archived("reparse", "--site-file", "baocu.toml")
    assert (done.returncode, "the file is missing" in done.stdout) == (ExitCode.ARCHIVE_UNUSABLE, True)


@pytest.mark.parametrize("option", ["--again", "--dry-run", "--json"])
def test_a_job_goes_without_what_only_a_reparse_can_do(archived: Run, tmp_path: Path, option: str) -> None:
    done = archived("reparse", "--site-file", "baocu.toml", "--warc", files(tmp_path)[0], option)
    assert (done.returncode, "--warc goes without" in done.stderr) == (ExitCode.WRONG_CALL, True)
    assert not (tmp_path / "news-archive" / "readings").exists()


def test_a_job_may_read_the_pages_of_some_days(archived: Run, tmp_path: Path) -> None:
    for path in files(tmp_path):
        assert read(archived, path, "--until", "2015-03-04").startswith("nothing to read")
        assert "pages read" in read(archived, path, "--since", "2015-03-05")
    assert store(archived)["read"] == COUNT


def test_what_no_job_has_read_is_read_by_the_reparse(archived: Run, tmp_path: Path) -> None:
    read(archived, files(tmp_path)[1])
    report = store(archived, before="")
    assert (report["read"], report["changed"]) == (COUNT, COUNT)
    assert archived("verify", "--deep").returncode == 0


def test_readings_of_other_rules_are_not_stored(archived: Run, tmp_path: Path) -> None:
    for path in files(tmp_path):
        read(archived, path)
    write_site(tmp_path, SITE_FILE)
    report = store(archived, before="")
    assert (report["read"], report["changed"]) == (COUNT, 0)
    assert kept(tmp_path) == []


def test_readings_of_another_database_are_not_stored(archived: Run, tmp_path: Path) -> None:
    for path in files(tmp_path):
        read(archived, path)
    (first, *_) = kept(tmp_path)
    lines = first.read_text(encoding="utf-8").splitlines()
    moved = [lines[0], *(line.replace(json.loads(line)["url"], "https://khac.example/1") for line in lines[1:])]
    first.write_text("\n".join(moved), encoding="utf-8")
    with pytest.raises(AssertionError, match="NoneType"):
        store(archived)
    assert store(archived, before="")["changed"] == len(moved) - 1, "what does not fit is read again"


def test_half_written_readings_are_ignored_and_cleared(archived: Run, tmp_path: Path) -> None:
    path = files(tmp_path)[0]
    read(archived, path)
    (whole,) = kept(tmp_path)
    fresh, old = (whole.with_name(f".{whole.name}.{number}.part") for number in (1, 2))
    for part in (fresh, old):
        part.write_bytes(whole.read_bytes()[:1000])
    whole.unlink()
    os.utime(old, (0, old.stat().st_atime - LONGEST_JOB - 60))
    archived("reparse", "--site-file", "baocu.toml", "--dry-run")
    assert kept(tmp_path) == sorted([fresh, old]), "a dry run removes nothing"
    assert store(archived, before="")["read"] == COUNT
    assert kept(tmp_path) == [fresh], "another job may be writing it"


def test_a_part_that_its_job_has_finished_meanwhile_is_no_error(archived: Run, tmp_path: Path) -> None:
    read(archived, files(tmp_path)[0])
    (whole,) = kept(tmp_path)
    part = whole.with_name(f".{whole.name}.1.part")
    part.symlink_to("renamed")  # it is listed, and no longer there
    assert store(archived, before="")["read"] == COUNT


def test_readings_that_cannot_be_opened_are_named(archived: Run, tmp_path: Path) -> None:
    path = files(tmp_path)[0]
    read(archived, path)
    (whole,) = kept(tmp_path)
    whole.unlink()
    whole.symlink_to(whole.name)  # a loop: no user may open it, not even root
    for words in [(), ("--warc", path)]:
        done = archived("reparse", "--site-file", "baocu.toml", *words)
        said = f"error: {whole.relative_to(tmp_path)} cannot be read: "
        assert (done.returncode, done.stderr.startswith(said)) == (ExitCode.WRONG_CALL, True), done.stderr


def test_a_damaged_page_is_named_by_the_reparse(archived: Run, tmp_path: Path) -> None:
    path = files(tmp_path)[0]
    offset, length = rows(tmp_path, "SELECT warc_offset, warc_length FROM raw_answers WHERE id = 2")[0]
    data = bytearray(path.read_bytes())
    data[offset + length // 2] ^= 1
    path.write_bytes(data)
    for each in files(tmp_path):
        read(archived, each)
    done = archived("reparse", "--site-file", "baocu.toml", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["changed"], len(report["damaged"])) == (5, COUNT - 1, 1)
    assert kept(tmp_path) == []


@pytest.mark.drill
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_job_that_is_stopped_or_killed_loses_nothing(archived: Run, tmp_path: Path, how: signal.Signals) -> None:
    path, folder = files(tmp_path)[0], tmp_path / "news-archive" / "readings"
    job = start_command(["reparse", "--site-file", "baocu.toml", "--workers", 1, "--warc", path], tmp_path)
    job.wait_until(lambda: folder.is_dir() and any(folder.iterdir()))
    job.send_signal(how)
    assert job.result().returncode in ((-how,) if how is signal.SIGKILL else (130, 0))
    read(archived, path)
    assert store(archived, before="")["changed"] == COUNT

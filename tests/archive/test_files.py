"""Files that we write beside those of others: no link is followed, nothing half stays, the umask decides the rights."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive import Archive, ArchiveNotWritable, whole_file, write_new
from archive.export import EXPORTERS, articles, export_file
from tests.archive.build import SITE, after, article, capture

KEPT = "letters of somebody"


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A file that a link leads to."""
    path = tmp_path / "precious"
    path.write_text(KEPT)
    return path


@pytest.fixture(params=[0o022, 0o002, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def soft(link: Path, to: Path) -> None:
    link.symlink_to(to)


def hard(link: Path, to: Path) -> None:
    link.hardlink_to(to)


def dangling(link: Path, to: Path) -> None:
    link.symlink_to(to.with_name("not yet"))


def pipe(link: Path, _: Path) -> None:
    os.mkfifo(link)


def begin(archive: Archive) -> int:
    return archive.begin_run(SITE, started_at=after(), version="0.1", settings={})


@pytest.mark.parametrize("make", [soft, hard, dangling, pipe])
def test_a_lock_that_is_a_link_is_refused(archive: Archive, precious: Path, make: Callable[[Path, Path], None]) -> None:
    run = begin(archive)
    archive.finish_run(run, finished_at=after(minutes=1), status="finished")  # type: ignore[arg-type]
    (lock,) = archive.folder.glob(".run-*.lock")
    lock.unlink()
    make(lock, precious)
    with pytest.raises(ArchiveNotWritable, match="it is a link") as refusal:
        begin(archive)
    assert (refusal.value.exit_code, str(lock) in str(refusal.value)) == (5, True)
    assert precious.read_text() == KEPT
    assert not precious.with_name("not yet").exists()


@pytest.mark.parametrize("make", [soft, hard, dangling])
def test_parts_left_by_others_are_replaced_and_not_followed(
    archive: Archive, tmp_path: Path, precious: Path, make: Callable[[Path, Path], None]
) -> None:
    archive.store(capture(article()))
    make(tmp_path / f".all.jsonl.{os.getpid()}.part", precious)
    export_file(articles(archive.batches(damaged=[])), tmp_path / "all.jsonl", exporter=EXPORTERS["jsonl"])
    make(tmp_path / f"news.db.new-{os.getpid()}", precious)
    Archive.open(tmp_path / "other", create=True).close()
    (tmp_path / "third").mkdir()
    make(tmp_path / "third" / f"news.db.new-{os.getpid()}", precious)
    Archive.open(tmp_path / "third", create=True).close()
    assert (precious.read_text(), precious.with_name("not yet").exists()) == (KEPT, False)
    assert article().uid in (tmp_path / "all.jsonl").read_text()
    assert not list((tmp_path / "third").glob("*.new-*"))


@pytest.mark.parametrize("make", [soft, hard, dangling])
def test_a_new_file_takes_no_name_that_is_there(
    tmp_path: Path, precious: Path, make: Callable[[Path, Path], None]
) -> None:
    make(tmp_path / "new", precious)
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "new", b"ours")
    assert (precious.read_text(), precious.with_name("not yet").exists()) == (KEPT, False)


def test_a_link_that_the_user_names_stays(tmp_path: Path, precious: Path) -> None:
    (tmp_path / "latest").symlink_to(precious)
    with whole_file(tmp_path / "latest") as file:
        file.write(b"ours")
    assert ((tmp_path / "latest").is_symlink(), precious.read_text()) == (True, "ours")


def test_after_an_error_nothing_has_changed(tmp_path: Path, precious: Path) -> None:
    with pytest.raises(RuntimeError):
        break_off(precious)
    assert (precious.read_text(), list(tmp_path.iterdir())) == (KEPT, [precious])


def break_off(path: Path) -> None:
    with whole_file(path) as file:
        file.write(b"half")
        raise RuntimeError


def test_the_umask_decides_the_rights(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "news"
    with Archive.open(folder, create=True) as archive:
        archive.store(capture(article()))
        begin(archive)
        export_file(articles(archive.batches(damaged=[])), tmp_path / "all", exporter=EXPORTERS["csv"])
        files = [*(path for path in folder.rglob("*") if path.is_file()), tmp_path / "all"]
        rights = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in files}
    assert rights == dict.fromkeys(rights, oct(0o666 & ~umask))
    assert {"news.db", "news.db-wal", ".run-1.lock", "all"} <= set(rights)

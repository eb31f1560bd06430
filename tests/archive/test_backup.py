"""Backups: whole, of one moment, checked, and copied in parts; whatever happens meanwhile."""

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive import Archive, ArchiveError, ArticleWithheld, NotABackup, back_up
from archive.__main__ import main
from archive.schema.copying import copy_database
from archive.warc import growing
from archive.warc.members import read_records
from tests.archive.build import after, article, capture
from tests.archive.raw import fetched, page_of
from tests.archive.stepwise import STEPWISE
from tests.command import run_python

KILLED = f"""{STEPWISE}
from archive import back_up
from archive.warc import growing

os.fsync, Path.replace, Path.unlink = map(stepwise, (os.fsync, Path.replace, Path.unlink))
back_up(*sys.argv[1:3])
"""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backup" / "news"


def uids(folder: Path) -> list[str]:
    with Archive.open(folder, read_only=True) as archive:
        return [stored.article.uid for stored in archive.articles()]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "warc").iterdir())


def test_a_backup_is_an_archive(archive: Archive, target: Path) -> None:
    archive.store(fetched())
    archive.commit()
    (archive.folder / "sites").mkdir()
    (archive.folder / "sites" / "bao.toml").write_text("name = 1", encoding="utf-8")
    done = back_up(archive.folder, target)
    assert (done.copied, done.kept, done.damaged) == (1, 0, ())
    with Archive.open(target, read_only=True) as copy:
        assert copy.get(1).article == archive.get(1).article
        assert copy.raw_page(1).content == page_of(1)
        assert copy.search("ban chi dao")[0].uid == article().uid
    assert (target / "sites" / "bao.toml").read_text(encoding="utf-8") == "name = 1"


def test_a_backup_has_only_what_is_committed(archive: Archive, target: Path) -> None:
    archive.store(fetched())
    archive.commit()
    archive.store(fetched(2, 1))
    back_up(archive.folder, target)
    assert uids(target) == [article().uid]
    (path,) = (target / "warc").iterdir()
    assert [found.fields["warc-type"] for found in read_records(path)].count("response") == 1
    assert archive.pending == 1


def test_a_later_backup_copies_what_is_new(archive: Archive, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.store(fetched())
    archive.commit()
    back_up(archive.folder, target)
    monkeypatch.setattr(growing, "MOST_BYTES", 1000)
    archive.store(fetched(2, 1))
    archive.commit()  # the file is full, and gets its name
    archive.store(fetched(3, 2))
    archive.close()
    done = back_up(archive.folder, target)
    assert (done.copied, done.kept) == (2, 0)
    assert files(target) == files(archive.folder)
    again = back_up(archive.folder, target)
    assert (again.copied, again.kept) == (0, 2)


def test_a_crawl_goes_on_in_a_backup_that_was_put_back(archive: Archive, target: Path) -> None:
    archive.store(fetched())
    archive.close()
    back_up(archive.folder, target)
    shutil.rmtree(archive.folder)
    shutil.copytree(target, archive.folder)
    with Archive.open(archive.folder) as restored:
        restored.store(fetched(2, 1))
    assert len(uids(archive.folder)) == 2
    assert len(files(archive.folder)) == 1
    journal = sqlite3.connect(archive.folder / "news.db").execute("PRAGMA journal_mode").fetchone()
    assert journal == ("wal",)


def test_a_damaged_copy_is_replaced(archive: Archive, target: Path) -> None:
    archive.store(fetched())
    archive.close()
    back_up(archive.folder, target)
    (path,) = (target / "warc").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes((whole[-1] ^ 1,)))
    assert back_up(archive.folder, target).copied == 1
    assert path.read_bytes() == whole


@pytest.mark.parametrize("harm", ["flipped", "cut", "missing"])
@pytest.mark.parametrize("is_first", [True, False])
def test_damage_of_the_archive_is_named(archive: Archive, target: Path, harm: str, is_first: bool) -> None:
    archive.store(fetched())
    archive.close()
    if not is_first:
        back_up(archive.folder, target)
    (path,) = (archive.folder / "warc").iterdir()
    whole = path.read_bytes()
    if harm == "missing":
        path.unlink()
        path = path.with_suffix("")  # it may have been closed
    else:
        path.write_bytes(whole[:-9] if harm == "cut" else whole[:700] + bytes((whole[700] ^ 1,)) + whole[701:])
    done = CliRunner().invoke(main, ["backup", str(target), "--archive", str(archive.folder)])
    if not is_first and harm == "flipped":  # the copy is whole, so the archive is not read
        assert done.exit_code == 0
    else:
        assert done.exit_code == 5
        assert f"{path} is damaged at byte" in done.stderr
    assert uids(target) == [article().uid]
    if not is_first:
        (path,) = (target / "warc").iterdir()
        assert path.read_bytes() == whole


def test_a_damaged_database_makes_no_backup(archive: Archive, target: Path) -> None:
    for number in range(300):
        archive.store(capture(article(number)))
    archive.close()
    back_up(archive.folder, target)
    before = (target / "news.db").read_bytes()
    with (archive.folder / "news.db").open("r+b") as file:
        file.seek(40 * 4096)
        file.write(b"\xff" * 4096 * 20)
    done = CliRunner().invoke(main, ["backup", str(target), "--archive", str(archive.folder)])
    assert done.exit_code == 5
    assert "is damaged" in done.stderr
    assert (target / "news.db").read_bytes() == before


def other_archive(target: Path) -> None:
    with Archive.open(target, create=True) as other:
        other.store(capture(article(9), after(hours=5)))


def other_file(target: Path) -> None:
    target.mkdir(parents=True)
    (target / "letter.txt").touch()


def plain_file(target: Path) -> None:
    target.parent.mkdir()
    target.touch()


@pytest.mark.parametrize("occupy", [other_archive, other_file, plain_file])
def test_what_lies_in_a_folder_is_not_overwritten(archive: Archive, target: Path, occupy: object) -> None:
    archive.store(fetched())
    archive.commit()
    target.parent.mkdir(exist_ok=True) if occupy is other_archive else None
    occupy(target)  # type: ignore[operator]
    with pytest.raises(NotABackup, match="name another folder"):
        back_up(archive.folder, target)


@pytest.mark.parametrize("inside", ["", "warc", "copies/new"])
def test_no_backup_into_the_archive_itself(archive: Archive, inside: str) -> None:
    with pytest.raises(NotABackup, match="in the archive"):
        back_up(archive.folder, archive.folder / inside)


@pytest.mark.drill
def test_a_backup_that_is_killed_leaves_the_last_one_and_is_finished_by_the_next(
    archive: Archive, target: Path
) -> None:
    archive.store(fetched())
    archive.commit()
    back_up(archive.folder, target)
    archive.store(fetched(2, 1))
    archive.close()
    for steps in range(100):
        code = run_python(KILLED, archive.folder, target, steps).returncode
        with Archive.open(target, read_only=True) as copy:
            for stored in copy.articles():
                number = 1 if stored.article.uid == article().uid else 2
                assert copy.raw_page(stored.id).content == page_of(number)
        if code == 0:
            break
        assert code == 9
    assert steps > 5
    assert len(uids(target)) == 2
    assert sorted(path.name for path in target.iterdir()) == [".backup.lock", "news.db", "warc"]


def test_a_full_disk_is_named(archive: Archive, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.store(fetched())
    archive.commit()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveError, match=f"no room left to write {target}") as refusal:
        back_up(archive.folder, target)
    assert refusal.value.exit_code == 5
    assert not (target / "news.db").exists()


def test_withheld_articles_are_in_the_backup_out_of_sight(archive: Archive, target: Path) -> None:
    archive.store(fetched(1))
    archive.store(fetched(2, 1))
    for number in (1, 2):
        archive.withhold(article(number).uid, reason="order 1", at=after(days=1), by="Lan")
    assert back_up(archive.folder, target).damaged == ()
    (path, _) = sorted((target / "withheld").iterdir())
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    archive.lift(article(2).uid, at=after(days=2), by="Lan")
    assert back_up(archive.folder, target).damaged == ()
    assert [path.stem for path in (target / "withheld").iterdir()] == [article(1).uid]
    with Archive.open(target) as copy:
        with pytest.raises(ArticleWithheld):
            copy.get(article(1).uid)
        assert copy.lift(article(1).uid, at=after(days=3), by="Minh").article == article(1)


def test_a_text_that_is_lifted_while_the_backup_runs_is_in_it(
    archive: Archive, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.store(fetched(1))
    archive.withhold(article(1).uid, reason="order 1", at=after(days=1), by="Lan")

    def copied_then_lifted(connection: sqlite3.Connection, path: Path) -> None:
        copy_database(connection, path)
        archive.lift(article(1).uid, at=after(days=2), by="Lan")

    monkeypatch.setattr("archive.care.backup.copy_database", copied_then_lifted)
    assert back_up(archive.folder, target).damaged == ()
    with Archive.open(target) as copy:
        assert copy.lift(article(1).uid, at=after(days=3), by="Minh").article == article(1)


def test_a_missing_file_of_a_withheld_article_is_named(archive: Archive, target: Path) -> None:
    archive.store(fetched(1))
    archive.withhold(article(1).uid, reason="order 1", at=after(days=1), by="Lan")
    (path,) = (archive.folder / "withheld").iterdir()
    path.unlink()
    assert [str(path) in str(damage) for damage in back_up(archive.folder, target).damaged] == [True]

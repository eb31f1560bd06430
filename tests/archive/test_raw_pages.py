"""Raw pages: what goes into the WARC files, what rows say of it, and what stays after a crash."""

import gzip
import hashlib
import json
import os
import sqlite3
import zlib
from pathlib import Path

import pytest

from archive import Archive, DamagedWarc, Exchange, NoRawPage, Reason
from archive.care.verify import check
from archive.warc import growing
from archive.warc.members import FoundRecord, read_records
from archive.writing.raw_pages import EVENT
from tests.archive.build import SITE, after, article, capture, refused
from tests.archive.raw import HEAD, exchange, fetched, page_of
from tests.command import run_python

PAGE = page_of(1)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"


def files(archive: Archive) -> list[Path]:
    return sorted((archive.folder / "warc").iterdir())


def records(archive: Archive) -> list[FoundRecord]:
    """Return the records of the archive, without those of events."""
    archive.commit()
    found = [found for path in files(archive) for found in read_records(path)]
    return [each for each in found if not (each.url or "").startswith(EVENT)]


def kinds(archive: Archive) -> list[str]:
    return [found.fields["warc-type"] for found in records(archive)]


def test_an_exchange_is_kept_byte_by_byte(archive: Archive) -> None:
    archive.store(fetched())
    _, response, request, conversion = records(archive)
    assert (response.head, response.body) == (HEAD, gzip.compress(PAGE, mtime=0))
    assert response.fields["warc-ip-address"] == "203.0.113.5"
    assert response.fields["warc-date"] == "2025-07-02T01:00:00Z"
    assert request.block == exchange().request
    assert request.fields["warc-concurrent-to"] == f"<{response.id}>" == conversion.fields["warc-refers-to"]


def test_the_page_of_an_article_is_read_back(archive: Archive) -> None:
    archive.store(fetched())
    page = archive.raw_page(article().uid)
    assert (page.content, page.body, page.status) == (PAGE, gzip.compress(PAGE, mtime=0), 200)
    assert page.header("set-cookie") == ["a=1", "b=2"]


def test_a_header_whose_work_is_done_has_another_name(archive: Archive) -> None:
    archive.store(fetched(exchanges=(exchange(head=CHUNKED),)))
    assert records(archive)[1].head == CHUNKED.replace(b"Transfer", b"X-Orig-Transfer")


def test_a_conversion_says_what_the_archive_made_of_it(archive: Archive) -> None:
    archive.store(fetched())
    archive.store(refused(2, Reason.HTTP_ERROR, after(hours=1)))
    added, failed = (json.loads(found.block) for found in records(archive) if found.fields["warc-type"] == "conversion")
    assert (added["outcome"], added["article"]["title"], added["number"]) == ("added", "Tin số 1", 1)
    assert (failed["outcome"], failed["reason"], failed["number"]) == ("failed", "http-error", 2)


@pytest.mark.parametrize(
    ("second", "profile"),
    [
        (exchange(1, 1), "identical-payload-digest"),
        (exchange(2, 1, body=exchange().body), "identical-payload-digest"),
        (exchange(1, 1, head=UNCHANGED, body=b""), "server-not-modified"),
    ],
    ids=["the same page", "the same body elsewhere", "304"],
)
def test_a_body_that_is_there_already_is_not_stored_twice(archive: Archive, second: Exchange, profile: str) -> None:
    archive.store(fetched())
    archive.commit()
    archive.close()
    with Archive.open(archive.folder) as later:  # also across runs and processes
        later.keep([second], run=None)
        _, first, *_, revisit, _ = records(later)
    assert revisit.fields["warc-type"] == "revisit"
    assert revisit.fields["warc-profile"].endswith(profile)
    assert revisit.fields["warc-refers-to"] == f"<{first.id}>"
    assert revisit.fields["warc-refers-to-target-uri"] == first.url
    assert revisit.fields["warc-refers-to-date"] == first.fields["warc-date"]
    assert revisit.fields["warc-payload-digest"] == first.fields["warc-payload-digest"]
    assert (revisit.head, revisit.body) == (second.head, b"")


def test_the_page_of_a_revisit_has_the_body_of_the_first(archive: Archive) -> None:
    archive.store(fetched())
    archive.store(fetched(hours=1, exchanges=(exchange(1, 1, head=HEAD.replace(b"nginx", b"apache")),)))
    page = archive.raw_page(1)
    assert (page.content, page.header("server"), page.fetched_at) == (PAGE, ["apache"], after(hours=1))


def test_redirects_are_kept_and_the_answer_is_the_last(archive: Archive) -> None:
    moved = exchange(2, head=b"HTTP/1.1 301 Moved\r\nLocation: /tin/1.html\r\n\r\n", body=b"")
    archive.store(fetched(exchanges=(moved, exchange())))
    assert kinds(archive) == ["warcinfo", "response", "request", "response", "request", "conversion"]
    assert archive.raw_page(1).url == article().url


def test_a_cut_robots_txt_says_so(archive: Archive) -> None:
    archive.keep([exchange(url="https://baohagiang.example/robots.txt", is_cut=True)], run=None)
    assert records(archive)[1].fields["warc-truncated"] == "length"


def test_an_imported_file_is_a_resource(archive: Archive) -> None:
    archive.store(capture(article(url="urn:sha256:00"), status=None, body=b"Tin so 1"))
    _, resource, conversion = records(archive)
    assert (resource.fields["warc-type"], resource.block) == ("resource", b"Tin so 1")
    assert conversion.fields["warc-refers-to"] == f"<{resource.id}>"
    assert archive.raw_page(1).content == b"Tin so 1"


def test_a_run_is_described_before_its_records(archive: Archive) -> None:
    run = archive.begin_run(
        SITE, started_at=after(), version="9.9", settings={"rules": "abc", "USER_AGENT": "baotinh (+mailto:a@b.vn)"}
    )
    archive.store(fetched(run=run))
    info, response = records(archive)[1:3]
    said = info.block.decode()
    assert "software: baotinh 9.9\r\n" in said
    assert "operator: baotinh (+mailto:a@b.vn)\r\nrobots: obeyed" in said
    assert f"run: {run}\r\nrules: abc\r\n" in said
    assert response.fields["warc-warcinfo-id"] == f"<{info.id}>"


def test_without_raw_pages_nothing_is_written_beside_the_database(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "news", create=True, keep_raw=False) as archive:
        archive.store(fetched())
        assert not (tmp_path / "news" / "warc").exists()
        with pytest.raises(NoRawPage, match="--refetch"):
            archive.raw_page(1)


def test_a_record_without_its_transaction_is_cut_off(archive: Archive) -> None:
    archive.store(fetched())
    archive.commit()
    before = files(archive)[0].read_bytes()
    with pytest.raises(ValueError, match="without article"):
        archive.store(capture(article(2), article=None, exchanges=(exchange(2),)))
    archive.commit()
    assert files(archive)[0].read_bytes() == before


def test_a_torn_tail_is_cut_back_to_the_last_commit(folder: Path) -> None:
    with Archive.open(folder, create=True) as archive:
        archive.store(fetched())
    (path,) = (folder / "warc").iterdir()
    whole = path.read_bytes()
    with Archive.open(folder) as archive:  # a process that dies: its records have no rows
        archive.store(fetched(2, 1, exchanges=(exchange(2, 1, body=b"other"),)))
        torn = path.read_bytes()[:-5]
        archive._connection.execute("ROLLBACK")
    path.write_bytes(torn)
    assert len(torn) > len(whole)
    with Archive.open(folder) as archive:
        archive.store(fetched(3, 2, exchanges=(exchange(3, 2, body=b"third"),)))
        assert kinds(archive) == ["warcinfo", *["response", "request", "conversion"] * 2]
        assert [found.body for found in records(archive)][4] == b"third"
    assert path.read_bytes().startswith(whole)


def test_a_killed_process_loses_no_committed_record(folder: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from tests.archive.test_raw_pages import *\n"
        "archive = Archive.open(Path(sys.argv[1]), create=True)\n"
        "archive.store(fetched()); archive.commit()\n"
        "archive.store(fetched(2, 1, exchanges=(exchange(2, 1, body=b'lost'),)))\n"
        "os._exit(9)"
    )
    done = run_python(program, folder)
    assert done.returncode == 9
    with Archive.open(folder) as archive:
        archive.store(fetched(3, 2, exchanges=(exchange(3, 2, body=b"third"),)))
        assert [found.body for found in records(archive) if found.fields["warc-type"] == "response"] == [
            gzip.compress(PAGE, mtime=0),
            b"third",
        ]


@pytest.mark.parametrize("harm", ["shorter", "a run began"])
def test_a_file_that_does_not_fit_the_database_is_left_alone(folder: Path, harm: str) -> None:
    with Archive.open(folder, create=True) as archive:
        archive.store(fetched())
    (path,) = (folder / "warc").iterdir()
    database = (folder / "news.db").read_bytes()
    with Archive.open(folder) as archive:
        archive.begin_run(SITE, started_at=after(hours=1), version="1", settings={})
    if harm == "shorter":
        path.write_bytes(path.read_bytes()[:300])
    else:  # news.db comes from a backup
        (folder / "news.db").write_bytes(database)
    left = path.read_bytes()
    with Archive.open(folder) as archive:
        archive.store(fetched(2, 2))
    assert path.read_bytes() == left
    assert len(list((folder / "warc").iterdir())) == 2


def test_two_processes_write_two_files(folder: Path) -> None:
    with Archive.open(folder, create=True) as one, Archive.open(folder) as other:
        one.store(fetched())
        one.commit()
        other.store(fetched(2, 1, exchanges=(exchange(2, 1, body=b"second"),)))
        other.commit()
        one.store(fetched(3, 2))
        one.commit()
        assert len(files(one)) == 2
        assert one.raw_page(article(2).uid).body == b"second"


def test_a_full_file_is_closed_with_its_digest(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "MOST_BYTES", 1000)
    archive.store(fetched())
    archive.commit()
    archive.store(fetched(2, 1, exchanges=(exchange(2, 1, body=os.urandom(2000)),)))
    archive.commit()
    archive.close()
    assert [path.suffix for path in files(archive)] == [".gz", ".gz"]
    with Archive.open(archive.folder, read_only=True) as later:
        rows = later._connection.execute("SELECT name, bytes, closed_at, sha256 FROM warc_files ORDER BY id").fetchall()
        assert later.raw_page(1).content == PAGE
    for (name, size, closed_at, digest), path in zip(rows, files(archive), strict=True):
        data = path.read_bytes()
        assert (name, size, digest) == (path.name, len(data), hashlib.sha256(data).hexdigest())
        assert closed_at is not None


ROTATION = """
import os, sys
from pathlib import Path
import archive.warc.growing as growing
from archive import Archive
from tests.archive.raw import fetched
growing.MOST_BYTES = 1000
real = growing.finish
def killed(path):
    if sys.argv[2] == "behind":
        real(path)
    os._exit(9)
growing.finish = killed
with Archive.open(sys.argv[1], create=True) as archive:
    archive.store(fetched(1))
    archive.commit()
"""


@pytest.mark.parametrize("where", ["before", "behind"])
def test_a_kill_at_the_rotation_of_a_file_costs_nothing(folder: Path, where: str) -> None:
    """The rows of a full file are committed, then it gets its last name, then its digest is stored."""
    done = run_python(ROTATION, folder, where)
    assert done.returncode == 9
    with Archive.open(folder) as archive:
        assert archive.raw_page(article(1).uid).content == page_of(1)
        archive.store(fetched(2, 1))
    assert check(folder, at=after(days=1), deep=True).findings == ()
    connection = sqlite3.connect(folder / "news.db")
    sql = "SELECT closed_at IS NOT NULL, sha256 IS NOT NULL FROM warc_files ORDER BY id"
    assert connection.execute(sql).fetchall() == [(1, 1), (0, 0)]
    connection.close()
    assert [path.suffix for path in sorted((folder / "warc").iterdir())] == [".gz", ".open"]


def test_every_flipped_bit_is_found(archive: Archive, tmp_path: Path) -> None:
    archive.store(fetched())
    archive.commit()
    (path,) = files(archive)
    data = path.read_bytes()
    ((committed,),) = archive._connection.execute("SELECT crc32 FROM warc_files").fetchall()
    assert committed == zlib.crc32(data)
    whole, missed = list(read_records(path)), []
    for at in (*range(len(data))[:1000], *range(len(data))[1000::7]):
        (tmp_path / "flipped").write_bytes(data[:at] + bytes((data[at] ^ 1 << at % 8,)) + data[at + 1 :])
        try:
            found = list(read_records(tmp_path / "flipped"))
        except DamagedWarc:
            continue
        if (
            found != whole
        ):  # a few bits mean nothing, as those behind the last code; the checksum of the file covers them
            missed.append(at)
    assert missed == []


@pytest.mark.parametrize("cut", [1, 4, 8, 100])
def test_a_cut_end_is_found(archive: Archive, tmp_path: Path, cut: int) -> None:
    archive.store(fetched())
    archive.commit()
    (path,) = files(archive)
    (tmp_path / "cut").write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(DamagedWarc, match="ends inside a record"):
        list(read_records(tmp_path / "cut"))


@pytest.mark.parametrize(
    "change",
    [
        "warc_offset = warc_offset + 1",
        "warc_length = 5",
        "url = 'https://x.vn/'",
        "payload_sha256 = '00'",
        "warc_file_id = 2",
    ],
)
def test_a_row_that_leads_elsewhere_is_found(archive: Archive, change: str) -> None:
    archive.store(fetched())
    archive.commit()
    connection = archive._connection
    connection.execute("INSERT INTO warc_files (name, opened_at, bytes, crc32) VALUES ('other.warc.gz', '', 0, 0)")
    connection.execute(f"UPDATE raw_answers SET {change}")
    with pytest.raises(DamagedWarc):
        archive.raw_page(1)

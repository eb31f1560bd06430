"""Web archives of other programs: what of them is stored, with which times, and what damage costs."""

import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from isal import igzip

from archive import Archive, TextCause
from archive.warc.members import read_records
from archive.writing.raw_pages import EVENT
from tests.crawler.conftest import Run
from tests.crawler.foreign import (
    HOST,
    SITE_FILE,
    address,
    answer,
    arc,
    browsertrix,
    heritrix,
    members,
    page,
    record,
    response,
    wacz,
    wget,
)

PACKED = answer(gzip.compress(page(1)), b"Content-Encoding: gzip")
MORE = "Đến chiều cùng ngày, thêm hai bản nữa đã có đường, xe khách chạy mỗi ngày một chuyến."
LATER = "Một tháng sau, con đường được nghiệm thu, tỉnh khen thưởng các đơn vị thi công và bà con hiến đất."


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "baocu.toml"
    path.write_text(SITE_FILE, encoding="utf-8")
    return path


def take(run: Run, site: Path, *words: object, code: int = 0) -> list[dict[str, Any]]:
    done = run("import", *words, "--site-file", site, "--json")
    assert done.returncode == code, done.stderr + done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "news-archive" / "news.db")) as connection, connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("wget.warc.gz", wget(1)),
        ("heritrix.warc.gz", heritrix(1)),
        ("browsertrix.wacz", browsertrix(1)),
        ("old.arc.gz", arc([1])),
        ("plain.warc", response(1)),
        ("one-member.warc.gz", gzip.compress(response(1) + record("metadata", address(1), b"x"))),
        (
            "PACKED.WARC.GZ",
            members(record("response", address(1), answer(gzip.compress(page(1)), b"Content-Encoding: gzip"))),
        ),
    ],
)
def test_the_pages_of_other_programs_are_stored(run: Run, tmp_path: Path, site: Path, name: str, data: bytes) -> None:
    (first,) = take(run, site, written(tmp_path, name, data))
    assert (first["added"], first["damaged"]) == (1, [])
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        stored = archive.get(address(1))
        raw = archive.raw_page(address(1))
    assert (stored.article.title, stored.site) == ("Đường lên bản số 1", "baocu")
    assert stored.article.sources["body"] == "layout:cu-2015"
    assert stored.first_seen_at.isoformat() == "2015-03-05T08:02:03+07:00"
    assert raw.content == page(1)
    (second,) = take(run, site, tmp_path / name)
    assert (second["added"], second["known"] > 0) == (0, True), "the same file twice changes nothing"
    assert not (tmp_path.parent / "evil.txt").exists()
    assert rows(tmp_path, "SELECT DISTINCT imported_from FROM captures") == [(name,)]


def test_request_and_revisit_of_heritrix_are_kept(run: Run, tmp_path: Path, site: Path) -> None:
    (done,) = take(run, site, written(tmp_path, "h.warc.gz", heritrix(1)))
    assert (done["added"], done["unchanged"]) == (1, 1)
    assert rows(tmp_path, "SELECT last_seen_at FROM articles") == [("2015-06-05T08:02:03+07:00",)]
    (path,) = (tmp_path / "news-archive" / "warc").iterdir()
    found = [each for each in read_records(path) if not (each.url or "").startswith(EVENT)]
    assert [each.fields["warc-type"] for each in found] == [
        "warcinfo",
        "response",
        "request",
        "conversion",
        "revisit",
        "conversion",
    ]


def test_versions_are_put_in_the_order_of_their_times(run: Run, tmp_path: Path, site: Path) -> None:
    versions = {"2015-03-05": page(1), "2015-03-06": page(1, MORE), "2015-04-05": page(1, MORE, LATER)}
    records = {day: response(1, body, at=f"{day}T01:00:00Z") for day, body in versions.items()}
    for name, day in (("b", "2015-03-06"), ("c", "2015-04-05"), ("a", "2015-03-05")):
        take(run, site, written(tmp_path, f"{name}.warc.gz", members(records[day])))
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        texts = archive.revisions(address(1))
        stored = archive.get(address(1))
    assert [str(text.seen_at.date()) for text in texts] == list(versions)
    assert [text.cause for text in texts] == [TextCause.PUBLISHED, TextCause.EDITED, TextCause.EDITED]
    assert LATER in stored.article.body
    assert str(stored.first_seen_at.date()) == "2015-03-05"


def test_a_text_between_two_looks_at_the_text_in_force_is_listed(run: Run, tmp_path: Path, site: Path) -> None:
    same = members(response(1, at="2015-03-05T01:00:00Z"), response(1, at="2015-03-09T01:00:00Z"))
    take(run, site, written(tmp_path, "a.warc.gz", same))
    (done,) = take(
        run, site, written(tmp_path, "b.warc.gz", members(response(1, page(1, MORE), at="2015-03-07T01:00:00Z")))
    )
    assert (done["older"], done["refused"]) == ([address(1)], 1)
    assert rows(tmp_path, "SELECT count(*) FROM article_revisions") == [(0,)]


def test_a_page_of_the_past_does_not_bring_an_article_back(run: Run, tmp_path: Path, site: Path) -> None:
    take(run, site, written(tmp_path, "a.warc.gz", members(response(1, at="2015-03-05T01:00:00Z"))))
    with closing(sqlite3.connect(tmp_path / "news-archive" / "news.db")) as connection, connection:
        connection.execute("UPDATE articles SET status = 'gone'")
        connection.execute(
            "INSERT INTO tombstones (article_id, seen_at, reason, detail)"
            " VALUES (1, '2016-01-01T00:00:00+07:00', 'gone', '')"
        )
    take(run, site, written(tmp_path, "b.warc.gz", members(response(1, at="2015-05-05T01:00:00Z"))))
    assert rows(tmp_path, "SELECT status, last_seen_at FROM articles") == [("gone", "2015-05-05T08:00:00+07:00")]


def test_hosts_without_a_site_file_are_counted_or_read_generically(run: Run, tmp_path: Path, site: Path) -> None:
    other = "http://la.example/bai-viet-1.html"
    data = members(record("response", other, answer(page(7))), response(1))
    (done,) = take(run, site, written(tmp_path, "a.warc.gz", data))
    assert (done["added"], done["hosts"]) == (1, {"la.example": 1})
    (done,) = take(run, site, tmp_path / "a.warc.gz", "--generic")
    assert (done["added"], done["known"], done["hosts"]) == (1, 1, {})
    assert rows(tmp_path, f"SELECT site_id, title FROM articles WHERE url = '{other}'") == [
        (None, "Đường lên bản số 7")
    ]


def test_a_dry_run_says_the_same_and_stores_nothing(run: Run, tmp_path: Path, site: Path) -> None:
    data = members(response(1), response(2), record("response", f"{HOST}/", answer(page(3))))
    (said,) = take(run, site, written(tmp_path, "a.warc.gz", data), "--dry-run")
    assert not (tmp_path / "news-archive").exists()
    assert take(run, site, tmp_path / "a.warc.gz") == [said]
    assert (said["added"], said["passed_over"]) == (2, {"not an article": 1})


BAD_LENGTH = response(2).replace(b"Content-Length: ", b"Content-Length: x")


def with_a_huge_member() -> bytes:
    """Return a WARC file; to pack it at the import would cost each process of the tests 200 MB."""
    return members(response(1)) + igzip.compress(b"W" * 200_000_000, 1) + members(response(3))


@pytest.mark.parametrize(
    ("name", "data", "added", "damages"),
    [
        ("a.warc.gz", members(response(1)) + members(response(2))[:-40] + members(response(3)), 2, 1),
        ("a.warc.gz", members(response(1), response(2))[:-60], 1, 1),
        ("a.warc.gz", members(response(1), b"rubbish\r\n" * 50, response(3)), 2, 1),
        ("a.warc.gz", members(response(1), BAD_LENGTH, response(3)), 2, 1),
        ("a.warc", response(1) + BAD_LENGTH + response(3), 2, 1),
        ("a.warc", response(1) + response(2)[:-300], 1, 1),
        ("a.warc.gz", with_a_huge_member, 2, 1),
        ("a.warc.gz", gzip.compress(response(1) + b"\r\n" + BAD_LENGTH + response(3)), 2, 1),
        ("a.warc.gz", b"", 0, 0),
        ("a.warc.gz", b"\x1f\x8b\x08nonsense", 0, 1),
        ("a.wacz", b"PK\x03\x04 no zip", 0, 1),
        ("a.wacz", wacz({"archive/a.warc.gz": members(response(1))})[:-30], 0, 1),
    ],
)
def test_damage_costs_one_record_and_is_named(
    run: Run, tmp_path: Path, site: Path, name: str, data: bytes | Callable[[], bytes], added: int, damages: int
) -> None:
    (done,) = take(run, site, written(tmp_path, name, data() if callable(data) else data), code=3)
    assert (done["added"], len(done["damaged"])) == (added, damages), done


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (response(1, at="2999-01-01T00:00:00Z"), "dated in the future"),
        (response(1, at="soon"), "without a date"),
        (record("response", address(1), answer(b"", status=b"404 Not Found")), "without a page"),
        (record("response", address(1), answer(b"x" * 18_000_000)), "too large"),
        (
            record("revisit", address(1), answer(b""), "WARC-Payload-Digest: sha1:NOWHERE"),
            "a revisit whose original is in none of the files",
        ),
        (record("response", address(1), b"20150305 no answer"), "no answer over HTTP"),
    ],
    ids=["future", "date", "404", "size", "revisit", "not http"],
)
def test_what_is_no_page_is_counted(run: Run, tmp_path: Path, site: Path, data: bytes, why: str) -> None:
    (done,) = take(run, site, written(tmp_path, "a.warc.gz", members(data)), code=3)
    assert done["passed_over"] == {why: 1}


def test_people_read_what_became_of_a_file(run: Run, tmp_path: Path, site: Path) -> None:
    data = members(response(1), record("response", "http://la.example/a.html", answer(page(2))))
    done = run("import", written(tmp_path, "a.warc.gz", data), "--site-file", site)
    assert done.stdout.splitlines() == [
        "a.warc.gz: 1 added",
        "  1 of la.example: no site file has this host; give one with --site-file, or --generic",
    ]
    shown = run("why", address(1), "--site-file", site).stdout
    assert "a.warc.gz" in shown

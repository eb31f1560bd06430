"""The archive served by real processes of Datasette over HTTP: streams, headers, host names, folders of all names."""

import csv
import http.client
import io
import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from archive import Archive, Outlet
from archive.publish.guard import is_answered, is_loopback
from tests.archive.build import HOME, SITE, after, article, capture
from tests.served import get, serving

ODD_NAMES = ("a?b", "a%41b", "-dash", "hai chữ")
ROWS = 2_500
"""More than two batches of a stream, and more than Datasette returns at once."""
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with more articles than pages show, one withheld, one with a formula as its title, one with markup."""
    folder = tmp_path_factory.mktemp("many") / "news"
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        archive.register(Outlet(site=SITE, name="Báo Hà Giang", home=HOME, province="Hà Giang"), at=after())
        for number in range(1, ROWS + 1):
            title = "=1+1" if number == 1 else f"Tin số {number}"
            markup = (
                {"title": MARKUP, "body": f"Tin\n{MARKUP}", "byline": (MARKUP,)} if number == 2 else {"title": title}
            )
            archive.store(capture(article(number, published_at=after(minutes=number), **markup)))
        archive.withhold(article(ROWS).uid, reason="theo lệnh", at=after(days=9), by="x")
    return folder


@pytest.fixture(scope="module")
def port(many: Path) -> Iterator[int]:
    """The port of `datasette news.db`, without any file or option of ours."""
    with serving(sys.executable, "-m", "datasette", "serve", str(many / "news.db"), "--port") as port:
        yield port


def rows_in(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("query", [{}, {"_labels": "on"}, {"_sort": "uid"}, {"_search": "tin"}])
def test_a_stream_has_every_row(port: int, query: dict[str, str]) -> None:
    status, headers, text = get(port, "/news/articles.csv", _stream="on", _dl="on", **query)
    head, *rows = rows_in(text)
    assert (status, headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert len({row[0] for row in rows}) == len(rows) == (ROWS - 2 if query.get("_search") else ROWS)
    assert {len(row) for row in rows} == {len(head)}
    if "_labels" in query:
        assert {row[head.index("site_id_label")] for row in rows} == {"Báo Hà Giang"}


def test_a_view_and_a_long_query_are_whole_too(port: int) -> None:
    assert len(rows_in(get(port, "/news/articles_full.csv", _stream="on")[2])) == ROWS
    assert len(rows_in(get(port, "/news.csv", sql="SELECT uid FROM articles")[2])) == ROWS + 1
    assert len(rows_in(get(port, "/news/articles.csv", _size="7")[2])) == 8


@pytest.mark.parametrize(("option", "title"), [({}, "'=1+1"), ({"_raw": "on"}, "=1+1")])
def test_a_spreadsheet_runs_no_cell(port: int, option: dict[str, str], title: str) -> None:
    for query in ({"_stream": "on"}, {"id": "1"}):
        head, *rows = rows_in(get(port, "/news/articles.csv", **query, **option)[2])
        assert [row[head.index("title")] for row in rows if row[0] == "1"] == [title]
    assert rows_in(get(port, "/news.csv", sql="SELECT -5")[2])[1] == ["-5"]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/news/articles.csv", {"_stream": "on", "_next": "1"}, 400),
        ("/news/articles.csv", {"_stream": "on", "_sort": "nothing"}, 500),
        ("/news/nothing.csv", {"_stream": "on"}, 404),
        ("/news.csv", {"sql": "DELETE FROM articles"}, 400),
    ],
)
def test_what_cannot_be_streamed_is_refused(port: int, path: str, query: dict[str, str], status: int) -> None:
    assert get(port, path, **query)[0] == status


def test_a_stream_that_fails_is_broken_off(many: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(many, tmp_path / "news")
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        connection.execute(
            "CREATE VIEW mine AS SELECT id, abs(CASE id WHEN 1500 THEN -9223372036854775808 END) FROM articles"
        )
    with (
        serving(sys.executable, "-m", "datasette", "serve", str(folder / "news.db"), "--port") as port,
        pytest.raises((http.client.IncompleteRead, ConnectionError)),
    ):
        get(port, "/news/mine.csv", _stream="on")


def test_next_leads_to_every_article(port: int) -> None:
    seen: list[str] = []
    path = "/news/articles.json?_size=500&_shape=objects"
    while path:
        answer = json.loads(get(port, path)[2])
        seen += [row["uid"] for row in answer["rows"]]
        path = (answer["next_url"] or "").removeprefix(f"http://127.0.0.1:{port}")
    assert len(seen) == len(set(seen)) == ROWS


def test_datasette_alone_has_search_facets_and_queries(port: int) -> None:
    page = get(port, "/news/articles")[2]
    assert 'name="_search"' in page
    assert "_name_outlet_id=" in page
    database = get(port, "/news")[2]
    assert "/news/province" in database
    places = [database.index(f'/news/{name}">') for name in ("articles", "sites", "authors", "runs", "urls")]
    assert places == sorted(places)


@pytest.mark.parametrize("path", ["/", "/news/articles", "/news/articles.csv?_stream=on", "/nothing"])
def test_every_answer_has_the_headers(port: int, path: str) -> None:
    headers = get(port, path)[1]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


@pytest.mark.parametrize(
    "path",
    [
        *("/news/articles/2", "/news/articles?id=2", "/news/articles_full?id=2", "/news/articles?_search=alert"),
        *("/news/authors?_facet=name", f"/news?{urlencode({'sql': 'SELECT title FROM articles WHERE id = 2'})}"),
    ],
)
def test_markup_in_a_text_is_shown_and_not_run(port: int, path: str) -> None:
    page = get(port, path)[2]
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"<script>alert|<img src=x", page)


@pytest.mark.parametrize(("host", "status"), [("evil.example", 421), ("localhost:1", 200), ("192.0.2.1", 200)])
def test_a_foreign_host_name_gets_no_answer(port: int, host: str, status: int) -> None:
    assert get(port, "/news.json", host=host)[0] == status


@pytest.mark.parametrize(
    ("host", "is_right"),
    [("[::1]:80", True), ("a.localhost", True), ("NEWS.lan.:80", True), ("news.lan.evil", False), ("", False)],
)
def test_hosts_that_are_answered(host: str, is_right: bool) -> None:
    assert is_answered(host, {"news.lan"}) is is_right


@pytest.mark.parametrize(("host", "is_own"), [("127.0.0.2", True), ("::1", True), ("0.0.0.0", False), ("a.vn", False)])
def test_hosts_that_others_reach(host: str, is_own: bool) -> None:
    assert is_loopback(host) is is_own


@pytest.mark.parametrize("name", ["a#b", *(pytest.param(name, marks=pytest.mark.drill) for name in ODD_NAMES)])
def test_a_folder_may_have_any_name(many: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(many, tmp_path / name)
    command = (sys.executable, "-m", "archive", "serve", f"--archive={name}", "--port")
    with serving(*command, folder=tmp_path) as port:
        assert get(port, f"/news/articles/{quote('1')}.json")[0] == 200


def test_another_host_says_what_it_exposes(many: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        arguments = ["serve", "--archive", str(many), "--host", "0.0.0.0", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(
            [sys.executable, "-m", "archive", *arguments], capture_output=True, text=True, check=False
        )
    assert "can read and copy the whole archive" in done.stderr
    assert done.returncode == 2


def test_a_read_only_disk_is_served_and_what_is_stored_there_later_too(many: Path, disk: Path) -> None:
    folder = shutil.copytree(many, disk / "news")
    for name in ("news.db-shm", "news.db-wal"):
        (folder / name).unlink()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    try:
        with serving(sys.executable, "-m", "archive", "serve", f"--archive={folder}", "--port") as port:
            assert len(rows_in(get(port, "/news/articles.csv", _stream="on")[2])) == ROWS + 1
            subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
            with Archive.open(folder, keep_raw=False) as archive:
                archive.store(capture(article(ROWS + 1)))
            assert len(rows_in(get(port, "/news/articles.csv", _stream="on")[2])) == ROWS + 2
            assert json.loads(get(port, "/news/articles.json", _size="0")[2])["filtered_table_rows_count"] == ROWS + 1
    finally:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)

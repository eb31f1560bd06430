import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette
from datasette.plugins import pm

from archive import Archive, Outlet
from archive.publish import plugin
from tests.archive.build import SITE, after, article, capture


@pytest.fixture
def datasette(archive: Archive) -> Iterator[Datasette]:
    archive.store(capture(article(1, title="Khối đại đoàn kết", section=("Thời sự",))))
    archive.store(capture(article(2, title="Điện Biên hoà bình", byline=("Lê A",))))
    archive.close()
    with serving(archive) as served:
        yield served


@contextmanager
def serving(archive: Archive) -> Iterator[Datasette]:
    """Return Datasette over an archive, set up as by `baotinh serve`."""
    registered = pm.is_registered(plugin)
    if not registered:
        pm.register(plugin)
    served = Datasette([str(archive.path)])
    yield served
    for database in served.databases.values():
        for connection in database._all_file_connections:
            connection.close()
    if not registered:
        pm.unregister(plugin)


def get(datasette: Datasette, path: str, **query: str) -> Any:
    async def answer() -> Any:
        await datasette.invoke_startup()
        return await datasette.client.get(f"{path}?{urlencode(query)}" if query else path)

    response = asyncio.run(answer())
    assert response.status_code == 200, response.text
    return response


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("doan ket", [1]),
        ("đoàn kết", [1]),
        ("đoàn kêt", []),
        ("dien bien", [2]),
        ("hòa bình", [2]),
        ('"***', []),
        ("doan OR dien", [1, 2]),
        ("so OR hop -doan", [2]),
        ("title:dien", [2]),
        ("doan " * 500, []),
    ],
)
@pytest.mark.parametrize("table", ["articles", "articles_full"])
def test_its_own_search_finds_as_people_type(datasette: Datasette, table: str, typed: str, ids: list[int]) -> None:
    rows = get(datasette, f"/news/{table}.json", _search=typed, _shape="array").json()
    assert [row["id"] for row in rows] == ids


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("điện biên", [2]),
        ("dien bien", [2]),
        ("điên biên", []),
        ("ban chi dao", []),
        ("dien OR doan", [1, 2]),
        ("*", []),
    ],
)
@pytest.mark.parametrize("table", ["articles", "articles_full"])
def test_a_column_is_searched_alone(datasette: Datasette, table: str, words: str, ids: list[int]) -> None:
    rows = get(datasette, f"/news/{table}.json", _search_title=words, _shape="array").json()
    assert sorted(row["id"] for row in rows) == ids
    lines = get(datasette, f"/news/{table}.csv", _search_title=words, _stream="on", _col="uid").text.splitlines()
    assert len(lines) == 1 + len(ids)


@pytest.mark.parametrize("asked", [{}, {"outlet_id__isnull": "1"}, {"_search_title": "so"}, {"_sort": "published_at"}])
@pytest.mark.parametrize("typed", ["so", "doan OR so", "-doan so", "khong co"])
def test_many_hits_are_found_as_few_are(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, typed: str, asked: dict[str, str]
) -> None:
    for number in range(1, 31):
        archive.store(capture(article(number, published_at=after(days=number % 7)), site=None if number % 2 else SITE))
    archive.store(capture(article(31, title="Khối đại đoàn kết")))
    archive.close()
    found = []
    for most in (1_000, 0):
        monkeypatch.setattr("archive.publish.database.MOST_SORTED", most)
        with serving(archive) as served:
            for table in ("articles", "articles_full"):
                page = get(served, f"/news/{table}.json", _search=typed, _size="5", **asked).json()
                found.append((most, table, page["filtered_table_rows_count"], page["rows"], page["next"]))
    assert [each[2:] for each in found[:2]] == [each[2:] for each in found[2:]]
    assert (found[0][2] > 5) == (typed != "khong co")


@pytest.mark.parametrize("key", ["id", "a.id"])
@pytest.mark.parametrize("most", [1_000, 0])
def test_a_statement_of_a_user_finds_the_same(
    datasette: Datasette, monkeypatch: pytest.MonkeyPatch, most: int, key: str
) -> None:
    monkeypatch.setattr("archive.publish.database.MOST_SORTED", most)
    found = f"{key} in (select rowid from articles_fts where articles_fts match escape_fts(:words))"
    sql = f"select id from articles a where {found} order by id"
    rows = get(datasette, "/news.json", sql=sql, words="doan OR dien", _shape="array").json()
    assert [row["id"] for row in rows] == [1, 2]


@pytest.mark.parametrize("sort", ["_sort", "_sort_desc"])
@pytest.mark.parametrize("column", ["published_at", "year", "title", "outlet_id"])
@pytest.mark.parametrize("most", [1_000, 0])
def test_no_article_is_lost_between_two_pages(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, most: int, column: str, sort: str
) -> None:
    monkeypatch.setattr("archive.publish.database.MOST_SORTED", most)
    for number in range(1, 21):
        archive.store(capture(article(number, title="Tin", published_at=after(days=number % 2))))
    archive.close()
    with serving(archive) as served:
        for typed in ({}, {"_search": "tin"}):
            asked = {sort: column, "_size": "3", **typed}
            seen, following = [], ""
            while following is not None:
                page = get(served, "/news/articles.json", **asked, _next=following).json()
                seen += [row[0] for row in page["rows"]]
                following = page["next"]
            assert sorted(seen) == list(range(1, 21))


def test_the_search_query_prints_the_marks(datasette: Datasette) -> None:
    (row,) = get(datasette, "/news/search.json", words="dien bien", _shape="array").json()
    assert row["found"] == "[Điện Biên] hoà bình"


RANKED = (
    article(1, title="Hội cho", body="Ai cũng cho.", published_at=after(days=3)),
    article(2, title="Phiên họp", body="Sáng nay hội chợ mở cửa."),
    article(3, title="Hội chợ cuối năm"),
    article(4, title="Họp báo", body="Hội chợ, hội chợ và hội chợ.", published_at=after(days=1)),
    article(5, title="Phiên họp", body="Sáng nay hội chợ mở cửa.", published_at=after(days=2)),
    article(6, title="Phiên họp", body="Sáng nay hội chợ mở cửa.", published_at=None, published_precision=None),
)


@pytest.mark.parametrize(("typed", "count"), [("hội cho", 6), ("hoi cho", 6), ('"hội chợ" sang', 4), ("phien hop", 3)])
def test_it_ranks_as_the_command_does(archive: Archive, typed: str, count: int) -> None:
    for each in RANKED:
        archive.store(capture(each))
    urls = [hit.url for hit in archive.search(typed)]
    archive.close()
    with serving(archive) as served:
        rows = get(served, "/news/search.json", words=typed, _shape="array").json()
    assert [row["url"] for row in rows] == urls
    assert len(urls) == count


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"province": "tuyen quang"}, ["Khối đại đoàn kết", "Điện Biên hoà bình"]),
        ({"province": "08", "era": "now"}, ["Khối đại đoàn kết", "Điện Biên hoà bình"]),
        ({"province": "Hà Giang", "era": "then"}, []),
        ({"province": "24", "era": "now"}, []),
    ],
)
def test_the_province_query_takes_either_era(datasette: Datasette, query: dict[str, str], titles: list[str]) -> None:
    rows = get(datasette, "/news/province.json", **query, _shape="array").json()
    assert sorted(row["title"] for row in rows) == titles


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"province": "Hà Giang", "era": "now"}, "its land belongs to Tuyên Quang"),
        ({"province": "24"}, "24 was Bắc Giang"),
        ({"province": "Hà Nọi"}, "did you mean Hà Nội"),
        ({"province": "Huế", "era": "soon"}, 'no era "soon"'),
    ],
)
def test_the_province_query_says_why_it_is_empty(datasette: Datasette, query: dict[str, str], problem: str) -> None:
    (row,) = get(datasette, "/news/province.json", **query, _shape="array").json()
    assert (problem in row["title"], row["id"]) == (True, None)


def test_facets_count_by_name(datasette: Datasette) -> None:
    answer = get(datasette, "/news/articles.json").json()
    facets = {name: facet["results"] for name, facet in answer["facet_results"].items()}
    assert set(facets) == {"outlet_id", "year", "province_then_id"}
    assert [(each["label"], each["count"]) for each in facets["outlet_id"]] == [("Báo Hà Giang", 2)]
    assert answer["suggested_facets"] == []
    assert [each["toggle_url"].partition("?")[2] for each in facets["year"]] == ["year=2025"]
    for query in ({"_search": "hoa"}, {"_next": "2025-07-02T08~3A00~3A00~2B07~3A00,1"}):
        assert get(datasette, "/news/articles.json", **query).json()["facet_results"] == {}


def test_keys_of_one_name_count_together_and_filter_together(archive: Archive) -> None:
    """The land of Tuyên Quang has one row before the merger and one after; each newspaper has its own sections."""
    archive.register(Outlet(site="other", name="Báo Tuyên Quang", home="https://b.example/", province="Tuyên Quang"))
    section = ("Thời sự",)
    archive.store(capture(article(1, section=section)))
    for number, published in ((2, after(days=-30)), (3, after(days=30))):
        far = article(number, url=f"https://b.example/{number}", section=section, published_at=published)
        archive.store(capture(far, site="other"))
    archive.close()
    with serving(archive) as served:
        facets = get(served, "/news/articles.json", _facet_name="section_id").json()["facet_results"]
        (chosen,) = facets["section_id"]["results"]
        assert (chosen["label"], chosen["count"]) == ("Thời sự", 3)
        assert ("Tuyên Quang", 3) in [(each["label"], each["count"]) for each in facets["province_then_id"]["results"]]
        path = chosen["toggle_url"].removeprefix("http://localhost")
        answer = get(served, path).json()
        assert answer["filtered_table_rows_count"] == 3
        assert answer["human_description_en"].startswith('where section is "Thời sự"')
        assert answer["facet_results"]["section_id"]["results"][0]["selected"]


@pytest.mark.parametrize("column", ["outlet", "site", "section", "province_then", "year", "published_date", "title"])
@pytest.mark.parametrize("query", [{}, {"language": "vi"}])
def test_facets_of_the_view_count_its_rows(archive: Archive, column: str, query: dict[str, str]) -> None:
    for number, section in enumerate(("Thời sự", "Thời sự", "Kinh tế", None, "Y tế"), start=1):
        sections = {"section": (section,)} if section else {}
        archive.store(capture(article(number, published_at=after(days=number // 2), **sections)))
    archive.store(capture(article(6, published_at=None, published_precision=None)))
    archive.commit()
    archive.withhold("5", reason="asked", at=after(days=9), by="Lan")
    archive.close()
    with serving(archive) as served:
        answer = get(served, "/news/articles_full.json", _facet=column, _shape="objects", **query).json()
    facet = answer["facet_results"][column]["results"]
    values = [row[column] for row in answer["rows"] if row[column] is not None]
    expected = sorted(Counter(values).items(), key=lambda each: (-each[1], each[0]))
    assert [(each["value"], each["count"]) for each in facet] == expected


def test_every_table_and_view_opens(datasette: Datasette, archive: Archive) -> None:
    with sqlite3.connect(archive.path) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE '%_fts%'"
        ).fetchall()
    connection.close()
    assert {("articles",), ("articles_full",), ("captures",), ("urls",)} <= set(names)
    for (name,) in names:
        sql = f"SELECT name FROM pragma_table_info('{name}')"
        columns = get(datasette, "/news.json", sql=sql, _shape="arrayfirst").json()
        page = get(datasette, f"/news/{name}").text
        assert columns
        assert [column for column in columns if column not in page] == [], name


def test_other_databases_keep_their_own_search(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    plugin.prepare_connection(connection)
    with pytest.raises(sqlite3.OperationalError, match="no such function"):
        connection.execute("SELECT escape_fts('x')")
    connection.close()


@pytest.mark.parametrize("typed", ["tin " * 800_000, "***", None])
def test_our_functions_take_no_search_that_is_too_long(archive: Archive, typed: str | None) -> None:
    archive.store(capture(article(1)))
    archive.close()
    connection = sqlite3.connect(archive.path)
    plugin.prepare_connection(connection)
    found = connection.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH escape_fts(?)", (typed,))
    assert found.fetchone() == (0,)
    assert connection.execute("SELECT found_articles(?, 10)", (typed,)).fetchone() == ("[]",)
    connection.close()

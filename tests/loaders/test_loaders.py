"""Exports load in the tools that people use, without a cast. `make test-loaders` installs these tools."""

from dataclasses import replace
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from archive import VIETNAM, Archive, Image
from archive.export import EXPORTERS, articles, export_file, export_folder
from tests.archive.build import START, article, capture

MISSING = [name for name in ("datasets", "duckdb", "pandas", "pyarrow") if find_spec(name) is None]
pytestmark = [
    pytest.mark.loaders,
    pytest.mark.skipif(bool(MISSING), reason="libraries that load exports (make test-loaders installs them)"),
]

MANY = 2_500
"""Articles of 5 KB: `datasets` guesses types from the first 10 MB, and what comes later must fit."""
RARE = article(1, url="https://x.example/rare", body="Bài đầy đủ. " * 5, byline=("Lê A", "Lê B"), tags=("thẻ",))
RARE_FIELDS: dict[str, Any] = {
    "lead": "Tỉnh họp.",
    "lead_mark": "BHG",
    "byline_raw": "Tin: Lê A",
    "source_credit": "TTXVN",
    "section": ("Thời sự",),
    "images": (Image("https://x.example/1.jpg", "Ảnh"),),
    "sources": {"title": "ld", "body": "meta"},
    "proposed": frozenset(("byline",)),
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive in which most articles lack what few have, and one has midnight as its time."""
    folder = tmp_path_factory.mktemp("loaders") / "news"
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        for number in range(1, MANY):
            archive.store(capture(article(number, body=f"Đoạn {number}. " * 300, published_at=START.replace(hour=0))))
        last = replace(RARE, **RARE_FIELDS)
        while last.uid < "ff":  # it must not be among the first 10 MB, which are in the order of uid
            last = replace(last, url=last.url + "x")
        archive.store(capture(last))
        undated = article(0, published_at=None, published_precision=None)
        archive.store(capture(undated))
    return folder


@pytest.fixture(scope="module", params=["jsonl", "parquet"])
def flat(news: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    path: Path = tmp_path_factory.mktemp("flat") / f"all.{request.param}"
    with Archive.open(news, read_only=True) as archive:
        export_file(articles(archive.batches(damaged=[])).flat(), path, exporter=EXPORTERS[request.param])
    return path


@pytest.fixture(scope="module", params=["jsonl", "csv", "parquet"])
def package(news: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    folder: Path = tmp_path_factory.mktemp("package") / request.param
    with Archive.open(news, read_only=True) as archive:
        years = ((str(year or "undated"), articles(part)) for year, part in archive.batches_by_year(damaged=[]))
        form = request.param
        export_folder(years, folder, form=form, exporter=EXPORTERS[form], cursor=archive.cursor())
    return folder


def test_datasets_loads_flat_rows_without_being_told_types(flat: Path, tmp_path: Path) -> None:
    import datasets

    kind = flat.suffix[1:].replace("jsonl", "json")
    rows = datasets.load_dataset(kind, data_files=str(flat), split="train", cache_dir=str(tmp_path))
    assert len(rows) == MANY + 1
    (rare,) = (row for row in rows if row["byline"])
    assert (rare["byline"], rare["section"], rare["lead_mark"]) == ("Lê A, Lê B", "Thời sự", "BHG")


def test_datasets_loads_a_folder_with_the_types_of_its_card(package: Path, tmp_path: Path) -> None:
    import datasets

    rows = datasets.load_dataset(str(package), split="train", cache_dir=str(tmp_path))
    assert len(rows) == MANY + 1
    (rare,) = (row for row in rows if row["lead_mark"])
    assert rare["revision_count"] == 1
    if package.name != "csv":
        assert (rare["byline"], rare["tags"], rare["images"][0]["caption"]) == (["Lê A", "Lê B"], ["thẻ"], "Ảnh")
        assert rare["published_at"] == START
        assert rare["published_date"] == date(2025, 7, 2)
        assert rows.features["modified_at"].dtype == "timestamp[ms, tz=Asia/Ho_Chi_Minh]"


@pytest.fixture(scope="module")
def parquet_file(news: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parquet") / "all.parquet"
    with Archive.open(news, read_only=True) as archive:
        export_file(articles(archive.batches(damaged=[])), path, exporter=EXPORTERS["parquet"])
    return path


def test_pandas_reads_parquet(parquet_file: Path) -> None:
    import pandas

    frame = pandas.read_parquet(parquet_file)
    assert len(frame) == MANY + 1
    midnight = frame[frame.published_at == datetime(2025, 7, 2, tzinfo=VIETNAM)]
    assert set(midnight.published_date) == {date(2025, 7, 2)}, "the day in Vietnam, not in UTC"
    assert frame.published_at.isna().sum() == frame.published_date.isna().sum() == 1


def test_duckdb_reads_parquet_and_json_lines(parquet_file: Path, flat: Path) -> None:
    import duckdb

    for path in (parquet_file, flat):
        sql = f"SELECT count(*), count(published_date), sum(revision_count) FROM '{path}'"
        assert duckdb.sql(sql).fetchall() == [(MANY + 1, MANY, MANY + 1)]
    days = duckdb.sql(
        f"SELECT DISTINCT published_date FROM '{parquet_file}' WHERE published_date IS NOT NULL"
    ).fetchall()
    assert days == [(date(2025, 7, 2),)]


def test_pyarrow_reads_parquet(parquet_file: Path) -> None:
    from pyarrow import dataset

    table = dataset.dataset(parquet_file).to_table(columns=["uid", "aliases", "sources"])
    assert table.num_rows == MANY + 1


def test_the_table_for_programs_reads_in_pandas_and_duckdb(news: Path, tmp_path: Path) -> None:
    import duckdb
    import pandas

    from archive.export.csv import Reader, Table

    path = tmp_path / "all.csv"
    with Archive.open(news, read_only=True) as archive:
        export_file(articles(archive.batches(damaged=[])), path, exporter=Table(Reader.PROGRAM))
    assert len(pandas.read_csv(path)) == MANY + 1
    assert duckdb.sql(f"SELECT count(*) FROM read_csv('{path}', header = true)").fetchall() == [(MANY + 1,)]

import csv
import io
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from archive import Archive, ArchiveError, Doubt, Filters, Image
from archive.export import EXPORTERS, Content, Exporter, articles, export_file, export_stream
from archive.export.csv import CUT, LONGEST_CELL, Reader, Table
from archive.reading import batches
from archive.reading.columns import COLUMNS, Batch, records_of
from tests.archive.build import HOME, after, article, capture

FULL = article(
    1,
    title='=Điện "Biên", tỉnh \\ miền núi',
    lead="Tỉnh\thọp",
    body="Đoạn một.\nĐoạn hai: \u200b 🌾\x01.",
    byline=("Lê A", 'Trần "B"'),
    section=("Thời sự", "Cần Thơ"),
    tags=("a, b", "\\"),
    images=(Image("https://x.example/1.jpg", 'Ảnh: "C"'), Image("https://x.example/2.jpg")),
    sources={"title": "ld", "body": "layout:mới"},
    proposed=frozenset(("section", "byline")),
    doubts=(Doubt.PARTIAL, Doubt.LITTLE_TEXT),
)
"""An article with what a format must escape."""


def exported(archive: Archive, exporter: Exporter, **choice: Any) -> bytes:
    out = io.BytesIO()
    damaged: list[Any] = []
    done = export_stream(articles(archive.batches(damaged=damaged, **choice)), out, exporter=exporter)
    assert (done.size, done.sha256, damaged) == (len(out.getvalue()), sha256(out.getvalue()).hexdigest(), [])
    return out.getvalue()


def table(written: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))


@pytest.fixture
def filled(archive: Archive) -> Archive:
    archive.store(capture(FULL))
    archive.store(capture(FULL, after(hours=1), url=HOME + "old/1", final_url=FULL.url))
    archive.store(capture(article(2, published_at=None, published_precision=None)))
    archive.store(capture(article(3, byline=("Lê A",))))
    archive.commit()
    return archive


def test_a_batch_is_what_is_read_one_by_one(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [stored.as_record() for stored in filled.articles()]
    assert [record["aliases"] != [] for record in expected].count(True) == 1
    for size in (1, 2, 1000):
        monkeypatch.setattr(batches, "SIZE", size)
        found = [record for batch in filled.batches(damaged=[]) for record in records_of(batch, COLUMNS)]
        assert found == expected


@pytest.mark.parametrize("form", EXPORTERS)
def test_the_order_of_storing_does_not_show(tmp_path: Path, form: str) -> None:
    files = []
    for numbers in ((1, 2, 3), (3, 1, 2)):
        with Archive.open(tmp_path / "-".join(map(str, numbers)), create=True) as archive:
            for number in numbers:
                archive.store(capture(article(number)))
            files.append(exported(archive, EXPORTERS[form]))
    assert files[0] == files[1]


def test_json_lines_hold_everything_as_it_is_read(filled: Archive) -> None:
    lines = exported(filled, EXPORTERS["jsonl"]).splitlines(keepends=True)
    assert [json.loads(line) for line in lines] == [stored.as_record() for stored in filled.articles()]
    assert any("Điện".encode() in line for line in lines)
    assert all(line.endswith(b"}\n") for line in lines)


def test_parquet_holds_everything_with_its_type(filled: Archive, tmp_path: Path) -> None:
    path = tmp_path / "all.parquet"
    path.write_bytes(exported(filled, EXPORTERS["parquet"]))
    read = parquet.read_table(path)
    assert str(read.schema.field("published_at").type) == "timestamp[ms, tz=Asia/Ho_Chi_Minh]"
    assert str(read.schema.field("published_date").type) == "date32[day]"
    for row, stored in zip(read.to_pylist(), filled.articles(), strict=True):
        record = stored.as_record()
        assert (row["published_at"], row["published_date"]) == (stored.article.published_at, stored.published_date)
        assert {source["field"]: source["source"] for source in row["sources"]} == record["sources"]
        for name in ("title", "body", "byline", "tags", "images", "revision_count", "proposed", "doubts", "urls"):
            assert row[name] == record[name]
        assert [alias["url"] for alias in row["aliases"]] == record["urls"]


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_flat_rows_have_simple_types_and_no_gaps(filled: Archive, form: str) -> None:
    out = io.BytesIO()
    export_stream(articles(filled.batches(damaged=[])).flat(), out, exporter=EXPORTERS[form])
    if form == "jsonl":
        rows = [json.loads(line) for line in out.getvalue().splitlines()]
    else:
        rows = parquet.read_table(io.BytesIO(out.getvalue())).to_pylist()
    (full,) = (row for row in rows if row["uid"] == FULL.uid)
    assert full["byline"] == 'Lê A, Trần "B"'
    assert json.loads(full["images"]) == [{"url": image.url, "caption": image.caption} for image in FULL.images]
    may_be_unknown = {column.name for column in COLUMNS if column.kind.value in ("time", "day")}
    for row in rows:
        assert list(row) == [column.name for column in COLUMNS]
        assert {name for name, value in row.items() if value is None} <= may_be_unknown
        assert not any(isinstance(value, (list, dict)) for value in row.values())


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
def test_a_cell_that_is_a_formula_does_no_harm(archive: Archive, sign: str) -> None:
    archive.store(capture(article(title=f"{sign}1+1")))
    assert table(exported(archive, EXPORTERS["csv"]))[0]["title"] == f"'{sign}1+1"
    assert table(exported(archive, Table(Reader.PROGRAM)))[0]["title"] == f"{sign}1+1"
    assert archive.get("1").article.title == f"{sign}1+1"


def test_the_table_has_every_field(filled: Archive) -> None:
    for row, stored in zip(table(exported(filled, EXPORTERS["csv"])), filled.articles(), strict=True):
        assert set(row) == set(stored.as_record())
        if stored.article.uid == FULL.uid:
            assert (row["byline"], row["section"]) == ('Lê A, Trần "B"', "Thời sự > Cần Thơ")
            assert (json.loads(row["tags"]), json.loads(row["sources"])) == (list(FULL.tags), FULL.sources)
            assert (row["body"], row["title"]) == (FULL.body, "'" + FULL.title)
    assert exported(filled, EXPORTERS["csv"]).startswith(b"\xef\xbb\xbfuid,url,")
    assert exported(filled, Table(Reader.PROGRAM)).startswith(b"uid,url,")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("2024", '="2024"'), ("25173818218221627e02", '="25173818218221627e02"'), ("1.200,50", '="1.200,50"')]
    + [(text, text) for text in ("2024 và 2025", "a1", "Tin số 1")],
)
def test_a_spreadsheet_keeps_text_that_looks_like_a_number(archive: Archive, number: str, shown: str) -> None:
    archive.store(capture(article(title=number)))
    assert table(exported(archive, Table(Reader.SPREADSHEET)))[0]["title"] == shown


def test_a_cell_too_long_for_a_spreadsheet_is_cut_and_named(archive: Archive) -> None:
    whole = "ế" * LONGEST_CELL
    for number, body in ((1, whole), (2, "🌾" + whole)):
        archive.store(capture(article(number, body=body)))
    cut: list[str] = []
    bodies = {row["url"]: row["body"] for row in table(exported(archive, Table(Reader.SPREADSHEET, cut)))}
    assert cut == [f"body of article {article(2).uid}"]
    assert bodies[article(1).url] == whole
    assert bodies[article(2).url].endswith("ế" + CUT)
    assert len(bodies[article(2).url].encode("utf-16-le")) == 2 * LONGEST_CELL


def test_words_choose_what_a_search_finds(filled: Archive) -> None:
    rows = table(exported(filled, EXPORTERS["csv"], words="dien bien", filters=Filters(author="Lê A")))
    assert [row["uid"] for row in rows] == [FULL.uid]
    with pytest.raises(ArchiveError, match="give at least one word"):
        exported(filled, EXPORTERS["csv"], words="…")


def test_a_file_bears_its_name_only_when_it_is_whole(tmp_path: Path, archive: Archive) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("the export of yesterday")
    archive.store(capture(article()))
    whole = list(archive.batches(damaged=[]))

    def breaks() -> Iterator[Batch]:
        yield from whole
        raise RuntimeError

    with pytest.raises(RuntimeError):
        export_file(articles(breaks()), path, exporter=EXPORTERS["jsonl"])
    assert (path.read_text(), list(tmp_path.glob(".*"))) == ("the export of yesterday", [])
    export_file(articles(whole), path, exporter=EXPORTERS["jsonl"])
    assert json.loads(path.read_text())["title"] == "Tin số 1"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"cannot write .*missing") as refusal:
        export_file(Content([], COLUMNS), tmp_path / "missing" / "x.csv", exporter=EXPORTERS["csv"])
    assert refusal.value.exit_code == 5

import csv
import io
import json
from hashlib import sha256
from pathlib import Path

import pytest

from archive import Archive, ArchiveError
from archive.export import EXPORTERS, export_file, export_stream
from tests.archive.build import article, capture


def exported(archive: Archive, form: str, *, raw: bool = False) -> bytes:
    out = io.BytesIO()
    done = export_stream((stored.as_record() for stored in archive.articles()), out, exporter=EXPORTERS[form], raw=raw)
    assert (done.size, done.sha256) == (len(out.getvalue()), sha256(out.getvalue()).hexdigest())
    return out.getvalue()


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_order_of_storing_does_not_show(tmp_path: Path, form: str) -> None:
    files = []
    for numbers in ((1, 2, 3), (3, 1, 2)):
        with Archive.open(tmp_path / "-".join(map(str, numbers)), create=True) as archive:
            for number in numbers:
                archive.store(capture(article(number)))
            files.append(exported(archive, form))
    assert files[0] == files[1]


def test_json_lines_hold_everything_as_it_is_read(archive: Archive) -> None:
    archive.store(capture(article(title="=Điện Biên", byline=("Lê A",), tags=("a, b",))))
    line = exported(archive, "jsonl")
    assert "Điện Biên".encode() in line
    assert line.endswith(b"}\n")
    assert json.loads(line) == archive.get("1").as_record()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
def test_a_cell_that_is_a_formula_does_no_harm(archive: Archive, sign: str) -> None:
    archive.store(capture(article(title=f"{sign}1+1")))
    assert rows(exported(archive, "csv"))[0]["title"] == f"'{sign}1+1"
    assert rows(exported(archive, "csv", raw=True))[0]["title"] == f"{sign}1+1"
    assert archive.get("1").article.title == f"{sign}1+1"


def test_the_table_has_every_field(archive: Archive) -> None:
    archive.store(capture(article(byline=("Lê A", "Lê B"), section=("Thời sự", "Cần Thơ"), tags=("a, b",))))
    (row,) = rows(exported(archive, "csv"))
    assert set(row) == set(archive.get("1").as_record())
    assert (row["byline"], row["section"], row["tags"]) == ("Lê A, Lê B", "Thời sự > Cần Thơ", '["a, b"]')
    assert exported(archive, "csv").startswith(b"\xef\xbb\xbfuid,url,")
    assert exported(archive, "csv", raw=True).startswith(b"uid,url,")


def test_a_file_bears_its_name_only_when_it_is_whole(tmp_path: Path, archive: Archive) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("the export of yesterday")

    def breaks() -> object:
        yield article_record
        raise RuntimeError

    archive.store(capture(article()))
    article_record = archive.get("1").as_record()
    with pytest.raises(RuntimeError):
        export_file(breaks(), path, exporter=EXPORTERS["jsonl"])  # type: ignore[arg-type]
    assert (path.read_text(), list(tmp_path.glob(".*"))) == ("the export of yesterday", [])
    export_file([article_record], path, exporter=EXPORTERS["jsonl"])
    assert json.loads(path.read_text())["title"] == "Tin số 1"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"cannot write .*missing") as refusal:
        export_file([], tmp_path / "missing" / "x.csv", exporter=EXPORTERS["csv"])
    assert refusal.value.exit_code == 5


def rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))

"""`baotinh import` of single files: texts and saved pages are read, everything else is refused by what it is."""

import gzip
import json
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from tests.crawler.conftest import Run

TEXT = "Mùa cam trên Khuổi Trang\nTrước đây người dân đi bộ.\nChiều 2-7, Ban Chỉ đạo họp, năm 2020.\nHằng Nga\n"
ADDRESS = "https://baokhanhhoa.vn/xa-hoi/202601/mua-cam-tren-khuoi-trang-6f47f6a/"
PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Mùa cam trên Khuổi Trang</title>
<link rel="canonical" href="https://khac.example/bai.html"></head><body><h1>Mùa cam trên Khuổi Trang</h1>
<p>08/01/2026 - 18:21</p><div>
<p>Trước đây, mỗi khi trời mưa, người dân Khuổi Trang phải gửi xe ở chân dốc rồi đi bộ.</p>
<p>Tuyến đường mới dài sáu cây số, rộng ba mét rưỡi, xe tải đã vào được tận vườn cam của năm mươi hộ.</p>
</div></body></html>"""


def zipped(**parts: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return file.getvalue()


def database(folder: Path) -> bytes:
    connection = sqlite3.connect(folder / "x.db")
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    return (folder / "x.db").read_bytes()


OTHERS: dict[str, Callable[[Path], bytes]] = {
    "Word": lambda _: zipped(word__document_xml=TEXT),
    "Excel": lambda _: zipped(xl__workbook_xml=TEXT),
    "OpenDocument": lambda _: zipped(mimetype="application/vnd.oasis.opendocument.text", content_xml=TEXT),
    "zip file": lambda _: zipped(bai=TEXT),
    "older Office": lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + TEXT.encode("utf-16-le"),
    "PDF": lambda _: b"%PDF-1.4\n" + TEXT.encode(),
    "RTF": lambda _: b"{\\rtf1\\ansi Xin ch\\u224?o\n\nm\\u7897?t\n\nhai}",
    "picture": lambda _: bytes.fromhex("ffd8ffe000104a4649460001") + TEXT.encode(),
    "sound or a film": lambda _: b"\0\0\0\x20ftypisom" + TEXT.encode(),
    "packed file": lambda _: gzip.compress(TEXT.encode()),
    "SQLite": database,
    "program": lambda _: Path(sys.executable).resolve().read_bytes()[:20_000],
    "JSON": lambda _: json.dumps({"title": TEXT.splitlines()}, indent=1).encode(),
    "JSON ": lambda _: b"".join(json.dumps({"title": line}).encode() + b"\n" for line in TEXT.splitlines()),
    "table": lambda _: 'tên,ngày,nơi\nHà,2,Trà Vinh\n"Lan, Mai",3,Huế\n'.encode(),
    "table ": lambda _: "tên\tngày\nHà\t2\nLan\t3\n".encode(),
    "no text": lambda _: Random(5).randbytes(5_000),
}
"""What the message calls it → its bytes."""


@pytest.mark.parametrize("kind", OTHERS)
def test_what_holds_no_article_is_refused_by_what_it_is(run: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / "bai.txt").write_bytes(OTHERS[kind](tmp_path))  # the name says nothing
    done = run("import", "bai.txt")
    assert (done.returncode, kind.strip() in done.stdout, "refused (not-html)" in done.stdout) == (3, True, True)
    assert json.loads(run("runs", "--json").stdout) == []
    assert json.loads(run("export").stdout or "[]") == []


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
        TEXT.encode("utf-16"),
        TEXT.replace("Khuổi", "PDF- {Khuổi}, [ĐNO], BM và MZ, PK").encode(),
        (TEXT + "\f").encode(),
        ("[2020]\n" + TEXT).encode(),
        "Một, hai\nBa, bốn\nNăm, sáu\nBảy, tám\n".encode(),  # a poem has as many commas in each line
    ],
    ids=["utf-8", "mark and CRLF", "utf-16", "signs", "form feed", "year in brackets", "commas"],
)
def test_a_text_is_a_text(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bai.bin").write_bytes(content)
    done = run("import", "bai.bin", "--json")
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (0, "added"), done.stderr


def test_a_saved_page_is_read_as_a_page(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bai.htm").write_text(PAGE, encoding="utf-8")
    record = json.loads(run("import", "bai.htm", "--url", ADDRESS, "--json").stdout)
    assert (record["title"], record["published_at"]) == ("Mùa cam trên Khuổi Trang", "2026-01-08T18:21:00+07:00")
    assert record["url"] == ADDRESS
    assert json.loads(run("show", record["uid"], "--json").stdout)["site"] == "baokhanhhoa", "the host is its"
    assert record["body"].startswith("Trước đây, mỗi khi trời mưa")
    nameless = json.loads(run("import", "bai.htm", "--published", "2026-02-03", "--json").stdout)
    assert nameless["url"].startswith("urn:sha256:"), "its own word for its address is no proof"
    assert (nameless["published_at"][:10], nameless["sources"]["published_at"]) == ("2026-02-03", "archivist")


def test_a_trial_stores_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bai.htm").write_text(PAGE, encoding="utf-8")
    (tmp_path / "bai.txt").write_text(TEXT, encoding="utf-8")
    done = run("import", "--dry-run", "bai.htm", "bai.txt", "--json")
    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == [None, None]
    assert not (tmp_path / "news-archive").exists()

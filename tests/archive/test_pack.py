"""Packs: what a WACZ reader needs is there, in the same bytes each time, and leads to the right records."""

import hashlib
import json
import re
import sqlite3
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive import VIETNAM, Archive, BadQuery, DamagedWarc, Outlet, Reason, pack
from archive.__main__ import main
from archive.care.packing.cdxj import surt
from archive.care.packing.excerpt import _CUT
from archive.care.verify import check
from archive.schema.opening import SCHEMA
from archive.schema.trust import find_differences
from archive.warc.members import read_record, read_records
from tests.archive.build import SITE, after, article, capture, refused, tables
from tests.archive.raw import HEAD, exchange, fetched, page_of

UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
TYPED_PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
TYPED = HEAD.replace(b"Server: nginx", b"Content-Type: Text/HTML; charset=utf-8")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "news.wacz"


def fill(archive: Archive) -> None:
    """Store two articles, one of them twice, and one of another site three days later."""
    archive.store(fetched(1, exchanges=(exchange(1, head=TYPED),)))
    archive.store(fetched(2, 1))
    again = exchange(1, 2, head=UNCHANGED, body=b"")
    archive.store(capture(article(1), after(hours=2), status=304, body=b"", article=None, exchanges=(again,)))
    archive.register(Outlet(site="baomoi", name="Báo Mới", home="https://moi.example/"))
    archive.store(fetched(3, 72, site="baomoi"))
    archive.store(refused(4, Reason.HTTP_ERROR, after(hours=73), site="baomoi"))
    archive.commit()


def lines(packed: zipfile.ZipFile) -> list[tuple[str, str, dict[str, Any]]]:
    """Return key, time and fields of each line of the index."""
    found = [line.split(" ", 2) for line in packed.read("indexes/index.cdxj").decode().splitlines()]
    return [(key, at, json.loads(fields)) for key, at, fields in found]


def unpacked(target: Path, folder: Path) -> Path:
    """Return the folder of an archive that a reader makes of a pack."""
    with zipfile.ZipFile(target) as packed:
        packed.extractall(folder)
    (folder / "archive").rename(folder / "warc")
    (folder / "database" / "news.db").rename(folder / "news.db")
    return folder


def test_each_member_is_stored_with_its_digest(archive: Archive, target: Path) -> None:
    fill(archive)
    pack(archive.folder, target)
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}
        package = json.loads(packed.read("datapackage.json"))
        digest = json.loads(packed.read("datapackage-digest.json"))
        said = {each["path"]: (each["bytes"], each["hash"]) for each in package["resources"]}
        found = {
            name: (len(packed.read(name)), f"sha256:{hashlib.sha256(packed.read(name)).hexdigest()}")
            for name in packed.namelist()
        }
    assert digest == {"path": "datapackage.json", "hash": found.pop("datapackage.json")[1]}
    del found["datapackage-digest.json"]
    assert said == found
    assert (package["wacz_version"], package["created"]) == ("1.1.1", "2025-07-05T02:00:00Z")


def test_the_index_leads_to_each_answer(archive: Archive, target: Path, tmp_path: Path) -> None:
    fill(archive)
    pack(archive.folder, target)
    with zipfile.ZipFile(target) as packed:
        found = lines(packed)
        packed.extractall(tmp_path / "out")
    assert found == sorted(found, key=lambda line: line[:2])
    assert [(key, at, fields["mime"], fields["status"]) for key, at, fields in found] == [
        ("example,baohagiang)/tin/1.html", "20250702010000", "text/html", "200"),
        ("example,baohagiang)/tin/2.html", "20250702020000", "unk", "200"),
        ("example,baohagiang)/tin/3.html", "20250705010000", "unk", "200"),
    ]
    for _, _, fields in found:
        path = tmp_path / "out" / "archive" / fields["filename"]
        record = read_record(path, int(fields["offset"]), length=int(fields["length"]))
        assert (record.url, record.fields["warc-payload-digest"]) == (fields["url"], fields["digest"])


def test_the_pages_are_the_articles(archive: Archive, target: Path) -> None:
    fill(archive)
    archive.store(capture(article(5), body=b""))  # without a raw page
    archive.commit()
    assert (pack(archive.folder, target).pages, pack(archive.folder, target).articles) == (3, 4)
    with zipfile.ZipFile(target) as packed:
        first, *pages = map(json.loads, packed.read("pages/pages.jsonl").decode().splitlines())
    assert first["format"] == "json-pages-1.0"
    assert pages[-1] == {"id": article(1).uid, "url": article(1).url, "ts": "2025-07-02T01:00:00Z", "title": "Tin số 1"}


def test_the_same_archive_gives_the_same_bytes(archive: Archive, target: Path) -> None:
    fill(archive)
    pack(archive.folder, target)
    before = target.read_bytes()
    archive.store(fetched(6, 100))  # not committed
    pack(archive.folder, target)
    assert target.read_bytes() == before


def test_a_pack_has_an_archive_in_it(archive: Archive, target: Path, tmp_path: Path) -> None:
    fill(archive)
    pack(archive.folder, target)
    with Archive.open(unpacked(target, tmp_path / "out"), read_only=True) as copy:
        assert [stored.article for stored in copy.articles()] == [stored.article for stored in archive.articles()]
        assert copy.raw_page(article(2).uid).content == page_of(2)


@pytest.mark.parametrize(
    ("options", "articles"),
    [
        ([SITE], [1, 2]),
        (["baomoi"], [3]),
        (["--since", "2025-07-03"], [3]),
        ([SITE, "--since", "2025-07-03"], []),
        ([SITE, "baomoi"], [1, 2, 3]),
    ],
)
def test_sites_and_days_are_chosen(
    archive: Archive, target: Path, tmp_path: Path, options: list[str], articles: list[int]
) -> None:
    fill(archive)
    done = CliRunner().invoke(main, ["pack", str(target), *options, "--archive", str(archive.folder), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["articles"] == len(articles)
    with zipfile.ZipFile(target) as packed:
        assert {fields["url"] for _, _, fields in lines(packed)} == {article(number).url for number in articles}
        data = b"".join(packed.read(name) for name in packed.namelist())
    others = {1, 2, 3} - set(articles)
    assert [number for number in others if article(number).url.encode() in data] == []
    if not articles:
        return
    folder = unpacked(target, tmp_path / "out")
    connection = sqlite3.connect(folder / "news.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert find_differences(connection, SCHEMA).foreign == ()
    connection.close()
    with Archive.open(folder, read_only=True) as copy:
        assert {hit.uid for hit in copy.search("tin so")} == {article(number).uid for number in articles}
        for number in articles:
            assert copy.raw_page(article(number).uid).content == page_of(number)


def test_the_body_of_an_unchanged_page_comes_with_it(archive: Archive, target: Path) -> None:
    archive.store(fetched(1))
    archive.store(fetched(1, 72))  # the same bytes, days later
    archive.commit()
    pack(archive.folder, target, since=datetime(2025, 7, 5, tzinfo=VIETNAM))
    with zipfile.ZipFile(target) as packed:
        assert [fields["mime"] for _, _, fields in lines(packed)] == ["unk", "warc/revisit"]


def test_a_damaged_page_makes_no_pack(archive: Archive, target: Path) -> None:
    fill(archive)
    (path,) = (archive.folder / "warc").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:900] + bytes((whole[900] ^ 1,)) + whole[901:])
    with pytest.raises(DamagedWarc, match=path.name):
        pack(archive.folder, target)
    path.unlink()
    with pytest.raises(DamagedWarc, match="missing"):
        pack(archive.folder, target)
    assert list(target.parent.glob("*news.wacz*")) == []


def test_an_unknown_site_is_named(archive: Archive, target: Path) -> None:
    with pytest.raises(BadQuery, match="no site baolạ"):
        pack(archive.folder, target, sites=["baolạ"])


def test_an_archive_without_raw_pages_is_packed(archive: Archive, target: Path) -> None:
    archive.store(capture(article(1), body=b"", exchanges=()))
    archive.commit()
    assert pack(archive.folder, target).pages == 0
    with zipfile.ZipFile(target) as packed:
        assert "database/news.db" in packed.namelist()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.baokhanhhoa.vn/A/B.HTML?b=2&a=1", "vn,baokhanhhoa)/a/b.html?a=1&b=2"),
        ("http://x.vn:80", "vn,x)/"),
        ("https://x.vn:8443/p/?", "vn,x:8443)/p"),
        ("https://m.bao.vn/tin/1/", "vn,bao,m)/tin/1"),
        ("http://127.0.0.1:8871/", "1,0,0,127:8871)/"),
        ("http://www2.bao.vn/%E1%BA%A1?q=%C3%A1&p=", "vn,bao)/%e1%ba%a1?p=&q=%c3%a1"),
    ],
)
def test_keys_are_those_of_other_tools(url: str, key: str) -> None:
    assert surt(url) == key


@pytest.mark.parametrize("options", [{}, {"sites": [SITE]}, {"since": after(hours=-1)}], ids=["all", "site", "since"])
def test_a_withheld_article_is_not_in_it(
    archive: Archive, target: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    hidden = article(1, title="Khuổi Trang", body="Ông Bí Mật trồng cam.", byline=("Bí Mật",))
    picture, feed = exchange(1, url="https://x.example/rieng.jpg"), exchange(9, url="https://x.example/rss")
    page = f"<p>{hidden.title} {hidden.body}</p>{page_of(1).decode()}".encode()
    rss = f"<item>{hidden.title} <link>{hidden.url}</link></item>".encode()
    archive.keep([replace(picture, body="Khuổi Trang".encode() * 200)], run=None)
    archive.store(fetched(1, article=hidden, exchanges=(replace(exchange(1), body=page, head=TYPED_PLAIN),)))
    archive.store(fetched(2, 1))
    robots = exchange(2, 1, url="https://x.example/robots.txt")
    archive.keep([replace(feed, body=rss, head=TYPED_PLAIN), robots], run=None)
    archive.store(capture(hidden, after(hours=2), url=f"{hidden.url}?m=1", body=b""))
    archive.correct(hidden.uid, title="Khuổi Trang, sửa", at=after(hours=3), by="Lan")
    archive.withhold(hidden.uid, reason="order 1", at=after(hours=4), by="Lan")
    archive.store(capture(hidden, after(hours=5), body=b""))
    archive.store(fetched(3, 6))
    archive.commit()
    done = pack(archive.folder, target, **options)
    assert (done.articles, done.pages) == (2, 2)
    with zipfile.ZipFile(target) as packed:
        names = [fields["url"] for _, _, fields in lines(packed)]
        data = b"".join(packed.read(name) for name in packed.namelist())
    assert [url for url in names if url in (hidden.url, picture.url, feed.url)] == []
    copy = unpacked(target, tmp_path / "out")
    for path in (copy / "warc").iterdir():
        data += b"".join(record.block for record in read_records(path))
    forms = [form for word in ("Khuổi", "Bí Mật") for form in (word, json.dumps(word).strip('"'))]
    assert [form for form in forms if form.encode() in data] == []
    assert [each.what for each in check(copy, at=after(days=9), deep=True).findings] == [
        f"article {hidden.uid[:8]}, which is withheld",
    ]
    with Archive.open(copy, read_only=True) as shown:
        assert [stored.article for stored in shown.articles()] == [article(3), article(2)]
        assert shown.raw_page(article(2).uid).content == page_of(2)
        assert shown.withholdings()[0].uid == hidden.uid


def test_a_pack_of_a_part_has_a_chain_that_says_so(archive: Archive, target: Path, tmp_path: Path) -> None:
    fill(archive)
    archive.correct(article(1).uid, title="Khác", at=after(days=4), by="Lan")
    pack(archive.folder, target, sites=["baomoi"])
    copy = unpacked(target, tmp_path / "out")
    assert check(copy, at=after(days=9), deep=True).findings == ()


def test_every_table_is_cut_or_kept_whole() -> None:
    """A new table needs a place: a pack of some sites must not have the rows of the others."""
    kept_whole = {"provinces", "sites", "ledger"}
    made_again = {"archive_id", "outlet_months", "origin_months"}
    cut = set(re.findall(r"DELETE FROM (\w+)", " ".join(_CUT)))
    assert cut | kept_whole | made_again == tables(), "a pack has an id of its own, and months of its own rows"
    assert cut & kept_whole == set()

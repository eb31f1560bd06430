"""Raw pages of a crawl: what goes over the wire is what the WARC files have."""

import gzip
from pathlib import Path

from archive import Archive
from archive.warc.members import FoundRecord, read_records
from tests.crawler.conftest import Run
from tests.crawler.wire import BAD, GOOD, Answer, Send, Wire, article, listing, page, serve, site_file

ROBOTS = page(b"User-agent: *\nDisallow: /rao-vat/\n", Content_Type="text/plain")
REDIRECT = page(status=301, Location=GOOD)
PACKED = gzip.compress(article("Bài đã nén", paragraphs=9), mtime=0)
LARGE = "Mot dong dai hon. " * 9
CHUNKS = (
    b"HTTP/1.1 200 All Right\r\nserver: Nginx\r\nX-Two: 1\r\nDate: now\r\nX-Two: 2\r\nContent-Encoding: gzip\r\n"
    b"Transfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"
)
TOO_EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"


def in_chunks(send: Send) -> None:
    send(TOO_EARLY + CHUNKS)
    for start in range(0, len(PACKED), 100):
        piece = PACKED[start : start + 100]
        send(b"%x\r\n%s\r\n" % (len(piece), piece))
    send(b"0\r\n\r\n")


def answers_in(folder: Path) -> list[FoundRecord]:
    files = (folder / "news-archive" / "warc").iterdir()
    return [
        found for path in files for found in read_records(path) if found.fields["warc-type"] in ("response", "revisit")
    ]


def crawl(run: Run, folder: Path, wire: Wire, *options: str) -> None:
    (folder / "bao.toml").write_text(site_file(wire.origin), encoding="utf-8")
    run("crawl", "--create", "--site-file", "bao.toml", "--allow-private", "--delay", 0, *options)


def test_each_answer_lies_there_as_it_was_sent(run: Run, tmp_path: Path) -> None:
    refused, late = page(status=503), page(article("Bài về sau", paragraphs=7))
    answers: dict[str, tuple[Answer, ...]] = {
        "/robots.txt": (ROBOTS,),
        "/": (page(listing(BAD, GOOD, "/bai/cu.html")),),
        GOOD: (in_chunks,),
        BAD: (refused, late),
        "/bai/cu.html": (REDIRECT,),
    }
    with serve(Wire(answers)) as wire:
        crawl(run, tmp_path, wire)
    found = {(each.url, each.head + each.body): each for each in answers_in(tmp_path)}
    kept = CHUNKS.replace(b"Transfer-Encoding", b"X-Orig-Transfer-Encoding") + PACKED
    sent = {
        ("/robots.txt", ROBOTS),
        ("/", answers["/"][0]),
        (GOOD, kept),
        (BAD, refused),
        (BAD, late),
        ("/bai/cu.html", REDIRECT),
    }
    assert {(wire.origin + path, answer) for path, answer in sent} <= found.keys()
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        stored = archive.get(wire.origin + GOOD)
        assert archive.raw_page(stored.id).content == gzip.decompress(PACKED)


def test_the_request_is_the_one_that_the_server_saw(run: Run, tmp_path: Path) -> None:
    seen: list[bytes] = []
    with serve(Wire({"/": (page(listing(GOOD)),), GOOD: (page(article()),)})) as wire:
        crawl(run, tmp_path, wire)
        hits = list(wire.hits)
    (path,) = (tmp_path / "news-archive" / "warc").iterdir()
    for each in read_records(path):
        if each.fields["warc-type"] == "request":
            seen.append(each.block)
    assert len(seen) == len(hits)
    for block, hit in zip(seen, hits, strict=True):
        first, *lines = block.decode().removesuffix("\r\n\r\n").split("\r\n")
        assert first == f"GET {hit.path} HTTP/1.1"
        assert {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)} == hit.headers


def test_a_page_outside_the_wanted_days_is_kept_too(run: Run, tmp_path: Path) -> None:
    with serve(Wire({"/": (page(listing(GOOD)),), GOOD: (page(article()),)})) as wire:
        crawl(run, tmp_path, wire, "--since", "2025-12-01")
        assert wire.origin + GOOD in {each.url for each in answers_in(tmp_path)}
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        assert list(archive.articles()) == []


def test_an_unchanged_page_is_a_revisit_in_the_next_run(run: Run, tmp_path: Path) -> None:
    listed = page(listing(GOOD), ETag='"1"')
    with serve(Wire({"/": (listed, page(status=304)), GOOD: (page(article()),)})) as wire:
        crawl(run, tmp_path, wire)
        crawl(run, tmp_path, wire, "--refetch")
    again = [each for each in answers_in(tmp_path) if each.fields["warc-type"] == "revisit"]
    assert {(each.url, each.fields["warc-profile"].rsplit("/")[-1]) for each in again} == {
        (wire.origin + "/", "server-not-modified"),
        (wire.origin + GOOD, "identical-payload-digest"),
    }


def test_a_crawl_without_raw_pages_says_so_in_its_run(run: Run, tmp_path: Path) -> None:
    with serve(Wire({"/": (page(listing(GOOD)),), GOOD: (page(article()),)})) as wire:
        crawl(run, tmp_path, wire, "--no-raw")
    assert not (tmp_path / "news-archive" / "warc").exists()
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        ((kept,),) = archive._connection.execute("SELECT json_extract(settings, '$.raw') FROM runs").fetchall()
    assert kept == 0


def test_pictures_are_kept_after_all_pages_if_the_site_file_asks_for_them(run: Run, tmp_path: Path) -> None:
    def illustrated(*pictures: str) -> bytes:
        figures = "".join(f"<figure><img src='{each}'><figcaption>Cầu mới</figcaption></figure>" for each in pictures)
        return article().replace(b"<p>", f"{figures}<p>".encode(), 1)

    picture = page(b"\xff\xd8\xff" + bytes(2000), Content_Type="image/jpeg")
    with serve(Wire({"/b.jpg": (picture,)})) as shop, serve(Wire({"/c.jpg": (picture,)})) as stranger:
        shown = illustrated("/a.jpg", "/gone.jpg", f"{shop.origin}/b.jpg", f"{stranger.origin}/c.jpg")
        answers: dict[str, tuple[Answer, ...]] = {
            "/": (page(listing(GOOD, BAD)),),
            GOOD: (page(shown),),
            BAD: (page(article("Bài thứ hai", paragraphs=9)),),
            "/a.jpg": (picture,),
        }
        with serve(Wire(answers)) as wire:
            hosts = f'raw = "page+images"\npicture_hosts = ["{shop.origin.removeprefix("http://")}"]'
            (tmp_path / "bao.toml").write_text(site_file(wire.origin, hosts), encoding="utf-8")
            for _ in range(2):
                run("crawl", "--create", "--site-file", "bao.toml", "--allow-private", "--delay", 0)
        assert wire.paths()[:6] == ["/robots.txt", "/", GOOD, BAD, "/a.jpg", "/gone.jpg"]
        assert (wire.paths().count("/a.jpg"), shop.paths().count("/b.jpg")) == (1, 1), "the second run has them"
        assert stranger.paths() == []
    kept = {each.url: each.body for each in answers_in(tmp_path) if each.url and each.url.endswith("/a.jpg")}
    assert kept == {wire.origin + "/a.jpg": b"\xff\xd8\xff" + bytes(2000)}

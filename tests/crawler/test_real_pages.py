"""Real pages, crawled over loopback HTTP: the archive must have the records that `extract` returns."""

import json
import threading
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive import Archive, Article
from crawler.extract.article import extract
from crawler.page import Page
from crawler.site_files.load import load_site
from tests.crawler.conftest import Run
from tests.saved import NO_PAGES, PAGES

SITE = """outlet = "Trang thật"
home = "{origin}/"
domains = ["{host}"]
article_url = ['^/bai/']
[[source]]
kind = "section"
url = "{origin}/"
"""


@pytest.fixture
def origin() -> Iterator[str]:
    """Serve each saved page under /bai/, and a section page that links to all of them."""
    names = sorted(path.stem for path in (PAGES / "articles").glob("*.html"))
    if not names:
        pytest.skip(NO_PAGES)
    links = "".join(f'<p><a href="/bai/{name}.html">{name}</a></p>' for name in names)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            body = f"<html><body>{links}</body></html>".encode() if path == "/" else b""
            if path.startswith("/bai/"):
                body = (PAGES / "articles" / path.removeprefix("/bai/")).read_bytes()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_crawled_records_are_those_of_extract(run: Run, origin: str, tmp_path: Path) -> None:
    site_file = tmp_path / "real.toml"
    site_file.write_text(SITE.format(origin=origin, host=urlsplit(origin).netloc), encoding="utf-8")
    done = run("crawl", "--create", "--site-file", site_file, "--allow-private", "--delay", 0, "--json")
    report = json.loads(done.stdout)
    pages = sorted((PAGES / "articles").glob("*.html"))
    assert done.returncode == 0, done.stderr
    assert (report["stored"], report["balances"]) == (len(pages), True)
    site = load_site(site_file)
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        for path in pages:
            page = Page(f"{origin}/bai/{path.name}", path.read_bytes(), datetime.now(UTC), "text/html; charset=utf-8")
            want = extract(page, site).article
            assert want is not None
            got = archive.get(want.url).article
            for each in fields(Article):
                assert getattr(got, each.name) == getattr(want, each.name), (path.name, each.name)

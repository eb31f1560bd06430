"""Crawls of the sample site: what the archive holds afterwards, and what went over the wire."""

import re
import threading
from collections import Counter
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive import Archive, ExitCode
from crawler.crawl.report import gravest
from crawler.demo.outlets import outlets
from crawler.demo.serve import SampleWeb
from tests.crawler.conftest import Run
from tests.crawler.crawls import crawl


def every(site_files: dict[str, Path]) -> list[object]:
    return [part for path in site_files.values() for part in ("--site-file", path)]


@pytest.mark.parametrize("workers", [0, 2])
def test_every_article_is_stored_once_and_a_second_crawl_stores_nothing(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path, workers: int
) -> None:
    code, reports = crawl(run, *every(site_files), "--workers", workers)
    assert code == 0
    assert [report["balances"] for report in reports] == [True] * 3
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        stored = {each.article.url: each.article for each in archive.articles()}
    want = {
        record.url: record
        for outlet in outlets()
        for article in outlet.articles
        for record in [article.expected(web.origins[outlet.name])]
    }
    assert stored.keys() == want.keys()
    assert {url: article.text_sha256 for url, article in stored.items()} == {
        url: article.text_sha256 for url, article in want.items()
    }
    assert {url: article.published_at for url, article in stored.items()} == {
        url: article.published_at for url, article in want.items()
    }
    asked = Counter((request.outlet, request.target) for request in web.log)
    assert max(asked.values()) == 1, "no page is asked for twice"

    articles = {article.path for outlet in outlets() for article in outlet.articles}
    web.log.clear()
    code, reports = crawl(run, *every(site_files))
    assert code == 0
    assert [(report["found"], report["stored"]) for report in reports] == [(0, 0)] * 3
    conditional = [request for request in web.log if "if-none-match" in dict(request.headers)]
    assert len(conditional) >= 3, "unchanged lists are not sent again"
    assert not articles & {request.target for request in web.log}, "what is stored is not fetched again"


def test_a_crawl_keeps_to_its_site_and_to_robots_txt(run: Run, web: SampleWeb, site_files: dict[str, Path]) -> None:
    crawl(run, *every(site_files))
    for outlet in outlets():
        targets = [request.target for request in web.log if request.outlet == outlet.name]
        assert targets[0] == "/robots.txt"
        for path in outlet.disallowed:
            assert not [target for target in targets if target.startswith(path)]
        assert not [target for target in targets if "utm_" in target], "tracking parameters are dropped"
    agents = {dict(request.headers)["user-agent"] for request in web.log}
    assert all(re.search(r"baotinh.*\+https?://", agent) for agent in agents), "a contact is in every request"


def test_limit_leaves_the_rest_for_the_next_crawl(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path
) -> None:
    site = next(iter(site_files.values()))
    _, (first,) = crawl(run, "--site-file", site, "--limit", 5)
    assert (first["stored"] + sum(first["refused"].values()), first["left"] > 0) == (5, True)
    code, (second,) = crawl(run, "--site-file", site)
    assert code == 0
    assert second["left"] == 0
    count = len(outlets()[0].articles)
    assert first["stored"] + second["stored"] == count
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        assert len(list(archive.articles())) == count


def test_a_section_that_was_not_walked_to_its_end_is_walked_on(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path
) -> None:
    """A crawl that was stopped on a first page must not hide the pages behind it for ever."""
    path, outlet = site_files["nanggio"], outlets()[1]
    section = max(outlet.paper.top_sections, key=lambda each: len(outlet.paper.in_section(each)))
    head, _, _ = path.read_text(encoding="utf-8").partition("[[source]]")
    source = f'kind = "section"\nurl = "{web.origins[outlet.name]}/{section}/"'
    path.write_text(f"{head}[[source]]\n{source}\n", encoding="utf-8")
    crawl(run, "--site-file", path, "--archive", "whole")
    crawl(run, "--site-file", path, "--limit", 1)
    crawl(run, "--site-file", path)
    crawl(run, "--site-file", path)
    counts = []
    for folder in ("whole", "news-archive"):
        with Archive.open(tmp_path / folder, read_only=True) as archive:
            counts.append(len(list(archive.articles())))
    assert counts[0] > outlet.page_size, "the section has a second page"
    assert counts[0] == counts[1]


def test_since_and_until_bound_what_is_stored(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path
) -> None:
    crawl(run, *every(site_files), "--since", "2025-09-01", "--until", "2025-11-30")
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        days = sorted(
            each.article.published_at.date().isoformat() for each in archive.articles() if each.article.published_at
        )
    want = sorted(
        article.published.date().isoformat()
        for outlet in outlets()
        for article in outlet.articles
        if "2025-09-01" <= article.published.date().isoformat() <= "2025-11-30"
    )
    assert days == want


def test_sources_that_do_not_answer_end_with_4(run: Run, web: SampleWeb, site_files: dict[str, Path]) -> None:
    path = next(iter(site_files.values()))
    closed = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:9", path.read_text(encoding="utf-8"))
    path.write_text(closed, encoding="utf-8")
    code, (report,) = crawl(run, "--site-file", path)
    assert code == 4
    assert report["sources_ok"] == 0
    assert report["sources_failed"] > 0
    assert not web.log


def test_a_design_that_nothing_recognises_does_not_end_with_0(
    run: Run, web: SampleWeb, site_files: dict[str, Path]
) -> None:
    path = next(iter(site_files.values()))
    text = path.read_text(encoding="utf-8") + "\n"
    path.write_text(re.sub(r"(?m)^platform = .*$", "article_url = ['/khong-co-bai-nao/']", text), encoding="utf-8")
    code, (report,) = crawl(run, "--site-file", path)
    assert code in (3, 4), "zero articles are no success"
    assert report["stored"] == 0


ROBOTS = [
    (200, b"User-agent: *\nDisallow: /", False),
    (500, b"", False),
    (429, b"", False),
    (404, b"", True),
    (200, b"User-agent: *\nAllow: /", True),
]


@pytest.mark.parametrize(("status", "body", "is_open"), ROBOTS)
def test_robots_txt_decides_before_anything_else_is_asked(
    run: Run, tmp_path: Path, status: int, body: bytes, is_open: bool
) -> None:
    """With several sources: they all wait for one robots.txt, and none of them slips through."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            is_robots = self.path == "/robots.txt"
            self.send_response(status if is_robots else 200)
            content = body if is_robots else b"<html><body></body></html>"
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    host = f"127.0.0.1:{server.server_address[1]}"
    source = '[[source]]\nkind = "section"\nurl = "http://{host}/muc-{number}/"\n'
    (tmp_path / "site.toml").write_text(
        f'outlet = "Báo Thử"\nhome = "http://{host}/"\ndomains = ["{host}"]\narticle_url = ["/bai/"]\n'
        + "".join(source.format(host=host, number=number) for number in range(5)),
        encoding="utf-8",
    )
    code, (report,) = crawl(run, "--site-file", tmp_path / "site.toml")
    server.shutdown()
    server.server_close()
    pages = [path for path in asked if path != "/robots.txt"]
    assert asked[0] == "/robots.txt"
    assert len(pages) == (5 if is_open else 0)
    assert code != 0
    if not is_open:
        assert code == 4
        assert {trouble["reason"] for trouble in report["troubles"]} == {"robots"}


def test_two_site_files_of_one_host_are_not_crawled_side_by_side(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path
) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_bytes(site_files["doiche"].read_bytes())
    done = run("crawl", "--create", "--allow-private", "--site-file", site_files["doiche"], "--site-file", draft)
    assert done.returncode == 2
    assert "is a host of doiche and of draft" in done.stderr
    assert not web.log


def test_a_site_that_another_crawl_holds_does_not_hide_the_others(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path
) -> None:
    with Archive.open(tmp_path / "news-archive", create=True) as archive:
        archive.begin_run("doiche", started_at=datetime.now(UTC), version="0", settings={})
        archive.commit()
        code, reports = crawl(run, "--site-file", site_files["doiche"], "--site-file", site_files["nanggio"])
    assert code == 6
    assert [(report["site"], report["stored"]) for report in reports] == [("nanggio", len(outlets()[1].articles))]


def test_a_crawl_that_must_wait_hides_no_outlet_that_is_closed(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path
) -> None:
    closed = site_files["nanggio"]
    closed.write_text(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:9", closed.read_text(encoding="utf-8")), encoding="utf-8")
    with Archive.open(tmp_path / "news-archive", create=True) as archive:
        archive.begin_run("doiche", started_at=datetime.now(UTC), version="0", settings={})
        code, _ = crawl(run, "--site-file", site_files["doiche"], "--site-file", closed)
    assert code == 4


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ((0, 6), 6),
        ((6, 3), 3),
        ((3, 4, 0), 4),
        ((6, 130), 130),
        ((130, 1), 1),
        ((130, 4), 4),
        ((4, 5, 6), 5),
        ((1, 4), 1),
    ],
)
def test_the_gravest_of_several_ends_is_told(codes: tuple[int, ...], worst: int) -> None:
    assert gravest(map(ExitCode, codes)) == worst

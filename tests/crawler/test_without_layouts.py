"""The sample site in a layout that no layout knows: what a crawl stores, and what it changes."""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest

from archive import Archive, Article, Doubt, Text, is_same_text
from crawler.demo.newsroom import Paragraph
from crawler.demo.outlets import outlets
from crawler.demo.serve import SampleWeb, serve
from crawler.demo.web import Outlet, Response
from tests.crawler.conftest import Run
from tests.crawler.test_probe import as_kind

EDITED = 2
"""Articles of each outlet that the newspaper edits."""
NAMES = re.compile(rb'(\b(?:class|id)=")([^"]*)"')
"""By these the layouts know a page and find its parts."""
ADDED = Paragraph("Đến chiều cùng ngày, đoàn công tác đã trao mười hai suất quà cho bà con trong xã.")


class Living(Outlet):
    """An outlet that may edit and redesign its articles, and whose pages have other bytes at every look."""

    now: ClassVar[dict[str, Outlet]] = {}
    """Name → the outlet that answers."""
    is_redesigned: ClassVar[bool] = False
    looks: ClassVar[Iterator[int]] = count()

    def respond(self, target: str, origin: str, request_headers: Mapping[str, str]) -> Response:
        shown = {name: value for name, value in request_headers.items() if name == "host"}
        edited = self.now.get(self.name)
        response = edited.respond(target, origin, shown) if edited else super().respond(target, origin, shown)
        if response.status != 200 or target not in {article.path for article in self.articles}:
            return response
        body = response.body + b"<!-- look %d -->" % next(self.looks)
        if self.is_redesigned:
            body = NAMES.sub(lambda found: found[1] + b" ".join(b"n-" + each for each in found[2].split()) + b'"', body)
        headers = [pair for pair in response.headers if pair[0] not in ("Content-Length", "ETag", "Last-Modified")]
        return Response(response.status, (*headers, ("Content-Length", str(len(body)))), body)


@pytest.fixture
def living() -> Iterator[SampleWeb]:
    Living.now, Living.is_redesigned = {}, False
    with serve([as_kind(Living, outlet) for outlet in outlets()], port=0) as web:
        yield web


def edit_some() -> None:
    """Add a paragraph to the first articles of each outlet."""
    for outlet in outlets():
        edited = [replace(each, blocks=(*each.blocks, ADDED)) for each in outlet.articles[:EDITED]]
        paper = replace(outlet.paper, articles=(*edited, *outlet.articles[EDITED:]))
        Living.now[outlet.name] = replace(outlet, paper=paper)


def crawl(run: Run, web: SampleWeb, folder: Path) -> list[dict[str, Any]]:
    """Crawl all outlets, all of their articles once more; return the reports."""
    files: list[object] = []
    for name, text in web.site_files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        files += ["--site-file", folder / f"{name}.toml"]
    database = folder / "news-archive" / "news.db"
    if database.exists():
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("UPDATE urls SET due_at = fetched_at WHERE article_id IS NOT NULL")
    done = run("crawl", "--create", "--allow-private", "--delay", 0, *files, "--json")
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) == len(files) / 2, done.stderr
    assert all(report["balances"] for report in reports)
    return reports


def stored(folder: Path) -> dict[str, Article]:
    with Archive.open(folder / "news-archive", read_only=True) as archive:
        return {each.article.url: each.article for each in archive.articles()}


def total(reports: list[dict[str, Any]], key: str) -> int:
    return sum(report[key] for report in reports)


def test_without_layouts_every_article_is_the_same_or_doubtful(run: Run, living: SampleWeb, tmp_path: Path) -> None:
    crawl(run, living, tmp_path)
    read_by_layouts = stored(tmp_path)
    (tmp_path / "news-archive").rename(tmp_path / "by-layouts")
    Living.is_redesigned = True
    crawl(run, living, tmp_path)
    read_without = stored(tmp_path)
    assert {article.sources["body"] for article in read_without.values()} == {"generic"}
    assert read_without.keys() == read_by_layouts.keys()
    differing = {
        url: article.body
        for url, article in read_without.items()
        if not set(article.doubts) - {Doubt.UNKNOWN_LAYOUT}
        and not is_same_text(Text.of(article), Text.of(read_by_layouts[url]))
    }
    assert differing == {}


def test_a_redesign_makes_no_edits_and_hides_none(run: Run, living: SampleWeb, tmp_path: Path) -> None:
    crawl(run, living, tmp_path)
    before = stored(tmp_path)
    Living.is_redesigned = True
    lost = crawl(run, living, tmp_path)
    assert (total(lost, "revised"), stored(tmp_path)) == (0, before)
    assert total(lost, "doubtful") == len(before)
    assert all(report["shortfalls"] for report in lost), "all of them say that something broke"

    edit_some()
    edited = crawl(run, living, tmp_path)
    assert (total(edited, "revised"), stored(tmp_path)) == (0, before)
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        waiting = [each.waiting.article.body for each in archive.doubts() if each.waiting]
    assert sum(ADDED.text in body for body in waiting) == EDITED * len(outlets())

    Living.is_redesigned = False
    mended = crawl(run, living, tmp_path)
    assert (total(mended, "revised"), total(mended, "doubtful")) == (EDITED * len(outlets()), 0)
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        assert archive.doubts() == []
        causes = [each.cause for url in before for each in archive.revisions(url)[1:]]
    assert causes == ["edited"] * EDITED * len(outlets())

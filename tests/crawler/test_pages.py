"""Invented pages with the real markup of every layout: each field must be as a careful reader would copy it."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from archive import Article, Precision, Reason
from crawler.demo.outlets import outlets
from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.page import Page
from crawler.reader import Reader
from crawler.site_files.load import load_platforms, packaged_sites

PAGES = Path(__file__).parents[1] / "pages"
FOLDERS = sorted(path for path in PAGES.glob("*/*") if path.is_dir())
KEYS = {"note", "url", "site", "seen_at"}
"""What every page.json has, beside `article` or `refused`."""
FIELDS: dict[str, Callable[[Article], Any]] = {
    "title": lambda got: got.title,
    "lead": lambda got: got.lead,
    "lead_mark": lambda got: got.lead_mark,
    "body": lambda got: got.body.split("\n"),
    "byline": lambda got: list(got.byline),
    "byline_raw": lambda got: got.byline_raw,
    "source_credit": lambda got: got.source_credit,
    "published": lambda got: moment(got.published_at, got.published_precision),
    "modified": lambda got: moment(got.modified_at, Precision.MINUTE),
    "section": lambda got: list(got.section),
    "tags": lambda got: list(got.tags),
    "images": lambda got: [[image.url, image.caption] for image in got.images],
    "language": lambda got: got.language,
}
"""Fields of `article` in page.json, in the record's order; one that a page leaves out is not compared."""


def moment(at: datetime | None, precision: Precision | None) -> str | None:
    """Return "2026-01-08T18:21+07:00", or "2026-01-08" if only the day is known. Pages print no seconds."""
    if at is None:
        return None
    return at.date().isoformat() if precision is Precision.DAY else at.isoformat(timespec="minutes")


def truth(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    return found


def name_of(folder: Path) -> str:
    return f"{folder.parent.name}-{folder.name}"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def read(folder: Path, reader: Reader) -> Extraction:
    want = truth(folder)
    body = (folder / "page.html").read_bytes()
    page = Page(want["url"], body, datetime.fromisoformat(want["seen_at"]))
    if not want["site"]:
        return reader.extract(page)
    return extract(page, next(site for site in reader.sites.values() if site.name == want["site"]))


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_page_gives_what_a_reader_would_copy(folder: Path, reader: Reader) -> None:
    want, got = truth(folder), read(folder, reader)
    if "refused" in want:
        assert got.refusal is not None, f"not refused: {want['note']}"
        assert got.refusal.reason == want["refused"]
        return
    assert got.article is not None, got.refusal
    found = {name: read_field(got.article) for name, read_field in FIELDS.items()} | {"layout": got.layout}
    wrong = {name: (value, found[name]) for name, value in want["article"].items() if found[name] != value}
    assert not wrong, "\n".join(f"{name}: want {wanted!r}, got {given!r}" for name, (wanted, given) in wrong.items())


def test_every_layout_has_a_page() -> None:
    names = {layout.name for platform in load_platforms().values() for layout in platform.layouts}
    names |= {layout.name for site in packaged_sites().values() for layout in site.layouts}
    shown = {truth(folder).get("article", {}).get("layout") for folder in FOLDERS}
    assert names <= shown, f"no page of {sorted(names - shown)}"


def recognised_by(html: bytes) -> list[tuple[str, str]]:
    """Return platform and name of every layout of a platform that recognises a page."""
    page = LexborHTMLParser(html)
    platforms = load_platforms().values()
    return [(each.name, layout.name) for each in platforms for layout in each.layouts if page.css_first(layout.detect)]


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_page_is_recognised_by_its_own_platform_only(folder: Path) -> None:
    """A folder has the name of the CMS family whose layout it shows, or of the site; other pages are in "generic"."""
    found = recognised_by((folder / "page.html").read_bytes())
    assert {platform for platform, _ in found} <= {folder.parent.name}
    assert len(found) <= 1


@pytest.mark.parametrize(
    "folder", [each for each in FOLDERS if truth(each).get("article", {}).get("layout")], ids=name_of
)
def test_a_page_is_recognised_by_one_layout_of_its_site(folder: Path, reader: Reader) -> None:
    """A site file has all layouts of its newspaper, old and new, so none may match the pages of another."""
    want, page = truth(folder), LexborHTMLParser((folder / "page.html").read_bytes())
    site = next((site for site in reader.sites.values() if site.name == want["site"]), None)
    layouts = site.layouts if site else reader.layouts
    assert [layout.name for layout in layouts if page.css_first(layout.detect)] == [want["article"]["layout"]]


def test_a_page_of_the_sample_site_is_recognised_by_its_own_platform_only() -> None:
    pages = [(outlet, article) for outlet in outlets() for article in outlet.articles]
    for outlet, article in pages:
        html = outlet.respond(article.path, "http://127.0.0.1:8871", {}).body
        assert [platform for platform, _ in recognised_by(html)] == [outlet.paper.platform], article.path


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_folder_is_whole(folder: Path, reader: Reader) -> None:
    assert {path.name for path in folder.iterdir()} == {"page.html", "page.json"}
    want = truth(folder)
    assert {"article", "refused"} & set(want) in ({"article"}, {"refused"})
    assert set(want) - {"article", "refused"} == KEYS
    assert want["site"] in {None, *(site.name for site in reader.sites.values())}
    found = reader.sites.get(urlsplit(want["url"]).netloc)
    assert want["site"] is None or (found and found.name == want["site"]), "an address on the site's hosts"
    assert datetime.fromisoformat(want["seen_at"]).tzinfo
    known = [*FIELDS, "layout"]
    article = list(want.get("article", {}))
    assert article == sorted(article, key=known.index), "keys in the record's order"
    assert "refused" not in want or want["refused"] in set(Reason)

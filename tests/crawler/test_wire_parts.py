"""An article over several pages: one record with the text of all of them, whatever happens to one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.crawler.conftest import Run
from tests.crawler.crawls import crawl, make_due, rows
from tests.crawler.wire import Answer, Wire, article, listing, page, serve, site_file

PATH = ("/bai/lua-77.html", "/bai/lua-77-p2.html", "/bai/lua-77-p3.html")
QUERY = ("/bai/lua-77.html", "/bai/lua-77.html?trang=2", "/bai/lua-77.html?trang=3")
COUNTED = ("/bai/lua-77-p1.html", "/bai/lua-77-p2.html", "/bai/lua-77-p3.html")
FOLDER = ("/bai/lua/", "/bai/lua/2/", "/bai/lua/3/")


def part(n: int, links: Mapping[int, str], *, word: str = "Trang", canonical: str = "") -> bytes:
    """Return page `n` of an article with these links in its pager."""
    pager = "".join(f"<a href='{path}'>{number}</a> " for number, path in links.items())
    head = f"<link rel='canonical' href='{canonical}'>" if canonical else ""
    text = article("Đồng Sậy được mùa", paragraphs=3).decode().replace("Đoạn", f"{word} {n}, đoạn")
    return text.replace("<head>", f"<head>{head}").replace("</body>", f"<p class=trang>{pager}</p></body>").encode()


def pages(paths: tuple[str, ...], *, canonical: str = "") -> dict[str, tuple[Answer, ...]]:
    links = dict(enumerate(paths, start=1))
    return {path: (page(part(n, links, canonical=canonical), ETag=f'"{n}"'),) for n, path in links.items()}


def body(*numbers: int, word: str = "Trang") -> list[str]:
    return [f"{word} {n}, đoạn {line}" for n in numbers for line in range(3)]


class Paper:
    """A site under test with its archive."""

    def __init__(self, run: Run, folder: Path, wire: Wire) -> None:
        self._run, self._folder, self.wire = run, folder, wire

    def read(self, *options: object, expected: int = 0) -> dict[str, Any]:
        """Crawl, and return the report of a run that ends with the expected code."""
        file = self._folder / "bao.toml"
        file.write_text(site_file(self.wire.origin), encoding="utf-8")
        code, (report,) = crawl(self._run, "--site-file", file, *options)
        assert (code, report["balances"]) == (expected, True), report
        return report

    def answer(self, **answers: bytes) -> None:
        self.wire.answers = {**self.wire.answers, **{path: (answer,) for path, answer in answers.items()}}

    def asked(self) -> list[str]:
        """Paths of articles that were asked for since the last call."""
        asked = [path for path in self.wire.paths() if path.startswith("/bai")]
        self.wire.hits.clear()
        return asked

    def again(self) -> dict[str, Any]:
        make_due(self._folder)
        return self.read()

    def record(self) -> tuple[list[str], int, str, str]:
        """The lines of the one article up to their first comma but one, its revisions, cause and doubts."""
        ((text, *others),) = rows(
            self._folder,
            "SELECT f.body, f.revision_count, a.cause, f.doubts FROM articles_full f JOIN articles a ON a.id = f.id",
        )
        return ([line.partition(":")[0] for line in text.split("\n")], *others)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return rows(self._folder, sql)


@pytest.fixture
def paper(run: Run, tmp_path: Path) -> Any:
    with serve(Wire({"/": (page(listing(PATH[0])),), **pages(PATH)})) as wire:
        yield Paper(run, tmp_path, wire)


@pytest.mark.parametrize(
    ("paths", "named", "canonical"),
    [
        (PATH, PATH[:1], ""),
        (PATH, PATH[:1], PATH[0]),
        (QUERY, QUERY[:1], QUERY[0]),
        (QUERY, QUERY, ""),
        (QUERY, QUERY[::-1], QUERY[0]),
        (PATH, PATH[::-1], ""),
        (PATH, PATH[1:2], PATH[0]),
        (FOLDER, FOLDER[:1], ""),
        (COUNTED, COUNTED[:1], ""),
        (COUNTED, COUNTED[::-1], COUNTED[0]),
        (COUNTED, COUNTED[1:2], ""),
    ],
)
def test_one_record_has_the_text_of_all_pages(
    paper: Paper, paths: tuple[str, ...], named: tuple[str, ...], canonical: str
) -> None:
    paper.wire.answers = {"/": (page(listing(*named)),), **pages(paths, canonical=canonical)}
    report = paper.read()
    assert (report["stored"], report["unchanged"], report["revised"], report["doubtful"]) == (1, 2, 0, 0)
    assert paper.record() == (body(1, 2, 3), 1, "published", "[]")
    assert sorted(paper.asked()) == sorted(paths), "each page once"
    assert paper.rows("SELECT url FROM articles") == [(paper.wire.origin + paths[0],)]
    aliases = paper.rows("SELECT url, cause FROM article_urls ORDER BY url")
    assert aliases == [(paper.wire.origin + path, "part") for path in sorted(paths[1:])]


def test_the_first_page_has_a_number_too(paper: Paper) -> None:
    links = {1: f"{PATH[0]}?trang=1", 2: QUERY[1], 3: QUERY[2]}
    answers = {path: (page(part(n, links)),) for n, path in enumerate(QUERY, start=1)}
    paper.wire.answers = {"/": paper.wire.answers["/"], links[1]: answers[QUERY[0]], **answers}
    paper.read()
    assert paper.record() == (body(1, 2, 3), 1, "published", "[]")
    assert sorted(paper.asked()) == sorted(QUERY)


def test_pages_that_only_their_neighbours_name_are_found_one_by_one(paper: Paper) -> None:
    for n, path in enumerate(PATH):
        following = f"<a rel=next href='{PATH[n + 1]}'>Trang sau</a>" if n < 2 else ""
        text = part(n + 1, {1: PATH[0]} if n else {}).replace(b"<p class=trang>", f"<p>{following}".encode())
        paper.answer(**{path: page(text)})
    paper.read()
    assert paper.record() == (body(1, 2, 3), 1, "published", "[]")


def test_a_page_that_does_not_come_leaves_a_doubt_and_completes_the_text_later(paper: Paper) -> None:
    paper.answer(**{PATH[1]: page(status=500)})
    report = paper.read(expected=3)
    assert (report["stored"], sum(report["failed"].values()), report["doubtful"]) == (1, 1, 2)
    assert paper.record() == (body(1, 3), 1, "published", '["further-pages"]')
    paper.answer(**{PATH[1]: page(part(2, dict(enumerate(PATH, start=1))))})
    paper.rows("UPDATE urls SET due_at = fetched_at WHERE failures > 0")
    paper.asked()
    paper.read()
    assert paper.asked() == [PATH[1]]
    assert paper.record() == (body(1, 2, 3), 1, "published", "[]")


def test_pages_that_are_unchanged_keep_the_text(paper: Paper) -> None:
    paper.read()
    paper.answer(**{path: page(status=304) for path in PATH})
    paper.asked()
    assert paper.again()["unchanged"] == 3
    assert sorted(paper.asked()) == sorted(PATH)
    assert paper.record() == (body(1, 2, 3), 1, "published", "[]")


@pytest.mark.parametrize("changed", [1, 2, 3])
def test_an_edit_of_one_page_is_a_revision_of_the_whole(paper: Paper, changed: int) -> None:
    paper.read()
    links = dict(enumerate(PATH, start=1))
    paper.answer(**{path: page(status=304) for path in PATH})
    paper.answer(**{PATH[changed - 1]: page(part(changed, links, word="Sửa"))})
    report = paper.again()
    assert (report["revised"], report["unchanged"]) == (1, 2)
    lines = [line for n in links for line in body(n, word="Sửa" if n == changed else "Trang")]
    assert paper.record() == (lines, 2, "edited", "[]")


def test_a_text_that_shrinks_from_three_pages_to_two_is_an_edit(paper: Paper) -> None:
    paper.read()
    two = dict(enumerate(PATH[:2], start=1))
    paper.answer(**{PATH[n - 1]: page(part(n, two)) for n in two}, **{PATH[2]: page(status=404)})
    paper.again()
    assert paper.record() == (body(1, 2), 2, "edited", "[]")
    assert paper.rows("SELECT status FROM articles") == [("live",)]
    paper.again()
    assert paper.record() == (body(1, 2), 2, "edited", "[]")


def test_a_page_that_is_gone_buries_no_article(paper: Paper) -> None:
    paper.read()
    paper.answer(**{PATH[2]: page(status=404)})
    for _ in range(2):
        report = paper.again()
        assert (report["gone"], report["refused"]) == (0, {"gone": 1})
    assert paper.record() == (body(1, 2, 3), 1, "published", "[]")
    assert paper.rows("SELECT status, (SELECT count(*) FROM tombstones) FROM articles") == [("live", 0)]


@pytest.mark.parametrize("named", [PATH, PATH[::-1]])
def test_a_first_page_that_is_refused_makes_no_article_of_the_others(paper: Paper, named: tuple[str, ...]) -> None:
    refused = page(b"<html><body><h1>Lua</h1><p>Vui long dang nhap</p></body></html>")
    first = paper.wire.answers[PATH[0]]
    paper.answer(**{"/": page(listing(*named)), PATH[0]: refused})
    report = paper.read()
    assert (report["stored"], sum(report["refused"].values()), report["unchanged"]) == (0, 1, 2)
    assert paper.rows("SELECT count(*) FROM articles") == [(0,)]
    told = paper.rows("SELECT url, outcome, detail FROM captures WHERE kind = 'article' AND detail LIKE 'page %'")
    assert sorted({url for url, *_ in told}) == [paper.wire.origin + path for path in PATH[1:]]
    assert {(outcome, "which is to be read first" in detail) for _, outcome, detail in told} == {("unchanged", True)}
    paper.wire.answers = {**paper.wire.answers, PATH[0]: first}
    make_due(paper._folder, "kind = 'article'")
    paper.read()
    assert paper.record() == (body(1, 2, 3), 1, "published", "[]")


def test_the_second_page_of_the_comments_adds_nothing(paper: Paper) -> None:
    links = {1: PATH[0], 2: f"{PATH[0]}?page=2"}
    paper.wire.answers = {"/": paper.wire.answers["/"], **{path: (page(part(1, links)),) for path in links.values()}}
    paper.read()
    assert paper.record() == (body(1), 1, "published", "[]")


def test_pages_beyond_the_bound_are_not_asked_for(paper: Paper) -> None:
    paths = (PATH[0], *(f"/bai/lua-77-p{n}.html" for n in range(2, 26)))
    paper.wire.answers = {"/": paper.wire.answers["/"], **pages(paths)}
    paper.read()
    assert len(paper.asked()) == 20
    assert paper.record() == (body(*range(1, 21)), 1, "published", '["further-pages"]')


def test_other_addresses_of_the_first_page_lead_to_the_same_article(paper: Paper) -> None:
    canonical = pages(QUERY, canonical=QUERY[0])
    shared = f"{QUERY[0]}?from=hop"
    paper.wire.answers = {"/": (page(listing(QUERY[0], shared)),), **canonical, shared: canonical[QUERY[0]]}
    paper.read()
    assert paper.record() == (body(1, 2, 3), 1, "published", "[]")
    paper.again()
    assert paper.record() == (body(1, 2, 3), 1, "published", "[]")


def test_refetch_reads_each_page_again(paper: Paper, run: Run) -> None:
    paper.read()
    paper.asked()
    assert paper.read("--refetch")["unchanged"] == 3
    assert sorted(paper.asked()) == sorted(PATH)
    shown = run("show", paper.wire.origin + PATH[2], "--json")
    assert json.loads(shown.stdout)["url"] == paper.wire.origin + PATH[0]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(("title", "day"), [("Lũ về sớm", "14"), ("Đồng Sậy được mùa", "15")])
def test_another_article_with_a_number_in_its_address_is_no_further_page(
    paper: Paper, title: str, day: str, order: tuple[int, int]
) -> None:
    links = ("<a rel=next href='{}'>Bài sau</a>", "<a rel=prev href='{}'>Bài trước</a>")
    texts = [
        article(name, paragraphs=3)
        .decode()
        .replace("2025-11-14", f"2025-11-{date}")
        .replace("</h1>", f"</h1>{link.format(path)}")
        .replace("Đoạn", name)
        for name, date, link, path in zip(
            ("Đồng Sậy được mùa", title), ("14", day), links, (PATH[1], PATH[0]), strict=True
        )
    ]
    answers = {path: (page(text.encode()),) for path, text in zip(PATH, texts, strict=False)}
    paper.wire.answers = {"/": (page(listing(*(PATH[place] for place in order))),), **answers}
    paper.read()
    paper.again()
    stored = paper.rows("SELECT url, revision_count FROM articles ORDER BY url")
    assert stored == [(paper.wire.origin + path, 1) for path in sorted(PATH[:2])]

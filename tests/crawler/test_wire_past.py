"""What a crawl makes of what earlier ones stored: lists that are known, articles that left, rules that were mended."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.crawler.changing import IN_A_FEED, SOURCES, Paper
from tests.crawler.conftest import Run
from tests.crawler.crawls import crawl, make_due, read, rows
from tests.crawler.wire import Answer, Wire, article, listing, page, serve, site_file

COUNT = 39
LAYOUT = '[[layout]]\nname = "cu"\ndetect = ".content"\ntitle = ["h1"]\nbody = [".content"]\n'
NEW_LAYOUT = LAYOUT.replace("cu", "moi").replace("content", "noi-dung")


class Redesigned(Paper):
    """A newspaper whose pages may get another markup."""

    is_new = False

    def _article(self, number: int) -> bytes:
        old = super()._article(number)
        return old.replace(b"class='content'", b"class='noi-dung'") if self.is_new else old


@pytest.fixture
def paper() -> Iterator[Redesigned]:
    paper = Redesigned(COUNT)
    with serve(paper.wire):
        yield paper


def conditional(paper: Paper) -> dict[str, bool]:
    """Path → whether it was asked only for what is new, since the last call."""
    asked = {hit.path: "if-none-match" in hit.headers for hit in paper.wire.hits}
    paper.wire.hits.clear()
    return asked


# --- lists ---


def test_an_address_that_several_lists_name_is_known_once(run: Run, paper: Redesigned, site: Path) -> None:
    site.write_text(paper.site_file(*SOURCES))
    assert read(run, site)["stored"] == COUNT
    paper.asked()
    assert read(run, site)["known"] == IN_A_FEED, "the page of the list names five of them again"
    assert paper.asked() == ["/robots.txt", *SOURCES.values()]


def test_what_lies_outside_the_days_is_not_left(run: Run, paper: Redesigned, site: Path) -> None:
    site.write_text(paper.site_file("feed"))
    report = read(run, site, "--since", paper.published(COUNT - 4).date())
    assert (report["found"], report["stored"], report["left"], report["outside"]) == (5, 5, 0, 15)
    assert read(run, site)["stored"] == 15, "a crawl without days takes them up"


def test_a_last_modified_to_come_is_not_sent_back(run: Run, site: Path, tmp_path: Path) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(days=6000), usegmt=True)
    earlier = format_datetime(datetime.now(UTC) - timedelta(days=6), usegmt=True)
    first, second = (page(article(f"Bài {name}"), Last_Modified=earlier) for name in "ab")
    lists = (page(listing("/bai/1.html"), Last_Modified=later), page(listing("/bai/1.html", "/bai/2.html")))
    with serve(Wire({"/": lists, "/bai/1.html": (first,), "/bai/2.html": (second,)})) as wire:
        site.write_text(site_file(wire.origin))
        read(run, site)
        make_due(tmp_path)
        assert read(run, site)["stored"] == 1
    assert [hit.path for hit in wire.hits if "if-modified-since" in hit.headers] == ["/bai/1.html"]


# --- articles that leave ---


@pytest.mark.parametrize("target", ["/", "/thoi-su/"])
def test_a_redirect_to_a_list_says_that_an_article_is_gone_when_it_comes_twice(
    run: Run, site: Path, tmp_path: Path, target: str
) -> None:
    away: tuple[Answer, ...] = (
        page(article("Tin cũ")),
        *2 * (page(status=302, Location=target),),
        page(article("Tin cũ")),
    )
    home = page(listing("/bai/1.html"))
    with serve(Wire({"/": (home,), "/thoi-su/": (home,), "/bai/1.html": away})) as wire:
        site.write_text(site_file(wire.origin))
        told = []
        for _ in away:
            _, (report,) = crawl(run, "--site-file", site)
            told.append((report["stored"], report["unchanged"], report["gone"], report["refused"]))
            make_due(tmp_path)
    assert told == [(1, 0, 0, {}), (0, 0, 0, {"listing": 1}), (0, 0, 1, {}), (0, 1, 0, {})]
    assert rows(tmp_path, "SELECT reason, back_at IS NOT NULL FROM tombstones") == [("gone", 1)]
    assert rows(tmp_path, "SELECT count(*), status, length(body) > 500 FROM articles_full") == [(1, "live", 1)]


# --- addresses ---


def test_addresses_with_one_text_that_differ_in_a_query_are_one_article(run: Run, site: Path, tmp_path: Path) -> None:
    queries = ("?from=box", "?source=zalo", "?mode=print", "?p=home", "")
    other = "/bai/mua-som.html?so=2"
    with serve(Wire({})) as wire:
        canonical = f"<link rel='canonical' href='{wire.origin}/bai/mua-som.html'></head>".encode()
        answers = {f"/bai/mua-som.html{query}": article("Mùa sớm") for query in queries} | {other: article("Mùa muộn")}
        pages: dict[str, tuple[Answer, ...]] = {
            path: (page(text.replace(b"</head>", canonical)),) for path, text in answers.items()
        }
        wire.answers = {**pages, "/": (page(listing(*pages)),)}
        site.write_text(site_file(wire.origin))
        report = read(run, site)
        plain = f"{wire.origin}/bai/mua-som.html"
        stored = rows(tmp_path, "SELECT url, title FROM articles ORDER BY title")
        assert stored == [(wire.origin + other, "Mùa muộn"), (plain, "Mùa sớm")], "another text is another article"
        make_due(tmp_path)
        again = read(run, site)
    assert (report["stored"], report["unchanged"], again["unchanged"], again["revised"]) == (2, 4, 6, 0)
    assert rows(tmp_path, "SELECT count(*), min(cause) FROM article_urls") == [(4, "spelling")]


# --- redesigns and rules ---


@pytest.mark.parametrize("a_day", [1, 5, 30])
def test_a_redesign_is_told_by_the_run_that_meets_two_pages_of_it(
    run: Run, paper: Redesigned, site: Path, tmp_path: Path, a_day: int
) -> None:
    site.write_text(paper.site_file("sitemap") + LAYOUT)
    assert read(run, site)["stored"] == COUNT
    paper.is_new = True
    paper.count += a_day
    make_due(tmp_path, "url LIKE '%tin-1.html'")
    assert read(run, site)["shortfalls"] == [], "one page may be one that the newspaper broke"
    make_due(tmp_path, "url LIKE '%tin-2.html'")
    told = read(run, site, code=3)["shortfalls"]
    (shortfall,) = (each for each in told if "a new layout? no rule of the site reads 2 pages" in each["said"])
    assert all("unknown-layout" in shown for shown in shortfall["pages"]), "their words are the same"
    make_due(tmp_path)
    paper.count += 1
    report = read(run, site, code=3)
    assert (report["stored"], report["revised"], report["unchanged"]) == (1, 0, COUNT + a_day)
    assert report["doubtful"] == COUNT - 2, "two were read so before, and have not changed since"
    site.write_text(paper.site_file("sitemap") + LAYOUT + NEW_LAYOUT)
    report = read(run, site)
    assert (report["refused"], report["shortfalls"]) == ({}, []), "the rules were mended"


def test_with_other_rules_the_next_look_is_at_the_whole_page(
    run: Run, paper: Redesigned, site: Path, tmp_path: Path
) -> None:
    paper.count = 3
    site.write_text(paper.site_file("section") + LAYOUT)
    read(run, site)
    make_due(tmp_path)
    conditional(paper)
    read(run, site)
    assert conditional(paper) == {"/robots.txt": False, "/": True, **{paper.path_of(n): True for n in (1, 2, 3)}}
    site.write_text(paper.site_file("section") + LAYOUT.replace("cu", "sua"))
    make_due(tmp_path)
    assert read(run, site)["unchanged"] == 3
    assert not any(conditional(paper).values())
    sources = rows(tmp_path, "SELECT DISTINCT sources ->> 'body' FROM articles")
    assert sources == [("layout:sua",)], "the bytes are the same, and read by the new rules"


def test_a_refetch_reads_stored_articles_again(run: Run, paper: Redesigned, site: Path, tmp_path: Path) -> None:
    paper.count = 5
    site.write_text(paper.site_file("section") + LAYOUT)
    read(run, site)
    rows(tmp_path, "UPDATE urls SET due_at = NULL")  # their last look was years ago
    conditional(paper)
    assert read(run, site)["found"] == 0
    conditional(paper)
    report = read(run, site, "--refetch", "--since", paper.published(4).date())
    assert (report["found"], report["unchanged"]) == (2, 2)
    assert conditional(paper) == {"/robots.txt": False, "/": True, paper.path_of(4): False, paper.path_of(5): False}
    assert read(run, site, "--refetch")["unchanged"] == 5

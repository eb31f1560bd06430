"""Words through time: the share is that of what the newspapers listed, and what is missing is said."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive import (
    VIETNAM,
    Archive,
    BadQuery,
    By,
    DayState,
    Era,
    Filters,
    Kind,
    Link,
    Outlet,
    Reason,
    Refusal,
    RunStatus,
    Trend,
)
from crawler.cli import main
from tests.archive.build import SITE, article, capture

FIRST = date(2025, 9, 1)
DAYS = 30
NOW = datetime(2025, 10, 1, 0, 30, tzinfo=VIETNAM)
WORD = "sạt lở"
PAPERS = {"a": (3, 2), "b": (1, 3), "c": (2, 1), "d": (4, 8), "e": (2, 4)}
"""Outlet → articles a day, and which of them has the word: each n-th."""
DOWN = Refusal(Reason.HTTP_ERROR, "status 503")


@dataclass(frozen=True)
class Lost:
    """Days of one outlet that are taken away."""

    first: int
    last: int
    """Numbers of days from 0."""
    state: DayState = DayState.CRAWLER_DOWN


@dataclass
class Newsroom:
    """Papers that publish the same number of articles each day, crawled at 23 o'clock."""

    archive: Archive
    lost: Mapping[str, tuple[Lost, ...]]
    published: dict[str, int] = field(default_factory=dict)
    with_word: int = 0
    _behind: dict[str, list[Link]] = field(default_factory=dict)

    def publish_all(self) -> None:
        for number in range(DAYS):
            for paper in PAPERS:
                lost = next((each for each in self.lost.get(paper, ()) if each.first <= number <= each.last), None)
                self._publish(paper, FIRST + timedelta(number), lost)
        self.archive.commit()

    @property
    def truth(self) -> float:
        return self.with_word / sum(self.published.values())

    def _publish(self, paper: str, day: date, lost: Lost | None) -> None:
        at = datetime(day.year, day.month, day.day, 23, tzinfo=VIETNAM)
        texts = list(self._texts(paper))
        links = [
            Link(
                f"https://{paper}.example/{day}/{number}.html",
                Kind.ARTICLE,
                published_at=at - timedelta(hours=2, minutes=number),
            )
            for number in range(len(texts))
        ]
        if lost and lost.state is DayState.MISSED:
            self._behind.setdefault(paper, []).extend(links)
        if lost and lost.state is not DayState.SITE_DOWN:
            return
        run = self.archive.begin_run(paper, started_at=at, version="1", settings={})
        named = [] if lost else [*self._behind.pop(paper, []), *links]
        self.archive.store(
            capture(
                article(),
                at,
                url=f"https://{paper}.example/rss",
                kind=Kind.FEED,
                article=None,
                site=paper,
                run=run,
                links=tuple(named),
                refusal=DOWN if lost else None,
                status=503 if lost else 200,
            )
        )
        for link, text in zip([] if lost else links, texts, strict=False):
            found = article(url=link.url, title=link.url, body=text, published_at=link.published_at)
            self.archive.store(capture(found, at, site=paper, run=run))
        self.archive.finish_run(run, finished_at=at, status=RunStatus.FINISHED)

    def _texts(self, paper: str) -> Iterator[str]:
        many, each = PAPERS[paper]
        for _ in range(many):
            number = self.published[paper] = self.published.get(paper, 0) + 1
            has_word = number % each == 0
            self.with_word += has_word
            yield f"Bài {number}: {'vụ sạt lở' if has_word else 'một cuộc họp'} ở huyện."


LOST = {
    "nothing": {},
    "the paper that uses the word most, ten days": {"c": (Lost(10, 19),)},
    "the largest paper that hardly uses it, ten days": {"d": (Lost(5, 14),)},
    "three papers at different times": {
        "a": (Lost(3, 6), Lost(20, 22)),
        "c": (Lost(0, 8, DayState.UNKNOWN),),
        "e": (Lost(15, 29),),
    },
    "all papers, five days": {paper: (Lost(12, 16),) for paper in PAPERS},
    "a site that is down": {"c": (Lost(8, 19, DayState.SITE_DOWN),)},
    "what a feed named later": {"c": (Lost(8, 19, DayState.MISSED),), "a": (Lost(20, 25, DayState.MISSED),)},
}


@pytest.fixture
def newsroom(archive: Archive, request: pytest.FixtureRequest) -> Newsroom:
    made = Newsroom(archive, request.param)
    made.publish_all()
    return made


def share(found: Trend) -> float:
    ((row,),) = (line.rows for line in found.lines)
    assert row.share is not None
    return row.share


@pytest.mark.parametrize("newsroom", LOST.values(), ids=LOST.keys(), indirect=True)
def test_outlets_and_days_that_are_missing_do_not_move_the_line_and_are_named(newsroom: Newsroom) -> None:
    found = newsroom.archive.trend(WORD, at=NOW)
    assert share(found) == pytest.approx(newsroom.truth, rel=0.02)
    expected = {
        (paper, FIRST + timedelta(lost.first), FIRST + timedelta(lost.last), lost.state)
        for paper, losses in newsroom.lost.items()
        for lost in losses
    }
    assert {(each.site, each.first, each.last, each.state) for each in found.missing} == expected


@pytest.mark.parametrize("newsroom", [{"c": (Lost(8, 19, DayState.MISSED),)}], indirect=True)
def test_the_denominator_is_what_the_newspapers_named(newsroom: Newsroom) -> None:
    ((row,),) = (line.rows for line in newsroom.archive.trend(WORD, at=NOW).lines)
    assert row.listed == sum(newsroom.published.values())
    assert row.stored == row.listed - 12 * PAPERS["c"][0]
    assert row.gap_days == {DayState.MISSED: 12}


@pytest.mark.parametrize("newsroom", [{"d": (Lost(2, 29),)}], indirect=True)
def test_a_month_of_which_too_little_is_known_has_no_share(newsroom: Newsroom) -> None:
    (line,) = newsroom.archive.trend(WORD, at=NOW).lines
    (row,) = line.rows
    assert row.share is None
    assert row.evidence == pytest.approx(2 / 3, abs=0.01)
    rows = {each.outlet: each for each in newsroom.archive.trend(WORD, at=NOW, by=By.OUTLET).lines[0].rows}
    assert rows["c"].share == 1
    assert rows["d"].share is None
    assert rows["a"].share == pytest.approx(1 / 2)


@pytest.mark.parametrize("newsroom", [{}], indirect=True)
def test_several_searches_have_the_same_rows(newsroom: Newsroom) -> None:
    found = newsroom.archive.trend(WORD, "cuộc họp", '"vụ sạt lở" OR "cuộc họp"', at=NOW, by=By.MONTH_AND_OUTLET)
    counted = [[(row.month, row.outlet, row.stored) for row in line.rows] for line in found.lines]
    assert counted[0] == counted[1] == counted[2]
    landslides, meetings, either = ([row.found for row in line.rows] for line in found.lines)
    assert [sum(pair) for pair in zip(landslides, meetings, strict=True)] == either
    assert found.lines[2].read_as is not None


def outlet(site: str, province: str) -> Outlet:
    return Outlet(site=site, name=f"Báo {province}", home=f"https://{site}.example/", province=province)


def test_a_merged_province_is_one_row_today_and_two_before(archive: Archive) -> None:
    for site, province in (("baohagiang", "Hà Giang"), ("baotuyenquang", "Tuyên Quang")):
        archive.register(outlet(site, province))
        for number, month in enumerate((5, 6, 7)):
            at = datetime(2025, month, 20, 9, tzinfo=VIETNAM)
            url = f"https://{site}.example/{number}.html"
            archive.store(capture(article(url=url, title=url, body="Vụ sạt lở.", published_at=at), at, site=site))
    archive.commit()
    then = archive.trend(WORD, at=NOW, by=By.PROVINCE_THEN).lines[0].rows
    assert {row.province: row.found for row in then} == {"Hà Giang": 2, "Tuyên Quang": 4}
    today = archive.trend(WORD, at=NOW, by=By.PROVINCE_NOW).lines[0].rows
    assert {row.province: row.found for row in today} == {"Tuyên Quang": 6}
    filters = Filters(province="Tuyên Quang", era=Era.NOW, since=date(2025, 6, 1))
    months = archive.trend(WORD, at=NOW, filters=filters).lines[0].rows
    assert [(row.month, row.found) for row in months] == [("2025-06", 2), ("2025-07", 2)]


@pytest.mark.parametrize(
    ("query", "filters"),
    [("…", Filters()), (WORD, Filters(author="A")), (WORD, Filters(section="A")), (WORD, Filters(site="nobody"))],
)
def test_what_has_no_meaning_is_refused(archive: Archive, query: str, filters: Filters) -> None:
    with pytest.raises(BadQuery):
        archive.trend(query, at=NOW, filters=filters)


def test_an_empty_archive_has_no_month(archive: Archive) -> None:
    found = archive.trend(WORD, at=NOW)
    assert not found.lines[0].rows
    assert not found.missing


def test_an_archive_that_was_only_imported_has_counts_and_no_shares(archive: Archive, folder: Path) -> None:
    for number in range(4):
        archive.store(capture(article(number, body="Sạt lở." if number else "Khác."), NOW))
    archive.commit()
    found = archive.trend(WORD, at=NOW)
    (row,) = found.lines[0].rows
    assert (row.found, row.stored, row.share, found.has_denominator) == (3, 4, None, False)
    assert "nobody knows what they published" in run(folder, WORD)
    archive.begin_run(SITE, started_at=NOW, version="1", settings={})
    assert archive.trend(WORD, at=NOW).has_denominator


def test_what_has_no_date_is_counted_apart(archive: Archive) -> None:
    archive.store(capture(article(1, body="Sạt lở.", published_at=None, published_precision=None), NOW))
    archive.store(capture(article(2, body="Sạt lở."), NOW))
    archive.commit()
    (line,) = archive.trend(WORD, at=NOW).lines
    assert (line.found, line.undated) == (1, 1)


def test_the_only_article_of_a_year_may_have_no_outlet(archive: Archive) -> None:
    archive.store(capture(article(1, body="Sạt lở."), NOW, site=None))
    archive.commit()
    (row,) = archive.trend(WORD, at=NOW).lines[0].rows
    assert (row.found, row.stored) == (1, 1)


def run(folder: Path, *words: object, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["trend", *map(str, words), "--archive", str(folder)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture(scope="module")
def without_ten_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trend") / "news"
    with Archive.open(folder, create=True) as made:
        Newsroom(made, {"c": (Lost(10, 19),)}).publish_all()
    return folder


def test_the_share_of_what_is_stored_alone_would_move(without_ten_days: Path) -> None:
    with Archive.open(without_ten_days, read_only=True) as archive:
        ((row,),) = (line.rows for line in archive.trend(WORD, at=NOW).lines)
    assert row.share is not None
    assert row.found / row.stored != pytest.approx(row.share, rel=0.05)


def test_the_table_names_shares_and_gaps(without_ten_days: Path) -> None:
    printed = run(without_ten_days, WORD, "cuộc họp", "--until", "2025-09-30")
    assert "1 gap:" in printed
    assert "c (c), 2025-09-11 to 2025-09-20, 10 days, crawler down" in printed
    found = json.loads(run(without_ten_days, WORD, "--until", "2025-09-30", "--json"))
    (row,) = found["lines"][0]["rows"]
    assert f"{row['share']:.2%} ({row['found']})" in printed
    assert "█" in run(without_ten_days, WORD, "--by", "outlet", "--plot")


def test_many_searches_are_one_tidy_table(without_ten_days: Path, tmp_path: Path) -> None:
    (tmp_path / "asked.toml").write_text(f'queries = [\n  "{WORD}",\n  "-họp @vụ",\n]\n', encoding="utf-8")
    run(
        without_ten_days,
        "--queries",
        tmp_path / "asked.toml",
        "--output",
        tmp_path / "out.csv",
        "--until",
        "2025-09-30",
    )
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["query", "month", "outlet", "articles", "share", "denominator", "gaps"]
    assert [(row["query"], row["outlet"]) for row in rows[:5]] == [(WORD, paper) for paper in PAPERS]
    assert rows[5]["query"] == "'-họp @vụ", "a spreadsheet would run it"
    of_c = rows[2]
    assert (of_c["articles"], of_c["share"], of_c["denominator"]) == ("40", "1.000000", "40")
    assert of_c["gaps"] == "crawler-down 2025-09-11/2025-09-20"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", "queries = [\n'x',\n'…'\n]", "line 3: nothing to look for"),
        ("a.toml", "queries = [\n'x',\n5]", "line 3: 5 is no text"),
        ("a.toml", "queries = [x]", "line 1: no TOML"),
        ("a.toml", "words = ['x']", "line 1: write queries"),
        ("a.toml", "queries = []", "has no search"),
        ("a.csv", "name\nx\n", "line 1: no column query"),
        ("a.csv", "query\nx\n…\n", "line 3: nothing to look for"),
        ("a.csv", 'query\n"x"y"\n', "line 2: no CSV"),
        ("none.csv", None, "cannot read"),
    ],
)
def test_a_file_of_searches_that_is_wrong_is_refused(
    tmp_path: Path, without_ten_days: Path, name: str, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    printed = run(without_ten_days, "--queries", tmp_path / name, "--output", tmp_path / "out.csv", code=2)
    assert said in printed
    assert name in printed
    assert not (tmp_path / "out.csv").exists()

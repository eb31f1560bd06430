"""The table of `make bench`: its numbers over pages whose answers are known, the ratchet; `make bench-crawl`."""

import json
import re
import tarfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bench import crawl, datasette, extraction, kills, ratchet
from bench.extraction import main
from bench.pages import ROOT, Truth, own_pages, saved_pages
from bench.peers import OURS, PEERS
from bench.ratchet import PINNED, fallen, judge, pinned
from bench.scores import Answer, Score, score
from bench.sets import public_sets

PAGES = [page for page in own_pages() if page.truth.captions and page.truth.lead_mark][:3]
TRUTH = Truth(
    title="Mùa cam trên Khuổi Trang",
    published="2026-01-08T18:21+07:00",
    byline=("Hằng Nga", "P.Y"),
    lead="Sáng 8-1, xã bàn giao sáu trạm bơm.",
    lead_mark="(CTO)",
    body="\n".join(f"Trạm thứ {number} tưới cho vườn cam của năm mươi hộ ở xóm {number}." for number in range(20)),
    captions=("Bà con vận hành thử.",),
)
RIGHT = {**asdict(TRUTH), "published": "2026-01-08T18:21:00+07:00"}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Three fixture pages as a user keeps saved ones."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "truth").mkdir()
    for number, page in enumerate(PAGES):
        truth = {**asdict(page.truth), "url": page.url, "seen_at": page.seen_at}
        (tmp_path / "truth" / f"{number}.json").write_text(json.dumps(truth), encoding="utf-8")
        (tmp_path / "articles" / f"{number}.html").write_bytes(page.html)
    return tmp_path


def bench(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.output


def scored(**changed: Any) -> Score:
    return score(TRUTH, Answer.read({**RIGHT, **changed}))


def test_three_pages_are_all_right(saved: Path) -> None:
    told = json.loads(bench("--pages", saved, "--peers", "", "--worst", 3, "--json"))
    assert (told["pages"], told["missing"], told["worst"]) == (3, {}, [])
    assert list(told["rows"]) == list(OURS)
    row = told["rows"]["baotinh"]
    assert 0 < row.pop("cpu p50") <= row.pop("cpu p95")
    assert row.pop("version")
    assert row.pop("caption leak") == 0.0
    assert set(row.values()) == {1.0}, row


def test_table_names_what_is_wrong_and_who_is_missing(saved: Path) -> None:
    truth = saved / "truth" / "2.json"
    told = json.loads(truth.read_text(encoding="utf-8"))
    truth.write_text(json.dumps({**told, "byline": ["Nobody"]}), encoding="utf-8")
    printed = bench("--pages", saved, "--peers", "goose3", "--python", "goose3=/nowhere/python", "--worst", 1)
    row = next(line for line in printed.splitlines() if line.startswith("| baotinh 0"))
    assert row.split(" | ")[1:9] == ["1.000", "1.000", "1.000", "0.667", "1.000", "0.000", "1.000", "0.667"]
    assert "goose3: [Errno 2]" in printed
    assert "2\n  byline: want ('Nobody',)" in printed


def test_a_public_set_is_read_from_its_archive(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    with tarfile.open(tmp_path / "sets" / "three.tar.xz", "w:xz") as archive:
        for name in ("articles", "truth"):
            archive.add(saved / name, f"three/{name}")
    ((name, pages),) = public_sets(tmp_path / "sets")
    assert (name, [page.name for page in pages]) == ("three", ["0", "1", "2"])
    assert list(public_sets(tmp_path / "elsewhere")) == []


@pytest.mark.drill
def test_bench_ends_with_an_error_if_a_public_set_lost_what_is_pinned(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "own_pages", lambda: saved_pages(saved))
    monkeypatch.setattr(extraction, "public_sets", lambda: iter([("three", saved_pages(saved))]))
    scores = tmp_path / "scores.json"
    scores.write_text('{"pages": {}, "sets": {}}', encoding="utf-8")
    monkeypatch.setattr(ratchet, "SCORES", scores)
    ratchet.pin([], [("three", saved_pages(saved))])
    assert pinned()["sets"]["three"]["all right"] > 0
    assert "three: 3 pages" in bench("--peers", "")
    assert list(json.loads(bench("--peers", "", "--json"))["sets"]) == ["three"]
    scores.write_text(json.dumps({"pages": {}, "sets": {"three": {"title": 1.01}}}), encoding="utf-8")
    assert "three: title: 1.0000, was 1.0100" in bench("--peers", "", code=1)


def test_wrong_calls_are_refused(tmp_path: Path) -> None:
    assert "unknown extractor: boilerplate" in bench("--peers", "boilerplate", code=2)
    assert "has no articles" in bench("--pages", tmp_path, code=2)
    assert "PEER=PROGRAM" in bench("--python", "goose3", code=2)


def test_a_right_answer_is_all_right() -> None:
    found = scored()
    assert (found.all_right, found.body_f1, set(found.right.values())) == (True, 1.0, {True})


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("title", "Mùa cam", {"title"}),
        ("title", "  Mùa cam trên\nKhuổi Trang ", set()),
        ("published", "2026-01-08", {"minute", "published"}),
        ("published", "2026-01-08 11:21:00Z", set()),
        ("published", "2026-01-08T18:21:00 GMT+7", set()),
        ("published", "2026-01-07T18:21:00+07:00", {"day", "minute", "published"}),
        ("published", "hôm nay", {"day", "minute", "published"}),
        ("byline", ["p.y", "HẰNG NGA"], set()),
        ("byline", ["Hằng Nga"], {"byline"}),
        ("lead", f"(CTO) - {TRUTH.lead}", set()),
        ("lead", "Sáng 8-1, xã bàn giao", {"lead"}),
        ("body", f"{TRUTH.lead}\n{TRUTH.body}", set()),
        ("body", f"{TRUTH.body}\nBà con vận hành thử.", {"captions"}),
        ("body", "\n".join(str(TRUTH.body).splitlines()[:-1]), {"body"}),
        ("body", "", {"body"}),
    ],
)
def test_one_field_of_an_answer(field: str, value: object, wrong: set[str]) -> None:
    found = scored(**{field: value})
    assert {name for name, right in found.right.items() if not right} == wrong


def test_a_truth_says_when_a_page_has_no_date_and_no_byline() -> None:
    truth = Truth(title=None, published="", byline=(), lead=None, body=None)
    assert score(truth, Answer()).right == {"day": True, "published": True, "byline": True}
    assert score(truth, Answer(published="2026-01-08", byline=("P.Y",))).all_right is None


def test_own_pages_are_the_fixtures_and_the_sample() -> None:
    names = [page.name for page in own_pages()]
    assert len(names) == len(set(names))
    assert sum(name.startswith("sample/") for name in names) == 72
    assert len(names) > 72 + len(PAGES)


def test_every_field_is_right_with_the_layouts() -> None:
    wrong = [
        f"{page}: {field}"
        for page, fields in judge(own_pages(), "baotinh").items()
        for field, right in fields.items()
        if not right
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_falls_below_what_is_pinned() -> None:
    lost = fallen(pinned()["pages"], judge(own_pages(), PINNED))
    assert not lost, "\n".join(["wrong now, right when pinned (if meant: make bench ARGS=--pin):", *lost])


def test_a_fall_names_page_and_field() -> None:
    pinned = {"a/one": "title body", "a/two": "title", "gone": "title"}
    now = {"a/one": {"title": True, "body": False}, "a/two": {"title": True}, "new": {"title": False}}
    assert fallen(pinned, now) == ["a/one: body"]


def test_every_peer_is_explained() -> None:
    text = (ROOT / "bench" / "README.md").read_text(encoding="utf-8")
    assert [name for name in PEERS if name not in text] == []


@pytest.mark.drill
def test_a_small_crawl_is_measured() -> None:
    result = CliRunner().invoke(crawl.main, ["--articles", "3", "--rounds", "1"])
    assert result.exit_code == 0, result.output
    rows = [
        line.strip("| ").split(" | ") for line in result.output.splitlines() if "baotinh" in line or "Scrapy" in line
    ]
    assert [(name, requests) for name, _, _, requests, *_ in rows] == [
        (crawl.STOCK, "3"),
        (crawl.NO_RAW, "8"),
        (crawl.OURS, "8"),  # robots.txt, the feed and three sitemaps
        (crawl.AGAIN, "3"),
    ]


@pytest.mark.drill
def test_killed_crawls_lose_nothing() -> None:
    result = CliRunner().invoke(kills.main, ["--kills", "3", "--articles", "60", "--kib", "1"])
    crawled, *others = result.output.splitlines()
    assert re.match(r"60 articles, crawl: [1-3] kills: 0 lost, 0 doubled, 0 partial, 0 corrupt; ", crawled)
    said = r"60 articles, (\w+): \d kills: 0 lost, 0 partial, 0 corrupt, 0 differing in the end"
    assert [re.fullmatch(said, line)[1] for line in others] == ["merge", "migration", "reparse", "rebuild"]  # type: ignore[index]
    assert result.exit_code == 0


def test_what_kills_took_is_told() -> None:
    toll = kills.Toll(kills=3, lost=1, doubled=2, partial=3, corrupt=1, vanished=4, again=(4, 0, 11))
    assert str(toll) == (
        "crawl: 3 kills: 5 lost, 2 doubled, 3 partial, 1 corrupt; "
        "pages fetched twice per kill: 5.0 on average, 11 at most"
    )


@pytest.mark.drill
def test_pages_of_datasette_are_measured() -> None:
    result = CliRunner().invoke(datasette.main, ["--articles", "300", "--rounds", "1"])
    assert result.exit_code == 0, result.output
    names = [line.split(" | ")[0].strip("| ") for line in result.output.splitlines()[2:]]
    assert names[:3] == ["home", "article", "search"]
    assert "table, page 5" in names
    assert names[-1] == "stream of all rows"

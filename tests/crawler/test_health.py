"""`health`, `why` and `crawl --dry-run` as a user meets them, and a redesign from end to end."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Capture, Kind, Reason, Refusal, RunStatus
from crawler.demo.outlets import outlets, site_file
from crawler.demo.serve import SampleWeb, serve
from tests.crawler.conftest import Run
from tests.crawler.test_probe import Redesigned, as_kind

TEA, SUN, _ = outlets()
LAYOUT = {"title": "layout:mediasoft-2022", "body": "layout:mediasoft-2022"}


def fill(folder: Path, origin: str, *, at: datetime) -> None:
    """Store all articles of the first sample outlet as a crawl at `at` would have."""
    with Archive.open(folder, create=True) as archive:
        run = archive.begin_run(TEA.name, started_at=at, version="0", settings={})
        for each in TEA.articles:
            article = replace(each.expected(origin), sources=LAYOUT)
            body = each.path.encode()
            archive.store(
                Capture(
                    url=article.url, kind=Kind.ARTICLE, fetched_at=at, site=TEA.name, run=run, status=200, body=body,
                    article=article,
                )
            )  # fmt: skip
        archive.finish_run(run, finished_at=at, status=RunStatus.FINISHED)


def test_a_redesign_ends_with_3_names_its_pages_and_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    folder, path = tmp_path / "news-archive", tmp_path / f"{TEA.name}.toml"
    with serve([as_kind(Redesigned, TEA)], port=0) as web:
        origin = web.origins[TEA.name]
        path.write_text(site_file(TEA, origin), encoding="utf-8")
        fill(folder, origin, at=datetime.now(UTC) - timedelta(hours=2))
        with Archive.open(folder, read_only=True) as archive:
            before = {each.article.uid: each.article for each in archive.articles()}
        done = run("crawl", "--create", "--allow-private", "--delay", 0, "--site-file", path, "--json")
        asked = [request.target for request in web.log]
    assert done.returncode == 3, done.stderr
    report = json.loads(done.stdout)
    count = len(TEA.articles)
    kept = report["refused"].get("redesigned", 0) + report["unchanged"]
    assert (kept, report["doubtful"], report["revised"], report["balances"]) == (count, count, 0, True)
    unread, doubted = report["shortfalls"]
    assert f"no rule of the site reads {count} pages that one read before" in unread["said"]
    assert f"100% of the last {count} pages were read with doubts, {count} of these had none before" in doubted["said"]
    for shortfall in (unread, doubted):
        assert len(shortfall["pages"]) == 3
        assert all(f"{origin}/" in page and "unknown-layout" in page for page in shortfall["pages"])
    assert {each.path for each in TEA.articles} <= set(asked), "each was asked for again"
    with Archive.open(folder, read_only=True) as archive:
        assert {each.article.uid: each.article for each in archive.articles()} == before

    told = run("health", TEA.name, "--site-file", path)
    assert told.returncode == 3, told.stdout
    assert f"baotinh probe {TEA.name}" in told.stdout
    why = run("why", next(iter(before.values())).url, "--site-file", path)
    assert "stored: `baotinh show" in why.stdout
    assert "unknown-layout" in why.stdout


def test_health_of_a_site_that_is_all_right(run: Run, web: SampleWeb, site_files: dict[str, Path]) -> None:
    files = [part for path in site_files.values() for part in ("--site-file", path)]
    run("crawl", "--create", "--allow-private", "--delay", 0, *files)
    done = run("health", *files, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, [each["site"] for each in found]) == (0, sorted(site_files))
    assert all(each["problems"] == [] and each["last_success"] for each in found)
    assert [row.split()[0] for row in run("health").stdout.splitlines()[:4]] == ["site", *sorted(site_files)]


def test_a_run_in_quiet_hours_asks_for_nothing_and_is_no_fault(
    run: Run, web: SampleWeb, site_files: dict[str, Path]
) -> None:
    path = site_files[TEA.name]
    crawl = ("crawl", "--create", "--allow-private", "--delay", 0, "--site-file", path)
    assert run(*crawl).returncode == 0
    path.write_text('quiet_hours = "00:00-00:00"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    web.log.clear()
    assert (run(*crawl).returncode, web.log) == (0, [])
    assert run("health", "--site-file", path).returncode == 0
    assert "quiet hours until 00:00" in run(*crawl, "--dry-run").stdout


def test_health_of_a_site_that_was_never_crawled(run: Run, tmp_path: Path) -> None:
    Archive.open(tmp_path / "news-archive", create=True).close()
    done = run("health", "baokhanhhoa")
    assert (done.returncode, "`baotinh crawl baokhanhhoa`" in done.stderr) == (2, True)
    done = run("health")
    assert (done.returncode, done.stdout, "baotinh crawl" in done.stderr) == (3, "", True)


def test_health_of_a_site_whose_sources_are_closed(run: Run, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "news-archive", create=True) as archive:
        at = datetime.now(UTC) - timedelta(days=5)
        run_id = archive.begin_run("baokhanhhoa", started_at=at, version="0", settings={})
        closed = Refusal(Reason.ROBOTS, "robots.txt: status 503")
        archive.store(
            Capture(url="https://baokhanhhoa.vn/", kind=Kind.SECTION, fetched_at=at, site="baokhanhhoa", run=run_id,
                    refusal=closed)
        )  # fmt: skip
        archive.finish_run(run_id, finished_at=at, status=RunStatus.FINISHED)
    done = run("health", "--json")
    (found,) = json.loads(done.stdout)
    assert (done.returncode, found["exit_code"]) == (4, 4)
    said = [problem["said"] for problem in found["problems"]]
    assert said[0] == "1 of 1 sources could not be read"
    assert any("no crawl has finished" in each for each in said)


WHY = {
    "no site": ("https://khong-co.example/bai.html", None, None, "`baotinh new-site"),
    "article": ("https://baocantho.com.vn/x-a196661.html?utm_source=fb", "baocantho", "article", "no source of"),
    "section": ("https://baocantho.com.vn/thoi-su/", "baocantho", "section", "no `article_url`"),
    "file": ("https://baocantho.com.vn/bao.pdf", "baocantho", None, "never fetched"),
}


@pytest.mark.parametrize(("url", "site", "kind", "says"), WHY.values(), ids=WHY)
def test_why_of_an_address_that_nothing_is_known_of(
    run: Run, url: str, site: str | None, kind: str | None, says: str
) -> None:
    done = run("why", url, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["site"], found["kind"], found["story"]) == (0, site, kind, None)
    assert says in found["verdict"]


def test_why_of_what_is_no_address(run: Run) -> None:
    done = run("why", "bao.txt")
    assert (done.returncode, "is not a web address" in done.stderr) == (2, True)


def plan(run: Run, *arguments: object) -> dict[str, Any]:
    done = run("crawl", "--create", "--allow-private", "--dry-run", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_dry_run_asks_for_nothing_and_writes_nothing(run: Run, web: SampleWeb, site_files: dict[str, Path]) -> None:
    path = site_files[TEA.name]
    first = plan(run, "--site-file", path)
    assert (first["due"], first["news"], first["requests"]) == (0, None, 1 + len(TEA.sources))
    assert not (path.parents[1] / "news-archive").exists()
    run("crawl", "--create", "--allow-private", "--delay", 0, "--site-file", path, "--limit", 5)
    before = (path.parents[1] / "news-archive" / "news.db").read_bytes()
    web.log.clear()
    second = plan(run, "--site-file", path, "--delay", 2)
    assert second["due"] > 0
    assert len(second["first_due"]) == 5
    assert second["seconds"] == second["requests"] * 2
    assert plan(run, "--site-file", path, "--limit", 1)["requests"] < second["requests"]
    assert (
        "requests, 1 s between two"
        in run("crawl", "--create", "--allow-private", "--dry-run", "--site-file", path).stdout
    )
    assert (path.parents[1] / "news-archive" / "news.db").read_bytes() == before
    assert web.log == []


def test_a_dry_run_is_refused_where_the_crawl_would_be(run: Run) -> None:
    done = run("crawl", "baokhanhhoa", "--dry-run")
    assert (done.returncode, "--contact" in done.stderr) == (2, True)

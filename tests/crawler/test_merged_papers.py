"""Two newspapers on loopback: one that merged into the other, which publishes its articles under the same ids."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive
from crawler.demo.outlets import outlets
from crawler.demo.serve import SampleWeb, serve
from tests.crawler.conftest import Run

PAPER = outlets()[1]
OLD, NEW = "quangnam", "danang"


@pytest.fixture
def papers(tmp_path: Path) -> Iterator[dict[str, SampleWeb]]:
    """Serve the same outlet at two origins, and write the site files of both."""
    with serve([PAPER], port=0) as old, serve([PAPER], port=0) as new:
        for name, web, province, more in (
            (OLD, old, "Quảng Nam", f'status = "merged"\nmerged_into = "{NEW}"\n'),
            (NEW, new, "Đà Nẵng", ""),
        ):
            text = web.site_files[PAPER.name].replace(f'"{PAPER.paper.province}"', f'"{province}"', 1)
            (tmp_path / f"{name}.toml").write_text(more + text, encoding="utf-8")
        yield {OLD: old, NEW: new}


@pytest.mark.parametrize(("first", "second"), [(OLD, NEW), (NEW, OLD)], ids=["old host first", "new host first"])
def test_what_both_hosts_carry_is_one_article(
    run: Run, papers: dict[str, SampleWeb], tmp_path: Path, first: str, second: str
) -> None:
    count = len(PAPER.articles)
    reports = [crawl(run, first), crawl(run, second)]
    assert [report["balances"] for report in reports] == [True, True]
    assert [report["stored"] for report in reports] == [count, 0]
    assert reports[1]["unchanged"] == count
    origins = {name: web.origins[PAPER.name] for name, web in papers.items()}
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        stored = list(archive.articles())
    assert len(stored) == count
    for each in stored:
        path = each.article.url.removeprefix(origins[first])
        assert [(alias.url, alias.site, alias.cause) for alias in each.aliases] == [
            (origins[second] + path, second, "same-id")
        ]
        before = each.article.published_at is None or each.article.published_at.isoformat() < "2025-07-01"
        assert (each.province_then, each.province_now) == ("Quảng Nam" if before else "Đà Nẵng", "Đà Nẵng")

    papers[second].log.clear()
    assert crawl(run, second)["found"] == 0
    asked = {request.target for request in papers[second].log}
    assert not asked & {article.path for article in PAPER.articles}, "a copy that is known is not fetched again"


def crawl(run: Run, name: str) -> dict[str, int]:
    done = run("crawl", "--create", "--allow-private", "--delay", 0, "--json", "--site-file", f"{name}.toml")
    assert done.returncode == 0, done.stderr
    report: dict[str, int] = json.loads(done.stdout)
    return report

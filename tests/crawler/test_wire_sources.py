"""Sources that are not quite in order, crawled: what is stored, and what the run, `health` and `probe` say of them."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.crawler.conftest import Run
from tests.crawler.crawls import crawl, rows
from tests.crawler.wire import Wire, article, page, serve, site_file

MOT, HAI = "/bai/mot-1001.html", "/bai/hai-1002.html"
FEED = "<rss><channel><item><link>{mot}</link></item>{more}<item><link>{hai}</link></item></channel></rss>"
SITEMAP = "<urlset><url><loc>{mot}</loc></url>{more}<url><loc>{hai}</loc></url></urlset>"


class Source(NamedTuple):
    """A source that names two articles, with something else between them."""

    name: str
    kind: str
    text: str
    more: str
    losses: tuple[tuple[int, str], ...] = ()
    """Entries, and the example, that the run reports."""


CASES = (
    Source("blank line, bare &, control character", "feed", f"\n{FEED}", "<title>Chợ & phố \x08</title>"),
    Source("a picture beside the link", "feed", FEED, "<link rel='enclosure'>/anh/1.jpg</link>"),
    Source("an entry without a link", "feed", FEED, "<item><title>Mưa</title></item>", ((1, ""),)),
    Source("an id that is no address", "feed", FEED, "<item><guid>tag:bao,1</guid></item>", ((1, "tag:bao,1"),)),
    Source("two scripts", "feed", FEED, 2 * "<item><link>javascript:mo()</link></item>", ((2, "javascript:mo()"),)),
    Source("another site", "feed", FEED, "<item><link>https://bao-khac.example/bai/9.html</link></item>"),
    Source("an article twice", "sitemap", SITEMAP, "<url><loc>{mot}</loc></url>"),
    Source("a url without loc", "sitemap", SITEMAP, "<url><lastmod>2026-10-01</lastmod></url>", ((1, ""),)),
    Source("a line that is no address", "sitemap", "{mot}\n{more}\n{hai}\n", "chưa có", ((1, "chưa có"),)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.name}")
def test_a_source_says_what_it_lost_and_is_no_failure(run: Run, tmp_path: Path, case: Source) -> None:
    with serve(Wire({path: (page(article(path)),) for path in (MOT, HAI)})) as wire:
        addresses = {"mot": wire.origin + MOT, "hai": wire.origin + HAI}
        text = case.text.format(more=case.more, **addresses).format(**addresses)
        wire.answers = {**wire.answers, "/nguon.xml": (page(text.encode(), Content_Type="text/xml"),)}
        file = tmp_path / "bao.toml"
        file.write_text(site_file(wire.origin, kind=case.kind, source="/nguon.xml"), encoding="utf-8")
        code, (report,) = crawl(run, "--site-file", file)
    assert (code, report["sources_failed"], report["balances"]) == (0, 0, True)
    assert [(loss["entries"], loss["example"]) for loss in report["losses"]] == list(case.losses)
    assert sorted(wire.paths()) == sorted(("/robots.txt", "/nguon.xml", MOT, HAI))
    assert rows(tmp_path, "SELECT url FROM articles ORDER BY url") == [(wire.origin + HAI,), (wire.origin + MOT,)]


def test_people_read_what_a_source_lost_in_the_summary_in_health_and_in_a_probe(run: Run, tmp_path: Path) -> None:
    said = "2 entries have no address of a web page: tag:bao,1"
    lost = "<item><guid>tag:bao,1</guid></item><item><title>Mưa</title></item>"
    with serve(Wire({path: (page(article(path)),) for path in (MOT, HAI)})) as wire:
        feed = page(FEED.format(mot=wire.origin + MOT, hai=wire.origin + HAI, more=lost).encode())
        wire.answers = {**wire.answers, "/rss": (feed,)}
        file = tmp_path / "bao.toml"
        file.write_text(site_file(wire.origin, kind="feed", source="/rss"), encoding="utf-8")
        options = ("--site-file", file, "--allow-private", "--delay", 0)
        summary = run("crawl", "--create", *options).stdout
        probe, answer = run("probe", *options), run("probe", *options, "--json")
    health = run("health", "bao", "--site-file", file)
    assert f"  {wire.origin}/rss: {said}\n" in summary
    assert f"; {said}\n" in probe.stdout
    assert json.loads(answer.stdout)["sources"][0]["loss"] == {"entries": 2, "example": "tag:bao,1"}
    assert f"{wire.origin}/rss: {said}\n" in health.stdout
    assert health.returncode == 0

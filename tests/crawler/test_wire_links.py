"""Links of an outlet: which addresses are requested, and under which address an article is stored."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.crawler.conftest import Run
from tests.crawler.crawls import crawl, rows
from tests.crawler.wire import Answer, Wire, article, listing, page, serve, site_file

OWN = "/bai/khanh-thanh-cau-1001.html"
OTHER = "/bai/le-hoi-xuan-1002.html"
FOREIGN = "http://bao-khac.example/bai/la-3001.html"
OTHER_PORT = "http://127.0.0.1:9/bai/la-3001.html"


def declaring(address: str, title: str) -> bytes:
    """Return an article that declares this address as its own."""
    link = f"<link rel='canonical' href='{address}'><meta property='og:url' content='{address}'>"
    return article(title).replace(b"<head>", f"<head>{link}".encode())


def feed(*targets: str) -> bytes:
    return f"<rss><channel>{''.join(f'<item><link>{each}</link></item>' for each in targets)}</channel></rss>".encode()


def sitemap(*targets: str) -> bytes:
    return f"<urlset>{''.join(f'<url><loc>{each}</loc></url>' for each in targets)}</urlset>".encode()


LISTS = {"section": listing, "feed": feed, "sitemap": sitemap}


class Named(NamedTuple):
    """Links on a list beside the link to OWN, and the expected result for each."""

    row: int
    name: str
    links: tuple[str, ...]
    answers: dict[str, bytes]
    """Pages beside that of OWN."""
    asked: tuple[str, ...] = ()
    """Paths that are asked for beside OWN."""
    stored: tuple[str, ...] = ()
    """Articles that are stored beside OWN, by their paths."""
    aliases: tuple[str, ...] = ()
    """Other addresses that lead to an article."""
    kind: str = "section"
    """Of the list."""


CASES = (
    Named(25, "foreign links", (FOREIGN, OTHER_PORT, "file:///etc/passwd", "ftp://127.0.0.1/bai/1.html"), {}),
    Named(25, "foreign items of a feed", (FOREIGN, OTHER_PORT), {}, kind="feed"),
    Named(25, "foreign entries of a sitemap", (FOREIGN, OTHER_PORT), {}, kind="sitemap"),
    Named(25, "canonical abroad", (OTHER,), {OTHER: declaring(FOREIGN, "Lễ hội")}, (OTHER,), (OTHER,)),
    Named(
        25,
        "meta refresh abroad",
        (OTHER,),
        {
            OTHER: article("Lễ hội").replace(
                b"<head>", f"<head><meta http-equiv=refresh content='0;url={FOREIGN}'>".encode()
            )
        },
        (OTHER,),
        (OTHER,),
    ),
    Named(36, "tracking", (f"{OWN}?utm_source=fb&fbclid=x", f"{OWN}?gidzl=1&zarsrc=30"), {}),
    Named(36, "sessions", (f"{OWN}?PHPSESSID=0a1b2c3d4e5f", f"{OWN};jsessionid=1F2E", f"{OWN}?sid=99aabbccdd"), {}),
    Named(36, "fragments", (f"{OWN}#binh-luan", f"{OWN}#"), {}),
    Named(36, "phone and print", (f"{OWN}?amp=1", f"/amp{OWN}", f"{OWN}?print=1"), {}),
    Named(
        36,
        "another spelling",
        ("/bai/khanh-thanh-cau-moi-1001.html",),
        {"/bai/khanh-thanh-cau-moi-1001.html": declaring(OWN, "Khánh thành cầu")},
        ("/bai/khanh-thanh-cau-moi-1001.html",),
        aliases=("/bai/khanh-thanh-cau-moi-1001.html",),
    ),
    Named(37, "canonical of the home page", (OTHER,), {OTHER: declaring("/", "Lễ hội")}, (OTHER,), (OTHER,)),
    Named(37, "canonical of another article", (OTHER,), {OTHER: declaring(OWN, "Lễ hội")}, (OTHER,), (OTHER,)),
    Named(37, "broken canonical", (OTHER,), {OTHER: declaring("http://[bad", "Lễ hội")}, (OTHER,), (OTHER,)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row}-{case.name}")
def test_an_article_has_one_row_and_nothing_abroad_is_asked_for(run: Run, tmp_path: Path, case: Named) -> None:
    answers: dict[str, tuple[Answer, ...]] = {path: (page(body),) for path, body in case.answers.items()}
    home = {"/": (page(LISTS[case.kind](OWN, *case.links)),), OWN: (page(article("Khánh thành cầu")),)}
    with serve(Wire({**home, **answers})) as wire:
        (tmp_path / "bao.toml").write_text(site_file(wire.origin, kind=case.kind), encoding="utf-8")
        code, (report,) = crawl(run, "--site-file", tmp_path / "bao.toml")
    assert (code, report["balances"]) == (0, True), report
    assert sorted(wire.paths()) == sorted(("/robots.txt", "/", OWN, *case.asked))
    stored = rows(tmp_path, "SELECT url FROM articles")
    assert {url for (url,) in stored} == {wire.origin + path for path in (OWN, *case.stored)}
    aliases = rows(tmp_path, "SELECT url FROM article_urls")
    assert {url for (url,) in aliases} == {wire.origin + path for path in case.aliases}

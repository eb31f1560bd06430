"""Patterns proposed from addresses: they must match the articles among a site's links."""

import re
from urllib.parse import urlsplit

import pytest

from crawler.site_files.shapes import MOST_EXAMPLES, propose_patterns

HOME = "https://baomau.example"
MENU = (
    "/",
    "/thoi-su/",
    "/khoa-hoc-cong-nghe-chuyen-doi-so/",
    "/kinh-te/nong-nghiep.html",
    "/thoi-su?page=2019",
    "/chu-de/bau-cu-2026-276.htm",
    "/2026/",
    "/lien-he",
)
SHAPES = {
    "epi": (r"^/[^/?]+-post\d+\.html(?:\?|$)", ("/mua-na-post404649.html", "/mua-cam-nam-2025-post99.html")),
    "mark": (r"^/[^/?]+-a\d+\.html(?:\?|$)", ("/mua-na-a196661.html", "/mua-cam-a196662.html", "/mua-vai-a99871.html")),
    "number": (r"^/[^/?]+-\d{5,}\.html(?:\?|$)", ("/mua-na-3314842.html", "/mua-cam-2025-33148.html")),
    "hex": (
        r"^/(?:[^/?]+/)+(?:19|20)\d{4}/[^/?]+-[0-9a-f]{7}/?(?:\?|$)",
        ("/kinh-te/202603/mua-na-3ac6d79/", "/xa-hoi/y-te/202512/mua-cam-f362256/", "/xa-hoi/202512/mua-vai-2203904/"),
    ),
    "id-in-a-folder": (
        r"^/(?:[^/?]+/)+\d{5,}/[^/?]+\.html(?:\?|$)",
        ("/bg/the-thao/177110/san-co.html", "/bg/suc-khoe/371838/mua-na.html"),
    ),
    "id-alone": (r"^/(?:[^/?]+/)+\d{5,}\.bcb(?:\?|$)", ("/Kinh-te/Mua-na/59521.bcb", "/Xa-hoi/Mua-cam/59523.bcb")),
    "several-numbers": (r"^/[^/?]+-t\d+c\d+n\d+\.aspx(?:\?|$)", ("/mua-na-t114c1156n12345.aspx",)),
    "case-sensitive": (r"^/(?:[^/?]+/)+[^/?]+-[0-9A-Za-z]{9}\.html(?:\?|$)", ("/thoi-su/mua-na-51YnYvXDR.html",)),
    "query": (r"^/viewer\.aspx\?macm=\d+&mabb=\d+$", ("/viewer.aspx?macm=39&mabb=222823",)),
    "days": (r"^/(?:19|20)\d\d/\d+/[^/?]+/?(?:\?|$)", ("/2023/01/mua-na", "/2024/11/mua-cam/")),
}


@pytest.mark.parametrize(("pattern", "articles"), SHAPES.values(), ids=SHAPES)
def test_articles_are_told_from_the_menu(pattern: str, articles: tuple[str, ...]) -> None:
    (proposal,) = propose_patterns([HOME + path for path in (*MENU, *articles)])
    assert (proposal.pattern, proposal.matches) == (pattern, len(articles))
    assert proposal.examples == tuple(HOME + path for path in articles)[:MOST_EXAMPLES]
    assert [path for path in MENU if re.search(pattern, path)] == []


def test_every_generation_has_its_pattern_the_larger_first_and_accidents_have_none() -> None:
    new = [f"{HOME}/bai-so-post{number}.html" for number in range(40_000, 40_020)]
    old = [f"{HOME}/Xa-hoi/Bai-so/{number}.bcb" for number in range(50_000, 50_005)]
    odd = f"{HOME}/lien-he-0123456.php"
    proposals = propose_patterns([*old, odd, *new, *new])
    assert [proposal.matches for proposal in proposals] == [20, 5]
    assert not any(re.search(proposal.pattern, urlsplit(odd).path) for proposal in proposals)


def test_a_headline_is_the_last_resort() -> None:
    urls = [
        f"{HOME}/thoi-su/khoi-cong-duong-vanh-dai-phia-tay.html",
        f"{HOME}/kinh-te/nong-dan-xa-na-long-duoc-mua-cam.html",
    ]
    best = propose_patterns([*(HOME + path for path in MENU), *urls])[0]
    assert best.examples == tuple(urls)
    with_ids = propose_patterns([*urls, f"{HOME}/mua-na-post404649.html"])
    assert [each.matches for each in with_ids] == [1]


@pytest.mark.parametrize("urls", [[], [f"{HOME}/"], [f"{HOME}/thoi-su/", f"{HOME}/kinh-te/"]])
def test_nothing_is_proposed_where_nothing_looks_like_an_article(urls: list[str]) -> None:
    assert propose_patterns(urls) == ()

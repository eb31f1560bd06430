"""An address finds its article as people paste it."""

import pytest

from archive import Archive, NoSuchArticle
from archive.spelling import spellings
from tests.archive.build import after, article, capture, feed

STORED = "https://baohagiang.example/tin/B%C3%A0i-1.html"


@pytest.mark.parametrize(
    "pasted",
    [
        STORED,
        f"{STORED}?utm_source=zalo&fbclid=x#binh-luan",
        "http://baohagiang.example/tin/Bài-1.html",
        "https://www.baohagiang.example/tin/B%c3%a0i-1.html/",
        "HTTPS://BaoHaGiang.Example:443/tin/./B%C3%A0i-%31.html",
        "  baohagiang.example/tin/Bài-1.html ",
    ],
)
def test_an_article_is_found_by_what_people_paste(archive: Archive, pasted: str) -> None:
    archive.store(capture(article(url=STORED)))
    assert archive.get(pasted).article.url == STORED
    story = archive.story(pasted)
    assert story
    assert story.url == STORED


def test_the_exact_address_comes_first(archive: Archive) -> None:
    slash, other = f"{STORED}/", STORED.replace("https", "http")
    for number, url in enumerate((slash, other, STORED)):
        text = f"Bài số {number} nói về việc khác."
        archive.store(capture(article(url=url, title=text, body=text), after(hours=number)))
    for url in (slash, other, STORED):
        assert archive.get(url).article.url == url


def test_an_address_that_gave_no_article_is_known_too(archive: Archive) -> None:
    archive.store(feed(1))
    story = archive.story("http://www.baohagiang.example/tin/1.html?zarsrc=30")
    assert story
    assert story.url == "https://baohagiang.example/tin/1.html"
    with pytest.raises(NoSuchArticle, match="not fetched yet"):
        archive.get("baohagiang.example/tin/1.html")


@pytest.mark.parametrize("pasted", ["", "12", "3f2a91c0", "https://", "//[", "ftp://a.example/x", "hai chữ"])
def test_what_is_no_web_address_has_no_spellings(pasted: str) -> None:
    assert spellings(pasted) == []


@pytest.mark.parametrize("other", ["?id=2", "2.html", "1.HTML"])
def test_another_page_is_not_taken_for_it(archive: Archive, other: str) -> None:
    archive.store(capture(article(url="https://baohagiang.example/tin?id=1")))
    with pytest.raises(NoSuchArticle):
        archive.get(f"https://baohagiang.example/tin{other}")

"""Datasette's own pages in the dress of the room: links to articles, short cells, its masthead."""

import re

import pytest

from tests.publish.newsroom import EDITED
from tests.served import get


def cell(text: str, column: str) -> str:
    """Return the first cell of a column."""
    found = re.search(rf'<td class="col-{column}[^>]*>(.*?)</td>', text, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("path", "column", "link"),
    [
        (f"/news/articles?uid={EDITED.uid}", "title", f"/article/{EDITED.uid}"),
        (f"/news/articles?uid={EDITED.uid}", "uid", f"/article/{EDITED.uid}"),
        ("/news/gone_articles", "title", r"/article/\d+"),
        ("/news/edited_articles", "old_title", r"/article/\d+"),
        ("/news/article_revisions", "title", r"/article/\d+\?version=1"),
        ("/news/search?words=khoan+thu", "title", r"/article/\d+"),
    ],
)
def test_a_row_leads_to_its_article(port: int, path: str, column: str, link: str) -> None:
    found = re.match(rf'<a href="({link})">', cell(get(port, path)[2], column))
    assert found
    assert get(port, found[1])[0] in (200, 302)


def test_a_long_text_is_cut_with_a_link(port: int) -> None:
    text = cell(get(port, "/news/articles_full")[2], "body")
    assert len(text) < 320
    assert re.search(r'<a href="/article/[0-9a-f]{20}">…</a>$', text)


def test_a_moment_is_short_and_whole_underneath(port: int) -> None:
    shown = cell(get(port, f"/news/articles?uid={EDITED.uid}")[2], "published_at")
    assert shown == '<time datetime="2026-11-12T15:20:00+07:00">2026-11-12 15:20</time>'


@pytest.mark.parametrize("path", ["/news", "/news/articles", "/news/articles/1", "/news/search?words=a"])
def test_its_pages_have_the_masthead(port: int, path: str) -> None:
    text = get(port, path)[2]
    assert '<a class="brand" href="/" lang="vi">Báo tỉnh</a>' in text
    assert re.search(r"/-/room/[0-9a-f]{8}/tables.css", text)
    assert "<script>alert" not in text


@pytest.mark.parametrize("path", ["/news", "/news/articles", "/news/search?words=a", "/news?sql=select+1"])
def test_its_controls_are_controls_and_have_names(port: int, path: str) -> None:
    text = get(port, path)[2]
    assert re.findall("&lt;(?:h2|select|textarea)", text) == []
    controls = re.findall(r'<(?:select|textarea|input type="(?:text|search)")[^>]*>', text)
    assert controls
    assert [each for each in controls if "aria-label" not in each and " id=" not in each] == []


@pytest.mark.parametrize("path", ["/news/nothing", "/nothing"])
def test_a_page_that_does_not_exist_is_one_of_the_room(port: int, path: str) -> None:
    status, headers, text = get(port, path)
    assert status == 404
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert f"<code>{path}</code>" in text
    assert get(port, f"{path}.json")[1]["content-type"].startswith("application/json")

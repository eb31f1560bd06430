"""A page that goes on with other stories gives only its own."""

import pytest

from archive import Doubt
from tests.crawler.pages_of_text import LINES, OTHER, TITLE, page, paragraphs, read_article, text_of

NEXT = "Kè suối Ngòi Đum sắp bàn giao"


def story(box: str, heading: str, title: str, lines: tuple[str, ...]) -> str:
    return f"<{box}>{heading.format(title)}<div>{paragraphs(*lines)}</div></{box.split(maxsplit=1)[0]}>"


@pytest.mark.parametrize(
    ("box", "heading"),
    [
        ("article", "<h1>{}</h1>"),
        ("section", "<h1>{}</h1>"),
        ('div class="post"', '<h1 class="title">{}</h1>'),
        ('div class="post"', '<h2 class="title"><a href="/a.html">{}</a></h2>'),
        ("article", "<header><h1>{}</h1></header>"),
    ],
)
@pytest.mark.parametrize("times", [1, 3])
def test_stories_in_boxes(box: str, heading: str, times: int) -> None:
    others = "".join(story(box, heading, f"{NEXT} {number}", (*OTHER, *OTHER, *OTHER)) for number in range(times))
    for inside in (
        story(box, heading, TITLE, LINES) + others,
        f"<main>{story(box, heading, TITLE, LINES)}</main>{others}",
    ):
        article = read_article(page(f'<div class="wrap">{inside}</div>', shown=""))
        assert (article.title, text_of(article), article.doubts) == (TITLE, list(LINES), ())


def test_story_behind_a_rule() -> None:
    flat = f"<div><h1>{TITLE}</h1>{paragraphs(*LINES)}<hr><h1>{NEXT}</h1>{paragraphs(*OTHER)}</div>"
    assert text_of(read_article(page(flat, shown=""))) == list(LINES)


def test_second_headline_that_nothing_sets_apart_is_doubted() -> None:
    flat = f"<div><h1>{TITLE}</h1>{paragraphs(*LINES)}<h1>{NEXT}</h1>{paragraphs(*OTHER)}</div>"
    assert read_article(page(flat, shown="")).doubts == (Doubt.SEVERAL_ARTICLES,)


def test_parts_of_a_text_are_no_stories() -> None:
    parts = (f"<h2>Chợ xưa</h2>{paragraphs(*LINES)}", f"<h2>Chợ nay</h2>{paragraphs(*OTHER)}")
    article = read_article(page("".join(f"<section>{part}</section>" for part in parts)))
    assert text_of(article) == ["Chợ xưa", *LINES, "Chợ nay", *OTHER]
    assert article.doubts == ()


def test_headline_repeated_inside_the_text_cuts_nothing() -> None:
    inside = f"<div>{paragraphs(*LINES)}<h3>{TITLE}</h3>{paragraphs(*OTHER)}</div>"
    assert text_of(read_article(page(inside))) == [*LINES, TITLE, *OTHER]

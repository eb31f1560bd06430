"""Texts of ours that were stored in English are said in Vietnamese years later; what is not ours stays as it is."""

import pytest

from archive.phrases import in_language, joined, phrase
from archive.recall import recalled, with_reason


@pytest.mark.parametrize(
    "said",
    [
        phrase("no running text on the page"),
        phrase("status {status}", status=404),
        phrase("robots.txt {why}: closed for this run", why=phrase("answered {status}", status=503)),
        phrase(
            "{host} is left for the next run: {why}",
            host="news.example",
            why=phrase(
                "{n} requests in a row failed, the last with: {trouble}",
                n=5,
                trouble=phrase("status {status}", status=503),
            ),
        ),
        phrase("a run reads at most {most:,} {what}", most=1000, what=phrase("pages of a list")),
        phrase('the page says "{texts}"', texts="Bài viết không tồn tại: 404"),
    ],
)
def test_what_was_stored_is_said_as_on_the_day_it_was_made(said: str) -> None:
    stored = "".join(said)

    assert recalled(stored) == stored
    assert in_language(recalled(stored), "vi") == in_language(said, "vi") != stored


@pytest.mark.parametrize("text", ["", "Connection was refused by other side: 111", "Trang không tồn tại", "a {b} c"])
def test_what_no_template_makes_stays(text: str) -> None:
    assert in_language(recalled(text), "vi") == text


def test_a_single_word_of_a_page_is_not_translated() -> None:
    said = in_language(recalled('the page calls itself "key"'), "vi")

    assert '"key"' in said


def test_a_reason_keeps_its_code() -> None:
    assert with_reason("http-error", "status 503") == "http-error (status 503)"
    assert in_language(with_reason("http-error", "status 503"), "vi") == "http-error (trạng thái 503)"
    assert with_reason("robots", None) == "robots"
    assert in_language(joined("", ("x: ", with_reason("gone", "status 404"))), "vi") == "x: gone (trạng thái 404)"

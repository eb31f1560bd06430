"""Whatever a page holds: it is an article or it is refused, and it never breaks the program."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Reason
from crawler.extract.article import extract
from crawler.page import Page
from crawler.reader import Reader
from crawler.urls import resolve

SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
URL = "https://baosongngan.example/xa-hoi/ben-pha-na-leng-118204.html"
TITLE = "Bến phà Nà Lẹng hoạt động trở lại"
TEXT = (
    "Từ sáng sớm, hơn 200 hộ dân đã có mặt ở bến để đón chuyến phà đầu tiên sau ba tháng gián đoạn vì lũ.",
    "Phà chở được 12 xe máy và 40 người mỗi lượt, chạy từ 5 giờ 30 đến 21 giờ hằng ngày, kể cả ngày lễ.",
)
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
MALFORMED = [
    "//[",
    "http://[abc/x.jpg",
    "https://]",
    "http://a:b/c.jpg",
    "https://[::1",
    "http://\x00/",
    "http://a:99999/x",
]
SCRIPT = '<script type="application/ld+json">%s</script>'
STORY = SCRIPT % '{"@type":"NewsArticle","headline":"%s","url":"%s","mainEntityOfPage":"%s"}'

ADDRESSES = st.one_of(
    st.sampled_from(MALFORMED), st.text(max_size=12).map(lambda text: f"http://[{text}"), st.text(max_size=20)
)
DATES = st.sampled_from(
    ["31/02/2026", "99:99 01/01/2026", "2026-13-45T25:61:00+99:99", "0000-00-00", "01/01/0001 GMT+99", "hôm qua"]
)
WORDS = st.one_of(
    ADDRESSES, DATES, st.text(max_size=40), st.sampled_from(["Tin, ảnh: ", "Theo ", "()", "-", "(", "PV", "Bởi "])
)
FRAGMENTS = st.one_of(
    st.builds('<img src="{0}" data-src="{1}">'.format, ADDRESSES, ADDRESSES),
    st.builds('<a href="{0}" title="{1}">{2}</a>'.format, ADDRESSES, DATES, WORDS),
    st.builds('<link rel=canonical href="{0}"><meta property="og:url" content="{1}">'.format, ADDRESSES, ADDRESSES),
    st.builds('<meta name="date" content="{0}"><meta name=author content="{1}">'.format, DATES, WORDS),
    st.builds('<time datetime="{0}">{1}</time>'.format, DATES, WORDS),
    st.builds('<p class="{0}" align=right><b>{1}<br>{2}</b></p>'.format, WORDS, WORDS, WORDS),
    st.builds('<div class="author">{0}<button>{1}</button><span>{2}</span></div>'.format, WORDS, WORDS, WORDS),
    st.text(alphabet='{}[]",:@typegraph/*-<>&;', max_size=60).map(lambda text: SCRIPT % text),
    st.builds(lambda *parts: STORY % parts, WORDS, ADDRESSES, ADDRESSES),
    st.sampled_from(["<table><tr><td>", "</div></div>", "<ul><li>", "<!--", "<iframe>", "<h1>", "</h1>", "<article>"]),
    st.sampled_from([f"<h1>{TITLE}</h1>", f"<div class=text>{BODY}</div>", BODY]),
    WORDS,
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(fragments=st.lists(FRAGMENTS, max_size=12))
def test_no_page_breaks_the_extractor(fragments: list[str], reader: Reader) -> None:
    found = reader.extract(Page(URL, "".join(fragments).encode("utf-8", "replace"), SEEN_AT))
    assert (found.article is None) != (found.refusal is None)
    assert found.refusal is None or found.refusal.reason is not Reason.EXTRACTOR, found.refusal


@pytest.mark.parametrize("address", MALFORMED)
@pytest.mark.parametrize(
    "place",
    [
        '<img src="{}">',
        '<figure><img data-src="{}"><figcaption>Bến phà.</figcaption></figure>',
        '<p><a href="{}">xem</a></p>',
        '<link rel="canonical" href="{}"><meta property="og:url" content="{}">',
        '<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Khác","url":"{}"}}</script>',
        '<div class="author"><a href="{}">Lường Hà</a></div>',
    ],
)
def test_a_malformed_address_costs_itself_alone(place: str, address: str) -> None:
    spoilt = place.format(address, address)
    for html in (
        f"<title>{TITLE}</title>{spoilt}<h1>{TITLE}</h1><div class=text>{BODY}</div>",
        f'<title>{TITLE}</title><h1>{TITLE}</h1><div class=text>{BODY}{spoilt}<img src="/phao.jpg"></div>',
    ):
        article = extract(Page(URL, html.encode(), SEEN_AT)).article
        assert article is not None
        assert article.url == URL
        assert all(text in article.body for text in TEXT)
        assert {image.url for image in article.images} <= {"https://baosongngan.example/phao.jpg"}


@pytest.mark.parametrize(
    ("address", "absolute"),
    [
        ("/x.jpg", "https://baosongngan.example/x.jpg"),
        ("//cdn.example/x.jpg", "https://cdn.example/x.jpg"),
        ("  x.jpg ", "https://baosongngan.example/xa-hoi/x.jpg"),
        ("data:image/png;base64,AAAA", None),
        ("javascript:void(0)", None),
        ("http://a:b/c.jpg", None),
        ("//[", None),
    ],
)
def test_an_address_of_a_page_is_absolute_or_none(address: str, absolute: str | None) -> None:
    assert resolve(URL, address) == absolute

"""A record carries what its page says against it, and a doubtful page is read by another path too."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive import Doubt
from crawler.demo.outlets import outlets, site_file
from crawler.extract.article import extract
from crawler.page import Page
from crawler.site import Layout, Site
from crawler.site_files.load import load_site
from tests.crawler.pages_of_text import LINES, OTHER, URL, page, paragraphs, read_article, text_of

ORIGIN = "http://127.0.0.1:8871"
SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
FAR = tuple(f"{number}. {line}" for number in range(4) for line in OTHER)
"""Text of another subject, twice as long as LINES."""


@pytest.fixture(scope="module")
def sample_sites(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Site]:
    folder = tmp_path_factory.mktemp("sites")
    for outlet in outlets():
        (folder / f"{outlet.name}.toml").write_text(site_file(outlet, ORIGIN), encoding="utf-8")
    return {path.stem: load_site(path) for path in folder.glob("*.toml")}


def test_sample_site_without_layouts_is_read_alike_or_doubted(sample_sites: Mapping[str, Site]) -> None:
    wrong = []
    for outlet in outlets():
        blind = replace(sample_sites[outlet.name], layouts=())
        for article in outlet.articles:
            answer = Page(ORIGIN + article.path, outlet.respond(article.path, ORIGIN, {}).body, SEEN_AT)
            known, read = extract(answer, sample_sites[outlet.name]).article, extract(answer, blind).article
            assert known is not None
            assert known.doubts == ()
            if read is None or (text_of(read) != text_of(known) and not read.doubts):
                wrong.append(article.path)
    assert wrong == []


def test_text_named_as_something_else_is_found_by_the_second_reading() -> None:
    boxes = "".join(f'<div class="widget"><p>{line}</p></div>' for line in (*LINES, *LINES))
    head = f'<meta name="description" content="{LINES[0]}">'
    article = read_article(page(f"<div><div>{boxes}</div><div>{paragraphs(OTHER[0])}</div></div>", head=head))
    assert set(LINES) <= set(text_of(article))


def test_text_over_many_boxes_is_read_whole() -> None:
    parts = "".join(f'<div class="row r{n}"><div class="c{n}"><p>{line}</p></div></div>' for n, line in enumerate(FAR))
    article = read_article(page(f'<div class="body"><div class="first">{paragraphs(LINES[0])}</div>{parts}</div>'))
    assert text_of(article) == [LINES[0], *FAR]


def test_other_text_than_the_description_is_doubted() -> None:
    head = '<meta name="description" content="Đường lên bản Pờ Ly vừa được rải nhựa, học sinh hết cảnh lội bùn">'
    title = "Bản Pờ Ly rải nhựa xong tuyến đường"
    article = read_article(page(f"<div>{paragraphs(*FAR)}</div>", title=title, head=head))
    assert article.doubts == (Doubt.LITTLE_TEXT,)


@pytest.mark.parametrize(
    "end",
    [
        '<div class="paywall"><p>Nội dung dành cho thuê bao. Mời bạn đăng ký gói thành viên để đọc tiếp.</p></div>',
        "<p>Mời bạn mua gói thành viên để đọc toàn bộ bài viết.</p>",
        f'<div class="paywall" hidden>{paragraphs(*OTHER)}</div>',
    ],
    ids=["box", "line", "hidden rest"],
)
def test_begin_of_a_sold_text_is_partial(end: str) -> None:
    article = read_article(page(f"<div>{paragraphs(*LINES)}{end}</div>"))
    assert (text_of(article), article.doubts) == (list(LINES), (Doubt.PARTIAL,))


def test_text_that_says_it_is_sold_and_is_whole_is_not_doubted() -> None:
    ld = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
    assert read_article(page(f"<div>{paragraphs(*LINES)}</div>", head=ld)).doubts == ()
    cut = f"<div>{paragraphs(*LINES)}<p>Chiều muộn, khi phiên chợ đã vãn…</p></div>"
    assert read_article(page(cut, head=ld)).doubts == (Doubt.PARTIAL,)


def test_page_that_no_layout_recognises_is_doubted_where_layouts_were_seen(sample_sites: Mapping[str, Site]) -> None:
    site = next(iter(sample_sites.values()))
    seen = Page(URL, page(f"<div>{paragraphs(*LINES)}</div>"), SEEN_AT)
    assert doubts(seen, site) == (Doubt.UNKNOWN_LAYOUT,)
    assert doubts(seen, replace(site, checked="facts only")) == ()
    assert doubts(seen, replace(site, layouts=())) == ()


def test_layout_without_its_date_is_doubted(sample_sites: Mapping[str, Site]) -> None:
    layout = Layout("mẫu", "div.text", {"body": ("div.text",), "published": (".date",)})
    site = replace(next(iter(sample_sites.values())), layouts=(layout,))
    dated = f'<p class="date">08/01/2026 09:00</p><div class="text">{paragraphs(*LINES)}</div>'
    assert doubts(Page(URL, page(dated), SEEN_AT), site) == ()
    assert doubts(Page(URL, page(dated.replace("08/01/2026 09:00", "")), SEEN_AT), site) == (Doubt.MISSING_FIELD,)


def test_layout_that_points_to_the_wrong_box_loses_to_the_generic_reading(sample_sites: Mapping[str, Site]) -> None:
    layout = Layout("mẫu", "div.note", {"body": ("div.note",)})
    site = replace(next(iter(sample_sites.values())), layouts=(layout,))
    head = '<meta name="description" content="Bà con bán hết gừng và mật ong, xã mở thêm dãy ki-ốt, kéo điện nước">'
    inside = f'<div>{paragraphs(*LINES, *LINES)}</div><div class="note">{paragraphs(OTHER[0])}</div>'
    found = extract(Page(URL, page(inside, head=head), SEEN_AT), site).article
    assert found is not None
    assert found.body.count(LINES[1]) == 2


def doubts(seen: Page, site: Site) -> tuple[Doubt, ...]:
    article = extract(seen, site).article
    assert article is not None
    return article.doubts

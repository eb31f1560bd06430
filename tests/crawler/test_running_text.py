"""What is running text stays, whatever it is called and wherever it stands; what is none leaves."""

import pytest

from tests.crawler.pages_of_text import LEAD, LINES, OTHER, page, paragraphs, read_article, text_of

NAMES = ("no-tts", "link", "tooltip-off", "widget-body", "sidebar-none", "print", "newsletter-free", "tags-on", "share")


@pytest.mark.parametrize("name", NAMES)
def test_class_of_paragraphs_is_no_verdict(name: str) -> None:
    text = "".join(f'<p class="{name}">{line}</p>' for line in (*LINES, "Ông nói:"))
    assert text_of(read_article(page(f"<div>{text}</div>"))) == [*LINES, "Ông nói:"]


@pytest.mark.parametrize("name", NAMES)
def test_class_of_a_box_inside_the_text_is_no_verdict(name: str) -> None:
    inside = f'<div>{paragraphs(*LINES)}<div class="box {name}">{paragraphs(*OTHER)}</div>{paragraphs(*LINES)}</div>'
    assert text_of(read_article(page(inside))) == [*LINES, *OTHER, *LINES]


@pytest.mark.parametrize(
    "box",
    [
        '<div class="share-row"><a href="#">Chia sẻ</a> <a href="#">Zalo</a></div>',
        '<div class="related"><h4>Tin liên quan</h4><a href="/a.html">Kè suối Ngòi Đum sắp xong</a></div>',
        '<p class="print-link">In trang này</p>',
        f'<div class="author-bio"><b>Trần Thử</b><p>{OTHER[0]}</p></div>',
        "<p>Tải ứng dụng Báo Thử Nghiệm để đọc tin nhanh nhất mỗi ngày</p>",
        "<p>Mời bạn đọc theo dõi Báo Thử Nghiệm trên Zalo</p>",
    ],
    ids=["share", "related", "print", "portrait", "app", "channel"],
)
def test_boxes_at_the_end_are_no_text(box: str) -> None:
    assert text_of(read_article(page(f"<div>{paragraphs(*LINES)}{box}</div>"))) == list(LINES)


@pytest.mark.parametrize(
    "box",
    [
        f'<div class="embed js-embed-consent"><h3>Nội dung bên ngoài</h3>{paragraphs(*OTHER)}</div>',
        '<div class="detail-img"><img src="/a.jpg"><div>Chợ phiên Nậm Lùng sáng sớm</div></div>',
        '<figure><img src="/a.jpg"><figcaption>Chợ phiên</figcaption><span class="from">Báo Thử Nghiệm</span></figure>',
        '<p class="media-credit">Báo Thử Nghiệm</p>',
        "<p>Get the latest updates right in your inbox. Subscribe to our newsletters.</p>",
        "<p>Sign up for our free weekly newsletter.</p>",
        "<p>Advertisement</p>",
        "<p>Anzeige</p>",
        '<p><a href="/a.html">Read more: Kè suối Ngòi Đum sắp xong.</a></p>',
        '<p class="screen-reader-text">Mở trong cửa sổ mới</p>',
    ],
)
def test_boxes_between_paragraphs_are_no_text(box: str) -> None:
    inside = f"<div>{paragraphs(*LINES[:2])}{box}{paragraphs(*LINES[2:])}</div>"
    assert text_of(read_article(page(inside))) == list(LINES)


@pytest.mark.parametrize(
    "line",
    ["Posted: Fri 6:45 PM, Feb 16, 2018", "Lan Anh 2025-02-15 17:27:46", "Last updated 2:26 PM EST February 16, 2018"],
)
def test_a_date_line_at_the_head_of_the_text_is_no_text(line: str) -> None:
    assert text_of(read_article(page(f"<div>{paragraphs(line, *LINES)}</div>"))) == list(LINES)


def test_a_class_that_holds_under_a_condition_says_nothing() -> None:
    inside = f'<div><div class="print:share lg:sidebar">{paragraphs(LINES[0])}</div>{paragraphs(*LINES[1:])}</div>'
    assert text_of(read_article(page(inside))) == list(LINES)


def test_a_sub_heading_with_the_class_of_a_widget_stays_above_running_text() -> None:
    heading = '<h2 class="widget-title">Chợ phiên</h2>'
    related = (
        f'<h4 class="widget-title">Tin khác</h4><ul class="related"><li><a href="/a.html">{OTHER[0]}</a></li></ul>'
    )
    inside = f"<div>{paragraphs(*LINES[:2])}{heading}{paragraphs(*LINES[2:])}</div>"
    assert text_of(read_article(page(inside))) == [*LINES[:2], "Chợ phiên", *LINES[2:]]
    inside = f"<div>{paragraphs(*LINES[:2])}{related}{paragraphs(*LINES[2:])}</div>"
    assert text_of(read_article(page(inside))) == list(LINES)


def test_what_a_mouse_opens_over_a_name_is_no_part_of_the_sentence() -> None:
    card = '<span class="person-popup-box"><a href="/nguoi/lo-may">Lò Mây</a> <a href="/a.html">Kè suối</a></span>'
    first = LINES[0].replace(" ", f" {card}", 1)
    assert text_of(read_article(page(f"<div>{paragraphs(first, *LINES[1:])}</div>"))) == list(LINES)


@pytest.mark.parametrize(
    "element",
    ["ins", "del", "output", "slot", "button", "meter", "progress", "legend", "bt-gia", "o:p", "s", "mark", "bdi"],
)
def test_no_word_is_lost_inside_a_sentence(element: str) -> None:
    line = f"Giá gừng tươi tại chợ là <{element}>hai mươi nghìn</{element}> đồng một kg, bà con bán hết từ sáng sớm."
    article = read_article(page(f"<div>{paragraphs(line, *LINES)}</div>"))
    assert text_of(article)[0].startswith("Giá gừng tươi tại chợ là hai mươi nghìn đồng một kg")


def test_button_beside_a_sentence_is_no_text() -> None:
    article = read_article(page(f"<div>{paragraphs(LINES[0] + '<button>Nghe đọc bài</button>', *LINES[1:])}</div>"))
    assert text_of(article) == list(LINES)


def test_inserted_paragraph_stays_and_inserted_advertisement_leaves() -> None:
    advertisement = '<ins class="adsbygoogle">Khuyến mãi lớn cuối năm</ins>'
    inside = (
        f"<div>{paragraphs(LINES[0])}<ins>{paragraphs(LINES[1])}</ins>{advertisement}{paragraphs(*LINES[2:])}</div>"
    )
    assert text_of(read_article(page(inside))) == list(LINES)


def test_linked_sentence_and_document_stay_and_teaser_leaves() -> None:
    sentence = f'<a href="/x.html">{LINES[1]}</a>'
    document = '<a href="/tai-lieu/qd-07.pdf">Toàn văn Quyết định số 07 về mở rộng chợ phiên Nậm Lùng</a>'
    teaser = '<a href="/y.html">Kè suối Ngòi Đum sắp hoàn thành trước mùa lũ</a>'
    inside = f"<div>{paragraphs(LINES[0], sentence, document, teaser, *LINES[2:])}</div>"
    kept = [LINES[0], LINES[1], "Toàn văn Quyết định số 07 về mở rộng chợ phiên Nậm Lùng", *LINES[2:]]
    assert text_of(read_article(page(inside))) == kept


@pytest.mark.parametrize(
    "sentence",
    [
        "Theo báo cáo của Sở Y tế, toàn tỉnh ghi nhận 12 ca cúm mùa.",
        "Báo chí đã được mời dự phiên chợ.",
        "Đài Truyền thanh huyện sẽ phát lại vào tối nay.",
        "Cổng TTĐT huyện đang được nâng cấp.",
        "Nguồn thu của chợ tăng một phần ba.",
    ],
)
def test_sentence_at_the_end_is_no_credit(sentence: str) -> None:
    article = read_article(page(f"<div>{paragraphs(*LINES, sentence)}</div>"))
    assert (text_of(article)[-1], article.byline, article.source_credit) == (sentence, (), None)


def test_paragraph_like_the_lead_stays_if_place_or_number_differ() -> None:
    near = LEAD.replace("Nậm Lùng", "Sín Pao").replace("ba nghìn", "hai nghìn")
    text = f'<p class="sapo"><b>{LEAD}</b></p><div>{paragraphs(near, *LINES)}</div>'
    assert text_of(read_article(page(text))) == [LEAD, near, *LINES]
    text = f'<p class="sapo"><b>{LEAD}</b></p><div><p><b>{LEAD}</b></p>{paragraphs(*LINES)}</div>'
    head = f'<meta name="description" content="{LEAD}">'
    assert text_of(read_article(page(text, head=head))) == [LEAD, *LINES]


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "visibility: hidden",
        "position:absolute; left:-9999px",
        "text-indent:-10000px",
        "font-size:0",
        "opacity: 0",
    ],
)
def test_hidden_text_stays_out(style: str) -> None:
    inside = f'<div>{paragraphs(*LINES[:2])}<p style="{style}">{OTHER[0]}</p>{paragraphs(*LINES[2:])}</div>'
    assert text_of(read_article(page(inside))) == list(LINES)


@pytest.mark.parametrize(
    "panel",
    [
        f'<div class="accordion-panel" hidden>{paragraphs(OTHER[0])}</div>',
        f'<div class="faq"><div style="display:none">{paragraphs(OTHER[0])}</div></div>',
        f"<details><summary>Hỏi</summary>{paragraphs(OTHER[0])}</details>",
    ],
    ids=["named", "among others", "details"],
)
def test_panels_that_a_click_opens_stay(panel: str) -> None:
    assert OTHER[0] in text_of(read_article(page(f"<div>{paragraphs(*LINES)}{panel}{paragraphs(*OTHER)}</div>")))


def test_shadow_root_and_streamed_parts_are_read() -> None:
    shadow = f'<bao-bai><template shadowrootmode="open"><div>{paragraphs(*LINES)}</div></template></bao-bai>'
    assert text_of(read_article(page(shadow))) == list(LINES)
    streamed = (
        f'<main><div>{paragraphs(LINES[0])}<template id="B:0"></template>{paragraphs(LINES[3])}</div></main>'
        f'<div hidden id="S:0">{paragraphs(LINES[1], LINES[2])}</div>'
    )
    assert text_of(read_article(page(streamed))) == list(LINES)


@pytest.mark.parametrize(
    ("site_name", "line"),
    [("Báo Đà Nẵng", "ĐNO - "), ("Báo Lào Cai điện tử", "LCĐT - "), ("Báo Bình Phước Online", "BPO – ")],
)
def test_outlet_mark_is_known_by_the_name_of_the_outlet(site_name: str, line: str) -> None:
    head = f'<meta property="og:site_name" content="{site_name}"><meta name="description" content="{line}{LEAD}">'
    article = read_article(page(f"<p>{line}{LEAD}</p><div>{paragraphs(*LINES)}</div>", head=head))
    assert (article.lead_mark, article.lead) == (line.split(maxsplit=1)[0], LEAD)

"""Fields of whole pages: which of several values on a page is used, and where on the page a field may be."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from archive import Article, Precision
from crawler.extract.article import extract
from crawler.page import Page
from crawler.site import Layout

SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
TITLE = "Bến phà Nà Lẹng hoạt động trở lại"
LEAD = "Sáng 15-2, bến phà Nà Lẹng chở khách trở lại, nối liền hai bờ sông Ngàn sau mùa lũ kéo dài."
TEXTS = (
    "Từ sáng sớm, hơn 200 hộ dân đã có mặt ở bến để đón chuyến phà đầu tiên sau ba tháng gián đoạn vì lũ.",
    "Phà chở được 12 xe máy và 40 người mỗi lượt, chạy từ 5 giờ 30 đến 21 giờ hằng ngày.",
    "Kinh phí 2,4 tỷ đồng do huyện và các nhà hảo tâm đóng góp, đơn vị thi công bảo hành trong ba năm.",
    "Trong tháng tới, xã sẽ lắp thêm đèn chiếu sáng ở hai đầu bến để bảo đảm an toàn ban đêm.",
)
DATE = '<div class="date">Thứ Bảy, 15/02/2025 - 07:40</div>'
PRINTED = "2025-02-15T07:40"
SAPO = f'<div class="sapo">{LEAD}</div>'
AUTHORS = "<span class=author>Lường Hà</span><span class=author>Triệu Vân</span>"
OFFER = "<p>Vay mua nhà lãi suất chỉ từ 5%/năm, gọi ngay tổng đài để được tư vấn.</p>"
RIGHT = '<p style="text-align:right"><b>'


@dataclass(frozen=True)
class Parts:
    """The parts of the page that vary between cases."""

    head: str = ""
    window: str = f"{TITLE} - Báo Sông Ngàn"
    masthead: str = '<a class="logo" href="/"><img src="/logo.png" alt="Báo Sông Ngàn"></a>'
    title: str = f"<h1>{TITLE}</h1>"
    date: str = DATE
    lead: str = SAPO
    before: str = ""
    """Inside the container, above the first paragraph."""
    middle: str = ""
    end: str = ""
    below: str = ""


def read(parts: Parts) -> Article:
    half = len(TEXTS) // 2
    above, under = ("".join(f"<p>{text}</p>" for text in texts) for texts in (TEXTS[:half], TEXTS[half:]))
    html = (
        f"<html><head><title>{parts.window}</title>{parts.head}</head><body><header>{parts.masthead}</header>"
        f'<div class="main"><div class="article">{parts.title}{parts.date}{parts.lead}<div class="content-detail">'
        f"{parts.before}{above}{parts.middle}{under}{parts.end}</div>{parts.below}</div>"
        '<div class="sidebar"><a href="/a-1.html">Khai mạc hội chợ nông sản vùng cao</a> <span>18/09/2026 08:00</span>'
        "</div></div><footer><p>Giấy phép số 12/GP-BTTTT cấp ngày 05/03/2023</p></footer></body></html>"
    )
    result = extract(
        Page("https://baosongngan.example/xa-hoi/202005/ben-pha-04012022-a95.html", html.encode(), SEEN_AT)
    )
    assert result.article is not None, result.refusal
    return result.article


def published(article: Article) -> str | None:
    at = article.published_at
    if at is None:
        return None
    return at.isoformat()[:16] if article.published_precision is Precision.MINUTE else at.date().isoformat()


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        # neither the address, nor the name of a picture, nor a comment of the CMS is a date line
        (Parts(date="", middle='<img src="/a_20250918192038.jpg"><!-- 2025-02-15 07:40 -->'), None),
        (Parts(date="", end="<p>Bến được xây từ ngày 13.4.1994 và sửa ngày 02/07/2020.</p>"), None),
        (Parts(head='<meta property="article:published_time" content="2025-02-15T07:40:00+0700">', date=""), PRINTED),
        (Parts(head='<meta itemprop="datePublished" content="2025-02-15T07:40:00&#x2B;07:00">', date=""), PRINTED),
        (Parts(head='<meta property="article:published_time" content="2/15/2025 7:40:12 AM">', date=""), PRINTED),
        (Parts(head='<meta property="article:published_time" content="0001-01-01T00:00:00">'), PRINTED),
        (Parts(head='<meta property="article:published_time" content="2025-02-15">'), PRINTED),
        (Parts(head='<meta property="article:published_time" content="2025-02-15T07:40:00Z">'), PRINTED),
        (Parts(head=ld('{"@type":"LocalBusiness","name":"x","datePublished":"2024-01-01T01:01:00"}')), PRINTED),
        (Parts(head=ld('{"@type":"NewsArticle","datePublished":"2025-02-15"}')), PRINTED),
        (Parts(head=ld('{"@type":"NewsArticle","datePublished":20250215,"author":[[],{"name":7}]}')), PRINTED),
        (Parts(head=ld('{"@type":"NewsArticle","datePublished":["2025-02-15T07:40:00"]}'), date=""), PRINTED),
        (Parts(head=ld('{"@type":"NewsArticle","datePublished":"2025-')), PRINTED),
        (Parts(masthead="<span>Chủ Nhật, 20/09/2026</span>"), PRINTED),
        (Parts(date="<div>Cập nhật: 16/02/2025 09:10</div><div>Ngày đăng: 15/02/2025 07:40</div>"), PRINTED),
        (Parts(date='<div class="date">Cập nhật lúc 07:40, Thứ Bảy, 15/02/2025 (GMT+7)</div>'), PRINTED),
        (Parts(date="<ul><li>15/02/2025</li><li>07:40</li></ul>"), PRINTED),
        (Parts(date="<div><span>15/02/2025</span><span>07:40</span></div>"), PRINTED),
        (Parts(date="<div>07:40</div><div>15/02/2025</div>"), PRINTED),
        (Parts(date="", title=f"{DATE}<h1>{TITLE}</h1>"), PRINTED),
        (Parts(date="", below="<div>Đăng lúc 07:40 - 15/02/2025</div>"), PRINTED),
        (Parts(title=f"<div>Chủ Nhật, 20/09/2026</div><h1>{TITLE}</h1>", date="", lead=SAPO + DATE), PRINTED),
        (Parts(date=f'<p><a href="/b.html">Nâng cấp đường vào ba xóm vùng trong</a> (14/02/2025)</p>{DATE}'), PRINTED),
        (Parts(date="", lead=f'<h2 class="sapo">Chiều 14/02/2025, {LEAD[11:]}</h2>{DATE}'), PRINTED),
    ],
)  # fmt: skip
def test_published(parts: Parts, wanted: str | None) -> None:
    assert published(read(parts)) == wanted


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        (Parts(), ()),
        (Parts(head='<meta name="author" content="Báo Sông Ngàn điện tử">'), ()),
        (Parts(head='<meta name="author" content="admin">'), ()),
        (Parts(head='<meta name="author" content="Lường Hà">'), ("Lường Hà",)),
        (Parts(head=ld('{"@type":"NewsArticle","author":{"name":""}}'), end=f"{RIGHT}Lường Hà</b></p>"), ("Lường Hà",)),
        (Parts(head=ld('{"@type":"NewsArticle","author":{"name":"NH&#7852;T HÀ - Vân"}}')), ("NHẬT HÀ", "Vân")),
        (Parts(date=f'{DATE}<span class="author">LƯỜNG HÀ</span>', end=f"{RIGHT}Lường Hà</b></p>"), ("LƯỜNG HÀ",)),
        (Parts(date="<div><b>Lường Hà</b> - 15/02/2025 07:40</div>"), ("Lường Hà",)),
        (Parts(date="<div>15/02/2025 07:40</div><div>Lường Đăng Hà</div>"), ("Lường Đăng Hà",)),
        (Parts(date='<div><a href="/xa-hoi">Đời Sống</a></div><div>15/02/2025 07:40</div>'), ()),
        (Parts(below=f"<div class=author-list>{AUTHORS}</div>"), ("Lường Hà", "Triệu Vân")),
        (Parts(end=f"{RIGHT}Lường Hà</b></p><p><i>Ảnh: Triệu Vân</i></p>"), ("Lường Hà",)),
        (Parts(end="<p>Lường Hà</p><p>Ảnh: Triệu Vân</p>"), ("Lường Hà",)),
        (Parts(end="<p>Bài: Lường Hà</p><p>Ảnh: Triệu Vân</p>"), ("Lường Hà",)),
        (Parts(end=f"{RIGHT}Lường Hà</b></p><p style='text-align:right'>(Trung tâm Văn hóa huyện)</p>"), ("Lường Hà",)),
        (Parts(end="<p class='text-right'>CTV Lường Hà</p>"), ("Lường Hà",)),
        (Parts(end="<p>Ảnh: Triệu Vân</p>"), ()),
        (Parts(end="<p>(Tổng hợp)</p>"), ()),
    ],
)  # fmt: skip
def test_byline_leaves_the_text(parts: Parts, names: tuple[str, ...]) -> None:
    article = read(parts)
    assert article.byline == names
    assert article.body.split("\n") == list(TEXTS)


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        (Parts(title=f'<h1><span class="kicker">GIAO THÔNG</span>{TITLE}</h1>'), TITLE),
        (Parts(title=f'<h1>{TITLE} <span class="icon">Video</span></h1>'), TITLE),
        (Parts(title=f'<p class="kicker">Giao thông nông thôn</p><h1>{TITLE}</h1>'), TITLE),
        (Parts(title=f'<h2 class="tit">{TITLE}</h2>', masthead="<h1><a href='/'>Báo Sông Ngàn</a></h1>"), TITLE),
        (Parts(title=f'<div class="tit">{TITLE}</div>', window=f"Báo Sông Ngàn điện tử | {TITLE}"), TITLE),
        (Parts(title=f"<h2>{TITLE}</h2>", window="Báo Sông Ngàn điện tử"), TITLE),
        (Parts(head=f'<meta property="og:title" content="{TITLE} | Báo Sông Ngàn điện tử">'), TITLE),
        (Parts(title=f"<h1>{TITLE.upper()}</h1>"), TITLE.upper()),
    ],
)  # fmt: skip
def test_title_and_what_stands_with_it_leave_the_text(parts: Parts, wanted: str) -> None:
    article = read(parts)
    assert (article.title, article.lead, published(article)) == (wanted, LEAD, PRINTED)
    assert article.body.split("\n") == list(TEXTS)


def test_a_part_that_is_named_as_the_whole_is_no_headline() -> None:
    searched = " ".join(TITLE.split()[:5])
    article = read(Parts(window=f"{searched}: giải pháp, kinh phí", middle=f"<h2>{searched}</h2>"))
    assert article.title == TITLE
    assert searched in article.body.split("\n")


@pytest.mark.parametrize(
    ("parts", "lead", "mark"),
    [
        (Parts(lead="", before=f"<p><strong>{LEAD}</strong></p>"), LEAD, None),
        (Parts(lead="", before=f"<p>(SNO) - {LEAD}</p>"), LEAD, "(SNO)"),
        (Parts(lead="", before=f'<p class="intro-text">{LEAD}</p>'), LEAD, None),
        (Parts(lead="", before=f"<p>{LEAD}</p>", head=f'<meta name="description" content="{LEAD}">'), LEAD, None),
        (Parts(lead=f"<h2>{LEAD}</h2>"), LEAD, None),
        (Parts(lead=f"<div>{LEAD}</div>", before=f"<p><strong>{LEAD}</strong></p>"), LEAD, None),
        (Parts(lead=f'<div class="sapo"><strong>(SNO)</strong> - {LEAD}</div>'), LEAD, "(SNO)"),
    ],
)  # fmt: skip
def test_lead_stands_once_and_apart(parts: Parts, lead: str, mark: str | None) -> None:
    article = read(parts)
    assert (article.lead, article.lead_mark, article.body.split("\n")) == (lead, mark, list(TEXTS))


def test_a_plain_first_paragraph_is_no_lead() -> None:
    article = read(Parts(lead=""))
    assert (article.lead, article.body.split("\n")) == (None, list(TEXTS))


PICTURE = '<p class="text-center"><img src="/p.jpg"></p>'
CAPTION = "Chuyến phà đầu tiên rời bến sáng 15-2."


@pytest.mark.parametrize(
    "changed",
    [
        {"middle": f'{PICTURE}<p class="text-center">{CAPTION}</p>'},
        {"middle": f"{PICTURE}<p><em>{CAPTION}</em></p>"},
        {"middle": f"<table><tr><td><img src=/p.jpg></td></tr><tr><td>{CAPTION}</td></tr></table>"},
        {"middle": f"<center><img src=/p.jpg><br>{CAPTION}</center>"},
        {"middle": f'<div id="adsWeb_AdsMiddle">{OFFER}</div>'},
        {"middle": f'<div id="AMN_res_1">{OFFER}</div>'},
        {"middle": f'<div class="sda_middle">{OFFER}</div>'},
        {"middle": "<table><tr><td>TIN LIÊN QUAN</td></tr><tr><td><a href=/r>Đắp lại ba km đê</a></td></tr></table>"},
        {"middle": "<p>&gt;&gt; <a href=/r>Đắp lại ba km đê sông Ngàn</a></p>"},
        {"middle": "<p><em>Xem thêm: </em><a href=/r>Đắp lại ba km đê sông Ngàn</a></p>"},
        {"middle": "<video controls><source src=/a.mp4>Trình duyệt của bạn không hỗ trợ phát video.</video>"},
        {"before": "<div class=audio-box><b>Nghe đọc bài</b> <i>00:00</i> <span>Giọng nữ miền Bắc</span></div>"},
        {"before": "<p>Nghe đọc bài viết</p><p>00:00 / 03:12</p>"},
        {"before": f"<p><strong>{LEAD}</strong></p>"},
        {"end": "<p>Bạn thấy bài viết này thế nào?</p><p>Kém Bình thường Hay</p>"},
        {"end": "<p>Từ khóa: <a href=/t>phà</a>, <a href=/u>Khe Vàng</a></p><p><a href=/p>In bài viết</a></p>"},
        {"end": "<p>Tổng số điểm của bài viết là: 5 trong 1 đánh giá</p><p>Click để đánh giá bài viết</p>"},
        {"end": "<p>Tin cùng chuyên mục</p><p><a href=/r>Đắp lại ba km đê</a></p>"},
        {"end": "<p>(*) Không sao chép dưới mọi hình thức</p>"},
    ],
)  # fmt: skip
def test_what_is_no_text_stays_out_of_it(changed: dict[str, Any]) -> None:
    article = read(Parts(**changed))
    assert (article.lead, article.body.split("\n")) == (LEAD, list(TEXTS))


@pytest.mark.parametrize(
    "line",
    [
        "Tin liên quan",
        "Bài liên quan",
        "Tin cùng chuyên mục",
        "TIN CÙNG CHUYÊN MỤC",
        "Cùng chuyên mục",
        "Bài đọc tiếp",
        "Đọc thêm",
        "Xem thêm:",
        "Từ khóa: bến phà, Nà Lẹng",
        "Tags: bến phà",
        "In bài viết",
        "Bản in",
        "Chia sẻ bài viết",
        "Theo dõi Báo Sông Ngàn trên Google News",
        "Gửi bình luận",
        "Viết bình luận",
        "Lượt truy cập: 12.345",
        "{{item.title}}",
    ],
)
def test_labels_under_the_text_are_no_text(line: str) -> None:
    assert read(Parts(end=f"<p>{line}</p>")).body.split("\n") == list(TEXTS)


@pytest.mark.parametrize(
    "caption",
    [
        "Chuyến phà đầu tiên rời bến (Ảnh: TRẦN HẢI)",
        "Chuyến phà đầu tiên rời bến. Ảnh: Cổng TTĐT huyện Nà Lẹng",
        "Chuyến phà đầu tiên rời bến (Ảnh chụp lại từ clip)",
        "Bến phà năm 1994 (ảnh tư liệu).",
    ],
)
def test_credit_makes_a_line_under_a_picture_its_caption(caption: str) -> None:
    article = read(Parts(middle=f'<p><img src="/p.jpg"></p><p>{caption}</p>'))
    assert [image.caption for image in article.images] == [caption]
    assert article.body.split("\n") == list(TEXTS)


def test_text_that_speaks_of_a_picture_is_text() -> None:
    line = "Trong kho lưu trữ của huyện còn giữ hình bến phà năm 1994 (ảnh tư liệu)."
    assert read(Parts(middle=f"<p>{line}</p>")).body.split("\n") == [*TEXTS[:2], line, *TEXTS[2:]]


@pytest.mark.parametrize(
    "line",
    [
        "Nghe tin bến mở lại, ai cũng mừng.",
        "Giọng nữ trong trẻo cất lên bên sông.",
        "Bạn thấy đấy, bến phà đã khác xưa.",
        "Quảng cáo trái phép bị tháo dỡ.",
    ],
)
def test_lines_that_begin_like_a_label_are_text(line: str) -> None:
    assert read(Parts(middle=f"<p>{line}</p>")).body.split("\n") == [*TEXTS[:2], line, *TEXTS[2:]]


def test_a_rule_finds_the_headline_that_nothing_else_names() -> None:
    text = "".join(f"<p>{each}</p>" for each in TEXTS)
    html = f"<html><body><main><div class='ten'>{TITLE}</div><div class='than'>{text}</div></main></body></html>"
    layout = Layout("moi", "main", {"title": (".ten",), "body": (".than",)})
    result = extract(Page("https://baosongngan.example/a95.html", html.encode(), SEEN_AT), layouts=[layout])
    assert result.article is not None, result.refusal
    assert (result.article.title, result.article.sources["title"]) == (TITLE, "layout:moi")

"""Who wrote it, on whole pages: labels of the page, accounts of the CMS, boxes of authors, several writers."""

import json
from datetime import UTC, datetime

import pytest

from archive import Article
from crawler.extract.article import extract
from crawler.extract.authors import Signed, is_doubtful
from crawler.extract.bylines import Byline
from crawler.extract.extraction import Extraction
from crawler.page import Page

SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
TITLE = "Bản Nà Lùng trồng lại rừng sa mộc"
TEXT = (
    "Từ đầu năm đến nay, bà con bản Nà Lùng trồng lại hơn 40 héc-ta sa mộc trên những đồi trọc sau bản.",
    "Cây giống do lâm trường hỗ trợ, mỗi hộ nhận chăm sóc từ một đến hai héc-ta và được trả công hằng tháng.",
    "Theo kế hoạch, đến năm 2028, cả xã sẽ phủ xanh 300 héc-ta đồi trọc, góp phần giữ nước cho cánh đồng.",
)
WRITER = "Lò Thị Mây"
RIGHT = '<p style="text-align:right"><b>{}</b></p>'


def read(*, head: str = "", top: str = "", end: str = "", below: str = "", host: str = "baosuoihoa.example") -> Article:
    text = "".join(f"<p>{each}</p>" for each in TEXT)
    html = (
        f'<html lang="vi"><head><title>{TITLE}</title>{head}</head><body><div class="main"><h1>{TITLE}</h1>{top}'
        f'<div class="text">{text}{end}</div>{below}</div></body></html>'
    )
    found: Extraction = extract(Page(f"https://{host}/trong-rung-91.html", html.encode(), SEEN_AT))
    assert found.article is not None, found.refusal
    return found.article


def ld(author: object, **more: object) -> str:
    block = {"@type": "NewsArticle", "headline": TITLE, "author": author, **more}
    return f'<script type="application/ld+json">{json.dumps(block, ensure_ascii=False)}</script>'


PERSON = ld({"@type": "Person", "name": WRITER})
LABELS = (
    "Từ Khoá", "QUẢNG CÁO", "Bình Luận", "Đọc Tiếp", "Kỳ Cuối", "Kỳ 2", "Phú Thọ", "Tân Trào", "Phản Hồi", "Lưu Bài",
    "Mới Nhất", "XEM THÊM", "Podcast", "Hà Giang Online", "Gửi Bài", "In Trang", "Người Dân", "Cùng Tác Giả",
)  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    "place",
    ["<div><b>{}</b></div>", "<p>{}</p>", "<p><em>{}</em></p>", '<div style="text-align:right"><b>{}</b></div>'],
)
def test_a_label_below_the_text_is_no_writer(place: str, label: str) -> None:
    assert read(head=PERSON, below=place.format(label)).byline == (WRITER,)


@pytest.mark.parametrize("label", ["<div><b>{}</b></div>", "<p>{}</p>"])
@pytest.mark.parametrize("word", LABELS)
def test_a_label_below_the_text_names_nobody_where_nobody_is_named(label: str, word: str) -> None:
    assert read(below=label.format(word)).byline == ()


@pytest.mark.parametrize("line", ["(Còn Nữa)", "HẾT", "Kỳ Sau", "QUẢNG CÁO", "Nguồn Sáng", "Bài Cuối"])
def test_a_last_line_that_is_no_writer_loses_to_metadata_and_stays(line: str) -> None:
    article = read(head=PERSON, end=f"<p><b>{line}</b></p>")
    assert article.byline == (WRITER,)


@pytest.mark.parametrize("line", ["HẾT", "QUẢNG CÁO", "(Hết Phần Một)", "Hết", "Tiếp theo và hết"])
def test_capitals_brackets_and_single_words_sign_nothing(line: str) -> None:
    assert read(end=f"<p><b>{line}</b></p>").byline == ()


@pytest.mark.parametrize(
    ("end", "names"),
    [
        (RIGHT.format("MÂY"), ("MÂY",)),
        (RIGHT.format("LÒ MÂY"), ("LÒ MÂY",)),
        ("<p>Lò Mây</p>", ("Lò Mây",)),
        ("<p>L.M</p>", ("L.M",)),
        ("<p>Tin, ảnh: Mây</p>", ("Mây",)),
        ("<p>Bút danh: Mây Núi</p>", ("Mây Núi",)),
        ("<p>LÒ MÂY (Theo TTXVN)</p>", ("LÒ MÂY",)),
        ('<p class="tac-gia">Mây</p>', ("Mây",)),
        ('<p align="right"><b>Lò Mây<br>Vừ A Páo</b></p>', ("Lò Mây", "Vừ A Páo")),
        (RIGHT.format("Lò Mây") + RIGHT.format("Vừ A Páo"), ("Lò Mây", "Vừ A Páo")),
        ("<p><b>Lò Mây<br>Vừ A Páo</b></p>", ("Lò Mây", "Vừ A Páo")),
        ('<p align="right">Bài: Lò Mây<br>Ảnh: Vừ A Páo</p>', ("Lò Mây",)),
        ('<p align="right"><b>Lò Mây</b> (may@suoihoa.example)</p>', ("Lò Mây",)),
        ('<p align="right">Phóng viên Lò Mây - CTV.Vừ A Páo</p>', ("Lò Mây", "Vừ A Páo")),
        (RIGHT.format("ថាច់ សុខា"), ("ថាច់ សុខា",)),
    ],
)
def test_what_signs_a_text(end: str, names: tuple[str, ...]) -> None:
    article = read(end=end)
    assert article.byline == names
    assert article.body.split("\n")[-1] == TEXT[-1]


@pytest.mark.parametrize(
    "sentence",
    [
        "Báo cáo tại hội nghị cho biết thu ngân sách vượt kế hoạch.",
        "Báo động lũ cấp hai đã phát trên toàn tuyến sông.",
        "Đài truyền thanh xã phát bản tin hai lần mỗi ngày.",
        "Theo báo cáo của Sở Nông nghiệp, toàn tỉnh trồng mới 900 héc-ta rừng.",
        "Cổng TTĐT huyện sẽ đăng danh sách các hộ được hỗ trợ.",
        "Nguồn báo cáo do các xã gửi về trong tuần.",
    ],
)
def test_a_sentence_is_no_credit(sentence: str) -> None:
    article = read(end=f"<p>{sentence}</p>")
    assert article.body.split("\n")[-1] == sentence
    assert (article.byline, article.source_credit) == ((), None)


@pytest.mark.parametrize(
    "credit", ["Báo Nhân Dân điện tử", "Đài Phát thanh - Truyền hình Lai Châu", "Tạp chí Cộng sản"]
)
def test_the_name_of_another_house_is_a_credit(credit: str) -> None:
    assert read(end=f"<p>Theo {credit}</p>").source_credit == credit


@pytest.mark.parametrize(
    ("box", "names"),
    [
        ('<div class="author">Lò Thị Mây <button>Theo dõi</button></div>', (WRITER,)),
        ('<div class="author">Lò Thị Mây <a href="/x">Theo Dõi Tác Giả</a></div>', (WRITER,)),
        ('<div class="author">Lò Thị Mây <a href="mailto:m@x.example">Gửi Thư</a></div>', (WRITER,)),
        ('<div class="author">Lò Thị Mây | may@suoihoa.example</div>', (WRITER,)),
        ('<div class="author"><span>Lò Thị Mây</span><span>Phóng viên</span></div>', (WRITER,)),
        ('<div class="author"><span>Lò Thị Mây</span> <span>Vừ A Páo</span></div>', (WRITER, "Vừ A Páo")),
        ('<div class="author"><span>Lò</span> <span>Mây</span></div>', ("Lò Mây",)),
        ('<div class="author">Lò Thị Mây<br>Vừ A Páo</div>', (WRITER, "Vừ A Páo")),
        ('<div class="author">Lò Thị Mây, <a href="/tac-gia/pao">Vừ A Páo</a></div>', (WRITER, "Vừ A Páo")),
        ('<div class="byline">Bởi <a rel="author" href="/tac-gia/may">Lò Thị Mây</a></div>', (WRITER,)),
    ],
)
def test_a_box_of_the_author_names_the_author(box: str, names: tuple[str, ...]) -> None:
    assert read(top=box).byline == names


@pytest.mark.parametrize("account", ["hoang", "Hoang", "suoihoatv", "Suoihoatv", "admin3", "Công", "btv01"])
def test_an_account_of_the_cms_is_no_writer(account: str) -> None:
    assert read(head=f'<meta name="author" content="{account}">').byline == ()
    assert read(head=ld({"@type": "Person", "name": account})).byline == ()


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="author" content="Báo Suối Hoa">',
        '<meta name="author" content="BaoSuoiHoa">',
        '<meta name="author" content="Suối Hoa">',
        '<meta property="og:site_name" content="Suối Hoa Mới"><meta name="author" content="SUỐI HOA MỚI">',
        ld({"@type": "Organization", "name": "Tòa Soạn Suối Reo"}),
        ld({"@type": "Person", "name": "Suối Reo"}, publisher={"@type": "Organization", "name": "Suối Reo"}),
    ],
)
def test_the_newspaper_is_no_writer(head: str) -> None:
    assert read(head=head).byline == ()


def signed(name: str, source: str, *, mark: str = "", is_declared: bool = False) -> Signed:
    return Signed(Byline((name,), name), source, mark, is_declared)


@pytest.mark.parametrize(
    ("chosen", "is_doubt"),
    [
        (signed("Kỳ Cuối", "sign-off"), True),
        (signed("Vừ A Páo", "sign-off", mark="right"), False),
        (signed("Vừ A Páo", "layout:x", mark="layout"), False),
        (signed(WRITER.upper(), "generic:author"), False),
        (signed("Lò Mây", "generic:author"), False),
    ],
)
def test_a_byline_without_a_mark_that_metadata_contradicts_is_doubtful(chosen: Signed, is_doubt: bool) -> None:
    assert is_doubtful([chosen, signed(WRITER, "ld:author", is_declared=True)]) is is_doubt
    assert not is_doubtful([chosen, signed("admin", "meta:author", is_declared=True)])
    assert not is_doubtful([])


@pytest.mark.parametrize(
    "line", ["by Lan Anh on March 3, 2026", "March 3, 2026 By Lan Anh 4 Comments", "By Lan Anh - 3/3/2026"]
)
def test_a_credit_and_a_date_share_a_line_under_the_headline(line: str) -> None:
    assert read(top=f'<div class="lines"><p>{line}</p></div>').byline == ("Lan Anh",)


def test_a_credit_as_first_line_of_the_text_leaves_it() -> None:
    text = "".join(f"<p>{each}</p>" for each in TEXT)
    html = f"<h1>{TITLE}</h1><div class='text'><p>By Lan Anh</p>{text}</div>"
    found = extract(Page("https://baosuoihoa.example/trong-rung-91.html", html.encode(), SEEN_AT))
    assert found.article is not None
    assert (found.article.byline, found.article.body.split("\n")) == (("Lan Anh",), list(TEXT))


def test_elsewhere_a_last_line_in_capitals_signs_nothing() -> None:
    line = "The village planted fir trees on forty hectares of bare hills, and every household cares for two of them."
    head = (
        '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Erin Hill">'
        '<meta property="og:site_name" content="Erin Hill">'
    )
    text = f"<p>{line}</p>" * 4
    html = f"<head>{head}</head><h1>Fir trees for forty hectares</h1><div>{text}<p>A Linky Party</p></div>"
    found = extract(Page("https://erinhill.example/fir-trees-91.html", html.encode(), SEEN_AT))
    assert found.article is not None
    assert found.article.byline == ("Erin Hill",)

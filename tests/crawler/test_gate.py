"""What is refused, by its reason, each beside a look-alike that is an article."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import Reason, compressed
from archive.compressed import LARGEST_BODY
from crawler.demo.outlets import outlets
from crawler.demo.web import Outlet
from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.page import Page
from crawler.reader import Reader
from tests.command import Program
from tests.crawler import odd_pages
from tests.saved import PAGES

SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
URL = "https://example.org/tin-1.html"
ORIGIN = "http://127.0.0.1:8871"
EXTRACT = Path(__file__).parents[2] / "crawler" / "extract"
LISTINGS = sorted((PAGES / "listings").glob("*"))
"""Saved pages of real newspapers lie beside the checkout; they belong to their publishers and are no part of it."""

BRIEF = (
    "Chiều 2-7, xã Khe Vàng khánh thành cầu treo dài 60 mét bắc qua suối Na Lọng. Cầu do người dân góp công, tỉnh "
    "hỗ trợ vật liệu. Từ nay 42 hộ của bản không còn phải lội suối khi trời mưa."
)
"""46 words: as short as articles come."""
LONG = " ".join([BRIEF] * 8)


def page(title: str, *texts: str, more: str = "", head: str = "") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in texts)
    return f"<head><title>{title} - Báo Núi</title>{head}</head><body><h1>{title}</h1>{paragraphs}{more}</body>"


def read(html: str | bytes, url: str = URL) -> Extraction:
    return extract(Page(url, html if isinstance(html, bytes) else html.encode(), SEEN_AT))


def feed(text: str) -> str:
    item = f"<item><title>Khánh thành cầu treo</title><description>{text}</description></item>"
    return (
        f'<?xml version="1.0"?>\n<!-- báo -->\n<rss version="2.0"><channel><title>Báo Núi</title>{item}</channel></rss>'
    )


def teasers(count: int, words: str) -> str:
    return (
        "<div>"
        + "".join(f'<h3><a href="/{n}">Cầu treo số {n} đã thông</a></h3><p>{words}</p>' for n in range(count))
        + "</div>"
    )


REMOVED = (
    "Trang bạn yêu cầu không tồn tại hoặc đã được gỡ bỏ. Mời bạn quay lại trang chủ để đọc những tin tức mới nhất."
)
CLOUDFLARE = (
    "<html><head><title>Just a moment...</title></head><body><div class='main-wrapper'><h1>baonui.example</h1>"
    "<p>Checking if the site connection is secure</p>"
    "<p>baonui.example needs to review the security of your connection before proceeding.</p>"
    "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script></div></body></html>"
)
BLOCKED = page(
    "Sorry, you have been blocked",
    "You are unable to access baonui.example. " * 3,
    "This website is using a security service to protect itself from online attacks. " * 5,
)
COOKIE = (
    '<html><body><script>document.cookie="D1N=0a1b2c3d4e5f;expires=Fri, 31-Dec-2027 23:55:55 GMT;path=/";'
    "window.location.reload(true);</script></body></html>"
)
RECAPTCHA = (
    '<div class="g-recaptcha" data-sitekey="x"></div><script src="https://www.google.com/recaptcha/api.js"></script>'
)
PASSWORD = '<form><input name="user"><input type="password" name="word"></form>'
SOLD = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>'
OFFER = '<div class="article-paywall"><p>Để đọc tiếp, mời bạn mua gói thuê bao tháng.</p></div>'
PLAYER = '<div class="video-player"><video controls src="/a.mp4"></video></div>'
GAMBLING = "Nhà cái uy tín, nổ hũ đổi thưởng, tài xỉu trực tuyến, khuyến mãi cho thành viên mới đăng ký hôm nay."
PACKED = gzip.compress(page("Khánh thành cầu treo", LONG).encode())
BROKEN = BRIEF.encode().decode("latin-1").replace("\xa0", " ")
TCVN3 = (
    "Céng hoµ x· héi chñ nghÜa ViÖt Nam. §éc lËp, tù do, h¹nh phóc. UBND tØnh ®· tæ chøc héi nghÞ tæng kÕt c«ng t¸c. "
)
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam. Ñoäc laäp, töï do, haïnh phuùc. UBND tænh toå chöùc hoäi nghò. "
EMPTY_ROOT = '<title>Báo Núi</title><body><div id="root"></div><script src="/a.js"></script>'
EMPTY_NEXT = '<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{}</script>'
LOST = "Ch\ufffd\ufffdu nay x\ufffd Khe V\ufffdng kh\ufffdnh th\ufffdnh c\ufffd\ufffdu treo. "
IMPRINT = "Giấy phép số 12/GP. Tổng biên tập: X. Tòa soạn: bản Nà, xã Khe Vàng. Điện thoại: 0208. Email: a@b.example"
REPAIRS = "Website đang được nâng cấp, mời bạn quay lại sau ít phút. "
SORRY = "Hệ thống đang được bảo trì, mong quý độc giả thông cảm và quay lại sau ít phút nữa."
POLICE = "Công an tỉnh cho biết nhà cái hoạt động từ 2024."
FRENCH = "Le conseil a été réélu hier soir à l'unanimité, où l'on a dîné. "
SPANISH = "El niño y la niña van mañana a la montaña, señor, con su compañía. "
ENGLISH = "Vietnam won gold in Bangkok, said coach Nguyễn Văn Toàn on Monday. "

SAPO = f'<b class="sapo">{BRIEF[:145]}</b>'
GONE = (
    "Bài viết không tồn tại hoặc đã bị xóa.",
    "Xin lỗi, bài viết bạn tìm không còn tồn tại!",
    "Nội dung đã được gỡ bỏ",
    "404 - Không tìm thấy trang",
    "Bản tin này không tồn tại hoặc đã được gỡ khỏi hệ thống.",
    "Sorry, the page you are looking for could not be found.",
)
"""What a site says in its frame, above its latest news, of an address that leads nowhere."""


def shell(line: str) -> str:
    news = "".join(f'<h3><a href="/tin-{n}.html">Xã Khe Vàng khởi công cầu treo số {n}</a></h3>' for n in range(12))
    return f"<head><title>Báo Núi điện tử</title></head><body><div><p>{line}</p></div><div>{news}</div></body>"


REFUSED: list[tuple[Reason, str | bytes]] = [
    (Reason.SOFT_404, page("Không tìm thấy trang", REMOVED)),
    (Reason.SOFT_404, page("Lỗi 404", "Rất tiếc!")),
    (Reason.SOFT_404, page("404 Not Found", LONG[:400])),
    (Reason.SOFT_404, page("Báo Núi điện tử", REMOVED)),
    (Reason.SOFT_404, page("Bài viết không tồn tại hoặc đã bị xóa", "Mời bạn đọc tin khác.")),
    (Reason.ERROR_PAGE, page("503 Service Temporarily Unavailable", "nginx")),
    (Reason.ERROR_PAGE, page("Hệ thống đang bảo trì", REPAIRS * 3)),
    (Reason.ERROR_PAGE, page("Báo Núi", SORRY)),
    (Reason.ERROR_PAGE, page("Database Error", "Error establishing a database connection")),
    (Reason.ERROR_PAGE, page("Welcome to nginx!", "If you see this page, the web server is installed. " * 4)),
    (Reason.CAPTCHA, CLOUDFLARE),
    (Reason.CAPTCHA, BLOCKED),
    (Reason.CAPTCHA, COOKIE),
    (Reason.CAPTCHA, page("Xin chờ trong giây lát...", "Đang chuyển trang.")),
    (Reason.CAPTCHA, page("Báo Núi", "Vui lòng xác nhận bạn không phải là người máy.", more=RECAPTCHA)),
    (Reason.CAPTCHA, page("Báo Núi", more='<div class="h-captcha"></div>')),
    (Reason.LOGIN, page("Đăng nhập", "Tên đăng nhập, mật khẩu, ghi nhớ, quên mật khẩu. " * 4, more=PASSWORD)),
    (Reason.LOGIN, page("Văn bản nội bộ", "Vui lòng đăng nhập để xem nội dung này.")),
    (Reason.LOGIN, page("Văn bản nội bộ", more=PASSWORD)),
    (Reason.PAYWALL, page("Cầu treo", BRIEF, head=SOLD)),
    (Reason.PAYWALL, page("Cầu treo", BRIEF, more=OFFER)),
    (Reason.LISTING, page("Xã hội", more=teasers(6, BRIEF))),
    (Reason.LISTING, page("Xã hội", more=teasers(2, BRIEF[:90]))),
    (Reason.LISTING, page("Kết quả tìm kiếm", more=teasers(12, "2-7-2026"))),
    (Reason.MEDIA_ONLY, page("Bản tin trưa", "Bản tin ngày 2-7.", more=PLAYER)),
    (Reason.MEDIA_ONLY, page("Cấp căn cước", more='<p><img src="/can-cuoc.png" alt=""></p>')),
    (Reason.MEDIA_ONLY, page("Chuyện bản Nà", more='<iframe src="https://www.youtube.com/embed/x"></iframe>')),
    (Reason.SHELL, EMPTY_ROOT),
    (Reason.SHELL, page("Cầu treo", more=EMPTY_NEXT)),
    (Reason.SHELL, page("Báo Núi", more="<noscript>You need to enable JavaScript to run this app.</noscript>")),
    (Reason.TAKEN_OVER, page("baonui.example is for sale", "Buy this domain today.")),
    (Reason.TAKEN_OVER, page("Tên miền đang được rao bán", "Liên hệ để có giá tốt nhất.")),
    (Reason.TAKEN_OVER, page("Kubet88 - Nhà cái nổ hũ số một", *[GAMBLING] * 10)),
    (Reason.GARBLED, page("Cầu treo", BROKEN * 3)),
    (Reason.GARBLED, page("Héi nghÞ tæng kÕt", TCVN3 * 4)),
    (Reason.GARBLED, page("Hoäi nghò toång keát", VNI * 4)),
    (Reason.GARBLED, page("Nhaåc sô Nguyïîn Nhêët Huy", "Nhaåc sô Nguyïîn Nhêët Huy biïíu diïîn. " * 12)),
    (Reason.GARBLED, page("Cầu treo", LOST * 6)),
    (Reason.NO_TEXT, page("Cầu treo", IMPRINT)),
    *[(Reason.SOFT_404, shell(line)) for line in GONE],
    (Reason.NO_TEXT, page("Cầu treo", SAPO, "Khe Vàng, ngày 2 tháng 7")),
    (Reason.NO_TEXT, page("Cầu treo", SAPO, "© Báo Núi. Mọi hành động sao chép phải được sự đồng ý bằng văn bản.")),
    (Reason.PAYWALL, page("Cầu treo", SAPO, "Mời bạn đăng ký gói thành viên để đọc tiếp bài viết này.")),
    (Reason.SHELL, page("Cầu treo", SAPO, "Đang tải nội dung…")),
    (Reason.NO_TEXT, page("Cầu treo", SAPO, "b0axf8ex3c4bx1f93xa0c1e77bx0d44f9ax77e1c0b3x5aa01f6e")),
    (Reason.GARBLED, page("Cầu treo", SAPO, "x4k9 q7w2e b0axf 8ex3c4 1f93xa c1e77b d44f9a 7e1c0b f8e7d6 a1b2c3")),
    (Reason.NO_TITLE, "<p></p>"),
    (Reason.NOT_HTML, b"%PDF-1.7\n" + LONG.encode()),
    (Reason.NOT_HTML, b"\xff\xd8\xff\xe0" + LONG.encode()),
    (Reason.NOT_HTML, b'{"title": "C\xe1\xba\xa7u treo"}'),
    (Reason.NOT_HTML, feed(LONG)),
    (Reason.TRUNCATED, PACKED[: len(PACKED) // 2]),
    (Reason.TOO_LARGE, page("Cầu treo", LONG).encode() + b" " * LARGEST_BODY),
    (Reason.MALFORMED, page("Cầu treo", more="<div>" * 5000 + LONG)),
    (Reason.MALFORMED, page("Cầu treo", *[BRIEF] * 20_000)),
]  # fmt: skip

ARTICLES: list[tuple[str, str | bytes]] = [
    ("46 words", page("Khánh thành cầu treo", BRIEF)),
    ("46 words, bold", page("Khánh thành cầu treo", f"<strong>{BRIEF}</strong>")),
    ("about error 404", page("Lỗi 404 là gì và vì sao người dùng gặp", LONG)),
    ("a sum that begins with 404", page("404 tỷ đồng xây cầu treo", BRIEF)),
    ("a number of people", page("503 hộ dân được hỗ trợ", BRIEF)),
    ("works on a bridge", page("Cầu treo đang bảo trì, xe tải đi đường vòng", BRIEF)),
    ("a server fault that was news", page("Hệ thống đang bảo trì khiến người dân chờ đợi", BRIEF)),
    ("a false text removed", page("Gỡ bỏ tin giả", f"{BRIEF} Bài viết sai sự thật đã bị gỡ bỏ.")),
    ("about captchas", page("Vì sao phải xác nhận bạn không phải robot", LONG, "Captcha là gì? " * 9)),
    ("a form for comments", page("Khánh thành cầu treo", BRIEF, more=RECAPTCHA + PASSWORD)),
    ("login for comments", page("Khánh thành cầu treo", BRIEF, "Vui lòng đăng nhập để gửi bình luận")),
    ("about logins", page("Đăng nhập dịch vụ công bằng VNeID", BRIEF)),
    ("marked as not free, and whole", page("Khánh thành cầu treo", LONG, head=SOLD)),
    ("an offer under a whole text", page("Khánh thành cầu treo", LONG, more=OFFER)),
    ("a brief above related stories", page("Khánh thành cầu treo", BRIEF, more=teasers(4, "2-7"))),
    ("a text with related stories in it", page("Cầu treo", BRIEF, more=f"{teasers(2, BRIEF)}<p>{LONG}</p>")),
    ("a text under a video", page("Bản tin trưa", more=f"{PLAYER}<p>{BRIEF}</p>")),
    ("a text in a filled frame", page("Cầu treo", more=f'<div id="root"><div><p>{BRIEF}</p></div></div>')),
    ("about domains", page("Tên miền .vn hết hạn được đấu giá", LONG)),
    ("police about gambling", page("Triệt phá nhà cái Kubet88 tổ chức cá cược", BRIEF, POLICE)),
    ("a word in French", page("Déjà vu à la française", FRENCH * 6)),
    ("a Spanish text", page("El año de la montaña", SPANISH * 6)),
    ("a text with few marks", page("SEA Games 33", ENGLISH * 6)),
    ("some letters lost", page("Khánh thành cầu treo", LONG.replace("Cầu do", "C\ufffdu do"))),
    ("begins with the name of a format", "%PDF - " + page("Khánh thành cầu treo", BRIEF)),
    ("begins with a brace", "{{ad}}" + page("Khánh thành cầu treo", BRIEF)),
    ("a short sentence under a lead", page("Cầu treo", SAPO, "Cầu được khánh thành chiều 2-7.")),
    ("a table of codes", page("Giá vé các chuyến bay", BRIEF, "VN1823 A320neo 25k, VJ517 B737-800 19k")),
    ("compressed and whole", PACKED),
    ("nested 3,000 deep", page("Cầu treo", more="<div>" * 3000 + LONG + "</div>" * 3000)),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "html"), REFUSED, ids=[f"{reason}-{n}" for n, (reason, _) in enumerate(REFUSED)])
def test_is_refused(reason: Reason, html: str | bytes) -> None:
    result = read(html)
    assert result.refusal is not None, result.article
    assert result.refusal.reason == reason, result.refusal


def test_every_reason_that_a_page_can_give_is_shown() -> None:
    files = (*EXTRACT.glob("*.py"), Path(compressed.__file__))
    told = "\n".join(path.read_text(encoding="utf-8") for path in files)
    given = {reason for reason in Reason if f"Reason.{reason.name}" in told}
    # a fault of the program; a source of JSON (test_json_articles); what the status of an answer says (test_wire)
    elsewhere = {Reason.EXTRACTOR, Reason.UNREADABLE, Reason.HTTP_ERROR, Reason.GONE}
    assert given - elsewhere == {reason for reason, _ in REFUSED}


def test_a_page_that_breaks_the_program_is_one_refused_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by a page")

    monkeypatch.setattr("crawler.extract.reading.find_published", broken)
    refusal = read(page("Khánh thành cầu treo", LONG)).refusal
    assert refusal is not None
    assert (refusal.reason, refusal.detail) == (Reason.EXTRACTOR, "ZeroDivisionError: by a page")


@pytest.mark.parametrize("html", [html for _, html in ARTICLES], ids=[name for name, _ in ARTICLES])
def test_is_an_article(html: str | bytes) -> None:
    result = read(html)
    assert result.article is not None, result.refusal
    assert result.article.body


def test_home_pages_are_refused_and_queries_of_them_are_not() -> None:
    html = page("Khánh thành cầu treo", LONG)
    for url in ("https://example.org", "https://example.org/", "https://example.org/index.html"):
        refusal = read(html, url).refusal
        assert refusal is not None
        assert refusal.reason == Reason.LISTING
    assert read(html, "https://example.org/?id=222823").article
    assert read(html, "https://unknown.invalid/index.html").article


@pytest.mark.parametrize("outlet", outlets(), ids=lambda outlet: outlet.name)
def test_sample_pages_that_are_no_articles(outlet: Outlet) -> None:
    for odd in outlet.odd_pages:
        assert read(outlet.respond(odd.path, ORIGIN, {}).body, ORIGIN + odd.path).refusal, odd.path
    for path in ("/", *(f"/{section}/" for section in outlet.paper.top_sections)):
        refusal = read(outlet.respond(path, ORIGIN, {}).body, ORIGIN + path).refusal
        assert refusal is not None, path
        assert refusal.reason == Reason.LISTING, path


@pytest.mark.parametrize("path", LISTINGS, ids=lambda path: path.stem)
def test_real_listing(path: Path) -> None:
    refusal = Reader.load().extract(Page(f"https://{path.stem}.example/thoi-su", path.read_bytes(), SEEN_AT)).refusal
    assert refusal is not None
    assert refusal.reason == Reason.LISTING


@pytest.mark.parametrize("name", odd_pages.PAGES)
def test_odd_page_gives_its_text_or_a_reason_in_bounded_time_and_memory(name: str, tmp_path: Path) -> None:
    """In a process of its own: what a regression would eat is its own."""
    run = Program(odd_pages.main, name, folder=tmp_path).result()
    assert run.returncode == 0, run.stderr[-500:]
    assert run.stdout.strip() == odd_pages.PAGES[name].result

"""The three sample outlets: their sources, their pages that are no articles, and their site files."""

from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

from crawler.demo.pages import Notice, OddLink
from crawler.demo.web import OddPage, Outlet
from crawler.demo.writing import newspapers

_VIDEO = '<div class="video-player"><video controls src="/video/ban-tin.mp4"></video></div>'
_ADVERT = "<p>Bán đấu giá quyền sử dụng 240 m² đất ở. Liên hệ phòng quảng cáo.</p>"
_GONE = "<p>Không tìm thấy trang. Trang bạn yêu cầu không tồn tại hoặc đã được gỡ bỏ.</p>"
_TOPIC = '<ul class="timeline"><li>Toàn cảnh mưa lũ</li><li>Công tác khắc phục</li></ul>'
_POSTER = '<p style="text-align: center;"><img src="/image/infographics/can-cuoc.png" alt=""></p>'
_PRINT_EDITION = '<div class="epaper"><a href="/doc-bao/so-3120.pdf">Số 3120, ngày 15/06/2026 (PDF)</a></div>'


@cache
def outlets() -> tuple[Outlet, ...]:
    """Return the sample outlets, in the order of their ports."""
    tea, sun, spring = newspapers()
    return (
        Outlet(
            paper=tea,
            sources=(("section", "/"), *(("section", f"/{path}/") for path in tea.top_sections)),
            page_size=5,
            page_parameter="paged",
            next_page=("a.next@href",),
            disallowed=("/rao-vat/", "/tim-kiem"),
            not_article=(r"^/video/", r"^/rao-vat/", r"^/doc-bao-online/"),
            odd_pages=(
                OddPage(
                    "/video/202606/ban-tin-thoi-su-trua-fc84559/",
                    200,
                    Notice("Bản tin thời sự trưa", _VIDEO),
                    ("/",),
                ),
                OddPage(
                    "/rao-vat/202605/thong-bao-dau-gia-dat-3e1a90b/",
                    200,
                    Notice("Thông báo", _ADVERT),
                    ("/",),
                ),
                OddPage("/doc-bao-online/", 200, Notice("Đọc báo online", _PRINT_EDITION), ("/",)),
                # the text says that the page is gone, the status says 200
                OddPage(
                    "/xa-hoi/202509/tin-da-go-1b2c3d4/",
                    200,
                    Notice("Không tìm thấy trang", _GONE),
                    ("/xa-hoi/",),
                ),
            ),
            foreign_links=(OddLink("https://www.tinmiennui.example/thoi-su/202606/tin-lien-ket-0a1b2c3/", "Liên kết"),),
        ),
        Outlet(
            paper=sun,
            sources=(("feed", "/rss/home.rss"), *(("section", f"/{path}/") for path in sun.top_sections)),
            page_size=4,
            page_parameter="p",
            next_page=('#page li:has(b) + li a[href*="p="]@href',),
            disallowed=("/xem-bao/", "/tim-kiem/"),
            not_article=(r"^/xem-bao/", r"^/-infographics-", r"^/truyen-hinh/"),
            feed_mark="\N{ZERO WIDTH NO-BREAK SPACE}",
            odd_pages=(
                OddPage("/xem-bao/bao-ngay/", 200, Notice("Đọc báo giấy", _PRINT_EDITION), ("/",)),
                OddPage(
                    "/-infographics-cap-can-cuoc-a120901.html",
                    200,
                    Notice("Infographics", _POSTER),
                    ("/", "/xa-hoi/"),
                ),
                OddPage("/thong-bao-chieu-sinh-a99001.html", 410, Notice("Tin đã gỡ", _GONE), ("/thoi-su/",)),
                OddPage("/truyen-hinh/ban-tin-sang-a120902.html", 200, Notice("Bản tin sáng", _VIDEO), ("/",)),
            ),
            foreign_links=(OddLink("https://www.nanggio-tv.example/ban-tin-a100.html", "Truyền hình"),),
        ),
        Outlet(
            paper=spring,
            sources=(("sitemap", "/sitemap.xml"), ("feed", "/rss/home.rss")),
            page_size=10,
            page_parameter=None,
            disallowed=("/search", "/tu-khoa"),
            not_article=(r"-event\d+\.html", r"^/tu-khoa", r"^/podcast/"),
            tracked_feed=True,
            odd_pages=(
                OddPage(
                    "/mua-lu-2025-event412.html",
                    200,
                    Notice("Mưa lũ 2025", _TOPIC),
                    ("/", "/sitemaps/news-2025-11.xml"),
                ),
                OddPage(
                    "/ban-tin-nhap-post99999.html",
                    404,
                    Notice("Trang không tồn tại", _GONE),
                    ("/sitemaps/news-2025-9.xml",),
                ),
            ),
            foreign_links=(OddLink("https://congbao.example/van-ban-post1.html", "Công báo"),),
        ),
    )


def site_file(outlet: Outlet, origin: str) -> str:
    """Return the site file (TOML, see crawler/site.py) of an outlet served at `origin`, "http://127.0.0.1:8871"."""
    paper = outlet.paper
    lines = [
        f'outlet = "{paper.name}"',
        'kind = "newspaper"',
        f'home = "{origin}/"',
        f'province = "{paper.province}"',
        f"domains = {_strings([urlsplit(origin).netloc])}",
        f'platform = "{paper.platform}"',
        f"lead_marks = {_strings(paper.lead_marks)}",
        f"not_article = {_strings(outlet.not_article)}",
    ]
    if outlet.next_page:
        lines.append(f"next_page = {_strings(outlet.next_page)}")
    # the longest section has three pages; the limit of ten ends a walk that goes in circles
    lines += ["max_pages = 10", 'checked = "bundled sample"']
    for kind, path in outlet.sources:
        lines += ["", "[[source]]", f'kind = "{kind}"', f'url = "{origin}{path}"']
    return "\n".join(lines) + "\n"


def _strings(values: Sequence[str]) -> str:
    """Return a TOML array of literal strings, which have no escapes."""
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"

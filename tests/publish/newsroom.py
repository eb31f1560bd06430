"""An invented archive for the pages: five newspapers, one merged, with edits, removals, gaps and hostile text."""

import gzip
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from archive import (
    VIETNAM,
    Archive,
    Article,
    Capture,
    Doubt,
    Exchange,
    Image,
    Kind,
    Outlet,
    Precision,
    Reason,
    Refusal,
    RunStatus,
)

NOW = datetime(2026, 11, 28, 5, 0, tzinfo=VIETNAM)
"""When the last crawl began."""
OUTLETS = (
    Outlet(site="doiche", name="Báo Đồi Chè", home="https://doiche.example/", province="Thái Nguyên"),
    Outlet(site="thuongnguon", name="Báo Thượng Nguồn", home="https://thuongnguon.example/", province="Bắc Kạn"),
    Outlet(site="nanggio", name="Báo Nắng Gió", home="https://nanggio.example/", province="Ninh Thuận"),
    Outlet(site="songtrang", name="Báo Sông Trăng", home="https://songtrang.example/", province="Bạc Liêu"),
    Outlet(site="muongthen", name="Báo Mường Then", home="https://muongthen.example/", province="Lai Châu"),
)
SECTIONS = ("Xã hội", "Kinh tế", "Nông nghiệp", "Thời sự", "Bạn đọc")
WRITERS = ("Thu Trà", "MAI SƠN", "Lăng Khoa", "NGỌC CÁT", "Tùng Nguyên")
TITLES = (
    "Hợp tác xã chè Nà Lọng đưa sản phẩm lên sàn",
    "Nho Hòa Nắng vào vụ chính, giá ổn định",
    "Những người giữ lửa ở hợp tác xã gốm Bàu Lát",
    "Nước sạch về ba thôn vùng cao xã Khe Vàng",
    "Hồng không hạt Yên Bồng được cấp mã số vùng trồng",
    "Bến đò Mũi Yến thử đưa khách bằng thuyền điện",
)
SENTENCES = (
    "Sau ba vụ liên tiếp có lãi, hợp tác xã quyết định trích một phần lập quỹ dự phòng.",
    "Bà con thôn Khuổi Lùng chia làm ba ca, mỗi ca hai mươi người.",
    "Phần còn lại chia cho 64 xã viên theo sản lượng đã góp.",
    "Đội thợ của xã đã nối tạm 420 m ống, đưa nước từ mó Thẳm Phầy về bể chung của 87 hộ.",
    "“Trời tạnh được giờ nào thì tranh thủ giờ ấy”, ông nói.",
    "Xã đặt mục tiêu thông xe tải nhẹ trước ngày 25/10, kịp phiên chợ cuối tháng.",
)
GAP = (datetime(2025, 8, 1, tzinfo=VIETNAM), datetime(2025, 10, 1, tzinfo=VIETNAM))
"""Between these the archive has nothing."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n\r\n"
EDITED_URL = "https://doiche.example/ban-doc/202611/tam-dung-khoan-thu-c81d77e/"
HOSTILE_URL = "https://nanggio.example/hostile.html"
WITHHELD_URL = "https://doiche.example/kin.html"
HOSTILE = (
    "<script>window.ran = 'text'</script> <img src=x onerror=\"window.ran = 'image'\">",
    "<style>body{display:none}</style></style></title></textarea> {{ 7 * 7 }} {% raw %}",
    "javascript:window.ran='address' \u202e đảo chữ \u202c",
)

HOSTILE_PAGE = b"""<!doctype html><meta http-equiv=refresh content="0;url=https://evil.example/">
<link rel=stylesheet href=https://evil.example/x.css><script src=https://evil.example/x.js></script>
<script>window.ran = 1; parent.ran = 1; top.location = 'https://evil.example/'</script>
<img src=https://evil.example/x.png onerror="window.ran = 2"><style>p{background:url(https://evil.example/y.png)}</style>
<form action=https://evil.example/><button autofocus>X</button></form><p>Hostile.</p>
"""
"""A raw page that tries to run, to load and to leave."""


def uid_of(url: str) -> str:
    """Return the uid of the article at an address."""
    return Article(url=url, title="", body="").uid


def make_newsroom(folder: Path) -> None:
    """Make the archive; its last crawl began at NOW."""
    with Archive.open(folder, create=True) as archive:
        for outlet in OUTLETS:
            archive.register(outlet, at=NOW - timedelta(days=700))
        archive.register(replace(OUTLETS[1], merged_into="doiche"), at=NOW - timedelta(days=500))
        for number in reversed(range(90)):
            archive.store(_captured(_ordinary(number)))
        _edit_and_remove(archive)
        archive.store(_captured(_hostile(), page=HOSTILE_PAGE))
        _withhold(archive)
        for outlet in OUTLETS:
            run = archive.begin_run(outlet.site, started_at=NOW, version="0.1", settings={})
            archive.finish_run(run, finished_at=NOW + timedelta(minutes=5), status=RunStatus.FINISHED)


def _ordinary(number: int) -> Article:
    outlet = OUTLETS[number % len(OUTLETS)]
    at = NOW - timedelta(days=8 * number, hours=number % 9, minutes=7 * number % 60)
    if GAP[0] <= at < GAP[1]:
        at -= timedelta(days=70)
    lines = [SENTENCES[(number + place) % len(SENTENCES)] for place in range(5)]
    return Article(
        url=f"{outlet.home}xa-hoi/{number}.html",
        title=f"{TITLES[number % len(TITLES)]}, lần {number + 1}",
        lead="Nhà vườn chỉ lo khâu tỉa lá và giữ nước cho gốc." if number % 3 else None,
        body="\n".join(lines),
        byline=(WRITERS[number % len(WRITERS)],) if number % 4 else (),
        byline_raw=f"Tin, ảnh: {WRITERS[number % len(WRITERS)]}" if number % 4 else None,
        published_at=at,
        published_precision=Precision.MINUTE if number % 5 else Precision.DAY,
        published_raw=f"{at:%d/%m/%Y - %H:%M}",
        section=(SECTIONS[number % len(SECTIONS)],),
        tags=("OCOP", "nông thôn mới") if number % 2 else ("mưa lũ",),
        images=(Image(f"{outlet.home}{number}.jpg", "Bà con chuyển đất đá, sáng 9/10. (Ảnh: Mai Hạnh)"),),
        sources={"title": "layout:mediasoft-2022", "body": "layout:mediasoft-2022", "published_at": "meta:article"},
        proposed=frozenset(("byline",)) if number % 7 == 0 else frozenset(),
        doubts=(Doubt.OTHER_TEXT,) if number % 30 == 29 else (),
    )


def _captured(article: Article, at: datetime | None = None, *, page: bytes | None = None) -> Capture:
    """The capture of an article an hour after it was published, with its raw page."""
    at = at or (article.published_at or NOW) + timedelta(hours=1)
    html = page or f"<!doctype html><title>{article.title}</title><p>{article.body}</p><p>{at}</p>".encode() * 2
    request = f"GET {article.url} HTTP/1.1\r\n\r\n".encode()
    sent = Exchange(
        url=article.url,
        at=at,
        request=request,
        head=HEAD,
        body=gzip.compress(html, mtime=0),
        address="203.0.113.5",
    )
    return Capture(
        url=article.url,
        kind=Kind.ARTICLE,
        fetched_at=at,
        site=next(each.site for each in OUTLETS if article.url.startswith(each.home)),
        status=200,
        body=html,
        article=article,
        exchanges=(sent,),
    )


EDITED = Article(
    url=EDITED_URL,
    title="Dân thôn Gốc Sấu bức xúc vì khoản thu làm đường",
    lead="Mỗi nhân khẩu phải nộp 1,2 triệu đồng để làm 900 m đường bê tông, nhiều hộ cho rằng khoản thu chưa được bàn.",
    body="Theo thông báo dán tại nhà văn hóa thôn ngày 3/11, mỗi nhân khẩu đóng 1,2 triệu đồng.\n"
    "Chưa họp thôn\n"
    "Bà Nông Thị Phấn, một hộ có bảy nhân khẩu, nói gia đình chưa từng dự cuộc họp nào về khoản thu.\n"
    "Lãnh đạo xã Nà Lọng thừa nhận việc thu là nóng vội.",
    byline=("Hằng Ngân",),
    byline_raw="HẰNG NGÂN",
    published_at=datetime(2026, 11, 12, 15, 20, tzinfo=VIETNAM),
    published_precision=Precision.MINUTE,
    published_raw="2026-11-12T15:20:00+0700",
    section=("Bạn đọc",),
    tags=("Khe Vàng",),
    images=(Image("https://doiche.example/1.jpg", "Con đường ở thôn Gốc Sấu."),),
    sources={"title": "layout:mediasoft-2022", "published_at": "meta:article:published_time", "byline": "sign-off"},
    proposed=frozenset(("byline",)),
    doubts=(Doubt.OTHER_BYLINE,),
)


def _edit_and_remove(archive: Archive) -> None:
    archive.store(_captured(EDITED))
    edited = replace(
        EDITED,
        title="Tạm dừng khoản thu làm đường ở thôn Gốc Sấu sau phản ánh của người dân",
        lead="Mỗi nhân khẩu được vận động nộp 1,2 triệu đồng để làm 900 m đường bê tông; xã đã yêu cầu tạm dừng.",
        body=EDITED.body.replace("thừa nhận việc thu là nóng vội", "cho biết đã yêu cầu tạm dừng khoản thu"),
    )
    archive.store(_captured(edited, datetime(2026, 11, 13, 16, 2, tzinfo=VIETNAM)))
    missing = _captured(edited, datetime(2026, 11, 26, 16, 1, tzinfo=VIETNAM))
    refusal = Refusal(Reason.GONE, "status 404")
    archive.store(replace(missing, status=404, article=None, exchanges=(), refusal=refusal))


def _hostile() -> Article:
    script, style, address = HOSTILE
    return Article(
        url=HOSTILE_URL,
        title=script,
        lead=style,
        body="\n".join((address, script, style, f"hợp tác xã {script}")),
        byline=(script,),
        published_at=NOW - timedelta(days=1),
        published_precision=Precision.MINUTE,
        section=(style,),
        tags=(script, address),
        images=(Image("https://nanggio.example/x.jpg", script),),
        sources={"title": script},
    )


def _withhold(archive: Archive) -> None:
    secret = replace(_ordinary(1), url=WITHHELD_URL, title="Chuyện kín", body="Không ai được đọc dòng này. " * 5)
    archive.store(_captured(secret))
    archive.withhold(secret.uid, reason="theo yêu cầu của người trong cuộc", at=NOW, by="thủ thư")

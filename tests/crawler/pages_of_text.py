"""Small invented pages: a head, a headline, and whatever stands below it."""

from datetime import UTC, datetime

from archive import Article
from crawler.extract.article import extract
from crawler.extract.extraction import Extraction
from crawler.page import Page

URL = "https://baothunghiem.example/thoi-su/cho-phien-muong-khuong-41.html"
TITLE = "Chợ phiên Nậm Lùng đông khách ngày cuối năm"
LEAD = "Chợ phiên Nậm Lùng mỗi tuần họp một lần, cuối năm nay đón gần ba nghìn lượt khách, gấp đôi phiên thường."
LINES = (
    "Từ năm giờ sáng, bà con các bản Nậm Lùng, Sín Pao đã gùi ngô, gừng và mật ong rừng xuống chợ phiên.",
    "Bà Vàng Thị Mẫu, 52 tuổi, cho biết phiên này nhà bà bán hết 40 kg gừng và ba chục lít mật ong.",
    "Theo ban quản lý chợ, xã đã mở thêm hai dãy ki-ốt, kéo điện và nước tới tận nơi cho bà con.",
    "Chiều cùng ngày, đoàn công tác của huyện kiểm tra an toàn thực phẩm tại 18 quầy hàng ăn, nhắc nhở hai hộ.",
)
OTHER = (
    "Công trường kè suối Ngòi Đum chia ba ca làm việc cả đêm để kịp bàn giao trước mùa lũ, xe nối nhau chở đá.",
    "Nhà thầu cam kết hoàn thành đoạn kè dài 900 mét trong tháng tới và trồng lại hàng cây dọc hai bên bờ suối.",
)


def page(inside: str, *, title: str = TITLE, head: str = "", shown: str | None = None) -> bytes:
    """Return a page with `inside` below its headline; `shown` is the headline's element if it is not an <h1>."""
    headline = f"<h1>{title}</h1>" if shown is None else shown
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f'<div class="menu"><a href="/">Trang chủ</a> <a href="/thoi-su/">Thời sự</a></div>{headline}{inside}'
        "<footer><p>Cơ quan chủ quản: Tỉnh ủy. Giấy phép số 12/GP-BTTTT.</p></footer></body></html>"
    ).encode()


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def read(markup: bytes) -> Extraction:
    return extract(Page(URL, markup, datetime(2026, 1, 8, 3, 0, tzinfo=UTC)))


def read_article(markup: bytes) -> Article:
    """Return the record; fails if the page was refused."""
    found = read(markup)
    assert found.article is not None, found.refusal
    return found.article


def text_of(article: Article) -> list[str]:
    """Lead and body, line by line."""
    return [*([article.lead] if article.lead else []), *article.body.split("\n")]

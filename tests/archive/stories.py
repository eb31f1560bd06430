"""Newspapers that print each other's texts, for tests of copies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from archive import Archive, Article, Capture, Outlet, Precision
from tests.archive.build import after, capture

PLACES = {"baohagiang": "Hà Giang", "baotuyenquang": "Tuyên Quang", "baosonla": "Sơn La", "baocamau": "Cà Mau"}
HA_GIANG, TUYEN_QUANG, SON_LA, CA_MAU = PLACES
FLOOD = (
    "Mưa lớn suốt đêm qua làm nước sông dâng nhanh, hơn 40 ngôi nhà bị ngập và nhiều tuyến đường vào các thôn bị cắt.",
    "Lực lượng dân quân cùng bộ đội đưa 120 người già và trẻ em đến nơi an toàn, dựng lều ở sân trường cho dân nghỉ.",
    "Ông Lò Văn Minh cho biết nước rút chậm, ruộng lúa vừa cấy coi như mất trắng, đàn lợn 15 con chỉ kịp lùa lên đồi.",
    "Ngành nông nghiệp thống kê thiệt hại ban đầu khoảng 8 tỷ đồng và đề nghị cấp giống rau ngắn ngày để dân gieo lại.",
)
SCHOOL = (
    "Ngôi trường mới trên đỉnh đèo đón học sinh sau 2 năm thi công, tường vàng, mái đỏ nhìn thấy từ dưới thung lũng.",
    "Cô giáo Vàng Thị Mai kể những buổi đầu phải gùi sách qua suối, tối thắp đèn dầu soạn bài bên bếp lửa của dân bản.",
    "Từ nay 86 em ở nội trú có giường, chăn ấm và bữa cơm trưa do các bà mẹ trong xã thay nhau nấu mỗi tuần 5 ngày.",
    "Nhà tài trợ hứa lắp thêm tấm pin mặt trời trước mùa đông, còn huyện sẽ mở con đường bê tông đến cổng trường.",
)
NOTICE = (
    "Điện lực thông báo ngừng cấp điện tại {place} từ {hour} giờ ngày {day}-7 để sửa đường dây và thay trạm biến áp.",
    "Kính mong khách hàng thông cảm, chuẩn bị phương án sử dụng điện phù hợp và tắt các thiết bị khi mất điện.",
    "Mọi thắc mắc xin gọi tổng đài chăm sóc khách hàng của ngành điện để được giải đáp và hỗ trợ kịp thời suốt 24 giờ.",
)


def with_outlets(archive: Archive, *, merged: bool = False) -> Archive:
    """Register the newspapers; with `merged`, the first was merged into the second."""
    for site, place in PLACES.items():
        into = TUYEN_QUANG if merged and site == HA_GIANG else None
        home = f"https://{site}.example/"
        outlet = Outlet(site=site, name=f"Báo {place}", home=home, province=place, merged_into=into)
        archive.register(outlet, at=after(days=-1))
    return archive


def story(
    site: str, paragraphs: Sequence[str], at: datetime | None = None, *, number: int = 1, **changes: Any
) -> Capture:
    """The capture of a text that a newspaper printed at a minute; it was seen an hour later."""
    moment = at or after()
    values: dict[str, Any] = {
        "url": f"https://{site}.example/tin/{number}.html",
        "title": "Một bản tin",
        "body": "\n".join(paragraphs),
        "published_at": moment,
        "published_precision": Precision.MINUTE,
    }
    seen = changes.pop("seen", None) or max(moment, after()).replace(minute=59)
    return capture(Article(**{**values, **changes}), seen, site=site)

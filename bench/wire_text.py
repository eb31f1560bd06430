"""Invented Vietnamese news text, for corpora whose origins are known: sentences, stories, and filled-in templates."""

import random
from collections.abc import Sequence
from itertools import accumulate

PHRASES = (
    *("Ủy ban nhân dân tỉnh", "Hội đồng nhân dân", "Ban Thường vụ Tỉnh ủy", "theo báo cáo của ngành chức năng"),
    *("trong thời gian tới", "trên địa bàn tỉnh", "so với cùng kỳ năm trước", "cấp ủy, chính quyền các cấp"),
    *("phát biểu tại hội nghị", "góp phần nâng cao đời sống nhân dân", "đẩy mạnh chuyển đổi số", "nông thôn mới"),
    *("giải phóng mặt bằng", "hợp tác xã", "bộ đội biên phòng", "phòng cháy chữa cháy", "an toàn giao thông"),
    *("bảo hiểm xã hội", "đồng bào dân tộc thiểu số", "khu công nghiệp", "vốn đầu tư công", "mưa lớn kéo dài"),
    *("sạt lở đất", "tổ chức hội nghị", "tuyên truyền, vận động", "lực lượng chức năng", "trung học phổ thông"),
)
COMMON = """
và của là các có trong được cho với đã những không người này để một tại trên về đến từ khi năm nhiều cũng ra
phải theo vào sẽ như đang còn lại sau đó hơn tỉnh huyện xã phường thôn bản cán bộ nhân dân đại biểu kế hoạch
chương trình phát triển kinh tế xây dựng thực hiện triển khai sản xuất doanh nghiệp nông dân học sinh bệnh viện
đường cầu rừng nước điện hàng chợ đất nhà trường lớp giáo viên bác sĩ du lịch lễ hội di tích
""".replace("\n", " ").split()
_ONSETS = """
b c ch d đ g gi h kh l m n ng nh ph r s t th tr v x
""".replace("\n", " ").split()
_RHYMES = """
a ai an anh ao âm ân ầu ắc ạch ẳng em ên ền ết êu iên iều ình ịnh oan oài ong óng ô ôn ống ốt ơi ờn ớp ua uân ui
ung uôn uồng ư ưng ước ương ười ửu y uyên uyết
""".replace("\n", " ").split()
FAMILY = """
Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nông Lò Giàng Vàng
""".replace("\n", " ").split()
MIDDLE = """
Văn Thị Minh Thanh Đức Quang Hồng Ngọc Xuân Thu Hải Quốc Tuấn Bích
""".replace("\n", " ").split()
GIVEN = """
An Bình Chi Cường Dũng Giang Hà Hạnh Hiếu Hòa Hùng Khánh Lan Long Mai Nam Phong Quân Sơn Tâm Trang Yến
""".replace("\n", " ").split()
PLACES = """
Đại Từ|Phú Lương|Võ Nhai|Ba Bể|Na Rì|Chợ Đồn|Lục Ngạn|Sơn Động|Mai Châu|Tân Lạc|Thanh Ba|Bắc Hà|Nghĩa Lộ|
Sông Mã|Hữu Lũng|Móng Cái|Kinh Môn|Chí Linh|Tiền Hải|Hoa Lư|Hải Hậu|Bỉm Sơn|Cửa Lò|Quỳ Hợp|Kỳ Anh|Đồng Hới|
Khe Sanh|A Lưới|Hội An|Lý Sơn|Hoài Nhơn|Chư Sê|Buôn Đôn|Bảo Lộc|Cam Ranh|Long Khánh|Gò Dầu|Tân An|Châu Đốc|
Sa Đéc|Năm Căn
""".replace("\n", "").split("|")


class Writer:
    """Writes invented text; the same seed gives the same texts."""

    def __init__(self, draw: random.Random) -> None:
        """Make a vocabulary whose frequencies fall as those of words do."""
        self.draw = draw
        rare = [onset + rhyme for onset in _ONSETS for rhyme in _RHYMES]
        draw.shuffle(rare)
        self._words: Sequence[str] = [*COMMON, *PHRASES, *rare]
        weights = [1 / (place + 8) for place in range(len(COMMON))]
        weights += [1 / 250] * len(PHRASES)
        weights += [0.9 / (place + 30) for place in range(len(rare))]
        self._weights = list(accumulate(weights))

    def name(self) -> str:
        """Return the name of a person."""
        return " ".join(self.draw.choice(names) for names in (FAMILY, MIDDLE, GIVEN))

    def place(self) -> str:
        """Return the name of a district."""
        return self.draw.choice(PLACES)

    def coined(self) -> str:
        """Return the name of a place that hardly any other text has."""
        return " ".join((self.draw.choice(_ONSETS) + self.draw.choice(_RHYMES)).capitalize() for _ in range(2))

    def sentence(self, least: int = 10, most: int = 28) -> str:
        """Return a sentence, often with a number, a name or a place."""
        draw = self.draw
        words = draw.choices(self._words, cum_weights=self._weights, k=draw.randint(least, most))
        for share, said in ((0.5, str(draw.randint(2, 9_999))), (0.25, self.name()), (0.3, self.place())):
            if draw.random() < share:
                words.insert(draw.randrange(1, len(words)), said)
        if len(words) > 14:
            words[len(words) // 2] += ","
        text = " ".join(words)
        return text[0].upper() + text[1:] + "."

    def title(self) -> str:
        """Return a headline."""
        return self.sentence(6, 11).rstrip(".").replace(",", "")

    def paragraphs(self, number: int, place: str | None = None) -> list[str]:
        """Return the paragraphs of a story, which speak of a place."""
        made = [" ".join(self.sentence() for _ in range(self.draw.randint(2, 4))) for _ in range(number)]
        if place:
            made[0] = f"Ngày {self.draw.randint(1, 28)}-{self.draw.randint(1, 12)}, tại tỉnh {place}, {made[0]}"
        return made


def filled_template(writer: Writer, place: str, day: str) -> tuple[str, str, list[str]]:
    """Return the kind, headline and paragraphs of a text that many papers fill in, and nobody copies."""
    return writer.draw.choice(_TEMPLATES)(writer, place, day)


def _obituary(writer: Writer, place: str, day: str) -> tuple[str, str, list[str]]:
    draw, name = writer.draw, writer.name()
    title = draw.choice(("Tin buồn", "Lời cảm ơn", f"Ông {name} từ trần"))
    return (
        "obituary",
        title,
        [
            f"Ban Chấp hành Đảng bộ, Hội đồng nhân dân, Ủy ban nhân dân, Ủy ban Mặt trận Tổ quốc xã {writer.place()}"
            f" và gia đình vô cùng thương tiếc báo tin: đồng chí {name}, sinh năm {draw.randint(1925, 1970)}, quê quán"
            f" {writer.place()}, trú tại tổ {draw.randint(1, 30)}, tỉnh {place}, huy hiệu {draw.choice((30, 40, 50))}"
            f" năm tuổi Đảng, đã từ trần hồi {draw.randint(0, 23)} giờ {draw.randint(0, 59)} phút ngày {day}, hưởng"
            f" thọ {draw.randint(60, 99)} tuổi.",
            f"Lễ viếng tổ chức vào hồi {draw.randint(6, 16)} giờ 30 phút ngày {day} tại nhà riêng. Lễ truy điệu và đưa"
            f" tang tổ chức hồi {draw.randint(6, 16)} giờ cùng ngày, an táng tại nghĩa trang {writer.place()}.",
            "Trong lúc tang gia bối rối, không tránh khỏi những điều sơ suất, gia đình kính mong được lượng thứ và"
            " trân trọng cảm ơn các cấp lãnh đạo, bạn bè, bà con xóm phố đã đến chia buồn, tiễn đưa người thân của"
            " chúng tôi về nơi an nghỉ cuối cùng.",
        ],
    )


def _weather(writer: Writer, place: str, day: str) -> tuple[str, str, list[str]]:
    draw = writer.draw
    low = draw.randint(12, 26)
    sky = draw.choice(
        ("nhiều mây, có mưa rào và dông vài nơi", "ít mây, trưa chiều trời nắng", "có mưa nhỏ và sương mù")
    )
    return (
        "weather",
        f"Thời tiết {place} ngày {day}",
        [
            f"Theo Đài Khí tượng Thủy văn, ngày {day}, tỉnh {place} {sky}. Gió đông bắc cấp {draw.randint(2, 4)}. Độ"
            f" ẩm từ {draw.randint(50, 70)} đến {draw.randint(71, 98)}%. Nhiệt độ thấp nhất từ {low} đến {low + 2} độ"
            f" C, nhiệt độ cao nhất từ {low + 5} đến {low + draw.randint(7, 11)} độ C.",
            f"Khu vực {writer.place()} và {writer.place()} có lượng mưa từ {draw.randint(5, 30)} đến"
            f" {draw.randint(31, 90)} mm. Người dân cần đề phòng lốc, sét, mưa đá và gió giật mạnh trong cơn dông, chủ"
            " động che chắn chuồng trại, bảo vệ cây trồng, vật nuôi và theo dõi các bản tin tiếp theo.",
            f"Dự báo 3 ngày tới nhiệt độ dao động từ {low - 1} đến {low + draw.randint(6, 12)} độ C, đêm và sáng trời"
            " lạnh.",
        ],
    )


def _prices(writer: Writer, place: str, day: str) -> tuple[str, str, list[str]]:
    draw = writer.draw
    gold, change = draw.randint(760, 1_500), draw.randint(1, 20)
    up = draw.choice(("tăng", "giảm"))
    return (
        "prices",
        f"Giá vàng hôm nay {day}: {up} {change}00 nghìn đồng",
        [
            f"Mở cửa phiên giao dịch sáng {day}, giá vàng miếng SJC được các doanh nghiệp niêm yết ở mức"
            f" {gold / 10:.1f} triệu đồng/lượng mua vào và {(gold + 20) / 10:.1f} triệu đồng/lượng bán ra, {up}"
            f" {change}00 nghìn đồng mỗi lượng ở cả hai chiều so với phiên giao dịch hôm trước.",
            f"Tại thị trường {place}, vàng nhẫn 9999 giao dịch quanh mức {(gold - 12) / 10:.1f} triệu đồng/lượng. Trên"
            f" thị trường thế giới, giá vàng giao ngay ở mức {draw.randint(1900, 4200)},{draw.randint(10, 99)}"
            " USD/ounce. Quy đổi theo tỷ giá ngân hàng, chưa tính thuế, phí, vàng trong nước cao hơn giá thế giới"
            f" khoảng {draw.randint(2, 19)},{draw.randint(1, 9)} triệu đồng/lượng.",
        ],
    )


def _meeting(writer: Writer, place: str, day: str) -> tuple[str, str, list[str]]:
    draw = writer.draw
    return (
        "meeting",
        f"Thông báo họp Hội đồng nhân dân xã {writer.place()}",
        [
            f"Thực hiện chương trình công tác năm, Thường trực Hội đồng nhân dân xã {writer.place()}, tỉnh {place}"
            f" thông báo tổ chức kỳ họp thứ {draw.randint(2, 30)} vào hồi {draw.randint(7, 14)} giờ ngày {day} tại hội"
            f" trường Ủy ban nhân dân xã. Chủ trì: đồng chí {writer.name()}, Chủ tịch Hội đồng nhân dân.",
            "Nội dung kỳ họp: xem xét các báo cáo về tình hình phát triển kinh tế xã hội, quốc phòng, an ninh; thảo"
            " luận, thông qua các nghị quyết thuộc thẩm quyền; trả lời kiến nghị của cử tri. Kính mời các vị đại"
            " biểu, thủ trưởng các cơ quan, đơn vị liên quan sắp xếp công việc, về dự họp đầy đủ, đúng thành phần và"
            " thời gian quy định.",
        ],
    )


def _lottery(writer: Writer, place: str, day: str) -> tuple[str, str, list[str]]:
    draw = writer.draw

    def numbers(count: int, digits: int) -> str:
        return ", ".join(f"{draw.randrange(10**digits):0{digits}}" for _ in range(count))

    return (
        "lottery",
        f"Kết quả xổ số {place} ngày {day}",
        [
            f"Kết quả xổ số kiến thiết {place} mở thưởng ngày {day} được quay trực tiếp dưới sự giám sát của Hội đồng"
            f" giám sát xổ số tỉnh {place} như sau: giải đặc biệt {numbers(1, 6)}, giải nhất {numbers(1, 5)}, giải nhì"
            f" {numbers(1, 5)}, giải ba {numbers(2, 5)}, giải tư {numbers(7, 5)}, giải năm {numbers(1, 4)}, giải sáu"
            f" {numbers(3, 4)}, giải bảy {numbers(1, 3)}, giải tám {numbers(1, 2)}.",
            "Vé trúng thưởng được lĩnh trong thời hạn 30 ngày kể từ ngày mở thưởng; vé phải còn nguyên hình, nguyên"
            " khổ, không rách rời, không chắp vá, không tẩy xóa. Thông tin mang tính tham khảo, người chơi đối chiếu"
            " với kết quả của công ty xổ số kiến thiết trước khi lĩnh thưởng.",
        ],
    )


_TEMPLATES = (_obituary, _weather, _prices, _meeting, _lottery)

"""Forms that newspapers print again and again with one other word or number: the hardest texts to tell from a copy.

Numbers that stay (a decree, a hotline, a deadline) are in them on purpose: a corrected story has those too.
"""

from bench.wire_text import FAMILY, Writer

_WATER = """
Theo bản tin thủy văn, mực nước tại trạm đo lúc 7 giờ sáng nay đạt {n} cm, dưới báo động 1 là 50 cm.|
Trong 24 giờ tới, mực nước trên các sông tiếp tục dao động theo thủy triều và vận hành của hồ chứa. Người dân sống
 ven sông, các bến đò ngang, hộ nuôi cá lồng bè cần theo dõi bản tin tiếp theo, phát lúc 17 giờ cùng ngày.|
Cơ quan khí tượng thủy văn nhắc lại: mức báo động được quy định tại Quyết định 05 năm 2020 của Thủ tướng Chính phủ;
 mọi thông tin về thiên tai xin gọi đường dây nóng của Ban Chỉ huy phòng chống thiên tai và tìm kiếm cứu nạn.
"""
_AIR = """
Chỉ số chất lượng không khí trung bình 24 giờ qua là {n}, thuộc nhóm 3 trong thang 6 nhóm của Tổng cục Môi trường.|
Ở mức này, người bình thường vẫn có thể hoạt động ngoài trời. Người già, trẻ em dưới 6 tuổi, người mắc bệnh hô hấp,
 tim mạch nên hạn chế ra ngoài, đeo khẩu trang đạt chuẩn và đóng cửa sổ vào giờ cao điểm từ 6 giờ đến 9 giờ.|
Số liệu lấy từ trạm quan trắc tự động, cập nhật mỗi 60 phút, chưa qua kiểm định và chỉ có giá trị tham khảo.
"""
_POWER = """
Công ty Điện lực thông báo lịch ngừng, giảm cung cấp điện để bảo dưỡng lưới điện từ 6 giờ đến 17 giờ tại khu vực
 {place}.|
Trong thời gian trên, nếu công việc kết thúc sớm, đơn vị sẽ đóng điện trở lại mà không báo trước. Quý khách hàng lưu
 ý: trên đường dây luôn được xem là có điện, không tự ý đến gần, leo trèo hoặc sửa chữa dưới mọi hình thức.|
Chi tiết xin liên hệ Trung tâm Chăm sóc khách hàng qua số 19009000, phục vụ 24 giờ trong ngày, 7 ngày trong tuần,
 hoặc tải ứng dụng chăm sóc khách hàng trên điện thoại di động. Điện lực rất mong nhận được sự thông cảm của quý
 khách.
"""
_TENDER = """
Trung tâm Dịch vụ đấu giá tài sản thông báo đấu giá quyền sử dụng đất đối với thửa đất số {n}, tờ bản đồ số 12, diện
 tích 120 mét vuông, mục đích sử dụng là đất ở, thời hạn sử dụng lâu dài, hình thức Nhà nước giao đất có thu tiền.|
Người tham gia đấu giá xem tài sản, mua hồ sơ trong giờ hành chính kể từ ngày niêm yết đến 16 giờ 30 phút ngày cuối
 cùng; tiền mua hồ sơ 500.000 đồng, tiền đặt trước bằng 20% giá khởi điểm, nộp vào tài khoản của Trung tâm mở tại
 ngân hàng.|
Cuộc đấu giá tổ chức theo hình thức bỏ phiếu gián tiếp, phương thức trả giá lên, theo quy định của Luật Đấu giá tài
 sản năm 2016 và Luật sửa đổi, bổ sung một số điều của Luật Đấu giá tài sản năm 2024. Người trúng đấu giá phải nộp đủ
 tiền trong thời hạn 120 ngày; quá thời hạn này mà không nộp đủ thì quyết định công nhận kết quả bị hủy, tiền đặt cọc
 được nộp vào ngân sách nhà nước theo quy định của pháp luật về đất đai, thu tiền sử dụng đất và quản lý thuế.|
Khách hàng có nhu cầu đăng ký tham gia đấu giá liên hệ bộ phận một cửa của Trung tâm, mang theo căn cước công dân
 hoặc giấy chứng nhận đăng ký doanh nghiệp, giấy ủy quyền nếu có, để được hướng dẫn làm thủ tục theo đúng quy chế
 cuộc đấu giá.
"""
_LOST = """
Tòa án nhân dân khu vực thông báo tìm kiếm người vắng mặt tại nơi cư trú: ông {name}. Ai biết tin tức của người nói
 trên ở đâu, báo cho Tòa án biết trong thời hạn 4 tháng, kể từ ngày đăng, phát thông báo lần đầu.|
Hết thời hạn công bố mà không có tin tức, Tòa án sẽ mở phiên họp giải quyết yêu cầu tuyên bố một người mất tích theo
 quy định tại Điều 68 Bộ luật Dân sự năm 2015 và các Điều 387, 388 Bộ luật Tố tụng dân sự năm 2015.
"""
_SCORES = """
Hội đồng tuyển sinh công bố điểm trúng tuyển vào lớp 10 Trường Trung học phổ thông {place}. Thí sinh trúng tuyển nộp
 hồ sơ nhập học trực tiếp tại trường, gồm học bạ, bản sao giấy khai sinh và giấy chứng nhận tốt nghiệp tạm thời.|
Thời gian nhận hồ sơ kéo dài 3 ngày. Sau thời hạn trên, thí sinh không nộp hồ sơ coi như không có nguyện vọng học
 tập. Đơn phúc khảo nộp tại trường thí sinh học lớp 9, trong giờ hành chính, lệ phí theo quy định của Hội đồng nhân
 dân tỉnh.
"""
_TABLE = """
Kết thúc lượt trận tối qua, đội bóng {place} giành trọn 3 điểm trên sân nhà và tạm vươn lên trong bảng xếp hạng giải
 bóng đá hạng Nhất quốc gia. Vòng đấu tiếp theo diễn ra vào cuối tuần này, các trận đấu bắt đầu lúc 17 giờ và 18 giờ.|
Theo điều lệ, đội đứng thứ nhất giành quyền lên chơi ở hạng cao nhất mùa sau, đội đứng thứ 2 đá trận tranh suất với
 đội xếp thứ 13 của giải trên; đội đứng cuối bảng phải xuống hạng. Vé vào sân bán trước trận đấu 2 ngày.
"""
_CROPS = """
Khảo sát tại các đại lý sáng nay, giá cà phê nhân xô thu mua ở mức {n} đồng mỗi kg, giá hồ tiêu và cao su đi ngang
 so với phiên trước. Các nhà vườn vẫn giữ hàng chờ giá, lượng giao dịch không nhiều.|
Theo Hiệp hội Cà phê Ca cao Việt Nam, giá trong nước bám theo giá kỳ hạn trên hai sàn London và New York, sau khi
 trừ chi phí vận chuyển và chế biến khoảng 150 USD mỗi tấn. Giá trên mang tính tham khảo, có thể chênh lệch từ 300
 đến 500 đồng tùy địa bàn và chất lượng hàng hóa.
"""
_CONDOLENCE = """
Được tin thân mẫu đồng chí {name} từ trần, Đảng ủy, Ban Giám đốc, Ban Chấp hành Công đoàn và toàn thể cán bộ, công
 chức, viên chức, người lao động xin gửi lời chia buồn sâu sắc đến đồng chí cùng toàn thể gia quyến.|
Cầu mong hương hồn cụ sớm về cõi vĩnh hằng, gia đình vượt qua nỗi đau mất mát này.
"""
_CLOSURE = """
Sở Xây dựng thông báo cấm các loại xe ô tô lưu thông qua cầu {place} trong 30 ngày để thi công sửa chữa mặt cầu và
 khe co giãn. Xe máy, xe đạp và người đi bộ được đi lại bình thường, tốc độ tối đa cho phép là 20 km mỗi giờ.|
Các phương tiện theo hướng dẫn của lực lượng điều tiết và biển báo tạm thời đặt ở 2 đầu cầu để đi vòng theo quốc lộ.
 Đơn vị thi công có trách nhiệm bảo đảm an toàn giao thông, vệ sinh môi trường và hoàn trả mặt đường theo đúng hiện
 trạng.
"""
_FORMS = {
    "water-level": ("Tin mực nước", _WATER),
    "air-quality": ("Chất lượng không khí hôm nay", _AIR),
    "power-cut": ("Lịch cắt điện", _POWER),
    "auction": ("Thông báo đấu giá quyền sử dụng đất", _TENDER),
    "legal-notice": ("Thông báo tìm kiếm người vắng mặt", _LOST),
    "scores": ("Điểm chuẩn vào lớp 10", _SCORES),
    "football": ("Kết quả bóng đá hạng Nhất", _TABLE),
    "crop-prices": ("Giá nông sản hôm nay", _CROPS),
    "condolence": ("Lời chia buồn", _CONDOLENCE),
    "road-closure": ("Cấm cầu để sửa chữa", _CLOSURE),
}
FORM_KINDS = tuple(_FORMS)


def filled_form(writer: Writer) -> tuple[str, str, list[str]]:
    """Return the kind, headline and paragraphs of a form with its slot filled in, as hardly any other text has it."""
    draw = writer.draw
    kind = draw.choice(FORM_KINDS)
    title, text = _FORMS[kind]
    place = writer.coined()
    slot = {"n": draw.randint(101, 999_999), "place": place, "name": f"{draw.choice(FAMILY)} {place}"}
    return kind, title, [each.format(**slot) for each in text.replace("\n", "").split("|")]

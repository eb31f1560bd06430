"""Date forms as outlets print them and as machines write them; each is quoted from a real page or from its CMS."""

import unicodedata
from datetime import UTC, datetime

import pytest

from archive import Precision
from crawler.extract.dates import beside_date, choose_date, read_machine_date, read_printed_date, split_update
from crawler.extract.text import tidy

SEEN_AT = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)

PRINTED = [
    ("23:12, 20/09/2025", "2025-09-20T23:12:00+07:00"),
    ("17/06/2025 13:43", "2025-06-17T13:43:00+07:00"),
    ("08/01/2026 - 18:21", "2026-01-08T18:21:00+07:00"),
    ("07-03-2026 - 00:01 AM", "2026-03-07T00:01:00+07:00"),
    ("07-03-2026 - 20:04 PM", "2026-03-07T20:04:00+07:00"),
    ("Thứ năm, 2/11/2023, 19:20 (GMT+7)", "2023-11-02T19:20:00+07:00"),
    ("Thứ Bảy, ngày 15/02/2025 - 07:40", "2025-02-15T07:40:00+07:00"),
    ("07/03/2026 08:06 GMT+7", "2026-03-07T08:06:00+07:00"),
    ("Thứ Tư, 24/12/2025 09:30:00 +07:00", "2025-12-24T09:30:00+07:00"),
    ("Thứ Tư       07/12/2022 , 22:30 (GMT+7)", "2022-12-07T22:30:00+07:00"),
    ("Nguyên Minh - 07/03/2026 08:47", "2026-03-07T08:47:00+07:00"),
    ("Cập nhật lúc 10:24 01/04/2025 (GMT+7)", "2025-04-01T10:24:00+07:00"),
    ("lúc : 11/07/14 11:35", "2014-07-11T11:35:00+07:00"),
    ("11-07-14 11:35", "2014-07-11T11:35:00+07:00"),
    ("11.07.14", "2014-07-11"),
    ("10:45 | 25/08/2017", "2017-08-25T10:45:00+07:00"),
    ("15h30 ngày 2/7/2020", "2020-07-02T15:30:00+07:00"),
    ("15 giờ 30 phút, ngày 2/7/2020", "2020-07-02T15:30:00+07:00"),
    ("8 giờ ngày 2/7/2020", "2020-07-02T08:00:00+07:00"),
    ("2/7/2020 lúc 8h", "2020-07-02T08:00:00+07:00"),
    ("15:30' ngày 02/07/2020", "2020-07-02T15:30:00+07:00"),
    ("2/7/2020 3:30:00 CH", "2020-07-02T15:30:00+07:00"),
    ("2/7/2020 12:05 SA", "2020-07-02T00:05:00+07:00"),
    ("02.07.2020 15:30", "2020-07-02T15:30:00+07:00"),
    ("2018-05-27 06:34:00", "2018-05-27T06:34:00+07:00"),
    ("28-05-2024", "2024-05-28"),
    ("Chủ nhật, ngày 5 tháng 7 năm 2020", "2020-07-05"),
    ("25 Tháng 6, 2025", "2025-06-25"),
    ("24 Tháng Mười 2017", "2017-10-24"),
    ("September 16, 2026 - 08:15", "2026-09-16T08:15:00+07:00"),
    ("02/07/2020", "2020-07-02"),  # day first: never 7 February
    ("05:48 07/06/2022", "2022-06-07T05:48:00+07:00"),
    ("15/10/2020 15:20", "2020-10-15T15:20:00+07:00"),
    ("Thứ năm, 11:01, 18/09/2025", "2025-09-18T11:01:00+07:00"),
    ("Thứ Năm, 02/07/2020, 15:30 (GMT+7)", "2020-07-02T15:30:00+07:00"),
    ("Thứ 5, 2/7/2020 | 15:30", "2020-07-02T15:30:00+07:00"),
    ("22:19 | 03/07/2020", "2020-07-03T22:19:00+07:00"),
    ("08/03/2022 10:05 [GMT +7]", "2022-03-08T10:05:00+07:00"),
    ("08:15 AM - 28/05/2019", "2019-05-28T08:15:00+07:00"),
    ("08:15 PM - 28/05/2019", "2019-05-28T20:15:00+07:00"),
    ("T5, 02/07/2020 15:30", "2020-07-02T15:30:00+07:00"),
    ("T.Sáu, 03/07/2020, 15:30", "2020-07-03T15:30:00+07:00"),
    ("3:30 chiều 2/7/2020", "2020-07-02T15:30:00+07:00"),
    ("2 Th7 2020", "2020-07-02"),
    ("04/12/2017 07:23 GMT+7", "2017-12-04T07:23:00+07:00"),
    ("Cập nhật: 10:24 01/04/2025", "2025-04-01T10:24:00+07:00"),
    ("Đăng lúc: 01/04/2025 10:24", "2025-04-01T10:24:00+07:00"),
    ("Ngày đăng: 01/04/2025", "2025-04-01"),
    ("Xuất bản: 01/04/2025 - 10h24", "2025-04-01T10:24:00+07:00"),
    ("Thứ Hai, 02/07/2020", "2020-07-02"),  # a wrong weekday: the date is kept
    ("12:06, 24/06/2017", "2017-06-24T12:06:00+07:00"),
    ("17:54, 08/04/2024", "2024-04-08T17:54:00+07:00"),
    ("21:28 22/09/2025", "2025-09-22T21:28:00+07:00"),
    ("15:33, 17/08/2026", "2026-08-17T15:33:00+07:00"),
    ("- 07/03/2026 08:47", "2026-03-07T08:47:00+07:00"),
    ("Thứ bảy, 07/03/2026 - 08:07", "2026-03-07T08:07:00+07:00"),
    ("Thứ sáu, 29/05/2026 14:46 (GMT+7)", "2026-05-29T14:46:00+07:00"),
    ("10:24 01/04/2025 (GMT+7)", "2025-04-01T10:24:00+07:00"),
    ("02-07-2020 15:30", "2020-07-02T15:30:00+07:00"),
    ("2/7/2020 3:30:00 SA", "2020-07-02T03:30:00+07:00"),
    ("08/01/2026\xa0-\xa018:21", "2026-01-08T18:21:00+07:00"),
    ("Truyền hình 28-05-2024", "2024-05-28"),  # behind the name of the section
    ("04/09/2024", "2024-09-04"),
    ("Cập nhật lúc 07:40, Thứ Bảy, 15/02/2025 (GMT+7)", "2025-02-15T07:40:00+07:00"),
    ("07:40 ngày 15 tháng 02 năm 2025", "2025-02-15T07:40:00+07:00"),
    ("Thứ Bảy, 15/02/2025 - 07:40 | Lượt xem: 1.204", "2025-02-15T07:40:00+07:00"),
    ("15/02/202507:40", "2025-02-15T07:40:00+07:00"),  # two elements with no space between them
    ("07:4015/02/2025", "2025-02-15T07:40:00+07:00"),
    ("15/02/2025 (07:40)", "2025-02-15T07:40:00+07:00"),
    ("07h:40 15/02/2025", "2025-02-15T07:40:00+07:00"),
    ("15 Th2, 2025 07:40", "2025-02-15T07:40:00+07:00"),
    ("Tháng Hai 15, 2025 07:40", "2025-02-15T07:40:00+07:00"),  # WordPress in Vietnamese
    ("Thứ Bảy, Tháng 2 15, 2025", "2025-02-15"),
    ("Saturday, 15 February 2025, 07:40", "2025-02-15T07:40:00+07:00"),
    ("2026/03/07 08:06", "2026-03-07T08:06:00+07:00"),
    ("2026.03.07", "2026-03-07"),
    ("Thứ Bảy, 07/03/2026 (19/01 Âm lịch), 08:06", "2026-03-07T08:06:00+07:00"),
    ("07/03/2026 (nhằm ngày 19/1 năm Bính Ngọ âm lịch) - 08:06", "2026-03-07T08:06:00+07:00"),
    ("Âm lịch: 19/01/2026 - Dương lịch: 07/03/2026", "2026-03-07"),
    ("07/03/2026 01:06 GMT", "2026-03-07T08:06:00+07:00"),
    ("07/03/2026 01:06 (UTC)", "2026-03-07T08:06:00+07:00"),
    ("07/03/2026 09:06 (GMT+8)", "2026-03-07T08:06:00+07:00"),
    ("09:06 GMT+8, 07/03/2026", "2026-03-07T08:06:00+07:00"),
    ("07/03/2026 08:06 (GMT 7)", "2026-03-07T08:06:00+07:00"),
    ("March 6, 2026 at 8:06 PM EST", "2026-03-07T08:06:00+07:00"),
    ("March 7th, 2026", "2026-03-07"),
    ("03/27/2026 08:06", "2026-03-27T08:06:00+07:00"),  # month first: no month is 27
    ("2 ngày trước", "2026-09-18"),
    ("20 phút trước", "2026-09-20T09:40:00+07:00"),
    ("vừa xong", "2026-09-20T10:00:00+07:00"),
    ("15 giờ trước", "2026-09-19T19:00:00+07:00"),
    ("hôm qua", "2026-09-19"),
    ("năm 2020", None),
    ("CN", None),
    ("1/2", None),
    ("mồng 5/9", None),
    ("tháng Chạp", None),
    ("thứ 5 tuần trước", None),
    ("Sáng 8/7", None),  # an event without a year
    ("Chiều 2-7", None),
    ("13 tháng 4", None),
    ("tháng 7/2020", None),
    ("tháng 10-2024", None),
    ("đầu tháng 7", None),
    ("6 tháng đầu năm", None),
    ("ngày 2/7", None),
    ("Sáng 24.11", None),
    ("Tối 29/8", None),
    ("Chiều ngày 20/5", None),
    ("Ngày 17-9", None),
    ("sáng nay (23/9)", None),
    ("từ ngày 3-6/7", None),
    ("06/07", None),
    ("30/4", None),
    ("ngày 13.4.1964", None),  # an event: before any newspaper stood on the web
    ("01/01/0001", None),
    ("23/09/2026", None),  # further ahead than clocks and zones explain
    ("24/7", None),
    ("10-15", None),
    ("T7", None),
    ("31/02/2025", None),
    ("01/01/1970 07:00", None),
    ("01/01/2999", None),
    ("1593678600", None),
    ("Từ 2016-2020", None),
]

MACHINE = [
    ("2025-06-17T13:43:02+0700", "2025-06-17T13:43:02+07:00"),
    ("2026-03-07T00:01:00", "2026-03-07T00:01:00+07:00"),
    ("2026-03-07T00:01:00 +0700", "2026-03-07T00:01:00+07:00"),
    ("2026-03-07T08:52:11.000 +07:00", "2026-03-07T08:52:11+07:00"),
    ("2026-08-17T15:33:01+07:00", "2026-08-17T15:33:01+07:00"),
    ("2026-03-07T01:52:11Z", "2026-03-07T08:52:11+07:00"),
    ("2026-03-07 08:07", "2026-03-07T08:07:00+07:00"),
    ("2026-01-08", "2026-01-08"),
    ("2026-01-08T00:00:00+07:00", "2026-01-08"),
    ("9/5/2026 10:17:01 PM", "2026-09-05T22:17:01+07:00"),  # OneCMS: month first, and only there
    ("2026-03-07T08:52", "2026-03-07T08:52:00+07:00"),
    ("2018-05-27 06:34:00", "2018-05-27T06:34:00+07:00"),
    ("2020/07/02 15:30:00", "2020-07-02T15:30:00+07:00"),
    ("9/5/2026 1:30:00 PM", "2026-09-05T13:30:00+07:00"),
    ("15/02/2025 7:40:00 AM", "2025-02-15T07:40:00+07:00"),  # no month 15: day first after all
    ("Sat, 15 Feb 2025 07:40:00 +0700", "2025-02-15T07:40:00+07:00"),
    ("0001-01-01T00:00:00", None),
    ("1970-01-01T00:00:00Z", None),
    ("2999-01-01T00:00:00", None),
    ("1593678600", None),
    ("20250215074000", None),
    ("not a date", None),
]


def shown(moment: object) -> str | None:
    if moment is None:
        return None
    at: datetime = moment.at  # type: ignore[attr-defined]
    return at.isoformat() if moment.precision is Precision.MINUTE else at.date().isoformat()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("text", "wanted"), PRINTED)
def test_printed_date(text: str, wanted: str | None) -> None:
    assert shown(read_printed_date(text, seen_at=SEEN_AT)) == wanted


@pytest.mark.parametrize(("text", "wanted"), MACHINE)
def test_machine_date(text: str, wanted: str | None) -> None:
    assert shown(read_machine_date(text, seen_at=SEEN_AT)) == wanted


@pytest.mark.parametrize(
    ("text", "abroad"),
    [
        ("2026-03-07T01:06:11Z", "2026-03-07T01:06:11+00:00"),
        ("2026-03-06T20:06:11-05:00", "2026-03-06T20:06:11-05:00"),
        ("2026-03-07T08:06:11", "2026-03-07T08:06:11"),
        ("2026-03-07T00:00:00+01:00", "2026-03-07"),
        ("2026-03-07", "2026-03-07"),
        ("7 March 2026 01:06 UTC", "2026-03-07T01:06:00+00:00"),
        ("7 March 2026 01:06", "2026-03-07T01:06:00"),
    ],
)
def test_a_page_from_abroad_keeps_its_own_zone(text: str, abroad: str) -> None:
    moment = read_machine_date(text, seen_at=SEEN_AT)
    assert moment is not None
    assert moment.text(is_home=False) == abroad
    assert moment.text(is_home=True) == shown(moment)


@pytest.mark.parametrize(
    ("machine", "printed", "wanted"),
    [
        (["2026-03-06T20:06:00-05:00"], ["March 6, 2026 8:06 PM"], "2026-03-06T20:06:00-05:00"),
        (["2026-03-06T20:06:00-05:00"], ["March 6, 2026"], "2026-03-06T20:06:00-05:00"),
        (["2026-03-06"], ["March 6, 2026 8:06 PM"], "2026-03-06T20:06:00"),
    ],
)
def test_abroad_days_agree_as_they_are_written(machine: list[str], printed: list[str], wanted: str) -> None:
    chosen = choose_date(
        (read_machine_date(text, seen_at=SEEN_AT) for text in machine),
        (read_printed_date(text, seen_at=SEEN_AT) for text in printed),
        is_home=False,
    )
    assert chosen is not None
    assert chosen.text(is_home=False) == wanted


@pytest.mark.parametrize("text", ["15 giờ trước", "hôm qua", "vừa xong"])
def test_nothing_is_counted_back_from_a_moment_that_nobody_knows(text: str) -> None:
    assert read_printed_date(text, seen_at=SEEN_AT, counts_back=False) is None


@pytest.mark.parametrize(
    ("machine", "printed", "wanted"),
    [
        # Cần Thơ: JSON-LD has the day only, the page shows the minute
        (["2026-01-08"], ["08/01/2026 - 18:21"], "2026-01-08T18:21:00+07:00"),
        # the masthead's "today" and an update are other days than the machine's
        (["2026-01-08T10:00:00+07:00"], ["Thứ Hai, 17/08/2026"], "2026-01-08T10:00:00+07:00"),
        ([], ["04/09/2024"], "2024-09-04"),
        (["2026-03-07T06:45:17+07:00"], ["7/3/2026, 06:45"], "2026-03-07T06:45:00+07:00"),
        # local time marked as UTC: read as such it is the next day
        (["2025-02-15T20:15:00Z"], ["15/02/2025 20:15"], "2025-02-15T20:15:00+07:00"),
        (["2025-02-16T03:15:00+07:00"], ["15/02/2025 20:20"], "2025-02-16T03:15:00+07:00"),
        ([], [], None),
    ],
)
def test_most_precise_of_those_that_agree(machine: list[str], printed: list[str], wanted: str | None) -> None:
    chosen = choose_date(
        (read_machine_date(text, seen_at=SEEN_AT) for text in machine),
        (read_printed_date(text, seen_at=SEEN_AT) for text in printed),
    )
    assert shown(chosen) == wanted


@pytest.mark.parametrize("text", ["Thứ Năm, ngày 2 tháng 7 năm 2020, 15:30", "Cập nhật: 02/07/2020 lúc 15:30"])
def test_decomposed_letters_are_read_once_they_are_tidy(text: str) -> None:
    decomposed = tidy(unicodedata.normalize("NFD", text))
    assert shown(read_printed_date(decomposed, seen_at=SEEN_AT)) == "2020-07-02T15:30:00+07:00"


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ("08/01/2026 - 18:21 Cập nhật: 09/01/2026 07:00", "2026-01-08T18:21:00+07:00", "2026-01-09T07:00:00+07:00"),
        ("08/01/2026 (cập nhật lúc 09/01/2026 07:00)", "2026-01-08", "2026-01-09T07:00:00+07:00"),
        (
            "Cập nhật: 09/01/2026 07:00 | Ngày đăng: 08/01/2026 18:21",
            "2026-01-08T18:21:00+07:00",
            "2026-01-09T07:00:00+07:00",
        ),
        ("Cập nhật lúc 10:24 01/04/2025 (GMT+7)", "2025-04-01T10:24:00+07:00", "2025-04-01T10:24:00+07:00"),
        ("Đăng lúc: 01/04/2025 10:24", "2025-04-01T10:24:00+07:00", None),
    ],
)
def test_line_with_an_update(line: str, published: str, updated: str | None) -> None:
    before, after = split_update(line)
    assert shown(read_printed_date(before, seen_at=SEEN_AT)) == published
    assert shown(read_printed_date(after, seen_at=SEEN_AT)) == updated


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("Thứ Bảy, ngày 15/02/2025 - 07:40 (GMT+7)", ""),
        ("Đăng lúc 07:40 - 15/02/2025", ""),
        ("07:40", ""),
        ("Nguyên Minh - 07/03/2026 08:47", "Nguyên Minh"),
        ("Sáng 15/02/2025, tỉnh khánh thành cầu", "Sáng tỉnh khánh thành cầu"),
    ],
)
def test_what_a_line_says_beside_its_date(line: str, rest: str) -> None:
    assert beside_date(line) == rest

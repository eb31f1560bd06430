"""The parts that pages are made of: formats, typed days, paragraphs, charts, comparisons."""

from datetime import UTC, date, datetime

import pytest

from archive import VIETNAM
from archive.publish.charts import bar_chart, line_chart, top_of
from archive.publish.formats import Formats
from archive.publish.pages.timeline import timeline
from archive.publish.paragraphs import BlockKind, blocks
from archive.publish.typed_days import days_of
from archive.reading.difference import Change, difference, lines_of, without_islands

AT = datetime(2026, 11, 13, 9, 2, tzinfo=UTC)
VI, EN = Formats("vi"), Formats("en")
LONG = "Sáng nay, xã Khe Vàng họp bàn việc nối lại tuyến đường độc đạo lên ba thôn vùng cao."


@pytest.mark.parametrize(
    ("vietnamese", "english", "wanted"),
    [
        (VI.number(1284), EN.number(1284), ("1.284", "1,284")),
        (VI.percent(0.968), EN.percent(0.968), ("96,8\u00a0%", "96.8%")),
        (VI.axis_percent(0.5), EN.axis_percent(0.015), ("50\u00a0%", "1.5%")),
        (VI.moment(AT), EN.moment(AT), ("16:02, 13/11/2026", "13 Nov 2026, 16:02")),
        (VI.day(AT), EN.day(date(2026, 1, 2)), ("13/11/2026", "2 Jan 2026")),
        (VI.month(AT), EN.month(AT), ("11/2026", "Nov 2026")),
        (VI.size(1_300_000), EN.size(3), ("1.270\u00a0KB", "1\u00a0KB")),
    ],
)
def test_each_language_writes_numbers_and_times(vietnamese: str, english: str, wanted: tuple[str, str]) -> None:
    assert (vietnamese, english) == wanted


def test_a_time_says_its_zone_and_a_day_has_none() -> None:
    assert VI.timed(AT) == '<time datetime="2026-11-13T16:02+07:00" class="n">16:02, 13/11/2026</time>'
    assert EN.timed(date(2026, 11, 13)) == '<time datetime="2026-11-13" class="n">13 Nov 2026</time>'


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("1/11/2026", date(2026, 11, 1), date(2026, 11, 1)),
        ("2026-11-01", date(2026, 11, 1), date(2026, 11, 1)),
        ("2/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        (" 2026 ", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_days_are_read_as_people_type_them(typed: str, first: date, last: date) -> None:
    assert days_of(typed) == (first, last)


@pytest.mark.parametrize("typed", ["", "31/2/2026", "13/2026", "0/0/0000", "hôm qua", "99999", "٢٠٢٦"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert days_of(typed) is None


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ([LONG, "Chia ca, mở đường", LONG], "php"),
        ([LONG, "Xong.", LONG], "ppp"),
        (["Chia ca, mở đường", LONG], "hp"),
        ([LONG, "Hằng Nga"], "pp"),
        (["Núi cao chi lắm núi ơi", "Núi che mặt trời chẳng thấy người thương"], "pp"),
        ([LONG, "- một", "– hai", LONG], "plp"),
    ],
)
def test_lines_are_shown_as_what_they_look_like(lines: list[str], kinds: str) -> None:
    found = list(blocks("\n".join(lines)))
    assert "".join(block.kind[0] for block in found) == kinds
    shown = [line for block in found for line in block.lines]
    assert shown == [line.removeprefix("- ").removeprefix("– ") for line in lines]
    assert BlockKind.LIST not in [block.kind for block in found] or found[1].lines == ("một", "hai")


@pytest.mark.parametrize(("value", "top"), [(0, 1), (0.027, 0.03), (7, 10), (430, 500), (1, 1), (0.2, 0.2), (11, 20)])
def test_an_axis_ends_at_a_round_number(value: float, top: float) -> None:
    assert top_of(value) == pytest.approx(top)


def test_a_chart_has_gaps_and_shows_a_little() -> None:
    chart = bar_chart([10, None, 0.001, 0], ["2025", "2025", "2026", "2026"], height=100)
    assert [(bar.height, bar.is_gap) for bar in chart.bars] == [(100, False), (100, True), (1, False), (0, False)]
    assert [(tick.x, tick.text) for tick in chart.ticks] == [(50, "2026"), (0, "2025")]


def test_no_line_goes_through_a_gap() -> None:
    chart = line_chart([[4, None, 2, 0], [0, None, 1, 1]], ["2025", "2025", "2026", "2026"], height=100)
    assert [(line.path, line.points) for line in chart.lines] == [
        ("M62.5 50.0L87.5 100.0", ((12.5, 0),)),
        ("M62.5 75.0L87.5 75.0", ((12.5, 100),)),
    ]
    assert chart.gaps == ((25, 25),)


def test_a_timeline_has_every_month_and_long_ones_every_year() -> None:
    short = timeline({"2025-12": 1}, {"2025-11": 4, "2026-01": 2, "2025-12": 2}, is_share=True)
    assert short
    assert [(span.name, span.share) for span in short.spans] == [("2025-11", 0), ("2025-12", 0.5), ("2026-01", 0)]
    long = timeline({"2010-05": 3}, {"2010-05": 3, "2012-02": 1, "2026-11": 9}, is_share=False)
    assert long
    assert [span.name for span in long.spans] == [str(year) for year in range(2010, 2027)]
    assert (long.gaps, long.highest.name, long.highest.first_day) == (14, "2010", date(2010, 1, 1))
    assert timeline({}, {}, is_share=True) is None


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("một hai ba bốn năm", "một 2 ba 4 năm", "một -hai ba bốn +2 ba 4 năm"),
        ("thừa nhận việc thu là vội.", "cho biết đã thu.", "-thừa nhận việc thu là vội +cho biết đã thu ."),
        ("ba", "một ba hai", "+một ba +hai"),
        ("a hai từ d", "x hai từ y", "-a +x hai từ -d +y"),
    ],
)
def test_a_word_between_two_replacements_is_a_part_of_both(old: str, new: str, shown: str) -> None:
    signs = {Change.SAME: "", Change.REMOVED: "-", Change.ADDED: "+"}
    (line,) = lines_of(difference(old, new))
    assert " ".join(signs[piece.change] + piece.text.strip() for piece in without_islands(line)) == shown


def test_a_moment_is_shown_in_vietnamese_time() -> None:
    assert VI.moment(AT) == VI.moment(AT.astimezone(VIETNAM))

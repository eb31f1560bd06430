"""Dates as Vietnamese newspapers print them and as machines write them. Day first, +07:00, 24 hours.

The strict reader below knows the forms that tests/crawler/test_dates.py lists; dateparser is asked only for what counts
back from the moment of the capture ("2 giờ trước"), which is the one thing it reads reliably here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from archive import VIETNAM, Precision
from crawler.extract.zones import PRINTED, VIETNAM_OFFSET, offset_of, zone_at

EARLIEST_YEAR = 1990
"""No Vietnamese newspaper stood on the web before 1997; older dates are events or defaults (1970, 0001)."""
FUTURE = timedelta(days=2)
"""A date further ahead of the capture than clocks and zones explain is a wrong reading."""

LONGEST_LINE = 120
"""Characters of a date line; a longer line with a date in it is text."""

DECEMBER = 12

_MONTHS = (
    "một|giêng",
    "hai",
    "ba",
    "tư|bốn",
    "năm",
    "sáu",
    "bảy|bẩy",
    "tám",
    "chín",
    "mười",
    "mười một",
    "mười hai|chạp",
)
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""English editions stand on the same hosts."""
_MONTH_NAMES = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_MONTH_NAMES |= {name: number for number, name in enumerate(_ENGLISH, 1)}
_VIETNAMESE_MONTHS = "|".join(sorted("|".join(_MONTHS).split("|"), key=len, reverse=True))

_ISO = re.compile(
    r"(?P<y>\d{4})(?P<sep>[/-])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
    r"(?:[T ]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d+)?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_US = re.compile(
    r"(?P<m>0?[1-9]|1[0-2])/(?P<d>\d{1,2})/(?P<y>\d{4}) (?P<H>\d{1,2}):(?P<M>\d{2}):(?P<S>\d{2}) (?P<half>AM|PM)"
)
_GLUED = re.compile(r"(?<=[/.-]\d{4})(?=\d{1,2}[:hg]\d)|(?<=[:hg]\d{2})(?=\d{1,2}[/.-]\d{1,2}[/.-]\d{4})")
"""Where two elements stand side by side with no space between them: "15/02/202507:40"."""
_DAY = re.compile(
    r"(?<![\d/.-])(?:(?P<d>\d{1,2})\s?(?P<sep>[/.-])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<y>\d{4}|\d{2})"
    r"|(?P<y2>\d{4})(?P<sep2>[/.-])(?P<m2>\d{1,2})(?P=sep2)(?P<d2>\d{1,2})"
    r"|(?P<d3>\d{1,2})(?:\s+|\s*-\s*)(?:tháng\s+|th\.?\s?)(?P<m3>\d{1,2}|" + _VIETNAMESE_MONTHS + r")"
    r"(?:\s*,\s*|\s+năm\s+|\s*[-/]\s*|\s+)(?P<y3>\d{4})"
    r"|(?P<m4>" + "|".join(_ENGLISH) + r")[a-z]*\.?\s+(?P<d4>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y4>\d{4})"
    r"|(?P<d5>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m5>" + "|".join(_ENGLISH) + r")[a-z]*\.?,?\s+(?P<y5>\d{4})"
    r"|tháng\s+(?P<m6>\d{1,2}|" + _VIETNAMESE_MONTHS + r")\s+(?P<d6>\d{1,2}),?\s+(?P<y6>\d{4}))(?![\d/])",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d/.:-])(?P<H>\d{1,2})\s?(?:giờ|[:hg]:?)\s?(?P<M>\d{2})?(?:[:']\s?(?P<S>\d{2})?|\s?phút)?"
    r"(?:\s?(?P<half>SA|CH|AM|PM|sáng|trưa|chiều|tối)\b)?(?![\d/])",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"[\s,|•·–(-]*(?:(?:vào\s+)?lúc|at\b|ngày|thứ\s+\w+|chủ nhật|T\.?\d|CN|" + PRINTED + r"|[\s,:|•·–-])*",
    re.IGNORECASE,
)
"""What may stand between the day and the time of one date line."""
_LUNAR = re.compile(
    r"[(\[]?\s*(?:(?:tức|nhằm)\s+)?(?:ngày\s+)?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?\s*\(?(?:năm\s+\w+\s+\w+\s*)?"
    r"(?:âm lịch|âl)\b\s*[)\]]?|(?:âm lịch|âl)\s*:?\s*\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?",
    re.IGNORECASE,
)
"""The day of the lunar calendar, printed beside the one that counts: "(24/07 Âm lịch)"."""
_RELATIVE = re.compile(
    r"(?<!thứ )\b(?:\d+\s+(?:giây|phút|giờ|ngày|tuần|tháng)\s+trước|hôm qua|vừa xong)\b", re.IGNORECASE
)
DATE_LINE = re.compile(f"{_DAY.pattern}|{_RELATIVE.pattern}", re.IGNORECASE)
"""Anything that may be a date: for telling date lines from text, not for reading them."""
HINT = re.compile(r"\d|hôm qua|vừa xong", re.IGNORECASE)
"""Without it no date can be read, and none needs to be looked for."""
_AROUND = re.compile(
    r"\b(?:thứ\s+\w+|chủ nhật|T\.?\d|CN|ngày|tháng|năm|lúc|vào|thời gian|xuất bản|cập nhật|đăng|"
    r"(?:(?:first|last) )?(?:published|posted|updated|modified)(?: on| at)?|[AP]M|[ECMP][SD]T|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|um|uhr|kl)\b|GMT\s?\+?\s?\d*|[+-]07:?00|[^\w]+",
    re.IGNORECASE,
)
"""Weekdays, labels, zones and signs: what belongs to a date line and says nothing else."""
_UPDATE = re.compile(r"(?:cập nhật|sửa đổi|chỉnh sửa)\b", re.IGNORECASE)
_PUBLICATION = re.compile(r"(?:(?:ngày|được)\s+)?(?:đăng|xuất bản)\b", re.IGNORECASE)
_AFTERNOON = frozenset({"ch", "pm", "chiều", "tối"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A date that was read: when, how precisely, and the text it stood in."""

    at: datetime
    """Aware, +07:00; 00:00 when the precision is a day."""
    precision: Precision
    raw: str
    """The whole line or value, verbatim."""
    offset: timedelta | None = None
    """Of the zone that it names, ahead of UTC; None if it names none."""

    @property
    def has_time(self) -> bool:
        return self.precision is Precision.MINUTE

    @property
    def written(self) -> datetime:
        """The moment as it is written: in the zone that it names, naive if it names none."""
        naive = self.at.replace(tzinfo=None)
        return naive if self.offset is None else self.at.astimezone(timezone(self.offset))

    def text(self, *, is_home: bool) -> str:
        """ISO 8601, as precise as it is written: +07:00 for a Vietnamese page, else the page's own zone or none."""
        shown = self.at if is_home else self.written
        is_day = not self.has_time or not (is_home or shown.hour or shown.minute or shown.second)
        return shown.date().isoformat() if is_day else shown.isoformat()


def read_machine_date(text: str, *, seen_at: datetime) -> Moment | None:
    """Read an attribute, meta or JSON-LD value: ISO in its real forms, or the US form of OneCMS.

    No zone means +07:00. Midnight to the second is a day without a time. None if it is not a date
    between EARLIEST_YEAR and the capture.
    """
    match = _ISO.match(text) or _US.match(text)
    if not match:
        return read_printed_date(text, seen_at=seen_at, counts_back=False)
    part = match.groupdict()
    if part["H"] is None:
        return _moment(part["y"], part["m"], part["d"], raw=text, seen_at=seen_at)
    clock = (_hour(int(part["H"]), part.get("half")), int(part["M"]), int(part["S"] or 0))
    offset = offset_of(part.get("zone") or "")
    moment = _moment(part["y"], part["m"], part["d"], clock=clock, offset=offset, raw=text, seen_at=seen_at)
    if moment and (moment.at.hour, moment.at.minute, moment.at.second) == (0, 0, 0):
        return replace(moment, precision=Precision.DAY)
    return moment


def read_printed_date(text: str, *, seen_at: datetime, counts_back: bool = True) -> Moment | None:
    """Read a date line of a page, with or without labels and weekday. None if it holds no full date.

    The first day of the line counts, with the time that stands directly before or after it. "2 giờ trước" is
    counted back from `seen_at`, unless nobody knows when that was.
    """
    raw, text = text, _LUNAR.sub(" ", _GLUED.sub(" ", text))
    day = _DAY.search(text)
    if not day:
        return _read_relative(text, seen_at=seen_at) if counts_back else None
    part = day.groupdict()
    year, month, number = (
        next(value for name, value in part.items() if name[0] == unit and value) for unit in ("y", "m", "d")
    )
    month = str(_MONTH_NAMES.get(month.lower(), month))
    clock = offset = None
    for time in _TIME.finditer(text):
        if time["M"] is None and "h" not in time[0].lower() and "g" not in time[0].lower():
            continue  # "7:" is a label with a number before it
        before, after = time.end() <= day.start(), time.start() >= day.end()
        gap = text[time.end() : day.start()] if before else text[day.end() : time.start()]
        if (before or after) and _BETWEEN.fullmatch(gap):
            hour = _hour(int(time["H"]), time["half"])
            clock = (hour, int(time["M"] or 0), int(time["S"] or 0))
            named = (zone_at(text, end) for end in (time.end(), day.end()))
            offset = next((each for each in named if each is not None), None)
            break
    return _moment(year, month, number, clock=clock, offset=offset, raw=raw, seen_at=seen_at)


def beside_date(text: str) -> str:
    """Return what a line says beside its dates: a name, a section, the number of readers; "" for a bare date."""
    for form in (_GLUED, _DAY, _TIME, _AROUND):
        text = form.sub(" ", text)
    return " ".join(text.split())


def is_date_line(text: str) -> bool:
    """True for a date and nothing else, but its weekday, time and zone: "Thứ Hai, 04/02/2019, 14:20 (GMT+7)"."""
    if len(text) > LONGEST_LINE:
        return False
    rest, days = _DAY.subn("", text)
    return days == 1 and _BETWEEN.fullmatch(_TIME.sub("", rest)) is not None


def is_bare_date(text: str) -> bool:
    """True for a date line whose labels may say what it dates: "Cập nhật lúc 07:40 ngày 15/02/2025"."""
    return len(text) <= LONGEST_LINE and DATE_LINE.search(text) is not None and not beside_date(text)


def split_update(text: str) -> tuple[str, str]:
    """Part a date line at its label of an update: "08/01/2026 - 18:21 Cập nhật: 09/01/2026" → both dates.

    A line that has only the update ("Cập nhật lúc …") comes back whole, and so as the publication date too.
    """
    match = _UPDATE.search(text)
    if not match:
        return text, ""
    before, after = text[: match.start()].strip(" |-–,("), text[match.start() :]
    if _DAY.search(before):
        return before, after
    published = _PUBLICATION.search(after)
    return (after[published.start() :], after[: published.start()]) if published else (text, after)


def is_update(text: str) -> bool:
    """True for a date line that tells of an update alone."""
    published, updated = split_update(text)
    return bool(updated) and published == text


def choose_date(
    machine: Iterable[Moment | None], printed: Iterable[Moment | None], *, is_home: bool = True
) -> Moment | None:
    """Return the most precise of the dates that agree on the day.

    The machine's day is trusted over the printed one (a printed line may be the masthead's "today" or
    an update); of those that agree on the day, the printed minute wins, because it is what readers see. Dates
    that differ by the seven hours of the zone agree too: some CMSs mark their local time as UTC. On a page that
    is not Vietnamese (`is_home`) days are compared as they are written, and the minute whose zone is known wins.
    Both are given in the order of trust.
    """
    told, seen = [each for each in machine if each], [each for each in printed if each]
    anchor = next(iter([*told, *seen]), None)
    if anchor is None:
        return None
    agreeing = [each for each in [*seen, *told] if _agree(anchor, each, is_home=is_home)]
    timed = [each for each in agreeing if each.has_time]
    if not is_home:
        timed.sort(key=lambda each: each.offset is None)
    return next(iter(timed), agreeing[0])


def _agree(anchor: Moment, other: Moment, *, is_home: bool) -> bool:
    if not is_home:
        return other.written.date() == anchor.written.date()
    is_shifted = other.has_time and abs(anchor.at - other.at - VIETNAM_OFFSET) < timedelta(minutes=1)
    return is_shifted or other.at.date() == anchor.at.date()


def _moment(
    year: str, month: str, day: str, *,
    raw: str, seen_at: datetime, clock: tuple[int, int, int] | None = None, offset: timedelta | None = None,
) -> Moment | None:  # fmt: skip
    full_year = int(year) + 2000 if len(year) == 2 else int(year)
    if int(month) > DECEMBER >= int(day):  # month first, and no other reading is a date
        day, month = month, day
    try:
        at = datetime(full_year, int(month), int(day), *(clock or (0, 0, 0)), tzinfo=VIETNAM)
        if offset is not None:
            at += VIETNAM_OFFSET - offset
    except (ValueError, OverflowError):
        return None
    if at.year < EARLIEST_YEAR or at > seen_at + FUTURE:
        return None
    return Moment(at, Precision.MINUTE if clock else Precision.DAY, raw, offset)


def _hour(hour: int, half: str | None) -> int:
    """24-hour clock: "3:30 CH" is 15, "12 SA" is 0, and "13:05 PM" stays as one CMS prints it."""
    half = (half or "").lower()
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    return 0 if half in ("sa", "am") and hour == 12 else hour


def _read_relative(text: str, *, seen_at: datetime) -> Moment | None:
    match = _RELATIVE.search(text)
    if not match:
        return None
    import dateparser  # 0.3 s to import: only the pages that print no date pay for it

    local = seen_at.astimezone(VIETNAM).replace(tzinfo=None)
    if match[0].lower() == "vừa xong":
        return Moment(local.replace(tzinfo=VIETNAM), Precision.MINUTE, text)
    settings = {"RELATIVE_BASE": local, "DATE_ORDER": "DMY", "TIMEZONE": "+0700", "TO_TIMEZONE": "+0700"}
    found = dateparser.parse(match[0], languages=["vi"], settings=settings)
    if found is None:
        return None
    exact = "giờ" in match[0] or "phút" in match[0] or "giây" in match[0]
    at = found.replace(tzinfo=VIETNAM)
    if exact:
        return Moment(at, Precision.MINUTE, text)
    return Moment(at.replace(hour=0, minute=0, second=0, microsecond=0), Precision.DAY, text)

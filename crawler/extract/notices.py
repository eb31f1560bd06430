"""The wordings of pages that are notices, not articles: an error, a check, a login, a domain for sale.

A title is split at its dashes and bars; a part that is nothing but the notice gives the page away. The same words
inside a headline do not: "Lỗi 404 là gì?" is an article.
"""

import re
from collections.abc import Iterable, Mapping

from archive import Reason

_PART = re.compile(r"\s+[|»–—-]\s+|\s*[:|]\s+")
_EDGES = " .,!?…\"'“”()[]:;|–—-"


def _whole(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{form})" for form in forms), re.IGNORECASE)


_SITE = (
    r"(?:trang(?: web| tin| thông tin(?: điện tử)?)?|web ?site|hệ thống|máy chủ|cổng(?: thông tin)?(?: điện tử)?|site)"
)
_THING = (
    r"(?:trang|bài(?: viết| báo)?|(?:bản )?tin(?: bài| tức)?|nội dung|đường dẫn|liên kết|địa chỉ|chuyên mục|"
    r"dữ liệu)"
)
_GONE = (
    r"(?:không (?:còn |được |thể )*(?:tồn tại|khả dụng|tìm thấy|nữa)|"
    r"(?:đã|bị)(?: bị| được)? (?:xóa|xoá|gỡ|hạ)(?: bỏ| xuống)?|đã hết hạn)"
)

_TITLES: Mapping[Reason, re.Pattern[str]] = {
    Reason.SOFT_404: _whole(
        r"(?:(?:lỗi|error|http|status|oops)\W*)*(?:404|410)(?:\W+(?:error|lỗi|gone|(?:page |file )?not found))?",
        r"(?:error\W+)?(?:the )?(?:\w+ )?(?:can(?:not|'t) be |could not be |was |is )?not found",
        r"(?:page|article|post|content) (?:\w+ ){0,4}"
        r"(?:not found|no longer \w+|does(?:n't| not) exist|(?:been )?removed)",
        rf"(?:rất tiếc|xin lỗi|ôi|opps?|oops)?\W*không tìm thấy (?:\w+ ){{0,2}}?{_THING}(?: \w+){{0,4}}",
        rf"(?:rất tiếc|xin lỗi|ôi|opps?|oops)?\W*{_THING}(?: \w+){{0,6}} {_GONE}(?: \w+){{0,6}}",
    ),
    Reason.ERROR_PAGE: _whole(
        r"(?:(?:lỗi|error|http|status)\W*)*(?:400|403|429|50[0-4]|52\d)"
        r"(?:\W+(?:error|forbidden|bad (?:request|gateway)|too many requests|(?:internal )?server error|"
        r"service (?:temporarily )?unavailable|gateway time-?out|web server is down|lỗi máy chủ))?",
        r"access denied|forbidden|bad gateway|service (?:temporarily )?unavailable|"
        r"(?:internal |runtime |server )+error",
        r"server error in .*|database (?:connection )?error|error establishing a database connection",
        r"lỗi (?:hệ thống|máy chủ|kết nối|cơ sở dữ liệu|truy cập)|đã (?:có lỗi xảy ra|xảy ra lỗi)",
        rf"(?:{_SITE} )?(?:(?:hiện|đang|tạm thời|tạm) )*(?:được )?(?:bảo trì|nâng cấp|ngừng hoạt động)(?: {_SITE})?",
        r"thông báo bảo trì(?: (?:hệ thống|website))?|(?:site |website )?(?:is )?(?:currently )?"
        r"(?:under|scheduled|down for|undergoing) (?:scheduled )?(?:maintenance|construction)(?: mode)?|"
        r"maintenance(?: mode)?",
        r"welcome to nginx|apache2? .*default page.*|iis windows(?: server)?|it works|index of /.*|test page for .*",
    ),
    Reason.CAPTCHA: _whole(
        r"just a moment|one moment,? please|(?:please )?wait(?: a moment| for .*)?|attention required|captcha",
        r"checking (?:your browser|if the site|the security).*|ddos\W?(?:guard|protection).*|"
        r"sorry,? you have been blocked",
        r"(?:security|human|bot|browser) (?:check|verification)|access to this page has been denied|"
        r"pardon our interruption",
        r"(?:are you|verify(?:ing)? (?:that )?you(?:'re| are)) (?:a |not a )?(?:human|robot).*|robot check|"
        r"bạn không phải .*robot",
        r"(?:xin|vui lòng)(?: vui lòng)? (?:chờ|đợi)(?: \w+){0,6}|"
        r"đang (?:kiểm tra|xác minh) (?:trình duyệt|kết nối|bảo mật).*",
        r"xác (?:minh|thực|nhận) (?:bạn|người dùng|truy cập|bảo mật|con người|không phải).*|kiểm tra bảo mật",
    ),
    Reason.LOGIN: _whole(
        r"(?:trang )?đăng nhập(?: (?:hệ thống|tài khoản|thành viên|để (?:tiếp tục|đọc tiếp|xem)(?: \w+){0,3}))?",
        r"(?:please )?(?:log|sign) ?(?:in|on)(?: (?:page|required|to continue.*))?|member login|"
        r"đăng ký(?: thành viên| tài khoản)",
    ),
    Reason.TAKEN_OVER: _whole(
        r"(?:the |this )?domain(?: name)?(?: [\w.-]+)? (?:is|may be)(?: available)? (?:for sale|parked|expired).*",
        r"[\w.-]+\.\w+ (?:is|may be) for sale.*|buy this domain|parked domain|domain (?:parking|expired|for sale)|"
        r"tên miền(?: [\w.-]+)? (?:này )?(?:đang )?(?:được )?(?:rao bán|cần bán|hết hạn|chuyển nhượng)",
    ),
}  # fmt: skip

_LINES: Mapping[Reason, re.Pattern[str]] = {
    Reason.SOFT_404: _whole(
        rf"{_THING} (?:mà )?(?:này|(?:quý \w{{1,20}}|bạn|anh/chị)[^.]{{0,40}}) (?:hiện )?{_GONE}",
        rf"không tìm thấy {_THING} (?:này|(?:mà )?(?:bạn|quý \w{{1,20}})|(?:được )?yêu cầu)",
        r"page (?:you|that)[^.]{0,40} (?:not be found|not found|does(?:n't| not) exist|no longer)",
    ),
    Reason.ERROR_PAGE: _whole(
        rf"{_SITE} (?:hiện |đang |tạm thời )*(?:được )?(?:bảo trì|nâng cấp)[^.]{{0,100}}"
        r"(?:quay lại|trở lại|thông cảm|sau)",
        r"(?:down|unavailable) for (?:scheduled )?maintenance|error establishing a database connection|"
        r"server (?:encountered|is temporarily unable)|(?:warning|fatal error): .{0,100} on line \d+",
    ),
    Reason.CAPTCHA: _whole(
        r"checking your browser|needs to review the security of your connection|"
        r"verify(?:ing)? (?:that )?you are (?:a )?human|"
        r"enable (?:javascript and )?cookies to continue|complete the (?:security check|captcha)|unusual traffic|"
        r"(?:xác minh|xác nhận|chứng minh) (?:rằng )?bạn (?:là (?:con )?người|không phải)|"
        r"nhập mã (?:captcha|xác nhận)"
    ),
    Reason.LOGIN: _whole(
        r"(?:vui lòng|bạn (?:cần|phải|hãy)|quý \w{1,20} (?:cần|vui lòng)|please) (?:đăng nhập|log ?in|sign ?in) "
        r"(?:để (?:xem|đọc|tiếp tục|truy cập)|to (?:continue|read|view|access))"
    ),
    Reason.TAKEN_OVER: _whole(
        r"(?:this |the )?domain(?: name)? (?:[\w.-]+ )?(?:is|may be) (?:for sale|parked)|buy this domain|"
        r"tên miền (?:này|[\w.-]+\.\w+) (?:đang )?(?:được )?(?:rao bán|hết hạn)"
    ),
}
SUBSCRIBE = _whole(
    r"(?:đăng ký|mua|nâng cấp)(?: \w+){0,4} (?:gói|thuê bao|tài khoản|thành viên)|"
    r"(?:để|bạn cần) (?:đọc tiếp|xem tiếp|đọc toàn bộ)|"
    r"(?:dành (?:riêng )?cho) (?:thuê bao|hội viên|thành viên|bạn đọc trả phí)|(?:bài|tin|nội dung|đọc) trả phí|"
    r"đăng ký (?:ngay |miễn phí |bản tin )*để (?:nhận|đọc|xem)|subscribe|subscription|members? only"
)
"""What the box says that stands where the rest of the text would."""
READ_ON = _whole(
    r"(?:đọc|xem) tiếp|(?:đọc|xem) (?:toàn bộ|đầy đủ)|(?:dành (?:riêng )?cho) (?:thuê bao|hội viên|thành viên)|"
    r"(?:bạn đọc|bài|tin|nội dung) trả phí|(?:to )?(?:continue|keep) reading|read (?:the )?(?:full|rest|whole)|"
    r"(?:subscribers?|members?)[ -]only|unlock (?:this|the)"
)
"""What it says if it keeps the rest of this very text; other offers sell the newspaper."""
_READ_ON_WORDS = ("tiếp", "toàn bộ", "đầy đủ", "dành", "trả phí", "read", "only", "unlock")
"""One of them is in every READ_ON: to look for them first takes a tenth of the time."""

_WANTS_SCRIPT = _whole(
    r"(?:bật|kích hoạt|hỗ trợ|enable|requires?|turn on) (?:\w+ ){0,3}javascript|"
    r"javascript (?:is |đã |đang )?(?:\w+ )?(?:disabled|required|bị tắt)"
)
LONGEST_NOTICE = 120
"""Characters of a line that is nothing but a notice."""

LOADING = _whole(
    r"^\W*(?:xin |vui lòng )*(?:chờ|đợi) (?:trong )?(?:giây lát|chút)",
    r"^\W*(?:đang tải|loading)(?: \w+){0,4}\W*$",
    r"^\W*(?:nội dung|bài viết|tin)(?: này)? đang (?:được )?(?:tải|cập nhật)\W*$",
)
"""What a page shows until its script has filled it."""
_NO_TEXT = re.compile(
    "|".join(form.pattern for form in (LOADING, SUBSCRIBE, _LINES[Reason.LOGIN], _LINES[Reason.CAPTCHA], _WANTS_SCRIPT))
)
"""In small letters: every page is asked, and to look for any case takes five times as long."""
_GAMBLING = _whole(
    r"nhà cái|cá cược|casino|sòng bạc|nổ hũ|game bài|đổi thưởng|tài xỉu|xóc đĩa|bắn cá|lô đề|slot game|kèo nhà cái|"
    r"link (?:vào|đăng nhập|tải)|soi kèo|đá gà|jackpot|baccarat|\b\w*(?:bet|win|club|vip)\d{2,}\w*|\b\w+88\b|"
    r"\b(?:8|6)8\w+"
)
_REPORTED = _whole(
    r"công an|khởi tố|bắt (?:giữ|tạm giam|quả tang)|triệt phá|xét xử|bị cáo|bị can|tòa án|toà án|police|court"
)
"""Words of news about gambling; who sells it does not use them."""
SPAM_SHARE = 0.03
"""Gambling terms per word; a text that sells it has one in ten."""


def notice_of_title(titles: Iterable[str]) -> Reason | None:
    """Return what a page is whose title, or a part of it, is a notice and nothing else."""
    parts = [part.strip(_EDGES) for title in titles for part in (title, *_PART.split(title))]
    return next((reason for reason, form in _TITLES.items() for part in parts if form.fullmatch(part)), None)


def says_gone(lines: Iterable[str]) -> bool:
    """True if one of the lines says, and says no more, that the page is not there: "Bài viết đã bị xóa."."""
    short = [line for line in lines if len(line) <= LONGEST_NOTICE]
    whole, within = _TITLES[Reason.SOFT_404], _LINES[Reason.SOFT_404]
    parts = (part.strip(_EDGES) for line in short for part in (line, *_PART.split(line)))
    return any(map(whole.fullmatch, parts)) or any(map(within.search, short))


def is_offer(line: str) -> bool:
    """True for a line that sells the rest of the text."""
    folded = line.casefold()
    if not any(word in folded for word in _READ_ON_WORDS):
        return False
    return READ_ON.search(line) is not None and SUBSCRIBE.search(line) is not None


def is_no_text(line: str) -> bool:
    """True for a line that stands where a text should be, and is none: it loads, sells, or asks for a login."""
    return _NO_TEXT.search(line.casefold()) is not None


def notice_of_lines(lines: Iterable[str]) -> Reason | None:
    """Return what a short page is by the sentences that address its reader."""
    texts = list(lines)
    return next((reason for reason, form in _LINES.items() for text in texts if form.search(text)), None)


def sells_gambling(title: str, text: str, count: int) -> bool:
    """True for the spam on domains that a newspaper lost; `count` is the number of words in `text`."""
    return (
        len(set(_GAMBLING.findall(title))) >= 2
        and len(_GAMBLING.findall(text)) >= count * SPAM_SHARE
        and not _REPORTED.search(f"{title} {text}")
    )

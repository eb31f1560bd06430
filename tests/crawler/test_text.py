"""From bytes to text: every charset, compression and stray character that was seen on pages."""

import gzip
import sys
import unicodedata
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import brotli
import pytest

from archive import Reason, Refusal
from archive.compressed import LARGEST_BODY, unpack
from crawler.extract.article import extract
from crawler.extract.charset import decode
from crawler.extract.text import tidy, words_among
from crawler.page import Page

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = "Đại hội Đảng bộ tỉnh, kỳ họp thứ Ba: “Ủy ban” và người dân Khe Vàng – ước mơ đã thành."
HTML = f"<html><head><title>Đại hội</title></head><body><h1>Đại hội</h1>{f'<p>{TEXT}</p>' * 4}</body></html>"
FRENCH = "<h1>Été à Huế</h1><p>Le conseil a été réélu où l’on a dîné, ça alors.</p>".replace("ế", "e")


def declared(label: str, text: str = HTML) -> str:
    return text.replace("<head>", f'<head><meta http-equiv="Content-Type" content="text/html; charset={label}">')


def vietnamese(text: str) -> bytes:
    """Encode as windows-1258: a letter with one mark is one character, and its tone is the next character."""
    out = bytearray()
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, *marks = list(unicodedata.normalize("NFD", letter))
            tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
            shape = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in tones))
            out += (shape + "".join(tones)).encode("cp1258")
    return bytes(out)


CHARSETS = {
    "UTF-8": (HTML.encode(), None),
    "UTF-8 with its mark": (HTML.encode("utf-8-sig"), None),
    "UTF-8, header Latin 1": (HTML.encode(), "text/html; charset=iso-8859-1"),
    "UTF-8, declared Latin 1": (declared("iso-8859-1").encode(), "text/html"),
    "UTF-8, declared windows-1258": (declared("windows-1258").encode(), None),
    "UTF-8, declared UTF-16": (declared("utf-16").encode(), "text/html; charset=utf-16"),
    "UTF-8, label of no charset": (declared("rot13").encode(), "text/html; charset=none"),
    "UTF-8 with a mark, header windows-1252": (HTML.encode("utf-8-sig"), "text/html; charset=windows-1252"),
    "UTF-16 with its mark": (HTML.encode("utf-16"), None),
    "UTF-16 of the other order": (b"\xfe\xff" + HTML.encode("utf-16-be"), None),
    "UTF-16 without a mark": (HTML.encode("utf-16-le"), None),
    "UTF-16 of the other order without a mark": (HTML.encode("utf-16-be"), "text/html; charset=utf-8"),
    "UTF-32 with its mark": (HTML.encode("utf-32"), None),
    "UTF-32 without a mark": (HTML.encode("utf-32-be"), None),
    "windows-1258, declared": (vietnamese(declared("windows-1258")), None),
    "windows-1258, header": (vietnamese(HTML), "text/html; charset=windows-1258"),
    "windows-1258, header Latin 1": (vietnamese(declared("windows-1258")), "text/html; charset=ISO-8859-1"),
    "windows-1258, header UTF-8": (vietnamese(declared("windows-1258")), "text/html; charset=utf-8"),
    "windows-1258, declared UTF-8": (vietnamese(declared("utf-8")), "text/html; charset=windows-1258"),
    "windows-1258, header of another": (vietnamese(declared("windows-1258")), "text/html; charset=windows-1251"),
    "windows-1258, odd label": (vietnamese(declared("x-cp1258")), None),
    "windows-1258, no label": (vietnamese(HTML), None),
    "NFD": (unicodedata.normalize("NFD", HTML).encode(), None),
    "NFD and NFC": ((HTML[:400] + unicodedata.normalize("NFD", HTML[400:])).encode(), None),
    "references": (HTML.encode("ascii", "xmlcharrefreplace"), "text/html; charset=iso-8859-1"),
    "encoded twice as Latin 1": (HTML.encode().decode("latin-1").encode(), None),
    "encoded twice as windows-1252": (
        "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in HTML.encode()).encode(),
        None,
    ),
    "body encoded twice, template not": (
        declared("utf-8", HTML.replace(TEXT, TEXT.encode().decode("latin-1"))).encode(),
        None,
    ),
    "Eth for Đ": (HTML.replace("Đ", "Ð").replace("đ", "ð").encode(), None),
    "NUL": (HTML.replace("ại", "ạ\0i").encode(), None),
    "control characters": (HTML.replace(" ", " \x01\x1b\x7f").encode(), None),
    "invisible characters": (HTML.replace("hội", "h\u200bộ\u200ci\ufeff\u00ad\u2060\u202a").encode(), None),
    "references to surrogates": (HTML.replace("hội", "hội&#xD800;&#56320;").encode(), None),
    "named references": (HTML.replace("“", "&ldquo;").replace("”", "&rdquo;").replace("–", "&ndash;").encode(), None),
    "no-break spaces": (HTML.replace("Đảng bộ", "Đảng&nbsp;\u00a0bộ").encode(), None),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARSETS)
def test_page_has_its_letters(name: str) -> None:
    body, content_type = CHARSETS[name]
    result = extract(Page("https://example.org/a.html", body, datetime(2026, 9, 20, tzinfo=UTC), content_type))
    assert result.article is not None, result.refusal
    assert result.article.title == "Đại hội"
    assert result.article.body.split("\n") == [TEXT] * 4


def test_stray_bytes_cost_no_other_letter() -> None:
    body = HTML.encode().replace(b"Khe", b"\xffKhe", 1)
    assert decode(body, "text/html; charset=iso-8859-1") == HTML.replace("Khe", "\ufffdKhe", 1)


def test_page_cut_inside_a_letter_is_still_utf_8() -> None:
    whole = HTML[: HTML.index("Đại", 60) + 1].encode()
    assert decode(whole[:-1], "text/html; charset=windows-1252") == HTML[: HTML.index("Đại", 60)] + "\ufffd"


@pytest.mark.parametrize("label", ["iso-8859-1", "latin1", "us-ascii", "windows-1252", "utf-8", "x-unknown"])
def test_western_page_is_windows_1252(label: str) -> None:
    assert decode(FRENCH.encode("cp1252"), f"text/html; charset={label}") == FRENCH


def test_other_scripts_are_read_by_their_label() -> None:
    assert "中文" in decode('<meta charset="gb2312"><p>中文</p>'.encode("gb18030"))


@pytest.mark.parametrize(
    "text",
    ["«khám phá»", "phá»", "à la Ã", "XÃ ĐỨC XUÂN", "São Paulo, Älv, Æsir"],
)
def test_letters_that_look_broken_and_are_not_stay(text: str) -> None:
    assert decode((text * 20).encode()) == text * 20


def test_what_cannot_be_mended_whole_is_left() -> None:
    broken = HTML.encode().decode("latin-1").replace("\xa0", " ") * 3
    assert decode(broken.encode()) == broken


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Ði  tới\u00a0đâu", "Đi tới đâu"),
        ("e\u0302\u0323", "ệ"),
        ("a\ud800b\udfffc", "abc"),
        ("a\x00b\x85c", "ab c"),
        ("lối\u200c đi\u200d", "lối đi"),
        ("ក\u200cខ", "ក\u200cខ"),
        ("ខ\u17d2មែរ", "ខ\u17d2មែរ"),  # joins two letters
        ("\u200dlối", "lối"),
        ("lối\u034fđi", "lốiđi"),
        (" lối\n  đi ", "lối đi"),
        ("\u202eabc\u202c", "abc"),
    ],
)
def test_tidy(text: str, want: str) -> None:
    assert tidy(text) == want


def raw_deflate(data: bytes) -> bytes:
    writer = zlib.compressobj(wbits=-15)
    return writer.compress(data) + writer.flush()


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip twice": lambda data: gzip.compress(gzip.compress(data)),
    "gzip in two members": lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:]),
    "deflate": zlib.compress,
    "deflate without header": raw_deflate,
    "brotli": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("name", COMPRESSED)
def test_compressed_body_is_unpacked(name: str) -> None:
    assert unpack(COMPRESSED[name](HTML.encode())) == HTML.encode()


@pytest.mark.parametrize("name", COMPRESSED)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_body_that_is_not_compressed_stays(name: str, mark: bytes) -> None:
    body = mark + f"<p>{name}</p>".encode()
    assert unpack(body) == body


@pytest.mark.parametrize("name", COMPRESSED)
def test_cut_body_is_truncated(name: str) -> None:
    numbers = "".join(f"<p>{n * n}</p>" for n in range(9000)).encode()
    body = COMPRESSED[name](HTML.encode() + numbers)
    assert reason_of(body[: len(body) // 2]) == Reason.TRUNCATED


def test_wrong_checksum_is_truncated() -> None:
    body = bytearray(gzip.compress(HTML.encode()))
    body[-6] ^= 1
    assert reason_of(bytes(body)) == Reason.TRUNCATED


@pytest.mark.parametrize("name", [name for name in COMPRESSED if "members" not in name])
def test_too_much_is_refused_and_the_most_is_not(name: str) -> None:
    most = b"<p>" + bytes(b" " * (LARGEST_BODY - 3))
    assert unpack(COMPRESSED[name](most)) == most
    assert reason_of(COMPRESSED[name](most + b" ")) == Reason.TOO_LARGE


def test_bytes_that_are_no_text_are_refused() -> None:
    noise = bytes((n * n * 7919 >> 5) % 256 for n in range(4000))
    for body in (noise, b"\x7fELF\x01" + noise, b"\xd0\xcf\x11\xe0" + noise, b'{"text": "x"}'):
        result = extract(Page("https://example.org/a.html", body, datetime(2026, 9, 20, tzinfo=UTC)))
        assert result.refusal is not None
        assert result.refusal.reason == Reason.NOT_HTML


def reason_of(body: bytes) -> Reason | None:
    found = unpack(body)
    return found.reason if isinstance(found, Refusal) else None


@pytest.mark.parametrize(
    ("word", "is_there"),
    [
        ("bão", True),
        ("lúa", True),  # between quotes
        ("đông", True),  # a capital in the text, and the first word of a line
        ("xuân", False),  # a part of "xuân_hè"
        ("ba", False),  # a part of "bay"
        ("đỏ", True),  # behind a word that ends with it
        ("mía", False),
    ],
)
def test_a_word_is_looked_for_whole(word: str, is_there: bool) -> None:
    text = "Sau bão, giống “lúa” xuân_hè\nĐông lại bay. Giađỏ và ớt (đỏ)"
    assert words_among({word}, text) == ({word} if is_there else set())

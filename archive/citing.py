"""Citations of a stored text: one record, and a function for each format that reference managers and writers use.

A citation names the text, not only its address: the digest proves which text was cited, the time says since when the
archive has it. So the same text gives the same citation after every crawl.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Self

from archive.reading.stored import StoredArticle
from archive.record import VIETNAM
from archive.safe_text import one_line

KEY_DIGITS = 8
"""Hex digits of the uid in a citation key: with site and year, two of 10,000 cited articles rarely share them."""
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",  # BibTeX counts braces, also those behind a backslash
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "$&%#_"},
    }
)
_NO_URL = re.compile(r'[\s\\{}<>"^`|]')
"""Characters that no address has unescaped, and that end or break an address in one of the formats."""
_NO_KEY = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What is cited of one text of an article."""

    uid: str
    url: str
    title: str
    byline: tuple[str, ...]
    site: str | None
    """Name of the site file."""
    outlet: str | None
    section: tuple[str, ...]
    published: date | None
    """Day of publication in Vietnam; None when the page shows none."""
    language: str
    captured_at: datetime
    """Aware: when the archive first had this text."""
    text_sha256: str
    """Digest of title, lead, body and byline, as `Article.text_sha256`."""
    archive: str
    """What the archive is called."""

    @classmethod
    def of(cls, stored: StoredArticle, *, archive: str) -> Self:
        """Return the citation of the text in force of an article in the archive of this name."""
        article = stored.article
        return cls(
            uid=article.uid,
            url=article.url,
            title=article.title,
            byline=article.byline,
            site=stored.site,
            outlet=stored.outlet,
            section=article.section,
            published=article.published_at.astimezone(VIETNAM).date() if article.published_at else None,
            language=article.language,
            captured_at=stored.last_changed_at.astimezone(VIETNAM),
            text_sha256=stored.text_sha256,
            archive=archive,
        )

    @property
    def key(self) -> str:
        """The name of the entry, in ASCII: "baokhanhhoa-2026-3f2a91c0"."""
        year = str(self.published.year) if self.published else None
        parts = (_NO_KEY.sub("", self.site or ""), year, self.uid[:KEY_DIGITS])
        return "-".join(part for part in parts if part)

    @property
    def note(self) -> str:
        """Where the cited text is kept, and the proof of what it is."""
        captured = self.captured_at.isoformat(timespec="seconds")
        return f"Archive {self.archive}, uid {self.uid}; captured {captured}; SHA-256 of the text {self.text_sha256}"


def bibtex(citations: Sequence[Citation]) -> str:
    """Return BibTeX in UTF-8, for BibTeX and biblatex; names and titles keep their order and their capitals."""
    return "\n".join(map(_bibtex_entry, citations))


def _bibtex_entry(each: Citation) -> str:
    day = each.published.isoformat() if each.published else None
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in each.byline),
        "title": f"{{{_latex(each.title)}}}",
        "howpublished": _latex(each.outlet or ""),
        "year": day and day[:4],
        "date": day,
        "url": _plain_url(each.url),
        "urldate": each.captured_at.date().isoformat(),
        "language": _latex(each.language),
        "note": _latex(each.note),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{each.key},", *lines, "}", ""])


def ris(citations: Sequence[Citation]) -> str:
    """Return RIS: a tag, two spaces, a hyphen, a space and a value of one line; lines end with CR LF."""
    return "".join(f"{tag}  - {value}\r\n" for each in citations for tag, value in _ris_lines(each))


def _ris_lines(each: Citation) -> list[tuple[str, str]]:
    # a comma would part a family name from a given one, and the format forbids an asterisk in a name
    authors = [("AU", one_line(re.sub("[,*]", " ", name))) for name in each.byline]
    lines = [
        ("ID", each.key),
        *authors,
        ("TI", one_line(each.title)),
        ("T2", one_line(each.outlet or "")),
        ("SE", one_line(" > ".join(each.section))),
        ("PY", str(each.published.year) if each.published else ""),
        ("DA", _ris_day(each.published)),
        ("LA", one_line(each.language)),
        ("UR", _plain_url(each.url)),
        ("Y2", _ris_day(each.captured_at.date())),
        ("DP", one_line(each.archive)),
        ("AN", each.uid),
        ("N1", one_line(each.note)),
    ]
    return [("TY", "NEWS"), *((tag, value) for tag, value in lines if value), ("ER", "")]


def csl_json(citations: Sequence[Citation]) -> str:
    """Return CSL-JSON: an array of items, as Zotero, pandoc and citeproc read it."""
    return json.dumps([_csl_item(each) for each in citations], ensure_ascii=False, indent=2) + "\n"


def _csl_item(each: Citation) -> dict[str, Any]:
    item = {
        "id": each.key,
        "type": "article-newspaper",
        "title": each.title,
        "author": [{"literal": name} for name in each.byline],
        "container-title": each.outlet,
        "section": " > ".join(each.section),
        "issued": _csl_day(each.published),
        "URL": each.url,
        "accessed": _csl_day(each.captured_at.date()),
        "language": each.language,
        "archive": each.archive,
        "archive_location": each.uid,
        "note": each.note,
    }
    return {name: value for name, value in item.items() if value}


def plain(citations: Sequence[Citation]) -> str:
    """Return each citation as two lines for people: in Vietnamese, then in English."""
    return "\n".join(f"{one_line(vietnamese(each))}\n{one_line(english(each))}\n" for each in citations)


def vietnamese(each: Citation) -> str:
    """Return a citation as a Vietnamese list of references has it."""
    names = ", ".join(each.byline)
    day = f"{each.published:%d/%m/%Y}" if each.published else "không ghi ngày"
    begin = f"{names} ({day}). " if names else ""
    source = ", ".join(part for part in (each.outlet, None if names else day) if part)
    return (
        f"{begin}“{each.title}”. {source + '. ' if source else ''}{each.url}. Bản lưu lúc {each.captured_at:%H:%M} "
        f"(+07:00) ngày {each.captured_at:%d/%m/%Y} tại kho lưu trữ {each.archive}, mã {each.uid}; "
        f"SHA-256 của văn bản: {each.text_sha256}."
    )


def english(each: Citation) -> str:
    """Return a citation as an English list of references has it."""
    names = f"{', '.join(each.byline)}. " if each.byline else ""
    day = _english_day(each.published) if each.published else "no date"
    source = ", ".join(part for part in (each.outlet, day) if part)
    return (
        f"{names}“{each.title}.” {source}. {each.url}. Captured {_english_day(each.captured_at.date())}, "
        f"{each.captured_at:%H:%M} (+07:00); archive {each.archive}, uid {each.uid}; "
        f"SHA-256 of the text: {each.text_sha256}."
    )


CITATION_FORMATS: Mapping[str, Callable[[Sequence[Citation]], str]] = MappingProxyType(
    {"bibtex": bibtex, "ris": ris, "csl-json": csl_json, "plain": plain}
)
"""The name of each format, as `baotinh show --cite` takes it."""


def _latex(text: str) -> str:
    return one_line(text).translate(_LATEX)


def _plain_url(url: str) -> str:
    """Return an address without characters that a format would obey: each becomes its percent form."""
    return _NO_URL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)


def _ris_day(day: date | None) -> str:
    return f"{day:%Y/%m/%d}/" if day else ""


def _csl_day(day: date | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None


def _english_day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

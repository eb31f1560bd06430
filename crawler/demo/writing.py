"""Writes the invented articles from newsrooms/*.toml and phrases.toml, the same ones every time.

Every choice comes from a random generator seeded with the headline, so an edited story does not change the others.
"""

import random
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from archive import VIETNAM, Precision
from crawler.demo.addresses import article_path, picture_path
from crawler.demo.newsroom import (
    Block,
    DataTable,
    Heading,
    ItemList,
    Newspaper,
    Paragraph,
    Picture,
    RelatedBox,
    SampleArticle,
    SignOff,
)

HERE = Path(__file__).parent
MERGER = datetime(2025, 7, 1, tzinfo=VIETNAM)
"""From this day the provinces have the borders and names of Resolution 202/2025/QH15."""

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)(?::(\d+)-(\d+))?\}")
_WEEKDAYS = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")


@cache
def newspapers() -> tuple[Newspaper, ...]:
    """Return the three outlets of the sample site, in the order of their ports."""
    return tuple(_newspaper(HERE / "newsrooms" / f"{site}.toml") for site in ("doiche", "nanggio", "thuongnguon"))


def date_line(moment: datetime, style: str) -> str:
    """Return a date in one of the styles that Vietnamese outlets use.

    Styles: time-first "07:45, 18/12/2025", time-last "Thứ Tư, 07/01/2026, 08:20 (GMT+7)",
    dashed "08/01/2026 - 18:21", day "12/02/2025", weekday "Thứ Bảy, ngày 15/02/2025 - 07:40",
    plain "17/06/2025 13:43", gmt "07/03/2026 08:06 GMT+7", loose "Thứ năm, 7/8/2025, 07:20 (GMT+7)".
    """
    sunday = moment.weekday() == 6
    weekday = "Chủ nhật" if sunday else f"Thứ {_WEEKDAYS[moment.weekday()]}"
    forms = {
        "time-first": "%H:%M, %d/%m/%Y",
        "time-last": f"{weekday}, %d/%m/%Y, %H:%M (GMT+7)",
        "dashed": "%d/%m/%Y - %H:%M",
        "day": "%d/%m/%Y",
        "weekday": f"{weekday}, ngày %d/%m/%Y - %H:%M",
        "plain": "%d/%m/%Y %H:%M",
        "gmt": "%d/%m/%Y %H:%M GMT+7",
        "loose": f"{weekday.capitalize()}, {moment.day}/{moment.month}/%Y, %H:%M (GMT+7)",
    }
    return moment.strftime(forms[style])


def _newspaper(file: Path) -> Newspaper:
    desk = tomllib.loads(file.read_text("utf-8"))
    articles = [_article(desk, story) for story in desk["story"]]
    return Newspaper(
        site=file.stem,
        name=desk["name"],
        host=desk["host"],
        province=desk["province"],
        platform=desk["platform"],
        lead_marks=tuple(desk["lead_marks"]),
        sections={path: tuple(names) for path, names in desk["sections"].items()},
        articles=tuple(sorted(articles, key=lambda article: article.published, reverse=True)),
    )


def _article(desk: Mapping[str, Any], story: Mapping[str, Any]) -> SampleArticle:
    title, platform = story["title"], desk["platform"]
    published = _vietnamese(story["published"])
    old = story.get("old", False)
    layout = "old" if old else story.get("layout")
    style = story.get("date_style", "plain" if layout == "laocai" else desk["date_style"])
    writer = _Writer(desk, story, published=published)
    names = tuple(story.get("names", ()))
    return SampleArticle(
        path=article_path(platform, title, section=story["section"], published=published, old=old),
        title=title,
        lead=writer.fill(story["lead"]),
        lead_mark=story.get("mark"),
        blocks=tuple(writer.blocks()),
        sign_off=SignOff(names, story.get("printed", names[0] if names else None), story.get("credit")),
        published=published.replace(second=story.get("published_seconds", 0)),
        published_text=date_line(published, style),
        precision=Precision.DAY if style == "day" else Precision.MINUTE,
        modified=_vietnamese(story["modified"]) if "modified" in story else None,
        section_path=story["section"],
        section=tuple(desk["sections"][story["section"]]),
        tags=tuple(story.get("tags", ())),
        layout=layout,
        tail_only=story.get("tail_only", False) or old,
        quirks=frozenset(story.get("quirks", ())),
    )


def _vietnamese(moment: datetime) -> datetime:
    return moment.replace(tzinfo=VIETNAM)


@cache
def _phrases() -> Mapping[str, Any]:
    return tomllib.loads((HERE / "phrases.toml").read_text("utf-8"))


class _Writer:
    """Writes one story, with the same commune, crop and road throughout."""

    def __init__(self, desk: Mapping[str, Any], story: Mapping[str, Any], *, published: datetime) -> None:
        self._random = random.Random(story["title"])
        self._platform = desk["platform"]
        self._story = story
        self._subject = _phrases()["subjects"][story["subject"]]
        self._published = published
        region = _phrases()["regions"][desk["region"]]
        self._people = self._random.sample(region["nguoi"], len(region["nguoi"]))
        words = {name: self._random.choice(choices) for name, choices in region.items() if name != "nguoi"}
        words |= {name: story[name] for name in words if name in story}
        words["xa_khac"] = self._random.choice([xa for xa in region["xa"] if xa != words["xa"]])
        merged = published >= MERGER
        words["tinh"] = desk.get("province_since_july_2025", desk["province"]) if merged else desk["province"]
        # outlets in the south print 23-8, in the north 23/8
        dash = "-" if desk["region"] == "south" else "/"
        before = published - timedelta(days=1)
        words |= {
            "ngay": f"{published.day}{dash}{published.month}",
            "hom_truoc": f"{before.day}{dash}{before.month}",
            "thang": str(self._random.randint(1, published.month)),
            "nam": str(published.year),
            "nam_truoc": str(published.year - 2),
            "nam_sau": str(published.year + 1),
        }
        self._words = words

    def fill(self, phrase: str) -> str:
        """Choose one of each [a|b], then fill the {slots} with words and numbers."""
        chosen = _CHOICE.sub(lambda match: self._random.choice(match[1].split("|")), phrase)
        words = dict(self._words)
        if "nguoi}" in chosen.lower():
            person = self._people.pop()
            words |= {"nguoi": person, "goi": f"{person.split()[0]} {person.split()[-1]}"}
        return _SLOT.sub(lambda match: self._slot(match, words), chosen)

    def _slot(self, match: re.Match[str], words: Mapping[str, str]) -> str:
        name, low, high = match.groups()
        if low is None:
            word = words[name.lower()]
            return word[0].upper() + word[1:] if name[0].isupper() else word
        whole = self._random.randint(int(low), int(high))
        if name == "le":
            return f"{whole},{self._random.randint(1, 9)}"
        return f"{whole:,}".replace(",", ".")

    def blocks(self) -> list[Block]:
        """Return the body: paragraphs, with pictures, sub-headings, boxes, a list or a table between them."""
        blocks: list[Block] = []
        pictures = self._pictures()
        headings = self._subject["headings"] if self._story.get("headings") else []
        opens_with_picture = self._platform == "epi-zce"
        if opens_with_picture:
            blocks += pictures[:1]
            pictures = pictures[1:]
        for place, text in enumerate(self._paragraphs()):
            if place in (1, 3) and headings:
                blocks.append(Heading(headings[place // 2]))
            blocks.append(Paragraph(text))
            if place == 1 and self._story.get("related"):
                blocks.append(RelatedBox())
            if place in (0, 2, 3):
                blocks += pictures[:1]
                pictures = pictures[1:]
        if "list" in self._story:
            blocks += [Paragraph(_phrases()["asides"]["list"]), ItemList(tuple(self._story["list"]))]
        if "table" in self._story:
            rows = tuple(tuple(row) for row in self._story["table"])
            blocks += [Paragraph(_phrases()["asides"]["table"]), DataTable(rows)]
        return blocks

    def _paragraphs(self) -> list[str]:
        bank = self._subject["paragraphs"]
        return [
            *self._story.get("opening", ()),
            *(self.fill(bank[index]) for index in self._story["paragraphs"]),
        ]

    def _pictures(self) -> list[Picture]:
        story = self._story
        templates = story.get("captions") or self._random.sample(self._subject["captions"], story.get("pictures", 0))
        captions: list[str | None] = [self.fill(text) for text in templates]
        if len(captions) > 1 and story.get("names"):
            captions[1] = f"{captions[1]} (Ảnh: {story['names'][0]})"
        if len(captions) > 2:
            captions[2] = None  # some pictures on real pages have no caption
        return [Picture(self._picture_path(number), caption) for number, caption in enumerate(captions, start=1)]

    def _picture_path(self, number: int) -> str:
        return picture_path(
            self._platform,
            self._story["title"],
            number=number,
            published=self._published,
            old=self._story.get("old", False),
        )

"""Write a corpus of invented news whose origins are known: `python -m bench.wire_corpus N FILE [--seed N]`.

Forty newspapers print for some months what they write, what an agency sends them, what they take from each other, what
offices give to all of them, what a merged newspaper left, and texts filled in from templates. A line of FILE is an
article in the order of its capture, with the `truth`: `stories` (numbers of the stories that its text is from), `kind`
(own, agency, exchange, same-house, press-release or the name of a template), `origin` (the address of the article that
it is from; null for none of them) and `from` (the site of that one).
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import click

from archive import VIETNAM, Article, Precision
from bench.wire_forms import filled_form
from bench.wire_papers import PROVINCES, Paper, papers
from bench.wire_text import Writer, filled_template

START = datetime(2025, 3, 1, tzinfo=VIETNAM)
SHARES = {"own": 58, "agency": 6, "exchange": 8, "same-house": 3, "press-release": 1, "merged": 1.2, "template": 14}
"""How often each kind of event happens; most print more than one article."""
AGENCY = ("TTXVN", "TTXVN/Vietnam+", "Theo TTXVN")
OFFICES = ("Văn phòng Tỉnh ủy", "Ban Tuyên giáo Tỉnh ủy", "Ủy ban Kiểm tra Tỉnh ủy", "Văn phòng Trung ương Đảng")


@dataclass(frozen=True, slots=True)
class Text:
    """A text, as somebody prints it."""

    title: str
    lead: str
    body: tuple[str, ...]
    byline: str | None = None
    credit: str | None = None
    mark: str | None = None
    last_line: str | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """An article, and where it is from."""

    article: Article
    site: str
    seen_at: datetime
    truth: dict[str, Any] = field(hash=False)

    def as_record(self) -> dict[str, Any]:
        """Return it as a line of the corpus."""
        shown = self.article
        return {
            "url": shown.url,
            "site": self.site,
            "seen_at": self.seen_at.isoformat(),
            "title": shown.title,
            "lead": shown.lead,
            "lead_mark": shown.lead_mark,
            "body": shown.body,
            "byline": list(shown.byline),
            "source_credit": shown.source_credit,
            "published_at": shown.published_at and shown.published_at.isoformat(),
            "published_precision": shown.published_precision,
            "truth": self.truth,
        }


class Corpus:
    """The corpus of a seed."""

    def __init__(self, *, seed: int, number: int = 40, days: int = 90, forms: int = 0) -> None:
        """Prepare the newspapers. `forms`: how often texts with one filled-in word are printed, beside SHARES."""
        self._draw = random.Random(seed)
        self._writer = Writer(self._draw)
        self.papers = papers(number)
        self._days = days
        self._shares = {**SHARES, "form": forms}
        self._stories = count(1)
        self._addresses = count(1)

    def articles(self, number: int) -> list[Printed]:
        """Return that many articles, in the order of their capture."""
        made: list[Printed] = []
        makers = {
            "own": self._own,
            "agency": self._agency,
            "exchange": self._exchange,
            "same-house": self._same_house,
            "press-release": self._release,
            "merged": self._merged,
            "template": self._template,
            "form": self._form,
        }
        while len(made) < number:
            kind = self._draw.choices(list(self._shares), weights=list(self._shares.values()))[0]
            made += makers[kind]()
        return sorted(made[:number], key=lambda each: each.seen_at)

    def _moment(self) -> datetime:
        return START + timedelta(minutes=self._draw.randrange(self._days * 1440))

    def _later(self, moment: datetime, hours: float) -> datetime:
        return moment + timedelta(minutes=2 + self._draw.expovariate(1 / (hours * 60)))

    def _text(self, place: str | None = None) -> Text:
        paragraphs = self._writer.paragraphs(self._draw.randint(4, 9), place)
        return Text(self._writer.title(), self._writer.sentence(14, 30), tuple(paragraphs))

    def _own(self) -> list[Printed]:
        paper = self._draw.choice(self.papers)
        return [self._print(paper, self._signed(paper, self._text(paper.place)), self._moment(), kind="own")]

    def _signed(self, paper: Paper, text: Text) -> Text:
        draw = self._draw
        byline = self._writer.name() if draw.random() < 0.75 else None
        return replace(text, byline=byline, mark=f"({paper.mark})" if draw.random() < 0.4 else None)

    def _agency(self) -> list[Printed]:
        return self._wired(self._text(), self._moment(), next(self._stories))

    def _wired(self, text: Text, moment: datetime, story: int) -> list[Printed]:
        """Return what newspapers print of an agency's text; a corrected one follows it."""
        draw = self._draw
        takers = draw.sample(self.papers, min(len(self.papers), draw.choice((2, 3, 3, 4, 5, 7, 9, 14, 22))))
        corrected = self._corrected(text) if draw.random() < 0.15 else text
        printed = []
        for place, paper in enumerate(takers):
            taken = corrected if place >= len(takers) / 2 else text
            shown = self._credited(self._edited(taken, paper))
            at = self._later(moment, draw.choice((1, 4, 20)))
            printed.append(self._print(paper, shown, at, kind="agency", stories=(story,)))
        return printed

    def _credited(self, text: Text) -> Text:
        """Return a text with a credit of the agency, or without any."""
        draw = self._draw
        form = draw.choices(("credit", "mark", "last", "byline", "end", "none"), (30, 20, 20, 8, 8, 14))[0]
        if form == "credit":
            return replace(text, credit=draw.choice(AGENCY))
        if form == "mark":
            return replace(text, mark="(TTXVN)")
        if form == "last":
            return replace(text, last_line=draw.choice(("Theo TTXVN", "(TTXVN/Vietnam+)", "Nguồn: TTXVN")))
        if form == "byline":
            return replace(text, byline=f"{self._writer.name()} (TTXVN)", credit="TTXVN")
        return replace(text, body=(*text.body[:-1], text.body[-1] + "/.")) if form == "end" else text

    def _exchange(self) -> list[Printed]:
        draw = self._draw
        paper = draw.choice(self.papers)
        story, moment = next(self._stories), self._moment()
        own = self._signed(paper, self._text(paper.place))
        first = self._print(paper, own, moment, kind="exchange", stories=(story,), is_origin=True)
        printed = [first]
        for taker in draw.sample(self.papers, draw.choice((1, 1, 2, 2, 3, 5))):
            if taker is not paper:
                shown = self._from_paper(self._edited(own, taker), paper)
                at = self._later(moment, draw.choice((2, 8, 30)))
                printed.append(self._print(taker, shown, at, kind="exchange", stories=(story,), origin=first))
        return printed

    def _from_paper(self, text: Text, paper: Paper) -> Text:
        """Return a text with a credit of the newspaper that wrote it, with its mark, or with nothing."""
        draw = self._draw
        byline = text.byline if draw.random() < 0.3 else None
        text = replace(text, byline=byline, mark=None)
        form = draw.choices(("credit", "last", "host", "mark", "none"), (25, 25, 5, 15, 30))[0]
        if form == "credit":
            return replace(text, credit=paper.name)
        if form == "last":
            return replace(text, last_line=f"Theo {paper.name}")
        if form == "host":
            return replace(text, last_line=f"Nguồn: {paper.home}")
        return replace(text, mark=f"({paper.mark})") if form == "mark" else text

    def _same_house(self) -> list[Printed]:
        draw = self._draw
        old = draw.choice([each for each in self.papers if each.merged_into])
        new = next(each for each in self.papers if each.site == old.merged_into)
        story, moment = next(self._stories), self._moment()
        own = self._signed(old, self._text(old.place))
        first = self._print(old, own, moment, kind="same-house", stories=(story,), is_origin=True)
        # the copy often has the day of the first print
        at = moment if draw.random() < 0.5 else self._later(moment, 40)
        copy = self._print(new, own, at, kind="same-house", stories=(story,), origin=first)
        return [first, replace(copy, seen_at=copy.seen_at + timedelta(days=draw.randint(0, 60)))]

    def _release(self) -> list[Printed]:
        draw = self._draw
        story, moment, office = next(self._stories), self._moment(), draw.choice(OFFICES)
        text = replace(
            self._text(),
            title=f"Thông cáo báo chí {self._writer.title()}" if draw.random() < 0.5 else self._writer.title(),
        )
        printed = []
        for paper in draw.sample(self.papers, min(len(self.papers), draw.randint(3, 12))):
            shown = self._edited(text, paper)
            if draw.random() < 0.5:
                shown = replace(shown, credit=office)
            at = self._later(moment, 3)
            printed.append(self._print(paper, shown, at, kind="press-release", stories=(story,)))
        return printed

    def _merged(self) -> list[Printed]:
        """Return two stories of an agency, and newspapers that make one text of both."""
        draw = self._draw
        moment, stories = self._moment(), (next(self._stories), next(self._stories))
        texts = self._text(), self._text()
        printed = [
            each for text, story in zip(texts, stories, strict=True) for each in self._wired(text, moment, story)
        ]
        for paper in draw.sample(self.papers, draw.choice((1, 1, 2))):
            kept = [list(text.body)[: max(2, round(len(text.body) * draw.uniform(0.45, 1)))] for text in texts]
            whole = replace(texts[0], title=self._writer.title(), body=(*kept[0], texts[1].lead, *kept[1]))
            at = self._later(moment + timedelta(hours=30), 10)
            printed.append(self._print(paper, self._credited(whole), at, kind="agency", stories=stories))
        return printed

    def _template(self) -> list[Printed]:
        paper, moment = self._draw.choice(self.papers), self._moment()
        kind, title, body = filled_template(self._writer, paper.place, f"{moment.day}-{moment.month}")
        return [self._print(paper, Text(title, "", tuple(body)), moment, kind=kind)]

    def _form(self) -> list[Printed]:
        kind, title, body = filled_form(self._writer)
        return [self._print(self._draw.choice(self.papers), Text(title, "", tuple(body)), self._moment(), kind=kind)]

    def _corrected(self, text: Text) -> Text:
        """Return a text in which a sentence has another number and another name."""
        place = self._draw.randrange(len(text.body))
        words = text.body[place].split()
        for n, word in enumerate(words):
            if word.isdigit():
                words[n] = str(int(word) + self._draw.randint(1, 9))
                break
        changed = (*text.body[:place], " ".join(words), *text.body[place + 1 :])
        return replace(text, body=(*changed[:-1], f"{changed[-1]} {self._writer.sentence()}"))

    def _edited(self, text: Text, paper: Paper) -> Text:
        """Return a text as another newspaper prints it: cut, with another title, with a paragraph of its own."""
        draw, body = self._draw, list(text.body)
        if draw.random() < 0.45:
            body = body[: max(1, round(len(body) * draw.uniform(0.35, 0.95)))]
        if draw.random() < 0.2 and len(body) > 3:
            del body[draw.randrange(1, len(body))]
        if draw.random() < 0.15:
            body = [each.replace("Ủy ban nhân dân", "UBND").replace("Hội đồng nhân dân", "HĐND") for each in body]
        if draw.random() < 0.15:
            body.append(self._writer.paragraphs(1, paper.place)[0])
        title = self._writer.title() if draw.random() < 0.4 else text.title
        return replace(
            text,
            title=title,
            lead=self._writer.sentence(14, 30) if draw.random() < 0.2 else text.lead,
            body=tuple(body),
        )

    def _print(
        self,
        paper: Paper,
        text: Text,
        at: datetime,
        *,
        kind: str,
        stories: Sequence[int] = (),
        origin: Printed | None = None,
        is_origin: bool = False,
    ) -> Printed:
        draw = self._draw
        url = f"{paper.home}tin/{next(self._addresses)}.html"
        form = draw.choices(("minute", "day", "none"), (80, 12, 8))[0]
        at = at.replace(second=0, microsecond=0)
        shown = {"minute": at, "day": at.replace(hour=0, minute=0), "none": None}[form]
        in_text = text.mark and draw.random() < 0.4
        lead = f"{text.mark} - {text.lead}" if in_text else text.lead
        article = Article(
            url=url,
            title=text.title,
            lead=lead or None,
            lead_mark=None if in_text else text.mark,
            body="\n".join((*text.body, *([text.last_line] if text.last_line else []))),
            byline=(text.byline,) if text.byline else (),
            source_credit=text.credit,
            published_at=shown,
            published_precision=Precision(form) if shown else None,
        )
        seen_at = at + timedelta(minutes=draw.choice((5, 40, 300, 1500)) * draw.uniform(0.2, 1))
        truth = {
            "stories": list(stories),
            "kind": kind,
            "origin": url if is_origin else origin and origin.article.url,
            "from": paper.site if is_origin else origin and origin.site,
        }
        return Printed(article, paper.site, seen_at, truth)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("number", type=click.IntRange(1))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--papers", "papers_", type=click.IntRange(2, len(PROVINCES)), default=40, show_default=True)
@click.option("--days", type=click.IntRange(1), default=90, show_default=True)
def main(*, number: int, file: Path, seed: int, papers_: int, days: int) -> None:
    """Write NUMBER articles to FILE as JSON lines."""
    made = Corpus(seed=seed, number=papers_, days=days).articles(number)
    with file.open("w", encoding="utf-8") as lines:
        for each in made:
            lines.write(json.dumps(each.as_record(), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

"""Results of a run: one row of shares and milliseconds per extractor, and the worst pages of one extractor."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from bench.pages import BenchPage
from bench.scores import FIELDS, Answer, Score

QUALITY = ("title", "day", "minute", "byline", "body F1", "caption leak", "lead", "all right")
SPEED = ("cpu p50", "cpu p95")
FIELD_OF = {"day": "published", "minute": "published", "body F1": "body", "caption leak": "body"}
"""Column → the field of an answer that it measures, where the names differ."""
SHOWN = 160
"""Characters of a value in the text for people; --json has the whole value."""


@dataclass(frozen=True, slots=True)
class Run:
    """The answers of one extractor for all pages, in the same order."""

    version: str
    answers: tuple[Answer, ...]
    scores: tuple[Score, ...]


def row(run: Run) -> dict[str, float | None]:
    """Return the columns of a run: shares from 0 to 1, and milliseconds; None for a field that it never gives."""
    scores = run.scores
    whole = _share(each.right.get("captions") for each in scores)
    columns = {name: _share(each.right.get(name) for each in scores) for name in QUALITY}
    columns |= {
        "body F1": _share(each.body_f1 for each in scores),
        "caption leak": None if whole is None else 1 - whole,
        "all right": _share(each.all_right for each in scores),
    }
    given = {field for field in ("title", "published", "byline", "lead", "body") if _gives(run, field)} | {"all right"}
    cpu = sorted(each.cpu_ms for each in run.answers if each.cpu_ms is not None)
    return {
        **{name: columns[name] if FIELD_OF.get(name, name) in given else None for name in QUALITY},
        "cpu p50": median(cpu) if cpu else None,
        "cpu p95": cpu[math.ceil(0.95 * len(cpu)) - 1] if cpu else None,
    }


def _gives(run: Run, field: str) -> bool:
    return any(getattr(answer, field) for answer in run.answers)


def _share(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def table(runs: Mapping[str, Run]) -> str:
    """Return the rows as a Markdown table."""
    heads = [*QUALITY, *(f"{name} ms" for name in SPEED)]
    lines = [f"| extractor | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for name, run in runs.items():
        found = row(run)
        cells = [_cell(found[column], digits=1 if column in SPEED else 3) for column in (*QUALITY, *SPEED)]
        lines.append(f"| {name} {run.version} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(value: float | None, *, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def worst(pages: Sequence[BenchPage], run: Run, count: int) -> list[dict[str, Any]]:
    """Return the pages with the most wrong fields, worst first.

    Each field is [wanted, given]: for a body only the lines that differ, for captions those that leaked into the body.
    """
    found: list[dict[str, Any]] = []
    for page, answer, scored in zip(pages, run.answers, run.scores, strict=True):
        wrong = {field: _difference(page, answer, field) for field in FIELDS if not scored.right.get(field, True)}
        if wrong:
            found.append({"page": page.name, "trouble": answer.trouble, "body_f1": scored.body_f1, "wrong": wrong})
    return sorted(found, key=lambda each: (-len(each["wrong"]), each["body_f1"] or 0.0))[:count]


def _difference(page: BenchPage, answer: Answer, field: str) -> list[Any]:
    if field == "captions":
        return [[], [caption for caption in page.truth.captions if caption in answer.body]]
    if field == "body":
        want, got = (text.split("\n") for text in (page.truth.body or "", answer.body))
        return [[line for line in want if line not in got], [line for line in got if line not in want]]
    return [getattr(page.truth, field), getattr(answer, field)]


def worst_text(found: Sequence[Mapping[str, Any]], name: str) -> str:
    """Return the worst pages as text for people."""
    lines = [f"Pages where {name} is wrong:" if found else f"{name} is right on every page."]
    for each in found:
        lines.append(" ".join(filter(None, (each["page"], each["trouble"]))))
        for field, (want, got) in each["wrong"].items():
            lines += [f"  {field}: want {_short(want)}", f"  {'':<{len(field)}}  got  {_short(got)}"]
    return "\n".join(lines)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]} … {text[-SHOWN // 3 :]}"

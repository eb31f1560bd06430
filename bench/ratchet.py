"""What the generic path reads right, pinned in scores.json: a change may not lose any of it.

Of the project's own pages each field is pinned, of the public sets the shares of pages. With layouts every field of
the own pages is right, so nothing needs to be pinned.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.pages import BenchPage
from bench.peers import PEERS
from bench.scores import FIELDS, Answer, score
from bench.tables import Run, row

SCORES = Path(__file__).with_name("scores.json")
PINNED = "baotinh-no-layouts"
SHARES = ("title", "day", "minute", "byline", "body F1", "lead", "all right")
"""Columns of a set that are pinned."""
DIGITS = 4
"""Of a pinned share: a field of one page of a set of 200 counts."""
Fields = dict[str, dict[str, bool]]
"""Page → field → whether it is right; only fields that the truth has."""
Shares = dict[str, float]
"""Column → share of the pages of a set, 0 to 1; only columns that the set has."""


def pinned() -> dict[str, Any]:
    """Return what scores.json pins: `pages`, page → its right fields, and `sets`, set → its shares."""
    found: dict[str, Any] = json.loads(SCORES.read_text(encoding="utf-8"))
    return found


def judge(pages: Sequence[BenchPage], name: str) -> Fields:
    """Read the pages with one of our two extractors, in this process."""
    scores = _read(pages, name).scores
    return {
        page.name: {field: found.right[field] for field in FIELDS if field in found.right}
        for page, found in zip(pages, scores, strict=True)
    }


def shares_of(run: Run) -> Shares:
    """Return the shares of a run that are pinned."""
    columns = row(run)
    return {name: round(share, DIGITS) for name in SHARES if (share := columns[name]) is not None}


def right_fields(judged: Fields) -> dict[str, str]:
    """Return page → its right fields, as scores.json has them: "title byline body"."""
    return {name: " ".join(field for field, right in fields.items() if right) for name, fields in judged.items()}


def fallen(pinned: Mapping[str, str], judged: Fields) -> list[str]:
    """Return "page: field" for each field that is pinned as right and is wrong now; removed pages are ignored."""
    return [
        f"{name}: {field}"
        for name, fields in pinned.items()
        for field in fields.split()
        if not judged.get(name, {}).get(field, True)
    ]


def fallen_shares(pinned: Mapping[str, float], now: Shares) -> list[str]:
    """Return "column: share, was share" for each column of a set that is less than what is pinned."""
    return [
        f"{name}: {now.get(name, 0.0):.{DIGITS}f}, was {share:.{DIGITS}f}"
        for name, share in pinned.items()
        if now.get(name, 0.0) < share
    ]


def pin(pages: Sequence[BenchPage], sets: Iterable[tuple[str, Sequence[BenchPage]]]) -> None:
    """Rewrite scores.json, one page per line; sets that are not here keep what is pinned."""
    shares = {name: shares_of(_read(found, PINNED)) for name, found in sets}
    told = {"pages": right_fields(judge(pages, PINNED)), "sets": {**pinned()["sets"], **shares}}
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    SCORES.write_text(text + "\n", encoding="utf-8")


def _read(pages: Sequence[BenchPage], name: str) -> Run:
    read = PEERS[name][1]()
    answers = [Answer.read(read(page.html, {"url": page.url, "seen_at": page.seen_at})) for page in pages]
    scores = [score(page.truth, answer) for page, answer in zip(pages, answers, strict=True)]
    return Run("", tuple(answers), tuple(scores))

"""The fields that the generic path reads right, pinned page by page in scores.json: a change may not lose one.

With layouts every field of the project's own pages is right, so nothing needs to be pinned.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.pages import BenchPage
from bench.peers import PEERS
from bench.scores import Answer, score

SCORES = Path(__file__).with_name("scores.json")
PINNED = "baotinh-no-layouts"
FIELDS = ("title", "published", "byline", "lead", "body", "captions")
Fields = dict[str, dict[str, bool]]
"""Page → field → whether it is right; only fields that the truth has."""


def judge(pages: Sequence[BenchPage], name: str) -> Fields:
    """Read the pages with one of our two extractors, in this process."""
    read = PEERS[name][1]()
    found: Fields = {}
    for page in pages:
        told = read(page.html, {"url": page.url, "seen_at": page.seen_at})
        right = score(page.truth, Answer.read(told)).right
        found[page.name] = {field: right[field] for field in FIELDS if field in right}
    return found


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


def pin(pages: Sequence[BenchPage]) -> None:
    """Rewrite scores.json, one page per line."""
    text = json.dumps(right_fields(judge(pages, PINNED)), ensure_ascii=False, indent=1, sort_keys=True)
    SCORES.write_text(text + "\n", encoding="utf-8")

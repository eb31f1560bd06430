"""The README of an export: a data card for people, whose head the Hugging Face hub reads.

Everything in it comes from the exported articles, and nothing from a clock: the same archive gives the same card.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from archive.export.parquet import FIELD_KEYS, UNIT, ZONE
from archive.export.tally import Tally
from archive.reading.columns import Column, Kind

FILE_NAME = "README.md"
MOST_CREDITS = 20
"""Agencies that the card names; a long tail is spellings."""
_TIME = f"timestamp[{UNIT}, tz={ZONE}]"


def written(tally: Tally, columns: Sequence[Column], *, form: str, cursor: str) -> bytes:
    """Return the card of what was counted."""
    return "\n".join((*_head(tally, columns, form), *_body(tally, columns, cursor))).encode()


def _head(tally: Tally, columns: Sequence[Column], form: str) -> Iterator[str]:
    """Yield the front matter: every value is JSON, which YAML reads."""
    files = [{"split": "train", "path": f"data/*.{form}"}]
    head: dict[str, Any] = {
        "pretty_name": "Articles of Vietnamese provincial newspapers",
        "language": sorted(tally.languages) or ["vi"],
        "configs": [{"config_name": "default", "data_files": files}],
        "dataset_info": {"config_name": "default", "features": [_feature(column, form) for column in columns]},
    }
    yield "---"
    yield from (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items())
    yield "---"


def _feature(column: Column, form: str) -> dict[str, Any]:
    """Return the type of a column in the words of `datasets`."""
    if form == "csv" and column.kind is not Kind.NUMBER:  # its reader makes no times of text
        return {"name": column.name, "dtype": "string"}
    if column.kind is Kind.TEXTS:
        return {"name": column.name, "list": "string"}
    if column.kind is Kind.FIELDS and form == "jsonl":
        return {"name": column.name, "dtype": "json"}
    keys = FIELD_KEYS if column.kind is Kind.FIELDS else column.keys
    if keys:
        parts = [{"name": key, "dtype": _TIME if key.endswith("_at") else "string"} for key in keys]
        return {"name": column.name, "list": parts}
    types = {Kind.TIME: _TIME, Kind.DAY: "date32", Kind.NUMBER: "int64"}
    return {"name": column.name, "dtype": types.get(column.kind, "string")}


def _body(tally: Tally, columns: Sequence[Column], cursor: str) -> Iterator[str]:
    yield from ("# Articles of Vietnamese provincial newspapers", "")
    yield f"{tally.rows:,} articles, exported by baotinh from an archive at the cursor `{cursor}`: the text as the"
    yield "newspapers published it, with what the archive knows of each article. `datapackage.json` has the files with"
    yield "their columns and digests; `baotinh export --verify .` and `sha256sum -c SHA256SUMS` check them."
    yield from ("", "## When", "")
    names = {"published_date": "published", "first_seen_at": "first captured", "last_seen_at": "last seen"}
    for name, label in names.items():
        if span := tally.spans.get(name):
            yield f"- {label}: {span[0]} to {span[1]}"
    yield f"- without a date: {tally.rows - tally.known['published_date']:,} articles, whose pages show none"
    yield from ("", "## Coverage", "", "| outlet | articles | first month | last month | months without an article |")
    yield "|---|---:|---|---|---|"
    yield from _coverage(tally)
    yield from (
        "",
        "A month without an article is a gap in this export. It does not say whether the newspaper published any.",
    )
    yield from ("", "## Fields", "", "| field | meaning | articles that have it |", "|---|---|---:|")
    for column in columns:
        yield f"| `{column.name}` | {column.means} | {tally.known[column.name]:,} |"
    yield from ("", "Times are in Vietnam (+07:00). `published_date` is the day there.", "", "## Rights", "")
    yield "The texts and pictures belong to their publishers; no licence was captured with them. Ask before you publish"
    yield "them again. What pages say of the origin of a text is in `source_credit`:"
    yield ""
    for credit, number in sorted(tally.credits.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_CREDITS]:
        yield f"- {_cell(credit)}: {number:,}"
    if not tally.credits:
        yield "- no page names one"
    yield ""


def _coverage(tally: Tally) -> Iterator[str]:
    for outlet in sorted({outlet for outlet, _ in tally.months}):
        months = {month: number for (name, month), number in tally.months.items() if name == outlet}
        dated = sorted(filter(None, months))
        first, last = (dated[0], dated[-1]) if dated else ("", "")
        gaps = ", ".join(_gaps(dated)) or "none"
        yield f"| {_cell(outlet) or '(none)'} | {sum(months.values()):,} | {first} | {last} | {gaps} |"


def _gaps(dated: Sequence[str]) -> Iterator[str]:
    """Yield the months between the first and the last that are missing, neighbours as one span."""
    for before, after in pairwise(dated):
        begin, end = _number(before) + 1, _number(after) - 1
        if begin == end:
            yield _month(begin)
        elif begin < end:
            yield f"{_month(begin)} to {_month(end)}"


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _cell(text: str) -> str:
    """Return text from the web as it stands in a cell of a table."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())

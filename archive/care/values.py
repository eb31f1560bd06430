"""Checks each value for itself: a word is one of its list, JSON is JSON, and a time is a time."""

import sqlite3
from collections.abc import Iterator
from enum import StrEnum

from archive.care.findings import LOOK, REPAIR, Finding
from archive.outcomes import Outcome, Reason
from archive.phrases import phrase
from archive.reading.damage import SHOWN
from archive.record import AliasCause, Doubt, Kind, OutletKind, TextCause
from archive.writing.changes import Change
from archive.writing.copy_decisions import Verdict
from archive.writing.corrections import Field
from archive.writing.doubts import Taken
from archive.writing.runs import RunStatus

_TIME = "strftime('%Y-%m-%dT%H:%M:%S', substr({0}, 1, 19), '+0 days') || '+07:00' IS {0}"
"""As `times.to_text` writes it. The addition makes another day of 30 February."""
_JSON = "json_valid({0})"
_ARRAY = "iif(json_valid({0}), json_type({0}) = 'array', 0)"
_OBJECT = _ARRAY.replace("array", "object")


def _times(*columns: str) -> dict[str, str]:
    return dict.fromkeys(columns, _TIME)


def _one_of(words: type[StrEnum]) -> str:
    return f"{{0}} IN ({', '.join(map(repr, map(str, words)))})"


RIGHT = {
    "articles": {
        **_times("published_at", "modified_at", "first_seen_at", "last_seen_at", "last_changed_at"),
        **{"sources": _OBJECT, "proposed": _ARRAY},
    },
    "article_changes": {"what": _one_of(Change)},
    "article_doubts": {"doubt": _one_of(Doubt)},
    "article_parts": {**_times("seen_at"), "record": _OBJECT},
    "article_revisions": {**_times("seen_at", "modified_at"), "cause": _one_of(TextCause), "doubts": _ARRAY},
    "article_urls": {**_times("first_seen_at"), "cause": _one_of(AliasCause)},
    "captures": {
        **_times("fetched_at"),
        **{"kind": _one_of(Kind), "outcome": _one_of(Outcome), "reason": _one_of(Reason)},
        **{"doubts": _ARRAY, "lacking": _ARRAY},
    },
    "copy_decisions": {**_times("decided_at", "ended_at"), "what": _one_of(Verdict)},
    "corrections": {
        **_times("corrected_at", "ended_at"),
        **{"field": _one_of(Field), "old_value": _JSON, "new_value": _JSON, "page_value": _JSON},
    },
    "doubtful_readings": {
        **_times("first_seen_at", "last_seen_at", "taken_at"),
        **{"reason": _one_of(Reason), "doubts": _ARRAY, "record": _OBJECT, "taken_because": _one_of(Taken)},
    },
    "fixity_checks": {**_times("at"), "findings": _ARRAY},
    "hosts": _times("asked_at", "rests_until"),
    "raw_answers": _times("fetched_at"),
    "runs": {
        **_times("started_at", "finished_at"),
        **{"status": _one_of(RunStatus), "settings": _OBJECT, "reasons": _OBJECT, "cut_short": _ARRAY, "notes": _ARRAY},
    },
    "sections": {"path": _ARRAY},
    "sites": {"kind": _one_of(OutletKind)},
    "tombstones": {**_times("seen_at", "back_at"), "reason": _one_of(Reason)},
    "urls": {
        **_times("found_at", "hint_published_at", "hint_modified_at", "fetched_at", "due_at", "whole_at"),
        **{"kind": _one_of(Kind), "outcome": _one_of(Outcome), "reason": _one_of(Reason)},
        **{"run_outcome": _one_of(Outcome), "run_reason": _one_of(Reason)},
    },
    "warc_files": _times("opened_at", "closed_at"),
    "withholdings": {**_times("withheld_at", "lifted_at"), "titles": _ARRAY},
}
"""Table → column → SQL of what a value must be that is not NULL, with the name of the column for {0}."""
_OF_ARTICLE = "'article ' || ifnull((SELECT substr(uid, 1, 8) FROM articles WHERE id = article_id), article_id)"
_NAMES = {
    "articles": "'article ' || substr(uid, 1, 8)",
    "captures": "'capture ' || id",
    "urls": "'address ' || url",
    "hosts": "'hosts, row ' || host",
    **dict.fromkeys(("article_changes", "article_doubts", "article_parts", "article_revisions"), _OF_ARTICLE),
    **dict.fromkeys(("article_urls", "corrections", "doubtful_readings", "tombstones", "withholdings"), _OF_ARTICLE),
}
"""Table → SQL of what a finding names; the others by their rowid."""
_MENDED = frozenset(_NAMES) - {"article_changes", "hosts", "urls"}
"""Tables whose rows `repair` makes again of the raw pages."""


def check_values(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the values that no program of ours stores."""
    for table, columns in RIGHT.items():
        wrong = [f"{column} IS NOT NULL AND NOT ({right.format(column)})" for column, right in columns.items()]
        named = _NAMES.get(table, f"'{table}, row ' || rowid")
        values = ", ".join(f"iif({each}, {column}, NULL)" for each, column in zip(wrong, columns, strict=True))
        rows = connection.execute(f"SELECT {named}, {values} FROM {table} WHERE {' OR '.join(wrong)}")
        mend = REPAIR if table in _MENDED else LOOK
        for what, *found in rows:
            for column, value in zip(columns, found, strict=True):
                if value is not None:
                    shown = str(value)[:SHOWN]  # a damaged row may hold a number where there was a text
                    finding = phrase('{table}.{column} is "{value}"', table=table, column=column, value=shown)
                    yield Finding(what, finding, mend)

"""The texts of an article through time, and the difference between two of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import click

from archive.cli.terminal import has_colours, print_json, say, say_pieces
from archive.phrases import counted, phrase
from archive.reading.difference import Change, Piece, differences, lines_of, words_changed
from archive.reading.stored import Revision

COLOURS = {Change.REMOVED: "red", Change.ADDED: "green"}
MARKS = {Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}"), Change.SAME: ("", "")}
"""What stands around a piece where there are no colours, as in `git diff --word-diff`."""
Shown = tuple[str, str | None]
"""A piece of a line, and its colour."""


def print_history(texts: Sequence[Revision], *, as_json: bool) -> None:
    """Print one line for each text: when it was first seen, why, and how much of it is new."""
    found = list(_history(texts))
    if as_json:
        print_json(found, indent=2)
        return
    for each in found:
        n, cause, seen_at = each["n"], each["cause"], each["seen_at"]
        counts = _counted(each)
        say(phrase("{n}. {cause}, seen {seen_at}: {counts}", n=n, cause=cause, seen_at=seen_at, counts=counts))


def print_difference(texts: Sequence[Revision], numbers: Sequence[int], *, as_json: bool) -> None:
    """Print the difference between two texts by their numbers, or between the last two; the headline is first.

    UsageError if the article has no such text, or only one.
    """
    by_number = {text.n: text for text in texts}
    one, other = numbers or (sorted(by_number)[-2:] if len(by_number) > 1 else (0, 0))
    if not {one, other} <= by_number.keys():
        had = ", ".join(map(str, by_number))
        raise click.UsageError(phrase("there are no two such texts to compare; the article has {had}", had=had))
    changed = differences(by_number[one].as_record(), by_number[other].as_record())
    if as_json:
        pieces = {
            name: [{"change": piece.change, "text": piece.text} for piece in found] for name, found in changed.items()
        }
        print_json({"from": one, "to": other, "difference": pieces}, indent=2)
        return
    for name, found in changed.items():
        say(f"{name}:", bold=True)
        _print_pieces(found)
    if not changed:
        say(phrase("texts {one} and {other} have the same words", one=one, other=other), aside=True)


def _history(texts: Sequence[Revision]) -> Iterator[dict[str, Any]]:
    empty = {"title": None, "lead": None, "byline": None, "body": None}
    for before, text in pairwise((None, *texts)):
        assert text is not None
        record = text.as_record()
        changed = differences(before.as_record() if before else empty, record)
        counts = [words_changed(pieces) for pieces in changed.values()]
        yield {
            "n": text.n,
            "seen_at": record["seen_at"],
            "cause": text.cause,
            "changed": list(changed),
            "words_added": sum(added for added, _ in counts),
            "words_removed": sum(removed for _, removed in counts),
        }


def _counted(each: Mapping[str, Any]) -> str:
    if each["n"] == 1:
        return counted("{n} word", "{n} words", n=each["words_added"])
    what = ", ".join(each["changed"]) or phrase("no word")
    return phrase(
        "{what} changed; {added} words added, {removed} removed",
        what=what,
        added=each["words_added"],
        removed=each["words_removed"],
    )


def _print_pieces(pieces: Sequence[Piece]) -> None:
    """Print the paragraphs that changed; in place of a run of others, how many there are."""
    with_colours, unchanged = has_colours(), 0
    for line in lines_of(pieces):
        if all(piece.change is Change.SAME for piece in line):
            unchanged += 1
            continue
        _print_unchanged(unchanged)
        unchanged = 0
        say_pieces(shown(piece, with_colours=with_colours) for piece in line)
    _print_unchanged(unchanged)


def _print_unchanged(paragraphs: int) -> None:
    if paragraphs:
        say(counted("… {n} paragraph unchanged", "… {n} paragraphs unchanged", n=paragraphs))


def shown(piece: Piece, *, with_colours: bool) -> Shown:
    """Return a piece of a line with its colour, or between its marks."""
    if with_colours:
        return piece.text, COLOURS.get(piece.change)
    begin, end = MARKS[piece.change]
    space = piece.text[: len(piece.text) - len(piece.text.lstrip())] if begin else ""
    return f"{space}{begin}{piece.text[len(space) :]}{end}", None

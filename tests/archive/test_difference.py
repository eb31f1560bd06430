"""The difference between two texts, word by word, and how the command shows it."""

import json
import random
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import pytest

from archive import Archive
from archive.cli import history
from archive.reading.difference import Change, difference, differences, words_changed
from tests.archive.build import after, article, capture
from tests.command import run_command

CASES = [
    ("Tỉnh họp sáng nay.", "Tỉnh họp chiều nay.", "Tỉnh họp [-sáng-] {+chiều+} nay."),
    ("Tỉnh họp.", "Tỉnh họp, bàn việc.", "Tỉnh họp{+, bàn việc+}."),
    ("Một. Hai. Ba.", "Một. Ba.", "Một[-. Hai-]. Ba."),
    (None, "Sapo mới", "{+Sapo mới+}"),
    ("Sapo cũ", "", "[-Sapo cũ-]"),
    ("Một câu.\nHai câu.", "Một câu. Hai câu.", "Một câu. Hai câu."),
    (normalize("NFD", "Đường về"), "Đường  về", "Đường  về"),
    ("100.000 đồng", "120.000 đồng", "[-100-]{+120+}.000 đồng"),
    ("", "", ""),
]


def marked(old: str | None, new: str | None) -> str:
    return "".join(history.shown(piece, with_colours=False)[0] for piece in difference(old, new))


@pytest.mark.parametrize(("old", "new", "shown"), CASES)
def test_words_that_differ_are_marked(old: str | None, new: str | None, shown: str) -> None:
    assert marked(old, new) == shown


def test_the_headline_comes_first_and_what_is_equal_is_left_out() -> None:
    old = {"title": "A", "lead": "L", "byline": "Lê A", "body": "Một."}
    changed = differences(old, {"title": "B", "lead": "L", "byline": "Lê A", "body": "Hai."})
    assert list(changed) == ["title", "body"]
    assert words_changed(changed["body"]) == (1, 1)


@pytest.mark.parametrize("syllables", [3_000, 12_000, 100_000])
def test_long_texts_are_compared_with_bounded_work(syllables: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is the pairs of equal words that are looked at; a text of few words repeated has most of them."""
    from archive.reading import difference as module

    asked: list[int] = []
    blocks = module._blocks

    def counted(before: list[str], after: list[str]) -> object:
        asked.append(module._pairs(before, after))
        return blocks(before, after)

    monkeypatch.setattr(module, "_blocks", counted)
    dice = random.Random(1)
    old = "\n".join(" ".join(dice.choices("abcdefgh", k=80)) for _ in range(syllables // 80))
    lines = old.split("\n")
    lines[7] = lines[7].replace("a", "đổi")
    for new in ("\n".join(lines), old[::-1], "a b " * syllables):
        pieces = difference(old, new)
        for change, text in ((Change.REMOVED, new), (Change.ADDED, old)):
            assert "".join(each.text for each in pieces if each.change is not change).split() == text.split()
    assert max(asked) <= module.MOST_PAIRS
    assert sum(asked) <= 4 * module.MOST_PAIRS
    changed = [each for each in difference(old, "\n".join(lines)) if each.change is not Change.SAME]
    assert 0 < sum(each.words for each in changed) <= 160, "an edit of one line is one line at most"


@pytest.fixture
def edited(archive: Archive, folder: Path) -> Path:
    """An archive with an article of three texts."""
    first = article(1, title="Tỉnh họp", body="Câu một.\nCâu hai.\nCâu ba dài hơn.")
    archive.store(capture(first))
    archive.store(capture(replace(first, title="Tỉnh họp khẩn"), after(hours=1)))
    archive.store(capture(replace(first, title="Tỉnh họp khẩn", body=first.body + "\nCâu bốn."), after(hours=2)))
    archive.close()
    return folder


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["--diff"], ["body:", "… 3 paragraphs unchanged", "{+Câu bốn.+}"]),
        (["--diff", "1", "3"], ["title:", "Tỉnh họp {+khẩn+}", "body:", "… 3 paragraphs unchanged", "{+Câu bốn.+}"]),
        (["--diff", "3", "2"], ["body:", "… 3 paragraphs unchanged", "[-Câu bốn.-]"]),
        (
            ["--history"],
            [
                "1. published, seen 2025-07-02T08:00:00+07:00: 10 words",
                "2. edited, seen 2025-07-02T09:00:00+07:00: title changed; 1 words added, 0 removed",
                "3. edited, seen 2025-07-02T10:00:00+07:00: body changed; 2 words added, 0 removed",
            ],
        ),
    ],
)
def test_the_command_shows_what_changed(edited: Path, words: list[str], lines: list[str]) -> None:
    done = run_command(["show", "1", *words, "--archive", edited], edited.parent)
    assert (done.returncode, done.stdout.splitlines()) == (0, lines)


def test_the_command_prints_json(edited: Path) -> None:
    def run(*words: str) -> object:
        return json.loads(run_command(["show", "1", *words, "--json", "--archive", edited], edited.parent).stdout)

    pieces = [{"change": "same", "text": "Tỉnh họp"}, {"change": "added", "text": " khẩn"}]
    assert run("--diff", "1", "2") == {"from": 1, "to": 2, "difference": {"title": pieces}}
    assert [each["changed"] for each in run("--history")] == [["title", "body"], ["title"], ["body"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", [["--diff", "1"], ["--diff", "1", "9"], ["1", "2"], ["--diff", "--history"]])
def test_a_wrong_call_is_named(edited: Path, words: list[str]) -> None:
    assert run_command(["show", "1", *words, "--archive", edited], edited.parent).returncode == 2


def test_a_terminal_gets_colours(
    edited: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(history, "has_colours", lambda: True)
    with Archive.open(edited, read_only=True) as archive:
        history.print_difference(archive.revisions("1"), (1, 2), as_json=False)
    assert "{+" not in capsys.readouterr().out

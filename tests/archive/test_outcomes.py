"""The meaning of the codes is written only in `archive/outcomes.py`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import archive
from archive import Outcome, Reason

ROOT = Path(archive.__file__).parents[1]
TABLE = "archive/outcomes.py"
OF_ONE_PLACE = {
    "crawler/extract/second_look.py:WITHOUT_TEXT",  # what the gate says of a page whose text is yet to be looked for
    "crawler/extract/gate.py:_OF_A_SHELL",  # what the gate takes the frame of a site for, when an address leads nowhere
    "crawler/probe/sources.py:_INSTEAD",  # what may come in place of a section page with status 200
}
"""Lists of codes that say something about one step of one program, and nothing about the codes."""


@pytest.mark.parametrize(
    ("reason", "outcome", "properties"),
    [
        (
            Reason.NO_TEXT,
            Outcome.REFUSED,
            {"is_temporary", "hints_at_layout", "hints_at_markup", "lacks_text", "was_asked"},
        ),
        (Reason.LISTING, Outcome.REFUSED, {"hints_at_layout", "hints_at_markup", "was_asked"}),
        (Reason.PAYWALL, Outcome.REFUSED, {"is_temporary", "hints_at_layout", "was_asked"}),
        (Reason.DOUBTFUL, Outcome.REFUSED, {"hints_at_layout", "was_asked"}),
        (Reason.OFF_SITE, Outcome.REFUSED, {"is_temporary", "was_asked"}),
        (Reason.GONE, Outcome.REFUSED, {"is_temporary", "says_gone", "was_asked"}),
        (Reason.SOFT_404, Outcome.REFUSED, {"is_temporary", "says_gone", "was_asked"}),
        (Reason.NOT_HTML, Outcome.REFUSED, {"was_asked"}),
        (Reason.ROBOTS, Outcome.REFUSED, set()),
        (Reason.BUDGET, Outcome.REFUSED, set()),
        (Reason.DNS, Outcome.FAILED, {"is_of_host", "was_asked"}),
        (Reason.TLS, Outcome.FAILED, {"was_asked"}),
    ],
)
def test_what_a_code_means(reason: Reason, outcome: Outcome, properties: set[str]) -> None:
    named = ("is_of_host", "is_temporary", "hints_at_layout", "hints_at_markup", "lacks_text", "says_gone", "was_asked")
    assert (reason.outcome, {name for name in named if getattr(reason, name)}) == (outcome, properties)


@pytest.mark.parametrize("reason", Reason)
def test_a_failure_is_no_judgement(reason: Reason) -> None:
    judged = (
        reason.is_temporary
        or reason.hints_at_layout
        or reason.hints_at_markup
        or reason.says_gone
        or not reason.was_asked
    )
    assert not (judged and reason.outcome is Outcome.FAILED)
    assert not (reason.is_of_host and reason.outcome is Outcome.REFUSED)


def test_a_code_is_read_from_its_text() -> None:
    assert [Reason(str(reason)) for reason in Reason] == list(Reason)


def lists_of_codes(path: Path) -> Iterator[str]:
    """Return the names of module constants that list two or more codes."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            for each in ast.walk(node.value):
                if isinstance(each, (ast.Tuple, ast.Set, ast.List)) and sum(_is_code(item) for item in each.elts) > 1:
                    yield f"{path.relative_to(ROOT)}:{ast.unparse(target)}"


def _is_code(node: ast.expr) -> bool:
    return ast.unparse(node).startswith("Reason.")


def test_no_other_module_lists_codes() -> None:
    modules = [path for room in ("archive", "crawler") for path in (ROOT / room).rglob("*.py")]
    found = {name for path in modules if str(path.relative_to(ROOT)) != TABLE for name in lists_of_codes(path)}
    assert found <= OF_ONE_PLACE

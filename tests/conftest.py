"""What holds for every run of the tests, and what it says at its end."""

import os
from collections import Counter

import pytest

# each of the processes that tests start would compile every module once more
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

LONGEST_FIRST = ("test_fortnight", "test_new_site", "test_bench", "test_wire_hold", "test_stop", "test_crawl")
"""Test files that take more than 15 s, which begin first: one that began last would be waited for."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest test files first; `make test` gives out the files in this order."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line which tests were left out, and what they need."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        left_out = "; ".join(f"{count} without {need}" for need, count in sorted(reasons.items()))
        terminalreporter.write_line(f"left out: {left_out}")

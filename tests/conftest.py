"""A small disk for the tests of both packages, and what every run of the tests says at its end."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.disk import ROOM_TO_CLOSE
from tests.small_disk import MIB


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


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, which a test can fill."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM_TO_CLOSE + 20 * MIB}", "tmpfs", place],
        check=False,
        capture_output=True,
    )
    if os.geteuid() != 0 or mounted.returncode != 0:
        pytest.skip("a small disk (root may mount one)")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)

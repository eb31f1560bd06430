"""What holds for every run of the tests, a small disk for them, and what a run says at its end."""

import gc
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import scrapy.core.downloader.contextfactory  # noqa: F401 -- its import looks through all loaded modules: now there are few

from archive.disk import ROOM_TO_CLOSE
from tests.catalogue import compile_catalogues
from tests.small_disk import MIB

# each process of the tests would compile every module once more, and pytest would rewrite the assertions in every test
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["XDG_CONFIG_HOME"] = "/nonexistent"
os.environ["BAOTINH_LANG"] = "en"
"""No test depends on the configuration of the person who runs it, nor on their language."""
compile_catalogues()

MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 * 2**30
"""Room that must be free there: the tests need about a quarter of it, and leave nothing if all pass."""
# the folders of the tests are in memory if they can be: each commit waits for a disk, thousands of times
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

LONGEST_FIRST = (
    *("test_fortnight", "test_room_pages", "test_bench", "test_gap_pages", "test_wire_hold", "test_migrations"),
    *("test_walk", "test_reparse", "test_new_site", "test_served", "test_import_web_archives", "test_crawl"),
    *("test_politeness", "test_command_blocks", "test_wire_parts", "test_merge_ledger", "test_stop", "test_wire_pages"),
    *("test_patterns", "test_expect", "test_wire_past", "test_merge", "test_terminal", "test_repair"),
)
"""The test files that take longest, which begin first: one that began last would be waited for."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without a search for garbage: what is collected stays to the end, and no later search looks at it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest test files first; `make test` gives out the files in this order."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in a line each which tests were left out because they take long, and which because they need something."""
    if terminalreporter.config.option.markexpr == "not drill":
        terminalreporter.write_line("left out: the drills, which take minutes (make test-drills runs them)")
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

"""What a crawl shows while it runs: a live table on a terminal, else one plain line every few seconds."""

import threading
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from archive import Outcome, joined, phrase, visible
from crawler.fetch.run import Run

PLAIN_SECONDS = 5.0
"""Seconds between two lines: a crawl that is silent for longer seems to hang."""

_COLUMNS = (
    phrase("answers"),
    phrase("stored"),
    phrase("revised"),
    phrase("unchanged"),
    phrase("refused"),
    phrase("failed"),
)


class Progress:
    """Shows the counts of the runs that it watches; a context manager around the crawl.

    It reads only counters, in a thread of its own, so that it also shows a crawl that is waiting.
    """

    def __init__(self, console: Console, said: Callable[[str], str]) -> None:
        """`said` returns our words in the language of the user."""
        self._console = console
        self._said = said
        self._runs: list[Run] = []
        self._ended = threading.Event()
        self._printer = threading.Thread(target=self._print_lines, daemon=True)
        self._live = Live(console=console, get_renderable=self._table, transient=True, refresh_per_second=2)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        else:
            self._printer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._console.is_terminal:
            self._live.stop()
        else:
            self._printer.join()

    def watch(self, run: Run) -> None:
        """Show the counts of `run` from now on."""
        self._runs.append(run)

    def _print_lines(self) -> None:
        while not self._ended.wait(PLAIN_SECONDS):
            counts = Counter[str]()
            for run in self._runs:
                counts.update(_counts(run))
            told = joined(", ", [name + f" {counts[name]}" for name in _COLUMNS if counts[name]])
            line = self._name() + ": " + (told or phrase("waiting for an answer"))
            self._console.print(Text(self._said(line)), soft_wrap=True)

    def _name(self) -> str:
        """Return the name of the one site, or the number of sites: a line for each of 60 would fill the log."""
        if len(self._runs) == 1:
            return self._runs[0].site.name
        at_work = sum(run.is_open for run in self._runs)
        return phrase("{n} sites, {at_work} at work", n=len(self._runs), at_work=at_work)

    def _table(self) -> Table:
        table = Table(*map(self._said, (phrase("site"), *_COLUMNS)), box=None, pad_edge=False)
        for column in table.columns[1:]:
            column.justify = "right"
        for run in self._runs:
            table.add_row(Text(visible(run.site.name)), *(str(count) for count in _counts(run).values()))
        return table


def _counts(run: Run) -> dict[str, int]:
    counts = {"answers": run.answers, "stored": run.counts[Outcome.ADDED]}
    return counts | {name: run.counts[Outcome(name)] for name in _COLUMNS[2:]}

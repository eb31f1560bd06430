"""How a long command ends when somebody stops it: after what it has begun, with everything stored."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from archive import phrase
from archive.cli import say


class Stop:
    """Whether the command was asked to stop."""

    def __init__(self) -> None:
        self.is_asked = False

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal."""
        self.is_asked = True


@contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """Note SIGINT and SIGTERM in place of ending at once."""
    stop = Stop()
    before = {number: signal.signal(number, stop.ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def say_interrupted() -> None:
    """Say what a command has done that was asked to stop, and how it goes on."""
    say(phrase("interrupted: what was read is stored, and the same command goes on"), aside=True)

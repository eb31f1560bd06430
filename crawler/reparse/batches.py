"""Reads pages in other processes, some at a time, and gives the results in the order in which they were handed out."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Waited
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.workers import LONGEST, read_there, why_unread

BATCH = 25
"""Pages that a process reads at once: they take a quarter of a second, and sending them costs little."""
AHEAD = 3
"""Batches that wait or are read, for each process: the writer never waits, and what is read lies not long in memory."""
REST = 0.2
"""Seconds between two looks at whether to stop, while nothing is ready."""

_Task = TypeVar("_Task")


class Batches(Generic[_Task]):
    """Hands out tasks to the processes of a pool.

    `read` is called there with a batch of tasks; it returns a line for each. A task that ends its process, or takes
    too long, gets the line that `failed` returns; the others of its batch are read one by one.
    """

    def __init__(
        self,
        pool: ProcessPool,
        read: Callable[[Sequence[_Task]], list[str]],
        *,
        failed: Callable[[_Task, str], str],
        processes: int,
    ) -> None:
        self._pool = pool
        self._read = read
        self._failed = failed
        self._most = AHEAD * processes

    def results(
        self, batches: Iterable[Sequence[_Task]], *, rest: Callable[[], None], is_over: Callable[[], bool]
    ) -> Iterator[tuple[Sequence[_Task], list[str]]]:
        """Yield each batch with its lines; `rest` is called when none is ready, and none is yielded once `is_over`."""
        waiting: deque[tuple[Sequence[_Task], Future[list[str]]]] = deque()
        coming = iter(batches)
        while not is_over():
            while len(waiting) < self._most and (batch := next(coming, None)) is not None:
                waiting.append((batch, read_there(self._pool, self._read, batch, seconds=LONGEST)))
            if not waiting:
                return
            batch, future = waiting[0]
            if not future.done():
                rest()
                if not _comes(future):
                    continue
            waiting.popleft()
            yield batch, self._lines(batch, future)
        for _, future in waiting:
            future.cancel()

    def _lines(self, batch: Sequence[_Task], future: "Future[list[str]]") -> list[str]:
        why = _failure(future)
        if why is None:
            return future.result()
        if len(batch) == 1:
            return [self._failed(batch[0], why)]
        return [line for task in batch for line in self._lines((task,), self._again(task))]

    def _again(self, task: _Task) -> "Future[list[str]]":
        return read_there(self._pool, self._read, (task,), seconds=LONGEST)


def _comes(future: "Future[list[str]]") -> bool:
    """Wait a moment for a result; return whether it is there."""
    try:
        future.exception(timeout=REST)
    except Waited:
        return future.done()
    return True


def _failure(future: "Future[list[str]]") -> str | None:
    """Return why a batch gave nothing; None if it did. Any other error is a fault of the program, and is raised."""
    error = future.exception()
    if isinstance(error, TimeoutError | ProcessExpired):
        return why_unread(error, seconds=LONGEST)
    return None

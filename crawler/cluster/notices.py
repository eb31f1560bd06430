"""What people must know of shards and sites: the queue keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a shard gets no jobs."""

    shard: str
    at: str
    """+07:00."""
    said: str
    """What the crawl said that found the archive unusable; "" if a person drained the shard."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A job whose crawl ended as no crawl should; the next one that ends well takes it away."""

    site: str
    shard: str
    code: int
    """Exit code of the crawl, negative for a signal."""
    at: str
    """+07:00."""
    said: str
    """The last lines of what it said."""

"""What people must know of shards and jobs: the queue keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a shard gets no jobs."""

    shard: str
    at: str
    """+07:00."""
    said: str
    """What the job said that found the archive unusable; "" if a person drained the shard."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A job that ended as none should; the next one of the same site or WARC file that ends well takes it away."""

    site: str
    """The site that was crawled, or the WARC file that was read."""
    shard: str
    code: int
    """Exit code of its process, negative for a signal."""
    at: str
    """+07:00."""
    said: str
    """The last lines of what it said."""

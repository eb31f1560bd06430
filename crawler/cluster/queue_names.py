"""The names of the queues: each shard has one of sites to crawl, with its own name, and one of WARC files to read."""


def readings_of(shard: str) -> str:
    """Return the name of the queue of the WARC files of a shard that are to be read; no shard has such a name."""
    return f"{shard}.reading"


def actor_of(name: str) -> str:
    """Return the name of the function that does the jobs of a queue."""
    return f"do-{name}"

"""Crawls on several machines: shards, jobs of one site each, and a queue on Dramatiq with Redis that may be lost.

A shard is an archive on one machine's disk. Only `queue.py` and `worker.py` need the extra `[cluster]`.
"""

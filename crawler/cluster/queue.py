"""The queue of jobs in Redis, and what people must know of shards and sites. Nothing is missed if all of it is lost."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import redis
from dramatiq import Message
from dramatiq.brokers.redis import MAINTENANCE_SCALE, RedisBroker
from dramatiq.common import dq_name
from dramatiq.middleware import ShutdownNotifications

from archive import VIETNAM
from crawler.cluster.job import Ended
from crawler.cluster.notices import Fault, Stopped
from crawler.cluster.queue_names import actor_of
from crawler.errors import NoBroker

NAMESPACE = "baotinh"
_STOPPED, _FAULTS = f"{NAMESPACE}:stopped", f"{NAMESPACE}:faults"
PATIENCE = 5
"""Seconds for an answer of Redis: it takes milliseconds in a local network."""
TICK_SECONDS = 300
"""Longest tick: after it another one may begin, as after the death of the first."""


class _Client(redis.Redis):
    """A client for which no answer in time is a lost connection: that is what Dramatiq tries again until Redis is back.

    Otherwise a job that ends meanwhile would be in the queue until its worker ends, and its site would get no other.
    """

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Return the answer. Raises redis.RedisError."""
        try:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except redis.TimeoutError as error:
            raise redis.ConnectionError(str(error)) from error


class Queue:
    """The queue of a cluster. Its methods raise NoBroker if Redis does not answer."""

    def __init__(self, address: str, *, heartbeat: int) -> None:
        self._address = address
        broker: Any = RedisBroker  # without types
        self.broker = broker(
            client=_Client.from_url(address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE),
            namespace=NAMESPACE,
            heartbeat_timeout=heartbeat * 1000,
            maintenance_chance=MAINTENANCE_SCALE,  # each command: the jobs of a dead worker wait for no chance
            middleware=[ShutdownNotifications(notify_shutdown=True)],
        )
        self._redis: Any = self.broker.client

    def enqueue(self, name: str, what: str) -> None:
        """Add a job to the queue of this name: a shard's, of sites to crawl, or that which `readings_of` names."""
        message: Any = Message(queue_name=name, actor_name=actor_of(name), args=(what,), kwargs={}, options={})
        with self._named_errors():
            self.broker.enqueue(message)

    def jobs(self, name: str) -> list[str]:
        """Return the jobs of the queue of this name that wait, or that a worker has."""
        with self._named_errors():
            packed: list[bytes] = [
                each for part in (name, dq_name(name)) for each in self._redis.hvals(f"{NAMESPACE}:{part}.msgs")
            ]
        return sorted(Message.decode(each).args[0] for each in packed)

    @contextmanager
    def tick_of(self, shard: str) -> Iterator[bool]:
        """Give whether no other tick of the shard is at work; none begins before the block ends."""
        lock = self._redis.lock(f"{NAMESPACE}:tick:{shard}", timeout=TICK_SECONDS, blocking=False)
        with self._named_errors():
            is_ours = lock.acquire()
        try:
            yield is_ours
        finally:
            if is_ours:
                with self._named_errors():
                    lock.release()

    def stop(self, shard: str, *, at: datetime, said: str = "") -> None:
        """Let no more jobs of a shard begin."""
        self._keep(_STOPPED, shard, Stopped(shard, _text_of(at), said))

    def resume(self, shard: str) -> None:
        """Let jobs of a shard begin."""
        with self._named_errors():
            self._redis.hdel(_STOPPED, shard)

    def stopped(self) -> dict[str, Stopped]:
        """Return the shards that get no jobs."""
        return {name: Stopped(**json.loads(text)) for name, text in self._kept(_STOPPED)}

    def note(self, ended: Ended, *, at: datetime) -> None:
        """Keep the fault of a job, or forget it once one of the same site or WARC file has ended well."""
        if ended.is_fault:
            fault = Fault(ended.what, ended.shard, ended.code, _text_of(at), ended.said)
            self._keep(_FAULTS, ended.what, fault)
        elif ended.is_done:
            self.forget(ended.what)

    def forget(self, what: str) -> None:
        """Forget the fault of a site or a WARC file, if it has one."""
        with self._named_errors():
            self._redis.hdel(_FAULTS, what)

    def faults(self) -> list[Fault]:
        """Return the faults that last, by site or WARC file."""
        return [Fault(**json.loads(text)) for _, text in sorted(self._kept(_FAULTS))]

    def _keep(self, key: str, name: str, value: Stopped | Fault) -> None:
        with self._named_errors():
            self._redis.hset(key, name, json.dumps(asdict(value), ensure_ascii=False))

    def _kept(self, key: str) -> Iterable[tuple[str, str]]:
        with self._named_errors():
            found: dict[bytes, bytes] = self._redis.hgetall(key)
        return [(name.decode(), text.decode()) for name, text in found.items()]

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except redis.RedisError as error:
            raise NoBroker(_shown(self._address), str(error)) from error


def _text_of(at: datetime) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


def _shown(address: str) -> str:
    """Return the address without its password."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

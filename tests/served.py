"""Real servers for tests, and what they answer."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

SECONDS = 60
"""Time limit for a start; it takes 2 s, more on a busy machine."""
ROOT = Path(__file__).parents[1]


@contextmanager
def serving(*arguments: str, after: tuple[str, ...] = (), folder: Path = ROOT) -> Iterator[int]:
    """Run a server, and return its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # what the tools of an assistant import takes half a second of each start; `test_assistant.py` has their tests
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATASETTE_LOAD_PLUGINS": "baotinh"}
    with subprocess.Popen(
        [*arguments, str(port), *after], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            end = time.monotonic() + SECONDS
            while not _answers(port):
                assert server.poll() is None, server.stderr and server.stderr.read()
                assert time.monotonic() < end
                time.sleep(0.05)
            yield port
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    """Names in lower case."""
    text: str


def ask(port: int, path: str, headers: Mapping[str, str]) -> Answer:
    """Return an answer; redirects are not followed. Raises IncompleteRead if it was broken off."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read().decode())


def get(port: int, path: str, *, host: str | None = None, **query: str) -> tuple[int, dict[str, str], str]:
    """Return status, headers in lower case and text, as `ask`."""
    answer = ask(port, f"{path}?{urlencode(query)}" if query else path, {"Host": host} if host else {})
    return answer.status, answer.headers, answer.text

"""A process that serves invented newspapers, each on an address of its own, and notes when it is asked for what.

`python -m bench.cluster.counting_sites --articles 100 10.77.1.1 10.77.1.2` prints the text of each site file as JSON.
Then, for each line that it reads, it prints the answers that it gave since the line before.
"""

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import click

from bench.load_site import LoadOutlet, load_outlet
from crawler.demo.outlets import site_file

PORT = 8000
WORK = 0.02
"""Seconds that an answer takes at least: a second request meanwhile is seen."""
KIB = 2
"""Least size of a page."""
_SO_TIMESTAMPNS = 35
"""Of <asm/socket.h>, on most kinds of processors."""
_TIMESPEC = struct.Struct("qq")


class Asked(NamedTuple):
    """One request; moments are nanoseconds since 1970."""

    site: str
    target: str
    """Path with query."""
    came_at: int
    """When the kernel received it: a server that is late does not matter."""
    answered_at: int


@dataclass(frozen=True, slots=True)
class Newspaper:
    """One of the newspapers."""

    outlet: LoadOutlet
    origin: str
    address: str

    @property
    def site(self) -> str:
        """Name of its site file."""
        return self.outlet.name


def newspapers(addresses: Sequence[str], *, articles: int) -> list[Newspaper]:
    """Return a newspaper for each address."""
    outlets = (load_outlet(f"tai{n:02}", articles=articles, kib=KIB) for n in range(1, len(addresses) + 1))
    return [
        Newspaper(each, f"http://{address}:{PORT}", address) for each, address in zip(outlets, addresses, strict=True)
    ]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, paper: Newspaper, log: list[Asked]) -> None:
        super().__init__((paper.address, PORT), _Handler)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)  # its connections inherit it
        self.paper = paper
        self.log = log

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report faults of this server; a crawl that is killed is not one."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        self._came_at = _came_at(self.connection)
        super().handle_one_request()

    def do_GET(self) -> None:
        paper = self.server.paper
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = paper.outlet.respond(self.path, paper.origin, headers)
        time.sleep(WORK)
        self.server.log.append(Asked(paper.site, self.path, self._came_at, time.time_ns()))
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Print nothing."""


def _came_at(connection: socket.socket) -> int:
    """Wait for a request, and return when the kernel received it; 0 if none comes any more."""
    _, notes, _, _ = connection.recvmsg(1, socket.CMSG_SPACE(_TIMESPEC.size), socket.MSG_PEEK)
    for _, kind, value in notes:
        if kind == _SO_TIMESTAMPNS:
            seconds, rest = _TIMESPEC.unpack(value)
            return int(seconds * 1_000_000_000 + rest)
    return 0


@contextmanager
def served(papers: Sequence[Newspaper]) -> Iterator[list[Asked]]:
    """Serve newspapers, and give the list to which each answer is added."""
    log: list[Asked] = []
    with ExitStack() as stack:
        for paper in papers:
            server = stack.enter_context(_Server(paper, log))
            stack.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield log


@click.command()
@click.option("--articles", type=click.IntRange(min=1), required=True, help="Of each newspaper.")
@click.argument("addresses", nargs=-1)
def main(*, articles: int, addresses: Sequence[str]) -> None:
    """Serve until standard input ends."""
    papers = newspapers(addresses, articles=articles)
    with served(papers) as log:
        click.echo(json.dumps({each.site: site_file(each.outlet, each.origin) for each in papers}))
        told = 0
        for _ in sys.stdin:
            new = log[told:]
            told += len(new)
            click.echo(json.dumps(new))


if __name__ == "__main__":
    main()

"""Serves the sample outlets on loopback, one port each, and logs every request.

`python -m crawler.demo.serve --port 8871` serves until interrupted and prints the addresses.
"""

import argparse
import contextlib
import errno
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crawler.demo.outlets import outlets, site_file
from crawler.demo.web import Outlet
from crawler.errors import SampleSitePortInUse

FIRST_PORT = 8871
"""Not registered with IANA, and not a usual port of development servers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request that the server received."""

    at: datetime
    """Aware, UTC."""
    outlet: str
    method: str
    target: str
    """Path with query."""
    status: int
    headers: tuple[tuple[str, str], ...]
    """Names in lower case."""


@dataclass(frozen=True, slots=True)
class SampleWeb:
    """The outlets while they are being served."""

    origins: dict[str, str]
    """Site name → "http://127.0.0.1:8871"."""
    site_files: dict[str, str]
    """Site name → the text of its site file for that origin."""
    log: list[LoggedRequest] = field(default_factory=list)


@contextlib.contextmanager
def serve(
    served: Sequence[Outlet] | None = None, host: str = "127.0.0.1", *, port: int = FIRST_PORT
) -> Iterator[SampleWeb]:
    """Serve the outlets on consecutive ports from `port` (0: any free ports) until the context ends."""
    served = outlets() if served is None else served
    log: list[LoggedRequest] = []
    with contextlib.ExitStack() as stack:
        origins = {}
        for place, outlet in enumerate(served):
            server = stack.enter_context(_listen(outlet, log, address=(host, port and port + place)))
            origins[outlet.name] = server.origin
            # 0.1 s between two looks for the shutdown: three outlets close without a noticeable wait
            thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
        files = {outlet.name: site_file(outlet, origins[outlet.name]) for outlet in served}
        yield SampleWeb(origins, files, log)


def _listen(outlet: Outlet, log: list[LoggedRequest], *, address: tuple[str, int]) -> "_OutletServer":
    try:
        return _OutletServer(outlet, log, address=address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SampleSitePortInUse(address[1]) from error
        raise


class _OutletServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client's open connection must not delay the shutdown

    def __init__(self, outlet: Outlet, log: list[LoggedRequest], *, address: tuple[str, int]) -> None:
        super().__init__(address, _Handler)
        self.outlet = outlet
        self.log = log
        self.origin = f"http://{address[0]}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report faults of this server; a client that closes the connection, or is killed, is not one."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _OutletServer
    protocol_version = "HTTP/1.1"
    server_version = "sample"
    sys_version = ""
    disable_nagle_algorithm = True  # otherwise the body waits 40 ms for the acknowledgement of the head

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        request_headers = tuple((name.lower(), value) for name, value in self.headers.items())
        response = self.server.outlet.respond(self.path, self.server.origin, dict(request_headers))
        self.server.log.append(
            LoggedRequest(
                at=datetime.now(UTC),
                outlet=self.server.outlet.name,
                method=self.command,
                target=self.path,
                status=response.status,
                headers=request_headers,
            )
        )
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Print nothing: the terminal is for the crawl, and `SampleWeb.log` has every request."""


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m crawler.demo.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=FIRST_PORT, help="the first of three consecutive ports")
    with contextlib.suppress(KeyboardInterrupt), serve(port=parser.parse_args().port) as web:
        for outlet in outlets():
            print(f"{outlet.paper.name:20} {web.origins[outlet.name]}/")  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()

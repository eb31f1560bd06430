"""A small HTTP proxy on loopback, as the network of an institution has one: it alone knows the names of the outlets."""

import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

SECONDS = 20
"""A connection that nobody uses for so long is closed."""


@dataclass
class ForwardProxy:
    """A proxy under test."""

    names: Mapping[str, str]
    """Name of an outlet → the address that the proxy resolves it to."""
    authorization: str = ""
    """The only Proxy-Authorization that it takes; "" for none."""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """First lines of requests that it passed on."""

    def answer_to(self, head: str) -> int:
        """Return the status of what the proxy itself answers; 200 if it passes the request on."""
        given = [line.partition(": ")[2] for line in head.split("\r\n") if line.lower().startswith("proxy-auth")]
        if self.authorization and given != [self.authorization]:
            return 407
        return 200 if _target(head)[0] in self.names else 403


@contextmanager
def serve_proxy(proxy: ForwardProxy) -> Iterator[ForwardProxy]:
    """Serve `proxy` on a free port until the context ends."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(SECONDS)
            with suppress(OSError):  # either side hung up
                while _pass_on(proxy, self.request):
                    pass

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        proxy.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


def _pass_on(proxy: ForwardProxy, client: socket.socket) -> bool:
    """Pass one request on, and its answer back; return whether another may follow on the connection."""
    head = b""
    while b"\r\n\r\n" not in head:
        if not (piece := client.recv(65536)):
            return False
        head += piece
    text = head.decode("latin-1")
    if (status := proxy.answer_to(text)) != 200:
        client.sendall(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())
        return True
    first, rest = text.split("\r\n", 1)
    proxy.asked.append(first)
    host, port = _target(text)
    with socket.create_connection((proxy.names[host], port), timeout=SECONDS) as server:
        if first.startswith("CONNECT "):
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            _copy(client, server)
            back.join()
        else:
            method, url, version = first.split(" ")
            path = "/" + url.split("/", 3)[3]
            kept = "\r\n".join(line for line in rest.split("\r\n") if not line.lower().startswith("proxy-"))
            server.sendall(f"{method} {path} {version}\r\n{kept}".encode("latin-1"))
            _copy(server, client)
    return False


def _target(head: str) -> tuple[str, int]:
    """Return the host and the port that a request is for."""
    target = head.split(" ")[1]
    netloc = target.split("/")[2] if "://" in target else target
    host, _, port = netloc.partition(":")
    return host, int(port or 80)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)

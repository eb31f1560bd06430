"""A web server whose answers are given byte by byte, also wrong ones, and which logs each request with its time."""

import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Send = Callable[[bytes], None]
Answer = bytes | Callable[[Send], None]
"""The bytes to send before the connection is closed, or a function that sends them."""

GOOD = "/bai/tot.html"
BAD = "/bai/loi.html"
SECONDS = 20
"""The server closes a connection that the crawler leaves open for so long."""
KEPT = 0.8
"""Share of the delays between all requests that must be seen: a busy machine may see the first request late."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One request."""

    at: float
    """Monotonic clock, seconds."""
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""


@dataclass
class Wire:
    """A host under test: path → its answers, given one after the other; the last one repeats."""

    answers: Mapping[str, tuple[Answer, ...]]
    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    hits: list[Hit] = field(default_factory=list)
    open: int = 0
    most_open: int = 0
    """Most connections that were open at the same time."""

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    def paths(self) -> list[str]:
        return [hit.path for hit in self.hits]

    def gaps(self) -> list[float]:
        """Return the seconds between one request and the next."""
        return [after.at - before.at for before, after in zip(self.hits, self.hits[1:], strict=False)]


@contextmanager
def serve(wire: Wire) -> Iterator[Wire]:
    """Serve `wire` until the context ends: the first time on a free port of its host, later on the same port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(SECONDS)
            with suppress(OSError):  # the crawler hung up
                if wire.tls is None:
                    _converse(wire, self.request)
                    return
                with wire.tls.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False) as secured:
                    secured.do_handshake()
                    _converse(wire, secured)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False
        request_queue_size = 64

    with Server((wire.host, wire.port), Handler) as server:
        wire.port = server.server_address[1]
        is_over = threading.Event()
        threading.Thread(target=_accept, args=(server, is_over), daemon=True).start()
        try:
            yield wire
        finally:
            is_over.set()
            with suppress(OSError):  # only Linux lets a socket that listens be shut down
                server.socket.shutdown(socket.SHUT_RDWR)


def _accept(server: socketserver.TCPServer, is_over: threading.Event) -> None:
    """Take connections until it is over. It waits for them alone: tests serve a hundred hosts at once, and end them."""
    while not is_over.is_set():
        with suppress(OSError):  # the client hung up at once, or the socket is shut down
            server.process_request(*server.get_request())


def _converse(wire: Wire, connection: socket.socket) -> None:
    wire.open += 1
    wire.most_open = max(wire.most_open, wire.open)
    try:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
        first, *lines = head.decode("latin-1").split("\r\n")
        path = first.split(" ")[1]
        pairs = (line.split(": ", 1) for line in lines if ": " in line)
        before = wire.paths().count(path)
        wire.hits.append(Hit(time.monotonic(), path, {name.lower(): value for name, value in pairs}))
        answers = wire.answers.get(path) or (page(b"<html><body>404</body></html>", status=404),)
        answer = answers[min(before, len(answers) - 1)]
        if callable(answer):
            answer(connection.sendall)
            return
        connection.sendall(answer[:-1])
        last = answer[-1:]
    finally:
        wire.open -= 1  # with the last byte the crawler may go on, before this thread does
    connection.sendall(last)


def page(body: bytes = b"", *, status: int = 200, length: int | None = None, **headers: str) -> bytes:
    """Return an answer with this body. length: the Content-Length that it claims. headers: names with _ for -."""
    named = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body) if length is None else length),
        "Connection": "close",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body


def article(title: str = "Khánh thành cầu Nà Lọng", *, paragraphs: int = 8) -> bytes:
    """Return the page of an article that the generic extractor reads."""
    text = "".join(
        f"<p>Đoạn {number}: sáng nay, nhân dân xã Khuổi Trang dự lễ khánh thành cây cầu mới bắc qua suối, "
        "nối hai bản vùng cao với trung tâm huyện và chợ phiên.</p>"
        for number in range(paragraphs)
    )
    return (
        f"<html><head><title>{title}</title><meta property='og:type' content='article'>"
        "<meta property='article:published_time' content='2025-11-14T08:30:00+07:00'></head>"
        f"<body><h1>{title}</h1><div class='content'>{text}</div></body></html>"
    ).encode()


def listing(*targets: str) -> bytes:
    """Return a section page with these links."""
    links = "".join(f'<li><a href="{target}">Tin {number}</a></li>' for number, target in enumerate(targets))
    return f"<html><body><ul>{links}</ul></body></html>".encode()


def site_file(origin: str, *lines: str, kind: str = "section", source: str = "/") -> str:
    """Return a site file for a host under test with one source, by default its home page."""
    keys = (f'outlet = "Báo Thử"\nhome = "{origin}/"\narticle_url = ["^/bai/"]', *lines)
    return "\n".join((*keys, f'[[source]]\nkind = "{kind}"\nurl = "{origin}{source}"\n'))

"""What Datasette answers to whom: names of hosts that may ask, and headers that keep a page from doing more than show.

A page of another site can make its own name lead to 127.0.0.1 and read what is served there (DNS rebinding). It cannot
do that with an address in numbers. So these are answered, and of names only those that were given.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from archive.safe_text import visible

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = "localhost"

_POLICY = "content-security-policy"
HEADERS = {
    # Datasette writes scripts and styles into its pages; all else comes from this server, and goes nowhere else
    _POLICY: "default-src 'self'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


def guarded(app: App, *, hosts: Collection[str]) -> App:
    """Return `app` with our headers on each answer, refusing requests for a host that is none of `hosts`."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [(bytes(name).decode().lower(), value) for name, value in message.get("headers", [])]
                own = {name for name, _ in given} & {_POLICY}  # our pages have a stricter one
                kept = [(name.encode(), value) for name, value in given if name in own or name not in HEADERS]
                ours = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name not in own]
                message = {**message, "headers": [*kept, *ours]}
            await send(message)

        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        if is_answered(host, hosts):
            await app(scope, receive, send_with_headers)
        else:
            await _refuse(host, send_with_headers)

    return answer


def is_answered(host: str, hosts: Collection[str]) -> bool:
    """Return whether a Host header has an address in numbers, a name of loopback or one of `hosts`; any port."""
    name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    name = name.lower().rstrip(".")
    return name == LOOPBACK or name.endswith(f".{LOOPBACK}") or name in hosts or _is_address(name)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens at `host`."""
    return host == LOOPBACK or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def _refuse(host: str, send: Send) -> None:
    text = (
        f'This archive does not answer for the host name "{visible(host)}": '
        "baotinh serve --allow-host NAME allows one.\n"
    )
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})

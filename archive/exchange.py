"""What went over the wire: one request, and its answer."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer, byte by byte; a redirect and its target are two of them."""

    url: str
    """The address that was requested."""
    at: datetime
    """Aware: the moment at which the answer was complete."""
    request: bytes = field(repr=False)
    """The request line and the headers, with the empty line that ends them; empty if somebody else did not keep it."""
    head: bytes = field(repr=False)
    """The status line and the headers of the answer, with the empty line that ends them."""
    body: bytes = field(default=b"", repr=False)
    """After transfer decoding ("chunked"), before content decoding ("gzip")."""
    address: str | None = None
    """IP address of the server."""
    is_cut: bool = False
    """True if we read only the begin of the body."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.head.split(None, 2)[1])

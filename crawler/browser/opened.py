"""A page as a browser shows it, and the JSON that its scripts have fetched."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """One answer that is JSON."""

    url: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What one page showed."""

    url: str
    headlines: tuple[str, ...]
    """Texts of its <h1>, and its title."""
    text: str
    """All that a reader sees."""
    links: tuple[str, ...]
    """Addresses of its links, whole."""
    answers: tuple[JsonAnswer, ...]
    refused: tuple[str, ...] = ()
    """Requests of the page that our rules do not allow, each with the reason."""

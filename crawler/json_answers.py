"""JSON as newspapers' interfaces answer: read once, then asked by dotted paths."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

MOST_BYTES = 4 * 1024 * 1024
"""Of an answer; the largest real list seen has 0.5 MB."""
MOST_VALUES = 200_000
"""Of an answer, counted before it is read as its commas and opening brackets, those in texts included. An empty object
takes 3 bytes on the wire and 72 in memory."""


class NotJson(ValueError):
    """An answer that cannot be read as JSON; the message is one line for people."""


def load(body: bytes) -> Any:
    """Read an answer in UTF-8, UTF-16 or UTF-32. Raises NotJson, also for one beyond the bounds.

    Raw line feeds inside strings are no JSON, but servers send them: they are let through.
    """
    if not body.strip():
        raise NotJson("the answer is empty")
    if len(body) > MOST_BYTES:
        raise NotJson(f"JSON of more than {MOST_BYTES // 1024 // 1024} MiB")
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise NotJson(f"JSON of more than {MOST_VALUES:,} values")
    try:
        return json.loads(body, strict=False)
    except json.JSONDecodeError as error:
        raise NotJson(f"broken JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise NotJson(f"no JSON: the bytes are not {error.encoding}") from None
    except RecursionError:
        raise NotJson("JSON nested too deep to be read") from None
    except ValueError as error:  # a number of more digits than Python converts
        raise NotJson(f"JSON that cannot be read: {error}") from None


def find(answer: Any, path: str) -> list[Any]:
    """Return the values at a dotted path such as "data.items"; "" is the path of the answer.

    A list on the way is gone through: "tags.name" gives the name of every tag.
    """
    found = [answer]
    for key in path.split(".") if path else ():
        found = [value[key] for value in elements(found) if isinstance(value, dict) and key in value]
    return found


def elements(values: Iterable[Any]) -> Iterator[Any]:
    """Yield the values in order, and in place of a list what is in it."""
    stack = [iter(values)]
    while stack:
        for value in stack[-1]:
            if isinstance(value, list):
                stack.append(iter(value))
                break
            yield value
        else:
            stack.pop()


def texts(answer: Any, path: str) -> Iterator[str]:
    """Yield the texts and numbers at a path, as text, the empty ones left out."""
    for value in elements(find(answer, path)):
        if isinstance(value, str | int | float) and not isinstance(value, bool) and (text := str(value).strip()):
            yield text

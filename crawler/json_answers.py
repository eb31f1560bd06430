"""Reads JSON answers of newspapers, and finds values in them by dotted paths."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from archive import phrase

MOST_BYTES = 4 * 1024 * 1024
"""Most bytes of an answer; the largest real list seen has 0.5 MB."""
MOST_VALUES = 200_000
"""Most values of an answer, counted before it is parsed as its commas and opening brackets, also those in texts. An
empty object takes 3 bytes on the wire and 72 in memory."""


class NotJson(ValueError):
    """An answer that is not JSON; the message is one line for people."""


def load(body: bytes) -> Any:
    """Read an answer in UTF-8, UTF-16 or UTF-32. Raises NotJson, also for one beyond the bounds.

    Raw line feeds inside strings are not valid JSON, but servers send them, so they are accepted.
    """
    if not body.strip():
        raise NotJson(phrase("the answer is empty"))
    if len(body) > MOST_BYTES:
        raise NotJson(phrase("JSON of more than {most} MiB", most=MOST_BYTES // 1024 // 1024))
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise NotJson(phrase("JSON of more than {most:,} values", most=MOST_VALUES))
    try:
        return json.loads(body, strict=False)
    except json.JSONDecodeError as error:
        raise NotJson(
            phrase(
                "broken JSON at line {line}, column {column}: {msg}",
                line=error.lineno,
                column=error.colno,
                msg=error.msg,
            )
        ) from None
    except UnicodeDecodeError as error:
        raise NotJson(phrase("no JSON: the bytes are not {encoding}", encoding=error.encoding)) from None
    except RecursionError:
        raise NotJson(phrase("JSON nested too deep to be read")) from None
    except ValueError as error:  # a number of more digits than Python converts
        raise NotJson(phrase("JSON that cannot be read: {error}", error=error)) from None


def find(answer: Any, path: str) -> list[Any]:
    """Return the values at a dotted path such as "data.items"; "" means the answer itself.

    A path applies to each element of a list: "tags.name" gives the name of every tag.
    """
    found = [answer]
    for key in path.split(".") if path else ():
        found = [value[key] for value in elements(found) if isinstance(value, dict) and key in value]
    return found


def elements(values: Iterable[Any]) -> Iterator[Any]:
    """Yield the values in order, and the elements of a list instead of the list."""
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
    """Yield the texts and numbers at a path, as text, without empty ones."""
    for value in elements(find(answer, path)):
        if isinstance(value, str | int | float) and not isinstance(value, bool) and (text := str(value).strip()):
            yield text

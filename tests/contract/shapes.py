"""JSON Schema of a type: of dataclasses as their `as_record` prints them, with the docstrings of their fields."""

import ast
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

SIMPLE: dict[object, Schema] = {
    str: {"type": "string"},
    Path: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    types.NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Any: {},
}


JSON_NAMES = {"None": "null", "True": "true", "False": "false"}


@dataclass(frozen=True, slots=True)
class Change:
    """In what the printed form of a dataclass differs from its fields."""

    without: tuple[str, ...] = ()
    also: Mapping[str, object] = field(default_factory=dict)
    """Key → its type; in the place of the field, if it is one."""
    after: type | None = None
    """A dataclass whose keys precede its own."""


class Shapes:
    """Schemas of types; each dataclass and TypedDict becomes a definition, which the others refer to."""

    def __init__(self, changes: Mapping[type, Change]) -> None:
        """Take what differs from the fields, by class."""
        self._changes = changes
        self._definitions: dict[str, Schema] = {}

    def schema_of(self, kind: Any) -> Schema:
        """Return the schema of a type with the definitions that it needs."""
        self._definitions = {}
        schema = self._schema(kind)
        if list(schema) == ["$ref"]:  # the root itself has no name
            schema = self._definitions.pop(schema["$ref"].rpartition("/")[2])
        return {**schema, **({"$defs": dict(sorted(self._definitions.items()))} if self._definitions else {})}

    def _schema(self, kind: Any) -> Schema:
        if kind in SIMPLE:
            return SIMPLE[kind]
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            return self._union(arguments)
        if origin is typing.Literal:
            return {"enum": list(arguments)}
        if origin in (list, tuple, frozenset):
            return {"type": "array", "items": self._schema(arguments[0])}
        if origin is not None and issubclass(origin, Mapping):
            names = {"propertyNames": self._schema(arguments[0])} if arguments[0] is not str else {}
            return {"type": "object", **names, "additionalProperties": self._schema(arguments[1])}
        if issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        return self._reference(kind)

    def _union(self, members: tuple[Any, ...]) -> Schema:
        schemas = [self._schema(member) for member in members]
        if all(list(each) == ["type"] for each in schemas):
            return {"type": [each["type"] for each in schemas]}
        if len(schemas) == 2 and schemas[1] == SIMPLE[types.NoneType] and "type" in schemas[0]:
            return {**schemas[0], "type": [schemas[0]["type"], "null"]}
        return {"anyOf": schemas}

    def _reference(self, kind: type) -> Schema:
        name = kind.__name__
        if name not in self._definitions:
            self._definitions[name] = {}  # it may refer to itself
            self._definitions[name] = self._object(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, kind: type) -> Schema:
        properties = dict(self._properties(kind))
        optional: frozenset[str] = getattr(kind, "__optional_keys__", frozenset())
        return {
            "type": "object",
            "description": _words(kind.__doc__),
            "properties": properties,
            "required": [name for name in properties if name not in optional],
        }

    def _properties(self, kind: type) -> Iterator[tuple[str, Schema]]:
        change = self._changes.get(kind, Change())
        if change.after:
            yield from self._properties(change.after)
        hints, said = typing.get_type_hints(kind), docstrings(kind)
        names = [each.name for each in fields(kind)] if is_dataclass(kind) else list(hints)
        for name in [*names, *(name for name in change.also if name not in names)]:
            if name not in change.without:
                schema = self._schema(change.also.get(name, hints.get(name)))
                yield name, {**({"description": said[name]} if name in said else {}), **schema}


@cache
def docstrings(kind: type) -> Mapping[str, str]:
    """Return field → the docstring below it."""
    try:
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    except (OSError, TypeError):  # a TypedDict that was made by a call
        return {}
    assert isinstance(body, ast.ClassDef)
    pairs = zip(body.body, body.body[1:], strict=False)
    return {
        one.target.id: _words(other.value.value)
        for one, other in pairs
        if isinstance(one, ast.AnnAssign)
        and isinstance(one.target, ast.Name)
        and isinstance(other, ast.Expr)
        and isinstance(other.value, ast.Constant)
    }


def _words(text: Any) -> str:
    """Return a docstring as one line, with the names that JSON has for the values of Python."""
    line = " ".join(str(text or "").split())
    return re.sub(r"\b(?:None|True|False)\b", lambda match: JSON_NAMES[match[0]], line)

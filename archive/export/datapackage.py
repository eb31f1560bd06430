"""`datapackage.json`: the files of an export with their sizes, digests and columns, as Frictionless reads it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from archive.reading.columns import Column, Kind

FILE_NAME = "datapackage.json"
_MEDIA = {"jsonl": "application/jsonl", "csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_TYPES = {
    Kind.TIME: "datetime",
    Kind.DAY: "date",
    Kind.NUMBER: "integer",
    Kind.TEXTS: "array",
    Kind.FIELDS: "object",
    Kind.OBJECTS: "array",
}


@dataclass(frozen=True, slots=True)
class Shard:
    """A data file of an export."""

    path: str
    """Inside the folder, with slashes."""
    rows: int
    size: int
    """Bytes."""
    sha256: str


def written(shards: Sequence[Shard], columns: Sequence[Column], *, form: str, cursor: str) -> bytes:
    """Return the file; `cursor` is where an export of changes goes on."""
    schema = {"fields": [_field(column, form) for column in columns], "primaryKey": "uid"}
    package = {
        "profile": "data-package",
        "name": "baotinh-export",
        "title": "Articles of Vietnamese provincial newspapers",
        "cursor": cursor,
        "resources": [
            {
                "name": shard.path.rpartition("/")[2].partition(".")[0],
                "path": shard.path,
                "format": form,
                "mediatype": _MEDIA[form],
                "encoding": "utf-8",
                "bytes": shard.size,
                "hash": f"sha256:{shard.sha256}",
                "rows": shard.rows,
                "schema": schema,
            }
            for shard in shards
        ],
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def read(text: bytes) -> list[Shard]:
    """Return the data files that a package names. ValueError, TypeError or KeyError if it is none of ours."""
    return [
        Shard(str(each["path"]), int(each["rows"]), int(each["bytes"]), str(each["hash"]).removeprefix("sha256:"))
        for each in json.loads(text)["resources"]
    ]


def _field(column: Column, form: str) -> dict[str, Any]:
    kind = _TYPES.get(column.kind, "string")
    if form == "csv" and column.is_list:
        kind = "string"
    if form == "parquet" and column.kind is Kind.FIELDS:
        kind = "array"
    required = {"constraints": {"required": True}} if column.is_known else {}
    return {"name": column.name, "type": kind, "description": column.means, **required}

"""The columns of an exported article: one description, from which every format is made.

A cell is `bytes` in UTF-8, or None for what is unknown; NUMBER has an int, TEXTS a sequence of such texts, and OBJECTS
a sequence of tuples with a text or None for each key.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any


class Kind(Enum):
    """What the cells of a column are."""

    TEXT = "text"
    CODE = "code"
    """Text with few different values."""
    TIME = "time"
    """ISO 8601 to the second, +07:00."""
    DAY = "day"
    """YYYY-MM-DD."""
    NUMBER = "number"
    TEXTS = "texts"
    FIELDS = "fields"
    """A JSON object of texts."""
    OBJECTS = "objects"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export, or a key of its JSON."""

    name: str
    kind: Kind
    means: str
    """One phrase for a reader of the data."""
    keys: tuple[str, ...] = ()
    """Of OBJECTS."""
    is_known: bool = False
    """Whether no cell is None."""

    @property
    def is_list(self) -> bool:
        """Whether a cell has any number of values; unknown is then the same as none."""
        return self.kind in (Kind.TEXTS, Kind.FIELDS, Kind.OBJECTS)

    @property
    def nothing(self) -> Any:
        """The cell of an article of which only the address is known."""
        return {Kind.TEXTS: (), Kind.FIELDS: b"{}", Kind.OBJECTS: ()}.get(self.kind)


def _text(name: str, means: str, *, known: bool = False) -> Column:
    return Column(name, Kind.TEXT, means, is_known=known)


def _code(name: str, means: str, *, known: bool = False) -> Column:
    return Column(name, Kind.CODE, means, is_known=known)


def _time(name: str, means: str, *, known: bool = False) -> Column:
    return Column(name, Kind.TIME, means, is_known=known)


COLUMNS: tuple[Column, ...] = (
    _text("uid", "20 hex digits of the SHA-256 of the address", known=True),
    _text("url", "canonical address, or urn:sha256:… for a text without one", known=True),
    _text("title", "headline", known=True),
    _text("lead", "sapo; never repeated in the body"),
    _text("body", "paragraphs, joined by line feeds", known=True),
    Column("byline", Kind.TEXTS, "names of the authors as printed"),
    _time("published_at", "when it was published, as the page says; unknown if it does not"),
    _code("published_precision", "minute or day"),
    Column("published_date", Kind.DAY, "day of publication in Vietnam"),
    _code("site", "name of the site file"),
    _code("outlet", "newspaper that published it"),
    _code("province_then", "province on the day of publication"),
    _code("province_now", "province of the same land since 1 July 2025"),
    Column("section", Kind.TEXTS, "sections, from the broad to the narrow"),
    Column("tags", Kind.TEXTS, "tags of the page"),
    Column("images", Kind.OBJECTS, "pictures, each with its caption", keys=("url", "caption")),
    _text("source_credit", "agency or newspaper that the text is taken from"),
    _text("lead_mark", "mark of the outlet that began the lead"),
    _text("byline_raw", "line from which the names were read"),
    _text("published_raw", "text from which the date was read"),
    _time("modified_at", "last change, as the newspaper says"),
    _code("language", "BCP 47 code", known=True),
    _code("status", "live, or gone if the newspaper took it away", known=True),
    _time("first_seen_at", "first capture", known=True),
    _time("last_seen_at", "last capture that showed it", known=True),
    _time("last_changed_at", "when the text in force was first seen", known=True),
    Column("revision_count", Kind.NUMBER, "texts seen so far, the one in force included", is_known=True),
    Column("urls", Kind.TEXTS, "its other addresses"),
    Column(
        "aliases",
        Kind.OBJECTS,
        "the same, each with site, cause and first capture",
        keys=("url", "site", "cause", "first_seen_at"),
    ),
    Column("sources", Kind.FIELDS, "field → the rule that gave it"),
    Column("proposed", Kind.TEXTS, "fields whose value was guessed and that nobody has confirmed"),
    Column("doubts", Kind.TEXTS, "codes: what the page says against the record"),
    _text("text_sha256", "digest of title, lead, body and byline", known=True),
    _code("origin", "own, agency, from (another outlet or an office), or unknown", known=True),
    _code("from_site", "outlet that it is from, if the archive has it: name of its site file"),
    _code("from_source", "agency, office or other outlet that it is from, as printed"),
    _text("copy_group", "the same for all copies of a story: uid of the text with which they are compared"),
    _code("copy_kind", "agency, exchange, same-house or press-release"),
)

OPERATION: tuple[Column, ...] = (
    _code("op", "put: store this record in place of one with its uid; remove: delete it", known=True),
    _code("what", "why: new, revised, withdrawn, returned, lifted, changed; withheld, outside", known=True),
)
"""Columns that come first in an export of changes."""


def of_operations() -> tuple[Column, ...]:
    """Return the columns of an export of changes. A removed article has only its uid and url."""
    known = {"uid", "url"}
    return (*OPERATION, *(replace(column, is_known=column.name in known) for column in COLUMNS))


@dataclass(frozen=True, slots=True)
class Batch:
    """Some articles as columns."""

    size: int
    cells: Mapping[str, Sequence[Any]]
    """Name of a column → a cell for each article."""


def records_of(batch: Batch, columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    """Yield the articles of a batch as JSON knows them."""
    for place in range(batch.size):
        yield {column.name: value_of(column, batch.cells[column.name][place]) for column in columns}


def cell_of(column: Column, value: Any) -> Any:
    """Return the cell for a value of a record in the shape of JSON."""
    if value is None or column.kind is Kind.NUMBER:
        return value
    if column.kind is Kind.TEXTS:
        return tuple(each.encode() for each in value)
    if column.kind is Kind.FIELDS:
        return json.dumps(value, ensure_ascii=False).encode()
    if column.kind is Kind.OBJECTS:
        return tuple(tuple(each[key] and each[key].encode() for key in column.keys) for each in value)
    return value.encode()


def value_of(column: Column, cell: Any) -> Any:
    """Return the value of a cell in the shape of JSON."""
    if cell is None or column.kind is Kind.NUMBER:
        return cell
    if column.kind is Kind.TEXTS:
        return [each.decode() for each in cell]
    if column.kind is Kind.FIELDS:
        return json.loads(cell)
    if column.kind is Kind.OBJECTS:
        return [dict(zip(column.keys, (part and part.decode() for part in each), strict=True)) for each in cell]
    return cell.decode()

"""The provinces of Vietnam: 63 until 30 June 2025, 34 since 1 July 2025."""

import csv
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files

from archive.errors import BadQuery
from archive.fold import fold, same_as_typed

MERGED_ON = "2025-07-01"
"""Resolution 202/2025/QH15: first day of the 34 provinces."""
LAST_DAY_BEFORE = "2025-06-30"

KINDS_OF_PROVINCE = ("thành phố", "tỉnh", "tp")
"""What people put before a name; with and without marks."""
ALIASES = {"hcm": "Hồ Chí Minh", "tphcm": "Hồ Chí Minh"}


@dataclass(frozen=True, slots=True)
class Province:
    """One row of the table `provinces`."""

    id: int
    name: str
    slug: str
    gso_code: str
    """Two digits of the General Statistics Office; given anew in 2025: not unique over the eras."""
    iso_3166_2: str | None
    """"VN-07"; None for the 34, whose codes ISO has not published."""
    region: str
    valid_from: str | None
    """First day, YYYY-MM-DD; None for the 63."""
    valid_to: str | None
    """Last day, YYYY-MM-DD; None for the 34."""
    successor_id: int | None
    """Of the 63: the one of the 34 that its land belongs to now."""


def read_provinces() -> Iterator[Province]:
    """Yield the 34, then the 63, in the order of the codes: a successor comes before who points to it."""
    text = (files("archive") / "provinces.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    by_code = {row["new_gso_code"]: row for row in rows}
    # the region of a merged province is that of the row which kept the name
    named = {row["old_name"]: row["region"] for row in rows}
    ids: dict[str, int] = {}
    for number, code in enumerate(sorted(by_code), start=1):
        row = by_code[code]
        ids[row["new_name"]] = number
        region = named.get(row["new_name"], row["region"])
        yield Province(number, row["new_name"], row["new_slug"], code, None, region, MERGED_ON, None, None)
    for number, row in enumerate(rows, start=len(ids) + 1):
        yield Province(
            number,
            row["old_name"],
            row["old_slug"],
            row["old_gso_code"],
            row["iso_3166_2"],
            row["region"],
            None,
            LAST_DAY_BEFORE,
            ids[row["new_name"]],
        )


def find_provinces(connection: sqlite3.Connection, typed: str) -> list[int]:
    """Return the ids of the provinces, of both eras, that `typed` names; BadQuery if there is none.

    Any case; words with marks exactly, without marks folded; "tỉnh", "TP." before the name, and "TP HCM".
    """
    wanted = " ".join(typed.replace(".", " ").split())
    for kind in KINDS_OF_PROVINCE:
        if fold(wanted).startswith(fold(kind) + " "):
            wanted = wanted.split(" ", len(kind.split()))[-1]
            break
    wanted = ALIASES.get(fold(wanted), wanted)
    rows = connection.execute("SELECT id, name, slug FROM provinces").fetchall()
    found = [row[0] for row in rows if same_as_typed(wanted, row[1]) or wanted.lower() == row[2]]
    if not found:
        names = {fold(row[1]): row[1] for row in rows}
        alike = [names[name] for name in get_close_matches(fold(wanted), names)]
        hint = f"did you mean {' or '.join(alike)}?" if alike else "names are those of archive/provinces.csv"
        raise BadQuery(f"no province {typed!r}; {hint}")
    return found


def old_province(connection: sqlite3.Connection, name: str | None) -> int | None:
    """Return the id of the province that bore `name` before 1 July 2025; BadQuery if none did."""
    if name is None:
        return None
    ids = find_provinces(connection, name)
    marks = ",".join("?" * len(ids))
    row = connection.execute(f"SELECT id FROM provinces WHERE id IN ({marks}) AND valid_to IS NOT NULL", ids).fetchone()
    if row is None:
        raise BadQuery(f"{name!r} was no province before {MERGED_ON}; an outlet is registered with its old province")
    return int(row[0])


def province_then_and_now(
    connection: sqlite3.Connection, old: int | None, *, published_date: str | None
) -> tuple[int | None, int | None]:
    """Return the ids of the province of an outlet on the day of publication, and today.

    old: id of the outlet's province among the 63. A text without a date gets the old province:
    that is whose outlet the site was registered as, and nothing says that the text is younger.
    """
    if old is None:
        return None, None
    now = int(connection.execute("SELECT successor_id FROM provinces WHERE id = ?", (old,)).fetchone()[0])
    return (now if (published_date or "") >= MERGED_ON else old), now

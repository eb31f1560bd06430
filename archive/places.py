"""The provinces of Vietnam: 63 before the merger of 2025, 34 since 1 July 2025 (Resolution 202/2025/QH15)."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files

from archive.errors import BadQuery
from archive.fold import fold, same_as_typed
from archive.phrases import joined, phrase

KINDS_OF_PROVINCE = ("thành phố", "tỉnh", "tp")
"""Words that people type before a name, with marks; `fold` gives the forms without."""
ALIASES = {
    "hcm": "Hồ Chí Minh",
    "tphcm": "Hồ Chí Minh",
    "sai gon": "Hồ Chí Minh",
    "br-vt": "Bà Rịa - Vũng Tàu",
    "tt hue": "Thừa Thiên Huế",
    "tt-hue": "Thừa Thiên Huế",
}
"""Other names that people type, folded → the name in provinces.csv."""

_GSO_CODE = re.compile(r"\d{1,2}")
_ISO_CODE = re.compile(r"VN-\w{2}", re.IGNORECASE)


class Era(StrEnum):
    """Which of an article's two provinces is meant: the mergers of 2025 gave the same land another province."""

    THEN = "then"
    """The province on the day of publication."""
    NOW = "now"
    """The province of the same land since 1 July 2025."""
    ANY = "any"
    """Either of the two."""


@dataclass(frozen=True, slots=True)
class Province:
    """One row of the table `provinces`."""

    id: int
    """The same in every archive: 1 to 34 for the provinces of today, 35 to 97 for the old ones."""
    name: str
    slug: str
    gso_code: str
    """Two digits, from the General Statistics Office; in 2025 it gave some codes to other provinces."""
    iso_3166_2: str | None
    """"VN-07"; None for the 34, whose codes ISO has not published."""
    region: str
    valid_from: str | None
    """First day, YYYY-MM-DD; None for the 63."""
    valid_to: str | None
    """Last day, YYYY-MM-DD; None for the 34."""
    successor_id: int | None
    """For one of the 63: the province among the 34 to which its land belongs now. None for the 34."""


@cache
def read_provinces() -> tuple[Province, ...]:
    """Return the 34, then the 63, each in the order of the codes, so that a row comes after its successor."""
    return tuple(_read_provinces())


def _read_provinces() -> Iterator[Province]:
    text = (files("archive") / "provinces.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    by_code = {row["new_gso_code"]: row for row in rows}
    # the region of a merged province is that of the old province with the same name
    named = {row["old_name"]: row["region"] for row in rows}
    ids: dict[str, int] = {}
    for number, code in enumerate(sorted(by_code), start=1):
        row = by_code[code]
        ids[row["new_name"]] = number
        region = named.get(row["new_name"], row["region"])
        yield Province(number, row["new_name"], row["new_slug"], code, None, region, row["new_since"], None, None)
    for number, row in enumerate(rows, start=len(ids) + 1):
        yield Province(
            number,
            row["old_name"],
            row["old_slug"],
            row["old_gso_code"],
            row["iso_3166_2"],
            row["region"],
            None,
            (date.fromisoformat(row["new_since"]) - timedelta(days=1)).isoformat(),
            ids[row["new_name"]],
        )


def find_provinces(typed: str, *, era: Era = Era.ANY) -> tuple[Province, ...]:
    """Return the provinces that `typed` names: with Era.NOW those of today, else those of both eras.

    typed: a name, or a code such as "VN-07" or "24". A name may be in any case, and may follow "tỉnh" or "TP.". With
    marks it must match exactly, without marks it is compared folded. Raises BadQuery if no province matches, if a code
    has two meanings and `era` chooses neither, and if Era.NOW is given with a province that was merged into another;
    the message then names that other province.
    """
    provinces = read_provinces()
    if _GSO_CODE.fullmatch(typed.strip()):
        found = _with_code(provinces, typed.strip().zfill(2), era=era)
    elif _ISO_CODE.fullmatch(typed.strip()):
        found = [each for each in provinces if each.iso_3166_2 == typed.strip().upper()]
    else:
        found = _named(provinces, typed)
    if not found:
        raise BadQuery(phrase('no province "{typed}"; {hint}', typed=typed, hint=_hint(provinces, typed)))
    if era is not Era.NOW:
        return tuple(found)
    today = tuple(each for each in found if each.successor_id is None)
    if not today:
        raise BadQuery(_where_it_went(provinces, found[0]))
    return today


def then_and_now(name: str) -> tuple[Province, Province]:
    """Return the province of this name among the 63, and today's province of its land. Raises BadQuery."""
    for old in find_provinces(name):
        if old.successor_id is not None:
            return old, next(each for each in read_provinces() if each.id == old.successor_id)
    raise BadQuery(
        phrase('"{name}" is not one of the 63 provinces before July 2025: name the old one of its outlet', name=name)
    )


def _named(provinces: Sequence[Province], typed: str) -> list[Province]:
    wanted = " ".join(typed.replace(".", " ").split())
    for kind in KINDS_OF_PROVINCE:
        if fold(wanted).startswith(fold(kind) + " "):
            wanted = wanted.split(" ", len(kind.split()))[-1]
            break
    wanted = ALIASES.get(fold(wanted), wanted)
    return [each for each in provinces if same_as_typed(wanted, each.name) or wanted.lower() == each.slug]


def _with_code(provinces: Sequence[Province], code: str, *, era: Era) -> list[Province]:
    """Return the provinces that have or had a code of the statistics office; if two lands had it, the one of `era`."""
    found = [each for each in provinces if each.gso_code == code]
    if len(found) < 2 or not _is_reused(provinces, *found):
        return found
    new, old = found  # in the order of read_provinces
    if era is Era.ANY:
        raise BadQuery(
            phrase(
                "code {code} was {old} until {valid_to} and is {new} since {valid_from}: say which with --era "
                "then or --era now, or give the name",
                code=code,
                old=old.name,
                valid_to=old.valid_to,
                new=new.name,
                valid_from=new.valid_from,
            )
        )
    return [old if era is Era.THEN else new]


def _is_reused(provinces: Sequence[Province], new: Province, old: Province) -> bool:
    """Whether a code belongs to two different lands, and not to one that kept its name or was renamed (Huế)."""
    return new.name != old.name and sum(each.successor_id == new.id for each in provinces) > 1


def _where_it_went(provinces: Sequence[Province], old: Province) -> str:
    now = next(each for each in provinces if each.id == old.successor_id)
    return phrase(
        "{old} is no province of today: since {valid_from} its land belongs to {new}; give --province '{new}' "
        "--era now, or {old} with --era then",
        old=old.name,
        valid_from=now.valid_from,
        new=now.name,
    )


def _hint(provinces: Sequence[Province], typed: str) -> str:
    names = {fold(each.name): each.name for each in provinces}
    alike = [names[name] for name in get_close_matches(fold(typed), names)]
    return (
        phrase("did you mean {alike}?", alike=joined(phrase(" or "), alike))
        if alike
        else phrase("names and codes are those of archive/provinces.csv")
    )

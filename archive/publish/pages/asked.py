"""What the address of a search asks, and the addresses of the searches beside it: one filter more, or one less."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self
from urllib.parse import urlencode

from archive.clean import clean
from archive.errors import BadQuery
from archive.places import Era, find_provinces
from archive.publish.typed_days import days_of
from archive.publish.visit import Visit
from archive.reading.filters import Filters
from archive.reading.query import Query, read_query
from archive.reading.results import Order
from archive.record import ArticleStatus, Origin

FILTERS = ("outlet", "province", "era", "section", "author", "tag", "origin", "state", "since", "until")
"""Arguments that choose among the articles. `state` is live, gone or edited, `origin` as in Origin."""
PARAMETERS = ("q", *FILTERS, "sort")
STATES = ("live", "gone", "edited")
_TOGETHER = {"era": "province"}
"""An argument that means nothing without another."""
_IN_TABLES = {
    "q": "_search",
    "outlet": "_name_outlet_id",
    "section": "_name_section_id",
    "state": "status",
    "since": "published_date__gte",
    "until": "published_date__lte",
}
"""An argument of a search → the same of Datasette's table `articles`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter in use, and the address without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search."""

    arguments: dict[str, str]
    """The arguments that mean something, in the order of PARAMETERS."""
    query: Query | None
    """None without words."""
    filters: Filters
    order: Order
    page: int
    """1 is the first."""
    place: str
    """The address of the page, without arguments."""
    problem: str | None
    """What nobody can look for, as a message; None if all is well."""
    further: tuple[tuple[str, str], ...] = ()
    """Arguments of this page alone, with which its addresses end."""

    @classmethod
    def of(cls, visit: Visit, place: str = "/search") -> Self:
        """Read it from the address of a page that takes a search. `place` is the path of the page.

        What means nothing is left out and named in `problem`.
        """
        given = {name: clean(visit.argument(name)) for name in PARAMETERS}
        given["q"] = next(iter(searches_of(visit)), "")
        problems: list[str] = []
        query = None
        if given["q"]:
            try:
                query = read_query(given["q"])
            except BadQuery as error:
                problems.append(error.args[0])
        filters = _filters(given, problems)
        order = Order(given["sort"]) if given["sort"] in list(Order) else Order.CLOSEST
        if order is Order.CLOSEST:
            given["sort"] = ""
        return cls(
            arguments={name: value for name, value in given.items() if value},
            query=query,
            filters=filters,
            order=order,
            page=visit.page,
            place=visit.address(place),
            problem=problems[0] if problems else None,
        )

    @property
    def typed(self) -> str:
        """The words as they were typed; "" without."""
        return self.arguments.get("q", "")

    @property
    def chips(self) -> list[Chip]:
        """The filters in use."""
        shown = [(name, value) for name, value in self.arguments.items() if name in FILTERS and name != "era"]
        return [Chip(name=name, value=value, without=self.but(**{name: ""})) for name, value in shown]

    @property
    def in_tables(self) -> str | None:
        """The same search as a query of Datasette's table `articles`; None if that has no such filter."""
        era = self.arguments.get("era")
        names = {**_IN_TABLES, **({"province": f"_name_province_{era}_id"} if era else {})}
        said = {name: value for name, value in self.arguments.items() if name not in ("sort", "era")}
        if self.filters.is_edited or not said.keys() <= names.keys():
            return None
        days = {"since": self.filters.since, "until": self.filters.until}
        return urlencode({names[name]: days.get(name) or value for name, value in said.items()})

    def but(self, **changes: object) -> str:
        """Return the address of this search with some arguments changed, or left out where they are ""; first page."""
        arguments = {**self.arguments, **changes}
        for dependent, other in _TOGETHER.items():
            if not arguments.get(other):
                arguments.pop(dependent, None)
        known = [(name, arguments[name]) for name in (*PARAMETERS, "page") if arguments.get(name)]
        query = urlencode([*known, *self.further])
        return f"{self.place}?{query}" if query else self.place

    def has(self, **wanted: str) -> bool:
        """Return whether these filters are in use."""
        return all(self.arguments.get(name) == value for name, value in wanted.items())


def searches_of(visit: Visit) -> list[str]:
    """Return the searches in the address of a page that are not empty, in order."""
    return [words for name, value in visit.pairs if name == "q" and (words := clean(value.strip()))]


def _filters(given: dict[str, str], problems: list[str]) -> Filters:
    """Return the filters of the arguments; one that means nothing becomes "" and a problem."""
    era = Era(given["era"]) if given["era"] in list(Era) else Era.ANY
    if given["province"]:
        try:
            find_provinces(given["province"], era=era)
        except BadQuery as error:
            problems.append(error.args[0])
            given["province"] = ""
    if given["state"] not in STATES:
        given["state"] = ""
    if given["origin"] not in list(Origin):
        given["origin"] = ""
    given["era"] = era.value if given["province"] and era is not Era.ANY else ""
    since, until = _days(given, problems)
    return Filters(
        outlet=given["outlet"] or None,
        province=given["province"] or None,
        era=era,
        section=given["section"] or None,
        author=given["author"] or None,
        tag=given["tag"] or None,
        status=ArticleStatus(given["state"]) if given["state"] in ("live", "gone") else None,
        is_edited=given["state"] == "edited",
        origin=Origin(given["origin"]) if given["origin"] else None,
        since=since,
        until=until,
    )


def _days(given: dict[str, str], problems: list[str]) -> Iterator[date | None]:
    for name, end in (("since", 0), ("until", 1)):
        days = days_of(given[name])
        if given[name] and days is None:
            problems.append(given[name])
            given[name] = ""
        yield days[end] if days else None

"""What `baotinh stats reprints` prints: how much of each newspaper is its own, and who reprints whom."""

from collections.abc import Iterator, Sequence

from archive.cli.tables import print_table
from archive.cli.terminal import say
from archive.phrases import counted, figure, joined, phrase
from archive.reading.reprints import OutletOrigins, Reprinted, ReprintPair, Reprints

_ORIGIN_HEADS = (
    *(phrase("outlet"), phrase("year"), phrase("compared"), phrase("own"), phrase("own text"), phrase("agency")),
    *(phrase("from others"), phrase("unknown"), phrase("waiting")),
)
_REPRINT_HEADS = (phrase("articles"), phrase("share"), phrase("median lag, min"), phrase("one house"))


def print_reprints(found: Reprints, *, by_month: bool, limit: int) -> None:
    """Print the origins of each outlet and year, and the most frequent pairs; or these by month."""
    say(_summary(found))
    if not by_month:
        _print_rows([_ORIGIN_HEADS, *map(_origins, found.outlets[:limit])], every=len(found.outlets))
    rows = list(_months(found.pairs) if by_month else _pairs(found.pairs))
    heads = (phrase("from"), phrase("printed by"), *((phrase("month"),) if by_month else ()), *_REPRINT_HEADS)
    _print_rows([heads, *rows[:limit]], every=len(rows))


def _summary(found: Reprints) -> str:
    compared, own = sum(row.compared for row in found.outlets), sum(row.own for row in found.outlets)
    waiting = sum(row.waiting for row in found.outlets)
    told = phrase("{compared:,} articles compared, {own:,} own texts", compared=compared, own=own)
    if not waiting:
        return told
    waits = counted("{n:,} waits for `baotinh copies update`", "{n:,} wait for `baotinh copies update`", n=waiting)
    return joined("; ", (told, waits))


def _print_rows(rows: Sequence[Sequence[str]], *, every: int) -> None:
    """Print a table that has a row below its heads, and say how many rows it leaves out."""
    shown = len(rows) - 1
    if not shown:
        return
    say()
    print_table(rows)
    if shown < every:
        say(phrase("{shown:,} of {every:,} rows; more with --limit N", shown=shown, every=every), aside=True)


def _origins(row: OutletOrigins) -> Sequence[str]:
    return (
        row.outlet or phrase("no outlet"),
        str(row.year or phrase("no date")),
        figure(row.compared),
        figure(row.own),
        "" if row.own_share is None else figure(row.own_share, ".0%"),
        *map(figure, (row.agency, row.from_others, row.unknown, row.waiting)),
    )


def _pairs(pairs: Sequence[ReprintPair]) -> Iterator[Sequence[str]]:
    for pair in pairs:
        yield pair.from_outlet, pair.outlet or phrase("no outlet"), *_numbers(pair), _house(pair)


def _months(pairs: Sequence[ReprintPair]) -> Iterator[Sequence[str]]:
    """Yield the months of the pairs, the last month first."""
    rows = [(each, pair) for pair in pairs for each in pair.months]
    for each, pair in sorted(rows, key=lambda row: row[0].month or "", reverse=True):
        outlet, month = pair.outlet or phrase("no outlet"), each.month or phrase("no date")
        yield pair.from_outlet, outlet, month, *_numbers(each), _house(pair)


def _numbers(each: Reprinted) -> Sequence[str]:
    lag = "" if each.median_lag_minutes is None else figure(each.median_lag_minutes)
    return figure(each.articles), figure(each.share, ".1%"), lag


def _house(pair: ReprintPair) -> str:
    return phrase("yes") if pair.is_same_house else ""

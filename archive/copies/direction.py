"""Where the members of a story are from: who printed it first, by what they say and when they printed it.

The strongest evidence decides, in this order: a credit or a mark that names an agency, an outlet of the group, an
outlet outside or an office; that one outlet was merged into the other; the printed times, where they leave no doubt;
and then, together, a byline of its own, a mark of its own, the province that the text speaks of, the likelier time and
the fuller text. All of it is kept as data.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from archive.copies.credits import Named, Sort
from archive.copies.times import Printed
from archive.record import Origin

LEAST_HOUSES = 3
"""Houses that print a text within PRESS_SPAN, if an office gave it to all: nobody signs it, and it does not speak of
the province of one of them alone."""
PRESS_SPAN = timedelta(days=1)
"""Newspapers print what an office sends them on the day on which it comes."""
WEIGHTS = {"byline": 2, "own-mark": 2, "place": 2, "likely-first": 1, "fullest": 1}
"""How much each sign of an own text counts, if the printed times leave several. Copies are cut more often than
lengthened."""
LEAST_LEAD = 1
"""By so much one member must be ahead of the others."""


class Kind(StrEnum):
    """What connects the members of a group; stored in `copy_groups`."""

    AGENCY = "agency"
    EXCHANGE = "exchange"
    """One outlet has it from another."""
    SAME_HOUSE = "same-house"
    """All outlets were merged into one."""
    PRESS_RELEASE = "press-release"
    """An office gave it to several outlets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a group."""

    id: int
    uid: str
    site_id: int | None
    house: int | None
    """The site that its outlet was merged into in the end, or its own."""
    printed: Printed
    named: tuple[Named, ...]
    """Origins that it names."""
    has_byline: bool
    """Whether it names a person as its author."""
    has_own_mark: bool
    is_release: bool
    """Whether it calls itself a press release."""
    is_local: bool
    """Whether its text speaks of the province of its outlet."""
    syllables: int
    digest: int | None = None
    """The same for texts with the same syllables; None if they are too few to be compared."""
    is_compound: bool = False
    """Whether it is a member of other groups too: what it names may be the origin of those."""

    def names(self, sort: Sort) -> list[Named]:
        """Return what it names of a sort."""
        return [each for each in self.named if each.sort is sort]


@dataclass(frozen=True, slots=True)
class From:
    """Where one member is from."""

    origin: Origin
    from_id: int | None = None
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Where a group is from."""

    kind: Kind
    source: str | None = None
    """Agency, office or outlet outside of the group."""
    origin_id: int | None = None
    evidence: tuple[dict[str, Any], ...] = ()
    members: dict[int, From] = field(default_factory=dict)
    """By article."""


def judge(members: Sequence[Member]) -> Judgement:
    """Return where a group of two or more members is from."""
    speaking = [each for each in members if not each.is_compound] or list(members)
    credited = _credited(speaking, members)
    if found := _agency(speaking, has_credit=bool(credited)):
        return _from_outside(Kind.AGENCY, found, members)
    kind = Kind.SAME_HOUSE if len({each.house for each in members}) == 1 else Kind.EXCHANGE
    if credited:
        return _from_member(kind, *credited, members)
    if found := _named(speaking, Sort.OUTLET):
        return _from_outside(Kind.EXCHANGE, found, members)
    if kind is Kind.EXCHANGE and (given := _release(speaking)):
        return _from_outside(Kind.PRESS_RELEASE, given, members)
    first, evidence = _first(speaking)
    if first is None:
        return Judgement(kind, members={each.id: From(Origin.UNKNOWN) for each in members})
    return _from_member(kind, first, evidence, members)


def origin_alone(named: Sequence[Named], *, is_short: bool) -> tuple[Origin, str | None, frozenset[int]]:
    """Return the origin of an article without copies, its source, and the outlets that may be meant."""
    for sort, origin in ((Sort.AGENCY, Origin.AGENCY), (Sort.OUTLET, Origin.FROM), (Sort.OFFICE, Origin.FROM)):
        if found := [each for each in named if each.sort is sort and not each.is_weak]:
            return origin, found[0].name, found[0].sites
    return (Origin.UNKNOWN if is_short else Origin.OWN), None, frozenset()


def _evidence(what: str, member: Member, named: Named | None = None) -> dict[str, Any]:
    said = {"where": named.where, "said": named.said} if named else {}
    return {"what": what, "uid": member.uid, **said}


def _credited(
    speaking: Sequence[Member], members: Sequence[Member]
) -> tuple[Member, tuple[dict[str, Any], ...]] | None:
    """Return the member that most others name, with what they say."""
    votes: Counter[int] = Counter()
    evidence: dict[int, list[dict[str, Any]]] = {}
    for each in speaking:
        for named in each.names(Sort.OUTLET):
            for other in members:
                if other.site_id in named.sites and other.house != each.house:
                    votes[other.id] += 1
                    evidence.setdefault(other.id, []).append(_evidence("credit", each, named))
    if not votes:
        return None
    most = max(votes.values())
    best = min((each for each in members if votes[each.id] == most), key=lambda each: (each.printed.end, each.id))
    return best, tuple(evidence[best.id])


def _agency(speaking: Sequence[Member], *, has_credit: bool) -> list[tuple[Member, Named]]:
    found = _named(speaking, Sort.AGENCY)
    is_weak = all(named.is_weak for _, named in found)
    has_author = any(each.has_byline and not each.named for each in speaking)
    return [] if is_weak and (has_credit or has_author) else found


def _named(speaking: Sequence[Member], sort: Sort) -> list[tuple[Member, Named]]:
    return [(each, named) for each in speaking for named in each.names(sort)]


def _release(speaking: Sequence[Member]) -> list[tuple[Member, Named | None]]:
    """Return the members that show that an office gave the text to all."""
    found: list[tuple[Member, Named | None]] = list(_named(speaking, Sort.OFFICE))
    found += [(each, None) for each in speaking if each.is_release]
    if found:
        return found
    has_houses = len({each.house for each in speaking}) >= LEAST_HOUSES
    ends = [each.printed.end for each in speaking]
    is_at_once = max(ends) - min(ends) < PRESS_SPAN
    is_signed = any(each.has_byline or each.has_own_mark for each in speaking)
    is_local = len({each.house for each in speaking if each.is_local}) == 1
    is_given = has_houses and is_at_once and not is_signed and not is_local
    return [(each, None) for each in speaking] if is_given else []


def _from_outside(kind: Kind, found: Sequence[tuple[Member, Named | None]], members: Sequence[Member]) -> Judgement:
    """Return that all members have it from an agency, an office or an outlet that is no member."""
    said = [named for _, named in found if named and not named.is_weak]
    names = Counter(named.name for named in said)
    source = names.most_common(1)[0][0] if names else None
    by_member = {each.id: (each, named) for each, named in found}
    origin = Origin.AGENCY if kind is Kind.AGENCY else Origin.FROM
    evidence = tuple(_evidence("credit" if named else "unsigned", each, named) for each, named in found)
    result = {}
    for each in members:
        own = (_evidence("credit", each, by_member[each.id][1]),) if each.id in by_member else ()
        result[each.id] = _in_group_credit(each, members) or From(origin, evidence=own)
    return Judgement(kind, source, None, evidence, result)


def _from_member(
    kind: Kind, first: Member, evidence: tuple[dict[str, Any], ...], members: Sequence[Member]
) -> Judgement:
    """Return that the members have it from one of them, directly or through another."""
    result = {first.id: From(Origin.OWN, evidence=evidence)}
    for each in members:
        if each is not first:
            result[each.id] = (
                _in_group_credit(each, members)
                or _same_house(each, first, members)
                or From(Origin.FROM, first.id, (_evidence("origin", first),))
            )
    return Judgement(kind, None, first.id, evidence, result)


def _in_group_credit(each: Member, members: Sequence[Member]) -> From | None:
    """Return the member that a member names."""
    for named in each.names(Sort.OUTLET):
        others = [other for other in members if other.site_id in named.sites]
        if others:
            other = min(others, key=lambda member: (member.printed.end, member.id))
            return From(Origin.FROM, other.id, (_evidence("credit", each, named),))
    return None


def _same_house(each: Member, first: Member, members: Sequence[Member]) -> From | None:
    """Return the member of an outlet that was merged into that of `each`, if it had the text before."""
    if each.house == first.house or each.house != each.site_id:
        return None
    before = [other for other in members if other.house == each.house and other is not each]
    if not before:
        return None
    return From(Origin.FROM, before[0].id, (_evidence("merged", before[0]),))


def _first(members: Sequence[Member]) -> tuple[Member | None, tuple[dict[str, Any], ...]]:
    """Return the member that the others have it from, by lineage, times and signs of an own text."""
    old = [each for each in members if each.house != each.site_id]
    if len({each.house for each in members}) == 1 and len(old) == 1:
        return old[0], (_evidence("merged", old[0]),)
    left = [each for each in members if not any(other.printed.is_before(each.printed) for other in members)]
    if len(left) == 1:
        return left[0], (_evidence("printed-first", left[0]),)
    signs = {each.id: _signs(each, left) for each in left}
    weights = {article: sum(WEIGHTS[sign] for sign in own) for article, own in signs.items()}
    first, second = sorted(left, key=lambda each: weights[each.id], reverse=True)[:2]
    if weights[first.id] - weights[second.id] < LEAST_LEAD:
        return None, ()
    return first, tuple(_evidence(sign, first) for sign in signs[first.id])


def _signs(each: Member, left: Sequence[Member]) -> list[str]:
    others = [other for other in left if other is not each]
    own = {
        "byline": each.has_byline,
        "own-mark": each.has_own_mark,
        "place": each.is_local,
        "likely-first": all(each.printed.is_likely_before(other.printed) for other in others),
        "fullest": all(each.syllables > other.syllables for other in others),
    }
    return [sign for sign, is_there in own.items() if is_there]

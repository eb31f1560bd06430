"""Makes the groups of copies from the links, and says of every article where it is from.

Every function works inside the transaction of its caller.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from archive.copies.compare import link_overlap
from archive.copies.direction import From, Judgement, Member, judge, origin_alone
from archive.copies.grouping import Look, stories
from archive.copies.members import member_of, named_by
from archive.copies.outlets import Outlets
from archive.copies.overlap import Spans, is_copy, missing_paragraphs, overlap
from archive.copies.texts import Texts
from archive.reading.copy_decisions import decided
from archive.reading.origins import origins_of
from archive.shingles import LEAST_SYLLABLES
from archive.writing.changes import note_changes
from archive.writing.sketches import Todo, leave_groups

_BESIDE = """
SELECT o.article_id FROM copy_members m JOIN copy_members o ON o.group_id = m.group_id
WHERE m.article_id IN (SELECT value FROM json_each(?))
"""
_LINKS = "SELECT other_id, cover FROM copy_links WHERE article_id = ?"
_GROUP = """
INSERT INTO copy_groups (kind, source, origin_id, text_id, first_at, articles, outlets, evidence)
VALUES (?,?,?,?, (SELECT min(published_at) FROM articles WHERE id IN (SELECT value FROM json_each(?))),?,?,?)
RETURNING id
"""
_MEMBER = "INSERT INTO copy_members VALUES (?,?,?,?,?,?,?,?,?,?)"
_json = json.JSONEncoder(ensure_ascii=False).encode
_ORIGIN = "INSERT OR REPLACE INTO article_origins VALUES (?,?,?,?,?)"


class Stories:
    """What groups are made with in one transaction: texts, outlets, and the decisions of persons."""

    def __init__(self, connection: sqlite3.Connection, texts: Texts, outlets: Outlets) -> None:
        """Read the decisions."""
        self._connection = connection
        self._texts = texts
        self._outlets = outlets
        self._decided = decided(connection)
        self._members: dict[int, Member] = {}
        self._shown: dict[int, tuple[Any, ...]] = {}
        """What exports had of the articles that are grouped anew."""

    def group_all(self, article_ids: Sequence[int], *, enough: int | None = None) -> None:
        """Make the groups anew of articles and of all that their links lead to, until `enough` articles are done.

        The `change_seq` grows of those of which an export shows something else then.
        """
        self._look(article_ids)
        done: set[int] = set()
        for article_id in article_ids:
            if article_id not in done:
                done |= self._group(article_id)
            if enough is not None and len(done) >= enough:
                break
        shown = zip(done, origins_of(self._connection, [*done]), strict=True)
        note_changes(self._connection, [each for each, now in shown if now != self._shown[each]])

    def _group(self, article_id: int) -> Set[int]:
        """Make the groups anew of an article and all that its links lead to, and return these."""
        self._members.clear()
        links = self._linked([article_id])
        while grown := self._beside(links) - links.keys():
            links = self._linked([*links, *grown])
        self._look(links)
        leave_groups(self._connection, links)
        found = [story for story in self._stories(links) if self._outlets_of(story) > 1]
        times = Counter(article for story in found for article in story)
        memberships: dict[int, list[tuple[Judgement, From, float]]] = {article: [] for article in links}
        for story in found:
            for article, membership in self._write(story, times).items():
                memberships[article].append(membership)
        for article, groups in memberships.items():
            self._note_origin(article, groups)
        done = [(Todo.NOTHING, article, Todo.GROUP) for article in links]
        self._connection.executemany("UPDATE copy_texts SET todo = ? WHERE article_id = ? AND todo = ?", done)
        return links.keys()

    def _note_origin(self, article_id: int, groups: Sequence[tuple[Judgement, From, float]]) -> None:
        """Write where an article is from: in the group of which it has most, or by what it says itself."""
        source: str | None
        site_id: int | None
        if groups:
            judgement, found, _ = max(groups, key=lambda each: each[2])
            origin, source, evidence = found.origin, judgement.source, found.evidence or judgement.evidence
            site_id = self._site_of(found.from_id)
            source = None if site_id is not None else source
        else:
            named, size = named_by(self._connection, article_id, outlets=self._outlets)
            origin, source, sites = origin_alone(named, is_short=size < LEAST_SYLLABLES)
            site_id = next(iter(sites)) if len(sites) == 1 else None
            said = [each for each in named if each.name == source]
            evidence = tuple({"what": "credit", "where": each.where, "said": each.said} for each in said)
        self._connection.execute(_ORIGIN, (article_id, origin, site_id, source, _json(evidence)))

    def _look(self, article_ids: Iterable[int]) -> None:
        """Keep what exports have of articles before these are grouped anew."""
        if new := [each for each in article_ids if each not in self._shown]:
            self._shown |= zip(new, origins_of(self._connection, new), strict=True)

    def _beside(self, article_ids: Iterable[int]) -> set[int]:
        """Return the members of the groups of articles."""
        return {each for (each,) in self._connection.execute(_BESIDE, (json.dumps([*article_ids]),))}

    def _linked(self, start: Iterable[int]) -> dict[int, dict[int, float]]:
        """Return the links of these articles and of all that they lead to."""
        links: dict[int, dict[int, float]] = {}
        edge = list(start)
        while edge:
            article = edge.pop()
            if article not in links:
                links[article] = dict(self._connection.execute(_LINKS, (article,)).fetchall())
                links[article] |= dict.fromkeys(self._decided.joined(article), 0.0)
                edge += links[article]
        return links

    def _stories(self, links: Mapping[int, Mapping[int, float]]) -> list[set[int]]:
        if not any(links.values()):
            return []
        printed = {article: self._member(article).printed for article in links}
        look = Look(
            spans=self._spans,
            is_copy=self._is_copy,
            is_before=lambda one, other: printed[one].is_before(printed[other]),
            order=lambda article: printed[article].end,
        )
        return self._decided.without_splits(stories(links, look))

    def _spans(self, one: int, other: int) -> Spans:
        return overlap(self._texts.prepared(one), self._texts.prepared(other)).spans_one

    def _is_copy(self, one: int, other: int) -> bool:
        text, another = self._texts.prepared(one), self._texts.prepared(other)
        shared = overlap(text, another)
        days_apart = abs((self._member(one).printed.end - self._member(other).printed.end).days)
        if found := is_copy(text, another, shared, is_recurring=False, days_apart=days_apart):
            link_overlap(self._connection, one, other, shared)
        return found

    def _member(self, article_id: int) -> Member:
        if article_id not in self._members:
            found = member_of(self._connection, article_id, texts=self._texts, outlets=self._outlets)
            self._members[article_id] = found
        return self._members[article_id]

    def _outlets_of(self, story: Iterable[int]) -> int:
        return len({self._site_of(article) for article in story} - {None})

    def _site_of(self, article_id: int | None) -> int | None:
        return None if article_id is None else self._member(article_id).site_id

    def _write(self, story: set[int], times: Mapping[int, int]) -> dict[int, tuple[Judgement, From, float]]:
        """Write a group with its members; return of each what it is from, and the share of its text that is common."""
        members = sorted(
            (replace(self._member(article), is_compound=times[article] > 1) for article in story),
            key=lambda each: (each.printed.end, each.id),
        )
        judgement = judge(members)
        text_id = judgement.origin_id or max(members, key=lambda each: (not each.is_compound, each.syllables)).id
        ids = [each.id for each in members]
        values = (judgement.kind, judgement.source, judgement.origin_id, text_id, json.dumps(ids))
        counts = (len(ids), self._outlets_of(story))
        (group_id,) = self._connection.execute(_GROUP, (*values, *counts, _json(judgement.evidence))).fetchone()
        by_id = {each.id: each for each in members}
        result = {}
        for each in members:
            found = judgement.members[each.id]
            before = by_id[found.from_id or judgement.origin_id or members[0].id]
            lag = each.printed.minutes_after(before.printed)
            kept, added, cut, additions = self._difference(text_id, each.id)
            row = (group_id, each.id, found.origin, found.from_id, lag, kept, added, cut, additions)
            self._connection.execute(_MEMBER, (*row, _json(found.evidence)))
            result[each.id] = judgement, found, 1 - added
        return result

    def _difference(self, text_id: int, article_id: int) -> tuple[float, float, str, str]:
        """Return the share of the compared text that an article has, that of its own that is added, and both by
        paragraph."""
        digest = self._member(article_id).digest
        if text_id == article_id or (digest is not None and digest == self._member(text_id).digest):
            return 1.0, 0.0, "[]", "[]"
        text, own = self._texts.prepared(text_id), self._texts.prepared(article_id)
        shared = overlap(text, own)
        return (
            round(shared.cover_one, 3),
            round(1 - shared.cover_other, 3),
            json.dumps(missing_paragraphs(text, shared.spans_one)),
            json.dumps(missing_paragraphs(own, shared.spans_other)),
        )

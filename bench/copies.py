"""Measure how well copies are found: `make bench-copies`, or `python -m bench.copies [--articles N]`.

The corpus is that of `bench/wire_corpus.py`. Some of it is stored as a crawl stores it. An archive of all of it gets
its sketches and groups at once, by the command.
"""

import json
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any
from unittest.mock import patch

import click

from archive import Archive, Capture, Kind, Outlet
from archive.schema.opening import FILE_NAME, open_database
from archive.times import to_text
from archive.writing import index
from archive.writing.article_rows import Sighting, add_article, row_of
from archive.writing.index import index_now
from archive.writing.sites import find_site
from archive.writing.sketches import sketch_changed
from bench.crawl import RSS_PER_MIB
from bench.wire_corpus import Corpus, Printed
from bench.wire_forms import FORM_KINDS
from bench.wire_papers import Paper

ROUNDS = 3
"""The cheapest one counts."""
STORED = 2_000
"""Articles that are stored one by one, as a crawl does."""
_MEASURE = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=sys.stderr)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
"""A small process: a command that the bench starts itself has, to Linux, all the memory that the bench has by then."""
TEMPLATES = ("obituary", "weather", "prices", "meeting", "lottery", *FORM_KINDS)


@dataclass(frozen=True, slots=True)
class Found:
    """What the archive says of one article."""

    groups: frozenset[int]
    kinds: Mapping[int, str]
    origin: str
    from_url: str | None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--articles", type=click.IntRange(min=100), default=100_000, show_default=True)
@click.option("--days", type=click.IntRange(min=1), default=90, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--forms", type=click.IntRange(min=0), default=0, help="How often one-slot forms are printed.")
@click.option("--folder", type=click.Path(path_type=Path), help="Archive to make.")
@click.option("--wrong", type=int, default=0, help="How many wrong articles to print.")
def main(*, articles: int, days: int, seed: int, forms: int, folder: Path | None, wrong: int) -> None:
    """Measure how well, and how fast, copies are found."""
    corpus = Corpus(seed=seed, days=days, forms=forms)
    printed = corpus.articles(articles)
    with TemporaryDirectory() as name:
        place = folder or Path(name) / "news"
        without, with_sketch = storing(corpus.papers, printed[:STORED])
        click.echo(f"storing: {with_sketch:.2f} cpu ms an article, {without:.2f} without its sketch")
        fill(place, corpus.papers, printed)
        cpu, memory = _cost_of("copies", "update", "--archive", str(place))
        click.echo(f"update: {cpu:.1f} cpu s, at most {memory:.0f} MiB")
        found = read(place)
    for line in report(printed, found):
        click.echo(line)
    for line in list(mistakes(printed, found))[:wrong]:
        click.echo(line)


def _cost_of(*words: str) -> tuple[float, float]:
    """Return the CPU seconds and the largest memory, in MiB, of a command of the archive."""
    command = [sys.executable, "-c", _MEASURE, sys.executable, "-m", "archive", *words]
    cpu, memory = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return cpu, memory / RSS_PER_MIB


def fill(folder: Path, papers: Sequence[Paper], printed: Iterable[Printed]) -> None:
    """Make an archive of a corpus, without the full-text index and without sketches, as an older program left it."""
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        register(archive, papers)
    with closing(open_database(folder, create=False, read_only=False)) as connection:
        connection.execute("BEGIN")
        for each in printed:
            site_id = find_site(connection, each.site)
            row = row_of(connection, each.article, cms_id=None, site_id=site_id, outlet_id=site_id)
            add_article(connection, each.article, row, seen=Sighting(to_text(each.seen_at), None))
        connection.execute("DELETE FROM to_index")
        index_now(connection)
        connection.execute("COMMIT")


def storing(papers: Sequence[Paper], printed: Sequence[Printed]) -> tuple[float, float]:
    """Return the milliseconds that a crawl needs to store an article: without sketches, and with them."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for found, sketch in zip(times, (lambda _: None, sketch_changed), strict=True):
            with TemporaryDirectory() as name, patch.object(index, "sketch_changed", sketch):
                found.append(_store(Path(name) / "news", papers, printed))
    return min(times[0]), min(times[1])


def _store(folder: Path, papers: Sequence[Paper], printed: Sequence[Printed]) -> float:
    with Archive.open(folder, create=True, keep_raw=False) as archive:
        register(archive, papers)
        captures = [
            Capture(
                url=each.article.url,
                kind=Kind.ARTICLE,
                fetched_at=each.seen_at,
                site=each.site,
                status=200,
                body=each.article.url.encode(),
                article=each.article,
            )
            for each in printed
        ]
        before = process_time()
        for capture in captures:
            archive.store(capture)
        archive.commit()
        return (process_time() - before) / len(captures) * 1000


def register(archive: Archive, papers: Iterable[Paper]) -> None:
    """Say what the site files of the newspapers say."""
    for each in papers:
        outlet = Outlet(
            site=each.site, name=each.name, home=each.home, province=each.place, merged_into=each.merged_into
        )
        archive.register(outlet)


def read(folder: Path) -> dict[str, Found]:
    """Return what the archive says of each article, by address."""
    groups: dict[int, dict[int, str]] = defaultdict(dict)
    from_ids: dict[int, str] = {}
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        urls = dict(connection.execute("SELECT id, url FROM articles"))
        for group_id, article_id, kind, from_id in connection.execute(
            "SELECT group_id, article_id, kind, from_id FROM copy_members JOIN copy_groups g ON g.id = group_id"
        ):
            groups[article_id][group_id] = kind
            if from_id is not None:
                from_ids[article_id] = urls[from_id]
        origins = dict(connection.execute("SELECT article_id, origin FROM article_origins"))
    return {
        url: Found(frozenset(groups[number]), groups[number], origins.get(number, "missing"), from_ids.get(number))
        for number, url in urls.items()
    }


def report(printed: Sequence[Printed], found: Mapping[str, Found]) -> Iterator[str]:
    """Yield the figures, a line each."""
    true_pairs = set(_pairs((each.article.url, each.site, each.truth["stories"]) for each in printed))
    got_pairs = set(_pairs((each.article.url, each.site, found[each.article.url].groups) for each in printed))
    both = true_pairs & got_pairs
    yield f"pairs: precision {_share(len(both), len(got_pairs))}, recall {_share(len(both), len(true_pairs))}"
    forms = [each for each in printed if each.truth["kind"] in TEMPLATES]
    grouped = [each for each in forms if found[each.article.url].groups]
    yield f"templates in a group: {len(grouped)} of {len(forms)} ({len(grouped) / max(len(forms), 1):.4%})"
    own = [each for each in printed if each.truth["kind"] == "own"]
    yield f"own articles in a group: {sum(bool(found[each.article.url].groups) for each in own)} of {len(own)}"
    kinds, directions = Counter[tuple[str, bool]](), Counter[tuple[str, str]]()
    for each in printed:
        seen, kind = found[each.article.url], each.truth["kind"]
        if each.truth["stories"] and seen.groups:
            kinds[kind, set(seen.kinds.values()) == {kind}] += 1
            directions[kind, _direction(each, seen)] += 1
    yield f"kind: {_share(sum(n for (_, right), n in kinds.items() if right), kinds.total())}; {_by(kinds)}"
    right = sum(n for (_, verdict), n in directions.items() if verdict == "right")
    yield f"direction: {_share(right, directions.total())}; {_by(directions)}"
    alone = Counter(
        (each.truth["kind"] in ("own", *TEMPLATES), found[each.article.url].origin)
        for each in printed
        if not found[each.article.url].groups
    )
    yield f"origin of articles alone: {_by(alone)}"


def _direction(each: Printed, seen: Found) -> str:
    """Return whether the archive says right where an article is from; it may also not know."""
    if seen.origin == "unknown":
        return "unknown"
    origin = each.truth["origin"]
    if each.truth["kind"] == "agency":
        return "right" if seen.origin == "agency" else "wrong"
    if origin is None:
        return "right" if seen.from_url is None and seen.origin == "from" else "wrong"
    if origin == each.article.url:
        return "right" if seen.origin == "own" else "wrong"
    return "right" if seen.from_url == origin else "wrong"


def mistakes(printed: Sequence[Printed], found: Mapping[str, Found]) -> Iterator[str]:
    """Yield the articles about which the archive is wrong."""
    for each in printed:
        seen = found[each.article.url]
        kind = each.truth["kind"]
        is_copy = bool(each.truth["stories"])
        if is_copy and (not seen.groups or set(seen.kinds.values()) != {kind} or _direction(each, seen) == "wrong"):
            yield f"{each.article.url} {each.truth} {seen} {each.article.byline} {each.article.source_credit}"
        elif not is_copy and seen.groups:
            yield f"{each.article.url} {each.truth} {seen}"


def _pairs(articles: Iterable[tuple[str, str, Iterable[int]]]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of articles of different sites that have a story in common."""
    by_story: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for url, site, stories in articles:
        for story in stories:
            by_story[story].append((url, site))
    for members in by_story.values():
        for (one, site), (other, other_site) in combinations(sorted(members), 2):
            if site != other_site:
                yield one, other


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "–"


def _by(counts: Counter[Any]) -> str:
    return ", ".join(f"{' '.join(map(str, key))} {number}" for key, number in sorted(counts.items(), key=str))


if __name__ == "__main__":
    main()

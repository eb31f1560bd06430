"""The report of a proposal, for people and for programs."""

from collections.abc import Iterator
from typing import Any

from archive import Article, phrase
from crawler.extract.extraction import Extraction
from crawler.extract.report import answer, explain, published_text
from crawler.new_site.agreement import FIELDS, is_same
from crawler.new_site.proposal import Proposal
from crawler.new_site.samples import Sample

MOST_SHOWN = 3
"""Candidates of a field in the report for people; --json has all that were tried."""
_TAKEN = phrase("   [taken]")


def lines_of(proposal: Proposal) -> Iterator[str]:
    """Yield the report for people: the family, the candidates, the records, the doubts."""
    yield from _family_lines(proposal)
    if proposal.layout:
        yield from _candidate_lines(proposal)
    for sample, extraction in proposal.readings:
        yield ""
        yield phrase("record of {url}", url=sample.page.url)
        yield from explain(extraction)
        yield phrase("against the generic extractor")
        for field, (ours, generic) in _differences(sample, extraction).items():
            yield phrase("  {field:<12}{ours}   generic: {generic}", field=field, ours=ours, generic=generic)
        agreeing = [field for field in FIELDS if is_same(extraction.article, sample.article, [field])]
        yield phrase("  {label:<12}{fields}", label=phrase("the same"), fields=", ".join(agreeing) or "–")
    if proposal.doubts:
        yield ""
        yield phrase("look at this first")
        yield from ("  " + doubt for doubt in proposal.doubts)


def as_record(proposal: Proposal) -> dict[str, Any]:
    """Return the proposal as JSON knows it."""
    platform, layout = proposal.site.platform, proposal.layout
    return {
        "name": proposal.site.name,
        "toml": proposal.toml,
        "platform": platform.name if platform else None,
        "families": [
            {
                "platform": family.platform.name,
                "layouts": list(family.layouts),
                "pages": family.pages,
                "addresses": family.fitting,
            }
            for family in proposal.families
        ],
        "candidates": {
            field: [{"rule": each.rule, "score": round(each.score, 3)} for each in found]
            for field, found in (layout.candidates if layout else {}).items()
        },
        "pages": [
            {
                "url": sample.page.url,
                "record": answer(extraction),
                "differences": {
                    field: {"proposed": ours, "generic": generic}
                    for field, (ours, generic) in _differences(sample, extraction).items()
                },
            }
            for sample, extraction in proposal.readings
        ],
        "doubts": list(proposal.doubts),
    }


def _family_lines(proposal: Proposal) -> Iterator[str]:
    """Yield which platform is taken and why, and which others the addresses fit."""
    count = len(proposal.readings)
    fitting = [each.platform.name for each in proposal.families if each.fitting and not each.pages]
    if proposal.layout:
        yield phrase("{label:<14}unknown: no layout of a platform reads the pages", label=phrase("family"))
    for number, family in enumerate(each for each in proposal.families if each.pages):
        yield phrase(
            "{label:<14}{name}: reads {pages} of {count} pages, {fitting} of {count} addresses fit",
            label=phrase("family"),
            name=family.platform.name,
            pages=family.pages,
            count=count,
            fitting=family.fitting,
        ) + (_TAKEN if number == 0 else "")
        yield from (
            f"{'':<14}  {each.name}: {each.detect}" for each in family.platform.layouts if each.name in family.layouts
        )
    if fitting:
        yield " " * 14 + phrase("the addresses alone fit {fitting} too", fitting=", ".join(fitting))


def _candidate_lines(proposal: Proposal) -> Iterator[str]:
    assert proposal.layout is not None, "only a layout has candidates"
    taken = proposal.layout.layout.rules if proposal.layout.layout else {}
    for field, found in proposal.layout.candidates.items():
        if not found:
            yield phrase("{field:<14}–   no rule: the generic extractor finds it, if the page has it", field=field)
        for each in found[:MOST_SHOWN]:
            mark = _TAKEN if taken.get(field) == (each.rule,) else ""
            yield f"{field:<14}{each.score:.2f}  {each.rule}" + mark


def _differences(sample: Sample, extraction: Extraction) -> dict[str, tuple[str, str]]:
    """Return the fields in which the two records differ: by the proposed file, by the generic path."""
    got = extraction.article
    return {
        field: (_text(field, got) if got else "–", _text(field, sample.article))
        for field in FIELDS
        if not is_same(got, sample.article, [field])
    }


def _text(field: str, article: Article) -> str:
    if field == "published":
        return published_text(article) or "–"
    if field == "byline":
        return ", ".join(article.byline) or "–"
    if field == "body":
        return phrase("{lines} lines, {n} characters", lines=article.body.count(chr(10)) + 1, n=len(article.body))
    return str(getattr(article, field) or "–")

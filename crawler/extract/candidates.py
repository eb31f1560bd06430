"""What was found for each field, and where: the winner first."""

import re
from collections.abc import Sequence

from crawler.extract.authors import Signed
from crawler.extract.published import Dated
from crawler.extract.rules import LaidOutPage
from crawler.extract.text import tidy
from crawler.extract.titles import Headline

Candidates = tuple[tuple[str, str], ...]
"""(value as text, source) of everything that was found for a field, the winner first."""
_HOME = frozenset({"trang chủ", "trang nhất", "home"})
"""First step of a breadcrumb, which is no section."""
_TAGS = ".onecms__tags a, .detail-tag a, .detail-tags a, a[rel=tag]"
"""Where pages without a rule of their own show their tags."""
_LIST = re.compile(r"\s*[,;]\s*|\s+>\s+")


def candidates_of(
    laid_out: LaidOutPage,
    headlines: Sequence[Headline],
    leads: Sequence[tuple[str, str]],
    *,
    bylines: Sequence[Signed],
    dates: Sequence[Dated],
) -> dict[str, Candidates]:
    """Return the candidates of each field, by its name in the record."""
    return {
        "title": tuple((each.text, each.source) for each in headlines),
        "lead": tuple(leads),
        "byline": tuple((each.byline.raw, each.source) for each in bylines),
        "published_at": tuple((moment.raw, source) for moment, source in dates),
        "section": _listed(laid_out, "section", laid_out.document.ld_texts("articleSection")),
        "tags": _listed(laid_out, "tags", []),
    }


def _listed(laid_out: LaidOutPage, name: str, ld: list[str]) -> Candidates:
    """Return the values of a list field from the first that has any: layout, metadata, JSON-LD.

    Metadata may hold the whole list in one value; an element of the page is one value, commas included.
    """
    meta = f"article:{name.removesuffix('s')}"
    if texts := [text for text in laid_out.texts(name) if text.lower() not in _HOME]:
        return tuple((text, laid_out.source) for text in dict.fromkeys(texts))
    for texts, source in ((list(laid_out.document.meta.get(meta, ())), f"meta:{meta}"), (ld, "ld:articleSection")):
        if texts:
            parts = _LIST.split(texts[0]) if len(texts) == 1 else texts
            return tuple((part, source) for part in dict.fromkeys(parts) if part and part.lower() not in _HOME)
    shown = laid_out.document.tree.css(_TAGS) if name == "tags" else []
    return tuple(
        (text, "generic:tags") for text in dict.fromkeys(tidy(node.text()).lstrip("#") for node in shown) if text
    )


def values(candidates: Candidates) -> tuple[str, ...]:
    """Return the values of a list field, which are all of its candidates."""
    return tuple(value for value, _ in candidates)

"""What is in English and in Vietnamese is in step: the same headings, commands, codes and links."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import ArticleStatus, Doubt, Outcome, Reason, RunStatus, TextCause
from crawler.site import STATUSES

ROOT = Path(__file__).parents[1]
PAIRS = {
    "README.md": "README.vi.md",
    "docs/tutorial.md": "docs/vi/tutorial.md",
    "docs/operate.md": "docs/vi/operate.md",
    "docs/upgrade.md": "docs/vi/upgrade.md",
}
"""The document in English → the one in Vietnamese."""
OWN = {"README.md", "README.vi.md", "docs/vi/codes.md"}
"""What one of them leads to: the other one, and what is in Vietnamese only."""


def headings(text: str) -> list[int]:
    """Return the level of each heading."""
    return [len(level) for level in re.findall(r"^(#+) ", without_blocks(text), re.MULTILINE)]


def blocks(text: str) -> list[tuple[str, str]]:
    """Return language and content of each fenced block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def without_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """Return what is typed in the blocks, in order."""
    return [
        line for kind, block in blocks(text) if kind == "console" for line in re.findall(r"^\$ .*", block, re.MULTILINE)
    ]


def code(text: str) -> set[str]:
    """Return the commands and files named in the text, and the first cells of its tables."""
    return {*re.findall(r"`(baotinh[^`]*)`", without_blocks(text)), *re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}


def folders(text: str) -> list[str]:
    """Return the folders of the layout of the repository."""
    (layout,) = (block for _, block in blocks(text) if "archive/care/" in block)
    return re.findall(r"^\S+/(?= )", layout, re.MULTILINE)


def links(text: str) -> set[str]:
    """Return the documents that are linked; one in Vietnamese counts as the English one."""
    found = set(re.findall(r"\]\(([^)#]+)", text)) - OWN
    return {each.replace("docs/vi/sites.md", "CONTRIBUTING.md").replace("docs/vi/", "docs/") for each in found}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("english", PAIRS)
@pytest.mark.parametrize("part", [headings, commands, code], ids=lambda part: part.__name__)
def test_both_documents_have_the_same(part: Callable[[str], object], english: str) -> None:
    assert part(text_of(PAIRS[english])) == part(text_of(english))


def test_both_readmes_show_the_same_folders_and_documents_and_lead_to_each_other() -> None:
    english, vietnamese = text_of("README.md"), text_of("README.vi.md")
    assert folders(vietnamese) == folders(english)
    assert links(vietnamese) == links(english)
    assert "](README.vi.md)" in english
    assert "](README.md)" in vietnamese


def test_each_code_that_people_meet_is_explained() -> None:
    explained = set(re.findall(r"^\| `([\w-]+)` \|", text_of("docs/vi/codes.md"), re.MULTILINE))
    codes = (*Outcome, *Reason, *Doubt, *RunStatus, *ArticleStatus, *TextCause, *STATUSES)
    assert explained == set(map(str, codes))

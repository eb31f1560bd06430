"""Both READMEs are in step: the same headings, commands, codes and links, one in English and one in Vietnamese."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGLISH, VIETNAMESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.vi.md"))
OWN = {"README.md", "README.vi.md", "docs/vi/sites.md"}
"""Links that only one of them needs: to the other one, and to what is a part of CONTRIBUTING.md in English."""


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
    """Return the documents; one that is in Vietnamese too counts as the English one."""
    found = set(re.findall(r"\]\(([^)#]+)", text)) - OWN
    return {each.replace("docs/vi/operate", "docs/operate") for each in found}


@pytest.mark.parametrize("part", [headings, commands, code, folders], ids=lambda part: part.__name__)
def test_both_readmes_have_the_same(part: Callable[[str], object]) -> None:
    assert part(VIETNAMESE) == part(ENGLISH)


def test_both_readmes_lead_to_the_same_documents_and_to_each_other() -> None:
    assert links(VIETNAMESE) == links(ENGLISH)
    assert "](README.vi.md)" in ENGLISH
    assert "](README.md)" in VIETNAMESE

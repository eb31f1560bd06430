"""requirements.lock: a known-good install, within the bounds of pyproject.toml and of nobody's machine."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
LOCKED = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in LINES)}
PYTHON = {"python_version": "3.11", "sys_platform": "linux"}
"""Where the lock is made: the oldest Python that the program runs on."""
NEEDED = [Requirement(line) for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"])]
INTERNAL = ("scrapy", "twisted", "protego", "datasette", "sqlite-utils", "selectolax")
"""Libraries whose internals the program relies on."""


@pytest.mark.parametrize("needed", NEEDED, ids=lambda each: each.name)
def test_each_dependency_is_locked_at_a_version_that_its_bounds_admit(needed: Requirement) -> None:
    assert needed.marker is None or needed.marker.evaluate(PYTHON)
    assert needed.specifier.contains(LOCKED[canonicalize_name(needed.name)])


def test_the_lock_names_versions_and_nothing_else() -> None:
    assert [line for line in LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.!+]*", line)] == []


@pytest.mark.parametrize("name", INTERNAL)
def test_a_library_whose_internals_count_has_an_upper_bound(name: str) -> None:
    (needed,) = (each for each in NEEDED if each.name == name)
    assert any(each.operator == "<" for each in needed.specifier)

"""The catalogues of our words: complete, and with the same values, commands and options in every language."""

import ast
import json
import pickle
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from string import Formatter

import pytest
from babel.messages.catalog import Message

from archive.languages import LANGUAGES, chosen_language, from_accept_language, translation
from archive.phrases import counted, in_language, joined, phrase
from tests.catalogue import ROOT, TRANSLATED, read_catalogue, renewed

LITERAL = re.compile(r"`[^`]*`|--[a-z][a-z-]*|BAOTINH_[A-Z]+|%\(\w+\)[a-z]|https?://\S+")
"""What is the same in every language: code, options, variables, values of old templates, addresses."""


def forms(text: object) -> list[str]:
    """Return the forms of a text or of its translation, for one and for many."""
    return [str(text)] if isinstance(text, str) else [str(each) for each in text if each] if text else []  # type: ignore[attr-defined]


def literals(text: str) -> Counter[str]:
    """Return what a translation must have too: values with their forms, code, options, variables, addresses."""
    values = [f"{{{name}:{spec}}}" for _, name, spec, _ in Formatter().parse(text) if name is not None]
    return Counter([*values, *LITERAL.findall(text)])


def faults(message: Message) -> list[str]:
    """Return what is wrong with one translation."""
    said = forms(message.string)
    if not said:
        return ["missing"]
    ours = forms(message.id)[-1]
    wrong = ["fuzzy"] if message.fuzzy else []
    for each in said:
        if set(literals(each)) != set(literals(ours)):
            wrong.append(f"other values: {each}")
        if each != unicodedata.normalize("NFC", each):
            wrong.append("not NFC")
        if (each[0].isspace(), each[-1].isspace()) != (ours[0].isspace(), ours[-1].isspace()):
            wrong.append("other spaces at its ends")
    return wrong


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_text_of_the_source_and_no_other(language: str) -> None:
    own = {str(message.id) for message in read_catalogue(language) if message.id}
    assert own == {str(message.id) for message in renewed(language) if message.id}, "run `make catalogue`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_translation_is_whole(language: str) -> None:
    wrong = {str(message.id): faults(message) for message in read_catalogue(language) if message.id}
    assert {text: found for text, found in wrong.items() if found} == {}


def test_each_language_but_that_of_the_source_has_a_catalogue() -> None:
    assert {*TRANSLATED, "en"} == set(LANGUAGES)
    assert translation("vi").info()["language"] == "vi"
    assert translation("en").gettext("article") == "article"


@pytest.mark.parametrize(
    ("environ", "configured", "language"),
    [
        ({}, None, "en"),
        ({"LANG": "vi_VN.UTF-8"}, None, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, None, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "vi_VN"}, None, "vi"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "vi"}, None, "vi"),
        ({"LANGUAGE": "vi"}, None, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LANGUAGE": "en:vi"}, None, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:vi:en"}, None, "vi"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C", "LANGUAGE": "vi"}, None, "en"),
        ({"LANG": "POSIX", "LANGUAGE": "vi"}, None, "en"),
        ({"LANG": "C.UTF-8"}, None, "en"),
        ({"LC_ALL": "C", "BAOTINH_LANG": "vi"}, None, "vi"),
        ({"LANG": "vi_VN.UTF-8", "BAOTINH_LANG": "en"}, None, "en"),
        ({"LANG": "vi_VN.UTF-8", "BAOTINH_LANG": "fr"}, None, "vi"),
        ({"LC_ALL": "C"}, "vi", "vi"),
        ({"LANG": "vi_VN.UTF-8", "BAOTINH_LANG": "vi"}, "en", "vi"),
    ],
)
def test_the_language_of_a_terminal(environ: dict[str, str], configured: str | None, language: str) -> None:
    assert chosen_language(environ, configured=configured) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "vi"),
        ("vi-VN,vi;q=0.9,en-US;q=0.6,en;q=0.5", "vi"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.4, vi;q=0.8", "vi"),
        ("fr-FR, en;q=0.3", "en"),
        ("en;q=0, *", "vi"),
        ("de", "vi"),
        ("\x00;;q=,,", "vi"),
    ],
)
def test_the_language_of_a_browser(header: str, language: str) -> None:
    assert from_accept_language(header) == language


def test_a_phrase_is_its_english_text() -> None:
    said = phrase("{folder} is damaged: {finding}", folder="news", finding=counted("{n} row", "{n} rows", n=2))
    assert said == "news is damaged: 2 rows"
    assert str(ValueError(said)) == said


def test_numbers_are_written_as_the_language_does() -> None:
    said = joined("; ", [phrase("{n:,} of {share:.1%}", n=1284, share=0.968), "1,284 {x}"])
    assert said == in_language(said, "en") == "1,284 of 96.8%; 1,284 {x}"
    assert in_language(said, "vi") == "1.284 of 96,8%; 1,284 {x}"
    assert in_language(joined(", ", []), "vi") == ""
    assert in_language(phrase("{at:%A %H:%M}", at=datetime(2026, 11, 29, 7, 30, tzinfo=UTC)), "vi") == "chủ nhật 07:30"


def test_a_phrase_goes_through_other_processes_and_joins_other_text() -> None:
    said = pickle.loads(pickle.dumps("  " + phrase("no run {run}", run=7) + "!"))
    assert (said, in_language(said, "vi")) == ("  no run 7!", "  no run 7!")
    assert in_language("  " + phrase("the file is missing"), "vi") == "  tệp đã mất"
    assert json.dumps({"said": str(ValueError(said))}) == '{"said": "  no run 7!"}'


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield each call that makes a phrase, with its place."""
    for path in [*ROOT.glob("archive/**/*.py"), *ROOT.glob("crawler/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("phrase", "counted"):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_each_phrase_has_the_values_of_its_template() -> None:
    wrong = []
    for place, call in calls():
        templates = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        named = {name for text in templates for _, name, _, _ in Formatter().parse(text) if name is not None}
        given = {each.arg for each in call.keywords}
        if len(templates) != len(call.args) or named | {"n"} != given | {"n"}:
            wrong.append(f"{place}: {named ^ given}")
    assert not wrong, "\n".join(wrong)

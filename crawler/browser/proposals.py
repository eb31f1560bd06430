"""From the JSON that a page's scripts fetched to an `[article_api]` or a `[[source]]`; nothing is requested.

A value of the JSON that the page shows as its headline is the headline; entries whose addresses the page shows as
links are a list.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler import json_answers, templates
from crawler.browser.opened import JsonAnswer, Opened
from crawler.discover.moments import read_moment
from crawler.extract.document import tidy_markup
from crawler.new_site.toml_text import basic, literal

LEAST_BODY = 200
"""Characters of a text; a lead has fewer."""
LEAST_LEAD = 30
LEAST_VALUE = 3
"""Characters of a value that is sought in an address: "1" is in many."""
LEAST_LINKS = 3
"""Entries that must be links of the page: two may be a box of it."""
DEEPEST = 6
"""Levels of keys below which nothing is sought."""
MOST_ENTRIES = 50
"""Entries that are compared with the links; a page shows ten or twenty."""
_MARKUP = re.compile(r"<[^<>]*>")
_NAMES = {
    "published": re.compile(r"publi|date|time|ngay", re.IGNORECASE),
    "byline": re.compile(r"author|writer|byline|tac_?gia|pen_?name", re.IGNORECASE),
}
_PAGE_NUMBER = re.compile(r"([?&](?:page|p|trang|page_?(?:no|index|number))=)\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A table of a site file."""

    toml: str
    evidence: str
    """The address of the JSON."""


def propose(opened: Opened) -> list[Proposal]:
    """Return what the JSON of a page can be used for, the most likely first."""
    found = [*_each(opened, _article_api), *_each(opened, _source)]
    return list({each.toml: each for each in found}.values())


def _each(opened: Opened, read: Callable[[Opened, JsonAnswer, Any], str | None]) -> Iterator[Proposal]:
    for answer in opened.answers:
        if toml := read(opened, answer, json_answers.load(answer.body)):
            yield Proposal(toml, answer.url)


# --- an article ---


def _article_api(opened: Opened, answer: JsonAnswer, document: Any) -> str | None:
    address = _address_of_article(opened.url, answer.url)
    values = [(path, _plain(value)) for path, value in _values(document)]
    seen = _plain(opened.text)
    titles = {_plain(text) for text in opened.headlines}
    title = next((path for path, text in values if text in titles), None)
    long = [(len(text), path) for path, text in values if len(text) >= LEAST_BODY and text[:60] in seen]
    if address is None or title is None or not long:
        return None
    page, url = address
    body = max(long)[1]
    lead = next((path for path, text in values if _is_lead(text, seen) and path not in (title, body)), None)
    fields = {
        "title": title,
        "lead": lead,
        "body": body,
        "published": _dated(values),
        "byline": next((path for path, text in values if _is_named("byline", path) and text and text in seen), None),
    }
    lines = ["[article_api]", f"page = {literal(page)}", f"url = {basic(url)}"]
    return "\n".join([*lines, *(f"{field} = {basic(path)}" for field, path in fields.items() if path)])


def _address_of_article(page: str, api: str) -> tuple[str, str] | None:
    """Return the pattern of the page's address and the template of the JSON's: what is in both is a group of it."""
    segments = [segment for segment in urlsplit(page).path.split("/") if segment]
    parts = urlsplit(api)
    there = {unquote(each) for each in (*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query)))}
    for number in range(len(segments) - 1, -1, -1):
        segment = segments[number]
        shapes = [(segment, r"(?P<id>\d+)", "id") if segment.isdigit() else (segment, "(?P<slug>[^/?]+)", "slug")]
        for digits in re.finditer(r"\d{3,}", segment):
            after = segment[digits.end() :]
            shapes.append((digits[0], rf"[^/?]*?(?P<id>\d+){re.escape(after)}", "id"))
        for value, shape, name in shapes:
            if len(value) >= LEAST_VALUE and unquote(value) in there:
                around = [_shape_of(each, number=place) for place, each in enumerate(segments)]
                around[number] = shape
                return f"^/{'/'.join(around)}", _with_key(api, value, name)
    return None


def _shape_of(segment: str, *, number: int) -> str:
    """Return a pattern for another segment of an article's address: the first one is often the same for all."""
    return re.escape(segment).replace(r"\-", "-") if number == 0 else "[^/?]+"


def _with_key(api: str, value: str, name: str) -> str:
    before, _, after = api.rpartition(value)
    return f"{before}{{{name}}}{after}"


def _is_lead(text: str, seen: str) -> bool:
    return LEAST_LEAD <= len(text) < 3 * LEAST_BODY and " " in text and text in seen


def _dated(values: Sequence[tuple[str, str]]) -> str | None:
    dates = [path for path, text in values if _is_named("published", path) and read_moment(text)]
    return next((path for path in dates if "publi" in path.lower()), dates[0] if dates else None)


def _is_named(field: str, path: str) -> bool:
    """Return whether a key, or the one above it, has a name of the field: "author.name"."""
    return any(_NAMES[field].search(key) for key in path.split(".")[-2:])


# --- a list ---


def _source(opened: Opened, answer: JsonAnswer, document: Any) -> str | None:
    links = [link for link in opened.links if urlsplit(link).netloc == urlsplit(opened.url).netloc]
    for items, entries in _lists(document):
        told = [dict(_values(entry)) for entry in entries[:MOST_ENTRIES]]
        template, count = _address_of_entries(told, links)
        if template is None or count < LEAST_LINKS:
            continue
        values = list(told[0].items())
        lines = ["[[source]]", 'kind = "json"', f"url = {basic(answer.url)}"]
        lines += [f"items = {basic(items)}"] if items else []
        lines.append(f"address = {basic(template)}")
        if published := _dated(values):
            lines.append(f"published = {basic(published)}")
        if (following := _PAGE_NUMBER.sub(r"\1{page}", answer.url)) != answer.url:
            lines.append(f"next_page = {basic(following)}")
        return "\n".join(lines)
    return None


def _lists(document: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each list of objects with its path, the outer ones first."""
    if isinstance(document, list):
        if entries := [entry for entry in document if isinstance(entry, dict)]:
            yield path, entries
    elif isinstance(document, dict) and depth < DEEPEST:
        for key, value in document.items():
            if isinstance(value, (dict, list)) and re.fullmatch(r"[\w-]+", key):
                yield from _lists(value, f"{path}.{key}" if path else key, depth + 1)


def _address_of_entries(entries: Sequence[Mapping[str, str]], links: Sequence[str]) -> tuple[str | None, int]:
    """Return the template that makes the most links out of entries, and how many it makes."""
    addresses = {unquote(urlsplit(link).path) for link in links} | {*links}
    tried: Counter[str] = Counter()
    for entry in entries[:LEAST_LINKS]:
        for path, value in entry.items():
            if value in addresses:
                tried[path] += 1
        for address in addresses:
            if address.startswith("/") and (template := _template_of(address, entry)):
                tried[template] += 1
    counted = {
        template: sum(_made(template, entry) in addresses for entry in entries)
        for template in dict(tried.most_common(20))
    }
    best = max(counted, key=lambda template: counted[template], default=None)
    return best, counted[best] if best else 0


def _template_of(address: str, entry: Mapping[str, str]) -> str | None:
    """Return an address with the values of an entry replaced by their keys; None if its last part has none."""
    segments = address.split("/")
    by_length = sorted(entry.items(), key=lambda item: -len(item[1]))
    for number, segment in enumerate(segments):
        if whole := next((path for path, value in by_length if value == segment and len(value) >= LEAST_VALUE), None):
            segments[number] = "{" + whole + "}"
            continue
        for path, value in by_length:
            if len(value) >= LEAST_VALUE and value in segments[number] and "{" not in value:
                segments[number] = segments[number].replace(value, "{" + path + "}", 1)
    return "/".join(segments) if "{" in segments[-1] and templates.is_template("/".join(segments)) else None


def _made(template: str, entry: Mapping[str, str]) -> str | None:
    if not templates.is_template(template):
        return entry.get(template)
    made = templates.fill(template, entry.get, safe="/%")
    return unquote(made) if made else None


# --- values ---


def _values(document: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield each text and number with its path; of a list, the first element."""
    if isinstance(document, dict) and depth < DEEPEST:
        for key, value in document.items():
            if re.fullmatch(r"[\w-]+", key):
                yield from _values(value, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(document, list):
        for value in islice(document, 1):
            yield from _values(value, path, depth + 1)
    elif path and isinstance(document, (str, int)) and not isinstance(document, bool) and str(document).strip():
        yield path, str(document).strip()


def _plain(text: str) -> str:
    """Return the words of a text without markup, as a reader compares them."""
    return " ".join(tidy_markup(_MARKUP.sub(" ", text)).split())

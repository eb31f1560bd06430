"""The keys of site and platform files, with the meaning and the type of each.

The loader reads files by these tables, its messages quote them, and docs/site-files.md lists the same keys.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from archive import SHARES, joined, phrase
from crawler.site import FIELDS, KINDS, MAX_PAGES, PAGES, PAGES_AND_IMAGES, STATUSES, Hours
from crawler.templates import is_template, keys_of

CSS_ONLY = ("caption", "drop")
"""Fields whose rules select elements, never an attribute or a metadata value."""

LONGEST_SHOWN = 200
"""Characters of a pattern that a message shows."""


_NEVER_MATCHES = (
    (re.compile(r"\\\\"), phrase("no address has a backslash; between single quotes one is enough for \\d")),
    (re.compile(r"[#\s]|[^\x00-\x7f]"), phrase("addresses have no #, blank or letter with marks, only percent codes")),
    (re.compile(r"(?<!\\)\$[^)|]"), phrase("nothing follows the end, $")),
)
"""(expression, reason): a pattern that contains it outside of [sets] matches no canonical path with query."""
_FIRST = re.compile(r"(?:\(\?i\))?\^(\[\^?\]?(?:\\.|[^]\\])*\]|\\[dDwWsS]|\w)(?![?*{|])[^|]*$")
"""Group 1: what a pattern requires as the first character of a path."""


@dataclass(frozen=True, slots=True)
class Key:
    """The meaning and the type of one key."""

    meaning: str
    read: Callable[[Any], Any]
    """Converts one value of the file into its typed form; a ValueError says what is expected."""
    required: bool = False
    many: bool = False
    """Whether the key holds a list of such values; a single value is accepted too."""


def read_text(value: object) -> str:
    """Return a text that is not empty, without outer spaces."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(phrase("expected text"))
    return value.strip()


def read_count(value: object) -> int:
    """Return a whole number, at least 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(phrase("expected a whole number from 1, such as 50"))
    return value


def read_number(value: object) -> int:
    """Return a whole number, at least 0."""
    return 0 if value == 0 and not isinstance(value, bool) else read_count(value)


def read_shares(value: object) -> dict[str, float]:
    """Return field → share; a share is from 0 to 1."""
    if not isinstance(value, Mapping) or not value:
        raise ValueError(phrase("expected shares such as {{byline = 0.5}}"))
    for name, share in value.items():
        if name not in SHARES:
            raise ValueError(phrase('"{name}" is not one of {shares}', name=name, shares=", ".join(SHARES)))
        if not _is_share(share):
            raise ValueError(
                phrase("expected a share from 0 to 1 for {name}, not {share}", name=name, share=_written(share))
            )
    return {name: float(share) for name, share in value.items()}


def read_share(value: object) -> float:
    """Return a share, from 0 to 1."""
    if not _is_share(value):
        raise ValueError(phrase("expected a share from 0 to 1, such as 0.1, not {value}", value=_written(value)))
    return float(value)


def _is_share(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


def read_day(value: object) -> date:
    """Return a date; TOML writes dates without quotes."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(phrase("expected a date without quotes, such as 2022-01-31"))
    return value


def read_flag(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise ValueError(phrase("expected true or false, without quotes"))
    return value


def read_hours(value: object) -> Hours:
    """Return hours of the day, written as "22:00-05:00"."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", read_text(value))
    if not found:
        raise ValueError(phrase('expected hours such as "22:00-05:00", not "{value}"', value=value))
    first, second, third, fourth = map(int, found.groups())
    return Hours(time(first, second), time(third, fourth))


def read_url(value: object) -> str:
    """Return an absolute web address."""
    text = read_text(value)
    try:
        parts = urlsplit(text)
        found = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or True)
    except ValueError:
        found = False
    if not found:
        raise ValueError(
            phrase('expected an address such as "https://baocantho.com.vn/thoi-su/", not "{text}"', text=text)
        )
    return text


def read_domain(value: object) -> str:
    """Return a host in lower case, with ":port" when one is written."""
    text = read_text(value).lower()
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", text):
        raise ValueError(
            phrase('expected a host such as "baocantho.com.vn" or "127.0.0.1:8080", not "{text}"', text=text)
        )
    return text


def read_pattern(value: object) -> re.Pattern[str]:
    """Return a compiled regular expression; one that matches no path with query is an error."""
    text = read_text(value)
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(
            phrase("bad regular expression '{text}': {error}", text=text[:LONGEST_SHOWN], error=error)
        ) from None
    if (first := _FIRST.match(text)) and not re.fullmatch(first[1], "/"):
        raise ValueError(phrase("'{text}' can never match: a path begins with a slash", text=text))
    outside_sets = re.sub(r"\[(?:\\.|[^]\\])++(?:\]|\Z)", "[]", text)
    for sign, reason in _NEVER_MATCHES:
        if sign.search(outside_sets):
            raise ValueError(phrase("'{text}' can never match: {reason}", text=text, reason=reason))
    return pattern


def read_grouped(value: object) -> re.Pattern[str]:
    """Return a compiled regular expression with exactly one group, which is the id."""
    pattern = read_pattern(value)
    if pattern.groups != 1:
        raise ValueError(phrase("'{pattern}' needs one (group): the id", pattern=pattern.pattern))
    return pattern


def read_selector(value: object) -> str:
    """Return a CSS selector that the HTML parser accepts."""
    text = read_text(value)
    try:
        LexborHTMLParser("").css(text)
    except SelectolaxError:
        raise ValueError(phrase("bad CSS selector '{text}'", text=text)) from None
    return text


def read_rule(value: object) -> str:
    """Return a rule: `ld:key`, `meta:name`, or CSS with an optional `@attribute`."""
    text = read_text(value)
    if text.startswith(("ld:", "meta:")):
        if not re.fullmatch(r"(ld|meta):[\w.:@-]+", text):
            raise ValueError(phrase('expected "ld:key" or "meta:name", not "{text}"', text=text))
        return text
    read_selector(re.sub(r"@[A-Za-z][A-Za-z0-9-]*$", "", text))
    return text


def _written(value: object) -> str:
    """Return a value of a TOML file nearly as it is written there."""
    return json.dumps(value, ensure_ascii=False, default=str)


def one_of(*words: str) -> Callable[[Any], str]:
    """Return a function that accepts only these words."""

    def read(value: object) -> str:
        if value not in words:
            raise ValueError(
                phrase("expected one of {words}, not {value}", words=", ".join(words), value=_written(value))
            )
        return str(value)

    return read


def read_path(value: object) -> str:
    """Return the dotted path of a key in a JSON answer, such as "data.items"."""
    text = read_text(value)
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", text):
        raise ValueError(phrase('expected the path of a key such as "data.items", not "{text}"', text=text))
    return text


def read_template(value: object) -> str:
    """Return an absolute web address with {keys} after its host."""
    text = read_url(value)
    if not is_template(text) or "{" in urlsplit(text).netloc:
        raise ValueError(
            phrase('expected an address with {{keys}} such as "https://…/list?page={{page}}", not "{text}"', text=text)
        )
    return text


def read_path_or_template(value: object) -> str:
    """Return the dotted path of a key that holds an address, or an address with {keys}."""
    text = read_text(value)
    return text if is_template(text) else read_path(text)


SITE_KEYS: Mapping[str, Key] = {
    "outlet": Key(phrase("name as the outlet prints it"), read_text, required=True),
    "home": Key(phrase("address of the home page"), read_url, required=True),
    "kind": Key(phrase("newspaper (default), station or portal"), one_of(*KINDS)),
    "province": Key(phrase("province before 1 July 2025, as in archive/provinces.csv"), read_text),
    "domains": Key(
        phrase("all hosts, past and present, the host of `home` first (default: only it)"), read_domain, many=True
    ),
    "platform": Key(phrase("name of a platform file"), read_text),
    "checked": Key(phrase('what the file rests on (default: "facts only")'), read_text),
    "lead_marks": Key(phrase("marks that begin this outlet's leads"), read_text, many=True),
    "article_url": Key(phrase("patterns; an address that matches one is an article"), read_pattern, many=True),
    "not_article": Key(
        phrase("patterns that win over `article_url`; the platform's count too"), read_pattern, many=True
    ),
    "next_page": Key(phrase("CSS rules for the link to the next page of a section"), read_rule, many=True),
    "article_id": Key(
        phrase("patterns; group 1 is the id that an article keeps when it moves"), read_grouped, many=True
    ),
    "max_pages": Key(phrase("pages of one section that a crawl walks (default: {most})", most=MAX_PAGES), read_count),
    "quiet_hours": Key(phrase('hours without requests, in Vietnamese time: "22:00-05:00"'), read_hours, many=True),
    "raw": Key(phrase("what raw pages hold: page (default) or page+images"), one_of(PAGES, PAGES_AND_IMAGES)),
    "picture_hosts": Key(phrase("hosts of pictures, beside `domains`"), read_domain, many=True),
    "insecure_tls": Key(phrase("true: the certificate is not verified; recorded with each run"), read_flag),
    "legacy_tls": Key(phrase("true: TLS 1.0 and old ciphers are accepted; recorded with each run"), read_flag),
    "status": Key(phrase("active (default), merged, closed or unknown"), one_of(*STATUSES)),
    "merged_into": Key(phrase("name of the site file that continues the news"), read_text),
    "merged_on": Key(phrase("first day under the other name, if known"), read_day),
    "former_names": Key(phrase("names that the outlet printed before, the latest first"), read_text, many=True),
    "notes": Key(phrase("what an archivist should know, one sentence each"), read_text, many=True),
}
PLATFORM_KEYS: Mapping[str, Key] = {
    name: SITE_KEYS[name] for name in ("article_url", "not_article", "article_id", "next_page")
}
EXAMPLE_KEYS: Mapping[str, Key] = {
    "article": Key(phrase("addresses that are articles"), read_url, many=True),
    "section": Key(phrase("addresses that are pages of links"), read_url, many=True),
    "not_article": Key(
        phrase("addresses on the outlet's hosts that are neither article nor section"), read_url, many=True
    ),
}
SOURCE_KEYS: Mapping[str, Key] = {
    "kind": Key(phrase("feed, sitemap, section or json"), one_of("feed", "sitemap", "section", "json"), required=True),
    "url": Key(phrase("address on one of `domains`; that of json may be on another host"), read_url, required=True),
    "items": Key(phrase("json: path to the list of entries (default: the answer is the list)"), read_path),
    "address": Key(
        phrase("json: key with the article's address, or address with {{keys}}"), read_path_or_template, many=True
    ),
    "published": Key(phrase("json: key with the date of publication"), read_path),
    "next_page": Key(
        phrase("json: address of the next page, with {{page}} or {{keys}} of the last entry"), read_template
    ),
    "lists": Key(
        phrase("json: address of the list to which an entry of a menu leads, with its {{keys}}"), read_template
    ),
}
API_KEYS: Mapping[str, Key] = {
    "page": Key(
        phrase("pattern of the articles that come as JSON; its (?P<name>…) are {{keys}} of `url`"),
        read_pattern,
        required=True,
    ),
    "url": Key(phrase("address of the JSON answer for an article, with {{keys}}"), read_template, required=True),
    **{
        field: Key(
            phrase("path of the key with the {field}", field=field), read_path, required=field in ("title", "body")
        )
        for field in FIELDS
        if field not in CSS_ONLY
    },
}
LAYOUT_KEYS: Mapping[str, Key] = {
    "name": Key(phrase("stored with each article, such as mediasoft-2022"), read_text, required=True),
    "detect": Key(phrase("CSS selector that matches only pages of this layout"), read_selector, required=True),
    "valid_until": Key(phrase("last day of this layout; expired layouts are tried last"), read_day),
    **{
        field: Key(
            phrase("rules for {field}", field=field), read_selector if field in CSS_ONLY else read_rule, many=True
        )
        for field in FIELDS
    },
}


EXPECT_KEYS: Mapping[str, Key] = {
    "articles_per_day": Key(phrase("new articles in 24 hours, at least; 0: not compared at all"), read_number),
    "fields": Key(phrase("shares of the articles that have a field, at least: {{byline = 0.5}}"), read_shares),
    "doubts": Key(
        phrase("largest share of the pages that may be read with doubts; 1: not compared at all"), read_share
    ),
    "silent_days": Key(phrase("more days without a new article are a fault (default: 3)"), read_count),
}


def find_source_problems(source: Mapping[str, Any], domains: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield (key, problem) for keys of one `[[source]]` that contradict each other or are missing."""
    url = source.get("url")
    if source.get("kind") != "json":
        for key in sorted(source.keys() - {"kind", "url"}):
            yield key, phrase('"{key}" is for kind "json"', key=key)
        if url and urlsplit(url).netloc.lower() not in domains:
            yield "url", phrase('"url": {url} is not on {domains}', url=url, domains=joined(phrase(" or "), domains))
        return
    if "address" not in source:
        yield "kind", phrase('missing key "address": the key of an entry that holds the address of its article')
    for key in ("next_page", "lists"):
        # of hosts outside of `domains`, the file allows a crawl only the host of `url`
        if url and key in source and urlsplit(source[key]).netloc.lower() != urlsplit(url).netloc.lower():
            yield key, phrase('"{key}": {url} is not on the host of "url"', key=key, url=source[key])


def find_api_problems(api: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, problem) for keys of `[article_api]` that contradict each other."""
    if "page" in api and "url" in api:
        for key in keys_of(api["url"]):
            if key not in api["page"].groupindex:
                yield "url", phrase('"url": {{{key}}} needs a group (?P<{key}>…) in "page"', key=key)

"""Reads what a robots.txt says to this program, within bounds. Uses no network and no clock.

Protego copies each rule into each group before it, which takes hours for a hostile file, and it accepts "bao" as our
name. So it gets only the lines of our own group.
"""

import codecs
import re
from collections.abc import Iterator

from protego import Protego

from archive import Reason, Refusal, phrase

AGENT = "baotinh"
"""The product token that robots.txt files address."""
EVERYONE = "*"
"""The group that counts if there is none for AGENT."""
LARGEST = 500 * 1024
"""Bytes of a robots.txt that are read: the least that RFC 9309 section 2.5 allows."""
MOST_RULES = 10_000
"""Most lines of our group. Reading them takes a tenth of a second; long real files have 2,000 in all."""
MOST_WILDCARD_BYTES = 32 * 1024
"""Most bytes of all rules with a `*` in our group, about 1,500 rules: each is searched in each address."""
LONGEST_DELAY = 60.0
"""Longest Crawl-delay in seconds: with it a crawl fetches 1,440 pages a day."""
Rules = Protego | Refusal
"""What a robots.txt allows, or why nothing is allowed in this run."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""Byte order mark → encoding; without a mark it is UTF-8, as in RFC 9309."""
_AGENT_LINE = re.compile(r"user[ -]?agent\s*(?::|\s)\s*(\S*)", re.IGNORECASE)
_SITEMAP_LINE = re.compile(r"site-?maps?\b", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+")


def read_robots(body: bytes) -> Rules:
    """Return the rules of a robots.txt for AGENT, or a refusal for a file that cannot be obeyed within the bounds.

    A line that is not a rule is skipped, and so is the line that the limit cuts.
    """
    rules, sitemaps = _own_lines(_lines_of(body))
    wildcard_bytes = sum(len(rule) for rule in rules if "*" in rule)
    if len(rules) > MOST_RULES:
        return closed(
            phrase(
                "has {n:,} rules for {agent}, a crawl obeys {most:,} at most",
                n=len(rules),
                agent=AGENT,
                most=MOST_RULES,
            )
        )
    if wildcard_bytes > MOST_WILDCARD_BYTES:
        found, most = wildcard_bytes // 1024, MOST_WILDCARD_BYTES // 1024
        return closed(
            phrase("has {found} KiB of rules with wildcards, a crawl obeys {most} KiB at most", found=found, most=most)
        )
    return Protego.parse("\n".join((f"User-agent: {AGENT}", *rules, *sitemaps)))


def rules_of_answer(status: int, body: bytes) -> Rules:
    """Return what an answer for a robots.txt allows."""
    if 400 <= status < 500 and status != 429:  # there is no robots.txt, so everything is allowed
        return read_robots(b"")
    if status >= 300:
        return closed(phrase("answered {status}", status=status))
    rules = read_robots(body)
    delay = 0.0 if isinstance(rules, Refusal) else rules.crawl_delay(AGENT) or 0.0
    if delay > LONGEST_DELAY:
        return closed(
            phrase(
                "asks for {delay:g} s between two requests, a crawl waits {most:g} s at most",
                delay=delay,
                most=LONGEST_DELAY,
            )
        )
    return rules


def closed(why: str) -> Refusal:
    """Return the refusal of everything on a host; `why` continues a sentence that begins with "robots.txt"."""
    return Refusal(Reason.ROBOTS, phrase("robots.txt {why}: closed for this run", why=why))


def _lines_of(body: bytes) -> Iterator[str]:
    """Yield the lines that are read, without comments."""
    encoding = next((name for mark, name in _MARKS.items() if body.startswith(mark)), "utf-8")
    lines = body[:LARGEST].decode(encoding, "replace").splitlines()
    for line in lines if len(body) <= LARGEST else lines[:-1]:
        if text := line.partition("#")[0].strip():
            yield text


def _own_lines(lines: Iterator[str]) -> tuple[list[str], list[str]]:
    """Return the lines of the groups for AGENT, or of those for EVERYONE if it has none; and the lines of sitemaps.

    A group begins with one or more lines that name programs. Groups for the same program count as one.
    """
    groups: dict[str, list[str]] = {}
    sitemaps: list[str] = []
    named: set[str] = set()
    is_naming = False
    for line in lines:
        if found := _AGENT_LINE.match(line):
            if not is_naming:
                named.clear()
            is_naming = True
            if (name := _name_in(found[1])) in (AGENT, EVERYONE):
                named.add(name)
                groups.setdefault(name, [])
        elif _SITEMAP_LINE.match(line):
            sitemaps.append(line)
        else:
            is_naming = False
            for name in named:
                groups[name].append(line)
    return groups.get(AGENT, groups.get(EVERYONE, [])), sitemaps


def _name_in(value: str) -> str:
    """Return the product token of a group, in lower case: "baotinh" for "BaoTinh/1.0" and "baotinh*"."""
    found = _TOKEN.match(value.lower())
    return found[0] if found else value[:1]

"""What a robots.txt says to this program: groups, encodings, and files that are made to be slow."""

from collections.abc import Callable
from time import process_time

import pytest

from archive import Reason, Refusal
from crawler.fetch.robots_txt import AGENT, LARGEST, MOST_RULES, MOST_WILDCARD_BYTES, Rules, read_robots

LONGEST_ADDRESS = 2_048
"""Characters; sources name no longer ones that a crawl asks for."""


def allows(rules: Rules, url: str) -> bool:
    assert not isinstance(rules, Refusal), rules.detail
    return bool(rules.can_fetch(url, AGENT))


@pytest.mark.parametrize(
    "group",
    [
        *("baotinh", "BaoTinh", "baotinh/1.0", "BAOTINH/0.1 (+https://x.example)", "baotinh*", " baotinh "),
        *(
            "googlebot\nUser-agent: baotinh",
            "baotinh\nUser-agent: googlebot",
            "x\nSitemap: /s.xml\nUser-agent: baotinh",
        ),
    ],
)
def test_a_group_for_this_program_wins(group: str) -> None:
    text = f"User-agent: *\nDisallow: /tin\n\nUser-agent: {group}\nDisallow: /bai\n"
    rules = read_robots(text.encode())
    assert not allows(rules, "http://a.vn/bai/1")
    assert allows(rules, "http://a.vn/tin/1")


@pytest.mark.parametrize("group", ["bao", "baotinh-images", "mybaotinh", "b*tinh", "", "/"])
def test_a_group_for_another_program_does_not_count(group: str) -> None:
    text = f"User-agent: {group}\nDisallow: /bai\n\nUser-agent: *\nDisallow: /tin\n"
    rules = read_robots(text.encode())
    assert allows(rules, "http://a.vn/bai/1")
    assert not allows(rules, "http://a.vn/tin/1")


def test_groups_for_one_program_count_as_one_and_an_empty_one_allows_all() -> None:
    rules = read_robots(b"User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: *\nDisallow: /c\n")
    assert [allows(rules, f"http://a.vn/{path}") for path in "abc"] == [False, True, False]
    assert allows(read_robots(b"User-agent: baotinh\nDisallow:\n\nUser-agent: *\nDisallow: /"), "http://a.vn/a")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, end: str) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    text = mark + end.join(("User-agent: *", "Disallow: /thời-sự", "Sitemap: https://a.vn/s.xml", ""))
    rules = read_robots(text.encode(encoding))
    assert not allows(rules, "http://a.vn/th%E1%BB%9Di-s%E1%BB%B1/1")
    assert not isinstance(rules, Refusal)
    assert list(rules.sitemaps) == ["https://a.vn/s.xml"]


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_a_file_is_read_to_its_limit_and_no_line_is_cut(end: bytes) -> None:
    filling = b"#" * (LARGEST - 30) + end + b"User-agent: *" + end
    assert allows(read_robots(filling + b"Disallow: /rao-vat/"), "http://a.vn/tin")
    rules = read_robots(end.join((b"User-agent: *", b"Disallow: /tin", b"# x" * LARGEST, b"Disallow: /bai")))
    assert not allows(rules, "http://a.vn/tin")
    assert allows(rules, "http://a.vn/bai")


@pytest.mark.parametrize(
    ("rules", "detail"),
    [
        ("Disallow: /a\n" * (MOST_RULES + 1), "has 10,001 rules"),
        ("Disallow: /*?x=\n" * (MOST_WILDCARD_BYTES // 10), "KiB of rules with wildcards"),
    ],
)
def test_a_file_beyond_the_bounds_closes_its_host(rules: str, detail: str) -> None:
    refusal = read_robots(f"User-agent: *\n{rules}".encode())
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.ROBOTS
    assert detail in refusal.detail
    assert allows(read_robots(f"User-agent: *\nDisallow:\nUser-agent: x\n{rules}".encode()), "http://a.vn/a")


def agents(rules: str) -> str:
    return "".join(f"User-agent: a{number}\n" for number in range(12_000)) + "User-agent: *\n" + rules


HOSTILE = {
    "empty lines": "\n" * LARGEST,
    "wildcards": "User-agent: *\n" + "Disallow: /*a*b\n" * 20_000,
    "wildcards-within-bounds": "User-agent: *\n" + "Disallow: /*a*b\n" * (MOST_WILDCARD_BYTES // 16),
    "stars": "User-agent: *\n" + ("Disallow: /" + "*a" * 400 + "b\n") * 30,
    "slow-to-find": "User-agent: *\n" + ("Disallow: /*" + "a" * 120 + "b" + "a" * 120 + "\n") * 120,
    "prefixes": "User-agent: *\n" + "".join(f"Disallow: /{number}\n" for number in range(MOST_RULES - 1)),
    "escaped": "User-agent: *\n" + "Disallow: /%é\n" * (MOST_RULES - 1),
    "dollars": "User-agent: *\n" + "Disallow: /$a$\n" * (MOST_RULES - 1),
    "agents": agents("Disallow: /x\n" * 9_000),
    "one-line": "User-agent: *\nDisallow: /" + "*a" * (LARGEST // 2 - 20),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_holds_the_process(name: str) -> None:
    most = 0.25
    rules = read_robots(HOSTILE[name].encode())
    assert least_time(lambda: read_robots(HOSTILE[name].encode())) < most
    if not isinstance(rules, Refusal):
        assert least_time(lambda: rules.can_fetch("http://a.vn/" + "a" * LONGEST_ADDRESS, AGENT)) < most


def least_time(call: Callable[[], object]) -> float:
    """Return the least processor time of three calls: a busy machine only adds to it."""
    times = []
    for _ in range(3):
        began = process_time()
        call()
        times.append(process_time() - began)
    return min(times)

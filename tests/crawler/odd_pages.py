"""Pages that could block a parser or fill the memory, each with the expected result; a program that reads one."""

import gzip
import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from crawler.extract.article import extract
from crawler.page import Page

MEMORY = 1 << 30
"""Limit of address space in bytes; the interpreter and the libraries use a third of it."""
SECONDS = 10
"""Limit of processor time; the slowest takes 2."""
TEXT = "Chiều 2-7, tỉnh tổ chức hội nghị sơ kết công tác dân vận sáu tháng đầu năm tại xã Khe Vàng."
HEAD = "<title>Hội nghị sơ kết</title><h1>Hội nghị sơ kết</h1>"
P = f"<p>{TEXT}</p>" * 3
WHOLE = "article: " + "|".join([TEXT] * 3)
ARTICLE = "article"
"""Expected result: an article with any text, because the text is too long to list here."""
MALFORMED = "malformed"
BRACKET = 'a{}=">"'
MARKS = "\u0323\u0302"


class Odd(NamedTuple):
    make: Callable[[], str | bytes]
    result: str


def attributes(count: int, form: str = "a{}=1") -> str:
    return " ".join(form.format(n) for n in range(count))


def fonts(count: int) -> str:
    return "".join(f"<font color=c{n}>" for n in range(count))


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>{HEAD}{P}'


PAGES = {
    "3,000 levels": Odd(lambda: HEAD + "<div>" * 3000 + P + "</div>" * 3000, WHOLE),
    "900 tables in each other": Odd(lambda: HEAD + "<table><tr><td>" * 900 + P, WHOLE),
    "7,000 levels": Odd(lambda: HEAD + "<div>" * 7_000 + P + "</div>" * 7_000, MALFORMED),
    "1,000,000 levels": Odd(lambda: HEAD + "<div>" * 1_000_000 + P, MALFORMED),
    "30,000 tables in each other": Odd(lambda: HEAD + "<table><tr><td>" * 30_000 + P, MALFORMED),
    "titles in titles": Odd(lambda: HEAD + '<div class="title author">' * 3900 + P, WHOLE),
    "10,000 attributes": Odd(lambda: f"{HEAD}<div {attributes(10_000)}>{P}</div>", WHOLE),
    "100,000 attributes": Odd(lambda: f"{HEAD}<div {attributes(100_000)}>{P}</div>", WHOLE),
    "100,000 attributes of an end tag": Odd(lambda: f"{HEAD}<div>{P}</div {attributes(100_000)}>", WHOLE),
    "100,000 attributes behind a bracket": Odd(lambda: f'{HEAD}<div x=">" {attributes(100_000, "a{}")}>{P}', WHOLE),
    "100,000 attributes with brackets": Odd(lambda: f"{HEAD}<div {attributes(100_000, BRACKET)}>{P}", WHOLE),
    "14,000 options": Odd(lambda: f"{HEAD}{P}<select>{'<option>a' * 14_000}", MALFORMED),
    "a picture in an attribute": Odd(lambda: f'{HEAD}<img src="data:image/png;base64,{"A" * 3_000_000}">{P}', WHOLE),
    "1,000,000 empty tags": Odd(lambda: HEAD + P + "<p></p>" * 1_000_000, MALFORMED),
    "14,000 tags without an end": Odd(lambda: HEAD + P + "<a " * 14_000, MALFORMED),
    "7,000 headings": Odd(lambda: HEAD + "<h1>Tin khác</h1>" * 7_000 + P, ARTICLE),
    "7,000 authors": Odd(lambda: HEAD + P + '<i class="author">Lan Anh</i>' * 7_000, ARTICLE),
    "4,500 rows": Odd(lambda: HEAD + P + "<table><tr><td><img src=a>" + "<tr><td>a<td>b" * 4_500, ARTICLE),
    "unclosed formatting": Odd(lambda: f"{HEAD}<div>{fonts(1900)}</div>{'<p>a</p>' * 1000}{P}", MALFORMED),
    "8 MB of text": Odd(lambda: HEAD + P * 25_000, MALFORMED),
    "8 MB in one line": Odd(lambda: f"{HEAD}<p>{TEXT * 75_000}", MALFORMED),
    "8 MB of comment": Odd(lambda: f"{HEAD}{P}<!--{'x ' * 4_000_000}-->", WHOLE),
    "8 MB of script": Odd(lambda: f"{HEAD}{P}<script>{'a = b + c; ' * 700_000}</script>", WHOLE),
    "5 MB of title": Odd(lambda: f"<title>{'Hội nghị ' * 400_000}</title>{HEAD}{'<h2>Tin</h2>' * 200}{P}", ARTICLE),
    "1,000,000 marks on a letter": Odd(lambda: f"{HEAD}{P}<p>a{MARKS * 400_000}", ARTICLE),
    "200,000 links": Odd(lambda: HEAD + P + "<a href=/a>Tin khác</a>" * 200_000, MALFORMED),
    "JSON-LD 100,000 deep": Odd(lambda: ld("[" * 100_000), WHOLE),
    "JSON-LD 900 deep": Odd(lambda: ld('{"@graph":[' * 450 + "]}" * 450), WHOLE),
    "5 MB of JSON-LD": Odd(lambda: ld('{"@type":"NewsArticle","a":[' + "{}," * 1_600_000 + "{}]}"), WHOLE),
    "14,000 values of one name": Odd(lambda: '<meta name="author" content="Báo">' * 14_000 + HEAD + P, WHOLE),
    "300 MB under gzip": Odd(lambda: gzip.compress(bytes(300_000_000)), "too-large"),
}  # fmt: skip


def main(name: str) -> None:
    """Print the text of a page, or why it has none. The process ends if that takes too much time or memory."""
    made = PAGES[name].make()
    body = made if isinstance(made, bytes) else made.encode()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    result = extract(Page("https://example.org/a.html", body, datetime(2026, 9, 20, tzinfo=UTC)))
    if result.article is None:
        said = result.refusal.reason.value if result.refusal else "nothing"
    else:
        said = f"article: {result.article.body}".replace("\n", "|")
    sys.stdout.write(ARTICLE if PAGES[name].result == ARTICLE and said.startswith(ARTICLE) else said)

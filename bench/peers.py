"""Each extractor as one function, and the process in which it runs.

`python -m bench.peers NAME` reads JSON lines {"html_path", "url", "seen_at"} until the end of its input. It writes one
line with the extractor's version, then one line per page: title, published, byline, lead, body, cpu_ms. cpu_ms is the
process time of the call, without reading the file. Exit code 3 means that the extractor is not installed.

Only the standard library is imported at the top, because a peer may be installed in another environment.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from importlib import import_module, metadata
from pathlib import Path
from time import process_time
from typing import Any

Found = Mapping[str, Any]
Read = Callable[[bytes, Mapping[str, str]], Found]
"""The bytes of a page and its job line → the fields that were found."""

NOT_INSTALLED = 3


def _baotinh() -> Read:
    """Like `baotinh extract`: with the rules of the page's site, else with all layouts."""
    reader = import_module("crawler.reader").Reader.load()
    return _ours(reader.extract)


def _no_layouts() -> Read:
    """The generic path only, as for an outlet without a site file."""
    return _ours(import_module("crawler.extract.article").extract)


def _ours(extract: Callable[[Any], Any]) -> Read:
    page, answer = import_module("crawler.page").Page, import_module("crawler.extract.report").answer
    moment = import_module("datetime").datetime

    def read(html: bytes, job: Mapping[str, str]) -> Found:
        found: dict[str, Any] = answer(extract(page(job["url"], html, moment.fromisoformat(job["seen_at"]))))
        return {"error": f"refused: {found['refused']}"} if "refused" in found else found

    return read


def _trafilatura() -> Read:
    library = import_module("trafilatura")

    def read(html: bytes, job: Mapping[str, str]) -> Found:
        found = library.bare_extraction(html, url=job["url"], with_metadata=True, include_comments=False)
        if found is None:
            return {}
        names = [name.strip() for name in (found.author or "").split(";")]
        return _found(found.title, found.date, names, found.description, found.text)

    return read


def _newspaper4k() -> Read:
    library = import_module("newspaper")

    def read(html: bytes, job: Mapping[str, str]) -> Found:
        found = library.article(job["url"], input_html=_text(html), fetch_images=False)
        return _found(found.title, found.publish_date, found.authors, found.meta_description, found.text)

    return read


def _news_please() -> Read:
    library = import_module("newsplease").NewsPlease

    def read(html: bytes, job: Mapping[str, str]) -> Found:
        found = library.from_html(_text(html), url=job["url"], fetch_images=False)
        return _found(found.title, found.date_publish, found.authors, found.description, found.maintext)

    return read


def _goose3() -> Read:
    goose = import_module("goose3").Goose({"enable_image_fetching": False})

    def read(html: bytes, _: Mapping[str, str]) -> Found:
        found = goose.extract(raw_html=_text(html))
        date = found.publish_datetime_utc or found.publish_date
        return _found(found.title, date, found.authors, found.meta_description, found.cleaned_text)

    return read


def _readability() -> Read:
    document, parse = import_module("readability").Document, import_module("lxml.html").fromstring

    def read(html: bytes, job: Mapping[str, str]) -> Found:
        found = document(_text(html), url=job["url"])
        author = found.author()
        body = parse(found.summary())
        for block in body.iter("p", "div", "br", "li", "h1", "h2", "h3", "h4", "figcaption", "tr"):
            block.tail = f"\n{block.tail or ''}"
        return _found(found.short_title(), None, [] if author == "[no-author]" else [author], None, body.text_content())

    return read


def _resiliparse() -> Read:
    to_text = import_module("resiliparse.extract.html2text").extract_plain_text
    tree, encoding = import_module("resiliparse.parse.html").HTMLTree, import_module("resiliparse.parse.encoding")

    def read(html: bytes, _: Mapping[str, str]) -> Found:
        found = tree.parse_from_bytes(html, encoding.detect_encoding(html))
        body = to_text(found, main_content=True, alt_texts=False, list_bullets=False)
        return _found(found.title, None, [], None, body)

    return read


PEERS: Mapping[str, tuple[str, Callable[[], Read]]] = {
    "baotinh": ("baotinh", _baotinh),
    "baotinh-no-layouts": ("baotinh", _no_layouts),
    "trafilatura": ("trafilatura", _trafilatura),
    "newspaper4k": ("newspaper4k", _newspaper4k),
    "news-please": ("news-please", _news_please),
    "goose3": ("goose3", _goose3),
    "readability": ("readability-lxml", _readability),
    "resiliparse": ("resiliparse", _resiliparse),
}
"""Name → its distribution, and a function that imports it and returns its `Read`."""
OURS = ("baotinh", "baotinh-no-layouts")


def _found(title: object, published: object, byline: object, lead: object, body: object) -> Found:
    date = published.isoformat() if hasattr(published, "isoformat") else published
    names = [name for name in byline if name] if isinstance(byline, list) else []
    return {"title": title, "published": date, "byline": names, "lead": lead, "body": body}


def _text(html: bytes) -> str:
    """Decode a page for peers that take text: as UTF-8, else as declared, else as Latin-1, which never fails."""
    declared = re.search(rb"charset=[\"']?([\w-]+)", html[:4096])
    for charset in ("utf-8", declared.group(1).decode() if declared else "cp1252"):
        try:
            return html.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return html.decode("latin-1")


def answer(read: Read, job: Mapping[str, str]) -> dict[str, Any]:
    """Return one answer line. If the extractor raises, the answer is its error."""
    html = Path(job["html_path"]).read_bytes()
    began = process_time()
    try:
        found = dict(read(html, job))
    except Exception as error:
        found = {"error": f"{type(error).__name__}: {error}"[:200]}
    return {**found, "cpu_ms": (process_time() - began) * 1e3}


def serve(name: str) -> int:
    """Answer all jobs on standard input, and return the exit code.

    The first page is extracted once before, untimed, so that caches are filled and code is loaded.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a peer's own prints must not mix with the answers
    distribution, make = PEERS[name]
    try:
        read, version = make(), metadata.version(distribution)
    except (ImportError, metadata.PackageNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return NOT_INSTALLED
    jobs = [json.loads(line) for line in sys.stdin]
    for job in jobs[:1]:
        answer(read, job)
    with out:
        for line in ({"version": version}, *(answer(read, job) for job in jobs)):
            out.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1]))

"""`baotinh extract`: the record that the extractor reads from a page."""

import json
import sys
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import click

from archive import ExitCode, phrase
from archive.cli import archive_option, print_json, say
from crawler.verbs.command import CrawlCommand, allow_private_option, proxy_option, site_files_option

if TYPE_CHECKING:
    from crawler.fetch.proxy import Proxy
    from crawler.reader import Reader


@click.command(cls=CrawlCommand)
@click.argument("targets", metavar="URL-or-FILE...", nargs=-1)
@click.option("--url", "address", metavar="URL", help="Address that a file came from.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per page.")
@click.option("--jsonl", is_flag=True, help='Answer each stdin line {"html_path","url"} with one line.')
@site_files_option
@archive_option
@proxy_option
@allow_private_option
def extract(
    targets: tuple[str, ...],
    *,
    address: str | None,
    as_json: bool,
    jsonl: bool,
    site_files: tuple[Path, ...],
    folder: Path,
    proxy: "Proxy | None",
    allow_private: bool,
) -> None:
    """Show the record of a page: each field with its provenance, and the values that lost against it.

    \b
    baotinh extract page.html --url https://baokhanhhoa.vn/...
    baotinh extract https://baokhanhhoa.vn/...
    """
    from crawler.crawl.order import Order
    from crawler.extract.report import answer, explain
    from crawler.reader import Reader, read_page
    from crawler.verbs.choice import open_catalogue

    reader = Reader.load(open_catalogue(folder, site_files))
    if jsonl:
        _answer_lines(reader)
        return
    if not targets:
        raise click.UsageError(phrase("name a file or URL, or give --jsonl"))
    refused = False
    urls = [target for target in targets if target.startswith(("http://", "https://"))]
    answers = reader.fetch(urls, order=Order(proxy=proxy, allow_private=allow_private))
    for target in targets:
        page = answers[target].good_page() if target in answers else read_page(Path(target), address)
        extraction = reader.extract(page)
        if as_json:
            print_json(answer(extraction))
        else:
            for line in explain(extraction):
                say(line)
        refused = refused or extraction.refusal is not None
    sys.exit(ExitCode.LESS_THAN_EXPECTED if refused else ExitCode.DONE)


def _answer_lines(reader: "Reader") -> None:
    """Answer JSON lines in lockstep: each answer is flushed before the next line is read."""
    from crawler.errors import CrawlerError
    from crawler.extract.report import answer
    from crawler.reader import read_page

    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            job = json.loads(line)
            began = process_time()
            page = read_page(Path(str(job["html_path"])), str(job["url"]) if job.get("url") else None)
            reply = answer(reader.extract(page))
            reply["cpu_ms"] = round((process_time() - began) * 1e3, 3)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            reply = {"error": phrase('a line is a JSON object with "html_path" and "url": {error}', error=error)}
        except CrawlerError as error:
            reply = {"error": str(error)}
        print_json(reply)

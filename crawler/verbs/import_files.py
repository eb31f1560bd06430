"""`baotinh import`: texts and saved pages, and the web archives of others, into the archive."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import click

from archive import ExitCode, phrase
from archive.cli import DAY, archive_option, print_json, report
from crawler.verbs.command import CrawlCommand, site_files_option


@click.command("import", cls=CrawlCommand)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_option
@site_files_option
@click.option("--url", metavar="URL", help="Address at which the text was published; for one file.")
@click.option("--site", metavar="SITE", help="Name of the site file of the outlet that published it.")
@click.option("--published", type=DAY, metavar="DAY", help="Day of publication (default: as in the file).")
@click.option("--generic", "is_generic", is_flag=True, help="Of web archives, also the hosts that no site file has.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would be read; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file.")
def import_files(
    files: tuple[Path, ...],
    *,
    folder: Path,
    site_files: tuple[Path, ...],
    url: str | None,
    site: str | None,
    published: datetime | None,
    is_generic: bool,
    is_dry: bool,
    as_json: bool,
) -> None:
    """Store what others saved: web archives (.warc, .warc.gz, .arc, .wacz), pages, and plain-text articles.

    \b
    baotinh import crawl-2015.warc.gz
    baotinh import dai-doan-ket.txt --site baothainguyen --published 2020-07-03

    The pages of a web archive are read by the site files, and stored with their own times. The first line of a plain
    text is the title, the last line the sign-off; what is guessed is marked as proposed. A saved page is read as in a
    crawl. Other files are refused by what they are.
    Exit codes: 0 done, 2 wrong call, 3 a text was refused or a record is damaged, 130 interrupted.
    """
    from crawler.errors import check_file
    from crawler.imports.web_archives import is_web_archive

    single = [path for path in files if not is_web_archive(path)]
    web_archives = [path for path in files if is_web_archive(path)]
    if single and is_generic:
        raise click.UsageError(phrase("--generic is for web archives; {path} is none", path=single[0]))
    if web_archives and (url or published):
        raise click.UsageError(
            phrase(
                "--url and --published are for texts and pages; {path} is a web archive",
                path=web_archives[0],
            )
        )
    for path in files:
        check_file(path)  # before any is stored: the corrected call stores each once
    codes = [ExitCode.DONE]
    if single:
        codes.append(
            _import_single_files(
                single, folder, site_files, url=url, site=site, published=published, is_dry=is_dry, as_json=as_json
            )
        )
    if web_archives:
        codes.append(
            _import_web_archives(
                web_archives, folder, site_files, site=site, is_generic=is_generic, is_dry=is_dry, as_json=as_json
            )
        )
    sys.exit(max(codes))


def _import_single_files(
    files: Sequence[Path],
    folder: Path,
    site_files: Sequence[Path],
    *,
    url: str | None,
    site: str | None,
    published: datetime | None,
    is_dry: bool,
    as_json: bool,
) -> ExitCode:
    from archive import VIETNAM, Archive
    from crawler.extract.article import extract
    from crawler.imports.single_files import Given, import_file, lines_of
    from crawler.reader import Reader, checked_address
    from crawler.verbs.choice import open_catalogue

    if url and len(files) > 1:
        raise click.UsageError(phrase("--url names one article: give one file with it"))
    catalogue = open_catalogue(folder, site_files, names=[site] if site else ())
    url = checked_address(url) if url else None
    chosen = catalogue.find(site).site if site else catalogue.by_host().get(urlsplit(url).netloc) if url else None
    given = Given(
        url=url,
        site=chosen.name if chosen else None,
        published_at=published.replace(tzinfo=VIETNAM) if published else None,
    )
    read = partial(extract, site=chosen) if chosen else Reader.load(catalogue).extract
    code = ExitCode.DONE
    with nullcontext() if is_dry else Archive.open(folder, create=True) as archive:
        if archive and chosen:
            archive.register(chosen.as_outlet())
        for path in files:
            result = import_file(archive, path, given, extract=read, at=datetime.now(UTC))
            if as_json:
                print_json(result.as_record())
            else:
                report(lines_of(result))
            if result.refusal:
                code = ExitCode.LESS_THAN_EXPECTED
        if archive:
            archive.tidy_at_end()
    return code


def _import_web_archives(
    files: Sequence[Path],
    folder: Path,
    site_files: Sequence[Path],
    *,
    site: str | None,
    is_generic: bool,
    is_dry: bool,
    as_json: bool,
) -> ExitCode:
    from archive import Archive
    from crawler.imports.web_archives import Wish, import_web_archive, lines_of
    from crawler.site_files.load import load_platforms
    from crawler.verbs.choice import open_catalogue
    from crawler.verbs.stopping import say_interrupted, stopped_by_signals
    from crawler.workers import cores

    catalogue = open_catalogue(folder, site_files, [site] if site else ())
    chosen = catalogue.find(site).site if site else None
    wish = Wish(
        sites=dict.fromkeys(chosen.domains, chosen) if chosen else catalogue.by_host(),
        layouts=[each for platform in load_platforms().values() for each in platform.layouts] if is_generic else [],
        is_dry=is_dry,
        processes=cores(),
    )
    code = ExitCode.DONE
    with ExitStack() as stack:
        if is_dry and not folder.exists():
            folder = Path(stack.enter_context(TemporaryDirectory()), "news")
        archive = stack.enter_context(Archive.open(folder, create=True))
        stop = stack.enter_context(stopped_by_signals())
        for path in files:
            done = import_web_archive(archive, path, wish, now=lambda: datetime.now(UTC), is_over=lambda: stop.is_asked)
            if as_json:
                print_json(done.as_record())
            else:
                report(lines_of(done, is_dry=is_dry))
            if not done.is_all:
                code = ExitCode.LESS_THAN_EXPECTED
            if stop.is_asked:
                say_interrupted()
                return ExitCode.INTERRUPTED
        if not is_dry:
            archive.tidy_at_end()
    return code

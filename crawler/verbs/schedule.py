"""`baotinh schedule`: crawls at set hours, by systemd or cron."""

import sys
from pathlib import Path

import click

from archive.cli import archive_option, print_data, report, say
from crawler.verbs.command import CrawlCommand, all_option, contact_option, site_files_option


@click.command(cls=CrawlCommand)
@click.argument("names", metavar="[SITE]...", nargs=-1)
@all_option
@site_files_option
@click.option("--every", metavar="SPAN", help="Time from one crawl to the next: 15m, 30m, 1h, 2h, 6h, 12h.")
@click.option("--at", metavar="TIMES", help="Times of the day on this machine's clock: 05:30,17:00.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["systemd", "cron"]),
    default="systemd",
    show_default=True,
    help="Scheduler to write for.",
)
@click.option(
    "--hook", envvar="BAOTINH_HOOK", metavar="COMMAND", help="Shell command to run when a crawl needs a look."
)
@click.option("--name", metavar="NAME", help="Name for the units (default: the site's).")
@click.option("--into", "target", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder to write to.")
@contact_option
@archive_option
def schedule(
    names: tuple[str, ...],
    *,
    all_sites: bool,
    site_files: tuple[Path, ...],
    form: str,
    hook: str | None,
    name: str | None,
    target: Path | None,
    contact: str | None,
    folder: Path,
    **when: str | None,
) -> None:
    """Print a systemd service and timer, or a crontab line, that crawl sites at set hours. Nothing is installed.

    \b
    baotinh schedule baokhanhhoa --every 1h
    baotinh schedule --all --at 05:30,17:00 --hook 'mail -s crawl me@example.org' --into units
    baotinh schedule --all --at 05:30 --format cron
    """
    from getpass import getuser

    from crawler.contact import read_contact
    from crawler.operate.schedule import Schedule, crontab_of, explain, read_at, read_every, stop_after, units_of
    from crawler.verbs.choice import choose_sites, open_catalogue, sites_without_names

    if bool(when["every"]) == bool(when["at"]):
        raise click.UsageError("give either --every SPAN or --at TIMES")
    if "\n" in (hook or ""):
        raise click.UsageError("--hook is one line; put more into a script")
    names = names or sites_without_names(given=all_sites or bool(site_files))
    if bool(names or site_files) == all_sites:
        raise click.UsageError("name sites or --site-file, or give --all; `baotinh sites` lists the sites")
    catalogue = open_catalogue(folder, site_files, names)
    sites = [] if all_sites else [site.name for site in choose_sites(names, catalogue, all_sites=False)]
    files = [part for path in site_files for part in ("--site-file", str(path.resolve()))]
    wanted = ["--all"] if all_sites else [*names, *files]
    times = read_every(when["every"]) if when["every"] else read_at(when["at"] or "")
    plan = Schedule(
        name=_unit_name(name or (sites[0] if len(sites) == 1 else "all" if all_sites else "sites")),
        sites="all sites" if all_sites else ", ".join(sites),
        command=(*_program(), "crawl", *wanted, *stop_after(times), "--archive", str(folder.resolve())),
        times=times,
        user=getuser(),
        contact=read_contact(contact or "") or None,
        hook=hook,
    )
    if plan.contact is None:
        say("without --contact a crawl of public hosts refuses to begin", aside=True)
    if form == "cron":
        _show({f"baotinh-{plan.name}.cron": crontab_of(plan)}, target)
        say("nothing is installed yet: add the lines with `crontab -e`; cron mails what they print", aside=True)
        return
    written = _show(units_of(plan), target)
    report(explain(plan, written), aside=True)


def _program() -> tuple[str, ...]:
    """Return the call of this very program, for a scheduler with another PATH."""
    beside = Path(sys.executable).parent / "baotinh"
    return (str(beside),) if beside.is_file() else (sys.executable, "-m", "crawler.cli")


def _unit_name(name: str) -> str:
    import re

    from crawler.errors import BadArgument

    if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
        raise BadArgument("--name", name, wanted="a name of letters, digits, _ and -")
    return name


def _show(files: dict[str, str], target: Path | None) -> list[Path]:
    """Print the files, or write them into a folder and return their paths; nothing is overwritten."""
    from archive import write_new
    from crawler.errors import FileExists, NotWritable

    if target is None:
        print_data("\n".join(f"# {name}\n{text}" if len(files) > 1 else text for name, text in files.items()))
        return []
    paths = [target / name for name in files]
    for path in paths:
        if path.exists():
            raise FileExists(path)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, files.values(), strict=True):
            write_new(path, text.encode())
    except OSError as error:
        raise NotWritable(target, error.strerror or str(error)) from error
    for path in paths:
        say(f"wrote {path}", aside=True)
    return paths

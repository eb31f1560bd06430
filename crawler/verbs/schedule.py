"""`baotinh schedule`: crawls at set hours, by systemd or cron."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import phrase, words_of
from archive.cli import archive_option, print_data, report, say
from crawler.configuration.places import FILE, Place, places_of_user
from crawler.user_folders import config_folder
from crawler.verbs.command import CrawlCommand, all_option, allow_private_option, contact_option, site_files_option
from crawler.verbs.missing import look_for_archive

if TYPE_CHECKING:
    from crawler.operate.schedule import Schedule

SECONDS = 60
"""Time limit of systemctl."""


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
@click.option(
    "--cluster",
    "cluster_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="For this cluster.toml: a worker, and ticks --every SPAN (5m, 10m); SITE is not named.",
)
@click.option("--name", metavar="NAME", help="Name for the units (default: the site's).")
@click.option("--user", "is_users", is_flag=True, help="Units for your own systemd, without root's rights.")
@click.option("--install", "is_install", is_flag=True, help="With --user: install the units and start their timers.")
@click.option("--into", "target", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder to write to.")
@contact_option
@allow_private_option
@archive_option
def schedule(
    names: tuple[str, ...],
    *,
    all_sites: bool,
    site_files: tuple[Path, ...],
    form: str,
    hook: str | None,
    is_users: bool,
    is_install: bool,
    target: Path | None,
    contact: str | None,
    folder: Path,
    **more: Any,
) -> None:
    """Print a systemd service and timer, or crontab lines, that crawl sites at set hours.

    Nothing is installed without --install. If the configuration has [notify], people are told after each crawl.

    \b
    baotinh schedule baokhanhhoa --every 1h
    baotinh schedule --all --at 05:30,17:00 --hook 'mail -s crawl me@example.org' --into units
    baotinh schedule --all --at 05:30 --format cron
    baotinh schedule baokhanhhoa --every 2h --user --install
    baotinh schedule --cluster cluster.toml --every 10m --into units
    """
    from crawler.operate.schedule import crontab_of, explain, explain_installed, units_of

    if is_install and (not is_users or target):
        raise click.UsageError(
            phrase("--install goes with --user and without --into; without it, root installs the units")
        )
    if is_users and form == "cron":
        raise click.UsageError(phrase("--user is for systemd; lines for cron belong to a user anyway"))
    if cluster_file := more.pop("cluster_file"):
        if names or all_sites or site_files or hook or is_install or form == "cron" or more["at"] or more["name"]:
            raise click.UsageError(phrase("--cluster goes with --every, --contact, --allow-private, --user and --into"))
        words = ["--allow-private"] if more["allow_private"] else []
        _schedule_cluster(cluster_file, words, every=more["every"], contact=contact, is_users=is_users, target=target)
        return
    command, sites = _chosen(names, folder, site_files, all_sites=all_sites)
    if more.pop("allow_private"):
        command.append("--allow-private")
    plan = _plan(command, sites, folder, site_files, hook=hook, contact=contact, is_users=is_users, **more)
    look_for_archive(folder)
    if os.environ.get("BAOTINH_PROXY"):
        place = config_folder(os.environ) / FILE
        said = phrase("anybody can read units: BAOTINH_PROXY is not in them, write `proxy` into {place}", place=place)
        say(said, aside=True)
    if plan.contact is None:
        say(phrase("without --contact a crawl of public hosts refuses to begin"), aside=True)
    if form == "cron":
        _show({f"baotinh-{plan.name}.cron": crontab_of(plan)}, target)
        say(phrase("nothing is installed yet: add the lines with `crontab -e`; cron mails what they print"), aside=True)
    elif is_install:
        _install(plan)
        report(explain_installed(plan), aside=True)
    else:
        report(explain(plan, _show(units_of(plan), target)), aside=True)


def _schedule_cluster(
    path: Path, words: Sequence[str], *, every: str | None, contact: str | None, is_users: bool, target: Path | None
) -> None:
    """Print or write the units of this machine of a cluster."""
    from getpass import getuser

    from crawler.cluster.cluster_file import read_cluster
    from crawler.cluster.units import Machine, explain, units_of
    from crawler.contact import read_contact
    from crawler.operate.program import this_program
    from crawler.operate.schedule import read_every

    if not every:
        raise click.UsageError(phrase("give --every SPAN: the time between two ticks, such as 10m"))
    here, file = Path.cwd(), ("--cluster", str(path.resolve()))
    machine = Machine(
        archives=tuple(str(shard.folder) for shard in read_cluster(path).choose(())),
        worker=(*this_program(), "cluster", "worker", *words, *file),
        tick=(*this_program(), "cluster", "tick", *file),
        times=read_every(every),
        user=None if is_users else getuser(),
        folder=str(here) if any(place.path.parent == here for place in places_of_user(os.environ, here)) else None,
        contact=read_contact(contact or "") or None,
    )
    if machine.contact is None:
        say(phrase("without --contact a crawl of public hosts refuses to begin"), aside=True)
    report(explain(machine, _show(units_of(machine), target)), aside=True)


def _chosen(
    names: tuple[str, ...], folder: Path, site_files: tuple[Path, ...], *, all_sites: bool
) -> tuple[list[str], list[str]]:
    """Return the words that name the sites to `crawl`, and the names of the sites; none of these for all of them."""
    from crawler.verbs.choice import choose_sites, open_catalogue, sites_without_names

    names = names or sites_without_names(given=all_sites or bool(site_files))
    if bool(names or site_files) == all_sites:
        raise click.UsageError(phrase("name sites or --site-file, or give --all; `baotinh sites` lists the sites"))
    catalogue = open_catalogue(folder, site_files, names)
    if all_sites:
        return ["--all"], []
    sites = choose_sites(names, catalogue, all_sites=False)
    return [*names, *_site_files(site_files)], [site.name for site in sites]


def _plan(
    wanted: Sequence[str],
    sites: Sequence[str],
    folder: Path,
    site_files: tuple[Path, ...],
    *,
    every: str | None,
    at: str | None,
    name: str | None,
    hook: str | None,
    contact: str | None,
    is_users: bool,
) -> "Schedule":
    from getpass import getuser

    from crawler.contact import read_contact
    from crawler.operate.program import this_program
    from crawler.operate.schedule import Schedule, read_at, read_every, stop_after

    if bool(every) == bool(at):
        raise click.UsageError(phrase("give either --every SPAN or --at TIMES"))
    if "\n" in (hook or ""):
        raise click.UsageError(phrase("--hook is one line; put more into a script"))
    times = read_every(every) if every else read_at(at or "")
    archive = str(folder.resolve())
    here = Path.cwd()
    places = places_of_user(os.environ, here)
    return Schedule(
        name=_unit_name(name or (sites[0] if len(sites) == 1 else "sites" if sites else "all")),
        sites=", ".join(sites) or phrase("all sites"),
        command=(*this_program(), "crawl", *wanted, *stop_after(times), "--archive", archive),
        archive=archive,
        times=times,
        user=None if is_users else getuser(),
        folder=str(here) if any(place.path.parent == here for place in places) else None,
        notify=(*this_program(), "notify", *_site_files(site_files), "--archive", archive) if _tells(places) else (),
        contact=read_contact(contact or "") or None,
        hook=hook,
    )


def _site_files(paths: Sequence[Path]) -> list[str]:
    return [part for path in paths for part in ("--site-file", str(path.resolve()))]


def _tells(places: Sequence[Place]) -> bool:
    """Return whether these files say how people are told."""
    from crawler.configuration.layers import read_layers, ways_of

    return ways_of(read_layers(places)) is not None


def _install(plan: "Schedule") -> None:
    """Write the units where the user's own systemd looks, and start their timers."""
    from crawler.errors import NotInstalled
    from crawler.operate.schedule import timers_of, units_of

    target = config_folder(os.environ).parent / "systemd" / "user"
    _write(units_of(plan), target, replacing=True)  # our own units: another interval, or a second try
    for words in (["daemon-reload"], ["enable", "--now", *timers_of(plan)]):
        command = ["systemctl", "--user", *words]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            raise NotInstalled(target, command, str(getattr(error, "stderr", "") or error).strip()) from error


def _unit_name(name: str) -> str:
    import re

    from crawler.errors import BadArgument

    if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
        raise BadArgument("--name", name, wanted=phrase("a name of letters, digits, _ and -"))
    return name


def _show(files: dict[str, str], target: Path | None) -> list[Path]:
    """Print the files, or write them into a folder and return their paths; nothing is overwritten."""
    if target is not None:
        return _write(files, target)
    print_data("\n".join(f"# {name}\n{text}" if len(files) > 1 else text for name, text in files.items()))
    return []


def _write(files: dict[str, str], target: Path, *, replacing: bool = False) -> list[Path]:
    """Write the files into a folder, and return their paths. Raises FileExists unless `replacing`, and NotWritable."""
    from archive import whole_file, write_new
    from crawler.errors import FileExists, NotWritable

    paths = [target / name for name in files]
    try:
        for path in paths:
            if not replacing and path.exists():
                raise FileExists(path)
        target.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, files.values(), strict=True):
            if replacing:
                with whole_file(path) as file:
                    file.write(text.encode())
            else:
                write_new(path, text.encode())
    except OSError as error:
        raise NotWritable(target, words_of(error)) from error
    for path in paths:
        say(phrase("wrote {path}", path=path), aside=True)
    return paths

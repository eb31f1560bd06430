"""Write systemd units or crontab lines that crawl at set times. This module only returns texts."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from zlib import crc32

from archive import ExitCode, phrase
from crawler.errors import BadArgument
from crawler.operate.unit_text import (
    PROTECTION,
    STOP_SECONDS,
    Times,
    check_lines,
    contact_of,
    place_of,
    plain,
    quoted,
    timer_of,
    words,
)

TIME_TO_ASK = 0.9
"""Share of the interval in which a run sends requests, so that it ends before the next run starts."""
NO_ALARM = f"{ExitCode.BUSY:d} {ExitCode.INTERRUPTED:d}"
"""Exit codes that run no alarm: the previous crawl is still running; somebody stopped the crawl."""
_SERVICE = """\
[Unit]
Description=baotinh: crawl {sites}
Wants=network-online.target
After=network-online.target
# a disk that is not mounted must not look like an archive that does not exist
RequiresMountsFor={archive}
{afterwards}
[Service]
Type=oneshot
{place}{environment}ExecStart={command}
SuccessExitStatus={no_alarm}
# only the crawl gets the signal, not the processes that read its pages
KillMode=mixed
TimeoutStopSec={stop}
{protection}"""
_CALL = """\
[Unit]
Description=baotinh: {what} of {sites}

[Service]
Type=oneshot
{place}ExecStart={command}
"""
_DIGEST_TIMER = """\
[Unit]
Description=baotinh: when to send the digest

[Timer]
OnCalendar=*-*-* {at:%H:%M}:00
Persistent=true

[Install]
WantedBy=timers.target
"""
DIGEST_AT = time(7)
"""When the daily digest is sent, by the clock of the machine: before somebody comes to work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One crawl that a scheduler starts again and again."""

    name: str
    """Name in the units' file names: baotinh-NAME.timer."""
    sites: str
    """The sites, as text for people."""
    command: tuple[str, ...]
    """The crawl, with absolute paths: a scheduler has no folder and no PATH of its own."""
    archive: str
    """Absolute path."""
    times: Times
    user: str | None
    """User that runs it, the owner of the archive; None for units of that user's own manager."""
    folder: str | None = None
    """Folder in which the commands run, because its `baotinh.toml` counts; None if it has none."""
    notify: tuple[str, ...] = ()
    """The command that tells people what began and what ended; empty if nobody is to be told."""
    contact: str | None = None
    hook: str | None = None
    """Shell command to run when a crawl needs attention."""

    def __post_init__(self) -> None:
        """Raise BadArgument for a text that would not stay on its line of a unit or a crontab."""
        texts = (self.name, self.sites, *self.command, *self.notify, self.archive)
        check_lines((*texts, self.user or "", self.folder or "", self.contact or "", self.hook or ""))


def stop_after(times: Times) -> tuple[str, ...]:
    """Return the option that ends a run before the next one starts; empty for fixed times of the day."""
    return ("--stop-after", f"{int(times.every * TIME_TO_ASK) or 1}m") if times.every else ()


def read_every(text: str) -> Times:
    """Return the times that "30m" or "2h" means. Raises BadArgument unless it divides an hour or a day."""
    found = re.fullmatch(r"([1-9][0-9]{0,3})([mh])", text)
    minutes = int(found[1]) * (60 if found[2] == "h" else 1) if found else 0
    if not minutes or minutes == 1440 or 1440 % minutes or (60 % minutes and minutes % 60):
        raise BadArgument(
            "--every", text, wanted=phrase("a part of an hour or a day: 15m, 30m, 1h, 2h, 6h, 12h; or give --at")
        )
    return Times(every=minutes)


def read_at(text: str) -> Times:
    """Return the times that "05:30,17:00" means. Raises BadArgument."""
    found = [re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", part.strip()) for part in text.split(",")]
    times = [time(int(each[1]), int(each[2])) for each in found if each]
    if len(times) < len(found):
        raise BadArgument("--at", text, wanted=phrase("times of the day such as 05:30,17:00"))
    return Times(at=tuple(sorted(set(times))))


def units_of(schedule: Schedule) -> dict[str, str]:
    """Return the systemd units: file name → text."""
    stem = f"baotinh-{schedule.name}"
    sites, place = plain(schedule.sites), place_of(schedule.user, schedule.folder)
    archive = quoted(schedule.archive, dollar=False)
    units = {
        f"{stem}.service": _SERVICE.format(
            sites=sites,
            place=place,
            archive=archive,
            afterwards="".join(_afterwards(schedule, stem)),
            environment=contact_of(schedule.contact),
            command=words(schedule.command),
            no_alarm=NO_ALARM,
            stop=STOP_SECONDS,
            # a user's own manager may not set up such walls
            protection=PROTECTION.format(archives=archive) if schedule.user else "",
        ),
        f"{stem}.timer": timer_of(schedule.times, when=f"when to crawl {sites}"),
    }
    calls: dict[str, Sequence[str]] = {"alarm": ("/bin/sh", "-c", schedule.hook)} if schedule.hook else {}
    if schedule.notify:
        calls |= {"notify": schedule.notify, "digest": (*schedule.notify, "--digest")}
        units[f"{stem}-digest.timer"] = _DIGEST_TIMER.format(at=DIGEST_AT)
    for what, command in calls.items():
        units[f"{stem}-{what}.service"] = _CALL.format(what=what, sites=sites, place=place, command=words(command))
    return units


def timers_of(schedule: Schedule) -> tuple[str, ...]:
    """Return the names of the timers among `units_of`."""
    return tuple(name for name in units_of(schedule) if name.endswith(".timer"))


def _afterwards(schedule: Schedule, stem: str) -> Iterator[str]:
    """Yield the lines that start other units when a crawl ended."""
    alarm = [f"{stem}-alarm.service"] if schedule.hook else []
    notify = [f"{stem}-notify.service"] if schedule.notify else []
    if alarm or notify:
        yield f"OnFailure={' '.join(alarm + notify)}\n"
    if notify:
        yield f"OnSuccess={' '.join(notify)}\n"


def crontab_of(schedule: Schedule) -> str:
    """Return the lines for the `crontab -e` of the user."""
    there = f"cd {shlex.quote(schedule.folder)} && " if schedule.folder else ""
    prefix = f"BAOTINH_CONTACT={shlex.quote(schedule.contact)} " if schedule.contact else ""
    alarm = ""
    if schedule.hook:
        calm = " -o ".join(f"$c -eq {code}" for code in NO_ALARM.split())
        alarm = f" || {{ c=$?; [ {calm} ] || {{ {schedule.hook}; }}; }}"
    notify = f"; {shlex.join(schedule.notify)}" if schedule.notify else ""
    # for cron an unescaped % ends the command
    crawl = shlex.join((*schedule.command, "--quiet"))  # cron mails what a command prints
    command = (there + prefix + crawl + alarm + notify).replace("%", r"\%")
    # the first minute depends on the name, so that not all schedules start at once
    lines = [f"{minute} {command}" for minute in _cron_times(schedule.times, first=crc32(schedule.name.encode()))]
    if schedule.notify:
        digest = (there + shlex.join((*schedule.notify, "--digest"))).replace("%", r"\%")
        lines += [f"{minute} {digest}" for minute in _cron_times(Times(at=(DIGEST_AT,)), first=0)]
    return "\n".join((f"# baotinh: crawl {plain(schedule.sites)}", *lines, ""))


def _cron_times(times: Times, *, first: int) -> Iterator[str]:
    """Yield the five time fields of cron. `first` is a number that differs between schedules."""
    if times.every is None:
        yield from (f"{each.minute} {each.hour} * * *" for each in times.at)
    elif times.every < 60:
        yield f"{','.join(str(minute) for minute in range(first % times.every, 60, times.every))} * * * *"
    else:
        yield f"{first % 60} */{times.every // 60} * * *"


def explain(schedule: Schedule, files: Sequence[Path] = ()) -> Iterator[str]:
    """Yield the steps that install the units; `files` are the paths that were written."""
    stem, manager = f"baotinh-{schedule.name}", _manager(schedule)
    target = "/etc/systemd/system/" if schedule.user else "~/.config/systemd/user/"
    if schedule.user:
        yield phrase("nothing is installed yet; with root's rights:")
    else:
        yield phrase("nothing is installed yet; with your own rights:")
    names = " ".join(map(shlex.quote, map(str, files))) or f"{stem}*"
    yield f"  cp {names} {target} && {manager} daemon-reload"
    yield f"  {manager} enable --now {' '.join(timers_of(schedule))}"
    yield from explain_installed(schedule)


def explain_installed(schedule: Schedule) -> Iterator[str]:
    """Yield how to look at units that are installed, and how to undo it."""
    stem, manager = f"baotinh-{schedule.name}", _manager(schedule)
    journal = manager.replace("systemctl", "journalctl")
    yield phrase(
        "then `{manager} list-timers {stem}.timer` shows when it runs, `{journal} -u {stem}` what it printed,",
        manager=manager,
        stem=stem,
        journal=journal,
    )
    yield phrase(
        "and `{manager} start {stem}` runs it now. A run that was missed while the machine was off starts with it.",
        manager=manager,
        stem=stem,
    )
    if not schedule.user:
        yield phrase("It runs while you are logged out only after `loginctl enable-linger`.")
    yield phrase(
        "To undo it: `{manager} disable --now {timers}`, then remove the files {stem}*.",
        manager=manager,
        timers=" ".join(timers_of(schedule)),
        stem=stem,
    )
    if schedule.hook:
        yield phrase("The hook runs when a crawl ends with 1 to 5; 6 (still at work) and 130 (stopped) do not run it.")
    if not (schedule.hook or schedule.notify):
        yield phrase(
            "A failed crawl tells nobody: write [notify] into a configuration, or add --hook; see docs/operate.md."
        )


def _manager(schedule: Schedule) -> str:
    return "systemctl" if schedule.user else "systemctl --user"

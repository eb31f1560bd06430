"""The systemd units of a machine of a cluster: a worker that always runs, and a timer of ticks. Only texts."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive import phrase
from crawler.operate.unit_text import (
    PROTECTION,
    STOP_SECONDS,
    Times,
    check_lines,
    contact_of,
    place_of,
    quoted,
    timer_of,
    words,
)

WORKER, TICK, TIMER = "baotinh-worker.service", "baotinh-tick.service", "baotinh-tick.timer"
_WORKER = """\
[Unit]
Description=baotinh: jobs of the shards on this machine
Wants=network-online.target
After=network-online.target
# a disk that is not mounted must not look like an archive that does not exist
RequiresMountsFor={archives}

[Service]
{place}{environment}ExecStart={command}
Restart=always
RestartSec=5
# only the worker gets the signal: it stops its crawls
KillMode=mixed
TimeoutStopSec={stop}
{protection}
[Install]
WantedBy={target}
"""
_TICK = """\
[Unit]
Description=baotinh: what is due in the shards on this machine
RequiresMountsFor={archives}

[Service]
Type=oneshot
{place}ExecStart={command}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine of a cluster."""

    archives: tuple[str, ...]
    """Absolute paths of its shards."""
    worker: tuple[str, ...]
    tick: tuple[str, ...]
    """The commands, with absolute paths."""
    times: Times
    """When it ticks."""
    user: str | None
    """User that runs both, the owner of the archives; None for units of that user's own manager."""
    folder: str | None
    """Folder in which the commands run, because its `baotinh.toml` counts; None if it has none."""
    contact: str | None

    def __post_init__(self) -> None:
        """Raise BadArgument for a text that would not stay on its line of a unit."""
        check_lines((*self.archives, *self.worker, *self.tick, self.user or "", self.folder or "", self.contact or ""))


def units_of(machine: Machine) -> dict[str, str]:
    """Return the units: file name → text."""
    archives = " ".join(quoted(each, dollar=False) for each in machine.archives)
    place = place_of(machine.user, machine.folder)
    return {
        WORKER: _WORKER.format(
            archives=archives,
            place=place,
            environment=contact_of(machine.contact),
            command=words(machine.worker),
            stop=STOP_SECONDS,
            # a user's own manager may not set up such walls
            protection=PROTECTION.format(archives=archives) if machine.user else "",
            target="multi-user.target" if machine.user else "default.target",
        ),
        TICK: _TICK.format(archives=archives, place=place, command=words(machine.tick)),
        TIMER: timer_of(machine.times, when="when to look for what is due"),
    }


def explain(machine: Machine, files: Sequence[Path] = ()) -> Iterator[str]:
    """Yield the steps that install the units; `files` are the paths that were written."""
    manager, target = ("systemctl", "/etc/systemd/system/")
    if machine.user:
        yield phrase("nothing is installed yet; with root's rights:")
    else:
        manager, target = ("systemctl --user", "~/.config/systemd/user/")
        yield phrase("nothing is installed yet; with your own rights:")
    names = " ".join(map(shlex.quote, map(str, files))) or "baotinh-worker.service baotinh-tick.*"
    yield f"  cp {names} {target} && {manager} daemon-reload"
    yield f"  {manager} enable --now {WORKER} {TIMER}"
    yield phrase("then `baotinh cluster status` shows what waits and what runs")

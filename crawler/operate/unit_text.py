"""Parts of systemd's units: words and lines in its spelling, timers, and the walls around a crawl."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import time

from archive import phrase
from crawler.errors import BadArgument

JITTER_SECONDS = 600
"""systemd delays the start by up to this, so that not all archives start on the full hour."""
STOP_SECONDS = 150
"""A stopped crawl waits for its last answer: up to 60 s, twice if it is retried."""
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and bytes of a path that are no text: a line feed would begin a new line, and a new command."""
ONE_LINE = phrase("one line of text: rename the file or folder, without line feeds and other control characters")

PROTECTION = """\
# a crawl reads what strangers wrote: it may write nothing but the archive
NoNewPrivileges=true
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={archives}
PrivateTmp=true
PrivateDevices=true
ProtectClock=true
ProtectControlGroups=true
ProtectHostname=true
ProtectKernelLogs=true
ProtectKernelModules=true
ProtectKernelTunables=true
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
LockPersonality=true
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""
_TIMER = """\
[Unit]
Description=baotinh: {when}

[Timer]
{calendar}
Persistent=true
RandomizedDelaySec={jitter}
FixedRandomDelay=true

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True)
class Times:
    """When to crawl, by the clock of the machine: at an interval, or at fixed times of the day."""

    every: int | None = None
    """Interval in minutes: a divisor of an hour, or whole hours that divide a day."""
    at: tuple[time, ...] = ()


def timer_of(times: Times, *, when: str) -> str:
    """Return a timer; `when` describes it."""
    return _TIMER.format(
        when=when,
        calendar="\n".join(f"OnCalendar={each}" for each in _calendar(times)),
        jitter=min(JITTER_SECONDS, (times.every or 1440) * 60 // 4),
    )


def _calendar(times: Times) -> Iterator[str]:
    """Yield systemd's calendar expressions."""
    if times.every is None:
        yield from (f"*-*-* {each:%H:%M}:00" for each in times.at)
    elif times.every < 60:
        yield f"*-*-* *:00/{times.every}:00"
    else:
        yield f"*-*-* 00/{times.every // 60}:00:00"


def check_lines(texts: Iterable[str]) -> None:
    """Raise BadArgument for a text that would not stay on its line of a unit or a crontab."""
    for text in texts:
        if _UNFIT.search(text):
            raise BadArgument("schedule", text, wanted=ONE_LINE)


def place_of(user: str | None, folder: str | None) -> str:
    """Return the lines that say who runs a command, and where."""
    lines = f"User={user}\n" if user else ""
    # the rest of the line is the path
    return lines + (f"WorkingDirectory={folder.replace('%', '%%')}\n" if folder else "")


def contact_of(contact: str | None) -> str:
    """Return the line that tells a command the contact; "" without one."""
    return f"Environment={quoted(f'BAOTINH_CONTACT={contact}', dollar=False)}\n" if contact else ""


def words(command: Sequence[str]) -> str:
    """Return a command line as systemd reads it."""
    return " ".join(map(quoted, command))


def quoted(word: str, *, dollar: bool = True) -> str:
    """Return one word of a command line as systemd reads it."""
    word = word.replace("%", "%%")
    word = word.replace("$", "$$") if dollar else word
    if re.fullmatch(r"[\w@%+=:,./$-]+", word, re.ASCII):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def plain(text: str) -> str:
    """Return a description on one line, without systemd's specifiers."""
    return " ".join(text.split()).replace("%", "%%")

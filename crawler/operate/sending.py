"""The ways by which a message reaches a person: a command, mail through the local sendmail, and a ping."""

import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from http.client import HTTPException
from urllib.request import OpenerDirector, Request

from archive import joined, phrase
from crawler.errors import NotSent

SECONDS = 60
"""Time limit of a command, of sendmail and of a ping: the next crawl must not wait for a mail server."""
PLACES = "/usr/sbin:/usr/lib:/usr/bin"
"""Where sendmail is, beside PATH: a scheduler has no PATH of the administrator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How people are told."""

    command: str | None = None
    """For the shell; it gets the text on standard input, and the subject in BAOTINH_SUBJECT."""
    mail: Sequence[str] = ()
    """Addresses, for the local sendmail."""
    ping: str | None = None
    """Address of a monitor that raises an alarm once it is asked for no longer."""


def send(subject: str, text: str, ways: Ways, *, environment: dict[str, str], at: datetime) -> list[str]:
    """Send a message in every way, and return why some ways failed. Raises NotSent if it reached nobody."""
    failed = []
    wanted = [way for way, is_wanted in ((_call, ways.command), (_mail, ways.mail)) if is_wanted]
    for way in wanted:
        try:
            way(subject, text, ways, environment, at)
        except (OSError, subprocess.SubprocessError) as error:
            failed.append(str(error))
    if failed and len(failed) == len(wanted):
        raise NotSent(failed)
    return failed


def ping(ways: Ways, opener: OpenerDirector) -> None:
    """Tell the monitor that this machine is at work. Raises NotSent."""
    if not ways.ping:
        return
    try:
        with opener.open(Request(ways.ping, headers={"User-Agent": "baotinh"}), timeout=SECONDS) as answer:
            answer.read(1)
    except (OSError, HTTPException, ValueError) as error:
        raise NotSent([f"{ways.ping}: {error}"]) from error


def _call(subject: str, text: str, ways: Ways, environment: dict[str, str], _: datetime) -> None:
    _run(["/bin/sh", "-c", ways.command or ""], text.encode(), {**environment, "BAOTINH_SUBJECT": subject})


def _mail(subject: str, text: str, ways: Ways, environment: dict[str, str], at: datetime) -> None:
    program = shutil.which("sendmail", path=f"{environment.get('PATH', '')}:{PLACES}")
    if program is None:
        raise FileNotFoundError(
            phrase("mail: there is no sendmail on this machine; install msmtp-mta, postfix or another")
        )
    message = EmailMessage()
    message["To"] = ", ".join(ways.mail)
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is answered to a program
    message["X-Baotinh-Host"] = socket.gethostname()
    message.set_content(text)
    _run([program, "-i", "-t"], message.as_bytes(), environment)


def _run(words: list[str], given: bytes, environment: dict[str, str]) -> None:
    done = subprocess.run(words, input=given, env=environment, capture_output=True, timeout=SECONDS, check=False)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        ended = phrase("exit code {code}", code=done.returncode)
        raise OSError(f"{' '.join(words[-1:])}: " + joined(", ", [ended, *last]))

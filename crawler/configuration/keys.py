"""The keys of `baotinh.toml`: what each means, which option it speaks for, and who may set it."""

from collections.abc import Mapping
from dataclasses import dataclass

from archive import LANGUAGES, joined, phrase
from crawler.contact import read_contact
from crawler.errors import BadArgument
from crawler.fetch.proxy import Proxy, read_proxy
from crawler.site_files.keys import Key, read_flag, read_hours, read_text, read_url

MOST_DELAY = 3600
"""Longest pause between two requests, in seconds, as of `--delay`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of the file."""

    key: Key
    parameter: str
    """Name of the parameter of our commands that takes the value when it is not typed."""
    variable: str
    """Environment variable that wins over every file."""
    is_private: bool = False
    """Whether only its user may set it: who hands over an archive must not name commands, people, folders or ways."""


def read_delay(value: object) -> float:
    """Return seconds."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= MOST_DELAY:
        raise ValueError(phrase("expected seconds from 0 to {most}", most=MOST_DELAY))
    return float(value)


def read_address(value: object) -> str:
    """Return a mail or web address."""
    try:
        return read_contact(read_text(value))
    except BadArgument as error:
        raise ValueError(str(error)) from None


def read_mail(value: object) -> str:
    """Return a mail address."""
    address = read_address(value)
    if "@" not in address or "://" in address or "," in address:
        raise ValueError(phrase("expected a mail address"))
    return address


def read_language(value: object) -> str:
    """Return one of our languages."""
    if value not in LANGUAGES:
        raise ValueError(
            phrase("expected {languages}", languages=joined(phrase(" or "), [f'"{each}"' for each in LANGUAGES]))
        )
    return read_text(value)


def read_line(value: object) -> str:
    """Return text of one line."""
    text = read_text(value)
    if "\n" in text:
        raise ValueError(phrase("expected one line of text; put more into a script"))
    return text


def read_way(value: object) -> Proxy | None:
    """Return the proxy; None for "", which goes without that of another file."""
    if not isinstance(value, str):
        raise ValueError(phrase("expected text"))
    return read_proxy(value)


SETTINGS: Mapping[str, Setting] = {
    "archive": Setting(
        key=Key(phrase("folder of the archive; a relative path begins at the folder of this file"), read_text),
        parameter="folder",
        variable="BAOTINH_ARCHIVE",
        is_private=True,
    ),
    "contact": Setting(
        key=Key(phrase("mail or web address of the operator, for the User-Agent"), read_address),
        parameter="contact",
        variable="BAOTINH_CONTACT",
        is_private=True,
    ),
    "sites": Setting(
        key=Key(phrase("names of the sites of a `crawl` or `schedule` that names none"), read_text, many=True),
        parameter="sites",
        variable="BAOTINH_SITES",
    ),
    "delay": Setting(
        key=Key(phrase("seconds between two requests to a host"), read_delay),
        parameter="delay",
        variable="BAOTINH_DELAY",
    ),
    "quiet_hours": Setting(
        key=Key(phrase('hours without requests, in Vietnamese time: "22:00-05:00"'), read_hours, many=True),
        parameter="quiet_hours",
        variable="BAOTINH_QUIET_HOURS",
    ),
    "raw": Setting(
        key=Key(phrase("false: keep no raw pages"), read_flag),
        parameter="keep_raw",
        variable="BAOTINH_RAW",
    ),
    "language": Setting(
        key=Key(phrase("language of help and messages: vi or en"), read_language),
        parameter="language",
        variable="BAOTINH_LANG",
        is_private=True,
    ),
    "proxy": Setting(
        key=Key(phrase("HTTP proxy that all requests go through"), read_way),
        parameter="proxy",
        variable="BAOTINH_PROXY",
        is_private=True,
    ),
    "hook": Setting(
        key=Key(phrase("shell command that a scheduled crawl runs when it needs a look"), read_line),
        parameter="hook",
        variable="BAOTINH_HOOK",
        is_private=True,
    ),
}
"""Key → setting."""

NOTIFY = "notify"
"""Table of the file, for its user only: how people are told."""
NOTIFY_KEYS: Mapping[str, Key] = {
    "command": Key(
        phrase("shell command; it gets the text on standard input, the subject in BAOTINH_SUBJECT"), read_line
    ),
    "mail": Key(phrase("mail addresses, for the local sendmail"), read_mail, many=True),
    "ping": Key(
        phrase("web address to ask for after each check: a monitor raises an alarm once it is silent"), read_url
    ),
}
KEYS: Mapping[str, Key] = {name: setting.key for name, setting in SETTINGS.items()}

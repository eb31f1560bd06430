"""Whom an outlet can write to about a crawl: the contact in the User-Agent of every request."""

import re

from crawler.errors import BadArgument

HOME = "https://pypi.org/project/baotinh/"
CONTACT = "BAOTINH_CONTACT"
"""Environment variable and Scrapy setting."""


def user_agent(contact: str) -> str:
    """Return the User-Agent that names the program, and the one who runs it if there is a contact."""
    return f"baotinh (+{HOME}; {contact})" if contact else f"baotinh (+{HOME})"


def read_contact(text: str) -> str:
    """Return a contact that can stand in a header, or none; BadArgument for what nobody could write to."""
    is_address = re.fullmatch(r"(?=[!-~]+\Z)[^@]++@[^.]++\..+|https?://[!-~]+", text)
    # brackets and semicolons would end the comment in which it stands
    if text and (not is_address or set(text) & set("()<>;")):
        raise BadArgument("contact", text, wanted="a mail address or a web address such as https://archive.example")
    return text

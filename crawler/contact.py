"""The contact in the User-Agent of every request: with it an outlet can write to the person who runs the crawl."""

import re

from archive import phrase
from crawler.errors import BadArgument

HOME = "https://pypi.org/project/baotinh/"
CONTACT = "BAOTINH_CONTACT"
"""Environment variable and Scrapy setting."""


def user_agent(contact: str) -> str:
    """Return the User-Agent with the program's name and, if there is one, the contact."""
    return f"baotinh (+{HOME}; {contact})" if contact else f"baotinh (+{HOME})"


def read_contact(text: str) -> str:
    """Return the contact, which may be empty. Raises BadArgument for what is no mail or web address."""
    is_address = re.fullmatch(r"(?=[!-~]+\Z)[^@]++@[^.]++\..+|https?://[!-~]+", text)
    # brackets and semicolons would end the comment of the User-Agent
    if text and (not is_address or set(text) & set("()<>;")):
        raise BadArgument(
            "contact", text, wanted=phrase("a mail address or a web address such as https://archive.example")
        )
    return text

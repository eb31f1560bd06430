"""An article that comes as JSON: made into a page of one known layout, and read as any other page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from itertools import islice
from typing import Any

from archive import Reason, Refusal, phrase, unpack
from crawler import json_answers
from crawler.extract.document import MOST_VALUES, tidy_markup
from crawler.page import Page
from crawler.site import Layout, Site
from crawler.urls import api_address, canonical

NAME = "json"
"""Of the layout; stored with each article that it gave."""
_REQUIRED = {"title": Reason.NO_TITLE, "body": Reason.NO_TEXT}
_DATES = ("published", "modified")


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page around the values of a JSON answer."""

    page: Page
    layout: Layout
    """The layout of the page."""
    keys: Mapping[str, str]
    """Field → path of the key that gave it."""

    def source_of(self, name: str, source: str) -> str:
        """Return what the record says of a field: "json:data.content" where the layout of this page gave it."""
        key = self.keys.get("published" if name == "published_at" else name)
        return f"json:{key}" if key and source == f"layout:{NAME}" else source


def make_page(page: Page, site: Site) -> MadePage | Refusal | None:
    """Return the page that a JSON answer is made into, or why the answer is no article.

    None if articles of this address do not come as JSON, and for a page saved from a browser, which has run the
    scripts. `page.url` is the address of the article, not that of the answer.
    """
    if site.article_api is None or api_address(canonical(page.url), site) is None:
        return None
    body = unpack(page.body)
    if isinstance(body, Refusal):
        return body
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None if page.is_saved else Refusal(Reason.UNREADABLE, phrase("markup in place of JSON"))
    try:
        answer = json_answers.load(body)
    except json_answers.NotJson as error:
        return Refusal(Reason.UNREADABLE, str(error))
    return _compose(page, answer, site.article_api.keys)


def _compose(page: Page, answer: Any, keys: Mapping[str, str]) -> MadePage | Refusal:
    rules: dict[str, tuple[str, ...]] = {}
    head, lines, text = "", "", ""
    for field, path in keys.items():
        values = list(islice(json_answers.texts(answer, path), MOST_VALUES))
        if field in _REQUIRED and not values:
            return Refusal(_REQUIRED[field], phrase('the answer has no "{path}"', path=path))
        if field == "body":
            rules[field] = ("body > main",)
            text = "\n".join(values)
        elif field in _DATES:  # written by programs, so read as metadata
            rules[field] = (f"meta:json:{field}",)
            head += "".join(f'<meta name="json:{field}" content="{escape(value)}">' for value in values)
        else:
            rules[field] = (f'body > [data-json="{field}"]',)
            tag = "h1" if field == "title" else "p"
            lines += "".join(f'<{tag} data-json="{field}">{escape(tidy_markup(value))}</{tag}>' for value in values)
    # <main>, because no tag that editors paste can close it, as a stray </div> would close a <div>
    markup = f"<!DOCTYPE html><html><head>{head}</head><body>{lines}<main>{text}</main></body></html>"
    made = replace(page, body=markup.encode("utf-8", "ignore"), content_type="text/html; charset=utf-8")
    return MadePage(made, Layout(NAME, "html", rules), keys)

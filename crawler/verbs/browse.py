"""`baotinh probe --browser URL`: what fills a page that is an empty frame, and what a site file would say of it."""

from typing import TYPE_CHECKING

import click

from archive import ExitCode, phrase
from archive.cli import print_data, report, say

if TYPE_CHECKING:
    from crawler.crawl.order import Order
    from crawler.probe.target import Target


def browse(url: str, target: "Target", order: "Order") -> ExitCode:
    """Open the page once, name the JSON that its scripts request, and print proposals for a site file.

    Raises PrivateAddress, NoContact, NoBrowser, PageUnreachable.
    """
    from crawler.browser.opening import open_page
    from crawler.browser.proposals import propose
    from crawler.crawl.order import settings_for
    from crawler.reader import checked_address

    if "://" not in url:
        raise click.UsageError(phrase("--browser opens one page: give its address"))
    settings = settings_for([target.site], order)
    opened = open_page(
        checked_address(url),
        contact=settings["BAOTINH_CONTACT"],
        proxy=order.proxy,
        allow_private=order.allow_private,
    )
    report([phrase("not requested: {what}", what=each) for each in opened.refused], aside=True)
    report(
        [phrase("JSON: {url}, {size:,} bytes", url=each.url, size=len(each.body)) for each in opened.answers],
        aside=True,
    )
    if not opened.answers:
        say(phrase("the scripts of this page request no JSON"), aside=True)
        return ExitCode.LESS_THAN_EXPECTED
    proposals = propose(opened)
    for proposal in proposals:
        print_data(f"# {proposal.evidence}\n{proposal.toml}\n\n")
    if not proposals:
        say(phrase("none of it holds the headline, or the links, that the page shows"), aside=True)
        return ExitCode.LESS_THAN_EXPECTED
    say(phrase("put into the site file what fits, then run `baotinh check-sites` and `baotinh probe`"), aside=True)
    return ExitCode.DONE

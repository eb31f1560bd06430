"""What is evidence of the articles of a day, as SQL on the tables of addresses and captures."""

from archive.outcomes import Reason
from archive.record import Kind

SOURCES = ", ".join(f"'{kind}'" for kind in Kind if kind is not Kind.ARTICLE)
"""The kinds of captures of sources, as SQL."""
DAY_OF_ADDRESS = "substr(coalesce(hint_published_at, hint_modified_at), 1, 10)"
"""The day that a source gave for an address, spelled as in the index urls_unstored."""
UNSTORED = "kind = 'article' AND article_id IS NULL AND outcome IS NOT 'added' AND outcome IS NOT 'unchanged'"
"""An address without an article. One that was read is a further page of an article whose first page is missing."""
MAY_BE_ARTICLES = f"""(
    reason IS NULL OR reason NOT IN ({", ".join(f"'{reason}'" for reason in Reason if not reason.means_missed)})
)"""

"""The rows of some sites of another archive, as a database of their own that is gone when the merge ends.

With the articles of these sites comes all that hangs on them, captures and addresses at other sites too. The WARC files
and what is known of their answers come whole: a file is never cut.
"""

import json
import re
import sqlite3
from collections.abc import Collection
from pathlib import Path

from archive.care.merging.rows import OTHER
from archive.errors import NoSuchSite
from archive.schema.connections import attach

_WHOLE = "whole"
"""Name of the whole archive in SQL while its rows are chosen."""
_CHOSEN = (
    "CREATE TEMP TABLE chosen_sites AS SELECT id FROM whole.sites WHERE site IN (SELECT value FROM json_each(:sites))",
    """CREATE TEMP TABLE chosen_articles AS SELECT id FROM whole.articles WHERE site_id IN chosen_sites
    UNION SELECT article_id FROM whole.captures WHERE site_id IN chosen_sites AND article_id IS NOT NULL
    UNION SELECT article_id FROM whole.article_urls WHERE site_id IN chosen_sites""",
    """CREATE TEMP TABLE chosen_urls AS SELECT url FROM whole.captures WHERE article_id IN chosen_articles
    UNION SELECT url FROM whole.captures WHERE site_id IN chosen_sites
    UNION SELECT url FROM whole.urls WHERE site_id IN chosen_sites OR article_id IN chosen_articles""",
    """CREATE TEMP TABLE chosen_runs AS SELECT id FROM whole.runs WHERE site_id IN chosen_sites
    UNION SELECT run_id FROM whole.captures WHERE url IN chosen_urls AND run_id IS NOT NULL
    UNION SELECT id FROM whole.runs WHERE id IN (
        SELECT listed_run_id FROM whole.urls WHERE url IN chosen_urls
        UNION SELECT run_id FROM whole.urls WHERE url IN chosen_urls
        UNION SELECT asked_run_id FROM whole.urls WHERE url IN chosen_urls)""",
    """CREATE TEMP TABLE chosen_outlets AS SELECT id FROM chosen_sites
    UNION SELECT site_id FROM whole.articles WHERE id IN chosen_articles
    UNION SELECT outlet_id FROM whole.articles WHERE id IN chosen_articles
    UNION SELECT site_id FROM whole.captures WHERE url IN chosen_urls
    UNION SELECT site_id FROM whole.urls WHERE url IN chosen_urls
    UNION SELECT site_id FROM whole.article_urls WHERE article_id IN chosen_articles
    UNION SELECT site_id FROM whole.runs WHERE id IN chosen_runs""",
    """INSERT INTO temp.chosen_outlets WITH RECURSIVE parents(id) AS (
        SELECT merged_into_id FROM whole.sites WHERE id IN chosen_outlets AND merged_into_id IS NOT NULL
        UNION SELECT s.merged_into_id FROM whole.sites s JOIN parents p ON s.id = p.id
        WHERE s.merged_into_id IS NOT NULL)
    SELECT id FROM parents""",
)
"""What is chosen, each by what is before it; an outlet is the row of a site, which others name."""
_OF_ARTICLE = "article_id IN temp.chosen_articles"
_OF_URL = "url IN temp.chosen_urls"
_LINKED = "id IN (SELECT {key} FROM whole.{table} WHERE article_id IN temp.chosen_articles)"
ROWS = {
    **dict.fromkeys(("provinces", "warc_files", "raw_answers", "ledger", "copy_decisions"), "1"),
    "sites": "id IN temp.chosen_outlets",
    "runs": "id IN temp.chosen_runs",
    "captures": _OF_URL,
    "urls": _OF_URL,
    "hosts": "site_id IN temp.chosen_sites",
    "articles": "id IN temp.chosen_articles",
    "sections": "id IN (SELECT section_id FROM whole.articles WHERE id IN temp.chosen_articles)",
    "authors": _LINKED.format(key="author_id", table="article_authors"),
    "tags": _LINKED.format(key="tag_id", table="article_tags"),
    "images": _LINKED.format(key="image_id", table="article_images"),
    **dict.fromkeys(("article_texts", "article_revisions", "article_urls", "article_doubts"), _OF_ARTICLE),
    **dict.fromkeys(("article_authors", "article_tags", "article_images"), _OF_ARTICLE),
    **dict.fromkeys(("tombstones", "doubtful_readings", "corrections", "withholdings"), _OF_ARTICLE),
    **dict.fromkeys(("copy_texts", "copy_sketches"), _OF_ARTICLE),
    "article_parts": f"{_OF_ARTICLE} OR {_OF_URL}",
}
"""Table → which of its rows come. The other tables are about one archive alone, or made of the articles."""
_MADE = """
SELECT sql FROM whole.sqlite_schema WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL
ORDER BY type = 'index'
"""


def attach_excerpt(connection: sqlite3.Connection, path: Path, sites: Collection[str]) -> None:
    """Attach the rows of these sites out of the database at `path`, as the whole archive would be attached.

    Raises NoSuchSite for a site that the archive does not have.
    """
    attach(connection, path, name=_WHOLE)
    known = {site for (site,) in connection.execute("SELECT site FROM whole.sites")}
    if unknown := sorted(set(sites) - known):
        raise NoSuchSite(path.parent, unknown[0])
    connection.execute(f"ATTACH '' AS {OTHER}")  # a file without a name, which SQLite deletes
    connection.execute("PRAGMA foreign_keys = OFF")  # rows name rows of tables that follow
    connection.execute("BEGIN")
    for statement in _CHOSEN:
        connection.execute(statement, {"sites": json.dumps(sorted(sites))})
    for table, chosen in ROWS.items():
        _take(connection, table, chosen)
    connection.execute("COMMIT")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"DETACH {_WHOLE}")


def _take(connection: sqlite3.Connection, table: str, chosen: str) -> None:
    """Make a table as the whole archive has it, with the rows that are chosen."""
    made, *indexes = (
        re.sub(r"^(CREATE (?:TABLE|INDEX|UNIQUE INDEX)) ", rf"\1 {OTHER}.", sql)
        for (sql,) in connection.execute(_MADE, (table,)).fetchall()
    )
    connection.execute(made)
    columns = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA whole.table_info({table})"))
    connection.execute(f"INSERT INTO {OTHER}.{table} ({columns}) SELECT {columns} FROM whole.{table} WHERE {chosen}")
    for index in indexes:
        connection.execute(index)

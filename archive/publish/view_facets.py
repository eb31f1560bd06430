"""Facets of `articles_full`, counted by the indexes of `articles`.

Datasette counts the rows of the view, each with the names behind its keys: at a million articles that takes longer than
a facet may. Keys are counted in a twentieth of the time, and named then.
"""

import re

_FACET = re.compile(
    r'\s*select (?P<column>\w+) as value, count\(\*\) as count from \(\s*select [\w", \n]+ from articles_full\s*\)'
    r"\s*where \w+ is not null\s+group by \w+ order by count desc, value limit (?P<limit>\d+)\s*",
)
"""How Datasette 0.65 counts the values of a column, while no filter is set."""
_NAMED = {
    "site": ("site_id", "sites", "site"),
    "outlet": ("outlet_id", "sites", "name"),
    "province_then": ("province_then_id", "provinces", "name"),
    "province_now": ("province_now_id", "provinces", "name"),
    "section": ("section_id", "sections", "name"),
}
"""Column of the view → key in `articles`, the table that it leads to, and the column of the name there."""
_PLAIN = frozenset({"published_date", "year", "language", "source_credit"})
"""Columns that `articles` has too, with an index."""
_COUNTED = """
SELECT {key} AS key, count(*) AS articles FROM articles GROUP BY key
UNION ALL SELECT {key}, -count(*) FROM articles WHERE status = 'withheld' GROUP BY 1
"""
"""The view has no withheld articles. They are few; to look at the status of every article would read all rows."""


def by_index(sql: str) -> str:
    """Return a statement that counts as `sql` does, if `sql` is such a facet; else `sql`."""
    asked = _FACET.fullmatch(sql)
    if asked is None:
        return sql
    column = asked["column"]
    if column in _PLAIN:
        counted, name, names = _COUNTED.format(key=column), "key", ""
    elif column in _NAMED:
        key, table, named = _NAMED[column]
        counted, name, names = _COUNTED.format(key=key), f"n.{named}", f"JOIN {table} n ON n.id = key"
    else:
        return sql
    return f"""SELECT {name} AS value, sum(articles) AS count FROM ({counted}) {names}
        WHERE value IS NOT NULL GROUP BY value HAVING count > 0 ORDER BY count DESC, value LIMIT {asked["limit"]}"""

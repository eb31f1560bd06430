"""Titles, facets, stored queries and sort orders of the archive in Datasette 0.65."""

from typing import Any

from archive.reading.joins import NAMES
from archive.schema.opening import FILE_NAME

SETTINGS = {
    # suggested facets make a page of 100,000 articles 34 times slower
    "suggest_facets": "off",
}

_SEARCHED = {"fts_table": "articles_fts", "fts_pk": "id"}

MOST_ROWS = 100
"""Rows of a stored query: as many as on a page of Datasette."""

SEARCH_QUERY = f"""
SELECT a.id, a.published_at, a.title, found.value ->> 'snippet' AS found, a.byline, o.name AS outlet, a.url
FROM json_each(found_articles(:words, {MOST_ROWS})) found
JOIN articles a ON a.uid = found.value ->> 'uid'
{NAMES.strip()}
ORDER BY found.key
"""

PROVINCE_QUERY = f"""
SELECT a.published_at, a.title, o.name AS outlet, p.name AS province_then, q.name AS province_now, a.url, a.id
FROM articles a
{NAMES.strip()}
WHERE (:era <> 'now' AND a.province_then_id IN (SELECT value FROM json_each(province_ids(:province, :era))))
   OR (:era <> 'then' AND a.province_now_id IN (SELECT value FROM json_each(province_ids(:province, :era))))
UNION ALL
SELECT NULL, province_problem(:province, :era), NULL, NULL, NULL, NULL, NULL
WHERE province_problem(:province, :era) IS NOT NULL
ORDER BY published_at DESC LIMIT {MOST_ROWS}
"""
"""If no province matches, the second half returns the reason as a row: an empty table would look like an answer."""


def metadata() -> dict[str, Any]:
    """Return the content of `metadata.json`."""
    return {
        "title": "Báo tỉnh",
        "description": "Archive of Vietnamese provincial news",
        "databases": {
            FILE_NAME.removesuffix(".db"): {
                "tables": {
                    "articles": {
                        **_SEARCHED,
                        "label_column": "title",
                        "sort_desc": "published_at",
                        "facets": ["site_id", "section_id", "year", "province_then_id", "province_now_id"],
                        "description": "One row per article; its text is in articles_full",
                    },
                    "articles_full": {
                        **_SEARCHED,
                        "description": "One row per article, all names spelled out",
                    },
                    "article_authors": {"facets": ["author_id"]},
                    "article_tags": {"facets": ["tag_id"]},
                    "article_doubts": {
                        "facets": ["doubt"],
                        "description": "What pages say against the records that were read from them",
                    },
                    "doubtful_articles": {
                        "facets": ["site", "waits_because"],
                        "description": "Articles with doubts, or with a reading that waits beside their text",
                    },
                    "doubtful_readings": {"facets": ["reason", "taken_because"], "sort_desc": "id"},
                    "corrections": {"facets": ["field"], "sort_desc": "id"},
                    "withholdings": {
                        "sort_desc": "id",
                        "description": "Articles that were taken out of sight; their texts are not in this database",
                    },
                    "sites": {"label_column": "name"},
                    "sections": {"label_column": "name"},
                    "provinces": {"label_column": "name", "facets": ["region"]},
                    "province_lineage": {
                        "description": "Where the land of each of the 63 provinces is now",
                        "sort": "then_id",
                    },
                    "article_urls": {"facets": ["site_id", "cause"]},
                    "authors": {"label_column": "name"},
                    "tags": {"label_column": "name"},
                    "images": {"label_column": "url"},
                    "runs": {"sort_desc": "id"},
                    "captures": {"facets": ["outcome", "reason"], "sort_desc": "id"},
                    "urls": {"facets": ["outcome", "reason"]},
                    "_sqlite_migrations": {"hidden": True},
                    "articles_fts": {"hidden": True},
                    "search_rows": {"hidden": True},
                },
                "queries": {
                    "search": {
                        "title": "Search as you type: marks are exact, without marks everything is found",
                        "sql": SEARCH_QUERY.strip(),
                    },
                    "province": {
                        "title": "Articles of a province: era is then (the day of publication), now, or any",
                        "sql": PROVINCE_QUERY.strip(),
                    },
                },
            }
        },
    }

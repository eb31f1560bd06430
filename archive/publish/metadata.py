"""Titles, facets, stored queries and sort orders of the archive in Datasette 0.65."""

from collections.abc import Iterable
from typing import Any

from archive.reading.joins import NAMES

SETTINGS: dict[str, int] = {
    # suggested facets make a page of 100,000 articles 34 times slower
    "suggest_facets": False,
    # the rows come after the facets, of which each can be opened whole
    "default_facet_size": 10,
    # a facet over a million articles takes longer than the 200 ms of Datasette
    "facet_time_limit_ms": 1_000,
}
"""In the place of Datasette's defaults; a setting that the user gives counts."""

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


def _by_name(*columns: str) -> list[dict[str, str]]:
    """Return facets as `name_facets.py` counts them."""
    return [{"name": column} for column in columns]


ARTICLE_ROWS = 50
"""Articles on a page: Datasette takes a millisecond to write a row of so many columns."""

_TABLES: dict[str, dict[str, Any]] = {
    "articles": {
        **_SEARCHED,
        "label_column": "title",
        "sort_desc": "published_at",
        "size": ARTICLE_ROWS,
        "facets": _by_name("outlet_id", "year", "province_then_id"),
        "description": "One row per article, the newest first; its text is in articles_full",
        "columns": {
            "site_id": "Newspaper whose site shows it",
            "outlet_id": "Newspaper that published it; it may be merged into that of site_id",
            "province_then_id": "Province on the day of publication",
            "province_now_id": "Today's province of the same land",
            "published_at": "Vietnamese time; empty where the page shows no date",
            "status": "live, gone (taken away by the newspaper) or withheld (taken out of sight here)",
        },
    },
    "sites": {
        "label_column": "name",
        "description": "Newspapers, stations and portals",
    },
    "sections": {
        "label_column": "name",
        "description": "Sections of newspapers; sections with one name belong to different newspapers",
    },
    "authors": {"label_column": "name", "description": "Names in bylines"},
    "article_authors": {"facets": _by_name("author_id"), "description": "Who wrote which article"},
    "tags": {"label_column": "name", "description": "Tags as the newspapers print them"},
    "article_tags": {"facets": _by_name("tag_id"), "description": "Which article has which tag"},
    "provinces": {
        "label_column": "name",
        "facets": ["region"],
        "description": "The 63 provinces before July 2025 and the 34 after; one name may have a row for each time",
    },
    "article_revisions": {"sort_desc": "id", "description": "Texts that were replaced by a newer one"},
    "tombstones": {"sort_desc": "id", "description": "Articles that their newspaper took away"},
    "images": {"label_column": "url", "description": "Addresses of pictures"},
    "article_urls": {
        "facets": _by_name("site_id", "cause"),
        "description": "Other addresses that lead to an article",
    },
    "corrections": {
        "facets": ["field"],
        "sort_desc": "id",
        "description": "What persons put in the place of what a page says",
    },
    "withholdings": {
        "sort_desc": "id",
        "description": "Articles that were taken out of sight; their texts are not in this database",
    },
    "article_doubts": {
        "facets": ["doubt"],
        "description": "What pages say against the records that were read from them",
    },
    "runs": {"label_column": "started_at", "sort_desc": "id", "description": "Crawls, with their counts"},
    "captures": {
        "label_column": "url",
        "facets": _by_name("outcome", "reason"),
        "sort_desc": "id",
        "description": "Every answer of a server, and every missing one",
    },
    "urls": {
        "facets": _by_name("outcome", "reason"),
        "description": "Every address that was ever seen, and what became of it",
    },
    "doubtful_readings": {
        "facets": ["reason", "taken_because"],
        "sort_desc": "id",
        "description": "Readings that must not replace the text in force",
    },
    "copy_groups": {"facets": ["kind"], "sort_desc": "first_at", "description": "Stories that several outlets print"},
    "copy_members": {"facets": ["origin"], "description": "The articles of each story, compared with one of them"},
    "article_origins": {
        "facets": _by_name("origin", "from_site_id"),
        "description": "Where each article is from: own, of an agency, from another outlet, or unknown",
    },
    "copy_decisions": {"sort_desc": "id", "description": "What persons said of copies"},
    "article_images": {"description": "Which article has which picture"},
    "article_texts": {"hidden": True, "description": "Bodies of articles"},
    "article_parts": {"hidden": True, "description": "Pages of articles that lie on several pages"},
    "raw_answers": {"hidden": True, "description": "Where raw pages lie in the WARC files"},
    "warc_files": {"hidden": True, "label_column": "name", "description": "WARC files of the archive"},
    "hosts": {"hidden": True, "description": "Hosts that asked not to be asked for a time"},
    "ledger": {"hidden": True, "description": "A chain of digests that proves that nothing changed"},
    "fixity_checks": {"hidden": True, "description": "What the checks of the archive found"},
    "copy_links": {"hidden": True, "description": "Pairs of articles with the same wording"},
    "copy_texts": {"hidden": True, "description": "What is known of each text when copies are looked for"},
    "copy_sketches": {"hidden": True, "description": "By what copies are found"},
    "search_rows": {"hidden": True, "description": "What a search asks of an article beside its words"},
    "outlet_months": {"hidden": True, "description": "What the archive knows of each month of each outlet"},
    "origin_months": {"hidden": True, "description": "Where the articles of each month of each outlet are from"},
    "_sqlite_migrations": {"hidden": True},
}
_VIEWS: dict[str, dict[str, Any]] = {
    "articles_full": {**_SEARCHED, "description": "One row per article with its text, all names spelled out"},
    "latest": {"description": "The newest 200 articles"},
    "article_versions": {"description": "All texts of each article, superseded ones too"},
    "edited_articles": {"description": "Articles that were edited, with their old titles"},
    "gone_articles": {"description": "Articles that their newspaper took away"},
    "doubtful_articles": {
        "facets": ["site", "waits_because"],
        "description": "Articles with doubts, or with a reading that waits beside their text",
    },
    "copies": {"facets": ["kind", "site", "from_site"], "description": "The same story in several outlets"},
    "coverage_site_month": {"description": "Articles of each newspaper and month, and how complete they are"},
    "province_lineage": {"description": "Where the land of each of the 63 provinces is now", "sort": "then_id"},
    "run_report": {"description": "Crawls, with the names of their sites"},
    "raw_pages": {"description": "Where the raw page of each capture lies"},
    "printed_texts": {"description": "What the full-text index reads"},
    "articles_fts": {"hidden": True, "description": "The full-text index by the id of the article"},
}
ORDER = (*_TABLES, *_VIEWS)
"""Tables and views in the order in which people need them."""


def metadata(databases: Iterable[str]) -> dict[str, Any]:
    """Return the metadata of Datasette for these databases, which are archives."""
    return {
        "title": "Báo tỉnh",
        "description": "Archive of Vietnamese provincial news",
        "databases": {name: _of_database() for name in databases},
    }


def _of_database() -> dict[str, Any]:
    return {
        "tables": _copied({**_TABLES, **_VIEWS}),
        "queries": {
            "search": {
                "title": "Search as you type: marks are exact, without marks everything is found",
                "sql": SEARCH_QUERY.strip(),
                "hide_sql": True,
            },
            "province": {
                "title": "Articles of a province: era is then (the day of publication), now, or any",
                "sql": PROVINCE_QUERY.strip(),
                "hide_sql": True,
            },
        },
    }


def _copied(values: dict[str, Any]) -> dict[str, Any]:
    """Return a copy with copies of the dictionaries in it; a request asks for it some fifty times."""
    return {name: _copied(value) if isinstance(value, dict) else value for name, value in values.items()}

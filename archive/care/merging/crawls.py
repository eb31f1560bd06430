"""The sites, runs and captures of another archive, and its frontier."""

import sqlite3
from collections.abc import Iterable

from archive.care.merging.rows import Range, carry, carry_new, give_ids, match_rows, new_id
from archive.record import Outlet, OutletKind
from archive.writing.sites import register_site

_UNKNOWN_SITES = """
SELECT t.site, t.name, t.kind, t.home, p.name, m.site
FROM other.sites t JOIN main.sites s USING (site)
LEFT JOIN other.provinces p ON p.id = t.province_id LEFT JOIN other.sites m ON m.id = t.merged_into_id
WHERE s.home IS NULL AND t.home IS NOT NULL ORDER BY t.id
"""
"""Sites that a crawl or the site file of another paper named here, and whose site file the other archive has read."""
_CAPTURE_KEY = "json_array({run}, url, fetched_at, kind, status, body_sha256)"
_BEGUN = "json_array((SELECT site FROM {schema}.sites WHERE id = site_id), started_at, version, settings)"
_ENDED = f"json_array({_BEGUN}, finished_at, found)"
"""Two archives may begin runs of a site in one second, but hardly end them with the same count in one second too."""
_OPEN = ("running", "abandoned")
_GOING_ON = f"""
UPDATE temp.runs_ids SET new = ours.id, is_new = 0
FROM (SELECT id, {_BEGUN.format(schema="main")} AS key FROM main.runs
    WHERE status IN {_OPEN} AND id NOT IN (SELECT new FROM temp.runs_ids)) AS ours,
    (SELECT id, {_BEGUN.format(schema="other")} AS key FROM other.runs) AS theirs
WHERE is_new AND theirs.id = runs_ids.old AND theirs.key = ours.key
"""
"""Runs that went on when they were carried are the same ones when they have ended."""
_LEAD = """
UPDATE main.captures SET article_id = a.new
FROM other.captures o JOIN temp.captures_ids c ON c.old = o.id JOIN temp.articles_ids a ON a.old = o.article_id
WHERE captures.id = c.new AND c.is_new AND a.is_new
"""

_OF_THE_CAPTURE = (
    *("kind", "outcome", "reason", "detail", "fetched_at", "failures", "due_at", "etag", "last_modified", "whole_at"),
    *("named", "run_outcome", "run_reason"),
)
"""Columns of `urls` that the last capture decides, with the runs below."""
_RUN_COLUMNS = ("listed_run_id", "run_id", "asked_run_id")
_LATER = f"""
UPDATE main.urls SET {", ".join(f"{name} = o.{name}" for name in _OF_THE_CAPTURE)},
    {", ".join(f"{name} = ifnull({new_id('runs', name)}, urls.{name})" for name in _RUN_COLUMNS)},
    article_id = ifnull({new_id("articles", "article_id")}, urls.article_id)
FROM other.urls o WHERE o.url = urls.url AND o.fetched_at > ifnull(urls.fetched_at, '')
"""
_FOUND = """
UPDATE main.urls SET found_at = min(urls.found_at, o.found_at), depth = min(urls.depth, o.depth),
    site_id = ifnull(urls.site_id, (SELECT new FROM temp.sites_ids WHERE old = o.site_id)),
    hint_published_at = ifnull(urls.hint_published_at, o.hint_published_at),
    hint_modified_at = ifnull(urls.hint_modified_at, o.hint_modified_at)
FROM other.urls o WHERE o.url = urls.url AND (
    o.found_at < urls.found_at OR o.depth < urls.depth OR (urls.site_id IS NULL AND o.site_id IS NOT NULL)
    OR (urls.hint_published_at IS NULL AND o.hint_published_at IS NOT NULL)
    OR (urls.hint_modified_at IS NULL AND o.hint_modified_at IS NOT NULL))
"""
_REST = """
UPDATE main.hosts SET asked_at = o.asked_at, rests_until = o.rests_until, detail = o.detail
FROM other.hosts o JOIN temp.sites_ids s ON s.old = o.site_id
WHERE hosts.site_id = s.new AND hosts.host = o.host AND o.asked_at > hosts.asked_at
"""


def carry_sites(connection: sqlite3.Connection) -> int:
    """Add the sites, tell ours what the other archive knows of them, and return how many rows changed."""
    match_rows(connection, "sites", theirs="site")
    values: dict[str, str | None] = {"merged_into_id": new_id("sites", "merged_into_id")}
    added = carry_new(connection, "sites", values)
    unknown = connection.execute(_UNKNOWN_SITES).fetchall()
    for site, name, kind, home, province, merged_into in unknown:
        outlet = Outlet(
            site=site, name=name, kind=OutletKind(kind), home=home, province=province, merged_into=merged_into
        )
        register_site(connection, outlet)
    return added + len(unknown)


def carry_runs(connection: sqlite3.Connection, known: Iterable[Range]) -> int:
    """Add the runs, give those that had not ended their counts, and return how many rows changed.

    `known` are the ids that an earlier merge gave them.
    """
    theirs, ours = _ENDED.format(schema="other"), _ENDED.format(schema="main")
    match_rows(connection, "runs", theirs=theirs, ours=ours)
    connection.execute(_GOING_ON)
    give_ids(connection, "runs", known)
    added = carry_new(connection, "runs", {"site_id": new_id("sites", "site_id")})
    return added + _end_runs(connection)


def _end_runs(connection: sqlite3.Connection) -> int:
    """Give the runs that were carried while they went on the counts with which they ended."""
    names = [row[1] for row in connection.execute("PRAGMA main.table_info(runs)")]
    columns = [f'"{name}"' for name in names if name not in ("id", "site_id")]
    sql = f"""UPDATE main.runs SET {", ".join(f"{name} = o.{name}" for name in columns)}
        FROM other.runs o JOIN temp.runs_ids m ON m.old = o.id
        WHERE runs.id = m.new AND NOT m.is_new AND runs.status IN {_OPEN} AND o.status NOT IN {_OPEN}"""
    return connection.execute(sql).rowcount


def match_captures(connection: sqlite3.Connection, known: Iterable[Range]) -> None:
    """Say which captures are here already. `known` are the ids that an earlier merge gave the others."""
    theirs, ours = (
        _CAPTURE_KEY.format(run="(SELECT new FROM temp.runs_ids WHERE old = run_id)"),
        _CAPTURE_KEY.format(run="run_id"),
    )
    match_rows(connection, "captures", theirs=theirs, ours=ours, among="url IN (SELECT url FROM other.captures)")
    give_ids(connection, "captures", known)


def carry_captures(connection: sqlite3.Connection) -> int:
    """Add the captures, and return how many are new. Those of new articles lead to them after `lead_captures`."""
    article = "(SELECT new FROM temp.articles_ids WHERE old = o.article_id AND NOT is_new)"
    return carry_new(
        connection,
        "captures",
        {
            "run_id": new_id("runs", "run_id"),
            "site_id": new_id("sites", "site_id"),
            "article_id": article,
            "raw_answer_id": new_id("raw_answers", "raw_answer_id"),
            "reread_of": new_id("captures", "reread_of"),
        },
    )


def lead_captures(connection: sqlite3.Connection) -> None:
    """Let the captures of new articles lead to them: they and their captures name each other."""
    connection.execute(_LEAD)


def carry_frontier(connection: sqlite3.Connection) -> int:
    """Add addresses and rests of hosts; of those that both have, the last capture counts. Return how many changed."""
    values: dict[str, str | None] = {name: new_id("runs", name) for name in _RUN_COLUMNS}
    values |= {"site_id": new_id("sites", "site_id"), "article_id": new_id("articles", "article_id")}
    changed = connection.execute(_FOUND).rowcount + connection.execute(_LATER).rowcount
    changed += carry(connection, "urls", values, where="o.url NOT IN (SELECT url FROM main.urls)")
    changed += connection.execute(_REST).rowcount
    site = new_id("sites", "site_id")
    where = f"NOT EXISTS (SELECT 1 FROM main.hosts h WHERE h.site_id = {site} AND h.host = o.host)"
    return changed + carry(connection, "hosts", {"site_id": site}, where=where)

"""The views that people query. Each text is part of a migration: a changed view is a new text and a migration."""

FIRST_VIEWS = """
CREATE VIEW articles_full AS
SELECT a.id, a.uid, a.url, a.title, a.lead, t.body, a.byline, a.published_at, a.published_precision,
    s.site, s.name AS outlet, p.name AS province_then, q.name AS province_now, c.name AS section,
    a.source_credit, a.modified_at, a.year, a.language, a.word_count, a.status, a.first_seen_at,
    a.last_seen_at, a.last_changed_at, a.revision_count
FROM articles a
JOIN article_texts t ON t.article_id = a.id
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN sections c ON c.id = a.section_id
LEFT JOIN provinces p ON p.id = a.province_then_id
LEFT JOIN provinces q ON q.id = a.province_now_id;

-- the newest 200: sorting a whole archive for one page of Datasette takes most of a second
CREATE VIEW latest AS
SELECT a.id, a.published_at, s.site, a.title, a.byline, a.url
FROM articles a LEFT JOIN sites s ON s.id = a.site_id
ORDER BY a.published_at DESC LIMIT 200;

CREATE VIEW article_versions AS
SELECT article_id, n, seen_at, cause, title, lead, body, byline, text_sha256, capture_id
FROM article_revisions
UNION ALL
SELECT a.id, a.revision_count, a.last_changed_at, a.cause, a.title, a.lead, t.body, a.byline, a.text_sha256,
    a.capture_id
FROM articles a JOIN article_texts t ON t.article_id = a.id;

CREATE VIEW edited_articles AS
SELECT a.id, s.site, a.revision_count, r.n AS old_n, r.seen_at AS old_seen_at, r.title AS old_title, a.title,
    a.cause, a.last_changed_at, a.url
FROM article_revisions r
JOIN articles a ON a.id = r.article_id
LEFT JOIN sites s ON s.id = a.site_id;

CREATE VIEW gone_articles AS
SELECT a.id, s.site, a.title, a.published_at, m.seen_at AS gone_at, m.status, m.reason, m.detail,
    a.last_seen_at, a.url
FROM tombstones m
JOIN articles a ON a.id = m.article_id
LEFT JOIN sites s ON s.id = a.site_id
WHERE m.back_at IS NULL;

-- articles without a date are counted under month NULL: a gap is shown, not guessed away
CREATE VIEW coverage_site_month AS
SELECT s.site, substr(a.published_date, 1, 7) AS month, count(*) AS articles,
    round(avg(a.byline IS NOT NULL), 3) AS share_with_byline,
    round(avg(a.lead IS NOT NULL), 3) AS share_with_lead,
    sum(a.word_count) AS words
FROM articles a LEFT JOIN sites s ON s.id = a.site_id
GROUP BY 1, 2;

CREATE VIEW run_report AS
SELECT r.id, s.site, r.started_at, r.finished_at, r.status, r.found, r.stored, r.revised, r.unchanged,
    r.refused, r.failed, r."left", r.known, r.sources_ok, r.sources_failed, r.balances, r.reasons, r.version
FROM runs r JOIN sites s ON s.id = r.site_id;
"""

PLACES_VIEWS = """
DROP VIEW articles_full;
CREATE VIEW articles_full AS
SELECT a.id, a.uid, a.url, a.title, a.lead, t.body, a.byline, a.published_at, a.published_precision,
    s.site, o.name AS outlet, p.name AS province_then, q.name AS province_now, c.name AS section,
    a.source_credit, a.modified_at, a.year, a.language, a.word_count, a.status, a.first_seen_at,
    a.last_seen_at, a.last_changed_at, a.revision_count, a.cms_id,
    (SELECT json_group_array(json_object('url', u.url, 'site', n.site, 'cause', u.cause,
            'first_seen_at', u.first_seen_at))
        FROM article_urls u LEFT JOIN sites n ON n.id = u.site_id WHERE u.article_id = a.id) AS aliases
FROM articles a
JOIN article_texts t ON t.article_id = a.id
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN sites o ON o.id = a.outlet_id
LEFT JOIN sections c ON c.id = a.section_id
LEFT JOIN provinces p ON p.id = a.province_then_id
LEFT JOIN provinces q ON q.id = a.province_now_id;

-- where the land of each of the 63 is now; a code means its province between these days only
CREATE VIEW province_lineage AS
SELECT o.id AS then_id, o.name AS province_then, o.gso_code AS code_then, o.iso_3166_2, o.valid_to AS last_day,
    n.id AS now_id, n.name AS province_now, n.gso_code AS code_now, n.valid_from AS first_day,
    count(*) OVER (PARTITION BY n.id) > 1 AS is_merged, o.region AS region_then, n.region AS region_now
FROM provinces o JOIN provinces n ON n.id = o.successor_id;
"""

RUNS_VIEWS = """
DROP VIEW run_report;
CREATE VIEW run_report AS
SELECT r.id, s.site, r.started_at, r.finished_at, r.status, r.found, r.stored, r.revised, r.unchanged,
    r.refused, r.failed, r."left", r.known, r.sources_ok, r.sources_failed, r.cut_short, r.balances, r.reasons,
    r.version
FROM runs r JOIN sites s ON s.id = r.site_id;
"""

COUNTS_VIEWS = """
DROP VIEW run_report;
CREATE VIEW run_report AS
SELECT r.id, s.site, r.started_at, r.finished_at, r.status, r.found, r.stored, r.revised, r.unchanged, r.gone,
    r.refused, r.failed, r."left", r.outside, r.known, r.sources_ok, r.sources_failed, r.cut_short, r.notes,
    r.balances, r.reasons, r.version
FROM runs r JOIN sites s ON s.id = r.site_id;
"""

DOUBTS_VIEWS = """
DROP VIEW articles_full;
CREATE VIEW articles_full AS
SELECT a.id, a.uid, a.url, a.title, a.lead, t.body, a.byline, a.published_at, a.published_precision,
    s.site, o.name AS outlet, p.name AS province_then, q.name AS province_now, c.name AS section,
    a.source_credit, a.modified_at, a.year, a.language, a.word_count, a.status, a.first_seen_at,
    a.last_seen_at, a.last_changed_at, a.revision_count, a.cms_id,
    (SELECT json_group_array(json_object('url', u.url, 'site', n.site, 'cause', u.cause,
            'first_seen_at', u.first_seen_at))
        FROM article_urls u LEFT JOIN sites n ON n.id = u.site_id WHERE u.article_id = a.id) AS aliases,
    (SELECT json_group_array(d.doubt) FROM article_doubts d WHERE d.article_id = a.id) AS doubts
FROM articles a
JOIN article_texts t ON t.article_id = a.id
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN sites o ON o.id = a.outlet_id
LEFT JOIN sections c ON c.id = a.section_id
LEFT JOIN provinces p ON p.id = a.province_then_id
LEFT JOIN provinces q ON q.id = a.province_now_id;

DROP VIEW article_versions;
CREATE VIEW article_versions AS
SELECT article_id, n, seen_at, cause, title, lead, body, byline, text_sha256, capture_id,
    ifnull(doubts, '[]') AS doubts
FROM article_revisions
UNION ALL
SELECT a.id, a.revision_count, a.last_changed_at, a.cause, a.title, a.lead, t.body, a.byline, a.text_sha256,
    a.capture_id, (SELECT json_group_array(d.doubt) FROM article_doubts d WHERE d.article_id = a.id)
FROM articles a JOIN article_texts t ON t.article_id = a.id;

CREATE VIEW doubtful_articles AS
SELECT a.id, a.uid, s.site, a.title, a.published_at,
    (SELECT json_group_array(d.doubt) FROM article_doubts d WHERE d.article_id = a.id) AS doubts,
    r.reason AS waits_because, r.doubts AS waiting_doubts, json_extract(r.record, '$.title') AS waiting_title,
    json_extract(r.record, '$.body') AS waiting_body, r.first_seen_at AS waits_since,
    r.last_seen_at AS last_seen_waiting, a.url
FROM articles a
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN doubtful_readings r ON r.article_id = a.id AND r.taken_at IS NULL
WHERE a.id IN (SELECT article_id FROM article_doubts UNION SELECT article_id FROM doubtful_readings
    WHERE taken_at IS NULL);

DROP VIEW run_report;
CREATE VIEW run_report AS
SELECT r.id, s.site, r.started_at, r.finished_at, r.status, r.found, r.stored, r.revised, r.unchanged, r.gone,
    r.refused, r.failed, r."left", r.outside, r.known, r.sources_ok, r.sources_failed, r.cut_short, r.notes,
    r.balances, r.reasons, r.version, r.doubtful
FROM runs r JOIN sites s ON s.id = r.site_id;
"""

RAW_VIEWS = """
CREATE VIEW raw_pages AS
SELECT c.id AS capture_id, c.article_id, c.url, c.fetched_at, c.status, f.name AS warc_file, r.warc_offset,
    r.warc_length, r.payload_sha256, ifnull(o.warc_offset, r.warc_offset) AS body_offset,
    ifnull(p.name, f.name) AS body_file
FROM captures c
JOIN raw_answers r ON r.id = c.raw_answer_id
JOIN warc_files f ON f.id = r.warc_file_id
LEFT JOIN raw_answers o ON o.id = r.original_id
LEFT JOIN warc_files p ON p.id = o.warc_file_id;
"""

HANDS_VIEWS = """
CREATE VIEW articles_full AS
SELECT a.id, a.uid, a.url, a.title, a.lead, t.body, a.byline, a.published_at, a.published_precision,
    s.site, o.name AS outlet, p.name AS province_then, q.name AS province_now, c.name AS section,
    a.source_credit, a.modified_at, a.year, a.language, a.word_count, a.status, a.first_seen_at,
    a.last_seen_at, a.last_changed_at, a.revision_count, a.cms_id,
    (SELECT json_group_array(json_object('url', u.url, 'site', n.site, 'cause', u.cause,
            'first_seen_at', u.first_seen_at))
        FROM article_urls u LEFT JOIN sites n ON n.id = u.site_id WHERE u.article_id = a.id) AS aliases,
    (SELECT json_group_array(d.doubt) FROM article_doubts d WHERE d.article_id = a.id) AS doubts
FROM articles a
JOIN article_texts t ON t.article_id = a.id
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN sites o ON o.id = a.outlet_id
LEFT JOIN sections c ON c.id = a.section_id
LEFT JOIN provinces p ON p.id = a.province_then_id
LEFT JOIN provinces q ON q.id = a.province_now_id;

-- the newest 200: sorting a whole archive for one page of Datasette takes most of a second
CREATE VIEW latest AS
SELECT a.id, a.published_at, s.site, a.title, a.byline, a.url
FROM articles a LEFT JOIN sites s ON s.id = a.site_id
WHERE a.status <> 'withheld'
ORDER BY a.published_at DESC LIMIT 200;

CREATE VIEW article_versions AS
SELECT article_id, n, seen_at, cause, title, lead, body, byline, text_sha256, capture_id,
    ifnull(doubts, '[]') AS doubts
FROM article_revisions
UNION ALL
SELECT a.id, a.revision_count, a.last_changed_at, a.cause, a.title, a.lead, t.body, a.byline, a.text_sha256,
    a.capture_id, (SELECT json_group_array(d.doubt) FROM article_doubts d WHERE d.article_id = a.id)
FROM articles a JOIN article_texts t ON t.article_id = a.id;

CREATE VIEW edited_articles AS
SELECT a.id, s.site, a.revision_count, r.n AS old_n, r.seen_at AS old_seen_at, r.title AS old_title, a.title,
    a.cause, a.last_changed_at, a.url
FROM article_revisions r
JOIN articles a ON a.id = r.article_id
LEFT JOIN sites s ON s.id = a.site_id;

-- articles without a date are counted under month NULL: a gap is shown, not guessed away
CREATE VIEW coverage_site_month AS
SELECT s.site, substr(a.published_date, 1, 7) AS month, count(*) AS articles,
    round(avg(a.byline IS NOT NULL), 3) AS share_with_byline,
    round(avg(a.lead IS NOT NULL), 3) AS share_with_lead,
    sum(a.word_count) AS words
FROM articles a LEFT JOIN sites s ON s.id = a.site_id
WHERE a.status <> 'withheld'
GROUP BY 1, 2;

CREATE VIEW doubtful_articles AS
SELECT a.id, a.uid, s.site, a.title, a.published_at,
    (SELECT json_group_array(d.doubt) FROM article_doubts d WHERE d.article_id = a.id) AS doubts,
    r.reason AS waits_because, r.doubts AS waiting_doubts, json_extract(r.record, '$.title') AS waiting_title,
    json_extract(r.record, '$.body') AS waiting_body, r.first_seen_at AS waits_since,
    r.last_seen_at AS last_seen_waiting, a.url
FROM articles a
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN doubtful_readings r ON r.article_id = a.id AND r.taken_at IS NULL
WHERE a.id IN (SELECT article_id FROM article_doubts UNION SELECT article_id FROM doubtful_readings
    WHERE taken_at IS NULL);
"""

_ARTICLES_FULL = """\
DROP VIEW articles_full;
CREATE VIEW articles_full AS
SELECT a.id, a.uid, a.url, a.title, a.lead,
    (SELECT body FROM article_texts WHERE article_id = a.id) AS body,
    a.byline, a.published_at, a.published_precision,
    (SELECT site FROM sites WHERE id = a.site_id) AS site,
    (SELECT name FROM sites WHERE id = a.outlet_id) AS outlet,
    (SELECT name FROM provinces WHERE id = a.province_then_id) AS province_then,
    (SELECT name FROM provinces WHERE id = a.province_now_id) AS province_now,
    (SELECT name FROM sections WHERE id = a.section_id) AS section,
    a.source_credit, a.modified_at, a.year, a.language, a.word_count, a.status, a.first_seen_at,
    a.last_seen_at, a.last_changed_at, a.revision_count, a.cms_id,
    (SELECT '[' || ifnull(group_concat('{"url":"' || replace(replace(u.url, '\\', '\\\\'), '"', '\\"')
            || '","site":' || ifnull('"' || n.site || '"', 'null')
            || ',"cause":' || ifnull('"' || u.cause || '"', 'null')
            || ',"first_seen_at":"' || u.first_seen_at || '"}'), '') || ']'
        FROM article_urls u LEFT JOIN sites n ON n.id = u.site_id WHERE u.article_id = a.id) AS aliases,
    (SELECT '[' || ifnull(group_concat('"' || doubt || '"'), '') || ']'
        FROM article_doubts WHERE article_id = a.id) AS doubts
FROM articles a
WHERE a.status <> 'withheld';

"""
BROWSE_VIEWS = (
    """
-- Names are looked up for the rows that are shown, and not joined to all of them: counting and paging cost nothing.
-- SQLite 3.40 refuses JSON functions in a view if trusted_schema is off, so the arrays are written as text.
"""
    + _ARTICLES_FULL
    + """DROP VIEW article_versions;
CREATE VIEW article_versions AS
SELECT article_id, n, seen_at, cause, title, lead, body, byline, text_sha256, capture_id,
    ifnull(doubts, '[]') AS doubts
FROM article_revisions
UNION ALL
SELECT a.id, a.revision_count, a.last_changed_at, a.cause, a.title, a.lead, t.body, a.byline, a.text_sha256,
    a.capture_id, (SELECT '[' || ifnull(group_concat('"' || doubt || '"'), '') || ']'
        FROM article_doubts WHERE article_id = a.id)
FROM articles a JOIN article_texts t ON t.article_id = a.id;
"""
)

_WITH_DAYS = _ARTICLES_FULL.replace("a.published_precision,", "a.published_precision, a.published_date,")

DAYS_VIEWS = (
    "\n"
    + _WITH_DAYS
    + """DROP VIEW latest;
-- the newest 200: sorting a whole archive for one page of Datasette takes most of a second
CREATE VIEW latest AS
SELECT a.id, a.published_at, a.published_date, s.site, a.title, a.byline, a.url
FROM articles a LEFT JOIN sites s ON s.id = a.site_id
WHERE a.status <> 'withheld'
ORDER BY a.published_at DESC LIMIT 200;

DROP VIEW gone_articles;
CREATE VIEW gone_articles AS
SELECT a.id, s.site, a.title, a.published_at, a.published_date, m.seen_at AS gone_at, m.status, m.reason, m.detail,
    a.last_seen_at, a.url
FROM tombstones m
JOIN articles a ON a.id = m.article_id
LEFT JOIN sites s ON s.id = a.site_id
WHERE m.back_at IS NULL;

DROP VIEW doubtful_articles;
CREATE VIEW doubtful_articles AS
SELECT a.id, a.uid, s.site, a.title, a.published_at, a.published_date,
    (SELECT json_group_array(d.doubt) FROM article_doubts d WHERE d.article_id = a.id) AS doubts,
    r.reason AS waits_because, r.doubts AS waiting_doubts, json_extract(r.record, '$.title') AS waiting_title,
    json_extract(r.record, '$.body') AS waiting_body, r.first_seen_at AS waits_since,
    r.last_seen_at AS last_seen_waiting, a.url
FROM articles a
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN doubtful_readings r ON r.article_id = a.id AND r.taken_at IS NULL
WHERE a.id IN (SELECT article_id FROM article_doubts UNION SELECT article_id FROM doubtful_readings
    WHERE taken_at IS NULL);
"""
)

ORIGINS_VIEWS = _WITH_DAYS.replace(
    " AS doubts\n",
    """ AS doubts,
    ifnull((SELECT origin FROM article_origins WHERE article_id = a.id), 'unknown') AS origin,
    (SELECT s.site FROM article_origins w JOIN sites s ON s.id = w.from_site_id WHERE w.article_id = a.id)
        AS from_site,
    (SELECT source FROM article_origins WHERE article_id = a.id) AS from_source,
    (SELECT t.uid FROM copy_members m JOIN copy_groups g ON g.id = m.group_id JOIN articles t ON t.id = g.text_id
        WHERE m.article_id = a.id ORDER BY m.added, t.uid LIMIT 1) AS copy_group,
    (SELECT g.kind FROM copy_members m JOIN copy_groups g ON g.id = m.group_id JOIN articles t ON t.id = g.text_id
        WHERE m.article_id = a.id ORDER BY m.added, t.uid LIMIT 1) AS copy_kind
""",
)

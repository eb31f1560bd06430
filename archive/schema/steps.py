"""What each migration runs, as SQL: the steps from an empty database to the tables, indexes and views of today.

A step that was released is never edited: a change is a new one at the end.
"""

import re
import sqlite3
from collections.abc import Iterator

from archive.schema.copy_tables import COPIES, COPIES_VIEWS
from archive.schema.tables import FULL_TEXT, TABLES
from archive.schema.views import (
    BROWSE_VIEWS,
    COUNTS_VIEWS,
    DAYS_VIEWS,
    DOUBTS_VIEWS,
    FIRST_VIEWS,
    HANDS_VIEWS,
    ORIGINS_VIEWS,
    PLACES_VIEWS,
    RAW_VIEWS,
    RUNS_VIEWS,
)

PLACES = """
ALTER TABLE sites ADD COLUMN merged_into_id INTEGER REFERENCES sites(id);

ALTER TABLE articles ADD COLUMN outlet_id INTEGER REFERENCES sites(id);
ALTER TABLE articles ADD COLUMN cms_id TEXT;
UPDATE articles SET outlet_id = site_id;
CREATE INDEX articles_outlet ON articles(outlet_id);
CREATE INDEX articles_cms_id ON articles(cms_id);

ALTER TABLE article_urls ADD COLUMN site_id INTEGER REFERENCES sites(id);
ALTER TABLE article_urls ADD COLUMN cause TEXT;
UPDATE article_urls SET site_id = (SELECT site_id FROM articles WHERE id = article_id);
CREATE INDEX article_urls_site ON article_urls(site_id);

-- Thừa Thiên Huế became Huế half a year before the merger of the others
UPDATE provinces SET valid_from = '2025-01-01' WHERE slug = 'hue' AND valid_from IS NOT NULL;
UPDATE provinces SET valid_to = '2024-12-31' WHERE slug = 'thua-thien-hue';
UPDATE articles SET province_then_id = province_now_id
WHERE published_date >= '2025-01-01' AND province_then_id IN (SELECT id FROM provinces WHERE slug = 'thua-thien-hue');
"""

RUNS = """
-- JSON array: why hosts were not asked for everything, a sentence each
ALTER TABLE runs ADD COLUMN cut_short TEXT NOT NULL DEFAULT '[]';
"""

FRONTIER = """
-- steps from a source that the site file names, and the place among the links of what named it
ALTER TABLE urls ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;
ALTER TABLE urls ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE urls SET depth = 1 WHERE found_on IS NOT NULL;
-- when the answer came to which the validators belong
ALTER TABLE urls ADD COLUMN whole_at TEXT;
-- how many articles its last whole answer named
ALTER TABLE urls ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
-- the last run that asked for it, or meant to
ALTER TABLE urls ADD COLUMN asked_run_id INTEGER REFERENCES runs(id);
"""

ORDER = """
-- articles that nobody has asked for yet, in the order in which they will be: a batch costs the same at any backlog
CREATE INDEX urls_unasked ON urls(
    site_id, hint_published_at IS NULL, coalesce(hint_published_at, hint_modified_at, found_at) DESC, position
) WHERE kind = 'article' AND due_at IS NOT NULL AND fetched_at IS NULL;
-- and apart from them what is due again
DROP INDEX urls_due;
CREATE INDEX urls_due ON urls(site_id, kind, fetched_at IS NULL, due_at) WHERE due_at IS NOT NULL;
-- what other rules may read
CREATE INDEX urls_refused ON urls(site_id, reason) WHERE kind = 'article' AND outcome = 'refused';
"""

RESTS = """
-- until when a host has asked not to be asked again: kept from run to run
CREATE TABLE hosts (
    site_id INTEGER NOT NULL REFERENCES sites(id),  -- whose crawl met it
    host TEXT NOT NULL,              -- without port
    asked_at TEXT NOT NULL,          -- when it asked for the rest
    rests_until TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (site_id, host)
) STRICT, WITHOUT ROWID;
"""

COUNTS = """
-- stored articles that the newspaper has taken away, and what was published outside the days that a run wanted
ALTER TABLE runs ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN outside INTEGER NOT NULL DEFAULT 0;
-- JSON array: what a person should know of the run, a sentence each
ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
-- an unchanged list names again what it named first
CREATE INDEX urls_found_on ON urls(found_on) WHERE kind = 'article';
"""

DOUBTS = """
-- what the page of the text in force says against it; a code each, for facets
CREATE TABLE article_doubts (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    doubt TEXT NOT NULL,
    PRIMARY KEY (article_id, doubt)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_doubts_doubt ON article_doubts(doubt);

-- readings that must not replace the text in force, and what was accepted of them
CREATE TABLE doubtful_readings (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    reason TEXT NOT NULL,            -- why it waits: redesigned or doubtful
    detail TEXT NOT NULL,
    doubts TEXT NOT NULL,            -- JSON array
    record TEXT,                     -- JSON object: the whole reading; NULL where the text in force was accepted
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures(id),
    taken_at TEXT,                   -- NULL: it waits
    taken_because TEXT               -- confirmed (by a later look) or accepted (by a person)
) STRICT;
CREATE UNIQUE INDEX doubtful_readings_waiting ON doubtful_readings(article_id) WHERE taken_at IS NULL;
CREATE INDEX doubtful_readings_article ON doubtful_readings(article_id);

-- JSON arrays of the doubts about a text that was replaced, and about what a capture gave; NULL: none
ALTER TABLE article_revisions ADD COLUMN doubts TEXT;
ALTER TABLE captures ADD COLUMN doubts TEXT;
-- JSON array: what the stored article has and this page did not show, of layout and fields
ALTER TABLE captures ADD COLUMN lacking TEXT;
-- pages of the run that were read with doubts; NULL for a run of an older program
ALTER TABLE runs ADD COLUMN doubtful INTEGER;
"""

PARTS = """
-- entries of a source that gave no address of a web page, and what one of them had in its place; NULL: none
ALTER TABLE captures ADD COLUMN lost INTEGER;
ALTER TABLE captures ADD COLUMN lost_example TEXT;

-- pages of articles that lie on several pages
CREATE TABLE article_parts (
    url TEXT PRIMARY KEY,            -- as it is asked for
    article_id INTEGER REFERENCES articles(id),  -- NULL: its first page is not stored yet
    first_url TEXT NOT NULL,         -- of the first page, as this one names it
    n INTEGER NOT NULL,              -- 1 is the first page
    named INTEGER NOT NULL,          -- the highest number of a page that this one names, or its own
    record TEXT NOT NULL,            -- JSON object: the whole reading of this page
    capture_id INTEGER REFERENCES captures(id),  -- that gave it
    seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX article_parts_article ON article_parts(article_id, n);
CREATE INDEX article_parts_first ON article_parts(first_url);
"""

RAW = """
-- WARC files in the folder warc, which grow record by record
CREATE TABLE warc_files (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,       -- while it grows, ".open" follows it
    opened_at TEXT NOT NULL,
    bytes INTEGER NOT NULL,          -- of the records that are committed
    crc32 INTEGER NOT NULL,          -- of these bytes
    closed_at TEXT,                  -- NULL: it grows
    sha256 TEXT                      -- of a closed file
) STRICT;

-- the answers in them, robots.txt and redirects included; the request and what was made of the answer lie behind each
CREATE TABLE raw_answers (
    id INTEGER PRIMARY KEY,
    warc_file_id INTEGER NOT NULL REFERENCES warc_files(id),
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL,
    record_id TEXT NOT NULL,         -- WARC-Record-ID
    url TEXT NOT NULL,               -- as it was requested
    fetched_at TEXT NOT NULL,
    status INTEGER,                  -- HTTP status; NULL for a file that was imported
    payload_sha256 TEXT NOT NULL,    -- of the body as it was sent, before content decoding
    original_id INTEGER REFERENCES raw_answers(id),  -- a revisit record: the answer that has its body
    UNIQUE (warc_file_id, warc_offset)
) STRICT;
CREATE INDEX raw_answers_payload ON raw_answers(payload_sha256) WHERE original_id IS NULL;
CREATE INDEX raw_answers_url ON raw_answers(url, status);

-- the raw page behind a capture; NULL: no answer came, or the run kept none
ALTER TABLE captures ADD COLUMN raw_answer_id INTEGER REFERENCES raw_answers(id);
"""

HANDS = """
-- columns that allow the codes `corrected` and `withheld`: SQLite cannot change a CHECK. The views that name the old
-- ones, or that ALTER TABLE cannot read, are made again below
DROP VIEW articles_full;
DROP VIEW latest;
DROP VIEW article_versions;
DROP VIEW edited_articles;
DROP VIEW coverage_site_month;
DROP VIEW doubtful_articles;
DROP INDEX articles_status;
ALTER TABLE articles ADD COLUMN new_cause TEXT NOT NULL DEFAULT 'published'
    CHECK (new_cause IN ('published', 'edited', 're-extracted', 'corrected'));
ALTER TABLE articles ADD COLUMN new_status TEXT NOT NULL DEFAULT 'live'
    CHECK (new_status IN ('live', 'gone', 'withheld'));
UPDATE articles SET new_cause = cause, new_status = status WHERE cause <> 'published' OR status <> 'live';
ALTER TABLE articles DROP COLUMN cause;
ALTER TABLE articles DROP COLUMN status;
ALTER TABLE articles RENAME COLUMN new_cause TO cause;
ALTER TABLE articles RENAME COLUMN new_status TO status;
CREATE INDEX articles_status ON articles(status);

-- what persons put in the place of what a page says; each value is JSON
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    field TEXT NOT NULL,             -- title, lead, byline or published_at
    old_value TEXT NOT NULL,         -- in force before
    new_value TEXT NOT NULL,
    page_value TEXT NOT NULL,        -- what the newest reading has: it returns when the correction is lifted
    page_source TEXT,                -- its provenance
    page_proposed INTEGER NOT NULL,  -- whether it is a proposal
    corrected_at TEXT NOT NULL,
    corrected_by TEXT NOT NULL,
    reason TEXT,
    ended_at TEXT,                   -- when it was lifted, or replaced by a later one; NULL: it is in force
    ended_by TEXT
) STRICT;
CREATE UNIQUE INDEX corrections_in_force ON corrections(article_id, field) WHERE ended_at IS NULL;
CREATE INDEX corrections_article ON corrections(article_id);

-- which articles were taken out of sight; their texts are in the folder `withheld`, not in this file
CREATE TABLE withholdings (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    reason TEXT NOT NULL,
    withheld_at TEXT NOT NULL,
    withheld_by TEXT NOT NULL,
    until TEXT,                      -- last day, YYYY-MM-DD; NULL: until it is lifted
    record_sha256 TEXT NOT NULL,     -- of the file withheld/UID.json
    titles TEXT NOT NULL,            -- JSON array of SHA-256 of its titles, as words: a copy is recognised by them
    lifted_at TEXT,                  -- NULL: in force
    lifted_by TEXT                   -- NULL in a lifted one: its last day was over
) STRICT;
CREATE UNIQUE INDEX withholdings_in_force ON withholdings(article_id) WHERE lifted_at IS NULL;
CREATE INDEX withholdings_article ON withholdings(article_id);
"""

PROOF = """
-- a chain of SHA-256 over the reports of runs and the closed WARC files; rows are only added
CREATE TABLE ledger (
    number INTEGER PRIMARY KEY,      -- 1 is the first
    at TEXT NOT NULL,
    what TEXT NOT NULL,              -- begin, run, file or rebuild
    name TEXT NOT NULL,              -- number of the run, name of the file
    digest TEXT NOT NULL,            -- SHA-256 of it
    head TEXT NOT NULL UNIQUE,       -- SHA-256 of the head before and this row
    is_kept INTEGER NOT NULL DEFAULT 0  -- 1: a WARC record has it too
) STRICT;

-- what the checks of the archive found
CREATE TABLE fixity_checks (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    what TEXT NOT NULL,              -- verify, or verify --deep
    result TEXT NOT NULL,            -- whole or damaged
    findings TEXT NOT NULL,          -- JSON array of objects
    warc_bytes INTEGER NOT NULL,     -- of the WARC files that were read whole
    head TEXT                        -- of the ledger; NULL: it was empty
) STRICT;
"""

REREADINGS = """
-- digest of the rules that read its raw page again
ALTER TABLE captures ADD COLUMN rules TEXT;
-- the capture whose raw page it reads again
ALTER TABLE captures ADD COLUMN reread_of INTEGER REFERENCES captures(id);
-- the file that it was imported from
ALTER TABLE captures ADD COLUMN imported_from TEXT;
"""

BROWSE = """
-- the newest first, page after page, without sorting
DROP INDEX articles_published_at;
CREATE INDEX articles_published_at ON articles(published_at DESC, id);
"""

SEARCH = """
DROP TABLE articles_fts;
DROP VIEW printed_texts;
-- what a search asks of an article beside its words, and where its words are
CREATE TABLE search_rows (
    search_id INTEGER PRIMARY KEY,   -- rowid in texts_fts and titles_fts; a later day has a higher one
    article_id INTEGER NOT NULL UNIQUE REFERENCES articles(id),
    published_at TEXT,               -- this and the others: as in articles
    published_date TEXT GENERATED ALWAYS AS (substr(published_at, 1, 10)) VIRTUAL,
    site_id INTEGER,
    outlet_id INTEGER,
    section_id INTEGER,
    province_then_id INTEGER,
    province_now_id INTEGER
) STRICT;
CREATE VIEW printed_texts AS
SELECT r.search_id, a.id, a.title, a.lead, t.body, a.title AS f_title, a.lead AS f_lead, t.body AS f_body
FROM search_rows r JOIN articles a ON a.id = r.article_id JOIN article_texts t ON t.article_id = a.id;
CREATE VIRTUAL TABLE texts_fts USING fts5(
    title, lead, body, f_title, f_lead, f_body,
    content="printed_texts", content_rowid="search_id", tokenize="unicode61 remove_diacritics 0"
);
CREATE VIRTUAL TABLE titles_fts USING fts5(
    title, f_title, content="", tokenize="unicode61 remove_diacritics 0"
);
-- texts_fts by the id of the article
CREATE VIEW articles_fts AS
SELECT r.article_id AS rowid, f.texts_fts AS articles_fts, f.title, f.lead, f.body, f.f_title, f.f_lead, f.f_body,
    f.rank
FROM texts_fts f JOIN search_rows r ON r.search_id = f.rowid;
"""

CURSORS = """
-- names the numbers of `change_seq` in cursors; another id after whatever makes the numbers mean something else
CREATE TABLE archive_id (
    id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- when an article was last new, revised, withdrawn, returned or lifted, as a number of `change_seq`
CREATE TABLE article_changes (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    what TEXT NOT NULL,
    change_seq INTEGER NOT NULL,
    PRIMARY KEY (article_id, what)
) STRICT, WITHOUT ROWID;
"""

EVIDENCE = """
-- the time of change that the page printed with a text: an edit that leaves it as it was is a silent one
ALTER TABLE article_revisions ADD COLUMN modified_at TEXT;
-- texts by the time at which they were first seen; the table has the body before that column
CREATE INDEX article_revisions_seen ON article_revisions(seen_at, article_id, n, cause);
CREATE INDEX articles_changed ON articles(last_changed_at) WHERE revision_count > 1;
-- articles of an outlet by day
DROP INDEX articles_outlet;
CREATE INDEX articles_outlet ON articles(outlet_id, published_date);
-- on which days a site was crawled, and what its sources answered
DROP INDEX runs_site;
CREATE INDEX runs_site ON runs(site_id, started_at, finished_at, sources_ok, sources_failed);
CREATE INDEX runs_started ON runs(started_at);
-- addresses without an article by the day that their source gave: what was missed
CREATE INDEX urls_unstored ON urls(
    site_id, substr(coalesce(hint_published_at, hint_modified_at), 1, 10), outcome, reason, found_at
) WHERE kind = 'article' AND article_id IS NULL;
"""

MONTHS = """
-- what is known of each month of each outlet; in numbers of days, bit 1 is set for the first day of the month
CREATE TABLE outlet_months (
    outlet_id INTEGER NOT NULL,      -- of sites; 0: not known
    month TEXT NOT NULL,             -- YYYY-MM
    articles INTEGER NOT NULL,       -- that are stored
    stored_days INTEGER NOT NULL,    -- with an article
    missed TEXT,                     -- JSON array: day, addresses without an article, articles; NULL: none
    crawled_days INTEGER NOT NULL,   -- on which a crawl ran
    read_days INTEGER NOT NULL,      -- on which one began that could read a source
    down_days INTEGER NOT NULL,      -- on which one began that could read none, and a server was at fault
    undated_days INTEGER NOT NULL,   -- on which an article or an address without a day was found
    PRIMARY KEY (outlet_id, month)
) STRICT, WITHOUT ROWID;
"""

ORIGINS = """
-- where the articles of each month of each outlet are from: how many have all columns in common
CREATE TABLE origin_months (
    id INTEGER PRIMARY KEY,
    outlet_id INTEGER,               -- of sites; NULL: not known
    month TEXT,                      -- of publication, YYYY-MM; NULL: not known
    province_then_id INTEGER,        -- as in articles
    province_now_id INTEGER,
    origin TEXT,                     -- own, agency, from or unknown; NULL: it waits for `baotinh copies update`
    from_site_id INTEGER,            -- of sites: the outlet that it is from, if the archive has it
    source TEXT,                     -- another outlet, or an office, as it is printed
    is_too_short INTEGER NOT NULL,   -- 1: to be compared
    lag_minutes INTEGER,             -- after the article that it is from; NULL: there is none, or a time is unknown
    articles INTEGER NOT NULL
) STRICT;
CREATE INDEX origin_months_outlet ON origin_months(outlet_id, month, from_site_id, lag_minutes);
"""

HOSTS = """
-- the hosts of an outlet's articles: an index is enough to count them, whose rows lie all over the table
CREATE INDEX articles_host ON articles(
    site_id, substr(url, instr(url, '//') + 2, instr(substr(url, instr(url, '//') + 2) || '/', '/') - 1), published_date
) WHERE status <> 'withheld' AND url >= 'http' AND url < 'httq';
"""

STEPS = (
    (TABLES, FULL_TEXT, FIRST_VIEWS),
    (PLACES, PLACES_VIEWS),
    (RUNS, RUNS_VIEWS),
    (FRONTIER,),
    (ORDER,),
    (RESTS, COUNTS, COUNTS_VIEWS),
    (DOUBTS, DOUBTS_VIEWS),
    (PARTS,),
    (RAW, RAW_VIEWS),
    (HANDS, HANDS_VIEWS),
    (PROOF,),
    (REREADINGS,),
    (BROWSE, BROWSE_VIEWS),
    (SEARCH,),
    (CURSORS, DAYS_VIEWS),
    (),
    (EVIDENCE,),
    (COPIES, COPIES_VIEWS),
    (MONTHS,),
    (ORIGINS, ORIGINS_VIEWS),
    (HOSTS,),
)
"""The texts of each migration, in the order of `migrations.py`; a migration that only fills tables has none."""

_MADE = re.compile(r"^CREATE (?:UNIQUE |VIRTUAL )?(?:TABLE|VIEW|INDEX) (\w+)", re.MULTILINE)


def run_step(connection: sqlite3.Connection, number: int) -> None:
    """Run a step, 1 for the first, one statement after another: executescript() would commit the open transaction."""
    for text in STEPS[number - 1]:
        for statement in text.split(";\n"):
            if statement.strip():
                connection.execute(statement)


def names_made() -> Iterator[str]:
    """Yield the name of every table, view and index that any step makes."""
    for texts in STEPS:
        for text in texts:
            yield from _MADE.findall(text)

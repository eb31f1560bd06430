"""Tables, indexes and views of `news.db` as append-only migrations.

A migration that was released is never edited: a change is a new one at the end. Never call `transform()` or
`extract()` of sqlite-utils here: they drop triggers silently.
"""

from dataclasses import astuple

from sqlite_utils import Database, Migrations

from archive.places import read_provinces
from archive.schema.tables import FULL_TEXT, TABLES
from archive.schema.views import COUNTS_VIEWS, FIRST_VIEWS, PLACES_VIEWS, RUNS_VIEWS

migrations = Migrations("archive")

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


def run_each(db: Database, statements: str) -> None:
    """Run the statements one by one: executescript() would commit the open transaction first."""
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def first_schema(db: Database) -> None:
    """Make everything, and fill in the provinces."""
    run_each(db, TABLES)
    run_each(db, FULL_TEXT)
    run_each(db, FIRST_VIEWS)
    db.conn.executemany(
        "INSERT INTO provinces VALUES (?,?,?,?,?,?,?,?,?)",
        [astuple(province) for province in read_provinces()],
    )


@migrations()
def places_through_time(db: Database) -> None:
    """Know which outlets were merged, what the CMS calls an article, and where its other addresses lie."""
    run_each(db, PLACES)
    run_each(db, PLACES_VIEWS)


@migrations()
def runs_that_were_cut_short(db: Database) -> None:
    """Know why a run left addresses that it wanted."""
    run_each(db, RUNS)
    run_each(db, RUNS_VIEWS)


@migrations()
def frontier_handed_out(db: Database) -> None:
    """Know how far an address is from the sources, and which run has asked for it."""
    run_each(db, FRONTIER)


@migrations()
def frontier_in_order(db: Database) -> None:
    """Find what is to be asked for next without a look at all that waits."""
    run_each(db, ORDER)


@migrations()
def rests_and_counts(db: Database) -> None:
    """Know which hosts rest, what a run found gone or outside its days, and what it noted."""
    run_each(db, RESTS)
    run_each(db, COUNTS)
    run_each(db, COUNTS_VIEWS)

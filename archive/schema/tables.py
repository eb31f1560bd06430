"""The tables and the full-text index as the first migration makes them; `migrations.py` has what came later."""

TABLES = """
CREATE TABLE provinces (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    gso_code TEXT NOT NULL,
    iso_3166_2 TEXT,
    region TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    successor_id INTEGER REFERENCES provinces(id)
) STRICT;
CREATE INDEX provinces_slug ON provinces(slug);

CREATE TABLE sites (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL UNIQUE,       -- name of the site file
    name TEXT NOT NULL,
    kind TEXT NOT NULL,              -- newspaper, station, portal
    home TEXT,
    province_id INTEGER REFERENCES provinces(id)  -- one of the 63
) STRICT;

CREATE TABLE sections (
    id INTEGER PRIMARY KEY,
    site_id INTEGER REFERENCES sites(id),
    name TEXT NOT NULL,              -- from the broad to the narrow, joined by " > "
    path TEXT NOT NULL               -- the same as a JSON array
) STRICT;
CREATE UNIQUE INDEX sections_site_path ON sections(ifnull(site_id, 0), path);

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL UNIQUE,
    site_id INTEGER REFERENCES sites(id),
    section_id INTEGER REFERENCES sections(id),
    province_then_id INTEGER REFERENCES provinces(id),
    province_now_id INTEGER REFERENCES provinces(id),
    title TEXT NOT NULL,
    lead TEXT,
    lead_mark TEXT,
    byline TEXT,                     -- names joined by ", "; one by one in article_authors
    byline_raw TEXT,
    source_credit TEXT,
    published_at TEXT,               -- every time: ISO 8601 to the second, +07:00
    published_precision TEXT CHECK (published_precision IN ('minute', 'day')),
    published_raw TEXT,
    published_date TEXT,             -- YYYY-MM-DD
    year INTEGER,
    modified_at TEXT,
    language TEXT NOT NULL,
    word_count INTEGER NOT NULL,     -- of the body
    sources TEXT NOT NULL,           -- JSON object: field -> rule it came from
    proposed TEXT NOT NULL,          -- JSON array: fields that nobody has confirmed
    text_sha256 TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('live', 'gone')),
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    last_changed_at TEXT NOT NULL,   -- when the text that stands here was first seen
    cause TEXT NOT NULL CHECK (cause IN ('published', 'edited', 're-extracted')),
    capture_id INTEGER REFERENCES captures(id),  -- that gave this text
    revision_count INTEGER NOT NULL, -- texts seen so far, this one included
    change_seq INTEGER NOT NULL UNIQUE  -- grows with every change of any article: cursor of exports
) STRICT;
CREATE INDEX articles_site_published ON articles(site_id, published_at);
CREATE INDEX articles_section ON articles(section_id);
CREATE INDEX articles_province_then ON articles(province_then_id);
CREATE INDEX articles_province_now ON articles(province_now_id);
CREATE INDEX articles_published_at ON articles(published_at);
CREATE INDEX articles_published_date ON articles(published_date);
CREATE INDEX articles_year ON articles(year);
CREATE INDEX articles_language ON articles(language);
CREATE INDEX articles_source_credit ON articles(source_credit);
CREATE INDEX articles_status ON articles(status);
CREATE INDEX articles_text_sha256 ON articles(text_sha256);

CREATE TABLE article_texts (         -- wide text off the browsed table
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    body TEXT NOT NULL
) STRICT;

CREATE TABLE article_revisions (     -- texts that were replaced; the one in force stands in articles
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    n INTEGER NOT NULL,              -- 1 is the first text seen
    title TEXT NOT NULL,
    lead TEXT,
    body TEXT NOT NULL,
    byline TEXT,
    text_sha256 TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    cause TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures(id),
    UNIQUE (article_id, n)
) STRICT;

CREATE TABLE article_urls (          -- other addresses of an article
    url TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    first_seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX article_urls_article ON article_urls(article_id);

CREATE TABLE tombstones (            -- an article that its newspaper took away
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    seen_at TEXT NOT NULL,
    status INTEGER,                  -- HTTP
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures(id),
    back_at TEXT                     -- when it was there again
) STRICT;
CREATE INDEX tombstones_article ON tombstones(article_id);

CREATE TABLE authors (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    folded TEXT NOT NULL             -- lower case, without marks
) STRICT;
CREATE INDEX authors_folded ON authors(folded);
CREATE TABLE article_authors (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    author_id INTEGER NOT NULL REFERENCES authors(id),
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_authors_author ON article_authors(author_id);

CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE article_tags (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_tags_tag ON article_tags(tag_id);

CREATE TABLE images (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE article_images (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    image_id INTEGER NOT NULL REFERENCES images(id),
    caption TEXT,
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_images_image ON article_images(image_id);

CREATE TABLE runs (                  -- one crawl of one site
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES sites(id),
    started_at TEXT NOT NULL,
    finished_at TEXT,
    status TEXT NOT NULL,            -- running, abandoned (its process died), or what the crawl said
    version TEXT NOT NULL,
    settings TEXT NOT NULL,          -- JSON object
    found INTEGER,                   -- the counts: NULL while it is running
    stored INTEGER,
    revised INTEGER,
    unchanged INTEGER,
    refused INTEGER,
    failed INTEGER,
    "left" INTEGER,
    known INTEGER NOT NULL DEFAULT 0,
    sources_ok INTEGER,
    sources_failed INTEGER,
    reasons TEXT,                    -- JSON object: reason -> number of URLs
    balances INTEGER
) STRICT;
CREATE INDEX runs_site ON runs(site_id, started_at);

CREATE TABLE captures (              -- every answer, and every missing one
    id INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES runs(id),
    site_id INTEGER REFERENCES sites(id),
    article_id INTEGER REFERENCES articles(id),
    url TEXT NOT NULL,
    final_url TEXT,
    kind TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER,                  -- HTTP; NULL when no answer came
    bytes INTEGER NOT NULL,
    body_sha256 TEXT,
    outcome TEXT NOT NULL,
    reason TEXT,
    detail TEXT
) STRICT;
CREATE INDEX captures_url ON captures(url, fetched_at);
CREATE INDEX captures_run ON captures(run_id, kind);
CREATE INDEX captures_article ON captures(article_id);

CREATE TABLE urls (                  -- the frontier: every address ever seen
    url TEXT PRIMARY KEY,
    site_id INTEGER REFERENCES sites(id),
    kind TEXT NOT NULL,
    found_on TEXT,
    found_at TEXT NOT NULL,
    hint_published_at TEXT,          -- the source's word, never the article's date
    hint_modified_at TEXT,
    outcome TEXT,                    -- of the last capture; NULL: never fetched
    reason TEXT,
    detail TEXT,
    fetched_at TEXT,
    failures INTEGER NOT NULL DEFAULT 0,  -- in a row
    article_id INTEGER REFERENCES articles(id),
    due_at TEXT,                     -- NULL: never again by itself
    etag TEXT,                       -- validators of the last answer that was read whole
    last_modified TEXT,
    listed_run_id INTEGER REFERENCES runs(id),  -- the last run whose sources named it
    run_id INTEGER REFERENCES runs(id),         -- the last run that owed it a fetch
    run_outcome TEXT,                -- NULL: left for the next run
    run_reason TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX urls_due ON urls(site_id, kind, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX urls_run ON urls(run_id);
CREATE INDEX urls_article ON urls(article_id);
"""

FULL_TEXT = """
-- The index holds normalised words and, in the f_ columns, the same without marks; the view gives the printed
-- text for all of them, so that snippet() over a folded hit prints the marks.
CREATE VIEW printed_texts AS
SELECT a.id, a.title, a.lead, t.body, a.title AS f_title, a.lead AS f_lead, t.body AS f_body
FROM articles a JOIN article_texts t ON t.article_id = a.id;
CREATE VIRTUAL TABLE articles_fts USING fts5(
    title, lead, body, f_title, f_lead, f_body,
    content="printed_texts", content_rowid="id", tokenize="unicode61 remove_diacritics 0"
);
"""

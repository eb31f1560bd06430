"""The tables and the view of copies, as the migration `copies_across_papers` makes them."""

COPIES = """
-- by what copies are found: the lowest shingles of each text
CREATE TABLE copy_sketches (
    hash INTEGER NOT NULL,           -- CRC-32 of five folded syllables
    day INTEGER NOT NULL,            -- of publication, else of the first capture: days since 2000-01-01
    article_id INTEGER NOT NULL,     -- of articles
    PRIMARY KEY (hash, day, article_id)
) STRICT, WITHOUT ROWID;

-- what is known of each text when copies are looked for; a withheld article has no row
CREATE TABLE copy_texts (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    day INTEGER NOT NULL,            -- as in copy_sketches
    syllables INTEGER NOT NULL,      -- that are compared
    digest INTEGER,                  -- of these syllables; NULL: too few
    sketch BLOB NOT NULL,            -- the hashes of its rows in copy_sketches, four bytes each
    todo INTEGER NOT NULL            -- 2: to be compared, 1: to be grouped, 0: nothing
) STRICT;
CREATE INDEX copy_texts_digest ON copy_texts(digest, day) WHERE digest IS NOT NULL;
CREATE INDEX copy_texts_todo ON copy_texts(todo, day, article_id) WHERE todo > 0;

-- pairs of articles with the same wording, each pair twice
CREATE TABLE copy_links (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    other_id INTEGER NOT NULL REFERENCES articles(id),
    cover REAL NOT NULL,             -- share of the article's text that the other one has
    PRIMARY KEY (article_id, other_id)
) STRICT, WITHOUT ROWID;

-- a story that several outlets print
CREATE TABLE copy_groups (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,              -- agency, exchange, same-house or press-release
    source TEXT,                     -- agency, outlet or office outside the group that it is from
    origin_id INTEGER REFERENCES articles(id),         -- that the others are from; NULL: none of them, or unknown
    text_id INTEGER NOT NULL REFERENCES articles(id),  -- with which the others are compared
    first_at TEXT,                   -- the first time of publication that a member prints
    articles INTEGER NOT NULL,
    outlets INTEGER NOT NULL,
    evidence TEXT NOT NULL           -- JSON array of objects
) STRICT;
CREATE INDEX copy_groups_kind ON copy_groups(kind);

CREATE TABLE copy_members (
    group_id INTEGER NOT NULL REFERENCES copy_groups(id),
    article_id INTEGER NOT NULL REFERENCES articles(id),
    origin TEXT NOT NULL,            -- own, agency, from or unknown
    from_id INTEGER REFERENCES articles(id),           -- the member that it is from
    lag_minutes INTEGER,             -- after the member that it is from, or the first one; NULL: a time is unknown
    kept REAL NOT NULL,              -- share of the compared text that it has
    added REAL NOT NULL,             -- share of its text that the compared text has not
    cut TEXT NOT NULL,               -- JSON array: paragraphs of the compared text that it has not, 1 is the lead
    additions TEXT NOT NULL,         -- JSON array: its paragraphs that the compared text has not
    evidence TEXT NOT NULL,          -- JSON array of objects
    PRIMARY KEY (group_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_members_article ON copy_members(article_id);
CREATE INDEX copy_members_from ON copy_members(from_id);

-- where each article is from, over all its groups
CREATE TABLE article_origins (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    origin TEXT NOT NULL,            -- own, agency, from or unknown
    from_site_id INTEGER REFERENCES sites(id),         -- the outlet that it is from, if the archive has it
    source TEXT,                     -- its name, or that of an agency, as it is printed
    evidence TEXT NOT NULL           -- JSON array of objects
) STRICT;
CREATE INDEX article_origins_origin ON article_origins(origin);
CREATE INDEX article_origins_from ON article_origins(from_site_id);

-- what persons decided: the two articles are, or are not, one story
CREATE TABLE copy_decisions (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL,
    other_uid TEXT NOT NULL,
    what TEXT NOT NULL,              -- joined or split
    decided_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    reason TEXT,
    ended_at TEXT,                   -- lifted, or another decision took its place; NULL: in force
    ended_by TEXT
) STRICT;
CREATE UNIQUE INDEX copy_decisions_in_force ON copy_decisions(uid, other_uid) WHERE ended_at IS NULL;
CREATE INDEX copy_decisions_other ON copy_decisions(other_uid);
"""

COPIES_VIEWS = """
-- the members of each group of copies
CREATE VIEW copies AS
SELECT m.group_id, g.kind, a.id, a.uid, s.site, o.name AS outlet, a.title, a.published_at, a.published_date, m.origin,
    f.uid AS from_uid, (SELECT site FROM sites WHERE id = f.site_id) AS from_site, g.source, m.lag_minutes, m.kept,
    m.added, m.cut, m.additions, m.evidence, a.url
FROM copy_members m
JOIN copy_groups g ON g.id = m.group_id
JOIN articles a ON a.id = m.article_id
LEFT JOIN articles f ON f.id = m.from_id
LEFT JOIN sites s ON s.id = a.site_id
LEFT JOIN sites o ON o.id = a.outlet_id;
"""

"""The steps of `steps.py` as migrations of sqlite-utils, which notes in `_sqlite_migrations` what was applied.

Never call `transform()` or `extract()` of sqlite-utils here: they drop triggers silently.
"""

from dataclasses import astuple

from sqlite_utils import Database, Migrations

from archive.places import read_provinces
from archive.schema.steps import run_step
from archive.writing.changes import renew_archive_id
from archive.writing.index import index_all
from archive.writing.ledger import begin_chain
from archive.writing.origin_months import count_all_origins
from archive.writing.outlet_months import count_all_months

migrations = Migrations("archive")


@migrations()
def first_schema(db: Database) -> None:
    """Make everything, and fill in the provinces."""
    run_step(db.conn, 1)
    db.conn.executemany(
        "INSERT INTO provinces VALUES (?,?,?,?,?,?,?,?,?)",
        [astuple(province) for province in read_provinces()],
    )


@migrations()
def places_through_time(db: Database) -> None:
    """Know which outlets were merged, what the CMS calls an article, and where its other addresses lie."""
    run_step(db.conn, 2)


@migrations()
def runs_that_were_cut_short(db: Database) -> None:
    """Know why a run left addresses that it wanted."""
    run_step(db.conn, 3)


@migrations()
def frontier_handed_out(db: Database) -> None:
    """Know how far an address is from the sources, and which run has asked for it."""
    run_step(db.conn, 4)


@migrations()
def frontier_in_order(db: Database) -> None:
    """Find what is to be asked for next without a look at all that waits."""
    run_step(db.conn, 5)


@migrations()
def rests_and_counts(db: Database) -> None:
    """Know which hosts rest, what a run found gone or outside its days, and what it noted."""
    run_step(db.conn, 6)


@migrations()
def doubts_and_readings_in_waiting(db: Database) -> None:
    """Know what speaks against a text, and keep doubtful readings beside the text that they must not replace."""
    run_step(db.conn, 7)


@migrations()
def parts_and_losses(db: Database) -> None:
    """Know the pages of an article that lies on several, and what a source lost."""
    run_step(db.conn, 8)


@migrations()
def raw_pages(db: Database) -> None:
    """Know where the raw page behind a capture lies."""
    run_step(db.conn, 9)


@migrations()
def corrections_and_withholdings(db: Database) -> None:
    """Know what persons corrected, and which articles were taken out of sight."""
    run_step(db.conn, 10)


@migrations()
def ledger_and_checks(db: Database) -> None:
    """Prove that nothing changed: a chain over runs and WARC files, which begins with what is there."""
    run_step(db.conn, 11)
    begin_chain(db.conn)


@migrations()
def rereadings_and_imports(db: Database) -> None:
    """Know which rules read a raw page again, and the file that a capture was imported from."""
    run_step(db.conn, 12)


@migrations()
def browsing(db: Database) -> None:
    """Page through articles by their date, and count and page articles_full, at a million rows."""
    run_step(db.conn, 13)


@migrations()
def search_in_order(db: Database) -> None:
    """Find the newest articles first: both indexes are made of the texts, in the order of publication."""
    run_step(db.conn, 14)
    index_all(db.conn)


@migrations()
def cursors_and_days(db: Database) -> None:
    """Know what is new since a cursor, and show the day of publication in Vietnam."""
    run_step(db.conn, 15)
    renew_archive_id(db.conn)


@migrations()
def exact_words_apart(db: Database) -> None:
    """Keep exact words apart from folded ones: both indexes are made of the texts again."""
    run_step(db.conn, 16)
    index_all(db.conn)


@migrations()
def evidence_of_gaps_and_edits(db: Database) -> None:
    """Find what was missed by day, and what changed by time; know what a page said of its last change."""
    run_step(db.conn, 17)


@migrations()
def copies_across_papers(db: Database) -> None:
    """Know which articles are copies, and where each is from. `baotinh copies update` fills the tables."""
    run_step(db.conn, 18)


@migrations()
def months_of_outlets(db: Database) -> None:
    """Know what each outlet listed in each month, and on which days it was crawled."""
    run_step(db.conn, 19)
    count_all_months(db.conn)


@migrations()
def origins_of_months(db: Database) -> None:
    """Know where the articles of each month of each outlet are from; show it of each article in articles_full."""
    run_step(db.conn, 20)
    count_all_origins(db.conn)


@migrations()
def hosts_of_outlets(db: Database) -> None:
    """Count the articles of each host without reading them."""
    run_step(db.conn, 21)

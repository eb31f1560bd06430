"""What persons decide of an article: each decision changes the database, and is an event in the WARC files."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from archive.copies.outlets import Outlets
from archive.copies.stories import Stories
from archive.copies.texts import Texts
from archive.errors import DamagedRecord, NothingCorrected, NothingDoubtful
from archive.reading.withholdings import check_shown
from archive.session import Session
from archive.writing.articles import accept_reading
from archive.writing.copy_decisions import Verdict, decide_copies, lift_copy_decisions
from archive.writing.corrections import Field, correct_article, undo_corrections
from archive.writing.events import Event, keep_decision
from archive.writing.index import merge_index
from archive.writing.withholding import due_to_lift, lift_withholding, sweep, withhold_article


def accept(session: Session, article_id: int, *, uid: str, at: datetime) -> None:
    """Put what waits in force, or take the doubtful text for right. Raises NothingDoubtful."""
    with session.write_now():
        if not accept_reading(session.connection, article_id, at=at):
            raise NothingDoubtful(uid)
        _keep(session, Event.ACCEPTED, article_id, at=at)


def correct(
    session: Session, article_id: int, given: Mapping[Field, Any], *, at: datetime, by: str, reason: str | None
) -> None:
    """Put what a person gives in the place of what the page says. Raises ArticleWithheld."""
    with session.write_now():
        correct_article(session.connection, article_id, given, at=at, by=by, reason=reason)
        _keep(session, Event.CORRECTED, article_id, at=at, values=dict(given), by=by, reason=reason)


def undo(session: Session, article_id: int, fields: Sequence[Field], *, uid: str, at: datetime, by: str) -> None:
    """Lift corrections. Raises ArticleWithheld, and NothingCorrected if one of the fields has none."""
    with session.write_now():
        if not undo_corrections(session.connection, article_id, fields, at=at, by=by):
            raise NothingCorrected(uid, fields)
        _keep(session, Event.UNDONE, article_id, at=at, fields=list(fields), by=by)


def withhold(session: Session, article_id: int, *, reason: str, until: date | None, at: datetime, by: str) -> None:
    """Move an article out of `news.db`, and its words out of the index and the WAL. Raises ArticleWithheld."""
    with session.write_now():
        check_shown(session.connection, article_id)
        withhold_article(session.connection, article_id, session.folder, reason=reason, until=until, at=at, by=by)
        last = until and until.isoformat()
        _keep(session, Event.WITHHELD, article_id, at=at, reason=reason, until=last, by=by)
        sweep(session.connection, session.folder)
    is_first = is_more = True
    while is_more:
        with session.write_now():
            is_more = merge_index(session.connection, is_first=is_first)
        is_first = False
    session.empty_wal()


def lift(session: Session, article_id: int, *, at: datetime, by: str | None) -> None:
    """Show a withheld article again. Raises DamagedRecord if its file is missing or was changed."""
    with session.write_now():
        lift_withholding(session.connection, article_id, session.folder, at=at, by=by)
        _keep(session, Event.LIFTED, article_id, at=at, by=by)
    with session.write_now():  # while nobody else writes: another program may be withholding one of them again
        sweep(session.connection, session.folder)


def lift_due(session: Session, *, at: datetime) -> int:
    """Show the withheld articles whose last day is over; return how many. One with a damaged file stays withheld."""
    with session.guard():
        due = due_to_lift(session.connection, at=at)
    lifted = 0
    for article_id in due:
        with suppress(DamagedRecord):
            lift(session, article_id, at=at, by=None)
            lifted += 1
    return lifted


def decide_on_copies(
    session: Session,
    article_id: int,
    others: Sequence[tuple[int, str]],
    verdict: Verdict,
    *,
    uid: str,
    at: datetime,
    by: str,
    reason: str | None,
) -> None:
    """Make an article one story with the others, each an id and a uid, or part it from them; the groups follow."""
    event = Event.COPIES_JOINED if verdict is Verdict.JOINED else Event.COPIES_SPLIT
    uids = [each for _, each in others]
    with session.write_now():
        decide_copies(session.connection, uid, uids, verdict, at=at, by=by, reason=reason)
        _keep(session, event, article_id, at=at, others=uids, by=by, reason=reason)
        _group_again(session, [article_id, *(number for number, _ in others)])


def undo_on_copies(session: Session, article_id: int, *, uid: str, at: datetime, by: str) -> bool:
    """Lift what persons decided of the copies of an article, and return whether there was anything."""
    with session.write_now():
        is_lifted = lift_copy_decisions(session.connection, uid, at=at, by=by)
        if is_lifted:
            _keep(session, Event.COPIES_UNDONE, article_id, at=at, by=by)
            _group_again(session, [article_id])
    return is_lifted


def _group_again(session: Session, article_ids: Sequence[int]) -> None:
    connection = session.connection
    stories = Stories(connection, Texts(connection), Outlets(connection))
    stories.group_all(article_ids)


def _keep(session: Session, event: Event, article_id: int, *, at: datetime, **said: Any) -> None:
    keep_decision(session.connection, session.raw, event, article_id, at=at, **said)

"""The page of one article: its text, what the archive knows of it, its versions, and how to cite it."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from datasette.utils.asgi import Response

from archive.citing import CITATION_FORMATS, Citation, english, vietnamese
from archive.languages import LANGUAGES
from archive.publish.pages.comparison import chosen, compare
from archive.publish.paragraphs import blocks
from archive.publish.visit import Visit
from archive.reading.copies import Copies, copies_of
from archive.reading.corrections import Correction, corrections
from archive.reading.edits import silent_edits
from archive.reading.lookup import get_article, revisions
from archive.reading.sightings import Absence, Sighting, absences, sightings
from archive.reading.stored import Revision, StoredArticle
from archive.writing.corrections import Field, Value

PLAIN = {"vi": vietnamese, "en": english}
"""Language → what writes a citation in it."""
FOR_PROGRAMS = ("bibtex", "ris", "csl-json")
"""Formats that reference managers read, as CITATION_FORMATS names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that the archive has of one article."""

    stored: StoredArticle
    texts: Sequence[Revision]
    """All of them, the oldest first."""
    absences: Sequence[Absence]
    """Times at which its outlet did not show it, the oldest first."""
    sightings: Sequence[Sighting]
    """The last captures, the newest first."""
    corrections: Sequence[Correction]
    silent: Collection[int]
    """Numbers of the texts by which the newspaper edited it silently."""
    copies: Copies
    """Where it is from, and the same story in other outlets."""

    def on_page(self, field: Field, read: Value) -> Value:
        """Return what the page says of a field: what was `read`, unless a person corrected it."""
        of_page = (each.page_value for each in self.corrections if each.field == field and not each.ended_at)
        return next(of_page, read)

    @property
    def missing(self) -> Absence | None:
        """The absence that goes on; None if the outlet shows the article, or if that is not known."""
        return next((each for each in reversed(self.absences) if each.back_at is None), None)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an article, as far as the archive saw it."""

    at: datetime
    text: Revision | None = None
    """A version that was first seen then."""
    gone: Absence | None = None
    back: Absence | None = None


def read_dossier(connection: sqlite3.Connection, key: str) -> Dossier:
    """Return what the archive has of the article with this key. Raises what `get_article` raises."""
    stored = get_article(connection, key)
    return Dossier(
        stored=stored,
        texts=revisions(connection, stored.id, skipped=[]),
        absences=absences(connection, stored.id),
        sightings=sightings(connection, stored.id),
        corrections=corrections(connection, stored.id),
        silent=silent_edits(connection, stored.id),
        copies=copies_of(connection, stored.id, uid=stored.article.uid),
    )


async def article(visit: Visit) -> Response:
    """Return the page of an article; from the beginning of a uid, an address or an old id it leads to the uid."""
    key = visit.variables["key"]
    dossier = await visit.read(lambda connection: read_dossier(connection, key))
    uid = dossier.stored.article.uid
    if key != uid:
        return Response.redirect(visit.address(f"/article/{uid}", **dict(visit.pairs)))
    asked = visit.argument("version")
    shown = next((text for text in dossier.texts if str(text.n) == asked), dossier.texts[-1])
    pair = chosen(dossier.texts, visit.argument("a"), visit.argument("b"))
    return visit.show(
        "article.html",
        dossier=dossier,
        stored=dossier.stored,
        article=dossier.stored.article,
        text=shown,
        is_in_force=shown is dossier.texts[-1],
        blocks=list(blocks(shown.body)),
        events=events(dossier),
        comparison=compare(*pair) if pair else None,
        citations=_citations(visit, dossier.stored),
    )


def events(dossier: Dossier) -> list[Event]:
    """Return what happened to an article, in the order of time."""
    found = [Event(text.seen_at, text=text) for text in dossier.texts]
    for absence in dossier.absences:
        found.append(Event(absence.seen_at, gone=absence))
        if absence.back_at:
            found.append(Event(absence.back_at, back=absence))
    return sorted(found, key=lambda event: event.at)


def _citations(visit: Visit, stored: StoredArticle) -> dict[str, str]:
    """Return name of a language or format → the citation, that in the language of the reader first."""
    citation = Citation.of(stored, archive=visit.archive_name)
    languages = sorted(LANGUAGES, key=lambda each: each != visit.language)
    plain = {language: PLAIN[language](citation) for language in languages}
    return {**plain, **{name: CITATION_FORMATS[name]([citation]) for name in FOR_PROGRAMS}}

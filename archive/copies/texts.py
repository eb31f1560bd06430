"""Texts of the archive, as they are compared; the last ones are kept."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from archive.copies.overlap import Prepared
from archive.story_text import StoryText, story_text

MOST_KEPT = 2_400
"""Texts: 150 MB. A copy is most often printed on the day of the first print or the next one: an archive of all outlets
has so many in two days."""
_TEXT = """
SELECT a.lead, a.lead_mark, t.body FROM articles a JOIN article_texts t ON t.article_id = a.id WHERE a.id = ?
"""
_Kept = TypeVar("_Kept")


class Texts:
    """The texts of one archive, while nobody changes them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Keep nothing yet."""
        self._connection = connection
        self._stories = _Latest(self._read)
        self._prepared = _Latest(lambda article_id: Prepared(self.story(article_id).paragraphs))

    def story(self, article_id: int) -> StoryText:
        """Return the text of an article that has one, and what it says of its origin."""
        return self._stories.get(article_id)

    def prepared(self, article_id: int) -> Prepared:
        """Return the text ready to be compared."""
        return self._prepared.get(article_id)

    def forget(self, article_id: int) -> None:
        """Read a text again the next time: it may have changed."""
        self._stories.forget(article_id)
        self._prepared.forget(article_id)

    def _read(self, article_id: int) -> StoryText:
        lead, lead_mark, body = self._connection.execute(_TEXT, (article_id,)).fetchone()
        return story_text(lead, body, lead_mark=lead_mark)


class _Latest(Generic[_Kept]):
    """What was made last."""

    def __init__(self, make: Callable[[int], _Kept]) -> None:
        self._make = make
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def get(self, article_id: int) -> _Kept:
        if article_id in self._kept:
            self._kept.move_to_end(article_id)
            return self._kept[article_id]
        made = self._kept[article_id] = self._make(article_id)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return made

    def forget(self, article_id: int) -> None:
        self._kept.pop(article_id, None)

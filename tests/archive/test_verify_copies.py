"""What is computed of the texts for copies is checked, and can be made again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive import Archive, verify
from tests.archive.build import START, after
from tests.archive.stories import FLOOD, HA_GIANG, SCHOOL, SON_LA, story, with_outlets

DAMAGES = {
    "a sketch is not listed": ("DELETE FROM copy_sketches WHERE article_id = 1", "not that of"),
    "a sketch is listed for no text": ("INSERT INTO copy_sketches VALUES (7, 7, 99)", "there is no such text"),
    "a sketch is that of another text": (
        "UPDATE copy_texts SET digest = 7 WHERE article_id = 1",
        "not that of",
    ),
    "a link leads one way": ("DELETE FROM copy_links WHERE article_id = 1", "the other one has none"),
    "a group counts wrong": ("UPDATE copy_groups SET articles = 3", "other members"),
    "a group has no origin": ("DELETE FROM copy_members WHERE article_id = 1", "other members"),
    "members have no group": ("DELETE FROM copy_groups", "there is no such group"),
    "an article has no origin": (
        "DELETE FROM article_origins WHERE article_id = 3",
        "not that of one",
    ),
    "an origin is not that of the group": (
        "UPDATE article_origins SET origin = 'agency' WHERE article_id = 1",
        "not that of one",
    ),
}
"""Damage → the statement that makes it, and a part of what is found."""


@pytest.fixture
def news(archive: Archive, folder: Path) -> Path:
    """Return an archive with a text that two newspapers print, and another text."""
    with_outlets(archive)
    for each in (story(HA_GIANG, FLOOD), story(SON_LA, FLOOD, after(hours=1)), story(SON_LA, SCHOOL, number=2)):
        archive.store(each)
    archive.update_copies()
    return folder


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_named_and_nothing_is_lost(archive: Archive, news: Path, damage: str) -> None:
    at, (sql, words) = after(days=1), DAMAGES[damage]
    assert verify(news, at=at).is_whole
    before = [each.as_record() for each in archive.articles()]
    with closing(sqlite3.connect(news / "news.db")) as connection, connection:
        connection.execute(sql)
    (mend,) = {each.mend for each in verify(news, at=at).findings if words in f"{each.what}: {each.finding}"}
    assert "nothing is lost: `baotinh copies update --anew`" in mend
    archive.update_copies(is_anew=True)
    assert verify(news, at=at).is_whole
    assert [each.as_record() for each in archive.articles()] == before


def test_texts_that_wait_for_an_update_are_no_damage(archive: Archive, news: Path) -> None:
    archive.store(story(HA_GIANG, SCHOOL, after(hours=3), number=2))
    archive.commit()
    assert verify(news, at=START).is_whole

"""What a check found: the damaged thing, what is wrong, and how to mend it."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from archive.phrases import phrase
from archive.reading.damage import is_damage

REPAIR = phrase("run `baotinh repair`")
BACKUP = phrase("put the file of a backup in its place, then run `baotinh verify --deep`")
LOOK = phrase("compare it with a backup")
ANEW = phrase("nothing is lost: `baotinh copies update --anew` makes it again of the articles")

Check = Callable[[sqlite3.Connection], Iterator["Finding"]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A damage."""

    what: str
    """The damaged thing, as its user knows it: "article 3f2a91c0 (https://…)", "warc/baotinh-….warc.gz"."""
    finding: str
    mend: str
    """What to do."""

    def __str__(self) -> str:
        return phrase("{what}: {finding}; {mend}", what=self.what, finding=self.finding, mend=self.mend)


def found_by(name: str, check: Check, connection: sqlite3.Connection) -> Iterator[Finding]:
    """Yield the findings of a check; a damaged page ends it, and is a finding itself."""
    try:
        yield from check(connection)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        yield Finding(phrase("news.db, {name}", name=name), str(error), REPAIR)

"""Which newspapers have merged."""

import sqlite3

_MERGERS = "SELECT id, merged_into_id FROM sites"


class Houses:
    """The outlets of an archive, and what each was merged into."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read them."""
        self._merged_into: dict[int, int | None] = dict(connection.execute(_MERGERS).fetchall())

    def of(self, site_id: int | None) -> int | None:
        """Return the outlet that an outlet was merged into in the end, or itself: equal for those of one house."""
        seen = set()
        while site_id is not None and site_id not in seen:
            seen.add(site_id)
            following = self._merged_into.get(site_id)
            if following is None:
                break
            site_id = following
        return site_id

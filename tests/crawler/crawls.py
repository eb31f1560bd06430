"""Crawls as a user runs them: their reports, and the rows of the archive afterwards."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.crawler.conftest import Run


def crawl(run: Run, *arguments: object) -> tuple[int, list[dict[str, Any]]]:
    """Crawl without delay, and return the exit code and the reports."""
    done = run("crawl", "--create", "--allow-private", "--delay", 0, "--json", *arguments)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def read(run: Run, site: Path, *arguments: object, code: int = 0) -> dict[str, Any]:
    """Crawl one site, and return the report of a run that ends with this code."""
    done, (report,) = crawl(run, "--site-file", site, *arguments)
    assert (done, report["balances"]) == (code, True), report
    return report


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement on the archive of the crawls in `folder`; what it changes is kept."""
    with closing(sqlite3.connect(folder / "news-archive" / "news.db")) as connection, connection:
        return connection.execute(sql).fetchall()


def make_due(folder: Path, where: str = "article_id IS NOT NULL") -> None:
    """Make the addresses of stored articles due now."""
    rows(folder, f"UPDATE urls SET due_at = fetched_at WHERE {where}")

"""Pages that say why there is no page, and addresses that lead to another."""

import asyncio
import csv
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from archive import Archive
from archive.publish import visit
from tests.archive.build import article, capture
from tests.archive.test_datasette import serving as in_process
from tests.publish.newsroom import EDITED, EDITED_URL, WITHHELD_URL, uid_of
from tests.served import ask, get, serving

GONE = f"/article/{EDITED.uid}"
ENGLISH = {"Accept-Language": "en"}


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"/article/{uid_of(WITHHELD_URL)}", 403, "theo yêu cầu của người trong cuộc"),
        (f"/article/{uid_of(WITHHELD_URL)}/versions", 403, "This article is withheld"),
        (f"/article/{uid_of(WITHHELD_URL)}/raw/1/page", 403, "This article is withheld"),
        (f"/article/{EDITED.uid[:5]}zzz", 404, f'href="{GONE}"'),
        ("/article/0", 404, "The archive has no such article"),
        (f"/search?q={quote(WITHHELD_URL)}", 403, "This article is withheld"),
        (f"{GONE}/raw/999999999", 404, "This raw page is not kept"),
        (f"{GONE}/raw/1/page", 404, "This raw page is not kept"),
        ("/search?q=hop+tac+xa&page=400", 404, "76 articles: 4 pages of 20"),
        (f"/search?q=hop+tac+xa&page={'9' * 5_000}", 200, "76 articles with"),
        ("/search?q=%22%22", 400, "give at least one word"),
        ("/trend?q=che&q=***", 400, "give at least one word"),
        ("/trend?q=che&province=Nowhere", 200, "no province &#34;Nowhere&#34;"),
        ("/trend?q=che&since=1/2030", 200, "The archive has no such article"),
        ("/trend?q=che&section=Th&author=A", 200, "section, author. They stay in the links"),
        ("/trend?q=che&section=Th&since=2026", 200, "/kwic?q=che&amp;section=Th&amp;since=2026"),
        ("/trend?q=che&outlet=Nowhere", 400, "Nowhere"),
        ("/kwic?q=***", 400, "give at least one word"),
        ("/kwic?q=che&since=31/2/2026&sort=x", 200, "31/2/2026"),
        ("/kwic?q=hop+tac+xa", 200, "evenly sampled over time: one from each of 60 of 76 articles"),
        ("/kwic?q=kh%C3%B4ng%C4%91%C3%A2u", 200, "The archive has no such article"),
        ("/search?q=https://nowhere.example/1.html", 404, "https://nowhere.example/1.html"),
        ("/search?q=kh%C3%B4ng%C4%91%C3%A2u", 200, "No articles with"),
        ("/search?q=che&province=Nowhere", 200, "no province &#34;Nowhere&#34;"),
        ("/search?q=che&since=31/2/2026", 200, "31/2/2026"),
        ("/search?q=che&page=x&sort=x&state=x&era=x", 200, 'aria-current="true">best match'),
        (f"{GONE}?version=9", 200, "shown above"),
        (f"{GONE}/versions?a=9&b=9", 200, "Version 1 → version 2"),
    ],
)
def test_a_page_says_why(port: int, path: str, status: int, said: str) -> None:
    answer = ask(port, path, ENGLISH)
    assert (answer.status, said in answer.text) == (status, True), answer.text
    assert "Không ai được đọc dòng này" not in answer.text


def test_a_trend_without_one_of_its_filters_has_the_same_searches(port: int) -> None:
    text = ask(port, "/trend?q=&q=che&q=nuoc&q=&by=outlet&since=2025&section=Th", ENGLISH).text
    rest = "&amp;q=nuoc&amp;by=outlet"
    assert f'href="/trend?q=che&amp;section=Th{rest}"><span class="vh">Remove filter' in text
    assert f'href="/trend?q=che&amp;since=2025{rest}"><span class="vh">Remove filter' in text
    assert 'href="/search?q=che&amp;section=Th&amp;since=2025"' in text
    assert ask(port, f"/trend?q=che{unescape(rest)}", ENGLISH).text.count('lang="vi">nuoc<') == 2


@pytest.mark.parametrize(
    "key",
    [EDITED.uid[:8], EDITED.uid.upper(), quote(EDITED_URL, safe=""), quote(f"{EDITED_URL}?utm_source=x", safe="")],
)
def test_every_key_leads_to_the_uid(port: int, key: str) -> None:
    answer = ask(port, f"/article/{key}?version=1", {})
    assert (answer.status, answer.headers["location"]) == (302, f"{GONE}?version=1")


def test_what_a_search_without_a_result_offers(port: int) -> None:
    text = ask(port, "/search?q=h%E1%BB%A3p+tac+x%C3%A0&tag=OCOP", ENGLISH).text
    assert 'href="/search?q=hop+tac+xa&amp;tag=OCOP"' in text
    assert "marks ignored" in text
    assert 'href="/search?q=h%E1%BB%A3p+tac&amp;tag=OCOP"' in text


@pytest.mark.parametrize(
    "query",
    [
        "q=hop+tac+xa",
        "q=n%C6%B0%E1%BB%9Bc+OR+gi%E1%BB%AF+-gi%E1%BA%BFng&state=live",
        "outlet=B%C3%A1o+%C4%90%E1%BB%93i+Ch%C3%A8&section=X%C3%A3+h%E1%BB%99i&since=2025&until=6/2026",
        "province=Th%C3%A1i+Nguy%C3%AAn&era=now&q=hop",
    ],
)
def test_what_is_taken_along_is_what_was_found(port: int, query: str) -> None:
    text = ask(port, f"/search?{query}", ENGLISH).text
    found = re.search(r"<h1>([\d,]+) articles", text)
    link = re.search(r'href="(/news/articles\.csv\?[^"]+)"', text)
    assert found
    assert link
    rows = list(csv.reader(ask(port, unescape(link[1]), {}).text.splitlines()))
    assert len(rows) - 1 == int(found[1]) > 0


@pytest.mark.parametrize(
    "query", ["tag=OCOP", "q=hop&state=edited", "province=Th%C3%A1i+Nguy%C3%AAn", "author=Thu+Tra"]
)
def test_a_search_that_the_table_does_not_know_has_no_such_link(port: int, query: str) -> None:
    assert "/news/articles.csv" not in ask(port, f"/search?{query}", ENGLISH).text


def test_a_slow_question_is_told_to_come_back(newsroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "READ_MS", 0.001)
    with Archive.open(newsroom, read_only=True) as archive, in_process(archive) as datasette:

        async def answer() -> tuple[int, str, str]:
            await datasette.invoke_startup()
            found = await datasette.client.get("/search?q=hop+tac+xa", headers=ENGLISH)
            return found.status_code, found.headers["retry-after"], found.text

        status, retry, text = asyncio.run(answer())
    assert (status, retry) == (503, "5")
    assert "SQLITE_INTERRUPT" in text
    assert 'href="/search?q=hop+tac+xa"' in text


def test_a_trend_without_shares_has_no_line_and_no_key_of_one(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "news", create=True) as archive, in_process(archive) as datasette:
        archive.store(capture(article()))
        archive.commit()

        async def text() -> str:
            await datasette.invoke_startup()
            return str((await datasette.client.get("/trend?q=hop", headers=ENGLISH)).text)

        found = asyncio.run(text())
    assert "No crawl of these newspapers is in the archive" in found
    assert '<th scope="col">Month</th>' in found
    assert 'class="l l0"' not in found


def test_a_damaged_record_is_named(newsroom: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(newsroom, tmp_path / "news")
    with closing(sqlite3.connect(folder / "news.db", isolation_level=None)) as connection:
        connection.execute("UPDATE articles SET sources = 'x' WHERE uid = ?", (EDITED.uid,))
        columns = "site_id, started_at, finished_at, status, version, settings"
        run = f"INSERT INTO runs ({columns}) SELECT id, ?1, ?1, ?2, '1', '{{}}'"
        connection.execute(f"{run} FROM sites WHERE site = 'nanggio'", ("2026-11-01T05:00:00+07:00", "finished"))
    with serving(sys.executable, "-m", "archive", "serve", f"--archive={folder}", "--port") as port:
        status, headers, text = get(port, GONE)
        assert status == 500
        assert EDITED.uid in text
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert get(port, "/search?q=khoan+thu")[0] == 200
        assert "the outlet doiche is damaged" in ask(port, "/outlets/doiche", ENGLISH).text
        assert "what this page shows is damaged" in ask(port, "/outlets/nanggio", ENGLISH).text


def test_a_raw_page_that_came_without_a_charset_is_read_as_utf_8_if_it_is(port: int) -> None:
    newest = re.findall(r"/article/\w+/raw/\d+", get(port, GONE)[2])[0]
    assert get(port, f"{newest}/page")[1]["content-type"] == "text/html; charset=utf-8"
    assert re.search(r"<span></span>", get(port, newest)[2]) is None, "an unknown status is left out"

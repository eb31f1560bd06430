"""Citations: what each format escapes, on the command line and in Datasette."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive import CITATION_FORMATS, VIETNAM, Archive, Citation
from crawler.cli import main
from tests.archive.build import START, after, article, capture
from tests.archive.test_datasette import get, serving

DIGEST = "ab" * 32
CITED = Citation(
    uid="3f2a91c0" + "0" * 12,
    url="https://baohagiang.example/tin/1.html?a=1&b=50%25_c#d",
    title="Khối “đại đoàn kết” & 50% {thật}",
    byline=("TS Lê Đình Quý", "Hằng Nga"),
    site="baohagiang",
    outlet="Báo Hà Giang",
    section=("Thời sự", "Trong tỉnh"),
    published=date(2025, 7, 2),
    language="vi",
    captured_at=START.astimezone(VIETNAM),
    text_sha256=DIGEST,
    archive="news",
)
CSL_NAMES = {
    *("id", "type", "title", "author", "container-title", "section", "issued", "URL", "accessed", "language"),
    *("archive", "archive_location", "note"),
}
"""Names of csl-data.json 1.0.2 that we use: it allows no others than its own."""


def fields_of(entry: str) -> dict[str, str]:
    """Return the fields of a BibTeX entry, read by counting braces, as BibTeX does."""
    found, depth, name, value = {}, 0, "", ""
    for sign in entry[entry.index(",") + 1 :]:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
        if depth == 0 and sign == ",":
            key, _, text = name.partition("=")
            found[key.strip()] = text.strip() + value[1:-1]
            name = value = ""
        elif depth or sign == "}":
            value += sign
        else:
            name += sign
    return found


def test_bibtex_keeps_names_whole_and_escapes_what_latex_obeys() -> None:
    entry = CITATION_FORMATS["bibtex"]([CITED])
    assert entry.startswith("@misc{baohagiang-2025-3f2a91c0,\n")
    fields = fields_of(entry)
    assert fields["author"] == "{TS Lê Đình Quý} and {Hằng Nga}"
    assert fields["title"] == r"{Khối “đại đoàn kết” \& 50\% \textbraceleft{}thật\textbraceright{}}"
    assert fields["url"] == CITED.url
    assert (fields["date"], fields["year"], fields["urldate"]) == ("2025-07-02", "2025", "2025-07-02")
    assert DIGEST in fields["note"]


@pytest.mark.parametrize(
    ("title", "escaped"),
    [
        ("a_b #1 $2", r"a\_b \#1 \$2"),
        ("a\\b~c^d", r"a\textbackslash{}b\textasciitilde{}c\textasciicircum{}d"),
        ("}{", r"\textbraceright{}\textbraceleft{}"),
        ("hai\ndòng", "hai dòng"),
    ],
)
def test_no_title_breaks_a_bibtex_entry(title: str, escaped: str) -> None:
    fields = fields_of(CITATION_FORMATS["bibtex"]([replace(CITED, title=title)]))
    assert fields["title"] == f"{{{escaped}}}"
    assert DIGEST in fields["note"]


def test_an_address_cannot_end_a_field() -> None:
    fields = fields_of(CITATION_FORMATS["bibtex"]([replace(CITED, url="https://a.example/x}y{z \\w")]))
    assert fields["url"] == "https://a.example/x%7Dy%7Bz%20%5Cw"


def test_ris_has_one_value_per_line() -> None:
    wild = replace(CITED, title="Đầu\r\nER  - ", byline=("Quý, Lê*", "Hằng Nga"))
    text = CITATION_FORMATS["ris"]([wild, CITED])
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    assert (lines[0], lines.count("ER  - "), lines[-1]) == ("TY  - NEWS", 2, "ER  - ")
    assert "TI  - Đầu ER -" in lines
    assert [line for line in lines if line.startswith("AU")][:2] == ["AU  - Quý Lê", "AU  - Hằng Nga"]
    assert {"DA  - 2025/07/02/", "PY  - 2025", "T2  - Báo Hà Giang", "DP  - news"} <= set(lines)


def test_csl_json_has_the_names_of_its_schema() -> None:
    dated, undated = json.loads(CITATION_FORMATS["csl-json"]([CITED, replace(CITED, published=None, byline=())]))
    assert set(dated) == CSL_NAMES
    assert set(undated) == CSL_NAMES - {"issued", "author"}
    assert dated["issued"] == {"date-parts": [[2025, 7, 2]]}
    assert dated["author"] == [{"literal": "TS Lê Đình Quý"}, {"literal": "Hằng Nga"}]
    assert (dated["title"], dated["URL"]) == (CITED.title, CITED.url)


def test_plain_is_vietnamese_and_english() -> None:
    vietnamese, english = CITATION_FORMATS["plain"]([replace(CITED, title="Mùa cam")]).splitlines()
    assert vietnamese.startswith("TS Lê Đình Quý, Hằng Nga (02/07/2025). “Mùa cam”. Báo Hà Giang. https://")
    assert "Bản lưu lúc 08:00 (+07:00) ngày 02/07/2025 tại kho lưu trữ news" in vietnamese
    assert english.startswith("TS Lê Đình Quý, Hằng Nga. “Mùa cam.” Báo Hà Giang, 2 July 2025. https://")
    assert DIGEST in vietnamese
    assert DIGEST in english


def test_what_is_unknown_is_said_or_left_out() -> None:
    bare = replace(CITED, byline=(), outlet=None, published=None, site=None)
    vietnamese, english = CITATION_FORMATS["plain"]([bare]).splitlines()
    assert "”. không ghi ngày. https" in vietnamese
    assert "no date. https" in english
    assert CITATION_FORMATS["bibtex"]([bare]).startswith("@misc{3f2a91c0,\n  title")
    assert not re.search("^(AU|PY|DA|T2)", CITATION_FORMATS["ris"]([bare]), re.MULTILINE)


def test_a_text_is_cited_the_same_after_it_was_seen_again(archive: Archive) -> None:
    archive.store(capture(article(1)))
    first = archive.cite(1)
    archive.store(capture(article(1), after(days=3)))
    assert archive.cite(1) == first
    archive.store(capture(article(1, title="Đầu đề khác"), after(days=4)))
    assert archive.cite(1).text_sha256 != first.text_sha256
    assert archive.cite(1).captured_at == after(days=4)


def shown(folder: Path, *words: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["show", *map(str, words), "--archive", str(folder)])
    assert result.exit_code == code, result.output
    return result.stdout


def test_show_cites(archive: Archive) -> None:
    archive.store(capture(article(1, byline=("Lê A",))))
    cited = archive.cite(1)
    archive.close()
    for name, form in CITATION_FORMATS.items():
        assert shown(archive.folder, 1, "--cite", name) == form([cited]).replace("\r\n", "\n")
    assert shown(archive.folder, 1, "--cite") == CITATION_FORMATS["plain"]([cited])
    shown(archive.folder, 1, "--cite", "--json", code=2)
    shown(archive.folder, 1, "--cite", "--raw", code=2)


def test_datasette_cites_a_row_a_table_and_a_query(archive: Archive) -> None:
    archive.store(capture(article(1, byline=("Lê A",))))
    archive.store(capture(article(2)))
    one, two = archive.cite(1), archive.cite(2)
    archive.close()
    with serving(archive) as served:
        row = get(served, "/news/articles/1.bibtex")
        assert row.text == CITATION_FORMATS["bibtex"]([one])
        assert row.headers["content-type"].startswith("application/x-bibtex")
        assert get(served, "/news/articles.ris", _sort="id").text == CITATION_FORMATS["ris"]([one, two])
        assert get(served, "/news/articles_full.csljson", id="2").json()[0]["id"] == two.key
        assert get(served, "/news.plain", sql="select uid from articles").text.count("\n") == 5
        assert "articles.bibtex" in get(served, "/news/articles").text
        assert "sites.bibtex" not in get(served, "/news/sites").text


def test_datasette_cites_nothing_that_is_withheld(archive: Archive) -> None:
    archive.store(capture(article(1)))
    archive.withhold(1, reason="court order", at=START, by="Lan")
    archive.close()
    with serving(archive) as served:
        answer: Any = get(served, "/news/articles.csljson")
        assert answer.json() == []

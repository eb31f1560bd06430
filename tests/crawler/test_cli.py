"""The command as a user runs it: its output, its exit codes, and what it must never do."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archive import Archive
from tests.command import IMPATIENT, SECONDS
from tests.crawler.conftest import Run

TEXT = """Củng cố khối đại đoàn kết ở vùng cao

Chiều 2-7, đồng chí Trưởng ban Dân vận Tỉnh ủy chủ trì hội nghị sơ kết 6 tháng đầu năm 2020.

Công tác dân vận của Đảng bộ tỉnh đạt nhiều kết quả quan trọng, góp phần củng cố khối đại đoàn kết.

Hội nghị quán triệt các văn bản mới về công tác dân vận trong giai đoạn tới.

Hằng Nga
"""
SITE = """outlet = "Báo Thử"
home = "http://127.0.0.1:9/"
domains = ["127.0.0.1:9"]
article_url = ['/bai/']
[[source]]
kind = "section"
url = "http://127.0.0.1:9/"
"""
BROKEN_SITE = """outlet = "Báo Thử"
home = "https://bao.example/"
platfrom = "mediasoft"
article_url = ['(']
[[source]]
kind = "section"
url = "https://khac.example/"
[[layout]]
name = "x"
detect = "div["
"""

PRIVATE = ("crawl", "--create", "--site-file", "private.toml", "--allow-private")


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "bai.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_imported_text_is_found_as_people_type(run: Run, text_file: Path) -> None:
    done = run("import", text_file, "--json")
    assert done.returncode == 0
    record = json.loads(done.stdout)
    assert record["title"] == "Củng cố khối đại đoàn kết ở vùng cao"
    assert record["byline"] == ["Hằng Nga"]
    assert record["body"].count("\n") == 2
    assert "Hằng Nga" not in record["body"]
    assert (record["published_at"][:10], record["published_precision"]) == ("2020-07-02", "day")
    assert record["proposed"] == ["byline", "published_at", "title"]
    for words in (["khoi dai doan ket"], ["khối đại đoàn kết"], ['"dai doan ket"'], ["dân", "--author", "hang nga"]):
        hits = json.loads(run("search", *words, "--json").stdout)["hits"]
        assert [hit["title"] for hit in hits] == [record["title"]], words
        assert hits[0].keys() >= {
            "uid", "url", "title", "byline", "published_at", "site", "province_then", "province_now", "snippet",
        }  # fmt: skip
    assert json.loads(run("search", "đoàn kêt", "--json").stdout)["hits"] == [], "a wrong mark is another word"
    assert json.loads(run("import", text_file, "--json").stdout)["outcome"] == "unchanged"


def test_import_takes_the_archivists_word(run: Run, text_file: Path) -> None:
    url = "https://baothainguyen.vn/tin-tuc/chinh-tri/cung-co-280000-97.html"
    run("import", text_file, "--site", "baothainguyen", "--published", "2020-07-03", "--url", url)
    record = json.loads(run("show", url, "--json").stdout)
    assert record["published_at"].startswith("2020-07-03")
    assert "published_at" not in record["proposed"]
    (hit,) = json.loads(run("search", "dân vận", "--province", "thai nguyen", "--json").stdout)["hits"]
    assert (hit["site"], hit["province_now"]) == ("baothainguyen", "Thái Nguyên")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("crawl", "baokhanhoa"), 2, 'did you mean "baokhanhhoa"'),
        (("crawl",), 2, "baotinh sites"),
        (("crawl", "--site-file", "none.toml"), 2, "none.toml does not exist"),
        (("crawl", "--site-file", "broken.toml"), 2, "broken.toml:3"),
        (("crawl", "--site-file", "private.toml"), 2, "--allow-private"),
        ((*PRIVATE, "--archive", "file.txt"), 2, "not an archive"),
        ((*PRIVATE, "--archive", "other"), 2, "not an archive"),
        ((*PRIVATE, "--archive", "damaged"), 5, "damaged"),
        ((*PRIVATE, "--archive", "file.txt/sub"), 5, "file.txt"),
        ((*PRIVATE, "--delay", "0"), 4, "connection"),
        (("crawl", "--site-file", "private.toml", "--allow-private", "--delay", "0"), 2, "is its disk mounted?"),
        (("search", "chữ"), 2, "no archive"),
        (("search", "chữ", "--archive", "damaged"), 5, "damaged"),
        (("show", "abcdef"), 2, "no archive"),
        (("export", "--archive", "file.txt"), 2, "not an archive"),
        (("import", "none.txt"), 2, "none.txt does not exist"),
        (("import", "short.txt", "none.txt"), 2, "none.txt does not exist"),
        (("import", "short.txt", "--url", "bao.example"), 2, "not a web address"),
        (("import", "short.txt"), 3, "refused (no-text)"),
        (("extract", "none.html"), 2, "none.html does not exist"),
        (("extract", "file.txt"), 3, "refused (no-t"),
        (("extract", "http://127.0.0.1:9/"), 2, "--allow-private"),
        (("extract", "http://127.0.0.1:9/", "--allow-private"), 4, "did not come"),
        (("extract", "https://khong-co.invalid/"), 4, "did not come"),
        (("demo", "--port", "99999"), 2, "port"),
        (("crawl", "baokhanhhoa", "--limit", "0"), 2, "limit"),
        (("crawl", "baokhanhhoa", "--delay", "nan"), 2, "not a number of seconds"),
        ((*PRIVATE, "--delay", "0", "--until", "9999-12-31"), 4, "connection"),
        (("crawl", "baokhanhhoa", "--since", "hôm qua"), 2, "since"),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_a_sentence(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "file.txt").write_text("một dòng chữ", encoding="utf-8")
    (tmp_path / "short.txt").write_text("một dòng chữ", encoding="utf-8")
    (tmp_path / "broken.toml").write_text(BROKEN_SITE, encoding="utf-8")
    (tmp_path / "private.toml").write_text(SITE, encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "photo.jpg").write_bytes(b"x")
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "news.db").write_bytes(b"this was a database once" * 400)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = run(*arguments, before=IMPATIENT)
    output = done.stdout + done.stderr
    assert said in output
    assert done.returncode == code, output
    assert "Traceback" not in output
    assert {path: path.read_bytes() for path in before} == before, "nothing that was there is touched"


def test_every_problem_of_a_site_file_is_listed_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text(BROKEN_SITE, encoding="utf-8")
    said = run("crawl", "--site-file", "broken.toml").stderr
    for place in ("broken.toml:3", "broken.toml:4", "broken.toml:7", "broken.toml:10"):
        assert place in said
    assert 'did you mean "platform"' in said


def test_extract_answers_line_by_line(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<h1>Đường mới qua đèo</h1><p>" + "Con đường đã thông xe. " * 20, encoding="utf-8")
    lines = [{"html_path": str(page), "url": "https://bao.example/a.html"}, {"html_path": "none.html"}, {"url": "x"}]
    done = run("extract", "--jsonl", stdin="\n".join([*map(json.dumps, lines), "no json"]) + "\n")
    first, *others = map(json.loads, done.stdout.splitlines())
    assert (first["title"], first["byline"], first["published"]) == ("Đường mới qua đèo", [], None)
    assert first["sources"]["title"] == "generic:h1"
    assert ["error" in other for other in others] == [True] * 3
    assert done.returncode == 0


def test_read_commands_have_json(run: Run, text_file: Path, tmp_path: Path) -> None:
    run("import", text_file)
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        (stored,) = archive.articles()
    for arguments in (["search", "dân"], ["show", stored.article.uid], ["runs"], ["sites"]):
        json.loads(run(*arguments, "--json").stdout)
    exported = run("export", "--format", "jsonl")
    assert json.loads(exported.stdout)["uid"] == stored.article.uid


@pytest.mark.parametrize(("target", "code"), [("/dev/full", 5), ("closed pipe", 141)])
def test_output_that_cannot_be_written_is_told_by_the_exit_code(
    run: Run, text_file: Path, tmp_path: Path, target: str, code: int
) -> None:
    run("import", text_file)
    if target == "closed pipe":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open(target, os.O_WRONLY)
    done = subprocess.run(
        [sys.executable, "-m", "crawler.cli", "export"], cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE,
        text=True, timeout=SECONDS, check=False, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    os.close(writer)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("list",), ("crawl", "khong-co")])
def test_scrapy_knows_the_sites(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=Path(__file__).parents[2],
        text=True,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    if arguments == ("list",):
        assert "baokhanhhoa" in done.stdout.split()
    else:
        assert "khong-co" in done.stderr
        assert done.returncode != 0

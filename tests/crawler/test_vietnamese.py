"""The command in Vietnamese: people read their language, programs read the same as ever."""

import json
from pathlib import Path

import pytest

from archive import Archive
from crawler.cli import main
from tests.archive.build import article, capture
from tests.command import run_command
from tests.crawler.conftest import Run

VERBS = sorted(main.commands)


@pytest.fixture(autouse=True)
def _vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTINH_LANG", "vi")


@pytest.mark.parametrize("words", [[], *([verb] for verb in VERBS)], ids=["baotinh", *VERBS])
def test_help_is_in_vietnamese_and_its_commands_are_not(words: list[str], tmp_path: Path) -> None:
    done = run_command([*words, "--help"], tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Cách dùng: baotinh {' '.join(words)}".rstrip())
    assert "\nTùy chọn:\n" in done.stdout
    assert "In phần trợ giúp này rồi thoát." in done.stdout
    assert not {"Usage:", "Options:", "Print", "Show"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["search", "--nope"], 2, "Lỗi: Không có tùy chọn '--nope'."),
        (["nope"], 2, "Lỗi: Không có lệnh 'nope'."),
        (["show"], 2, "Lỗi: Thiếu đối số 'ID|URL'."),
        (["search", "--limit", "0"], 2, "không nằm trong khoảng 1<=x<=1000000."),
        (["search", "--since", "never"], 2, "Lỗi: Giá trị không hợp lệ cho '--since': \"never\" không phải là ngày"),
        (["stats"], 2, "lỗi: không có kho lưu trong news-archive: đĩa đã được gắn chưa?"),
        (["crawl", "nope"], 2, 'lỗi: không biết trang báo "nope"; `baotinh sites` liệt kê tất cả'),
        (["crawl", "baokhanhhoa", "--create"], 2, "lỗi: baokhanhhoa ở trên máy chủ công cộng"),
        (["search", "--province", "xyz"], 2, "lỗi: không có kho lưu"),
        (["extract", "missing.html"], 2, "lỗi: missing.html không tồn tại; hãy cho đường dẫn của một tệp"),
    ],
)
def test_what_is_wrong_is_said_in_vietnamese(words: list[str], code: int, said: str, tmp_path: Path) -> None:
    done = run_command(words, tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which `news-archive` has an article."""
    with Archive.open(tmp_path / "news-archive", create=True) as archive:
        archive.store(capture(article()))
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        *(["stats", "--json"], ["search", "tin", "--json"], ["search", "-x OR y", "--json"], ["show", "1", "--json"]),
        *(["search", "tin", "--facets", "--json"], ["changes", "--json"], ["doubts", "--json"], ["runs", "--json"]),
        *(["sites", "--json"], ["check-sites", "--json"], ["health", "--json"], ["export", "--format", "csv"]),
        *(
            ["sites", "--markdown"],
            ["show", "1", "--cite"],
            ["schema", "article"],
            ["why", "http://a.example", "--json"],
        ),
    ],
    ids=" ".join,
)
def test_programs_read_the_same_in_every_language(
    words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = run_command(words, folder)
    monkeypatch.setenv("BAOTINH_LANG", "en")
    theirs = run_command(words, folder)
    assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout)


def test_people_read_numbers_heads_and_sentences_of_their_language(folder: Path) -> None:
    assert "tờ báo      bài  tác giả  sapo" in run_command(["stats"], folder).stdout
    assert run_command(["search", "quốc", "hội"], folder).stderr == "không bài nào có đủ các từ này\n"
    assert "`baotinh sites` liệt kê các trang báo" in run_command(["health"], folder).stderr
    assert "kho lưu này chưa có lượt chạy nào" in run_command(["runs"], folder).stderr


@pytest.mark.parametrize(
    ("written", "variables", "is_vietnamese"),
    [
        ("vi", {"LC_ALL": "C"}, True),
        ("en", {"LANG": "vi_VN.UTF-8"}, False),
        ("vi", {"BAOTINH_LANG": "en"}, False),
        ("", {"LANGUAGE": "vi", "LANG": "en_US.UTF-8"}, True),
        ("", {"LANGUAGE": "en:vi", "LANG": "vi_VN.UTF-8"}, False),
        ("", {"LC_ALL": "C", "LANGUAGE": "vi"}, False),
    ],
)
def test_the_language_comes_from_the_variable_the_configuration_or_the_locale(
    written: str, variables: dict[str, str], *, is_vietnamese: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BAOTINH_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if written:
        (tmp_path / "baotinh.toml").write_text(f'language = "{written}"\n', encoding="utf-8")
    for words in (["--help"], ["init", "--help"]):
        assert run_command(words, tmp_path).stdout.startswith("Cách dùng" if is_vietnamese else "Usage")


def test_an_archive_does_not_choose_the_language_of_who_reads_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTINH_LANG", "en")
    (folder / "news-archive" / "baotinh.toml").write_text('language = "vi"\n', encoding="utf-8")
    done = run_command(["stats"], folder)
    assert "language not taken from this file: an archive may come from somebody else" in done.stderr
    assert done.stdout.startswith("1 article")


def test_a_crawl_and_what_is_told_of_it_are_in_vietnamese(site_files: dict[str, Path], run: Run) -> None:
    site = site_files["nanggio"]
    crawled = run("crawl", "--create", "--allow-private", "--delay", 0, "--site-file", site)
    assert crawled.returncode == 0
    assert crawled.stdout.startswith("nanggio: tìm thấy 25 = mới 24 + sửa 0 + như cũ 0 + báo đã gỡ 0 + từ chối 1 +")
    told = run("notify", "--digest", "--dry-run").stdout.splitlines()
    assert told[0].endswith(": mọi thứ ổn")
    assert told[2] == "nanggio: 0 bài mới; lượt chạy cuối finished"
    assert told[3].startswith("đĩa: còn trống ")
    (hit,) = json.loads(run("search", "--limit", 1, "--json").stdout)["hits"]
    explained = run("why", hit["url"]).stdout
    assert explained.startswith("đã lưu: `baotinh show ")
    assert "\ntìm thấy      " in explained

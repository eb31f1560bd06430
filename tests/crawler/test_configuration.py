"""`baotinh.toml`: which of its files counts, what a file that somebody handed over may say, and what an error says."""

import json
import os
from pathlib import Path

import pytest

from tests.command import run_command

SITE = r"""
outlet = "Báo Thử"
home = "http://127.0.0.1:9/"
province = "Hà Giang"
article_url = '^/\d+\.html$'

[[source]]
kind = "section"
url = "http://127.0.0.1:9/"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where commands run; the user's own configuration is in tmp_path/home."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    for name in list(os.environ):
        if name.startswith("BAOTINH_"):
            monkeypatch.delenv(name)
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
    return path


def values(folder: Path, *arguments: object) -> dict[str, tuple[str | None, str]]:
    """Return key → value and source, as `baotinh config` prints them."""
    result = run_command(["config", "--json", *arguments], folder)
    assert result.returncode == 0, result.stderr
    return {row["key"]: (row["value"], row["source"]) for row in json.loads(result.stdout)}


def test_the_first_that_says_something_counts(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = write(folder / "baotinh.toml", 'archive = "news"\ndelay = 2\n')
    home = write(
        tmp_path / "home" / "baotinh" / "baotinh.toml",
        'delay = 3\ncontact = "a@bao.example"\nraw = false\n[notify]\nmail = ["a@bao.example", "b@bao.example"]\n',
    )
    own = write(folder / "news" / "baotinh.toml", 'delay = 4\nraw = true\nsites = ["baothu"]\n')
    monkeypatch.setenv("BAOTINH_CONTACT", "b@bao.example")
    assert values(folder) == {
        "archive": (str(folder / "news"), str(here)),
        "contact": ("b@bao.example", "BAOTINH_CONTACT"),
        "sites": ("baothu", str(own)),
        "delay": ("2.0", str(here)),
        "quiet_hours": (None, "default"),
        "raw": ("false", str(home)),
        "language": ("en", "default"),
        "proxy": (None, "default"),
        "hook": (None, "default"),
        "notify.command": (None, "default"),
        "notify.mail": ("a@bao.example, b@bao.example", str(home)),
        "notify.ping": (None, "default"),
    }


def test_a_command_takes_what_was_not_typed_from_the_configuration(folder: Path) -> None:
    write(folder / "news" / "sites" / "baothu.toml", SITE)
    write(folder / "baotinh.toml", 'archive = "news"\nsites = "baothu"\ndelay = 7\nquiet_hours = "00:00-00:00"\n')
    planned = run_command(["crawl", "--dry-run", "--json", "--allow-private"], folder)
    assert planned.returncode == 0, planned.stderr
    plan = json.loads(planned.stdout)
    assert (plan["site"], plan["delay"], bool(plan["quiet_until"])) == ("baothu", 7.0, True), planned.stderr
    typed = run_command(["crawl", "baothu", "--delay", 1, "--dry-run", "--json", "--allow-private"], folder)
    assert json.loads(typed.stdout)["delay"] == 1.0


@pytest.mark.parametrize("key", ["archive", "contact", "hook", "proxy"])
def test_what_was_handed_over_names_no_commands_people_folders_or_ways(folder: Path, key: str) -> None:
    text = f'{key} = "{"http://p:1" if key == "proxy" else "x@bao.example"}"\ndelay = 9\n'
    write(folder / "news" / "baotinh.toml", text)
    result = run_command(["config", "--json", "--archive", "news"], folder)
    assert f"{key} not taken from this file" in result.stderr
    found = values(folder, "--archive", "news")
    assert (found[key][1], found["delay"][0]) == ("default", "9.0")
    # an archive stays what it is if somebody works in its folder
    write(folder / "news" / "news.db", "")
    assert values(folder / "news", "--archive", ".")[key][1] == "default"


def test_a_file_that_others_may_write_names_no_commands(folder: Path) -> None:
    path = write(folder / "baotinh.toml", 'hook = "true"\ndelay = 9\n')
    assert values(folder)["hook"][0] == "true"
    path.chmod(0o664)
    assert values(folder)["hook"] == (None, "default")
    assert f"chmod go-w {path}" in run_command(["config"], folder).stderr


def test_a_folder_that_the_user_may_not_enter_has_no_configuration(folder: Path) -> None:
    write(folder / "baotinh.toml", "delay = 9\n")
    folder.chmod(0o700)
    done = run_command(["runs"], folder, before="import os; os.setuid(65534)")
    assert (done.returncode, "Permission denied" in done.stderr) == (5, True), done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("delya = 1", 'baotinh.toml:1: unknown key "delya", did you mean "delay"?'),
        ("delay = -1", 'baotinh.toml:1: "delay": expected seconds from 0 to 3600'),
        ('contact = "me"', 'baotinh.toml:1: "contact":'),
        ('quiet_hours = "late"', 'baotinh.toml:1: "quiet_hours": expected hours'),
        ("raw = 1", 'baotinh.toml:1: "raw": expected true or false'),
        ('proxy = "socks5://p"', 'baotinh.toml:1: "proxy": expected the address of an HTTP proxy'),
        ('hook = """a\nb"""', 'baotinh.toml:1: "hook": expected one line'),
        ("a = [", "not TOML"),
    ],
)
@pytest.mark.parametrize("place", ["", "news"])
def test_a_mistake_ends_every_command_with_its_place(folder: Path, place: str, text: str, said: str) -> None:
    write(folder / place / "baotinh.toml", text)
    result = run_command(["runs", "--archive", "news"], folder)
    assert (result.returncode, said in result.stderr, "Traceback" in result.stderr) == (2, True, False), result.stderr


def test_a_schedule_has_what_the_configuration_says(folder: Path) -> None:
    write(folder / "baotinh.toml", 'sites = "baokhanhhoa"\ncontact = "a@bao.example"\nhook = "ring bell"\n')
    printed = run_command(["schedule", "--at", "05:30"], folder).stdout
    assert "crawl baokhanhhoa" in printed
    assert "BAOTINH_CONTACT=a@bao.example" in printed
    assert "ring bell" in printed
    assert f"\nWorkingDirectory={folder}\n" in printed, "else its delay and quiet hours would not count there"
    lines = run_command(["schedule", "--at", "05:30", "--format", "cron"], folder).stdout
    assert f" cd {folder} && " in lines
    elsewhere = run_command(["schedule", "baokhanhhoa", "--at", "05:30"], folder.parent).stdout
    assert "WorkingDirectory" not in elsewhere


def test_the_invented_newspapers_of_the_demo_stay_out_of_the_archive(folder: Path) -> None:
    write(folder / "baotinh.toml", 'archive = "real"\n')
    assert run_command(["demo", "--port", 18871], folder).returncode == 0
    assert ((folder / "real").exists(), (folder / "news-archive" / "news.db").exists()) == (False, True)

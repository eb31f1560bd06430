"""What the crawler's commands print: nothing that a terminal obeys, next commands that work, quiet when all is well."""

import re
import shlex
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from archive import RunReport, RunStatus, visible
from crawler.crawl.progress import Progress
from crawler.crawl.report import Crawled, summary
from crawler.fetch.run import Run as CrawlRun
from crawler.operate.expect import Shortfall
from crawler.site_files.load import load_site
from tests.archive.build import after
from tests.command import IMPATIENT
from tests.crawler.conftest import Run
from tests.crawler.wire import Answer, Send, Wire, article, listing, page, serve, site_file

ESCAPE = "\x1b]0;owned\x07"
FORGED = b'["\\u001b]0;owned\\u0007\\n  stored 99: forged \\u202e"]'
"""A list whose entry would write the title of the window, and a line of the summary."""
GOOD, OTHER, GONE = "/bai/tot.html", "/bai/hai.html", "/bai/mat.html"
ENDS = {0, 3, 4}
"""Exit codes of a call that was understood."""


def not_http(send: Send) -> None:
    send(b"\x00\x01\x1b]0;owned\x07\r\n\r\n")


def silent(_: Send) -> None:
    """Close the connection without an answer."""


@pytest.fixture
def good(tmp_path: Path) -> Iterator[Wire]:
    """A site on which all is well; its file is ./bao thu.toml."""
    articles = {GOOD: (page(article()),), OTHER: (page(article("Bài thứ hai", paragraphs=9)),)}
    with serve(Wire({"/": (page(listing(GOOD, OTHER)),), **articles})) as wire:
        (tmp_path / "bao thu.toml").write_text(site_file(wire.origin), encoding="utf-8")
        yield wire


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Wire]:
    """A site whose answers attack the terminal; its file is ./baoxau.toml."""
    routes: dict[str, tuple[Answer, ...]] = {
        "/ds.json": (page(FORGED, Content_Type="application/json"),),
        "/": (page(listing("/bai/mot.html", "/bai/hai.html", "/bai/ba.html")),),
        "/bai/mot.html": (not_http,),
        "/bai/hai.html": (silent,),
        "/bai/ba.html": (page(b"%PDF\x1b]0;owned\x07"),),
        "/robots.txt": (page(f"User-agent: *\nAllow: /\nSitemap: {ESCAPE}\n".encode(), Content_Type="text/plain"),),
    }
    with serve(Wire(routes)) as wire:
        text = site_file(wire.origin) + f'[[source]]\nkind = "json"\nurl = "{wire.origin}/ds.json"\naddress = "url"\n'
        (tmp_path / "baoxau.toml").write_text(text, encoding="utf-8")
        yield wire


def options(site: str) -> tuple[str, ...]:
    return ("--site-file", f"{site}.toml", "--allow-private", "--delay", "0", "--archive", "kho tin")


def commands(output: str) -> list[list[str]]:
    """The commands that are named in backticks, without the name of the program."""
    return [shlex.split(found)[1:] for found in re.findall(r"`(baotinh [^`]+)`", output)]


def assert_harmless(done: "subprocess.CompletedProcess[str]") -> None:
    output = done.stdout + done.stderr
    assert {char for char in output if char != "\n" and visible(char) != char} == set(), output
    assert not any(line.startswith("  stored 99") for line in output.splitlines()), output
    assert not re.search(r"<twisted|<class|Failure|b'|object at", output), output


def test_hostile_answers_reach_neither_the_terminal_nor_the_archive(run: Run, hostile: Wire, tmp_path: Path) -> None:
    crawled = run("crawl", "--create", *options("baoxau"))
    assert (crawled.returncode, r"\u001b]0;owned" in crawled.stdout) == (3, True), crawled.stdout
    assert_harmless(crawled)
    archive = ("--archive", "kho tin")
    assert_harmless(run("health", "baoxau", "--site-file", "baoxau.toml", *archive))
    assert_harmless(run("runs", "--wide", *archive))
    for path in ("/bai/mot.html", "/bai/hai.html", "/bai/ba.html", "/ds.json"):
        assert_harmless(run("why", hostile.origin + path, "--site-file", "baoxau.toml", *archive))
    assert_harmless(run("probe", "--site-file", "baoxau.toml", "--allow-private", "--delay", "0"))
    connection = sqlite3.connect(tmp_path / "kho tin" / "news.db")
    details = [row[0] for row in connection.execute("SELECT detail FROM captures WHERE detail IS NOT NULL")]
    connection.close()
    assert len(details) >= 4
    assert [visible(detail) for detail in details] == details


@pytest.mark.parametrize("command", ["extract", "import", "new-site"])
def test_hostile_files_do_nothing_to_the_terminal(run: Run, tmp_path: Path, command: str) -> None:
    name = f"bai{ESCAPE}.html"
    (tmp_path / name).write_bytes(article(f"Cầu {ESCAPE}\u202e mới"))
    assert_harmless(run(command, name))
    assert_harmless(run(command, f"khong co{ESCAPE}"))


def test_the_map_of_the_outlets_fits_80_columns_and_wide_shows_all(run: Run) -> None:
    short, wide = run("sites").stdout.splitlines(), run("sites", "--wide").stdout.splitlines()
    assert max(map(len, short)) <= 80
    assert len(short) == len(wide)
    assert {"outlet", "province_then", "checked", "last_success"} <= set(wide[0].split())


def report(**changes: object) -> RunReport:
    names = ("found", "stored", "revised", "unchanged", "gone", "left", "outside", "known", "doubtful", "sources_ok")
    counts = dict.fromkeys(names, 0)
    values = {
        **counts,
        **{"run": 1, "site": f"bao{ESCAPE}", "started_at": after(), "finished_at": after(minutes=1)},
        **{"status": RunStatus.FINISHED, "refused": {}, "failed": {}, "sources_failed": 0, "troubles": ()},
        "doubtful": 0,
        "losses": (),
        **{"cut_short": (f"a host{ESCAPE}\n  stored 99: forged",), "notes": (), "balances": True},
        **changes,
    }
    return RunReport(**values)  # type: ignore[arg-type]


def test_each_line_of_the_summary_is_a_line_of_its_own() -> None:
    lines = list(summary(Crawled(report(), (Shortfall("too few", ("https://a/",)),))))
    assert [visible(line)[:9] for line in lines] == ["bao\\x1b]0", "  a host\\", "  below e", "    https", "  see wha"]


def test_the_table_of_a_running_crawl_shows_names_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / f"[red]{ESCAPE}.toml"
    path.write_text(site_file("http://127.0.0.1:9"), encoding="utf-8")
    console = Console(record=True, force_terminal=False, width=80, stderr=True)
    progress = Progress(console, str)
    progress.watch(CrawlRun(load_site(path)))
    console.print(progress._table())
    shown = console.export_text()
    assert r"[red]\x1b]0;owned\x07" in shown
    assert max(map(len, shown.splitlines())) <= 80


# --- next commands ---


def test_the_next_commands_of_a_crawl_work(run: Run, hostile: Wire) -> None:
    done = run("crawl", "--create", *options("baoxau"))
    probe, health = commands(done.stdout)
    assert probe == ["probe", "baoxau", "--site-file", "baoxau.toml", "--archive", "kho tin", "--allow-private"]
    assert health == ["health", "baoxau", "--site-file", "baoxau.toml", "--archive", "kho tin"]
    for command in (probe, health):
        after_it = run(*command, before=IMPATIENT)
        assert after_it.returncode in ENDS - {0}, after_it.stderr
        for following in commands(after_it.stdout):
            assert run(*following, before=IMPATIENT).returncode in ENDS


def test_the_next_commands_about_one_address_work(run: Run, good: Wire) -> None:
    given = ("--site-file", "bao thu.toml", "--archive", "kho tin")
    assert run("crawl", "--create", good.origin + GOOD, *options("bao thu")).returncode == 0
    (shown,) = commands(run("why", good.origin + GOOD, *given).stdout)
    assert "Khánh thành" in run(*shown).stdout
    missing = run("crawl", "--create", good.origin + GONE, *options("bao thu"))
    (why,) = [command for command in commands(missing.stdout) if command[0] == "why"]
    (extract,) = commands(run(*why).stdout)
    assert extract[2:] == ["--site-file", "bao thu.toml", "--archive", "kho tin", "--allow-private"]
    assert run(*extract, before=IMPATIENT).returncode == 4


@pytest.mark.parametrize(
    ("arguments", "ends"),
    [
        (("crawl", "--create", "https://khong-co.invalid/bai/1.html"), {4}),
        (("health", "baokhanhhoa"), {2}),
        (("search", "tin"), {0}),
        (("crawl", "khong-co"), {0}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_the_next_command_of_an_error_works(run: Run, arguments: tuple[str, ...], ends: set[int]) -> None:
    refused = run(*arguments, "--archive", "kho tin", before=IMPATIENT)
    assert refused.returncode == 2
    (command,) = commands(refused.stderr)
    if "--archive" not in command and command[0] in ("init", "sites"):
        pytest.fail(f"it does not repeat the archive: {command}")
    done = run(*command, before=IMPATIENT)
    assert done.returncode in ends | {0}, done.stderr


def test_every_command_that_the_source_names_can_be_called() -> None:
    """Commands in backticks are exact: no placeholders for a person to fill in."""
    root = Path(__file__).parents[2]
    named = [
        (path.name, found)
        for folder in ("archive", "crawler")
        for path in (root / folder).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"""["'].*`baotinh [a-z]""", line) and '"""' not in line
        for found in re.findall(r"`(baotinh [^`]+)`", line)
    ]
    assert len(named) >= 8
    assert [each for each in named if re.search(r"\b[A-Z]{3,}\b", each[1])] == []


# --- crawl --quiet, crawl URL ---


def test_a_quiet_crawl_says_nothing_when_all_is_well(run: Run, good: Wire) -> None:
    done = run("crawl", "--create", "--quiet", *options("bao thu"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_quiet_crawl_says_what_went_wrong(run: Run, good: Wire, hostile: Wire) -> None:
    loud = run("crawl", "--create", *options("baoxau"))
    done = run("crawl", "-q", "--site-file", "bao thu.toml", *options("baoxau"))
    assert (done.returncode, done.stderr) == (loud.returncode, "")
    assert done.stdout.startswith("baoxau: found")
    assert "bao thu" not in done.stdout


def test_a_crawl_of_one_address_stores_this_article(run: Run, good: Wire) -> None:
    done = run("crawl", "--create", good.origin + GOOD + "?utm_source=x", *options("bao thu"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "found 1 = stored 1 + " in done.stdout
    assert good.paths() == ["/robots.txt", GOOD]
    assert "Khánh thành" in run("show", good.origin + GOOD, "--archive", "kho tin").stdout
    again = run("crawl", "--create", *options("bao thu"))
    assert "stored 1 " in again.stdout, "the other one: a run for one address is no crawl of the site"


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        (GONE, 3, "1 of 1 addresses gave no article"),
        ("/muc/tin", 2, "is not an article by the patterns of bao thu"),
    ],
)
def test_an_address_that_gives_no_article_is_told(run: Run, good: Wire, address: str, code: int, said: str) -> None:
    done = run("crawl", "--create", good.origin + address, *options("bao thu"))
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr


def test_addresses_and_names_do_not_mix(run: Run, good: Wire) -> None:
    done = run("crawl", "--create", good.origin + GOOD, "baokhanhhoa", *options("bao thu"))
    assert (done.returncode, good.paths()) == (2, [])

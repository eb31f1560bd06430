"""The commands in the documents' blocks run, one after another as a reader would, on the archive of the demo.

Without network: a public name is not found, and a command that needs one says so and ends with its exit code for that.
"""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive, ExitCode
from tests.command import IMPATIENT, run_command
from tests.crawler.wire import article

ROOT = Path(__file__).parents[1]
DOCS = sorted(path for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")) if "$ baotinh" in path.read_text())
OFFLINE = f"""
{IMPATIENT}
import functools, socket
from twisted.internet import base
def getaddrinfo(*_, **__):
    raise socket.gaierror(socket.EAI_NONAME, "no network in the tests")
base._GAIResolver = functools.partial(base._GAIResolver, getaddrinfo=getaddrinfo)
"""
ENDLESS = ("serve", "mcp")
"""They run until they are stopped; `test_docs.py` checks their options."""
OF_SYSTEM = ("--install",)
"""Changes the systemd of who runs the tests."""
SAID = {
    # what an example names and only its reader has
    "…": "it leaves something out",
    "baomoi": "it names a site of the reader",
    "mysite.toml": "it names a site file of the reader",
    "searches.toml": "it names a file of the reader",
    "schedule --cluster": "it names a cluster of the reader",
    "cluster reparse": "it needs a Redis",
    "news-archive --site": "it names a site of the reader",
    "--accept": "its article has doubts",
    "77aa01bc": "it names another article of the reader",
    "--split": "its article has copies",
    "--diff": "its article has several texts",
    "--expect": "it names a head that the reader kept",
    "first.html": "it names pages of the reader",
    "crawl-2015.warc.gz": "it names a file of the reader",
    "3f2a91c0-72": "a cursor of another archive",
    "https://baokhanhhoa.vn/...": "it leaves something out",
    "https://baocantho.com.vn/...": "it leaves something out",
}
FINE = {ExitCode.DONE, ExitCode.LESS_THAN_EXPECTED, ExitCode.NO_ANSWER}
"""Done, with less than expected, or without an answer from the web."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the demo, and the files that the documents name."""
    folder = tmp_path_factory.mktemp("documents")
    assert run_command(["demo", "--port", 18931], folder).returncode == 0
    text = (
        "Củng cố phát huy khối đại đoàn kết toàn dân tộc\n"
        "Chiều 2-7, Ban Chỉ đạo họp về công tác dân vận năm 2020.\nCuộc họp bàn ba việc.\nHằng Nga\n"
    )
    (folder / "dai-doan-ket.txt").write_text(text, encoding="utf-8")
    (folder / "page.html").write_bytes(article())
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A folder in which a document is followed from its beginning."""
    shutil.copytree(made, tmp_path / "here")
    for name in ("srv", "media/disk", "backup"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copytree(made / "news-archive", tmp_path / "srv" / "news")
    shutil.copytree(made / "news-archive", tmp_path / "media" / "disk" / "news-archive")
    return tmp_path / "here"


def lines_of(path: Path) -> Iterator[str]:
    """Yield the commands of a document's blocks."""
    for block in re.findall(r"^ *```console\n(.*?)^ *```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        yield from re.findall(r"^ *\$ (?:\.venv/bin/)?(baotinh .*)$", block, re.MULTILINE)


def words_of(line: str, root: Path, uid: str) -> list[str]:
    """Return the words of a command, with the places, the article and the WARC file that the test has."""
    line = re.sub(r"\s*(?:\||>>?)\s*\S.*$", "", line)  # the shell's part
    line = re.sub(r"--delay \S+", "--delay 0", line)  # nobody is asked
    line = re.sub(r"\b(364607ee|3f2a91c0)\b(?!-)", uid, line)
    line = re.sub(r"(?<=--warc )\S+", next((root / "srv" / "news" / "warc").iterdir()).name, line)
    return [re.sub(r"^/(srv|media|backup)\b", rf"{root}/\1", word) for word in shlex.split(line)[1:]]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.stem)
def test_the_commands_of_a_document_run(folder: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BAOTINH_")]:
        monkeypatch.delenv(name)
    lines = ('contact = "you@example.org"', 'sites = "baokhanhhoa"', "[notify]", 'command = "cat > told"')
    (folder / "baotinh.toml").write_text("\n".join(lines), encoding="utf-8")
    (folder / "baotinh.toml").chmod(0o600)
    with Archive.open(folder / "news-archive", read_only=True) as archive:
        uid = archive.search("khoi dai doan ket", limit=1)[0].uid[:8]
    ran, wrong = 0, []
    for line in lines_of(path):
        words = words_of(line, folder.parent, uid)
        if words[0] in ENDLESS or set(OF_SYSTEM) & set(words) or any(text in line for text in SAID):
            continue
        done = run_command(words, folder, before=OFFLINE)
        if done.returncode not in FINE or "Traceback" in done.stderr:
            wrong.append(f"{line}\nexit code {done.returncode}: {done.stderr}")
        ran += 1
    assert ran, f"no command of {path.name} was run"
    assert not wrong, "\n".join(wrong)

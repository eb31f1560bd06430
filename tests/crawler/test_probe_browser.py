"""`baotinh probe --browser` on invented frames: what fills them is proposed, and a crawl reads them with it."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from crawler.browser.opened import JsonAnswer, Opened
from crawler.browser.proposals import propose
from tests.crawler.conftest import Run
from tests.crawler.crawls import read, rows
from tests.crawler.shell_pages import LIST, SLUGS, api_of, shells_of
from tests.crawler.wire import Wire, serve

NEED = "a browser (`make browser`, and a Chromium on the path)"


@pytest.fixture
def hosts() -> Iterator[tuple[Wire, Wire]]:
    """The host with the frames, and that with the JSON."""
    with serve(Wire({})) as site, serve(Wire({})) as api:
        api.answers = api_of(site.origin)
        site.answers = shells_of(api)
        yield site, api


@pytest.fixture
def chromium() -> None:
    """In CI a missing browser is a failure, elsewhere the tests that need it are left out."""
    if shutil.which("chromium") is None or find_spec("playwright") is None:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs {NEED}")
        pytest.skip(NEED)


def probed(run: Run, url: str) -> tuple[str, str]:
    """Open a page, and return the tables that are proposed, and what is said."""
    done = run("probe", "--browser", url, "--allow-private")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith("#")), done.stderr


@pytest.mark.usefixtures("chromium")
def test_a_crawl_reads_with_what_was_proposed(run: Run, site: Path, tmp_path: Path, hosts: tuple[Wire, Wire]) -> None:
    web, api = hosts
    source, said = probed(run, f"{web.origin}/")
    assert f"JSON: {api.origin}{LIST}" in said
    assert "closed/secret.json: disallowed by robots.txt" in said
    assert "/closed/secret.json" not in api.paths()
    table, _ = probed(run, f"{web.origin}/tin-bai/thoi-su/{SLUGS[0]}")
    head = f'outlet = "Báo Thử"\nhome = "{web.origin}/"\narticle_url = ["^/tin-bai/"]\n'
    site.write_text(f"{head}\n{source}\n{table}\n", encoding="utf-8")
    report = read(run, site)
    assert (report["stored"], report["refused"]) == (len(SLUGS), {}), site.read_text(encoding="utf-8")
    ((title, lead, byline, published),) = rows(
        tmp_path,
        "SELECT title, lead, byline, published_at FROM articles_full WHERE url LIKE '%103'",
    )
    assert (title, byline, published[:16]) == ("Mùa cam trên Khuổi Trang 103", "Ngọc Linh", "2026-01-08T18:21")
    assert lead.startswith("Nhân dân xã Khuổi Trang bước vào")


@pytest.mark.usefixtures("chromium")
def test_a_page_that_must_not_be_opened_is_not(run: Run, hosts: tuple[Wire, Wire]) -> None:
    web, _ = hosts
    done = run("probe", "--browser", f"{web.origin}/")
    assert (done.returncode, "--allow-private" in done.stderr, web.hits) == (2, True, [])
    done = run("probe", "--browser", "https://bao.example/")
    assert (done.returncode, "--contact" in done.stderr) == (2, True), done.stderr


def test_without_the_extra_one_line_says_how_to_install(run: Run, hosts: tuple[Wire, Wire]) -> None:
    before = "import sys; sys.modules['playwright'] = sys.modules['playwright.sync_api'] = None"
    done = run("probe", "--browser", f"{hosts[0].origin}/", "--allow-private", before=before)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert "pip install 'baotinh[browser]'" in done.stderr


@pytest.mark.parametrize(
    ("page", "api", "pattern", "template"),
    [
        ("/tin-bai/thoi-su/mua-cam", "/v1/article/mua-cam", "^/tin-bai/[^/?]+/(?P<slug>[^/?]+)", "/v1/article/{slug}"),
        ("/mua-cam-d12345.html", "/detail?id=12345", r"^/[^/?]*?(?P<id>\d+)\.html", "/detail?id={id}"),
        ("/bai/12345/mua-cam", "/detail?n=12345&v=2", r"^/bai/(?P<id>\d+)/[^/?]+", "/detail?n={id}&v=2"),
    ],
)
def test_what_both_addresses_have_becomes_a_group(page: str, api: str, pattern: str, template: str) -> None:
    body = b'{"title": "Mua cam", "content": "%s"}' % (b"Nhan dan xa du le khanh thanh cau. " * 20)
    opened = Opened(
        url=f"https://bao.example{page}",
        headlines=("Mua cam",),
        text="Mua cam " + "Nhan dan xa du le khanh thanh cau. " * 20,
        links=(),
        answers=(JsonAnswer(f"https://api.bao.example{api}", body),),
    )
    (proposal,) = propose(opened)
    assert f"page = '{pattern}'" in proposal.toml
    assert f'url = "https://api.bao.example{template}"' in proposal.toml


def test_json_that_the_page_does_not_show_is_proposed_for_nothing() -> None:
    answers = (JsonAnswer("https://a.example/weather", b'{"list": [{"slug": "a-b-c"}, {"slug": "d-e-f"}]}'),)
    opened = Opened(url="https://a.example/", headlines=("Tin",), text="Tin", links=(), answers=answers)
    assert propose(opened) == []

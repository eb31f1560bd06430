"""`baotinh new-site`: its proposals for pages of known and unknown CMS families, and for pages that are no articles."""

import json
import re
import shlex
import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from bench.pages import BenchPage, own_pages, saved_pages
from bench.scores import Answer, score
from crawler.demo.outlets import outlets
from crawler.demo.serve import SampleWeb
from crawler.demo.web import Outlet
from crawler.extract.article import extract
from crawler.extract.report import answer
from crawler.new_site.agreement import is_same
from crawler.new_site.outlet import domains_of, name_of_host
from crawler.new_site.proposal import Proposal, propose_site
from crawler.new_site.samples import read_samples
from crawler.new_site.selectors import is_stable, selectors
from crawler.page import Page
from crawler.settings import DOWNLOAD_DELAY, USER_AGENT
from crawler.site import Platform
from crawler.site_files.load import load_platforms, load_site
from tests.command import IMPATIENT
from tests.crawler.conftest import Run
from tests.crawler.test_pages import FIELDS
from tests.crawler.wire import KEPT
from tests.saved import NO_PAGES, PAGES
from tests.test_docs import COMMANDS, explained, sections

TODAY = date(2026, 11, 22)
LEAST_RIGHT = 0.8
"""Share of invented pages whose title, date and text a proposal gets right without knowing their family: what the
generic extractor reads of them, for a proposal is no wiser than its witness."""

PAGE = """<html><head><title>{title} - Báo Thử</title><meta property="og:title" content="{title}"></head><body>
<nav><a href="/">Trang chủ</a><a href="/thoi-su/">Thời sự</a><a href="/kinh-te/">Kinh tế</a>
<a href="/lien-he/">Liên hệ</a><a href="/video/">Video</a></nav>
<header class="css-1x9k2f top"><h1 class="mt-4 {own} headline">{title}</h1>
<span class="when {own}-date">{day}/11/2026 - 08:30</span></header>
<div class="col-8 story"><p class="sapo">{lead}</p>{text}<div class="also-read"><a href="/khac-100{day}.html">Một chuyện
khác cũng đáng đọc trong tuần này</a></div><p>Bà con cho biết vụ tới sẽ trồng thêm ba héc-ta nữa.</p></div>
<aside><span class="when">01/01/2026 - 00:00</span></aside></body></html>"""
TEXT = "".join(
    f"<p>Đoạn {number}: người dân xóm Bãi kể chuyện làm vườn, làm đường và giữ rừng.</p>" for number in range(6)
)
FIRST = PAGE.format(
    title="Mùa cam trên Khuổi Trang",
    own="orange",
    day=12,
    text=TEXT,
    lead="Đường mới mở đã đưa cam ra đến tận chợ huyện.",
)
SECOND = PAGE.format(
    title="Xóm Bãi giữ lòng đường sạch",
    own="street",
    day=13,
    text=TEXT,
    lead="Bà con lùi sạp vào sau vạch vôi, đường rộng thêm.",
)
URL = "https://baothu.example/mua-cam-tren-khuoi-trang-100012.html"
OTHER_URL = "https://baothu.example/xom-bai-giu-long-duong-sach-100013.html"


def propose(*pages: Page, platforms: Mapping[str, Platform]) -> Proposal:
    samples = read_samples(pages)
    name = name_of_host(samples.host)
    return propose_site(samples, name=name, province=None, sitemaps=(), platforms=platforms, known=(), today=TODAY)


def page(html: str | bytes, url: str = URL) -> Page:
    return Page(url, html if isinstance(html, bytes) else html.encode(), datetime(2026, 11, 20, 9, tzinfo=UTC))


def bench_page(each: BenchPage) -> Page:
    return Page(each.url, each.html, datetime.fromisoformat(each.seen_at))


def right(each: BenchPage, proposal: Proposal) -> bool:
    """Return whether title, date and body of the proposed file's record are right."""
    ((_, extraction),) = proposal.readings
    judged = score(each.truth, Answer.read(answer(extraction))).right
    return all(judged.get(field, True) for field in ("title", "published", "body"))


def real_pages() -> list[BenchPage]:
    if not PAGES.is_dir():
        pytest.skip(NO_PAGES)
    rows = map(json.loads, (PAGES / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    urls = {Path(row["file"]).stem: row["url"] for row in rows}
    return [replace(each, url=urls[each.name]) for each in saved_pages(PAGES)]


# --- what is proposed is right ---


@pytest.mark.parametrize("is_known", [True, False], ids=["platforms-known", "platforms-hidden"])
def test_the_record_of_a_real_page_is_right(is_known: bool) -> None:
    platforms = load_platforms() if is_known else {}
    for each in real_pages():
        assert right(each, propose(bench_page(each), platforms=platforms)), each.name


def test_a_layout_for_an_unknown_family_gives_the_record_of_its_witness() -> None:
    good = 0
    pages = [each for each in own_pages() if not each.name.startswith("sample/")]
    for each in pages:
        proposal = propose(bench_page(each), platforms={})
        ((sample, extraction),) = proposal.readings
        assert extraction.layout == proposal.site.layouts[0].name, each.name
        assert is_same(extraction.article, sample.article), each.name
        good += right(each, proposal)
    assert good / len(pages) >= LEAST_RIGHT


@pytest.mark.parametrize("outlet", outlets(), ids=lambda outlet: outlet.name)
def test_a_layout_from_one_page_reads_the_others_of_the_outlet(outlet: Outlet) -> None:
    pages = [each for each in own_pages() if each.name.startswith(f"sample/{outlet.name}/")]
    site = propose(bench_page(pages[0]), platforms={}).site
    for each in pages:
        extraction = extract(bench_page(each), site)
        judged = score(each.truth, Answer.read(answer(extraction))).right
        assert extraction.layout == site.layouts[0].name, each.name
        assert all(judged[field] for field in ("title", "published", "body")), each.name


def test_a_known_family_needs_no_layout() -> None:
    for outlet in outlets():
        article = outlet.articles[0]
        url = f"https://{outlet.paper.host}{article.path}"
        html = outlet.respond(article.path, f"https://{outlet.paper.host}", {}).body
        proposal = propose(page(html, url), platforms=load_platforms())
        assert proposal.layout is None
        assert proposal.site.platform is not None
        assert proposal.site.platform.name == outlet.paper.platform
        assert "[[layout]]" not in proposal.toml
        assert "article_url" not in proposal.toml


# --- rules ---


def test_rules_are_short_names_that_both_pages_share() -> None:
    one = propose(page(FIRST), platforms={}).site.layouts[0].rules
    both = propose(page(FIRST), page(SECOND, OTHER_URL), platforms={})
    rules = both.site.layouts[0].rules
    assert one["published"] == ("span.orange-date",), "unique on this page by chance"
    assert rules == {
        "title": ("h1.headline",),
        "published": ("header.top > span.when",),
        "lead": ("p.sapo",),
        "body": ("div.story",),
        "drop": ("div.also-read",),
    }
    assert both.site.layouts[0].detect == "body:has(h1.headline) div.story"
    assert both.layout is not None
    candidates = both.layout.candidates["title"]
    assert [each.score for each in candidates] == sorted((each.score for each in candidates), reverse=True)


@pytest.mark.parametrize(
    ("name", "is_good"),
    [
        ("detail-content", True), ("fck_detail", True), ("zce-content-body", True), ("mainContent", True),
        ("article__title", True), ("sapo2", True),
        ("css-1x9k2f", False), ("_2a3bQ", False), ("171", False), ("post-12345", False), ("sc-bdVaJa", False),
        ("cate_F1CD6477B2312B69E053047A900A073C", False), ("jsx-3810287281", False), ("b", False),
    ],
)  # fmt: skip
def test_names_of_programs_are_no_names(name: str, is_good: bool) -> None:
    assert is_stable(name) == is_good


@pytest.mark.parametrize(
    ("html", "best"),
    [
        ('<div class="mt-4 col-8 flex story">x</div>', "div.story"),
        ('<div id="story" class="a1">x</div>', "div#story"),
        ('<div id="post-12345"><b>x</b></div>', None),
        ('<section class="story"><div class="w-full">x</div></section>', "section.story > div"),
        ('<p class="when">1</p><div class="fl">x</div>', "p.when + div"),
    ],
)
def test_an_element_without_a_name_is_named_by_its_neighbours(html: str, best: str | None) -> None:
    node = next(
        each for each in LexborHTMLParser(html).css("body *") if each.text().strip() == "x" and each.tag != "section"
    )
    assert next(iter(selectors(node)), None) == best


# --- the rest of the file ---


def test_sections_come_from_the_menu_and_name_and_patterns_from_the_pages() -> None:
    proposal = propose(page(FIRST), page(SECOND, OTHER_URL), platforms={})
    site = proposal.site
    assert site.outlet == "Báo Thử"
    assert [(each.kind, each.url) for each in site.sources] == [
        ("section", "https://baothu.example/"),
        ("section", "https://baothu.example/thoi-su/"),
        ("section", "https://baothu.example/kinh-te/"),
    ]
    assert all(pattern.search(urlsplit(url).path) for url in (URL, OTHER_URL) for pattern in site.article_url)
    assert site.examples.article == (URL, OTHER_URL)
    assert (site.checked, proposal.doubts) == ("proposed 2026-11-22", ())


def test_an_address_without_a_shape_is_a_doubt() -> None:
    proposal = propose(page(FIRST, "https://baothu.example/cam"), platforms={})
    assert any("article_url" in doubt for doubt in proposal.doubts)
    assert any("one article" in doubt for doubt in proposal.doubts)


@pytest.mark.parametrize(
    ("host", "name", "domains"),
    [
        ("baothu.vn", "baothu", ("baothu.vn", "www.baothu.vn")),
        ("www.baothu.com.vn", "baothu", ("www.baothu.com.vn", "baothu.com.vn")),
        ("dongkhoi.baothu.vn", "dongkhoi-baothu", ("dongkhoi.baothu.vn",)),
        ("127.0.0.1:8871", "127-0-0-1", ("127.0.0.1:8871",)),
    ],
)
def test_names_and_domains_of_a_host(host: str, name: str, domains: tuple[str, ...]) -> None:
    assert (name_of_host(host), domains_of(host)) == (name, domains)


# --- the command ---


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Two saved articles; the second declares its own address."""
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    first.write_text(FIRST, encoding="utf-8")
    second.write_text(SECOND.replace("<head>", f'<head><link rel="canonical" href="{OTHER_URL}">'), encoding="utf-8")
    return first, second


def test_the_file_goes_to_stdout_and_loads(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    done = run("new-site", *files, "--url", URL, "--url", OTHER_URL, "--name", "baothu", "--province", "can tho")
    assert done.returncode == 0, done.stderr
    (tmp_path / "baothu.toml").write_text(done.stdout, encoding="utf-8")
    site = load_site(tmp_path / "baothu.toml")
    assert (site.name, site.province) == ("baothu", "Cần Thơ")
    for told in ("h1.headline   [taken]", "layout:baothu-", "the same", "next: baotinh probe baothu"):
        assert told in done.stderr


@pytest.mark.parametrize("into", [(), ("--into", "news-archive/sites"), ("--into", "try")], ids=["", "archive", "try"])
def test_the_next_commands_work(run: Run, web: SampleWeb, into: tuple[str, ...]) -> None:
    outlet = outlets()[0]
    url = web.origins[outlet.name] + outlet.articles[0].path
    done = run("new-site", url, "--name", "bao-moi", "--allow-private", "--delay", 0, *into)
    commands = re.findall(r"^next: baotinh (.*)$", done.stderr, re.MULTILINE)
    assert [command.split()[0] for command in commands] == [*(() if into else ("new-site",)), "probe", "crawl"]
    for command in commands:
        words = shlex.split(command)
        follow = run(*words, *(("--delay", 0) if "--delay" not in words else ()))
        assert follow.returncode == 0, (command, follow.stdout, follow.stderr)


def test_pages_of_a_known_site_lead_to_its_own_file(run: Run, web: SampleWeb, tmp_path: Path) -> None:
    outlet = outlets()[0]
    own = tmp_path / "news-archive" / "sites" / f"{outlet.name}.toml"
    own.parent.mkdir(parents=True)
    own.write_text(web.site_files[outlet.name], encoding="utf-8")
    done = run("new-site", web.origins[outlet.name] + outlet.articles[0].path, "--allow-private", "--delay", 0)
    commands = re.findall(r"^next: (?:baotinh )?(.*)$", done.stderr, re.MULTILINE)
    assert [command.split()[:3] for command in commands] == [
        ["put", "the", "[[layout]]"],
        ["check-sites", outlet.name],
        ["probe", outlet.name, "--mark"],
    ], done.stderr


def test_a_layout_gets_a_name_that_no_layout_has() -> None:
    platforms = load_platforms()
    first = propose(page(FIRST), page(SECOND, OTHER_URL), platforms=platforms)
    taken = first.site.layouts[0]
    assert taken.name == f"baothu-{TODAY.year}"
    unlike = replace(next(iter(platforms.values())), layouts=(replace(taken, detect="b.no"),))
    for others, known in (({"khac": unlike}, ()), ({}, (first.site,))):
        samples = read_samples([page(FIRST)])
        again = propose_site(
            samples, name="baothu", province=None, sitemaps=(), platforms=others, known=known, today=TODAY
        )
        assert again.layout
        assert again.layout.layout
        assert again.layout.layout.name == f"{taken.name}-2"


PLAIN_MENU = """<ul class="x1"><li><a href="/">Trang chủ</a></li><li><span><a href="/thoi-su/">Thời sự</a></span></li>
<li><a href="/kinh-te/">Kinh tế</a><ul><li><a href="/kinh-te/gia-ca/">Giá cả</a></li></ul></li>
<li><a href="/van-hoa/">Văn hóa</a></li><li><a href="/lien-he/">Liên hệ</a></li></ul>"""
HEADLINES = """<ul><li><a href="/duong-moi-len-khuoi-trang-100014.html">Đường mới lên Khuổi Trang</a></li>
<li><a href="/cam-ngot-100015.html">Cam ngọt</a></li><li><a href="/gia-vang/">Giá vàng</a></li></ul>"""


def test_a_menu_may_be_a_plain_list() -> None:
    nav = FIRST[FIRST.index("<nav>") : FIRST.index("</nav>") + len("</nav>")]
    html = FIRST.replace(nav, PLAIN_MENU + HEADLINES)
    site = propose(page(html), platforms={}).site
    found = [urlsplit(source.url).path for source in site.sources if source.kind == "section"]
    assert found == ["/", "/thoi-su/", "/kinh-te/", "/van-hoa/"]


def test_a_page_that_is_given_twice_and_one_in_another_language_are_doubts(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    english = "<p>The orchard on the hill was planted by the families of the village ten years ago.</p>" * 6
    (tmp_path / "english.html").write_text(FIRST.replace(TEXT, english), encoding="utf-8")
    told = json.loads(
        run("new-site", files[1], files[1], "english.html", *("--url", OTHER_URL) * 2, "--url", URL, "--json").stdout
    )
    assert [page["url"] for page in told["pages"]] == [OTHER_URL, URL]
    assert any(doubt.startswith(f"language: {URL} ") for doubt in told["doubts"])
    told = json.loads(run("new-site", files[1], files[1], *("--url", OTHER_URL) * 2, "--json").stdout)
    assert any(doubt.startswith("one article was given") for doubt in told["doubts"])


def test_a_page_may_say_its_own_address(run: Run, files: tuple[Path, Path]) -> None:
    done = run("new-site", files[1], "--json")
    assert json.loads(done.stdout)["pages"][0]["url"] == OTHER_URL


def test_json_has_the_keys_that_are_explained(run: Run, files: tuple[Path, Path]) -> None:
    told = json.loads(run("new-site", files[1], "--json").stdout)
    text = sections(COMMANDS)["A proposal"]
    assert list(told) == explained(text)
    inner = [*told["pages"][0], *told["candidates"]["title"][0]]
    assert [key for key in inner if f"`{key}`" not in text] == []


def test_a_fixture_waits_for_its_reader_and_nothing_is_overwritten(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    done = run("new-site", files[1], "--into", "try")
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "try" / "pages" / "baothu").iterdir()
    told = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    assert set(told) == {"note", "url", "site", "seen_at", "article"}
    assert set(told["article"]) <= {*FIELDS, "layout"}
    assert (told["article"]["title"], told["article"]["published"]) == (
        "Xóm Bãi giữ lòng đường sạch",
        "2026-11-13T08:30+07:00",
    )
    assert (folder / "page.html").read_bytes() == files[1].read_bytes()
    (folder / "page.json").unlink()
    before = {path: path.read_bytes() for path in (tmp_path / "try").rglob("*.*")}
    again = run("new-site", files[1], "--into", "try")
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    assert {path: path.read_bytes() for path in (tmp_path / "try").rglob("*.*")} == before


def test_live_pages_are_asked_for_politely(run: Run, web: SampleWeb) -> None:
    outlet = outlets()[0]
    origin = web.origins[outlet.name]
    done = run("new-site", f"{origin}{outlet.articles[0].path}", "--allow-private", "--json")
    assert done.returncode == 0, done.stderr
    asked = [request for request in web.log if request.outlet == outlet.name]
    assert [request.target for request in asked] == ["/robots.txt", outlet.articles[0].path, "/"]
    assert {dict(request.headers)["user-agent"] for request in asked} == {USER_AGENT}
    assert (asked[-1].at - asked[0].at).total_seconds() >= DOWNLOAD_DELAY * (len(asked) - 1) * KEPT
    told = json.loads(done.stdout)
    assert told["platform"] == outlet.paper.platform
    assert told["toml"].count("[[source]]") > 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("none.html",), 2, "none.html does not exist"),
        (("first.html",), 2, "first.html does not declare its own address; give --url"),
        (("first.html", "--url", URL, "--url", URL), 2, "one for each of 1 files"),
        (("first.html", "--url", "baothu"), 2, "not a web address"),
        (("first.html", "--url", "https://baothu.example:99999/a-1.html"), 2, "not a web address"),
        (("first.html", "second.html", "--url", "https://khac.example/a-1.html", "--url", URL), 2, "different outlets"),
        (("first.html", "--url", URL, "--province", "Nơi nào"), 2, "no province"),
        (("first.html", "--url", URL, "--province", ""), 2, "no province"),
        (("first.html", "--url", URL, "--name", "Báo Thử"), 2, "--name"),
        (("list.html", "--url", "https://baothu.example/thoi-su/"), 3, "listing"),
        (
            ("list.html", "--url", "https://baothu.example/thoi-su/"),
            3,
            "perhaps of these that the pages link to:\n  https://baothu.example/tin-xom-bai-10000.html\n",
        ),
        (("closed.html", "--url", URL), 2, "closed.html cannot be read: No such device or address"),
        (("picture.jpg", "--url", URL), 3, "not-html"),
        (("empty.html", "--url", URL), 3, "none of the pages is an article"),
        (("http://127.0.0.1:9/a-123456.html",), 2, "--allow-private"),
        (("http://127.0.0.1:9/a-123456.html", "--allow-private"), 4, "did not come"),
        (("https://khong-co.invalid/a-123456.html",), 4, "did not come"),
    ],
)
def test_what_is_no_article_ends_with_a_sentence(
    run: Run,
    files: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    links = "".join(
        f'<li><a href="/tin-xom-bai-{n}.html">Chuyện thứ {n} của xóm Bãi trong tuần</a></li>'
        for n in range(10_000, 10_030)
    )
    with socket.socket(socket.AF_UNIX) as closed:  # what is there and cannot be read, by root neither
        monkeypatch.chdir(tmp_path)  # the whole path may be longer than a socket's name can be
        closed.bind("closed.html")
    (tmp_path / "list.html").write_text(f"<html><body><h1>Thời sự</h1><ul>{links}</ul></body></html>", encoding="utf-8")
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0picture")
    (tmp_path / "empty.html").write_bytes(b"")
    done = run("new-site", *arguments, before=IMPATIENT)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""

"""What a probe says of answers that are not as they should be: the fault, and the fix."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Kind, Reason, Refusal
from crawler.crawl.visit import Answer
from crawler.demo.outlets import outlets, site_file
from crawler.demo.web import Outlet
from crawler.errors import NotWritable
from crawler.page import Page
from crawler.probe.judge import judge
from crawler.probe.keeping import mark
from crawler.probe.record import Finding, Probe
from crawler.reader import Reader
from crawler.site import Site
from crawler.site_files.load import load_site

SUN = outlets()[1]
NOW = datetime(2026, 6, 15, tzinfo=UTC)
"""The sample articles are of the days before."""
READER = Reader.load()
ORIGIN = "https://baomau.example"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The outlet with a feed, at an address of its own."""
    path = tmp_path / "nanggio.toml"
    path.write_text(site_file(SUN, ORIGIN), encoding="utf-8")
    return load_site(path)


def came(path: str, kind: Kind, *, outlet: Outlet = SUN, body: str | None = None, to: str | None = None) -> Answer:
    """The answer of an outlet, or one that is made up, possibly after a redirect."""
    response = outlet.respond(path, ORIGIN, {})
    content = response.body if body is None else body.encode()
    status = response.status if body is None else 200
    refusal = None if status == 200 else Refusal(Reason.GONE, f"status {status}")
    return Answer(
        url=ORIGIN + path, kind=kind, status=status, page=Page(ORIGIN + (to or path), content, NOW), refusal=refusal
    )


def text_of(answer: Answer) -> str:
    assert answer.page, "it came"
    return answer.page.body.decode()


def report_on(site: Site, *answers: Answer, at: datetime = NOW) -> Probe:
    return judge(site, answers, known=READER.sites, layouts=READER.layouts, at=at)


def findings_at(probe: Probe, answer: Answer) -> list[Finding]:
    return [finding for finding in probe.findings if answer.url in finding.where]


HOME, GOOD = came("/", Kind.SECTION), came(SUN.articles[0].path, Kind.ARTICLE)
EMPTY_RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Báo</title></channel></rss>'
SHELL = '<!doctype html><html><body><div id="root"></div><script src="/app.js"></script></body></html>'
OTHER_LINKS = "".join(f'<a href="/bai-viet/so-{number}-tin-{number}.htm">Tin</a>' for number in range(70_000, 70_030))
SPAM = (
    "<html><head><title>Nhà cái 188win - cá cược bóng đá</title></head><body><h1>Nhà cái 188win, cá cược bóng đá</h1>"
    + "<p>Đăng ký hôm nay nhận ngay thưởng, nổ hũ, bắn cá, tài xỉu và casino trực tuyến cho người mới.</p>" * 8
    + '<a href="/no-hu-doi-thuong-12345.html">Nổ hũ</a></body></html>'
)
ROBOT_CHECK = '<html><head><title>Just a moment...</title></head><body><div id="challenge-form"></div></body></html>'
SOURCES = {
    "gone": (came("/muc-cu/", Kind.SECTION), "gone", f"remove it, or replace it; the home page links {ORIGIN}/"),
    "gone-to-the-home-page": (
        came("/muc-cu/", Kind.SECTION, body=text_of(HOME), to="/"),
        "leads to the home page",
        "remove it",
    ),
    "renamed": (came("/xa-hoi/", Kind.SECTION, to="/doi-song/"), "/doi-song/", f'url = "{ORIGIN}/doi-song/"'),
    "html-in-place-of-a-feed": (came("/xa-hoi/", Kind.FEED), "HTML page in place of a feed", 'kind = "section"'),
    "empty-feed": (came("/rss/moi.rss", Kind.FEED, body=EMPTY_RSS), "no entries", "remove it"),
    "filled-by-a-script": (came("/xa-hoi/", Kind.SECTION, body=SHELL), "none of 0 links", 'kind = "json"'),
    "other-addresses": (
        came("/xa-hoi/", Kind.SECTION, body=OTHER_LINKS),
        "none of 30 links",
        r"article_url = ['^/(?:[^/?]+/)+[^/?]+-\d{5,}\.htm(?:\?|$)']",
    ),
    "refused": (
        replace(came("/xa-hoi/", Kind.SECTION), status=403, refusal=Refusal(Reason.HTTP_ERROR, "status 403")),
        "status 403",
        "ask the outlet",
    ),
    "taken-over": (came("/xa-hoi/", Kind.SECTION, body=SPAM), "taken-over: ", "take it out of domains"),
    "robot-check": (came("/xa-hoi/", Kind.SECTION, body=ROBOT_CHECK), "captcha: ", "ask the outlet"),
    "no-such-host": (
        Answer(url=f"{ORIGIN}/xa-hoi/", kind=Kind.SECTION, refusal=Refusal(Reason.DNS, "no results")),
        "no results",
        "if this machine finds other hosts, this one is gone",
    ),
    "certificate": (
        Answer(url=f"{ORIGIN}/xa-hoi/", kind=Kind.SECTION, refusal=Refusal(Reason.TLS, "certificate has expired")),
        "certificate has expired",
        "certificate is good",
    ),
    "merged": (
        Answer(
            url=f"{ORIGIN}/xa-hoi/",
            kind=Kind.SECTION,
            refusal=Refusal(Reason.OFF_SITE, "not on"),
            led_to="https://baokhanhhoa.vn/xa-hoi/",
        ),
        "leads to https://baokhanhhoa.vn/xa-hoi/",
        'merged_into = "baokhanhhoa"',
    ),
}


@pytest.mark.parametrize(("answer", "seen", "fix"), SOURCES.values(), ids=SOURCES)
def test_a_source_that_broke_is_told_with_the_fix(site: Site, answer: Answer, seen: str, fix: str) -> None:
    probe = report_on(site, HOME, answer, GOOD)
    (finding,) = findings_at(probe, answer)
    assert seen in finding.seen
    assert fix in finding.fix
    is_renamed = fix.startswith("url")
    assert (finding.is_fault, probe.exit_code) == ((False, 0) if is_renamed else (True, 3))


def test_a_home_page_that_is_gone_is_an_outlet_that_ended_or_moved(site: Site) -> None:
    gone = replace(HOME, status=410, page=None, refusal=Refusal(Reason.GONE, "status 410"))
    (finding,) = findings_at(report_on(site, gone, GOOD), gone)
    assert "put that host first in domains" in finding.fix
    assert "write status" in finding.fix


@pytest.mark.parametrize(("status", "code"), [(401, 4), (403, 4), (429, 4), (503, 4), (404, 3)])
def test_an_outlet_that_lets_no_program_in_is_closed(site: Site, status: int, code: int) -> None:
    refusal = Refusal(Reason.GONE if status == 404 else Reason.HTTP_ERROR, f"status {status}")
    kept_out = [replace(came(path, Kind.SECTION), status=status, refusal=refusal) for path in ("/", "/xa-hoi/")]
    assert report_on(site, *kept_out).exit_code == code


def changed(*pairs: tuple[str, str]) -> Answer:
    """The good article with some of its markup replaced."""
    text = text_of(GOOD)
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return came(SUN.articles[0].path, Kind.ARTICLE, body=text)


ARTICLES = {
    "gone": (came("/mot-bai-a123456.html", Kind.ARTICLE), "gone", "--article URL"),
    "shell": (came(SUN.articles[0].path, Kind.ARTICLE, body=SHELL), "shell", 'kind = "json"'),
    "section-page": (came(SUN.articles[0].path, Kind.ARTICLE, body=""), "no-text", "baotinh new-site"),
    "not-an-article-address": (
        came("/-infographics-cap-can-cuoc-a120901.html", Kind.ARTICLE, body=text_of(GOOD)),
        "not_article does",
        r"article_url = ['^/[^/?]+-a\d+\.html(?:\?|$)']",
    ),
    "no-title-by-rule": (
        changed(("margintopbot10", "gap10"), ("colcate1", "column1")),
        "rules for title",
        "mend title",
    ),
}


@pytest.mark.parametrize(("answer", "seen", "fix"), ARTICLES.values(), ids=ARTICLES)
def test_an_article_that_falls_short_is_told_with_the_fix(site: Site, answer: Answer, seen: str, fix: str) -> None:
    probe = report_on(site, HOME, answer)
    found = [finding for finding in findings_at(probe, answer) if seen in finding.seen]
    assert [fix in finding.fix for finding in found] == [True], probe.findings
    assert probe.exit_code == 3


def test_one_page_that_is_no_article_is_a_remark_if_another_gives_a_record(site: Site) -> None:
    video = came(SUN.articles[1].path, Kind.ARTICLE, body=SHELL)
    probe = report_on(site, HOME, video, GOOD)
    assert [finding.is_fault for finding in findings_at(probe, video)] == [False]
    assert probe.exit_code == 0


def test_an_unknown_layout_is_a_fault_only_if_the_file_names_one(site: Site) -> None:
    page = changed(("newscontents", "story"))
    (finding,) = report_on(site, HOME, page).findings
    assert (finding.is_fault, f"baotinh new-site {page.url}" in finding.fix) == (True, True)
    of_no_platform = replace(site, platform=None, layouts=READER.layouts)
    (finding,) = report_on(of_no_platform, HOME, page).findings
    assert (finding.is_fault, f"baotinh new-site {page.url}" in finding.fix) == (False, True)
    assert report_on(of_no_platform, HOME, GOOD).findings == ()


def test_a_file_without_patterns_gets_those_of_the_links(site: Site) -> None:
    probe = report_on(replace(site, article_url=()), HOME, GOOD)
    (finding,) = probe.findings
    assert finding.is_fault
    assert finding.fix.startswith(r"article_url = ['^/[^/?]+-a\d+\.html(?:\?|$)'")
    assert probe.sources[0].articles > 0


def test_old_news_is_a_remark(site: Site) -> None:
    probe = report_on(site, came("/rss/home.rss", Kind.FEED), GOOD, at=NOW + timedelta(days=200))
    assert [finding.seen for finding in probe.findings] == [f"nothing newer than {SUN.articles[0].published.date()}"]
    assert probe.exit_code == 0
    ended = replace(site, status="closed")
    assert report_on(ended, came("/rss/home.rss", Kind.FEED), GOOD, at=NOW + timedelta(days=200)).findings == ()


def test_the_same_trouble_of_many_addresses_is_one_finding(site: Site) -> None:
    down = [replace(came(f"/muc-{number}/", Kind.SECTION), page=None) for number in range(5)]
    (finding,) = report_on(site, *down).findings
    assert len(finding.where) == 5


CHECKED = {
    "replaced": ('checked = "facts only"\n', 'checked = "probed 2026-06-15"\n'),
    "with-a-comment": ("checked='facts only'  # by hand\r\n", 'checked="probed 2026-06-15"  # by hand\r\n'),
    "added": ("", 'checked = "probed 2026-06-15"\n'),
}


@pytest.mark.parametrize(("before", "after"), CHECKED.values(), ids=CHECKED)
def test_mark_changes_one_line_and_no_other_byte(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "nanggio.toml"
    head, _, rest = site_file(SUN, ORIGIN).replace('checked = "bundled sample"\n', "# sources\n").partition("\n")
    path.write_bytes(f"\N{BYTE ORDER MARK}{head}\n{before}{rest}".encode())
    mark(path, NOW.date())
    assert path.read_bytes().decode() == f"\N{BYTE ORDER MARK}{head}\n{after}{rest}"
    assert load_site(path).checked == "probed 2026-06-15"


@pytest.mark.parametrize("line", ['"checked" = "facts only"', 'checked = """facts only"""', r'checked = "a \"b\""'])
def test_mark_leaves_a_file_that_is_written_in_an_unusual_way(tmp_path: Path, line: str) -> None:
    path = tmp_path / "nanggio.toml"
    path.write_text(site_file(SUN, ORIGIN).replace('checked = "bundled sample"', line), encoding="utf-8")
    before = path.read_bytes()
    load_site(path)
    with pytest.raises(NotWritable, match='write checked = "probed 2026-06-15" by hand'):
        mark(path, NOW.date())
    assert path.read_bytes() == before

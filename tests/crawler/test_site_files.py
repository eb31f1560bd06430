import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.errors import BadSiteFile, UnknownSite, UnreadableFile
from crawler.site import Expect
from crawler.site_files.catalogue import Catalogue
from crawler.site_files.keys import (
    API_KEYS,
    EXAMPLE_KEYS,
    EXPECT_KEYS,
    LAYOUT_KEYS,
    PLATFORM_KEYS,
    SITE_KEYS,
    SOURCE_KEYS,
)
from crawler.site_files.load import load_platforms, load_site, load_sites, packaged_sites
from tests.saved import PAGES, needs_pages

REFERENCE = Path(__file__).parents[2] / "docs" / "site-files.md"

SMALLEST = """
outlet = "Báo Mẫu"
home = "http://127.0.0.1:8080/"
article_url = '-\\d+\\.html$'

[[source]]
kind = "section"
url = "http://127.0.0.1:8080/"
"""

BROKEN = r"""outlet = "Báo Mẫu"
home = "https://baomau.example/"
provnce = "Cần Thơ"
kind = "blog"
domains = ["other.example", "https://baomau.example"]
platform = "mediasft"
max_pages = 0
article_url = [
  '-\d+\.html$',
  '-(\d+',
]

[[source]]
kind = "rss"
url = "https://elsewhere.example/feed"

[[source]]
kind = "feed"

[[layout]]
name = "baomau-2020"
detect = 'div['
valid_until = "2020-12-31"
title = 'h1@'
drop = ['.ads', '.box@href']

[[layout]]
name = "baomau-2020"
detect = 'div.old'
boddy = 'div.text'
byline = ['ld:', 7]
"""


def write(folder: Path, text: str, *, name: str = "baomau") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(path: Path) -> dict[int | None, list[str]]:
    with pytest.raises(BadSiteFile) as raised:
        load_site(path)
    lines: dict[int | None, list[str]] = {}
    for problem in raised.value.problems:
        lines.setdefault(problem.line, []).append(problem.text)
    return lines


def test_packaged_files_load() -> None:
    platforms, sites = load_platforms(), packaged_sites()
    assert {"mediasoft", "content-fck", "epi-zce", "onecms", "mediatech", "vccorp"} <= platforms.keys()
    assert [name for name, site in sites.items() if not site.article_url] == ["baovinhphuc"]


def test_layout_names_are_unique_in_all_files() -> None:
    own = [layout.name for site in packaged_sites().values() for layout in site.layouts if site.platform]
    shared = [layout.name for platform in load_platforms().values() for layout in platform.layouts]
    own = [name for name in own if name not in shared]
    assert len({*own, *shared}) == len(own) + len(shared)


def test_smallest_file_has_defaults(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, SMALLEST))
    assert (site.name, site.kind, site.domains) == ("baomau", "newspaper", ("127.0.0.1:8080",))
    assert (site.platform, site.province, site.max_pages) == (None, None, 50)
    assert site.checked == "facts only"


def test_lists_of_a_site_replace_those_of_its_platform(tmp_path: Path) -> None:
    text = SMALLEST.replace("[[source]]", "platform = \"mediasoft\"\nnot_article = '^/en/'\n[[source]]")
    site = load_site(write(tmp_path, text))
    platform = load_platforms()["mediasoft"]
    assert [pattern.pattern for pattern in site.article_url] == [r"-\d+\.html$"]
    assert site.not_article[0].pattern == "^/en/"
    assert site.not_article[1:] == platform.not_article
    assert site.layouts == platform.layouts


def test_what_a_site_should_bring_is_read(tmp_path: Path) -> None:
    assert load_site(write(tmp_path, SMALLEST)).expect == Expect()
    table = "[expect]\narticles_per_day = 0\nfields = {byline = 0.5, lead = 1}\nsilent_days = 14\n"
    assert load_site(write(tmp_path, SMALLEST + table)).expect == Expect(
        articles_per_day=0, fields={"byline": 0.5, "lead": 1.0}, silent_days=14
    )


def test_own_layouts_stand_first_and_the_latest_before_the_older(tmp_path: Path) -> None:
    layouts = "".join(
        f"\n[[layout]]\nname = '{name}'\ndetect = 'p'\n{until}"
        for name, until in (("a", "valid_until = 2015-01-01"), ("b", "valid_until = 2020-01-01"), ("c", ""))
    )
    site = load_site(write(tmp_path, 'platform = "epi-zce"' + SMALLEST + layouts))
    assert [layout.name for layout in site.layouts][:4] == ["c", "b", "a", "epi-zce"]


def test_other_rules_have_another_digest(tmp_path: Path) -> None:
    layout = '[[layout]]\nname = "{}"\ndetect = "main"\nbody = ["{}"]\n'
    texts = SMALLEST, SMALLEST + layout.format("a", ".x"), SMALLEST + layout.format("a", ".y")
    digests = [load_site(write(tmp_path, text)).rules_sha256 for text in texts]
    assert len(set(digests)) == 3
    moved = texts[1].replace('url = "http://127.0.0.1:8080/"', 'url = "http://127.0.0.1:8080/moi"')
    assert load_site(write(tmp_path, moved)).rules_sha256 == digests[1], "other sources change nothing in what is read"


def test_every_problem_is_listed_at_once_with_its_line(tmp_path: Path) -> None:
    found = problems_of(write(tmp_path, BROKEN))
    expected = {
        3: ['unknown key "provnce", did you mean "province"?'],
        4: ['"kind": expected one of newspaper, station, portal, not "blog"'],
        5: [
            '"domains": expected a host such as "baocantho.com.vn" or "127.0.0.1:8080", not "https://baomau.example"',
            '"domains": the first must be the host of "home", baomau.example',
        ],
        6: ['unknown platform "mediasft", did you mean "mediasoft"?'],
        7: ['"max_pages": expected a whole number from 1, such as 50'],
        10: ["\"article_url\": bad regular expression '-(\\d+': missing ), unterminated subpattern at position 1"],
        14: ['"kind": expected one of feed, sitemap, section, json, not "rss"'],
        15: ['"url": https://elsewhere.example/feed is not on other.example'],
        17: ['missing key "url": address on one of `domains`; that of json may be on another host'],
        22: ["\"detect\": bad CSS selector 'div['"],
        23: ['"valid_until": expected a date without quotes, such as 2022-01-31'],
        24: ["\"title\": bad CSS selector 'h1@'"],
        25: ["\"drop\": bad CSS selector '.box@href'"],
        28: ['a second layout "baomau-2020"'],
        30: ['unknown key "boddy", did you mean "body"?'],
        31: ['"byline": expected "ld:key" or "meta:name", not "ld:"', '"byline": expected text'],
    }
    assert found == expected


def test_problems_of_all_files_come_in_one_message(tmp_path: Path) -> None:
    write(tmp_path, BROKEN, name="one")
    write(tmp_path, SMALLEST, name="sound")
    write(tmp_path, 'outlet = "Báo\nhome', name="two")
    (tmp_path / "three.toml").write_bytes(b'# Windows\noutlet = "B\xe1o"\n')
    with pytest.raises(BadSiteFile) as raised:
        load_sites(tmp_path)
    message = str(raised.value)
    assert {problem.path.stem for problem in raised.value.problems} == {"one", "two", "three"}
    assert f"{tmp_path / 'two.toml'}:1: not TOML" in message
    assert f"{tmp_path / 'three.toml'}:2: not UTF-8: byte 0xe1" in message
    assert "docs/site-files.md" in message
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "missing key"),
        (SMALLEST.replace("[[source]]", "[source]"), "expected [[source]] with two brackets"),
        (SMALLEST.split("[[source]]", maxsplit=1)[0], "no [[source]]"),
        (SMALLEST.replace("article_url", "# "), 'missing key "article_url"'),
        (SMALLEST.replace("http://127.0.0.1:8080/", "127.0.0.1"), "expected an address"),
        (SMALLEST.replace(":8080/", ":99999/"), "expected an address"),
        ('province = "Cần Thờ"' + SMALLEST, 'unknown province "Cần Thờ", did you mean "Cần Thơ"?'),
        (SMALLEST + "[[expect]]\n", "expected [expect] with one bracket"),
        (SMALLEST + "[expect]\nfields = {bylin = 0.5}\n", '"bylin" is not one of layout, published_at, byline'),
        (SMALLEST + "[expect]\nfields = {byline = 50}\n", "expected a share from 0 to 1 for byline, not 50"),
        (SMALLEST + "[expect]\nfields = 0.5\n", "expected shares such as {byline = 0.5}"),
        (SMALLEST + "[expect]\narticles_per_day = -1\n", "expected a whole number from 1"),
        (SMALLEST + "[expect]\nsilent_days = 0\n", "expected a whole number from 1"),
        ("next_page = 'a['" + SMALLEST, "bad CSS selector"),
        ("lead_marks = [[1]]" + SMALLEST, '"lead_marks": expected text'),
        ("not_article = '/a{1,99999999999}'" + SMALLEST, "bad regular expression"),
        (f"not_article = '{'(' * 2000}'" + SMALLEST, "bad regular expression"),
        (f"notes = {'[' * 3000}{']' * 3000}" + SMALLEST, "nested too deep"),
    ],
)
def test_one_problem(tmp_path: Path, text: str, expected: str) -> None:
    texts = [text for texts in problems_of(write(tmp_path, text)).values() for text in texts]
    assert any(expected in text for text in texts), texts


def test_an_unknown_name_gets_the_nearest_one_proposed() -> None:
    packaged = Catalogue()
    assert packaged.find("baocantho").site.outlet == "Báo Cần Thơ"
    with pytest.raises(UnknownSite, match=r'did you mean "baokhanhhoa"\?.*baotinh sites'):
        packaged.find("baokhanhoa.vn")
    with pytest.raises(UnknownSite, match=r'unknown site "../errors"'):
        packaged.find("../errors")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="does not exist"):
        load_site(tmp_path / "none.toml")
    with pytest.raises(UnreadableFile, match="is a folder"):
        load_site(tmp_path)


def test_reference_explains_every_key_and_no_other() -> None:
    keys = {*SITE_KEYS, *PLATFORM_KEYS, *SOURCE_KEYS, *API_KEYS, *EXAMPLE_KEYS, *EXPECT_KEYS, *LAYOUT_KEYS}
    explained = re.findall(r"^\| `(\w+)` \|", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(explained) == keys


def test_example_of_the_reference_loads(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    assert load_site(write(tmp_path, example[1])).layouts[0].name == "baocantho-2019"


CHECKED = r"facts only|second-hand selectors( \d{4}(-\d\d)?)?|saved page \d{4}-\d\d|(proposed|probed) \d{4}-\d\d-\d\d"


def test_what_a_file_rests_on_is_said_in_the_phrases_of_the_reference() -> None:
    assert [site.checked for site in packaged_sites().values() if not re.fullmatch(CHECKED, site.checked)] == []


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("^https://baomau.example/", "begins with a slash"),
        (r"(?i)^\d+/", "begins with a slash"),
        (r"-a\\d+\.html", "backslash"),
        ("/thời-sự/", "percent codes"),
        (r"#post-\d+", "percent codes"),
        (r"\.html$\?id=", "nothing follows the end"),
        (r"^[^/?]+-\d{5}\.html", "a path begins with a slash"),
        (r"(?i)^[a-z-]+/\d+", "a path begins with a slash"),
    ],
)
def test_a_pattern_that_can_never_match_is_refused(tmp_path: Path, pattern: str, reason: str) -> None:
    found = problems_of(write(tmp_path, f"not_article = '{pattern}'" + SMALLEST))
    assert [reason in text for text in found[1]] == [True]


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:\?|$)",
        r"^/[^#\s]+$",
        r"(?i)^/viewer\.aspx\?(?:[^#]*&)?id=\d",
        r"\$|\.html",
        r"^[^?]+-\d{5}",
        r"^[a-z]*/tin",
        r"^tin|/tin",
    ],
)
def test_a_pattern_that_can_match_is_taken(tmp_path: Path, pattern: str) -> None:
    assert load_site(write(tmp_path, f"not_article = '{pattern}'" + SMALLEST)).not_article[0].pattern == pattern


def test_an_address_belongs_to_one_outlet(tmp_path: Path) -> None:
    write(tmp_path, SMALLEST, name="one")
    two = write(tmp_path, SMALLEST.replace("8080", "9090") + "\n", name="two")
    two.write_text('domains = [\n "127.0.0.1:9090",\n "127.0.0.1:8080",\n]' + two.read_text(encoding="utf-8"))
    with pytest.raises(BadSiteFile) as raised:
        load_sites(tmp_path)
    assert [str(problem) for problem in raised.value.problems] == [
        f'{two}:3: "domains": 127.0.0.1:8080 is a host of one'
    ]


@pytest.mark.parametrize("target", ["baomoi", "one"])
def test_an_outlet_merges_into_another_that_is_known(tmp_path: Path, target: str) -> None:
    write(tmp_path, SMALLEST.replace("8080", "9090"), name="baomau")
    path = write(tmp_path, f'merged_into = "{target}"' + SMALLEST, name="one")
    with pytest.raises(BadSiteFile, match=f'one.toml:1: "merged_into": no other site "{target}"'):
        load_sites(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace(target, "baomau", 1), encoding="utf-8")
    assert load_sites(tmp_path)["one"].status == "merged"


def test_a_merger_that_leads_back_to_where_it_began_is_refused(tmp_path: Path) -> None:
    for name, target, port in (("one", "two", 9001), ("two", "three", 9002), ("three", "two", 9003)):
        write(tmp_path, f'merged_into = "{target}"' + SMALLEST.replace("8080", str(port)), name=name)
    with pytest.raises(BadSiteFile) as raised:
        load_sites(tmp_path)
    assert {problem.path.stem: problem.text for problem in raised.value.problems} == {
        "two": '"merged_into": two → three → two is a circle',
        "three": '"merged_into": three → two → three is a circle',
    }


LAYOUTS = [
    (
        "mediasoft",
        '<div id="content" class="content-detail cate_1"><div class="td-post-content">',
        "mediasoft-2022",
    ),
    (
        "mediasoft",
        '<div class="article_content"><div id="content" class="content">',
        "mediasoft-media-heading",
    ),
    ("content-fck", '<div id="newscontents"><div class="content-fck slider-jsgallery 171">', "content-fck"),
    ("epi-zce", '<div class="article__body zce-content-body cms-body">', "epi-zce"),
    ("epi-zce", '<div class="content cms-body">', "epi-2018"),
    ("onecms", '<h1 class="sc-longform-header-title block-sc-title">', "onecms-longform"),
    ("onecms", '<h1 class="c-detail-head__title">', "onecms-detail"),
    ("mediatech", '<h1 class="name">x</h1><div id="content-detail">', "mediatech"),
    ("vccorp", '<h1 class="detail-title article-title">', "vccorp-detail"),
    ("vccorp", '<h1 class="title">x</h1><div><p><span class="pdate">', "vccorp-cafef"),
    ("baothainguyen", '<div class="news_detail">', "baothainguyen-2019"),
    ("baotuyenquang", '<p class="summary">x</p><div itemprop="articleBody">', "baotuyenquang-2019"),
    ("baokhanhhoa", '<div class="detail-news">', "baokhanhhoa-2019"),
    ("baoquangninh", '<div id="content" class="content">', "baoquangninh-2019"),
    ("baonghean", '<div class="article__body cms-body">', "baonghean-epi"),
    ("baocaobang", '<div class="text">', "baocaobang-2019"),
]


@pytest.mark.parametrize(("name", "html", "expected"), LAYOUTS, ids=lambda value: str(value)[:20])
def test_only_its_own_layout_recognises_a_page(name: str, html: str, expected: str) -> None:
    page = LexborHTMLParser(f"<html><body><main>{html}</main></body></html>")
    owner = load_platforms().get(name) or packaged_sites()[name]
    assert [layout.name for layout in owner.layouts if page.css_first(layout.detect)] == [expected]


@needs_pages
@pytest.mark.parametrize("path", sorted((PAGES / "articles").glob("*.html")), ids=lambda path: path.stem)
def test_a_saved_page_is_recognised_by_its_own_family_only(path: Path) -> None:
    families = {
        "baokhanhhoa": ["mediasoft"],
        "baocantho": ["content-fck"],
        "nhandan": ["epi-zce"],
        "tuoitre": ["vccorp"],
        "cafef": ["vccorp"],
    }
    page = LexborHTMLParser(path.read_bytes())
    found = [
        platform.name
        for platform in load_platforms().values()
        if any(page.css_first(layout.detect) for layout in platform.layouts)
    ]
    assert found == families.get(path.stem.split("_")[0], [])

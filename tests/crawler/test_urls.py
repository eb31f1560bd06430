import dataclasses
import re

import pytest

from archive import Kind
from crawler.site import Site
from crawler.site_files.load import packaged_sites
from crawler.urls import article_address, article_id_of, canonical, classify, in_scope

SITES = packaged_sites()


def served_at(*domains: str) -> Site:
    """Return a site like Báo Cần Thơ, on other hosts."""
    return dataclasses.replace(SITES["baocantho"], home=f"http://{domains[0]}/", domains=domains)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://BaoCanTho.com.vn", "https://baocantho.com.vn/"),
        ("https://baosonla.vn/a/slug-51YnYvXDR.html", "https://baosonla.vn/a/slug-51YnYvXDR.html"),
        ("https://a.vn:443/x", "https://a.vn/x"),
        ("http://a.vn:443/x", "http://a.vn:443/x"),
        ("http://127.0.0.1:8080/x#top", "http://127.0.0.1:8080/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://reader@a.vn./x", "https://a.vn/x"),
        ("  https://a.vn/x/ \n", "https://a.vn/x/"),
        ("https://a.vn/x?", "https://a.vn/x"),
        ("https://a.vn/x?utm_source=zalo&id=7&fbclid=IwAR0&zarsrc=30&gidzl=ab", "https://a.vn/x?id=7"),
        ("https://a.vn/x?b=2&a=1&b=1", "https://a.vn/x?b=2&a=1&b=1"),
        (
            "http://baobinhdinh.com.vn/viewer.aspx?macm=39&macmp=39&mabb=222823",
            "http://baobinhdinh.com.vn/viewer.aspx?macm=39&macmp=39&mabb=222823",
        ),
        ("https://a.vn/x;jsessionid=1F2E?p=2", "https://a.vn/x?p=2"),
        ("https://a.vn/(S(k1lorj45))/x.aspx?PHPSESSID=abc", "https://a.vn/x.aspx"),
        ("https://a.vn/x?sid=9f86d081884c7d65", "https://a.vn/x"),
        ("https://a.vn/x?sid=12", "https://a.vn/x?sid=12"),
        ("https://a.vn/a/./b/../c", "https://a.vn/a/c"),
        ("https://a.vn/../../c/..", "https://a.vn/"),
        ("https://a.vn/tìm kiếm/Phó.html", "https://a.vn/t%C3%ACm%20ki%E1%BA%BFm/Ph%C3%B3.html"),
        ("https://a.vn/t%c3%acm%2D%41?q=%e1%ba%bf&r=100%", "https://a.vn/t%C3%ACm-A?q=%E1%BA%BF&r=100%25"),
        ("https://a.vn/slug-post1.html?amp=1", "https://a.vn/slug-post1.html"),
        ("https://a.vn/slug-post1.html?print=true", "https://a.vn/slug-post1.html"),
        ("https://a.vn/slug-post1.html/amp", "https://a.vn/slug-post1.html"),
        ("https://a.vn/x/202601/slug-e4914ab/amp/", "https://a.vn/x/202601/slug-e4914ab/"),
        ("https://a.vn/amp/slug-post1.html", "https://a.vn/slug-post1.html"),
        ("https://a.vn/amp/", "https://a.vn/amp/"),
        ("https://a.vn/amply-cu", "https://a.vn/amply-cu"),
    ],
)
def test_canonical(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "url",
    ["", "/thoi-su/", "mailto:a@a.vn", "javascript:void(0)", "ftp://a.vn/x", "file:///etc/passwd",
     "http://", "http://[bad", "http://a.vn:99999/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(url)


ARTICLES = """
baocaobang https://baocaobang.vn/Huong-vi-pho-chua-Cao-Bang-38371.html
baocaobang http://www.baocaobang.vn/Kinh-te/Bao-Lam-phat-trien-nghe-nuoi-ca-long/59521.bcb
baocaobang http://www.baocaobang.vn/Ho-so-Tu-lieu/Xa-Be-Trieu/59480.bcb
baocaobang https://baocaobang.vn/hoi-thi-dau-hot-chim-3161421.html
baotuyenquang https://baotuyenquang.com.vn/khoa-hoc-cong-nghe/202603/lotushacks-2026-52f6361/
baotuyenquang https://baotuyenquang.com.vn/khoa-hoc-cong-nghe/202601/bo-doi-trang-bi-85124aa/
baotuyenquang https://baotuyenquang.com.vn/khoa-hoc/cong-nghe/mua-iphone-153510.html
baolaocai https://baolaocai.vn/song-dep-tu-nhung-dieu-gian-di-post404649.html
baolaocai https://baolaocai.vn/net-duyen-tham-cua-thieu-nu-thai-muong-lo-post884948.html
baothainguyen https://baothainguyen.vn/thoi-su-thai-nguyen/202604/phan-dau-hoan-thanh-du-an-3ac6d79/
baothainguyen https://baothainguyen.vn/van-hoa/202304/cong-bo-di-san-79a138b/
baothainguyen http://www.baothainguyen.org.vn/tin-tuc/ngay-nay-nam-xua/mot-so-su-kien-219986-46225.html
baoquangninh https://baoquangninh.vn/vinh-ha-long-toa-sang-3314842.html
baoquangninh https://baoquangninh.vn/bay-ghe-khoi-xa-2208962.html
baoquangninh https://baoquangninh.vn/bang-gia-ve-tham-quan-vinh-ha-long-nam-2025-3354446.html
baoquangninh https://baoquangninh.vn/khai-thac-than-thoi-ky-phap-thuoc-post3349315.html
baonghean https://baonghean.vn/nghe-an-se-to-chuc-29-le-hoi-trong-nam-2023-post263070.html
baonghean https://baonghean.vn/gia-ca-phe-hom-nay-20-4-2026-tang-dong-loat-300-dong-10333605.html
baonghean https://baonghean.vn/hanh-trinh-chinh-phuc-dinh-nui-puxailaileng-10215374.html
baokhanhhoa https://baokhanhhoa.vn/xa-hoi/202509/chaomungdai-hoi-dai-bieu-dang-bo-tinh-khanh-hoa-e4914ab/
baokhanhhoa https://baokhanhhoa.vn/du-lich/201706/bao-ve-ran-san-ho-o-hon-mun-8045182/
baokhanhhoa http://beta.baokhanhhoa.vn/du-lich/201706/bao-ve-ran-san-ho-o-hon-mun-8045182/?utm_source=x
baocantho https://baocantho.com.vn/tap-trung-trien-khai-cac-dot-thanh-tra-kiem-tra-a196670.html
baocantho https://baocantho.com.vn/no-luc-gin-giu-binh-yen-nhung-tuyen-duong-a196634.html
baocantho https://baocantho.com.vn/-infographics-7-hanh-vi-bi-nghiem-cam-a196544.html
"""

SECTIONS = """
baocaobang http://www.baocaobang.vn/Kinh-te/59.bcb
baotuyenquang https://baotuyenquang.com.vn/khoa-hoc-cong-nghe
baokhanhhoa https://baokhanhhoa.vn/phap-luat/ho-so-pha-an
baothainguyen https://baothainguyen.vn/multimedia/infographic/
baothainguyen https://baothainguyen.vn/chuyen-muc/chinh-tri_97.html?Page=2
baolaocai https://baolaocai.vn/
baonghean https://baonghean.vn/kinh-te?page=2
baocantho https://baocantho.com.vn/thoi-su?p=2
baocantho https://baocantho.com.vn/thoi-su/can-tho/
"""

OUTSIDE = """
baotuyenquang https://baotuyenquang.com.vn/rao-vat/202407/do-cung-viet-luu-giu-net-van-hoa-e635eaf/
baothainguyen https://baothainguyen.vn/tin-tuc/thong-tin-quang-cao/bat-mi-296706-38.html
baonghean https://baonghean.vn/en/nhap-khau-dau-an-do-thang-32026-10334445.html
baonghean https://baonghean.vn/le-hoi-event1234567.html
baokhanhhoa https://baokhanhhoa.vn/lien-he/201211/lien-he-voi-bao-khanh-hoa-2200346/
baokhanhhoa https://news.baokhanhhoa.vn/tourism/202501/coral-e4914ab/
baokhanhhoa https://baokhanhhoa.vn:8443/du-lich/201706/bao-ve-ran-san-ho-8045182/
baokhanhhoa https://baokhanhhoa.vn/file/e7837c02876411cd0187645a2551379f/092025/a_20250918192038.jpg
baocantho https://baocantho.com.vn.example/no-luc-a196634.html
baocantho https://example.vn/https://baocantho.com.vn/no-luc-a196634.html
baocantho ftp://baocantho.com.vn/no-luc-a196634.html
baocantho https://baocantho.com.vn/rss/cate/thoi-su/
baocantho https://baocantho.com.vn/su-kien/can-tho-nang-dong-va-phat-trien.9.html
baocantho https://baocantho.com.vn/rao-vat-thong-bao-596.html
baocantho https://baocantho.com.vn/khmer/
baocantho javascript:void(0)
"""


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


@pytest.mark.parametrize(("site", "url"), rows(ARTICLES))
def test_articles_of_all_generations(site: str, url: str) -> None:
    assert classify(url, SITES[site]) is Kind.ARTICLE


@pytest.mark.parametrize(("site", "url"), rows(SECTIONS))
def test_sections(site: str, url: str) -> None:
    assert classify(url, SITES[site]) is Kind.SECTION


@pytest.mark.parametrize(("site", "url"), rows(OUTSIDE))
def test_what_a_crawl_leaves_alone(site: str, url: str) -> None:
    assert classify(url, SITES[site]) is None


def test_scope_is_host_and_port() -> None:
    site = served_at("127.0.0.1:8080")
    assert in_scope("http://127.0.0.1:8080/a", site)
    assert not in_scope("http://127.0.0.1:8081/a", site)
    assert not in_scope("http://127.0.0.1/a", site)
    assert not in_scope("http://[bad", site)


@pytest.mark.parametrize(
    ("page", "declared", "expected"),
    [
        # the same article under a better address
        ("https://baocantho.com.vn/x-a12345.html?ref=home", "/x-a12345.html", "https://baocantho.com.vn/x-a12345.html?ref=home"),
        ("https://baocantho.com.vn/x-a12345.html", "/x-viet-lai-a12345.html", "https://baocantho.com.vn/x-viet-lai-a12345.html"),
        ("https://baocantho.com.vn/x-a12345.html", "/thoi-su/x-a12345.html", "https://baocantho.com.vn/thoi-su/x-a12345.html"),
        ("http://www.baocantho.com.vn/x-a12345.html", None, "https://baocantho.com.vn/x-a12345.html"),
        ("http://baocantho.com.vn/x-a12345.html", "http://www.baocantho.com.vn/x-a12345.html", "https://baocantho.com.vn/x-a12345.html"),
        # wrong hints
        ("https://baocantho.com.vn/x-a12345.html", "https://baocantho.com.vn/", "https://baocantho.com.vn/x-a12345.html"),
        ("https://baocantho.com.vn/x-a12345.html", "/y-a67890.html", "https://baocantho.com.vn/x-a12345.html"),
        ("https://baocantho.com.vn/x-a12345.html", "https://example.vn/x-a12345.html", "https://baocantho.com.vn/x-a12345.html"),
        ("https://baocantho.com.vn/x-a12345.html", "https://baocantho.com.vn:8443/x-a12345.html", "https://baocantho.com.vn/x-a12345.html"),
        ("https://baocantho.com.vn/x-a12345.html", "http://[bad", "https://baocantho.com.vn/x-a12345.html"),
        ("https://baocantho.com.vn/x-a12345.html", "", "https://baocantho.com.vn/x-a12345.html"),
        # not of this site at all: a redirect elsewhere
        ("https://example.vn/x-a12345.html", "https://baocantho.com.vn/x-a12345.html", "https://example.vn/x-a12345.html"),
    ],
)  # fmt: skip
def test_article_address(page: str, declared: str | None, expected: str) -> None:
    assert article_address(page, declared=declared, site=SITES["baocantho"]) == expected


def test_declared_test_host_becomes_the_home_host() -> None:
    page = "https://baokhanhhoa.vn/du-lich/201706/bao-ve-ran-san-ho-8045182/"
    declared = page.replace("https://", "http://beta.")
    assert article_address(page, declared=declared, site=SITES["baokhanhhoa"]) == page
    assert article_address(declared, declared=declared, site=SITES["baokhanhhoa"]) == page


def test_two_ids_of_an_old_address_must_both_agree() -> None:
    page = "https://baothainguyen.vn/tin-tuc/xa-hoi/mot-219986-46225.html"
    other = "https://baothainguyen.vn/tin-tuc/xa-hoi/hai-219987-46225.html"
    assert article_address(page, declared=other, site=SITES["baothainguyen"]) == page


def test_query_can_be_the_key() -> None:
    site = dataclasses.replace(served_at("baobinhdinh.com.vn"), article_url=(re.compile(r"viewer\.aspx\?.*mabb="),))
    page = "http://baobinhdinh.com.vn/viewer.aspx?macm=39&mabb=222823"
    assert article_address(page, declared=page.replace("823", "824"), site=site) == page


def test_a_copy_on_loopback_keeps_its_address() -> None:
    site = served_at("127.0.0.1:8080", "baocantho.com.vn")
    page = "http://127.0.0.1:8080/x-a12345.html"
    assert article_address(page, declared="https://baocantho.com.vn/x-a12345.html", site=site) == page
    site = dataclasses.replace(SITES["baocantho"], domains=("baocantho.com.vn", "127.0.0.1:8080"))
    assert article_address(page, declared="https://baocantho.com.vn/x-a12345.html", site=site) == page
    assert article_address(page, declared="/x-moi-a12345.html", site=site) == page.replace("x-", "x-moi-")


def test_without_a_site_nothing_declared_counts() -> None:
    page = "https://A.vn/x?utm_source=y"
    assert article_address(page, declared="https://a.vn/z", site=None) == "https://a.vn/x"


@pytest.mark.parametrize(
    ("url", "article_id"),
    [
        ("https://old.example/cho-que-3067775.html", "3067775"),
        ("https://new.example/xa-hoi/cho-que-ngay-cuoi-nam-3067775.html?p=1", "3067775"),
        ("https://old.example/viewer.aspx?macm=39&mabb=222823", "222823"),
        ("https://old.example/cho-que.html", None),
    ],
)
def test_the_id_of_an_article_goes_along_to_another_host(url: str, article_id: str | None) -> None:
    patterns = (re.compile(r"-(\d{5,})\.html(?:\?|$)"), re.compile(r"[?&]mabb=(\d+)"))
    assert article_id_of(url, dataclasses.replace(SITES["baocantho"], article_id=patterns)) == article_id

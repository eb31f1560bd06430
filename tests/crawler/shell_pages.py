"""Pages of an invented newspaper that are empty frames, as Điện Biên's: scripts fill them with another host's JSON."""

import json

from tests.crawler.wire import Wire, page

LIST = "/api/web/article-get-news?category_slug=thoi-su&page=1&limit=20"
SLUGS = [f"mua-cam-tren-khuoi-trang-{number}" for number in range(101, 107)]
BODY = "".join(
    f"<p>Đoạn {number}: sáng nay, nhân dân xã Khuổi Trang dự lễ khánh thành cây cầu mới bắc qua suối.</p>"
    for number in range(6)
)
_SCRIPT = """
const api = "%(api)s", slug = location.pathname.split("/").pop();
const get = path => fetch(api + path).then(answer => answer.json());
if (location.pathname.startsWith("/tin-bai/"))
    get("/api/web/article-detail?slug=" + slug).then(({data}) => {
        document.title = data.title + " - Báo Thử";
        document.getElementById("app").innerHTML =
            `<h1>${data.title}</h1><p>${data.sapo}</p><i>${data.author.name}</i>${data.content}`;
    });
else
    get("%(list)s").then(({data}) => {
        document.getElementById("app").innerHTML = data.list.map(each =>
            `<a href="/tin-bai/${each.category.slug}/${each.slug}">${each.title}</a>`).join("");
    });
fetch("http://10.0.0.1/private.json").catch(() => {});
fetch(api + "/closed/secret.json").catch(() => {});
"""


def article(slug: str) -> dict[str, object]:
    """Return an article as the interface gives it."""
    return {
        "title": f"Mùa cam trên Khuổi Trang {slug[-3:]}",
        "sapo": "Nhân dân xã Khuổi Trang bước vào vụ thu hoạch cam sớm nhất trong năm năm qua.",
        "author": {"name": "Ngọc Linh"},
        "published_at": "2026-01-08T18:21:00+07:00",
        "updated_at": "2026-01-09T06:00:00+07:00",
        "content": BODY,
    }


def api_of(origin_of_site: str) -> dict[str, tuple[bytes, ...]]:
    """Return the answers of the host with the JSON."""
    entries = [
        {"id": number, "title": article(slug)["title"], "slug": slug, "category": {"slug": "thoi-su"}}
        | {"published_at": "2026-01-08T18:21:00+07:00"}
        for number, slug in enumerate(SLUGS)
    ]
    found: dict[str, object] = {LIST: {"data": {"total": 6, "list": entries}}, "/closed/secret.json": {"secret": 1}}
    found[LIST.replace("page=1", "page=2")] = {"data": {"total": 6, "list": []}}
    found |= {f"/api/web/article-detail?slug={slug}": {"data": article(slug)} for slug in SLUGS}
    answers = {
        path: (
            page(
                json.dumps(each).encode(),
                Content_Type="application/json",
                Access_Control_Allow_Origin=origin_of_site,
            ),
        )
        for path, each in found.items()
    }
    return {**answers, "/robots.txt": (page(b"User-agent: *\nDisallow: /closed/\n", Content_Type="text/plain"),)}


def shells_of(api: Wire) -> dict[str, tuple[bytes, ...]]:
    """Return the answers of the host with the pages."""
    script = _SCRIPT % {"api": api.origin, "list": LIST}
    shell = f"<!doctype html><html><head><title>Báo Thử</title></head><body><div id=app></div><script>{script}</script>"
    return dict.fromkeys(("/", *(f"/tin-bai/thoi-su/{slug}" for slug in SLUGS)), (page(shell.encode()),))

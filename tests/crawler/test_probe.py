"""`baotinh probe` over the wire: the sample site as it is, changed, closed and gone."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.demo.outlets import outlets, site_file
from crawler.demo.serve import SampleWeb, serve
from crawler.demo.web import Outlet, Response
from crawler.errors import NotWritable
from crawler.probe.keeping import mark
from crawler.site_files.load import load_site
from tests.crawler.conftest import Run
from tests.crawler.wire import KEPT

TEA, SUN, SPRING = outlets()


def visit(run: Run, *arguments: object, delay: float = 0) -> tuple[int, dict[str, Any]]:
    done = run("probe", "--allow-private", "--delay", delay, "--json", *arguments)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def faults(report: Mapping[str, Any]) -> list[Any]:
    return [finding for finding in report["findings"] if finding["is_fault"]]


@pytest.mark.parametrize("outlet", outlets(), ids=lambda each: each.name)
def test_the_sample_site_is_all_right_and_nothing_is_written(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path, outlet: Outlet
) -> None:
    path = site_files[outlet.name]
    before = path.read_bytes()
    code, report = visit(run, "--site-file", path)
    assert (code, report["exit_code"], faults(report)) == (0, 0, [])
    assert [(source["kind"], source["problem"]) for source in report["sources"]] == [
        (kind, None) for kind, _ in outlet.sources
    ]
    (article,) = report["articles"]
    want = next(each for each in outlet.articles if article["url"].endswith(each.path))
    shown = {field["name"]: field["value"] for field in article["fields"]}
    assert (shown["title"], shown["published"]) == (want.title, want.published.isoformat())
    assert want.expected("").body.startswith(article["text"].removesuffix("…"))
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == (before, [tmp_path / "sites"])

    asked = [request.target for request in web.log]
    assert asked[0] == "/robots.txt"
    assert len(asked) == len(set(asked)) == 1 + len(outlet.sources) + 1
    assert {dict(request.headers)["user-agent"].partition(" ")[0] for request in web.log} == {"baotinh"}


def test_requests_are_a_delay_apart(run: Run, web: SampleWeb, site_files: dict[str, Path]) -> None:
    visit(run, "--site-file", site_files[SPRING.name], delay=0.6)
    asked = [request.at for request in web.log]
    assert asked[-1] - asked[0] >= timedelta(seconds=0.6) * (len(asked) - 1) * KEPT


class Redesigned(Outlet):
    """The same addresses, another markup that no layout knows."""

    def respond(self, target: str, origin: str, request_headers: Mapping[str, str]) -> Response:
        plain = {name: value for name, value in request_headers.items() if name != "accept-encoding"}
        response = super().respond(target, origin, plain)
        body = response.body.replace(b'id="content"', b'id="main"').replace(b"content-detail", b"story")
        headers = [pair for pair in response.headers if pair[0] != "Content-Length"]
        return Response(response.status, (*headers, ("Content-Length", str(len(body)))), body)


class Moved(Outlet):
    """Every address leads to another host."""

    def respond(self, target: str, origin: str, request_headers: Mapping[str, str]) -> Response:
        if target == "/robots.txt":
            return super().respond(target, origin, request_headers)
        return Response(301, (("Location", f"http://127.0.0.1:9{target}"), ("Content-Length", "0")), b"")


def as_kind(kind: type[Outlet], outlet: Outlet, **changes: Any) -> Outlet:
    shown = {name: getattr(outlet, name) for name in Outlet.__dataclass_fields__}
    return kind(**{**shown, **changes})


CHANGED = {
    "redesigned": (as_kind(Redesigned, TEA), 3, "layout changed", "baotinh new-site http"),
    "other-platform": (replace(TEA, paper=replace(TEA.paper, platform="epi-zce")), 3, "layout changed", "epi-zce"),
    "closed": (replace(TEA, disallowed=("/",)), 4, "robots", "ask the outlet"),
    "moved": (as_kind(Moved, TEA), 3, "leads to http://127.0.0.1:9/", 'add "127.0.0.1:9" to domains'),
}


@pytest.mark.parametrize(("outlet", "code", "seen", "fix"), CHANGED.values(), ids=CHANGED)
def test_a_changed_site_is_told_with_the_fix(
    run: Run, tmp_path: Path, outlet: Outlet, code: int, seen: str, fix: str
) -> None:
    path = tmp_path / f"{TEA.name}.toml"
    with serve([outlet], port=0) as web:
        path.write_text(site_file(TEA, web.origins[TEA.name]), encoding="utf-8")
        done, report = visit(run, "--site-file", path, "--mark")
    assert (done, report["exit_code"]) == (code, code)
    assert any(seen in finding["seen"] and fix in finding["fix"] for finding in faults(report)), report["findings"]
    assert "probed" not in path.read_text(encoding="utf-8")
    if code == 4:
        assert [request.target for request in web.log] == ["/robots.txt"]


def test_a_host_that_is_down_ends_with_4(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "down.toml"
    path.write_text(site_file(TEA, "http://127.0.0.1:9"), encoding="utf-8")
    code, report = visit(run, "--site-file", path)
    assert code == 4
    (fault,) = faults(report)
    assert (len(fault["where"]), report["articles"]) == (len(TEA.sources), [])
    assert fault["seen"].startswith("connection")


def test_a_host_that_no_file_has_is_visited_with_what_its_links_propose(run: Run, web: SampleWeb) -> None:
    code, report = visit(run, web.origins[SUN.name])
    assert (code, report["site"], faults(report)) == (0, None, [])
    assert [article["layout"] for article in report["articles"]] == ["content-fck"]
    assert any("baotinh new-site" in finding["fix"] for finding in report["findings"])


def test_the_article_may_be_chosen_and_the_pages_kept(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path
) -> None:
    article, folder = web.origins[SPRING.name] + SPRING.articles[5].path, tmp_path / "pages"
    options = ("--site-file", site_files[SPRING.name], "--save", folder)
    code, report = visit(run, article, *options)
    assert (code, [each["url"] for each in report["articles"]]) == (0, [article])
    kept = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    assert [each["kind"] for each in kept] == ["robots", "sitemap", "feed", "article"]
    assert SPRING.articles[5].title in (folder / kept[-1]["file"]).read_text(encoding="utf-8")
    web.log.clear()
    again = run("probe", "--allow-private", *options)
    assert (again.returncode, "not empty" in again.stderr, web.log) == (2, True, [])


def test_mark_is_for_a_file_that_can_be_written_and_a_site_that_is_all_right(
    run: Run, web: SampleWeb, site_files: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(NotWritable, match="--site-file"):
        mark(tmp_path, date(2026, 6, 15))
    path = site_files[SPRING.name]
    done = run("probe", "--allow-private", "--delay", 0, "--site-file", path, "--mark")
    checked = load_site(path).checked
    assert (done.returncode, checked.partition(" ")[0]) == (0, "probed")
    assert f"marked: {path} is {checked}" in done.stderr
    path.write_text(path.read_text(encoding="utf-8").replace(checked, "facts only").replace("/rss/", "/cu/"), "utf-8")
    done = run("probe", "--allow-private", "--delay", 0, "--site-file", path, "--mark")
    assert (done.returncode, load_site(path).checked) == (3, "facts only")
    assert f"not marked: {path}" in done.stderr


WRONG = {
    "nothing": ((), "name a site"),
    "unknown": (("baokhanhho",), "did you mean"),
    "address": (("http://[",), "not a web address"),
    "other-host": (("https://baomau.example/", "--site-file", "{file}"), "not on a host of"),
    "private": (("--site-file", "{file}"), "--allow-private"),
    "mark": (("https://baomau.example/", "--mark"), "baotinh new-site"),
}


@pytest.mark.parametrize(("arguments", "says"), WRONG.values(), ids=WRONG)
def test_wrong_calls_are_sentences_and_nothing_is_asked(
    web: SampleWeb, site_files: dict[str, Path], arguments: tuple[str, ...], says: str
) -> None:
    done = CliRunner().invoke(main, ["probe", *(each.format(file=site_files[TEA.name]) for each in arguments)])
    assert (done.exit_code, done.stdout, web.log) == (2, "", [])
    assert says in done.stderr


def test_the_report_for_people_has_the_fields_and_the_fixes(run: Run, web: SampleWeb, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    origin = web.origins[SUN.name]
    path.write_text(site_file(SUN, origin).replace("/thoi-su/", "/da-bo/"), encoding="utf-8")
    done = run("probe", "--allow-private", "--delay", 0, "--site-file", path)
    assert done.returncode == 3
    assert re.search(r"^section  \S+/da-bo/ +404, .*gone", done.stdout, re.MULTILINE)
    assert re.search(r"^  title +\S.*\[layout:content-fck\]$", done.stdout, re.MULTILINE)
    assert re.search(r"^✗ .*/da-bo/\n    → remove it", done.stdout, re.MULTILINE)

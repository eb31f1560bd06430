"""A network with no way out but an HTTP proxy, which alone knows the outlets' names: every request goes through it."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive
from crawler.fetch.proxy import WANTED, Proxy, read_proxy
from tests.command import IMPATIENT, run_command
from tests.crawler.crawls import rows
from tests.crawler.forward_proxy import ForwardProxy, serve_proxy
from tests.crawler.test_wire_addresses import certificate
from tests.crawler.wire import GOOD, Wire, article, listing, page, serve, site_file

HOME = {"/": (page(listing(GOOD)),), GOOD: (page(article()),)}
NAME = "bao.example"
PASSWORD = "m4t-kh@u"
AUTHORIZATION = "Basic bGFuOm00dC1raEB1"


@pytest.fixture
def proxy() -> Iterator[ForwardProxy]:
    with serve_proxy(ForwardProxy({NAME: "127.0.0.1"}, authorization=AUTHORIZATION)) as served:
        yield served


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serve(Wire(HOME)) as served:
        yield served


def through(proxy: ForwardProxy, password: str = "m4t-kh%40u") -> str:
    return f"http://lan:{password}@localhost:{proxy.port}"


def write_site(folder: Path, wire: Wire, *lines: str) -> Path:
    path = folder / "bao.toml"
    path.write_text(site_file(wire.origin.replace(wire.host, NAME), *lines), encoding="utf-8")
    return path


def crawl(folder: Path, site: Path, *options: object) -> tuple[int, str]:
    """Crawl as a public site, and return the exit code and all that was printed."""
    words = ("crawl", "--create", "--site-file", site, "--delay", 0, "--contact", "a@b.vn", *options)
    done = run_command(words, folder, before=IMPATIENT)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def test_a_crawl_goes_through_the_proxy_and_leaves_no_password(tmp_path: Path, wire: Wire, proxy: ForwardProxy) -> None:
    code, printed = crawl(tmp_path, write_site(tmp_path, wire), "--proxy", through(proxy), "-vv")
    assert (code, wire.paths()) == (0, ["/robots.txt", "/", GOOD]), printed
    assert [first.split(" ")[1] for first in proxy.asked] == [
        f"http://{NAME}:{wire.port}{path}" for path in wire.paths()
    ]
    with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
        (report,) = archive.runs(limit=1)
    ((settings,),) = rows(tmp_path, "SELECT settings FROM runs")
    assert report.stored == 1
    assert json.loads(settings)["BAOTINH_PROXY"] == f"http://localhost:{proxy.port}"
    kept = b"".join(
        gzip.decompress(path.read_bytes()) if ".gz" in path.name else path.read_bytes()
        for path in (tmp_path / "news-archive").rglob("*")
        if path.is_file() and path.stat().st_size
    )
    for secret in (AUTHORIZATION.split(" ")[1], PASSWORD, "m4t-kh%40u"):
        assert (secret in printed, secret.encode() in kept) == (False, False)
    assert b"WARC-IP-Address" not in kept, "it would be that of the proxy"
    assert run_command(["verify", "--deep"], tmp_path).returncode == 0


def test_https_goes_through_a_tunnel(tmp_path: Path, proxy: ForwardProxy) -> None:
    with serve(Wire(HOME, tls=certificate(tmp_path, NAME))) as wire:
        code, printed = crawl(tmp_path, write_site(tmp_path, wire), "--proxy", through(proxy))
        assert (code, wire.hits, "tls" in printed) == (4, [], True), "certificates count behind a proxy too"
        site = write_site(tmp_path, wire, "insecure_tls = true")
        code, printed = crawl(tmp_path, site, "--proxy", through(proxy))
    assert (code, wire.paths()) == (0, ["/robots.txt", "/", GOOD]), printed
    assert {first.split(" ")[0] for first in proxy.asked} == {"CONNECT"}
    assert not any("proxy-authorization" in hit.headers for hit in wire.hits)


def test_all_that_fetches_takes_the_proxy_of_the_configuration(tmp_path: Path, wire: Wire, proxy: ForwardProxy) -> None:
    ping = f"http://{NAME}:{wire.port}/ping"
    lines = (f'proxy = "{through(proxy)}"', 'contact = "a@b.vn"', "delay = 0", "[notify]", f'ping = "{ping}"')
    configuration = tmp_path / "baotinh.toml"
    configuration.write_text("\n".join(lines), encoding="utf-8")
    configuration.chmod(0o600)
    site, url = write_site(tmp_path, wire), f"http://{NAME}:{wire.port}{GOOD}"
    commands: list[list[object]] = [
        ["extract", url],
        ["probe", "--site-file", site],
        ["new-site", f"http://{NAME}:{wire.port}/", url],
        ["init"],
        ["notify"],
    ]
    for words in commands:
        before = len(wire.hits)
        done = run_command(words, tmp_path, before=IMPATIENT)
        assert done.returncode in (0, 3), done.stderr
        assert (len(wire.hits) > before) == (words != ["init"]), done.stderr
    assert len(proxy.asked) == len(wire.hits)
    shown = run_command(["config"], tmp_path)
    assert f"http://localhost:{proxy.port}" in shown.stdout
    assert "m4t" not in shown.stdout


@pytest.mark.parametrize(
    ("password", "said"), [("wrong", "does not accept the user and password"), ("", "wants a user and a password")]
)
@pytest.mark.parametrize("is_tls", [False, True])
def test_a_proxy_that_wants_another_password_is_no_answer_of_the_outlet(
    tmp_path: Path, proxy: ForwardProxy, password: str, said: str, is_tls: bool
) -> None:
    address = through(proxy, password) if password else f"http://127.0.0.1:{proxy.port}"
    with serve(Wire(HOME, tls=certificate(tmp_path, NAME) if is_tls else None)) as wire:
        code, printed = crawl(tmp_path, write_site(tmp_path, wire), "--proxy", address)
    assert (code, wire.hits, said in printed) == (4, [], True), printed
    assert "wrong" not in printed


@pytest.mark.parametrize(
    ("address", "said"),
    [("http://127.0.0.1:1", "http://127.0.0.1:1 cannot be reached"), ("http://p.invalid:3128", "cannot be reached")],
)
def test_a_proxy_that_is_not_there(tmp_path: Path, wire: Wire, address: str, said: str) -> None:
    code, printed = crawl(tmp_path, write_site(tmp_path, wire), "--proxy", address)
    assert (code, wire.hits, said in printed) == (4, [], True), printed


def test_a_host_to_which_the_proxy_opens_no_way(tmp_path: Path, proxy: ForwardProxy) -> None:
    done = run_command(
        ["extract", "https://khac.example/1.html", "--proxy", through(proxy)], tmp_path, before=IMPATIENT
    )
    assert done.returncode == 4
    assert "opens no way to this host: status 403" in done.stderr


def test_private_names_and_addresses_are_refused_before_the_proxy(
    tmp_path: Path, wire: Wire, proxy: ForwardProxy
) -> None:
    for host in ("127.0.0.1", "10.0.0.1", "localhost", "169.254.169.254"):
        done = run_command(["extract", f"http://{host}:{wire.port}/", "--proxy", through(proxy)], tmp_path)
        assert (done.returncode, "--allow-private" in done.stderr) == (2, True), done.stderr
    planned = ["crawl", "--dry-run", "--site-file", write_site(tmp_path, wire), "--contact", "a@b.vn"]
    plan = run_command([*planned, "--proxy", through(proxy)], tmp_path)
    assert f"through the proxy http://localhost:{proxy.port}: it resolves the names" in plan.stderr
    assert proxy.asked == []


def test_the_proxy_of_other_programs_does_not_count(
    tmp_path: Path, wire: Wire, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, through(proxy))
    done = run_command(["extract", f"{wire.origin}{GOOD}", "--allow-private"], tmp_path)
    assert (done.returncode, proxy.asked) == (0, []), done.stderr


@pytest.mark.parametrize(
    "text",
    ["", "http://10.0.0.1:3128", "http://lan:p%40ss@proxy.example:8080/", "http://lan:p@ss@proxy.example:8080/"],
)
def test_addresses_of_proxies(text: str) -> None:
    found = read_proxy(text)
    assert str(found or "") == re.sub("lan:.*@", "", text)
    assert (found.authorization if found else None) == ("Basic bGFuOnBAc3M=" if "lan" in text else None)


@pytest.mark.parametrize(
    "text", ["10.0.0.1:3128", "https://lan:s3cret@p:1", "socks5://lan:s3cret@p", "http://lan:s3 cret@p", "http://p/s3x"]
)
def test_what_is_no_proxy_is_said_without_its_password(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="HTTP proxy") as error:
        read_proxy(text)
    done = run_command(["extract", "x.html", "--proxy", text], tmp_path)
    assert (done.returncode, WANTED in done.stderr) == (2, True), done.stderr
    assert "s3" not in done.stderr + str(error.value) + repr(Proxy(text))

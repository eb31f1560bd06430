"""Names that lead to private addresses, and certificates: the guard is on, and a resolver stub answers for DNS.

One address of loopback, 127.0.0.2, counts as public here; 127.0.0.1 stays what it is.
"""

import datetime
import json
import sqlite3
import ssl
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from archive import Archive, RunReport
from crawler.crawl.report import exit_code
from tests.command import IMPATIENT, run_command
from tests.crawler.test_wire import read_frontier
from tests.crawler.wire import BAD, GOOD, Wire, article, listing, page, serve, site_file

STUB = f"""
{IMPATIENT}
import functools, socket
from twisted.internet import base
names = {{
    "bao.example": [["127.0.0.2"]],
    "rieng.example": [["127.0.0.1"]],
    "sau.example": [["::1"]],
    "ca-hai.example": [["127.0.0.1", "127.0.0.2"]],
    "doi.example": [["127.0.0.2"], ["127.0.0.1"]],
    "may.example": [["169.254.169.254"]],
}}
def getaddrinfo(host, port, *options, **more):
    answers = names.get(host)
    if answers is None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    addresses = answers.pop(0) if len(answers) > 1 else answers[0]
    return [each for address in addresses for each in socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)]
base._GAIResolver = functools.partial(base._GAIResolver, getaddrinfo=getaddrinfo)
from crawler.fetch import reserved, resolver
resolver.is_public = lambda address: address == "127.0.0.2" or reserved.is_public(address)
"""
HOME = {"/": (page(listing(BAD, GOOD)),), GOOD: (page(article()),)}
Crawl = Callable[..., RunReport]


def command(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in a process that knows the names of the stub."""
    done = run_command(arguments, folder, before=STUB)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    """Crawl a host by a name of the stub, and return the report."""

    def call(wire: Wire, name: str, *lines: str) -> RunReport:
        path = tmp_path / "bao.toml"
        path.write_text(site_file(f"{wire.origin.partition(':')[0]}://{name}:{wire.port}", *lines), encoding="utf-8")
        done = command(tmp_path, "crawl", "--create", "--site-file", str(path), "--delay", "0", "--contact", "a@b.vn")
        with Archive.open(tmp_path / "news-archive", read_only=True) as archive:
            (report,) = archive.runs(limit=1)
        assert done.returncode == exit_code(report)
        assert report.balances
        return report

    return call


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("rieng.example", "127.0.0.1"),
        ("sau.example", "::1"),
        ("may.example", "169.254.169.254"),
    ],
)
def test_row_26_a_name_that_resolves_to_a_private_address_is_not_connected_to(
    crawl: Crawl, name: str, address: str
) -> None:
    with serve(Wire(HOME)) as wire:
        report = crawl(wire, name)
    assert wire.hits == []
    assert exit_code(report) == 4
    (trouble,) = report.troubles
    assert trouble.reason == "off-site"
    assert f"{name} is {address}" in trouble.detail


def test_row_26_redirects_to_them_are_not_followed(crawl: Crawl, tmp_path: Path) -> None:
    with serve(Wire({"/": (page(article()),)})) as private:
        hosts = [f"{host}:{private.port}" for host in ("rieng.example", "127.0.0.1", "2130706433")]
        hosts += ["169.254.169.254", "10.0.0.1"]
        targets = [*(f"http://{host}/" for host in hosts), f"http://[::1]:{private.port}/"]
        moved = {f"/bai/{number}.html": (page(status=302, Location=to),) for number, to in enumerate(targets)}
        home = {"/": (page(listing(GOOD, *moved)),), GOOD: (page(article()),)}
        with serve(Wire({**home, **moved}, host="127.0.0.2")) as wire:
            # the strictest case: the site file itself names the hosts
            domains = ", ".join(f'"{host}"' for host in (f"bao.example:{wire.port}", *hosts))
            report = crawl(wire, "bao.example", f"domains = [{domains}]")
    assert private.hits == []
    assert read_frontier(tmp_path) == {("bao", GOOD): "added"} | {("bao", path): "off-site" for path in moved}
    assert report.sources_failed == 0
    assert [wire.paths().count(path) for path in moved] == [1] * len(moved)


def test_row_26_of_two_addresses_the_public_one_is_taken(crawl: Crawl) -> None:
    with serve(Wire(HOME)) as private, serve(Wire(HOME, host="127.0.0.2")) as wire:
        report = crawl(wire, "ca-hai.example")
    assert private.hits == []
    assert report.stored == 1


def test_row_26_a_name_that_changes_its_address_is_judged_anew(crawl: Crawl) -> None:
    with serve(Wire(HOME, host="127.0.0.2")) as wire:
        report = crawl(wire, "doi.example")
    assert wire.paths() == ["/robots.txt"], "the next connection would have gone elsewhere"
    assert {trouble.reason for trouble in report.troubles} == {"off-site"}


def test_row_26_one_page_for_a_person_is_guarded_as_well(tmp_path: Path) -> None:
    with serve(Wire(HOME)) as private:
        answers = {GOOD: (page(article()),), BAD: (page(status=302, Location=f"http://rieng.example:{private.port}/"),)}
        with serve(Wire(answers, host="127.0.0.2")) as wire:
            good, bad = (f"http://bao.example:{wire.port}{path}" for path in (GOOD, BAD))
            done = command(tmp_path, "extract", "--json", good)
            assert (done.returncode, json.loads(done.stdout)["url"]) == (0, good), done.stderr
            assert wire.hits[1].headers["host"] == f"bao.example:{wire.port}"
            refused = {
                bad: f"http://rieng.example:{private.port}/ is not on",
                f"http://rieng.example:{private.port}/": "--allow-private",
                f"http://127.0.0.1:{private.port}/": "--allow-private",
                "http://[64:ff9b::7f00:1]/": "--allow-private",
            }
            for url, said in refused.items():
                done = command(tmp_path, "extract", url)
                assert done.returncode == (4 if url == bad else 2), done.stderr
                assert said in done.stderr
    assert private.hits == []


def test_row_28_a_name_that_is_not_known(crawl: Crawl) -> None:
    with serve(Wire(HOME, host="127.0.0.2")) as wire:
        report = crawl(wire, "khong-co.example")
        assert exit_code(report) == 4
        assert {trouble.reason for trouble in report.troubles} == {"dns"}
        report = crawl(wire, "bao.example", f'domains = ["bao.example:{wire.port}", "khong-co.example"]')
    assert report.stored == 1


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A context for a server whose certificate nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    day = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day - datetime.timedelta(days=2))
        .not_valid_after(day + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + made.public_bytes(serialization.Encoding.PEM)
    (folder / "server.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


def test_row_29_a_bad_certificate_is_refused_unless_the_site_file_says_so(
    crawl: Crawl, tmp_path: Path, recorded: Callable[[], dict[str, Any]]
) -> None:
    tls = certificate(tmp_path, "bao.example")
    with serve(Wire(HOME, host="127.0.0.2", tls=tls)) as wire:
        report = crawl(wire, "bao.example")
        assert wire.hits == []
        assert {trouble.reason for trouble in report.troubles} == {"tls"}
        assert exit_code(report) == 4
        assert recorded()["DOWNLOAD_VERIFY_CERTIFICATES"] is True
        report = crawl(wire, "bao.example", "insecure_tls = true", "legacy_tls = true")
    assert report.stored == 1
    assert recorded()["DOWNLOAD_VERIFY_CERTIFICATES"] is False
    assert recorded()["DOWNLOAD_TLS_MIN_VERSION"] == "TLSv1.0"


@pytest.fixture
def recorded(tmp_path: Path) -> Callable[[], dict[str, Any]]:
    """Return the settings that the archive keeps of the last run."""

    def call() -> dict[str, Any]:
        with closing(sqlite3.connect(tmp_path / "news-archive" / "news.db")) as connection:
            found = connection.execute("SELECT settings FROM runs ORDER BY id DESC LIMIT 1").fetchone()[0]
        return dict(json.loads(found))

    return call

"""A head without end, over TLS: the crawl hangs up, also on a server that does not listen."""

import threading
from pathlib import Path

from tests.crawler.conftest import Run
from tests.crawler.test_wire import read_frontier
from tests.crawler.test_wire_addresses import certificate
from tests.crawler.wire import BAD, GOOD, Answer, Send, Wire, article, listing, page, serve, site_file
from tests.crawler.wire_faults import endless_headers


def test_a_connection_with_a_head_beyond_its_bounds_is_closed(run: Run, tmp_path: Path) -> None:
    hung_up = threading.Event()

    def go_on(send: Send) -> None:
        try:
            endless_headers(send)
        except OSError:
            hung_up.set()

    answers: dict[str, tuple[Answer, ...]] = {"/": (page(listing(BAD, GOOD)),), GOOD: (page(article()),), BAD: (go_on,)}
    with serve(Wire(answers, tls=certificate(tmp_path, "127.0.0.1"))) as wire:
        (tmp_path / "bao.toml").write_text(site_file(wire.origin, "insecure_tls = true"), encoding="utf-8")
        run("crawl", "--create", "--site-file", "bao.toml", "--allow-private", "--delay", 0)
        assert hung_up.wait(timeout=60)
    assert read_frontier(tmp_path) == {("bao", GOOD): "added", ("bao", BAD): "too-large"}

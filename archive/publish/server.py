"""Run Datasette over an archive."""

import json
import socket
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from datasette.cli import cli as datasette
from datasette.plugins import pm

from archive.errors import AddressTaken
from archive.os_errors import words_of
from archive.publish import plugin
from archive.publish.hooks import NAME
from archive.schema.opening import FILE_NAME


def serve(folder: Path, *, host: str, port: int, browse: bool, hosts: Sequence[str]) -> None:
    """Serve the archive in `folder` until interrupted, for requests to these `hosts` and to addresses in numbers.

    Raises AddressTaken if another program listens there.
    """
    _check_free(host, port)
    if not pm.is_registered(plugin):  # an installed baotinh has registered it by its entry point
        pm.register(plugin)
    with TemporaryDirectory(prefix="baotinh-") as temporary:
        file = Path(temporary) / "metadata.json"
        file.write_text(json.dumps({"plugins": {NAME: {"hosts": list(hosts)}}}), encoding="utf-8")
        # absolute: a folder may be called "-dash"
        arguments = ["serve", str((folder / FILE_NAME).absolute()), "--metadata", str(file)]
        arguments += ["--host", host, "--port", str(port)]
        datasette.main([*arguments, *(["--open"] if browse else [])], standalone_mode=False)


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressTaken(host, port, words_of(error)) from error

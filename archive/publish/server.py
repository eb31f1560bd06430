"""Run Datasette over an archive."""

import json
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

from datasette.cli import cli as datasette
from datasette.plugins import pm

from archive.errors import AddressTaken
from archive.publish import plugin
from archive.publish.metadata import SETTINGS, metadata
from archive.schema.opening import FILE_NAME


def serve(folder: Path, *, host: str, port: int, browse: bool) -> None:
    """Serve the archive in `folder` until interrupted. Raises AddressTaken if another program listens there."""
    _check_free(host, port)
    if not pm.is_registered(plugin):  # an installed baotinh has registered it by its entry point
        pm.register(plugin)
    with TemporaryDirectory(prefix="baotinh-") as temporary:
        file = Path(temporary) / "metadata.json"
        file.write_text(json.dumps(metadata(), ensure_ascii=False), encoding="utf-8")
        arguments = [
            "serve",
            str(folder / FILE_NAME),
            "--metadata",
            str(file),
            "--host",
            host,
            "--port",
            str(port),
        ]
        for name, value in SETTINGS.items():
            arguments += ["--setting", name, value]
        datasette.main([*arguments, *(["--open"] if browse else [])], standalone_mode=False)


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressTaken(host, port, error.strerror or str(error)) from error

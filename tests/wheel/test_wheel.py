"""The wheel, installed as users install it, works from an empty folder. `make test-wheel` brings the installers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MISSING = [name for name in ("pipx", "uv") if shutil.which(name) is None]
pytestmark = [
    pytest.mark.wheel,
    pytest.mark.skipif(bool(MISSING), reason="installers of the wheel (make test-wheel brings them)"),
]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""Versions that the program is for."""
SECONDS = 900
"""Time limit of one installation, over a slow line."""


def call(*words: object, folder: Path, more: Mapping[str, str] = {}) -> str:
    """Run a program in English, without our folders in sight, and return what it prints. It must end with 0."""
    ours = ("BAOTINH_", "PYTHON", "VIRTUAL_ENV", "PYTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env={**environment, "XDG_CONFIG_HOME": str(folder / "no-configuration"), "BAOTINH_LANG": "en", **more},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout + done.stderr


def python_of(version: str) -> Path | None:
    """Return an interpreter of this version that runs; None if there is none at hand."""
    kept = sorted(Path(os.environ.get("PYENV_ROOT", "/nonexistent")).glob(f"versions/{version}.*/bin/python"))
    found = shutil.which(f"python{version}")
    for path in [*kept, *([Path(found)] if found else [])]:
        if subprocess.run([path, "-c", "import venv"], capture_output=True, check=False).returncode == 0:
            return path
    return None


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the archive of the sources."""
    folder = tmp_path_factory.mktemp("dist")
    call("uv", "build", "--out-dir", folder, ROOT, folder=folder)
    (found,) = folder.glob("*.whl")
    return found


def assert_works(baotinh: Path, folder: Path, port: int) -> None:
    """Use the program: its packaged files and translations, a crawl, a search, a proof, an export."""
    folder.mkdir()
    assert "baotinh, version " in call(baotinh, "--version", folder=folder)
    helped = call(baotinh, "--help", folder=folder, more={"BAOTINH_LANG": "vi"})
    assert "Cách dùng: baotinh" in helped
    named = [Path(line.rpartition(": ")[2]) for line in helped.splitlines() if line.endswith(".md")]
    assert [path.name for path in named if path.is_file()] == ["tutorial.md", "README.vi.md"]
    assert "baokhanhhoa" in call(baotinh, "check-sites", folder=folder)
    assert "Báo Khánh Hòa" in call(baotinh, "sites", "--wide", folder=folder)
    assert '"$schema"' in call(baotinh, "schema", "article", folder=folder)
    assert "stored 24" in call(baotinh, "demo", "--port", port, folder=folder)
    assert "Củng cố khối đại đoàn kết từ cơ sở" in call(baotinh, "search", "dai doan ket", folder=folder)
    assert "whole (72 articles" in call(baotinh, "verify", "--deep", folder=folder)
    assert "72 articles" in call(baotinh, "export", "--to", "data", folder=folder)


def test_pip(wheel: Path, tmp_path: Path) -> None:
    call(sys.executable, "-m", "venv", tmp_path / "venv", folder=tmp_path)
    call(tmp_path / "venv" / "bin" / "pip", "install", "--quiet", wheel, folder=tmp_path)
    assert_works(tmp_path / "venv" / "bin" / "baotinh", tmp_path / "empty", 18901)


def test_pipx(wheel: Path, tmp_path: Path) -> None:
    places = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    call("pipx", "install", wheel, folder=tmp_path, more=places)
    assert_works(tmp_path / "bin" / "baotinh", tmp_path / "empty", 18904)


def test_uv(wheel: Path, tmp_path: Path) -> None:
    places = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    call("uv", "tool", "install", "--python", sys.executable, wheel, folder=tmp_path, more=places)
    assert_works(tmp_path / "bin" / "baotinh", tmp_path / "empty", 18907)


@pytest.mark.parametrize("version", PYTHONS)
def test_python(wheel: Path, tmp_path: Path, version: str) -> None:
    python = python_of(version)
    if python is None:
        pytest.skip(f"Python {version}")
    call("uv", "venv", "--python", python, tmp_path / "venv", folder=tmp_path)
    call("uv", "pip", "install", "--python", tmp_path / "venv" / "bin" / "python", wheel, folder=tmp_path)
    assert_works(tmp_path / "venv" / "bin" / "baotinh", tmp_path / "empty", 18910 + 3 * PYTHONS.index(version))

"""Hosts on one machine: each is a network namespace with a name of its own, and a bridge joins those of a network.

The bridge is in a namespace too, so that the network of the machine itself is left alone. Linux only, and for root.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import click

PREFIX = f"baotinh-{os.getpid()}-"
"""Of the names of all namespaces that this process makes."""
PROGRAMS = {"ip": "iproute2", "unshare": "util-linux", "setpriv": "util-linux", "hostname": "hostname"}
"""What makes hosts, and the Debian package that has it."""
MASK = 16
"""Bits of an address that all hosts of a network share."""
LONGEST_DEATH = 10.0
"""Seconds for processes to end after SIGKILL; it takes milliseconds."""


class Unfit(click.ClickException):
    """This machine cannot have such hosts."""

    exit_code = 2


class IpFailed(click.ClickException):
    """The program `ip` ended with an error."""


@dataclass(frozen=True)
class Host:
    """A host while its network lasts."""

    name: str
    """What `hostname` prints on it."""
    addresses: Sequence[str]
    namespace: str
    _switch: str
    _started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, words: Sequence[str], *, folder: Path, log: Path, is_asked: bool = False) -> subprocess.Popen[str]:
        """Start a command that dies with this process; what it says is added to `log`.

        With `is_asked` its input and output are pipes.
        """
        with log.open("a", encoding="utf-8") as said:
            asks, out = (subprocess.PIPE, subprocess.PIPE) if is_asked else (subprocess.DEVNULL, said)
            process = self._popen(words, folder=folder, asks=asks, out=out, said=said)
        self._started.append(process)
        return process

    def run(self, words: Sequence[str], *, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, and return what it printed."""
        asks, out = subprocess.DEVNULL, subprocess.PIPE
        with self._popen(words, folder=folder, asks=asks, out=out, said=out) as process:
            printed, said = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, printed, said)

    def processes(self) -> list[int]:
        """Return the processes that live on it."""
        return [int(word) for word in _ip("netns", "pids", self.namespace).split()]

    def kill(self) -> None:
        """End all of its processes at once, as when its current fails. Raises ClickException if one outlives that."""
        end = time.monotonic() + LONGEST_DEATH
        while living := self.processes():
            for process in living:
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            for started in self._started:
                started.poll()
            if time.monotonic() > end:
                raise click.ClickException(f"processes of {self.name} do not die: {living}")
            time.sleep(0.01)

    def close(self) -> None:
        """End all of its processes, and let go of their pipes."""
        self.kill()
        for started in self._started:
            with started:
                pass

    def cut(self) -> None:
        """Cut it off from the others."""
        _ip("-n", self._switch, "link", "set", self.name, "down")

    def join(self) -> None:
        """Join it to the others again."""
        _ip("-n", self._switch, "link", "set", self.name, "up")

    def _popen(
        self, words: Sequence[str], *, folder: Path, asks: int, out: int | IO[str], said: int | IO[str]
    ) -> subprocess.Popen[str]:
        inside = ("ip", "netns", "exec", self.namespace, "setpriv", "--pdeathsig", "KILL", "unshare", "--uts")
        named = ("sh", "-c", 'hostname "$0" && exec "$@"', self.name)
        return subprocess.Popen(
            [*inside, *named, *words],
            cwd=folder,
            stdin=asks,
            stdout=out,
            stderr=said,
            text=True,
            start_new_session=True,  # Ctrl-C is for the bench, which ends them
        )


@contextmanager
def network(name: str, hosts: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Host]]:
    """Make a network of hosts with these addresses; at the end, kill their processes and remove them all.

    Raises Unfit if this machine does not allow it.
    """
    check(PROGRAMS)
    switch = f"{PREFIX}{name}"
    with ExitStack() as stack:
        try:
            _make(switch, stack)
            _ip("-n", switch, "link", "add", "bridge", "type", "bridge")
            _ip("-n", switch, "link", "set", "bridge", "up")
            made = {}
            for each, addresses in hosts.items():
                made[each] = Host(each, addresses, f"{switch}-{each}", switch)
                _make(made[each].namespace, stack)
                stack.callback(made[each].close)
                _join(made[each], switch)
        except IpFailed as error:
            raise Unfit(str(error)) from error
        yield made


def check(programs: Mapping[str, str]) -> None:
    """Check for root and for programs, each with its Debian package. Raises Unfit."""
    if os.geteuid() != 0:
        raise Unfit("this needs root: its hosts are network namespaces")
    for program, package in programs.items():
        if not shutil.which(program):
            raise Unfit(f"this needs the program `{program}`: apt-get install {package}")


def _make(namespace: str, stack: ExitStack) -> None:
    _ip("netns", "add", namespace)
    stack.callback(_ip, "netns", "del", namespace)


def _join(host: Host, switch: str) -> None:
    _ip("-n", switch, "link", "add", host.name, "type", "veth", "peer", "name", "eth0", "netns", host.namespace)
    _ip("-n", switch, "link", "set", host.name, "master", "bridge", "up")
    for address in host.addresses:
        _ip("-n", host.namespace, "address", "add", f"{address}/{MASK}", "dev", "eth0")
    for link in ("lo", "eth0"):
        _ip("-n", host.namespace, "link", "set", link, "up")


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise IpFailed(f"`ip {' '.join(words)}` failed: {done.stderr.strip()}")
    return done.stdout

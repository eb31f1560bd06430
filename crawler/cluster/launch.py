"""Runs a command that dies with the process that asked for it: `python launch.py PARENT COMMAND...`, on Linux only.

It is a program of its own, run by its path, and imports next to nothing: it takes hundredths of a second.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""Of <sys/prctl.h>: the signal that the kernel sends when the parent dies; it outlives exec."""


def main(parent: int, command: list[str]) -> None:
    """Become the command. OSError if the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if os.getppid() != parent:  # it died before the kernel was asked
        os.kill(os.getpid(), signal.SIGKILL)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])

"""Runs a program to its end and says what it cost."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_LONGEST_RUN_SECONDS = 900
_TAIL_CHARACTERS = 2_000


class Failed(Exception):
    """A measurement or build that went wrong. Nothing it led to may be used."""


@dataclass(frozen=True)
class Cost:
    """Wall seconds, user and system seconds of all threads and children, and the peak of resident megabytes (10^6)."""

    wall: float
    cpu: float
    rss_mb: float

    def then(self, other: Cost) -> Cost:
        """The cost of two processes, one after the other."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.rss_mb, other.rss_mb))


def measure(command: list[str], environment: dict[str, str], folder: Path, log: Path) -> Cost:
    """Runs a command, whose output goes to the end of a log.

    The kernel counts, when the process is waited for: it misses no peak, and adds up all children that were waited for.
    """
    with log.open("ab") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        alarm = threading.Timer(_LONGEST_RUN_SECONDS, process.kill)
        alarm.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            alarm.cancel()
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{tail(log)}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def build(command: list[str], folder: Path, log: Path, environment: dict[str, str] | None = None) -> str:
    """Runs a command that need not be measured, and gives its standard output."""
    ended = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    log.write_text(ended.stdout + ended.stderr)
    if ended.returncode != 0:
        raise Failed(f"{' '.join(command)} ended with {ended.returncode}:\n{tail(log)}")
    return ended.stdout


def tail(log: Path) -> str:
    """The end of a log, for an error message."""
    return log.read_text(errors="replace")[-_TAIL_CHARACTERS:]

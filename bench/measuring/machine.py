"""The machine and the versions that a result depends on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path

from .workplace import VERSITYGW, Workplace

_PYTHON_STACK_PACKAGES = ("dlt", "pyarrow", "dbt-core", "dbt-duckdb", "duckdb")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def machine() -> dict[str, str]:
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
    }


def versions(workplace: Workplace) -> dict[str, str]:
    return {
        "Java": _first_line(["java", "-version"]),
        "Maven": _first_line(["mvn", "-version"]),
        "Python": platform.python_version(),
        "versitygw": VERSITYGW,
        **workplace.installed(_PYTHON_STACK_PACKAGES),
    }


def _processor() -> str:
    """As Linux names it; `platform` knows the architecture only."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _first_line(command: list[str]) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return _COLOURS.sub("", ended.stdout + ended.stderr).strip().splitlines()[0]

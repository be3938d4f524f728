"""The folder that the benchmark works in, and all that has to be built there before anything can be measured."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .process import build

PROJECT = Path(__file__).resolve().parents[2]
BENCH = PROJECT / "bench"
JAR = PROJECT / "target" / "hevy-pipeline.jar"

VERSITYGW = "1.8.0"

# What would tell a contender about the machine's own settings, or about another's.
_SETTINGS = re.compile(r"(HEVY|S3|AWS|PIPELINE|DLT|DBT|DESTINATION|RUNTIME)_|(JAVA_OPTS|JDK_JAVA_OPTIONS|PYTHONPATH)$")


def plain_environment() -> dict[str, str]:
    """The environment without anything that a contender could take for a setting."""
    return {name: value for name, value in os.environ.items() if not _SETTINGS.match(name)}


@dataclass(frozen=True)
class Mart:
    """What mart.py says about daily_exercises."""

    rows: int
    reps: int
    content: str
    keys: str


class Workplace:
    """Paths below one folder, which git ignores. What is built is kept, and built again when it is out of date."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.state = folder / "state"
        self.saved = folder / "saved"
        self.s3 = folder / "s3"
        self.floor_classes = folder / "floor" / "classes"
        self.pipeline_cache = folder / "pipeline-cache"
        self.python_stack_home = folder / "python-stack" / "home"
        self.python_stack_target = folder / "python-stack" / "target"
        self.versitygw = folder / f"versitygw-{VERSITYGW}" / "versitygw"
        self.demo = folder / "demo"

    @property
    def python(self) -> Path:
        """The Python that reads results."""
        return self.folder / "venv" / "bin" / "python"

    @property
    def python_stack(self) -> Path:
        """The programs of the Python stack."""
        return self.folder / "python-stack" / "venv" / "bin"

    def prepare(self) -> None:
        """Builds all that is missing."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for kept_too_long in (self.state, self.saved, self.s3):
            shutil.rmtree(kept_too_long, ignore_errors=True)
            kept_too_long.mkdir(parents=True)
        self._build_jar()
        self._build_floor()
        self._build_versitygw()
        self._build_venv(self.python, BENCH / "requirements.txt")
        self._build_venv(self.python_stack / "python", BENCH / "python-stack" / "requirements.txt")
        self._install_httpfs()

    def prepare_export(self) -> Path:
        """Builds what `export.py` needs, and gives the Python with pandas."""
        for folder in (self.logs, self.state, self.s3):
            folder.mkdir(parents=True, exist_ok=True)
        self._build_jar()
        self._build_versitygw()
        python = self.folder / "pandas-export" / "venv" / "bin" / "python"
        python.parent.parent.parent.mkdir(parents=True, exist_ok=True)
        self._build_venv(python, BENCH / "pandas-export" / "requirements.txt")
        return python

    def prepare_scale(self) -> None:
        """Builds what `scale.py` needs: the jar for many accounts, and the servers among the tests."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for kept_too_long in (self.state, self.s3):
            shutil.rmtree(kept_too_long, ignore_errors=True)
            kept_too_long.mkdir(parents=True)
        build(["make", "scale-jar"], PROJECT, self.logs / "build-scale-jar.log")
        self._build_versitygw()
        self._build_venv(self.python_stack / "python", BENCH / "python-stack" / "requirements.txt")
        self._install_httpfs()

    def daily_exercises(self, database: Path) -> Mart:
        """Reads the mart in a DuckDB file."""
        command = [str(self.python), str(BENCH / "mart.py"), str(database)]
        return Mart(**json.loads(build(command, self.folder, self.logs / "mart.log")))

    def draw_growth(self, results: Path, plot: Path) -> None:
        """Draws how the cost grows with the account."""
        command = [str(self.python), str(BENCH / "growth.py"), str(results), str(plot)]
        build(command, self.folder, self.logs / "growth.log")

    def installed(self, packages: tuple[str, ...]) -> dict[str, str]:
        """The versions of some packages of the Python stack."""
        listed = build([str(self.python_stack / "pip"), "list", "--format=json"], self.folder, self.logs / "pip.log")
        versions = {package["name"]: package["version"] for package in json.loads(listed)}
        return {package: versions[package] for package in packages}

    def _build_jar(self) -> None:
        build(["make", str(JAR.relative_to(PROJECT))], PROJECT, self.logs / "build-jar.log")

    def _build_floor(self) -> None:
        """Compiles the floor against the jar, and against the Hadoop that Parquet names in its signatures only."""
        hadoop = self.folder / "floor" / "compile-only"
        if not hadoop.exists():
            artifact = ["-DincludeArtifactIds=hadoop-common", f"-DoutputDirectory={hadoop}"]
            build(
                ["mvn", "-q", "-B", "-ntp", "dependency:copy-dependencies", *artifact],
                PROJECT,
                self.logs / "build-floor.log",
            )
        shutil.rmtree(self.floor_classes, ignore_errors=True)
        self.floor_classes.mkdir(parents=True)
        libraries = os.pathsep.join(map(str, [JAR, *hadoop.glob("*.jar")]))
        sources = sorted(str(source) for source in (BENCH / "floor").glob("*.java"))
        build(
            ["javac", "--release", "17", "-d", str(self.floor_classes), "-cp", libraries, *sources],
            PROJECT,
            self.logs / "build-floor.log",
        )

    def _build_versitygw(self) -> None:
        if self.versitygw.exists():
            return
        build(
            ["go", "install", f"github.com/versity/versitygw/cmd/versitygw@v{VERSITYGW}"],
            self.folder,
            self.logs / "build-versitygw.log",
            {**os.environ, "GOBIN": str(self.versitygw.parent)},
        )

    def _build_venv(self, python: Path, requirements: Path) -> None:
        venv = python.parent.parent
        installed = venv / "requirements.txt"
        if installed.exists() and installed.read_text() == requirements.read_text():
            return
        shutil.rmtree(venv, ignore_errors=True)
        build([sys.executable, "-m", "venv", str(venv)], self.folder, self.logs / "build-venv.log")
        build(
            [str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements)],
            self.folder,
            self.logs / "build-venv.log",
        )
        shutil.copy(requirements, installed)

    def _install_httpfs(self) -> None:
        """DuckDB's extension for S3, from its PyPI package, since DuckDB itself would download it."""
        if self.python_stack_home.exists():
            return
        self.python_stack_home.mkdir(parents=True)
        build(
            [str(self.python_stack / "python"), str(BENCH / "python-stack" / "install_httpfs.py")],
            self.folder,
            self.logs / "build-httpfs.log",
            {**plain_environment(), "HOME": str(self.python_stack_home)},
        )

"""The programs that are compared: how each is started, and what it keeps between runs."""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from .process import Cost, measure
from .servers import ACCESS_KEY, API_KEY, HOST, SECRET_KEY
from .workplace import BENCH, JAR, PROJECT, Workplace, plain_environment

PYTHON_STACK = "Python stack"
PIPELINE = "hevy-pipeline"
SAME_WORK = "hevy-pipeline, daily_exercises alone"
FLOOR = "floor"

# As README.md tells users to start it.
PIPELINE_COMMAND = [str(PROJECT / "bin" / "hevy-pipeline")]
FLOOR_COMMAND = ["java", "-Xmx160m", "-XX:+UseSerialGC"]


@dataclass(frozen=True)
class Ports:
    """Where the servers are."""

    hevy: int
    s3: int


class Contender(ABC):
    """One program, with a work folder and a bucket of its own."""

    name: str

    def __init__(self, workplace: Workplace, ports: Ports) -> None:
        short = type(self).__name__.lower()
        self._workplace = workplace
        self._ports = ports
        self._bucket_name = short
        self._bucket = workplace.s3 / short
        self._folder = workplace.state / short
        self._saved = workplace.saved / short
        self._log = workplace.logs / f"{short}.log"
        self._log.unlink(missing_ok=True)

    @property
    def database(self) -> Path:
        """The DuckDB file with daily_exercises."""
        return self._folder / "hevy.duckdb"

    def clear(self) -> None:
        """Makes the next run a first load."""
        for folder in (self._folder, self._bucket):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)

    def save(self) -> None:
        """Keeps what there is now, for `restore`."""
        shutil.rmtree(self._saved, ignore_errors=True)
        shutil.copytree(self._folder, self._saved / "folder")
        shutil.copytree(self._bucket, self._saved / "bucket")

    def restore(self) -> None:
        """Brings back what was saved, with times and attributes, in which the S3 server keeps checksums."""
        for folder, saved in ((self._folder, "folder"), (self._bucket, "bucket")):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(self._saved / saved, folder)

    @abstractmethod
    def run(self, concurrency: int | None) -> Cost:
        """One whole run: load, transform, tests. Without a number, as many requests side by side as is its custom."""

    def _environment(self, concurrency: int | None) -> dict[str, str]:
        settings = {
            "HEVY_API_KEY": API_KEY,
            "HEVY_BASE_URL": f"http://{HOST}:{self._ports.hevy}",
            "S3_BUCKET_NAME": self._bucket_name,
            "S3_ENDPOINT_URL": f"http://{HOST}:{self._ports.s3}",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
            "DLT_PIPELINE_DIR": str(self._folder / "dlt"),
            "DBT_DUCKDB_PATH": str(self.database),
        }
        if concurrency is not None:
            settings["HEVY_CONCURRENCY"] = str(concurrency)
        return {**plain_environment(), **settings}


class PythonStack(Contender):
    """dlt, then dbt, each a process of its own: load, `dbt run`, `dbt test`."""

    name = PYTHON_STACK

    def run(self, concurrency: int | None) -> Cost:
        project = BENCH / "python-stack" / "project"
        python, dbt = (str(self._workplace.python_stack / program) for program in ("python", "dbt"))
        load = self._measure([python, str(project / "src" / "hevy_pipeline" / "pipelines" / "hevy_to_s3.py")])
        folders = ["--project-dir", str(project / "dbt_project"), "--profiles-dir", str(project / "dbt_project")]
        transform = self._measure([dbt, "run", *folders])
        test = self._measure([dbt, "test", *folders])
        return load.then(transform).then(test)

    def _measure(self, command: list[str]) -> Cost:
        return measure(command, self._python_environment(), self._folder, self._log)

    def _python_environment(self) -> dict[str, str]:
        environment = self._environment(None)
        endpoint = environment["S3_ENDPOINT_URL"]
        return {
            **environment,
            "HEVY_BASE_URL": environment["HEVY_BASE_URL"] + "/v1",
            "DESTINATION__FILESYSTEM__CREDENTIALS__ENDPOINT_URL": endpoint,
            "S3_ENDPOINT_HOST": endpoint.removeprefix("http://"),
            "HOME": str(self._workplace.python_stack_home),
            # What dbt has parsed belongs to the program, as compiled Python does, and is kept.
            "DBT_TARGET_PATH": str(self._workplace.python_stack_target),
            "DBT_LOG_PATH": str(self._workplace.logs / "dbt"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "RUNTIME__DLTHUB_TELEMETRY": "false",
        }


class Pipeline(Contender):
    """This project."""

    name = PIPELINE

    def run(self, concurrency: int | None) -> Cost:
        environment = self._environment(concurrency) | {"HEVY_PIPELINE_CACHE": str(self._workplace.pipeline_cache)}
        return measure(PIPELINE_COMMAND, environment, self._folder, self._log)


class SameWork(Pipeline):
    """This project, told to build no more than the other contenders do: the default is six further marts, with their
    tests, and the report."""

    name = SAME_WORK

    def _environment(self, concurrency: int | None) -> dict[str, str]:
        return super()._environment(concurrency) | {"PIPELINE_SELECT": "+daily_exercises"}


class Floor(Contender):
    """The least that the same first load can cost in plain Java. It has no second run."""

    name = FLOOR

    def run(self, concurrency: int | None) -> Cost:
        parquet = self._folder / "parquet"
        parquet.mkdir()
        class_path = os.pathsep.join([str(JAR), str(self._workplace.floor_classes)])
        command = [*FLOOR_COMMAND, "-cp", class_path, "floor.Floor", str(parquet)]
        return measure(command, self._environment(concurrency), self._folder, self._log)


def all_contenders(workplace: Workplace, ports: Ports) -> dict[str, Contender]:
    """One of each, by name, in the order in which they take turns."""
    return {kind.name: kind(workplace, ports) for kind in (PythonStack, Pipeline, SameWork, Floor)}

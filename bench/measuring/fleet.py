"""Many accounts: the API and the broker that serve them, and the workers that load them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .contenders import PythonStack
from .process import Cost, Failed, measure, tail
from .servers import ACCESS_KEY, HOST, SECRET_KEY
from .workplace import PROJECT, Workplace, plain_environment

SCALE_JAR = PROJECT / "target" / "hevy-pipeline-scale.jar"
PREFIX = "accounts"
BUCKET = "scale"

_TESTS = PROJECT / "target" / "scale-tests.classpath"
_SERVER = "io.github.hevypipeline.scale.ManyAccountsServer"
_WORKER = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-jar", str(SCALE_JAR)]
_LONGEST_ROUND_SECONDS = 3_600


class Accounts:
    """An API of many accounts and a broker, both for as long as the `with` block."""

    def __init__(self, workplace: Workplace, accounts: int, workouts: int) -> None:
        self.accounts = accounts
        self.folder = workplace.state / "accounts"
        self._command = ["java", "-Xmx2g", "-XX:+UseSerialGC", "-cp", _TESTS.read_text().strip(), _SERVER]
        self._command += [str(accounts), str(workouts), str(self.folder)]
        self._log = workplace.logs / "accounts.log"

    @property
    def list(self) -> Path:
        """The file for HEVY_ACCOUNTS."""
        return self.folder / "accounts.jsonl"

    def keys(self) -> list[str]:
        """The key of each account."""
        return [path.read_text().strip() for path in sorted((self.folder / "keys").iterdir())]

    def __enter__(self) -> Self:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._process = subprocess.Popen(
            self._command,
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log.open("wb"),
            text=True,
        )
        self.url = self._line()
        self.brokers = self._line()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)

    def requests(self) -> int:
        return int(self._ask("requests"))

    def edit(self, every: int) -> int:
        """Edits a workout of every Nth account and adds one to it; gives how many accounts have changed."""
        return int(self._ask(f"edit {every}"))

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Failed(f"the API of many accounts has ended:\n{tail(self._log)}")
        return line.strip()


@dataclass(frozen=True)
class Round:
    """What one round over all accounts cost."""

    accounts: int
    changed: int
    workers: int
    wall: float
    cpu: float
    rss_mb: float
    requests: int
    objects: int


class Fleet:
    """Workers on one bucket."""

    def __init__(self, workplace: Workplace, accounts: Accounts, s3_port: int) -> None:
        self._accounts = accounts
        self._bucket = workplace.s3 / BUCKET
        self._folder = workplace.state / "workers"
        self._logs = workplace.logs
        self._s3_port = s3_port

    def clear(self) -> None:
        """Makes the next round the first."""
        for folder in (self._folder, self._bucket):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)

    def one_worker(self, changed: int) -> Round:
        """`hevy-pipeline accounts`: one round in one process."""
        before = self._counts()
        cost = measure([*_WORKER, "accounts"], self._environment(), self._folder, self._logs / "worker-1.log")
        return self._round(changed, 1, cost, before)

    def two_workers(self, changed: int) -> Round:
        """Two times `hevy-pipeline worker` on the broker, until `changed` accounts more are committed."""
        before = self._counts()
        target = self._commits() + changed
        started = time.perf_counter()
        workers = [self._begin(number) for number in (1, 2)]
        try:
            while self._commits() < target:
                if time.perf_counter() - started > _LONGEST_ROUND_SECONDS:
                    raise Failed(f"the workers do not end:\n{tail(self._logs / 'worker-1.log')}")
                for worker in workers:
                    if worker.poll() is not None:
                        raise Failed(f"a worker has ended:\n{tail(self._logs / 'worker-1.log')}")
                time.sleep(0.1)
            wall = time.perf_counter() - started
        finally:
            costs = [self._end(worker) for worker in workers]
        cost = Cost(wall, sum(cpu for cpu, _ in costs), max(rss for _, rss in costs))
        return self._round(changed, 2, cost, before)

    def run(self, command: str, settings: dict[str, str]) -> Cost:
        """Another command over the same accounts, such as `merge`."""
        environment = {**self._environment(), **settings}
        return measure([*_WORKER, command], environment, self._folder, self._logs / f"{command}.log")

    def _begin(self, number: int) -> subprocess.Popen[bytes]:
        folder = self._folder / f"worker-{number}"
        folder.mkdir(exist_ok=True)
        settings = {
            **self._environment(),
            "KAFKA_BROKERS": self._accounts.brokers,
            "PIPELINE_PERIOD": "1d",
            "PIPELINE_HTTP_PORT": "none",
            "DLT_PIPELINE_DIR": str(folder / "dlt"),
        }
        log = (self._logs / f"worker-{number}.log").open("wb")
        return subprocess.Popen(
            [*_WORKER, "worker"], cwd=self._folder, env=settings, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )

    @staticmethod
    def _end(worker: subprocess.Popen[bytes]) -> tuple[float, float]:
        worker.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(worker.pid, 0)
        worker.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6

    def _round(self, changed: int, workers: int, cost: Cost, before: tuple[int, int]) -> Round:
        requests, objects = self._counts()
        return Round(
            self._accounts.accounts,
            changed,
            workers,
            cost.wall,
            cost.cpu,
            cost.rss_mb,
            requests - before[0],
            objects - before[1],
        )

    def _counts(self) -> tuple[int, int]:
        objects = sum(1 for path in (self._bucket / PREFIX).rglob("*") if path.is_file() and "delta" not in path.parts)
        return self._accounts.requests(), objects

    def _commits(self) -> int:
        return sum(1 for _ in (self._bucket / PREFIX / "commits").glob("*/*.json"))

    def _environment(self) -> dict[str, str]:
        return {
            **plain_environment(),
            "HEVY_ACCOUNTS": str(self._accounts.list),
            "HEVY_BASE_URL": self._accounts.url,
            "ACCOUNTS_REQUEST_RATE": "0",
            "S3_BUCKET_NAME": BUCKET,
            "S3_ENDPOINT_URL": f"http://{HOST}:{self._s3_port}",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
            "DLT_PIPELINE_DIR": str(self._folder / "dlt"),
        }


class PythonStackOfAccount(PythonStack):
    """The Python stack, once more for each account."""

    def of(self, accounts: Accounts, key: str) -> PythonStackOfAccount:
        self._url = accounts.url
        self._key = key
        return self

    def _environment(self, concurrency: int | None) -> dict[str, str]:
        return {**super()._environment(concurrency), "HEVY_API_KEY": self._key, "HEVY_BASE_URL": self._url}


def write(file: Path, facts: dict[str, object]) -> None:
    """Writes facts as JSON."""
    file.write_text(json.dumps(facts, indent=1) + "\n")

"""The two servers that every contender talks to, on ports of the loopback interface that nobody else uses."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .process import Failed, tail
from .workplace import BENCH, Workplace, plain_environment

HOST = "127.0.0.1"
API_KEY = "sim-key"
ACCESS_KEY = "bench"
SECRET_KEY = "bench-secret"

_LONGEST_START_SECONDS = 300
_LONGEST_STOP_SECONDS = 10


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A process that runs for as long as the `with` block."""

    def __init__(self, command: list[str], environment: dict[str, str], port: int, log: Path) -> None:
        self._command = command
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._wait_until_listening()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _wait_until_listening(self) -> None:
        assert self._process is not None
        until = time.monotonic() + _LONGEST_START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise Failed(f"{self._command[0]} does not listen on port {self.port}:\n{tail(self._log)}")

    def _stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(_LONGEST_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass(frozen=True)
class Truth:
    """What daily_exercises must add up to."""

    rows: int
    reps: int


class Simulator(Server):
    """A Hevy account of as many workouts as asked for; the same account each time."""

    def __init__(self, workplace: Workplace, port: int, workouts: int, latency_ms: int) -> None:
        options = ["--port", str(port), "--workouts", str(workouts), "--latency-ms", str(latency_ms)]
        super().__init__(
            [sys.executable, str(BENCH / "hevy_sim.py"), *options],
            plain_environment(),
            port,
            workplace.logs / "simulator.log",
        )

    def edit_one_workout(self) -> None:
        self._ask("/__mutate", {"update": 1})

    def truth(self) -> Truth:
        return Truth(**self._ask("/__truth"))

    def _ask(self, path: str, body: dict[str, int] | None = None) -> dict[str, int]:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.url + path, data, timeout=60) as answer:
            numbers: dict[str, int] = json.load(answer)
            return numbers


class ObjectStore(Server):
    """An S3 server that keeps each bucket as a folder, and a log of what it was asked."""

    def __init__(self, workplace: Workplace, port: int) -> None:
        self.folder = workplace.s3
        self._access_log = workplace.logs / "s3-access.log"
        self._access_log.unlink(missing_ok=True)
        options = ["--quiet", "--port", f"{HOST}:{port}", "--access-log", str(self._access_log)]
        super().__init__(
            [str(workplace.versitygw), *options, "posix", str(self.folder)],
            {**plain_environment(), "ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": SECRET_KEY},
            port,
            workplace.logs / "versitygw.log",
        )

    def position(self) -> int:
        """Where the log ends now."""
        return self._access_log.stat().st_size

    def keys_written_since(self, position: int) -> list[str]:
        """The keys of all objects that were put after that, deleted since or not."""
        with self._access_log.open("rb") as log:
            log.seek(position)
            requests = [line.split(" ") for line in log.read().decode().splitlines()]
        # owner, bucket, time, zone, address, requester, request id, operation, key, URI, status, …
        return [
            request[8]
            for request in requests
            if request[7] in ("s3_PutObject", "s3_CompleteMultipartUpload") and request[10] == "200"
        ]

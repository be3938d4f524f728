"""Measures rows, and lets no result pass that is not right."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from .contenders import PIPELINE, PYTHON_STACK, Contender, Ports, all_contenders
from .process import Cost, Failed, measure
from .results import Measured, RowResult, Run
from .rows import Kind, Row
from .servers import ObjectStore, Simulator, Truth, free_port
from .workplace import PROJECT, Workplace, plain_environment

_WARM_UP_WORKOUTS = 50
_YEAR_OF_FILE = re.compile(r"\.((?:19|20)\d\d)(?:-\d+)?\.parquet$")


class Session:
    """A series of measurements with one S3 server; the contenders take turns, so that a slow minute hits all alike."""

    def __init__(self, workplace: Workplace, runs: int) -> None:
        self._workplace = workplace
        self._runs = runs
        self._ports = Ports(free_port(), free_port())
        self._store = ObjectStore(workplace, self._ports.s3)
        self._contenders = all_contenders(workplace, self._ports)
        self._saved_workouts: dict[str, int] = {}
        self._servers = ExitStack()

    def __enter__(self) -> Self:
        self._servers.enter_context(self._store)
        return self

    def __exit__(self, *_: object) -> None:
        self._servers.close()
        for folder in (self._workplace.saved, self._workplace.state, self._workplace.s3):
            shutil.rmtree(folder)

    def warm_up(self, rows: tuple[Row, ...]) -> None:
        """Starts each contender once on a small account, so that the caches of programs exist: compiled Python, what
        dbt has parsed, the archive of classes."""
        names = {name for row in rows if row.kind is not Kind.DEMO for name in row.contenders}
        if names:
            with self._simulator(_WARM_UP_WORKOUTS, 0) as hevy:
                for name in names:
                    self._first_load(self._contenders[name], hevy.truth())

    def measure(self, row: Row) -> RowResult:
        load_average = os.getloadavg()[0]
        runs: dict[str, list[Run]] = {name: [] for name in row.contenders}
        daily_exercises = 0
        if row.kind is Kind.DEMO:
            runs[PIPELINE].extend(self._demo_runs())
        else:
            with self._simulator(row.workouts, row.latency_ms) as hevy:
                daily_exercises = self._take_turns(row, hevy, runs)
        return RowResult(
            date=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            commit=commit(),
            load_average=round(load_average, 2),
            daily_exercises=daily_exercises,
            contenders={name: Measured(tuple(measured)) for name, measured in runs.items()},
        )

    def _simulator(self, workouts: int, latency_ms: int) -> Simulator:
        return Simulator(self._workplace, self._ports.hevy, workouts, latency_ms)

    def _take_turns(self, row: Row, hevy: Simulator, runs: dict[str, list[Run]]) -> int:
        contenders = [self._contenders[name] for name in row.contenders]
        if row.kind is not Kind.FIRST:
            for contender in contenders:
                self._save_loaded(contender, row.workouts, hevy.truth())
        if row.kind is Kind.EDITED:
            hevy.edit_one_workout()
        truth = hevy.truth()
        check = Check(self._workplace, truth)
        for _ in range(self._runs):
            for contender in contenders:
                run = self._run(contender, row, check)
                print(f"  {contender.name}: {run.wall:.2f} s, CPU {run.cpu:.2f} s, {run.rss_mb:.0f} MB", flush=True)
                runs[contender.name].append(run)
        return truth.rows

    def _run(self, contender: Contender, row: Row, check: Check) -> Run:
        if row.kind is Kind.FIRST:
            contender.clear()
        else:
            contender.restore()
        if row.kind is Kind.LATER:
            contender.run(row.concurrency)
        position = self._store.position()
        cost = contender.run(row.concurrency)
        check.require_right(contender)
        return _run_of(cost, self._store.keys_written_since(position))

    def _save_loaded(self, contender: Contender, workouts: int, truth: Truth) -> None:
        """Makes the state after a first load, which is kept for the rows that begin with it."""
        if self._saved_workouts.get(contender.name) != workouts:
            self._first_load(contender, truth)
            contender.save()
            self._saved_workouts[contender.name] = workouts

    def _first_load(self, contender: Contender, truth: Truth) -> None:
        contender.clear()
        contender.run(None)
        Check(self._workplace, truth).require_right(contender)

    def _demo_runs(self) -> Iterator[Run]:
        """`mvn compile camel:run` as someone types it who has the project, compiled and with a filled Maven cache."""
        checkout = self._workplace.demo
        _copy_checkout(checkout)
        log = self._workplace.logs / "demo.log"
        for turn in range(1 + self._runs):
            shutil.rmtree(checkout / "target" / "demo", ignore_errors=True)
            cost = measure(["mvn", "compile", "camel:run"], plain_environment(), checkout, log)
            mart = self._workplace.daily_exercises(checkout / "target" / "demo" / "hevy.duckdb")
            if not mart.rows:
                raise Failed("the demo has left daily_exercises empty")
            if turn > 0:
                print(f"  {cost.wall:.2f} s, CPU {cost.cpu:.2f} s, {cost.rss_mb:.0f} MB", flush=True)
                yield _run_of(cost, [])


class Check:
    """Holds daily_exercises of every run of a row against the account, and the contenders' against each other."""

    def __init__(self, workplace: Workplace, truth: Truth) -> None:
        self._workplace = workplace
        self._truth = truth
        self._content: str | None = None
        self._keys: str | None = None

    def require_right(self, contender: Contender) -> None:
        mart = self._workplace.daily_exercises(contender.database)
        if Truth(mart.rows, mart.reps) != self._truth:
            raise Failed(f"daily_exercises of {contender.name} is {mart}, and the account has {self._truth}")
        self._content = self._content or mart.content
        if mart.content != self._content:
            raise Failed(f"the rows of daily_exercises of {contender.name} are not those of the others")
        if contender.name != PYTHON_STACK:
            self._keys = self._keys or mart.keys
            if mart.keys != self._keys:
                raise Failed(f"the row ids in daily_exercises of {contender.name} are not those of an earlier run")


def commit() -> str:
    """What was measured, by git's name; with a mark if files differ from it."""
    described = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    return subprocess.run(described, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()


def _run_of(cost: Cost, keys: list[str]) -> Run:
    raw = [key for key in keys if key.startswith("raw/")]
    years = {found.group(1) for key in raw if (found := _YEAR_OF_FILE.search(key))}
    return Run(
        wall=round(cost.wall, 3),
        cpu=round(cost.cpu, 3),
        rss_mb=round(cost.rss_mb, 1),
        raw_objects=len(raw),
        other_objects=len(keys) - len(raw),
        years=len(years),
    )


def _copy_checkout(to: Path) -> None:
    """Copies the files that git knows, as they are now, and so no `.env` and nothing that was built."""
    shutil.rmtree(to, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, target)

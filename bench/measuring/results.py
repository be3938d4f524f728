"""What was measured, as it is kept in results.json."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Run:
    """One measured run; the objects it has put into its bucket, and the years of the raw files among them."""

    wall: float
    cpu: float
    rss_mb: float
    raw_objects: int = 0
    other_objects: int = 0
    years: int = 0


@dataclass(frozen=True)
class Measured:
    """All runs of one contender in one row. Medians, unless the name says otherwise."""

    runs: tuple[Run, ...]

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def fastest(self) -> float:
        return min(run.wall for run in self.runs)

    @property
    def slowest(self) -> float:
        return max(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def rss_mb(self) -> float:
        return statistics.median(run.rss_mb for run in self.runs)

    @property
    def highest_rss_mb(self) -> float:
        return max(run.rss_mb for run in self.runs)

    @property
    def most_raw_objects(self) -> int:
        return max(run.raw_objects for run in self.runs)

    @property
    def most_other_objects(self) -> int:
        return max(run.other_objects for run in self.runs)

    @property
    def most_years(self) -> int:
        return max(run.years for run in self.runs)


@dataclass(frozen=True)
class RowResult:
    """A measured row, and under which circumstances."""

    date: str
    commit: str
    load_average: float
    daily_exercises: int
    contenders: dict[str, Measured]


@dataclass
class Results:
    """All rows that were measured, by key; rows that are measured again replace those of before."""

    machine: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    rows: dict[str, RowResult] = field(default_factory=dict)

    def of(self, row: str, contender: str) -> Measured:
        """Raises LookupError if that was not measured."""
        return self.rows[row].contenders[contender]

    @staticmethod
    def read(file: Path) -> Results:
        stored = json.loads(file.read_text())
        rows = {key: _row(row) for key, row in stored["rows"].items()}
        return Results(stored["machine"], stored["versions"], rows)

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")


def _row(stored: dict[str, Any]) -> RowResult:
    contenders = {
        name: Measured(tuple(Run(**run) for run in measured["runs"]))
        for name, measured in stored.pop("contenders").items()
    }
    return RowResult(**stored, contenders=contenders)

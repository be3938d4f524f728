"""What is measured, and what is to come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from .contenders import FLOOR, PIPELINE, PYTHON_STACK, SAME_WORK
from .results import Measured, Results


class Kind(Enum):
    """In which state a run finds the lake and the account."""

    FIRST = "first load"
    UNCHANGED = "second run, nothing has changed"
    LATER = "third run, nothing has changed"
    EDITED = "second run, one workout was edited"
    DEMO = "the demo, from Maven"


@dataclass(frozen=True)
class Verdict:
    """A goal beside what was measured."""

    goal: str
    measured: str
    met: bool


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Something that is to come out of a row, for one contender."""

    contender: str = PIPELINE

    def judge(self, row: str, results: Results) -> Verdict:
        """Raises LookupError if what it compares was not measured."""
        raise NotImplementedError


@dataclass(frozen=True)
class FasterThanPython(Goal):
    """At least so many times as fast as the Python stack, which another row may have measured."""

    times: float
    python_row: str | None = None

    def judge(self, row: str, results: Results) -> Verdict:
        python = results.of(self.python_row or row, PYTHON_STACK)
        ratio = python.wall / results.of(row, self.contender).wall
        return Verdict(f"≥ {self.times:g} × the Python stack's speed", f"{ratio:.1f} ×", ratio >= self.times)


@dataclass(frozen=True)
class WithinFloor(Goal):
    """At most so many times the floor's time."""

    times: float

    def judge(self, row: str, results: Results) -> Verdict:
        ratio = results.of(row, self.contender).wall / results.of(row, FLOOR).wall
        return Verdict(f"≤ {self.times:g} × the floor's time", f"{ratio:.2f} ×", ratio <= self.times)


@dataclass(frozen=True)
class WithinSeconds(Goal):
    seconds: float

    def judge(self, row: str, results: Results) -> Verdict:
        wall = results.of(row, self.contender).wall
        return Verdict(f"≤ {self.seconds:g} s", f"{wall:.1f} s", wall <= self.seconds)


@dataclass(frozen=True)
class WithinMegabytes(Goal):
    """The highest peak of all runs counts, not the median."""

    megabytes: float

    def judge(self, row: str, results: Results) -> Verdict:
        peak = results.of(row, self.contender).highest_rss_mb
        return Verdict(f"peak memory ≤ {self.megabytes:g} MB", f"{peak:.0f} MB", peak <= self.megabytes)


@dataclass(frozen=True)
class MemoryOfPython(Goal):
    """At most this share of the Python stack's peak memory."""

    share: float

    def judge(self, row: str, results: Results) -> Verdict:
        share = results.of(row, self.contender).rss_mb / results.of(row, PYTHON_STACK).rss_mb
        return Verdict(f"peak memory ≤ {self.share:g} × the Python stack's", f"{share:.2f} ×", share <= self.share)


@dataclass(frozen=True)
class FewObjects(Goal):
    """At most so many objects written to the raw tables, their commit included, of one year's partition each time."""

    objects: int

    def judge(self, row: str, results: Results) -> Verdict:
        measured: Measured = results.of(row, self.contender)
        objects, years = measured.most_raw_objects, measured.most_years
        return Verdict(
            f"≤ {self.objects} raw objects written, of one year",
            f"{objects}, of {years}",
            objects <= self.objects and years == 1,
        )


@dataclass(frozen=True)
class Row:
    """One line of the table: a state, an account, and who is measured on it."""

    key: str
    kind: Kind
    workouts: int
    contenders: tuple[str, ...]
    goals: tuple[Goal, ...] = ()
    latency_ms: int = 0
    concurrency: int | None = None

    @property
    def title(self) -> str:
        if self.kind is Kind.DEMO:
            return str(self.kind.value)
        latency = f", {self.latency_ms} ms to each answer" if self.latency_ms else ""
        concurrency = f", HEVY_CONCURRENCY={self.concurrency}" if self.concurrency else ""
        return f"{self.kind.value}, {self.workouts:,} workouts{latency}{concurrency}"


_ALL = (PYTHON_STACK, PIPELINE, SAME_WORK, FLOOR)
_JAVA = (PIPELINE, SAME_WORK, FLOOR)
_AGAIN = (PYTHON_STACK, PIPELINE)


def _of_both(kind: Callable[..., Goal], *values: float | str) -> tuple[Goal, Goal]:
    """The goal for all that a run does, and for the work alone that the other contenders do."""
    return kind(*values), kind(*values, contender=SAME_WORK)


FULL = (
    Row("first-200", Kind.FIRST, 200, _ALL, _of_both(FasterThanPython, 5)),
    Row("first-2000", Kind.FIRST, 2_000, _ALL, _of_both(FasterThanPython, 5)),
    Row(
        "first-10000",
        Kind.FIRST,
        10_000,
        _ALL,
        _of_both(FasterThanPython, 6) + _of_both(WithinFloor, 1.3) + _of_both(MemoryOfPython, 0.7),
    ),
    Row("latency", Kind.FIRST, 10_000, _ALL, _of_both(FasterThanPython, 4), latency_ms=50),
    Row("latency-8", Kind.FIRST, 10_000, _JAVA, _of_both(FasterThanPython, 7, "latency"), latency_ms=50, concurrency=8),
    Row("unchanged", Kind.UNCHANGED, 10_000, _AGAIN, (FasterThanPython(10),)),
    Row("unchanged-later", Kind.LATER, 10_000, _AGAIN),
    Row("edited", Kind.EDITED, 10_000, (*_AGAIN, SAME_WORK), (*_of_both(FasterThanPython, 8), FewObjects(5))),
    Row("first-100000", Kind.FIRST, 100_000, _JAVA, _of_both(WithinFloor, 1.5) + _of_both(WithinMegabytes, 450)),
    Row("demo", Kind.DEMO, 0, (PIPELINE,), (WithinSeconds(12),)),
)

QUICK = (
    Row("first-200", Kind.FIRST, 200, _ALL, _of_both(FasterThanPython, 5)),
    Row("first-2000", Kind.FIRST, 2_000, _ALL, _of_both(FasterThanPython, 5)),
    Row("unchanged-2000", Kind.UNCHANGED, 2_000, _AGAIN),
    Row("edited-2000", Kind.EDITED, 2_000, _AGAIN, (FewObjects(5),)),
)

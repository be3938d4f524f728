#!/usr/bin/env python3
"""Measures hevy-pipeline beside the Python stack that it replaces and beside the floor. bench/README.md says more."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from pathlib import Path

from measuring import machine, report
from measuring.process import Failed
from measuring.results import Results
from measuring.rows import FULL, QUICK, Row
from measuring.session import Session
from measuring.workplace import BENCH, Workplace

WORK = BENCH / ".work"


def main() -> int:
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    rows = QUICK if options.quick else FULL
    chosen = choose(rows, options.rows)
    folder = WORK if options.quick else BENCH
    workplace = Workplace(WORK)
    try:
        say("building what is missing")
        workplace.prepare()
        results = run(workplace, chosen, options.runs, folder / "results.json", anew=options.rows is None)
        text = report.markdown(rows, results, command())
        (folder / "results.md").write_text(text)
        if not options.quick:
            workplace.draw_growth(folder / "results.json", folder / "growth.svg")
    except Failed as failure:
        print(f"\nbench: {failure}", file=sys.stderr)
        return 1
    print(f"\n{text}\n{folder / 'results.md'}")
    return judge(rows, results)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each contender in each row (5)")
    parser.add_argument("--quick", action="store_true", help="small accounts only; writes to bench/.work/")
    parser.add_argument(
        "--rows", nargs="+", metavar="ROW", help="measure these, and keep the others' results: "
        + ", ".join(row.key for row in FULL)
    )  # fmt: skip
    return parser.parse_args()


def choose(rows: tuple[Row, ...], keys: list[str] | None) -> tuple[Row, ...]:
    if keys is None:
        return rows
    unknown = set(keys) - {row.key for row in rows}
    if unknown:
        sys.exit(f"bench: there is no row {', '.join(sorted(unknown))}; there are {', '.join(row.key for row in rows)}")
    return tuple(row for row in rows if row.key in keys)


def run(workplace: Workplace, rows: tuple[Row, ...], runs: int, file: Path, anew: bool) -> Results:
    """Measures the rows one by one; each is written down at once, so that a later failure loses none."""
    results = Results() if anew or not file.exists() else Results.read(file)
    results.machine = machine.machine()
    results.versions = machine.versions(workplace)
    with Session(workplace, runs) as session:
        say("warming up")
        session.warm_up(rows)
        for row in rows:
            say(row.title)
            results.rows[row.key] = session.measure(row)
            results.write(file)
    return results


def judge(rows: tuple[Row, ...], results: Results) -> int:
    """The exit code: 3 if a goal is missed."""
    missed = report.unmet(rows, results)
    for goal in missed:
        print(f"missed: {goal}", file=sys.stderr)
    return 3 if missed else 0


def command() -> str:
    return shlex.join(["python3", "bench/bench.py", *sys.argv[1:]])


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Measures the load of an export beside pandas, which reads the same file and writes the same mart."""

from __future__ import annotations

import argparse
import datetime
import random
import shutil
import statistics
import sys
from pathlib import Path

from measuring.process import Cost, Failed, build, measure
from measuring.servers import ACCESS_KEY, SECRET_KEY, ObjectStore, free_port
from measuring.workplace import BENCH, Workplace, plain_environment

_EXERCISES = ("Squat (Barbell)", "Bench Press (Barbell)", "Deadlift (Barbell)", "Pull Up", "Plank", "Zercher carry")
_HEADER = (
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,"
    "set_index,set_type,weight_kg,reps,distance_km,duration_seconds,rpe\n"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workouts", type=int, default=3_000, help="workouts of the export (3000)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each program (5)")
    options = parser.parse_args()
    workplace = Workplace(BENCH / ".work")
    try:
        python = workplace.prepare_export()
        export = workplace.folder / f"export-{options.workouts}.csv"
        sets = write(export, options.workouts)
        with ObjectStore(workplace, free_port()) as store:
            costs = run(workplace, python, export, store, options.runs, sets)
    except Failed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    print(f"{options.workouts} workouts, {sets} sets, {export.stat().st_size / 1e6:.1f} MB; medians of {options.runs} runs")
    for name, measured in costs.items():
        wall, cpu, rss = (statistics.median(getattr(one, of) for one in measured) for of in ("wall", "cpu", "rss_mb"))
        print(f"{name:40} {wall:6.2f} s  {cpu:6.2f} s of CPU  {rss:5.0f} MB")
    return 0


def run(
    workplace: Workplace, python: Path, export: Path, store: ObjectStore, runs: int, sets: int
) -> dict[str, list[Cost]]:
    """The programs take turns; each begins with nothing."""
    pipeline = [str(BENCH.parent / "bin" / "hevy-pipeline")]
    pandas = [str(python), str(BENCH / "pandas-export" / "daily_exercises.py"), str(export)]
    folder, log = workplace.state / "export", workplace.logs / "export.log"
    database = folder / "hevy.duckdb"
    settings = {
        "HEVY_EXPORT": str(export),
        "S3_BUCKET_NAME": "export",
        "S3_ENDPOINT_URL": store.url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": "us-east-1",
        "DLT_PIPELINE_DIR": str(folder / "dlt"),
        "DBT_DUCKDB_PATH": str(database),
        "HEVY_PIPELINE_CACHE": str(workplace.pipeline_cache),
    }
    programs = {
        "hevy-pipeline, all marts and the report": (pipeline, settings),
        "hevy-pipeline, daily_exercises alone": (pipeline, settings | {"PIPELINE_SELECT": "+daily_exercises"}),
        "pandas": ([*pandas, str(database)], {}),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in programs}
    for number in range(runs + 1):
        for name, (command, more) in programs.items():
            for anew in (folder, workplace.s3 / "export"):
                shutil.rmtree(anew, ignore_errors=True)
                anew.mkdir(parents=True)
            cost = measure(command, plain_environment() | more, folder, log)
            require_rows(python, database, sets)
            if number > 0:
                costs[name].append(cost)
    return costs


def require_rows(python: Path, database: Path, sets: int) -> None:
    query = "import duckdb, sys; print(duckdb.connect(sys.argv[1]).sql('from main_marts.daily_exercises').count('*'))"
    counted = build([str(python), "-c", query, str(database)], database.parent, database.parent / "count.log")
    if str(sets) not in counted:
        raise Failed(f"{database} has other rows than the {sets} of the export:\n{counted}")


def write(file: Path, workouts: int) -> int:
    """Always the same file; returns the number of its sets."""
    dice = random.Random(42)
    start = datetime.datetime(2026, 5, 1, 18, 0)
    sets = 0
    with file.open("w") as csv:
        csv.write(_HEADER)
        for _ in range(workouts):
            start -= datetime.timedelta(minutes=dice.randrange(1_440, 4_000))
            end = start + datetime.timedelta(minutes=dice.randrange(30, 90))
            times = ",".join(f'"{time.day} {time:%b %Y, %H:%M}"' for time in (start, end))
            for exercise in dice.sample(_EXERCISES, 5):
                for index in range(dice.randrange(3, 6)):
                    weight, reps = dice.randrange(20, 200), dice.randrange(1, 13)
                    csv.write(f'"Full body",{times},"","{exercise}",,"",{index},"normal",{weight}.5,{reps},,,8\n')
                    sets += 1
    return sets


if __name__ == "__main__":
    sys.exit(main())

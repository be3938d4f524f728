"""Reads an English export of the app with pandas and writes daily_exercises into a DuckDB file: no lake, no tests.

It is what one would write in ten minutes, and does as much: one language, no ids that stay, nothing checked.
"""

import sys

import duckdb
import pandas


def main(export: str, database: str) -> None:
    sets = pandas.read_csv(export)
    started = pandas.to_datetime(sets["start_time"], format="%d %b %Y, %H:%M")
    daily_exercises = pandas.DataFrame(
        {
            "workout_date": started.dt.date,
            "exercise_name": sets["exercise_title"],
            "weight_kg": sets["weight_kg"],
            "reps": sets["reps"],
            "set_number": sets["set_index"] + 1,
            "set_type": sets["set_type"],
            "rpe": sets["rpe"],
            "workout_title": sets["title"],
            "started_at": started,
            "ended_at": pandas.to_datetime(sets["end_time"], format="%d %b %Y, %H:%M"),
        }
    ).sort_values(["started_at", "exercise_name", "set_number"], ascending=[False, True, True])
    with duckdb.connect(database) as connection:
        connection.execute("create schema if not exists main_marts")
        connection.execute("create or replace table main_marts.daily_exercises as select * from daily_exercises")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Prints, as JSON, how many rows daily_exercises of a DuckDB file has, the sum of their reps, and checksums.

The checksums do not depend on the order of rows: `content` is of the columns that every contender fills alike, `keys`
of the row ids as well.
"""

import json
import sys

import duckdb

_CONTENT = (
    "workout_date", "exercise_name", "weight_kg", "reps", "set_number", "set_type", "rpe", "workout_title",
    "started_at", "ended_at", "workout_id",
)  # fmt: skip
_KEYS = ("exercise_id", "set_id")


def _checksum(columns: tuple[str, ...]) -> str:
    """Of the text of each value: contenders may differ in the width of an integer."""
    return f"cast(sum(hash({', '.join(f'cast({column} as varchar)' for column in columns)})) as varchar)"


def main(database: str) -> None:
    with duckdb.connect(database, read_only=True) as connection:
        ((rows, reps, content, keys),) = connection.execute(
            "select count(*), cast(coalesce(sum(reps), 0) as bigint), "
            f"{_checksum(_CONTENT)}, {_checksum(_CONTENT + _KEYS)} from main_marts.daily_exercises"
        ).fetchall()
    print(json.dumps({"rows": rows, "reps": reps, "content": content, "keys": keys}))


if __name__ == "__main__":
    main(sys.argv[1])

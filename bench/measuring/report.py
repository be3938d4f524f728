"""Writes results as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from .contenders import FLOOR, PYTHON_STACK
from .results import Measured, Results, RowResult
from .rows import Goal, Row, Verdict


def markdown(rows: tuple[Row, ...], results: Results, command: str) -> str:
    """The whole report. Rows that were not measured are left out of the table, and said so among the goals."""
    measured = [row for row in rows if row.key in results.rows]
    lines = [
        "# Results",
        "",
        f"Written last by `{command}`; [README.md](README.md) says what is measured. Seconds are medians, with the "
        "fastest and the slowest run in brackets. In every run `daily_exercises` had the rows that the account has, and "
        "all contenders the same.",
        "",
        "| goal | measured | met | row | contender |",
        "|---|---|---|---|---|",
        *_goals(rows, results),
        "",
        "| contender | runs | seconds | CPU seconds | peak MB | ÷ Python | ÷ floor | objects written |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in measured:
        lines += [f"| **{row.title}** | | | | | | | |", *_contenders(row, results)]
    lines += ["", "| row | measured | version | load of the machine before | rows of `daily_exercises` |"]
    lines += ["|---|---|---|---|---|"]
    lines += [_circumstances(row.key, results.rows[row.key]) for row in measured]
    lines += ["", *(f"- {name}: {value}" for name, value in {**results.machine, **results.versions}.items()), ""]
    return "\n".join(lines)


def unmet(rows: tuple[Row, ...], results: Results) -> list[str]:
    """The goals that were measured and missed."""
    return [
        f"{row.title}: {goal.contender}: {verdict.goal}, measured {verdict.measured}"
        for row, goal, verdict in _verdicts(rows, results)
        if verdict and not verdict.met
    ]


def _verdicts(rows: tuple[Row, ...], results: Results) -> Iterator[tuple[Row, Goal, Verdict | None]]:
    for row in rows:
        for goal in row.goals:
            try:
                yield row, goal, goal.judge(row.key, results)
            except LookupError:
                yield row, goal, None


def _goals(rows: tuple[Row, ...], results: Results) -> Iterator[str]:
    for row, goal, verdict in _verdicts(rows, results):
        where = f"{row.title} | {goal.contender}"
        if verdict:
            yield f"| {verdict.goal} | {verdict.measured} | {'yes' if verdict.met else '**no**'} | {where} |"
        else:
            yield f"| | not measured | | {where} |"


def _contenders(row: Row, results: Results) -> Iterator[str]:
    contenders = results.rows[row.key].contenders
    for name, measured in contenders.items():
        cells = [
            name,
            str(len(measured.runs)),
            f"{measured.wall:.2f} ({measured.fastest:.2f}–{measured.slowest:.2f})",
            f"{measured.cpu:.2f}",
            f"{measured.rss_mb:.0f}",
            _ratio(measured, contenders.get(PYTHON_STACK)),
            _ratio(measured, contenders.get(FLOOR)),
            _objects(measured),
        ]
        yield f"| {' | '.join(cells)} |"


def _circumstances(key: str, row: RowResult) -> str:
    return f"| {key} | {row.date} | `{row.commit}` | {row.load_average:.2f} | {row.daily_exercises or ''} |"


def _ratio(measured: Measured, to: Measured | None) -> str:
    return f"{measured.wall / to.wall:.2f}" if to else ""


def _objects(measured: Measured) -> str:
    if not measured.most_raw_objects and not measured.most_other_objects:
        return "none"
    years = f", of {measured.most_years} years" if measured.most_years > 1 else ""
    return f"{measured.most_raw_objects} raw{years}, {measured.most_other_objects} other"

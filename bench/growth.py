"""Draws how the cost of a first load grows with the account: growth.py results.json growth.svg."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

from measuring.contenders import FLOOR, PIPELINE, PYTHON_STACK, SAME_WORK
from measuring.results import Results
from measuring.rows import FULL, Kind


@dataclass(frozen=True)
class Style:
    """Contenders are told apart by marker too, for those who see no colours."""

    colour: str
    marker: str
    line: str = "-"


_STYLES = {
    PYTHON_STACK: Style("#d55e00", "s"),
    PIPELINE: Style("#0072b2", "o"),
    SAME_WORK: Style("#56b4e9", "D", ":"),
    FLOOR: Style("#7f7f7f", "^", "--"),
}
_SIZES = [row for row in FULL if row.kind is Kind.FIRST and row.latency_ms == 0]


def main(results_file: Path, plot: Path) -> None:
    results = Results.read(results_file)
    # Text stays text, and the same results give the same file.
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "growth", "font.family": "sans-serif"})
    figure, (seconds, memory) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    for contender in _STYLES:
        draw(seconds, results, contender, "wall")
        draw(memory, results, contender, "rss_mb")
    label(seconds, "seconds")
    label(memory, "peak memory, MB")
    seconds.legend(frameon=False)
    figure.suptitle("First load, by workouts in the account")
    figure.savefig(plot, metadata={"Date": None})


def draw(axes: Axes, results: Results, contender: str, quantity: str) -> None:
    measured = [
        (row.workouts, results.rows[row.key].contenders[contender])
        for row in _SIZES
        if row.key in results.rows and contender in results.rows[row.key].contenders
    ]
    sizes = [workouts for workouts, _ in measured]
    values = [getattr(of_contender, quantity) for _, of_contender in measured]
    style = _STYLES[contender]
    axes.plot(sizes, values, label=contender, color=style.colour, marker=style.marker, linestyle=style.line)
    if values:
        text = f"{values[-1]:.1f}" if values[-1] < 100 else f"{values[-1]:,.0f}"
        axes.annotate(
            text, (sizes[-1], values[-1]), (7, 0), textcoords="offset points", va="center", color=style.colour
        )


def label(axes: Axes, quantity: str) -> None:
    axes.set(xscale="log", yscale="log", xlabel="workouts", ylabel=quantity)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:,.0f}")
        axis.set_minor_locator(NullLocator())
    axes.margins(x=0.15, y=0.1)
    axes.grid(which="major", color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

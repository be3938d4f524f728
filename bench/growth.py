"""Draws how the cost of a first load grows with the account: growth.py results.json growth.svg."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402

from measuring.contenders import FLOOR, PIPELINE, PYTHON_STACK  # noqa: E402
from measuring.results import Results  # noqa: E402
from measuring.rows import FULL, Kind  # noqa: E402

# Told apart by shade and by marker too, for those who see no colours.
_STYLES = {
    PYTHON_STACK: {"color": "#d55e00", "marker": "s"},
    PIPELINE: {"color": "#0072b2", "marker": "o"},
    FLOOR: {"color": "#7f7f7f", "marker": "^", "linestyle": "--"},
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
    axes.plot(sizes, values, label=contender, **_STYLES[contender])
    for size, value in zip(sizes, values, strict=True):
        text = f"{value:.1f}" if value < 100 else f"{value:.0f}"
        above = contender != FLOOR
        axes.annotate(
            text, (size, value), (0, 6 if above else -6), textcoords="offset points", ha="center",
            va="bottom" if above else "top", fontsize=8, color=_STYLES[contender]["color"],
        )  # fmt: skip


def label(axes: Axes, quantity: str) -> None:
    axes.set(xscale="log", yscale="log", xlabel="workouts", ylabel=quantity)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.margins(x=0.12, y=0.15)
    axes.grid(which="major", color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

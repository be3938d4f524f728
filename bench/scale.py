#!/usr/bin/env python3
"""Measures many accounts: first, unchanged and changed rounds with one and two workers, beside the Python stack.

    bench/scale.py [--accounts 1 10 100 1000] [--python-stack 10]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shlex
import sys
from pathlib import Path

from measuring import machine
from measuring.contenders import Ports
from measuring.fleet import Accounts, Fleet, PythonStackOfAccount, Round, write
from measuring.process import Cost, Failed
from measuring.servers import ObjectStore, free_port
from measuring.workplace import BENCH, Workplace

WORKOUTS = 300
CHANGED_EVERY = 20


def main() -> int:
    options = parse()
    workplace = Workplace(BENCH / ".work")
    results = Path(options.output).with_suffix(".json")
    facts: dict[str, object] = json.loads(results.read_text()) if results.exists() and options.keep else {}
    try:
        workplace.prepare_scale()
        with ObjectStore(workplace, free_port()) as s3:
            for accounts in options.accounts:
                facts[f"accounts-{accounts}"] = [dataclasses.asdict(r) for r in rounds(workplace, s3, accounts, options.workers)]
                write(results, facts)
            if options.python_stack:
                facts["python-stack"] = python_stack(workplace, s3, options.python_stack)
                write(results, facts)
    except Failed as failure:
        print(f"\nscale: {failure}", file=sys.stderr)
        return 1
    text = report(facts, shlex.join(["python3", "bench/scale.py", *sys.argv[1:]]))
    Path(options.output).write_text(text)
    print(text)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=[1, 10, 100, 1_000], help="numbers of accounts")
    parser.add_argument("--workers", type=int, choices=(1, 2), default=2, help="up to so many workers (2)")
    parser.add_argument("--python-stack", type=int, default=10, metavar="N", help="accounts for the Python stack (10)")
    parser.add_argument("--output", default=str(BENCH / "scale.md"), help="the report; beside it the figures as JSON")
    parser.add_argument("--keep", action="store_true", help="keep the figures of earlier runs that are not measured again")
    return parser.parse_args()


def rounds(workplace: Workplace, s3: ObjectStore, number: int, workers: int) -> list[Round]:
    """First, unchanged and 5 % changed with one worker; first and changed with two, after a fresh start."""
    measured = []
    with Accounts(workplace, number, WORKOUTS) as accounts:
        fleet = Fleet(workplace, accounts, s3.port)
        fleet.clear()
        print(f"{number} accounts, one worker", flush=True)
        measured.append(fleet.one_worker(number))
        measured.append(fleet.one_worker(0))
        measured.append(fleet.one_worker(accounts.edit(CHANGED_EVERY)))
        if workers > 1 and number > 1:
            print(f"{number} accounts, two workers", flush=True)
            fleet.clear()
            measured.append(fleet.two_workers(number))
    return measured


def python_stack(workplace: Workplace, s3: ObjectStore, number: int) -> dict[str, object]:
    """The Python stack once per account: first and unchanged."""
    first, unchanged = [], []
    with Accounts(workplace, number, WORKOUTS) as accounts:
        for key in accounts.keys():
            print("the Python stack, one account", flush=True)
            stack = PythonStackOfAccount(workplace, Ports(0, s3.port)).of(accounts, key)
            stack.clear()
            first.append(stack.run(None))
            unchanged.append(stack.run(None))
    return {"accounts": number, "first": mean(first), "unchanged": mean(unchanged)}


def mean(costs: list[Cost]) -> dict[str, float]:
    return {
        "wall": sum(cost.wall for cost in costs) / len(costs),
        "cpu": sum(cost.cpu for cost in costs) / len(costs),
        "rss_mb": max(cost.rss_mb for cost in costs),
    }


def report(facts: dict[str, object], command: str) -> str:
    """The tables, from what was measured alone."""
    lines = [
        "# Many accounts",
        "",
        f"`{command}`; {', '.join(machine.machine().values())}. API, S3 server and broker run on the same machine. Each account has {WORKOUTS}",
        "workouts. CPU is that of the workers: user and system seconds of all threads, Java's start included.",
        "",
        "| accounts | changed | workers | seconds | accounts a minute | CPU s an account | requests an account | objects"
        " written | MB a worker |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, measured in facts.items():
        if name.startswith("accounts-"):
            lines += [line(Round(**each)) for each in measured]  # type: ignore[attr-defined]
    stack = facts.get("python-stack")
    if isinstance(stack, dict):
        lines += [
            "",
            f"The Python stack of [`python-stack/`](python-stack), once per account, mean of {stack['accounts']} accounts; more accounts are a",
            "multiple of it (calculated, not measured):",
            "",
            "| round | seconds an account | CPU s an account | MB |",
            "|---|--:|--:|--:|",
        ]
        for kind in ("first", "unchanged"):
            cost = stack[kind]
            lines.append(f"| {kind} | {cost['wall']:.1f} | {cost['cpu']:.1f} | {cost['rss_mb']:.0f} |")
    return "\n".join(lines) + "\n"


def line(each: Round) -> str:
    return (
        f"| {each.accounts:,} | {each.changed:,} | {each.workers} | {each.wall:,.1f} | "
        f"{each.accounts / each.wall * 60:,.0f} | {each.cpu / each.accounts:.3f} | "
        f"{each.requests / each.accounts:.1f} | {each.objects:,} | {each.rss_mb:.0f} |"
    )


if __name__ == "__main__":
    sys.exit(main())

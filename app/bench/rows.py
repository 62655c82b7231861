"""One measured figure: its value, what it is held against, and whether the goal is met."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Row(NamedTuple):
    """`against`: the yardstick measured in the same run; `ratio`: value / against.

    The goal is an upper bound for the ratio, or for the value where there is no yardstick;
    with `at_least` a lower bound.
    """

    id: str
    what: str
    value: float
    unit: str
    goal: float | None = None
    against: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        return self.value / self.against if self.against else None

    @property
    def met(self) -> bool:
        if self.goal is None:
            return True
        held = self.value if self.ratio is None else self.ratio
        return held >= self.goal if self.at_least else held <= self.goal

    def told(self) -> dict[str, object]:
        """The row as design and outside checks know it."""
        return {
            "id": self.id,
            "what": self.what,
            "value": _short(self.value),
            "unit": self.unit,
            "against": _short(self.against),
            "ratio": _short(self.ratio),
            "goal": self.goal,
            "met": self.met,
        }


class Runs(NamedTuple):
    """Several measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def said(self) -> str:
        """How often it was measured, and how far the runs lie apart."""
        low, high = min(self.values), max(self.values)
        return f"median of {len(self.values)} runs, {low:.3g} to {high:.3g}"


def milliseconds(act: Callable[[], object], runs: int, cpu: bool = False) -> Runs:
    """Wall-clock (or this process's CPU) milliseconds of an act; the first run only warms up."""
    clock = time.process_time if cpu else time.perf_counter
    act()
    taken = []
    for _ in range(runs):
        begun = clock()
        act()
        taken.append(1000 * (clock() - begun))
    return Runs(tuple(taken))


def _short(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.4g}")


def table(rows: list[Row]) -> str:
    """Rows for people, at most 100 columns."""
    lines = [f"{'':3} {'value':>9} {'unit':10} {'ratio':>6} {'goal':>8}  what"]
    for row in rows:
        mark = "ok" if row.met else "NO"
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        sign = ">=" if row.at_least else "<="
        goal = "" if row.goal is None else f"{sign}{row.goal:g}"
        lines.append(
            f"{mark:3} {row.value:9.4g} {row.unit:10} {ratio:>6} {goal:>8}  {row.id}: {row.what}"
        )
    return "\n".join(lines)

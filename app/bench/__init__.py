"""`hinsehen bench`: what this machine needs, against the goals, measured in one run."""

from __future__ import annotations

import json
from collections.abc import Callable

from app.bench import costs, desk, journey, keys, load
from app.bench.rows import Row, table

BENCHES: dict[str, Callable[[], list[Row]]] = {
    "journey": journey.measure,
    "desk": desk.measure,
    "crypto": lambda: [*costs.measure(), *keys.measure()],
    "load": load.measure,
}


def run_bench(names: tuple[str, ...], as_json: bool) -> int:
    """Print the rows of the benches named; 0 also when a goal is missed: it is said, not failed."""
    rows = [row for name in names for row in BENCHES[name]()]
    if as_json:
        print(json.dumps({"rows": [row.told() for row in rows]}, ensure_ascii=False))
    else:
        print(table(rows))
    return 0

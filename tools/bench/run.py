"""Run the benchmarks: `python tools/bench/run.py [--json FILE] [NAME…]`.

One row a figure: name, ours, peer, ratio, the peer's version; all rows from one run.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from rich.console import Console  # noqa: E402 - the path is set above
from rich.table import Table  # noqa: E402

from bench import catalogue, chip, conversations, events, memory, roundtrip  # noqa: E402
from bench.figure import Row  # noqa: E402

FIGURES = {
    **chip.FIGURES,
    **roundtrip.FIGURES,
    **conversations.FIGURES,
    **events.FIGURES,
    **memory.FIGURES,
    **catalogue.FIGURES,
}
"""Name of each figure and the function that measures it; a new module adds its own table here."""


def main() -> int:
    """Measure the figures asked for (all when none is named) and print one table."""
    parser = argparse.ArgumentParser(description="Our figures beside the peers', from one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(FIGURES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows as JSON")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(FIGURES))
    if unknown:
        parser.error(f"no figure named {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    console = Console(stderr=True)
    rows: list[Row] = []
    for name in arguments.names or FIGURES:
        with console.status(f"measuring {name} …"):
            rows.extend(FIGURES[name]())
    Console(width=None if sys.stdout.isatty() else 160).print(_table(rows))
    if arguments.json:
        machine = {"python": platform.python_version(), "cores": os.cpu_count()}
        report = {"machine": machine, "rows": [row.as_data() for row in rows]}
        arguments.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return 0


def _table(rows: list[Row]) -> Table:
    table = Table()
    for heading in ("figure", "ours", "peer", "unit", "ratio", "ratio is", "peer version", "goal"):
        table.add_column(
            heading, justify="right" if heading in {"ours", "peer", "ratio"} else "left"
        )
    for row in rows:
        table.add_row(
            row.name, f"{row.ours:,.2f}", f"{row.peer:,.2f}", row.unit, f"{row.ratio:.2f}",
            row.ratio_means, row.peer_version, row.goal,
        )  # fmt: skip
    return table


if __name__ == "__main__":
    sys.exit(main())

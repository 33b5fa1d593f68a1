"""Run the benchmarks: `python tools/bench/run.py [--json FILE] [NAME…]`.

One row a figure: name, ours, peer, ratio, the peer's version, whether its goal is met; all rows
from one run. A figure that cannot be measured takes no other with it.

Exit status: 0 all measured, every goal met · 1 a goal is missed · 2 usage · 3 a figure failed
"""

import argparse
import json
import os
import platform
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from rich.console import Console  # noqa: E402 - the path is set above
from rich.table import Table  # noqa: E402

from bench import (  # noqa: E402
    bulk,
    catalogue,
    chip,
    conversations,
    crowd,
    events,
    issuing,
    judging,
    lists,
    memory,
    ocsp,
    plugin,
    revocation,
    roundtrip,
    tracing,
)
from bench.figure import Row  # noqa: E402

FIGURES = {
    **chip.FIGURES,
    **roundtrip.FIGURES,
    **conversations.FIGURES,
    **events.FIGURES,
    **memory.FIGURES,
    **catalogue.FIGURES,
    **tracing.FIGURES,
    **plugin.FIGURES,
    **crowd.FIGURES,
    **ocsp.FIGURES,
    **issuing.FIGURES,
    **judging.FIGURES,
    **lists.FIGURES,
    **revocation.FIGURES,
    **bulk.FIGURES,
}
"""Name of each figure and the function that measures it; a new module adds its own table here."""


MISSED, FAILED = 1, 3
_MET = {None: "", True: "yes", False: "NO"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the figures asked for (all when none is named) and print one table."""
    parser = argparse.ArgumentParser(description="Our figures beside the peers', from one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(FIGURES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows as JSON")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.names) - set(FIGURES))
    if unknown:
        parser.error(f"no figure named {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    if asked.json and not asked.json.parent.is_dir():
        parser.error(f"there is no directory {asked.json.parent}")
    rows, failed = _measured(asked.names or list(FIGURES))
    Console(width=None if sys.stdout.isatty() else 160).print(_table(rows))
    if asked.json:
        machine = {"python": platform.python_version(), "cores": os.cpu_count()}
        report = {"machine": machine, "rows": [row.as_data() for row in rows], "failed": failed}
        asked.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    if failed:
        return FAILED
    return MISSED if any(row.met is False for row in rows) else 0


def _measured(names: Sequence[str]) -> tuple[list[Row], dict[str, str]]:
    """Give the rows, and why each figure that gave none did not."""
    console = Console(stderr=True)
    rows: list[Row] = []
    failed: dict[str, str] = {}
    for name in names:
        try:
            with console.status(f"measuring {name} …"):
                rows.extend(FIGURES[name]())
        except Exception as error:  # noqa: BLE001 - the rows of the others are worth keeping
            traceback.print_exc()
            failed[name] = f"{type(error).__name__}: {error}"
    return rows, failed


def _table(rows: list[Row]) -> Table:
    table = Table()
    for heading in (
        "figure",
        "ours",
        "peer",
        "unit",
        "ratio",
        "ratio is",
        "peer version",
        "goal",
        "met",
    ):
        table.add_column(
            heading, justify="right" if heading in {"ours", "peer", "ratio"} else "left"
        )
    for row in rows:
        table.add_row(
            row.name, f"{row.ours:,.2f}", f"{row.peer:,.2f}", row.unit, f"{row.ratio:.2f}",
            row.ratio_means, row.peer_version, str(row.goal or ""), _MET[row.met],
        )  # fmt: skip
    return table


if __name__ == "__main__":
    sys.exit(main())

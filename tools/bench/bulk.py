"""Millions of serial numbers asked at once, beside NumPy and DuckDB.

Each is given its own form of the numbers before the clock starts: ours the columns of an index,
NumPy arrays, DuckDB tables in memory. What is timed is the question, with whatever each makes of
the revoked ones to answer it.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bench.figure import Goal, Row
from bench.revocation import HIGHEST, ROOT, drawn

_BULK = """
import json, sys, time
import numpy as np
from jpki.revocation.columns import Columns, no_columns
from jpki.revocation.layout import Contents
from jpki.revocation.lookup import CaIndex
revoked, asked = np.load(sys.argv[1]), np.load(sys.argv[2], mmap_mode="r")
how, count = sys.argv[3], int(sys.argv[4])
asked = np.array(asked[:count])
if how == "ours":
    zeros = np.zeros(len(revoked), np.uint32)
    columns = Columns(revoked, zeros, zeros.astype(np.uint16), no_columns().long)
    part = CaIndex(Contents.of(b"", b"", {}, columns))
    started = time.perf_counter()
    found = int(part.listed(asked).sum())
elif how == "numpy":
    started = time.perf_counter()
    found = int(np.isin(asked, revoked, kind="table").sum())
else:
    import duckdb
    tables = duckdb.connect()
    tables.execute("SET enable_progress_bar = false")
    for name, serials in (("revoked", revoked), ("asked", asked)):
        tables.register("given", {"s": serials})
        tables.execute(f"CREATE TABLE {name} AS SELECT s FROM given")
    started = time.perf_counter()
    join = "SELECT count(*) FROM asked SEMI JOIN revoked USING (s)"
    (found,) = tables.execute(join).fetchone()
print(json.dumps({"time": time.perf_counter() - started, "found": found}))
"""


def bulk() -> list[Row]:
    """Ask 5, 10 and 50 million serial numbers of 10 million revoked ones; about a minute."""
    revoked = drawn(10_000_000, seed=8).astype(np.uint32)
    asked = np.random.default_rng(9).integers(1 << 24, HIGHEST, 50_000_000).astype(np.uint32)
    peers = {
        f"numpy {np.__version__} isin": "numpy",
        f"duckdb {version('duckdb')} semi join": "duckdb",
    }
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        files = [Path(directory) / name for name in ("revoked.npy", "asked.npy")]
        np.save(files[0], revoked)
        np.save(files[1], asked)
        del revoked, asked
        five = 0.0
        for count in (5_000_000, 10_000_000, 50_000_000):
            mine = _bulk(files, "ours", count)
            five = five or mine["time"]
            for name, how in peers.items():
                theirs = _bulk(files, how, count)
                if theirs["found"] != mine["found"]:
                    raise RuntimeError(f"{name} finds {theirs['found']}, we {mine['found']}")
                rows.append(
                    Row(
                        f"crl-bulk-{count // 1_000_000}m", "s", round(mine["time"], 3),
                        round(theirs["time"], 3), round(theirs["time"] / mine["time"], 2),
                        "peer / ours, against 10 M revoked", name,
                        Goal("ours", below=2.0),
                    )
                )  # fmt: skip
        rows.append(
            Row(
                "crl-bulk-growth", "s", round(mine["time"], 3), round(five, 3),
                round(mine["time"] / five, 2), "50 M / 5 M asked", "itself",
                Goal("ratio", below=12.0),
            )
        )  # fmt: skip
    return rows


def _bulk(files: list[Path], how: str, count: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _BULK, *map(str, files), how, str(count)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tools'}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


FIGURES = {"crl-bulk": bulk}

"""`tools/bench/run.py`: rows as data, goals judged, and one failure that takes no other with it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench import run
from bench.figure import Goal, Row

ROOT = Path(__file__).parents[2]
YES, MISSED, USAGE, FAILED = range(4)
"""The documented exit statuses, written down again."""


def row(name, *, ours=2.0, peer=8.0, goal=None):
    return Row(name, "ms", ours, peer, peer / ours, "peer / ours", "peer 1.0", goal)


def unmeasurable():
    raise RuntimeError("the peer did not start")


@pytest.fixture
def bench(monkeypatch, tmp_path, capsys):
    """Give a function that runs figures, and gives status, JSON and table."""

    def bench(figures, *names):
        monkeypatch.setattr(run, "FIGURES", figures)
        place = tmp_path / "rows.json"
        status = run.main(["--json", str(place), *names])
        return status, json.loads(place.read_text(encoding="utf-8")), capsys.readouterr().out

    return bench


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (Goal("ratio", at_least=4), True),
        (Goal("ratio", at_least=4.1), False),
        (Goal("ratio", below=4), False),
        (Goal("ratio", below=4.1), True),
        (Goal("ours", below=2.5), True),
        (Goal("ours", below=2), False),
        (Goal("ours", at_least=1, below=2), False),
        (None, None),
    ],
    ids=str,
)
def test_a_goal_is_judged_by_the_value_it_is_about(goal, met):
    """By ours (2) or by the ratio (4); at least takes its bound in, below leaves it out."""
    assert row("figure", goal=goal).met is met


def test_a_missed_goal_is_told_and_is_the_exit_status(bench):
    """In the table, in the JSON, and to whoever looks at nothing else."""
    goal = Goal("ratio", at_least=5)

    status, said, table = bench({"slow": lambda: [row("slow", goal=goal)]})

    assert (status, said["rows"][0]["met"]) == (MISSED, False)
    assert ["ratio at least 5" in table, "NO" in table] == [True, True]


def test_a_goal_that_is_met_and_none_at_all_are_both_well(bench):
    """What was never promised cannot be missed."""
    goal = Goal("ours", below=5)

    status, said, _ = bench({"two": lambda: [row("fast", goal=goal), row("free")]})

    assert (status, [each["met"] for each in said["rows"]]) == (YES, [True, None])
    assert said["rows"][0]["goal"] == {"of": "ours", "at_least": None, "below": 5}


def test_a_figure_that_fails_costs_no_other_its_row(bench):
    """What was measured before and after it is written, and the status says that not all was."""
    figures = {
        "first": lambda: [row("first")],
        "broken": unmeasurable,
        "last": lambda: [row("last")],
    }

    status, said, table = bench(figures)

    assert (status, [each["name"] for each in said["rows"]]) == (FAILED, ["first", "last"])
    assert said["failed"] == {"broken": "RuntimeError: the peer did not start"}
    assert ["first" in table, "last" in table] == [True, True]


def test_only_the_figures_named_are_measured(bench):
    """One figure can be looked at alone."""
    status, said, _ = bench({"one": lambda: [row("one")], "broken": unmeasurable}, "one")

    assert (status, [each["name"] for each in said["rows"]]) == (YES, ["one"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no-such-figure",), "no figure named no-such-figure"),
        (("--json", "/no/such/directory/rows.json", "chip-sign"), "there is no directory"),
    ],
)
def test_what_cannot_be_measured_or_kept_is_a_usage_error(words, told):
    """Before anything is measured."""
    done = bench_process(*words)

    assert (done.returncode, told in done.stderr, done.stdout) == (USAGE, True, "")


def test_a_real_figure_has_all_its_columns(tmp_path):
    """Ours beside the peer's, with its version, as `make bench` runs it."""
    place = tmp_path / "rows.json"

    done = bench_process("--json", place, "chip-sign")

    said = json.loads(place.read_text(encoding="utf-8"))
    (found,) = said["rows"]
    assert (said["failed"], found["name"], found["unit"]) == ({}, "chip-sign", "µs")
    assert found["goal"] == {"of": "ratio", "at_least": None, "below": 1.15}
    assert [found[key] > 0 for key in ("ours", "peer", "ratio")] == [True] * 3
    assert found["peer_version"].startswith("cryptography ")
    # The machine may be busy: whichever it is, both say the same.
    assert (done.returncode, found["met"]) in {(YES, True), (MISSED, False)}


def bench_process(*words):
    """Run the runner as its documentation says."""
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "bench" / "run.py", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

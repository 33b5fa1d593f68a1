"""NIST PKITS, whole: every run, the policies it ends with, and why it is refused."""

from dataclasses import replace

import pytest

from jpki.verify import Outcome, render
from tests.verify.path.pkits_suite import MOMENT, RUNS, Run, certificate, crl, everything

REFUSED = [run for run in RUNS if run.rule is not None]


def judged(run: Run):
    verifier = run.verifier(
        [certificate(name) for name in run.certs[1:-1]], [crl(name) for name in run.crls]
    )
    return verifier.check(run.target, moment=MOMENT)


def test_the_suite_is_whole():
    """No run may get lost: 249 of 224 tests, 114 of which validate, 135 of which do not."""
    assert len(RUNS) == 249
    assert len({run.id for run in RUNS}) == 224
    assert len(REFUSED) == 135


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_each_run_comes_to_its_verdict(run: Run):
    """Good, bad, or undetermined for want of revocation data."""
    report = judged(run)

    assert report.verdict.value == run.verdict, f"{run.title}\n{render(report)}"


@pytest.mark.parametrize("run", [run for run in RUNS if run.policies is not None], ids=str)
def test_each_valid_run_ends_with_its_policies(run: Run):
    """user-constrained-policy-set is what the suite says (RFC 5280 6.1.6)."""
    assert judged(run).policies == run.policies


@pytest.mark.parametrize("run", REFUSED, ids=str)
def test_each_refused_run_names_its_reason(run: Run):
    """The first rule that fails is the one the test is about, not another by accident."""
    report = judged(run)

    failed = report.failures or [one for one in report.checks if one.outcome is not Outcome.PASS]
    assert failed[0].rule.id == run.rule, f"{run.title}\n{render(report)}"
    assert "stale since" in failed[0].seen or not run.stale


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_the_verdict_does_not_depend_on_what_else_is_at_hand(run: Run):
    """With all certificates and lists of the suite, last ones first, each run ends alike."""
    alone = run.verifier([], [])
    pool, lists = everything()

    report = replace(alone, pool=pool, revocation=lists).check(run.target, moment=MOMENT)

    assert report.verdict.value == run.verdict, f"{run.title}\n{render(report)}"

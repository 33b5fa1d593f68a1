"""OpenSSL as the second opinion on paths: drawn chains are judged by both, from the same bytes.

Where the two differ, the difference is one of those named here, each with its reason.
"""

from pathlib import Path

import pytest

from jpki.verify import Outcome, Verdict, render
from jpki.verify.path import PathReport
from tests.support import openssl
from tests.support.pki import NOW
from tests.verify.path.drawn import draw
from tests.verify.path.making import ROOT, certificate, judged

ROOT_CERTIFICATE = certificate(ROOT, ROOT)
OTHER_KEY = "it does not try another key of the same name, which may sign lists"
DIFFERENCES = {
    # seed: what OpenSSL says where we accept, the rule by which we refuse where it accepts, why
    36: ("key usage does not include CRL signing", "", OTHER_KEY),
    276: ("key usage does not include CRL signing", "", OTHER_KEY),
    327: ("", "path.revocation", "it stays with one good list where another one revokes for good"),
    686: ("", "path.policy-mapping", "6.1.4 (a) refuses a mapping to anyPolicy; it ignores it"),
    899: ("CRL signature failure", "", "it stays with a forged list where a good one is at hand"),
}
SEEDS = [*range(300), *(seed for seed in DIFFERENCES if seed >= 300)]


def both(seed: int, directory: Path) -> tuple[PathReport, openssl.Opinion]:
    """Give our report and OpenSSL's opinion of a drawn chain."""
    drawn = draw(seed)
    untrusted = openssl.write_pem(directory / "pool.pem", "CERTIFICATE", drawn.certificates)
    asked = ["-crl_check_all", "-extended_crl", "-policy_check", "-untrusted", str(untrusted)]
    asked += ["-explicit_policy"] if drawn.explicit_policy else []
    asked += [part for policy in sorted(drawn.policies) for part in ("-policy", policy)]
    opinion = openssl.verify(
        directory,
        drawn.target,
        cas=[ROOT_CERTIFICATE],
        lists=drawn.lists,
        moment=NOW,
        arguments=asked,
    )
    report = judged(
        drawn.target,
        certificates=drawn.certificates,
        lists=drawn.lists,
        initial_explicit_policy=drawn.explicit_policy,
        initial_policies=drawn.policies,
    )
    return report, opinion


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed not in DIFFERENCES])
def test_both_judge_a_drawn_chain_alike(seed, tmp_path):
    """Nothing OpenSSL refuses is good here, and nothing it accepts is refused."""
    report, opinion = both(seed, tmp_path)

    assert (report.verdict is Verdict.GOOD) == opinion.accepts, opinion.text + render(report)


@pytest.mark.parametrize(
    ("seed", "openssl_says", "rule", "why"),
    [(seed, *row) for seed, row in DIFFERENCES.items()],
)
def test_where_they_differ_the_reason_is_known(seed, openssl_says, rule, why, tmp_path):
    """Stricter or more thorough on purpose: each difference has its sentence."""
    report, opinion = both(seed, tmp_path)

    refused = {one.rule.id for one in report.checks if one.outcome is not Outcome.PASS}
    assert (report.verdict is Verdict.GOOD) != opinion.accepts, why
    assert openssl_says in opinion.text
    assert not rule or rule in refused

"""Differential runs beside GnuTLS: the path alone, for it knows no list of the caller's choice.

The chains are those of `test_differences`; what revocation says is left out on our side. Each
reason of each disagreement has exactly one row here and in `docs/paths.md`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from jpki.verify import Outcome
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.general_names import Form
from tests.support import gnutls
from tests.support.pki import NOW
from tests.verify.path.asked import Chain, ask
from tests.verify.path.making import ROOT, ROOT_CERTIFICATE, certificate, holder

PAGE = Path(__file__).parents[3] / "docs" / "paths.md"
WE, THEY = "good there", "refused there"


def has_host(chain: Chain) -> bool:
    names = PathCertificate.parse(chain.target).alternative_names or ()
    return any(name.form is Form.DNS for name in names)


def enough(_chain: Chain) -> bool:
    return True


@dataclass(frozen=True)
class Difference:
    """One class: which of the two refuses, in what words, and why we do otherwise."""

    who: str
    says: str
    what: str
    why: str
    seed: str
    proof: Callable[[Chain], bool] = enough

    @property
    def row(self) -> str:
        return f"| {self.who} | {self.what} | {self.why} | {self.seed} |"


DIFFERENCES = (
    Difference(
        WE,
        r"in the excluded subtree directoryName \(empty name\)",
        "a name in the excluded subtree of the empty directoryName",
        "4.2.1.10, 7.1: every name begins with the empty one",
        "drawn 5",
    ),
    Difference(
        WE,
        r"directoryName .+ is in no permitted subtree$",
        "a CA's name outside the permitted directoryName",
        "6.1.3 (b): the names of CAs are held against the constraints, too",
        "drawn 261",
    ),
    Difference(
        WE,
        r"dNSName \S+ is in no permitted subtree$",
        "a host that one CA permits by the empty dNSName, and the CA below it does not",
        "6.1.4 (g)(1): permitted is what each of them permits",
        "drawn 1573",
    ),
    Difference(
        WE,
        r"uniformResourceIdentifier \S+ is in ",
        "a URI outside what is permitted, or in what is excluded",
        "4.2.1.10: the host of a URI is held against the constraints",
        "drawn 145",
    ),
    Difference(
        WE,
        r"^path\.(policy|user-policy): ",
        "no valid policy, where one is required",
        "6.1.3 (d) to (f), 6.1.5 (g): it knows no policies",
        "drawn 34",
    ),
    Difference(
        THEY,
        r"unknown critical extension",
        "a critical policyMappings, policyConstraints or inhibitAnyPolicy",
        "the same; what is not processed it must refuse (4.2)",
        "drawn 6",
    ),
    Difference(
        THEY,
        r"violates the signer's constraints",
        "a common name outside the dNSName constraints, where there is no dNSName",
        "4.2.1.10 holds alternative names against them; a common name is no host",
        "drawn 349",
        lambda chain: not has_host(chain),
    ),
    Difference(
        THEY,
        r"violates the signer's constraints",
        "a host in the permitted subtree of the empty dNSName",
        "4.2.1.10: labels added to the left of nothing make every name",
        "drawn 357",
        has_host,
    ),
    Difference(
        THEY,
        r"issuer is unknown",
        "an issuer of another key than the authorityKeyIdentifier says",
        "4.2.1.1: it helps to find the key; 6.1 asks whether the key verifies",
        "bent 156",
    ),
)
EXAMPLES = [one.seed for one in DIFFERENCES]
SEEDS = [f"drawn {seed}" for seed in range(60)] + [f"bent {seed}" for seed in range(40)]
MANY = [f"drawn {seed}" for seed in range(3000)]
MANY += [f"bent {seed}" for seed in range(3000)] + [f"bent twice {seed}" for seed in range(1500)]


def reasons(chain: Chain, directory: Path) -> tuple[str, list[str]]:
    """Give who refuses a path alone and why; nothing when both say the same."""
    rows = [
        f"{one.rule.id}: {one.seen}"
        for one in ask(chain).checks
        if one.outcome is not Outcome.PASS and one.rule.id != "path.revocation"
    ]
    path = [chain.target, *reversed(chain.certificates)]
    said = gnutls.verify(directory, path, anchor=ROOT_CERTIFICATE, moment=NOW)
    if said.accepts:
        return WE, rows
    words = re.findall(r"Chain verification output: .*?NOT trusted\. *(.+)", said.text)
    sentences = [one for text in words for one in re.split(r"\.\s+", text) if one]
    return THEY, [] if rows else sentences or [said.text]


def sorted_out(seeds: Iterable[str], directory: Path) -> tuple[list[str], dict[str, set[str]]]:
    """Give the reasons without exactly one class, and the seeds that show each class."""
    unexplained: list[str] = []
    shown: dict[str, set[str]] = {one.what: set() for one in DIFFERENCES}
    for seed in dict.fromkeys(seeds):
        chain = Chain.of(seed)
        who, found = reasons(chain, directory)
        for reason in found:
            classes = [
                one
                for one in DIFFERENCES
                if one.who == who and re.search(one.says, reason) and one.proof(chain)
            ]
            if len(classes) != 1:
                unexplained.append(f"{seed}: {who}: {reason}: {len(classes)} classes")
            for one in classes:
                shown[one.what].add(seed)
    return unexplained, shown


def test_gnutls_judges_at_the_moment_asked(tmp_path):
    """Else every chain would be refused for its time, and nothing compared."""
    issuer = holder("gnutls")
    path = [certificate(issuer, holder("subject"), ca=False), certificate(ROOT, issuer)]

    now = gnutls.verify(tmp_path, path, anchor=ROOT_CERTIFICATE, moment=NOW)
    later = gnutls.verify(tmp_path, path, anchor=ROOT_CERTIFICATE, moment=NOW.replace(year=2090))

    assert (now.accepts, later.accepts) == (True, False)
    assert "expired" in later.text


def test_every_disagreement_is_explained_once_and_shown(tmp_path):
    """A sample and an example of each class; `make soak` asks thousands."""
    unexplained, shown = sorted_out([*SEEDS, *EXAMPLES], tmp_path)

    assert unexplained == []
    assert [one.seed for one in DIFFERENCES if one.seed not in shown[one.what]] == []


def test_the_page_has_the_table():
    """`docs/paths.md`, row for row."""
    rows = PAGE.read_text(encoding="utf-8").splitlines()

    assert [one.row for one in DIFFERENCES if one.row not in rows] == []


@pytest.mark.soak
def test_thousands_of_chains_are_explained(tmp_path):
    """The chains that OpenSSL and pyHanko judge in `test_differences`."""
    unexplained, shown = sorted_out(MANY, tmp_path)
    print("".join(f"\n{len(seeds):5} {what}" for what, seeds in shown.items()))

    assert unexplained == []

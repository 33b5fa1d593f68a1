"""Building paths: the right one is found, no way up is endless, and dead ends are explained."""

from dataclasses import replace
from itertools import pairwise, permutations

import pytest

from jpki.verify import Outcome, Verdict, render
from jpki.verify.errors import AnchorError, CannotTellError, UntrustedIssuerError
from jpki.verify.path import Limits, PathVerifier, TrustAnchor
from tests.support import pki
from tests.support.pki import DAY, NOW
from tests.verify.path.making import (
    ANCHOR,
    ISSUER,
    ISSUER_CERTIFICATE,
    LISTS,
    ROOT,
    ROOT_LIST,
    STRANGER,
    SUBJECT,
    TARGET,
    Holder,
    certificate,
    crl,
    holder,
    judged,
    named,
)

EXPIRED = certificate(ROOT, ISSUER, not_after=NOW - DAY)
NO_KEYS = {"drop": [pki.AUTHORITY_KEY, pki.SUBJECT_KEY]}


def test_the_path_goes_from_anchor_to_target():
    """The report names anchor and certificates in order, and can be shown and written."""
    report = judged(lists=LISTS)

    assert report.require_good().anchor == ANCHOR
    assert [one.der for one in report.path] == [ISSUER_CERTIFICATE, TARGET]
    assert "有効" in render(report)
    assert report.to_json()["path"][1]["subject"] == "CN=subject"


@pytest.mark.parametrize("order", [1, -1])
def test_an_expired_issuer_does_not_hide_a_valid_one(order):
    """Every path is tried until one is good."""
    report = judged(certificates=[EXPIRED, ISSUER_CERTIFICATE][::order], lists=LISTS)

    assert report.verdict is Verdict.GOOD


def test_a_cross_certificate_leads_to_another_anchor():
    """Of several anchors, the one a valid path leads to serves."""
    report = judged(
        certificates=[EXPIRED, certificate(STRANGER, ISSUER)],
        lists=[*LISTS, crl(STRANGER)],
        anchors=[ANCHOR, TrustAnchor.of(certificate(STRANGER, STRANGER))],
    )

    assert report.require_good().anchor.name != ANCHOR.name


def test_a_target_may_stand_right_below_an_anchor():
    """A path of one certificate is a path."""
    target = certificate(ROOT, SUBJECT, ca=False)

    assert judged(target, certificates=[], lists=[ROOT_LIST]).verdict is Verdict.GOOD


def test_no_key_identifiers_are_needed():
    """Names and signatures are enough (RFC 5280 4.2.1.1)."""
    report = judged(
        certificate(ISSUER, SUBJECT, ca=False, **NO_KEYS),
        certificates=[certificate(ROOT, ISSUER, **NO_KEYS)],
        lists=LISTS,
    )

    assert report.verdict is Verdict.GOOD


def test_a_missing_issuer_cannot_tell():
    """Somebody may have it: the report says whose certificate is wanted."""
    report = judged(certificates=[], lists=LISTS)

    assert report.verdict is Verdict.CANNOT_TELL
    assert report.needed == ("the CA certificate of CN=issuer",)
    with pytest.raises(CannotTellError):
        report.require_good()


def test_a_root_nobody_pinned_is_bad():
    """A self-issued certificate that is no anchor ends the way up for good."""
    report = judged(certificate(STRANGER, STRANGER), certificates=[], lists=LISTS)

    assert report.verdict is Verdict.BAD
    with pytest.raises(UntrustedIssuerError):
        report.require_good()


def test_without_an_anchor_nothing_can_be_told():
    """Trust comes from the caller alone."""
    assert judged(anchors=[], lists=LISTS).verdict is Verdict.CANNOT_TELL


def test_a_forged_issuer_is_called_a_bad_signature():
    """Right name, wrong key: the report says that it is the signature."""
    forger = holder("issuer", key="forger")
    target = certificate(forger, SUBJECT, ca=False)

    report = judged(target, lists=LISTS)

    assert [one.rule.id for one in report.failures] == ["path.signature"]


def test_the_name_of_an_anchor_alone_is_worth_nothing():
    """A self-made root of the same name is neither the anchor nor a way to it."""
    forger = holder("root", key="forger")
    report = judged(
        certificates=[certificate(forger, forger), certificate(forger, ISSUER)], lists=LISTS
    )

    assert [one.rule.id for one in report.failures] == ["path.building"]
    assert "no trust anchor" in report.failures[0].seen


def crowd(levels: int, width: int) -> list[bytes]:
    """Give `width` certificates for each CA of a chain that leads to no anchor."""
    chain = [holder(f"crowd {level}", key=f"crowd {level % 3}") for level in range(levels)]
    return [certificate(above, below) for above, below in pairwise(chain) for _ in range(width)]


def test_crossing_certificates_end_in_cannot_tell():
    """Ten CAs with five certificates each are nearly ten million ways that lead nowhere."""
    certificates = crowd(10, 5)
    bottom = holder("crowd 9", key="crowd 0")
    target = certificate(bottom, SUBJECT, ca=False)

    report = judged(target, certificates=certificates, lists=LISTS)

    assert report.verdict is Verdict.CANNOT_TELL
    assert report.checks[-1].rule.id == "path.budget"


def test_paths_that_all_fail_end_in_cannot_tell():
    """When more paths exist than are tried, nobody knows that none is good."""
    many = [certificate(ROOT, ISSUER, not_after=NOW - DAY) for _ in range(40)]

    report = judged(certificates=many, lists=LISTS)

    assert report.verdict is Verdict.CANNOT_TELL
    assert "too many paths" in report.checks[-1].seen


def mesh(size: int) -> list[Holder]:
    """Give CAs of which each certifies every other, with three keys among them."""
    return [holder(f"mesh {at}", key=f"mesh {at % 3}") for at in range(size)]


def crossed(cas: list[Holder]) -> list[bytes]:
    return [certificate(above, below) for above, below in permutations(cas, 2)]


def test_a_mesh_that_leads_nowhere_ends():
    """Twelve CAs that all certify each other have more paths than anybody can try."""
    cas = mesh(12)

    report = judged(certificate(cas[0], SUBJECT, ca=False), certificates=crossed(cas), lists=LISTS)

    assert report.verdict is Verdict.CANNOT_TELL
    assert report.checks[-1].rule.id == "path.budget"


@pytest.mark.parametrize("entry", [0, 5, 11])
def test_a_mesh_hides_no_way_to_an_anchor(entry):
    """The issuer nearest to an anchor is tried first, wherever the anchor touches the mesh."""
    cas = mesh(12)
    certificates = [*crossed(cas), certificate(ROOT, cas[entry])]
    target = certificate(cas[0], SUBJECT, ca=False)

    report = judged(target, certificates=certificates, lists=[ROOT_LIST, *map(crl, cas)])

    assert report.verdict is Verdict.GOOD
    assert len(report.path) == (2 if entry == 0 else 3)


FORGER = holder("root", key="forger")
CROWDS = {
    "forged": [certificate(FORGER, ISSUER) for _ in range(60)],
    "expired": [certificate(ROOT, ISSUER, not_after=NOW - DAY) for _ in range(60)],
    "by another CA": [certificate(holder("evil"), ISSUER) for _ in range(60)]
    + [certificate(ROOT, holder("evil"))],
}


@pytest.mark.parametrize("crowd_of", CROWDS)
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_a_crowd_does_not_stand_before_the_right_certificate(crowd_of, first):
    """Sixty certificates that are worth less than the issuer's own, before or behind it."""
    crowd_ = CROWDS[crowd_of]
    certificates = [ISSUER_CERTIFICATE, *crowd_] if first else [*crowd_, ISSUER_CERTIFICATE]

    assert judged(certificates=certificates, lists=LISTS).verdict is Verdict.GOOD


def test_the_order_of_files_decides_nothing():
    """The same path and the same words, whichever comes first."""
    certificates = [ISSUER_CERTIFICATE, certificate(ROOT, ISSUER), EXPIRED]

    reports = [judged(certificates=one, lists=LISTS) for one in permutations(certificates)]

    assert len({tuple(one.fingerprint for one in each.path) for each in reports}) == 1
    assert len({render(one) for one in reports}) == 1


def test_cas_that_certify_each_other_are_no_endless_path():
    """A name and key below is no way up."""
    one, two = holder("one"), holder("two")
    ring = [certificate(one, two), certificate(two, one)]

    report = judged(certificate(one, SUBJECT, ca=False), certificates=ring, lists=LISTS)

    assert report.verdict is Verdict.CANNOT_TELL
    assert report.checks[-1].rule.id == "path.building"


@pytest.mark.parametrize(("depth", "verdict"), [(2, Verdict.GOOD), (1, Verdict.CANNOT_TELL)])
def test_a_path_is_as_long_as_the_limit_allows(depth, verdict):
    """One more is looked for by nobody, and the report says so."""
    report = judged(lists=LISTS, limits=Limits(depth=depth))

    assert report.verdict is verdict
    assert (report.checks[-1].rule.id == "path.budget") == (depth == 1)


@pytest.mark.parametrize("limit", ["paths", "signatures", "steps"])
def test_an_empty_budget_cannot_tell(limit):
    """Whatever runs out, the answer is not "good" and not an exception."""
    report = judged(lists=LISTS, limits=replace(Limits(), **{limit: 0}))

    assert report.verdict is Verdict.CANNOT_TELL
    assert report.checks[-1].outcome is Outcome.CANNOT_TELL


def test_a_depth_without_end_is_refused():
    """The limit has a limit: deeper, and the search itself could break."""
    with pytest.raises(ValueError, match="depth of 25"):
        Limits(depth=25)


def test_unreadable_certificates_are_no_help_and_no_harm():
    """What is no certificate proves nothing."""
    junk = [b"", b"\x30\x80", ISSUER_CERTIFICATE + b"\x00"]

    assert judged(certificates=[*junk, ISSUER_CERTIFICATE], lists=LISTS).verdict is Verdict.GOOD


@pytest.mark.parametrize("target", [b"", b"\x30\x80\x00\x00", TARGET[:-1], TARGET + b"\x00"])
def test_a_target_that_is_no_der_is_bad_with_the_offset(target):
    """Strict DER is the first rule."""
    report = judged(target, lists=LISTS)

    assert report.verdict is Verdict.BAD
    assert report.failures[0].rule.id == "path.der"
    assert report.failures[0].offset is not None


def test_a_moment_needs_a_time_zone():
    """The one thing a check raises for."""
    with pytest.raises(ValueError, match="time zone"):
        PathVerifier.load([ANCHOR]).check(TARGET, moment=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    "der",
    [
        b"no certificate",
        certificate(ROOT, ROOT, change={pki.BASIC_CONSTRAINTS: (True, b"\x30\x00")}),
    ],
)
def test_what_is_no_ca_is_no_anchor(der):
    """An anchor is refused where it is made, not where it is used."""
    with pytest.raises(AnchorError):
        TrustAnchor.of(der)


def test_an_issuer_without_name_is_refused():
    """Two empty names would chain (RFC 5280 4.1.2.4)."""
    nobody = replace(ISSUER, name=named("")[:0] + b"\x30\x00")

    report = judged(certificate(nobody, SUBJECT, ca=False), lists=LISTS)

    assert report.failures[0].rule.id == "path.der"

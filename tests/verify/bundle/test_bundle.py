"""Evidence kept: judged again it says the same; changed it is refused; it vouches for nothing."""

import io
import json
import random
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpki.verify import Environment, Kind, Outcome, Verdict, render
from jpki.verify.bundle import BundleError, BundleLimits, Demand, Kept, KeptPolicy, recheck
from jpki.verify.bundle.container import pack, unpack
from jpki.verify.errors import AnchorError, EvidenceError
from tests.support import pki
from tests.support.asn1 import bits, oid, seq
from tests.support.pki import (
    AUTHORITY_KEY,
    DAY,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    NOW,
    authority_key,
)
from tests.verify.formats.reports import AUTH, LISTS, PATH_LISTS, SIGN, kept
from tests.verify.path import making
from tests.verify.path.answering import answer, cert_id, revoked, single
from tests.verify.path.making import Holder

LATER = NOW + 400 * DAY
PIN = sha256(SIGN.der).digest()
EVIDENCE = kept().write()


def judged(data=EVIDENCE, **how):
    return recheck(data, **({"anchors": [SIGN.der], "now": LATER} | how))


def zipped(*entries, method=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def parts() -> dict[str, bytes]:
    return unpack(EVIDENCE, BundleLimits())


def manifest(**changes) -> bytes:
    return json.dumps(json.loads(parts()["manifest.json"]) | changes).encode()


def test_what_is_read_is_what_was_written():
    """Every part, and the same bytes again."""
    assert Kept.read(EVIDENCE) == kept()
    assert Kept.read(EVIDENCE).write() == EVIDENCE


def test_evidence_says_the_same_long_after():
    """At its own moment, not at that of the reader."""
    report = judged()

    assert (report.verdict, report.moment) == (Verdict.GOOD, NOW)
    assert report.require_good().certificate_report.kind is Kind.SIGN


def test_nobody_is_trusted_for_being_in_a_bundle():
    """Without the user's word the verdict is open, and its line says what it would be."""
    report = judged(anchors=())

    assert report.verdict is Verdict.CANNOT_TELL
    assert "GOOD under the CA certificates as kept in the bundle, which nobody pinned" in render(
        report
    )
    assert report.needed == ("the CA certificates named, or their fingerprints",)


def test_a_fingerprint_pins_a_ca_certificate_of_the_bundle():
    """As naming the file does."""
    assert judged(anchors=(), pins=[PIN]).verdict is Verdict.GOOD


def test_a_fingerprint_of_another_ca_pins_nothing():
    """Then the bundle's own do not count either."""
    report = judged(anchors=(), pins=[sha256(AUTH.der).digest()])

    assert report.verdict is Verdict.BAD


def test_a_bundle_of_an_authority_of_ones_own_proves_nothing():
    """Whoever makes CA, certificate, list and bundle still needs the user's word."""
    false = pki.ca(Kind.SIGN, 9)
    whole = replace(
        kept(pki.crl(false)), certificate=pki.certificate(false), anchors=(false.der,)
    ).write()

    assert judged(whole, anchors=()).verdict is Verdict.CANNOT_TELL
    assert judged(whole, anchors=[SIGN.der]).verdict is Verdict.BAD


def test_a_user_who_names_no_ca_is_told():
    """The caller's own mistake is an error, not a verdict."""
    with pytest.raises(AnchorError):
        judged(anchors=[b"hello"])


# The past.


def test_what_was_known_then_suffices_for_then():
    """A list out at the moment and not stale at it, however old by now."""
    assert judged().verdict is Verdict.GOOD
    assert judged(moment=LATER).verdict is Verdict.CANNOT_TELL


LATER_LISTS = {
    "revoked before the moment": ({"revoked_at": NOW - DAY}, Verdict.BAD),
    "revoked at the moment": ({"revoked_at": NOW}, Verdict.BAD),
    "revoked after it": ({"revoked_at": NOW + DAY}, Verdict.GOOD),
    "revoked after it, held to be unsafe before": (
        {
            "revoked_at": NOW + DAY,
            "extra": {"2.5.29.24": (False, b"\x18\x0f" + b"20260301000000Z")},
        },
        Verdict.BAD,
    ),
}


@pytest.mark.parametrize(("entry", "verdict"), LATER_LISTS.values(), ids=LATER_LISTS)
def test_a_later_list_speaks_of_the_moment_by_its_dates(entry, verdict):
    """What became known later counts when it says something of then."""
    later = pki.crl(
        SIGN, pki.entry(**entry), this_update=NOW + 30 * DAY, next_update=NOW + 32 * DAY, number=99
    )

    assert judged(lists=[later]).verdict is verdict


def test_a_list_issued_only_later_is_not_what_was_known_then():
    """It cannot say that nothing was wrong at a moment before it."""
    later = pki.crl(SIGN, this_update=NOW + timedelta(seconds=1), next_update=NOW + DAY)

    assert judged(kept(later).write()).verdict is Verdict.CANNOT_TELL


# OCSP.

LOGGED = pki.certificate(AUTH)
ABOUT = cert_id(Holder(AUTH.name, AUTH.key), pki.SERIAL)


def ocsp(status=b"\x80\x00", **fields) -> bytes:
    return answer(single(status, about=ABOUT, **fields), signer=Holder(AUTH.name, AUTH.key))


def with_answer(*answers) -> bytes:
    return Kept(
        moment=NOW,
        policy=KeptPolicy("auth-card", "emulator"),
        certificate=LOGGED,
        anchors=(AUTH.der,),
        answers=answers,
    ).write()


def test_an_answer_known_then_suffices_for_then():
    """Without any list; and without the answer nobody can tell."""
    found = judged(with_answer(ocsp()), anchors=[AUTH.der])

    assert found.verdict is Verdict.GOOD
    assert found.revocation.basis.source == "ocsp"
    assert judged(with_answer(), anchors=[AUTH.der]).verdict is Verdict.CANNOT_TELL


def test_a_later_answer_speaks_of_the_moment_too():
    """One that dates the revocation before the moment makes it bad."""
    later = ocsp(revoked(when=NOW - DAY))

    report = judged(with_answer(ocsp()), anchors=[AUTH.der], answers=[later])

    assert report.verdict is Verdict.BAD


# A path.

ANY = "2.5.29.32.0"
ANY_POLICY = KeptPolicy("path", None, (ANY,))
ROOT = making.ROOT_CERTIFICATE


def kept_path(policy: KeptPolicy = ANY_POLICY) -> bytes:
    """Give the bundle of a path that is good."""
    return Kept(
        moment=NOW,
        policy=policy,
        certificate=making.TARGET,
        anchors=(ROOT,),
        intermediates=(making.ISSUER_CERTIFICATE,),
        lists=PATH_LISTS,
    ).write()


def test_a_path_is_kept_with_its_question():
    """Intermediates, policies and purposes."""
    policy = KeptPolicy("path", None, (ANY,), purposes=("1.3.6.1.5.5.7.3.1",))
    whole = kept_path(policy)

    report = judged(whole, anchors=[ROOT])

    assert Kept.read(whole).policy == policy
    asked = "path, policies 2.5.29.32.0, purposes 1.3.6.1.5.5.7.3.1, "
    assert report.facts()[0] == ("policy", f"{asked}lists and answers at most 7 days old")
    assert report.verdict is Verdict.GOOD
    assert report.to_json()["path_report"]["verdict"] == "GOOD"


def test_a_path_takes_no_longer_than_its_limit_by_the_readers_clock():
    """A clock that shows a minute more at each look; without a clock no time passes."""
    late = judged(kept_path(), anchors=[ROOT], clock=count(step=61).__next__)

    assert late.verdict is Verdict.CANNOT_TELL
    assert any("no answer within 60 seconds" in row.seen for row in late.judged.checks)
    assert judged(kept_path(), anchors=[ROOT], clock=lambda: 7.0).verdict is Verdict.GOOD
    assert judged(kept_path(), anchors=[ROOT]).verdict is Verdict.GOOD


ASKED = KeptPolicy("path", None, ("1.2.3", "1.2.4"), explicit_policy=True, purposes=("1.5", "1.6"))


@pytest.mark.parametrize(
    ("asked", "is_enough"),
    [
        (KeptPolicy("path", None, (ANY,)), True),
        (ASKED, True),
        (replace(ASKED, initial_policies=("1.2.3", "1.2.4", "1.2.5")), True),
        (replace(ASKED, purposes=("1.5", "1.6", "1.7"), explicit_policy=False), True),
        (replace(ASKED, initial_policies=("1.2.3",)), False),
        (replace(ASKED, purposes=("1.5",)), False),
        (replace(ASKED, inhibit_mapping=True), False),
        (replace(ASKED, inhibit_any_policy=True), False),
    ],
)
def test_a_question_about_a_path_is_enough_when_it_was_as_strict(asked, is_enough):
    """Each input of RFC 5280 6.1.1 for itself."""
    row = Demand(path=asked).check(ASKED)

    assert (row.outcome is Outcome.PASS) == is_enough


def test_a_question_without_a_purpose_or_requirement_is_less_strict_than_one_with():
    """None is asked of when there are none; and a JPKI policy is no path."""
    lax = KeptPolicy("path", None, (ANY,))
    asked = [replace(lax, purposes=("1.5",)), replace(lax, explicit_policy=True)]
    named = KeptPolicy("sign-card", "emulator")

    found = [Demand(path=one).check(lax) for one in asked] + [Demand(path=lax).check(named)]
    assert [row.outcome for row in found] == [Outcome.FAIL] * 3


@pytest.mark.parametrize(
    "loosened", [{"max_age_days": None}, {"any_crl_signer": True}, {"bare_anchors": True}]
)
def test_a_bundle_cannot_loosen_what_was_insisted_on(loosened):
    """Older lists, other signers, anchors that are keys alone."""
    asked = KeptPolicy("path", None, (ANY,), max_age_days=7)

    same, looser = (Demand(path=asked).check(one) for one in (asked, replace(asked, **loosened)))

    assert (same.outcome, looser.outcome) == (Outcome.PASS, Outcome.FAIL)


def test_whoever_insists_on_a_policy_is_not_given_the_bundles():
    """A certificate of the CA that is no holder's: good by the policy its bundle brings."""
    responder = pki.certificate(
        SIGN,
        extensions={
            KEY_USAGE: (True, bits(b"\x80", 7)),
            EXTENDED_KEY_USAGE: (False, seq(oid("1.3.6.1.5.5.7.3.9"))),
            AUTHORITY_KEY: (False, authority_key(SIGN)),
        },
    )
    policy = KeptPolicy("path", None, (ANY,))
    bundle = Kept(NOW, policy, responder, (SIGN.der,), (), (pki.crl(SIGN, point=None),)).write()
    insisted = [
        Demand(policy="sign-card"),
        Demand(kind=Kind.SIGN),
        Demand(environment=Environment.EMULATOR),
    ]

    assert judged(bundle).verdict is judged(bundle, demand=Demand("path")).verdict is Verdict.GOOD
    for demand in insisted:
        report = judged(bundle, demand=demand)
        assert (report.verdict, report.is_pinned) == (Verdict.BAD, True)
        assert "asked path, policies 2.5.29.32.0" in render(report)


def test_what_is_insisted_on_and_was_asked_is_a_row_that_holds():
    """All at once."""
    demand = Demand("sign-card", Kind.SIGN, Environment.EMULATOR)
    other = replace(demand, environment=Environment.PRODUCTION)

    assert judged(demand=demand).verdict is Verdict.GOOD
    assert judged(demand=other).verdict is Verdict.BAD


def test_what_a_path_was_asked_beside_the_rfc_is_kept_too():
    """It comes back as it was, and a bundle from before there was any of it is still read."""
    plain = Kept(NOW, KeptPolicy("path", None, ("2.5.29.32.0",)), b"")
    asked = replace(plain.policy, max_age_days=None, any_crl_signer=True, bare_anchors=True)

    loosened = Kept.read(replace(plain, policy=asked).write())

    assert loosened.policy == asked
    assert loosened.policy.parameters().crl.max_age is None
    assert "of any age" in str(loosened.policy)
    assert "max_age_days" not in plain.policy.to_json()
    assert Kept.read(plain.write()).policy == plain.policy


def test_a_later_list_speaks_of_a_path_too():
    """Revoked before the moment, as became known after it."""
    dates = {"this_update": NOW + 30 * DAY, "next_update": NOW + 32 * DAY}
    before, after = (
        making.crl(making.ISSUER, pki.entry(serial=making.SERIAL, revoked_at=when), **dates)
        for when in (NOW - DAY, NOW + DAY)
    )

    assert judged(kept_path(), anchors=[ROOT], lists=[before]).verdict is Verdict.BAD
    assert judged(kept_path(), anchors=[ROOT], lists=[after]).verdict is Verdict.GOOD


# Tampering.


def refused(data: bytes) -> str:
    """Give what a bundle is refused for: bad, with the integrity row alone."""
    report = judged(data)
    assert report.verdict is Verdict.BAD
    with pytest.raises(EvidenceError):
        report.require_good()
    [row] = report.checks
    return row.seen


CHANGED = {
    "a part changed": {"lists/0000.der": LISTS[1]},
    "a part added": {"lists/0009.der": LISTS[0]},
    "the certificate changed": {"certificate.der": pki.certificate(SIGN, serial=5)},
    "the report changed": {"report.json": b'{"verdict": "BAD"}'},
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_a_part_that_is_not_as_listed_is_refused(change):
    """Changed or smuggled in."""
    seen = refused(pack(parts() | change))

    assert "manifest" in seen


@pytest.mark.parametrize("name", sorted(set(parts()) - {"manifest.json"}))
def test_a_part_that_is_missing_is_refused(name):
    """Whichever it is."""
    left = {other: content for other, content in parts().items() if other != name}

    assert refused(pack(left)) == f"{name} is missing"


MANIFESTS = {
    "no JSON": b"{",
    "no object": b"[]",
    "deep": b"[" * 100_000,
    "another format": manifest(format="jpki-evidence/2"),
    "no moment": manifest(moment=None),
    "a moment that is none": manifest(moment="yesterday"),
    "a moment with a fraction": manifest(moment="2026-04-01T03:00:00.5Z"),
    "a policy of another form": manifest(policy={"name": "sign-card"}),
    "a policy nobody knows": manifest(
        policy=json.loads(manifest())["policy"] | {"name": "sign-watch"}
    ),
    "an environment nobody knows": manifest(
        policy=json.loads(manifest())["policy"] | {"environment": "mars"}
    ),
    "a path of an environment": manifest(
        policy=json.loads(manifest())["policy"] | {"name": "path"}
    ),
    "policies that are none": manifest(policy=json.loads(manifest())["policy"] | {"purposes": [1]}),
    "parts that are none": manifest(parts=[1]),
    "a part without size": manifest(parts=[{"name": "certificate.der", "sha256": "00"}]),
    "a part twice": manifest(parts=json.loads(manifest())["parts"] * 2),
    "no parts": manifest(parts=[]),
}


@pytest.mark.parametrize("changed", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_is_not_of_the_format_is_refused(changed):
    """Every field, by its type."""
    assert refused(pack(parts() | {"manifest.json": changed}))


NAMES = [
    "../evil.der",
    "/etc/passwd",
    "lists/../../evil.der",
    "lists\\0000.der",
    "lists/0000.der/",
    "C:/evil.der",
    "lists/0000.DER",
    "lists/00000.der",
    "notes.txt",
    "lists/０００１.der",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_elsewhere_is_refused(name):
    """Nothing is ever written by a name in a bundle, and none but the known ones is read."""
    entries = [*parts().items(), (name, b"content")]

    assert "is no part of a bundle" in refused(zipped(*entries))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused():
    """Readers would differ in which of the two they take."""
    entries = [*parts().items(), ("report.json", b"{}")]

    assert refused(zipped(*entries)) == "report.json is there twice"


def test_another_way_of_packing_is_refused():
    """Stored and deflated alone."""
    assert "packed in another way" in refused(zipped(*parts().items(), method=zipfile.ZIP_LZMA))


def test_a_zip_bomb_is_refused_before_it_goes_off():
    """By what its parts say to be of, and by what they unpack to."""
    bomb = zipped(*parts().items(), ("lists/0007.der", bytes(50_000_000)))
    lying = bomb.replace((50_000_000).to_bytes(4, "little"), (5).to_bytes(4, "little"))

    assert "more than" in refused(bomb)
    assert refused(lying)


def test_a_flood_of_parts_is_refused_before_they_are_listed():
    """Each takes memory as soon as a zip is opened."""
    flood = zipped(*((f"lists/{at:04}.der", b"") for at in range(5001)))

    assert refused(flood) == "more than 5000 parts"


@pytest.mark.parametrize("report", [b"[]", b"{", b'{"verdict": "SPLENDID"}', b"[" * 100_000])
def test_what_a_kept_report_says_is_only_shown_when_it_is_a_verdict(report):
    """Nothing rests on it, and it cannot say what it likes."""
    whole = replace(kept(), report=report).write()

    assert ("verdict then", "none") in judged(whole).facts()
    assert judged(whole).verdict is Verdict.GOOD


LIMITS = {
    "file": BundleLimits(file=100),
    "total": BundleLimits(total=3000),
    "manifest": BundleLimits(manifest=10),
    "parts": BundleLimits(parts=2),
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_what_is_over_a_limit_is_refused(limits):
    """Each limit by itself."""
    with pytest.raises(BundleError):
        Kept.read(EVIDENCE, limits)


def test_a_bundle_holds_a_list_of_a_whole_ca_and_nothing_is_written_that_is_not_read_again():
    """A million entries of 37 octets; a limit is one for both."""
    million = random.Random(1).randbytes(37_000_000)
    whole = replace(kept(), lists=(million,)).write()

    assert Kept.read(whole).lists == (million,)
    with pytest.raises(BundleError, match="bytes of evidence, more than the 50331648 of a bundle"):
        replace(kept(), lists=(million, million)).write()


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(EVIDENCE) - 1), change=st.integers(1, 255))
def test_no_byte_of_a_bundle_makes_it_say_more(at, change):
    """It is refused, or says what it said: some bytes of a zip mean nothing."""
    bent = EVIDENCE[:at] + bytes((EVIDENCE[at] ^ change,)) + EVIDENCE[at + 1 :]

    report = judged(bent)

    assert report.judged is None or report.judged.certificate_report.checks == (
        judged().judged.certificate_report.checks
    )


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_make_a_report(data):
    """Nothing handed in makes it raise."""
    assert judged(data).verdict is Verdict.BAD

"""No byte of a certificate, list, message or challenge answer can change unnoticed.

Whatever single byte is changed, the verdict is not GOOD, and nothing but a report comes out.
"""

from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jpki.signing.cms import sign_detached
from jpki.signing.login import answer
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind, Report, Verdict, render
from jpki.verify.cms import verify_detached
from jpki.verify.login import LoginAnswer, LoginState, RelyingParty
from tests.support import pki
from tests.support.pki import NOW

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
CERTIFICATES = {kind: pki.certificate(pki.ca(kind)) for kind in Kind}
LISTS = {
    "empty partition": pki.crl(SIGN),
    "partition": pki.crl(SIGN, pki.entry(serial=pki.SERIAL + 1, reason=4), pki.entry(serial=9)),
    "full": pki.crl(SIGN, pki.entry(serial=9), point=None),
}
SIGNER = SoftwareSigner(CERTIFICATES[Kind.SIGN], pki.key("sign holder"))
CONTENT = b"content"
MESSAGES = {
    "ours": sign_detached(CONTENT, SIGNER, moment=NOW),
    "ours with the CA": sign_detached(CONTENT, SIGNER, moment=NOW, ca_certificates=[SIGN.der]),
}
CHANGES = st.integers(min_value=1, max_value=255)
FULL_PASS = settings(max_examples=150, deadline=None)


def mutated(raw: bytes, position: float, change: int) -> bytes:
    at = int(position * (len(raw) - 1))
    return raw[:at] + bytes((raw[at] ^ change,)) + raw[at + 1 :]


POSITIONS = st.floats(min_value=0, max_value=1)


def explained(report: Report) -> Verdict:
    """Give the verdict of a report that can also be shown and written."""
    assert render(report).endswith(")\n") or report.needed
    assert report.to_json()["verdict"] == report.verdict.value
    return report.verdict


@FULL_PASS
@given(st.sampled_from(Kind), POSITIONS, CHANGES)
def test_no_byte_of_a_certificate_can_change(kind, position, change):
    """A certificate with one byte changed is never GOOD."""
    bent = mutated(CERTIFICATES[kind], position, change)

    report = pki.verifier(pki.crl(SIGN), pki.crl(AUTH)).check(bent, kind, moment=NOW)

    assert explained(report) is not Verdict.GOOD


@FULL_PASS
@given(st.sampled_from(sorted(LISTS)), POSITIONS, CHANGES)
def test_no_byte_of_a_list_can_change(name, position, change):
    """A certificate judged by a list with one byte changed is never GOOD."""
    bent = mutated(LISTS[name], position, change)

    report = pki.verifier(bent).check(CERTIFICATES[Kind.SIGN], Kind.SIGN, moment=NOW)

    assert explained(report) is not Verdict.GOOD


@FULL_PASS
@given(st.sampled_from(sorted(MESSAGES)), POSITIONS, CHANGES)
def test_no_byte_of_a_message_can_change(name, position, change):
    """A CMS signature with one byte changed is never GOOD, unsigned bytes included."""
    bent = mutated(MESSAGES[name], position, change)

    report = verify_detached(bent, CONTENT, pki.verifier(pki.crl(SIGN)), moment=NOW)

    assert explained(report) is not Verdict.GOOD


def test_the_algorithm_of_a_message_cannot_change_its_name():
    """RsaEncryption and sha256WithRSAEncryption differ by one byte and mean the same in CMS."""
    message = MESSAGES["ours"]
    at = message.rindex(pki.SHA256_WITH_RSA)
    renamed = message[: at + 12] + b"\x01" + message[at + 13 :]

    report = verify_detached(renamed, CONTENT, pki.verifier(pki.crl(SIGN)), moment=NOW)

    assert [check.rule.id for check in report.failures] == ["cms.certificate-binding"]


@pytest.mark.parametrize("der", [*CERTIFICATES.values(), *LISTS.values(), *MESSAGES.values()])
def test_nothing_cut_short_is_good(der):
    """Any prefix is malformed, not good."""
    verifier = pki.verifier(der[:-1])

    certificate = verifier.check(der[:-1], Kind.SIGN, moment=NOW)
    message = verify_detached(der[:-1], CONTENT, verifier, moment=NOW)

    assert {explained(certificate), explained(message)} == {Verdict.BAD}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(Kind))
@example(b"", Kind.SIGN)
def test_any_bytes_make_a_report(raw, kind):
    """Junk for a certificate, a list and a message is reported, never raised."""
    verifier = pki.verifier(raw)

    reports = [
        verifier.check(raw, kind, moment=NOW),
        verifier.check(CERTIFICATES[kind], kind, moment=NOW),
        verify_detached(raw, raw, verifier, moment=NOW),
    ]

    assert Verdict.GOOD not in set(map(explained, reports))


@FULL_PASS
@given(st.sampled_from(["challenge", "certificate", "signature"]), POSITIONS, CHANGES)
def test_no_byte_of_a_login_answer_can_change(part, position, change):
    """An answer with one byte changed anywhere lets nobody in."""
    service = RelyingParty("here", pki.verifier(pki.crl(AUTH)))
    signer = SoftwareSigner(CERTIFICATES[Kind.AUTH], pki.key("auth holder"))
    challenge, state = service.begin(moment=NOW)
    reply = answer(challenge.encode(), signer, relying_party="here", moment=NOW)
    parts = {"challenge": reply.challenge, "certificate": reply.certificate} | {
        "signature": reply.signature
    }
    parts[part] = mutated(parts[part], position, change)

    report = service.complete(state, LoginAnswer(**parts), moment=NOW + timedelta(seconds=1))

    assert explained(report) is not Verdict.GOOD


@FULL_PASS
@given(POSITIONS, CHANGES)
def test_no_byte_of_a_state_can_change(position, change):
    """A state a visitor tampered with belongs to no login."""
    service = RelyingParty("here", pki.verifier(pki.crl(AUTH)))
    signer = SoftwareSigner(CERTIFICATES[Kind.AUTH], pki.key("auth holder"))
    challenge, state = service.begin(moment=NOW)
    bent = mutated(state.challenge, position, change)
    reply = answer(challenge.encode(), signer, relying_party="here", moment=NOW)

    report = service.complete(LoginState(bent), reply, moment=NOW)

    assert explained(report) is not Verdict.GOOD

"""Login: what lets a holder in, and every way of answering wrongly, late, twice or elsewhere."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from jpki.digest_info import DigestAlgorithm
from jpki.signing.login import ChallengeRefusedError, answer
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind, Verdict, render, rules
from jpki.verify.challenge import Challenge
from jpki.verify.challenge_store import MemoryChallengeStore
from jpki.verify.errors import (
    BadSignatureError,
    ChallengeExpiredError,
    ExpiredError,
    ReplayError,
    RevokedError,
    UnknownChallengeError,
    WrongChallengeError,
    WrongKindError,
    WrongRelyingPartyError,
)
from jpki.verify.login import LIFETIME, LoginAnswer, LoginState, RelyingParty
from tests.support import pki
from tests.support.asn1 import NULL, bits, integer, oid, seq
from tests.support.pki import NOW

AUTH, SIGN = pki.ca(Kind.AUTH), pki.ca(Kind.SIGN)
SECOND = timedelta(seconds=1)
PARTY = "https://shop.jpki-emu.invalid"


def holder(issuer=AUTH, **fields) -> SoftwareSigner:
    return SoftwareSigner(pki.certificate(issuer, **fields), pki.key(f"{issuer.kind.value} holder"))


def party(*entries, **fields) -> RelyingParty:
    verifier = pki.verifier(pki.crl(AUTH, *entries), pki.crl(SIGN))
    return RelyingParty(**({"name": PARTY, "verifier": verifier} | fields))


def log_in(service, signer, *, later=SECOND):
    challenge, state = service.begin(moment=NOW)
    reply = answer(challenge.encode(), signer, relying_party=PARTY, moment=NOW)
    return service.complete(state, reply, moment=NOW + later)


def failed(report):
    return [check.rule for check in report.failures]


def test_the_holder_of_a_good_card_is_let_in():
    """Challenge, signature, good certificate: GOOD, with the certificate's report inside."""
    report = log_in(party(), holder())

    assert report.require_good() is report
    assert report.certificate_report.kind is Kind.AUTH
    assert report.check("login.signature").seen == "verified"
    assert report.check("cert.revocation").rule is rules.CERT_REVOCATION


def test_a_challenge_serves_once():
    """The same answer again is a replay, even right away."""
    service = party()
    challenge, state = service.begin(moment=NOW)
    reply = answer(challenge.encode(), holder(), relying_party=PARTY, moment=NOW)

    first = service.complete(state, reply, moment=NOW)
    second = service.complete(state, reply, moment=NOW)

    assert first.verdict is Verdict.GOOD
    assert failed(second) == [rules.LOGIN_ONCE]
    with pytest.raises(ReplayError):
        second.require_good()


def test_a_wrong_answer_uses_the_challenge_up():
    """Nobody gets to try signatures against one challenge."""
    service = party()
    challenge, state = service.begin(moment=NOW)
    reply = answer(challenge.encode(), holder(), relying_party=PARTY, moment=NOW)

    wrong = service.complete(state, replace(reply, signature=bytes(256)), moment=NOW)
    right = service.complete(state, reply, moment=NOW)

    assert failed(wrong) == [rules.LOGIN_SIGNATURE]
    assert failed(right) == [rules.LOGIN_ONCE]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (timedelta(0), []),
        (LIFETIME, []),
        (LIFETIME + SECOND, [rules.LOGIN_IN_TIME]),
        (-SECOND, [rules.LOGIN_IN_TIME]),
    ],
)
def test_an_answer_must_come_in_time(later, expected):
    """From the second it was given out to its last second, not before and not after."""
    assert failed(log_in(party(), holder(), later=later)) == expected


def test_a_late_answer_raises_its_own_error():
    """The site can say "too late" instead of "wrong"."""
    with pytest.raises(ChallengeExpiredError):
        log_in(party(), holder(), later=LIFETIME + SECOND).require_good()


def test_an_answer_to_another_challenge_is_refused():
    """Two logins at once cannot be exchanged: the state belongs to one visitor."""
    service = party()
    _, mine = service.begin(moment=NOW)
    theirs, _ = service.begin(moment=NOW)
    reply = answer(theirs.encode(), holder(), relying_party=PARTY, moment=NOW)

    report = service.complete(mine, reply, moment=NOW)

    assert failed(report) == [rules.LOGIN_CHALLENGE, rules.LOGIN_SIGNATURE]
    with pytest.raises(WrongChallengeError):
        report.require_good()


def test_a_challenge_nobody_gave_out_is_refused():
    """A state made up by the visitor does not help."""
    service = party()
    invented = Challenge(bytes(32), PARTY, NOW, NOW + LIFETIME).encode()
    reply = answer(invented, holder(), relying_party=PARTY, moment=NOW)

    report = service.complete(LoginState(invented), reply, moment=NOW)

    assert failed(report) == [rules.LOGIN_KNOWN]
    with pytest.raises(UnknownChallengeError):
        report.require_good()


def test_an_answer_for_another_relying_party_is_refused():
    """A challenge of one site, passed on by another, opens neither."""
    store = MemoryChallengeStore()
    theirs = party(name="https://phish.jpki-emu.invalid", store=store)
    challenge, state = theirs.begin(moment=NOW)
    signed = answer(
        challenge.encode(), holder(), relying_party="https://phish.jpki-emu.invalid", moment=NOW
    )

    report = party(store=store).complete(state, signed, moment=NOW)

    assert failed(report) == [rules.LOGIN_PARTY]
    with pytest.raises(WrongRelyingPartyError):
        report.require_good()


def test_the_holder_s_side_signs_for_the_party_it_deals_with_only():
    """A challenge naming somebody else is refused before the card is asked."""
    challenge, _ = party().begin(moment=NOW)

    with pytest.raises(ChallengeRefusedError, match="another relying party"):
        answer(challenge.encode(), holder(), relying_party="https://other.invalid", moment=NOW)


@pytest.mark.parametrize("moment", [NOW - SECOND, NOW + LIFETIME + SECOND])
def test_the_holder_s_side_signs_nothing_out_of_time(moment):
    """An old challenge may be one somebody kept."""
    challenge, _ = party().begin(moment=NOW)

    with pytest.raises(ChallengeRefusedError, match="not valid now"):
        answer(challenge.encode(), holder(), relying_party=PARTY, moment=moment)


def test_a_signing_certificate_does_not_log_in():
    """署名用 keys sign documents; as a login they are refused in every row of kind."""
    report = log_in(party(), holder(SIGN))

    assert rules.CERT_KIND in failed(report)
    assert rules.LOGIN_SIGNATURE not in failed(report)
    with pytest.raises(WrongKindError):
        report.require_good()


@pytest.mark.parametrize(
    ("entries", "fields", "error"),
    [
        ([pki.entry()], {}, RevokedError),
        ([], {"not_after": pki.YESTERDAY}, ExpiredError),
        ([], {"signed_by": pki.key("somebody")}, BadSignatureError),
    ],
    ids=["revoked", "expired", "forged"],
)
def test_a_bad_certificate_does_not_log_in(entries, fields, error):
    """The challenge is answered well, and the certificate's own failure is raised."""
    report = log_in(party(*entries), holder(**fields))

    assert report.check("login.signature").seen == "verified"
    with pytest.raises(error):
        report.require_good()


def test_without_a_list_nobody_can_tell():
    """An unverifiable login is not a login."""
    service = RelyingParty(PARTY, pki.verifier())

    assert log_in(service, holder()).verdict is Verdict.CANNOT_TELL


def test_a_signature_by_another_key_is_refused():
    """Holding somebody's certificate is not holding the card."""
    thief = SoftwareSigner(pki.certificate(AUTH), pki.key("somebody"))

    report = log_in(party(), thief)

    assert failed(report) == [rules.LOGIN_SIGNATURE]
    with pytest.raises(BadSignatureError):
        report.require_good()


def rsa_info(modulus: int, exponent: int = 65537) -> bytes:
    """Give a SubjectPublicKeyInfo of any numbers."""
    return seq(
        seq(oid("1.2.840.113549.1.1.1"), NULL), bits(seq(integer(modulus), integer(exponent)))
    )


def pad(digest_info: bytes) -> bytes:
    return b"\x00\x01" + b"\xff" * (253 - len(digest_info)) + b"\x00" + digest_info


def raw_signature(block: bytes) -> bytes:
    numbers = pki.key("auth holder").private_numbers()
    value = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    return value.to_bytes(256, "big")


SHA256 = DigestAlgorithm.SHA256


@pytest.mark.parametrize(
    "block",
    [
        lambda info: pad(info[19:]),
        lambda info: pad(info + b"\x00"),
        lambda info: b"\x00\x01" + b"\xff" * 8 + b"\x00" + info + b"\x00" * (245 - len(info)),
        lambda info: b"\x00\x02" + pad(info)[2:],
        lambda info: pad(
            bytes.fromhex("302f300b060960864801650304020104 20".replace(" ", "")) + info[19:]
        ),
        lambda info: pad(
            bytes.fromhex("3030300c0609608648016503040201 00 0420".replace(" ", "")) + info[19:]
        ),
    ],
    ids=[
        "bare digest",
        "bytes after the digest",
        "short padding, garbage behind (Bleichenbacher 2006)",
        "block type 2",
        "DigestInfo without NULL",
        "DigestInfo that is no DER",
    ],
)
def test_the_padded_block_is_compared_not_searched(block):
    """PKCS#1 v1.5 verification rebuilds the block: nothing but the one right block passes."""
    service = party()
    challenge, state = service.begin(moment=NOW)
    encoded = challenge.encode()
    info = SHA256.digest_info(sha256(encoded).digest())
    reply = LoginAnswer(encoded, pki.certificate(AUTH), raw_signature(block(info)))

    assert failed(service.complete(state, reply, moment=NOW)) == [rules.LOGIN_SIGNATURE]


def test_the_right_block_passes():
    """The table above bends a block that is good unbent."""
    service = party()
    challenge, state = service.begin(moment=NOW)
    encoded = challenge.encode()
    info = SHA256.digest_info(sha256(encoded).digest())
    reply = LoginAnswer(encoded, pki.certificate(AUTH), raw_signature(pad(info)))

    assert service.complete(state, reply, moment=NOW).verdict is Verdict.GOOD


@pytest.mark.parametrize("change", [b"", b"\x00", b"\x00" * 257])
def test_a_signature_of_another_length_is_refused(change):
    """The signature has the length of the key, leading zeros included."""
    service = party()
    challenge, state = service.begin(moment=NOW)
    reply = answer(challenge.encode(), holder(), relying_party=PARTY, moment=NOW)

    report = service.complete(state, replace(reply, signature=change), moment=NOW)

    assert failed(report) == [rules.LOGIN_SIGNATURE]


@pytest.mark.parametrize(
    "info",
    [
        rsa_info(modulus=(1 << 40_000) + 1),
        rsa_info(modulus=(1 << 2047) + 1, exponent=(1 << 64) + 1),
        rsa_info(modulus=(1 << 2047) + 1, exponent=2),
        rsa_info(modulus=5),
    ],
    ids=["40,000 bits", "exponent of 65 bits", "even exponent", "3 bits"],
)
def test_no_key_makes_verifying_slow_or_crash(info):
    """Whoever sends a certificate chooses its key; a key out of bounds is refused unused."""
    service = party()
    challenge, state = service.begin(moment=NOW)
    reply = LoginAnswer(challenge.encode(), pki.certificate(AUTH, info=info), bytes(256))

    report = service.complete(state, reply, moment=NOW)

    assert rules.CERT_KEY in failed(report)
    assert rules.LOGIN_SIGNATURE in failed(report)


@pytest.mark.parametrize("junk", [b"", b"\x30\x00", b"certificate"])
def test_junk_for_a_certificate_is_reported(junk):
    """No input of a visitor raises anything but what `require_good` raises."""
    service = party()
    _, state = service.begin(moment=NOW)

    report = service.complete(state, LoginAnswer(b"", junk, b""), moment=NOW)

    assert report.verdict is Verdict.BAD
    assert "Verdict: BAD" in render(report)


def test_a_state_of_junk_is_reported():
    """A state that was tampered with fails every row about the challenge."""
    report = party().complete(
        LoginState(b"junk"), LoginAnswer(b"junk", pki.certificate(AUTH), b""), moment=NOW
    )

    assert {rules.LOGIN_KNOWN, rules.LOGIN_IN_TIME, rules.LOGIN_PARTY} <= set(failed(report))


def test_the_report_of_a_login_holds_both_parts_as_json():
    """Programs find the certificate's report inside the login's."""
    data = log_in(party(), holder()).to_json()

    assert data["subject"] == "login"
    assert data["relying_party"] == PARTY
    assert data["certificate_report"]["kind"] == "auth"
    assert data["certificate_report"]["verdict"] == "GOOD"

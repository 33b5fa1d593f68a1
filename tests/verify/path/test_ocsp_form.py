"""The form of OCSP answers: strict DER, flaws with their offset, what other software writes."""

from datetime import UTC, datetime

import pytest
from asn1crypto import ocsp as asn1_ocsp
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import load_der_x509_certificate, ocsp
from hypothesis import given, settings
from hypothesis import strategies as st

from jpki.verify import Verdict, render
from jpki.verify.der import decode
from jpki.verify.errors import MalformedError
from jpki.verify.path import OcspRules
from jpki.verify.path.ocsp import MAX_ANSWER_BYTES, MAX_CERTIFICATES, OcspResponse
from tests.support import openssl, pki
from tests.support.asn1 import (
    NULL,
    bits,
    boolean,
    enumerated,
    explicit,
    generalized,
    implicit,
    octets,
    oid,
    seq,
    time,
)
from tests.support.pki import DAY, NOW
from tests.verify.path.answering import (
    ARCHIVE_CUTOFF,
    BASIC,
    GOOD,
    HOUR,
    NONCE,
    RESPONDER,
    answer,
    cert_id,
    delegate,
    error,
    response,
    revoked,
    single,
)
from tests.verify.path.making import (
    ISSUER,
    ISSUER_CERTIFICATE,
    ROOT,
    ROOT_LIST,
    SERIAL,
    TARGET,
    certificate,
    crl,
    explained,
    judged,
)
from tests.verify.test_structures import GRAFTS, TURNS, rebuilt

SOUND = answer(
    single(extensions={ARCHIVE_CUTOFF: (False, b"\x18\x0f20200101000000Z")}),
    signer=RESPONDER,
    nonce=b"n" * 32,
    certificates=[delegate(ISSUER, RESPONDER)],
)
MALFORMED = {
    "nothing": b"",
    "junk": b"junk",
    "cut": SOUND[:-1],
    "left over": SOUND + b"\x00",
    "indefinite": b"\x30\x80" + SOUND[4:] + b"\x00\x00",
    "too long": b"\x30\x84" + (MAX_ANSWER_BYTES + 1).to_bytes(4, "big") + bytes(MAX_ANSWER_BYTES),
    "status 4": error(4),
    "status 7": error(7),
    "successful and empty": error(0),
    "an error with an answer": seq(enumerated(3), explicit(0, seq(oid(BASIC), octets(b"0")))),
    "another type": response(seq(), kind="1.2.3.4"),
    "version 1 written": answer(version=b"\xa0\x03\x02\x01\x00"),
    "version 2": answer(version=b"\xa0\x03\x02\x01\x01"),
    "no responder": answer(responder=b""),
    "responder [3]": answer(responder=explicit(3, NULL)),
    "byKey of 19 bytes": answer(responder=explicit(2, octets(bytes(19)))),
    "no single answer": response(
        seq(
            seq(explicit(2, octets(bytes(20))), b"\x18\x0f20260401020000Z", seq()),
            pki.SHA256_WITH_RSA,
            bits(b"x"),
        )
    ),
    "status [3]": answer(single(implicit(3))),
    "good with contents": answer(single(implicit(0, b"\x00"))),
    "unknown with contents": answer(single(implicit(2, b"\x00"))),
    "good constructed": answer(single(explicit(0))),
    "revoked without time": answer(single(explicit(1))),
    "reason 7": answer(single(revoked(7))),
    "UTCTime": answer(seq(cert_id(), GOOD, time(NOW))),
    "fraction of a second": answer(single(explicit(1, b"\x18\x1120260401020000.5Z"))),
    "nonce empty": answer(nonce=b""),
    "nonce of 129 bytes": answer(nonce=b"n" * 129),
    "nonce not wrapped": answer(extensions={NONCE: (False, b"n" * 16)}),
    "cutoff is no time": answer(single(extensions={ARCHIVE_CUTOFF: (False, NULL)})),
    "a crowd of certificates": answer(certificates=[seq()] * (MAX_CERTIFICATES + 1)),
    "critical FALSE": answer(
        seq(
            cert_id(),
            GOOD,
            generalized(NOW),
            explicit(1, seq(seq(oid("1.2.3"), boolean(False), octets(NULL)))),
        )
    ),
}


@pytest.mark.parametrize("der", MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_answer_is_refused_with_the_offset(der):
    """Strict DER and the structure of RFC 6960 4.2.1, nothing else."""
    with pytest.raises(MalformedError) as refused:
        OcspResponse.parse(der)

    assert 0 <= refused.value.offset <= max(len(der), 1)


def test_what_is_bent_below_is_good_unbent():
    """What the tests here rest on; the fields come out as they were written."""
    found = OcspResponse.parse(SOUND).answer

    assert found.nonce == b"n" * 32
    assert [one.cert_id.serial for one in found.singles] == [SERIAL]
    assert len(found.certificates) == 1
    assert whole(SOUND) is Verdict.GOOD


def whole(raw: bytes) -> Verdict:
    return explained(judged(lists=[ROOT_LIST], ocsp=[raw]))


MANY = settings(max_examples=150, deadline=None)
PLAIN = answer()


@MANY
@given(st.floats(0, 1), st.integers(1, 255))
def test_no_byte_can_change(position, change):
    """One byte changed in an answer of the CA is never GOOD."""
    at = int(position * (len(PLAIN) - 1))
    bent = PLAIN[:at] + bytes((PLAIN[at] ^ change,)) + PLAIN[at + 1 :]

    assert whole(bent) is not Verdict.GOOD


@MANY
@given(TURNS, GRAFTS)
def test_a_signed_part_of_any_shape_makes_a_report(turns, graft):
    """Perfect DER of the wrong shape, signed by the right key: a report and no exception."""
    wrapped = list(list(decode(SOUND))[1].only("responseBytes"))[1]
    tbs = rebuilt(next(iter(decode(wrapped.value))), turns, graft)
    bent = response(seq(tbs, pki.SHA256_WITH_RSA, bits(pki.sign(ISSUER.key, tbs))))

    assert whole(bent) in set(Verdict)


@MANY
@given(st.binary(max_size=100))
def test_any_bytes_make_a_report(raw):
    """Junk is reported, never raised."""
    assert whole(raw) is Verdict.CANNOT_TELL


# --- what others write ------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256(), hashes.SHA384()])
def test_answers_that_cryptography_writes_are_read(algorithm):
    """A writer that shares nothing with this reader."""
    target, issuer = map(load_der_x509_certificate, (TARGET, ISSUER_CERTIFICATE))
    found = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=target,
            issuer=issuer,
            algorithm=algorithm,
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=NOW - HOUR,
            next_update=NOW + HOUR,
            revocation_time=None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.NAME, issuer)
        .sign(ISSUER.key, hashes.SHA256())
    )
    der = found.public_bytes(pki.Encoding.DER)
    produced = OcspResponse.parse(der).answer.produced_at

    # It dates the answer by the machine's clock, which may be ahead of the moment asked about.
    rules = OcspRules(clock_skew=max(produced - NOW, HOUR))
    assert judged(lists=[ROOT_LIST], ocsp=[der], ocsp_rules=rules).verdict is Verdict.GOOD


def by_openssl(place, state: str) -> tuple[bytes, datetime]:
    """Let OpenSSL's responder answer about the target; give the answer and when it did."""
    day = "270101000000Z"
    index = (
        f"{state}\t300101000000Z\t{day if state == 'R' else ''}\t{SERIAL:012X}\tunknown\t/CN=s\n"
    )
    (place / "index.txt").write_text(index)
    responder = openssl.write_pem(place / "r.pem", "CERTIFICATE", [delegate(ISSUER, RESPONDER)])
    issuer = openssl.write_pem(place / "ca.pem", "CERTIFICATE", [ISSUER_CERTIFICATE])
    target = openssl.write_pem(place / "t.pem", "CERTIFICATE", [TARGET])
    key = openssl.write_key(place / "r.key", RESPONDER.key)
    asked = ("-issuer", issuer, "-cert", target, "-reqout", place / "request")
    assert openssl.run("ocsp", *asked).accepts
    given = ("-index", place / "index.txt", "-CA", issuer, "-rsigner", responder, "-rkey", key)
    told = ("-reqin", place / "request", "-respout", place / "answer", "-ndays", "1")
    opinion = openssl.run("ocsp", *given, *told)
    assert opinion.accepts, opinion.text
    der = (place / "answer").read_bytes()
    data = asn1_ocsp.OCSPResponse.load(der).basic_ocsp_response["tbs_response_data"]
    return der, data["produced_at"].native.astimezone(UTC)


@pytest.mark.parametrize(("state", "verdict"), [("V", Verdict.GOOD), ("R", Verdict.BAD)])
def test_answers_of_openssl_s_responder_are_read(state, verdict, tmp_path):
    """Delegated, with nocheck and a nonce; judged at the moment it answered."""
    der, moment = by_openssl(tmp_path, state)
    above = crl(ROOT, this_update=moment - HOUR, next_update=moment + DAY)

    report = judged(lists=[above], ocsp=[der], moment=moment)

    assert report.verdict is verdict, render(report)


def test_a_certificate_that_only_looks_like_a_responder_is_not_read_as_one():
    """Certificates that come along are not signed: those that cannot be read are left out."""
    found = OcspResponse.parse(answer(certificates=[seq(NULL), certificate(ROOT, ISSUER)]))

    assert [str(one.subject) for one in found.answer.certificates] == ["CN=issuer"]

"""OpenSSL as the second opinion: `verify -crl_check` and `cms -verify` agree with ours.

Each case is judged by both, from the same bytes at the same moment. Where we are stricter than
OpenSSL on purpose, a test says so and why.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from jpki.signing.cms import sign_detached
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind, Verdict
from jpki.verify.cms import verify_detached
from tests.support import openssl, pki
from tests.support.pki import DAY, NOW, Ca

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
FIRST, THIRD = pki.ca(Kind.SIGN, 1), pki.ca(Kind.SIGN, 3)
OLD = pki.ca(Kind.SIGN, 9, not_after=NOW - DAY)
SECOND = timedelta(seconds=1)
NOT_BEFORE = datetime(2025, 6, 1, 16, 40, 0, tzinfo=UTC)
NOT_AFTER = datetime(2030, 5, 10, 14, 59, 59, tzinfo=UTC)
CONTENT = "申請書\r\n第一号\n".encode()


def tampered(der: bytes) -> bytes:
    """Change the holder's name without touching the structure."""
    return der.replace(b"Kiyose-shi", b"Kodair-shi", 1)


@dataclass(frozen=True)
class Case:
    """One certificate with what is pinned, the lists at hand and the moment."""

    certificate: bytes
    good: bool
    says: str
    cas: tuple[Ca, ...] = (SIGN,)
    lists: tuple[bytes, ...] = field(default_factory=lambda: (pki.crl(SIGN),))
    moment: datetime = NOW


GOOD = pki.certificate(SIGN)
CASES = {
    "good": Case(GOOD, True, "OK"),
    "good, with an entry of another": Case(GOOD, True, "OK", lists=(pki.crl(SIGN, pki.entry(5)),)),
    "good, by the list of the whole CA": Case(GOOD, True, "OK", lists=(pki.crl(SIGN, point=None),)),
    "good, one of three generations": Case(
        pki.certificate(THIRD), True, "OK", (FIRST, SIGN, THIRD), (pki.crl(THIRD),)
    ),
    "good, lists of other places too": Case(
        GOOD,
        True,
        "OK",
        lists=(pki.crl(SIGN, point=pki.point_name(Kind.SIGN, "Hachioji-shi")), pki.crl(SIGN)),
    ),
    "good from its first second": Case(
        GOOD,
        True,
        "OK",
        lists=(pki.crl(SIGN, this_update=NOT_BEFORE, next_update=NOT_BEFORE + DAY),),
        moment=NOT_BEFORE,
    ),
    "revoked": Case(GOOD, False, "certificate revoked", lists=(pki.crl(SIGN, pki.entry()),)),
    "held": Case(GOOD, False, "certificate revoked", lists=(pki.crl(SIGN, pki.entry(reason=6)),)),
    "revoked with a date to come": Case(
        GOOD,
        False,
        "certificate revoked",
        lists=(pki.crl(SIGN, pki.entry(revoked_at=NOW + timedelta(hours=1))),),
    ),
    "revoked by the list of the whole CA": Case(
        GOOD, False, "certificate revoked", lists=(pki.crl(SIGN, pki.entry(), point=None),)
    ),
    "expired": Case(
        GOOD,
        False,
        "certificate has expired",
        lists=(pki.crl(SIGN, this_update=NOT_AFTER, next_update=NOT_AFTER + DAY),),
        moment=NOT_AFTER + SECOND,
    ),
    "not yet valid": Case(
        GOOD,
        False,
        "certificate is not yet valid",
        lists=(pki.crl(SIGN, this_update=NOT_BEFORE - DAY, next_update=NOT_BEFORE + DAY),),
        moment=NOT_BEFORE - SECOND,
    ),
    "of a CA that is over": Case(
        pki.certificate(OLD), False, "certificate has expired", (OLD,), (pki.crl(OLD),)
    ),
    "of a wrong CA": Case(GOOD, False, "unable to get local issuer", (AUTH,)),
    "of a generation that is not pinned": Case(
        pki.certificate(THIRD), False, "unable to get local issuer", lists=(pki.crl(THIRD),)
    ),
    "forged": Case(pki.certificate(SIGN, signed_by=THIRD.key), False, "signature failure"),
    "tampered with": Case(tampered(GOOD), False, "signature failure"),
    "without a list": Case(GOOD, False, "unable to get certificate CRL", lists=()),
    "with a stale list": Case(
        GOOD,
        False,
        "CRL has expired",
        lists=(pki.crl(SIGN, this_update=NOW - 2 * DAY, next_update=NOW - DAY),),
    ),
    "with a list of the future": Case(
        GOOD,
        False,
        "CRL is not yet valid",
        lists=(pki.crl(SIGN, this_update=NOW + DAY, next_update=NOW + 2 * DAY),),
    ),
    "with a forged list": Case(
        GOOD, False, "CRL signature failure", lists=(pki.crl(SIGN, signed_by=THIRD.key),)
    ),
    "with another place's list": Case(
        GOOD,
        False,
        "Different CRL scope",
        lists=(pki.crl(SIGN, point=pki.point_name(Kind.SIGN, "Hachioji-shi")),),
    ),
    "with an unknown critical list extension": Case(
        GOOD,
        False,
        "Unhandled critical CRL extension",
        lists=(pki.crl(SIGN, change={"1.2.3.4": (True, b"\x05\x00")}),),
    ),
    "with an unknown critical extension": Case(
        pki.certificate(SIGN, change={"1.2.3.4": (True, b"\x05\x00")}),
        False,
        "unhandled critical extension",
    ),
}


def ours(case: Case) -> Verdict:
    verifier = pki.verifier(*case.lists, sign_cas=case.cas)
    return verifier.check(case.certificate, Kind.SIGN, moment=case.moment).verdict


def theirs(directory, case: Case) -> openssl.Opinion:
    return openssl.verify(
        directory,
        case.certificate,
        cas=[one.der for one in case.cas],
        lists=case.lists,
        moment=case.moment,
    )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_openssl_agrees(tmp_path, case):
    """The same certificate, CAs, lists and moment: both accept or both refuse, for one reason."""
    opinion = theirs(tmp_path, case)

    assert opinion.accepts == (ours(case) is Verdict.GOOD) == case.good, opinion.text
    assert case.says.lower() in opinion.text.lower()


def test_openssl_ends_validity_a_second_early(tmp_path):
    """RFC 5280 4.1.2.5 includes the last second; OpenSSL's comparison counts it as past."""
    fresh = pki.crl(SIGN, this_update=NOT_AFTER - DAY, next_update=NOT_AFTER + DAY)
    case = Case(GOOD, True, "", lists=(fresh,), moment=NOT_AFTER)

    assert ours(case) is Verdict.GOOD
    assert not theirs(tmp_path, case).accepts


def test_openssl_accepts_one_kind_for_the_other(tmp_path):
    """OpenSSL knows no JPKI kinds: to it a login certificate is as good as a signing one."""
    case = Case(pki.certificate(AUTH), False, "OK", (AUTH,), (pki.crl(AUTH),))

    assert theirs(tmp_path, case).accepts
    assert ours(case) is Verdict.BAD


# OpenSSL writes the machine's time as signingTime, so what it signs with is valid around today.
TODAY = datetime.now(UTC).replace(microsecond=0)
DAY_ENDS = TODAY.replace(hour=14, minute=59, second=59)
PRESENT = pki.ca(Kind.SIGN, 8, not_before=TODAY - 9 * DAY, not_after=TODAY + 900 * DAY)
HOLDER = pki.certificate(PRESENT, not_before=TODAY - 5 * DAY, not_after=DAY_ENDS + 500 * DAY)
PRESENT_LIST = pki.crl(PRESENT, this_update=TODAY - DAY, next_update=TODAY + 2 * DAY)


def openssl_signed(directory, *arguments) -> bytes:
    holder = pki.key("sign holder")
    return openssl.cms_sign(directory, CONTENT, HOLDER, holder, *arguments)


def report_of(message: bytes, content: bytes = CONTENT):
    """Judge at the machine's present: OpenSSL has just signed."""
    verifier = pki.verifier(PRESENT_LIST, sign_cas=[PRESENT])
    return verify_detached(message, content, verifier, moment=datetime.now(UTC))


@pytest.mark.parametrize(
    "arguments",
    [(), ("-nosmimecap",), ("-keyid",), ("-cades",), ("-noattr",), ("-md", "sha256")],
    ids=["plain", "no capabilities", "by key identifier", "CAdES", "no attributes", "sha256"],
)
def test_what_openssl_signs_we_accept(tmp_path, arguments):
    """Every detached SHA-256 form OpenSSL makes with a test key is GOOD, no row excepted."""
    report = report_of(openssl_signed(tmp_path, *arguments))

    assert report.verdict is Verdict.GOOD


@pytest.mark.parametrize("arguments", [(), ("-noattr",)], ids=["attributes", "no attributes"])
def test_what_openssl_signed_over_something_else_we_refuse(tmp_path, arguments):
    """A changed byte of content is seen with and without signed attributes."""
    message = openssl_signed(tmp_path, *arguments)

    report = report_of(message, CONTENT + b"x")

    assert {"cms.content-digest", "cms.signature"} & {one.rule.id for one in report.failures}


@pytest.mark.parametrize(
    ("arguments", "row"),
    [
        (("-md", "sha1"), "cms.versions"),
        (("-md", "sha512"), "cms.versions"),
        (("-keyopt", "rsa_padding_mode:pss"), "cms.versions"),
        (("-nodetach",), "cms.detached"),
        (("-nocerts",), "cms.signer"),
        (("-stream",), "cms.der"),
    ],
    ids=["SHA-1", "SHA-512", "PSS", "attached", "no certificate", "BER"],
)
def test_what_the_profile_does_not_use_we_refuse(tmp_path, arguments, row):
    """Other digests and paddings, attached content and BER are not GOOD, each by its row."""
    report = report_of(openssl_signed(tmp_path, *arguments))

    assert report.verdict is not Verdict.GOOD
    assert report.check(row).outcome.value != "PASS"


@pytest.mark.parametrize("ca_certificates", [(), (SIGN.der,)], ids=["alone", "with its CA"])
def test_what_we_sign_openssl_accepts(tmp_path, ca_certificates):
    """`openssl cms -verify` accepts our message, with its strict and its CAdES checks too."""
    signer = SoftwareSigner(GOOD, pki.key("sign holder"))
    message = sign_detached(CONTENT, signer, moment=NOW, ca_certificates=ca_certificates)

    opinion = openssl.cms_verify(
        tmp_path, message, CONTENT, cas=[SIGN.der], moment=NOW, arguments=["-x509_strict", "-cades"]
    )

    assert opinion.accepts, opinion.text
    assert (tmp_path / "out").read_bytes() == CONTENT


def test_what_we_sign_openssl_refuses_over_another_content(tmp_path):
    """The acceptance above is not of everything."""
    signer = SoftwareSigner(GOOD, pki.key("sign holder"))
    message = sign_detached(CONTENT, signer, moment=NOW)

    opinion = openssl.cms_verify(tmp_path, message, CONTENT + b"x", cas=[SIGN.der], moment=NOW)

    assert not opinion.accepts


def test_openssl_reads_the_attributes_we_sign(tmp_path):
    """All five attributes are known to OpenSSL by name or number."""
    signer = SoftwareSigner(GOOD, pki.key("sign holder"))
    (tmp_path / "message").write_bytes(sign_detached(CONTENT, signer, moment=NOW))

    text = openssl.run(
        "cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", tmp_path / "message"
    ).text

    assert "signingCertificateV2" in text
    assert "signingTime" in text
    assert "Apr  1 03:00:00 2026 GMT" in text

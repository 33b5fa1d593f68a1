"""`jpki check --ocsp`: OCSP answers from files, alone and beside lists."""

import pytest

from jpki.verify import Kind
from tests.cli.calling import CANNOT_TELL, NO, YES
from tests.support import pki
from tests.support.pki import NOW
from tests.verify.path.answering import GOOD, UNKNOWN, answer, cert_id, error, revoked, single
from tests.verify.path.making import Holder

CA = pki.ca(Kind.AUTH)
ISSUER = Holder(CA.name, CA.key)


def about(status):
    return answer(single(status, about=cert_id(ISSUER, pki.SERIAL)), signer=ISSUER)


@pytest.fixture
def check(homeless, tmp_path):
    """Give `jpki check --json` of one certificate with these answers and lists."""

    def checked(*answers, lists=()):
        files = {"holder.cer": pki.certificate(CA), "ca.cer": CA.der}
        files |= {f"answer{at}.der": der for at, der in enumerate(answers)}
        files |= {f"list{at}.crl": der for at, der in enumerate(lists)}
        for name, der in files.items():
            (tmp_path / name).write_bytes(der)
        given = [word for at in range(len(answers)) for word in ("--ocsp", f"answer{at}.der")]
        given += [word for at in range(len(lists)) for word in ("--crl", f"list{at}.crl")]
        words = [tmp_path / one if "." in one else one for one in given]
        return homeless(
            *("check", tmp_path / "holder.cer", "--ca", tmp_path / "ca.cer", "--json"),
            *("--at", NOW.isoformat(), *words),
        )

    return checked


@pytest.mark.parametrize(
    ("sent", "lists", "status"),
    [
        (about(GOOD), (), YES),
        (about(revoked()), (), NO),
        (about(revoked()), (pki.crl(CA),), NO),
        (about(GOOD), (pki.crl(CA, pki.entry()),), NO),
        (about(UNKNOWN), (), CANNOT_TELL),
        (about(UNKNOWN), (pki.crl(CA),), YES),
        (error(3), (), CANNOT_TELL),
        (b"no answer", (), CANNOT_TELL),
    ],
    ids=[
        *("good", "revoked", "revoked, not listed", "good, listed"),
        *("unknown", "unknown, not listed", "tryLater", "junk"),
    ],
)
def test_an_answer_is_as_good_as_a_list(check, sent, lists, status):
    """What revokes wins; one usable source is enough; without one it cannot be told."""
    assert check(sent, lists=lists).status == status


def test_the_report_says_which_answer_it_was(check):
    """By its digest, its responder and its times."""
    report = check(about(GOOD)).json["reports"][0]
    (row,) = [one for one in report["checks"] if one["id"] == "cert.revocation"]

    assert row["seen"].startswith("good in OCSP answer by key")
    assert report["revocation"]["evidence"][0]["source"] == "ocsp"

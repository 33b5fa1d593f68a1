"""Exceptions pass from one process to another: as they are, with what they carry."""

import ast
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from jpki.ca import errors as ca
from jpki.ca.linking import NotEntitledError, Role
from jpki.ca.ocsp.status import OcspStatus, RefusedError
from jpki.ca.service.reading import RefusedRequest
from jpki.card.client import errors as card
from jpki.card.client.reading import RefusedReadError
from jpki.card.pcsc import ReaderError
from jpki.cv import CvUnknownIssuerError, KeyId
from jpki.iso7816 import StatusWord
from jpki.lint import RULES, Finding, Target
from jpki.people import UnfitTextError
from jpki.revocation import ListUnreadableError, ListUntrustedError
from jpki.substituting import NoSubstituteError
from jpki.verify import Kind
from jpki.verify.errors import BadError, DerError, MalformedError, NotGoodError, RevokedError
from tests.support import pki
from tests.verify.path.making import ISSUER, LISTED, LISTS, crl, judged

REPORT = pki.verifier().check(b"no certificate", Kind.SIGN, moment=pki.NOW)
STATUS = StatusWord(0x6A82)
A_RULE = next(iter(RULES))
UNTRUSTED = ListUntrustedError("nobody's", b"name", None)
SAMPLES = [
    ca.AlreadyExpiredError(5, pki.NOW),
    ca.AlreadyRevokedError(5, pki.NOW),
    ca.DraftRefusedError((Finding(A_RULE, Target.FULL, 3, "so", "otherwise"),)),
    ca.IssuanceAbandonedError(5),
    ca.NotPublishedError({Path("sign-g1-full.crl"): "a directory"}),
    ca.RequestRefusedError("rule", "no"),
    ca.RevocationRefusedError(5, "no"),
    ca.UnknownSerialError(5),
    NotEntitledError(next(iter(Role))),
    RefusedError(OcspStatus.TRY_LATER, "no"),
    RefusedRequest(400, "no"),
    BadError(REPORT, REPORT.failures[0]),
    CvUnknownIssuerError(KeyId("6000024")),
    DerError("bent", 3),
    ListUnreadableError("bent", 3),
    UNTRUSTED,
    MalformedError("bent", 3),
    NoSubstituteError("name", (1,)),
    NotGoodError(REPORT, REPORT.failures[0]),
    ReaderError("gone", code=3),
    RefusedReadError(STATUS),
    UnfitTextError("rule", "unfit"),
    card.ApplicationMissingError("AP", b"\xd3", STATUS),
    card.FileMissingError("EF", STATUS),
    card.LastTryError("PIN"),
    card.NotAJpkiCardError("AP", b"\xd3", STATUS),
    card.PinBlockedError("PIN"),
    card.PinError("no", tries_left=2),
    card.PinRuleError("too short"),
    card.SecurityStatusError("EF", "PIN"),
    card.TriesUnknownError("PIN", STATUS),
    card.UnexpectedStatusError(STATUS, "READ BINARY"),
    card.WrongPinError("PIN", 2),
]
JPKI = Path(__file__).parent.parent / "jpki"


def with_arguments_of_their_own():
    """Name the exceptions whose `__init__` is their own."""
    for path in JPKI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                names = {getattr(each, "name", "") for each in node.body}
                yield from {node.name} if "__init__" in names else ()


def test_all_with_arguments_of_their_own_are_tried_here():
    assert set(with_arguments_of_their_own()) <= {type(one).__name__ for one in SAMPLES}


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_exception_is_the_same_in_another_process(error):
    """Its kind, its message, and all that it carries."""
    found = pickle.loads(pickle.dumps(error))

    assert type(found) is type(error)
    assert (str(found), found.args, vars(found)) == (str(error), error.args, vars(error))


REVOKED = {
    "certificate": pki.verifier(pki.crl(pki.ca(Kind.SIGN), pki.entry(reason=1))).check(
        pki.certificate(pki.ca(Kind.SIGN)), Kind.SIGN, moment=pki.NOW
    ),
    "path": judged(lists=[*LISTS, crl(ISSUER, LISTED)]),
}


@pytest.mark.parametrize("report", REVOKED.values(), ids=REVOKED)
def test_a_report_goes_along_with_all_it_rests_on(report):
    """Certificates, the CA's own, and what the lists said."""
    with pytest.raises(BadError) as raised:
        report.require_good()

    found = pickle.loads(pickle.dumps(raised.value))

    assert (type(found), str(found)) == (RevokedError, str(raised.value))
    assert found.report.to_json() == report.to_json()
    assert found.report.facts() == report.facts()
    assert found.reason == "keyCompromise"


def _fail():
    raise UNTRUSTED


def test_a_pool_of_processes_outlives_an_exception():
    """Whoever reads many lists that way."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        with pytest.raises(ListUntrustedError) as raised:
            pool.submit(_fail).result(timeout=60)
        assert pool.submit(int, 5).result(timeout=60) == 5

    assert raised.value.issuer == b"name"

"""A revocation is not forgotten for what nobody signed of the list or answer that says it.

Each is bent outside the signed part, with a fresh list beside it that says good.
"""

import pytest

from jpki.verify import Verdict
from jpki.verify.der_rules import Tag
from jpki.verify.path import Limits
from jpki.verify.path.ocsp import OcspResponse
from jpki.verify.path.ocsp_data import OcspData
from jpki.verify.path.revocation_data import RevocationData
from tests.support import pki
from tests.support.asn1 import (
    NULL,
    bits,
    explicit,
    implicit,
    integer,
    octets,
    oid,
    seq,
    set_of,
    tlv,
    utf8,
)
from tests.support.pki import DAY, NOW, SHA1_WITH_RSA, SHA256_WITH_RSA
from tests.verify.path.answering import (
    DELEGATED,
    RESPONDER,
    answer,
    cert_id,
    delegate,
    response,
    revoked,
    single,
)
from tests.verify.path.making import (
    BY_SIGNER,
    CERT_SIGN,
    CRL_SIGN,
    ISSUER,
    ISSUER_CERTIFICATE,
    LISTED,
    LISTS,
    ROOT,
    ROOT_LIST,
    SERIAL,
    SIGNER,
    STRANGER,
    TARGET,
    certificate,
    crl,
    holder,
    judged,
    scope,
)


def parts(der: bytes) -> tuple[bytes, bytes]:
    """Give a list's signed part and its signature, with their headers."""
    at = der.rfind(SHA256_WITH_RSA)
    return der[4:at], der[at + len(SHA256_WITH_RSA) :]


MANY = [pki.entry(1 << 24 | number) for number in range(99)]
JUNK = bits(bytes(256))


def bent_lists(listed: bytes) -> dict[str, bytes]:
    tbs, signature = parts(listed)
    length = (len(listed) - 4).to_bytes(4, "big")
    own_tbs, own_signature = parts(LISTS[1])
    holding = {"1.2.3.4": (False, octets(listed))}
    return {
        "behind": listed + b"\0",
        "in front": b"\0" + listed,
        "far in front": b"\0" * 70 + listed,
        "a page in front": b"-" * 5000 + listed,
        "length of three": b"\x30\x83" + length[1:] + listed[4:],
        "no end": b"\x30\x80" + listed[4:] + b"\0\0",
        "wrapped": seq(listed),
        "no algorithm outside": seq(tbs, signature),
        "another algorithm outside": seq(tbs, SHA1_WITH_RSA, signature),
        "junk for it": seq(tbs, NULL, signature),
        "a page for it, and behind": seq(tbs, octets(bytes(500)), signature) + b"\0",
        "signatures for it, and behind": seq(tbs, octets(b"\x03\x40" * 60), signature) + b"\0",
        "one part more": seq(tbs, SHA256_WITH_RSA, NULL, signature),
        "bits left over": listed[:-257] + b"\x01" + listed[-256:],
        "two lists": LISTS[1] + listed,
        "signature moved into the algorithm": seq(tbs, seq(oid("1.2.3.4"), signature), JUNK),
        "signature moved into the signature": seq(tbs, SHA256_WITH_RSA, bits(signature)),
        "in a stranger's": crl(ISSUER, change=holding, signed_by=STRANGER.key),
        "in a stranger's, far behind": crl(ISSUER, *MANY, change=holding, signed_by=STRANGER.key),
        "in a stranger's entry": crl(
            ISSUER, pki.entry(1 << 24, extra=holding), signed_by=STRANGER.key
        ),
        "in a stranger's of another name": crl(STRANGER, change=holding),
        "in a stranger's delta": crl(
            ISSUER,
            change=holding | {"2.5.29.27": (True, integer(1))},
            signed_by=STRANGER.key,
        ),
        "in a signature": seq(own_tbs, SHA256_WITH_RSA, bits(listed)),
        "in the algorithm of the issuer's own": seq(
            own_tbs, seq(oid("1.2.3.4"), octets(listed)), own_signature
        ),
    }


INDIRECT = crl(
    SIGNER,
    pki.entry(serial=SERIAL, extra={"2.5.29.29": (True, seq(explicit(4, ISSUER.name)))}),
    change=scope(implicit(4, b"\xff")),
)


def signer(**fields: object) -> bytes:
    stated = {"ca": False, "change": {pki.KEY_USAGE: (True, CRL_SIGN)}}
    return certificate(ROOT, SIGNER, **(stated | fields))


REVOKING = crl(ISSUER, LISTED)


@pytest.mark.parametrize("bent", bent_lists(REVOKING).values(), ids=bent_lists(REVOKING))
def test_a_list_bent_outside_keeps_others_from_saying_good(bent):
    """Whoever hands it on can bend it, and cannot make it say nothing."""
    assert judged(lists=[*LISTS, bent]).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("bent", bent_lists(INDIRECT).values(), ids=bent_lists(INDIRECT))
def test_so_does_an_indirect_one_of_a_proven_signer(bent):
    """Its key is not on the path; the distribution point names who holds it."""
    certificates = [ISSUER_CERTIFICATE, signer()]

    report = judged(BY_SIGNER, certificates=certificates, lists=[*LISTS, bent])

    assert report.verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "fields",
    [{"change": {pki.KEY_USAGE: (True, CERT_SIGN)}}, {"not_after": NOW - DAY}],
    ids=["no cRLSign", "expired"],
)
def test_what_nobody_proven_signed_takes_nothing_away(fields):
    """A signer whose list would not count does not count bent either, nor does a stranger."""
    certificates = [ISSUER_CERTIFICATE, signer(**fields)]
    strange = [*bent_lists(crl(ISSUER, LISTED, signed_by=STRANGER.key)).values()]

    report = judged(BY_SIGNER, certificates=certificates, lists=[*LISTS, INDIRECT + b"\0"])

    assert report.verdict is Verdict.GOOD
    assert judged(lists=[*LISTS, *strange]).verdict is Verdict.GOOD


@pytest.mark.parametrize("change", [0x01, 0x02, 0x40, 0x80, 0xFF])
def test_no_unsigned_byte_of_a_list_makes_it_say_nothing(change):
    """Every byte outside the signed part, but the signature with its tag and length."""
    tbs, signature = parts(REVOKING)
    behind = 4 + len(tbs)
    unsigned = [*range(4), *range(behind, len(REVOKING) - len(signature)), len(REVOKING) - 257]

    verdicts = set()
    for at in unsigned:
        bent = REVOKING[:at] + bytes([REVOKING[at] ^ change]) + REVOKING[at + 1 :]
        verdicts.add(judged(lists=[*LISTS, bent]).verdict)

    assert len(unsigned) == 4 + len(SHA256_WITH_RSA) + 1
    assert Verdict.GOOD not in verdicts


def parts_of(sent: bytes) -> tuple[bytes, bytes]:
    """Give an answer's signed part and its signature, with their headers."""
    found = OcspResponse.parse(sent).answer
    return found.tbs, bits(found.signature)


SAID = single(revoked())
SAID_BY_MD5 = single(revoked(), about=cert_id(algorithm="1.2.840.113549.2.5"))
OWN = answer(SAID)
DELEGATES = answer(SAID, signer=RESPONDER, certificates=[DELEGATED])
OTHERS = [certificate(ROOT, holder("other"), ca=False) for _ in range(20)]
BENT_ANSWERS = {
    "the CA's, behind": OWN + b"\0",
    "the CA's, in front": b"\0" * 70 + OWN,
    "the CA's, length of three": b"\x30\x83" + (len(OWN) - 4).to_bytes(3, "big") + OWN[4:],
    "the CA's, tryLater": OWN.replace(b"\x0a\x01\x00", b"\x0a\x01\x03", 1),
    "the CA's, another algorithm": OWN.replace(SHA256_WITH_RSA, SHA1_WITH_RSA),
    "the CA's, SHA-512 written": OWN.replace(
        SHA256_WITH_RSA, SHA256_WITH_RSA.replace(b"\x0b\x05", b"\x0d\x05")
    ),
    "the CA's, a page for it, and behind": answer(SAID, algorithm=octets(bytes(500))) + b"\0",
    "the CA's, signatures for it": answer(SAID, algorithm=octets(b"\x03\x40" * 60)),
    "the CA's, bits left over": OWN.replace(b"\x03\x82\x01\x01\x00", b"\x03\x82\x01\x01\x01"),
    "a delegate's, behind": DELEGATES + b"\0",
    "a delegate's, in front": b"\0" + DELEGATES,
    "a delegate's, in a crowd": answer(SAID, signer=RESPONDER, certificates=[*OTHERS, DELEGATED]),
    "a delegate's, another algorithm": answer(
        SAID, signer=RESPONDER, certificates=[DELEGATED], algorithm=SHA1_WITH_RSA
    ),
    "unknown digest": answer(SAID_BY_MD5),
    "unknown digest, another algorithm": answer(SAID_BY_MD5, algorithm=SHA1_WITH_RSA),
    "unknown digest, a delegate's, another algorithm": answer(
        SAID_BY_MD5, signer=RESPONDER, certificates=[DELEGATED], algorithm=SHA1_WITH_RSA
    ),
}


def basic(tbs: bytes, algorithm: bytes, signature: bytes, *certificates: bytes) -> bytes:
    return response(seq(tbs, algorithm, signature, explicit(0, seq(*certificates))))


TBS, SIGNATURE = parts_of(OWN)
DELEGATE_TBS, DELEGATE_SIGNATURE = parts_of(DELEGATES)
OTHER_TBS, OTHER_SIGNATURE = parts_of(answer(single(about=cert_id(serial=9))))
IN_A_CERTIFICATE = certificate(
    ROOT, holder("other"), ca=False, change={"1.2.3.4": (False, octets(OWN))}
)
HIDDEN_ANSWERS = {
    "the signature in the algorithm": basic(TBS, seq(oid("1.2.3.4"), SIGNATURE), JUNK),
    "the signature in the signature": basic(TBS, SHA256_WITH_RSA, bits(SIGNATURE)),
    "a delegate's, so": basic(
        DELEGATE_TBS, seq(oid("1.2.3.4"), DELEGATE_SIGNATURE), JUNK, DELEGATED
    ),
    "a delegate's, its certificate in the algorithm": basic(
        DELEGATE_TBS, seq(oid("1.2.3.4"), DELEGATED), DELEGATE_SIGNATURE
    ),
    "unknown digest, so": basic(
        parts_of(answer(SAID_BY_MD5))[0],
        seq(oid("1.2.3.4"), parts_of(answer(SAID_BY_MD5))[1]),
        JUNK,
    ),
    "in a stranger's": answer(extensions={"1.2.3.4": (False, octets(OWN))}, signed_by=STRANGER),
    "a delegate's in a stranger's": answer(
        extensions={"1.2.3.4": (False, octets(DELEGATES))}, signed_by=STRANGER
    ),
    "in a stranger's about another": answer(
        single(about=cert_id(serial=9)),
        extensions={"1.2.3.4": (False, octets(OWN))},
        signed_by=STRANGER,
    ),
    "in the issuer's own about another, in the algorithm": basic(
        OTHER_TBS, seq(oid("1.2.3.4"), octets(OWN)), OTHER_SIGNATURE
    ),
    "in the issuer's own about another, in a certificate": basic(
        OTHER_TBS, SHA256_WITH_RSA, OTHER_SIGNATURE, IN_A_CERTIFICATE
    ),
    "in the issuer's own, for a certificate": basic(
        OTHER_TBS, SHA256_WITH_RSA, OTHER_SIGNATURE, OWN
    ),
    "in a signature": basic(OTHER_TBS, SHA256_WITH_RSA, bits(OWN)),
}
BENT_ANSWERS |= HIDDEN_ANSWERS


def hidden(whole: bytes) -> bytes:
    """Give a stranger's answer that can be read, with another in it."""
    return answer(
        single(about=cert_id(serial=9)),
        extensions={"1.2.3.4": (False, octets(whole))},
        signed_by=STRANGER,
    )


@pytest.mark.parametrize("bent", BENT_ANSWERS.values(), ids=BENT_ANSWERS)
def test_an_answer_bent_outside_keeps_others_from_saying_good(bent):
    """By the CA's key or by a delegate's that came along; also one whose CertID is unknown."""
    assert judged(lists=LISTS, ocsp=[bent]).verdict is Verdict.CANNOT_TELL


def test_answers_of_nobody_take_nothing_away():
    """Signed by a stranger, or by a responder whose certificate would not do."""
    foreign = delegate(ROOT, RESPONDER)
    answers = [
        answer(SAID, signed_by=STRANGER) + b"\0",
        answer(SAID, signer=RESPONDER, certificates=[foreign]) + b"\0",
        answer(SAID, signed_by=STRANGER, algorithm=SHA1_WITH_RSA),
        answer(SAID_BY_MD5, signed_by=STRANGER),
        answer(SAID_BY_MD5, signed_by=STRANGER, algorithm=SHA1_WITH_RSA),
        answer(SAID_BY_MD5, signer=RESPONDER, certificates=[foreign], algorithm=SHA1_WITH_RSA),
    ]
    answers += [
        answer(extensions={"1.2.3.4": (False, octets(one))}, signed_by=STRANGER) for one in answers
    ]

    assert judged(TARGET, lists=LISTS, ocsp=answers).verdict is Verdict.GOOD


def test_a_responder_at_hand_is_found_by_its_name():
    """Its certificate did not come along: it is looked for among those at hand."""
    certificates = [ISSUER_CERTIFICATE, DELEGATED]

    report = judged(
        lists=LISTS, certificates=certificates, ocsp=[answer(SAID, signer=RESPONDER) + b"\0"]
    )

    assert report.verdict is Verdict.CANNOT_TELL


def by_name_of(attribute: bytes) -> bytes:
    return explicit(1, seq(set_of(seq(attribute))))


COMMON_NAME = oid("2.5.4.3")
NOBODY = {
    "text that is none": by_name_of(COMMON_NAME + tlv(Tag.UTF8_STRING, b"\xff")),
    "half a character": by_name_of(COMMON_NAME + tlv(Tag.BMP_STRING, b"a")),
    "an empty type": by_name_of(tlv(Tag.OID, b"") + utf8("a")),
    "a type without an end": by_name_of(tlv(Tag.OID, b"\xff") + utf8("a")),
    "a long name": by_name_of(COMMON_NAME + utf8("a" * 4096)),
}


@pytest.mark.parametrize("nobody", NOBODY.values(), ids=NOBODY)
@pytest.mark.parametrize("wrapped", [lambda own: own + b"\0", hidden], ids=["bent", "hidden"])
def test_an_answer_may_be_anybody_s_when_it_cannot_be_read_whose_it_is(nobody, wrapped):
    """The name in it is whatever whoever made the answer wrote: the signature alone tells."""
    own, foreign = (
        wrapped(answer(SAID, responder=nobody, signed_by=one)) for one in (ISSUER, STRANGER)
    )

    assert judged(lists=LISTS, ocsp=[foreign]).verdict is Verdict.GOOD
    assert judged(lists=LISTS, ocsp=[own]).verdict is Verdict.CANNOT_TELL


def test_a_heap_of_bent_answers_hides_no_revocation():
    """It costs all that a question may: what revokes for good is found before it is looked at."""
    heap = [answer(SAID, signed_by=STRANGER, nonce=bytes([at])) + b"\0" for at in range(8)]
    limits = Limits(signatures=20)

    good = judged(lists=[ROOT_LIST], ocsp=[*heap, answer()], limits=limits)

    assert (good.verdict, good.checks[-1].rule.id) == (Verdict.CANNOT_TELL, "path.budget")
    assert judged(lists=[ROOT_LIST], ocsp=[*heap, OWN], limits=limits).verdict is Verdict.BAD
    assert judged(lists=[ROOT_LIST], ocsp=[OWN, *heap], limits=limits).verdict is Verdict.BAD


FORGED = {
    "answers": [answer(SAID, signed_by=STRANGER, nonce=bytes([n])) for n in range(9)],
    "lists": [crl(ISSUER, LISTED, signed_by=STRANGER.key, number=n) for n in range(9)],
}


@pytest.mark.parametrize(
    ("lists", "answers", "verdict"),
    [
        ([], [OWN, *FORGED["answers"]], Verdict.BAD),
        ([REVOKING, *FORGED["lists"]], [], Verdict.BAD),
        ([REVOKING], FORGED["answers"], Verdict.BAD),
        ([], [*FORGED["answers"], OWN], Verdict.CANNOT_TELL),
        (LISTS, FORGED["answers"], Verdict.CANNOT_TELL),
        ([*LISTS, *FORGED["lists"]], [], Verdict.CANNOT_TELL),
    ],
    ids=["answer", "list", "list, answers", "too late", "no answer", "no list"],
)
def test_what_is_forged_costs_no_revocation_that_was_found(lists, answers, verdict):
    """Files that can be read, by a stranger, more than a question may look at."""
    found = judged(lists=[ROOT_LIST, *lists], ocsp=answers, limits=Limits(signatures=7))

    spent = "path.budget" in {row.rule.id for row in found.checks}
    assert (found.verdict, spent) == (verdict, verdict is Verdict.CANNOT_TELL)


def test_in_lists_and_answers_as_they_are_published_hardly_anything_else_is_found():
    """Nobody pays for what is not there, but by chance: a signature may have octets of any form."""
    many = range(24)
    lists = [crl(ISSUER, LISTED, number=number) for number in many]
    answers = [answer(SAID_BY_MD5, nonce=bytes((number,)) * 20) for number in many]

    assert len(RevocationData.load(lists).hidden) < 20
    assert len(OcspData.load(answers).hidden) < 20
    assert OcspData.load(answers).unreadable == ()

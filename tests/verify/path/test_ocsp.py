"""OCSP answers of a path (RFC 6960): who may speak, what says revoked, good, or neither."""

from datetime import timedelta
from itertools import permutations

import pytest
from cryptography.hazmat.primitives import hashes

from jpki.verify import Status, Verdict
from jpki.verify.path import (
    STRONG,
    Algorithms,
    Limits,
    OcspRules,
    Responder,
    TrustAnchor,
    identifiers,
)
from tests.support import pki
from tests.support.asn1 import NULL, enumerated, generalized, oid, seq
from tests.support.pki import DAY, NOW
from tests.verify.path.answering import (
    ARCHIVE_CUTOFF,
    DIGESTS,
    GOOD,
    HOUR,
    NO_CHECK,
    RESPONDER,
    UNKNOWN,
    answer,
    by_key,
    by_name,
    cert_id,
    delegate,
    error,
    revoked,
    single,
)
from tests.verify.path.making import (
    CERT_SIGN,
    ISSUER,
    ISSUER_CERTIFICATE,
    LISTED,
    ROOT,
    ROOT_LIST,
    SERIAL,
    SUBJECT,
    TARGET,
    certificate,
    crl,
    holder,
    judged,
    named,
    point,
    scope,
)

OTHER = holder("somebody else")
OBSCURE = "1.2.392.200149.8.5.99"


def told(*answers: bytes, lists=(), target=TARGET, **fields):
    """Judge the target by these answers; the issuer itself by the root's list."""
    return judged(target, lists=[ROOT_LIST, *lists], ocsp=answers, **fields)


def by_rules(*answers: bytes, **rules):
    return told(*answers, ocsp_rules=OcspRules(**rules))


# --- who may speak ---------------------------------------------------------------------------


@pytest.mark.parametrize("responder", [by_name(ISSUER), by_key(ISSUER)], ids=["name", "key"])
def test_the_key_that_issued_it_may_speak(responder):
    """RFC 6960 3.2 step 3: named either way; the row says which answer it was."""
    report = told(answer(responder=responder))

    assert report.verdict is Verdict.GOOD
    assert report.revocation.basis.source == "ocsp"
    assert "good in OCSP answer" in report.checks[-1].seen


@pytest.mark.parametrize("responder", [by_name(RESPONDER), by_key(RESPONDER)], ids=["name", "key"])
def test_a_delegated_responder_may_speak(responder):
    """4.2.2.2: its certificate is issued directly by the CA, for id-kp-OCSPSigning."""
    sent = answer(signer=RESPONDER, responder=responder, certificates=[delegate(ISSUER, RESPONDER)])

    assert told(sent).verdict is Verdict.GOOD


def test_a_delegated_responder_s_certificate_may_be_at_hand():
    """What the answer leaves out (4.2.1) the caller may have."""
    kept = [ISSUER_CERTIFICATE, delegate(ISSUER, RESPONDER)]

    for responder in (by_name(RESPONDER), by_key(RESPONDER)):
        sent = answer(signer=RESPONDER, responder=responder)
        assert told(sent, certificates=kept).verdict is Verdict.GOOD


def test_a_responder_the_caller_trusts_may_speak():
    """4.2.2.2, first way: local configuration, for this and no other key."""
    mine = Responder.of(certificate(OTHER, RESPONDER, ca=False))

    assert by_rules(answer(signer=RESPONDER), responders=(mine,)).verdict is Verdict.GOOD
    assert by_rules(answer(signer=OTHER), responders=(mine,)).verdict is Verdict.CANNOT_TELL


NOT_DELEGATED = {
    "any purpose": delegate(ISSUER, RESPONDER, purposes=["2.5.29.37.0"]),
    "another purpose": delegate(ISSUER, RESPONDER, purposes=["1.3.6.1.5.5.7.3.1"]),
    "no purpose": certificate(ISSUER, RESPONDER, ca=False, change={NO_CHECK: (False, NULL)}),
    "by the root": delegate(ROOT, RESPONDER),
    "by a stranger": delegate(OTHER, RESPONDER),
    "by the issuer's namesake": delegate(holder("issuer", key="false issuer"), RESPONDER),
    "expired": delegate(ISSUER, RESPONDER, not_after=NOW - DAY),
    "not yet valid": delegate(ISSUER, RESPONDER, not_before=NOW + DAY),
    "key usage": delegate(ISSUER, RESPONDER, change={pki.KEY_USAGE: (True, CERT_SIGN)}),
    "unknown critical": delegate(ISSUER, RESPONDER, change={OBSCURE: (True, NULL)}),
    "two algorithms": delegate(ISSUER, RESPONDER, inner_algorithm=pki.SHA1_WITH_RSA),
    "unreadable": delegate(ISSUER, RESPONDER)[:-1],
    "nocheck is no NULL": delegate(ISSUER, RESPONDER, change={NO_CHECK: (False, b"\x30\x00")}),
    "self-signed": delegate(RESPONDER, RESPONDER),
}


@pytest.mark.parametrize("vouched", NOT_DELEGATED.values(), ids=NOT_DELEGATED)
@pytest.mark.parametrize("status", [GOOD, revoked()], ids=["good", "revoked"])
def test_nobody_else_may_speak(vouched, status):
    """A responder without a valid delegation by the issuing key says nothing at all."""
    sent = answer(single(status), signer=RESPONDER, certificates=[vouched])

    assert told(sent).verdict is Verdict.CANNOT_TELL


def test_a_responder_below_a_responder_is_not_delegated_to():
    """Issued directly by the CA: a delegate delegates nothing."""
    middle = holder("middle")
    chain = [delegate(middle, RESPONDER), certificate(ISSUER, middle)]

    report = told(
        answer(signer=RESPONDER, certificates=chain), certificates=[ISSUER_CERTIFICATE, *chain]
    )

    assert report.verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "forged",
    [
        answer(signed_by=OTHER),
        answer(responder=by_name(OTHER)),
        answer(responder=by_key(OTHER)),
        answer(signer=OTHER, responder=by_name(ISSUER)),
        answer(signer=OTHER),
        answer(algorithm=pki.SHA1_WITH_RSA, digest_algorithm=hashes.SHA1()),
        answer(algorithm=seq(oid("1.2.840.113549.1.1.11"))),
    ],
    ids=["signature", "name", "key", "only the name", "stranger", "weak", "no NULL"],
)
def test_the_signature_and_the_responder_s_name_must_agree(forged):
    """3.2 steps 2 and 3; and weak algorithms prove nothing."""
    assert told(forged).verdict is Verdict.CANNOT_TELL


def test_an_anchor_that_is_not_self_signed_answers_for_itself():
    """An anchor is a name and a key; so is a responder right below it."""
    anchors = [TrustAnchor.of(ISSUER_CERTIFICATE)]
    delegated = answer(signer=RESPONDER, certificates=[delegate(ISSUER, RESPONDER)])

    for sent in (answer(), delegated):
        report = judged(certificates=[], anchors=anchors, ocsp=[sent])
        assert report.verdict is Verdict.GOOD


def test_a_weak_answer_counts_where_the_caller_accepts_its_algorithm():
    """Algorithms are the caller's rule for answers as for everything signed."""
    sent = answer(algorithm=pki.SHA1_WITH_RSA, digest_algorithm=hashes.SHA1())
    mine = Algorithms(identifiers(*STRONG, "sha1WithRSAEncryption"))

    assert "sha1WithRSAEncryption is not accepted" in told(sent).checks[-1].seen
    assert told(sent, algorithms=mine).verdict is Verdict.GOOD


# --- the responder's own revocation ----------------------------------------------------------

HERE = pki.full_name(RESPONDER.name)
CHECKED = delegate(ISSUER, RESPONDER, no_check=False, serial=77, change=point(HERE))
BY_CHECKED = answer(signer=RESPONDER, certificates=[CHECKED])
ABOUT_RESPONDER = cert_id(serial=77)


@pytest.mark.parametrize(
    ("lists", "answers", "verdict"),
    [
        ([], [], Verdict.CANNOT_TELL),
        ([crl(ISSUER, change=scope(HERE))], [], Verdict.GOOD),
        ([crl(ISSUER, pki.entry(serial=77), change=scope(HERE))], [], Verdict.CANNOT_TELL),
        ([], [answer(single(about=ABOUT_RESPONDER))], Verdict.GOOD),
        ([], [answer(single(revoked(), about=ABOUT_RESPONDER))], Verdict.CANNOT_TELL),
        (
            [],
            [answer(single(about=ABOUT_RESPONDER), signer=RESPONDER, certificates=[CHECKED])],
            Verdict.CANNOT_TELL,
        ),
    ],
    ids=["nothing", "not listed", "listed", "CA says good", "CA says revoked", "says so itself"],
)
def test_a_responder_without_nocheck_is_asked_about(lists, answers, verdict):
    """4.2.2.2.1: unless its CA says it need not be, and never by its own word.

    The lists are for the responder's place alone: they do not speak of the target.
    """
    assert told(BY_CHECKED, *answers, lists=lists).verdict is verdict


def test_nocheck_spares_the_question():
    """A responder with id-pkix-ocsp-nocheck needs no list, critical or not."""
    critical = delegate(ISSUER, RESPONDER, change={NO_CHECK: (True, NULL)})

    assert told(answer(signer=RESPONDER, certificates=[critical])).verdict is Verdict.GOOD


SPARED = delegate(ISSUER, RESPONDER, serial=77, change=point(HERE))


def there(*entries: bytes, **fields: object) -> bytes:
    """Give a list for the responder's place alone, which does not speak of the target."""
    return crl(ISSUER, *entries, change=scope(HERE), **fields)


@pytest.mark.parametrize(
    ("lists", "answers", "verdict"),
    [
        ([there(pki.entry(serial=77, reason=1))], [], Verdict.CANNOT_TELL),
        ([there(pki.entry(serial=77, reason=6))], [], Verdict.CANNOT_TELL),
        ([there(pki.entry(serial=77, reason=1)) + b"\0"], [], Verdict.CANNOT_TELL),
        ([], [answer(single(revoked(), about=ABOUT_RESPONDER))], Verdict.CANNOT_TELL),
        ([there(pki.entry(serial=78, reason=1))], [], Verdict.GOOD),
        ([there(this_update=NOW - 9 * DAY, next_update=NOW - DAY)], [], Verdict.GOOD),
    ],
    ids=["revoked", "held", "unreadable", "by an answer", "another", "stale"],
)
def test_nocheck_does_not_overrule_what_is_at_hand(lists, answers, verdict):
    """Nobody need ask about such a responder; that its CA revoked it is heard all the same."""
    sent = answer(signer=RESPONDER, certificates=[SPARED])

    assert told(sent, *answers, lists=lists).verdict is verdict


@pytest.mark.parametrize("no_check", [True, False], ids=["nocheck", "asked"])
def test_a_responder_does_not_say_that_it_is_good_itself(no_check):
    """Asked about as a target: nothing proves itself, be it never so vouched for."""
    own = delegate(ISSUER, RESPONDER, no_check=no_check, serial=77)
    sent = answer(single(about=ABOUT_RESPONDER), signer=RESPONDER, certificates=[own])

    assert told(sent, target=own).verdict is Verdict.CANNOT_TELL
    assert told(answer(single(about=ABOUT_RESPONDER)), target=own).verdict is Verdict.GOOD


# --- which certificate -----------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", DIGESTS)
@pytest.mark.parametrize("parameters", [NULL, b""], ids=["NULL", "absent"])
def test_a_certificate_is_named_by_any_known_digest(algorithm, parameters):
    """SHA-1 or SHA-2, of the issuer's name and key."""
    about = cert_id(algorithm=algorithm, parameters=parameters)

    assert told(answer(single(about=about))).verdict is Verdict.GOOD
    assert told(answer(single(revoked(), about=about))).verdict is Verdict.BAD


@pytest.mark.parametrize(
    "about",
    [
        cert_id(serial=SERIAL + 1),
        cert_id(key=OTHER),
        cert_id(name=OTHER.name),
        cert_id(ROOT),
        cert_id(algorithm="1.2.840.113549.2.5"),
    ],
    ids=["number", "key", "name", "another issuer", "MD5"],
)
def test_an_answer_about_another_certificate_says_nothing(about):
    """Name hash and key hash and number must all match (3.2 step 1)."""
    for status in (GOOD, revoked()):
        assert told(answer(single(status, about=about))).verdict is Verdict.CANNOT_TELL


def test_a_name_encoded_in_another_way_is_the_same_issuer():
    """The hash may be over the name as the certificate writes it or as its issuer does."""
    target = certificate(ISSUER, SUBJECT, ca=False, serial=SERIAL, issuer=named("ISSUER"))
    about = [cert_id(), cert_id(name=named("ISSUER"))]

    verdicts = [told(answer(single(about=one)), target=target).verdict for one in about]

    assert verdicts == [Verdict.GOOD, Verdict.GOOD]


# --- good, revoked, unknown ------------------------------------------------------------------


def test_revoked_comes_with_reason_and_time():
    """The report says since when and why."""
    report = told(answer(single(revoked(4, NOW - 3 * DAY))))

    assert report.verdict is Verdict.BAD
    assert (report.revocation.reason, report.revocation.revoked_at) == (
        "superseded",
        NOW - 3 * DAY,
    )
    assert "OCSP answer" in report.failures[0].seen


def test_a_reason_may_stand_in_an_extension():
    """4.4.5: a CRL entry's extensions; two different reasons are not understood."""
    code = {pki.REASON: (False, enumerated(1))}
    stated = told(answer(single(revoked(None), extensions=code)))
    twice = told(answer(single(revoked(4), extensions=code)))

    assert (stated.verdict, stated.revocation.reason) == (Verdict.BAD, "keyCompromise")
    assert twice.verdict is Verdict.CANNOT_TELL
    assert "two reasons" in twice.checks[-1].seen


def test_unknown_cannot_tell():
    """2.2: the responder does not know it; another source may."""
    assert told(answer(single(UNKNOWN))).verdict is Verdict.CANNOT_TELL
    assert told(answer(single(UNKNOWN)), lists=[crl(ISSUER)]).verdict is Verdict.GOOD
    assert told(answer(single(UNKNOWN)), answer()).verdict is Verdict.GOOD


USELESS = {
    "thisUpdate to come": answer(
        single(this_update=NOW + HOUR, next_update=NOW + 2 * HOUR), produced_at=NOW + HOUR
    ),
    "made in the future": answer(produced_at=NOW + timedelta(seconds=1)),
    "made before thisUpdate": answer(produced_at=NOW - 2 * HOUR),
    "stale": answer(single(next_update=NOW - timedelta(seconds=1))),
    "no nextUpdate": answer(single(next_update=None)),
    "nextUpdate before thisUpdate": answer(single(next_update=NOW - 2 * HOUR)),
    "old": answer(single(this_update=NOW - 8 * DAY, next_update=NOW + DAY)),
    "unknown critical extension": answer(extensions={OBSCURE: (True, NULL)}),
    "unknown critical single extension": answer(single(extensions={OBSCURE: (True, NULL)})),
    "cutoff after it was made": answer(
        single(extensions={ARCHIVE_CUTOFF: (False, generalized(NOW))})
    ),
    "good and unknown": answer(single(), single(UNKNOWN)),
    "no answer": b"no answer",
    "tryLater": error(3),
}


@pytest.mark.parametrize("useless", USELESS.values(), ids=USELESS)
def test_an_answer_that_proves_nothing_cannot_tell(useless):
    """And takes nothing away from one that does."""
    assert told(useless).verdict is Verdict.CANNOT_TELL
    assert told(useless, answer()).verdict is Verdict.GOOD


def test_an_answer_silent_about_expired_certificates_says_nothing_of_one():
    """4.4.4: what expired before archiveCutoff is no longer known to the responder."""
    cutoff = {ARCHIVE_CUTOFF: (False, generalized(NOW - 2 * HOUR))}
    early = certificate(ISSUER, SUBJECT, ca=False, serial=SERIAL, not_after=NOW - 3 * HOUR)
    moment = NOW - 4 * HOUR
    sent = answer(single(extensions=cutoff, this_update=moment), produced_at=NOW - 2 * HOUR)
    rules = OcspRules(clock_skew=DAY)

    report = told(sent, target=early, moment=moment, ocsp_rules=rules)

    assert "expired before" in report.checks[-1].seen
    assert told(sent, ocsp_rules=rules).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    "obscure",
    [
        answer(single(revoked(), extensions={OBSCURE: (True, NULL)})),
        answer(single(revoked()), extensions={OBSCURE: (True, NULL)}),
        answer(single(revoked(8))),
        answer(single(revoked()), produced_at=NOW - 2 * HOUR),
        answer(single(revoked(), next_update=NOW - 2 * HOUR)),
        answer(single(revoked()), version=b"\xa0\x03\x02\x01\x00"),
    ],
    ids=["single", "answer", "removeFromCRL", "times", "nextUpdate", "not DER"],
)
def test_a_revocation_nobody_understands_keeps_others_from_saying_good(obscure):
    """The CA said something of this certificate that could not be checked."""
    assert told(obscure).verdict is Verdict.CANNOT_TELL
    assert told(obscure, answer()).verdict is Verdict.CANNOT_TELL
    assert told(obscure, lists=[crl(ISSUER)]).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "old",
    [
        answer(single(revoked(), this_update=NOW - 90 * DAY, next_update=NOW - 89 * DAY)),
        answer(single(revoked(), next_update=None)),
        answer(single(revoked()), single()),
        answer(single(), single(revoked())),
        answer(single(revoked()), single(UNKNOWN)),
        answer(single(about=cert_id(algorithm="sha256")), single(revoked())),
    ],
    ids=["stale", "no nextUpdate", "and good", "good first", "and unknown", "two digests"],
)
def test_whatever_revokes_wins(old):
    """Stale or contradicted: a revocation stays, in whatever order it comes."""
    for order in permutations([old, answer()]):
        assert told(*order).verdict is Verdict.BAD


def test_an_answer_of_tomorrow_revokes_by_its_date():
    """As with lists: a later answer speaks of now only through a date before now."""
    times = {"this_update": NOW + DAY, "next_update": NOW + 2 * DAY}
    by_then = answer(single(revoked(1, NOW + HOUR), **times), produced_at=NOW + DAY)
    before = answer(single(revoked(1, NOW - HOUR), **times), produced_at=NOW + DAY)

    assert told(by_then).verdict is Verdict.CANNOT_TELL
    assert told(before).verdict is Verdict.BAD


@pytest.mark.parametrize(("final", "verdict"), [(False, Verdict.GOOD), (True, Verdict.BAD)])
def test_a_hold_is_lifted_by_a_newer_answer_unless_holds_are_final(final, verdict):
    """In JPKI they are; an older answer lifts none anywhere."""
    held = answer(single(revoked(6), this_update=NOW - 2 * HOUR), produced_at=NOW - 2 * HOUR)
    older = answer(single(this_update=NOW - 3 * HOUR))

    assert by_rules(held, answer(), hold_is_final=final).verdict is verdict
    assert by_rules(held, older, hold_is_final=final).verdict is Verdict.BAD


# --- clocks and nonces -----------------------------------------------------------------------


def test_the_clock_may_differ_as_far_as_the_caller_says():
    """No skew by default; with one, both ends give way."""
    late = answer(single(next_update=NOW - timedelta(seconds=59)))
    early = answer(
        single(this_update=NOW + timedelta(seconds=59)), produced_at=NOW + timedelta(seconds=59)
    )

    for sent in (late, early):
        assert by_rules(sent).verdict is Verdict.CANNOT_TELL
        assert by_rules(sent, clock_skew=timedelta(minutes=1)).verdict is Verdict.GOOD


def test_an_age_may_be_asked_for_and_nextUpdate_waived():  # noqa: N802 - the field's name
    """Freshness is a rule of the caller."""
    assert by_rules(answer(single(next_update=None)), require_next_update=False).verdict is (
        Verdict.GOOD
    )
    assert by_rules(answer(), max_age=HOUR / 2).verdict is Verdict.CANNOT_TELL
    old = answer(single(this_update=NOW - 90 * DAY))
    assert by_rules(old, max_age=None).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("nonce", "verdict"),
    [(b"n" * 32, Verdict.GOOD), (b"m" * 32, Verdict.CANNOT_TELL), (None, Verdict.CANNOT_TELL)],
    ids=["sent", "another", "none"],
)
def test_a_nonce_that_was_sent_must_come_back(nonce, verdict):
    """RFC 9654 2.1; a replay that revokes is true all the same."""
    sent = frozenset({b"n" * 32})

    assert by_rules(answer(nonce=nonce), nonces=sent).verdict is verdict
    assert by_rules(answer(single(revoked()), nonce=nonce), nonces=sent).verdict is Verdict.BAD
    assert told(answer(nonce=nonce)).verdict is Verdict.GOOD


# --- with lists ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lists", "answers", "verdict"),
    [
        ([crl(ISSUER)], [answer()], Verdict.GOOD),
        ([crl(ISSUER, LISTED)], [answer()], Verdict.BAD),
        ([crl(ISSUER)], [answer(single(revoked()))], Verdict.BAD),
        ([b"no list"], [answer()], Verdict.GOOD),
        ([crl(ISSUER)], [error(3)], Verdict.GOOD),
        ([crl(ISSUER, LISTED, change={OBSCURE: (True, NULL)})], [answer()], Verdict.CANNOT_TELL),
        ([crl(ISSUER, pki.entry(serial=SERIAL, reason=6))], [answer()], Verdict.BAD),
        (
            [
                crl(
                    ISSUER,
                    pki.entry(serial=SERIAL, reason=6),
                    this_update=NOW - 9 * DAY,
                    next_update=NOW - 8 * DAY,
                )
            ],
            [answer()],
            Verdict.CANNOT_TELL,
        ),
    ],
    ids=["both", "list", "answer", "no list", "no answer", "obscure", "hold", "stale hold"],
)
def test_revoked_from_any_source_wins_and_one_good_source_is_enough(lists, answers, verdict):
    """Lists and answers together; an answer lifts no hold of a list."""
    assert told(*answers, lists=lists).verdict is verdict


def test_a_final_reason_is_told_before_a_hold():
    """The list holds it, the answer revokes it for good: the report gives the reason that stays."""
    held = crl(ISSUER, pki.entry(serial=SERIAL, reason=6))

    report = told(answer(single(revoked(1))), lists=[held])

    assert report.revocation.reason == "keyCompromise"
    assert {one.source for one in report.revocation.evidence} == {"crl", "ocsp"}


@pytest.mark.parametrize("status", [GOOD, revoked()], ids=["good", "revoked"])
def test_the_order_of_answers_decides_nothing(status):
    """All orders of a stale, an obscure, a foreign and a telling answer come to the same."""
    answers = [
        answer(single(status)),
        answer(single(next_update=NOW - HOUR / 2)),
        answer(single(), extensions={OBSCURE: (True, NULL)}),
        answer(signer=OTHER),
    ]

    verdicts = {told(*order).verdict for order in permutations(answers)}

    assert verdicts == {Verdict.GOOD if status == GOOD else Verdict.BAD}


def test_an_issuer_may_be_shown_good_by_an_answer_too():
    """Every certificate of a path; no list at all is needed."""
    issuer = certificate(ROOT, ISSUER, serial=9)
    above = answer(single(about=cert_id(ROOT, 9)), signer=ROOT)
    bad = answer(single(revoked(2), about=cert_id(ROOT, 9)), signer=ROOT)

    assert judged(certificates=[issuer], ocsp=[above, answer()]).verdict is Verdict.GOOD
    report = judged(certificates=[issuer], ocsp=[bad, answer()])
    assert report.failures[0].seen.startswith("1 of 2: revoked")


@pytest.mark.parametrize("status", [1, 2, 3, 5, 6])
def test_an_error_says_what_is_needed(status):
    """TryLater and its like are no answer; the report asks for one."""
    report = told(error(status))

    assert report.verdict is Verdict.CANNOT_TELL
    assert "an OCSP answer about serial number 4886718345 (0x123456789)" in report.needed[0]
    assert "again later" in report.needed[0]
    assert report.findings[-1].status is Status.UNKNOWN
    assert "error of the responder" in report.checks[-1].seen


def test_answers_are_paid_from_the_budget():
    """A thousand answers about one number end in "cannot tell"."""
    many = [answer(single(), nonce=bytes([at + 1])) for at in range(12)]

    report = told(*many, limits=Limits(signatures=8))

    assert report.verdict is Verdict.CANNOT_TELL
    assert report.checks[-1].rule.id == "path.budget"
    crowd = answer(*[single(UNKNOWN)] * 2000)
    assert told(crowd).checks[-1].rule.id == "path.budget"


def test_the_tests_rest_on_a_certificate_nothing_else_speaks_of():
    """Without answer or list nothing can be told."""
    assert told().verdict is Verdict.CANNOT_TELL

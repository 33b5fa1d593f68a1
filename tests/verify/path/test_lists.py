"""Revocation lists of a path (RFC 5280 6.3.3): what says revoked, good, or neither."""

from itertools import pairwise, permutations, product

import pytest

from jpki.verify import Outcome, Status, Verdict
from tests.support import pki
from tests.support.asn1 import (
    NULL,
    explicit,
    generalized,
    implicit,
    integer,
    oid,
    seq,
    set_of,
    tlv,
)
from tests.support.pki import DAY, NOW
from tests.verify.path.making import (
    ANCHOR,
    BY_SIGNER,
    CERT_SIGN,
    CRL_SIGN,
    ISSUER,
    ISSUER_CERTIFICATE,
    LISTED,
    ROOT,
    ROOT_CERTIFICATE,
    ROOT_LIST,
    SERIAL,
    SIGNER,
    SIGNER_CERTIFICATE,
    SUBJECT,
    TARGET,
    TrustAnchor,
    certificate,
    crl,
    crl_issuer,
    holder,
    judged,
    point,
    scope,
)

DELTA = "2.5.29.27"
AIA = "1.3.6.1.5.5.7.1.1"
FRESHEST = "2.5.29.46"
ACCESS = seq(seq(oid("1.3.6.1.5.5.7.48.2"), implicit(6, b"http://ca.example/")))
ENTRY_ISSUER = "2.5.29.29"
UNKNOWN = "1.2.392.200149.8.5.99"
TRUE = b"\xff"
HELD = pki.entry(serial=SERIAL, reason=6)
OTHER = holder("somebody else")
HERE = pki.full_name(OTHER.name)
FULL = crl(ISSUER, LISTED)


def with_list(*lists: bytes, **fields: object):
    return judged(lists=[ROOT_LIST, *lists], **fields)


USELESS = {
    "unknown critical extension": crl(ISSUER, change={UNKNOWN: (True, NULL)}),
    "unknown critical entry extension": crl(
        ISSUER, pki.entry(serial=5, extra={UNKNOWN: (True, NULL)})
    ),
    "v1 with extensions": crl(ISSUER, version=None),
    "v1 with entry extensions": crl(
        ISSUER,
        pki.entry(serial=5, reason=1),
        version=None,
        drop=[pki.AUTHORITY_KEY, pki.CRL_NUMBER],
    ),
    "v1 without number": crl(ISSUER, version=None, drop=[pki.AUTHORITY_KEY, pki.CRL_NUMBER]),
    "empty revokedCertificates": crl(ISSUER, b""),
    "empty issuingDistributionPoint": crl(ISSUER, change=scope()),
    "no cRLNumber": crl(ISSUER, drop=[pki.CRL_NUMBER]),
    "critical cRLNumber": crl(ISSUER, change={pki.CRL_NUMBER: (True, integer(7))}),
    "negative cRLNumber": crl(ISSUER, change={pki.CRL_NUMBER: (False, integer(-1))}),
    "thisUpdate long ago": crl(ISSUER, this_update=NOW - 8 * DAY, next_update=NOW + 30 * DAY),
    "thisUpdate to come": crl(ISSUER, this_update=NOW + DAY, next_update=NOW + 3 * DAY),
    "nextUpdate over": crl(ISSUER, this_update=NOW - 3 * DAY, next_update=NOW - DAY),
    "no nextUpdate": crl(ISSUER, next_update=None),
    "two algorithms": crl(ISSUER, outer_algorithm=pki.SHA1_WITH_RSA),
    "somebody's signature": crl(ISSUER, signed_by=OTHER.key),
    "somebody's name": crl(ISSUER, list_issuer=OTHER.name),
    "for CA certificates": crl(ISSUER, change=scope(implicit(2, TRUE))),
    "for attribute certificates": crl(ISSUER, change=scope(implicit(5, TRUE))),
    "for some reasons": crl(ISSUER, change=scope(implicit(3, b"\x05\x60"))),
    "for another place": crl(ISSUER, change=scope(HERE)),
    "a delta alone": crl(ISSUER, change={DELTA: (True, integer(6))}),
    "removeFromCRL without delta": crl(ISSUER, pki.entry(serial=5, reason=8)),
    "entry of another issuer": crl(
        ISSUER, pki.entry(serial=5, extra={ENTRY_ISSUER: (True, seq(explicit(4, ROOT.name)))})
    ),
    "critical authorityInfoAccess": crl(ISSUER, change={AIA: (True, ACCESS)}),
    "critical issuerAltName": crl(
        ISSUER, change={pki.ISSUER_ALT_NAME: (True, seq(explicit(4, ISSUER.name)))}
    ),
    "critical freshestCRL": crl(ISSUER, change={FRESHEST: (True, seq(seq(HERE)))}),
    "junk for authorityInfoAccess": crl(ISSUER, change={AIA: (True, b"")}),
    "junk for issuerAltName": crl(ISSUER, change={pki.ISSUER_ALT_NAME: (False, b"")}),
    "junk for freshestCRL": crl(ISSUER, change={FRESHEST: (False, b"junk")}),
    "no list": b"no list",
}


def test_a_fresh_complete_list_says_not_revoked():
    """The whole path is good with one list a CA."""
    assert with_list(crl(ISSUER)).verdict is Verdict.GOOD


@pytest.mark.parametrize("useless", USELESS.values(), ids=USELESS)
def test_a_list_that_proves_nothing_cannot_tell(useless):
    """Undetermined is no "good" and no "revoked"."""
    report = with_list(useless)

    assert report.verdict is Verdict.CANNOT_TELL
    assert [one.rule.id for one in report.checks if one.needed] == ["path.revocation"]


@pytest.mark.parametrize("useless", USELESS.values(), ids=USELESS)
def test_a_useless_list_does_not_spoil_a_good_one(useless):
    """What proves nothing takes nothing away either."""
    assert with_list(useless, crl(ISSUER)).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    "obscure",
    [
        crl(ISSUER, LISTED, change={UNKNOWN: (True, NULL)}),
        crl(ISSUER, pki.entry(serial=SERIAL, extra={UNKNOWN: (True, NULL)})),
        crl(ISSUER, LISTED, version=None),
        crl(ISSUER, LISTED, change=scope()),
        crl(ISSUER, LISTED, drop=[pki.CRL_NUMBER]),
    ],
)
def test_an_obscure_list_that_names_it_keeps_others_from_saying_good(obscure):
    """The CA said something of this certificate that could not be checked."""
    assert with_list(obscure, crl(ISSUER)).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("order", [1, -1])
def test_any_list_that_revokes_wins(order):
    """Old or new, first or last: an entry for good stays."""
    lists = [crl(ISSUER, LISTED), crl(ISSUER, number=8, this_update=NOW - DAY / 8)]

    report = with_list(*lists[::order])

    assert report.verdict is Verdict.BAD
    assert report.failures[0].rule.id == "path.revocation"
    assert report.revocation.reason == "keyCompromise"


def test_a_stale_list_still_revokes():
    """What a CA revoked it cannot take back, save a hold (RFC 5280 5.3.1)."""
    stale = crl(ISSUER, LISTED, this_update=NOW - 30 * DAY, next_update=NOW - 20 * DAY)

    assert with_list(stale, crl(ISSUER)).verdict is Verdict.BAD


@pytest.mark.parametrize("order", [1, -1])
def test_a_hold_is_lifted_by_a_newer_list_alone(order):
    """A newer list without the entry lifts it, an older one does not."""
    held = crl(ISSUER, HELD, this_update=NOW - DAY)
    newer = crl(ISSUER, number=8)
    older = crl(ISSUER, number=6, this_update=NOW - 2 * DAY)

    assert with_list(*[held, newer][::order]).verdict is Verdict.GOOD
    assert with_list(*[held, older][::order]).verdict is Verdict.BAD


def test_a_revoked_issuer_makes_the_path_bad():
    """Every certificate of the path is asked about."""
    issuer = certificate(ROOT, ISSUER, serial=9)
    lists = [crl(ROOT, pki.entry(serial=9, reason=2)), crl(ISSUER)]

    report = judged(certificates=[issuer], lists=lists)

    assert [one.rule.id for one in report.failures] == ["path.revocation"]
    assert report.failures[0].seen.startswith("1 of 2: revoked")


@pytest.mark.parametrize(
    ("date", "verdict"), [(NOW - DAY, Verdict.BAD), (NOW + DAY / 2, Verdict.CANNOT_TELL)]
)
def test_a_later_list_speaks_through_earlier_dates(date, verdict):
    """A list of tomorrow tells of now only what it dates before now."""
    later = crl(
        ISSUER,
        pki.entry(serial=SERIAL, revoked_at=date, reason=1),
        this_update=NOW + DAY,
        next_update=NOW + 2 * DAY,
    )

    assert with_list(later).verdict is verdict


def test_reasons_are_covered_together():
    """Two lists for some reasons each are as good as one, and neither is alone."""
    some = crl(ISSUER, change=scope(implicit(3, b"\x05\x60")))
    others = crl(ISSUER, change=scope(implicit(3, b"\x07\x1f\x80")))

    assert with_list(some, others).verdict is Verdict.GOOD
    assert with_list(others).verdict is Verdict.CANNOT_TELL


def test_a_list_for_some_reasons_says_for_which():
    """Without that a reader would take the list at hand for one that has not been looked at."""
    report = with_list(crl(ISSUER, change=scope(implicit(3, b"\x05\x60"))))

    seen = next(one.seen for one in report.checks if one.outcome is Outcome.CANNOT_TELL)
    assert seen.endswith("only for some reasons: keyCompromise, cACompromise")


@pytest.mark.parametrize("listed", [(), (LISTED,)], ids=["stale", "revoked"])
def test_a_list_is_told_of_once_for_all_points(listed):
    """It is held against each point of the certificate and the implicit one: what for is one."""
    place = explicit(0, explicit(0, implicit(6, b"http://ca.example/crl")))
    target = certificate(ISSUER, SUBJECT, ca=False, serial=SERIAL, change=point(place))
    old = crl(ISSUER, *listed, next_update=NOW - DAY / 24)

    report = judged(target, lists=[ROOT_LIST, old])

    assert len(report.findings[-1].evidence) == 1


def test_a_delta_adds_and_takes_away():
    """A delta with its base says what a newer complete list would (5.2.4)."""
    adds = crl(ISSUER, LISTED, number=8, change={DELTA: (True, integer(7))})
    lifts = crl(
        ISSUER, pki.entry(serial=SERIAL, reason=8), number=8, change={DELTA: (True, integer(7))}
    )

    assert with_list(crl(ISSUER), adds).verdict is Verdict.BAD
    assert with_list(crl(ISSUER, HELD), lifts).verdict is Verdict.GOOD
    assert with_list(crl(ISSUER, LISTED), lifts).verdict is Verdict.BAD


def delta_of(number: int, *entries: bytes) -> bytes:
    """Give a delta on top of the list number 7, the later the higher its number."""
    issued = NOW - DAY / number
    return crl(
        ISSUER, *entries, number=number, this_update=issued, change={DELTA: (True, integer(7))}
    )


LIFTED = pki.entry(serial=SERIAL, reason=8)


@pytest.mark.parametrize(
    ("deltas", "verdict"),
    [
        ([delta_of(8), delta_of(9)], Verdict.GOOD),
        ([delta_of(8, LISTED), delta_of(9)], Verdict.BAD),
        ([delta_of(8, LISTED), delta_of(9, LIFTED)], Verdict.BAD),
        ([delta_of(9, LISTED), delta_of(9)], Verdict.BAD),
        ([delta_of(8, HELD), delta_of(9, LIFTED)], Verdict.GOOD),
        ([delta_of(8, LIFTED), delta_of(9, HELD)], Verdict.BAD),
        ([delta_of(9, HELD), delta_of(9, LIFTED)], Verdict.BAD),
    ],
    ids=["none", "older", "taken back", "one of two", "lifted", "held again", "both at once"],
)
def test_of_several_deltas_any_revokes_in_any_order(deltas, verdict):
    """Only a hold is taken back, and only by a newer one."""
    lists = [crl(ISSUER, this_update=NOW - DAY / 7), *deltas]

    assert {with_list(*order).verdict for order in permutations(lists)} == {verdict}


@pytest.mark.parametrize(
    ("delta", "verdict"),
    [
        ({"number": 8}, Verdict.GOOD),
        ({"number": 8, "signed_by": OTHER.key}, Verdict.CANNOT_TELL),
        ({"number": 9, "change": {DELTA: (True, integer(8))}}, Verdict.CANNOT_TELL),
        ({"number": 6}, Verdict.CANNOT_TELL),
        ({"number": 8, "drop": [pki.AUTHORITY_KEY]}, Verdict.CANNOT_TELL),
        ({"number": 8, "change": {DELTA: (False, integer(7))}}, Verdict.CANNOT_TELL),
    ],
)
def test_a_fresh_delta_refreshes_its_own_base_alone(delta, verdict):
    """A stale list with a fresh delta is fresh, if the delta rests on that very list."""
    stale = crl(ISSUER, this_update=NOW - 6 * DAY, next_update=NOW - 5 * DAY)
    fresh = crl(ISSUER, **({"change": {DELTA: (True, integer(7))}} | delta))

    assert with_list(stale, fresh).verdict is verdict


def test_the_issuer_of_a_list_must_be_allowed_to_sign_it():
    """A key usage without cRLSign forbids it (6.3.3 (f))."""
    silent = certificate(ROOT, ISSUER, change={pki.KEY_USAGE: (True, CERT_SIGN)})

    assert with_list(crl(ISSUER), certificates=[silent]).verdict is Verdict.CANNOT_TELL


SEPARATE = holder("issuer", key="issuer lists")


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, Verdict.GOOD),
        ({"not_after": NOW - DAY}, Verdict.CANNOT_TELL),
        ({"serial": 66}, Verdict.CANNOT_TELL),
        ({"change": {pki.KEY_USAGE: (True, CERT_SIGN)}}, Verdict.CANNOT_TELL),
        ({"change": {UNKNOWN: (True, NULL)}}, Verdict.CANNOT_TELL),
    ],
    ids=["valid", "expired", "revoked", "no cRLSign", "unknown extension"],
)
def test_another_key_of_the_issuer_signs_lists_when_its_own_path_is_valid(fields, verdict):
    """A list's signer is validated like any certificate, revocation included."""
    common = {"ca": False, "change": {pki.KEY_USAGE: (True, CRL_SIGN)}}
    signer = certificate(ROOT, SEPARATE, **(common | fields))
    lists = [crl(ROOT, pki.entry(serial=66)), crl(SEPARATE)]

    report = judged(certificates=[ISSUER_CERTIFICATE, signer], lists=lists)

    assert report.verdict is verdict


def test_a_signer_of_lists_under_another_anchor_counts_for_nothing():
    """The anchor of the list's signer is that of the certificate (6.3.3 (f))."""
    other = holder("other root")
    signer = certificate(other, SEPARATE, change={pki.KEY_USAGE: (True, CRL_SIGN)}, ca=False)

    report = judged(
        certificates=[ISSUER_CERTIFICATE, signer],
        lists=[ROOT_LIST, crl(other), crl(SEPARATE)],
        anchors=[ANCHOR, TrustAnchor.of(certificate(other, other))],
    )

    assert report.verdict is Verdict.CANNOT_TELL


NEIGHBOUR = holder("neighbour")
FALSE_ROOT, FALSE_ISSUER = holder("root", key="false root"), holder("issuer", key="false issuer")
NAMESAKES = {
    "by a neighbour": [certificate(NEIGHBOUR, SEPARATE, ca=False)],
    "by itself below a neighbour": [
        certificate(NEIGHBOUR, FALSE_ISSUER),
        certificate(FALSE_ISSUER, SEPARATE, ca=False),
    ],
    "by a root's namesake": [
        certificate(NEIGHBOUR, FALSE_ROOT),
        certificate(FALSE_ROOT, SEPARATE, ca=False),
    ],
}


@pytest.mark.parametrize("namesakes", NAMESAKES.values(), ids=NAMESAKES)
def test_no_other_ca_speaks_in_the_name_of_the_issuer(namesakes):
    """A CA under the same root that gives away the issuer's name gives away no lists of it."""
    certificates = [ISSUER_CERTIFICATE, certificate(ROOT, NEIGHBOUR), *namesakes]
    lists = [crl(one) for one in (NEIGHBOUR, FALSE_ROOT, FALSE_ISSUER, SEPARATE)]

    report = with_list(*lists, certificates=certificates)

    assert report.verdict is Verdict.CANNOT_TELL
    assert any("a namesake of the issuer whom nobody" in one.seen for one in report.checks)


def test_no_signer_of_lists_proves_itself():
    """A list that alone vouches for its own signer vouches for nothing."""
    signer = certificate(ISSUER, SEPARATE, ca=False, change={pki.KEY_USAGE: (True, CRL_SIGN)})

    report = with_list(crl(SEPARATE), certificates=[ISSUER_CERTIFICATE, signer])

    assert report.verdict is Verdict.CANNOT_TELL


INDIRECT = scope(implicit(4, TRUE))


def of_issuer(name: bytes, serial: int = SERIAL) -> bytes:
    return pki.entry(serial=serial, extra={ENTRY_ISSUER: (True, seq(explicit(4, name)))})


@pytest.mark.parametrize(
    ("indirect", "verdict"),
    [
        (crl(SIGNER, change=INDIRECT), Verdict.GOOD),
        (crl(SIGNER), Verdict.CANNOT_TELL),
        (crl(SIGNER, of_issuer(ISSUER.name), change=INDIRECT), Verdict.BAD),
        (crl(SIGNER, of_issuer(OTHER.name), change=INDIRECT), Verdict.GOOD),
        (crl(SIGNER, pki.entry(serial=SERIAL), change=INDIRECT), Verdict.GOOD),
        (
            crl(SIGNER, of_issuer(ISSUER.name, 5), pki.entry(serial=SERIAL), change=INDIRECT),
            Verdict.BAD,
        ),
        (crl(OTHER, change=INDIRECT), Verdict.CANNOT_TELL),
    ],
    ids=["empty", "not indirect", "it", "another's", "its own", "carried on", "another signer"],
)
def test_an_indirect_list_speaks_of_the_issuer_its_entries_name(indirect, verdict):
    """An entry is about the last issuer named before it, else the list's own (5.3.3)."""
    report = judged(
        BY_SIGNER,
        certificates=[ISSUER_CERTIFICATE, SIGNER_CERTIFICATE],
        lists=[ROOT_LIST, indirect],
    )

    assert report.verdict is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("a" + "\u0301" * 100, Verdict.BAD), ("a\ue000", Verdict.CANNOT_TELL)],
    ids=["marks", "prohibited characters"],
)
def test_an_indirect_list_names_an_issuer_in_another_string_type(text, verdict):
    """An entry that is taken for another CA's revokes nothing: who it may be about is told."""
    other_type = seq(set_of(seq(oid("2.5.4.3"), tlv(0x1E, text.encode("utf-16-be")))))
    issuer = holder(text)
    target = certificate(issuer, SUBJECT, ca=False, serial=SERIAL, change=point(crl_issuer(SIGNER)))

    report = judged(
        target,
        certificates=[certificate(ROOT, issuer), SIGNER_CERTIFICATE],
        lists=[ROOT_LIST, crl(SIGNER, of_issuer(other_type), change=INDIRECT)],
    )

    assert report.verdict is verdict


def test_an_indirect_list_nobody_pointed_to_counts_for_nothing():
    """Only a distribution point's cRLIssuer lets somebody else speak (6.3.3 (b)(1))."""
    report = judged(
        certificates=[ISSUER_CERTIFICATE, SIGNER_CERTIFICATE],
        lists=[ROOT_LIST, crl(SIGNER, change=INDIRECT)],
    )

    assert report.verdict is Verdict.CANNOT_TELL


OLD, NEW = holder("twins", key="twins old"), holder("twins", key="twins new")
GENERATIONS = [certificate(ROOT, OLD), certificate(ROOT, NEW)]


@pytest.mark.parametrize("lists", list(permutations(range(3))))
@pytest.mark.parametrize("certificates", [1, -1])
@pytest.mark.parametrize("issuer", [OLD, NEW], ids=["old", "new"])
def test_generations_of_one_name_need_no_key_identifiers(issuer, certificates, lists):
    """Which key signed a certificate or a list, the signature tells, in any order of files."""
    plain = {"drop": [pki.AUTHORITY_KEY]}
    target = certificate(issuer, SUBJECT, ca=False, **plain)
    files = [ROOT_LIST, crl(OLD, **plain), crl(NEW, **plain)]

    report = judged(
        target,
        certificates=GENERATIONS[::certificates],
        lists=[files[at] for at in lists],
    )

    assert report.verdict is Verdict.GOOD


ROOTS = [holder("root twins", key=f"root twins {age}") for age in ("old", "new")]
ROOT_TWINS = [TrustAnchor.of(certificate(one, one)) for one in ROOTS]


@pytest.mark.parametrize("issuer", [0, 1], ids=["old", "new"])
@pytest.mark.parametrize("listed_by", [None, 0, 1], ids=["nobody", "by old", "by new"])
def test_generations_of_an_anchor_speak_for_their_own_in_any_order(issuer, listed_by):
    """Two anchors of one name, lists without authorityKeyIdentifier, every order of files.

    What the one key lists says nothing of what the other key issued.
    """
    plain = {"drop": [pki.AUTHORITY_KEY]}
    target = certificate(ROOTS[issuer], SUBJECT, ca=False, serial=SERIAL, **plain)
    lists = [
        crl(one, *([LISTED] if at == listed_by else []), **plain) for at, one in enumerate(ROOTS)
    ]
    orders = product(permutations(ROOT_TWINS), permutations(lists))

    verdicts = {
        judged(target, certificates=[], lists=files, anchors=anchors).verdict
        for anchors, files in orders
    }

    assert verdicts == {Verdict.BAD if listed_by == issuer else Verdict.GOOD}


@pytest.mark.parametrize("issuer", [OLD, NEW], ids=["old", "new"])
@pytest.mark.parametrize("signer", [OLD, NEW], ids=["by old", "by new"])
def test_generations_below_one_anchor_speak_for_each_other_in_any_order(issuer, signer):
    """The anchor certified both keys under one name: either may revoke what the other issued.

    RFC 5280 6.3.3 (f) asks for the name and the same anchor, not for the same key.
    """
    plain = {"drop": [pki.AUTHORITY_KEY]}
    target = certificate(issuer, SUBJECT, ca=False, serial=SERIAL, **plain)
    other = NEW if signer is OLD else OLD
    lists = [ROOT_LIST, crl(signer, LISTED, **plain), crl(other, **plain)]
    orders = product(permutations(GENERATIONS), permutations(lists))

    verdicts = {judged(target, certificates=files, lists=given).verdict for files, given in orders}

    assert verdicts == {Verdict.BAD}


ROLLED = {"by the anchor": certificate(ROOT, NEW), "by the old key": certificate(OLD, NEW)}


@pytest.mark.parametrize(
    ("by", "asked", "verdict"),
    [
        ("by the anchor", {}, Verdict.CANNOT_TELL),
        ("by the anchor", {"any_crl_signer": True}, Verdict.GOOD),
        ("by the old key", {}, Verdict.GOOD),
    ],
)
def test_a_generation_clears_what_another_issued_only_if_that_one_certified_it(by, asked, verdict):
    """Its list may be about its own certificates alone; OpenSSL refuses it too."""
    target = certificate(OLD, SUBJECT, ca=False, serial=SERIAL)

    report = judged(
        target,
        certificates=[GENERATIONS[0], ROLLED[by]],
        lists=[ROOT_LIST, crl(OLD, change=scope(implicit(2, TRUE))), crl(NEW)],
        **asked,
    )

    assert report.verdict is verdict


def test_another_generation_lifts_no_hold():
    """Its newer list without the entry is no word about it."""
    target = certificate(OLD, SUBJECT, ca=False, serial=SERIAL)
    lists = [ROOT_LIST, crl(OLD, HELD, this_update=NOW - DAY / 4), crl(NEW, number=9)]

    report = judged(target, certificates=GENERATIONS, lists=lists)

    assert report.verdict is Verdict.BAD


@pytest.mark.parametrize(
    ("indirect", "asked", "verdict"),
    [
        ([], {}, Verdict.CANNOT_TELL),
        ([], {"any_crl_signer": True}, Verdict.GOOD),
        ([of_issuer(ISSUER.name)], {}, Verdict.BAD),
    ],
    ids=["clears", "clears when asked for", "revokes"],
)
def test_a_neighbour_that_gives_away_the_name_of_a_crl_issuer_clears_nobody(
    indirect, asked, verdict
):
    """A cRLIssuer is known by its name alone; somebody on the path must have certified it."""
    false_signer = holder("list signer", key="false list signer")
    given_away = certificate(
        NEIGHBOUR, false_signer, ca=False, change={pki.KEY_USAGE: (True, CRL_SIGN)}
    )
    report = judged(
        BY_SIGNER,
        certificates=[ISSUER_CERTIFICATE, certificate(ROOT, NEIGHBOUR), given_away],
        lists=[ROOT_LIST, crl(NEIGHBOUR), crl(false_signer, *indirect, change=INDIRECT)],
        **asked,
    )

    assert report.verdict is verdict


def test_a_certificate_listed_by_the_right_generation_is_revoked():
    """The other generation's silence does not outweigh it."""
    target = certificate(OLD, SUBJECT, ca=False, serial=SERIAL)

    report = judged(target, certificates=GENERATIONS, lists=[ROOT_LIST, crl(NEW), crl(OLD, LISTED)])

    assert report.verdict is Verdict.BAD


def test_who_signs_lists_may_be_an_anchor_too():
    """Pinned though not self-signed: its lists count by its path to the target's own anchor.

    RFC 5280 6.3.3 (f): that it is trusted as another anchor makes it no signer for this one.
    """
    signer = TrustAnchor.of(SIGNER_CERTIFICATE)
    lists = [ROOT_LIST, crl(SIGNER, change=INDIRECT)]
    orders = list(permutations([ANCHOR, signer]))

    at_hand, alone = (
        {
            judged(BY_SIGNER, certificates=files, lists=lists, anchors=anchors).verdict
            for anchors in orders
        }
        for files in ([ISSUER_CERTIFICATE, SIGNER_CERTIFICATE], [ISSUER_CERTIFICATE])
    )

    assert (at_hand, alone) == ({Verdict.GOOD}, {Verdict.CANNOT_TELL})


@pytest.mark.parametrize("anchors", list(permutations([ROOT_CERTIFICATE, ISSUER_CERTIFICATE])))
def test_of_two_anchors_on_one_path_the_nearer_is_enough(anchors):
    """Nobody need say that an anchor is not revoked: the root's list is missing here."""
    report = judged(lists=[crl(ISSUER)], anchors=map(TrustAnchor.of, anchors))

    assert report.verdict is Verdict.GOOD
    assert len(report.path) == 1


def test_an_anchor_that_is_not_self_signed_signs_its_lists():
    """An anchor is a name and a key; who signed its certificate is nobody's business."""
    report = judged(
        certificates=[], lists=[crl(ISSUER)], anchors=[TrustAnchor.of(ISSUER_CERTIFICATE)]
    )

    assert report.verdict is Verdict.GOOD
    assert len(report.path) == 1


@pytest.mark.parametrize(("links", "verdict"), [(3, Verdict.GOOD), (20, Verdict.CANNOT_TELL)])
def test_signers_of_lists_whose_lists_have_signers_come_to_an_end(links, verdict):
    """Each signer's own status rests on the next one's list; past the limit nobody goes on."""
    chain = [SIGNER, *(holder(f"signer {at}", key=f"signer {at % 4}") for at in range(links))]
    usage = {pki.KEY_USAGE: (True, CRL_SIGN)}
    certificates = [
        certificate(ROOT, one, ca=False, change=usage | point(crl_issuer(after)))
        for one, after in pairwise(chain)
    ]
    # The root's own list speaks of CAs alone: of the issuer, and of the last signer.
    certificates.append(certificate(ROOT, chain[-1]))
    lists = [crl(ROOT, change=scope(implicit(2, TRUE)))]
    lists += [crl(one, change=INDIRECT) for one in chain]

    report = judged(BY_SIGNER, certificates=[ISSUER_CERTIFICATE, *certificates], lists=lists)

    assert report.verdict is verdict


def test_an_unknown_status_says_what_is_needed():
    """The report names the CA whose list is missing, and why those at hand do not serve."""
    report = with_list(crl(ISSUER, signed_by=OTHER.key))

    assert "CN=issuer" in report.needed[0]
    assert "not the signature of this key" in report.check("path.revocation").seen or any(
        "not the signature of this key" in one.seen for one in report.checks
    )
    assert report.findings[-1].status is Status.UNKNOWN


def test_the_date_an_invalidity_began_counts():
    """A later list whose entry was unsafe before now revokes now (5.3.2)."""
    since = {"2.5.29.24": (False, generalized(NOW - DAY))}
    later = crl(
        ISSUER,
        pki.entry(serial=SERIAL, revoked_at=NOW + DAY, reason=1, extra=since),
        this_update=NOW + 2 * DAY,
        next_update=NOW + 3 * DAY,
    )

    assert with_list(later).verdict is Verdict.BAD


def test_the_target_of_the_tests_is_below_one_issuer():
    """What the tests above rest on."""
    report = with_list(crl(ISSUER))

    assert [str(one.subject) for one in report.path] == ["CN=issuer", "CN=subject"]
    assert report.path[-1].der == TARGET


@pytest.mark.parametrize(
    "bent",
    [
        b"\x30\x83\x00" + FULL[2:],
        b"\x30\x80" + FULL[4:] + b"\x00\x00",
        b"\x00" + FULL,
        FULL + b"\x00",
        seq(FULL),
    ],
    ids=["longer length", "indefinite length", "a byte before", "a byte behind", "wrapped"],
)
def test_a_signed_list_is_not_forgotten_for_what_nobody_signed(bent):
    """Its outer header is anybody's to bend: the CA may have revoked it all the same."""
    report = with_list(bent, crl(ISSUER))

    assert report.verdict is Verdict.CANNOT_TELL
    assert "unreadable" in report.revocation.evidence[-1].description


def delta(*entries: bytes, base: int = 6, **fields: object) -> bytes:
    """Give a delta that rests on a list of which no test here has any."""
    change = {DELTA: (True, integer(base))} | fields.pop("change", {})
    return crl(ISSUER, *entries, change=change, **({"number": 7} | fields))


OLD_BASE = crl(ISSUER, number=5, this_update=NOW - DAY)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    "spare",
    [
        delta(LISTED),
        delta(LISTED, this_update=NOW - 3 * DAY, next_update=NOW - DAY),
        delta(LISTED, base=2, number=4),
        delta(HELD),
    ],
    ids=["fresh", "stale", "older than the list", "a hold"],
)
def test_a_delta_that_revokes_counts_without_the_list_it_rests_on(spare, order):
    """Its CA said so; only for saying good is the list needed."""
    report = with_list(*[OLD_BASE, spare][::order])

    assert report.verdict is Verdict.BAD
    assert report.revocation.status is Status.REVOKED
    assert "delta" in report.revocation.basis.description


@pytest.mark.parametrize(
    "spare",
    [
        delta(LISTED, change={UNKNOWN: (True, NULL)}),
        delta(LISTED, change={DELTA: (False, integer(6))}),
        delta(LISTED, drop=[pki.CRL_NUMBER]),
        delta(HELD, this_update=NOW - 12 * DAY / 24, next_update=NOW - DAY / 24),
    ],
    ids=["unknown critical", "indicator not critical", "no number", "a stale hold"],
)
def test_a_delta_nobody_can_use_that_names_it_forbids_good(spare):
    """The CA said something of it that could not be settled, and the report shows it."""
    report = with_list(OLD_BASE, spare)

    assert report.verdict is Verdict.CANNOT_TELL
    assert any("delta" in one.description for one in report.revocation.evidence)


@pytest.mark.parametrize(
    "spare",
    [
        delta(),
        delta(pki.entry(serial=5, reason=1)),
        delta(pki.entry(serial=SERIAL, reason=8)),
        delta(LISTED, signed_by=OTHER.key),
        delta(LISTED, change=scope(HERE)),
        delta(HELD, this_update=NOW - 2 * DAY),
    ],
    ids=["empty", "another", "removed", "forged", "for another place", "a hold before the list"],
)
def test_other_deltas_without_their_list_take_nothing_away(spare):
    """Nobody's word, not of this certificate, or overtaken by the list."""
    assert with_list(OLD_BASE, spare).verdict is Verdict.GOOD


TWICE = (pki.entry(serial=5), pki.entry(serial=5))
"""Entries for which a list cannot be read, though it is known who signed it."""


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    "listing",
    [
        lambda *entries: crl(ISSUER, *entries),
        lambda *entries: delta_of(8, *entries),
        delta,
    ],
    ids=["complete", "a delta", "a delta without its list"],
)
def test_a_list_whose_entries_cannot_be_read_forbids_good_if_it_may_name_it(listing, order):
    """Its CA said something, perhaps of this certificate; whoever else is good stays so."""
    fresh = crl(ISSUER, this_update=NOW - DAY / 7)

    naming = with_list(*[fresh, listing(LISTED, *TWICE)][::order])
    silent = with_list(*[fresh, listing(*TWICE)][::order])

    assert (naming.verdict, silent.verdict) == (Verdict.CANNOT_TELL, Verdict.GOOD)
    assert "a serial number is listed twice" in str(naming.revocation.evidence)


@pytest.mark.parametrize("spare", [delta(), delta(pki.entry(serial=SERIAL, reason=8))])
def test_a_delta_alone_lifts_no_hold(spare):
    """What it changes is the list it rests on, not another one."""
    held = crl(ISSUER, HELD, number=5, this_update=NOW - DAY)

    assert with_list(held, spare).verdict is Verdict.BAD


def test_the_list_that_is_needed_is_named_to_the_end():
    """The municipality stands last in a long name."""
    place = pki.point_name(pki.Kind.SIGN, "Kiyose-shi with everything that belongs to it")
    target = certificate(ISSUER, SUBJECT, ca=False, change=point(pki.full_name(place)))

    report = judged(target, lists=[ROOT_LIST])

    assert "CN=Kiyose-shi with everything that belongs to it CRLDP, complete" in report.needed[0]

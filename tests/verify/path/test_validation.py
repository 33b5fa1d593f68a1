"""RFC 5280 6.1 one rule at a time: what breaks it alone, and what it lets through."""

import pytest

from jpki import oids
from jpki.verify import Verdict
from jpki.verify.path import Algorithms, Parameters, TrustAnchor, identifiers
from jpki.verify.path.extensions import NameConstraints
from jpki.verify.path.general_names import Form, GeneralName
from jpki.verify.path.policy_graph import PolicyGraph
from tests.support import pki
from tests.support.asn1 import (
    NULL,
    boolean,
    explicit,
    ia5,
    implicit,
    integer,
    octets,
    oid,
    seq,
    set_of,
    tlv,
)
from tests.support.pki import DAY, NOW
from tests.verify.path.making import (
    CRL_SIGN,
    FIRST,
    ISSUER,
    LAST,
    LISTS,
    NAME_CONSTRAINTS,
    POLICY_CONSTRAINTS,
    POLICY_MAPPINGS,
    ROOT,
    SUBJECT,
    ca_extensions,
    certificate,
    crl,
    holder,
    judged,
    named,
)

BELOW = holder("below")
UNKNOWN = "1.2.392.200149.8.5.99"
P1, P2, P3 = "1.2.392.200149.8.5.98.1", "1.2.392.200149.8.5.98.2", "1.2.392.200149.8.5.98.3"
ANY = "2.5.29.32.0"
NOT_CA = (True, seq())


def policies(*found: str) -> dict:
    return {pki.POLICIES: (False, seq(*(seq(oid(one)) for one in found)))}


def mappings(*pairs: tuple[str, str]) -> dict:
    return {POLICY_MAPPINGS: (True, seq(*(seq(oid(a), oid(b)) for a, b in pairs)))}


def failing(report) -> list[str]:
    return [one.rule.id for one in report.failures]


def below(issuer: dict | None = None, target: dict | None = None, **parameters):
    """Judge a target below one issuer, with fields changed in either."""
    middle = certificate(ROOT, ISSUER, **(issuer or {}))
    end = certificate(ISSUER, SUBJECT, **({"ca": False} | (target or {})))
    return judged(end, certificates=[middle], lists=LISTS, **parameters)


ISSUER_RULES = {
    "expired": ({"not_after": NOW - DAY}, "path.not-after"),
    "not yet valid": ({"not_before": NOW + DAY}, "path.not-before"),
    "no basicConstraints": ({"drop": [pki.BASIC_CONSTRAINTS]}, "path.basic-constraints"),
    "cA FALSE": ({"change": {pki.BASIC_CONSTRAINTS: NOT_CA}}, "path.basic-constraints"),
    "v1": ({"version": 0, "extensions": {}}, "path.basic-constraints"),
    "no keyCertSign": ({"change": {pki.KEY_USAGE: (True, CRL_SIGN)}}, "path.key-usage"),
    "unknown critical": ({"change": {UNKNOWN: (True, NULL)}}, "path.critical-extensions"),
    "weak algorithm": ({"outer_algorithm": pki.SHA1_WITH_RSA}, "path.algorithm"),
    "maps anyPolicy": ({"change": mappings((ANY, P1))}, "path.policy-mapping"),
    "maps to anyPolicy": ({"change": mappings((P1, ANY))}, "path.policy-mapping"),
}


@pytest.mark.parametrize(("fields", "rule"), ISSUER_RULES.values(), ids=ISSUER_RULES)
def test_an_issuer_that_breaks_a_rule_is_named_with_it(fields, rule):
    """One fault, one row."""
    report = below(fields)

    assert failing(report) == [rule]
    assert report.failures[0].seen.startswith("1 of 2: ")


NOT_ACTED_ON = {
    "authorityInfoAccess": {
        "1.3.6.1.5.5.7.1.1": (
            True,
            seq(seq(oid("1.3.6.1.5.5.7.48.1"), implicit(6, b"http://x.example"))),
        )
    },
    "issuerAltName": {pki.ISSUER_ALT_NAME: (True, seq(explicit(4, ROOT.name)))},
    "freshestCRL": {"2.5.29.46": (True, seq(seq(pki.full_name(ROOT.name))))},
}


@pytest.mark.parametrize("change", NOT_ACTED_ON.values(), ids=NOT_ACTED_ON)
def test_a_critical_extension_nobody_acts_on_is_refused(change):
    """RFC 5280 6.1.4 (o), 6.1.5 (f): known by name is not processed."""
    assert failing(below({"change": change})) == ["path.critical-extensions"]
    assert failing(below(target={"change": change})) == ["path.critical-extensions"]


@pytest.mark.parametrize(
    "change",
    [
        {pki.AUTHORITY_KEY: (True, seq(implicit(0, ISSUER.key_id)))},
        {pki.SUBJECT_KEY: (True, octets(SUBJECT.key_id))},
    ],
    ids=["authorityKeyIdentifier", "subjectKeyIdentifier"],
)
def test_critical_key_identifiers_are_processed(change):
    """They say which key to try first, and it is tried first."""
    assert below(target={"change": change}).verdict is Verdict.GOOD


@pytest.mark.parametrize("kind", [pki.ISSUER_ALT_NAME, pki.AUTHORITY_KEY, pki.SUBJECT_KEY])
def test_junk_under_a_known_name_is_no_certificate(kind):
    """Critical or not: what cannot be read was not processed."""
    report = below(target={"change": {kind: (True, b"")}})

    assert failing(report) == ["path.der"]
    assert report.failures[0].offset


TARGET_RULES = {
    "expired": ({"not_after": NOW - DAY}, "path.not-after"),
    "not yet valid": ({"not_before": NOW + DAY}, "path.not-before"),
    "unknown critical": ({"change": {UNKNOWN: (True, NULL)}}, "path.critical-extensions"),
    "two algorithms": ({"outer_algorithm": pki.SHA1_WITH_RSA}, "path.algorithm"),
    "small key": ({"info": pki.key_info(pki.key("small", 1024))}, "path.key"),
}


@pytest.mark.parametrize(("fields", "rule"), TARGET_RULES.values(), ids=TARGET_RULES)
def test_a_target_that_breaks_a_rule_is_named_with_it(fields, rule):
    """One fault, one row."""
    report = below(target=fields)

    assert failing(report) == [rule]
    assert report.failures[0].seen.startswith("2 of 2: ")


@pytest.mark.parametrize(
    ("moment", "good"),
    [(FIRST, True), (LAST, True), (FIRST - DAY / 86400, False), (LAST + DAY / 86400, False)],
)
def test_both_ends_of_validity_belong_to_it(moment, good):
    """The first and the last second count (RFC 5280 4.1.2.5)."""
    lists = [crl(one, this_update=moment - DAY, next_update=moment + DAY) for one in (ROOT, ISSUER)]
    middle = certificate(ROOT, ISSUER, not_before=FIRST - 9 * DAY, not_after=LAST + 9 * DAY)
    target = certificate(ISSUER, SUBJECT, ca=False)

    report = judged(target, certificates=[middle], lists=lists, moment=moment)

    assert (report.verdict is Verdict.GOOD) == good


def test_the_policy_of_algorithms_is_the_callers():
    """What is not in the set does not count, however strong."""
    only = Algorithms(signatures=identifiers("sha512WithRSAEncryption"))

    assert set(failing(below(algorithms=only))) == {"path.algorithm"}


@pytest.mark.parametrize(
    ("length", "self_issued", "good"),
    [(None, 0, True), (1, 0, True), (0, 0, False), (0, 1, True)],
)
def test_path_length_counts_cas_that_are_not_self_issued(length, self_issued, good):
    """A pathLenConstraint of 0 allows no CA below but the same one with another key."""
    lower = holder("issuer", key="issuer again") if self_issued else BELOW
    certificates = [
        certificate(ROOT, ISSUER, change=ca_extensions(ISSUER, length)),
        certificate(ISSUER, lower),
    ]
    report = judged(
        certificate(lower, SUBJECT, ca=False),
        certificates=certificates,
        lists=[*LISTS, crl(lower)],
    )

    assert (report.verdict is Verdict.GOOD) == good
    assert failing(report) == ([] if good else ["path.path-length"])


def test_an_anchor_may_limit_its_trust():
    """Constraints of the anchor's certificate hold as if they came with the user's (RFC 5937)."""
    limited = certificate(ROOT, ROOT, change=ca_extensions(ROOT, 0))

    strict = below(anchors=[TrustAnchor.of(limited)])
    lenient = below(anchors=[TrustAnchor.of(limited, constrained=False)])

    assert failing(strict) == ["path.path-length"]
    assert lenient.verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("asked", "usage", "good"),
    [
        ((), None, True),
        ((oids.CLIENT_AUTH,), None, True),
        ((oids.CLIENT_AUTH,), oids.CLIENT_AUTH, True),
        ((oids.CLIENT_AUTH,), "2.5.29.37.0", True),
        ((oids.CLIENT_AUTH,), "1.3.6.1.5.5.7.3.1", False),
    ],
)
def test_a_purpose_asked_for_is_one_the_certificate_has(asked, usage, good):
    """RFC 5280 4.2.1.12; a certificate that states none is for all."""
    change = {} if usage is None else {pki.EXTENDED_KEY_USAGE: (True, seq(oid(usage)))}

    report = below(target={"change": change}, purposes=frozenset(asked))

    assert failing(report) == ([] if good else ["path.purpose"])


# Policies


def test_policies_without_anybody_asking_are_told():
    """The policies of the path are output, not a condition (RFC 5280 6.1.6)."""
    report = below({"change": policies(P1, P2)}, {"change": policies(P2, P3)})

    assert report.require_good().policies == {P2}


def test_a_mapped_policy_is_told_by_its_name_at_the_top():
    """The user knows the policies of the CA trusted first."""
    issuer = {"change": policies(P1) | mappings((P1, P2))}

    report = below(issuer, {"change": policies(P2)}, initial_policies=frozenset({P1}))

    assert report.require_good().policies == {P1}


@pytest.mark.parametrize(
    "parameters",
    [
        {"initial_explicit_policy": True, "initial_policies": frozenset({P3})},
        {"initial_explicit_policy": True, "initial_any_policy_inhibit": True},
    ],
)
def test_where_a_policy_is_required_one_must_be_left(parameters):
    """What the user requires, and what keeps anyPolicy from standing for it."""
    report = below({"change": policies(ANY)}, {"change": policies(P1)}, **parameters)

    assert set(failing(report)) <= {"path.policy", "path.user-policy"}
    assert report.verdict is Verdict.BAD


def test_an_issuer_may_require_a_policy():
    """PolicyConstraints with requireExplicitPolicy 0 begins with the next certificate."""
    change = policies(P1) | {POLICY_CONSTRAINTS: (True, seq(implicit(0, b"\x00")))}

    assert failing(below({"change": change})) == ["path.policy", "path.user-policy"]
    assert below({"change": change}, {"change": policies(P1)}).verdict is Verdict.GOOD


def test_policies_that_multiply_stay_few():
    """A policy mapped to all and all to it, level by level, doubles a tree but not the graph."""
    graph = PolicyGraph()
    names = [f"1.2.{at}" for at in range(20)]
    everything = {one: frozenset(names) for one in names}

    for _ in range(30):
        graph.add([*names, ANY], any_policy=True)
        graph.map(everything, allowed=True)

    assert max(map(len, graph.rows)) == len(names) + 1
    assert graph.constrained_by(frozenset({"1.2.3"})) == {"1.2.3"}


def test_paths_full_of_policies_cannot_tell():
    """Thousands of policies in each of many paths are counted, and end in "cannot tell"."""
    many = {pki.POLICIES: (False, seq(*(seq(oid(f"1.2.{at}")) for at in range(5000))))}
    crowd = [certificate(ROOT, ISSUER, change=many, not_after=NOW - DAY) for _ in range(25)]
    target = certificate(ISSUER, SUBJECT, ca=False)

    report = judged(target, certificates=crowd, lists=LISTS)

    assert report.verdict is Verdict.CANNOT_TELL
    assert "policies" in report.checks[-1].seen


# Name constraints


def directory(*common_names: str) -> bytes:
    return seq(*(set_of(seq(oid("2.5.4.3"), pki.utf8(one))) for one in common_names))


def subtrees(number: int, *names: bytes) -> bytes:
    return explicit(number, *(seq(one) for one in names))


NAMES = {
    # kind, permitted, name, inside
    "mail at a host": (1, b"a.example", b"x@A.example", True),
    "mail below a host": (1, b"a.example", b"x@b.a.example", False),
    "mail below a domain": (1, b".a.example", b"x@b.a.example", True),
    "mail at a domain itself": (1, b".a.example", b"x@a.example", False),
    "one mailbox": (1, b"x@a.example", b"x@A.EXAMPLE", True),
    "one mailbox by letter case": (1, b"x@a.example", b"X@a.example", False),
    "no mailbox": (1, b"a.example", b"a.example", False),
    "host": (2, b"a.example", b"A.Example", True),
    "host below": (2, b"a.example", b"b.a.example", True),
    "host that only ends alike": (2, b"a.example", b"ba.example", False),
    "host by a dotted domain": (2, b".a.example", b"b.a.example", False),
    "wildcard below": (2, b"a.example", b"*.a.example", True),
    "wildcard above": (2, b"b.a.example", b"*.a.example", False),
    "host behind a NUL": (2, b"good.example", b"evil.example\0.good.example", False),
    "host with a space": (2, b"good.example", b"evil.example .good.example", False),
    "host with an empty label": (2, b"good.example", b"a..good.example", False),
    "host with an underscore": (2, b"good.example", b"_a.good.example", True),
    "mail at a host behind a NUL": (1, b".good.example", b"x@evil.example\0.good.example", False),
    "mail of two readings": (1, b"good.example", b"x@evil.example@good.example", False),
    "any host": (2, b"", b"a.example", True),
    "URI at a host": (6, b"a.example", b"https://u@a.example:8/x", True),
    "URI below a host": (6, b"a.example", b"https://b.a.example", False),
    "URI below a domain": (6, b".a.example", b"https://b.a.example/", True),
    "URI with an address": (6, b".1", b"https://127.0.0.1/", False),
    "URI without a host": (6, b"a.example", b"urn:a.example", False),
    "URI of two readings": (6, b"a.example", b"https://b.example\\@a.example", False),
    "address": (7, b"\x0a\0\0\0\xff\0\0\0", b"\x0a\1\2\3", True),
    "other address": (7, b"\x0a\0\0\0\xff\0\0\0", b"\x0b\1\2\3", False),
    "address of another size": (7, b"\x0a\0\0\0\xff\0\0\0", bytes(16), False),
    "mask of a wrong size": (7, b"\x0a\0\0", b"\x0a\1\2\3", False),
}


@pytest.mark.parametrize(("kind", "base", "name", "inside"), NAMES.values(), ids=NAMES)
def test_a_permitted_subtree_holds_what_rfc_5280_says(kind, base, name, inside):
    """RFC 5280 4.2.1.10, form by form; what cannot be told is outside."""
    constraints = {NAME_CONSTRAINTS: (True, seq(subtrees(0, implicit(kind, base))))}
    names = {pki.SUBJECT_ALT_NAME: (False, seq(implicit(kind, name)))}

    report = below({"change": constraints}, {"change": names})

    assert failing(report) == ([] if inside else ["path.name-constraints"])


@pytest.mark.parametrize(
    ("kind", "base", "name"),
    [
        (1, b"a.example", b"x@a.example"),
        (1, b"a.example", b"no mailbox"),
        (2, b"b.a.example", b"*.a.example"),
        (2, b"foo.a.example", b"f*.a.example"),
        (2, b"a.example", b"b.example\0"),
        (1, b"a.example", b"x@b.example\0"),
        (1, b"a.example", b'"x@a.example"@b.example'),
        (2, b".a.example", b"a.example"),
        (6, b"a.example", b"urn:b"),
        (7, b"\x0a\0\0\0\xff\0\0\0", b"\x0a\1\2"),
    ],
)
def test_an_excluded_subtree_holds_what_may_be_in_it(kind, base, name):
    """What cannot be told is taken to be inside."""
    constraints = {NAME_CONSTRAINTS: (True, seq(subtrees(1, implicit(kind, base))))}
    names = {pki.SUBJECT_ALT_NAME: (False, seq(implicit(kind, name)))}

    assert failing(below({"change": constraints}, {"change": names})) == ["path.name-constraints"]


def test_a_form_nobody_compares_is_refused_once_constrained():
    """RegisteredID is constrained by nobody; who does it anyway gets no wrong answer."""
    registered = implicit(8, b"\x2a\x03")
    constraints = {NAME_CONSTRAINTS: (True, seq(subtrees(0, registered)))}
    names = {pki.SUBJECT_ALT_NAME: (False, seq(registered))}

    assert failing(below({"change": constraints}, {"change": names})) == ["path.name-constraints"]


@pytest.mark.parametrize(
    ("base", "inside"),
    [(("SUBJECT ",), True), (("subject", "more"), False), ((), True), (("other",), False)],
)
def test_a_subject_lies_below_the_names_it_begins_with(base, inside):
    """Directory names are compared as 7.1 says, attribute by attribute."""
    subtree = subtrees(0, explicit(4, directory(*base)))
    constraints = {NAME_CONSTRAINTS: (True, seq(subtree))}

    report = below({"change": constraints})

    assert failing(report) == ([] if inside else ["path.name-constraints"])


def test_a_name_with_marks_without_end_lies_in_the_excluded_subtree_that_it_reads_as():
    """However long it takes to say so: another string type takes nobody out of it."""
    text = "a" + "\u0301" * 100
    constraints = {NAME_CONSTRAINTS: (True, seq(subtrees(1, explicit(4, named(text)))))}
    subject = seq(set_of(seq(oid("2.5.4.3"), tlv(0x1E, text.encode("utf-16-be")))))

    report = below({"change": constraints}, {"subject": subject})

    assert failing(report) == ["path.name-constraints"]


@pytest.mark.parametrize("side", [0, 1], ids=["permitted", "excluded"])
def test_a_name_that_nobody_can_compare_lies_where_it_must_not(side):
    """In another string type, with a character RFC 4518 prohibits: undefined, so refused."""
    constraints = {NAME_CONSTRAINTS: (True, seq(subtrees(side, explicit(4, named("a\ue000")))))}
    subject = seq(set_of(seq(oid("2.5.4.3"), tlv(0x1E, "a\ue000".encode("utf-16-be")))))

    report = below({"change": constraints}, {"subject": subject})

    assert failing(report) == ["path.name-constraints"]


def test_an_address_in_the_subject_is_constrained_too():
    """The emailAddress attribute counts as an rfc822Name (4.2.1.10)."""
    constraints = {NAME_CONSTRAINTS: (True, seq(subtrees(0, implicit(1, b"a.example"))))}
    subject = seq(set_of(seq(oid("1.2.840.113549.1.9.1"), ia5("x@b.example"))))

    report = below({"change": constraints}, {"subject": subject})

    assert failing(report) == ["path.name-constraints"]


def test_subtrees_of_the_user_hold_from_the_start():
    """initial-excluded-subtrees bind the first certificate already."""
    subject = GeneralName(Form.DIRECTORY, below().path[0].subject)

    report = below(initial_constraints=NameConstraints(excluded=(subject,)))

    assert failing(report) == ["path.name-constraints"]


def test_too_many_names_against_too_many_subtrees_cannot_tell():
    """Their product is what costs; past the limit nobody counts on."""
    many = [implicit(2, b"h%d.example" % at) for at in range(1000)]
    constraints = {NAME_CONSTRAINTS: (True, seq(subtrees(1, *many)))}
    names = {pki.SUBJECT_ALT_NAME: (False, seq(*(implicit(2, b"n%d" % at) for at in range(1000))))}

    report = below({"change": constraints}, {"change": names})

    assert report.verdict is Verdict.CANNOT_TELL
    assert report.checks[-1].rule.id == "path.budget"


MALFORMED = {
    "empty nameConstraints": {NAME_CONSTRAINTS: (True, seq())},
    "nameConstraints with minimum": {
        NAME_CONSTRAINTS: (
            True,
            seq(explicit(0, seq(implicit(2, b"a.example"), implicit(0, b"\x01")))),
        )
    },
    "empty policyConstraints": {POLICY_CONSTRAINTS: (True, seq())},
    "negative requireExplicitPolicy": {POLICY_CONSTRAINTS: (True, seq(implicit(0, b"\xff")))},
    "empty policyMappings": {POLICY_MAPPINGS: (True, seq())},
    "negative inhibitAnyPolicy": {"2.5.29.54": (True, integer(-1))},
    "negative pathLenConstraint": {pki.BASIC_CONSTRAINTS: (True, seq(boolean(True), integer(-1)))},
    "one policy twice": policies(P1, P1),
    "point without anything": {pki.CRL_POINTS: (False, seq(seq()))},
    "point with reasons alone": {pki.CRL_POINTS: (False, seq(seq(implicit(1, b"\x05\x60"))))},
}


@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED)
def test_an_extension_that_is_not_what_it_should_be_is_refused(change):
    """The parser says where; nothing half understood gets any further."""
    report = below(target={"change": change})

    assert failing(report) == ["path.der"]
    assert report.failures[0].offset > 0


def test_the_defaults_are_those_of_rfc_5280_and_strong():
    """Any policy, nothing inhibited, no SHA-1, no DSA."""
    defaults = Parameters()

    assert defaults.initial_policies == {ANY}
    assert not defaults.initial_explicit_policy
    assert pki.SHA1_WITH_RSA not in defaults.algorithms.signatures
    assert identifiers("dsa-with-sha256").isdisjoint(defaults.algorithms.signatures)

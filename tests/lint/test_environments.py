"""The three environments: each keeps its own names, and production's roots are to profile."""

from datetime import UTC, datetime

import pytest

from jpki.ca.certificates import (
    AuthorityFacts,
    EndEntityFacts,
    IssuerFacts,
    authority_tbs,
    end_entity_tbs,
    signed,
)
from jpki.lint import ENVIRONMENTS, Linter, Target, cut, detect, environment_of, kind_of
from jpki.people import FEMALE, BirthDate, Person, SubstitutedText
from jpki.profiles import (
    EMULATOR,
    FAITHFUL,
    PRODUCTION,
    Kind,
    authority_profile,
    end_entity_profile,
    municipality,
)
from tests.lint.objects import ENDS, IDENTIFIER, ISSUED, KEY, KEY_ID

ROOTS = (
    (Kind.SIGN, 1, "2015-10-20T02:40:28", "2025-10-19"),
    (Kind.SIGN, 0x0132C4AB, "2019-09-14T23:41:56", "2029-09-14"),
    (Kind.SIGN, 0x067C6A21, "2023-07-16T00:50:27", "2033-07-15"),
    (Kind.AUTH, 1, "2015-10-20T03:08:13", "2025-10-19"),
    (Kind.AUTH, 0x0133C349, "2019-09-14T23:41:59", "2029-09-14"),
    (Kind.AUTH, 0x06D18006, "2023-07-16T01:01:04", "2033-07-15"),
)
"""Serial numbers and dates of the six production roots (PKI profile section 1.5)."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def holder(kind: Kind, naming) -> bytes:
    """Give a holder's certificate under these names, nobody's signature on it."""
    where = municipality("13221")
    facts = EndEntityFacts(
        serial=0x02000000,
        not_before=ISSUED,
        not_after=ENDS,
        subject=naming.subject(kind, where, IDENTIFIER[kind]),
        public_key=KEY,
        key_identifier=KEY_ID,
        person=Person(
            name=SubstitutedText("模擬　花子"),
            address=SubstitutedText("東京都清瀬市架空町１－２－３"),
            birth_date=BirthDate.parse("419900615"),
            gender=FEMALE,
        ),
        municipality=where,
    )
    issuer = IssuerFacts(0x0133C349, bytes(20))
    return signed(
        end_entity_tbs(end_entity_profile(kind), naming, facts, issuer=issuer), bytes(256)
    )


@pytest.mark.parametrize(("kind", "serial", "begins", "ends"), ROOTS)
def test_the_published_facts_of_production_are_to_profile(kind, serial, begins, ends):
    """Whatever a rule says, the real authorities do not break it."""
    facts = AuthorityFacts(serial, at(begins), at(f"{ends}T14:59:59"), KEY, KEY_ID)
    der = signed(authority_tbs(authority_profile(kind), PRODUCTION, facts), bytes(256))

    assert Linter(PRODUCTION).lint(der, Target.AUTHORITY, kind=kind) == []


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
@pytest.mark.parametrize("naming", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_a_holders_certificate_is_to_profile_in_its_own_environment(kind, naming):
    """It says itself what it is and whose."""
    der = holder(kind, naming)
    subject = cut(Target.AUTH, der)

    assert detect(der) is {Kind.SIGN: Target.SIGN, Kind.AUTH: Target.AUTH}[kind]
    assert (kind_of(subject), environment_of(subject)) == (kind, naming)
    assert Linter(naming).lint(der, detect(der), kind=kind) == []


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
@pytest.mark.parametrize(
    ("issued", "judged"),
    [(EMULATOR, PRODUCTION), (FAITHFUL, PRODUCTION), (PRODUCTION, EMULATOR), (EMULATOR, FAITHFUL)],
)
def test_no_environments_certificate_passes_in_another(kind, issued, judged):
    """Name and policy, or name alone between the two that test."""
    der = holder(kind, issued)

    found = {each.rule.id for each in Linter(judged).lint(der, detect(der), kind=kind)}

    assert "issuer-name" in found
    assert ("policy-known" in found) == (PRODUCTION in {issued, judged})


def test_a_stranger_is_of_no_environment():
    """The caller decides what it is held against."""
    der = holder(Kind.AUTH, EMULATOR)
    stranger = der.replace(b"JPKI-EMU", b"SOMEBODY")

    assert environment_of(cut(Target.AUTH, stranger)) is None

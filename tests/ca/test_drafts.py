"""Only what was linted is signed."""

from dataclasses import FrozenInstanceError, replace
from types import SimpleNamespace

import pytest

from jpki.ca import Authority, make_list, recovery
from jpki.ca import certificates as encoding
from jpki.ca.drafts import IssuingKey, LintedCertificate, LintedList, holder_target
from jpki.ca.errors import DraftRefusedError
from jpki.ca.recovery import finish_generations
from jpki.lint import Linter, Target
from jpki.lint.linter import Linter as RealLinter
from jpki.lint.subjects import DOCUMENT
from jpki.oids import Policy
from jpki.profiles import EMULATOR, FAITHFUL, Kind, RevocationReason
from tests.lint.broken import BROKEN
from tests.lint.objects import good

from . import reading
from .citizens import FOUNDED, KIYOSE, NOON, chance, request


def tbs_of(der: bytes) -> bytes:
    return reading.certificate(der)["tbs_certificate"].dump()


def list_tbs_of(der: bytes) -> bytes:
    return reading.revocation_list(der)["tbs_cert_list"].dump()


def broken(rule: str):
    [row] = [row for row in BROKEN if row.rule == rule]
    return row


def test_a_draft_to_profile_can_be_signed(sign, keys):
    """And the signature is over its octets."""
    draft = LintedCertificate(tbs_of(good(Target.SIGN)), sign.linter, Target.SIGN, Kind.SIGN)

    assert sign.generations[0].sign(draft) == keys[0].sign(draft.tbs)


@pytest.mark.parametrize("rule", ["key-usage", "repertoire", "issuer-name", "extensions-order"])
def test_a_draft_with_an_error_is_none(rule):
    """It cannot even be made; the findings say why."""
    row = broken(rule)
    kind = Kind.AUTH if row.target is Target.AUTH else Kind.SIGN

    with pytest.raises(DraftRefusedError, match=rule) as refusal:
        LintedCertificate(tbs_of(row.der), Linter(EMULATOR), row.target, kind)
    assert [finding.rule.id for finding in refusal.value.findings] == [rule]


@pytest.mark.parametrize("rule", ["gender", "address-length", "subject-identifier-sign"])
def test_warnings_and_notices_are_no_hindrance(rule):
    """What nobody public knows keeps nobody from a certificate."""
    row = broken(rule)

    assert LintedCertificate(tbs_of(row.der), Linter(EMULATOR), Target.SIGN, Kind.SIGN)


def test_octets_alone_are_not_signed(sign):
    """Whatever they are, nor by the key that a generation shows; another's draft is no list."""
    generation, octets = sign.generations[0], tbs_of(good(Target.SIGN))
    draft = LintedCertificate(octets, sign.linter, Target.SIGN, Kind.SIGN)

    for door in (generation, generation.key):
        with pytest.raises(TypeError, match="only what was linted"):
            door.sign(octets)
        with pytest.raises(TypeError, match="only what was linted"):
            door.sign_list(draft, bytes(32))
    public = {name for name in dir(generation.key) if not name.startswith("_")}
    assert public == {"public_key", "sign", "sign_list"}


def test_a_generation_left_unsigned_is_linted_before_it_is_finished(register, keys, monkeypatch):
    """Recovery has no other way to the key: what is on record and not to profile stays unsigned."""
    with monkeypatch.context() as patch:
        patch.setattr("jpki.ca.authority.finish_generations", lambda *_, **__: None)
        Authority.found(register, Kind.SIGN, key=keys[0], moment=FOUNDED)
        patch.setattr(recovery, "LintedCertificate", lambda tbs, *_: SimpleNamespace(tbs=tbs))
        with pytest.raises(TypeError, match="only what was linted"):
            finish_generations(
                register,
                Kind.SIGN,
                {keys[0].public_key: IssuingKey(keys[0])},
                linter=Linter(EMULATOR),
            )
    assert Authority(register, Kind.SIGN, keys=keys[:1]).generations


def test_a_draft_cannot_be_changed_afterwards():
    """Neither in place, nor by a copy that was not linted."""
    tbs = tbs_of(good(Target.SIGN))
    draft = LintedCertificate(tbs, Linter(EMULATOR), Target.SIGN, Kind.SIGN)

    with pytest.raises(FrozenInstanceError):
        draft.tbs = b""  # type: ignore[misc]
    with pytest.raises(ValueError, match="linter"):
        replace(draft, tbs=b"")


def test_a_refused_draft_spends_no_number(sign, holder_key, monkeypatch):
    """Nothing of it is on record either."""
    spoilt = encoding.end_entity_tbs

    def wrong(profile, naming, facts, *, issuer):
        return spoilt(profile, FAITHFUL, facts, issuer=issuer)

    before = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    with monkeypatch.context() as patch:
        patch.setattr(encoding, "end_entity_tbs", wrong)
        with pytest.raises(DraftRefusedError, match="issuer-name"):
            sign.issue(request(holder_key), moment=NOON, randomness=chance)
    after = sign.issue(request(holder_key), moment=NOON, randomness=chance)

    assert after.serial == before.serial + 1
    assert len(list(sign.certificates())) == 3


def test_a_list_is_linted_without_its_entries(sign, holder_key):
    """Header and extensions count; a broken entry costs nothing to look at, nor is looked at."""
    issued = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    sign.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON)
    tbs = list_tbs_of(make_list(sign, KIYOSE, moment=NOON).der)
    spoilt = tbs.replace(b"\x0a\x01\x04", b"\x0a\x01\x07")

    assert LintedList(tbs, sign.linter, Kind.SIGN).header == tbs
    assert spoilt != tbs
    assert LintedList(spoilt, sign.linter, Kind.SIGN).header == spoilt


@pytest.mark.parametrize(
    "rule", ["crl-next-update", "crl-scope", "crl-extensions-present", "crl-key-identifier"]
)
def test_a_list_with_an_error_is_not_signed(rule):
    """As with certificates."""
    row = broken(rule)

    with pytest.raises(DraftRefusedError, match=rule):
        LintedList(list_tbs_of(row.der), Linter(EMULATOR), Kind.SIGN)


@pytest.mark.parametrize("tbs", [b"", b"\x30\x00", b"hello", b"\x30\x80\x00\x00"])
def test_what_is_no_list_is_refused(tbs):
    """With the reason, not with a failure of ours."""
    with pytest.raises(DraftRefusedError, match="strict-der"):
        LintedList(tbs, Linter(EMULATOR), Kind.SIGN)


def test_the_cost_of_a_list_is_that_of_its_header(sign, monkeypatch):
    """What the linter gets does not grow with the entries."""
    seen = []
    judge = RealLinter.judge

    def measured(self, subject, **more):
        seen.append(len(subject.parts[DOCUMENT].der))
        return judge(self, subject, **more)

    monkeypatch.setattr(RealLinter, "judge", measured)
    entries = b"".join(
        b"\x30\x15\x02\x04" + (0x01000000 + n).to_bytes(4, "big") + b"\x17\x0d261122000000Z"
        for n in range(5000)
    )
    row = broken("crl-entry-order")
    tbs = list_tbs_of(row.der)
    LintedList(tbs, sign.linter, Kind.SIGN)
    old = reading.revocation_list(row.der)["tbs_cert_list"]["revoked_certificates"].dump()
    head, _, tail = tbs.partition(old)
    body = head[4:] + b"\x30\x83" + len(entries).to_bytes(3, "big") + entries + tail
    LintedList(b"\x30\x83" + len(body).to_bytes(3, "big") + body, sign.linter, Kind.SIGN)

    assert seen[0] == seen[1]


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
@pytest.mark.parametrize(
    "changes",
    [{}, {"sign_policy": Policy.TEST_SIGN_PHONE, "auth_policy": Policy.TEST_AUTH_PHONE}],
    ids=["card", "phone"],
)
def test_the_test_environments_names_are_to_profile(register, keys, holder_key, kind, changes):
    """`faithful` as it is, and with the policies of phones, which are inferred."""
    naming = replace(FAITHFUL, **changes)
    authority = Authority.found(register, kind, key=keys[0], moment=FOUNDED, naming=naming)

    issued = authority.issue(request(holder_key), moment=NOON, randomness=chance)

    findings = authority.linter.lint(issued.der, holder_target(kind), kind=kind)
    assert {finding.rule.id for finding in findings} == ({"policy-phone"} if changes else set())

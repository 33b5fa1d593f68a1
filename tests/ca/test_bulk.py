"""Many certificates at once: what holds for one holds for each, and all or none is issued."""

from dataclasses import replace
from datetime import date

import pytest
from cryptography import x509

from jpki.ca import Authority, CertificateState
from jpki.ca.bulk import Order, issue_many
from jpki.ca.errors import IssuanceAbandonedError, NoUsableKeyError, RequestRefusedError
from jpki.people import BirthDate
from jpki.profiles import Kind

from .citizens import FOUNDED, KIYOSE, NOON, SAPPORO_MINAMI, chance, person, request

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture
def orders(holder_key, second_key):
    """Give orders of two holders in two places, one of them with two certificates."""
    return [
        Order(request(holder_key), NOON, chance(16)),
        Order(request(second_key, holder="taro", municipality=SAPPORO_MINAMI), NOON, chance(16)),
        Order(request(holder_key), NOON, chance(16)),
    ]


def test_each_is_what_it_would_be_alone(sign, orders):
    """Octet for octet but for the serial number, which counts on."""
    alone = sign.issue(orders[0].request, moment=NOON, randomness=chance)
    issued = issue_many(sign, orders)

    serials = [each.serial for each in issued]
    assert serials == [alone.serial + 1, alone.serial + 2, alone.serial + 3]
    before = x509.load_der_x509_certificate(alone.der)
    first = x509.load_der_x509_certificate(issued[0].der)
    same = before.tbs_certificate_bytes.replace(
        alone.serial.to_bytes(4, "big"), serials[0].to_bytes(4, "big"), 1
    )
    assert first.tbs_certificate_bytes == same


def test_all_are_on_record_and_signed(sign, orders):
    """As handed out, under the authority's certificate."""
    issued = issue_many(sign, orders)

    assert [sign.certificate(each.serial).der for each in issued] == [i.der for i in issued]
    issuer = x509.load_der_x509_certificate(issued[1].issuer)
    x509.load_der_x509_certificate(issued[1].der).verify_directly_issued_by(issuer)


def child(key) -> Order:
    """Order a signing certificate for somebody too young."""
    born = BirthDate.of(date(2015, 6, 15))
    return Order(request(key, person=person(birth_date=born)), NOON, chance(16))


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (child, "minimum age"),
        (lambda key: Order(request(key, holder="jiro"), NOON, chance(16)), "key"),
        (lambda key: Order(request(key, renews=1), NOON, chance(16)), "renewal"),
        (lambda key: Order(request(key, municipality=ELSEWHERE), NOON, chance(16)), "municipality"),
    ],
)
def test_one_that_is_refused_refuses_all_and_spends_no_number(
    sign, orders, holder_key, wrong, rule
):
    """The rule is named; the counter stands where it stood."""
    before = sign.issue(orders[0].request, moment=NOON, randomness=chance).serial
    with pytest.raises(RequestRefusedError) as refusal:
        issue_many(sign, [*orders, wrong(holder_key)])

    assert refusal.value.rule == rule
    assert sign.issue(orders[0].request, moment=NOON, randomness=chance).serial == before + 1


ELSEWHERE = replace(KIYOSE, romaji="Kiyosu-shi")
"""A code that is on record under another name."""


def test_a_key_of_the_other_kind_is_refused(sign, auth, orders):
    """Asked of the register for all keys at once."""
    auth.issue(orders[1].request, moment=NOON, randomness=chance)

    with pytest.raises(RequestRefusedError, match="other kind"):
        issue_many(sign, orders)


def test_nothing_is_issued_before_the_authority_was(sign, orders):
    """Each order has its own moment."""
    early = replace(orders[1], moment=FOUNDED.replace(year=2020))

    with pytest.raises(NoUsableKeyError):
        issue_many(sign, [orders[0], early])


def test_a_key_that_fails_leaves_them_to_recovery(sign, keys, orders):
    """On record before the signature: none of the numbers comes back."""

    class BrokenKey:
        public_key = keys[0].public_key

        def sign(self, message: bytes) -> bytes:
            raise OSError("the key went away")

    broken = Authority(sign.register, Kind.SIGN, keys=[BrokenKey()])
    with pytest.raises(OSError, match="went away"):
        issue_many(broken, orders)

    states = [r.state(NOON) for r in sign.certificates() if r.municipality is not None]
    assert states == [CertificateState.UNFINISHED] * 3
    assert len(sign.recover(moment=NOON)) == 3
    assert [r.state(NOON) for r in sign.certificates()][1:] == [CertificateState.REVOKED] * 3


def test_what_a_recovery_took_is_not_handed_out(sign, keys, orders):
    """Not one of the batch, for nobody knows which."""

    class SlowKey:
        public_key = keys[0].public_key

        def sign(self, message: bytes) -> bytes:
            Authority(sign.register, Kind.SIGN, keys=[keys[0]]).recover(moment=NOON)
            return keys[0].sign(message)

    slow = Authority(sign.register, Kind.SIGN, keys=[SlowKey()])
    with pytest.raises(IssuanceAbandonedError):
        issue_many(slow, orders)


def test_an_empty_batch_is_none(sign):
    """Nothing is asked, nothing is spent."""
    assert issue_many(sign, []) == []

"""Whose certificates belong together is told to those who may ask, and to nobody else."""

import pytest

from jpki.ca.errors import UnknownSerialError
from jpki.ca.linking import LINKAGE_SOURCE, MAY_LINK, NotEntitledError, Role, link
from jpki.profiles import Kind, RevocationReason

from .citizens import DAY, NOON, chance, request


@pytest.fixture
def row(sign, auth, holder_key, second_key):
    """Issue a row of signing certificates to hanako, the second one by renewal."""

    def issue(moment, **changes):
        asked = request(holder_key, **changes)
        return sign.issue(asked, moment=moment, randomness=chance).serial

    first = issue(NOON)
    second = issue(NOON + DAY, renews=first)
    sign.revoke(second, RevocationReason.AFFILIATION_CHANGED, moment=NOON + 2 * DAY)
    third = issue(NOON + 3 * DAY)
    other = auth.issue(request(second_key), moment=NOON, randomness=chance).serial
    return first, second, third, other


def ask(register, serial, *, kind=Kind.SIGN, asker=Role.PLATFORM):
    return link(register, kind, serial, asker=asker, moment=NOON + 4 * DAY)


def test_a_renewed_certificate_leads_to_the_one_that_renewed_it(register, row):
    """And that one back."""
    first, second, *_ = row

    assert (ask(register, first).successor, ask(register, first).by_renewal) == (second, True)
    assert ask(register, second).predecessor == first


def test_after_a_revocation_the_next_one_of_the_person_is_the_successor(register, row):
    """Not by renewal: there was nothing good to renew."""
    _, second, third, _ = row

    assert (ask(register, second).successor, ask(register, second).by_renewal) == (third, False)
    assert ask(register, third).predecessor == second
    assert ask(register, third).successor is None


def test_any_certificate_leads_to_what_is_current_of_both_kinds(register, row):
    """By one handle of the person, whichever kind is asked with."""
    first, _, third, other = row

    for found in (ask(register, first), ask(register, other, kind=Kind.AUTH)):
        assert found.person == "hanako"
        assert dict(found.current) == {Kind.SIGN: third, Kind.AUTH: other}


@pytest.mark.parametrize("role", sorted(set(Role) - MAY_LINK, key=lambda role: role.value))
def test_who_may_not_ask_learns_nothing(register, row, role):
    """Not even whether there is such a serial number."""
    for serial in (row[0], 1):
        with pytest.raises(NotEntitledError, match=role.value):
            ask(register, serial, asker=role)


def test_an_unknown_serial_number_is_nobodys(register, row):
    """An authority's own is not a person's either."""
    for serial in (1, row[0] - 1):
        with pytest.raises(UnknownSerialError):
            ask(register, serial)


def test_who_may_ask_is_a_guess_and_says_so():
    """The protocol is under non-disclosure."""
    assert LINKAGE_SOURCE.is_guess

"""A list read entry by entry: the usual ones quickly, and none with other eyes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpki.verify import Kind, crl
from jpki.verify.crl import RevocationList
from jpki.verify.der import decode
from jpki.verify.errors import MalformedError
from tests.revocation import lists
from tests.support import pki

SIGN = pki.ca(Kind.SIGN)


def test_entries_whose_extensions_were_read_before_are_not_taken_apart(monkeypatch):
    """Thousands of entries share a handful of them."""
    taken_apart = []

    def counted(document, *where):
        taken_apart.append(where)
        return decode(document, *where)

    monkeypatch.setattr(crl, "decode", counted)
    serials = range(1 << 24, (1 << 24) + 3_000)
    entries = (pki.entry(serial, pki.NOW, reason=[None, 1, 4][serial % 3]) for serial in serials)
    found = RevocationList.parse(pki.crl(SIGN, *entries))

    assert list(found.entries) == list(serials)
    assert len(taken_apart) < 10


def test_a_v1_list_has_no_extensions_in_its_entries():
    """RFC 5280 5.3: where they are, version 2 is written."""
    v1 = {"version": None, "point": None, "drop": [pki.AUTHORITY_KEY, pki.CRL_NUMBER]}
    plain, odd = pki.entry(5), pki.entry(6, reason=1)

    assert list(RevocationList.parse(pki.crl(SIGN, plain, **v1)).entries) == [5]
    with pytest.raises(MalformedError, match="a v1 list with entry extensions"):
        RevocationList.parse(pki.crl(SIGN, plain, odd, **v1))


@settings(max_examples=80, deadline=None)
@given(
    lists.entry_lists(most=6),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=2),
)
def test_what_is_read_quickly_is_what_strict_reading_gives(entries, changes):
    """The same entries, or refused both times, whatever octets are changed."""
    body = bytearray(b"".join(entries))
    for place, change in changes:
        body[int(place * len(body))] ^= change
    der = lists.unsigned(bytes(body))

    try:
        decode(der)
        found = lists.facts(RevocationList.parse(der).entries)
    except MalformedError:
        found = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crl, "read_known", lambda *_: None)
        try:
            slow = lists.facts(RevocationList.parse(der).entries)
        except MalformedError:
            slow = None
    assert found == slow

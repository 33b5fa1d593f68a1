"""Lists given back as they were published, and their SHA-256 when somebody asks for it."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.revocation import IndexDirectory, IndexSource, NotKeptError, in_memory, reading
from jpki.revocation.layout import Contents
from jpki.revocation.published import published
from jpki.verify import Kind
from tests.revocation import lists
from tests.support import pki
from tests.support.big_lists import big_list

SIGN = lists.CA
POINTS = [pki.point_name(Kind.SIGN, name) for name in ("Kaku", "Kuu")]
ORDINARY = st.lists(
    st.tuples(
        st.integers(1, (1 << 32) - 1) | st.sampled_from([0x7F, 0x80, 0x7FFF, 0x8000, 1 << 31]),
        st.datetimes(
            min_value=pki.datetime(1950, 1, 1), max_value=pki.datetime(2049, 12, 31, 23, 59, 59)
        ),
        st.sampled_from([None, 1, 3, 5, 6, 10]),
    ),
    max_size=60,
    unique_by=lambda one: one[0],
)
"""Serial numbers of 32 bits, dates that UTCTime can say, a reason or none."""


def written(rows):
    return [
        pki.entry(serial, moment.replace(microsecond=0, tzinfo=pki.UTC), reason)
        for serial, moment, reason in rows
    ]


@given(ORDINARY)
def test_a_list_in_the_order_of_its_serial_numbers_is_given_back(rows):
    """Octet for octet, however long each serial number is."""
    der = pki.crl(SIGN, *written(sorted(rows)))
    read = lists.read(der)

    assert read.frame.whole_sha256 is None
    assert published(read.frame, read.columns) == der
    assert read.parsed.sha256 == sha256(der).digest()


@given(lists.entry_lists())
def test_any_list_is_given_back_as_it_was_or_not_at_all(entries):
    """In another order, of other shapes: nothing that the CA did not sign is made of it."""
    der = pki.crl(SIGN, *entries)
    read = lists.read(der)
    (part,) = in_memory([read])

    assert read.parsed.sha256 == part.parsed(0).sha256 == sha256(der).digest()
    try:
        assert part.published(0) == der
    except NotKeptError:
        assert read.frame.whole_sha256 is not None


UNUSUAL = {
    "out of order": [pki.entry(5), pki.entry(4)],
    "of a long serial number": [pki.entry(5), pki.entry(1 << 70)],
    "with a reason that says as much as none": [pki.entry(5, reason=0)],
    "with a date behind UTCTime's": [pki.entry(5, pki.datetime(2051, 1, 1, tzinfo=pki.UTC))],
    "with an invalidityDate": [
        pki.entry(5, extra={lists.INVALIDITY: (False, lists.generalized(pki.NOW))})
    ],
    "with an extension that nobody knows": [
        pki.entry(5, extra={lists.UNKNOWN: (False, b"\x05\x00")})
    ],
}


@pytest.mark.parametrize("entries", UNUSUAL.values(), ids=UNUSUAL.keys())
def test_the_digest_of_a_list_that_may_not_be_made_again_is_reckoned_at_once(entries):
    """While its octets are here."""
    der = pki.crl(SIGN, *entries)

    assert lists.read(der).frame.whole_sha256 == sha256(der).digest()


@pytest.mark.parametrize("many", [1, 40, 3000])
def test_entries_of_each_kind_in_blocks_are_told_apart(many):
    """As many as are read entry by entry, in a block, in a run: each unusual one is noticed."""
    serials = range(1 << 24, (1 << 24) + many)
    usual = [pki.entry(serial, reason=3) for serial in serials]
    more = pki.entry(1 << 30, reason=0)

    assert lists.read(pki.crl(SIGN, *usual)).frame.whole_sha256 is None
    assert lists.read(pki.crl(SIGN, *usual, more)).frame.whole_sha256 is not None
    assert lists.read(pki.crl(SIGN, *usual[1:], usual[0])).frame.whole_sha256 is not None or (
        many == 1
    )


def test_a_list_of_several_pieces_has_its_digest_at_once(monkeypatch):
    """Its first pieces are gone when the last is read."""
    monkeypatch.setattr(reading, "PIECE", 1 << 12)
    small = big_list(SIGN, lists.serials_of(80))
    large = big_list(SIGN, lists.serials_of(400))

    assert lists.read(small).frame.whole_sha256 is None
    assert lists.read(large).frame.whole_sha256 == sha256(large).digest()


def test_an_index_on_disk_gives_each_of_its_lists_back(tmp_path):
    """Of several places, of the whole CA, without an entry; thousands of entries."""
    ders = [
        big_list(SIGN, lists.serials_of(40_000), point=POINTS[0], plain_every=7),
        big_list(SIGN, lists.serials_of(900, seed=2), point=POINTS[1]),
        pki.crl(SIGN, point=None),
        pki.crl(SIGN, *(pki.entry(one) for one in (1 << 33, 1 << 70, (1 << 159) - 1))),
    ]
    index = IndexDirectory(tmp_path / "index")
    taken = list(index.add([(str(number), der) for number, der in enumerate(ders)], [lists.ANCHOR]))
    (part,) = index.parts()
    given_back = {part.parsed(slot).sha256: part.published(slot) for slot in part.current}

    assert all(one.taken for one in taken)
    assert given_back == {sha256(der).digest(): der for der in ders}


@given(st.lists(ORDINARY, min_size=2, max_size=4))
def test_lists_whose_serial_numbers_lie_between_each_other_s_are_given_back(places):
    """Each alone, though the index has the entries of all in one order."""
    ders = [
        pki.crl(SIGN, *written(sorted(rows)), point=pki.point_name(Kind.SIGN, f"Ku {number}"))
        for number, rows in enumerate(places)
    ]
    (part,) = in_memory([lists.read(der) for der in ders])

    assert [part.published(slot) for slot in part.current] == ders
    assert list(part.digests()) == [sha256(der).digest() for der in ders]


def test_the_entries_of_one_of_many_lists_are_not_looked_for_in_those_of_all(monkeypatch):
    """That were 1,900 times going through all that an index holds."""
    ders = [pki.crl(SIGN, pki.entry(5 + number), point=POINTS[number]) for number in range(2)]
    (part,) = in_memory([lists.read(der) for der in ders])
    monkeypatch.delattr(Contents, "columns")

    assert [part.published(slot) for slot in part.current] == ders


def test_a_list_in_whose_place_another_is_is_not_given_back(tmp_path):
    """Only whom it names and the other does not is kept of it; its SHA-256 is."""
    older, newer = (
        pki.crl(SIGN, pki.entry(5), *([pki.entry(6)] * (number == 7)), number=number)
        for number in (7, 8)
    )
    for number, parts in enumerate(
        [
            in_memory([lists.read(older), lists.read(newer)]),
            in_memory([lists.read(newer), lists.read(older)]),
        ]
    ):
        (part,) = parts
        (slot,) = part.current
        (aside,) = set(part.frames) - {slot}

        assert part.published(slot) == newer, number
        assert part.parsed(aside).sha256 == sha256(older).digest(), number
        with pytest.raises(NotKeptError):
            part.published(aside)


def test_what_the_ca_did_not_sign_is_not_given_back():
    """Were a column changed, the signed part would have another digest."""
    read = lists.read(big_list(SIGN, lists.serials_of(50)))
    later = replace(read.columns, when=read.columns.when + np.uint32(1))
    fewer = replace(
        read.columns,
        **{name: getattr(read.columns, name)[:-1] for name in ("serial", "when", "code")},
    )

    for columns in (later, fewer):
        with pytest.raises(NotKeptError):
            published(read.frame, columns)


def test_a_digest_that_nobody_reckoned_is_not_made_up():
    """The frame alone does not say what the whole list's is."""
    read = lists.read(pki.crl(SIGN, pki.entry(5)))

    with pytest.raises(RuntimeError):
        read.frame.parsed().sha256  # noqa: B018


def test_of_several_lists_set_aside_none_is_given_back():
    """Nor is another list in its place, whichever slots they have."""
    ders = [
        pki.crl(SIGN, pki.entry(5), pki.entry(6 + number), number=number, point=point)
        for point in POINTS
        for number in (7, 8, 9)
    ]
    source = IndexSource(in_memory([lists.read(der) for der in ders]))

    for number, der in enumerate(ders):
        digest = sha256(der).digest()
        if number % 3 == 2:
            assert source.published(digest) == der
        else:
            with pytest.raises(NotKeptError, match="not all of its entries"):
                source.published(digest)


def test_of_a_refused_list_of_which_an_excerpt_is_kept_nothing_is_given_back(tmp_path):
    """Octets behind its end: what is kept has another SHA-256."""
    bent = pki.crl(SIGN, pki.entry(5)) + b"\0"
    index = IndexDirectory(tmp_path / "index")
    (outcome,) = index.add([("bent", bent)], [lists.ANCHOR])

    assert outcome.remembered
    with pytest.raises(NotKeptError):
        IndexSource(index.parts()).published(sha256(bent).digest())

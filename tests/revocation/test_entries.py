"""Entries of lists: the fast reading, the slow reading, and two parsers we did not write."""

import itertools
import random
from datetime import UTC

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpki.revocation import entries
from jpki.revocation.columns import seconds_of
from jpki.revocation.entries import MAX_ENTRY
from jpki.revocation.errors import ListRefusedError, ListUnreadableError, ListUnusableError
from jpki.revocation.shapes import BLOCK, is_usual, shape_of
from tests.revocation import lists
from tests.support import pki
from tests.support.asn1 import NULL, enumerated, generalized, integer, octets, oid, seq, tlv, utf8
from tests.support.bent_files import peak_of

RUN = b"".join(lists.uniform(1100))
MIXED = b"".join(
    pki.entry((1 << 27) + row, pki.NOW, reason=[None, 4, 5][row % 3]) for row in range(600)
)
ODD = [
    pki.entry(5, pki.NOW, reason=4),
    pki.entry(1 << 100, pki.NOW),
    pki.entry(200, pki.NOW, reason=1, extra={lists.INVALIDITY: (False, generalized(pki.NOW))}),
    pki.entry((1 << 32) - 1, pki.datetime(2060, 2, 29), reason=6),
    pki.entry(1 << 32, pki.datetime(2024, 2, 29, 23, 59, 59)),
]
"""One of each kind: short, long, with an invalidityDate, after 2050, of five octets."""
REASON_CODE = oid(pki.REASON)


def utc(text: str) -> bytes:
    """Write a UTCTime of any text."""
    return tlv(0x17, text.encode())


TIME = utc("260101000000Z")


def outcome(body: bytes, *, fast: bool, piece: int = 1 << 20):
    """Give what is read, or the refusal: its kind, what it says, and the offset."""
    try:
        return lists.scanned(body, fast=fast, piece=piece)
    except ListRefusedError as refused:
        return type(refused), str(refused), getattr(refused, "offset", None)


@settings(max_examples=60, deadline=None)
@given(lists.entry_lists(), st.integers(1, 400))
def test_all_readers_agree_on_lists_of_mixed_shapes(entries, piece):
    """Fast, slow, in pieces of any size, `cryptography` and asn1crypto."""
    body = b"".join(entries)
    fast = lists.scanned(body)

    assert fast == lists.scanned(body, fast=False)
    assert fast == lists.scanned(body, piece=piece)
    assert lists.facts(fast) == lists.by_cryptography(lists.unsigned(body))
    assert lists.facts(fast) == lists.by_asn1crypto(lists.unsigned(body))


@settings(max_examples=12, deadline=None)
@given(
    lists.entry_lists(most=6), st.permutations(["run", "mixed", "none"]), st.integers(900, 1 << 17)
)
def test_odd_entries_among_thousands_of_usual_ones_are_read_alike(entries, usual, piece):
    """Where the fast reading stops and goes on, nothing is lost or read twice."""
    first, second, third = ({"run": RUN, "mixed": MIXED, "none": b""}[one] for one in usual)
    serials = {1 << 26, 1 << 27}
    odd = b"".join(entries)
    body = first + odd + second + third
    fast = lists.scanned(body, piece=piece)

    assert serials < set(fast)
    assert fast == lists.scanned(body, fast=False)
    assert lists.facts(fast) == lists.by_cryptography(lists.unsigned(body))


@pytest.mark.parametrize("entry", ODD, ids=lambda entry: entry.hex()[:24])
def test_any_octet_changed_is_refused_or_read_as_others_read_it(entry):
    """No octet of an entry is left unlooked at, in any shape."""
    chance = random.Random(entry)
    changes = [
        (at, value)
        for at in range(len(entry))
        for value in {0, 0xFF, entry[at] ^ 0x80, entry[at] + 1 & 0xFF, chance.randrange(256)}
    ]
    bodies = [entry[:at] + bytes((value,)) + entry[at + 1 :] for at, value in changes]
    outcomes = [outcome(body, fast=True) for body in bodies]

    assert outcomes == [outcome(body, fast=False) for body in bodies]
    read = [
        (body, found)
        for body, found in zip(bodies, outcomes, strict=True)
        if isinstance(found, dict)
    ]
    assert [lists.facts(found) for _, found in read] == [
        lists.by_cryptography(lists.unsigned(body)) for body, _ in read
    ]


@pytest.mark.parametrize("usual", [RUN, MIXED], ids=["one shape", "mixed shapes"])
def test_an_octet_changed_in_the_middle_of_thousands_is_seen(usual):
    """The blocks of the fast reading have no blind spot."""
    chance = random.Random(4)
    places = chance.sample(range(len(usual)), 40)
    bodies = [
        usual[:at] + bytes((usual[at] ^ 1 << chance.randrange(8),)) + usual[at + 1 :]
        for at in places
    ]

    assert [outcome(body, fast=True) for body in bodies] == [
        outcome(body, fast=False) for body in bodies
    ]


@settings(max_examples=80, deadline=None)
@given(
    lists.entry_lists(most=8),
    st.sampled_from([b"", RUN, MIXED]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=3),
    st.floats(0, 1),
    st.integers(1, 1 << 17),
)
def test_fast_and_slow_reading_refuse_at_the_same_place(entries, usual, changes, cut, piece):
    """Octets changed anywhere, cut off anywhere, in pieces of any size: the same words."""
    half = len(entries) // 2
    body = bytearray(b"".join(entries[half:]) + usual + b"".join(entries[:half]))
    for place, change in changes:
        body[int(place * len(body))] ^= change
    octets = bytes(body[: len(body) if cut > 0.5 else int(2 * cut * len(body))])
    # A long list in pieces of an octet would take minutes.
    piece = max(piece, len(octets) // 300)

    assert outcome(octets, fast=True, piece=piece) == outcome(octets, fast=False)


@pytest.mark.parametrize("every", [1, 2, 9, 100, 300, 1000])
def test_no_list_makes_the_fast_reading_look_at_its_octets_time_and_again(monkeypatch, every):
    """Entries of no usual shape, by themselves and among others, end each look ahead."""
    odd = {lists.UNKNOWN: (False, bytes(90))}
    body = b"".join(
        pki.entry((1 << 26) + row, pki.NOW, extra={} if row % every else odd)
        for row in range(6_000)
    )
    looked_at = []
    leap = entries._leap

    def counted(window, at, span):
        looked_at.append(min(span, len(window) - at))
        return leap(window, at, span)

    monkeypatch.setattr(entries, "_leap", counted)

    assert len(lists.scanned(body)) == 6_000
    assert sum(looked_at) < 4 * len(body)


def test_the_fast_reading_is_quick_again_soon_after_what_it_cannot_read(monkeypatch):
    """However far it looked ahead before, and however long nothing came of it."""
    for name, value in {"_WORTH_IT": 32, "_LEAST_SPAN": 1 << 11, "_SPAN": 1 << 14}.items():
        monkeypatch.setattr(entries, name, value)
    odd = {lists.UNKNOWN: (False, bytes(90))}
    rows = [
        pki.entry(
            (1 << 26) + row,
            pki.NOW,
            reason=[None, 4, 5][row % 3],
            extra=odd if 700 < row < 1500 and row % 10 == 0 else {},
        )
        for row in range(2_200)
    ]
    walked = []
    walk = entries._walk

    def counted(window, at):
        found, after = walk(window, at)
        walked.append((at, len(found)))
        return found, after

    monkeypatch.setattr(entries, "_walk", counted)

    assert len(lists.scanned(b"".join(rows))) == 2_200
    behind = sum(map(len, rows[:1500]))
    assert sum(count for at, count in walked if at >= behind) < 100


@given(lists.entry_lists())
def test_an_entry_is_usual_when_the_fast_reading_takes_it(found):
    """Whoever reads it: what is not usual is bounded."""
    for entry in found:
        shape = shape_of(entry[1], entry[3]) if entry[1] < 0x80 else None
        taken = shape is not None and not shape.read(np.frombuffer(entry, "u1")).odd[0]
        assert is_usual(entry) == taken


LARGE = {lists.UNKNOWN: (False, bytes(110))}
SMALL = {lists.UNKNOWN: (False, b"")}
PATTERNS = {
    "each by itself": [LARGE],
    "few at a time": [SMALL, {}, SMALL, LARGE],
    "many at a time": [SMALL, {}, SMALL, {}, {}] * 4,
    "all": [SMALL],
}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_octets_of_entries_of_no_usual_shape_are_bounded(monkeypatch, pattern):
    """However they lie among others, which are not counted."""
    extras = pattern * 20
    found = [
        pki.entry((1 << 26) + row, pki.NOW, [None, 4][row % 2] if not extra else None, extra)
        for row, extra in enumerate(extras)
    ]
    odd = sum(len(entry) for entry, extra in zip(found, extras, strict=True) if extra)
    monkeypatch.setattr(entries, "MOST_ODD", odd)
    assert len(lists.scanned(b"".join(found))) == len(found)

    monkeypatch.setattr(entries, "MOST_ODD", odd - 1)
    with pytest.raises(ListUnusableError, match=f"more than {odd - 1} octets"):
        lists.scanned(b"".join(found))
    assert len(lists.scanned(b"".join(found), fast=False)) == len(found)


def test_long_extensions_take_no_memory_when_they_are_read():
    """However many entries have them, each other ones."""
    size, count = 10_000, 500
    body = b"".join(
        pki.entry(1 + row, pki.NOW, extra={lists.UNKNOWN: (False, row.to_bytes(size))})
        for row in range(count)
    )

    assert peak_of(lambda: lists.scanned(body, piece=1 << 16)) < size * count


def test_every_day_and_hour_is_read_as_the_calendar_has_it():
    """All days of a century of two digits, and all that never were; at every hour of one month."""
    days = itertools.product(range(100), range(20), range(40), [23], [59])
    hours = itertools.product([24], [2], [1, 29, 30], range(30), range(60))
    asked = [*days, *hours]
    shape = shape_of(len(pki.entry(5)) - 2, 1)
    head, tail = pki.entry(5)[:-13], b"59Z"
    texts = [b"%02d%02d%02d%02d%02d" % one + tail for one in asked]
    blocks = [texts[at : at + BLOCK] for at in range(0, len(texts), BLOCK)]
    read = [
        shape.read(np.frombuffer(b"".join(head + one for one in some), "u1")) for some in blocks
    ]
    found = [
        None if odd else int(when)
        for block in read
        for odd, when in zip(block.odd, block.when, strict=True)
    ]

    assert found == [seconds(*one) for one in asked]


def seconds(year, month, day, hour, minute):
    """Give seconds from 1950 to a minute's last second, None for one that never was."""
    try:
        full = year + (1900 if year >= 50 else 2000)
        moment = pki.datetime(full, month, day, hour, minute, 59, tzinfo=UTC)
    except ValueError:
        return None
    return seconds_of(moment)


REFUSED = {
    "serial number 0": (ListUnreadableError, pki.entry(0)),
    "a negative serial number": (ListUnreadableError, pki.entry(-5)),
    "a serial number of 21 octets": (ListUnreadableError, pki.entry(1 << 161)),
    "a padded serial number": (ListUnreadableError, seq(b"\x02\x02\x00\x05", TIME)),
    "a padded length": (ListUnreadableError, b"\x30\x81\x12" + pki.entry(5)[2:]),
    "an indefinite length": (ListUnreadableError, b"\x30\x80" + pki.entry(5)[2:] + b"\0\0"),
    "30 February": (ListUnreadableError, seq(integer(5), utc("260230000000Z"))),
    "29 February of no leap year": (ListUnreadableError, seq(integer(5), utc("250229000000Z"))),
    "month 13": (ListUnreadableError, seq(integer(5), utc("261301000000Z"))),
    "month 0": (ListUnreadableError, seq(integer(5), utc("260001000000Z"))),
    "day 0": (ListUnreadableError, seq(integer(5), utc("260100000000Z"))),
    "24 o'clock": (ListUnreadableError, seq(integer(5), utc("260101240000Z"))),
    "a 60th minute": (ListUnreadableError, seq(integer(5), utc("260101006000Z"))),
    "a leap second": (ListUnreadableError, seq(integer(5), utc("261231235960Z"))),
    "no seconds": (ListUnreadableError, seq(integer(5), utc("2601010000Z"))),
    "an offset from UTC": (ListUnreadableError, seq(integer(5), utc("260101000000+0900"))),
    "GeneralizedTime before 2050": (
        ListUnreadableError,
        seq(integer(5), generalized(pki.NOW)),
    ),
    "a fraction of a second": (
        ListUnreadableError,
        seq(integer(5), tlv(0x18, b"20600101000000.5Z")),
    ),
    "reason 7": (ListUnreadableError, pki.entry(5, reason=7)),
    "reason 11": (ListUnreadableError, pki.entry(5, reason=11)),
    "reason as INTEGER": (
        ListUnreadableError,
        pki.entry(5, extra={pki.REASON: (False, integer(1))}),
    ),
    "removeFromCRL": (ListUnusableError, pki.entry(5, reason=8)),
    "an unknown critical extension": (
        ListUnusableError,
        pki.entry(5, extra={lists.UNKNOWN: (True, NULL)}),
    ),
    "another issuer's certificate": (
        ListUnusableError,
        pki.entry(5, extra={"2.5.29.29": (True, seq(tlv(0xA4, pki.ca_name(lists.CA.kind))))}),
    ),
    "invalidityDate as UTCTime": (
        ListUnreadableError,
        pki.entry(5, extra={lists.INVALIDITY: (False, utc("260101000000Z"))}),
    ),
    "an extension twice": (
        ListUnreadableError,
        seq(integer(5), TIME, seq(*[seq(REASON_CODE, octets(enumerated(1)))] * 2)),
    ),
    "critical FALSE, written out": (
        ListUnreadableError,
        seq(integer(5), TIME, seq(seq(REASON_CODE, b"\x01\x01\x00", octets(enumerated(1))))),
    ),
    "no extension in its extensions": (ListUnreadableError, seq(integer(5), TIME, seq())),
    "a fourth field": (ListUnreadableError, seq(integer(5), TIME, NULL)),
    "no date": (ListUnreadableError, seq(integer(5))),
    "no SEQUENCE": (ListUnreadableError, tlv(0x31, integer(5), TIME)),
    "an octet behind the last entry": (ListUnreadableError, pki.entry(5) + b"\x00"),
    "a serial number twice": (ListUnusableError, pki.entry(5) + pki.entry(6) + pki.entry(5)),
    "a long serial number twice": (ListUnusableError, pki.entry(1 << 90) * 2),
    "a serial number twice, in two forms": (
        ListUnusableError,
        pki.entry(7) + pki.entry(7, extra={lists.INVALIDITY: (False, generalized(pki.NOW))}),
    ),
    "an entry of 70,000 octets": (
        ListUnreadableError,
        pki.entry(5, extra={lists.UNKNOWN: (False, utf8("x" * MAX_ENTRY))}),
    ),
}


@pytest.mark.parametrize(("kind", "entry"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("before", [b"", RUN, MIXED], ids=["alone", "after one shape", "mixed"])
def test_what_rfc_5280_does_not_allow_is_refused(kind, entry, before):
    """In every form an entry can be wrong, by the fast reading as by the slow one."""
    with pytest.raises(kind):
        lists.scanned(before + entry)
    with pytest.raises(kind):
        lists.scanned(entry, fast=False)


@pytest.mark.parametrize("cut", range(1, 37))
def test_a_list_that_ends_within_an_entry_is_refused(cut):
    """Wherever it ends."""
    with pytest.raises(ListUnreadableError):
        lists.scanned(RUN[:-cut])


def test_an_error_says_where_in_the_list_it_is():
    """The offset is that of the octet that is wrong, however far behind."""
    body = RUN + seq(integer(5), utc("260230000000Z"))

    with pytest.raises(ListUnreadableError) as refused:
        lists.scanned(body, piece=1000)

    assert refused.value.offset == len(RUN) + 2 + 3 + 2

"""The file of an index: what is written is found again, and what cannot have been is refused."""

from dataclasses import replace
from tempfile import TemporaryFile

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jpki.revocation.columns import Columns, no_columns
from jpki.revocation.errors import DamagedIndexError
from jpki.revocation.layout import BUCKETS, Contents, read, write
from jpki.revocation.lookup import CaIndex

HIGHEST = (1 << 32) - 1
SERIALS = st.one_of(
    st.integers(1, HIGHEST),
    st.integers(1, 300),
    st.integers(HIGHEST - 70_000, HIGHEST),
    # What lies at the end of one bucket and at the beginning of the next.
    st.builds(lambda bucket, off: (bucket << 16) + off, st.integers(1, 9), st.integers(-2, 2)),
)


def contents_of(serials) -> Contents:
    serial = np.array(sorted(serials), np.uint32)
    rows = np.arange(len(serial))
    columns = Columns(
        serial, rows.astype(np.uint32), (rows % 7).astype(np.uint16), no_columns().long
    )
    return Contents.of(b"name", b"key", {}, columns)


def written(contents: Contents) -> bytes:
    with TemporaryFile() as file:
        write(file, contents)
        file.seek(0)
        return file.read()


@settings(max_examples=150, deadline=None)
@given(st.sets(SERIALS, max_size=30), st.sets(SERIALS, max_size=30))
@example({1, HIGHEST}, {0, 2, HIGHEST - 1})
@example(set(), {0, 1, HIGHEST})
@example({0xFFFF, 0x10000}, {0xFFFE, 0x10001, 0x20000})
def test_who_is_in_the_file_is_found_and_nobody_else(serials, others):
    found = read(memoryview(written(contents_of(serials))))
    index = CaIndex(found)

    assert found.columns().serial.tolist() == sorted(serials)
    for row, serial in enumerate(sorted(serials)):
        ((_, entry),) = index.find(serial)
        assert (entry.revoked_at.timestamp() - row) % 86400 == 0
    for serial in others - serials:
        assert index.find(serial) == []
    asked = np.array(sorted(serials | others), np.uint32)
    assert index.listed(asked).tolist() == [one in serials for one in asked.tolist()]


@pytest.mark.parametrize("kind", [np.int64, np.uint64, np.int32, np.float64])
def test_numbers_of_another_type_are_refused_and_not_misread(kind):
    """Of signed ones, as NumPy and pandas make them, those below the first counted from the end."""
    index = CaIndex(read(memoryview(written(contents_of(range(1000, 1016))))))

    with pytest.raises(TypeError, match="uint32"):
        index.listed(np.array([988], kind))


@pytest.mark.parametrize("count", [10_000, 100_000])
def test_serial_numbers_of_a_counter_take_less_than_ten_octets(count):
    """So many as JPKI has issued of a kind, of which some thousands are revoked."""
    serials = np.linspace(1 << 24, 200_000_000, count, dtype=np.uint32)

    assert len(written(contents_of(serials))) < 10 * count


def test_no_octet_can_be_changed_unnoticed():
    """What fills up between sections included."""
    whole = bytearray(written(contents_of([0x10001, 0x20003])))
    taken = []
    for at in range(len(whole)):
        whole[at] ^= 1
        try:
            taken.append(read(memoryview(bytes(whole))))
        except DamagedIndexError:
            whole[at] ^= 1

    assert not taken
    assert read(memoryview(bytes(whole)))


FORGED = {
    "no bucket": [],
    "only the first bucket": [0x10],
    "buckets behind the last there is": [BUCKETS - 1, 0, 1, 3],
    "rows before the first bucket": [0x10, 1, 3],
    "rows out of order": [0x10, 0, 3, 2, 3],
    "fewer rows than entries": [0x10, 0, 2],
    "more rows than entries": [0x10, 0, 4],
}


@pytest.mark.parametrize("starts", FORGED.values(), ids=FORGED)
def test_rows_that_cannot_be_are_refused_though_the_checksum_is_right(starts):
    whole = contents_of([0x100001, 0x100002, 0x100003])
    forged = replace(whole, starts=np.array(starts, np.uint32))

    assert read(memoryview(written(whole))).starts.tolist() == [0x10, 0, 3]
    with pytest.raises(DamagedIndexError):
        read(memoryview(written(forged)))


def test_serial_numbers_out_of_order_are_refused_though_the_checksum_is_right():
    """Where a search would go past whom it looks for."""
    whole = contents_of([0x10001, 0x10005, 0x20003, 0x20004])

    assert len(read(memoryview(written(whole))).low) == 4
    for low in ([5, 1, 3, 4], [1, 5, 4, 3]):
        with pytest.raises(DamagedIndexError, match="serial numbers out of order"):
            read(memoryview(written(replace(whole, low=np.array(low, np.uint16)))))

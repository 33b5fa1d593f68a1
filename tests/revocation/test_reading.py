"""A whole list: header, extensions, signature, and what forbids using it."""

import io
import random
import subprocess
import sys
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from cryptography import x509

from jpki.revocation import (
    ListRefusedError,
    ListUnreadableError,
    ListUntrustedError,
    ListUnusableError,
    entries,
    read_list,
    reading,
)
from jpki.revocation.reading import _Digest
from jpki.verify import CrlSource, Kind
from jpki.verify.anchors import Anchor
from tests.revocation import lists
from tests.support import pki
from tests.support.asn1 import NULL, bits, implicit, integer, seq
from tests.support.big_lists import big_list

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
HERE = pki.full_name(pki.point_name(Kind.SIGN))
TRUE = b"\xff"
LARGE = reading.PIECE // 37 + 1
"""Entries of a list that is digested in threads."""


def scope(*parts, critical=True):
    return {pki.ISSUING_POINT: (critical, seq(*parts))}


UNUSABLE = {
    "of version 1": pki.crl(
        SIGN, version=None, point=None, drop=[pki.AUTHORITY_KEY, pki.CRL_NUMBER]
    ),
    "without nextUpdate": pki.crl(SIGN, next_update=None),
    "whose time ends before it begins": pki.crl(SIGN, next_update=pki.NOW - pki.DAY),
    "without cRLNumber": pki.crl(SIGN, drop=[pki.CRL_NUMBER]),
    "with a critical cRLNumber": pki.crl(SIGN, change={pki.CRL_NUMBER: (True, integer(7))}),
    "without authorityKeyIdentifier": pki.crl(SIGN, drop=[pki.AUTHORITY_KEY]),
    "with a critical authorityKeyIdentifier": pki.crl(
        SIGN, change={pki.AUTHORITY_KEY: (True, pki.authority_key(SIGN))}
    ),
    "naming another key": pki.crl(
        SIGN, change={pki.AUTHORITY_KEY: (False, pki.authority_key(SIGN, key_id=b"x" * 20))}
    ),
    "whose scope is not critical": pki.crl(SIGN, change=scope(HERE, critical=False)),
    "with an unknown critical extension": pki.crl(SIGN, change={lists.UNKNOWN: (True, NULL)}),
    "delta": pki.crl(SIGN, change={"2.5.29.27": (True, integer(6))}),
    "delta, not critical": pki.crl(SIGN, change={"2.5.29.27": (False, integer(6))}),
    "indirect": pki.crl(SIGN, change=scope(HERE, implicit(4, TRUE))),
    "with two algorithms": pki.crl(SIGN, outer_algorithm=pki.SHA1_WITH_RSA),
}
UNTRUSTED = {
    "signed by somebody else": pki.crl(SIGN, signed_by=pki.key("somebody")),
    "of another generation": pki.crl(pki.ca(Kind.SIGN, 3)),
    "of the other authority": pki.crl(AUTH),
    "with a weak algorithm": pki.crl(
        SIGN, inner_algorithm=pki.SHA1_WITH_RSA, outer_algorithm=pki.SHA1_WITH_RSA
    ),
    "changed after it was signed": pki.crl(SIGN, pki.entry(0x55555)).replace(
        b"\x05\x55\x55", b"\x05\x55\x56"
    ),
}
WHOLE = pki.crl(SIGN, pki.entry(5, reason=4))
UNREADABLE = {
    "empty": b"",
    "no list": b"no list",
    "a certificate": SIGN.der,
    "with octets left over": WHOLE + b"\x00",
    "cut short": WHOLE[:-1],
    "with an empty revokedCertificates": pki.crl(SIGN, b""),
    "with an empty scope": pki.crl(SIGN, change=scope()),
    "of version 3": pki.crl(SIGN, version=2),
    "with a negative cRLNumber": pki.crl(SIGN, number=-1),
    "a header of 70,000 octets": seq(seq(integer(1), seq(b"\x05\x00" * 35000), seq())),
}


@pytest.mark.parametrize(
    ("kind", "der"),
    [
        *((ListUnusableError, der) for der in UNUSABLE.values()),
        *((ListUntrustedError, der) for der in UNTRUSTED.values()),
        *((ListUnreadableError, der) for der in UNREADABLE.values()),
    ],
    ids=[*UNUSABLE, *UNTRUSTED, *UNREADABLE],
)
def test_a_list_that_may_not_serve_is_refused(kind, der):
    """Strictly, by what RFC 5280 demands of its issuer, and with the kind of the refusal."""
    with pytest.raises(kind):
        lists.read(der)


@pytest.mark.parametrize(
    "der",
    [
        pki.crl(SIGN),
        pki.crl(SIGN, point=None),
        WHOLE,
        pki.crl(SIGN, change=scope(HERE, implicit(1, TRUE))),
        pki.crl(SIGN, change={lists.UNKNOWN: (False, NULL)}),
        big_list(SIGN, lists.serials_of(5000), plain_every=7),
        big_list(SIGN, lists.serials_of(30_000)),
    ],
    ids=["empty", "whole CA", "one", "holders", "unknown extension", "5,000", "in pieces"],
)
def test_a_list_that_may_serve_is_read_as_the_verifier_reads_it(der):
    """Everything a report shows is as from the list itself."""
    (whole,) = CrlSource.load([der]).lists
    found = lists.read(der)
    framed = found.parsed

    assert lists.as_dict(found.columns) == dict(whole.entries)
    assert (framed.sha256, framed.number, framed.scope) == (whole.sha256, whole.number, whole.scope)
    assert (framed.this_update, framed.next_update) == (whole.this_update, whole.next_update)
    framed.authenticate(lists.ANCHOR.key)


def test_the_key_that_signed_is_found_among_several():
    """Generations of a CA share one name."""
    third = Anchor.load(pki.ca(Kind.SIGN, 3).der)
    found = lists.read(pki.crl(pki.ca(Kind.SIGN, 3)), lists.ANCHOR, third)

    assert found.issuer is third


def test_any_octet_of_header_and_tail_changed_is_refused_or_read_as_others_read_it():
    """Signed again after the change, so that strictness alone is asked."""
    tbs = x509.load_der_x509_crl(WHOLE).tbs_certlist_bytes
    chance = random.Random(7)
    places = chance.sample(range(len(tbs)), 120)
    changed = [
        tbs[:at] + bytes((tbs[at] ^ 1 << chance.randrange(8),)) + tbs[at + 1 :] for at in places
    ]
    ders = [seq(one, pki.SHA256_WITH_RSA, bits(pki.sign(SIGN.key, one))) for one in changed]
    read = [(der, found) for der in ders if (found := read_or_none(der))]

    assert len(read) < len(ders) / 2
    assert [lists.facts(lists.as_dict(found.columns)) for _, found in read] == [
        lists.by_cryptography(der) for der, _ in read
    ]
    assert [shown(found) for _, found in read] == [shown_by_cryptography(der) for der, _ in read]


def read_or_none(der):
    """Give what is read, None for what is refused."""
    try:
        return lists.read(der)
    except ListRefusedError:
        return None


def shown(found):
    framed = found.parsed
    return framed.number, framed.this_update, framed.next_update


def shown_by_cryptography(der):
    found = x509.load_der_x509_crl(der)
    number = found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    return number, found.last_update_utc, found.next_update_utc


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda der: der.replace(b"\x17\x0d26", b"\x17\x0d2x", 1), b"\x17\x0d2x"),
        (lambda der: der.replace(b"\x55\x1d\x14", b"\x55\x1d\x80", 1), b"\x55\x1d\x80"),
    ],
    ids=["before the entries", "behind them"],
)
def test_an_error_says_where_in_the_list_it_is(change, place):
    """Also where header and tail are read apart from the entries between them."""
    der = change(pki.crl(SIGN, pki.entry(5), pki.entry(6)))

    with pytest.raises(ListUnreadableError) as refused:
        lists.read(der)

    assert der.index(place) <= refused.value.offset < der.index(place) + 8


def test_entries_of_no_usual_shape_are_bounded(monkeypatch):
    """A list that would have to be read entry by entry for minutes is refused before."""
    monkeypatch.setattr(entries, "MOST_ODD", 300)
    odd = {lists.UNKNOWN: (False, NULL)}

    with pytest.raises(ListUnusableError, match="more than 300 octets of entries"):
        lists.read(pki.crl(SIGN, *(pki.entry(serial, extra=odd) for serial in range(1, 12))))


def test_a_file_that_grows_while_it_is_read_is_refused():
    """What is behind the end of the list was not looked at."""
    with pytest.raises(ListUnreadableError, match="goes on behind its end"):
        read_list(io.BytesIO(WHOLE + b"x"), len(WHOLE), [lists.ANCHOR])


def test_a_list_may_be_read_while_another_is():
    """A stream may read what it likes when it is asked: each has buffers of its own."""
    here, there = pki.crl(SIGN, pki.entry(5)), pki.crl(SIGN, pki.entry(6))

    class Reading(io.BytesIO):
        def readinto(self, buffer):
            count = super().readinto(buffer)
            inner.append(lists.read(there).columns.serial.tolist())
            return count

    inner = []
    found = read_list(Reading(here), len(here), [lists.ANCHOR])

    assert found.columns.serial.tolist() == [5]
    assert inner
    assert all(one == [6] for one in inner)


def test_a_stream_may_give_less_than_there_is_room_for():
    """As a pipe does: the list is the same."""

    class Dripping(io.BytesIO):
        def readinto(self, buffer):
            return super().readinto(buffer[:7])

    der = pki.crl(SIGN, pki.entry(5), pki.entry(6))

    assert lists.as_dict(
        read_list(Dripping(der), len(der), [lists.ANCHOR]).columns
    ) == lists.as_dict(lists.read(der).columns)


@pytest.mark.parametrize(
    ("left", "words"),
    [(0, f"the list needs {len(WHOLE)} bytes more"), (100, "the list ends within its header")],
)
def test_a_file_that_shrinks_while_it_is_read_is_refused_as_such(left, words):
    """What there is no more of is not said to be too long."""
    with pytest.raises(ListUnreadableError, match=words):
        read_list(io.BytesIO(WHOLE[:left]), len(WHOLE), [lists.ANCHOR])


_FORKING = """
import io, os, sys
from pathlib import Path
from jpki.revocation import read_list
from jpki.verify.anchors import Anchor

here, there = (Path(place).read_bytes() for place in sys.argv[1:3])
anchors = [Anchor.load(Path(sys.argv[3]).read_bytes())]

def read(stream):
    return read_list(stream, len(here), anchors).columns.serial.tolist()

class Forking(io.BytesIO):
    def readinto(self, buffer):
        count = super().readinto(buffer)
        if not os.fork():
            os._exit(read(io.BytesIO(there))[0])
        seen.append(os.waitstatus_to_exitcode(os.wait()[1]))
        return count

seen = []
print(read(Forking(here)), seen)
"""


def test_a_process_that_is_forked_meanwhile_reads_into_memory_of_its_own(tmp_path):
    """What one reads, the other must not digest or scan."""
    files = {
        "here": pki.crl(SIGN, pki.entry(5)),
        "there": pki.crl(SIGN, pki.entry(6)),
        "ca": SIGN.der,
    }
    for name, octets in files.items():
        (tmp_path / name).write_bytes(octets)
    command = [sys.executable, "-c", _FORKING, *(tmp_path / name for name in files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout == "[5] [6, 6]\n"


_FORKED = """
import io, os, sys
from pathlib import Path
from jpki.revocation import read_list
from jpki.verify.anchors import Anchor

der = Path(sys.argv[1]).read_bytes()
anchors = [Anchor.load(Path(sys.argv[2]).read_bytes())]

def read():
    return len(read_list(io.BytesIO(der), len(der), anchors).columns)

before = read()
if not os.fork():
    os._exit(read() == before)
print(before, os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_child_forked_afterwards_digests_with_threads_of_its_own(tmp_path):
    """Those of its parent are not there: it would wait for them for ever."""
    (tmp_path / "list").write_bytes(big_list(SIGN, lists.serials_of(LARGE)))
    (tmp_path / "ca").write_bytes(SIGN.der)
    command = [sys.executable, "-c", _FORKED, tmp_path / "list", tmp_path / "ca"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout == f"{LARGE} 1\n"


_OUTLIVED = """
import sys, threading
from pathlib import Path
from jpki.revocation import read_list
from jpki.verify.anchors import Anchor

def read():
    threading.main_thread().join()
    size = Path(sys.argv[1]).stat().st_size
    with Path(sys.argv[1]).open("rb") as stream:
        print(len(read_list(stream, size, [Anchor.load(Path(sys.argv[2]).read_bytes())]).columns))

threading.Thread(target=read).start()
"""


def test_a_thread_reads_lists_when_the_main_thread_has_ended(tmp_path):
    """No more threads are begun then to digest them."""
    (tmp_path / "list").write_bytes(big_list(SIGN, lists.serials_of(LARGE)))
    (tmp_path / "ca").write_bytes(SIGN.der)
    command = [sys.executable, "-c", _OUTLIVED, tmp_path / "list", tmp_path / "ca"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)

    assert (done.stdout, done.stderr) == (f"{LARGE}\n", "")


def test_what_a_thread_was_given_is_digested_before_what_it_takes_no_more():
    """It may be behind when no other can be begun."""
    pool, held = ThreadPoolExecutor(1), threading.Event()
    pool.submit(held.wait)
    digest = _Digest(pool)
    digest.update(memoryview(b"first"))
    pool.shutdown(wait=False)
    threading.Timer(0.1, held.set).start()
    digest.update(memoryview(b"second"))

    assert digest.digest() == sha256(b"firstsecond").digest()


def test_threads_that_read_lists_leave_none_behind_when_they_end():
    """Though refusals are kept, and what read the list is in their tracebacks."""
    der = big_list(SIGN, lists.serials_of(LARGE))
    broken = [der[:100_000] + b"\x05" + der[100_001:], der[:-1] + bytes((der[-1] ^ 1,))]
    before, kept = set(threading.enumerate()), []

    def read(one):
        try:
            lists.read(one)
        except ListRefusedError as refused:
            kept.append(refused)

    readers = [threading.Thread(target=read, args=(one,)) for one in broken]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    left = set(threading.enumerate()) - before
    for each in left:
        each.join(timeout=5)

    assert len(kept) == len(broken)
    assert not [each for each in left if each.is_alive()]


def test_reading_takes_less_memory_than_the_list(tmp_path, monkeypatch):
    """The columns and a few pieces, however large the file: it is never there as a whole."""
    monkeypatch.setattr(reading, "PIECE", 1 << 16)
    path = tmp_path / "large.crl"
    size = path.write_bytes(big_list(SIGN, lists.serials_of(400_000), plain_every=9))
    tracemalloc.start()
    with path.open("rb", buffering=0) as file:
        found = read_list(file, size, [lists.ANCHOR])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.frame.entries == 400_000
    assert peak < size

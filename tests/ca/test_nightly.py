"""A night's lists: as a stream, signed anew where nothing changed, and swept after a crash."""

import errno
import os
import re
from datetime import timedelta
from io import BytesIO

import pytest
from cryptography import x509 as pyca
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from jpki.ca import Archive, Authority, Register, make_list, plan_night, publish_night
from jpki.ca.atomic import Draft
from jpki.ca.errors import CaError, KeyFileError, ListFileError
from jpki.ca.listfile import open_list
from jpki.ca.lists import ListFrame, write_list
from jpki.ca.publishing import publish_together
from jpki.ca.spooling import spool
from jpki.profiles import Kind, RevocationReason

from . import reading
from .citizens import DAY, KIYOSE, NOON
from .nights import (
    HOLD,
    NAMES,
    ON_SQLITE,
    PLACES,
    contents,
    copy,
    issue,
    night,
    published_number,
)

DATABASES = ["sqlite", "postgresql"]

HOUR = timedelta(hours=1)
MOVED = RevocationReason.AFFILIATION_CHANGED


def test_a_night_publishes_every_place_and_the_whole(filled, directory):
    """Under the names they always have; and the plan says how many."""
    assert plan_night(filled, moment=NOON).lists == 4
    assert night(filled, directory, NOON) == dict.fromkeys(NAMES, True)
    assert sorted(contents(directory)) == NAMES


@pytest.mark.parametrize(("now", "date"), [(3, 3), (1, 0)], ids=["meanwhile", "clock set back"])
def test_whoever_publishes_meanwhile_is_not_gone_behind(filled, directory, monkeypatch, now, date):
    """The rest of the night is of the present: a higher number has no earlier date.

    With a clock set back the present is earlier than those lists, and the night keeps its date.
    """
    monkeypatch.setattr("jpki.ca.nightly.TOGETHER", 1)
    begun = publish_night(filled, directory, moment=NOON, clock=lambda: NOON + now * HOUR)
    first = next(begun)
    by_hand = list(publish_night(filled, directory, moment=NOON + 2 * HOUR))
    rest = list(begun)

    assert [each.record.number for each in (first, *by_hand, *rest)] == [1, 2, 1, 1, 1, 2, 2, 2]
    assert {each.record.this_update for each in rest} == {NOON + date * HOUR}
    lists = map(pyca.load_der_x509_crl, contents(directory).values())
    assert {each.last_update_utc for each in lists} == {NOON + 2 * HOUR, NOON + date * HOUR}


def test_a_key_that_came_meanwhile_is_not_gone_behind_either(filled, keys, directory, monkeypatch):
    """The numbers of a scope are those of all keys, also of one the run did not know."""
    monkeypatch.setattr("jpki.ca.nightly.TOGETHER", 1)
    night(filled, directory, NOON)
    begun = publish_night(filled, directory, moment=NOON + HOUR, clock=lambda: NOON + 4 * HOUR)
    next(begun)
    filled.add_generation(keys[2], moment=NOON + 2 * HOUR)
    assert len(night(filled, directory, NOON + 3 * HOUR, only_due=True)) == 4
    list(begun)

    with filled.register.reading() as asked:
        scopes = [asked.lists(Kind.SIGN, scope) for scope in (*(p.code for p in PLACES), "")]
    dates = [[row.this_update - NOON for row in rows] for rows in scopes]
    assert [row.generation for row in scopes[1]] == [1, 2, 1]
    assert dates == [[0 * HOUR, HOUR, 3 * HOUR]] + [[0 * HOUR, 3 * HOUR, 4 * HOUR]] * 3


def test_a_night_made_good_is_of_the_present_as_soon_as_one_key_has_a_later_list(
    filled, keys, directory
):
    """Of two, one was made while the clock stood later still: it cannot be come behind."""
    night(filled, directory, NOON + 5 * HOUR)
    filled.add_generation(keys[2], moment=NOON + HOUR)
    make_list(filled, None, moment=NOON + 2 * HOUR, generation=2)

    made = publish_night(filled, directory, moment=NOON + HOUR, clock=lambda: NOON + 3 * HOUR)

    full = [each.record for each in made if each.record.municipality is None]
    assert [each.this_update - NOON for each in full] == [3 * HOUR] * 2


def test_the_last_number_of_every_scope_and_key_is_had_at_once(filled, keys, directory):
    """Of those that have a list, and of the keys that are asked about."""
    night(filled, directory, NOON)
    filled.add_generation(keys[2], moment=NOON + HOUR)
    make_list(filled, PLACES[0], moment=NOON + 2 * HOUR, generation=2)

    with filled.register.reading() as asked:
        both = asked.last_numbers_by_key(Kind.SIGN, [1, 2])
        new = asked.last_numbers_by_key(Kind.SIGN, [2])

    assert new == {(PLACES[0].code, 2): 2}
    assert both == new | {(scope, 1): 1 for scope in ("", *(place.code for place in PLACES))}


def test_lists_of_the_future_do_not_count_for_a_night(filled, directory):
    """The clock was set back: what is out has a date that is yet to come."""
    night(filled, directory, NOON + 2 * HOUR)

    made = night(filled, directory, NOON + HOUR, since=NOON)

    assert len(made) == 4
    assert night(filled, directory, NOON + HOUR, since=NOON) == {}


def test_what_others_made_meanwhile_is_not_due_any_more(filled, directory):
    """Between the look and the turn: a day's lists are made once."""
    late, later, latest = (NOON + DAY + number * HOUR for number in range(3))
    night(filled, directory, NOON)
    begun = publish_night(filled, directory, moment=late, only_due=True, clock=lambda: latest)
    by_hand = list(publish_night(filled, directory, moment=later, only_due=True))

    assert (len(by_hand), list(begun)) == (4, [])


def test_a_key_whose_time_is_over_signs_no_night_that_is_made_good(filled, keys, directory):
    """Nor does anything else of it come to an end: the new key's lists are out."""
    filled.add_generation(keys[2], moment=NOON + DAY)
    old, new = filled.generations
    night(filled, directory, NOON + 2 * DAY)
    late = old.not_after + DAY

    made = list(publish_night(filled, directory, moment=NOON + DAY, clock=lambda: late))

    assert {(each.record.generation, each.record.this_update) for each in made} == {
        (new.number, late)
    }


@pytest.mark.parametrize(("together", "memory"), [(1, 0), (4, 100), (5, 1 << 20)])
def test_how_many_come_out_together_changes_nothing(
    filled, keys, directory, monkeypatch, *, together, memory
):
    """Nor whether entries lie in memory or in a file meanwhile."""
    filled.add_generation(keys[2], moment=NOON)
    monkeypatch.setattr("jpki.ca.nightly.TOGETHER", together)
    monkeypatch.setattr("jpki.ca.nightly._IN_MEMORY", memory)

    made = list(publish_night(filled, directory, moment=NOON))
    assert sorted(contents(directory)) == sorted([*NAMES, *(n.replace("g1", "g2") for n in NAMES)])
    assert [each.record.number for each in made] == [1, 2] * 4
    assert [each.record.entries for each in made] == [2] * 6 + [6] * 2
    assert all(len(reading.entries(each.path.read_bytes())) == each.record.entries for each in made)


def test_when_one_cannot_be_signed_none_of_those_together_come_out(filled, keys, directory):
    """The old ones stay, nothing is left half written, and the next night does it."""
    night(filled, directory, NOON)
    before = contents(directory)
    key, left = keys[0], [2]

    def fail(digest):
        left[0] -= 1
        if not left[0]:
            raise KeyFileError("the key is damaged")
        return type(key).sign_digest(key, digest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key, "sign_digest", fail)
        with pytest.raises(KeyFileError, match="damaged"):
            night(filled, directory, NOON + DAY)
    assert contents(directory) == before
    made = publish_night(filled, directory, moment=NOON + DAY)
    assert [each.record.number for each in made] == [3, 3, 3, 2]


def test_what_lies_in_one_lists_place_keeps_no_other_back(filled, directory, monkeypatch):
    """It is told at the end, and no number is spent on a list that cannot come out."""
    monkeypatch.setattr("jpki.ca.nightly.TOGETHER", 1)
    night(filled, directory, NOON)
    taken = directory / NAMES[1]
    taken.unlink()
    taken.mkdir()

    begun = publish_night(filled, directory, moment=NOON + DAY)
    made = [next(begun).path.name for _ in range(3)]
    with pytest.raises(CaError, match=rf"{taken} is a directory: take it away"):
        next(begun)

    assert made == [name for name in NAMES if name != taken.name]
    assert [published_number(directory / name) for name in NAMES] == [2, 0, 2, 2]
    with filled.register.reading() as asked:
        assert asked.last_numbers(Kind.SIGN, [KIYOSE.code]) == {KIYOSE.code: 1}


def test_a_list_that_the_system_does_not_let_out_keeps_no_other_back(
    filled, directory, monkeypatch
):
    """Those behind it come out, and the error names the file, not a draft that is gone."""
    night(filled, directory, NOON)
    take_place, stuck = Draft.take_place, directory / NAMES[1]

    def refused(draft):
        if draft.target == stuck:
            raise PermissionError(errno.EPERM, "Operation not permitted", str(draft.path))
        take_place(draft)

    monkeypatch.setattr(Draft, "take_place", refused)
    with pytest.raises(CaError, match=rf"{stuck}: Operation not permitted"):
        night(filled, directory, NOON + DAY)

    assert [published_number(directory / name) for name in NAMES] == [2, 1, 2, 2]
    assert sorted(contents(directory)) == NAMES


def test_whoever_is_slow_does_not_take_a_newer_lists_place(filled, directory, monkeypatch):
    """Somebody else's, signed, on record and out by then."""

    def slowly(*args, **options):
        monkeypatch.setattr("jpki.ca.nightly.publish_together", publish_together)
        night(filled, directory, NOON + HOUR)
        return publish_together(*args, **options)

    monkeypatch.setattr("jpki.ca.nightly.publish_together", slowly)
    monkeypatch.setattr("jpki.ca.nightly.TOGETHER", 4)
    made = list(publish_night(filled, directory, moment=NOON))

    assert [published_number(directory / name) for name in NAMES] == [2] * 4
    assert [each.is_out for each in made] == [False] * 3 + [True]


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO, errno.EACCES])
def test_a_newer_list_stays_also_while_it_cannot_be_opened(filled, directory, monkeypatch, number):
    """For the moment of one look nobody can tell which it is: the register says who was last."""

    def slowly(*args, **options):
        monkeypatch.setattr("jpki.ca.nightly.publish_together", publish_together)
        night(filled, directory, NOON + HOUR)
        monkeypatch.setattr("jpki.ca.publishing.open_list", shut(number))
        placed = publish_together(*args, **options)
        monkeypatch.setattr("jpki.ca.publishing.open_list", open_list)
        return placed

    night(filled, directory, NOON)
    monkeypatch.setattr("jpki.ca.nightly.publish_together", slowly)
    monkeypatch.setattr("jpki.ca.nightly.TOGETHER", 4)
    made = list(publish_night(filled, directory, moment=NOON))

    assert [each.record.number for each in made] == [2, 2, 2, 3]
    assert [published_number(directory / name) for name in NAMES] == [3] * 4
    assert [each.is_out for each in made] == [False] * 3 + [True]


def test_a_list_that_cannot_be_opened_is_replaced_by_the_last_on_record(
    filled, directory, monkeypatch
):
    """Whoever has the highest number of a scope and key goes behind nobody."""
    night(filled, directory, NOON)
    monkeypatch.setattr("jpki.ca.publishing.open_list", shut(errno.EACCES))

    made = list(publish_night(filled, directory, moment=NOON + DAY))

    monkeypatch.undo()
    assert [published_number(directory / name) for name in NAMES] == [2] * 4
    assert {each.is_out for each in made} == {True}


def shut(number):
    """Give what opens no list."""

    def fail(path):
        raise OSError(number, os.strerror(number), str(path))

    return fail


def test_what_ended_is_named_once_more_after_lists_that_never_came_out(filled, keys, directory):
    """RFC 5280 3.3: lists that were numbered, and no more, have told nobody."""
    night(filled, directory, NOON)
    serial = filled.generations[0].serial + 7
    end = filled.certificate(serial).not_after
    filled.revoke(serial, MOVED, moment=NOON + DAY)

    def fail(digest):
        raise KeyFileError("the key is damaged")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys[0], "sign_digest", fail)
        with pytest.raises(KeyFileError):
            night(filled, directory, end + DAY)
    night(filled, directory, end + 2 * DAY)

    named = [
        pyca.load_der_x509_crl(path.read_bytes()).get_revoked_certificate_by_serial_number(serial)
        for path in sorted(directory.glob("*.crl"))
    ]
    assert sum(one is not None for one in named) == 2


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 100])
def test_a_list_read_in_chunks_is_the_one_made_at_once(filled, directory, monkeypatch, chunk):
    """No row is lost or doubled where chunks meet."""
    expected = list(reading.entries(make_list(filled, None, moment=NOON).der))
    monkeypatch.setattr("jpki.ca.reading_lists.CHUNK", chunk)

    night(filled, directory, NOON)
    assert list(reading.entries((directory / "sign-g1-full.crl").read_bytes())) == expected
    assert len(expected) == 6


@ON_SQLITE
def test_the_stream_is_the_list_made_in_memory(filled, keys, directory, tmp_path):
    """Octet for octet: number and moment are the same, and signing has no chance in it."""
    twin = copy(keys, tmp_path, "twin")

    night(filled, directory, NOON)
    made = make_list(twin, KIYOSE, moment=NOON)
    assert (directory / "sign-g1-13221.crl").read_bytes() == made.der


class TestSignedAnew:
    """What has not changed is not made anew."""

    @ON_SQLITE
    def test_it_is_octet_for_octet_what_made_anew_is(self, filled, keys, directory, tmp_path):
        """Of two copies of a register one lost its published lists and makes all anew."""
        filled.add_generation(keys[2], moment=NOON)
        night(filled, directory, NOON)
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        twin = copy(keys, tmp_path, "twin")

        signed = night(filled, directory, NOON + DAY)
        made = night(twin, elsewhere, NOON + DAY)
        assert (set(signed.values()), set(made.values())) == ({False}, {True})
        assert contents(directory) == contents(elsewhere)
        assert len(signed) == 8

    def test_only_its_frame_is_new(self, filled, directory):
        """Number and days; the entries are those of the night before."""
        night(filled, directory, NOON)
        before = (directory / "sign-g1-full.crl").read_bytes()
        night(filled, directory, NOON + DAY)
        after = (directory / "sign-g1-full.crl").read_bytes()

        parsed = pyca.load_der_x509_crl(after)
        assert reading.entries(before) == reading.entries(after)
        assert parsed.last_update_utc == NOON + DAY
        number = parsed.extensions.get_extension_for_class(pyca.CRLNumber).value.crl_number
        assert number == 2

    def test_a_revocation_makes_its_places_list_and_the_whole_anew(self, filled, directory):
        """And no other."""
        good = list(filled.certificates())[-1]
        night(filled, directory, NOON)
        filled.revoke(good.serial, MOVED, moment=NOON)

        rebuilt = night(filled, directory, NOON + DAY)
        assert rebuilt == dict(zip(NAMES, [False, False, True, True], strict=True))
        assert good.serial in reading.entries((directory / NAMES[2]).read_bytes())

    def test_a_settled_hold_makes_them_anew(self, filled, directory):
        """As many entries as before, and one has another reason."""
        held = filled.generations[0].serial + 1
        night(filled, directory, NOON)
        filled.revoke(held, MOVED, moment=NOON)

        rebuilt = night(filled, directory, NOON + DAY)
        assert rebuilt == dict(zip(NAMES, [True, False, False, True], strict=True))
        listed = reading.entries((directory / NAMES[0]).read_bytes())
        assert listed[held] == "affiliation_changed"

    def test_an_end_makes_them_anew_when_the_entry_goes(self, filled, directory):
        """One list after the end still names it: the third night's is the first without."""
        end = filled.certificate(filled.generations[0].serial + 1).not_after
        nights = [night(filled, directory, end + after * DAY) for after in (-1, 1, 2, 3)]

        assert [set(each.values()) for each in nights] == [{True}, {False}, {True}, {False}]
        assert reading.entries((directory / NAMES[3]).read_bytes()) == {}

    @pytest.mark.parametrize("what", ["gone", "cut", "one bit", "another list", "an older one"])
    def test_a_file_that_is_not_the_one_on_record_is_not_signed(self, filled, directory, what):
        """The list is made anew from the register."""
        night(filled, directory, NOON)
        path = directory / NAMES[1]
        older = path.read_bytes()
        night(filled, directory, NOON)
        good = path.read_bytes()
        at = good.rindex(b"\x17\x0d261123030000Z") + 5
        {
            "gone": path.unlink,
            "cut": lambda: path.write_bytes(good[:-9]),
            "one bit": lambda: path.write_bytes(good[:at] + b"0" + good[at + 1 :]),
            "another list": lambda: path.write_bytes((directory / NAMES[0]).read_bytes()),
            "an older one": lambda: path.write_bytes(older),
        }[what]()

        assert night(filled, directory, NOON + DAY)[NAMES[1]] is True
        assert reading.entries(path.read_bytes()) == reading.entries(good)

    def test_entries_that_change_under_the_pen_are_not_signed(self, filled):
        """No key is asked to sign over octets that are not those the register knows."""
        with filled.register.reading() as asked:
            entries = spool(asked.revoked(Kind.SIGN, "", expired_before=None), BytesIO())
        entries.file.seek(0)
        entries.file.write(b"\x31")
        signed = []

        with pytest.raises(ListFileError, match="have changed"):
            write_list(BytesIO(), ListFrame(b"", b""), entries, sign_digest=signed.append)
        assert signed == []

    STEPS = st.lists(
        st.tuples(
            st.sampled_from(["issue", "revoke", "settle", "nothing"]),
            st.sampled_from(PLACES),
            st.sampled_from([DAY, -DAY, timedelta(0), 1790 * DAY]),
        ),
        min_size=1,
        max_size=6,
    )

    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(steps=STEPS)
    def test_whatever_happens_lists_hold_what_the_register_says(
        self, steps, keys, holder_key, tmp_path_factory
    ):
        """Days in any order, clocks set back, ends and holds: never an entry less or more."""
        place = tmp_path_factory.mktemp("steps")
        with Register.create(place / "register.sqlite") as register:
            authority = Authority.found(register, Kind.SIGN, key=keys[0], moment=NOON - DAY)
            moment, last, seen = NOON, {}, []
            for what, where, later in steps:
                self._do(authority, holder_key, what, where, moment)
                moment = max(NOON, min(moment + later, NOON + 1800 * DAY))
                for made in publish_night(authority, place, moment=moment):
                    scope = made.record.municipality or ""
                    with register.reading() as asked:
                        ended = min(last[scope], moment) if scope in last else None
                        rows = asked.revoked(Kind.SIGN, scope, expired_before=ended)
                        expected = spool(rows, BytesIO())
                    with open_list(made.path) as published:
                        seen.append(published.sha256() == expected.sha256)
                    last[scope] = moment
            assert all(seen)
            assert seen

    def _do(self, authority, key, what, where, moment) -> None:
        records = [r for r in authority.certificates() if r.municipality and r.not_after >= moment]
        fresh = [r.serial for r in records if not r.revocation]
        held = [r.serial for r in records if r.revocation and r.revocation.reason is HOLD]
        {
            "issue": lambda: issue(authority, key, where, moment),
            "revoke": lambda: [authority.revoke(s, HOLD, moment=moment) for s in fresh[:1]],
            "settle": lambda: [authority.revoke(s, MOVED, moment=moment) for s in held[:1]],
            "nothing": lambda: None,
        }[what]()


def test_lists_of_a_night_go_into_the_archive(filled, directory, tmp_path):
    """Each of them, as it was published."""
    archive = Archive(tmp_path / "archive")
    night(filled, directory, NOON, archive=archive)

    kept = archive.archived_list(Kind.SIGN, KIYOSE.code, at=NOON)
    assert kept.read() == (directory / "sign-g1-13221.crl").read_bytes()


def test_what_a_killed_writer_left_is_swept(filled, directory):
    """The next night removes it, and leaves what is not a draft."""
    (directory / ".sign-g1-full.crl.abcdefgh").write_bytes(b"half")
    (directory / ".keep").write_bytes(b"")

    night(filled, directory, NOON)
    assert sorted(contents(directory)) == [".keep", *NAMES]


@ON_SQLITE
def test_one_places_list_reads_its_own_rows_alone(filled, directory):
    """Not the country's: each question about a place goes by the index of places."""
    asked = []

    def note(connection, cursor, statement, parameters, *_):
        asked.append((statement, parameters))

    event.listen(filled.register._engine, "before_cursor_execute", note)
    night(filled, directory, NOON)
    night(filled, directory, NOON + DAY)
    event.remove(filled.register._engine, "before_cursor_execute", note)

    questions = [q for q in asked if re.search(r"revocation.municipality (= \?|IN \(\?)", q[0])]
    with filled.register.reading() as connection:
        plans = [
            connection._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).one()
            for sql, values in questions
        ]
    # Counted for all together, three times; entries are read for each place, in the first night.
    assert len(questions) == 3 + 3
    assert {"municipality=?" in plan.detail for plan in plans} == {True}

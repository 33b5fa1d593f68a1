"""A coverage check proves published lists complete, or says what is wrong with which."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.ca import publish_night
from jpki.ca.coverage import check_coverage, lists_to_check
from jpki.ca.coverage_report import CoverageReport, Fault, Finding, Verdict
from jpki.ca.lists import list_frame, write_list
from jpki.ca.serialset import SerialSet
from jpki.ca.spooling import spool
from jpki.profiles import Kind, RevocationReason
from jpki.profiles.lists import FULL_LIST, PARTITION

from .citizens import DAY, KIYOSE, NOON, SAPPORO_MINAMI, chance, request

MOVED = RevocationReason.AFFILIATION_CHANGED
BEFORE = NOON - DAY
SECONDS = int(BEFORE.timestamp())


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "crl").mkdir()
    return tmp_path / "crl"


@pytest.fixture
def world(sign, holder_key, directory):
    """Publish lists of two places with two revoked certificates each; give serial numbers."""
    serials = {
        where.code: [
            sign.issue(
                request(holder_key, municipality=where), moment=BEFORE, randomness=chance
            ).serial
            for _ in range(3)
        ]
        for where in (KIYOSE, SAPPORO_MINAMI)
    }
    [sign.revoke(s, MOVED, moment=BEFORE) for mine in serials.values() for s in mine[:2]]
    list(publish_night(sign, directory, moment=NOON))
    return serials


@pytest.fixture
def check(sign, directory):
    """Give the function that checks, for an authority without keys: proof needs none."""
    blind = type(sign)(sign.register, sign.kind, keys=[])
    return lambda moment=NOON: check_coverage(blind, directory, moment=moment)


@pytest.fixture
def put(sign, keys, directory):
    """Give a function that publishes a list of any content under the authority's own key."""

    def put(where, serials, *, number=1, scope=None, key=None, moment=NOON, seconds=SECONDS):
        scope = scope or where
        signer = sign.generations[0]
        frame = list_frame(
            FULL_LIST if scope is None else PARTITION,
            issuer_name=sign.naming.authority(sign.kind),
            issuer=signer.facts,
            distribution_point=scope and sign.naming.distribution_point(sign.kind, scope),
            number=number,
            this_update=moment,
        )
        entries = spool([[(serial, seconds, int(MOVED)) for serial in serials]], BytesIO())
        name = f"sign-g1-{where.code if where else 'full'}.crl"
        with (directory / name).open("wb") as out:
            write_list(out, frame, entries, sign_digest=(key or keys[0]).sign_digest)

    return put


def found(report) -> dict[Fault, tuple[str, tuple[int, ...]]]:
    """Give what was found: the file and the serial numbers of each fault."""
    return {f.fault: (f.file, f.serials) for f in report.findings}


K, S, FULL = "sign-g1-13221.crl", "sign-g1-01106.crl", "sign-g1-full.crl"


def test_lists_of_a_night_are_proven(sign, world, check):
    """With how much was read for it."""
    report = check()

    assert report == CoverageReport(Kind.SIGN, 3, 8, 4, 0, ())
    assert report.verdict is Verdict.PROVEN
    assert lists_to_check(sign, moment=NOON) == 3


def test_what_was_revoked_since_is_not_missed(sign, world, check):
    """Lists know what was revoked before them."""
    sign.revoke(world[KIYOSE.code][2], MOVED, moment=NOON + DAY)

    assert check(NOON + DAY).verdict is Verdict.PROVEN


def test_every_key_that_is_valid_is_checked(sign, keys, world, check, directory):
    """One whose lists are not there leaves the question open."""
    sign.add_generation(keys[2], moment=NOON)

    assert (check().verdict, found(check()).keys()) == (Verdict.CANNOT_TELL, {Fault.ABSENT})
    list(publish_night(sign, directory, moment=NOON))
    assert (check().verdict, check().lists) == (Verdict.PROVEN, 6)


def test_lists_made_at_different_times_may_differ_in_between(sign, world, check, directory):
    """A revocation between one place's list and the whole is on the later alone."""
    nightly = publish_night(sign, directory, moment=NOON + DAY)
    next(nightly)
    sign.revoke(world[SAPPORO_MINAMI.code][2], MOVED, moment=NOON + DAY)
    list(nightly)

    report = check(NOON + DAY)
    assert (report.verdict, report.between, report.entries) == (Verdict.PROVEN, 1, 9)


def test_a_missing_serial_number_is_found(world, check, put):
    """In its place's list; and the whole is no longer the union of the rest."""
    one, other, _ = world[KIYOSE.code]
    put(KIYOSE, [one])

    assert found(check()) == {
        Fault.ALTERED: (K, ()),
        Fault.MISSING: (K, (other,)),
        Fault.UNION: (FULL, (other,)),
    }
    assert check().verdict is Verdict.BROKEN


def test_a_serial_number_missing_in_the_whole_is_found(world, check, put):
    """The places' lists have it."""
    first, *others = sorted(s for mine in world.values() for s in mine[:2])
    put(None, others)

    assert found(check()) == {
        Fault.ALTERED: (FULL, ()),
        Fault.MISSING: (FULL, (first,)),
        Fault.UNION: (FULL, (first,)),
    }


@pytest.mark.parametrize("which", ["good", "never issued"])
def test_an_invented_serial_number_is_found(world, check, put, which):
    """Of a certificate that is good, or of none."""
    serial = {"good": world[KIYOSE.code][2], "never issued": 0x7000_0000}[which]
    put(KIYOSE, [*world[KIYOSE.code][:2], serial])

    assert found(check()) == {Fault.ALTERED: (K, ()), Fault.INVENTED: (K, (serial,))}


def test_a_serial_number_in_the_wrong_place_is_found(world, check, put):
    """Revoked, and another place's."""
    stranger = world[SAPPORO_MINAMI.code][0]
    put(KIYOSE, [*world[KIYOSE.code][:2], stranger])

    assert found(check()) == {Fault.ALTERED: (K, ()), Fault.MISPLACED: (K, (stranger,))}


def test_a_serial_number_that_comes_twice_is_found(world, check, put):
    """The numbers of a list rise from each to the next."""
    one, other, _ = world[KIYOSE.code]
    put(KIYOSE, [one, other, other])

    assert found(check()) == {Fault.ALTERED: (K, ()), Fault.DOUBLED: (K, ())}


def test_another_date_is_found(world, check, put):
    """The serial numbers are right, and the entries are not those on record."""
    put(KIYOSE, world[KIYOSE.code][:2], seconds=SECONDS + 1)

    assert found(check()) == {Fault.ALTERED: (K, ())}


@pytest.mark.parametrize("wrong", [{"number": 2}, {"moment": NOON + DAY}], ids=str)
def test_a_list_that_is_not_on_record_is_found(world, check, put, wrong):
    """By its number or its day."""
    put(KIYOSE, world[KIYOSE.code][:2], **wrong)

    assert found(check(NOON + DAY)) == {Fault.NUMBER: (K, ())}


def test_numbers_with_a_gap_are_found(sign, world, check):
    """A row of the register went, with the list it stood for."""
    sql(sign, "UPDATE revocation_list SET number = 7 WHERE scope = '13221'")

    assert Fault.NUMBER in found(check())


def test_a_higher_number_that_knows_less_is_found(sign, world, check, directory):
    """As after a register was restored from an old copy."""
    list(publish_night(sign, directory, moment=NOON))
    sql(sign, "UPDATE revocation_list SET revoked = 9 WHERE scope = '13221' AND number = 1")

    assert found(check()) == {Fault.NUMBER: (K, ())}


def test_a_foreign_signature_is_found(world, check, put, keys):
    """Under the authority's name by another key."""
    put(KIYOSE, world[KIYOSE.code][:2], key=keys[4])

    assert found(check()) == {Fault.SIGNATURE: (K, ())}


def test_a_list_for_another_place_is_found(world, check, put):
    """The file's name says one place, its distribution point another."""
    put(KIYOSE, world[KIYOSE.code][:2], scope=SAPPORO_MINAMI)

    assert found(check()) == {Fault.SCOPE: (K, ())}


@pytest.mark.parametrize(
    ("what", "fault"), [("gone", Fault.ABSENT), ("cut", Fault.UNREADABLE), ("no", Fault.STALE)]
)
def test_what_cannot_be_read_or_is_old_leaves_the_question_open(
    world, check, directory, what, fault
):
    """Never proven, and nothing proven wrong."""
    path = directory / K
    {
        "gone": path.unlink,
        "cut": lambda: path.write_bytes(path.read_bytes()[:-1]),
        "no": lambda: None,
    }[what]()

    report = check(NOON + {"no": 3}.get(what, 0) * DAY)
    assert report.verdict is Verdict.CANNOT_TELL
    assert found(report).keys() == {fault}


def test_a_list_that_was_numbered_and_is_not_out_leaves_the_question_open(
    sign, world, check, directory
):
    """A run was cut short after the number was on record."""
    old = (directory / K).read_bytes()
    list(publish_night(sign, directory, moment=NOON))
    (directory / K).write_bytes(old)

    assert (check().verdict, found(check())) == (Verdict.CANNOT_TELL, {Fault.BEHIND: (K, ())})


def test_without_a_valid_key_nothing_is_proven(world, check):
    """Twenty years on."""
    assert check(NOON + 20 * 365 * DAY).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("fault", Fault)
def test_no_fault_is_proven(world, check, fault):
    """And an open question beside a fault takes nothing from it."""
    report = replace(check(), findings=(Finding(fault, "", ""), Finding(Fault.MISSING, "", "")))

    assert report.verdict is Verdict.BROKEN
    alone = replace(check(), findings=(Finding(fault, "", ""),))
    assert alone.verdict is not Verdict.PROVEN


SERIALS = st.sets(st.one_of(st.integers(0, 200_000), st.integers(0, 0xFF_FFFF_FFFF)))


@given(SERIALS, SERIALS)
def test_a_set_of_serial_numbers_is_a_set(one, other):
    """As Python's own: what is in, what is left, what is shared, what differs."""
    mine, theirs = SerialSet([sorted(one)]), SerialSet([[serial] for serial in other])

    assert mine.first(len(one)) == tuple(sorted(one))
    assert [len(mine), len(mine - theirs)] == [len(one), len(one - other)]
    assert (mine & theirs).first(5) == tuple(sorted(one & other)[:5])
    assert (mine ^ theirs).first(5) == tuple(sorted(one ^ other)[:5])
    mine.update(theirs)
    assert len(mine) == len(one | other)


def sql(authority, statement: str) -> None:
    with authority.register.writing() as change:
        change._connection.exec_driver_sql(statement)

"""A synthetic country: who is in it, and that an interruption neither loses nor doubles anyone."""

import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cardsim.world import World, WorldError
from cardsim.world.draw import Draw
from cardsim.world.population.plan import KEYS_OF_A_RESIDENT
from cardsim.world.population.primes import PrimePool
from cardsim.world.population.residents import HISTORY_DAYS, Country
from jpki.ca.writing import Writing
from jpki.profiles import Kind, RevocationReason, municipalities
from jpki.profiles.validity import japanese_date
from tests.support.openssl import verify
from tests.world.conftest import START

from .conftest import RESIDENTS, residents_records

SPKI = PublicFormat.SubjectPublicKeyInfo


@pytest.fixture(scope="module")
def people():
    """Draw twenty thousand residents; nothing is issued to them."""
    country = Country(Draw(1), residents=20_000, start=START)
    return country, [country.resident(number) for number in range(20_000)]


def test_they_live_everywhere(people):
    """In every municipality of the table; in Tokyo more than in Tottori."""
    lived = Counter(each.municipality.code for each in people[1])

    assert set(lived) == set(municipalities())
    assert lived["13104"] > 2 * lived["31201"]


def test_who_is_under_15_has_no_signing_certificate(people):
    """On the day of issue, by the birth date that is in the certificate."""
    country, residents = people

    ages = [r.person.birth_date.age_on(japanese_date(r.issued)) for r in residents]
    assert [Kind.SIGN in each.kinds for each in residents] == [age >= 15 for age in ages]
    assert [country.is_old_enough(r.number) for r in residents] == [age >= 15 for age in ages]
    assert 0.05 < sum(age < 15 for age in ages) / len(ages) < 0.2
    assert max(ages) > 90


def test_they_came_one_after_the_other_before_the_world_began(people):
    """Over five years nearly, in the nights."""
    nights = [japanese_date(each.issued) for each in people[1]]

    assert all(earlier <= later for earlier, later in pairwise(nights))
    assert (japanese_date(START) - nights[0]).days == HISTORY_DAYS
    assert nights[-1] < japanese_date(START)


def test_every_reason_occurs_in_its_share():
    """Some hundred of a thousand are revoked; what follows from a move is the signing alone."""
    country = Country(Draw(1), residents=30_000, start=START)
    residents = [country.resident(number) for number in range(30_000)]

    fates = Counter(each.fate for each in residents)
    assert set(fates) == {None, *RevocationReason}
    assert 0.1 < 1 - fates[None] / len(residents) < 0.15
    moved = [r for r in residents if r.fate is RevocationReason.AFFILIATION_CHANGED]
    assert {kind for each in moved for kind in each.lost} == {Kind.SIGN}


def test_all_is_on_record_and_nothing_twice(populated):
    """Exactly so many residents, each with the certificates of their age."""
    records = residents_records(populated)

    holders = Counter((kind, facts[0]) for (kind, _), facts in records.items())
    assert set(holders.values()) == {1}
    assert sum(kind is Kind.AUTH for kind, _ in holders) == RESIDENTS
    country = Country(Draw(populated.seed), residents=RESIDENTS, start=populated.started)
    assert sum(kind is Kind.SIGN for kind, _ in holders) == sum(
        map(country.is_old_enough, range(RESIDENTS))
    )


def test_openssl_takes_their_certificates(populated, tmp_path):
    """The oldest and the newest, under the generations that signed them."""
    mine = [r for r in populated.published[Kind.SIGN].certificates() if "resident" in r.holder]

    opinions = [
        verify(
            tmp_path,
            record.der,
            cas=populated.anchors(Kind.SIGN),
            moment=record.not_before,
            arguments=(),
        )
        for record in (mine[0], mine[-1])
    ]
    assert [opinion.accepts for opinion in opinions] == [True, True], opinions
    assert {mine[0].generation, mine[-1].generation} == {2, 3}


def test_the_lists_name_what_is_revoked(populated):
    """As any other revocation."""
    revoked = {
        serial
        for (kind, serial), facts in residents_records(populated).items()
        if facts[-1] is not None and kind is Kind.SIGN and facts[-2] > START
    }
    populated.publish_lists()

    (full,) = populated.published.lists_directory.glob("sign-g3-full.crl")
    named = {entry.serial_number for entry in x509.load_der_x509_crl(full.read_bytes())}
    assert revoked
    assert revoked <= named


def test_each_key_is_its_own_and_can_be_put_together(populated):
    """No public key twice; the private one of a resident is made from the primes."""
    certificates = [
        (record.holder, kind, x509.load_der_x509_certificate(record.der).public_key())
        for kind in Kind
        for record in populated.published[kind].certificates()
        if record.holder.startswith("resident-")
    ]
    assert len({key.public_numbers().n for *_, key in certificates}) == len(certificates)

    primes = PrimePool.read(populated.directory / "population" / "primes.bin", keys=80)
    (public,) = (k for h, kind, k in certificates if (h, kind) == ("resident-000000007", Kind.AUTH))
    private = primes.private_key(7 * KEYS_OF_A_RESIDENT)
    assert private.public_key().public_bytes(Encoding.DER, SPKI) == public.public_bytes(
        Encoding.DER, SPKI
    )


def test_a_million_keys_are_two_thousand_primes():
    """Every pair is used once, whatever the number."""
    pool = PrimePool(range(50))

    pairs = {pool._pair(number) for number in range(50 * 49 // 2)}
    assert len(pairs) == 50 * 49 // 2
    assert all(p > q for p, q in pairs)


def test_done_is_done(populated):
    """The same command again signs nothing and says the same."""
    before = residents_records(populated)
    again = populated.populate(RESIDENTS, processes=1)

    assert (again.signed, again.certificates[Kind.AUTH]) == (0, RESIDENTS)
    assert residents_records(populated) == before


def test_another_number_is_refused(populated):
    """It would give everybody another history."""
    with pytest.raises(WorldError, match=f"given {RESIDENTS} residents"):
        populated.populate(RESIDENTS + 1)


def start(directory, *, commit: int = 0, processes: int = 1) -> subprocess.Popen:
    words = [directory, RESIDENTS, commit, processes]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.world.population.populating_process", *map(str, words)],
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("commit", [1, 2, 3])
def test_a_kill_is_gone_on_from(place, small_batches, populated, commit):
    """Before a batch is on record, before it is finished, before the next: all end alike."""
    process = start(place, commit=commit)
    process.communicate()
    assert process.returncode == -9

    with World.open(place) as world:
        world.populate(RESIDENTS, processes=1)
        assert residents_records(world) == residents_records(populated)


def test_a_kill_of_many_processes_is_gone_on_from(place, small_batches, populated):
    """Those that were started end with the one that started them; the next start is complete."""
    process = start(place, processes=2)
    assert process.stdout.readline() == "begun\n"
    process.kill()
    process.communicate()

    with World.open(place) as world:
        world.populate(RESIDENTS, processes=1)
        assert residents_records(world) == residents_records(populated)


def test_a_kill_before_the_numbers_were_noted_takes_none_twice(place, small_batches, populated):
    """The plan says they may be taken, the counters say that they are."""
    process = start(place, commit=1)
    process.communicate()
    plan_file = place / "population" / "plan.json"
    plan_file.write_text(plan_file.read_text().replace('"taken": true', '"taken": false'))

    with World.open(place) as world:
        world.populate(RESIDENTS, processes=1)
        assert residents_records(world) == residents_records(populated)


def test_numbers_that_others_took_meanwhile_are_not_the_country_s(place, small_batches):
    """Killed before its own were taken; as many cards since leave the counters where they were."""

    def die(*_):
        raise KeyboardInterrupt

    with World.open(place) as world:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Writing, "take_serials", die)
            with pytest.raises(KeyboardInterrupt):
                world.populate(2, processes=1)
        for _ in range(2):
            world.issue_card("hanako")
        found = world.populate(2, processes=1)

        assert found.signed == sum(found.certificates.values()) >= 3
        assert [world.citizen(f"resident-{n:09}").name[-1] for n in range(2)] == ["0", "1"]


def test_a_card_issued_in_between_takes_the_place_of_nobody(place, small_batches, populated):
    """What was on record unsigned is gone on with, and everybody meets their fate."""
    start(place, commit=2).communicate()
    with World.open(place) as world:
        world.issue_card("hanako")
        world.populate(RESIDENTS, processes=1)
        assert residents_records(world) == residents_records(populated)


def test_a_plan_that_does_not_say_how_many_is_completed(place, small_batches, populated):
    """As the first version wrote it: it is read, and says it once the population is gone on with.

    Until then nobody can tell its unsigned certificates from others, and they are discarded.
    """
    start(place, commit=2).communicate()
    plan_file = place / "population" / "plan.json"
    plan = json.loads(plan_file.read_text())
    whole = plan.pop("certificates")
    plan_file.write_text(json.dumps(plan | {"version": 1}))

    with World.open(place) as world:
        world.issue_card("hanako")
        world.populate(RESIDENTS, processes=1)
        found = residents_records(world)
    expected = residents_records(populated)
    assert [facts[:-1] for facts in found.values()] == [facts[:-1] for facts in expected.values()]
    assert found != expected
    assert json.loads(plan_file.read_text())["certificates"] == whole

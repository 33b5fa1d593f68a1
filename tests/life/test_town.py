"""Events in a world: register, certificates, cards and lists say the same afterwards."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509

from cardsim.chip import ObjectId
from cardsim.mynumber import load_image
from cardsim.mynumber.directory import load_state
from cardsim.readers.inprocess import connect
from cardsim.world import World, citizens
from cardsim.world.authorities import Authorities
from cardsim.world.cards import CardStanding
from cardsim.world.citizens import Residence
from cardsim.world.clock import Clock
from cardsim.world.errors import NameTakenError
from cardsim.world.issuing import CardOrder
from cardsim.world.life import Attributes, EventKind, EventRefusedError
from cardsim.world.life.due import next_night
from cardsim.world.life.effects import Lapse, SetSignPin, Stand
from cardsim.world.life.office import USUAL_PINS
from jpki.card.client import JpkiSession
from jpki.card.layout import Ap, JpkiEf, PinKind
from jpki.card.layout.pins import PinFormatError
from jpki.card.layout.text import TextAttributes, TextEf
from jpki.numbers import is_my_number, resident_code_check_digit
from jpki.people import FEMALE, BirthDate
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.validity import end_of_day, japanese_date
from tests.world.conftest import START

MOVE = Attributes(address="架空町1-2-3", municipality="132217")
BIRTH = Attributes(
    name="髙見 桃",
    kana="タカミ モモ",
    address="架空町1-2-3",
    municipality="13221",
    birth_date=BirthDate.of(date(2026, 11, 1)),
    gender=FEMALE,
)


def listed(world, kind):
    """Give what the newest full list names, with the reasons, by serial number."""
    newest = max(world.published.lists_directory.glob(f"{kind.value}-g*-full.crl"))
    entries = x509.load_der_x509_crl(newest.read_bytes())
    return {
        entry.serial_number: entry.extensions.get_extension_for_class(
            x509.CRLReason
        ).value.reason.name
        for entry in entries
    }


def attributes_on(world, card):
    """Give the text of a card's 券面入力補助AP."""
    image = load_image(world.card(card).directory)
    return TextAttributes.parse(image.text.files[TextEf.ATTRIBUTES])


def test_a_move_changes_register_and_card_and_ends_the_signing_certificate(town):
    """At once; the list says so after the night."""
    serial = town.world.serial("hanako", Kind.SIGN)
    face = load_image(town.world.card("hanako").directory).visual.files[2]

    town.happen(EventKind.MOVE, attributes=MOVE)

    assert town.world.citizen("hanako").municipality.code == "13221"
    assert attributes_on(town.world, "hanako").address == "東京都清瀬市架空町１－２－３"
    assert load_image(town.world.card("hanako").directory).visual.files[2] != face
    assert town.state(Kind.SIGN) == ("revoked", "affiliationChanged")
    assert town.state(Kind.AUTH) == ("good", None)
    assert serial not in listed(town.world, Kind.SIGN)
    town.pass_time(days=1)
    assert listed(town.world, Kind.SIGN)[serial] == "affiliation_changed"


def test_certificates_asked_for_by_day_come_in_the_night_onto_the_card(town):
    """A new one with the new address, at the new place, in the EF; PINs stay."""
    town.happen(EventKind.MOVE, attributes=MOVE)
    pins = load_state(town.world.card("hanako").directory)
    town.happen(EventKind.CERTIFY)
    assert town.state(Kind.SIGN)[0] == "revoked"

    town.pass_time(days=1)

    record = town.world.certificate("hanako", Kind.SIGN)
    image = load_image(town.world.card("hanako").directory)
    assert town.state(Kind.SIGN) == ("good", None)
    assert record.municipality == "13221"
    assert image.sign.certificate == record.der
    assert load_state(town.world.card("hanako").directory) == pins
    begin = datetime(2026, 11, 23, 16, 37, tzinfo=UTC)
    assert begin <= record.not_before <= begin + timedelta(hours=1)


def test_a_child_is_born_gets_a_card_and_its_pins(town):
    """The register and the face have the true name, the text what certificates may hold."""
    town.happen(EventKind.BIRTH, "momo", attributes=BIRTH)
    town.happen(EventKind.CARD, "momo")
    town.pass_time(days=1)
    made = town.world.card("momo")
    town.happen(EventKind.HANDOVER, "momo", pins={PinKind.AUTH: "4711"})

    momo = town.world.citizen("momo")
    state = load_state(made.directory)
    assert (momo.face_name, momo.person.name.text) == ("髙見　桃", "高見　桃")
    assert not is_my_number(momo.my_number)
    assert momo.resident_code[10] != resident_code_check_digit(momo.resident_code[:10])
    assert (made.standing, town.world.card("momo").standing) == (
        CardStanding.MADE,
        CardStanding.IN_USE,
    )
    assert list(made.serials) == [Kind.AUTH]
    assert state.pins[ObjectId(Ap.JPKI.aid, JpkiEf.AUTH_PIN)].value == b"4711"
    assert made.expires == date(2031, 11, 1)


@pytest.mark.parametrize(
    ("born", "card_ends", "certificates_end"),
    [
        (date(2008, 11, 24), date(2036, 11, 24), date(2031, 11, 24)),
        (date(2011, 11, 24), date(2031, 11, 24), date(2031, 11, 24)),
        (date(2011, 11, 25), date(2030, 11, 25), date(2030, 11, 25)),
    ],
)
def test_birthdays_count_from_the_day_a_card_is_made(town, born, card_ends, certificates_end):
    """Who becomes 18 in that night is, and a birthday on that very day is not the first."""
    town.happen(EventKind.BIRTH, "ichi", attributes=replace(BIRTH, birth_date=BirthDate.of(born)))
    town.happen(EventKind.CARD, "ichi")

    town.pass_time(days=1)

    card = town.world.card("ichi")
    ends = {japanese_date(town.world.certificate("ichi", kind).not_after) for kind in card.serials}
    assert (card.expires, ends) == (card_ends, {certificates_end})


def test_a_card_that_waits_has_no_pin(town):
    """Nothing opens it until it is handed over."""
    town.happen(EventKind.CARD)
    town.pass_time(days=1)

    state = load_state(town.world.card("hanako-2").directory)

    tries = {pin.ef: state.pins[pin].tries_left for pin in state.pins if pin.aid == Ap.JPKI.aid}
    assert (tries[JpkiEf.AUTH_PIN], tries[JpkiEf.SIGN_PIN]) == (0, 0)


def test_pins_that_cannot_be_set_change_nothing(town):
    """The rule is said, the PIN is not, and nothing stands in the journal."""
    with pytest.raises(PinFormatError) as caught:
        town.happen(EventKind.PIN_RESET, pins={PinKind.AUTH: "47x1"})

    assert "47x1" not in str(caught.value)
    assert town.world.events() == []


def test_pins_are_kept_nowhere_once_they_are_set(town, place):
    """Neither in the journal nor beside it."""
    town.happen(EventKind.PIN_RESET, pins={PinKind.SIGN: "SECRET9876"})

    assert "SECRET9876" not in (place / "life.jsonl").read_text()
    assert list((place / "pending").iterdir()) == []


def test_a_blocked_pin_is_unblocked_at_the_counter(town):
    """And nothing is revoked."""
    entry = town.world.card("hanako")
    [auth] = [p for p in load_state(entry.directory).pins if p.ef == JpkiEf.AUTH_PIN][:1]
    town.happen(EventKind.PINLESS)
    assert load_state(entry.directory).pins[auth].tries_left == 0
    assert town.world.card("hanako").without_pins

    town.happen(EventKind.PIN_RESET)

    assert load_state(entry.directory).pins[auth].tries_left == 3
    assert load_state(entry.directory).pins[auth].value == USUAL_PINS[PinKind.AUTH].encode()
    assert town.state(Kind.AUTH) == ("good", None)


def test_death_ends_everything(town):
    """Register, card, both certificates."""
    town.happen(EventKind.DEATH, "taro")

    assert town.world.citizen("taro").residence is Residence.DEAD
    assert town.world.card("taro").standing is CardStanding.ENDED
    assert {town.state(kind, "taro") for kind in Kind} == {("revoked", "cessationOfOperation")}


def test_another_number_is_another_and_wrong_one(town):
    """It is drawn, and its check digit is wrong as before."""
    before = town.world.citizen("hanako").my_number

    town.happen(EventKind.NUMBER)

    after = town.world.citizen("hanako").my_number
    assert after != before
    assert not is_my_number(after)


def test_a_corrected_birth_date_changes_the_secret_printed_on_the_card(town):
    """照合番号B begins with it."""
    entry = town.world.card("hanako")
    given = Attributes(birth_date=BirthDate.of(date(1991, 2, 3)))

    town.happen(EventKind.CORRECTION, attributes=given)

    image = load_image(entry.directory)
    state = load_state(entry.directory)
    assert image.text.secrets[TextEf.NUMBER_B].startswith("030203")
    number_b = image.text.secrets[TextEf.NUMBER_B].encode()
    assert state.pins[ObjectId(Ap.TEXT.aid, TextEf.NUMBER_B)].value == number_b


def test_time_brings_notices_and_ends_in_order(town):
    """Jiro's 15th birthday, notices, what ends, and the last night, by date."""
    passed = town.pass_time(days=6 * 365)

    moments = [entry.moment for entry in passed]
    kinds = [entry.event.kind for entry in passed]
    assert moments == sorted(moments)
    assert {EventKind.NOTICE, EventKind.CERTIFICATE_END, EventKind.CARD_END} <= set(kinds)
    assert kinds[-1] is EventKind.NIGHT
    assert town.pass_time(hours=1) == []


def test_becoming_15_is_noticed_on_the_birthday(town):
    """At midnight in Japan."""
    born = town.world.citizen("jiro").birth_date

    passed = town.pass_time(days=10 * 365)

    [fifteen] = [entry for entry in passed if entry.event.kind is EventKind.FIFTEEN]
    assert fifteen.event.who == "jiro"
    assert (fifteen.moment + timedelta(hours=9)).date() == born.replace(year=born.year + 15)


def test_late_renewal_gives_a_new_certificate_on_the_same_card(town):
    """Five birthdays from the issue; nothing is superseded."""
    end = town.world.certificate("hanako", Kind.AUTH).not_after
    old = town.world.serial("hanako", Kind.AUTH)
    town.pass_time(seconds=int((end - START).total_seconds()) + 86_400)
    town.world.renew_authorities()
    assert town.state(Kind.AUTH) == ("expired", None)

    town.happen(EventKind.LATE_RENEWAL)
    town.pass_time(days=1)

    assert town.state(Kind.AUTH) == ("good", None)
    assert town.world.published[Kind.AUTH].certificate(old).revocation is None
    renewed = town.world.certificate("hanako", Kind.AUTH)
    assert (renewed.renews, renewed.not_after.year) == (None, end.year + 5)


def test_a_renewal_links_old_and_new_and_runs_to_the_sixth_birthday(town):
    """The old one is superseded when the new one is issued."""
    end = town.world.certificate("hanako", Kind.SIGN).not_after
    old = {kind: town.world.serial("hanako", kind) for kind in Kind}
    town.pass_time(seconds=int((end - START).total_seconds()) - 30 * 86_400)
    town.happen(EventKind.AUTHORITIES, "")
    town.happen(EventKind.RENEWAL)

    town.pass_time(days=1)

    renewed = {kind: town.world.certificate("hanako", kind) for kind in Kind}
    assert {kind: each.renews for kind, each in renewed.items()} == old
    assert {each.not_after.year for each in renewed.values()} == {end.year + 5}
    ended = [town.world.published[k].certificate(s).revocation for k, s in old.items()]
    assert {each.reason.rfc_name for each in ended} == {"superseded"}


def test_who_gets_no_signing_certificate_keeps_the_other_one(town):
    """Both were to be renewed; one is refused, so nothing is issued and nothing superseded."""
    end = town.world.certificate("hanako", Kind.AUTH).not_after
    town.pass_time(seconds=int((end - START).total_seconds()) - 30 * 86_400)
    town.happen(EventKind.AUTHORITIES, "")
    town.happen(EventKind.RENEWAL)
    old = {kind: town.world.certificates_of("hanako", kind) for kind in Kind}
    town.lock_away(Kind.SIGN)

    passed = town.pass_time(days=1)

    assert [type(step) for entry in passed for step in entry.effects] == [Lapse, Lapse]
    assert town.world.events()[-len(passed) :] == passed
    assert {kind: town.world.certificates_of("hanako", kind) for kind in Kind} == old
    assert {town.state(kind) for kind in Kind} == {("good", None)}
    town.bring_back()
    town.happen(EventKind.RENEWAL)
    town.pass_time(days=1)
    assert town.world.certificate("hanako", Kind.AUTH).renews == old[Kind.AUTH][-1].serial


def test_a_night_without_a_key_publishes_nothing_and_says_so(town):
    """Not even the lists of the authority that has its keys."""
    before = {p: p.read_bytes() for p in town.world.published.lists_directory.iterdir()}
    town.lock_away(Kind.AUTH)

    [night] = town.pass_time(days=1)

    assert [type(step) for step in night.effects] == [Lapse]
    assert "no key of the auth authority can sign" in night.effects[0].why
    assert {p: p.read_bytes() for p in town.world.published.lists_directory.iterdir()} == before


def test_a_directory_in_a_lists_place_does_not_close_the_office(town):
    """All other lists of the night come out, the journal says why one did not, and life goes on."""
    town.happen(EventKind.MOVE, attributes=MOVE)
    taken = town.world.published.lists_directory / "auth-g2-full.crl"
    taken.unlink()
    taken.mkdir()

    [night] = town.pass_time(days=1)
    town.happen(EventKind.LOSS, card="hanako")

    assert [type(step) for step in night.effects] == [Lapse]
    assert str(taken) in night.effects[0].why
    others = [p for p in taken.parent.glob("*.crl") if p.is_file()]
    lists = [x509.load_der_x509_crl(path.read_bytes()) for path in others]
    assert {each.last_update_utc for each in lists} == {night.moment}
    assert town.state(Kind.AUTH)[0] == "revoked"


def test_a_disk_error_in_the_night_does_not_close_the_office(town):
    """The journal says so, life goes on, and what is not out is due until it is."""
    in_the_way = town.world.paths.ca / "archive" / "auth" / "g3" / "full"
    in_the_way.rename(in_the_way.with_name("aside"))
    in_the_way.write_bytes(b"")
    serial = town.world.serial("hanako", Kind.AUTH)
    town.happen(EventKind.MOVE, attributes=MOVE)
    town.world.revoke(Kind.AUTH, serial, RevocationReason.KEY_COMPROMISE)

    [night] = town.pass_time(days=1)
    town.happen(EventKind.LOSS, card="hanako")
    with pytest.raises(FileExistsError):
        town.world.publish_lists(only_due=True)
    in_the_way.unlink()
    in_the_way.with_name("aside").rename(in_the_way)
    made = town.world.publish_lists(only_due=True)

    assert [type(step) for step in night.effects] == [Lapse]
    assert night.effects[0].why == f"{in_the_way}: File exists"
    assert sorted(path.name for path in made) == ["auth-g2-full.crl", "auth-g3-full.crl"]
    assert serial in listed(town.world, Kind.AUTH)


def test_what_was_revoked_since_is_in_a_night_that_is_made_good(town, monkeypatch):
    """A list of its time that is out already does not count when more is known by now."""
    publish_each = Authorities.publish_each

    def cut_short(authorities, **how):
        yield from publish_each(authorities, **how)
        raise KeyboardInterrupt

    town.happen(EventKind.MOVE, attributes=MOVE)
    monkeypatch.setattr(Authorities, "publish_each", cut_short)
    with pytest.raises(KeyboardInterrupt):
        town.pass_time(days=1)
    monkeypatch.undo()
    serial = town.world.serial("hanako", Kind.AUTH)
    town.world.revoke(Kind.AUTH, serial, RevocationReason.KEY_COMPROMISE)
    town.pass_time(seconds=1)

    assert serial in listed(town.world, Kind.AUTH)


def test_a_night_cut_short_is_made_good_without_going_back(town, monkeypatch):
    """Somebody published by hand meanwhile: whoever has the higher number has the later date."""
    publish_each = Authorities.publish_each

    def cut_short(authorities, **how):
        yield from itertools.islice(publish_each(authorities, **how), 1)
        raise KeyboardInterrupt

    def dates():
        found = town.world.published.lists_directory.glob("*.crl")
        lists = [x509.load_der_x509_crl(path.read_bytes()) for path in found]
        return {each.last_update_utc for each in lists}

    town.happen(EventKind.MOVE, attributes=MOVE)
    monkeypatch.setattr(Authorities, "publish_each", cut_short)
    with pytest.raises(KeyboardInterrupt):
        town.pass_time(days=1)
    monkeypatch.undo()
    town.world.publish_lists()
    by_hand = dates()
    town.world.clock.advance(timedelta(hours=1))
    town.happen(EventKind.LOSS, card="hanako")

    assert [entry.done for entry in town.world.events()] == [True] * 3
    assert min(dates()) >= min(by_hand) > town.world.events()[1].moment


LOST = {
    "missing": lambda path, _: path.unlink(),
    "older": lambda path, before: path.write_bytes(before),
    "damaged": lambda path, _: path.write_bytes(path.read_bytes()[:-1]),
}


@pytest.mark.parametrize("which", ["sign-g3-full.crl", "sign-g*-full.crl", "*-full.crl"])
@pytest.mark.parametrize("lose", LOST.values(), ids=LOST)
def test_a_list_that_never_came_out_does_not_count(town, lose, which):
    """What it alone named is in the lists of the very next night, though others came out."""
    serial = town.world.serial("hanako", Kind.SIGN)
    town.happen(EventKind.MOVE, attributes=MOVE)
    before = {p: p.read_bytes() for p in town.world.published.lists_directory.glob(which)}
    town.world.clock.advance(timedelta(hours=1))
    town.world.publish_lists()
    for path, content in before.items():
        lose(path, content)

    last = town.world.published.last_published()
    revoked = town.world.published.revoked_since(START)
    passed = town.pass_time(days=5)

    assert (last, revoked) == (None, [START])
    assert [entry.moment for entry in passed][:1] == [next_night(START)]
    assert serial in listed(town.world, Kind.SIGN)


def test_lists_that_came_out_count(town):
    """The nights in which there is nothing to add to them are passed over, but for the last."""
    town.happen(EventKind.MOVE, attributes=MOVE)
    town.world.clock.advance(timedelta(hours=1))
    town.world.publish_lists()

    last = town.world.published.last_published()
    revoked = town.world.published.revoked_since(START)
    [night] = town.pass_time(days=5)

    assert (last, revoked) == (START + timedelta(hours=1), [])
    assert night.moment == next_night(START) + timedelta(days=4)


def test_the_authorities_get_another_generation_and_the_old_one_goes_on(town):
    """Lists come under both keys, and certificates stay good."""
    town.happen(EventKind.AUTHORITIES, "")

    assert [len(town.world.anchors(kind)) for kind in Kind] == [4, 4]
    assert town.state(Kind.SIGN) == ("good", None)
    town.pass_time(days=1)
    names = {path.name for path in town.world.published.lists_directory.glob("sign-g*-full.crl")}
    assert {"sign-g3-full.crl", "sign-g4-full.crl"} <= names


def test_what_no_authority_can_issue_lapses(town):
    """Years on, no generation lasts long enough: the journal says so, and the office goes on."""
    end = town.world.certificate("hanako", Kind.AUTH).not_after
    town.pass_time(seconds=int((end - START).total_seconds()) + 4 * 365 * 86_400)
    town.happen(EventKind.LATE_RENEWAL)

    passed = town.pass_time(days=1)

    [issue] = [entry for entry in passed if entry.event.kind is EventKind.ISSUE]
    assert [type(step) for step in issue.effects] == [Lapse]
    assert [e for e in town.world.events() if e.event.kind is EventKind.ISSUE] == [issue]
    assert town.state(Kind.AUTH) == ("expired", None)
    assert town.happen(EventKind.MOVE, attributes=MOVE).done


def test_a_refused_event_leaves_the_world_as_it_was(town, place):
    """Not a byte of it changes but for what came due."""
    town.pass_time(days=1)
    before = {p: p.read_bytes() for p in place.rglob("*.json*")}

    with pytest.raises(EventRefusedError):
        town.happen(EventKind.RENEWAL)

    assert {p: p.read_bytes() for p in place.rglob("*.json*")} == before


def test_nothing_happens_while_the_clock_is_behind(town):
    """The world has lived until then."""
    town.happen(EventKind.LOSS)
    Clock(town.world.directory / "clock.json").set(START - timedelta(days=1))

    with pytest.raises(EventRefusedError, match="lived until"):
        town.happen(EventKind.DEATH, "taro")


def test_a_world_whose_people_are_of_version_1_lives_on(town, place):
    """Without kana, code or residence; they get what an event gives them."""
    path = place / "citizens.json"
    text = path.read_text().replace('"version": 2', '"version": 1')
    for field in ("kana", "residence", "resident_code", "entered"):
        text = "\n".join(line for line in text.splitlines() if f'"{field}":' not in line)
    path.write_text(text.replace('"foreign": false,', '"foreign": false'))
    with World.open(place) as old:
        assert old.citizen("hanako").resident_code is None

    town.happen(EventKind.MOVE, attributes=MOVE)

    assert '"version": 2' in path.read_text()
    assert citizens.read_citizens(path)["hanako"].municipality.code == "13221"


def test_an_entry_leaves_the_lists_once_its_certificate_has_ended_and_was_listed_then(town):
    """As RFC 5280 has it: named by the first list after the end, and by none later."""
    serial = town.world.serial("hanako", Kind.SIGN)
    town.happen(EventKind.AUTHORITIES, "")
    town.happen(EventKind.MOVE, attributes=MOVE)
    end = town.world.published[Kind.SIGN].certificate(serial).not_after
    town.pass_time(days=1)
    town.world.clock.set(end + timedelta(hours=12))
    with town.world.office() as office:
        office.catch_up()

    assert serial in listed(town.world, Kind.SIGN)
    town.pass_time(days=1)
    assert serial not in listed(town.world, Kind.SIGN)


def test_a_card_that_lost_its_pins_gets_no_signing_certificate_in_the_night(town):
    """Though it was asked for before."""
    town.happen(EventKind.MOVE, attributes=MOVE)
    town.happen(EventKind.CERTIFY)
    town.happen(EventKind.PINLESS)

    town.pass_time(days=1)

    assert town.state(Kind.SIGN) == ("revoked", "affiliationChanged")
    assert town.state(Kind.AUTH) == ("good", None)


def test_what_was_stopped_after_its_renewal_was_asked_for_stays_stopped(town):
    """The other one is renewed as it was asked for."""
    end = town.world.certificate("hanako", Kind.SIGN).not_after
    old = {kind: town.world.serial("hanako", kind) for kind in Kind}
    town.pass_time(seconds=int((end - START).total_seconds()) - 30 * 86_400)
    town.happen(EventKind.AUTHORITIES, "")
    town.happen(EventKind.RENEWAL)
    town.happen(EventKind.STOP, kinds=(Kind.SIGN,))

    town.pass_time(days=1)

    assert town.state(Kind.SIGN) == ("revoked", "cessationOfOperation")
    assert town.world.serial("hanako", Kind.SIGN) == old[Kind.SIGN]
    assert town.state(Kind.AUTH) == ("good", None)
    assert town.world.serial("hanako", Kind.AUTH) != old[Kind.AUTH]


def test_who_moves_abroad_gets_no_card_that_was_asked_for(town):
    """And may not ask for one."""
    town.happen(EventKind.CARD, "jiro", card="jiro2")
    town.happen(EventKind.EMIGRATION, "jiro")
    town.pass_time(days=1)

    assert "jiro2" not in {entry.name for entry in town.world.cards()}
    with pytest.raises(EventRefusedError, match="no card that is made"):
        town.happen(EventKind.HANDOVER, "jiro")
    with pytest.raises(EventRefusedError, match="kept no card"):
        town.happen(EventKind.CARD, "jiro")


def test_the_journal_says_of_a_card_what_came_with_it(town):
    """Taro turned out to be 11 meanwhile: one certificate, in the journal and on the card."""
    town.happen(EventKind.CARD, "taro")
    young = Attributes(birth_date=BirthDate.of(date(2015, 5, 5)))
    town.happen(EventKind.CORRECTION, "taro", attributes=young)

    passed = town.pass_time(days=1)

    [issue] = [entry for entry in passed if entry.event.kind is EventKind.ISSUE]
    assert issue.effects[0].kinds == (Kind.AUTH,)
    assert list(town.world.card("taro-2").serials) == [Kind.AUTH]


def test_a_name_is_given_to_one_card_only(town):
    """One that is asked for has it already, whoever asks next and however."""
    town.happen(EventKind.CARD, "hanako", card="foo")
    town.happen(EventKind.CARD, "taro")
    for kind, who, what in (
        (EventKind.CARD, "jiro", {"card": "foo"}),
        (EventKind.BIRTH, "taro-2", {"attributes": BIRTH}),
    ):
        with pytest.raises(NameTakenError):
            town.happen(kind, who, **what)
    with pytest.raises(NameTakenError):
        town.world.issue_card("jiro", name="foo")
    further = town.world.issue_card("taro")

    town.pass_time(days=1)

    held = {entry.name: entry.holder for entry in town.world.cards()}
    assert further.name == "taro-3"
    assert (held["foo"], held["taro-2"]) == ("hanako", "taro")


def test_a_card_whose_name_another_got_meanwhile_is_not_told_as_issued(town):
    """Nothing is issued for it; the other card stays what it is."""
    town.happen(EventKind.CARD, "hanako", card="foo")
    citizen = town.world.citizen("taro")
    with town.world.desk(keys=2) as desk:
        there = desk.issue(CardOrder(citizen, "foo", moment=desk.now))

    passed = town.pass_time(days=1)

    [issue] = [entry for entry in passed if entry.event.kind is EventKind.ISSUE]
    assert [type(step) for step in issue.effects] == [Lapse]
    assert town.world.card("foo") == there
    assert len(town.world.certificates_of("hanako", Kind.AUTH)) == 1


@pytest.mark.parametrize("end", [EventKind.DEATH, EventKind.EMIGRATION])
def test_no_further_card_for_who_may_have_none(town, end):
    """The dead, and who is abroad without a card; no serial number is spent."""
    town.happen(end)
    before = len(list(town.world.published[Kind.AUTH].certificates()))

    with pytest.raises(EventRefusedError, match=r"hanako has died|kept no card"):
        town.world.issue_card("hanako")

    assert len(list(town.world.published[Kind.AUTH].certificates())) == before


def test_who_turned_15_can_sign_with_what_certify_brings(town):
    """A password that was never set is set at the counter; the PIN there was stays."""
    young = replace(BIRTH, birth_date=BirthDate.of(date(2011, 11, 25)))
    town.happen(EventKind.BIRTH, "momo", attributes=young)
    town.world.issue_card("momo", auth_pin="4711")
    town.pass_time(days=3)

    asked = town.happen(EventKind.CERTIFY, "momo", pins={PinKind.SIGN: "MOMO15"})
    town.pass_time(days=1)

    session = JpkiSession(connect(town.world.open_card("momo")))
    session.verify_pin(Kind.SIGN, "MOMO15")
    session.verify_pin(Kind.AUTH, "4711")
    assert SetSignPin("momo") in asked.effects
    assert "MOMO15" not in town.world.paths.life.read_text()
    town.happen(EventKind.STOP, "momo", kinds=(Kind.SIGN,))
    assert SetSignPin("momo") not in town.happen(EventKind.CERTIFY, "momo").effects


def test_an_expired_card_has_ended(town):
    """On the day after its last one, and nothing is lost or found of it any more."""
    card = town.world.card("taro")
    town.happen(EventKind.LOSS, "taro")
    town.world.clock.set(end_of_day(card.expires) + timedelta(hours=1))

    with town.world.office() as office:
        passed = office.catch_up()

    [end] = [e for e in passed if e.event.kind is EventKind.CARD_END and e.event.who == "taro"]
    assert end.effects == (Stand("taro", CardStanding.ENDED),)
    assert town.world.card("taro").standing is CardStanding.ENDED
    with pytest.raises(EventRefusedError, match="no card that is suspended"):
        town.happen(EventKind.FINDING, "taro")

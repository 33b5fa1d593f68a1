"""`jpki card new` and `show --secrets`: every kind of card, and what its owner may look up."""

from dataclasses import replace
from datetime import date

import pytest

from cardsim.world import World
from cardsim.world.cards import CardKind
from jpki.card.layout import AtrFamily
from jpki.profiles.kinds import Kind
from tests.cli.calling import AUTH, CARD, NO, PROGRAM, SIGN, USAGE, YES, secrets_of

LICENCE = {"JPKI_LICENCE_PIN": "1234"}
VALUES = {**AUTH, **SIGN, **LICENCE, "JPKI_TEXT_PIN": "1234"}


@pytest.fixture
def driver(jpki):
    """Give the name of a card with a driving licence."""
    assert jpki("card", "new", "hanako", "--name", "driver", "--licence").status == YES
    return "driver"


def test_a_further_card_is_numbered_and_shown(jpki):
    """What is said is what `card show` says of it."""
    made = jpki("card", "new", "hanako", "--json")

    assert (made.status, made.json["card"], made.json["holder"]) == (YES, "hanako-2", "hanako")
    assert jpki("card", "show", "hanako-2", "--json").json == made.json


def test_a_further_card_works_at_once(jpki):
    """With the PINs every new card has."""
    jpki("card", "new", "taro", "--name", "second")

    assert jpki("login", "--card", "second", environment=AUTH).status == YES


@pytest.mark.parametrize("family", AtrFamily)
def test_every_answer_to_reset_can_be_chosen_by_name(jpki, family):
    """Contact and contactless; the card and `card show` say the same."""
    made = jpki("card", "new", "hanako", "--name", "other", "--atr", family.label)
    shown = jpki("card", "show", "other", "--json").json

    assert (made.status, shown["atr_family"]) == (YES, family.label)
    assert ("contactless" in made.stdout) is family.is_contactless
    assert jpki("read", "info", "--card", "other", "--json").json["atr"] == family.atr.hex().upper()


def test_opensc_sees_the_answer_to_reset_that_was_chosen(jpki):
    """A client we did not write, through a reader."""
    jpki("card", "new", "hanako", "--name", "air", "--atr", "type-b-41e0")

    said = jpki.process("card", "run", "air", "--", "opensc-tool", "--atr")

    assert said.stdout.strip() == "3b:88:80:01:00:00:41:e0:b3:81:a1:00:3b"


@pytest.mark.parametrize(
    ("token", "label"), [("android", "JPKIAPGPSETOKEN"), ("iphone", "JPKIAPIOSTOKEN")]
)
def test_a_phone_has_its_own_token_and_wants_the_pin(jpki, token, label):
    """Its certificate for logging in is not free, and it has no other application."""
    jpki("card", "new", "hanako", "--name", "phone", "--token", token)

    info = jpki("read", "info", "--card", "phone", "--json").json
    free = jpki("read", "certs", "--card", "phone", "--json").json
    rows = jpki("read", "counters", "--card", "phone", "--json").json["counters"]

    assert (info["token"]["label"], info["card"]) == (label, None)
    assert free["certificates"]["auth"]["readable"] is False
    assert {row["application"] for row in rows} == {"jpki"}


def test_a_renewal_that_one_list_does_not_tell_is_told_as_that(jpki):
    """Whoever takes it for nothing made would make a third card."""
    taken = jpki.home / "ca" / "crl" / "auth-g3-full.crl"
    taken.unlink()
    taken.mkdir()

    said = jpki("card", "new", "hanako", "--renew", "--json")

    assert (said.status, said.json["card"]) == (USAGE, "hanako-2")
    told = "card hanako-2 is made; not every list says yet that the one before ended: "
    assert said.json["error"].startswith(f"{told}{taken} is a directory")
    assert said.json["error"].endswith("; `jpki ca crl` makes them")


def test_a_card_without_pins_has_no_tries(jpki):
    """顔認証マイナンバーカード: PINs were never set, what is printed still opens its files."""
    jpki("card", "new", "hanako", "--name", "face", "--without-pins")

    with World.open(jpki.home) as world:
        assert world.card("face").serials.keys() == {Kind.AUTH}
        assert [r.revocation for r in world.certificates_of("hanako", Kind.SIGN)] == [None]
    rows = jpki("read", "counters", "--card", "face", "--json").json["counters"]
    left = {row["secret"]: row["tries_left"] for row in rows}
    face = jpki("read", "face", "--card", "face", environment=_numbers(jpki, "face"))

    assert left == {
        "auth": 0,
        "sign": 0,
        "text": 0,
        "juki": 0,
        "number-a": 10,
        "number-b": 10,
        "birth-date": 10,
    }
    assert face.status == YES


def test_a_renewed_card_supersedes_the_one_before(jpki, files):
    """Whoever checks the old certificate is told, without another command."""
    before = jpki("check", files / "auth.cer").status

    jpki("card", "new", "hanako", "--renew")

    after = jpki("check", files / "auth.cer")
    assert (before, after.status, "superseded" in after.stdout) == (YES, NO, True)


def test_without_renewal_the_old_certificates_stay_good(jpki, files):
    """As no real citizen's would, and as some tests need."""
    jpki("card", "new", "hanako")

    assert jpki("check", files / "auth.cer").status == YES


def test_a_licence_is_read_with_its_pin(jpki, driver):
    """By programs and people, with a number that is nobody's."""
    data = jpki("read", "licence", "--card", driver, "--json", environment=LICENCE).json
    text = jpki("read", "licence", "--card", driver, environment=LICENCE).stdout

    assert (data["pin_is_set"], data["number"][:2], data["issued"]) == (True, "00", "2026-11-23")
    assert [data[key] in text for key in ("number", "issued", "expires")] == [True, True, True]


def test_a_licence_is_read_through_a_reader(jpki, driver):
    """Over our PC/SC service."""
    read = (PROGRAM, "read", "licence", "--json")

    said = jpki.process("card", "run", driver, "--", *read, environment=LICENCE)

    assert (said.status, said.json["pin_is_set"]) == (YES, True)


def test_a_licence_without_a_pin_asks_for_none(jpki):
    """The card says that none is set."""
    jpki("card", "new", "hanako", "--name", "driver", "--licence", "--without-pins")

    said = jpki("read", "licence", "--card", "driver", "--json")

    assert (said.status, said.json["pin_is_set"]) == (YES, False)


@pytest.mark.parametrize(
    ("environment", "status", "message"),
    [
        ({"JPKI_LICENCE_PIN": "9999"}, NO, "wrong マイナ免許証の暗証番号: 9 tries left"),
        ({}, USAGE, "no PIN: set $JPKI_LICENCE_PIN"),
    ],
    ids=["wrong", "missing"],
)
def test_a_licence_is_not_read_without_its_pin(jpki, driver, environment, status, message):
    """A wrong one costs one of ten tries."""
    said = jpki("read", "licence", "--card", driver, environment=environment)

    assert (said.status, message in said.error) == (status, True)


def test_a_card_without_a_licence_says_so(jpki):
    """Most have none."""
    said = jpki("read", "licence", "--card", "hanako", environment=LICENCE)

    assert (said.status, "the card has no マイナ免許証" in said.error) == (CARD, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nobody",), "there is no citizen 'nobody'; there are: hanako"),
        (("hanako", "--name", "hanako"), "there is a card 'hanako' already"),
        (("hanako", "--name", "A/B"), "'A/B'"),
        (("jiro", "--licence"), "jiro is not known to be 18"),
        (("hanako", "--token", "android", "--licence"), "a phone holds 公的個人認証AP only"),
        (("hanako", "--token", "iphone", "--older"), "a phone holds 公的個人認証AP only"),
        (("hanako", "--token", "android", "--atr", "contact-da"), "a phone has no contacts"),
        (("hanako", "--token", "android", "--without-pins"), "a phone always has PINs"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_made_is_a_usage_error(jpki, words, message):
    """In one line, and no card and no certificate is left of it."""
    before = jpki("ca", "list", "--json").json, jpki("card", "list", "--json").json

    said = jpki("card", "new", *words)

    assert (said.status, message in said.error) == (USAGE, True)
    assert (jpki("ca", "list", "--json").json, jpki("card", "list", "--json").json) == before


@pytest.mark.parametrize("option", ["--long-form", "--older"])
def test_a_card_of_an_older_make_is_read_as_any(jpki, hanako, option):
    """The command line does not notice."""
    jpki("card", "new", "hanako", "--name", "old", option)

    said = jpki("read", "attributes", "--card", "old", "--json", environment=VALUES)

    assert (said.status, said.json["name"]) == (YES, hanako.person.name.text)


def test_the_secrets_of_a_test_card_can_be_looked_up(jpki, driver):
    """By its owner, who asks for them; every one works with the variable beside it."""
    rows = jpki("card", "show", driver, "--secrets", "--json").json["secrets"]
    text = jpki("card", "show", driver, "--secrets").stdout

    shown = {row["variable"]: row["value"] for row in rows if row["variable"]}
    assert shown == VALUES | _numbers(jpki, driver)
    assert [value in text for value in shown.values()] == [True] * len(shown)
    assert [variable in text for variable in shown] == [True] * len(shown)


def test_secrets_are_saved_as_check_card_reads_them(jpki, tmp_path):
    """For its owner's eyes only, and never over another file."""
    place = tmp_path / "hanako.env"
    words = ("card", "show", "hanako", "--save-secrets", place)

    said = jpki(*words)
    again = jpki(*words)
    judged = jpki("check-card", "--card", "hanako", "--secrets-file", place)

    assert (said.status, place.stat().st_mode & 0o777, judged.status) == (YES, 0o600, YES)
    assert (again.status, "say --force" in again.error) == (USAGE, True)
    assert [value for value in _numbers(jpki, "hanako").values() if value in said.everything] == []


def test_the_secrets_shown_are_those_of_now(jpki):
    """A PIN that was changed, and a try that was spent."""
    changed = {**AUTH, "JPKI_NEW_PIN": "8265"}
    assert jpki("pin", "change", "auth", "--card", "hanako", environment=changed).status == YES
    jpki("pin", "verify", "sign", "--card", "hanako", environment={"JPKI_SIGN_PIN": "WRONG9"})

    rows = jpki("card", "show", "hanako", "--secrets", "--json").json["secrets"]

    found = {(row["application"], row["secret"]): row for row in rows}
    assert found["jpki", "auth"]["value"] == "8265"
    assert found["jpki", "sign"]["tries_left"] == 4


@pytest.mark.parametrize("kind", [CardKind.OTHER, CardKind.MUTE])
def test_a_card_of_another_kind_is_shown_as_one(jpki, kind):
    """It has no image, no certificate and no secret."""
    with World.open(jpki.home) as world:
        stranger = replace(world.citizen("hanako"), name="stranger")
        with world.desk(keys=0) as desk:
            desk.add_odd_card(kind, stranger, expires=date(2030, 1, 1))

    said = jpki("card", "show", "stranger", "--secrets", "--json")

    assert (said.status, said.json["kind"], said.json["secrets"]) == (YES, kind.value, [])
    assert jpki("card", "list").status == YES


def test_a_secret_that_was_never_set_is_shown_as_none(jpki):
    """A child's password for signing."""
    said = jpki("card", "show", "jiro", "--secrets")

    assert "sign        never set        blocked" in said.stdout


@pytest.mark.parametrize("words", [("show", "hanako"), ("list",), ("new", "hanako")])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_without_being_asked_no_command_on_cards_shows_a_secret(jpki, words, form):
    """Not even of a card that was just made."""
    said = jpki("card", *words, *form)

    card = "hanako-2" if words[0] == "new" else "hanako"
    values = {*_numbers(jpki, card).values(), "ABC123"}
    assert [value for value in values if value in said.everything] == []


def _numbers(jpki, card):
    """Give what is printed on a card, by variable."""
    return {
        name: value for name, value in secrets_of(jpki, card).items() if name != "JPKI_TEXT_PIN"
    }

"""`jpki check-card`: genuine, tampered with, copied, incomplete; and what it takes to tell."""

from dataclasses import replace

import pytest
from jpki_cli.card_findings import Findings
from jpki_cli.evidence import Unread
from jsonschema import Draft202012Validator

from cardsim.readers.inprocess import InProcessConnection
from cardsim.world import World
from cardsim.world.cards import CardKind
from cardsim.world.defects import Defect, spoil
from cardsim.world.issuing import CardOrder
from cardsim.world.odd import odd_card
from jpki.card.layout import Ap, TokenKind
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.verify import Verdict
from tests.cli.calling import AUTH, CANNOT_TELL, CARD, NO, PROGRAM, SIGN, USAGE, YES, secrets_of
from tests.cli.conftest import START
from tests.cli.test_read import RecordingCard, readers_with
from tests.support.cards import adult_card, pkcs8, rsa_key
from tests.support.whole import whole_card

EVERYTHING = (
    *("--with", "pin", "--with", "number-a", "--with", "number-b", "--with", "birth-date"),
    *("--with-pin", "auth", "--with-pin", "sign"),
)
NUMBER, ATTRIBUTES, PHOTO = "number (個人番号)", "four attributes (基本4情報)", "photo (顔写真)"
BIRTH = "birth date for age checks (生年月日)"
NUMBER_IMAGE = "image of the number (個人番号画像)"
TEXT_CHIP = "chip of the text, no copy (内部認証)"
FACE_CHIP = "chip of the face, no copy (内部認証)"
AUTH_CERTIFICATE = "certificate for logging in (利用者証明用電子証明書)"
SIGN_CERTIFICATE = "certificate for signing (署名用電子証明書)"
HOLDER = "text of the signing certificate's holder (署名用電子証明書との一致)"
WORD = "what the card says of its certificates (証明書の有無, EF 0008)"
AUTH_KEY = "key for logging in, no copy (利用者証明用の秘密鍵)"
SELECT, READ_BINARY, AVAILABILITY = 0xA4, 0xB0, b"\x00\x08"
FACE_AIDS = {Ap.TEXT.aid, Ap.VISUAL.aid}


@pytest.fixture
def judged(jpki):
    """Judge a card of the world with everything there is to present, in JSON."""

    def judge(card, *words):
        environment = {**AUTH, **SIGN, **secrets_of(jpki, card)}
        words = words or EVERYTHING
        return jpki("check-card", "--card", card, *words, "--json", environment=environment)

    return judge


def test_the_reports_on_a_card_fit_the_published_schema(jpki, judged):
    """Face, certificates and logins in one answer."""
    validator = Draft202012Validator(jpki("check", "--schema").json)

    said = judged("hanako")

    assert {report["subject"] for report in said.json["reports"]} >= {"card-face", "certificate"}
    assert [error.message for error in validator.iter_errors(said.json)] == []


@pytest.fixture
def issued(jpki):
    """Issue a card to Hanako whose image was changed; give its name."""

    def issue(change):
        with World.open(jpki.home) as world:
            hanako = world.citizen("hanako")
            # Two keys for its certificates, and two for a defect that wants others.
            with world.desk(keys=4) as desk:
                order = CardOrder(hanako, "odd", moment=desk.now)
                desk.issue(replace(order, change=lambda image: change(image, desk.keys)))
        return "odd"

    return issue


@pytest.fixture
def in_between(monkeypatch):
    """Put somebody between card and reader, who may give another answer than the card's."""
    transmit = InProcessConnection.transmit

    def place(change):
        def changed(connection, command):
            answer = transmit(connection, command)
            return change(command, answer) or answer

        monkeypatch.setattr(InProcessConnection, "transmit", changed)

    return place


def is_signing(command):
    """Whether it is COMPUTE DIGITAL SIGNATURE."""
    return command[:2] == b"\x80\x2a"


def answering(ef, content):
    """Give somebody in between who puts other contents into an EF of 公的個人認証AP."""
    selected = []

    def change(command, answer):
        if command[1] == SELECT:
            selected.append(command[5:])
        is_read = command[1] == READ_BINARY and selected[-2:] == [Ap.JPKI.aid, ef]
        return content + b"\x90\x00" if is_read else answer

    return change


def calling_itself_a_phone(_, answer):
    """Put a phone's label into EF 0006."""
    return answer.replace(b"JPKIAPICCTOKEN2", b"JPKIAPGPSETOKEN")


def test_a_genuine_card_is_proven_whole(judged):
    """With all its secrets nothing stays open but what no signature covers."""
    said = judged("hanako")

    assert (said.status, said.json["verdict"]) == (YES, "GOOD")
    assert (said.json["refuted"], said.json["undecided"], said.json["unread"]) == ([], [], [])
    assert {NUMBER, ATTRIBUTES, PHOTO, TEXT_CHIP, FACE_CHIP, AUTH_KEY, SIGN_CERTIFICATE} <= set(
        said.json["proven"]
    )
    assert any("DF29" in part for part in said.json["unprovable"])


def test_a_genuine_card_is_proven_through_a_reader(jpki, secrets):
    """Over our PC/SC service, as a card in any reader."""
    command = ("card", "run", "hanako", "--", PROGRAM, "check-card", *EVERYTHING, "--json")

    said = jpki.process(*command, environment={**AUTH, **SIGN, **secrets})

    assert (said.status, said.json["verdict"]) == (YES, "GOOD")


def test_people_are_told_the_same(jpki, judged, secrets):
    """Every part stands under its verdict, and the verdict comes last."""
    data = judged("hanako", "--with", "number-b").json
    environment = {**AUTH, **SIGN, **secrets}
    text = jpki("check-card", "--card", "hanako", "--with", "number-b", environment=environment)

    lists = [data[key] for key in ("proven", "refuted", "undecided", "unprovable")]
    assert [part for parts in lists for part in parts if f"{part}\n" not in text.stdout] == []
    assert text.stdout.endswith("Card: CANNOT_TELL (判定不能)\n")


def test_without_secrets_it_says_which_would_decide(jpki):
    """What is free is judged; nothing else is called good."""
    said = jpki("check-card", "--card", "hanako")

    assert said.status == CANNOT_TELL
    assert "EF 0001 個人番号; to decide: --with pin or --with number-a\n" in said.stdout
    assert "EF 0001 生年月日; to decide: --with birth-date\n" in said.stdout
    assert f"{AUTH_KEY}; to decide: --with-pin auth\n" in said.stdout
    assert f"proven genuine           {AUTH_CERTIFICATE}\nnot decided " in said.stdout


@pytest.mark.parametrize(
    ("secret", "proven", "open_"),
    [
        ("pin", {NUMBER, ATTRIBUTES, TEXT_CHIP}, {PHOTO, BIRTH, FACE_CHIP}),
        ("number-a", {NUMBER, PHOTO, NUMBER_IMAGE, TEXT_CHIP, FACE_CHIP}, {ATTRIBUTES, BIRTH}),
        ("number-b", {ATTRIBUTES, PHOTO, TEXT_CHIP, FACE_CHIP}, {NUMBER, NUMBER_IMAGE, BIRTH}),
        ("birth-date", {BIRTH, FACE_CHIP}, {NUMBER, ATTRIBUTES, PHOTO, TEXT_CHIP}),
    ],
)
def test_each_secret_proves_what_it_opens(judged, secret, proven, open_):
    """Whoever checks one thing presents one secret; the rest is undecided, not good."""
    said = judged("hanako", "--with", secret)

    assert said.status == CANNOT_TELL
    assert proven <= set(said.json["proven"])
    assert open_ <= set(said.json["undecided"])


@pytest.mark.parametrize("words", [EVERYTHING[:-2], EVERYTHING], ids=["without", "with"])
def test_a_childs_card_is_good_for_what_is_on_it(jpki, judged, words):
    """The certificate a child has not is said to be missing, and by whom; also to its password."""
    said = judged("jiro", *words)

    assert (said.status, said.json["absent"]) == (YES, [SIGN_CERTIFICATE])
    assert {NUMBER, PHOTO, TEXT_CHIP, FACE_CHIP, AUTH_KEY} <= set(said.json["proven"])


def test_what_is_not_on_a_good_card_stands_in_its_verdict(jpki):
    """Whoever reads only the last line learns of it too."""
    environment = {**AUTH, **secrets_of(jpki, "jiro")}
    words = ("check-card", "--card", "jiro", *EVERYTHING[:-2])

    text = jpki(*words, environment=environment).stdout

    assert f"\nnot on the card (by the card's own word) {SIGN_CERTIFICATE}\n" in text
    last = "Card: GOOD (有効) for what is on it; by its own unsigned word it has not: "
    assert text.endswith(f"\n{last}{SIGN_CERTIFICATE}\n")


def test_the_face_of_one_person_beside_the_certificates_of_another_is_refuted(
    jpki, secrets, in_between
):
    """Somebody in between asks one card for text and face and another for the rest."""
    words = ("check-card", "--card", "taro", *EVERYTHING, "--json")
    with World.open(jpki.home) as world:
        hanako = world.open_card("hanako")
    hanako.power_on()
    selected = []

    def mixed(command, answer):
        if command[1:3] == bytes([SELECT, 0x04]):
            selected.append(command[5:])
        return hanako.transmit(command) if selected[-1] in FACE_AIDS else answer

    in_between(mixed)

    said = jpki(*words, environment={**AUTH, **SIGN, **secrets})

    assert (said.status, said.json["refuted"]) == (NO, [HOLDER])
    assert {NUMBER, PHOTO, AUTH_KEY, SIGN_CERTIFICATE} <= set(said.json["proven"])


@pytest.mark.parametrize(("card", "unread"), [("hanako", False), ("jiro", True)])
def test_whose_the_certificate_for_logging_in_is_is_never_called_proven(judged, card, unread):
    """It names nobody; beside a signing certificate at least somebody is named."""
    words = EVERYTHING if card == "hanako" else EVERYTHING[:-2]

    said = judged(card, *words)

    (row,) = [each for each in said.json["unprovable"] if "logging in" in each]
    assert said.status == YES
    assert row.endswith("no signing certificate was read beside it") == unread
    assert (HOLDER in said.json["proven"]) == (not unread)


@pytest.mark.parametrize("answered", ["000000", "008F00", "8F0000"])
def test_a_certificate_the_card_denies_having_refutes_its_word(judged, in_between, answered):
    """Nobody signed EF 0008: both certificates are looked for and judged all the same."""
    in_between(answering(AVAILABILITY, bytes.fromhex(answered)))

    said = judged("hanako")

    assert (said.status, said.json["refuted"], said.json["absent"]) == (NO, [WORD], [])
    assert {AUTH_CERTIFICATE, AUTH_KEY, SIGN_CERTIFICATE} <= set(said.json["proven"])


@pytest.mark.parametrize("answered", ["000000", "008F00", "8F0000"])
def test_a_tampered_certificate_is_refuted_whatever_the_card_says_it_has(
    judged, issued, in_between, answered
):
    """Denying a certificate does not take it out of the verdict."""
    card = issued(lambda image, keys: spoil(image, Defect.TAMPERED_CERTIFICATE, keys))
    in_between(answering(AVAILABILITY, bytes.fromhex(answered)))

    said = judged(card)

    assert said.status == NO
    assert {AUTH_CERTIFICATE, SIGN_CERTIFICATE} <= set(said.json["refuted"])


def test_a_denied_certificate_whose_password_lives_is_undecided(judged, in_between):
    """A password with tries left opens something: it is said which would show it."""
    in_between(answering(AVAILABILITY, bytes.fromhex("008F00")))

    said = judged("hanako", *EVERYTHING[:-2])

    assert (said.status, said.json["absent"]) == (CANNOT_TELL, [])
    assert said.json["undecided"] == [SIGN_CERTIFICATE]
    assert said.json["unread"][0]["present"] == ["--with-pin sign"]


def test_a_card_without_certificates_is_good_for_text_and_face(jpki, judged):
    """Its chip is proven by the keys of those; that both are missing is said."""
    with World.open(jpki.home) as world, world.desk(keys=0) as desk:
        desk.issue(CardOrder(world.citizen("hanako"), "bare", moment=desk.now, kinds=()))

    said = judged("bare", *EVERYTHING[:-4])

    assert (said.status, said.json["absent"]) == (YES, [AUTH_CERTIFICATE, SIGN_CERTIFICATE])


@pytest.mark.parametrize(
    ("parts", "unread"),
    [
        ({}, []),
        ({PHOTO: Verdict.CANNOT_TELL}, []),
        ({PHOTO: Verdict.GOOD, NUMBER: Verdict.CANNOT_TELL}, []),
        ({PHOTO: Verdict.GOOD}, [Unread("EF 0001", ())]),
    ],
    ids=["nothing", "nothing good", "something open", "something unread"],
)
def test_findings_are_good_only_when_something_is_and_nothing_is_open(parts, unread):
    """An empty set proves nothing, and what was not read is not decided."""
    found = Findings(parts=dict(parts), unread=list(unread))

    assert found.verdict is Verdict.CANNOT_TELL


def test_a_tampered_face_is_refuted(judged, issued):
    """Somebody made the holder a year younger; the rest of the card is as it was signed."""
    said = judged(issued(lambda image, keys: spoil(image, Defect.TAMPERED_FACE, keys)))

    assert (said.status, said.json["refuted"]) == (NO, [ATTRIBUTES])
    assert {NUMBER, PHOTO, AUTH_KEY} <= set(said.json["proven"])


def test_a_tampered_certificate_is_refuted(judged, issued):
    """Both certificates, and nothing of text and face."""
    said = judged(issued(lambda image, keys: spoil(image, Defect.TAMPERED_CERTIFICATE, keys)))

    assert (said.status, said.json["refuted"]) == (NO, [AUTH_CERTIFICATE, SIGN_CERTIFICATE])


def test_a_certificate_copied_onto_another_card_is_refuted_by_its_key(judged, issued):
    """It is good, but the card does not hold its key."""
    said = judged(issued(lambda image, keys: spoil(image, Defect.WRONG_KEY, keys)))

    assert (said.status, said.json["refuted"]) == (NO, [AUTH_KEY])
    assert AUTH_CERTIFICATE in said.json["proven"]


def test_without_the_pin_a_copied_certificate_is_not_seen(judged, issued):
    """And so the key is not called good: that is what the PIN would decide."""
    card = issued(lambda image, keys: spoil(image, Defect.WRONG_KEY, keys))

    said = judged(card, *EVERYTHING[:-4])

    assert said.status == CANNOT_TELL
    assert said.json["undecided"] == [AUTH_KEY, SIGN_CERTIFICATE]


@pytest.mark.parametrize(
    ("application", "ef", "chip"), [("text", 0x13, TEXT_CHIP), ("visual", 0x1A, FACE_CHIP)]
)
def test_a_copy_is_refuted_by_its_answer(judged, issued, application, ef, chip):
    """Every file is the original's, but another card's key answers the challenge."""

    def copy(image, _):
        contents = getattr(image, application)
        keys = {**contents.keys, ef: pkcs8(rsa_key("another card"))}
        return replace(image, **{application: replace(contents, keys=keys)})

    said = judged(issued(copy))

    assert (said.status, said.json["refuted"]) == (NO, [chip])


def test_no_challenge_is_used_twice(judged, in_between):
    """What a card's keys sign is new each time: text, face and log-in, twice."""
    signed = []
    in_between(lambda command, answer: signed.append(command[5:]) if is_signing(command) else None)

    judged("hanako")
    judged("hanako")

    assert (len(signed), len(set(signed))) == (6, 6)


def test_a_card_that_replays_old_answers_is_refuted(judged, in_between):
    """Every file is the original's, and what its keys once signed is played again."""
    old = []
    in_between(lambda command, answer: old.append(answer) if is_signing(command) else None)
    judged("hanako")
    in_between(lambda command, answer: old.pop(0) if is_signing(command) else answer)

    said = judged("hanako")

    assert (said.status, old) == (NO, [])
    assert said.json["refuted"] == [TEXT_CHIP, FACE_CHIP, AUTH_KEY]


def test_a_card_whose_key_answers_nothing_is_undecided(judged, issued):
    """It may be broken; it is not proven to be no copy, and the reason is said."""

    def mute(image, _):
        keys = {ef: key for ef, key in image.text.keys.items() if ef != 0x13}
        return replace(image, text=replace(image.text, keys=keys))

    said = judged(issued(mute))

    assert (said.status, said.json["undecided"]) == (CANNOT_TELL, [TEXT_CHIP])
    why = said.json["unread"][0]["why"]
    assert "COMPUTE DIGITAL SIGNATURE" in why
    seen = [check["seen"] for report in said.json["reports"] for check in report["checks"]]
    assert (f"no signature: {why}" in seen, "the card was not asked" in seen) == (True, False)


def test_a_file_that_is_no_such_file_is_refuted(judged, issued):
    """Not taken for one that was not read."""

    def scribble(image, _):
        files = {**image.text.files, 0x02: b"\xff\x20\x84scribbled" + b"\xff" * 500}
        return replace(image, text=replace(image.text, files=files))

    said = judged(issued(scribble))

    assert (said.status, said.json["refuted"]) == (NO, [ATTRIBUTES])


def test_a_card_that_lacks_an_application_is_undecided(jpki, secrets, issued):
    """A My Number card has it; one without is not called good."""
    card = issued(lambda image, _: replace(image, visual=None))
    words = ("--with", "pin", "--with-pin", "auth", "--with-pin", "sign", "--json")

    said = jpki("check-card", "--card", card, *words, environment={**AUTH, **SIGN, **secrets})

    assert (said.status, PHOTO in said.json["undecided"]) == (CANNOT_TELL, True)
    assert "the card has no 券面事項確認AP" in said.json["unread"][0]["why"]


def test_a_licence_is_never_called_proven(jpki, judged):
    """It is signed, but nobody published how: a card can be genuine and that is open."""
    jpki("card", "new", "hanako", "--name", "driver", "--licence")

    said = judged("driver")

    assert (said.status, "マイナ免許証" in said.json["unprovable"][-1]) == (YES, True)


def test_a_revoked_certificate_is_refuted(jpki, judged):
    """By the world's own lists, at its time."""
    with World.open(jpki.home) as world:
        serial = world.serial("hanako", Kind.AUTH)
        world.revoke(Kind.AUTH, serial, RevocationReason.KEY_COMPROMISE)
        world.publish_lists()

    said = judged("hanako")

    assert (said.status, said.json["refuted"]) == (NO, [AUTH_CERTIFICATE])
    assert AUTH_KEY in said.json["proven"]


@pytest.fixture
def phone(jpki):
    """Give the name of a phone's token of Hanako's."""
    with World.open(jpki.home) as world:
        world.issue_card("hanako", name="phone", token=TokenKind.ANDROID)
    return "phone"


PHONE_PINS = ("--with-pin", "auth", "--with-pin", "sign")


def test_a_phone_that_was_expected_is_good_for_what_is_on_it(jpki, phone):
    """Both certificates and that it is no copy; text and face are said not to be there."""
    words = ("check-card", "--card", phone, "--phone", *PHONE_PINS)

    said = jpki(*words, "--json", environment={**AUTH, **SIGN})
    text = jpki(*words, environment={**AUTH, **SIGN})

    proven = [AUTH_CERTIFICATE, AUTH_KEY, SIGN_CERTIFICATE]
    assert (said.status, said.json["proven"], said.json["unprovable"]) == (YES, proven, [])
    assert len(said.json["absent"]) == 2
    assert text.stdout.count("not on this token, by its own unsigned word") == 4


def test_a_phone_without_its_pins_is_undecided(jpki, phone):
    """Its certificates are behind them."""
    said = jpki("check-card", "--card", phone, "--phone", "--json")

    undecided = [AUTH_CERTIFICATE, AUTH_KEY, SIGN_CERTIFICATE]
    assert (said.status, said.json["undecided"]) == (CANNOT_TELL, undecided)


def test_text_and_face_are_missed_on_a_phone_nobody_expected(jpki, phone):
    """That it is a phone is its own word; whoever knows better is told what to say."""
    words = ("check-card", "--card", phone, *PHONE_PINS, "--json")

    said = jpki(*words, environment={**AUTH, **SIGN})

    assert (said.status, PHOTO in said.json["undecided"]) == (CANNOT_TELL, True)
    assert [each["why"].endswith("say --phone") for each in said.json["unread"]] == [True] * 2


@pytest.mark.parametrize("words", [(), ("--phone",)], ids=["", "expected"])
def test_a_phone_with_nothing_on_it_is_undecided(jpki, words):
    """Without a key that answers a challenge nothing shows that anything genuine is there."""
    with World.open(jpki.home) as world, world.desk(keys=0) as desk:
        order = CardOrder(world.citizen("hanako"), "bare", moment=desk.now, kinds=())
        desk.issue(replace(order, token=TokenKind.ANDROID))

    said = jpki("check-card", "--card", "bare", *words, "--json")

    assert (said.status, said.json["proven"]) == (CANNOT_TELL, [])


def test_a_phone_that_hides_its_key_for_logging_in_is_undecided(jpki, phone, in_between):
    """A signing certificate alone can be a copy: its key is never asked to prove itself."""
    denying = answering(AVAILABILITY, bytes.fromhex("8F0000"))
    in_between(
        lambda command, answer: (
            b"\x6a\x82" if command[5:] == b"\x00\x0a" else denying(command, answer)
        )
    )
    words = ("--phone", *PHONE_PINS, "--json")

    said = jpki("check-card", "--card", phone, *words, environment={**AUTH, **SIGN})

    assert (said.status, said.json["undecided"]) == (CANNOT_TELL, [AUTH_KEY])
    assert AUTH_CERTIFICATE in said.json["absent"]


@pytest.mark.parametrize("words", [EVERYTHING, (*EVERYTHING, "--phone")], ids=["", "expected"])
def test_a_tampered_card_that_calls_itself_a_phone_is_refuted(judged, issued, in_between, words):
    """Nobody signed EF 0006: text and face are judged wherever they answer."""
    card = issued(lambda image, keys: spoil(image, Defect.TAMPERED_FACE, keys))
    in_between(calling_itself_a_phone)

    said = judged(card, *words)

    assert (said.status, said.json["refuted"]) == (NO, [ATTRIBUTES])


def test_a_card_that_hides_its_face_and_calls_itself_a_phone_is_undecided(judged, in_between):
    """As any other card without a face: the label makes nothing good."""
    in_between(
        lambda command, answer: (
            b"\x6a\x82" if command[5:] in FACE_AIDS else calling_itself_a_phone(command, answer)
        )
    )

    said = judged("hanako", *PHONE_PINS)

    assert (said.status, PHOTO in said.json["undecided"]) == (CANNOT_TELL, True)


def test_a_card_from_elsewhere_is_judged_by_named_keys(jpki, homeless, files, secrets, tmp_path):
    """A relying party has files and no world; none is made for it."""
    jpki("ca", "export", tmp_path / "export")
    trust = files / "trust"
    named = (
        *("--ca", trust / "auth-ca.cer", "--ca", trust / "sign-ca.cer"),
        *("--crl", trust / "auth.crl", "--crl", trust / "sign.crl"),
        *("--cv-ca", tmp_path / "export" / "cv-text-ca.cvcert"),
        *("--cv-ca", tmp_path / "export" / "cv-surface-ca.cvcert"),
        *("--at", START.isoformat(), "--json"),
    )
    with World.open(jpki.home) as world, readers_with(world.open_card("hanako")) as variable:
        environment = {**variable, **AUTH, **SIGN, **secrets}
        said = homeless.process("check-card", *EVERYTHING, *named, environment=environment)

    assert (said.status, said.json["verdict"]) == (YES, "GOOD")
    assert not homeless.home.parent.exists()


def test_without_anything_to_rely_on_nothing_is_proven(homeless):
    """No world and no named keys: a card of somewhere is neither good nor bad."""
    with readers_with(whole_card()) as variable:
        said = homeless.process("check-card", "--json", environment=variable)

    assert said.json["proven"] == []
    assert TEXT_CHIP in said.json["undecided"]


@pytest.mark.parametrize("option", ["--ca", "--cv-ca"])
def test_whoever_names_keys_gets_none_of_the_world(jpki, judged, files, tmp_path, option):
    """This world can say nothing of a card from elsewhere: the other half is undecided."""
    jpki("ca", "export", tmp_path)
    named = {
        "--ca": ("--ca", files / "trust" / "auth-ca.cer", "--crl", files / "trust" / "auth.crl"),
        "--cv-ca": ("--cv-ca", tmp_path / "cv-text-ca.cvcert"),
    }[option]

    said = judged("hanako", *EVERYTHING, *named)

    proven = set(said.json["proven"])
    assert said.status == CANNOT_TELL
    assert (AUTH_CERTIFICATE in proven, NUMBER in proven) == (option == "--ca", option != "--ca")


def test_the_keys_of_another_world_refute_the_card(jpki, judged, tmp_path):
    """They have the same identifiers: the name of a key proves nothing."""
    jpki("--home", tmp_path / "other", "ca", "export", tmp_path / "trust")
    named = ("--cv-ca", tmp_path / "trust" / "cv-text-ca.cvcert")

    said = judged("hanako", *EVERYTHING, *named)

    assert (said.status, {NUMBER, ATTRIBUTES} <= set(said.json["refuted"])) == (NO, True)


@pytest.mark.parametrize("content", [b"", b"\x30\x00", b"\x7f\x21" + bytes(566)])
def test_what_is_no_cv_certificate_is_a_usage_error(jpki, tmp_path, content):
    """The wrong file was named."""
    (tmp_path / "wrong.cvcert").write_bytes(content)

    said = jpki("check-card", "--card", "hanako", "--cv-ca", tmp_path / "wrong.cvcert")

    assert (said.status, "not a CV CA key to rely on" in said.error) == (USAGE, True)


def test_a_wrong_secret_costs_one_try_and_ends_it(jpki, secrets):
    """The answer is no; nothing further is presented."""
    wrong = {**secrets, "JPKI_NUMBER_A": "000000000000"}

    said = jpki("check-card", "--card", "hanako", *EVERYTHING[:-4], environment=wrong)

    rows = jpki("read", "counters", "--card", "hanako", "--json").json["counters"]
    left = {(row["application"], row["secret"]): row["tries_left"] for row in rows}
    assert (said.status, "wrong 照合番号A: 9 tries left" in said.error) == (NO, True)
    assert (left["text", "number-a"], left["visual", "number-a"]) == (9, 10)


def test_another_kind_of_card_is_said_to_be_one(homeless):
    """Exit status 4: there is nothing to judge."""
    with readers_with(odd_card(CardKind.OTHER)) as variable:
        said = homeless.process("check-card", environment=variable)

    assert (said.status, "the card has no 公的個人認証AP" in said.error) == (CARD, True)


def test_no_secret_is_presented_that_was_not_named(homeless, secrets):
    """Not even where all are set in the environment."""
    card = RecordingCard(adult_card())
    with readers_with(card) as variable:
        homeless.process("check-card", environment={**variable, **AUTH, **SIGN, **secrets})

    assert (len(card.commands) > 3, card.secrets_sent) == (True, [])


@pytest.mark.parametrize("words", [EVERYTHING[:-4], EVERYTHING], ids=["face", "everything"])
def test_the_card_has_forgotten_every_secret_afterwards(jpki, homeless, secrets, words):
    """The last application selected is none that was shown a secret."""
    with World.open(jpki.home) as world:
        card = RecordingCard(world.open_card("hanako"))
        with readers_with(card) as variable:
            environment = {**variable, **AUTH, **SIGN, **secrets}
            homeless.process("check-card", *words, environment=environment)

    selected = [command[5:] for command in card.commands if command[1:3] == b"\xa4\x04"]
    last_secret = card.commands.index(card.secrets_sent[-1])
    assert any(command[1:3] == b"\xa4\x04" for command in card.commands[last_secret:])
    assert selected[-1] == bytes.fromhex(
        "A0000001510000" if words is EVERYTHING else "D392F000260100000001"
    )


@pytest.mark.parametrize("file", ["-", "secrets.env"])
def test_secrets_can_come_from_one_file(jpki, secrets, tmp_path, file):
    """Whatever it names is presented; comments and empty lines are none."""
    lines = [f"{name}={value}" for name, value in {**secrets, **AUTH, **SIGN}.items()]
    text = "\n".join(["# a test card", "", *lines, "JPKI_LICENCE_PIN=1234", ""])
    (tmp_path / "secrets.env").write_text(text)
    place = file if file == "-" else tmp_path / file

    said = jpki("check-card", "--card", "hanako", "--secrets-file", place, "--json", stdin=text)

    assert (said.status, said.json["verdict"]) == (YES, "GOOD")


def test_only_what_is_named_is_taken_from_the_file(jpki, secrets, tmp_path):
    """A file may hold more than this check shall present."""
    text = "\n".join(f"{name}={value}" for name, value in secrets.items())
    (tmp_path / "secrets.env").write_text(text)
    words = ("--secrets-file", tmp_path / "secrets.env", "--with", "number-b", "--json")

    said = jpki("check-card", "--card", "hanako", *words)

    assert (NUMBER in said.json["undecided"], ATTRIBUTES in said.json["proven"]) == (True, True)


@pytest.mark.parametrize(
    ("content", "words", "message"),
    [
        (b"JPKI_NUMBER_A", (), "line 1 of "),
        (b"\nNUMBER=437859642551", (), "line 2 of "),
        (b"437859642551", (), "is no NAME=VALUE with one of the names JPKI_AUTH_PIN"),
        (b"JPKI_NUMBER_A=\xff4378", (), "is no text"),
        (b"JPKI_TEXT_PIN=1234", ("--with", "number-a"), "has no JPKI_NUMBER_A"),
        (b"JPKI_NUMBER_A=43785", (), "照合番号A: 12 characters are needed"),
        (None, (), "cannot read"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_usage_error(jpki, tmp_path, content, words, message):
    """The line is named and never quoted: it may hold a secret."""
    if content is not None:
        (tmp_path / "secrets.env").write_bytes(content)
    options = ("--secrets-file", tmp_path / "secrets.env", *words)

    said = jpki("check-card", "--card", "hanako", *options)

    assert (said.status, message in said.error, "4378" in said.error) == (USAGE, True, False)


def test_a_missing_secret_is_a_usage_error(jpki):
    """The variable to set stands in the message, before the card is asked anything."""
    said = jpki("check-card", "--card", "hanako", "--with", "number-b")

    assert (said.status, "no 照合番号B: set $JPKI_NUMBER_B" in said.error) == (USAGE, True)

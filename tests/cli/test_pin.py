"""`jpki pin`: tries are shown, spent by name only, and the last one never."""

import pytest

from tests.cli.calling import AUTH, CARD, NO, SIGN, USAGE, WRONG_AUTH, WRONG_SIGN, YES


def tries(jpki, card="hanako"):
    return jpki("pin", "status", "--card", card, "--json").json["tries_left"]


def spend(jpki, kind, times):
    """Spend tries one by one; give the last answer."""
    wrong = {**WRONG_AUTH, **WRONG_SIGN}
    answers = [
        jpki("pin", "verify", kind, "--card", "hanako", environment=wrong) for _ in range(times)
    ]
    return answers[-1]


def block(jpki):
    """Block the PIN for logging in, with a client that has no qualms."""
    code = (
        "pkcs15-tool --verify-pin --auth-id 01 --pin 9999;"
        "pkcs15-tool --verify-pin --auth-id 01 --pin 9998;"
        "pkcs15-tool --verify-pin --auth-id 01 --pin 9997; true"
    )
    assert jpki.process("card", "run", "hanako", "--", "sh", "-c", code).status == 0


def test_a_new_card_has_all_its_tries(jpki):
    """Three for logging in, five for signing."""
    assert tries(jpki) == {"sign": 5, "auth": 3}


def test_the_tries_left_are_shown_to_people_too(jpki):
    """The same numbers without --json."""
    said = jpki("pin", "status", "--card", "hanako")

    assert (said.status, said.stdout) == (YES, "sign  5 tries left\nauth  3 tries left\n")


@pytest.mark.parametrize(("kind", "left"), [("auth", 3), ("sign", 5)])
def test_the_right_pin_is_taken(jpki, kind, left):
    """It costs nothing."""
    said = jpki("pin", "verify", kind, "--card", "hanako", "--json", environment={**AUTH, **SIGN})

    assert said.status == YES
    assert said.json == {"kind": kind, "accepted": True, "changed": False, "tries_left": left}


@pytest.mark.parametrize(
    ("kind", "left"), [("auth", {"sign": 5, "auth": 2}), ("sign", {"sign": 4, "auth": 3})]
)
def test_a_wrong_pin_costs_one_try_of_its_own(jpki, kind, left):
    """The answer is no, says how many are left, and the other PIN is untouched."""
    said = spend(jpki, kind, 1)

    assert (said.status, f"{left[kind]} tries left" in said.stdout) == (NO, True)
    assert tries(jpki) == left


def test_the_right_pin_gives_the_tries_back(jpki):
    """As on a real card."""
    spend(jpki, "auth", 1)

    jpki("pin", "verify", "auth", "--card", "hanako", environment=AUTH)

    assert tries(jpki)["auth"] == 3


@pytest.mark.parametrize(("kind", "all_but_one"), [("auth", 2), ("sign", 4)])
def test_the_last_try_is_never_spent(jpki, kind, all_but_one):
    """Not even by the right PIN, and the answer says why."""
    spend(jpki, kind, all_but_one)

    said = jpki("pin", "verify", kind, "--card", "hanako", environment={**AUTH, **SIGN})

    assert (said.status, "so it was not sent" in said.stdout) == (NO, True)
    assert tries(jpki)[kind] == 1


def test_who_is_refused_the_last_try_is_told_what_helps(jpki):
    """The command never sends it: other software can, and an office sets a new PIN."""
    spend(jpki, "auth", 2)

    said = jpki("pin", "verify", "auth", "--card", "hanako", environment=AUTH)

    assert ["other software" in said.stdout, "市区町村窓口" in said.stdout] == [True, True]


def test_one_try_is_told_in_the_singular(jpki):
    """By the answer that leaves it, and by both commands that show it."""
    wrong = spend(jpki, "auth", 2)
    status = jpki("pin", "status", "--card", "hanako")
    info = jpki("read", "info", "--card", "hanako")

    told = [said.stdout for said in (wrong, status, info)]
    assert ["1 try left" in text for text in told] == [True] * 3
    assert ["1 tries left" in text for text in told] == [False] * 3


@pytest.mark.parametrize(
    "words",
    [
        ("pin", "verify", "auth"),
        ("pin", "change", "auth"),
        ("login",),
        ("read", "certs", "--with-pin", "auth"),
    ],
    ids=" ".join,
)
def test_no_command_spends_the_last_try(jpki, words):
    """Each command that presents a PIN holds back."""
    spend(jpki, "auth", 2)
    pins = {**WRONG_AUTH, "JPKI_NEW_PIN": "5678"}

    said = jpki(*words, "--card", "hanako", environment=pins)

    assert (said.status, tries(jpki)["auth"]) == (NO, 1)


def test_signing_does_not_spend_the_last_try_either(jpki, letter):
    """The signing password has five; the fifth is the holder's."""
    spend(jpki, "sign", 4)

    said = jpki("sign", letter, "--card", "hanako", environment=WRONG_SIGN)

    assert (said.status, tries(jpki)["sign"]) == (NO, 1)


def test_a_child_s_card_is_in_order_without_a_signing_pin(jpki):
    """Nothing is blocked that never was: a healthy card is no "no"."""
    text = jpki("pin", "status", "--card", "jiro")
    data = jpki("pin", "status", "--card", "jiro", "--json")

    assert (text.status, text.stdout) == (
        YES,
        "sign  no 署名用電子証明書 (nobody under 15 has one)\nauth  3 tries left\n",
    )
    assert (data.status, data.json) == (
        YES,
        {"tries_left": {"sign": 0, "auth": 3}, "absent": ["sign"]},
    )


@pytest.mark.parametrize(
    "words",
    [
        ("pin", "verify", "sign"),
        ("pin", "change", "sign"),
        ("read", "certs", "--with-pin", "sign"),
    ],
    ids=" ".join,
)
def test_a_pin_the_card_never_had_is_told_as_one(jpki, words):
    """Its owner would look for a way to unblock it."""
    pins = {**SIGN, "JPKI_NEW_PIN": "NEWPASS1"}

    said = jpki(*words, "--card", "jiro", environment=pins)

    assert (said.status, said.error) == (
        CARD,
        "jpki: the card carries no 署名用電子証明書 (nobody under 15 has one)",
    )


def test_a_blocked_pin_is_told_as_such(jpki):
    """Neither the right PIN nor the status command says anything else."""
    block(jpki)

    verified = jpki("pin", "verify", "auth", "--card", "hanako", environment=AUTH)
    status = jpki("pin", "status", "--card", "hanako")

    assert (verified.status, "is blocked" in verified.stdout) == (NO, True)
    assert (status.status, "auth  blocked (閉塞)" in status.stdout) == (NO, True)


@pytest.mark.parametrize(
    ("kind", "pin"),
    [
        ("auth", "123"),
        ("auth", "12345"),
        ("auth", "12a4"),
        ("auth", "１２３４"),
        ("sign", "ABC12"),
        ("sign", "ABC123ABC123ABC123"),
        ("sign", "ABC 123"),
    ],
)
def test_a_pin_of_a_wrong_form_costs_no_try(jpki, kind, pin):
    """It cannot be right, so it is not sent; the rule is said, the PIN is not."""
    pins = {"JPKI_AUTH_PIN": pin, "JPKI_SIGN_PIN": pin}

    said = jpki("pin", "verify", kind, "--card", "hanako", environment=pins)

    assert (said.status, pin in said.error) == (USAGE, False)
    assert tries(jpki) == {"sign": 5, "auth": 3}


def test_small_letters_of_a_signing_password_count_as_capitals(jpki):
    """As clients of the real card do."""
    said = jpki(
        "pin", "verify", "sign", "--card", "hanako", environment={"JPKI_SIGN_PIN": "abc123"}
    )

    assert said.status == YES


@pytest.mark.parametrize(
    ("kind", "old", "new"), [("auth", AUTH, "5678"), ("sign", SIGN, "NEWPASS1")]
)
def test_a_changed_pin_takes_the_place_of_the_old_one(jpki, kind, old, new):
    """The new one is right from then on, the old one wrong."""
    changed = jpki(
        "pin", "change", kind, "--card", "hanako", environment={**old, "JPKI_NEW_PIN": new}
    )
    with_new = jpki(
        "pin", "verify", kind, "--card", "hanako", "--pin-env", "X", environment={"X": new}
    )
    with_old = jpki("pin", "verify", kind, "--card", "hanako", environment=old)

    assert [said.status for said in (changed, with_new, with_old)] == [YES, YES, NO]


def test_a_new_pin_of_a_wrong_form_changes_nothing(jpki):
    """Both are looked at before anything is sent."""
    pins = {**AUTH, "JPKI_NEW_PIN": "56789"}

    said = jpki("pin", "change", "auth", "--card", "hanako", environment=pins)

    assert said.status == USAGE
    assert jpki("pin", "verify", "auth", "--card", "hanako", environment=AUTH).status == YES


def test_a_wrong_old_pin_changes_nothing_and_costs_a_try(jpki):
    """The card refuses before it hears of the new one."""
    pins = {**WRONG_AUTH, "JPKI_NEW_PIN": "5678"}

    said = jpki("pin", "change", "auth", "--card", "hanako", "--json", environment=pins)

    assert (said.status, said.json["accepted"], said.json["tries_left"]) == (NO, False, 2)
    assert jpki("pin", "verify", "auth", "--card", "hanako", environment=AUTH).status == YES


def test_a_reader_and_a_card_of_the_world_exclude_each_other(jpki):
    """Which of the two would lose the try must not be a guess."""
    said = jpki("pin", "verify", "auth", "--card", "hanako", "--reader", "0", environment=AUTH)

    assert (said.status, "exclude each other" in said.stderr) == (USAGE, True)


@pytest.mark.parametrize("obstacle", ["state.lock", "state.json.new"])
def test_a_try_that_cannot_be_written_down_is_not_spent(jpki, obstacle):
    """The file in the way is named in one line; what needs no writing still works."""
    in_the_way = jpki.home / "cards" / "hanako" / obstacle
    in_the_way.unlink(missing_ok=True)
    in_the_way.mkdir()

    refused = jpki.process("pin", "verify", "auth", "--card", "hanako", environment=WRONG_AUTH)

    assert (refused.status, "cards/hanako/state." in refused.error) == (CARD, True)
    assert tries(jpki)["auth"] == 3


def test_a_card_with_a_damaged_memory_is_not_used(jpki):
    """Its counters could be anything; it is refused before it is in a reader."""
    (jpki.home / "cards" / "hanako" / "state.json").write_text("{}")

    said = jpki("pin", "status", "--card", "hanako")

    assert (said.status, "state.json" in said.error) == (CARD, True)

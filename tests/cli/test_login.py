"""`jpki login`: the card signs, the service judges."""

import pytest

from tests.cli.calling import AUTH, CANNOT_TELL, CARD, NO, PROGRAM, SIGN, USAGE, WRONG_AUTH, YES


def login(jpki, *words, card="hanako", **how):
    return jpki("login", "--card", card, *words, **{"environment": AUTH, **how})


@pytest.mark.parametrize("card", ["hanako", "taro", "jiro"])
def test_each_citizen_can_log_in(jpki, card):
    """Children too: 利用者証明用 has no age."""
    said = login(jpki, card=card)

    assert (said.status, "GOOD (有効)" in said.stdout) == (YES, True)


def test_a_card_in_a_reader_can_log_in(jpki):
    """Over PC/SC, with the world's trust anchors."""
    said = jpki.process("card", "run", "hanako", "--", PROGRAM, "login", environment=AUTH)

    assert said.status == YES


def test_the_report_names_the_service(jpki):
    """Its name is part of what the card signs."""
    said = login(jpki, "--relying-party", "https://city.example", "--json")

    assert (said.status, said.json["relying_party"]) == (YES, "https://city.example")


def test_a_wrong_pin_is_no(jpki):
    """It costs a try, and the tries left are said."""
    said = login(jpki, environment=WRONG_AUTH)

    assert (said.status, "2 tries left" in said.error) == (NO, True)


def test_the_signing_password_is_no_pin_for_logging_in(jpki):
    """Its form gives it away before a try is spent."""
    said = login(jpki, environment={"JPKI_AUTH_PIN": SIGN["JPKI_SIGN_PIN"]})

    assert (said.status, "4 characters are needed" in said.error) == (USAGE, True)
    assert jpki("pin", "status", "--card", "hanako", "--json").json["tries_left"]["auth"] == 3


def test_a_revoked_certificate_is_refused(jpki):
    """The card signs as before; the service says no."""
    jpki("ca", "revoke", "hanako", "--kind", "auth", "--reason", "keyCompromise")

    said = login(jpki, "--json")

    assert (said.status, said.json["verdict"]) == (NO, "BAD")


def test_without_a_list_nobody_can_tell(jpki, files):
    """Named CA certificates bring no list of the world with them."""
    said = login(jpki, "--ca", files / "trust" / "auth-ca.cer", "--json")

    assert (said.status, said.json["verdict"]) == (CANNOT_TELL, "CANNOT_TELL")


def test_with_the_files_of_a_relying_party_it_is_good(jpki, files):
    """CA certificate and list from files alone."""
    trust = files / "trust"

    said = login(jpki, "--ca", trust / "auth-ca.cer", "--crl", trust / "auth.crl")

    assert said.status == YES


@pytest.mark.parametrize("name", ["", "x" * 256])
def test_a_service_needs_a_name_that_fits(jpki, name):
    """Said before the PIN is asked for."""
    said = login(jpki, "--relying-party", name, environment=WRONG_AUTH)

    assert (said.status, "--relying-party" in said.stderr) == (USAGE, True)
    assert jpki("pin", "status", "--card", "hanako", "--json").json["tries_left"]["auth"] == 3


@pytest.mark.parametrize(("moment", "status"), [("1970-01-01T00:00Z", NO), ("1970-01-01", USAGE)])
def test_a_challenge_is_never_older_than_its_count_of_seconds(jpki, moment, status):
    """Midnight of that day in Japan lies before the first second of Unix time."""
    said = login(jpki, "--at", moment)

    assert said.status == status


def test_an_unknown_card_is_no_usage_of_a_try(jpki):
    """The names there are stand in the message."""
    said = login(jpki, card="nobody")

    assert (said.status, "there are: hanako, jiro, taro" in said.error) == (USAGE, True)


def test_a_blocked_pin_lets_nobody_in(jpki):
    """Not even with the right PIN."""
    block = "for p in 9990 9991 9992; do pkcs15-tool --verify-pin --auth-id 01 --pin $p; done"
    jpki.process("card", "run", "hanako", "--", "sh", "-c", block)

    said = login(jpki)

    assert (said.status, "is blocked" in said.error) == (NO, True)


def test_without_a_reader_it_is_the_readers_fault(jpki, tmp_path):
    """Status 4, so that a script can ask for the card and try again."""
    said = jpki.process(
        "login", environment={**AUTH, "PCSCLITE_CSOCK_NAME": str(tmp_path / "nothing")}
    )

    assert said.status == CARD

"""The authorities' keys and register from the command line, and `jpki ca populate`."""

from datetime import timedelta

import pytest

from cardsim.world import World
from tests.cli.calling import CANNOT_TELL, USAGE, YES

SECRET = "a-passphrase-of-tests"


def test_a_country_is_made_and_gone_on_with(jpki):
    """Exactly so many residents, told by kind and reason; once more signs nothing."""
    said = jpki("ca", "populate", "--citizens", "12", "--processes", "1", "--json")
    again = jpki("ca", "populate", "--citizens", "12", "--processes", "1")

    assert (said.status, said.json["citizens"], said.json["certificates"]["auth"]) == (YES, 12, 12)
    assert said.json["signed_now"] == sum(said.json["certificates"].values())
    assert "12 residents" in again.stdout
    assert "signed now: 0" in again.stdout


def test_another_number_of_residents_says_which_was_begun_with(jpki):
    """One line, and the number to type."""
    jpki("ca", "populate", "--citizens", "3", "--processes", "1")

    said = jpki("ca", "populate", "--citizens", "4")
    assert (said.status, "given 3 residents" in said.error) == (USAGE, True)


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--register", f"postgresql://u:{SECRET}@db.invalid/jpki", "PGPASSWORD"),
        ("--register", "jpki.sqlite", "postgresql://"),
        ("--ca-keys", f"pkcs11:token=t?module-path=/m.so&pin-value={SECRET}", "pin-source"),
        ("--ca-keys", "pkcs11:token=t?module-path=/nowhere.so", "/nowhere.so"),
    ],
)
def test_where_nothing_can_be_kept_no_world_is_made(homeless, option, value, told):
    """One line that says what to write instead, without the secret."""
    said = homeless("world", "new", option, value)

    assert (said.status, told in said.error, SECRET in said.everything) == (USAGE, True, False)
    assert not homeless.home.exists()


def test_a_passphrase_is_taken_from_file_or_variable(homeless, tmp_path):
    """The option goes before; without either the error says both."""
    file = tmp_path / "passphrase"
    file.write_text(f"{SECRET}\n")
    homeless("--passphrase-file", file, "world", "new", "--start", "2026-11-23")

    without = homeless("ca", "crl")
    known = homeless("ca", "crl", environment={"JPKI_CA_PASSPHRASE": SECRET})
    wrong = {"JPKI_CA_PASSPHRASE": "wrong"}
    assert (without.status, known.status) == (USAGE, YES)
    assert "JPKI_CA_PASSPHRASE" in without.error
    assert "--passphrase-file" in without.error
    assert "passphrase is wrong" in homeless("ca", "crl", environment=wrong).error
    assert homeless("--passphrase-file", file, "ca", "crl", environment=wrong).status == YES


def test_a_verdict_needs_no_passphrase(jpki, files):
    """Lists are read as they are; where they are due, that is told and the verdict waits."""
    (jpki.home / "ca" / "passphrase").unlink()
    fresh = jpki("check", files / "auth.cer")
    with World.open(jpki.home) as world:
        world.clock.advance(timedelta(days=30))
    stale = jpki("check", files / "auth.cer")

    assert (fresh.status, fresh.stderr) == (YES, "")
    assert (stale.status, "JPKI_CA_PASSPHRASE" in stale.stderr) == (CANNOT_TELL, True)


@pytest.mark.parametrize("content", [None, ""])
def test_a_passphrase_file_without_one_is_told(jpki, tmp_path, content):
    """Missing or empty: never taken for no passphrase."""
    file = tmp_path / "passphrase"
    if content is not None:
        file.write_text(content)

    said = jpki("--passphrase-file", file, "ca", "crl")
    assert (said.status, "passphrase" in said.error) == (USAGE, True)

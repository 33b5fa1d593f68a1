"""`jpki ca`: what was issued, what is revoked, and files that OpenSSL takes."""

import pytest
from asn1crypto import pem

from tests.cli.calling import NO, USAGE, YES
from tests.cli.conftest import START
from tests.support.processes import run

REVOKE = ("ca", "revoke", "hanako", "--kind", "auth", "--reason")


def states(jpki, kind="auth"):
    """Give the state of each holder's certificate."""
    rows = jpki("ca", "list", "--kind", kind, "--json").json["certificates"]
    return {row["holder"]: (row["state"], row["reason"]) for row in rows if row["holder"]}


@pytest.fixture
def exported(jpki, tmp_path):
    """Give a function that exports, and verifies Hanako's certificate with OpenSSL."""

    def verify(name):
        place = tmp_path / name
        jpki("ca", "export", place, "--pem")
        jpki("read", "certs", "--card", "hanako", "--save", place, "--pem")
        anchor = max(place.glob("auth-ca-g*.pem"))
        listed = place / "list.pem"
        listed.write_bytes(pem.armor("X509 CRL", max(place.glob("auth-g*-full.crl")).read_bytes()))
        done = run(
            *("openssl", "verify", "-CAfile", anchor, "-crl_check", "-CRLfile", listed),
            *("-attime", str(int(START.timestamp())), place / "auth.pem"),
            expect=None,
        )
        return done.returncode, (done.stdout + done.stderr).decode()

    return verify


def test_all_certificates_are_listed(jpki):
    """Each citizen's, of both kinds, and the authorities' own."""
    assert set(states(jpki, "auth")) == {"hanako", "taro", "jiro"}
    assert set(states(jpki, "sign")) == {"hanako", "taro"}


def test_a_list_for_people_has_the_same_rows(jpki):
    """Serial numbers in both ways they are written elsewhere."""
    rows = jpki("ca", "list", "--json").json["certificates"]
    lines = jpki("ca", "list").stdout.splitlines()[1:]

    expected = [
        [r["kind"], str(r["serial"]), r["serial_hex"], r["holder"] or f"({r['role']})"]
        for r in rows
    ]
    assert [line.split()[:4] for line in lines] == expected


def test_a_certificate_is_revoked_by_the_name_of_its_card(jpki):
    """And no other."""
    said = jpki(*REVOKE, "keyCompromise")

    assert (said.status, "利用者の秘密鍵の危殆化" in said.stdout) == (YES, True)
    assert states(jpki) == {
        "hanako": ("revoked", "keyCompromise"),
        "taro": ("good", None),
        "jiro": ("good", None),
    }
    assert states(jpki, "sign")["hanako"] == ("good", None)


@pytest.mark.parametrize("form", ["{:d}", "0x{:x}", "0X{:X}"])
def test_a_certificate_is_revoked_by_its_serial_number(jpki, form):
    """Decimal as we list it, hexadecimal as OpenSSL prints it."""
    entry = jpki("card", "show", "taro", "--json").json

    said = jpki(
        *("ca", "revoke", form.format(entry["serials"]["sign"])),
        *("--kind", "sign", "--reason", "superseded"),
    )

    assert said.status == YES
    assert states(jpki, "sign")["taro"] == ("revoked", "superseded")


def test_the_published_lists_know_of_it_at_once(jpki, files):
    """`jpki check` refuses from then on."""
    jpki(*REVOKE, "keyCompromise")

    assert jpki("check", files / "auth.cer").status == NO


def test_later_leaves_the_lists_to_the_next_publication(jpki, files):
    """The real service revokes by day and publishes at night."""
    revoked = jpki(*REVOKE, "keyCompromise", "--later", "--json")
    before = jpki("check", files / "auth.cer")
    published = jpki("ca", "crl")
    after = jpki("check", files / "auth.cer")

    assert (revoked.status, revoked.json["lists"], published.status) == (YES, [], YES)
    assert (before.status, after.status) == (YES, NO)


@pytest.mark.parametrize("reason", ["removeFromCRL", "privilegeWithdrawn", "stolen", ""])
def test_a_reason_not_in_use_is_a_usage_error(jpki, reason):
    """RemoveFromCRL would lift a hold; JPKI never does."""
    said = jpki(*REVOKE, reason)

    assert (said.status, "certificateHold" in said.stderr) == (USAGE, True)
    assert states(jpki)["hanako"] == ("good", None)


def test_a_hold_is_never_lifted(jpki, files):
    """一時保留 counts as revoked for good; it can only be given its final reason."""
    held = jpki(*REVOKE, "certificateHold")
    again = jpki(*REVOKE, "certificateHold")
    settled = jpki(*REVOKE, "keyCompromise")
    once_more = jpki(*REVOKE, "certificateHold")

    assert [said.status for said in (held, again, settled, once_more)] == [YES, NO, YES, NO]
    assert jpki("check", files / "auth.cer").status == NO


def test_what_is_revoked_stays_as_it_is(jpki):
    """The answer is no, with the reason in the same form for programs."""
    jpki(*REVOKE, "superseded")

    text = jpki(*REVOKE, "keyCompromise")
    data = jpki(*REVOKE, "keyCompromise", "--json")

    assert (text.status, text.stdout[:4]) == (NO, "no: ")
    assert (data.status, data.json["revoked"], data.json["why"] in text.stdout) == (NO, False, True)
    assert states(jpki)["hanako"] == ("revoked", "superseded")


def test_a_serial_number_nobody_has_is_no(jpki):
    """The register is asked, and says so."""
    said = jpki("ca", "revoke", "1", "--kind", "auth", "--reason", "superseded")

    assert (said.status, "no certificate has serial number 1" in said.stdout) == (NO, True)


@pytest.mark.parametrize("name", ["nobody", "99999999999", "0x1FFFFFFFFF", "57F3328"])
def test_what_is_neither_a_card_nor_a_serial_number_is_a_usage_error(jpki, name):
    """Four octets are the most a serial number has."""
    said = jpki("ca", "revoke", name, "--kind", "auth", "--reason", "superseded")

    assert (said.status, "there are: hanako, jiro, taro" in said.error) == (USAGE, True)


def test_a_child_has_nothing_to_revoke_for_signing(jpki):
    """The message names what the card does carry."""
    said = jpki("ca", "revoke", "jiro", "--kind", "sign", "--reason", "superseded")

    assert (said.status, "jiro auth" in said.error) == (USAGE, True)


def test_openssl_takes_what_is_exported(exported):
    """CA certificate, list and holder's certificate, read off the card."""
    status, said = exported("trust")

    assert (status, "auth.pem: OK" in said) == (0, True)


def test_openssl_refuses_what_was_revoked(jpki, exported):
    """It reads the same from our list as our verifier does."""
    jpki(*REVOKE, "keyCompromise")

    status, said = exported("trust")

    assert (status, "certificate revoked" in said) == (2, True)


def test_an_export_overwrites_nothing_and_leaves_nothing_half_done(jpki, tmp_path):
    """Where one file stands in the way, none is written; --force writes all."""
    jpki("ca", "export", tmp_path / "first")
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    place = tmp_path / "second"
    place.mkdir()
    (place / names[-1]).write_text("mine")

    refused = jpki("ca", "export", place)
    left = sorted(path.name for path in place.iterdir())
    forced = jpki("ca", "export", place, "--force")

    assert (refused.status, "say --force" in refused.error, left) == (USAGE, True, names[-1:])
    assert (forced.status, sorted(path.name for path in place.iterdir())) == (YES, names)


@pytest.mark.parametrize("kept", [0, -1])
def test_a_damaged_list_is_not_exported_and_nothing_is_beside_it(jpki, tmp_path, kept):
    """The service does not hand it out either; what makes it anew is said, and does."""
    place = tmp_path / "trust"
    damaged = next((jpki.home / "ca" / "crl").glob("auth-g3-[0-9]*.crl"))
    damaged.write_bytes(damaged.read_bytes()[:kept])

    said = jpki("ca", "export", place)
    left = list(place.iterdir())
    published = jpki("ca", "crl")
    again = jpki("ca", "export", place)

    assert (said.status, left) == (USAGE, [])
    assert f"{damaged} is no revocation list, or is damaged; `jpki ca crl` makes" in said.error
    assert (published.status, again.status) == (YES, YES)
    assert (place / damaged.name).read_bytes() == damaged.read_bytes()


@pytest.mark.parametrize("words", [("ca", "export"), ("ca", "crl", "--out")])
def test_a_place_that_cannot_be_made_is_named(jpki, letter, words):
    """A file stands where a directory was wanted."""
    said = jpki(*words, letter / "below")

    assert (said.status, f"cannot make {letter / 'below'}" in said.error) == (USAGE, True)


def test_lists_are_copied_where_they_are_wanted(jpki, tmp_path):
    """As published, byte for byte."""
    said = jpki("ca", "crl", "--out", tmp_path / "lists", "--json")

    copies = {path.name: path.read_bytes() for path in (tmp_path / "lists").iterdir()}
    published = jpki.home / "ca" / "crl"
    assert [str(tmp_path / "lists" / name) for name in sorted(copies)] == sorted(said.json["lists"])
    assert copies == {name: (published / name).read_bytes() for name in copies}

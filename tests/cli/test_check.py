"""`jpki check`: the verdict on certificates, with a relying party's files or the world's."""

import shutil
from datetime import timedelta

import pytest
from asn1crypto import pem

from cardsim.world import World
from jpki.verify import Kind, crl
from jpki.verify.certificate import Certificate
from tests.cli.calling import CANNOT_TELL, NO, USAGE, YES
from tests.cli.conftest import START
from tests.support import pki


def at(moment):
    return ("--at", moment.isoformat())


NOW = at(START)


@pytest.fixture
def no_entry_read(monkeypatch):
    """Fail whoever reads what is in a list."""
    monkeypatch.setattr(crl, "_entries", lambda *_: pytest.fail("entries were read"))


@pytest.fixture
def relying(homeless, files):
    """Give `jpki check` with the files of a relying party, and no world anywhere."""
    trust = files / "trust"

    def check(*words, ca="auth-ca.cer", crl="auth.crl", moment=START):
        lists = ("--crl", trust / crl) if crl else ()
        said = homeless("check", *words, "--ca", trust / ca, *lists, *at(moment))
        assert not homeless.home.parent.exists()
        return said

    return check


def armored(path, label="CERTIFICATE"):
    """Write the same as PEM beside it."""
    other = path.with_suffix(".pem")
    other.write_bytes(pem.armor(label, path.read_bytes()))
    return other


def test_a_good_certificate_is_good(relying, files):
    """From files alone; no world is made for it."""
    said = relying(files / "auth.cer")

    assert (said.status, "GOOD (有効)" in said.stdout) == (YES, True)


def test_a_list_that_nobody_signed_is_not_read(relying, files, no_entry_read):
    """Though it is in the CA's name, covers the certificate and names it."""
    ca = Certificate.parse((files / "trust" / "auth-ca.cer").read_bytes())
    one = Certificate.parse((files / "auth.cer").read_bytes())
    forged = files / "trust" / "forged.crl"
    entries = pki.entry(one.serial) * 200_000
    forged.write_bytes(pki.crl(pki.ca(Kind.AUTH), entries, point=None, list_issuer=ca.subject))

    assert relying(files / "auth.cer", "--crl", forged).status == YES
    assert relying(files / "auth.cer", crl="forged.crl").status == CANNOT_TELL


def test_pem_is_as_good_as_der(relying, files):
    """Certificate, CA and list."""
    trust = files / "trust"
    armored(trust / "auth-ca.cer")
    armored(trust / "auth.crl", "X509 CRL")

    said = relying(armored(files / "auth.cer"), ca="auth-ca.pem", crl="auth.pem")

    assert said.status == YES


def test_the_kind_is_the_one_the_certificate_claims(homeless, files):
    """署名用 and 利用者証明用 in one call, each judged as what it is."""
    trust = files / "trust"
    said = homeless(
        *("check", files / "auth.cer", files / "sign.cer", *NOW, "--json"),
        *("--ca", trust / "auth-ca.cer", "--ca", trust / "sign-ca.cer"),
        *("--crl", trust / "auth.crl", "--crl", trust / "sign.crl"),
    )

    assert (said.status, [report["kind"] for report in said.json["reports"]]) == (
        YES,
        ["auth", "sign"],
    )


@pytest.mark.parametrize("kind", Kind)
def test_one_without_a_known_policy_is_of_its_issuer_s_kind(homeless, tmp_path, kind):
    """It is bad, and the report says of which authority's certificates it is none."""
    der = pki.certificate(pki.ca(kind), change={pki.POLICIES: (True, pki.policies("1.2.3"))})
    (tmp_path / "odd.cer").write_bytes(der)

    said = homeless("check", tmp_path / "odd.cer", "--json", *NOW)

    [report] = said.json["reports"]
    failed = [row["id"] for row in report["checks"] if row["outcome"] == "FAIL"]
    assert (report["kind"], failed) == (kind.value, ["cert.policy"])


def test_a_certificate_is_bad_as_the_other_kind(homeless, files):
    """A login certificate must not pass where a signature is judged."""
    said = homeless("check", files / "auth.cer", "--kind", "sign", *NOW)

    assert said.status == NO


def test_without_a_list_nobody_can_tell(relying, files):
    """And the report says which list is needed."""
    said = relying(files / "auth.cer", crl=None)

    assert (said.status, "needed to tell: the revocation list" in said.stdout) == (
        CANNOT_TELL,
        True,
    )


def test_a_stale_list_is_no_list(relying, files):
    """Yesterday's list says nothing about today."""
    said = relying(files / "auth.cer", moment=START + timedelta(days=60))

    assert said.status == CANNOT_TELL


def test_without_an_anchor_nobody_can_tell(homeless, files):
    """No --ca and no world: nothing is made, nothing is trusted."""
    said = homeless("check", files / "auth.cer", *NOW)

    assert said.status == CANNOT_TELL
    assert not homeless.home.parent.exists()


def test_the_wrong_ca_does_not_vouch(relying, files):
    """The other authority's certificate is no anchor for this one."""
    said = relying(files / "auth.cer", ca="sign-ca.cer", crl="sign.crl")

    assert said.status in {NO, CANNOT_TELL}


def test_an_expired_certificate_is_bad(relying, files):
    """Whatever the lists say."""
    said = relying(files / "auth.cer", moment=START + timedelta(days=5 * 366))

    assert (said.status, "BAD (無効)" in said.stdout) == (NO, True)


def test_a_revoked_certificate_is_bad(jpki, files):
    """With the world's own lists, at the world's time; the reason is said."""
    good = jpki("check", files / "auth.cer")
    jpki("ca", "revoke", "hanako", "--kind", "auth", "--reason", "keyCompromise")

    said = jpki("check", files / "auth.cer")

    assert (good.status, said.status, "keyCompromise" in said.stdout) == (YES, NO, True)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_certificate_is_bad(relying, tmp_path, content):
    """Whoever shows it has no certificate."""
    path = tmp_path / "strange.cer"
    path.write_bytes(content)

    said = relying(path)

    assert (said.status, "BAD (無効)" in said.stdout) == (NO, True)


def test_the_worst_verdict_decides(relying, files, tmp_path):
    """Bad before unknown before good, in whatever order they are named."""
    (tmp_path / "bad.cer").write_bytes(b"BAD")

    good_unknown = relying(files / "auth.cer", files / "sign.cer")
    bad_first = relying(tmp_path / "bad.cer", files / "auth.cer", files / "sign.cer")
    bad_last = relying(files / "sign.cer", files / "auth.cer", tmp_path / "bad.cer")

    assert (good_unknown.status, bad_first.status, bad_last.status) == (CANNOT_TELL, NO, NO)


def test_a_file_may_hold_several_certificates(relying, files):
    """Each gets its report."""
    bundle = files / "bundle.pem"
    bundle.write_bytes(armored(files / "auth.cer").read_bytes() * 2)

    said = relying(bundle)

    assert (said.status, said.stdout.count("GOOD (有効)")) == (YES, 2)


def test_production_does_not_take_our_authorities(homeless, files):
    """A certificate of this emulator can never pass for a real one."""
    trust = files / "trust"
    said = homeless(
        *("check", files / "auth.cer", "--environment", "production", *NOW, "--json"),
        *("--ca", trust / "auth-ca.cer", "--crl", trust / "auth.crl"),
    )

    assert (said.status, said.json["reports"][0]["verdict"]) == (NO, "BAD")


@pytest.mark.parametrize("option", ["--ca", "--crl"])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_pem_of_the_wrong_kind_is_a_usage_error(homeless, files, option, form):
    """A key or request where a certificate or list was meant: the wrong file was named."""
    wrong = files / "wrong.pem"
    wrong.write_bytes(pem.armor("PRIVATE KEY", b"\x30\x00"))

    said = homeless(
        "check", files / "auth.cer", "--ca", files / "trust" / "auth-ca.cer", option, wrong, *form
    )

    assert (said.status, "holds PRIVATE KEY, no " in said.everything) == (USAGE, True)


def test_failures_of_the_options_are_json_too(homeless, files):
    """A program that asked for JSON gets JSON, whatever went wrong."""
    said = homeless("check", files / "auth.cer", "--ca", files / "auth.cer", "--json")

    assert (said.status, said.json["status"], said.stderr) == (USAGE, "usage", "")
    assert "not a CA certificate to rely on" in said.json["error"]


def test_a_broken_list_proves_nothing(relying, files):
    """As if it were not there."""
    shutil.copy(files / "auth.cer", files / "trust" / "broken.crl")

    said = relying(files / "auth.cer", crl="broken.crl")

    assert said.status == CANNOT_TELL


@pytest.mark.parametrize("option", ["--ca", "--crl"])
def test_a_file_that_is_not_there_is_a_usage_error(homeless, files, option):
    """And named."""
    said = homeless("check", files / "auth.cer", option, files / "nothing")

    assert (said.status, "nothing' does not exist" in said.stderr) == (USAGE, True)


@pytest.mark.parametrize(
    "moment", ["0001-01-01", "1970-01-01", "9999-12-31", "yesterday", "2026-13-01"]
)
def test_a_moment_nobody_can_reckon_with_is_a_usage_error(homeless, files, moment):
    """No traceback from the ends of the calendar."""
    said = homeless("check", files / "auth.cer", "--at", moment)

    assert said.status == USAGE


@pytest.mark.parametrize("moment", ["1970-01-01", "9899-12-31"])
def test_the_first_and_the_last_year_can_be_reckoned_with(relying, files, moment):
    """Neither breaks anything inside."""
    said = relying(files / "auth.cer", moment=START.replace(year=int(moment[:4])))

    assert said.status == NO


def test_when_the_authorities_can_sign_no_more_lists_there_is_still_a_verdict(jpki, files):
    """Their keys have expired with the certificate: that is an answer, and no usage error."""
    with World.open(jpki.home) as world:
        world.clock.set(START + timedelta(days=20 * 366))

    said = jpki("check", files / "auth.cer", "--json")

    assert (said.status, said.json["reports"][0]["verdict"]) == (NO, "BAD")


def test_the_world_brings_its_clock_lists_and_authorities(jpki, files):
    """Without options the world is asked; its clock may stand anywhere."""
    said = jpki("check", files / "auth.cer", files / "sign.cer", "--json")

    assert said.status == YES
    assert {report["moment"] for report in said.json["reports"]} == {"2026-11-23T03:04:05Z"}

"""`jpki check` for everybody: policies by name, paths, two languages, other programs, evidence."""

import json
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from tests.cli.calling import AUTH, CANNOT_TELL, NO, SIGN, USAGE, YES
from tests.cli.conftest import START
from tests.support.asn1 import explicit, seq
from tests.support.pki import DAY, NOW
from tests.verify.path import making

AT = ("--at", START.isoformat())


@pytest.fixture
def relying(homeless, files):
    """Give `jpki check` with a relying party's CA certificate and list of both kinds."""
    trust = files / "trust"
    given = [
        *("--ca", trust / "auth-ca.cer", "--ca", trust / "sign-ca.cer"),
        *("--crl", trust / "auth.crl", "--crl", trust / "sign.crl"),
    ]

    def check(*words, trusting=True):
        return homeless("check", *words, *(given if trusting else ()), *AT)

    return check


@pytest.fixture
def paths(tmp_path):
    """Give files of a path of two steps: root, issuer, target, lists."""
    contents = {
        "root.cer": making.ROOT_CERTIFICATE,
        "issuer.cer": making.certificate(making.ROOT, making.ISSUER),
        "target.cer": making.certificate(making.ISSUER, making.SUBJECT, ca=False),
        "root.crl": making.ROOT_LIST,
        "issuer.crl": making.crl(making.ISSUER),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def path_words(paths, *lists):
    chosen = lists or ("root.crl", "issuer.crl")
    return (
        *("check", paths / "target.cer", "--policy", "path", "--at", NOW.isoformat()),
        *("--ca", paths / "root.cer", "--intermediate", paths / "issuer.cer"),
        *(word for name in chosen for word in ("--crl", paths / name)),
    )


def reports(said):
    return said.json["reports"]


@pytest.mark.parametrize(
    ("policy", "status"),
    [("auth-card", YES), ("sign-card", NO), ("auth-phone", NO), ("sign-phone", NO)],
)
def test_a_policy_takes_its_own_certificates_alone(relying, files, policy, status):
    """Kind and medium are never confused."""
    said = relying(files / "auth.cer", "--policy", policy, "--json")

    assert (said.status, reports(said)[0]["policy"]["name"]) == (status, policy)


def test_without_a_policy_it_is_the_one_the_certificate_claims(relying, files):
    """Both kinds in one call."""
    said = relying(files / "auth.cer", files / "sign.cer", "--json")

    names = [one["policy"]["name"] for one in reports(said)]
    assert (said.status, names) == (YES, ["auth-card", "sign-card"])


def test_a_path_of_any_certificates_is_judged(homeless, paths):
    """Root, issuer, target: no JPKI profile is asked for."""
    said = homeless(*path_words(paths), "--json")

    [report] = reports(said)
    assert (said.status, report["subject"], len(report["path"])) == (YES, "path", 2)


def test_a_path_without_its_list_cannot_be_told(homeless, paths):
    """And says which."""
    said = homeless(*path_words(paths, "root.crl"))

    assert (said.status, "needed to tell: the revocation list" in said.stdout) == (
        CANNOT_TELL,
        True,
    )


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--purpose", "serverAuth"), YES),
        (("--explicit-policy",), NO),
        (("--explicit-policy", "--initial-policy", "1.2.3"), NO),
        (("--inhibit-policy-map", "--inhibit-any-policy"), YES),
        (("--purpose", "juggling"), USAGE),
        (("--initial-policy", "1..2"), USAGE),
    ],
)
def test_the_inputs_of_rfc_5280_are_the_users(homeless, paths, words, status):
    """6.1.1 (c), (e) to (g), and purposes; the target states neither policy nor purpose."""
    assert homeless(*path_words(paths), *words).status == status


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((), CANNOT_TELL),
        (("--max-age", "30"), CANNOT_TELL),
        (("--max-age", "31"), YES),
        (("--max-age", "any"), YES),
        (("--max-age", "0"), USAGE),
        (("--max-age", "soon"), USAGE),
    ],
)
def test_how_old_a_list_may_be_is_the_users(homeless, paths, words, status):
    """A root's list of a month ago, good for two more; the row names the option."""
    old = {"this_update": NOW - 31 * DAY, "next_update": NOW + 60 * DAY}
    (paths / "root.crl").write_bytes(making.crl(making.ROOT, **old))

    said = homeless(*path_words(paths), *words)

    assert said.status == status
    assert ("days (max-age)" in said.stdout) is (status == CANNOT_TELL)


def test_an_anchor_counts_for_what_its_certificate_says_unless_asked_otherwise(homeless, paths):
    """Expired; a bundle keeps what was asked, and says so."""
    root = making.certificate(making.ROOT, making.ROOT, not_after=NOW - DAY)
    (paths / "root.cer").write_bytes(root)
    kept = paths / "kept.zip"

    strict = homeless(*path_words(paths))
    bare = homeless(*path_words(paths), "--bare-anchor", "--bundle", kept)
    again = homeless("check", "--from-bundle", kept, "--ca", paths / "root.cer")

    assert (strict.status, bare.status, again.status) == (NO, YES, YES)
    assert "expired" in strict.stdout
    assert "anchors by name and key alone" in again.stdout


def test_a_list_by_another_generation_clears_when_asked_for(homeless, paths):
    """Two keys of one name under the root; only the other one's list is at hand."""
    other = making.holder("issuer", key="issuer to come")
    (paths / "other.cer").write_bytes(making.certificate(making.ROOT, other))
    (paths / "issuer.crl").write_bytes(making.crl(other))
    words = (*path_words(paths), "--intermediate", paths / "other.cer")

    assert homeless(*words).status == CANNOT_TELL
    assert homeless(*words, "--any-crl-signer").status == YES


def test_options_of_a_path_belong_to_a_path(relying, files):
    """Rather than being ignored."""
    said = relying(files / "auth.cer", "--explicit-policy")

    assert (said.status, "--explicit-policy: no effect without --policy path" in said.stderr) == (
        USAGE,
        True,
    )


def test_a_ca_that_is_none_is_a_usage_error_for_a_path(homeless, paths):
    """Whoever is named as an anchor must be able to be one."""
    said = homeless(*path_words(paths), "--ca", paths / "root.crl")

    assert (said.status, "not a CA certificate to rely on" in said.error) == (USAGE, True)


def test_people_can_read_it_in_japanese(relying, files):
    """Titles, findings, verdict."""
    said = relying(files / "sign.cer", "--lang", "ja")

    assert "判定: 有効 (GOOD)" in said.stdout
    assert "適合　　 認証局の署名: 検証済み" in said.stdout
    assert "Verdict" not in said.stdout


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["trust anchor", "evidence of revocation", "decided: CRL no.", "judged at"]),
        ("ja", ["トラストアンカー", "失効の証拠", "判定の根拠: 失効リスト第", "判定時刻"]),
    ],
)
def test_explain_draws_what_rests_on_what(relying, files, language, words):
    """Anchor, certificate, evidence, times, and each check with the bytes it saw."""
    said = relying(files / "sign.cer", "--explain", "--lang", language)

    der = (files / "sign.cer").read_bytes()
    at = der.index(bytes.fromhex("300e0603551d0f"))
    assert said.status == YES
    assert [word for word in words if word not in said.stdout] == []
    assert f"{at}: 30 0e 06 03 55 1d 0f 01 01 ff 04 04 03 02 06 c0" in said.stdout


def test_explain_draws_a_path_step_by_step(homeless, paths):
    """Each certificate under its issuer, with its own evidence."""
    said = homeless(*path_words(paths), "--explain")

    lines = said.stdout.splitlines()
    steps = [line.index("certificate: CN=") for line in lines if "certificate: CN=" in line]
    assert (said.status, len(steps), steps[0] < steps[1]) == (YES, 2, True)


def test_explain_shows_what_cannot_be_told(relying, files):
    """And what would be needed, on top."""
    said = relying(files / "auth.cer", "--explain", trusting=False)

    assert said.status == CANNOT_TELL
    assert "needed to tell: the CA certificate of" in said.stdout.splitlines()[2]


def test_explain_and_sarif_show_what_is_no_certificate(homeless, tmp_path):
    """Here one with an Extension that is empty: as far as its fields can be read."""
    odd = tmp_path / "odd.cer"
    odd.write_bytes(seq(seq(*[seq()] * 7, explicit(3, seq(seq()))), seq(), seq()))

    said = homeless("check", odd, "--explain", "--sarif", tmp_path / "odd.sarif")

    assert (said.status, said.stderr) == (NO, "")
    assert "at offset 26: 30 00" in said.stdout


def test_other_programs_get_what_they_read(relying, files, tmp_path):
    """JUnit XML and SARIF beside the answer, replaced when they are there."""
    (tmp_path / "junit.xml").write_text("old")
    outputs = ("--junit", tmp_path / "junit.xml", "--sarif", tmp_path / "out.sarif")

    said = relying(files / "auth.cer", *outputs, trusting=False)

    suites = ET.fromstring((tmp_path / "junit.xml").read_bytes())
    [run] = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))["runs"]
    assert said.status == CANNOT_TELL
    assert int(suites.get("errors")) == len(run["results"]) > 0


def test_the_schema_is_printed_and_the_answer_fits_it(homeless, relying, files):
    """Without naming a certificate."""
    schema = homeless("check", "--schema")
    said = relying(files / "auth.cer", files / "sign.cer", "--json")

    assert schema.status == YES
    Draft202012Validator(schema.json).validate(said.json)


def test_answers_of_other_commands_hold_reports_that_fit_it(jpki, letter):
    """A login and a signature, made with a card."""
    validator = Draft202012Validator(jpki("check", "--schema").json)
    jpki("sign", letter, "--card", "hanako", environment=SIGN)

    login = jpki("login", "--card", "hanako", "--json", environment=AUTH)
    verify = jpki("verify", letter, "--json")

    assert (login.status, verify.status) == (YES, YES)
    assert [*validator.iter_errors(login.json), *validator.iter_errors(verify.json)] == []


@pytest.fixture
def kept(relying, files, tmp_path):
    """Give a bundle of the verdict on a login certificate."""
    path = tmp_path / "evidence.zip"
    assert relying(files / "auth.cer", "--bundle", path).status == YES
    return path


def test_kept_evidence_is_judged_again_from_itself(homeless, files, kept):
    """With the CA certificate named, and nothing else at hand."""
    ca = files / "trust" / "auth-ca.cer"

    named = homeless("check", "--from-bundle", kept, "--ca", ca, "--json")
    pinned = homeless(
        "check", "--from-bundle", kept, "--ca-sha256", sha256(ca.read_bytes()).hexdigest()
    )

    [report] = reports(named)
    assert (named.status, pinned.status) == (YES, YES)
    assert (report["verdict"], report["pinned"], report["moment"]) == (
        "GOOD",
        True,
        "2026-11-23T03:04:05Z",
    )
    assert not homeless.home.parent.exists()


def test_evidence_vouches_for_no_ca(homeless, kept):
    """Not even with a world that trusts the same: the verdict's line says it."""
    said = homeless("check", "--from-bundle", kept)

    assert said.status == CANNOT_TELL
    assert (
        "GOOD under the CA certificates as kept in the bundle, which nobody pinned" in said.stdout
    )


def test_evidence_is_of_its_own_moment_unless_another_is_asked(homeless, files, kept):
    """A month later the list that was kept is stale."""
    words = ("check", "--from-bundle", kept, "--ca", files / "trust" / "auth-ca.cer")

    assert homeless(*words).status == YES
    assert homeless(*words, "--at", "2027-01-01").status == CANNOT_TELL


def test_changed_evidence_is_bad(homeless, files, kept):
    """And named for what it is."""
    kept.write_bytes(kept.read_bytes()[:-200])

    said = homeless("check", "--from-bundle", kept, "--ca", files / "trust" / "auth-ca.cer")

    assert (said.status, "not a zip that can be read" in said.stdout) == (NO, True)


def test_only_the_lists_that_mattered_are_kept(jpki, files, tmp_path):
    """Of all the world's lists, those the report names."""
    path = tmp_path / "evidence.zip"

    said = jpki("check", files / "auth.cer", "--bundle", path, "--json")

    looked_at = reports(said)[0]["revocation"]["evidence"]
    again = jpki(
        *("check", "--from-bundle", path, "--ca", files / "trust" / "auth-ca.cer", "--json")
    )
    assert said.status == again.status == YES
    found = reports(again)[0]["certificate_report"]["revocation"]["evidence"]
    assert sorted(one["sha256"] for one in found) == sorted(one["sha256"] for one in looked_at)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--policy", "auth-card", "--environment", "emulator"), YES),
        (("--kind", "auth"), YES),
        (("--policy", "sign-card"), NO),
        (("--kind", "sign"), NO),
        (("--environment", "production"), NO),
        (("--policy", "path"), NO),
        (("--policy", "path", "--purpose", "serverAuth"), NO),
    ],
)
def test_what_must_have_been_asked_can_be_insisted_on(homeless, files, kept, words, status):
    """Else a bundle chooses by which policy it is judged."""
    ca = files / "trust" / "auth-ca.cer"
    said = homeless("check", "--from-bundle", kept, "--ca", ca, *words)

    assert (said.status, "question the user insists on" in said.stdout) == (status, True)


def test_a_path_can_be_kept_too(homeless, paths, tmp_path):
    """With what helped to build it."""
    path = tmp_path / "evidence.zip"
    first = homeless(*path_words(paths), "--bundle", path)

    words = ("check", "--from-bundle", path, "--ca", paths / "root.cer", "--json")
    again = homeless(*words)
    stricter = homeless(*words, "--policy", "path", "--purpose", "serverAuth")

    assert (first.status, again.status, stricter.status) == (YES, YES, NO)
    assert len(reports(again)[0]["path_report"]["path"]) == 2


def test_evidence_is_not_written_over_other_files(relying, files, kept):
    """Unless it is said to."""
    again = relying(files / "auth.cer", "--bundle", kept)
    forced = relying(files / "auth.cer", "--bundle", kept, "--force")

    assert (again.status, forced.status) == (USAGE, YES)


MISTAKES = {
    "nothing to judge": (),
    "two ways to say the kind": ("CERT", "--kind", "auth", "--policy", "auth-card"),
    "a bundle of several": ("CERT", "CERT", "--bundle", "two.zip"),
    "a fingerprint that is none": ("--from-bundle", "CERT", "--ca-sha256", "1234"),
    "a bundle and a certificate": ("CERT", "--from-bundle", "CERT"),
    "a bundle and a CA named twice": (
        *("--from-bundle", "CERT", "--ca-sha256", "00" * 32),
        *("--ca", "CERT"),
    ),
    "a bundle and what may help a path": ("--from-bundle", "CERT", "--intermediate", "CERT"),
    "a bundle and a path's inputs without the path": (
        *("--from-bundle", "CERT", "--purpose", "serverAuth"),
    ),
    "a fingerprint without a bundle": ("CERT", "--ca-sha256", "00" * 32),
    "leave to replace nothing": ("CERT", "--force"),
    "a path of an environment": ("CERT", "--policy", "path", "--environment", "production"),
    "a policy nobody knows": ("CERT", "--policy", "auth-watch"),
    "a language nobody writes": ("CERT", "--lang", "fr"),
}


@pytest.mark.parametrize("words", MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_usage_errors(relying, files, words):
    """Each is said, none is a verdict."""
    cert = files / "auth.cer"

    said = relying(*(cert if word == "CERT" else word for word in words))

    assert said.status == USAGE

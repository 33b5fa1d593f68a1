"""`jpki crl index`, and `jpki check --crl-index`: the same verdicts as from the lists."""

import json
import os
import shutil
import zipfile
from hashlib import sha256

import pytest
from asn1crypto import pem

from cardsim.world import World
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.revocation import IndexDirectory
from jpki.verify.anchors import Anchor
from tests.cli.calling import CANNOT_TELL, NO, USAGE, YES
from tests.cli.conftest import START
from tests.support import pki
from tests.support.asn1 import NULL, implicit, seq
from tests.verify.path import making
from tests.verify.path.answering import answer, cert_id, delegate, single
from tests.verify.path.making import Holder, holder

AT = ("--at", START.isoformat())


@pytest.fixture
def published(jpki, tmp_path):
    """Give a directory with everything the world's CAs publish; Hanako's signing is revoked."""
    with World.open(jpki.home) as world:
        world.revoke(Kind.SIGN, world.serial("hanako", Kind.SIGN), RevocationReason.SUPERSEDED)
        world.publish_lists()
        shutil.copytree(world.published.lists_directory, tmp_path / "lists")
        for kind in Kind:
            (tmp_path / f"{kind.value}-ca.cer").write_bytes(world.anchors(kind)[-1])
    return tmp_path


@pytest.fixture
def index(jpki, published):
    """Give an index of these lists."""
    place = published / "index"
    assert jpki("crl", "index", "add", published / "lists", "--index", place).status == YES
    return place


def test_lists_of_a_directory_are_taken_and_shown(jpki, index):
    """Each with its scope, number, entries and whether its time is over."""
    said = jpki("crl", "index", "show", "--index", index, "--json").json
    lists = [one for ca in said["cas"] for one in ca["lists"]]

    assert {one["state"] for one in lists} == {"fresh"}
    assert "whole CA" in {one["scope"] for one in lists}
    assert any("CRLDP" in one["scope"] for one in lists)
    assert sum(ca["entries"] for ca in said["cas"]) == sum(one["entries"] for one in lists) > 0


def test_lists_of_any_other_ca_are_taken_and_asked(homeless, tmp_path):
    """Of a name that is none of JPKI's, and with serial numbers of twenty octets."""
    named, other = (int.from_bytes(bytes([first, *range(19)])) for first in (0x41, 0x42))
    contents = {
        "ca.cer": making.ROOT_CERTIFICATE,
        "list.crl": making.crl(making.ROOT, pki.entry(serial=named, reason=1)),
        "named.cer": making.certificate(making.ROOT, making.SUBJECT, ca=False, serial=named),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    at = ("--index", tmp_path / "index", "--at", pki.NOW.isoformat())

    said = homeless(
        *("crl", "index", "add", tmp_path / "list.crl", "--ca", tmp_path / "ca.cer"), *at[:2]
    )
    asked = [
        homeless("crl", "index", "lookup", one, *at).status
        for one in (tmp_path / "named.cer", str(named), hex(other))
    ]

    assert (said.status, asked) == (YES, [NO, NO, YES])


def test_lists_that_are_over_are_shown_as_that(jpki, index):
    """At the moment asked about."""
    said = jpki("crl", "index", "show", "--index", index, "--at", "2027-06-01")

    assert ("not fresh" in said.stdout, "  fresh" in said.stdout) == (True, False)


def test_adding_again_changes_nothing(jpki, index, published):
    """And is no failure."""
    said = jpki("crl", "index", "add", published / "lists", "--index", index, "--json").json

    assert (said["taken"], said["refused"]) == (0, 0)
    assert said["there"] == len(said["lists"]) > 0


def test_a_refused_list_is_named_with_why(jpki, published):
    """And the others are taken."""
    (published / "lists" / "0.crl").write_bytes(b"no list")
    words = ("crl", "index", "add", published / "lists", "--index", published / "new")
    said = jpki(*words)

    assert (said.status, "0.crl: refused: offset 0" in said.stdout) == (NO, True)
    assert "1 refused" in said.stdout


def test_what_is_no_file_is_refused_and_not_waited_for(jpki, published):
    """A pipe, a directory and a link to nowhere that are called lists; the others are taken."""
    lists = published / "lists"
    os.mkfifo(lists / "pipe.crl")
    (lists / "below.crl").mkdir()
    (lists / "nowhere.crl").symlink_to(lists / "gone")
    said = jpki("crl", "index", "add", lists, "--index", published / "new")
    told = [line for line in said.stdout.splitlines() if "not read: no regular file" in line]

    assert (said.status, len(told), "3 refused" in said.stdout) == (NO, 3, True)
    assert " 0 lists taken" not in said.stdout


def test_a_file_in_which_no_list_can_be_looked_for_keeps_no_other_out(jpki, published):
    """Damaged PEM, PEM of something else, and what opens but cannot be read; in text as in DER."""
    lists = published / "lists"
    count = len(list(lists.glob("*.crl")))
    whole = pem.armor("X509 CRL", (lists / "sign-g3-full.crl").read_bytes())
    certificate = pem.armor("CERTIFICATE", (published / "sign-ca.cer").read_bytes())
    (lists / "0damaged.crl").write_bytes(whole.split(b"-----END")[0])
    (lists / "0other.crl").write_bytes(certificate)
    # Regular, as the system says, and nothing of it can be read from its beginning.
    (lists / "0unread.crl").symlink_to("/proc/self/mem")
    said = jpki("crl", "index", "add", lists, "--index", published / "new")
    lines = said.stdout.replace(f"{lists}/", "").splitlines()
    told = {line for line in lines if ": refused" in line}

    assert (said.status, f"{count} lists taken" in said.stdout) == (NO, True)
    assert told == {
        "0damaged.crl: refused: is damaged PEM: the block of line 1 has no END",
        "0other.crl: refused: holds CERTIFICATE, no X509 CRL",
        "0unread.crl: refused: not read: Input/output error",
    }


def test_a_refused_list_that_the_ca_signed_is_remembered_and_told(jpki, published, index):
    """By add, show and lookup; of whom it names it cannot be told, revoked stays revoked."""
    bent = published / "bent.crl"
    bent.write_bytes((published / "lists" / "sign-g3-full.crl").read_bytes() + b"\0")
    with World.open(jpki.home) as world:
        serial = world.serial("hanako", Kind.SIGN)
    added = jpki("crl", "index", "add", bent, "--index", index)
    # The octets 01 30 are in every list: its version ends, its signature algorithm begins.
    looked = [
        jpki("crl", "index", "lookup", str(one), "--index", index, *AT)
        for one in (serial, 0x0130, 0x7654321)
    ]

    assert (added.status, "but signed by the CA" in added.stdout) == (NO, True)
    assert "bytes left over" in jpki("crl", "index", "show", "--index", index).stdout
    assert [one.status for one in looked] == [NO, CANNOT_TELL, YES]
    assert "names it or may" in looked[1].stdout


@pytest.mark.parametrize("before", [b"", b"Certificate Revocation List (CRL):\n"])
def test_lists_in_pem_are_taken_by_named_ca_certificates(homeless, published, before):
    """Without a world anywhere, and with text before it, as `openssl crl -text` writes it."""
    (found,) = sorted((published / "lists").glob("sign-g3-full.crl"))
    armored = published / "full.pem"
    armored.write_bytes(before + pem.armor("X509 CRL", found.read_bytes()))
    words = ("--ca", published / "sign-ca.cer", "--index", published / "new")
    said = homeless("crl", "index", "add", armored, *words)

    assert (said.status, "1 lists taken" in said.stdout) == (YES, True)


@pytest.mark.parametrize(("name", "status"), [("auth", YES), ("sign", NO)])
def test_a_certificate_has_the_same_report_by_the_index_as_by_the_lists(
    jpki, files, index, name, status
):
    """Good, or revoked with its reason, with the same evidence."""
    by_lists = jpki("check", files / f"{name}.cer", *AT, "--json")
    by_index = jpki("check", files / f"{name}.cer", *AT, "--json", "--crl-index", index)
    found = [said.json["reports"][0]["revocation"] for said in (by_lists, by_index)]

    assert (by_lists.status, by_index.status) == (status, status)
    assert [(one["status"], one.get("reason")) for one in found[:1]] * 2 == [
        (one["status"], one.get("reason")) for one in found
    ]


def test_an_index_whose_lists_are_over_cannot_tell(jpki, files, index):
    """However lately it was made."""
    said = jpki("check", files / "auth.cer", "--at", "2027-02-01", "--crl-index", index)

    assert said.status == CANNOT_TELL


@pytest.mark.parametrize(("name", "status"), [("auth", YES), ("sign", NO)])
def test_a_certificate_is_looked_up(jpki, files, index, name, status):
    """By its file: listed with the reason, or not and by which fresh list."""
    said = jpki("crl", "index", "lookup", files / f"{name}.cer", "--index", index, *AT)

    assert said.status == status
    assert ("superseded" in said.stdout) == (status == NO)


def test_a_serial_number_is_looked_up(jpki, index):
    """In decimal and in hex."""
    with World.open(jpki.home) as world:
        serial = world.serial("hanako", Kind.SIGN)
    words = (str(serial), hex(serial), "--index", index, *AT, "--json")
    said = jpki("crl", "index", "lookup", *words)

    assert said.status == NO
    assert {one["reason"] for row in said.json["answers"] for one in row["listed"]} == {
        "superseded"
    }


@pytest.mark.parametrize("serial", ["1000000000", "0x" + "7F" * 20])
def test_a_serial_number_on_no_list_is_not_revoked_only_by_fresh_lists(jpki, index, serial):
    """Long or short."""
    words = ("crl", "index", "lookup", serial, "--index", index)

    assert jpki(*words, "--at", "2027-02-01").status == CANNOT_TELL


def test_a_list_for_ca_certificates_alone_does_not_say_not_listed(homeless, tmp_path):
    """It is fresh, of no place, and names nobody; a list of everything says it."""
    ca = pki.ca(Kind.SIGN)
    only_ca = {pki.ISSUING_POINT: (True, seq(implicit(2, b"\xff")))}
    found = []
    for number, change in enumerate(({}, only_ca)):
        place = tmp_path / str(number)
        der = pki.crl(ca, point=None, change=change)
        list(IndexDirectory(place).add([("list", der)], [Anchor.load(ca.der)]))
        words = ("crl", "index", "lookup", "77", "--index", place, "--at", pki.NOW.isoformat())
        found.append(homeless(*words).status)

    assert found == [YES, CANNOT_TELL]


@pytest.mark.parametrize(("named", "status"), [(78, YES), (77, CANNOT_TELL)])
def test_a_responder_that_the_index_names_says_nothing(homeless, tmp_path, named, status):
    """An answer beside an index: whoever signed it must not be revoked there."""
    ca, responder = pki.ca(Kind.AUTH), holder("responder")
    issuer = Holder(ca.name, ca.key)
    sent = answer(
        single(about=cert_id(issuer, pki.SERIAL)),
        signer=responder,
        certificates=[delegate(issuer, responder, serial=77)],
    )
    # Of another place than the holder's: nothing else clears them.
    elsewhere = pki.point_name(Kind.AUTH, "Hachioji-shi")
    ders = {"c.cer": pki.certificate(ca), "ca.cer": ca.der, "sent.ocsp": sent}
    ders["crl"] = pki.crl(ca, pki.entry(named, reason=1), point=elsewhere)
    for name, der in ders.items():
        (tmp_path / name).write_bytes(der)
    place, trusted = tmp_path / "index", ("--ca", tmp_path / "ca.cer")
    assert homeless("crl", "index", "add", tmp_path / "crl", *trusted, "--index", place).status == 0

    words = ("--crl-index", place, "--ocsp", tmp_path / "sent.ocsp", "--at", pki.NOW.isoformat())
    said = homeless("check", tmp_path / "c.cer", *trusted, *words)

    told = "revoked" in said.stdout and "responder" in said.stdout
    assert (said.status, told) == (status, status != YES), said.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("crl", "index", "lookup", "0x00", "--index", "{index}"), "positive"),
        (("crl", "index", "lookup", "no-such-file", "--index", "{index}"), "neither a serial"),
        (("crl", "index", "lookup", "57F3327", "--index", "{index}"), "0x and hex"),
        (("check", "{file}", "--policy", "path", "--crl-index", "{index}"), "which reads lists"),
        (("check", "--from-bundle", "{file}", "--crl-index", "{index}"), "no effect with --from-b"),
        (("crl", "index", "show", "--index", "{empty}"), "jpki crl index add"),
        (("crl", "index", "forget", "--index", "{index}"), "--before"),
        (("crl", "index", "forget", "abc", "--index", "{index}"), "64 hexadecimal digits"),
        (("check", "{file}", "--crl-index", "{index}", "--crl", "{file}"), "exclude each other"),
        (("crl", "index", "add", "{empty}", "--index", "{index}"), "no file *.crl"),
        (("crl", "index", "add", "{file}", "--ca", "{file}", "--index", "{index}"), "to rely on"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(jpki, files, index, words, told):
    """With what to do about it."""
    (index.parent / "empty").mkdir()
    places = {"index": index, "empty": index.parent / "empty", "file": files / "auth.cer"}
    said = jpki(*(word.format(**places) for word in words))

    assert (said.status, told in said.stderr) == (USAGE, True)


def test_a_list_that_was_refused_is_shown_and_can_be_forgotten(jpki, published, index):
    """By its SHA-256; what was not there is told."""
    (good,) = (published / "lists").glob("auth-g3-full.crl")
    altered = published / "altered.crl"
    altered.write_bytes(good.read_bytes() + b"\0")
    digest = sha256(altered.read_bytes()).hexdigest()
    jpki("crl", "index", "add", altered, "--index", index)
    shown = jpki("crl", "index", "show", "--index", index).stdout
    said = [
        jpki("crl", "index", "forget", digest, "--before", "2020-01-01", "--index", index)
        for _ in range(2)
    ]

    assert f"SHA-256 {digest}" in shown
    assert [one.status for one in said] == [YES, NO]
    assert "refused" not in jpki("crl", "index", "show", "--index", index).stdout


@pytest.mark.parametrize("are_named", [True, False], ids=["files", "index alone"])
@pytest.mark.parametrize("kind", Kind)
def test_a_verdict_over_an_index_is_kept_with_the_lists_it_rests_on(
    jpki, homeless, files, index, *, kind, are_named
):
    """Of all there are the bundle takes these, and says the same without index and world."""
    status = {Kind.AUTH: YES, Kind.SIGN: NO}[kind]
    bundle = index.parent / "kept.zip"
    lists = sorted((index.parent / "lists").glob("*.crl"))
    words = [word for path in lists * are_named for word in ("--crl", path)]
    asked = ("check", files / f"{kind.value}.cer", *AT, "--json", "--crl-index", index)
    said = jpki(*asked, "--bundle", bundle, *words)
    ca = index.parent / f"{kind.value}-ca.cer"
    again = homeless("check", "--from-bundle", bundle, "--ca", ca)
    with zipfile.ZipFile(bundle) as zipped:
        parts = [part for part in zipped.namelist() if part.startswith("lists/")]
        kept = {sha256(zipped.read(part)).hexdigest() for part in parts}
    evidence = said.json["reports"][0]["revocation"]["evidence"]

    assert (said.status, again.status) == (status, status)
    assert kept == {one["sha256"] for one in evidence}
    assert 0 < len(parts) < len(lists)


class Asked:
    """A certificate of another CA, an index of these lists of it, a bundle to be made of both."""

    def __init__(self, homeless, place, *ders):
        self._homeless = homeless
        self._trusted = ("--ca", place / "ca.cer")
        self.bundle = place / "b.zip"
        self.files = [place / f"{number}.crl" for number in range(len(ders))]
        (place / "ca.cer").write_bytes(OTHER.der)
        (place / "c.cer").write_bytes(pki.certificate(OTHER))
        for file, der in zip(self.files, ders, strict=True):
            file.write_bytes(der)
            homeless("crl", "index", "add", file, *self._trusted, "--index", place / "index")
        self._words = (place / "c.cer", *self._trusted, "--crl-index", place / "index")

    def now(self, *words):
        at = ("--at", pki.NOW.isoformat())
        return self._homeless("check", *self._words, "--bundle", self.bundle, *at, *words)

    def of_the_bundle(self):
        return self._homeless("check", "--from-bundle", self.bundle, *self._trusted)


OTHER = pki.ca(Kind.AUTH)


def test_a_list_that_an_index_cannot_give_back_is_asked_for(homeless, tmp_path):
    """Of entries in another order, say: which file it is, and where to name it."""
    unsorted = pki.crl(OTHER, pki.entry(1 << 30), pki.entry(5))
    asked = Asked(homeless, tmp_path, unsorted)

    alone = asked.now()
    is_written = asked.bundle.exists()
    beside = asked.now("--crl", *asked.files)

    assert (alone.status, is_written) == (USAGE, False)
    assert "with --crl beside --crl-index: CRL no." in alone.stderr
    assert f"SHA-256 {sha256(unsorted).hexdigest()}: its entries are in another" in alone.stderr
    assert (beside.status, asked.bundle.exists()) == (YES, True)


def test_a_list_that_only_was_looked_at_need_not_be_given_back(homeless, tmp_path):
    """An older one in another order: the verdict rests on the one that is in the bundle."""
    before = pki.NOW - pki.DAY
    unsorted = pki.crl(
        OTHER, pki.entry(1 << 30), pki.entry(5), point=None, this_update=before, number=6
    )
    asked = Asked(homeless, tmp_path, pki.crl(OTHER), unsorted)

    said = asked.now("--json")

    assert (said.status, sha256(unsorted).hexdigest() in said.stdout) == (YES, True)
    assert asked.of_the_bundle().status == YES


def test_a_refused_list_that_a_verdict_rests_on_is_kept_as_it_was(homeless, tmp_path):
    """Refused by the index, not understood by the verifier: the bundle says so again."""
    doubtful = pki.crl(OTHER, change={"1.2.392.200149.8.5.99": (True, NULL)})
    asked = Asked(homeless, tmp_path, doubtful)

    said = asked.now()
    with zipfile.ZipFile(asked.bundle) as zipped:
        (kept,) = [part for part in zipped.namelist() if part.startswith("lists/")]
        as_kept = zipped.read(kept)

    assert (said.status, asked.of_the_bundle().status) == (CANNOT_TELL, CANNOT_TELL)
    assert as_kept == doubtful


@pytest.mark.parametrize("behind", [b"", b"\0"], ids=["revoked", "may be revoked"])
def test_a_list_that_says_otherwise_than_the_index_is_not_kept_with_its_verdict(
    jpki, files, index, behind
):
    """Newer than the index, or bent: whoever judges the bundle would not say what was said."""
    with World.open(jpki.home) as world:
        world.revoke(Kind.AUTH, world.serial("hanako", Kind.AUTH), RevocationReason.SUPERSEDED)
        world.publish_lists()
        (newer,) = world.published.lists_directory.glob("auth-g3-full.crl")
        (index.parent / "newer.crl").write_bytes(newer.read_bytes() + behind)
    bundle = index.parent / "kept.zip"
    lists = [*(index.parent / "lists").glob("*.crl"), index.parent / "newer.crl"]
    named = [[word for path in some for word in ("--crl", path)] for some in (lists[:-1], lists)]
    asked = ("check", files / "auth.cer", *AT, "--crl-index", index, "--bundle", bundle)

    said = jpki(*asked, *named[1])

    assert said.status == USAGE
    assert "say otherwise than the index" in said.stderr
    assert not bundle.exists()
    assert (jpki(*asked, *named[0]).status, bundle.exists()) == (YES, True)


def test_a_damaged_index_is_told_and_never_asked(jpki, files, index):
    """With the file's name, and what to do."""
    path = min(index.glob("*.crlx"))
    path.write_bytes(path.read_bytes()[:-3])
    said = jpki("check", files / "auth.cer", "--crl-index", index, "--json")

    assert said.status == USAGE
    error = json.loads(said.stdout)["error"]
    assert str(path) in error
    assert "make the index anew" in error

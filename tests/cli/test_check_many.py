"""`jpki check-many`: a row each, as `jpki check` would judge, and no row lost or doubled."""

import csv
import json
import os
import shutil
import signal
import time

import pytest

from cardsim.world import World
from jpki import oids
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.verify import Verifier
from jpki.verify.anchors import Anchor
from tests.cli.calling import CANNOT_TELL, NO, USAGE, YES
from tests.cli.conftest import START
from tests.support import pki

AT = ("--at", START.isoformat())


@pytest.fixture
def revoked(jpki):
    """Revoke Hanako's signing certificate; give its serial number."""
    with World.open(jpki.home) as world:
        serial = world.serial("hanako", Kind.SIGN)
        world.revoke(Kind.SIGN, serial, RevocationReason.SUPERSEDED)
        world.publish_lists()
    return serial


@pytest.fixture
def index(jpki, revoked, tmp_path):
    """Give an index of all lists of the world."""
    lists = jpki.home / "ca" / "lists"
    with World.open(jpki.home) as world:
        lists = world.published.lists_directory
    assert jpki("crl", "index", "add", lists, "--index", tmp_path / "index").status == YES
    return tmp_path / "index"


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def certificates(jpki, files, tmp_path):
    """Give a directory of certificates, and something that is none."""
    place = tmp_path / "certificates"
    place.mkdir()
    shutil.copy(files / "auth.cer", place / "a.cer")
    shutil.copy(files / "sign.cer", place / "b.cer")
    (place / "c.txt").write_text("no certificate")
    return place


@pytest.mark.parametrize("by_index", [True, False], ids=["index", "lists"])
def test_certificates_of_a_directory_are_judged_as_check_judges_them(
    jpki, certificates, index, tmp_path, by_index
):
    """Good, revoked, and no certificate at all; by the index as by the lists."""
    asked = ("--crl-index", index) if by_index else ()
    said = jpki("check-many", certificates, "--out", tmp_path / "out.csv", *asked, *AT, "--json")
    rows = rows_of(tmp_path / "out.csv")

    assert said.status == NO
    assert [(row["item"], row["verdict"], row["reason"]) for row in rows] == [
        ("a.cer", "GOOD", ""),
        ("b.cer", "BAD", "superseded"),
        ("c.txt", "BAD", ""),
    ]
    assert [row["kind"] for row in rows] == ["auth", "sign", ""]
    assert (said.json["judged"], said.json["verdicts"]) == (3, {"GOOD": 1, "BAD": 2})


def test_a_good_certificate_is_judged_without_a_report(homeless, tmp_path, monkeypatch):
    """There are millions; after the first of a place a report says nothing that the row has."""
    ca = pki.ca(Kind.AUTH)
    (tmp_path / "ca.cer").write_bytes(ca.der)
    (tmp_path / "list.crl").write_bytes(pki.crl(ca, pki.entry(serial=0x2000007, reason=4)))
    place = tmp_path / "certificates"
    place.mkdir()
    for serial in range(0x2000000, 0x200000A):
        (place / f"{serial}.cer").write_bytes(pki.certificate(ca, serial=serial))
    explained = []
    examine = Verifier._examine

    def counted(verifier, certificate, *arguments):
        explained.append(certificate)
        return examine(verifier, certificate, *arguments)

    monkeypatch.setattr(Verifier, "_examine", counted)
    by = ("--ca", tmp_path / "ca.cer", "--crl", tmp_path / "list.crl", "--at", pki.NOW.isoformat())

    homeless("check-many", place, "--out", tmp_path / "out.csv", *by)

    first, second, *others = rows_of(tmp_path / "out.csv")
    number = str(0x2000001)
    assert second == first | {"item": f"{number}.cer", "serial": number}
    assert [row["verdict"] for row in (first, *others)] == ["GOOD"] * 6 + ["BAD"] + ["GOOD"] * 2
    assert len(explained) == 2


def asked(place, *lines, heading="serial,kind"):
    path = place / "serials.csv"
    path.write_text("\n".join((heading, *lines)) + "\n")
    return path


@pytest.mark.parametrize("by_index", [True, False], ids=["index", "lists"])
def test_serial_numbers_of_a_file_are_judged_by_fresh_lists_of_the_whole_ca(
    jpki, revoked, index, tmp_path, by_index
):
    """Decimal and hex, of both CAs; whatever is no serial number cannot be told."""
    lines = (
        f"{revoked},sign",
        f"{hex(revoked)},sign",
        f"{revoked},auth",
        "77,sign",
        "x,sign",
        "0,sign",
        "5,",
    )
    source = asked(tmp_path, *lines)
    words = ("--crl-index", index) if by_index else ()
    said = jpki("check-many", source, "--out", tmp_path / "out.jsonl", *words, *AT)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]

    assert said.status == NO
    verdicts = ["REVOKED"] * 2 + ["NOT_REVOKED"] * 2 + ["CANNOT_TELL"] * 3
    assert [row["verdict"] for row in rows] == verdicts
    assert rows[0]["reason"] == "superseded"


@pytest.mark.parametrize("moment", ["2027-02-01", "2026-01-01"])
def test_serial_numbers_are_not_told_by_lists_of_another_time(jpki, index, tmp_path, moment):
    """Neither when they are over, nor before they were."""
    source = asked(tmp_path, "77,sign")
    words = ("--crl-index", index, "--at", moment)
    said = jpki("check-many", source, "--out", tmp_path / "out.csv", *words)

    assert said.status == CANNOT_TELL


def test_a_key_can_be_named_and_its_own_list_answers(jpki, index, tmp_path):
    """By the CA certificate's key identifier, as `jpki crl index show` prints it."""
    shown = jpki("crl", "index", "show", "--index", index, "--json").json
    keys = [ca["key"] for ca in shown["cas"] if "digital signature" in ca["issuer"]]
    source = asked(
        tmp_path, f"77,sign,{keys[0]}", f"77,sign,{'00' * 20}", heading="serial,kind,issuer"
    )
    jpki("check-many", source, "--out", tmp_path / "out.csv", "--crl-index", index, *AT)

    rows = rows_of(tmp_path / "out.csv")
    assert rows[1]["verdict"] == "CANNOT_TELL"
    assert "needs the CA certificate" in rows[1]["because"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_killed_at_any_time_it_goes_on_without_a_row_lost_or_doubled(
    jpki, revoked, index, tmp_path, form
):
    """`kill -9` once rows are there; --resume ends with the file that one call writes."""
    serials = [str(revoked), *map(str, range(30_000_000, 30_000_000 + 45_000))]
    source = asked(tmp_path, *serials, heading="serial")
    words = (source, "--kind", "sign", "--crl-index", index, *AT, "--out")
    whole, out = tmp_path / f"whole.{form}", tmp_path / f"out.{form}"
    assert jpki("check-many", *words, whole).status == NO
    killed = jpki.start("check-many", *words, out)
    deadline = time.monotonic() + 30
    while not (out.exists() and out.stat().st_size > 1_000_000) and time.monotonic() < deadline:
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    with out.open("ab") as file:
        file.write(b"a line that was not fin")

    refused = jpki("check-many", *words, out)
    resumed = jpki("check-many", *words, out, "--resume", "--json")

    assert (killed.returncode, refused.status, resumed.status) == (-9, USAGE, NO)
    assert resumed.json["judged"] == len(serials)
    assert out.read_bytes() == whole.read_bytes()


def test_it_does_not_go_on_with_other_lists_or_another_input(jpki, index, tmp_path):
    """Half a file by one day's lists and half by another's would be nobody's answer."""
    source = asked(tmp_path, "77,sign")
    out = tmp_path / "out.csv"
    words = ("check-many", source, "--crl-index", index, "--resume", "--out", out)
    jpki(*words, *AT)
    (tmp_path / "out.csv.state").write_text('{"moment": "2026-11-23T03:04:05Z", "input": "x"}')
    said = jpki(*words)

    assert said.status == USAGE
    assert "other" in said.stderr
    assert "input" in said.stderr


def test_the_call_again_when_all_is_judged_says_what_it_came_to(jpki, index, tmp_path):
    """A supervisor that repeats it with --resume sees the same end; without, it is misuse."""
    source, out = asked(tmp_path, "77,sign", "x,sign"), tmp_path / "out.csv"
    words = ("check-many", source, "--crl-index", index, "--out", out)
    first = jpki(*words, *AT, "--json")
    written = out.read_bytes()
    again = jpki(*words, "--resume", "--json")

    assert (first.status, again.status) == (CANNOT_TELL, CANNOT_TELL)
    assert again.json == first.json
    assert out.read_bytes() == written
    assert "is there" in jpki(*words).stderr


def test_it_does_not_go_on_at_another_moment_than_it_began_at(jpki, index, tmp_path):
    """Whoever insists on a moment must not be given rows of another one."""
    words = ("check-many", asked(tmp_path, "77,sign"), "--crl-index", index)
    words = (*words, "--out", tmp_path / "out.csv")
    jpki(*words, *AT)
    other = jpki(*words, "--resume", "--at", "2026-12-24")

    assert (other.status, "leave --at out" in other.stderr) == (USAGE, True)
    assert jpki(*words, "--resume", *AT).status == YES


def test_a_file_moved_away_when_it_was_done_does_not_keep_its_name_taken(jpki, index, tmp_path):
    """The next day's rows go where those of the day before were."""
    out = tmp_path / "out.csv"
    words = ("check-many", "--crl-index", index, "--out", out, "--resume", *AT)
    jpki(*words, asked(tmp_path, "77,sign"))
    out.unlink()
    said = jpki(*words, asked(tmp_path, "78,sign", "79,sign"), "--json")

    assert (said.status, said.json["judged"]) == (YES, 2)


def test_a_file_without_a_column_of_serial_numbers_is_a_usage_error(jpki, tmp_path):
    """Before anything is written."""
    source = asked(tmp_path, "5", heading="number")
    said = jpki("check-many", source, "--out", tmp_path / "out.csv")

    assert (said.status, "no column serial" in said.error) == (USAGE, True)
    assert not (tmp_path / "out.csv").exists()


def test_it_does_not_go_on_with_another_certificate_of_the_same_name(
    jpki, certificates, revoked, tmp_path
):
    """A revoked one put in the place of a good one must not be given that one's verdict."""
    (certificates / "b.cer").write_bytes((certificates / "a.cer").read_bytes())
    words = ("check-many", certificates, "--out", tmp_path / "out.csv", "--resume", *AT)
    first = jpki(*words, "--json")
    unchanged = jpki(*words, "--json")
    with World.open(jpki.home) as world:
        (certificates / "b.cer").write_bytes(world.certificate("hanako", Kind.SIGN).der)
    changed = jpki(*words)

    assert first.json["verdicts"] == unchanged.json["verdicts"] == {"GOOD": 2, "BAD": 1}
    assert (changed.status, "other input" in changed.stderr) == (USAGE, True)


def test_it_does_not_go_on_with_other_ocsp_answers(jpki, certificates, tmp_path):
    """One that came since may say revoked."""
    words = ("check-many", certificates, "--out", tmp_path / "out.csv", "--resume", *AT)
    jpki(*words)
    said = jpki(*words, "--ocsp", certificates / "c.txt")

    assert (said.status, "other OCSP answers" in said.stderr) == (USAGE, True)


def test_ocsp_answers_beside_serial_numbers_are_a_usage_error(jpki, files, tmp_path):
    """Nobody would ask them."""
    words = ("--ocsp", files / "auth.cer", "--out", tmp_path / "out.csv")
    said = jpki("check-many", asked(tmp_path, "77,sign"), *words)

    assert (said.status, "--ocsp: no effect" in said.stderr) == (USAGE, True)
    assert not (tmp_path / "out.csv").exists()


def test_other_columns_may_be_of_another_encoding(jpki, index, tmp_path):
    """As a list of residents from a spreadsheet is: Shift_JIS has the same digits."""
    source = tmp_path / "serials.csv"
    source.write_bytes("氏名,serial,kind\n架空花子,77,sign\n".encode("shift_jis"))
    said = jpki("check-many", source, "--out", tmp_path / "out.csv", "--crl-index", index, *AT)

    assert said.status == YES
    assert [row["item"] for row in rows_of(tmp_path / "out.csv")] == ["77"]


@pytest.mark.parametrize("heading", ["氏名".encode("shift_jis"), b"x" * 200_000])
def test_a_heading_nobody_can_read_is_a_usage_error(jpki, tmp_path, heading):
    """With what it should be."""
    source = tmp_path / "serials.csv"
    source.write_bytes(heading + b"\n5\n")
    said = jpki("check-many", source, "--out", tmp_path / "out.csv")

    assert (said.status, "no column serial" in said.error) == (USAGE, True)


@pytest.mark.parametrize("odd", ["9" * 200_000 + ",sign", '"7"8,sign'], ids=["long", "quoted"])
def test_a_row_that_is_no_csv_gets_a_row_and_the_next_are_judged(jpki, index, tmp_path, odd):
    """And --resume gets past it."""
    source, out = asked(tmp_path, "77,sign", odd, "78,sign"), tmp_path / "o.csv"
    words = ("check-many", source, "--out", out, "--crl-index", index, *AT)
    said, again = jpki(*words), jpki(*words, "--resume", "--json")

    assert (said.status, again.status, again.json["judged"]) == (CANNOT_TELL, CANNOT_TELL, 3)
    assert [row["verdict"] for row in rows_of(out)] == ["NOT_REVOKED", "CANNOT_TELL", "NOT_REVOKED"]


def test_a_file_cut_within_quotes_is_not_read_as_if_it_were_whole(jpki, index, tmp_path):
    """The number may have gone on."""
    source, out = asked(tmp_path, "77,sign", '78,sign,"a'), tmp_path / "o.csv"
    said = jpki("check-many", source, "--out", out, "--crl-index", index, *AT)

    assert said.status == CANNOT_TELL
    assert [row["verdict"] for row in rows_of(out)] == ["NOT_REVOKED", "CANNOT_TELL"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize(
    "damage",
    [(b"NOT_REVOKED", b"NONSENSE"), (b"77", b"\xff\xfe"), (b"NOT_REVOKED", b"\n"), (b",", b"")],
)
def test_a_damaged_row_is_told_and_not_counted(jpki, index, tmp_path, form, damage):
    """With its line; nothing is added behind it."""
    out = tmp_path / f"out.{form}"
    words = ("check-many", asked(tmp_path, "77,sign"), "--out", out, "--crl-index", index, *AT)
    assert jpki(*words).status == YES
    *heading, row = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join((*heading, row.replace(*damage))))
    written = out.read_bytes()
    said = jpki(*words, "--resume")

    place = f"{out}, line {len(heading) + 1} is damaged"
    assert (said.status, place in said.stderr, out.read_bytes()) == (USAGE, True, written)


@pytest.mark.parametrize(
    "state",
    ["no JSON", "[]", '{"moment": 5}', '{"moment": "2026-11-23"}', "[" * 100_000],
    ids=["text", "a list", "a number", "a day", "deep"],
)
def test_a_damaged_state_is_told(jpki, index, tmp_path, state):
    """And what to do about it."""
    out = tmp_path / "out.csv"
    words = ("check-many", asked(tmp_path, "77,sign"), "--out", out, "--crl-index", index)
    jpki(*words, *AT)
    (tmp_path / "out.csv.state").write_text(state)
    said = jpki(*words, "--resume")

    assert (said.status, "out.csv.state is damaged" in said.stderr) == (USAGE, True)


def test_certificates_of_phones_are_judged_as_such(homeless, tmp_path):
    """As `jpki check` does."""
    ca, place = pki.ca(Kind.SIGN), tmp_path / "phones"
    place.mkdir()
    policy = pki.policies(oids.Policy.TEST_SIGN_PHONE.dotted)
    phone = pki.certificate(ca, change={pki.POLICIES: (True, policy)})
    (place / "phone.cer").write_bytes(phone)
    (tmp_path / "ca.cer").write_bytes(ca.der)
    (tmp_path / "list.crl").write_bytes(pki.crl(ca))
    words = ("--ca", tmp_path / "ca.cer", "--crl", tmp_path / "list.crl")
    words = (*words, "--at", pki.NOW.isoformat())
    one = homeless("check", place / "phone.cer", *words)
    many = homeless("check-many", place, "--out", tmp_path / "out.csv", *words)

    assert (one.status, many.status) == (YES, YES)


def test_nothing_to_judge_is_not_all_good(jpki, tmp_path):
    """The wrong directory, or a list that did not arrive."""
    (tmp_path / "empty").mkdir()
    sources = (tmp_path / "empty", asked(tmp_path))
    said = [jpki("check-many", one, "--out", tmp_path / f"{one.name}.out") for one in sources]

    assert [one.status for one in said] == [CANNOT_TELL] * 2
    assert all("nothing" in one.stdout for one in said)


def test_what_is_no_file_in_the_directory_gets_a_row(jpki, certificates, tmp_path):
    """A directory, a pipe, a link to nowhere: none is passed over, none is waited for."""
    (certificates / "c.txt").unlink()
    (certificates / "below").mkdir()
    os.mkfifo(certificates / "pipe")
    (certificates / "nowhere").symlink_to(certificates / "gone")
    said = jpki("check-many", certificates, "--out", tmp_path / "out.csv", *AT)
    rows = {row["item"]: (row["verdict"], row["because"]) for row in rows_of(tmp_path / "out.csv")}

    assert said.status == CANNOT_TELL
    assert [rows[name][0] for name in ("below", "pipe", "nowhere")] == ["CANNOT_TELL"] * 3
    assert [rows[name][0] for name in ("a.cer", "b.cer")] == ["GOOD"] * 2
    assert "a directory" in rows["below"][1]


def generations(place):
    """Write two generations of a CA, the first of which revoked 5555, the second 9."""
    for number in (1, 2):
        ca = pki.ca(Kind.SIGN, number)
        (place / f"g{number}.cer").write_bytes(ca.der)
        entry = pki.entry({1: 5555, 2: 9}[number], reason=1)
        (place / f"g{number}.crl").write_bytes(pki.crl(ca, entry, point=None))
    return [place / f"g{number}.crl" for number in (1, 2)]


@pytest.mark.parametrize("by_index", [True, False], ids=["index", "lists"])
def test_a_generation_of_the_ca_left_out_leaves_a_serial_number_open(homeless, tmp_path, by_index):
    """It may be of that generation, whose list may name it; a key named for a row settles it."""
    first, second = generations(tmp_path)
    keys = [Anchor.load((tmp_path / f"g{number}.cer").read_bytes()) for number in (1, 2)]
    old, new = (one.key_identifier.hex() for one in keys)
    both = ("--ca", tmp_path / "g1.cer", "--ca", tmp_path / "g2.cer")
    index = tmp_path / "index"
    homeless("crl", "index", "add", first, second, *both, "--index", index)
    words = ("--crl-index", index) if by_index else ("--crl", first, "--crl", second)
    lines = ("5555,sign,", "7,sign,", "9,sign,", f"5555,sign,{old}", f"7,sign,{new}")
    source = asked(tmp_path, *lines, heading="serial,kind,issuer")
    words = ("check-many", source, *words, "--at", pki.NOW.isoformat(), "--out")
    left_out = homeless(*words, tmp_path / "one.csv", "--ca", tmp_path / "g2.cer")
    whole = homeless(*words, tmp_path / "both.csv", *both)
    verdicts = [row["verdict"] for row in rows_of(tmp_path / "one.csv")]

    assert (left_out.status, whole.status) == (NO, NO)
    assert verdicts == ["CANNOT_TELL", "CANNOT_TELL", "REVOKED", "CANNOT_TELL", "NOT_REVOKED"]
    assert f"needs the CA certificate of key {old}" in rows_of(tmp_path / "one.csv")[0]["because"]
    assert [row["verdict"] for row in rows_of(tmp_path / "both.csv")] == [
        "REVOKED",
        "NOT_REVOKED",
        "REVOKED",
        "REVOKED",
        "NOT_REVOKED",
    ]


STRANGER = pki.key("somebody")
SECOND = pki.ca(Kind.SIGN, 2)
GIVEN = {
    "says it is of the key named": (pki.crl(SECOND, signed_by=STRANGER), "NOT_REVOKED"),
    "says so, and is no list": (pki.crl(SECOND, signed_by=STRANGER) + b"\0", "NOT_REVOKED"),
    "another CA's": (pki.crl(pki.ca(Kind.AUTH)), "NOT_REVOKED"),
    "no list": (b"\x30\x00", "NOT_REVOKED"),
    "names no key": (
        pki.crl(SECOND, signed_by=STRANGER, drop=[pki.AUTHORITY_KEY]),
        "CANNOT_TELL",
    ),
    "says it is of another key": (
        pki.crl(pki.ca(Kind.SIGN, 1), signed_by=STRANGER),
        "CANNOT_TELL",
    ),
    "of another key, and no list": (pki.crl(pki.ca(Kind.SIGN, 1)) + b"\0", "CANNOT_TELL"),
}


@pytest.mark.parametrize(("der", "verdict"), GIVEN.values(), ids=GIVEN)
def test_a_list_nobody_named_signed_counts_where_it_may_be_of_a_generation_left_out(
    homeless, tmp_path, der, verdict
):
    """One that says it is of a key named is forged or damaged, and as if it had not been given."""
    _, second = generations(tmp_path)
    (tmp_path / "given.crl").write_bytes(der)
    words = ("--ca", tmp_path / "g2.cer", "--crl", second, "--crl", tmp_path / "given.crl")
    source, out = asked(tmp_path, "7,sign", "9,sign"), tmp_path / "out.csv"
    homeless("check-many", source, *words, "--at", pki.NOW.isoformat(), "--out", out)

    assert [row["verdict"] for row in rows_of(out)] == [verdict, "REVOKED"]


@pytest.mark.parametrize("again", [(), ("--resume",)], ids=["anew", "resume"])
def test_a_file_that_another_call_is_writing_is_refused(jpki, index, tmp_path, again):
    """Two that append would double rows; when the first is gone, by whatever end, one goes on."""
    source = asked(tmp_path, *map(str, range(30_000_000, 30_000_000 + 45_000)), heading="serial")
    words = (source, "--kind", "sign", "--crl-index", index, *AT, "--out")
    whole, out = tmp_path / "whole.csv", tmp_path / "out.csv"
    jpki("check-many", *words, whole)
    first = jpki.start("check-many", *words, out)
    deadline = time.monotonic() + 30
    while not (out.exists() and out.stat().st_size > 1_000) and time.monotonic() < deadline:
        time.sleep(0.005)
    first.send_signal(signal.SIGSTOP)
    second = jpki("check-many", *words, out, *again)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    third = jpki("check-many", *words, out, "--resume")

    assert (first.returncode, second.status, third.status) == (-9, USAGE, YES)
    assert f"another call is writing {out}" in second.stderr
    assert "--resume" not in second.stderr
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize(
    "kept",
    [(0, 1, 2, 2), (0, 0), (1,)],
    ids=["one too many", "one twice", "one lost"],
)
def test_rows_that_are_not_those_of_the_input_are_refused(jpki, index, tmp_path, form, kept):
    """Whoever added, doubled or lost some gets no count of them as if all were judged."""
    source, out = asked(tmp_path, "77,sign", "77,auth", "78,sign"), tmp_path / f"out.{form}"
    words = ("check-many", source, "--out", out, "--crl-index", index, *AT)
    assert jpki(*words).status == YES
    lines = out.read_bytes().splitlines(keepends=True)
    heading, rows = lines[:-3], lines[-3:]
    out.write_bytes(b"".join((*heading, *(rows[place] for place in kept))))
    written = out.read_bytes()
    said = jpki(*words, "--resume")

    place = f"{out}, line {len(heading) + len(kept)}: "
    assert (said.status, place in said.stderr, out.read_bytes()) == (USAGE, True, written)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_rows_of_whatever_the_input_says_are_known_again(jpki, index, tmp_path, form):
    """Quotes, commas, controls, other scripts and octets that are no text."""
    source, out = tmp_path / "serials.csv", tmp_path / f"out.{form}"
    odd = (
        '"a,""b""",sign',
        '"c\nd\re",sign',
        "架空\u2028,sign",
        "\x1b[0m,auth",
        '" 77 ",sign',
        "0x4D,",
    )
    source.write_bytes("\n".join(("serial,kind", *odd, "")).encode() + b"\xff\xfe,sign\n")
    words = ("check-many", source, "--out", out, "--crl-index", index, *AT)
    first = jpki(*words, "--json")
    again = jpki(*words, "--resume", "--json")

    assert (first.status, again.status, again.json) == (CANNOT_TELL, CANNOT_TELL, first.json)


def test_files_of_whatever_name_are_known_again(jpki, certificates, tmp_path):
    """Be it no text at all."""
    (certificates / "a.cer").rename(certificates / os.fsdecode(b"a\xff,\n.cer"))
    words = ("check-many", certificates, "--out", tmp_path / "out.csv", "--resume", *AT)
    first, again = jpki(*words, "--json"), jpki(*words, "--json")

    assert (first.json["judged"], again.json) == (3, first.json)


def test_a_call_that_is_refused_leaves_no_file_behind(jpki, index, tmp_path):
    """Else the next were told that it is there."""
    out = tmp_path / "out.csv"
    words = ("check-many", asked(tmp_path, "77,sign"), "--crl-index", index, "--out", out)
    (tmp_path / "out.csv.state").write_text("no JSON")
    said = jpki(*words, "--resume")

    assert (said.status, out.exists()) == (USAGE, False)

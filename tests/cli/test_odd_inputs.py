"""Odd files and options for `jpki check`, `lint`, `check-many`: said plainly, never passed over."""

import csv
import json
import os
import subprocess

import pytest
from asn1crypto import pem

from jpki.ca.service import running
from jpki.verify import Kind
from tests.cli.calling import CANNOT_TELL, NO, PROGRAM, SIGN, USAGE, YES, Jpki
from tests.support import pki


@pytest.fixture
def blocks(files):
    """Give the PEM of two good certificates and of a list."""
    named = {"auth": files / "auth.cer", "sign": files / "sign.cer"}
    found = {name: pem.armor("CERTIFICATE", path.read_bytes()) for name, path in named.items()}
    return found | {"list": pem.armor("X509 CRL", (files / "trust" / "auth.crl").read_bytes())}


def without_end(block):
    return block.split(b"-----END")[0]


DAMAGED = {
    "no END": lambda some: without_end(some["auth"]),
    "a second one without END": lambda some: some["auth"] + without_end(some["sign"]),
    "a first one without END": lambda some: without_end(some["sign"]) + some["auth"],
    "another END": lambda some: some["auth"] + without_end(some["sign"]) + b"-----END X-----\n",
    "a second one with four dashes": lambda some: (
        some["auth"] + some["sign"].replace(b"-----BEGIN", b"----BEGIN")
    ),
    "a second one indented": lambda some: some["auth"] + b" " + some["sign"],
}


@pytest.mark.parametrize("command", ["check", "lint"])
@pytest.mark.parametrize("made", DAMAGED.values(), ids=DAMAGED)
def test_no_block_of_a_file_is_passed_over(jpki, files, blocks, command, made):
    """A certificate nobody looked at must not hide behind a good one."""
    (files / "odd.pem").write_bytes(made(blocks))

    said = jpki(command, files / "odd.pem")

    assert said.status == USAGE
    assert "is damaged PEM: " in said.error


ACTED_ON = "a\x1b[31m\nVerdict: GOOD\u202e.crl"
SPELLED = "a\\u001b[31m\\u000aVerdict: GOOD\\u202e.crl"


@pytest.mark.parametrize(
    "words",
    [
        ("check", "{}"),
        ("check", "{}", "--explain"),
        ("lint", "--kind", "auth-certificate", "{}"),
        ("crl", "index", "add", "{}", "--index", "{}.index"),
    ],
    ids=" ".join,
)
def test_a_name_is_shown_so_that_a_terminal_does_nothing(jpki, files, words):
    """A name with a line end in it must not write a line that reads as ours; JSON has it whole."""
    odd = files / ACTED_ON
    odd.write_bytes(b"\x30\x82\0\0")
    asked = [word.format(odd) for word in words]

    said, data = jpki(*asked), jpki(*asked, "--json")

    assert SPELLED in said.stdout
    assert {"\x1b", "\u202e"}.isdisjoint(said.everything)
    assert "\nVerdict: GOOD" not in said.everything
    assert json.dumps(str(odd), ensure_ascii=False)[1:-1] in data.stdout


def test_the_name_of_what_is_written_is_shown_so_too(jpki, files, tmp_path):
    """Of the rows that check-many writes."""
    (files / "odd.csv").write_bytes(b"serial,kind\n5,auth\n")
    out = tmp_path / ACTED_ON

    said = jpki("check-many", files / "odd.csv", "--out", out)

    assert (said.status, out.exists(), SPELLED in said.stdout) == (YES, True, True)
    assert {"\x1b", "\u202e"}.isdisjoint(said.everything)


def test_the_names_of_a_world_and_of_what_comes_out_of_it_are_shown_so_too(tmp_path, monkeypatch):
    """Where it is made and served, its cards and lists, what is saved of a card, what is signed."""
    monkeypatch.setattr(running, "serve", lambda *_: None)
    jpki = Jpki(tmp_path / ACTED_ON)
    letter = tmp_path / f"letter {ACTED_ON}"
    letter.write_bytes(b"words")

    said = [
        jpki("world", "new"),
        jpki("world", "show"),
        jpki("card", "show", "hanako"),
        jpki("ca", "crl"),
        jpki("ca", "crl", "--at", "2100-01-01", "--out", jpki.home / "past"),
        jpki("ca", "export", jpki.home / "trust"),
        jpki("ca", "serve", "--port", "0"),
        jpki("read", "certs", "--card", "hanako", "--save", jpki.home / "saved"),
        jpki("sign", letter, "--card", "hanako", environment=SIGN),
    ]

    assert [one.status for one in said] == [YES] * len(said)
    assert all(SPELLED in one.stdout for one in said)
    assert all({"\x1b", "\u202e"}.isdisjoint(one.everything) for one in said)


def test_a_name_that_is_no_text_is_in_the_sarif_log_all_the_same(jpki, files):
    """Octets that are no UTF-8 name a file as well as others."""
    odd = files / os.fsdecode(b"\xffodd.cer")
    odd.write_bytes(b"\x30\x82\0\0")

    said = jpki("lint", "--kind", "auth-certificate", odd, "--sarif")

    assert (said.status, "/%FFodd.cer" in said.stdout) == (NO, True)


@pytest.mark.parametrize("words", [("check", "{}"), ("check", "x", "--ocsp", "{}"), ("lint", "{}")])
def test_a_name_in_a_failure_is_one_line(jpki, files, blocks, words):
    """Damaged PEM, and what is no OCSP answer."""
    odd = files / ACTED_ON
    odd.write_bytes(without_end(blocks["auth"]))
    (files / "x").write_bytes(b"no certificate")

    said = jpki(*(str(files / "x") if word == "x" else word.format(odd) for word in words))

    assert SPELLED in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert {"\x1b", "\u202e"}.isdisjoint(said.everything)


HEAD = {
    "a certificate": b"\x30\x84\x10\0\0\0\x30\x82\x10\0\xa0\x03\x02\x01\x02",
    "an OCSP response": b"\x30\x84\x10\0\0\0\x0a\x01\0",
    "an empty SEQUENCE": b"\x30\x80\0\0",
    "a byte order mark": b"\xef\xbb\xbf\x30\x84\x10\0\0\0\x30\x82\x10\0\xa0\x03",
}


@pytest.mark.parametrize("head", HEAD.values(), ids=HEAD)
@pytest.mark.parametrize(("command", "most"), [("check", 1 << 16), ("lint", 1 << 18)])
def test_no_more_is_read_than_a_certificate_may_have(jpki, files, command, most, head):
    """What is larger is refused by its first octets, however large it is."""
    odd = files / "odd.cer"
    odd.write_bytes(head)
    os.truncate(odd, 1 << 40)

    said = jpki(command, odd)

    assert (said.status, f"more than {most} octets" in said.error) == (USAGE, True)


@pytest.mark.parametrize(("command", "size"), [("check", 1 << 16), ("lint", 1 << 18)])
def test_what_is_just_as_large_as_may_be_is_judged(jpki, files, command, size):
    """The limit itself is none too much."""
    odd = files / "odd.cer"
    odd.write_bytes(HEAD["a certificate"].ljust(size, b"\0"))

    kind = {"check": "auth", "lint": "auth-certificate"}[command]

    assert jpki(command, "--kind", kind, odd).status == NO


@pytest.mark.parametrize("endless", ["/dev/zero", "<(yes)"])
@pytest.mark.parametrize("words", [("check",), ("lint",), ("lint", "--kind", "crl-full")])
def test_what_has_no_end_is_refused(jpki, words, endless):
    """A device is no text with PEM in it, nor is any text; memory for all of it there is none."""
    line = f"ulimit -v 2000000; exec {PROGRAM} {' '.join(words)} {endless}"
    done = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        env=jpki.environment(),
        timeout=60,
        check=False,
    )

    assert (done.returncode, "/dev/" in done.stderr) == (USAGE, True), done.stderr


def test_a_large_list_is_linted_all_the_same(homeless, files):
    """Of a list there is no greatest size; in PEM it may begin anywhere in the first 16 MiB."""
    crl = pki.crl(pki.ca(Kind.AUTH), *(pki.entry(serial) for serial in range(1, 13_000)))
    (files / "l.crl").write_bytes(crl)
    (files / "l.pem").write_bytes(b"text\n" * 3_300_000 + pem.armor("X509 CRL", crl))

    said = homeless("lint", files / "l.crl", files / "l.pem", "--json")

    assert len(crl) > 1 << 18
    assert [one["kind"] for one in said.json["objects"]] == ["crl-partition"] * 2


WHOLE = {
    "text around": lambda some: b"subject=x\n" + some["auth"] + b"\nmore\n" + some["sign"],
    "CRLF": lambda some: some["auth"].replace(b"\n", b"\r\n"),
    "a byte order mark": lambda some: b"\xef\xbb\xbf" + some["auth"],
    "a list beside it": lambda some: some["list"] + some["auth"],
}


@pytest.mark.parametrize("made", WHOLE.values(), ids=WHOLE)
def test_what_editors_make_of_pem_is_read(jpki, files, blocks, made):
    """Every certificate of the file is judged."""
    raw = made(blocks)
    (files / "odd.pem").write_bytes(raw)

    said = jpki("check", files / "odd.pem", "--json")

    assert said.status == YES
    assert len(said.json["reports"]) == raw.count(b"BEGIN CERTIFICATE")


def test_what_is_written_replaces_neither_what_is_judged_nor_each_other(jpki, files):
    """Evidence is not overwritten by a report about it."""
    before = (files / "auth.cer").read_bytes()

    both = jpki("check", files / "auth.cer", "--bundle", files / "x", "--junit", files / "x")
    itself = jpki("check", files / "auth.cer", "--sarif", files / "trust" / ".." / "auth.cer")

    assert (both.status, itself.status) == (USAGE, USAGE)
    assert "name another" in itself.stderr
    assert not (files / "x").exists()
    assert (files / "auth.cer").read_bytes() == before


def test_what_proves_nothing_is_named(jpki, files):
    """A CA certificate that is none by its file; an OCSP answer that is none, with a word."""
    (files / "cut.cer").write_bytes((files / "trust" / "auth-ca.cer").read_bytes()[:-1])

    cut = jpki("check", files / "auth.cer", "--ca", files / "cut.cer")
    answer = jpki("check", files / "auth.cer", "--ocsp", files / "trust" / "auth.crl")

    assert (cut.status, str(files / "cut.cer") in cut.error) == (USAGE, True)
    assert (answer.status, "proves nothing" in answer.stderr) == (YES, True)


NO_TABLE = {
    "a certificate": None,
    "UTF-16": "serial\n5\n".encode("utf-16"),
    "a heading of 200,000 characters": b"x" * 200_000 + b"\nserial\n",
    "serial twice": b"serial,serial\n1,2\n",
}


@pytest.mark.parametrize("raw", NO_TABLE.values(), ids=NO_TABLE)
def test_what_is_no_table_is_said_to_be_none(jpki, files, raw, tmp_path):
    """One line, no traceback, and nothing written."""
    odd = files / "odd.csv"
    odd.write_bytes((files / "auth.cer").read_bytes() if raw is None else raw)

    said = jpki("check-many", odd, "--kind", "auth", "--out", tmp_path / "out.csv")

    assert (said.status, "the first line names" in said.error) == (USAGE, True)
    assert not (tmp_path / "out.csv").exists()


def test_a_row_that_cannot_be_read_is_a_row_of_its_own(jpki, files, tmp_path):
    """With a byte order mark and CRLF, bytes that are no text, and a field without end."""
    lines = [b"5,auth", b"\xff\xfe,auth", b"9" * 200_000 + b",auth", b"0x6,auth", b"1\x002,auth"]
    (files / "odd.csv").write_bytes(b"\xef\xbb\xbfSerial , KIND\r\n" + b"\r\n".join(lines))

    said = jpki("check-many", files / "odd.csv", "--out", tmp_path / "out.csv")

    with (tmp_path / "out.csv").open(newline="") as file:
        found = [row["verdict"] for row in csv.DictReader(file)]
    assert said.status == CANNOT_TELL
    assert found == ["NOT_REVOKED", "CANNOT_TELL", "CANNOT_TELL", "NOT_REVOKED", "CANNOT_TELL"]


@pytest.mark.parametrize("row", [b"{\n", b"[1]\n", b'{"verdict": []}\n', b"\xff\n"])
def test_a_file_of_others_is_not_gone_on_with(jpki, files, row, tmp_path):
    """What `check-many` did not write it does not count."""
    (files / "odd.csv").write_bytes(b"serial,kind\n5,auth\n")
    words = ("check-many", files / "odd.csv", "--out", tmp_path / "out.jsonl")
    assert jpki(*words).status == YES
    (tmp_path / "out.jsonl").write_bytes(row)

    said = jpki(*words, "--resume")

    assert (said.status, "no row that was written here" in said.error) == (USAGE, True)


def test_verdicts_are_not_written_among_what_is_judged(jpki, files, tmp_path):
    """They would be judged themselves when it goes on; nor where no directory is."""
    inside = jpki("check-many", files, "--out", files / "out.csv")
    nowhere = jpki("check-many", files, "--out", tmp_path / "nowhere" / "out.csv")

    assert (inside.status, nowhere.status) == (USAGE, USAGE)
    assert "there is no directory" in nowhere.error


@pytest.mark.parametrize("oid", ["1.40", "3.2", "2", "1.2.", "1.02", "2." + "9" * 500])
def test_what_is_no_object_identifier_is_refused(jpki, files, oid):
    """As a policy or a purpose it would match nothing, or be taken for another."""
    said = jpki("check", files / "auth.cer", "--policy", "path", "--initial-policy", oid)

    assert (said.status, "write an object identifier" in said.stderr) == (USAGE, True)

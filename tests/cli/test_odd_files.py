"""Files without an end, and those no memory holds: a line and status 2, whatever names them."""

import os
import subprocess

import pytest
from asn1crypto import pem
from jpki_cli import derfiles

from tests.cli.calling import CANNOT_TELL, PROGRAM, USAGE, YES

CARD = ("--card", "hanako")
READS = {
    "check --ca": ("check", "auth.cer", "--ca", "{}"),
    "check --crl": ("check", "auth.cer", "--crl", "{}"),
    "check --ocsp": ("check", "auth.cer", "--ocsp", "{}"),
    "check --from-bundle": ("check", "--from-bundle", "{}"),
    "check-card --cv-ca": ("check-card", *CARD, "--cv-ca", "{}"),
    "verify": ("verify", "{}", "--signature", "auth.cer"),
    "verify --signature": ("verify", "auth.cer", "--signature", "{}"),
    "sign": ("sign", "{}", *CARD, "-o", "out.p7s"),
    "catalogue --file": ("catalogue", "list", "--file", "{}"),
    "trace show": ("trace", "show", "{}"),
    "check-many": ("check-many", "{}", "--out", "out.csv"),
    "--pin-file": ("login", *CARD, "--pin-file", "{}"),
    "--secrets-file": ("check-card", *CARD, "--secrets-file", "{}"),
    "--passphrase-file": ("--passphrase-file", "{}", "card", "list"),
}


@pytest.mark.parametrize("words", READS.values(), ids=READS)
def test_a_device_is_refused(jpki, files, words, monkeypatch):
    """In one line that names it: whoever reads on fills the memory."""
    monkeypatch.chdir(files)

    said = jpki(*(word.format("/dev/zero") for word in words))

    assert (said.status, "/dev/zero" in said.stderr) == (USAGE, True)


def in_little_memory(jpki, files, line):
    """Run a line of the shell beside `files`; what reads without end fails soon."""
    done = subprocess.run(
        ["sh", "-c", f"ulimit -v 2000000; {line}"],
        capture_output=True,
        text=True,
        env=jpki.environment(),
        cwd=files,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


PIPED = (
    "check --crl",
    "check --ocsp",
    "check --from-bundle",
    "check-card --cv-ca",
    "verify --signature",
    "catalogue --file",
)


@pytest.mark.parametrize("words", [READS[each] for each in PIPED], ids=PIPED)
def test_a_pipe_without_an_end_is_refused(jpki, files, words):
    """As a device is, once there is more than such a thing may have."""
    line = f"cat /dev/zero | {PROGRAM} {' '.join(words)}".replace("{}", "/dev/stdin")
    status, said = in_little_memory(jpki, files, line)

    assert (status, "/dev/stdin has more than" in said) == (USAGE, True), said


@pytest.mark.parametrize("words", [READS["check --crl"], ("lint", "{}")], ids=" ".join)
@pytest.mark.parametrize("more", [0, 1], ids=["just so", "too much"])
def test_text_behind_a_list_has_an_end(jpki, files, monkeypatch, words, more):
    """A list in PEM may have another behind it, with text between; a pipe has no end, perhaps."""
    monkeypatch.setattr(derfiles, "_MOST_TEXT", 1 << 12)
    monkeypatch.setattr(derfiles, "_MOST_PEM", 1 << 14)
    monkeypatch.chdir(files)
    listed = pem.armor("X509 CRL", (files / "trust" / "auth.crl").read_bytes())
    (files / "odd").write_bytes(listed.ljust((1 << 14) + more, b"\n"))

    said = jpki(*(word.format("odd") for word in words))

    assert said.status == (USAGE if more else YES)
    assert ("odd has more than 16384 octets, too many for lists in PEM" in said.stderr) == more


def test_of_a_list_little_more_is_read_than_it_says_it_has(jpki, files):
    """What follows has no end, perhaps; and what is not read is not passed over in silence."""
    odd = files / "odd.crl"
    odd.write_bytes((files / "trust" / "auth.crl").read_bytes())
    os.truncate(odd, 1 << 40)
    words = ("--ca", files / "trust" / "auth-ca.cer", "--crl")

    whole = jpki("check", files / "auth.cer", *words, files / "trust" / "auth.crl")
    longer = jpki("check", files / "auth.cer", *words, odd)

    assert whole.status == YES
    assert (longer.status, "a list that says it has less" in longer.error) == (USAGE, True)


def test_a_list_behind_a_shorter_one_is_not_passed_over(jpki, files):
    """Whoever shortens the length in front hides nothing of what the CA signed."""
    revoke = ("ca", "revoke", "hanako", "--kind", "auth", "--reason", "superseded")
    assert jpki(*revoke).status == YES
    odd = files / "odd.crl"
    revoking = (jpki.home / "ca" / "crl" / "auth-g3-full.crl").read_bytes()
    odd.write_bytes(b"\x30\x81\x80" + revoking[revoking.index(b"\x30", 1) :])
    words = ("--ca", files / "trust" / "auth-ca.cer", "--crl", files / "trust" / "auth.crl")

    assert jpki("check", files / "auth.cer", *words).status == YES
    assert jpki("check", files / "auth.cer", *words, "--crl", odd).status == CANNOT_TELL


@pytest.mark.parametrize("head", [b"\x30\x84\x10\0\0\0\x0a\x01\0", b"\x30\x82\1\0\x30\x80"])
def test_what_is_no_list_is_not_read_as_one(jpki, files, head):
    """By its first octets, however large it is."""
    odd = files / "odd.crl"
    odd.write_bytes(head)
    os.truncate(odd, 1 << 40)

    said = jpki("check", files / "auth.cer", "--crl", odd)

    assert (said.status, "too many for anything but a list" in said.error) == (USAGE, True)


def test_what_no_memory_holds_is_told(jpki, files):
    """A document may be of any size, and must be held to be signed or verified."""
    (files / "odd").touch()
    os.truncate(files / "odd", 1 << 40)

    line = " ".join((PROGRAM, *READS["verify"])).replace("{}", "odd")
    status, said = in_little_memory(jpki, files, line)

    told = "jpki: there is not enough memory for what was named\n"
    assert (status, said) == (USAGE, told)


def test_the_empty_device_is_a_file_without_content(jpki, files):
    """Who names it means that there is none."""
    said = jpki("check", files / "auth.cer", "--ocsp", "/dev/null")

    assert (said.status, "/dev/null is no OCSP answer" in said.stderr) == (YES, True)


def test_a_trace_takes_no_pipes_place(jpki, files):
    """It is written beside it and renamed: a device would be gone for everybody."""
    log, pipe = files / "log", files / "pipe"
    log.write_text("")
    os.mkfifo(pipe)

    said = jpki("trace", "import", log, pipe, "--format", "pcscd")

    assert (said.status, said.error) == (USAGE, f"jpki: {pipe} is there and no file: name another")
    assert pipe.is_fifo()


def test_a_list_that_is_copied_onto_a_pipe_is_told(jpki, files):
    """The system has no word of its own for that."""
    (files / "out").mkdir()
    os.mkfifo(files / "out" / "auth-g3-full.crl")

    said = jpki("ca", "crl", "--out", files / "out")

    assert (said.status, "is a named pipe" in said.stderr) == (USAGE, True)

"""Libraries as the loader may find them: the system's, a newer one, none, one that misbehaves."""

import os
import subprocess

import pytest

from cardsim.diagnosis import Outcome, diagnose
from cardsim.diagnosis.looking import running
from cardsim.diagnosis.looking.library import look_at_library
from cardsim.readers.pcsc import PcscService
from tests.diagnosis.machines import this_machine
from tests.support.newer_pcsclite import NewerClient, Release
from tests.support.pcscd import PrivatePcscd
from tests.support.processes import run

NAME = "libpcsclite.so.1"
CALLS = (
    "SCardEstablishContext",
    "SCardReleaseContext",
    "SCardListReaders",
    "SCardGetStatusChange",
    "SCardConnect",
    "SCardTransmit",
    "SCardDisconnect",
)
LIVE, CRASH, HANG = "return 0;", "__builtin_trap();", "for (;;) pause();"


@pytest.fixture
def newer(tmp_path):
    """Give a directory with trixie's library alone, without its C library."""
    root = NewerClient.of(Release.TRIXIE).root
    for library in root.glob("usr/lib/*/libpcsclite*.so.1"):
        (tmp_path / library.name).symlink_to(library)
    return tmp_path


@pytest.fixture
def build(tmp_path):
    """Give a function that builds a libpcsclite whose calls do this."""

    def build(body):
        source = "#include <unistd.h>\n" + "".join(f"long {c}() {{ {body} }}\n" for c in CALLS)
        (tmp_path / "lib.c").write_text(source)
        run("gcc", "-shared", "-fPIC", "-w", "-o", tmp_path / NAME, tmp_path / "lib.c")
        return this_machine(LD_LIBRARY_PATH=str(tmp_path))

    return build


def test_the_systems_library_is_named_with_its_package():
    """Whoever reports a fault can say which version."""
    library = look_at_library(this_machine())

    assert NAME in library.file
    shown = run("dpkg-query", "--show", "libpcsclite1").stdout.decode().split()
    assert library.package.split() == shown
    assert (library.stated, library.guarded) == ((4, 4), False)


def test_a_newer_library_found_first_is_named_with_its_protocol(newer):
    """LD_LIBRARY_PATH comes before the loader's cache; its package knows it not."""
    library = look_at_library(this_machine(LD_LIBRARY_PATH=str(newer)))

    assert os.path.realpath(newer / NAME) == library.file
    assert (library.package, library.stated, library.guarded) == (None, (4, 5), True)
    assert any("libpcsclite.so.1.0.0" in other for other in library.others)


def test_our_service_is_well_with_a_newer_library(newer):
    """It speaks every version since 4:4."""
    with PcscService() as service:
        service.add_reader("A reader 00 00")
        variables = {"LD_LIBRARY_PATH": str(newer), **service.environment}
        diagnosis = diagnose(this_machine(**variables))

    assert diagnosis.finding("library.protocol").seen == "4:5, which our service speaks too"
    assert "4:5" in diagnosis.finding("service.answer").seen
    assert diagnosis.finding("readers.list").outcome is Outcome.OK


def test_a_library_newer_than_its_pcscd_is_a_fault_that_names_both(newer):
    """As in a container beside the host's pcscd: programs say there is no service."""
    with PrivatePcscd() as pcscd:
        variables = {"LD_LIBRARY_PATH": str(newer), **pcscd.environment}
        diagnosis = diagnose(this_machine(**variables))

    answer = diagnosis.finding("service.answer")
    assert answer.outcome is Outcome.WRONG
    assert answer.seen == "a PC/SC service of protocol 4:4, which refuses 4:5, the library's"
    assert "the same release" in answer.advice


def test_a_library_that_is_none_is_told_with_what_hides_the_right_one(tmp_path):
    """The loader takes the first file of that name, and gives up."""
    (tmp_path / NAME).write_bytes(b"no library" * 100)
    found = diagnose(this_machine(LD_LIBRARY_PATH=str(tmp_path))).finding("library.loaded")

    assert (found.outcome, "invalid ELF header" in found.seen) == (Outcome.WRONG, True)
    assert f"LD_LIBRARY_PATH is {str(tmp_path)!r}" in found.advice


def test_a_library_without_the_calls_is_none(tmp_path):
    """As one for another purpose that happens to have its name."""
    run("gcc", "-shared", "-o", tmp_path / NAME, "-x", "c", "/dev/null")
    found = diagnose(this_machine(LD_LIBRARY_PATH=str(tmp_path))).finding("library.loaded")

    assert (found.outcome, "SCardEstablishContext" in found.seen) == (Outcome.WRONG, True)


def test_without_a_library_nothing_behind_it_is_asked(tmp_path):
    """There is nothing to ask with."""
    (tmp_path / NAME).write_bytes(b"no library" * 100)
    with PcscService() as service:
        variables = {"LD_LIBRARY_PATH": str(tmp_path), **service.environment}
        diagnosis = diagnose(this_machine(**variables))

    assert diagnosis.finding("readers.list").outcome is Outcome.UNKNOWN
    assert [each.id for each in diagnosis.wrong] == ["library.loaded"]


def test_an_opensc_that_has_no_library_is_not_blamed(tmp_path):
    """It lists no drivers then, which says nothing of those it has."""
    (tmp_path / NAME).write_bytes(b"no library" * 100)
    found = diagnose(this_machine(LD_LIBRARY_PATH=str(tmp_path))).finding("opensc.tool")

    assert (found.outcome, found.advice) == (Outcome.UNKNOWN, "mend libpcsclite first")


def test_a_stand_in_that_opens_no_socket_cannot_be_told(build):
    """It says its context is there, and never came to ours."""
    assert diagnose(build(LIVE)).finding("library.protocol").outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("body", "seconds", "words"),
    [(CRASH, 30.0, "status"), (HANG, 3.0, "no answer within")],
    ids=["crashes", "hangs"],
)
def test_a_library_that_fails_takes_nobody_with_it(build, monkeypatch, body, seconds, words):
    """It is called in a process of its own."""
    monkeypatch.setattr(running, "SECONDS", seconds)
    with PcscService() as service:
        machine = build(body)
        machine.environ.update(service.environment)
        found = diagnose(machine).finding("readers.list")

    assert (found.outcome, words in found.seen) == (Outcome.WRONG, True)


def test_a_library_that_ends_the_program_is_told(build):
    """Without an error, and without an answer."""
    with PcscService() as service:
        machine = build('write(1, "bye\\n", 4); _exit(0);')
        machine.environ.update(service.environment)
        found = diagnose(machine).finding("readers.list")

    assert (found.outcome, "ended the program" in found.seen) == (Outcome.WRONG, True)


def test_a_delegate_that_is_gone_makes_the_library_fail(newer):
    """The library of 2.x is a shell round the one this variable names."""
    with PcscService() as service:
        variables = {"LD_LIBRARY_PATH": str(newer), "LIBPCSCLITE_DELEGATE": "/gone.so"}
        diagnosis = diagnose(this_machine(**variables, **service.environment))

    assert diagnosis.finding("library.delegate").outcome is Outcome.WRONG
    assert diagnosis.finding("readers.list").outcome is Outcome.WRONG


def test_pcsc_spy_is_seen_where_it_is_preloaded():
    """It is found by its name, whether or not its log is being read."""
    spy = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    path = next(line.split()[-1] for line in spy.splitlines() if "libpcscspy.so" in line)
    diagnosis = diagnose(this_machine(LD_PRELOAD=path))

    assert diagnosis.finding("library.spy").outcome is Outcome.NOTE

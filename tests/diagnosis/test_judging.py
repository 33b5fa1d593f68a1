"""What facts mean, where making the fault takes another machine: polkit, snaps, other systems."""

from dataclasses import replace

import pytest

from cardsim.diagnosis import Diagnosis, Outcome
from cardsim.diagnosis.facts import (
    Entrance,
    Environment,
    Handshake,
    Program,
    Sandbox,
    Setting,
    Talk,
    Vpcd,
    VpcdEntry,
)
from cardsim.diagnosis.judging import judge
from cardsim.readers.pcsc.codes import ReturnCode
from tests.diagnosis.machines import HEALTHY, INUSE, MUTE, PRESENT, READER

NAMED = Environment("/tmp/x/comm", sudo=False)
PROGRAM = Program(
    words=("prog",),
    file="/usr/bin/prog",
    interpreter=None,
    privileged=None,
    runs_as=1000,
    sandbox=None,
    architecture="x86_64 64 bit",
    static=False,
    linked=None,
)


def judged(**changes):
    """Judge the healthy machine with some of its facts changed."""
    return Diagnosis(judge(replace(HEALTHY, **changes)))


def changed(part, **changes):
    """Judge it with one part of its facts changed within."""
    return judged(**{part: replace(getattr(HEALTHY, part), **changes)})


def setting(*values):
    """Give a list of a configuration file."""
    return Setting("/etc/opensc.conf", values)


def test_where_all_is_well_nothing_is_advised_on_the_way():
    """Advice stands beside what needs it."""
    diagnosis = judged()

    told = {finding.outcome for finding in diagnosis.findings if finding.advice is not None}
    assert (diagnosis.outcome, told) == (Outcome.OK, {Outcome.NOTE})


def test_a_diagnosis_is_no_truth_value():
    """`if diagnosis:` would mean the contrary to half of its readers."""
    with pytest.raises(TypeError, match="outcome"):
        bool(judged())


@pytest.mark.parametrize(
    ("handshake", "check"),
    [
        (Handshake(Talk.HUNG_UP, (4, 4)), "service.answer"),
        (Handshake(Talk.SPOKEN, (4, 4), (4, 4), 0, 0x8010006A), "service.context"),
    ],
    ids=["1.x hangs up", "2.x says SCARD_W_SECURITY_VIOLATION"],
)
def test_a_refusal_by_polkit_is_told_as_one(handshake, check):
    """Programs say only that there is no service."""
    finding = changed("door", handshake=handshake).finding(check)

    assert finding.outcome is Outcome.WRONG
    assert "polkit" in finding.advice
    assert "--disable-polkit" in finding.advice


def test_a_pcscd_that_asks_nobody_was_not_told_to_refuse():
    """Something else made it hang up."""
    diagnosis = judged(
        door=replace(HEALTHY.door, handshake=Handshake(Talk.HUNG_UP, (4, 4))),
        system=replace(HEALTHY.system, running=("pcscd --disable-polkit",)),
    )

    assert "polkit" not in diagnosis.finding("service.answer").advice


def test_a_pcscd_told_to_ask_nobody_is_seen():
    """Then polkit is no reason to look for."""
    finding = changed("system", running=("pcscd --disable-polkit",)).finding("system.polkit")

    assert finding.outcome is Outcome.OK


def test_a_library_that_falls_back_is_no_fault():
    """The refused version is only the first one it tries."""
    refused = Handshake(Talk.SPOKEN, (4, 5), (4, 4), 0x8010001E)

    assert changed("door", handshake=refused).finding("service.answer").outcome is Outcome.OK


def test_a_protocol_we_do_not_speak_matters_to_our_service_only():
    """The system's pcscd comes with its library."""
    library = replace(HEALTHY.library, stated=(4, 9))
    ours = judged(library=library, environment=NAMED).finding("library.protocol")
    theirs = judged(library=library).finding("library.protocol")

    assert (ours.outcome, theirs.outcome) == (Outcome.WRONG, Outcome.NOTE)


def test_a_library_that_states_no_version_cannot_be_told():
    """It may be a stand-in that needs no socket."""
    assert changed("library", stated=None).outcome is Outcome.UNKNOWN


def test_pcsc_spy_is_told_with_what_it_records():
    """Whoever left it in the environment does not think of the PINs in its log."""
    finding = changed("library", preload="/usr/lib/libpcscspy.so").finding("library.spy")

    assert (finding.outcome, "PIN" in finding.advice) == (Outcome.NOTE, True)


def test_a_delegate_that_is_gone_is_a_fault():
    """The library of 2.x fails with an internal error, and says no more."""
    finding = changed("library", delegate="/gone.so").finding("library.delegate")

    assert (finding.outcome, "unset" in finding.advice) == (Outcome.WRONG, True)


def test_under_sudo_the_missing_variable_is_explained():
    """It was set, and sudo dropped it."""
    finding = judged(environment=Environment(None, sudo=True)).finding("environment.variable")

    assert "sudo --preserve-env=PCSCLITE_CSOCK_NAME" in finding.advice


def test_another_users_socket_is_pointed_out():
    """Who serves it could take the PINs."""
    diagnosis = judged(environment=NAMED, door=replace(HEALTHY.door, owner=1001))

    assert "PIN" in diagnosis.finding("service.owner").advice


@pytest.mark.parametrize(
    ("rights", "runs_as", "guarded", "outcome"),
    [
        ("setuid", 0, True, Outcome.WRONG),
        ("setgid", 1000, True, Outcome.WRONG),
        ("setuid", 65534, False, Outcome.WRONG),
        ("setuid", 0, False, Outcome.NOTE),
        ("file capabilities", 1000, False, Outcome.NOTE),
    ],
)
def test_more_rights_hide_the_variable_or_the_socket(rights, runs_as, guarded, outcome):
    """The library of 2.x reads no variable then; an older one does, for whoever can go there."""
    diagnosis = judged(
        environment=NAMED,
        library=replace(HEALTHY.library, guarded=guarded),
        program=replace(PROGRAM, privileged=rights, runs_as=runs_as),
    )

    assert diagnosis.finding("program.rights").outcome is outcome


@pytest.mark.parametrize("name", ["sudo", "su", "pkexec", "doas"])
def test_a_launcher_that_drops_the_variable_is_a_fault(name):
    """The program below it would go to the system's pcscd."""
    program = replace(PROGRAM, words=(name, "opensc-tool", "-l"))
    finding = judged(environment=NAMED, program=program).finding("program.rights")

    assert (finding.outcome, "--preserve-env" in finding.advice) == (Outcome.WRONG, True)


def test_sudo_told_to_keep_the_variable_is_well():
    """As the advice has it."""
    words = ("sudo", "--preserve-env=PCSCLITE_CSOCK_NAME", "opensc-tool")
    diagnosis = judged(environment=NAMED, program=replace(PROGRAM, words=words))

    assert diagnosis.finding("program.rights").outcome is Outcome.OK


def test_a_launcher_does_no_harm_where_no_variable_is():
    """The system's pcscd is found without one."""
    diagnosis = judged(program=replace(PROGRAM, words=("sudo", "opensc-tool")))

    assert diagnosis.finding("program.rights").outcome is Outcome.NOTE


def test_a_snap_cannot_reach_our_socket_and_may_reach_pcscd():
    """The interface of snapd is for /run/pcscd alone, and must be connected by hand."""
    program = replace(PROGRAM, sandbox="snap firefox")
    ours = judged(environment=NAMED, program=program).finding("program.sandbox")
    theirs = judged(program=program).finding("program.sandbox")

    assert (ours.outcome, theirs.outcome) == (Outcome.WRONG, Outcome.UNKNOWN)
    assert "snap connect firefox:pcscd" in theirs.advice


def test_browsers_in_a_sandbox_are_named():
    """Whoever asks without naming a program may mean one of them."""
    diagnosis = judged(sandbox=Sandbox((), ("firefox",), ()))

    assert "firefox" in diagnosis.finding("sandbox.browsers").seen


def test_a_container_without_service_is_told_how_to_get_one():
    """The host's pcscd is not seen inside."""
    diagnosis = judged(
        sandbox=Sandbox(("docker",), (), ()),
        door=replace(HEALTHY.door, entrance=Entrance.MISSING, handshake=None),
    )

    assert "/run/pcscd:/run/pcscd" in diagnosis.finding("sandbox.around").advice


def test_a_card_in_use_is_let_alone_and_cannot_be_told():
    """SELECT would take another program's application away."""
    used = replace(READER, state=PRESENT | INUSE, connect_code=None, answer=None)
    finding = changed("readers", readers=(used,)).finding("card.application")

    assert (finding.outcome, "end the program" in finding.advice) == (Outcome.UNKNOWN, True)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (ReturnCode.NOT_TRANSACTED, "insert it again"),
        (ReturnCode.RESET_CARD, "end the program"),
        (ReturnCode.REMOVED_CARD, "keep it still"),
        (ReturnCode.UNPOWERED_CARD, "contacts"),
        (ReturnCode.READER_UNAVAILABLE, "plug the reader in"),
        (ReturnCode.SECURITY_VIOLATION, "polkit"),
        (0x80109999, "insert it again"),
    ],
)
@pytest.mark.parametrize("call", ["connect", "transmit"])
def test_a_card_that_is_not_reached_is_told_with_the_call_that_failed(call, code, advice):
    """Each code has its own remedy, whichever call gave it."""
    codes = {"connect_code": 0, "transmit_code": None, f"{call}_code": int(code)}
    failed = replace(READER, answer=None, **codes)
    finding = changed("readers", readers=(failed,)).finding("card.application")

    assert (finding.outcome, advice in finding.advice) == (Outcome.WRONG, True)
    assert f"SCard{call.title()} in {READER.name}: " in finding.seen
    assert f"{int(code):#010x}" in finding.seen


def test_a_card_that_is_refused_to_others_cannot_be_told():
    """Whoever has it for itself may well be served."""
    refused = replace(
        READER, connect_code=ReturnCode.SHARING_VIOLATION, transmit_code=None, answer=None
    )
    finding = changed("readers", readers=(refused,)).finding("card.application")

    assert (finding.outcome, "end the program" in finding.advice) == (Outcome.UNKNOWN, True)
    assert "another program has the card" in finding.seen


def test_a_mute_card_is_not_called_a_success():
    """Nothing was tried, so no code tells anything."""
    mute = replace(READER, state=PRESENT | MUTE, connect_code=None, transmit_code=None, answer=None)
    finding = changed("readers", readers=(mute,)).finding("card.application")

    assert (finding.outcome, "SUCCESS" in finding.seen) == (Outcome.UNKNOWN, False)


def test_a_mute_card_is_told_from_none():
    """It lies upside down, or its contacts are dirty."""
    mute = replace(READER, state=PRESENT | MUTE, connect_code=None, answer=None)
    finding = changed("readers", readers=(mute,)).finding("card.present")

    assert (finding.outcome, "contacts" in finding.advice) == (Outcome.WRONG, True)


def test_a_reader_opensc_passes_over_is_a_fault():
    """`ignored_readers` holds parts of names."""
    text = replace(HEALTHY.opensc, ignored_readers=(setting("A reader"),))

    assert judged(opensc=text).finding("opensc.configuration").outcome is Outcome.WRONG


def test_a_reader_opensc_passes_over_does_not_matter_without_a_card():
    """Another reader has it."""
    text = replace(HEALTHY.opensc, ignored_readers=(setting("Another"),))

    assert judged(opensc=text).finding("opensc.configuration").outcome is Outcome.OK


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        (("cardos", "openpgp"), Outcome.WRONG),
        (("cardos", "jpki"), Outcome.OK),
        (("cardos", "internal"), Outcome.OK),
    ],
    ids=["neither", "jpki", "all"],
)
def test_a_list_of_drivers_needs_jpki_or_all(values, outcome):
    """`internal` stands for every driver built in."""
    text = replace(HEALTHY.opensc, card_drivers=(setting(*values),))

    assert judged(opensc=text).finding("opensc.configuration").outcome is outcome


def test_an_opensc_that_lists_no_drivers_cannot_be_told():
    """Why it does not, it says itself."""
    finding = changed("opensc", has_driver=None).finding("opensc.tool")

    assert (finding.outcome, "--list-drivers" in finding.advice) == (Outcome.UNKNOWN, True)


def test_an_opensc_without_the_driver_is_too_old():
    """The driver is of 2016."""
    assert changed("opensc", has_driver=False).finding("opensc.tool").outcome is Outcome.WRONG


def test_a_module_of_another_architecture_is_no_module():
    """A browser of 32 bits loads none of 64."""
    program = replace(PROGRAM, architecture="i386 32 bit")
    finding = judged(program=program).finding("opensc.module")

    assert (finding.outcome, "i386" in finding.seen) == (Outcome.WRONG, True)


def test_without_opensc_the_rest_is_still_well():
    """Not every program uses it."""
    diagnosis = changed("opensc", version=None, has_driver=None, named=None, modules=())

    assert diagnosis.outcome is Outcome.OK


def test_a_port_nobody_listens_at_is_a_fault_only_while_pcscd_runs():
    """It lives inside pcscd, which systemd starts when the first client comes."""
    entry = VpcdEntry("/etc/reader.conf.d/vpcd", "/x/libifdvpcd.so", True, 35963, False)
    closed = replace(HEALTHY.system.door, entrance=Entrance.MISSING, handshake=None)
    running = judged(vpcd=Vpcd((), (entry,)))
    ended = judged(vpcd=Vpcd((), (entry,)), system=replace(HEALTHY.system, door=closed))

    found = [each.finding("vpcd.port").outcome for each in (running, ended)]
    assert found == [Outcome.WRONG, Outcome.NOTE]


def test_an_empty_reader_of_vpcd_is_told_how_to_be_filled():
    """With the port at which it waits."""
    entry = VpcdEntry("/etc/reader.conf.d/vpcd", "/x/libifdvpcd.so", True, 35963, True)
    empty = replace(READER, state=0x10, connect_code=None, answer=None)
    diagnosis = judged(vpcd=Vpcd((), (entry,)), readers=replace(HEALTHY.readers, readers=(empty,)))

    assert "--vpcd localhost:35963" in diagnosis.finding("card.present").advice


def test_kernel_modules_for_nfc_are_a_fault_only_where_a_reader_is_missing():
    """They take some readers, and another may be in use."""
    system = replace(HEALTHY.system, modules=("port100",))
    missing = judged(system=system, readers=replace(HEALTHY.readers, readers=()))
    there = judged(system=system)

    found = [each.finding("system.modules").outcome for each in (missing, there)]
    assert found == [Outcome.WRONG, Outcome.NOTE]
    assert "modprobe -r port100" in missing.finding("system.modules").advice


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"installed": False, "running": ()}, "install pcscd"),
        ({"running": ()}, "systemctl enable --now pcscd.socket"),
        ({}, "systemctl restart"),
    ],
    ids=["not installed", "not running", "socket removed"],
)
def test_a_pcscd_that_is_not_reached_is_told_why(changes, advice):
    """Installed, started, and where its socket was expected: each has its own remedy."""
    closed = replace(HEALTHY.system.door, entrance=Entrance.MISSING, handshake=None)
    finding = changed("system", door=closed, **changes).finding("system.pcscd")

    assert (finding.outcome, advice in finding.advice) == (Outcome.WRONG, True)

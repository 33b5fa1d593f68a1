"""The system's pcscd and vpcd, on a machine whose files are ours to make."""

import shutil
import tempfile
from pathlib import Path

import pytest

from cardsim.diagnosis import Outcome, diagnose
from cardsim.diagnosis.diagnose import gather
from tests.diagnosis.machines import machine_at
from tests.support.pcscd import DRIVER, PrivatePcscd

SOCKET = "run/pcscd/pcscd.comm"


@pytest.fixture
def root():
    """Give the root of a machine with nothing on it but the directories there always are."""
    with tempfile.TemporaryDirectory(prefix="root-") as directory:
        place = Path(directory)
        for name in ("run/pcscd", "etc/reader.conf.d", DRIVER.parent.as_posix().lstrip("/")):
            (place / name).mkdir(parents=True)
        yield place


@pytest.fixture
def pcscd(root):
    """Run pcscd with a vpcd reader where that machine's system has it."""
    with PrivatePcscd() as running:
        (root / SOCKET).symlink_to(running.socket_path)
        yield running


def enter(root, port, *, driver=True):
    """Write vpcd's entry as its package does, and put its driver there."""
    if driver:
        shutil.copy(DRIVER, root / str(DRIVER).lstrip("/"))
    (root / "etc/reader.conf.d/vpcd").write_text(
        "# what the package installs\n"
        'FRIENDLYNAME "Virtual PCD"\n'
        f"DEVICENAME   /dev/null:{port:#x}\n"
        f"LIBPATH      {DRIVER}\n"
        f"CHANNELID    {port:#x}\n"
    )


def test_a_pcscd_that_runs_is_reached_without_a_variable(root, pcscd):
    """Found at the system's place, and it takes us."""
    diagnosis = diagnose(machine_at(root))

    checks = ("environment.variable", "service.answer", "service.context", "system.pcscd")
    assert {diagnosis.finding(check).outcome for check in checks} == {Outcome.OK}


def test_vpcd_is_seen_to_wait_and_is_no_card_for_that(root, pcscd):
    """Whoever connected to its port would be a card: the kernel is asked instead."""
    enter(root, pcscd.port)
    found = diagnose(machine_at(root)).finding("vpcd.port")

    assert (found.outcome, f"--vpcd localhost:{pcscd.port}" in found.seen) == (Outcome.OK, True)
    assert "Card inserted" not in pcscd.log


def test_a_pcscd_started_without_vpcd_is_a_fault(root, pcscd):
    """Its entry came later, or its port was taken."""
    enter(root, 1)
    found = diagnose(machine_at(root)).finding("vpcd.port")

    assert (found.outcome, "systemctl restart pcscd" in found.advice) == (Outcome.WRONG, True)


def test_an_entry_without_its_driver_is_a_fault(root, pcscd):
    """The package was removed, its configuration stayed."""
    enter(root, pcscd.port, driver=False)
    found = diagnose(machine_at(root)).finding("vpcd.driver")

    assert (found.outcome, "install vsmartcard-vpcd" in found.advice) == (Outcome.WRONG, True)


def test_a_driver_without_its_entry_is_a_fault(root):
    """A driver for serial readers is loaded by its entry alone."""
    shutil.copy(DRIVER, root / str(DRIVER).lstrip("/"))
    found = diagnose(machine_at(root)).finding("vpcd.driver")

    assert (found.outcome, "/dev/null:0x8C7B" in found.advice) == (Outcome.WRONG, True)


def test_a_machine_without_vpcd_lacks_nothing(root):
    """It is one way of three."""
    assert diagnose(machine_at(root)).finding("vpcd.driver").outcome is Outcome.NOTE


def test_a_machine_without_pcscd_is_told_both_ways_out(root):
    """A service for a real reader, or a virtual card without one."""
    found = diagnose(machine_at(root)).finding("service.socket")

    assert found.outcome is Outcome.WRONG
    assert "systemctl enable --now pcscd.socket" in found.advice
    assert "jpki card run" in found.advice


def test_a_socket_its_pcscd_left_behind_is_known(root):
    """As after a crash: the file outlives its server."""
    with PrivatePcscd() as ended:
        ended._daemon.stop()
        (root / SOCKET).symlink_to(ended.socket_path)
        found = diagnose(machine_at(root)).finding("service.socket")

    assert (found.outcome, "has ended" in found.seen) == (Outcome.WRONG, True)


def test_the_systems_pcscd_is_let_alone_when_another_service_is_named(root, pcscd):
    """Where systemd listens for it, a knock would start it."""
    facts = gather(machine_at(root, PCSCLITE_CSOCK_NAME="/nonexistent/comm"))

    assert facts.system.door.handshake is None
    assert "Communication protocol" not in pcscd.log


def test_the_policy_of_polkit_is_found(root):
    """By its file; whether pcscd asks shows in its answer."""
    policy = root / "usr/share/polkit-1/actions/org.debian.pcsc-lite.policy"
    policy.parent.mkdir(parents=True)
    policy.touch()

    assert gather(machine_at(root)).system.polkit_policy is True


def test_kernel_modules_that_take_nfc_readers_are_found(root):
    """Among others that do no harm."""
    (root / "proc").mkdir()
    (root / "proc/modules").write_text("port100 20480 0 - Live 0x0\nnfc 139264 2 - Live 0x0\n")

    assert gather(machine_at(root)).system.modules == ("port100",)


def test_sandboxes_leave_traces_that_are_found(root):
    """Each in the place where its makers say."""
    (root / "snap/bin").mkdir(parents=True)
    (root / "snap/bin/firefox").symlink_to("/usr/bin/snap")
    (root / "var/lib/flatpak/app/org.mozilla.firefox").mkdir(parents=True)
    for name in (".flatpak-info", ".dockerenv", "run/.containerenv"):
        (root / name).touch()

    found = gather(machine_at(root, SNAP_NAME="code")).sandbox

    assert {"snap code", "flatpak", "docker", "podman"} <= set(found.around)
    assert (found.snaps, found.flatpaks) == (("firefox",), ("org.mozilla.firefox",))

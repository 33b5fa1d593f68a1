"""Rows about the system's pcscd and about vpcd, its reader for virtual cards.

They decide nothing for programs that the variable leads to another service.
Source: pcsc-lite `etc/pcscd.socket.in` and `pcscd.service.in` (--auto-exit), vsmartcard
`ifd-vpcd`, whose port is open only while pcscd runs.
Called by `judging`.
"""

from collections.abc import Iterator

from cardsim.diagnosis.facts import Entrance, Facts, System, VpcdEntry
from cardsim.diagnosis.findings import Check, Finding
from cardsim.diagnosis.judging.words import START_PCSCD

PCSCD = Check("system.pcscd", "the system's pcscd")
MODULES = Check("system.modules", "kernel modules that take NFC readers for themselves")
POLKIT = Check("system.polkit", "polkit before pcscd")
VPCD = Check("vpcd.driver", "vpcd, the driver for virtual readers")
PORT = Check("vpcd.port", "where vpcd waits for a card")

_RESTART = "sudo systemctl restart pcscd"


def judge_system(facts: Facts) -> Iterator[Finding]:
    """Judge pcscd as a service."""
    system = facts.system
    if facts.environment.socket is not None:
        yield PCSCD.note(f"{_state(system)}; not asked, since the variable names another service")
        return
    yield _pcscd(system)
    if any("--disable-polkit" in line for line in system.running):
        yield POLKIT.ok("pcscd runs with --disable-polkit and asks nobody")
    elif system.polkit_policy:
        yield POLKIT.note("pcscd may ask polkit, which knows its actions")
    if system.modules:
        yield _modules(facts)


def _modules(facts: Facts) -> Finding:
    names = " ".join(facts.system.modules)
    advice = (
        f"pcscd cannot have such a reader: sudo modprobe -r {names}; to keep it so, a line"
        " `blacklist NAME` for each in /etc/modprobe.d"
    )
    seen = f"loaded: {names}"
    found = facts.readers.readers
    return MODULES.note(seen, advice) if found else MODULES.wrong(seen, advice)


def _pcscd(system: System) -> Finding:
    state = _state(system)
    if system.door.entrance is Entrance.OPEN:
        return PCSCD.ok(f"reached; {state}")
    if not system.installed:
        return PCSCD.wrong(
            state,
            "for a real reader (カードリーダー): install pcscd (Debian, Ubuntu) or pcsc-lite"
            " (Fedora); virtual cards need none",
        )
    if system.running:
        return PCSCD.wrong(
            f"{state}, yet not at {system.door.path}",
            f"its socket was removed, or it was started with another: {_RESTART}.socket pcscd",
        )
    return PCSCD.wrong(state, START_PCSCD)


def _state(system: System) -> str:
    words = ["running" if system.running else "not running"]
    units = (("pcscd.socket", system.socket_unit), ("pcscd.service", system.service_unit))
    words += [f"{name} {state}" for name, state in units if state is not None]
    return ", ".join(words) if system.installed else "not installed"


def judge_vpcd(facts: Facts) -> Iterator[Finding]:
    """Judge vpcd, unless programs go elsewhere."""
    vpcd = facts.vpcd
    if facts.environment.socket is not None:
        return
    if not vpcd.drivers and not vpcd.entries:
        yield VPCD.note(
            "not installed", "only for `jpki card serve --vpcd`: install vsmartcard-vpcd"
        )
        return
    if not vpcd.entries:
        yield VPCD.wrong(
            f"{', '.join(vpcd.drivers)}, but no entry in /etc/reader.conf.d",
            "write /etc/reader.conf.d/vpcd: FRIENDLYNAME, DEVICENAME /dev/null:0x8C7B, LIBPATH of"
            f" the driver, CHANNELID 0x8C7B; then {_RESTART}",
        )
        return
    reached = facts.system.door.entrance is Entrance.OPEN
    for entry in vpcd.entries:
        yield _driver(entry)
        if entry.driver_exists:
            yield _port(entry, reached=reached)


def _driver(entry: VpcdEntry) -> Finding:
    if entry.driver_exists:
        return VPCD.ok(f"{entry.driver}, by {entry.file}")
    return VPCD.wrong(
        f"{entry.driver} is not there, though {entry.file} names it",
        f"install vsmartcard-vpcd anew, or correct LIBPATH; then {_RESTART}",
    )


def _port(entry: VpcdEntry, *, reached: bool) -> Finding:
    if entry.port is None:
        return PORT.wrong(f"{entry.file} names no port", "write DEVICENAME /dev/null:0x8C7B there")
    if entry.listening is None:
        return PORT.unknown(
            f"port {entry.port}; the system does not say who listens",
            f"as an administrator: ss -ltn sport = :{entry.port}",
        )
    if entry.listening:
        return PORT.ok(f"port {entry.port}: jpki card serve NAME --vpcd localhost:{entry.port}")
    if reached:
        return PORT.wrong(
            f"pcscd runs, but nobody listens at port {entry.port}",
            f"pcscd was started without it, or the port was taken: {_RESTART}, then look into"
            " journalctl -u pcscd",
        )
    return PORT.note(f"nobody listens at port {entry.port}: it is open only while pcscd runs")

"""pcscd as a service of the machine, and vpcd, the reader driver for virtual cards.

Nobody connects to vpcd's port: whoever does is a card to it. Whether it listens is read from the
kernel's table of sockets.
Source: pcsc-lite `reader.conf(5)`, `etc/pcscd.socket.in`, `doc/org.debian.pcsc-lite.policy`;
vsmartcard `ifd-vpcd`; proc(5), /proc/net/tcp.
Called by `diagnose`.
"""

import re
import shutil
from pathlib import Path

from cardsim.diagnosis.facts import Door, System, Vpcd, VpcdEntry
from cardsim.diagnosis.looking.running import ask
from cardsim.diagnosis.machine import Machine, is_there

_POLICY = "/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy"
_DRIVERS = ("usr/lib/pcsc/drivers", "usr/lib/*/pcsc/drivers", "usr/lib64/pcsc/drivers")
_DRIVER = "libifdvpcd.so*"
_READERS = "/etc/reader.conf.d"
_LISTENING = "0A"
"""TCP_LISTEN in the column `st`."""
_NFC_MODULES = {"pn533_usb", "port100"}
"""Linux's own drivers for the NFC chips in ACR122U, SCL3711 and RC-S380 (FeliCa)."""
_WORD = re.compile(r'^\s*(\w+)\s+"?([^"\n]*?)"?\s*$', re.MULTILINE)


def look_at_system(machine: Machine, door: Door) -> System:
    """Look for pcscd; `door` is what was seen of its socket."""
    return System(
        installed=shutil.which("pcscd", path=machine.search_path) is not None,
        running=tuple(_processes(machine, "pcscd")),
        socket_unit=_unit(machine, "pcscd.socket"),
        service_unit=_unit(machine, "pcscd.service"),
        polkit_policy=is_there(machine.place(_POLICY)),
        modules=tuple(_modules(machine)),
        door=door,
    )


def look_at_vpcd(machine: Machine) -> Vpcd:
    """Look for vpcd's driver and its entries among pcscd's readers."""
    drivers = [
        str(file)
        for pattern in _DRIVERS
        for file in sorted(machine.root.glob(f"{pattern}/**/{_DRIVER}"))
        if not file.is_symlink()
    ]
    ports = _listening_ports(machine)
    entries = []
    for file in sorted(machine.place(_READERS).glob("*")):
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        words = dict(_WORD.findall(re.sub(r"#.*", "", text)))
        driver = words.get("LIBPATH")
        if driver is not None and "vpcd" in driver:
            port = _port(words.get("DEVICENAME", ""), words.get("CHANNELID", ""))
            listening = None if ports is None or port is None else port in ports
            there = is_there(machine.place(driver))
            entries.append(VpcdEntry(str(file), driver, there, port, listening))
    return Vpcd(tuple(drivers), tuple(entries))


def _port(device: str, channel: str) -> int | None:
    """Give the port of a device `/dev/null:PORT`; without one the channel's number counts."""
    for text in (device.rpartition(":")[2], channel):
        try:
            return int(text, 0)
        except ValueError:
            continue
    return None


def _listening_ports(machine: Machine) -> set[int] | None:
    """Give the TCP ports somebody listens at; None when the kernel does not say."""
    ports: set[int] = set()
    told = False
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = machine.place(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        told = True
        for line in lines:
            _, local, _, state, *_ = line.split()
            if state == _LISTENING:
                ports.add(int(local.rpartition(":")[2], 16))
    return ports if told else None


def _modules(machine: Machine) -> list[str]:
    try:
        lines = machine.place("/proc/modules").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    return sorted({line.split()[0] for line in lines} & _NFC_MODULES)


def _unit(machine: Machine, name: str) -> str | None:
    reply = ask(machine, "systemctl", "is-active", name)
    if reply is None or reply.status is None or "\n" in reply.output:
        return None
    # Where systemd is not what started the machine, it says so in a sentence, on either stream.
    return reply.output if re.fullmatch(r"[a-z]+", reply.output) else None


def _processes(machine: Machine, name: str) -> list[str]:
    """Give the command lines of the processes of this name that can be seen."""
    found = []
    for place in machine.place("/proc").glob("[0-9]*"):
        try:
            if (place / "comm").read_text(encoding="utf-8", errors="replace").strip() == name:
                found.append(_command_line(place))
        except OSError:
            continue
    return found


def _command_line(process: Path) -> str:
    return (
        (process / "cmdline")
        .read_bytes()
        .rstrip(b"\0")
        .replace(b"\0", b" ")
        .decode(errors="replace")
    )

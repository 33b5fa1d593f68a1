"""OpenSC: its tool, its configuration, its PKCS#11 module, and what it calls the card.

Source: `opensc.conf(5)`, OpenSC `src/libopensc/ctx.c`: OPENSC_CONF, OPENSC_DRIVER, `card_drivers`
(where `internal` stands for all that are built in), `ignored_readers` (parts of names).
Called by `diagnose`.
"""

import os
import platform
import re
import sys
from pathlib import Path

from cardsim.diagnosis.facts import Opensc, Setting
from cardsim.diagnosis.looking.elf import read_elf
from cardsim.diagnosis.looking.running import Reply, ask
from cardsim.diagnosis.machine import CARD_DRIVER, Machine
from cardsim.readers.pcsc import SOCKET_VARIABLE

_NOWHERE = "/nonexistent/comm"
_LIST = "card drivers"
"""`Available card drivers:`, or `No card drivers installed!` where the one we name is unknown."""
_CONFIGURATIONS = ("/etc/opensc/opensc.conf", "/etc/opensc.conf", "/usr/local/etc/opensc.conf")
_MODULES = (
    "usr/lib/*-linux-gnu*/opensc-pkcs11.so",
    "usr/lib64/opensc-pkcs11.so",
    "usr/lib64/pkcs11/opensc-pkcs11.so",
    "usr/lib/opensc-pkcs11.so",
    "usr/lib/pkcs11/opensc-pkcs11.so",
    "usr/local/lib/opensc-pkcs11.so",
)


def look_at_opensc(machine: Machine, reader: int | None) -> Opensc:
    """Look at OpenSC; have it name the card in the reader of this number, if one is given."""
    info = _asked_alone(machine, "--info")
    named = None
    if info is not None and reader is not None:
        reply = ask(machine, "opensc-tool", "--reader", str(reader), "--name")
        named = None if reply is None else (reply.output or reply.errors).strip()
    text, file = _configuration(machine)
    modules = {
        str(found.resolve()): elf.architecture
        for pattern in _MODULES
        for found in sorted(machine.root.glob(pattern))
        if (elf := read_elf(found)) is not None
    }
    own = read_elf(Path(sys.executable).resolve())
    return Opensc(
        version=None if info is None else info.output.partition("\n")[0],
        has_driver=_has_driver(machine),
        card_drivers=_settings(text, file, "card_drivers"),
        ignored_readers=_settings(text, file, "ignored_readers"),
        forced=machine.environ.get("OPENSC_DRIVER"),
        named=named,
        modules=tuple(modules.items()),
        architecture=platform.machine() if own is None else own.architecture,
    )


def _has_driver(machine: Machine) -> bool | None:
    """Look for our driver in its list; it gives none when it cannot load libpcsclite."""
    reply = _asked_alone(machine, "--list-drivers")
    if reply is None or _LIST not in f"{reply.output}{reply.errors}":
        return None
    return f" {CARD_DRIVER} " in reply.output


def _asked_alone(machine: Machine, question: str) -> Reply | None:
    """Ask opensc-tool about itself: no service to wait for, no configuration."""
    alone = {SOCKET_VARIABLE: _NOWHERE, "OPENSC_CONF": os.devnull, "OPENSC_DRIVER": CARD_DRIVER}
    return ask(machine, "opensc-tool", question, more=alone)


def _configuration(machine: Machine) -> tuple[str, str]:
    """Give the configuration OpenSC reads, without comments, and its file."""
    named = machine.environ.get("OPENSC_CONF")
    files = [Path(named)] if named else [machine.place(each) for each in _CONFIGURATIONS]
    for file in files:
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        return re.sub(r"^\s*#.*|\s#.*", "", text, flags=re.MULTILINE), str(file)
    return "", ""


def _settings(text: str, file: str, key: str) -> tuple[Setting, ...]:
    """Find every list of this name, in whichever block it stands."""
    found = re.findall(rf"\b{key}\s*=\s*([^;}}]*)", text)
    return tuple(
        Setting(file, tuple(word.strip().strip('"') for word in words.split(",") if word.strip()))
        for words in found
    )

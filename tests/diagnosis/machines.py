"""Machines to be diagnosed: this one with things changed, and facts of one where all is well.

Not here: services; they are the project's own, pcscd, and `scripted` ones.
"""

import os
from pathlib import Path

from cardsim.diagnosis import Machine
from cardsim.diagnosis.facts import (
    Door,
    Entrance,
    Environment,
    Facts,
    Handshake,
    Library,
    Opensc,
    Readers,
    Sandbox,
    SeenReader,
    System,
    Talk,
    Vpcd,
)

PRESENT, INUSE, MUTE = 0x20, 0x100, 0x200
SPOKEN = Handshake(Talk.SPOKEN, (4, 4), (4, 4), 0, 0)
READER = SeenReader("A reader 00 00", PRESENT, "3be0", 0, 0, "9000")
HEALTHY = Facts(
    library=Library(
        file="/usr/lib/libpcsclite.so.1.0.0",
        error=None,
        package="libpcsclite1 1.9.9",
        stated=(4, 4),
        others=(),
        search_path=None,
        delegate=None,
        delegate_exists=False,
        preload=None,
        guarded=True,
    ),
    environment=Environment(socket=None, sudo=False),
    door=Door("/run/pcscd/pcscd.comm", Entrance.OPEN, user=1000, owner=0, handshake=SPOKEN),
    system=System(
        installed=True,
        running=("/usr/sbin/pcscd --foreground",),
        socket_unit="active",
        service_unit="active",
        polkit_policy=True,
        modules=(),
        door=Door("/run/pcscd/pcscd.comm", Entrance.OPEN, user=1000, owner=0, handshake=SPOKEN),
    ),
    vpcd=Vpcd((), ()),
    sandbox=Sandbox((), (), ()),
    readers=Readers(asked=True, error=None, context_code=0, list_code=0, readers=(READER,)),
    opensc=Opensc(
        version="OpenSC 0.23.0",
        has_driver=True,
        card_drivers=(),
        ignored_readers=(),
        forced=None,
        named="jpki",
        modules=(("/usr/lib/opensc-pkcs11.so", "x86_64 64 bit"),),
        architecture="x86_64 64 bit",
    ),
    program=None,
)


def this_machine(**variables: str) -> Machine:
    """Give this machine to a program with these variables beside those of the tests."""
    return Machine({**os.environ, **variables})


def machine_at(root: Path, **variables: str) -> Machine:
    """Give a machine whose files are below `root`; its kernel is ours."""
    proc = root / "proc"
    if not proc.exists():
        proc.symlink_to("/proc")
    return Machine({**os.environ, **variables}, root)

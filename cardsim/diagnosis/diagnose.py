"""Gather, then judge: the two halves of a diagnosis put together.

What it is not: either of them. The order of looking matters once: the door is knocked at with the
version the library states, and readers are asked for only through a door that answers.
Called by the command line.
"""

from collections.abc import Sequence

from cardsim.diagnosis.facts import Door, Entrance, Environment, Facts, Readers, Talk
from cardsim.diagnosis.findings import Diagnosis
from cardsim.diagnosis.judging import judge
from cardsim.diagnosis.looking.doors import look_at_door
from cardsim.diagnosis.looking.library import look_at_library
from cardsim.diagnosis.looking.opensc import look_at_opensc
from cardsim.diagnosis.looking.program import look_at_program
from cardsim.diagnosis.looking.readers import look_at_readers
from cardsim.diagnosis.looking.sandbox import look_at_sandbox
from cardsim.diagnosis.looking.system import look_at_system, look_at_vpcd
from cardsim.diagnosis.machine import Machine

_SUDO = ("SUDO_UID", "PKEXEC_UID", "DOAS_USER")
_NOT_ASKED = Readers(asked=False, error=None, context_code=None, list_code=None, readers=())


def diagnose(machine: Machine, command: Sequence[str] = ()) -> Diagnosis:
    """Find out why a program, `command` or any, does not see the card."""
    return Diagnosis(judge(gather(machine, command)))


def gather(machine: Machine, command: Sequence[str] = ()) -> Facts:
    """Look at everything between a program and its card."""
    library = look_at_library(machine)
    named = machine.named_socket
    system_door = look_at_door(str(machine.system_socket), library.stated, knock=named is None)
    door = system_door if named is None else look_at_door(named, library.stated)
    asks = library.file is not None and _answers(door)
    readers = look_at_readers(machine) if asks else _NOT_ASKED
    return Facts(
        library=library,
        environment=Environment(named, sudo=any(name in machine.environ for name in _SUDO)),
        door=door,
        system=look_at_system(machine, system_door),
        # After the system's door: knocking there has started a pcscd that waited for a client.
        vpcd=look_at_vpcd(machine),
        sandbox=look_at_sandbox(machine),
        readers=readers,
        opensc=look_at_opensc(machine, readers.usable),
        program=look_at_program(machine, command) if command else None,
    )


def _answers(door: Door) -> bool:
    """Whether the library will get an answer: from a silent service it would wait for ever."""
    return (
        door.entrance is Entrance.OPEN
        and door.handshake is not None
        and door.handshake.talk is Talk.SPOKEN
    )

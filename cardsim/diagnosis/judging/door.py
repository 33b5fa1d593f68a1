"""Rows about the service's socket: can it be reached, who answers, in which protocol.

Not here: why a system's pcscd does not run (`system`). Source: unix(7); pcsc-lite
`src/winscard_svc.c`, which names its own version when it refuses a client's.
Called by `judging`.
"""

from collections.abc import Iterator

from cardsim.diagnosis.facts import Door, Entrance, Facts, Handshake, Talk
from cardsim.diagnosis.findings import Check, Finding
from cardsim.diagnosis.judging.words import POLKIT, SERVE, START_PCSCD, code_name, version
from cardsim.readers.pcsc import SOCKET_VARIABLE
from cardsim.readers.pcsc.codes import ReturnCode

SOCKET = Check("service.socket", "the socket of the PC/SC service")
OWNER = Check("service.owner", "whose socket it is")
ANSWER = Check("service.answer", "what answers there")
CONTEXT = Check("service.context", "whether it takes this user as a client")

_GONE = f"the service has ended: start it anew, and set {SOCKET_VARIABLE} anew; {SERVE}"
_WRONG_ENTRANCES = {
    Entrance.EMPTY_NAME: ("an empty name", f"unset {SOCKET_VARIABLE}"),
    Entrance.TOO_LONG: (
        "longer than the 107 bytes a socket's name can have; libpcsclite cuts it off",
        "serve at a shorter path: jpki card serve NAME --socket PATH",
    ),
    Entrance.MISSING: ("nothing is there", _GONE),
    Entrance.DANGLING: ("a symbolic link to nothing", _GONE),
    Entrance.NO_SOCKET: ("no socket but another kind of file", _GONE),
    Entrance.DEAD: ("a socket whose server has ended", _GONE),
    Entrance.BUSY: (
        "nobody takes the connection: the service is stopped or overrun",
        "continue it (fg, kill -CONT) or start it anew",
    ),
    Entrance.DENIED: (
        "this user may not connect",
        "start service and program as the same user, and outside of a sandbox (snap, AppArmor)",
    ),
}
_PLAIN_HEARD = 16


def judge_door(facts: Facts) -> Iterator[Finding]:
    """Judge the socket programs go to."""
    door = facts.door
    if door.entrance is not Entrance.OPEN:
        yield _closed(door, named=facts.environment.socket is not None)
        return
    yield SOCKET.ok(f"{door.path}, opened by {door.server or 'a program out of sight'}")
    if facts.environment.socket is not None:
        yield from _owner(door)
    if door.handshake is not None:
        falls_back = facts.readers.context_code == ReturnCode.SUCCESS
        yield _answer(door.handshake, falls_back=falls_back, polkit=_polkit(facts))
        if door.handshake.context_code is not None:
            yield _context(door.handshake.context_code)


def _closed(door: Door, *, named: bool) -> Finding:
    if door.entrance is Entrance.NO_ENTRY:
        return SOCKET.wrong(
            f"{door.path}: this user cannot enter {door.detail}",
            "start the service as the user who runs the program; its directory is private on"
            " purpose",
        )
    seen, advice = _WRONG_ENTRANCES[door.entrance]
    if door.detail and door.entrance is Entrance.DENIED:
        seen = f"{seen} ({door.detail})"
    if not named and door.entrance in {Entrance.MISSING, Entrance.DEAD}:
        advice = f"{START_PCSCD}; {SERVE}"
    return SOCKET.wrong(f"{door.path}: {seen}", advice)


def _owner(door: Door) -> Iterator[Finding]:
    if door.owner != door.user:
        yield OWNER.note(
            f"user {door.owner}; you are user {door.user}",
            "whoever serves it sees every PIN (暗証番号) you type: use a service of your own",
        )
    elif not door.private:
        yield OWNER.note(
            "yours, in a directory others can enter",
            f"chmod 700 the directory of {door.path}",
        )
    else:
        yield OWNER.ok("yours, in a directory of your own")


def _polkit(facts: Facts) -> bool:
    """Whether a hang-up may be polkit's refusal: root's too, where polkit does not answer."""
    off = any("--disable-polkit" in line for line in facts.system.running)
    return facts.environment.socket is None and facts.system.polkit_policy and not off


def _answer(handshake: Handshake, *, falls_back: bool, polkit: bool) -> Finding:
    asked = version(handshake.asked)
    if handshake.talk is Talk.HUNG_UP:
        return ANSWER.wrong(
            "it hung up without a word",
            POLKIT if polkit else "it refuses clients: see its log (journalctl -u pcscd)",
        )
    if handshake.talk is Talk.SILENT:
        return ANSWER.wrong(
            "it says nothing", "the service hangs, or is no PC/SC service: start it anew"
        )
    if handshake.talk is Talk.FOREIGN or handshake.stated is None:
        return ANSWER.wrong(
            f"no PC/SC service: it said {handshake.heard[:_PLAIN_HEARD]!r}",
            f"another program serves this path: set {SOCKET_VARIABLE} to a PC/SC service's socket",
        )
    stated = version(handshake.stated)
    if handshake.version_code != ReturnCode.SUCCESS and falls_back:
        return ANSWER.ok(f"a PC/SC service of protocol {stated}; the library falls back to it")
    if handshake.version_code != ReturnCode.SUCCESS:
        return ANSWER.wrong(
            f"a PC/SC service of protocol {stated}, which refuses {asked}, the library's",
            "use library and pcscd of the same release; in a container or beside Nix the library"
            " of the host: LIBPCSCLITE_DELEGATE or LD_LIBRARY_PATH. Our own service speaks every"
            " version",
        )
    return ANSWER.ok(f"a PC/SC service that speaks {stated} with a client of {asked}")


def _context(code: int) -> Finding:
    if code == ReturnCode.SUCCESS:
        return CONTEXT.ok("it does")
    if code == ReturnCode.SECURITY_VIOLATION:
        return CONTEXT.wrong(code_name(code), POLKIT)
    return CONTEXT.wrong(code_name(code), "see the service's log (journalctl -u pcscd)")

"""Rows about the program asked about: can it find the service that the environment names.

Source: ld.so(8), secure-execution mode: LD_LIBRARY_PATH and LD_PRELOAD are dropped, and
`secure_getenv`, which libpcsclite asks from 2.x on, gives nothing; sudoers(5).
Called by `judging`.
"""

from collections.abc import Iterator
from pathlib import PurePath

from cardsim.diagnosis.facts import Facts, Program
from cardsim.diagnosis.findings import Check, Finding
from cardsim.diagnosis.judging.environment import KEEP
from cardsim.diagnosis.judging.sandbox import FLATPAK, SNAP
from cardsim.readers.pcsc import SOCKET_VARIABLE

FOUND = Check("program.found", "the program")
RIGHTS = Check("program.rights", "whether it keeps the environment")
SANDBOX = Check("program.sandbox", "the sandbox it starts in")
LIBRARY = Check("program.library", "the libpcsclite it is linked with")

_LAUNCHERS = {"sudo", "su", "pkexec", "doas", "runuser", "systemd-run"}
_KEEPING = {"-E", "--preserve-env", "-m", "-p"}


def judge_program(facts: Facts) -> Iterator[Finding]:
    """Judge the program, if one was named."""
    program = facts.program
    if program is None:
        return
    if program.file is None:
        missing = program.interpreter or program.words[0]
        yield FOUND.wrong(f"{missing} is not found", "install it, or write its whole path")
        return
    runs = f", run by {program.interpreter}" if program.interpreter else ""
    yield FOUND.ok(f"{program.file}{runs}")
    named = facts.environment.socket is not None
    yield _rights(program, guarded=facts.library.guarded, named=named)
    if program.sandbox is not None:
        yield _sandbox(program.sandbox, named=named)
    yield _library(program, facts.library.file)


def _rights(program: Program, *, guarded: bool, named: bool) -> Finding:
    launcher = PurePath(program.words[0]).name
    if launcher == "env" and {"-i", "-", "--ignore-environment"} & set(program.words[1:]):
        return _dropped("env -i starts with an empty environment", "leave -i out", named=named)
    if launcher in _LAUNCHERS:
        kept = any(
            word in _KEEPING or (word.startswith("--preserve-env=") and SOCKET_VARIABLE in word)
            for word in program.words[1:]
        )
        if kept:
            return RIGHTS.ok(f"{launcher} is told to keep {SOCKET_VARIABLE}")
        return _dropped(f"{launcher} drops {SOCKET_VARIABLE}", KEEP, named=named)
    if program.privileged is not None:
        return _privileged(program, guarded=guarded, named=named)
    return RIGHTS.ok("it runs with this user's rights and this environment")


def _privileged(program: Program, *, guarded: bool, named: bool) -> Finding:
    """Judge a program with more rights than its user; the loader drops its own variables."""
    seen = f"{program.privileged}, so that LD_LIBRARY_PATH does not count"
    advice = "start it without these rights, as the user it runs as, or use the system's pcscd"
    if guarded:
        seen = f"{program.privileged}: libpcsclite ignores {SOCKET_VARIABLE} in it"
    elif program.privileged == "setuid" and program.runs_as != 0:
        seen = f"setuid: it runs as user {program.runs_as}, who cannot enter your directories"
    elif named:
        return RIGHTS.note(seen, "libpcsclite 2.x would ignore the variable in it, too")
    return _dropped(seen, advice, named=named)


def _dropped(seen: str, advice: str, *, named: bool) -> Finding:
    return RIGHTS.wrong(seen, advice) if named else RIGHTS.note(seen)


def _sandbox(sandbox: str, *, named: bool) -> Finding:
    if sandbox.startswith("snap"):
        advice = SNAP.replace("NAME", sandbox.removeprefix("snap "))
        return SANDBOX.wrong(sandbox, advice) if named else SANDBOX.unknown(sandbox, advice)
    return SANDBOX.unknown(sandbox, FLATPAK)


def _library(program: Program, loaded: str | None) -> Finding:
    if program.static:
        return LIBRARY.unknown(
            "statically linked: it loads no libpcsclite",
            "ask its maker how it reaches cards, and whether it knows PCSCLITE_CSOCK_NAME",
        )
    if program.linked is None:
        return LIBRARY.note("none; it may load one when it runs, itself or through PKCS#11")
    if program.linked == "not found":
        return LIBRARY.wrong(
            "libpcsclite, which is not found",
            "install libpcsclite1 (Debian, Ubuntu) or pcsc-lite-libs (Fedora) of the program's"
            " architecture",
        )
    if loaded is not None and PurePath(program.linked).name != PurePath(loaded).name:
        return LIBRARY.note(f"{program.linked}; the rows below are about {loaded}")
    return LIBRARY.ok(program.linked)

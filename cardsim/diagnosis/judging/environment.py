"""Rows about the variable that names the service's socket.

Not here: what is at that place (`door`). Source: pcsc-lite `src/utils.c` (getSocketName), which
takes the name as it is; sudoers(5) on env_reset.
Called by `judging`.
"""

from collections.abc import Iterator

from cardsim.diagnosis.facts import Facts
from cardsim.diagnosis.findings import Check, Finding
from cardsim.diagnosis.judging.words import SERVE
from cardsim.readers.pcsc import SOCKET_VARIABLE

VARIABLE = Check("environment.variable", f"${SOCKET_VARIABLE}")
INHERITANCE = Check("environment.inheritance", f"who does not get ${SOCKET_VARIABLE}")

KEEP = f"sudo --preserve-env={SOCKET_VARIABLE} PROGRAM"


def judge_environment(facts: Facts) -> Iterator[Finding]:
    """Judge the variable."""
    named = facts.environment.socket
    if named is None:
        yield _unset(sudo=facts.environment.sudo)
        return
    if not named:
        yield VARIABLE.wrong(
            "set, but empty: programs find no service at all",
            f"unset {SOCKET_VARIABLE} to use the system's pcscd, or {SERVE}",
        )
    elif not named.startswith("/"):
        yield VARIABLE.wrong(
            f"{named}: a relative path, good in this directory only",
            f"write the whole path: export {SOCKET_VARIABLE}=/…",
        )
    else:
        yield VARIABLE.ok(named)
    yield INHERITANCE.note(
        "sudo, su, pkexec and setuid programs, services of systemd, programs started from the"
        " desktop's menu",
        f"{KEEP}; others: start them from this shell",
    )


def _unset(*, sudo: bool) -> Finding:
    seen = "not set: programs go to the system's pcscd"
    if sudo:
        return VARIABLE.note(f"{seen}; sudo drops it", f"if it was set before: {KEEP}")
    return VARIABLE.ok(seen)

"""Rows about sandboxes: round this program, and round browsers.

Source: snapd's interface `pcscd` (which reaches /run/pcscd alone), Flatpak's `--socket=pcsc`.
Not here: the program asked about (`program`). Called by `judging`.
"""

from collections.abc import Iterator

from cardsim.diagnosis.facts import Entrance, Facts
from cardsim.diagnosis.findings import Check, Finding

AROUND = Check("sandbox.around", "what stands round this program")
BROWSERS = Check("sandbox.browsers", "browsers and mail programs in a sandbox")

SNAP = (
    "a snap cannot reach our socket: use the program from a package or its maker's archive; for"
    " the system's pcscd: sudo snap connect NAME:pcscd"
)
FLATPAK = "flatpak override --user --socket=pcsc APP, and start it from this shell"
_SHARE = (
    "in a container the host's service is out of reach: run the service inside, or mount its"
    " socket's directory (docker run --volume /run/pcscd:/run/pcscd)"
)


def judge_sandbox(facts: Facts) -> Iterator[Finding]:
    """Judge what is round us, then round browsers."""
    sandbox = facts.sandbox
    if not sandbox.around:
        yield AROUND.ok("nothing: no snap, Flatpak, container, user namespace or AppArmor profile")
    else:
        closed = facts.door.entrance is not Entrance.OPEN
        yield AROUND.note(", ".join(sandbox.around), _SHARE if closed else None)
    if sandbox.snaps:
        yield BROWSERS.note(f"snaps: {', '.join(sandbox.snaps)}", SNAP)
    if sandbox.flatpaks:
        yield BROWSERS.note(f"Flatpaks: {', '.join(sandbox.flatpaks)}", FLATPAK)

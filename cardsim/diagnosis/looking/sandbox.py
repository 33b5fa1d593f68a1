"""What stands round this program, and which programs on this machine live in a sandbox.

Source: snap's and Flatpak's documentation (SNAP_NAME, /.flatpak-info), what Docker and Podman
leave in the root directory, user_namespaces(7), apparmor(7).
Called by `diagnose`, and by `program` for the program asked about.
"""

import re
from pathlib import Path

from cardsim.diagnosis.facts import Sandbox
from cardsim.diagnosis.machine import Machine, is_there

_CARD_PROGRAMS = ("firefox", "chromium", "brave", "opera", "thunderbird", "libreoffice")
_FLATPAK_PLACES = ("/var/lib/flatpak/app", "~/.local/share/flatpak/app")
_WHOLE_MAP = re.compile(r"\s*0\s+0\s+4294967295\s*")
_SNAP = re.compile(r"/snap/(?:bin/)?([a-z0-9-]+)")
_SCRIPT_BYTES = 4096


def look_at_sandbox(machine: Machine) -> Sandbox:
    """Look for sandboxes round us and round programs that use cards."""
    snaps = machine.place("/snap/bin")
    home = machine.environ.get("HOME", "/nonexistent")
    places = [
        Path(home + each[1:]) if each.startswith("~") else machine.place(each)
        for each in _FLATPAK_PLACES
    ]
    flatpaks = {
        app
        for place in places
        for app in _names_in(place)
        if any(name in app.lower() for name in _CARD_PROGRAMS)
    }
    return Sandbox(
        around=tuple(_around(machine)),
        snaps=tuple(name for name in _CARD_PROGRAMS if name in _names_in(snaps)),
        flatpaks=tuple(sorted(flatpaks)),
    )


def _names_in(directory: Path) -> set[str]:
    try:
        return {found.name for found in directory.iterdir()}
    except OSError:
        return set()


def sandbox_of(file: Path) -> str | None:
    """Name the sandbox a program is started in, None when it is in none we know."""
    named = _SNAP.search(str(file.absolute())) or _SNAP.search(_script(file))
    if named is not None:
        return f"snap {named[1]}"
    if file.resolve().name == "snap":
        return f"snap {file.name}"
    if "/flatpak/exports/" in str(file.absolute()) or "flatpak run" in _script(file):
        return "flatpak"
    return None


def _script(file: Path) -> str:
    """Give the beginning of a script; nothing of any other file."""
    try:
        with file.open("rb") as opened:
            head = opened.read(_SCRIPT_BYTES)
    except OSError:
        return ""
    return head.decode(errors="replace") if head.startswith(b"#!") else ""


def _around(machine: Machine) -> list[str]:
    found = []
    if name := machine.environ.get("SNAP_NAME"):
        found.append(f"snap {name}")
    files = {"/.flatpak-info": "flatpak", "/.dockerenv": "docker", "/run/.containerenv": "podman"}
    found += [name for file, name in files.items() if is_there(machine.place(file))]
    mapped = _line(machine.place("/proc/self/uid_map"))
    if mapped is not None and not _WHOLE_MAP.fullmatch(mapped):
        found.append("user namespace")
    profile = _line(machine.place("/proc/self/attr/apparmor/current"))
    profile = profile or _line(machine.place("/proc/self/attr/current"))
    if profile is not None and profile.endswith(("(enforce)", "(complain)")):
        found.append(f"AppArmor profile {profile}")
    return found


def _line(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip("\n\0 ") or None
    except OSError:
        return None

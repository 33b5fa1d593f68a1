"""libpcscspy between OpenSC and PC/SC: what a program says, as pcsc-lite's own tools log it.

The library writes into a pipe in the home directory, which a thread here empties; pcsc-spy then
prints what came out. Not here: what is made of it. Debian package libpcsclite-dev.
"""

import os
import sys
import threading
from pathlib import Path

from tests.support.processes import ProgramFailedError, run

_PIPE = "pcsc-spy"


def spy_library() -> Path:
    """Find libpcscspy; its directory names the machine's architecture."""
    found = sorted(Path("/usr/lib").glob("*/libpcscspy.so.0"))
    if not found:
        raise ProgramFailedError("libpcscspy is not installed; run `make test-clients`")
    return found[0]


class Spy:
    """A home directory for OpenSC's tools in which all their PC/SC calls are overheard."""

    def __init__(self, home: Path) -> None:
        self._home = home
        home.mkdir()
        configuration = home / "opensc.conf"
        configuration.write_text(
            f"app default {{\n  reader_driver pcsc {{ provider_library = {spy_library()}; }}\n}}\n"
        )
        self.environment = {"HOME": str(home), "OPENSC_CONF": str(configuration)}

    def run(self, *command: str, environment: dict[str, str]) -> bytes:
        """Run a program to its end; give what went through the pipe."""
        pipe = self._home / _PIPE
        os.mkfifo(pipe)
        heard: list[bytes] = []
        listener = threading.Thread(target=lambda: heard.append(pipe.read_bytes()), daemon=True)
        listener.start()
        run(*command, environment={**environment, **self.environment})
        listener.join(timeout=20)
        pipe.unlink()
        if not heard or not heard[0]:
            raise ProgramFailedError(f"{command[0]} said nothing to libpcscspy")
        return heard[0]

    def printed(self, raw: bytes, *options: str) -> bytes:
        """Give what pcsc-spy prints of it."""
        (self._home / "raw").write_bytes(raw)
        # Its threads print; unbuffered, their lines stay whole.
        command = (sys.executable, "-u", "/usr/bin/pcsc-spy", *options, self._home / "raw")
        return run(*command, environment={"HOME": str(self._home)}).stdout

"""A PKCS#11 token in software: SoftHSM, with its objects in a temporary directory.

What it is: an initialised token and the URI parts that lead to it.
What it is not: several. SoftHSM reads its configuration once in a process, so a process of tests
has one token, and tests tell their keys apart by label.
Standard: softhsm2-util(1), softhsm2.conf(5). Called by the fixtures of `tests/ca`, `tests/world`.
"""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

PIN = "a-pin-of-tests"
TOKEN = "jpki-tests"
_MODULES = ("lib/softhsm/libsofthsm2.so", "lib/*/softhsm/libsofthsm2.so")
_numbers = count(1)


@cache
def module() -> Path:
    """Find SoftHSM's module; a missing one fails."""
    found = [path for pattern in _MODULES for path in Path("/usr").glob(pattern)]
    if not found:
        raise FileNotFoundError("SoftHSM's PKCS#11 module is missing (Debian: softhsm2)")
    return found[0]


class SoftToken:
    """The token of this process; `close` takes its objects away."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="jpki-hsm-"))
        (self._directory / "tokens").mkdir()
        configuration = self._directory / "softhsm2.conf"
        configuration.write_text(
            f"directories.tokendir = {self._directory / 'tokens'}\nlog.level = ERROR\n"
        )
        os.environ["SOFTHSM2_CONF"] = str(configuration)
        words = ["--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", f"so-{PIN}"]
        subprocess.run(["softhsm2-util", *words], check=True, stdout=subprocess.DEVNULL)
        self.pin_file = self._directory / "pin"
        self.pin_file.write_text(f"{PIN}\n")

    def new_uri(self, *, token: str = TOKEN) -> str:
        """Give a URI under which there are no keys yet; its PIN is in a file."""
        return (
            f"pkcs11:token={token};object=world{next(_numbers)}"
            f"?module-path={module()}&pin-source=file:{self.pin_file}"
        )

    def close(self) -> None:
        """Remove its files."""
        shutil.rmtree(self._directory)

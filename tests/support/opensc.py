"""OpenSC's tools and its PKCS#11 module, as a user of the card starts them."""

from collections.abc import Mapping
from pathlib import Path

from tests.support.processes import ProgramFailedError, run

AUTH_ID, SIGN_ID, AUTH_CA_ID, SIGN_CA_ID = "01", "02", "03", "04"
"""OpenSC's numbers for this card's PINs, keys and certificates (pkcs15-jpki.c)."""


def pkcs11_module() -> Path:
    """Find opensc-pkcs11.so; its directory names the machine's architecture."""
    found = sorted(Path("/usr/lib").glob("*/opensc-pkcs11.so"))
    if not found:
        raise ProgramFailedError("opensc-pkcs11.so is not installed; run `make test-clients`")
    return found[0]


class OpenSC:
    """The tools, all told where the reader is."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def opensc_tool(self, *arguments: str) -> str:
        """Run opensc-tool and give what it printed."""
        return run("opensc-tool", *arguments, environment=self._environment).stdout.decode()

    def pkcs15_tool(self, *arguments: str | Path, expect: int = 0) -> str:
        """Run pkcs15-tool and give what it printed."""
        done = run("pkcs15-tool", *arguments, environment=self._environment, expect=expect)
        return done.stdout.decode()

    def pkcs11_tool(self, *arguments: str | Path, expect: int = 0) -> str:
        """Run pkcs11-tool with OpenSC's module and give what it printed."""
        done = run(
            "pkcs11-tool",
            "--module",
            pkcs11_module(),
            *arguments,
            environment=self._environment,
            expect=expect,
        )
        return done.stdout.decode()

"""OpenSC's tools and its PKCS#11 module, as a user of the card starts them."""

import re
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

    def send(self, *apdus: str) -> list[bytes]:
        """Have opensc-tool send short APDUs, all in one conversation; give their answers."""
        words = [word for apdu in apdus for word in ("--send-apdu", apdu)]
        answers = _answers(self.opensc_tool(*words))
        if len(answers) != len(apdus):
            raise ProgramFailedError(f"{len(apdus)} APDUs and {len(answers)} answers")
        return answers

    def explore(self, *apdus: str) -> list[bytes]:
        """Have opensc-explorer send short APDUs, typed in one after the other."""
        typed = "".join(f"apdu {apdu}\n" for apdu in apdus) + "quit\n"
        done = run("opensc-explorer", environment=self._environment, stdin=typed.encode())
        return _answers(done.stdout.decode())

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


def _answers(printed: str) -> list[bytes]:
    """Read what OpenSC prints of answers: the status word, then sixteen bytes a line."""
    answers = []
    for text in printed.split("Received (SW1=0x")[1:]:
        first, *lines = text.split("\n")
        status = re.match(r"(..), SW2=0x(..)", first)
        rows = [re.match(r"((?:[0-9A-F]{2} ){1,16})", line) for line in lines]
        data = "".join(row[1] for row in rows if row is not None)
        answers.append(bytes.fromhex(data + status[1] + status[2]) if status else b"")
    return answers

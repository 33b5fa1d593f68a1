"""Firefox without a window, used as a person with a card uses it: a page, and a PIN when asked.

    python -m tests.support.firefox --profile DIRECTORY URL

Prints `asked: TEXT` for every question of the browser, then `shown:` and the text of the page it
ends on. $JPKI_AUTH_PIN is the answer to what asks for the authentication PIN; every other question
is cancelled, as a wrong PIN costs a try.
Not here: the profile, the card. Called by the tests, in the place of `firefox-esr` on a page.

Firefox is driven by Marionette, its own remote control (Firefox Source Docs, "Marionette
Protocol": `LENGTH:[0, number, command, parameters]`, answered by `[1, number, error, result]`).
Marionette's alert commands cannot answer the PIN prompt of a TLS handshake: Firefox's socket thread
waits for the PIN, and it is the one that would carry the command. So the answer is left with the
browser before, as an observer of its dialogs.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.support.processes import Daemon, ProgramFailedError

_PATIENCE = 60.0
_PREFERENCES = """
user_pref("marionette.port", 0);
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("browser.startup.page", 0);
"""
"""Port 0: one that is free, which Firefox writes into its profile."""
_ANSWER_QUESTIONS = """
    const pin = arguments[0];
    window.questions = [];
    Services.obs.addObserver(({ Dialog }) => {
        window.questions.push(Dialog.args.text);
        const isOurs = Dialog.args.text.includes("User Authentication PIN");
        Dialog.ui.password1Textbox.value = isOurs ? pin : "";
        (isOurs ? Dialog.ui.button0 : Dialog.ui.button1).click();
    }, "common-dialog-loaded");
"""
_WHERE = """
    const browser = gBrowser.selectedBrowser;
    return browser.webProgress.isLoadingDocument ? "" : browser.documentURI.spec;
"""


class _Marionette:
    """A connection to a Firefox that listens on a port."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _PATIENCE)
        self._file = self._socket.makefile("rb")
        self._number = 0
        self._read()

    def do(self, command: str, **parameters: Any) -> Any:
        """Carry out a command and give its result; raises `ProgramFailedError`."""
        self._number += 1
        words = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(words), words))
        _, _, error, result = self._read()
        if error is not None:
            raise ProgramFailedError(f"{command}: {error['error']}: {error['message']}")
        return result

    def script(self, context: str, script: str, *arguments: Any) -> Any:
        """Run JavaScript in the browser itself (`chrome`) or in its page (`content`)."""
        self.do("Marionette:SetContext", value=context)
        return self.do("WebDriver:ExecuteScript", script=script, args=list(arguments))["value"]

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            byte = self._file.read(1)
            if not byte:
                raise ProgramFailedError("Firefox has left")
            length += byte
        return json.loads(self._file.read(int(length[:-1])))


def visit(profile: Path, url: str, pin: str) -> tuple[list[str], str]:
    """Open a page in a Firefox with that profile; give what it asked, and what it shows."""
    with (profile / "user.js").open("a") as preferences:
        preferences.write(_PREFERENCES)
    told = profile / "MarionetteActivePort"
    told.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="firefox-") as directory:
        firefox = Daemon(
            # Not as found: a page's `firefox-esr` may be this program.
            "/usr/bin/firefox-esr", "--headless", "--new-instance", "--profile", profile,
            "--marionette", "--remote-allow-system-access",
            log=Path(directory, "log"),
            environment={"MOZ_CRASHREPORTER_DISABLE": "1"},
        )  # fmt: skip
        try:
            firefox.wait_until(
                lambda: told.is_file() and bool(told.read_text()), "listen", seconds=_PATIENCE
            )
            return _look(_Marionette(int(told.read_text())), url, pin)
        finally:
            firefox.stop()


def _look(marionette: _Marionette, url: str, pin: str) -> tuple[list[str], str]:
    # With `none` a page that cannot be had is no error of the command that asks for it.
    marionette.do("WebDriver:NewSession", pageLoadStrategy="none")
    marionette.script("chrome", _ANSWER_QUESTIONS, pin)
    marionette.do("Marionette:SetContext", value="content")
    marionette.do("WebDriver:Navigate", url=url)
    deadline = time.monotonic() + _PATIENCE
    while (where := marionette.script("chrome", _WHERE)) in {"", "about:blank"}:
        if time.monotonic() > deadline:
            raise ProgramFailedError(f"{url} is still being loaded")
        time.sleep(0.05)
    asked = marionette.script("chrome", "return window.questions")
    shown = marionette.script("content", "return document.documentElement.innerText")
    return asked, f"{where}\n{shown}"


def main() -> int:
    """Visit the page of the command line."""
    parser = argparse.ArgumentParser(prog="firefox-esr")
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("url")
    options = parser.parse_args()
    asked, shown = visit(options.profile, options.url, os.environ["JPKI_AUTH_PIN"])
    for text in asked:
        print(f"asked: {text}")
    print(f"shown: {shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

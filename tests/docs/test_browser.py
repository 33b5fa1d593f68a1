"""docs/use/browser.md, followed by a real Firefox that nobody looks at."""

import os
import sys
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.cache import ROOT
from tests.support.ports import free_ports

pytestmark = pytest.mark.timeout(600)
"""Several programs of some size; how long they take says something about the machine only."""

AUTH = "asked: Please authenticate to the security device (JPKI (User Authentication PIN))."
SIGN = "asked: Please authenticate to the security device (JPKI (Digital Signature PIN))."


def put_driver_in_place(folder: Path) -> str:
    """Make a `firefox-esr` that answers questions and prints the page; give the PATH to it."""
    driver = folder / "bin/firefox-esr"
    driver.parent.mkdir()
    driver.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tests.support.firefox "$@"\n'
    )
    driver.chmod(0o700)
    return f"{driver.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"


def test_a_new_user_can_follow_the_page_for_browsers(tmp_path: Path):
    """Firefox gets in over TLS 1.2, with nginx and Apache, and does not over TLS 1.3."""
    ports = dict(zip(["8443", "8444", "8445", "8446"], free_ports(4), strict=True))
    environment = {"PATH": put_driver_in_place(tmp_path), "JPKI_AUTH_PIN": "1234"}

    printed = pages.follow(
        pages.PAGES / "browser.md", tmp_path, environment=environment, changes=ports
    )

    asked, two_tokens, apache, only_13, held_to_12 = printed.split("shown: ")
    assert AUTH in asked
    assert SIGN in asked
    assert two_tokens.startswith(f"https://localhost:{ports['8443']}/\nTLSv1.2 CN=")
    assert apache.startswith(f"https://localhost:{ports['8446']}/\nApache Server Status")
    assert "400 Bad Request\nNo required SSL certificate was sent" in only_13
    assert held_to_12.startswith(f"https://localhost:{ports['8445']}/\nTLSv1.2 CN=")
    assert AUTH in two_tokens
    assert SIGN not in two_tokens + apache + only_13

"""GnuTLS's `certtool` as a second opinion on paths, at a moment of the caller's.

`certtool` 3.7.9 judges by the clock alone, so faketime sets it. It looks at no list that is not
given: the path is what it is asked about. Not here: expectations.
"""

import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.support.openssl import Opinion, write_pem


def verify(directory: Path, path: Sequence[bytes], *, anchor: bytes, moment: datetime) -> Opinion:
    """`certtool --verify` of a path, the target first, each issuer behind what it issued."""
    clock = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    anchors = write_pem(directory / "gnutls-ca.pem", "CERTIFICATE", [anchor])
    done = subprocess.run(
        [
            *("faketime", "-f", clock, "certtool", "--verify", "--verify-profile", "medium"),
            *("--load-ca-certificate", str(anchors)),
            *("--infile", str(write_pem(directory / "path.pem", "CERTIFICATE", path))),
        ],
        env={**os.environ, "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    return Opinion(done.returncode == 0, done.stdout.decode(errors="replace"))

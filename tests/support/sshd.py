"""A local sshd as the current user: one port, one host key, one file of authorized keys.

Not here: the card; the client is given the PKCS#11 module that speaks to it.
OpenSSH's sshd_config(5), ssh_config(5). Called by the tests.
"""

import os
import pwd
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.processes import Daemon, run

_SSHD = Path("/usr/sbin/sshd")
_PRIVILEGE_SEPARATION = Path("/run/sshd")
_HOST = "127.0.0.1"


class PrivateSshd:
    """An sshd that lets in who has one of the given keys, and nobody else."""

    def __init__(self, *authorized: str) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="sshd-")
        self._root = Path(self._directory.name)
        self._authorized = authorized
        self._daemon: Daemon | None = None
        self._port = 0

    @property
    def log(self) -> str:
        """What sshd has said."""
        return "" if self._daemon is None else self._daemon.said

    def login(
        self, module: Path, pin: str, environment: Mapping[str, str], *, expect: int = 0
    ) -> str:
        """Log in with a key behind a PKCS#11 module and run a command; give what it printed.

        `expect` is ssh's exit status: 255 when it is not let in.
        """
        askpass = self._root / "askpass"
        askpass.write_text('#!/bin/sh\nprintf "%s\\n" "$PIN_OF_THE_TEST"\n')
        askpass.chmod(0o700)
        options = {
            "PKCS11Provider": module,
            "UserKnownHostsFile": self._root / "known_hosts",
            "StrictHostKeyChecking": "yes",
            "PreferredAuthentications": "publickey",
            "IdentityAgent": "none",
            "IdentityFile": "none",
        }
        words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return run(
            "ssh", "-F", "none", *words, "-p", str(self._port), _HOST, "echo it is me",
            environment={
                **environment,
                "SSH_ASKPASS": str(askpass),
                "SSH_ASKPASS_REQUIRE": "force",
                "PIN_OF_THE_TEST": pin,
            },
            expect=expect,
        ).stdout.decode()  # fmt: skip

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def _start(self) -> None:
        host_key = self._root / "host_key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host_key)
        (self._root / "authorized_keys").write_text("".join(f"{key}\n" for key in self._authorized))
        self._port = _free_port()
        (self._root / "known_hosts").write_text(
            f"[{_HOST}]:{self._port} {host_key.with_suffix('.pub').read_text()}"
        )
        configuration = self._root / "sshd_config"
        configuration.write_text(
            f"ListenAddress {_HOST}:{self._port}\n"
            f"HostKey {host_key}\n"
            f"AuthorizedKeysFile {self._root / 'authorized_keys'}\n"
            "AuthenticationMethods publickey\n"
            f"AllowUsers {pwd.getpwuid(os.getuid()).pw_name}\n"
            "PermitRootLogin yes\n"
            "StrictModes no\n"
            "UsePAM no\n"
            "PidFile none\n"
        )
        make_privilege_separation()
        self._daemon = Daemon(_SSHD, "-D", "-e", "-f", configuration, log=self._root / "log")
        self._daemon.wait_said("Server listening")

    def _end(self) -> None:
        if self._daemon is not None:
            self._daemon.stop()
        self._directory.cleanup()


def make_privilege_separation() -> None:
    """Make the directory that an sshd of root wants.

    The package's service makes it at its start; a container may never have started it.
    """
    if os.geteuid() == 0:
        _PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((_HOST, 0))
        port: int = found.getsockname()[1]
        return port

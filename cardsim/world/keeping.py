"""Where a world keeps its register and the authorities' keys, and what opens them.

    ca/keeping.json   a register in PostgreSQL, keys in a token; not there when all is in files
    ca/passphrase     what opens the key files (0600); not there when the passphrase is given

By default the key files are encrypted with a random passphrase that lies beside them. That keeps
a key from leaving in a copy of its file alone: attached to a report, put into an image, picked
up by a pattern in a backup. It keeps nothing from whoever can read the directory. A passphrase
that is given when the world is made is written nowhere and has to be given again.
A world made before key files were encrypted keeps them as they are.
What it is not: the keys (`ca_keys`), or an environment: secrets come in.
Called by `cardsim.world.authorities`, `cardsim.world.place` and `cardsim.world.world`.
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cardsim.world import files
from cardsim.world.errors import DamagedWorldError, WorldError

_FORMAT = "jpki-emu keeping"
_VERSION = 1
_FILE = "keeping.json"
_PASSPHRASE = "passphrase"  # noqa: S105 - the name of a file
_PASSPHRASE_OCTETS = 32


@dataclass(frozen=True, slots=True)
class CaSecrets:
    """What opens the authorities' keys, given from outside; None where nothing was given."""

    passphrase: bytes | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where register and keys are: a PostgreSQL URL and a PKCS#11 URI; None for files."""

    register: str | None = None
    keys: str | None = None

    def check(self) -> None:
        """Refuse what could not be written down or opened again, before anything is made.

        Raises `WorldError`.
        """
        if not (self.register or self.keys):
            return
        # Imported here: whoever keeps all in files loads neither.
        from jpki.ca.errors import CaError
        from jpki.ca.pkcs11_key import TokenUri
        from jpki.ca.postgresql import holds_secret, is_url

        try:
            if self.keys is not None:
                TokenUri.parse(self.keys)
            if self.register is None:
                return
            if not is_url(self.register):
                raise WorldError("a register elsewhere is named by a postgresql:// URL")
            if holds_secret(self.register):
                raise WorldError(
                    "the world would keep the URL with its password: leave the password to"
                    " PGPASSWORD, ~/.pgpass or a service (pg_service.conf)"
                )
        except CaError as error:
            raise WorldError(str(error)) from error

    def write(self, directory: Path) -> None:
        """Write it down, if there is anything to write."""
        fields = {"register": self.register, "keys": self.keys}
        if any(fields.values()):
            files.write_json(directory / _FILE, _FORMAT, _VERSION, fields)

    @classmethod
    def read(cls, directory: Path) -> Self:
        """Read it; raises `DamagedWorldError` or `WorldVersionError`."""
        path = directory / _FILE
        try:
            document = files.read_json(path, _FORMAT, _VERSION)
        except FileNotFoundError:
            return cls()
        named = [document.get(name) for name in ("register", "keys")]
        if not all(each is None or isinstance(each, str) for each in named):
            raise DamagedWorldError(path, "no description of where things are kept")
        return cls(*named)


def new_passphrase(directory: Path, given: CaSecrets) -> bytes:
    """Give the passphrase for new key files; one that was not given is made and kept."""
    if given.passphrase is not None:
        return given.passphrase
    made = secrets.token_urlsafe(_PASSPHRASE_OCTETS).encode()
    files.write_private(directory / _PASSPHRASE, made + b"\n")
    return made


def known_passphrase(directory: Path, given: CaSecrets) -> bytes | None:
    """Give the passphrase of the key files: the one that was given, else the one kept, or None."""
    if given.passphrase is not None:
        return given.passphrase
    try:
        return (directory / _PASSPHRASE).read_bytes().rstrip(b"\n")
    except FileNotFoundError:
        return None

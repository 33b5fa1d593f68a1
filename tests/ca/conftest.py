"""Keys made once, and two authorities on a fresh register for each test.

`test_production_roots.py` compares with the six public certificates of the real authorities, which
are not shipped. It is collected only where `JPKI_ROOTS_DIR` names a directory that holds them.
"""

import os

import pytest

from jpki.ca import Authority, Register, SoftwareKey
from jpki.profiles import Kind

from .citizens import FOUNDED

collect_ignore = [] if "JPKI_ROOTS_DIR" in os.environ else ["test_production_roots.py"]


@pytest.fixture(scope="session")
def keys() -> list[SoftwareKey]:
    """Five RSA keys: three for authorities, the last two for holders."""
    return [SoftwareKey.generate() for _ in range(5)]


@pytest.fixture(scope="session")
def holder_key(keys) -> bytes:
    """Give a holder's public key."""
    return keys[3].public_key


@pytest.fixture(scope="session")
def second_key(keys) -> bytes:
    """Give a public key for the other kind of certificate, or another holder."""
    return keys[4].public_key


@pytest.fixture
def register(tmp_path):
    """Give a new register."""
    with Register.create(tmp_path / "register.sqlite") as made:
        yield made


@pytest.fixture
def sign(register, keys) -> Authority:
    """Give the signing authority."""
    return Authority.found(register, Kind.SIGN, key=keys[0], moment=FOUNDED)


@pytest.fixture
def auth(register, keys) -> Authority:
    """Give the user authentication authority."""
    return Authority.found(register, Kind.AUTH, key=keys[1], moment=FOUNDED)

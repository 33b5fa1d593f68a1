"""Keys made once, and two authorities on a fresh register for each test.

`test_production_roots.py` compares with the six public certificates of the real authorities, which
are not shipped. It is collected only where `JPKI_ROOTS_DIR` names a directory that holds them.
"""

import os

import pytest

from jpki.ca import Authority, Register, SoftwareKey
from jpki.profiles import Kind

from .citizens import FOUNDED, NOON
from .nights import HOLD, PLACES, issue

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


def pytest_generate_tests(metafunc):
    """Try what a database can do wrong on both; the form of a certificate needs one only.

    A module says so with `DATABASES`.
    """
    marked = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "register_at" in metafunc.fixturenames and "register_at" not in marked:
        names = getattr(metafunc.module, "DATABASES", ["sqlite"])
        metafunc.parametrize("register_at", names, indirect=True)


@pytest.fixture
def register_at(request, tmp_path):
    """Give where a new register can be made: a path, or a PostgreSQL URL."""
    if request.param == "sqlite":
        return tmp_path / "register.sqlite"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def register(register_at):
    """Give a new register, in both databases."""
    with Register.create(register_at) as made:
        yield made


@pytest.fixture
def sign(register, keys) -> Authority:
    """Give the signing authority."""
    return Authority.found(register, Kind.SIGN, key=keys[0], moment=FOUNDED)


@pytest.fixture
def auth(register, keys) -> Authority:
    """Give the user authentication authority."""
    return Authority.found(register, Kind.AUTH, key=keys[1], moment=FOUNDED)


@pytest.fixture
def directory(tmp_path):
    """Give the directory the lists are published in."""
    (tmp_path / "crl").mkdir()
    return tmp_path / "crl"


@pytest.fixture
def filled(sign, holder_key):
    """Give the signing authority with two revoked certificates at each place, and one good."""
    serials = [issue(sign, holder_key, where) for where in PLACES * 3]
    [sign.revoke(serial, HOLD, moment=NOON) for serial in serials[:6]]
    return sign

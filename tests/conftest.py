"""What holds for every test."""

import gc
import os
import signal

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, settings

from tests.support.known_keys import KnownKeys

# Set in the developer's own shell, each of these would make a client under test speak to
# something else than the test's reader. Taken away before any fixture looks.
_MISLEADING = (
    "JPKI_HOME",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LIBPCSCLITE_DELEGATE",
    "OPENSC_CONF",
    "OPENSC_DEBUG",
    "OPENSC_DRIVER",
    "OPENSSL_CONF",
    "PCSCLITE_CSOCK_NAME",
    "PCSCLITE_DEBUG",
    "PCSCLITE_NO_BLOCKING",
    "PKCS11_MODULE_PATH",
    "SSH_AUTH_SOCK",
)
for _name in _MISLEADING:
    os.environ.pop(_name, None)

rsa.generate_private_key = KnownKeys().generate_private_key

# How long an example takes says something about the machine and nothing about the program.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# A shell's background jobs and nohup ignore these, and programs under test would inherit that.
for _signal in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
    if signal.getsignal(_signal) is signal.SIG_IGN:
        _own = signal.default_int_handler if _signal is signal.SIGINT else signal.SIG_DFL
        signal.signal(_signal, _own)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """Look for no garbage among what was collected: tens of thousands of objects that stay."""
    gc.freeze()


@pytest.fixture(scope="session")
def postgres():
    """Give a PostgreSQL server, one for each process that runs tests."""
    from tests.support.postgres import PostgresServer

    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def soft_token():
    """Give a PKCS#11 token, one for each process that runs tests."""
    from tests.support.softhsm import SoftToken

    made = SoftToken()
    yield made
    made.close()

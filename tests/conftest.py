"""What every test gets without asking."""

import pytest

# Variables that would make a client under test speak to something else than the test's reader.
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
    "PKCS11_MODULE_PATH",
    "SSH_AUTH_SOCK",
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the developer's own shell may have set for smart cards."""
    for name in _MISLEADING:
        monkeypatch.delenv(name, raising=False)

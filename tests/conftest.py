"""What holds for every test."""

import os

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

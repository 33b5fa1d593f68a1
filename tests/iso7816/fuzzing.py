"""Coverage-guided fuzzing of the APDU decoder; a program, started by `test_fuzz_soak`."""

import contextlib

import atheris

with atheris.instrument_imports(include=["jpki.iso7816"]):
    from jpki.iso7816 import ApduError, Atr, AtrError, CommandApdu, ResponseApdu, Tlv, TlvError

from tests.support.fuzzing import run_target


def command(data: bytes) -> None:
    """Decode a command: what is encoded again is the same, or shorter and means the same."""
    with contextlib.suppress(ApduError):
        decoded = CommandApdu.decode(data)
        again = decoded.encode()
        if CommandApdu.decode(again) != decoded or len(again) > len(data):
            raise AssertionError("another command came back")


def response(data: bytes) -> None:
    """Decode an answer: it survives unchanged."""
    with contextlib.suppress(ApduError):
        if ResponseApdu.decode(data).encode() != data:
            raise AssertionError("another answer came back")


def structures(data: bytes) -> None:
    """Parse an answer to reset and BER-TLV: both end in their own errors."""
    with contextlib.suppress(AtrError):
        Atr.parse(data)
    with contextlib.suppress(TlvError):
        Tlv.parse_list(data)


if __name__ == "__main__":
    run_target(command, response, structures)

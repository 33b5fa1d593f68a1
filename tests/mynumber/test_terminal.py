"""特定機関認証: a certified institution, and nobody else, uses the auth key without the PIN.

The two commands and their refusals are public (card reference §4.7); the authority, its format
and the second step are ours. The institution here is OpenSSL: it has its certificate signed and
signs the card's random numbers with no line of our code for either.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from jpki.ca.cv import CvRole
from tests.mynumber.talk import SELECT_ISD, SELECT_JPKI, Talk
from tests.support.cards import adult_card, rsa_key
from tests.support.openssl import write_key
from tests.support.processes import run
from tests.support.reference import prove
from tests.support.whole import whole_card

INFO = "3031300D060960864801650304020105000420" + "5A" * 32
SIGN_AUTH, SIGN_SIGN = f"802A009733{INFO}00", f"802A009A33{INFO}00"
GET_CHALLENGE, SHORT_CHALLENGE = "0084000010", "008400000F"


@cache
def signed_by(role: CvRole, message: bytes) -> bytes:
    """Sign with a key of the test authority: `openssl dgst -sha256 -sign`."""
    with TemporaryDirectory() as directory:
        key = write_key(Path(directory) / "key.pem", rsa_key(f"cv {role.name}"))
        return run("openssl", "dgst", "-sha256", "-sign", key, stdin=message).stdout


@cache
def certificate(signer: CvRole = CvRole.TERMINAL_CA, issuer: str = "6000025") -> tuple[str, str]:
    """Give both commands that carry the institution's certificate, put together by hand."""
    names = b"".join(digits.encode() + b"\x08\x05001" + bytes(4) for digits in (issuer, "6900025"))
    modulus = rsa_key("cv TERMINAL").public_key().public_numbers().n.to_bytes(256, "big")
    body = names + bytes.fromhex("9003010001 91820100") + modulus
    first = bytes.fromhex("5F4E820129") + body + bytes.fromhex("5F37820100")
    return "80A206C1000133" + first.hex(), "80A200C1000100" + signed_by(signer, body).hex()


def answer(challenge: str, role: CvRole = CvRole.TERMINAL) -> str:
    """Give the signature over a challenge as the card answered it, status word included."""
    return "80820096000100" + signed_by(role, bytes.fromhex(challenge[:-4])).hex()


def first() -> str:
    return certificate()[0]


def last() -> str:
    return certificate()[1]


def jpki() -> Talk:
    talk = Talk(whole_card())
    assert talk(SELECT_JPKI) == "9000"
    return talk


def test_a_certified_institution_uses_the_auth_key_without_the_pin():
    """Certificate, random number, signature: then 80 2A with 0017 answers 256 bytes."""
    talk = jpki()

    assert talk(first()) == talk(last()) == "9000"
    assert talk(answer(talk(GET_CHALLENGE))) == "9000"
    assert len(talk(SIGN_AUTH)) == 2 * 258


def test_it_opens_nothing_else():
    """The signing key and its certificate stay shut, and the PIN is as good as it was."""
    talk = jpki()

    talk(first(), last())
    talk(answer(talk(GET_CHALLENGE)))

    assert talk(SIGN_SIGN) == talk("00B0810000") == "6982"
    assert talk("00200098") == "63C3"
    assert talk("0024019804" + b"5678".hex()) == "6982"


def test_a_certificate_alone_proves_nothing():
    """Whoever has seen one can send it."""
    talk = jpki()

    assert talk(first(), last()) == "9000"
    assert talk(SIGN_AUTH) == "6982"


NO_MEANING = "00" * 256


@pytest.mark.parametrize(
    ("commands", "word"),
    [
        (lambda: certificate(signer=CvRole.SURFACE_CA), "6700"),
        (lambda: certificate(issuer="6000023"), "6700"),
        (lambda: [last()], "6700"),
        (lambda: [first(), "80A206C1000133" + "00" * 307], "6700"),
        (lambda: [first(), "80A200C1000100" + NO_MEANING], "6700"),
        (lambda: ["80A206C1000132" + first()[14:-2]], "6700"),
        (lambda: ["80A20000000100" + NO_MEANING], "6A86"),
        (lambda: ["80A206C0000133" + first()[14:]], "6A86"),
    ],
    ids=["signer", "authority", "last", "meaningless first", "meaningless last", "short", "0000",
         "06C0"],
)  # fmt: skip
def test_a_certificate_of_nobody_or_of_another_is_refused(commands, word):
    """A wrong signer, a wrong authority, half of one, no meaning at all; other P1-P2."""
    talk = jpki()

    assert talk(*commands()) == word
    assert talk(answer(talk(GET_CHALLENGE))) == "6982"
    assert talk(SIGN_AUTH) == "6982"


def test_a_card_that_trusts_no_authority_refuses_every_institution():
    """EF 0016 is there and holds nobody's key."""
    assert Talk(adult_card())(SELECT_JPKI, first(), last()) == "6700"


def test_a_signature_by_another_key_is_refused():
    """The certificate is genuine, the signer is not who it names."""
    talk = jpki()
    talk(first(), last())

    assert talk(answer(talk(GET_CHALLENGE), CvRole.TERMINAL_CA)) == "6982"
    assert talk(SIGN_AUTH) == "6982"


def test_a_random_number_serves_once():
    """A recorded signature is of no use, and a failure takes back what was proven."""
    talk = jpki()
    talk(first(), last())
    signed = answer(talk(GET_CHALLENGE))

    assert talk(signed) == "9000"
    assert talk(signed) == "6982"
    assert talk(SIGN_AUTH) == "6982"


def test_a_short_random_number_does_not_serve():
    """Fifteen bytes are too few (ours)."""
    talk = jpki()
    talk(first(), last())

    assert talk(answer(talk(SHORT_CHALLENGE))) == "6982"


def test_a_new_certificate_begins_anew():
    """Its first part already takes back what the last institution had proven."""
    talk = jpki()
    talk(first(), last())
    talk(answer(talk(GET_CHALLENGE)))

    assert talk(first()) == "9000"
    assert talk(SIGN_AUTH) == "6982"


def test_another_application_ends_it():
    """As with every proof (§7); a PIN that was verified goes with it."""
    talk = jpki()
    talk(first(), last(), prove("JPKI", 0x18))
    talk(answer(talk(GET_CHALLENGE)))

    assert talk(SELECT_ISD, SELECT_JPKI) == "9000"
    assert talk(SIGN_AUTH) == "6982"

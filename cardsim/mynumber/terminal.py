"""特定機関認証: a certified institution uses the auth key without the holder's PIN.

What is public: the two commands that carry a certificate, `80 A2 06 C1` with 307 bytes (its
body, and the header of its signature) and `80 A2 00 C1` with the 256 bytes of the signature, and
that anything else answers 6700 or 6A86. What follows them is not. Here the institution then
signs a random number of the card's with the certified key, `00 84 00 00` and `80 82 00 96`, for a
certificate alone can be sent by whoever has seen it. Authority and format are ours.
Card reference §3.1 (EF 0016), §4.7. Called by `commands`.
"""

from dataclasses import dataclass, field
from functools import partial

from cardsim.chip import KeyFile, Refusal
from cardsim.chip.context import Context
from cardsim.chip.dialect import Dialect
from jpki.card.layout import Ap, JpkiEf, fact
from jpki.cv import CvCertificate, CvError, CvPublicKey, CvSignatureError
from jpki.iso7816 import SW, CommandApdu
from jpki.sources import Grade

FIRST, LAST = (0x06, 0xC1), (0x00, 0xC1)
FIRST_LENGTH, LAST_LENGTH = 307, 256
CHALLENGE_MINIMUM = 16
"""Bytes: signatures over short random numbers could be collected and used again."""
_BODY, _SIGNATURE = bytes.fromhex("5F4E820129"), bytes.fromhex("5F37820100")
_PART, _KEY = "特定機関認証 certificate", "特定機関認証 key"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalKeyFile(KeyFile):
    """EF 0016: who may certify institutions."""

    authority: CvCertificate | None


@dataclass(frozen=True, slots=True)
class VerifyCertificate:
    """One of the two parts of an institution's certificate; `known` is whether it is either."""

    known: bool
    last: bool
    part: bytes = field(repr=False)


def terminal_key_file(authority: bytes | None) -> TerminalKeyFile:
    """Give EF 0016, from the authority's self-signed certificate; None trusts nobody."""
    return TerminalKeyFile(authority=None if authority is None else CvCertificate.parse(authority))


def decode_certificate(apdu: CommandApdu, _dialect: Dialect) -> VerifyCertificate:
    """Read one part; what is wrong with it is said after whether the instruction exists here."""
    which = (apdu.p1, apdu.p2)
    return VerifyCertificate(which in {FIRST, LAST}, which == LAST, apdu.data)


def verify_certificate(context: Context, command: VerifyCertificate) -> bytes:
    """Take a part; the second checks the certificate and remembers its key."""
    session = context.session
    if session.application.aid != Ap.JPKI.aid:
        raise Refusal(SW.INSTRUCTION_NOT_SUPPORTED)
    if not command.known:
        raise Refusal(SW.INCORRECT_P1_P2)
    part = session.notes.pop(_PART, b"")
    session.notes.pop(_KEY, None)
    session.verified.discard(JpkiEf.TERMINAL_KEY)
    if len(command.part) != (LAST_LENGTH if command.last else FIRST_LENGTH):
        raise Refusal(SW.WRONG_LENGTH)
    if not command.last:
        if not (command.part.startswith(_BODY) and command.part.endswith(_SIGNATURE)):
            raise Refusal(SW.WRONG_LENGTH)
        session.notes[_PART] = command.part
        return b""
    file = session.file(JpkiEf.TERMINAL_KEY)
    authority = file.authority if isinstance(file, TerminalKeyFile) else None
    try:
        certificate = CvCertificate.parse(part + command.part)
        if authority is None or certificate.issuer != authority.holder:
            raise Refusal(SW.WRONG_LENGTH)
        certificate.verify(authority.public_key)
    except (CvError, CvSignatureError):
        raise Refusal(SW.WRONG_LENGTH) from None
    session.notes[_KEY] = bytes(certificate.public_key)
    return b""


def authenticate_terminal(context: Context, signature: bytes) -> bytes:
    """Check the signature over the last random number; each number serves once."""
    session = context.session
    challenge, key = session.challenge, session.notes.get(_KEY)
    session.challenge = None
    session.verified.discard(JpkiEf.TERMINAL_KEY)
    if challenge is None or len(challenge) < CHALLENGE_MINIMUM or key is None:
        raise Refusal(SW.SECURITY_STATUS_NOT_SATISFIED)
    try:
        CvPublicKey.parse(key).verify(challenge, signature)
    except CvSignatureError:
        raise Refusal(SW.SECURITY_STATUS_NOT_SATISFIED) from None
    session.verified.add(JpkiEf.TERMINAL_KEY)
    return b""


_fact = partial(fact, "80 A2")


TERMINAL_FACTS = (
    _fact("JPKI AP: P1P2 but 06C1, 00C1: 6A86", "§4.7: MC", Grade.MEASURED),
    _fact("JPKI AP: 00C1 and meaningless data: 6700", "§4.7: AO", Grade.MEASURED),
    _fact("JPKI AP: 06C1 and meaningless data: 6700", "§4.7", Grade.DEDUCED),
    _fact(
        "06C1 with 5F4E and the header of 5F37: 9000", "§4.7: the flow is deduced", Grade.DEDUCED
    ),
    _fact("a certificate of another authority: 6700", "§4.7: silent", Grade.ASSUMED),
    _fact("outside the JPKI AP: 6D00", "§4.7: silent", Grade.ASSUMED),
    _fact("then 84 and 80 82 00 96 open the auth key", "§12: not public, ours", Grade.ASSUMED),
    _fact("EF 0016 need not be selected", "§4.7: AO did not", Grade.DEDUCED),
)

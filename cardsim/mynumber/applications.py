"""A card image turned into the applications of the chip.

Not here: what the chip does with them. Files, access rules and filler: card reference §3;
what nobody published (sizes, filler, absent certificates) is in `APPLICATION_FACTS`.
"""

from cardsim.chip import (
    ALWAYS,
    AccessRule,
    Application,
    CardState,
    DataObject,
    File,
    KeyDataError,
    KeyFile,
    ObjectId,
    Operation,
    PinFile,
    PinState,
    RecordFile,
    RsaKey,
    TransparentFile,
    Verified,
)
from cardsim.mynumber.image import CardImage, Credential
from cardsim.mynumber.visual import visual_application, visual_pins
from jpki.card.layout import (
    Ap,
    AtrFamily,
    Availability,
    CommonEf,
    Fact,
    IsdTag,
    JpkiEf,
    PinKind,
    TokenInfo,
)
from jpki.card.layout.isd import ISD_KEY_FILE
from jpki.iso7816 import Tlv
from jpki.sources import Grade, Source

CERTIFICATE_FILE_SIZE = 2048
"""Physical size of a certificate EF, unless the certificate needs more."""
_SIZE_STEP = 256
FILLER = b"\xff"
KEY_10_TRIES = 3
RSA_BITS = 2048
"""Card reference §3.1: what every client signs with."""


def build_applications(image: CardImage) -> tuple[Application, ...]:
    """Give the applications; the ISD is first, being current after power-up.

    Behind it, their order decides which one the beginning of an AID selects (§2).
    """
    if image.token.is_phone:
        return (_isd(image), _jpki(image))
    visual = () if image.visual is None else (visual_application(image.visual),)
    return (_isd(image), _jpki(image), _common(image), *visual)


def initial_state(image: CardImage) -> CardState:
    """Give the PINs as the issuer set them; one that was never set has no try left."""
    jpki = {
        JpkiEf.AUTH_PIN: (PinKind.AUTH, image.auth_pin),
        JpkiEf.SIGN_PIN: (PinKind.SIGN, image.sign_pin),
    }
    pins = {
        ObjectId(Ap.JPKI.aid, ef): PinState(None, 0)
        if pin is None
        else PinState(kind.rule.encode(pin), kind.rule.tries)
        for ef, (kind, pin) in jpki.items()
    }
    # Its value is nobody's: every presentation is wrong.
    pins[ObjectId(Ap.JPKI.aid, JpkiEf.KEY_10)] = PinState(None, KEY_10_TRIES)
    if image.visual is not None:
        pins |= visual_pins(image.visual)
    return CardState(pins)


def pin_limits(applications: tuple[Application, ...]) -> dict[ObjectId, int]:
    """Give the PIN files there are, and the tries a full counter has."""
    return {
        ObjectId(application.aid, ef): file.tries
        for application in applications
        for ef, file in application.files.items()
        if isinstance(file, PinFile)
    }


def _jpki(image: CardImage) -> Application:
    auth_reading: AccessRule = ALWAYS
    if image.token.is_phone:
        auth_reading = Verified(JpkiEf.AUTH_PIN)
    files: dict[int, File] = {
        JpkiEf.SIGN_CERTIFICATE: _certificate(image.sign, Verified(JpkiEf.SIGN_PIN)),
        JpkiEf.SIGN_CA_CERTIFICATE: _readable(_filled(image.sign_ca)),
        JpkiEf.UNKNOWN_05: TransparentFile(content=FILLER * 16),
        JpkiEf.TOKEN_INFO: _readable(_token_info(image)),
        JpkiEf.AVAILABILITY: _readable(
            Availability(sign=image.sign is not None, auth=image.auth is not None).build()
        ),
        JpkiEf.UNKNOWN_09: TransparentFile(content=FILLER * 16),
        JpkiEf.AUTH_CERTIFICATE: _certificate(image.auth, auth_reading),
        JpkiEf.AUTH_CA_CERTIFICATE: _readable(_filled(image.auth_ca)),
        JpkiEf.KEY_10: PinFile(tries=KEY_10_TRIES, min_length=0, max_length=0, alphabet=b""),
        JpkiEf.TERMINAL_KEY: KeyFile(),
        JpkiEf.AUTH_KEY: _key(image.auth, JpkiEf.AUTH_PIN),
        JpkiEf.AUTH_PIN: _pin(PinKind.AUTH, JpkiEf.AUTH_PIN),
        JpkiEf.UNKNOWN_19: KeyFile(),
        JpkiEf.SIGN_KEY: _key(image.sign, JpkiEf.SIGN_PIN),
        JpkiEf.SIGN_PIN: _pin(PinKind.SIGN, JpkiEf.SIGN_PIN),
        JpkiEf.ISSUER_KEY_1C: KeyFile(),
        JpkiEf.ISSUER_KEY_1E: KeyFile(),
    }
    return Application(Ap.JPKI.aid, files)


def _common(image: CardImage) -> Application:
    record = RecordFile(records=(image.record.build(),), rules={Operation.READ: ALWAYS})
    return Application(Ap.COMMON.aid, {CommonEf.CARD_RECORD: record})


def _isd(image: CardImage) -> Application:
    record = image.record
    contact = AtrFamily.CONTACT_E0 if image.atr.is_contactless else image.atr
    values: dict[IsdTag, bytes | None] = {
        IsdTag.ISSUER_ID: b"JPKI-EMU TEST ID",
        IsdTag.CARD_ID: record.serial.encode("ascii"),
        IsdTag.CARD_RECOGNITION: _CARD_RECOGNITION,
        IsdTag.MUNICIPALITY: record.municipality.encode("ascii"),
        IsdTag.EXPIRY: record.expires.isoformat().replace("-", "").encode("ascii"),
        IsdTag.KEY_ID: b"6000020\x08\x05001\x00\x00\x00\x00",
        IsdTag.UPPER_CV_CERTIFICATE: None,
        IsdTag.CV_CERTIFICATE: None,
        IsdTag.ATR: contact.atr[1:],
    }
    objects = {
        int(tag): DataObject(value, needs_extended=tag.row.needs_extended)
        for tag, value in values.items()
    }
    return Application(Ap.ISD.aid, {ISD_KEY_FILE: KeyFile()}, objects)


# GlobalPlatform Card Specification 2.1.1, appendix F.2: card management type and version,
# identification scheme, secure channel protocol 02 option 55.
_CARD_RECOGNITION = Tlv(
    0x66,
    Tlv(
        0x73,
        Tlv(0x06, bytes.fromhex("2A864886FC6B01"))
        + Tlv(0x60, Tlv(0x06, bytes.fromhex("2A864886FC6B02020101")))
        + Tlv(0x63, Tlv(0x06, bytes.fromhex("2A864886FC6B03")))
        + Tlv(0x64, Tlv(0x06, bytes.fromhex("2A864886FC6B040255"))),
    ),
)


def _token_info(image: CardImage) -> bytes:
    return TokenInfo(label=image.token.label, serial=image.record.serial.zfill(16)).build()


def _readable(content: bytes) -> TransparentFile:
    return TransparentFile(content=content, rules={Operation.READ: ALWAYS})


def _certificate(credential: Credential | None, reading: AccessRule) -> TransparentFile:
    content = b"" if credential is None else credential.certificate
    return TransparentFile(content=_filled(content), rules={Operation.READ: reading})


def _filled(content: bytes) -> bytes:
    """Give the physical file: longer than its content, always."""
    needed = (len(content) // _SIZE_STEP + 1) * _SIZE_STEP
    return content.ljust(max(CERTIFICATE_FILE_SIZE, needed), FILLER)


def _key(credential: Credential | None, pin: JpkiEf) -> KeyFile:
    key = None if credential is None else RsaKey.load(credential.private_key)
    if key is not None and key.signature_length != RSA_BITS // 8:
        raise KeyDataError(f"the card's keys are RSA-{RSA_BITS}")
    return KeyFile(key=key, rules={Operation.SIGN: Verified(pin)})


def _pin(kind: PinKind, ef: JpkiEf) -> PinFile:
    rule = kind.rule
    return PinFile(
        tries=rule.tries,
        min_length=rule.min_length,
        max_length=rule.max_length,
        alphabet=rule.alphabet.encode("ascii"),
        rules={Operation.CHANGE: Verified(ef)},
    )


def _fact(subject: str, statement: str, reference: str, grade: Grade) -> Fact:
    return Fact(subject, statement, Source(f"card {reference}", grade))


APPLICATION_FACTS = (
    _fact("JPKI EF 0001", "readable after the signature PIN only", "§3.1: HD, OSC", Grade.MEASURED),
    _fact("JPKI EF 000A", "free on a card, PIN on a phone", "§3.1: MY", Grade.RELIED_ON),
    _fact("JPKI certificate EFs", "longer than the DER", "§3.1.2: HD, PY, GE", Grade.RELIED_ON),
    _fact("JPKI certificate EFs", "filled with FF", "§3.1.2, §12", Grade.DEDUCED),
    _fact("JPKI certificate EFs", "2048 bytes", "§12", Grade.ASSUMED),
    _fact("JPKI EF 0001", "filler only without a certificate", "§3.1: silent", Grade.ASSUMED),
    _fact("JPKI EF 001B", "blocked when it was never set", "§5", Grade.DEDUCED),
    _fact("JPKI EF 0005", "cannot be read: 6982", "§12", Grade.ASSUMED),
    _fact("JPKI EF 0010", "3 tries, no value matches", "§12", Grade.ASSUMED),
    _fact("JPKI EF 0006", "serial is that of the card record", "§3.1.1: silent", Grade.ASSUMED),
    _fact("phone", "has an ISD beside the JPKI AP", "§8: silent", Grade.ASSUMED),
    _fact("JPKI EF 0009", "cannot be read", "§3.1: MC", Grade.MEASURED),
    _fact("JPKI EF 0009", "answers 6982", "§3.1: the word is not said", Grade.ASSUMED),
    _fact("ISD GET DATA", "values without tag, but 0066", "§3.7: silent", Grade.ASSUMED),
    _fact("ISD GET DATA", "00F8, 7F21 absent (6A88): still to come", "§3.7: MC", Grade.ASSUMED),
)

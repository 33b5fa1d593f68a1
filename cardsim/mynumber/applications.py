"""A card image turned into the applications of the chip.

Not here: what the chip does with them. Files, access rules and filler: card reference §3;
what nobody published (sizes, filler, absent certificates) is in `APPLICATION_FACTS`.
"""

from cardsim.chip import (
    ALWAYS,
    AccessRule,
    AnyOf,
    Application,
    CardState,
    File,
    KeyDataError,
    KeyFile,
    ObjectId,
    Operation,
    PinFile,
    PinState,
    RsaKey,
    TransparentFile,
    Verified,
    load_key,
)
from cardsim.mynumber.common import COMMON_FACTS, common_application, juki_application
from cardsim.mynumber.domain import DOMAIN_FACTS, domain_application, objects_everywhere
from cardsim.mynumber.image import PHONE_ATR, PHONE_ATR_SOURCE, CardImage, Credential
from cardsim.mynumber.licence import LICENCE_FACTS, licence_application
from cardsim.mynumber.pinfiles import first_state, first_states, pin_file
from cardsim.mynumber.terminal import terminal_key_file
from cardsim.mynumber.text import TEXT_FACTS, text_application, text_pins
from cardsim.mynumber.visual import VISUAL_FACTS, visual_application
from jpki.card.layout import Ap, Availability, Fact, JpkiEf, PinKind, TokenInfo, fact
from jpki.sources import Grade

CERTIFICATE_FILE_SIZE = 2048
"""Physical size of a certificate EF, unless the certificate needs more."""
_SIZE_STEP = 256
FILLER = b"\xff"
KEY_10_TRIES = 3
RSA_BITS = 2048
"""Card reference §3.1: what every client signs with. P-384 keys are an experiment (§8)."""


def build_applications(image: CardImage) -> tuple[Application, ...]:
    """Give the applications; the ISD is first, being current after power-up.

    Behind it, their order decides which one the beginning of an AID selects (§2).
    """
    jpki = (domain_application(image), _jpki(image))
    if image.token.is_phone:
        return jpki
    objects = objects_everywhere(image)
    # First of those whose AIDs begin alike is the text AP: their first 8 bytes select it.
    others: list[Application] = []
    if image.text is not None:
        others.append(text_application(image.text, objects))
    if image.visual is not None:
        others.append(visual_application(image.visual, objects))
    others.append(common_application(image.record, image.common, objects))
    if image.juki is not None:
        others.append(juki_application(image.juki, objects))
    if image.licence is not None:
        others.append(licence_application(image.licence))
    return (*jpki, *others)


def initial_state(image: CardImage) -> CardState:
    """Give the PINs as the issuer set them; one that was never set has no try left."""
    pins = {
        ObjectId(Ap.JPKI.aid, JpkiEf.AUTH_PIN): first_state(PinKind.AUTH, image.auth_pin),
        ObjectId(Ap.JPKI.aid, JpkiEf.SIGN_PIN): first_state(PinKind.SIGN, image.sign_pin),
        # Its value is nobody's: every presentation is wrong.
        ObjectId(Ap.JPKI.aid, JpkiEf.KEY_10): PinState(None, KEY_10_TRIES),
    }
    if image.token.is_phone:
        return CardState(pins)
    return CardState(
        pins
        | text_pins(image.text)
        | first_states(Ap.VISUAL.aid, image.visual)
        | first_states(Ap.COMMON.aid, image.common)
        | first_states(Ap.JUKI.aid, image.juki)
        | first_states(Ap.LICENCE.aid, image.licence)
    )


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
        JpkiEf.TERMINAL_KEY: terminal_key_file(image.terminal_ca),
        JpkiEf.AUTH_KEY: _key(
            image.auth, AnyOf((Verified(JpkiEf.AUTH_PIN), Verified(JpkiEf.TERMINAL_KEY)))
        ),
        JpkiEf.AUTH_PIN: pin_file(PinKind.AUTH, {Operation.CHANGE: Verified(JpkiEf.AUTH_PIN)}),
        JpkiEf.UNKNOWN_19: KeyFile(),
        JpkiEf.SIGN_KEY: _key(image.sign, Verified(JpkiEf.SIGN_PIN)),
        JpkiEf.SIGN_PIN: pin_file(PinKind.SIGN, {Operation.CHANGE: Verified(JpkiEf.SIGN_PIN)}),
        JpkiEf.ISSUER_KEY_1C: KeyFile(),
        JpkiEf.ISSUER_KEY_1E: KeyFile(),
    }
    objects = {} if image.token.is_phone else objects_everywhere(image)
    return Application(Ap.JPKI.aid, files, objects)


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


def _key(credential: Credential | None, rule: AccessRule) -> KeyFile:
    key = None if credential is None else load_key(credential.private_key)
    if isinstance(key, RsaKey) and key.signature_length != RSA_BITS // 8:
        raise KeyDataError(f"the card's RSA keys are RSA-{RSA_BITS}")
    return KeyFile(key=key, rules={Operation.SIGN: rule})


APPLICATION_FACTS = (
    fact("JPKI EF 0001", "readable after the signature PIN only", "§3.1: HD, OSC", Grade.MEASURED),
    fact("JPKI EF 000A", "free on a card, PIN on a phone", "§3.1: MY", Grade.RELIED_ON),
    fact("JPKI certificate EFs", "longer than the DER", "§3.1.2: HD, PY, GE", Grade.RELIED_ON),
    fact("JPKI certificate EFs", "filled with FF", "§3.1.2, §12", Grade.DEDUCED),
    fact("JPKI certificate EFs", "2048 bytes", "§12", Grade.ASSUMED),
    fact("JPKI EF 0001", "filler only without a certificate", "§3.1: silent", Grade.ASSUMED),
    fact("JPKI EF 001B", "blocked when it was never set", "§5", Grade.DEDUCED),
    fact("JPKI EF 0005", "cannot be read: 6982", "§12", Grade.ASSUMED),
    fact("JPKI EF 0010", "3 tries, no value matches", "§12", Grade.ASSUMED),
    fact("JPKI EF 0006", "serial is that of the card record", "§3.1.1: silent", Grade.ASSUMED),
    Fact("phone", f"ATR of a card without contacts, {PHONE_ATR.label}", PHONE_ATR_SOURCE),
    fact("phone", "has an ISD beside the JPKI AP", "§8: silent", Grade.ASSUMED),
    fact("JPKI EF 0009", "cannot be read", "§3.1: MC", Grade.MEASURED),
    fact("JPKI EF 0009", "answers 6982", "§3.1: the word is not said", Grade.ASSUMED),
    *DOMAIN_FACTS,
    *TEXT_FACTS,
    *VISUAL_FACTS,
    *COMMON_FACTS,
    *LICENCE_FACTS,
)

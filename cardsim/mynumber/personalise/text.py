"""The contents of the 券面入力補助AP for one holder.

Not here: the layout of a file (`jpki.card.layout.text`). Card reference §3.2.
Called by the world and by tests.
"""

import hashlib

from cardsim.mynumber.contents import TextContents
from cardsim.mynumber.personalise.holder import CardKeys, Holder, pkcs8
from cardsim.mynumber.personalise.signing import ContentsSigner
from jpki.card.layout.text import (
    FILLER,
    SignedKey,
    TextAttributes,
    TextEf,
    TextInformation,
    TextSignatures,
    attributes_to_hash,
    build_number,
    build_session_key,
)
from jpki.cv import CvPublicKey, KeyId

ATTRIBUTES_FILE_LENGTH = 512
"""Physical size of EF 0002, unless the attributes need more; nobody published it."""
_SIZE_STEP = 256
_KEY_ID = KeyId("6000034")
_UNKNOWN_08 = FILLER * 16


def text_contents(
    holder: Holder, keys: CardKeys, signer: ContentsSigner, *, length_bytes: int = 0
) -> TextContents:
    """Give all files, keys and secrets, signed by the municipality's text signer.

    `length_bytes` 2 writes the outer length of EF 0002 in its long form, as some cards do.
    """
    number = build_number(holder.number)
    attributes = TextAttributes(
        name=holder.person.name.text,
        address=holder.person.address.text,
        birth_date=holder.birth_date_text,
        gender=holder.person.gender.value,
    ).build(length_bytes=length_bytes)
    unsigned = TextSignatures(_sha256(number), _sha256(attributes_to_hash(attributes)))
    signatures = TextSignatures(
        unsigned.number_digest, unsigned.attributes_digest, signer.sign(unsigned.signed)
    )
    own = SignedKey(CvPublicKey.of(keys.text.public_key()))
    signed_key = SignedKey(own.public_key, signer.sign(own.signed))
    size = max(ATTRIBUTES_FILE_LENGTH, (len(attributes) // _SIZE_STEP + 1) * _SIZE_STEP)
    # What the 32 bytes are is not known; drawn from the card's serial they differ per card.
    opaque = _sha256(b"JPKI-EMU DF43" + holder.record.build())
    return TextContents(
        files={
            TextEf.NUMBER: number,
            TextEf.ATTRIBUTES: attributes.ljust(size, FILLER),
            TextEf.SIGNATURES: signatures.build(),
            TextEf.CERTIFICATE: bytes(signer.certificate),
            TextEf.INFORMATION: TextInformation(_KEY_ID, opaque).build(),
            TextEf.SESSION_KEY_PUBLIC: build_session_key(CvPublicKey.of(keys.session.public_key())),
            TextEf.AUTHENTICATION_PUBLIC: signed_key.build(),
            TextEf.UNKNOWN_08: _UNKNOWN_08,
        },
        keys={
            TextEf.AUTHENTICATION_KEY: pkcs8(keys.text),
            TextEf.SESSION_KEY_PUBLIC: pkcs8(keys.session),
        },
        secrets={
            TextEf.PIN: holder.secrets.text,
            TextEf.NUMBER_A: holder.number_a,
            TextEf.NUMBER_B: holder.number_b,
        },
    )


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()

"""A small card operating system: it knows ISO/IEC 7816-4 and no particular card."""

from cardsim.chip.access import ALWAYS, NEVER, AccessRule, AnyOf, Operation, Verified
from cardsim.chip.card import Card
from cardsim.chip.decryption import RsaDecryptionKey
from cardsim.chip.dialect import Dialect
from cardsim.chip.errors import ChipError, NotPoweredError, Refusal, StoreError
from cardsim.chip.files import (
    Application,
    DataObject,
    File,
    KeyFile,
    PinFile,
    RecordFile,
    SessionKeyDelivery,
    TransparentFile,
)
from cardsim.chip.instructions import ISO_INSTRUCTIONS, InstructionTable, instruction
from cardsim.chip.keys import (
    EcdsaP384Key,
    KeyDataError,
    RsaKey,
    SignatureScheme,
    SigningKey,
    load_key,
)
from cardsim.chip.state import CardState, CardStore, ObjectId, PinState, Transaction

__all__ = [
    "ALWAYS",
    "ISO_INSTRUCTIONS",
    "NEVER",
    "AccessRule",
    "AnyOf",
    "Application",
    "Card",
    "CardState",
    "CardStore",
    "ChipError",
    "DataObject",
    "Dialect",
    "EcdsaP384Key",
    "File",
    "InstructionTable",
    "KeyDataError",
    "KeyFile",
    "NotPoweredError",
    "ObjectId",
    "Operation",
    "PinFile",
    "PinState",
    "RecordFile",
    "Refusal",
    "RsaDecryptionKey",
    "RsaKey",
    "SessionKeyDelivery",
    "SignatureScheme",
    "SigningKey",
    "StoreError",
    "Transaction",
    "TransparentFile",
    "Verified",
    "instruction",
    "load_key",
]

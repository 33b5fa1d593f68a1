"""What a card holds: applications, elementary files, data objects. Plain, frozen data.

A file without a rule for an operation refuses it: `rule` answers `NEVER`.
Not here: PIN values and counters, which change (`state`), commands (`handlers`).
ISO/IEC 7816-4:2020 clause 7. Built bottom-up by the card kind, never changed afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardsim.chip.access import NEVER, AccessRule, Operation
from cardsim.chip.decryption import RsaDecryptionKey
from cardsim.chip.keys import SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An elementary file: `rules` say who may do what with it."""

    rules: Mapping[Operation, AccessRule] = field(default_factory=dict)

    def rule(self, operation: Operation) -> AccessRule:
        """Give the rule for an operation; what is not named is never allowed."""
        return self.rules.get(operation, NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransparentFile(File):
    """Bytes addressed by offset; `content` is the physical file, filler included."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile(File):
    """Records addressed by number, from 1."""

    records: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinFile(File):
    """Reference data with a counter; its value and the tries left are in the card's state.

    Lengths are in bytes; `alphabet` holds the bytes a new value may consist of.
    """

    tries: int
    min_length: int
    max_length: int
    alphabet: bytes

    def allows(self, value: bytes) -> bool:
        """Say whether `value` may become the reference data."""
        fits = self.min_length <= len(value) <= self.max_length
        return fits and set(value) <= set(self.alphabet)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile(File):
    """A key without a counter; without `key` it exists and cannot be used.

    `authenticates` is False for one that INTERNAL AUTHENTICATE refuses for what it is (6985),
    whatever has been proven.
    """

    key: SigningKey | None = None
    authenticates: bool = True


@dataclass(frozen=True, slots=True)
class DataObject:
    """What GET DATA gives for one tag; `needs_extended` refuses a short Le."""

    value: bytes | None
    needs_extended: bool = False


@dataclass(frozen=True, slots=True)
class SessionKeyDelivery:
    """The key a terminal encrypts a session key to, and who may deliver one."""

    key: RsaDecryptionKey
    rule: AccessRule


@dataclass(frozen=True, slots=True)
class Application:
    """A dedicated file selected by name: EFs by identifier, data objects by tag.

    `default_key` is the key file meant when a command names none (P2 = 00); without
    `session_key` the application has no secure messaging.
    """

    aid: bytes
    files: Mapping[int, File]
    data_objects: Mapping[int, DataObject] = field(default_factory=dict)
    default_key: int | None = None
    session_key: SessionKeyDelivery | None = None

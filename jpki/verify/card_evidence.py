"""What goes into judging a card's face: pinned CA keys, files read, answers to challenges.

Plain data. Not here: judging (`card_face`), reading (`jpki.card.client`).
Card reference §3.2, §3.3, §3.6. Built by whoever holds a card.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jpki.verify.card_files import read_key
from jpki.verify.errors import AnchorError, MalformedError

_KEY_ID = 16


@dataclass(frozen=True, slots=True)
class CvAnchors:
    """The pinned keys of the CAs by the 16 bytes that name them: one store an application.

    Values are public keys as cards write them, 265 bytes. Raises `AnchorError` for others.
    """

    text: Mapping[bytes, bytes] = field(default_factory=dict)
    visual: Mapping[bytes, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for store in (self.text, self.visual):
            for name, key in store.items():
                if len(name) != _KEY_ID:
                    raise AnchorError(f"a key identifier has {_KEY_ID} bytes")
                try:
                    read_key(key)
                except MalformedError as error:
                    raise AnchorError(f"a CA key: {error}") from error


@dataclass(frozen=True, slots=True)
class Answer:
    """A challenge of ours and what a card's key made of its SHA-256 DigestInfo."""

    challenge: bytes
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The card was asked to answer a challenge and did not; `why` is what it said instead."""

    why: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read: files by EF identifier, and the card's answers.

    Files may end in filler; EF 0001 of the text AP must be the physical file, all 17 bytes.
    """

    text: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    visual: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    text_answer: Answer | NoAnswer | None = None
    visual_answer: Answer | NoAnswer | None = None
    """None: the card was not asked."""

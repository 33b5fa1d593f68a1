"""What the full card must answer, thought out once more from card reference §3, §4, §5 and §7.

Knows which files, secrets and keys there are from `tests.support.reference`, and nothing of the
chip: every method says what the right answer is (a status word, or the data before 9000) and
what the card remembers of it. What is not public is as `cardsim.mynumber` marks it: assumed.
Called by `test_security_rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.support import reference

OK = "9000"
CURRENT = 0
"""A reference that means the current EF."""
TERMINAL_KEY = 0x16
SIGNING_KEYS = {
    ("JPKI", 0x17): frozenset({0x18, TERMINAL_KEY}),
    ("JPKI", 0x1A): frozenset({0x1B}),
    ("TEXT", 0x13): None,
    ("VISUAL", 0x1A): None,
}
"""Keys that sign, and what each needs (None: nothing)."""
DEFAULT_KEYS = {"TEXT": 0x13, "VISUAL": 0x1A}
CHANGED_BY_24 = {("JPKI", 0x18), ("JPKI", 0x1B), ("TEXT", 0x11)}
CHANGED_BY_32 = {("COMMON", 0x1C), ("JUKI", 0x1C)}
SESSION_KEY_REFUSALS = {
    "ISD": "6D00", "LICENCE": "6D00", "JPKI": "6982", "JUKI": "6982", "COMMON": "66F1",
    "VISUAL": "66F1",
}  # fmt: skip
ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHALLENGE_MINIMUM = 16


@dataclass
class Model:
    """What the card remembers."""

    contents: Mapping[tuple[str, int], bytes]
    records: Mapping[tuple[str, int], bytes]
    ap: str = "ISD"
    ef: int | None = None
    verified: set[int] = field(default_factory=set)
    tries: dict[tuple[str, int], int] = field(default_factory=dict)
    values: dict[tuple[str, int], bytes | None] = field(default_factory=dict)
    session: str | None = None
    """Secure messaging: None, "alive", or "broken"."""
    counter: int = 1
    certificate: str | None = None
    """An institution's: None, "first" part, or "whole"."""
    challenge: bytes | None = None

    def __post_init__(self) -> None:
        for ap, pins in reference.PINS.items():
            for ef, (secret, tries) in pins.items():
                self.values[ap, ef] = None if secret is None else secret.encode()
                self.tries[ap, ef] = tries

    # --- power and selection (§7)

    def power_on(self) -> None:
        """Forget all but values and counters."""
        self.ap, self.ef = "ISD", None
        self.verified.clear()
        self._forget_conversation()

    def select_ap(self, ap: str | None) -> str:
        """Forget what was proven to another application; an unknown one changes nothing."""
        if ap is None:
            return "6A82"
        if ap != self.ap:
            self.verified.clear()
        self.ap, self.ef = ap, None
        self._forget_conversation()
        return OK

    def select_ef(self, ef: int) -> str:
        """Make a file current, whatever protects it."""
        if self.kind(ef) == "absent":
            return "6A82"
        self.ef = ef
        return OK

    def _forget_conversation(self) -> None:
        self.session, self.certificate, self.challenge = None, None, None

    # --- what is there (§3)

    def kind(self, ef: int) -> str:
        """Tell what an EF of the current application is."""
        if ef in reference.TRANSPARENT[self.ap]:
            return "transparent"
        if ef in reference.RECORDS.get(self.ap, ()):
            return "record"
        if ef in reference.PINS[self.ap]:
            return "pin"
        return "key" if ef in reference.KEYS[self.ap] else "absent"

    def opens(self, needed: frozenset[int] | None) -> bool:
        """Say whether one of the secrets needed was proven."""
        return needed is None or bool(needed & self.verified)

    def closed_files(self) -> list[int]:
        """Give the files of the current application that must not be readable now."""
        files = reference.TRANSPARENT[self.ap]
        return [ef for ef, needed in files.items() if not self.opens(needed)]

    def closed_keys(self) -> list[int]:
        """Give the keys of the current application that must not sign now."""
        return [ef for ef in reference.KEYS[self.ap] if self.sign(ef) != OK]

    def _meant(self, ef: int) -> tuple[int, str] | str:
        meant = ef or self.ef
        if meant is None:
            return "6986"
        kind = self.kind(meant)
        return "6A82" if kind == "absent" else (meant, kind)

    # --- reading (§4.2, §4.3)

    def read(self, ef: int, offset: int) -> str | bytes:
        """READ BINARY; gives all there is from `offset`."""
        match self._meant(ef):
            case (meant, "transparent"):
                if meant in self.closed_files():
                    return "6982"
                content = self.contents[self.ap, meant]
                if offset >= len(content):
                    return "6B00"
                self.ef = meant
                return content[offset:]
            case str(refusal):
                return refusal
        return "6981"

    def read_record(self, ef: int, number: int) -> str | bytes:
        """READ RECORD; every record file has one record and is free."""
        match self._meant(ef):
            case (meant, "record"):
                if number != 1:
                    return "6A83"
                self.ef = meant
                return self.records[self.ap, meant]
            case str(refusal):
                return refusal
        return "6981"

    # --- secrets (§4.4, §4.6, §5)

    def _pin(self, ef: int) -> int | str:
        match self._meant(ef):
            case (meant, "pin"):
                return meant
            case (_, "key"):
                return "6300"
            case str(refusal):
                return refusal
        return "6981"

    def query(self, ef: int) -> str:
        """VERIFY without data: always the tries left."""
        pin = self._pin(ef)
        return pin if isinstance(pin, str) else f"63C{self.tries[self.ap, pin]:X}"

    def verify(self, ef: int, offered: bytes) -> str:
        """VERIFY: a wrong one costs a try and what was proven; a right one gives all tries back."""
        pin = self._pin(ef)
        if isinstance(pin, str):
            return pin
        name = (self.ap, pin)
        self.verified.discard(pin)
        if not self.tries[name]:
            return "6984"
        if offered != self.values[name]:
            self.tries[name] -= 1
            return f"63C{self.tries[name]:X}"
        self.tries[name] = reference.PINS[self.ap][pin][1]
        self.verified.add(pin)
        return OK

    def change(self, ef: int, new: bytes, *, command: int) -> str:
        """00 24 01 or 80 32: where it is allowed at all, after VERIFY of the old value."""
        if command == 0x24:
            pin, allowed = self._pin(ef), CHANGED_BY_24
        else:
            match self._meant(ef):
                case (_, "key"):
                    return "6982"
            pin, allowed = self._pin(ef), CHANGED_BY_32
        if isinstance(pin, str):
            return pin
        if (self.ap, pin) not in allowed or pin not in self.verified:
            return "6982"
        is_password = (self.ap, pin) == ("JPKI", 0x1B)
        fits = 6 <= len(new) <= 16 if is_password else len(new) == 4 and new.isdigit()
        if not fits or not set(new) <= set(ALPHABET):
            return "6A80"
        self.values[self.ap, pin] = new
        return OK

    # --- keys (§4.5, §4.7)

    def sign(self, ef: int | None) -> str:
        """80 2A with data every mode takes; `ef` None names no key."""
        if ef is None:
            ef = DEFAULT_KEYS.get(self.ap)
            if ef is None:
                return "6A86"
        match self._meant(ef):
            case (meant, "key"):
                needed = SIGNING_KEYS.get((self.ap, meant), frozenset())
                return OK if self.opens(needed) else "6982"
            case str(refusal):
                return refusal
        return "6981"

    def authenticate(self, ef: int | None) -> str:
        """00 88: only 0019 of 共通AP answers, and to everybody."""
        if ef is None:
            ef = DEFAULT_KEYS.get(self.ap)
            if ef is None:
                return "6985"
        match self._meant(ef):
            case (meant, "key"):
                if self.ap == "VISUAL":
                    return "6985"
                return OK if (self.ap, meant) == ("COMMON", 0x19) else "6982"
            case str(refusal):
                return refusal
        return "6981"

    # --- 特定機関認証 (§4.7; the second step is ours)

    def present_certificate(self, *, last: bool, genuine: bool) -> str:
        """80 A2: the first part, or the last that completes it."""
        if self.ap != "JPKI":
            return "6D00"
        before, self.certificate = self.certificate, None
        self.verified.discard(TERMINAL_KEY)
        if not genuine or (last and before != "first"):
            return "6700"
        self.certificate = "whole" if last else "first"
        return OK

    def answer_challenge(self, *, genuine: bool) -> str:
        """80 82 00 96 with a signature over the last challenge, which serves once."""
        if self.ap != "JPKI":
            return {"absent": "6A82", "transparent": "6981", "record": "6981"}.get(
                self.kind(TERMINAL_KEY), "6982"
            )
        challenge, self.challenge = self.challenge, None
        self.verified.discard(TERMINAL_KEY)
        long_enough = challenge is not None and len(challenge) >= CHALLENGE_MINIMUM
        if not (genuine and long_enough and self.certificate == "whole"):
            return "6982"
        self.verified.add(TERMINAL_KEY)
        return OK

    # --- secure messaging (§4.7)

    def set_session_key(self, refusal: str | None) -> str:
        """80 AE, only after the PIN; `refusal` is what is wrong with the delivery itself."""
        if self.ap != "TEXT":
            return SESSION_KEY_REFUSALS[self.ap]
        if 0x11 not in self.verified:
            return "6982"
        if refusal is not None:
            return refusal
        self.session, self.counter = "alive", 1
        return OK

    def without_session(self, ins: int) -> str | None:
        """Give what a secured command is refused with before anything else."""
        if self.session is None:
            return "6882" if ins == 0xA4 else "69FC"
        return "69FC" if self.session == "broken" else None

    def garbled(self, ins: int) -> str:
        """Hear a secured command with a wrong object: the session is over."""
        refusal = self.without_session(ins)
        if refusal is None:
            self.session = "broken"
        return refusal or "6988"

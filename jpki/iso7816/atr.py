"""Answer to reset: parse and build.

Not here: which ATR a card of which generation has (that is `jpki.card.layout`).
ISO/IEC 7816-3:2006 clause 8.2; the historical bytes are ISO/IEC 7816-4:2020 clause 12.1.1.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Self

_DIRECT, _INVERSE = 0x3B, 0x3F
_MAX_LENGTH = 33
_MAX_HISTORICAL = 15
_LETTERS = frozenset("ABCD")


class AtrError(ValueError):
    """Bytes that are no ATR; the message says what is wrong with them."""


@dataclass(frozen=True, slots=True)
class Atr:
    """An ATR taken apart.

    `interface` holds one group per round: the bytes TAi TBi TCi TDi that are present, by
    letter. TDi bytes are part of the groups, so `build` gives the same bytes back.
    """

    interface: tuple[dict[str, int], ...] = ({},)
    historical: bytes = b""
    initial: int = _DIRECT

    @property
    def protocols(self) -> tuple[int, ...]:
        """The protocols T offered, in order, each once; T=0 when none is named."""
        named = [group["D"] & 0x0F for group in self.interface if "D" in group]
        return tuple(dict.fromkeys(t for t in named if t != 15)) or (0,)  # noqa: PLR2004 - T=15

    @property
    def has_check_byte(self) -> bool:
        """Whether TCK is present: whenever a protocol other than T=0 is named (8.2.5)."""
        return any(group["D"] & 0x0F for group in self.interface if "D" in group)

    def build(self) -> bytes:
        """Give the bytes TS T0 ... TCK; `AtrError` when `parse` could not read them again."""
        if self.initial not in {_DIRECT, _INVERSE}:
            raise AtrError(f"TS is 3B or 3F, not {self.initial:X}")
        for index, group in enumerate(self.interface):
            _check_group(index, group)
        if not all("D" in group for group in self.interface[:-1]):
            raise AtrError("a group of interface bytes stands behind one without TD")
        if len(self.historical) > _MAX_HISTORICAL:
            raise AtrError(f"{len(self.historical)} historical bytes; at most {_MAX_HISTORICAL}")
        first = self.interface[0] if self.interface else {}
        out = bytearray((_presence(first) | len(self.historical),))
        for index, group in enumerate(self.interface):
            out += bytes(group[letter] for letter in "ABC" if letter in group)
            if "D" in group:
                following = self.interface[index + 1] if index + 1 < len(self.interface) else {}
                if group["D"] & 0xF0 != _presence(following):
                    raise AtrError(f"TD{index + 1} does not announce the group behind it")
                out.append(group["D"])
        out += self.historical
        if self.has_check_byte:
            out.append(reduce(xor, out))
        raw = bytes((self.initial,)) + bytes(out)
        if len(raw) > _MAX_LENGTH:
            raise AtrError(f"{len(raw)} bytes; an ATR has at most {_MAX_LENGTH}")
        return raw

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read an ATR strictly: every announced byte present, nothing left over, TCK right."""
        if len(raw) < 2 or len(raw) > _MAX_LENGTH:  # noqa: PLR2004 - TS and T0 at least
            raise AtrError(f"an ATR has 2 to {_MAX_LENGTH} bytes, not {len(raw)}")
        if raw[0] not in {_DIRECT, _INVERSE}:
            raise AtrError(f"TS is 3B or 3F, not {raw[0]:02X}")
        presence, historical_length = raw[1] & 0xF0, raw[1] & 0x0F
        groups: list[dict[str, int]] = []
        at = 2
        while True:
            letters = [c for bit, c in enumerate("ABCD") if presence & (0x10 << bit)]
            if at + len(letters) > len(raw):
                raise AtrError(f"interface bytes {len(groups) + 1} are cut short at offset {at}")
            group = dict(zip(letters, raw[at:], strict=False))
            groups.append(group)
            at += len(letters)
            if "D" not in group:
                break
            presence = group["D"] & 0xF0
        historical = raw[at : at + historical_length]
        at += historical_length
        atr = cls(tuple(groups), historical, raw[0])
        expected = at + (1 if atr.has_check_byte else 0)
        if len(raw) != expected:
            raise AtrError(f"{len(raw)} bytes where the ATR announces {expected}")
        if atr.has_check_byte and reduce(xor, raw[1:]):
            raise AtrError("the check byte TCK is wrong")
        return atr


def _presence(group: dict[str, int]) -> int:
    """Give the upper half of T0 or TDi: which of TA TB TC TD follow."""
    return sum(0x10 << "ABCD".index(letter) for letter in group)


def _check_group(index: int, group: dict[str, int]) -> None:
    for letter, value in group.items():
        name = f"T{letter}{index + 1}"
        if letter not in _LETTERS:
            raise AtrError(f"there is no interface byte {name}")
        if not 0 <= value <= 0xFF:  # noqa: PLR2004 - one byte
            raise AtrError(f"{name} is one byte, not {value}")

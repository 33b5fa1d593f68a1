"""What a command is about: the application, file, PIN or key it names, openly or by P1 and P2.

Not here: what it changes (`state`). ISO/IEC 7816-4:2020 clauses 11.2 to 11.6; card reference §4.
Called by `steps`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cardsim.trace import vocabulary
from cardsim.trace.exchange import Asked
from cardsim.trace.vocabulary import (
    CHANGE_KEY,
    CHANGE_REFERENCE_DATA,
    COMPUTE_DIGITAL_SIGNATURE,
    EXTERNAL_AUTHENTICATE,
    GET_DATA,
    INTERNAL_AUTHENTICATE,
    OWN,
    PLAIN,
    READ_BINARY,
    READ_RECORD,
    SECURED,
    SELECT,
    TERMINAL_AUTHENTICATE,
    VERIFY,
)
from jpki.card.layout import Ap, JpkiEf, SignatureMode
from jpki.digest_info import DigestAlgorithm

_BY_NAME, _BY_FILE = 0x04, 0x02
_SHORT_ID, _SHORT_ID_MASK = 0x80, 0x1F


@dataclass(frozen=True, slots=True)
class About:
    """The subject of one command; None where it has none, or none is known.

    `selects` is "application" or "file" for the SELECTs that make one current.
    """

    ap: Ap | None
    ef: int | None = None
    detail: str = ""
    selects: str = ""


def subject(asked: Asked, ap: Ap | None, ef: int | None) -> About:
    """Say what a command is about that finds `ap` and `ef` current."""
    if asked.kind is None or not asked.is_apdu:
        return About(None)
    cla, ins = asked.kind
    if cla not in {PLAIN, SECURED, OWN}:
        return About(ap)
    find = _SUBJECTS.get((OWN if cla == OWN else PLAIN, ins))
    return About(ap) if find is None else find(asked, ap, ef)


def _selected(asked: Asked, ap: Ap | None, _ef: int | None) -> About:
    text = asked.data.hex().upper() if asked.data else ""
    if asked.p1 == _BY_NAME:
        found = _application(asked)
        return About(found, detail="" if found else text, selects="application")
    if asked.p1 == _BY_FILE:
        ef = int.from_bytes(asked.data, "big") if asked.data else None
        return About(ap, ef, selects="file")
    return About(None, detail=f"by identifier {text}" if text else "MF")


def _application(asked: Asked) -> Ap | None:
    """Give the application a SELECT names, if it is one alone; an empty name is the ISD's."""
    if asked.nc == 0:
        return Ap.ISD
    found = vocabulary.applications_named(asked.data or b"")
    return found[0] if len(found) == 1 else None


def _read(asked: Asked, ap: Ap | None, ef: int | None) -> About:
    offset = asked.p1 << 8 | asked.p2
    if asked.p1 & _SHORT_ID:
        ef, offset = asked.p1 & _SHORT_ID_MASK or ef, asked.p2
    amount = "no length" if asked.ne is None else f"at most {asked.ne} bytes"
    return About(ap, ef, f"from {offset}, {amount}")


def _record(asked: Asked, ap: Ap | None, ef: int | None) -> About:
    return About(ap, asked.p2 >> 3 or ef, f"record {asked.p1}")


def _reference(asked: Asked, ap: Ap | None, ef: int | None) -> About:
    """P2 is 80 for the current EF, 80 + a short EF identifier for another."""
    return About(ap, asked.p2 & _SHORT_ID_MASK or ef)


def _tries(asked: Asked, ap: Ap | None, ef: int | None) -> About:
    return About(ap, asked.p2 & _SHORT_ID_MASK or ef, "" if asked.nc else "tries left?")


def _key(asked: Asked, ap: Ap | None, ef: int | None) -> About:
    """P2 is that of `_reference`, or 00 for the application's own key."""
    return _reference(asked, ap, ef) if asked.p2 else About(ap, vocabulary.default_key(ap))


def _signed(asked: Asked, ap: Ap | None, ef: int | None) -> About:
    """Tell how a signature is asked for: not what is signed, only how long it is."""
    known = asked.p1 in set(SignatureMode)
    text = SignatureMode(asked.p1).name if known else f"mode {asked.p1:02X}"
    text += f", {asked.nc} bytes"
    fits = [a.name for a in DigestAlgorithm if asked.nc == len(a.prefix) + a.digest_size]
    if fits and asked.p1 == SignatureMode.RAW:
        text += f" as a DigestInfo of {fits[0]} has"
    key = _key(asked, ap, ef)
    return About(key.ap, key.ef, text)


def _object(asked: Asked, ap: Ap | None, _ef: int | None) -> About:
    tag = asked.p1 << 8 | asked.p2
    return About(ap, detail=f"{tag:04X} {vocabulary.object_name(tag)}".rstrip())


def _terminal(_asked: Asked, ap: Ap | None, _ef: int | None) -> About:
    return About(ap, JpkiEf.TERMINAL_KEY if ap is Ap.JPKI else None)


_SUBJECTS: Mapping[tuple[int, int], Callable[[Asked, Ap | None, int | None], About]] = (
    MappingProxyType(
        {
            (PLAIN, SELECT): _selected,
            (PLAIN, READ_BINARY): _read,
            (PLAIN, READ_RECORD): _record,
            (PLAIN, VERIFY): _tries,
            (PLAIN, CHANGE_REFERENCE_DATA): _reference,
            (PLAIN, INTERNAL_AUTHENTICATE): _key,
            (PLAIN, GET_DATA): _object,
            (OWN, COMPUTE_DIGITAL_SIGNATURE): _signed,
            (OWN, CHANGE_KEY): _reference,
            (OWN, EXTERNAL_AUTHENTICATE): _reference,
            (OWN, TERMINAL_AUTHENTICATE): _terminal,
        }
    )
)

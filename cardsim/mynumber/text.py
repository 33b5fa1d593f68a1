"""The 券面入力補助AP of the chip, from what its issuer wrote.

Not here: making the contents (`personalise.text`), secure messaging (`secure_messaging`).
Card reference §3.2, §4.7. Called by `applications`.
"""

from cardsim.chip import (
    ALWAYS,
    AccessRule,
    AnyOf,
    Application,
    DataObject,
    File,
    KeyFile,
    ObjectId,
    Operation,
    PinFile,
    PinState,
    RsaDecryptionKey,
    RsaKey,
    SessionKeyDelivery,
    TransparentFile,
    Verified,
)
from cardsim.mynumber.contents import TextContents
from cardsim.mynumber.pinfiles import first_states, pin_file
from jpki.card.layout import Ap, Fact, FileKind, PinKind, fact
from jpki.card.layout.text import TEXT_FILES, TextEf, TextFileRow
from jpki.sources import Grade

_PIN_FILES = {row.pin: ef for ef, row in TEXT_FILES.items() if row.pin is not None}


def text_application(contents: TextContents, objects: dict[int, DataObject]) -> Application:
    """Give the application; a file of the map that was never written is empty."""
    session_key = contents.keys.get(TextEf.SESSION_KEY_PUBLIC)
    return Application(
        Ap.TEXT.aid,
        {int(ef): _file(ef, row, contents) for ef, row in TEXT_FILES.items()},
        objects,
        default_key=TextEf.AUTHENTICATION_KEY,
        session_key=None
        if session_key is None
        else SessionKeyDelivery(RsaDecryptionKey.load(session_key), Verified(TextEf.PIN)),
    )


def text_pins(contents: TextContents | None) -> dict[ObjectId, PinState]:
    """Give the secrets as the issuer set them."""
    if contents is None:
        return {}
    blocked = {ObjectId(Ap.TEXT.aid, TextEf.BLOCKED_12): PinState(None, 0)}
    return first_states(Ap.TEXT.aid, contents) | blocked


def _file(ef: TextEf, row: TextFileRow, contents: TextContents) -> File:
    if ef is TextEf.BLOCKED_12:
        return PinFile(tries=0, min_length=0, max_length=0, alphabet=b"")
    if row.pin is not None:
        # 照合番号 are printed on the card and cannot be changed.
        own = {Operation.CHANGE: Verified(ef)} if row.pin is PinKind.TEXT else {}
        return pin_file(row.pin, own)
    if ef is TextEf.AUTHENTICATION_KEY and ef in contents.keys:
        return KeyFile(key=RsaKey.load(contents.keys[ef]), rules={Operation.SIGN: ALWAYS})
    if row.kind is FileKind.KEY:
        return KeyFile()
    return TransparentFile(content=contents.files.get(ef, b""), rules={Operation.READ: _rule(row)})


def _rule(row: TextFileRow) -> AccessRule:
    if row.free:
        return ALWAYS
    return AnyOf(tuple(Verified(_PIN_FILES[kind]) for kind in row.opened_by))


def _fact(subject: str, statement: str, reference: str, grade: Grade) -> Fact:
    return fact(f"券面入力補助AP {subject}", statement, reference, grade)


TEXT_FACTS = (
    _fact("EF 0001", "17 bytes physically, FF FF at their end", "§3.2: TEX, MC", Grade.MEASURED),
    _fact("EF 0001", "opened by PIN or 照合番号A, not by B", "§3.2: MC, P8", Grade.MEASURED),
    _fact("EF 0002", "opened by PIN or 照合番号B, not by A", "§3.2: MC, P8", Grade.MEASURED),
    _fact("EF 0002", "512 bytes, filled with FF", "§12: sizes unknown", Grade.ASSUMED),
    _fact("EF 0002", "shortest outer length", "§3.2: MC; others write 82", Grade.MEASURED),
    _fact("EF 0003", "opened by PIN, 照合番号A or B", "§11 row 9: unsettled", Grade.ASSUMED),
    _fact("EF 0003", "DF33 signs DF31 and DF32 as written", "§3.2: MC", Grade.MEASURED),
    _fact("EF 0005", "DF43: 32 bytes drawn, then 96 of FF", "§3.2: MC, opaque", Grade.ASSUMED),
    _fact("EF 0007", "DF52 signs DF51 as written", "§3.2: MC", Grade.MEASURED),
    _fact("EF 0008", "16 of FF", "§3.2: MC", Grade.MEASURED),
    _fact("EF 0008", "opened by the PIN", "§3.2: not said", Grade.ASSUMED),
    _fact("EF 0010", "a key: 6981", "§3.2: AO, kind unknown", Grade.ASSUMED),
    _fact("EF 0012", "blocked: 63C0, 6984", "§3.2: MC", Grade.MEASURED),
    _fact("EF 0013", "signs without any secret, P2=00 too", "§4.5: AO, MC", Grade.MEASURED),
    _fact("EF 0013", "INTERNAL AUTHENTICATE: 6982", "§4.7: MC", Grade.MEASURED),
    _fact("EF 0014, 0015", "cannot be changed", "§4.6: silent", Grade.ASSUMED),
)

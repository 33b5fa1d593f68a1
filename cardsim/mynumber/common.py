"""The 共通AP and the 住基AP of the chip, as far as they are public.

Not here: making their contents (`personalise.common`). Card reference §3.5, §4.3, §4.6, §4.7.
Called by `applications`.
"""

from cardsim.chip import (
    ALWAYS,
    Application,
    DataObject,
    File,
    KeyFile,
    Operation,
    RecordFile,
    RsaKey,
    Verified,
)
from cardsim.mynumber.contents import CommonContents, JukiContents
from cardsim.mynumber.pinfiles import pin_file
from jpki.card.layout import Ap, CardRecord, CommonEf, PinKind, fact
from jpki.card.layout.juki import JukiEf
from jpki.sources import Grade


def common_application(
    record: CardRecord, contents: CommonContents | None, objects: dict[int, DataObject]
) -> Application:
    """Give the application; a card made without contents has its record alone."""
    files: dict[int, File] = {CommonEf.CARD_RECORD: _record(record.build())}
    if contents is not None:
        key = contents.keys.get(CommonEf.INTERNAL_AUTHENTICATION_KEY)
        files |= {
            CommonEf.KEY_ID: _record(contents.files[CommonEf.KEY_ID]),
            CommonEf.INTERNAL_AUTHENTICATION_KEY: KeyFile(
                key=None if key is None else RsaKey.load(key),
                rules={Operation.INTERNAL_AUTHENTICATE: ALWAYS},
            ),
            CommonEf.PIN: pin_file(PinKind.JUKI, {Operation.REPLACE_KEY: Verified(CommonEf.PIN)}),
            CommonEf.ISSUER_KEY_1E: KeyFile(),
        }
    return Application(Ap.COMMON.aid, files, objects)


def juki_application(contents: JukiContents, objects: dict[int, DataObject]) -> Application:
    """Give the application: a key reference and a PIN, and nothing invented beside them."""
    files: dict[int, File] = {
        JukiEf.KEY_ID: _record(contents.files[JukiEf.KEY_ID]),
        JukiEf.PIN: pin_file(PinKind.JUKI, {Operation.REPLACE_KEY: Verified(JukiEf.PIN)}),
    }
    return Application(Ap.JUKI.aid, files, objects)


def _record(record: bytes) -> RecordFile:
    return RecordFile(records=(record,), rules={Operation.READ: ALWAYS})


COMMON_FACTS = (
    fact("共通AP EF 0001", "record 1, free", "§3.5: MC, MY", Grade.MEASURED),
    fact("共通AP, 住基AP EF 0002", "16 bytes, the same in both", "§3.5: MC", Grade.MEASURED),
    fact("共通AP, 住基AP EF 0002", "one record without a tag", "§3.5: not said", Grade.ASSUMED),
    fact("住基AP EF 0002", "free", "§3.5: MC read it, access not said", Grade.DEDUCED),
    fact("共通AP EF 0002", "free", "§3.5: MC", Grade.MEASURED),
    fact("共通AP EF 0019", "00 88: sha256WithRSA of the challenge", "§4.7: MC", Grade.MEASURED),
    fact("共通AP EF 0019", "does not sign by 80 2A: 6982", "§4.5: silent", Grade.ASSUMED),
    fact("共通AP, 住基AP 001C", "80 32 changes it when verified", "§4.6: MC", Grade.RELIED_ON),
    fact("共通AP, 住基AP 001C", "00 24 does not: 6982", "§4.6: silent", Grade.ASSUMED),
    fact("住基AP", "住民票コード is nowhere on this card", "§3.5: not public", Grade.ASSUMED),
)

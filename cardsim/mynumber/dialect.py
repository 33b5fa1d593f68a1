"""How the My Number card speaks ISO 7816-4 where the standard leaves a choice, or is left.

Each value has its fact, with source and grade, in `DIALECT_FACTS`.
Not here: the card's own commands (`commands`). Card reference §2 to §4, §6.
"""

from cardsim.chip import Dialect
from jpki.card.layout import CardStatus, fact
from jpki.iso7816 import SW
from jpki.sources import Grade

_SELECT, _READ_BINARY, _VERIFY = 0xA4, 0xB0, 0x20

MY_NUMBER = Dialect(
    blocked=SW.REFERENCE_DATA_NOT_USABLE,
    query_tells_verified=False,
    verify_ignores_le=False,
    verify_on_key=SW.VERIFICATION_FAILED,
    partial_name_minimum=5,
    empty_name_selects_first=True,
    master_file_at_start=SW.INCORRECT_P1_P2,
    master_file_elsewhere=SW.SUCCESS,
    warm_reset_keeps_session=True,
    extended_challenge=SW.CONDITIONS_NOT_SATISFIED,
    malformed=SW.WRONG_LENGTH,
    class_refusals={
        0x08: CardStatus.SM_SESSION_DESTROYED.word,
        0x0C: SW.SM_OBJECT_MISSING,
        0x81: SW.LOGICAL_CHANNEL_UNSUPPORTED,
        0x82: SW.LOGICAL_CHANNEL_UNSUPPORTED,
        0x83: SW.LOGICAL_CHANNEL_UNSUPPORTED,
    },
    instruction_refusals={(0x08, _SELECT): SW.SECURE_MESSAGING_UNSUPPORTED},
)


DIALECT_FACTS = (
    fact("VERIFY", "a blocked PIN answers 6984", "§4.4, §11 row 1: MC", Grade.MEASURED),
    fact("VERIFY", "empty: 63Cx even when verified", "§4.4, §11 row 2: OSC#959", Grade.MEASURED),
    fact("VERIFY", "the 5-byte form answers 6700", "§4.4, §11 row 3: LU", Grade.RELIED_ON),
    fact("VERIFY", "a key without counter answers 6300", "§4.4: MC", Grade.RELIED_ON),
    fact("VERIFY", "a wrong length costs a try", "§4.4: unknown", Grade.ASSUMED),
    fact("VERIFY", "a Le behind the data is ignored", "§4.1: S380 sends it", Grade.RELIED_ON),
    fact("VERIFY", "a failure forgets an earlier success", "§7: silent", Grade.ASSUMED),
    fact("VERIFY", "by SFI leaves the current EF alone", "§4.4: silent", Grade.ASSUMED),
    fact("SELECT", "5 bytes or more of an AID select", "§2: ATR, MC, qiita", Grade.DEDUCED),
    fact("SELECT", "an empty AID selects the ISD", "§3.7; GlobalPlatform 11.9", Grade.DEDUCED),
    fact("SELECT", "00 A4 00 00 after cold reset: 6A86", "§3.7: MC", Grade.MEASURED),
    fact("SELECT", "00 A4 00 00 in the ISD selected again: 6A86", "§3.7", Grade.DEDUCED),
    fact("SELECT", "00 A4 00 00 in an AP: 9000", "§3.7: MC", Grade.MEASURED),
    fact("SELECT", "P1=00 with 3F00, 2F10, 2F11: 6A82", "§3.7: MC", Grade.MEASURED),
    fact("SELECT", "P1=00 with any other identifier: 6A82", "§3.7: silent", Grade.DEDUCED),
    fact("SELECT", "an 8-byte prefix selects 券面入力補助AP", "§2, §12: open", Grade.ASSUMED),
    fact("SELECT", "P2=04, 08: 6A86", "§4.1: silent", Grade.ASSUMED),
    fact("SELECT", "P2=02 for the AID already current: 6A82", "§4.1: silent", Grade.ASSUMED),
    fact("SELECT", "an EF with P2=00 and Le: FCI 6F{83 id}", "§12", Grade.ASSUMED),
    fact("SELECT", "P1=09 fails", "§4.1: OSC#801", Grade.MEASURED),
    fact("SELECT", "P1=09 fails with 6A86", "§4.1: the word is not said", Grade.ASSUMED),
    fact("SELECT", "an unknown AID: 6A82", "§2: MC, LU, CIV", Grade.MEASURED),
    fact("SELECT", "a failing SELECT changes nothing", "§2: silent", Grade.DEDUCED),
    fact("SELECT", "P2=00 with Le: FCI 6F{84 AID}", "§4.1, §12", Grade.ASSUMED),
    fact("SELECT", "P2=00 without Le: no FCI", "§4.1: CIV", Grade.DEDUCED),
    fact("READ BINARY", "short reads answer 9000", "§4.2: TEX, HD, MC", Grade.MEASURED),
    fact("READ BINARY", "offset at or after the end: 6B00", "§4.2: MC, PY, HD", Grade.MEASURED),
    fact("READ BINARY", "a key or PIN file: 6981", "§4.2: MC", Grade.MEASURED),
    fact("READ BINARY", "by SFI makes the EF current", "§4.2: NM, AO, MC", Grade.MEASURED),
    fact("READ BINARY", "a refused read by SFI does not", "ISO 7816-4 7.3", Grade.DEDUCED),
    fact("READ RECORD", "several records (P2=05): 6A81", "§4.3: MC", Grade.MEASURED),
    fact("READ RECORD", "P2=00 to 03, 06, 07: 6A81", "§4.3: silent", Grade.ASSUMED),
    fact("Le", "missing where data is asked for: 6700, before 6982", "§4: silent", Grade.ASSUMED),
    fact("Le", "shorter than a record or object: 6700", "§4: silent", Grade.ASSUMED),
    fact("CHANGE REFERENCE DATA", "leaves counter and proof alone", "§4.6, §12", Grade.ASSUMED),
    fact("VERIFY", "0016, 0019, 001C, 001E have no counter", "§3.1: silent", Grade.ASSUMED),
    fact("GET CHALLENGE", "extended Le: 6985", "§4.7: MC", Grade.MEASURED),
    fact("GET DATA", "in an AP: 6A88, but 5F51", "§3.7: only with the ISD current", Grade.DEDUCED),
    fact("class", "a logical channel: 6881", "§4.8: MC", Grade.MEASURED),
    fact("class", "channels in CLA 81 to 83: 6881", "§4.8: silent", Grade.ASSUMED),
    fact("class", "0C: 6987", "§4.7: MC", Grade.MEASURED),
    fact("class", "10 (chaining): 6884", "§4.8; ISO 7816-4 5.4.1", Grade.ASSUMED),
    fact("class", "unknown INS 6D00, unknown CLA 6E00", "§4.8", Grade.TABLE),
    fact("class", "a known INS under the other CLA: 6E00", "§12", Grade.ASSUMED),
    fact("APDU", "malformed: 6700", "§6: silent", Grade.ASSUMED),
    fact("session", "kept: re-SELECT, signature, warm reset", "§7: MS, MC, PY", Grade.MEASURED),
    fact("session", "dropped: another AID, power off", "§7: MC, MS", Grade.MEASURED),
    fact("session", "warm reset keeps AP and EF too", "§7", Grade.DEDUCED),
)

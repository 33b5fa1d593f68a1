"""The 券面事項確認AP of the chip, from what its issuer wrote.

Not here: making the contents (`face`), what the chip does with them. Card reference §3.3, §4.7.
Called by `applications`.
"""

from cardsim.chip import (
    ALWAYS,
    AccessRule,
    AnyOf,
    Application,
    DataObject,
    File,
    KeyFile,
    Operation,
    PinFile,
    RsaKey,
    TransparentFile,
    Verified,
)
from cardsim.mynumber.contents import VisualContents
from jpki.card.layout import Ap, Fact, FileKind, PinKind, fact
from jpki.card.layout.visual import (
    ABSENT_SOURCE,
    IMAGE_SOURCE,
    UNKNOWN_SIZE_SOURCE,
    VISUAL_FILES,
    VisualEf,
    VisualRow,
)
from jpki.sources import Grade


def visual_application(contents: VisualContents, objects: dict[int, DataObject]) -> Application:
    """Give the application; a file of the map that was never written is empty of use."""
    files = {int(ef): _file(ef, row, contents) for ef, row in VISUAL_FILES.items()}
    return Application(Ap.VISUAL.aid, files, objects, default_key=VisualEf.INTERNAL_KEY)


def _file(ef: VisualEf, row: VisualRow, contents: VisualContents) -> File:
    if row.kind is FileKind.PIN and row.pin is not None:
        return _pin(row.pin)
    if row.kind is FileKind.KEY:
        key = contents.keys.get(ef)
        if key is None:
            return KeyFile(authenticates=False)
        rules = {Operation.SIGN: _rule(row)}
        return KeyFile(key=RsaKey.load(key), rules=rules, authenticates=False)
    return TransparentFile(content=contents.files.get(ef, b""), rules={Operation.READ: _rule(row)})


def _rule(row: VisualRow) -> AccessRule:
    if row.free:
        return ALWAYS
    return AnyOf(tuple(Verified(_PIN_FILES[kind]) for kind in row.opened_by))


_PIN_FILES = {row.pin: ef for ef, row in VISUAL_FILES.items() if row.pin is not None}


def _pin(kind: PinKind) -> PinFile:
    # No rule for CHANGE: these secrets are printed on the card.
    rule = kind.rule
    return PinFile(
        tries=rule.tries,
        min_length=rule.min_length,
        max_length=rule.max_length,
        alphabet=rule.alphabet.encode("ascii"),
    )


VISUAL_FACTS = (
    *(
        Fact(
            f"券面事項確認AP EF {ef:04X} {ef.name}",
            f"{row.kind.value} {row.japanese}".rstrip(),
            row.source,
        )
        for ef, row in VISUAL_FILES.items()
    ),
    Fact("券面事項確認AP EF 0014, 0015", "absent", ABSENT_SOURCE),
    Fact("券面事項確認AP images", "number 72x12, code 24x12, one bit", IMAGE_SOURCE),
    Fact("券面事項確認AP images", "name, address, photo: sizes", UNKNOWN_SIZE_SOURCE),
    fact(
        "券面事項確認AP 80 2A",
        "P2=00 signs with the card's key, no PIN",
        "§4.5: MC",
        Grade.MEASURED,
    ),
    fact("券面事項確認AP records", "0001, 0002, 0005 carry one key", "§3.3: MC", Grade.MEASURED),
    fact(
        "券面事項確認AP EF 0001", "DF13 signs DF11 and DF12 as written", "§3.3: MC", Grade.MEASURED
    ),
    fact(
        "券面事項確認AP EF 0005", "DF43 signs DF41 and DF42 as written", "§3.3: MC", Grade.MEASURED
    ),
    fact(
        "券面事項確認AP EF 0002", "DF28 signs three digests, 96 bytes", "§3.3: MC", Grade.MEASURED
    ),
    fact("券面事項確認AP EF 0002", "DF29 and DF2A are not signed", "§3.3: MC", Grade.MEASURED),
    fact("券面事項確認AP EF 0002", "filled with FF to 256 bytes", "§12", Grade.ASSUMED),
    fact(
        "券面事項確認AP EF 0003",
        "256 bytes of DF35: drawn, without meaning",
        "§3.3: opaque",
        Grade.ASSUMED,
    ),
    fact("券面事項確認AP secrets", "cannot be changed", "§4.6: silent", Grade.ASSUMED),
    fact("券面事項確認AP 00 88", "6985", "§4.7: MC", Grade.MEASURED),
)

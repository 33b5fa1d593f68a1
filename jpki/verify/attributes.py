"""The four attributes (基本4情報) of a signing certificate, read tolerantly.

Real certificates hold odd values: an unknown birth date, a gender code sources disagree on,
otherNames nobody has described, characters outside JIS X 0208 and JIS X 0212. Those are kept and
reported (`remarks`). What makes the text unreliable (an item missing or twice, flags that do not
fit the text, characters nobody sees) is a `defect`.
Not here: DER (checked before) or the register's true characters, which no certificate carries.
PKI profile sections 1.3, 3.2 step 9 and 6.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from jpki.oids import PersonalData
from jpki.people import (
    AttributeFormatError,
    BirthDate,
    Era,
    Gender,
    GenderMeaning,
    SubstitutedText,
    in_repertoire,
)
from jpki.verify.der import Fields, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.extensions import OTHER_NAME


@dataclass(frozen=True, slots=True)
class HolderAttributes:
    """What the certificate says of its holder; None where it says nothing readable.

    Values are the raw texts and never appear in the repr.
    """

    name: str | None = field(repr=False)
    name_flags: str | None = field(repr=False)
    birth_date: str | None = field(repr=False)
    gender: str | None = field(repr=False)
    address: str | None = field(repr=False)
    address_flags: str | None = field(repr=False)
    unknown: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """otherNames with types nobody has described: (OID, value DER)."""
    remarks: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()

    @property
    def is_substituted(self) -> bool:
        """Whether a character stands in for another (代替文字): then it is not the register's."""
        return "1" in (self.name_flags or "") + (self.address_flags or "")

    @classmethod
    def read(cls, alternative_names: tuple[bytes, ...]) -> "HolderAttributes":
        """Read the DER GeneralNames of subjectAltName.

        Raises `MalformedError` for an otherName that is no otherName; odd values never raise.
        """
        texts: dict[PersonalData, str] = {}
        unknown: list[tuple[str, bytes]] = []
        remarks: list[str] = []
        defects: list[str] = []
        for name in alternative_names:
            oid, value = _other_name(name)
            item = _ITEMS.get(oid)
            if item is None:
                unknown.append((oid or "no otherName", value))
                remarks.append(f"an alternative name of unknown type: {oid or 'no otherName'}")
            elif item in texts:
                defects.append(f"{item.value.japanese} ({item.value.label}) is there twice")
            else:
                texts[item] = decode(value).expect(Tag.UTF8_STRING, item.value.label).text()
        defects += [
            f"{item.value.japanese} ({item.value.label}) is missing"
            for item in PersonalData
            if item not in texts
        ]
        defects += _flag_defects(texts, PersonalData.NAME, PersonalData.SUBSTITUTED_NAME)
        defects += _flag_defects(texts, PersonalData.ADDRESS, PersonalData.SUBSTITUTED_ADDRESS)
        for item in (PersonalData.NAME, PersonalData.ADDRESS):
            defects += _hidden_defects(item, texts.get(item, ""))
            remarks += _repertoire_remarks(item, texts.get(item, ""))
        remarks += _birth_remarks(texts.get(PersonalData.BIRTH_DATE))
        remarks += _gender_remarks(texts.get(PersonalData.GENDER))
        return cls(
            name=texts.get(PersonalData.NAME),
            name_flags=texts.get(PersonalData.SUBSTITUTED_NAME),
            birth_date=texts.get(PersonalData.BIRTH_DATE),
            gender=texts.get(PersonalData.GENDER),
            address=texts.get(PersonalData.ADDRESS),
            address_flags=texts.get(PersonalData.SUBSTITUTED_ADDRESS),
            unknown=tuple(unknown),
            remarks=tuple(remarks),
            defects=tuple(defects),
        )


_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""General categories of Unicode: control, format, line and paragraph separators."""
_ITEMS: Mapping[str, PersonalData] = {item.dotted: item for item in PersonalData}


def _other_name(name: bytes) -> tuple[str, bytes]:
    """Give type and value DER of an otherName; an empty type for any other GeneralName."""
    if name[0] != OTHER_NAME:
        return "", name
    fields = Fields(decode(name), "otherName", OTHER_NAME)
    oid = fields.take(Tag.OID).oid()
    value = fields.take(context(0)).only("OtherName.value")
    fields.end()
    return oid, value.der


def _flag_defects(
    texts: Mapping[PersonalData, str], text: PersonalData, flags: PersonalData
) -> list[str]:
    if text not in texts or flags not in texts:
        return []
    try:
        SubstitutedText.parse(texts[text], texts[flags])
    except AttributeFormatError:
        return [f"{flags.value.japanese}: not one 0 or 1 for each character"]
    return []


def _hidden_defects(item: PersonalData, text: str) -> list[str]:
    """Report controls, line ends, and what turns the direction of writing or is not seen.

    With these a text reads as another than it is; JIS X 0208 and JIS X 0212 have none.
    """
    if any(unicodedata.category(one) in _HIDDEN for one in text):
        return [f"{item.value.japanese}: control or format characters, which nobody sees"]
    return []


def _repertoire_remarks(item: PersonalData, text: str) -> list[str]:
    """Report what no certificate should hold; whether names may stand in ASCII is open (6, U)."""
    outside = [one for one in text if not (one.isascii() or in_repertoire(one))]
    if outside:
        return [
            f"{item.value.japanese}: {len(outside)} characters outside JIS X 0208 and JIS X 0212"
        ]
    return []


def _birth_remarks(text: str | None) -> list[str]:
    if text is None:
        return []
    try:
        birth = BirthDate.parse(text)
    except AttributeFormatError:
        return ["生年月日 (birth date) is not of the form EYYYYMMDD"]
    remarks = []
    if not birth.is_possible:
        remarks.append("生年月日 (birth date): a day no calendar has")
    elif birth.calendar_date is None:
        remarks.append("生年月日 (birth date) is not wholly known")
    elif birth.era is Era.UNKNOWN:
        remarks.append("生年月日 (birth date): the era is not known")
    if not birth.era_agrees:
        remarks.append("生年月日 (birth date): the era is not the date's")
    return remarks


def _gender_remarks(text: str | None) -> list[str]:
    if text is None:
        return []
    meaning = Gender(text).meaning
    if meaning is GenderMeaning.UNLISTED:
        return ["性別 (gender): a code no source lists"]
    if meaning is GenderMeaning.OTHER:
        return [f"性別 (gender): code {text}, whose meaning sources disagree on"]
    return []

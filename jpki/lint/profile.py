"""What the profile asks of an object, looked up for the rules: extensions, key usage, names.

What it is: the way from a view to the tables of `jpki.profiles`, and the shape of a distribution
point's name, which certificates and lists share.
What it is not: facts; those stand in `jpki.profiles`.
Standard: PKI profile reference sections 1.1, 1.5, 2.1.
Called by: `jpki.lint.rules`.
"""

from jpki import oids
from jpki.lint.model import Flaw, Flaws
from jpki.lint.subjects import Target
from jpki.lint.view import Attribute, View, read_name, texts, wanted
from jpki.profiles.certificates import Extension, authority_profile, end_entity_profile
from jpki.profiles.municipalities import Municipality
from jpki.profiles.names import DistinguishedName
from jpki.verify.der import Node, context

PLACE = Municipality(code="", prefecture="", name="", prefecture_romaji="…", romaji="…")
"""Any municipality: which ones there are, the table here does not know all of."""
_FIXED = 4
_LIST_NAME = " CRLDP"


def extensions_of(view: View) -> tuple[Extension, ...]:
    """Give the extensions the profile has for an object, in order; none where it is unknown."""
    if view.target is Target.AUTHORITY:
        return authority_profile(view.kind).extensions
    return end_entity_profile(view.kind).extensions


def key_usage_octet(view: View) -> int:
    """Give the one octet of KeyUsage the profile has."""
    if view.target is Target.AUTHORITY:
        return int(authority_profile(view.kind).key_usage)
    return int(end_entity_profile(view.kind).key_usage)


def compared(at: Node, seen: tuple[Attribute, ...], name: DistinguishedName) -> Flaws:
    """Give the flaw of a name that says something else than the profile's."""
    if texts(seen) != wanted(name):
        yield Flaw(at, str(name), shown(seen))


def shown(name: tuple[Attribute, ...]) -> str:
    """Write a name as the profile's are written."""
    letters = {"2.5.4.6": "C", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.7": "L", "2.5.4.3": "CN"}
    return ", ".join(f"{letters.get(oid, oid)}={text}" for oid, text in texts(name)) or "nothing"


def full_name(point: Node) -> Node | None:
    """Give the Name in `distributionPoint [0] { fullName [0] { directoryName [4] } }`."""
    if point.tag != context(0):
        return None
    choice = point.only("DistributionPointName")
    if choice.tag != context(0):
        return None
    names = list(choice)
    if len(names) != 1 or names[0].tag != context(4):
        return None
    return names[0].only("directoryName")


def list_name_flaws(view: View, name: Node) -> Flaws:
    """Give the flaw of a distribution point that is no municipality's.

    C, O, OU, OU=CRL Distribution Points, OU=prefecture, CN=municipality CRLDP.
    """
    profile = view.naming.distribution_point(view.kind, PLACE)
    expected = wanted(profile)
    seen = read_name(name)
    said = texts(seen)
    types = tuple(oid for oid, _ in said)
    if (
        types != tuple(oid for oid, _ in expected)
        or said[:_FIXED] != expected[:_FIXED]
        or not said[-1][1].removesuffix(_LIST_NAME)
        or not said[-1][1].endswith(_LIST_NAME)
    ):
        yield Flaw(name, str(profile), shown(seen))


def string_type_flaws(name: tuple[Attribute, ...]) -> Flaws:
    """Give the flaws of a name's string types: C printable, all else UTF-8."""
    for attribute in name:
        tag = 0x13 if attribute.oid == oids.COUNTRY else 0x0C
        if attribute.value.tag != tag:
            words = {0x13: "PrintableString", 0x0C: "UTF8String"}
            seen = words.get(attribute.value.tag, f"tag {attribute.value.tag:02X}")
            yield Flaw(attribute.value, f"{words[tag]} in {attribute.oid}", seen)

"""Names compared as RFC 5280 7.1 says: what does not count, and what does."""

from unicodedata import normalize

import pytest

from jpki.verify.der import Node
from jpki.verify.errors import MalformedError
from jpki.verify.path.names import Name, prepared
from tests.support.asn1 import bits, ia5, oid, printable, seq, set_of, tlv, utf8

CN, O, EMAIL = "2.5.4.3", "2.5.4.10", "1.2.840.113549.1.9.1"  # noqa: E741 - the attribute's name


def name(*values: bytes) -> Name:
    return Name.parse(seq(*(set_of(seq(oid(CN), value)) for value in values)))


def pair(kind: str, value: bytes) -> bytes:
    return seq(oid(kind), value)


@pytest.mark.parametrize(
    "other",
    [
        printable("Test CA"),
        utf8("test ca"),
        utf8("  Test \t CA "),
        utf8("Test\u3000CA"),
        utf8("Ｔｅｓｔ ＣＡ"),
        utf8("Te\u00adst CA"),
        utf8("Te\u034fst\u180b CA\u180d"),
        tlv(0x1E, "Test CA".encode("utf-16-be")),
        tlv(0x14, b"TEST CA"),
    ],
)
def test_type_case_and_spaces_do_not_count(other):
    """String preparation of RFC 4518: map, normalise, fold, and squeeze spaces."""
    assert name(utf8("Test CA")) == name(other)
    assert hash(name(utf8("Test CA"))) == hash(name(other))


@pytest.mark.parametrize("other", [utf8("TestCA"), utf8("Test CB"), utf8("Test-CA"), utf8("")])
def test_letters_and_words_count(other):
    """What reads differently is another name."""
    assert name(utf8("Test CA")) != name(other)


@pytest.mark.parametrize(
    "bad", [bits(b"Test CA"), seq(), set_of(utf8("a"))], ids=["bits", "sequence", "set"]
)
def test_what_must_be_a_string_is_one(bad):
    """RFC 5280 appendix A.1: commonName is a DirectoryString, whatever a decoder would take."""
    with pytest.raises(MalformedError, match="is no string"):
        name(bad)


def test_no_attribute_stands_twice_in_one_rdn():
    """X.501 9.3: else CN=a+CN=a would pass for CN=a, a set being what it is."""
    twice = seq(set_of(pair(CN, utf8("a")), pair(CN, utf8("a"))))

    with pytest.raises(MalformedError, match="twice"):
        Name.parse(twice)


@pytest.mark.parametrize("prohibited", ["a\ue000", "a\ufffd", "a\U000e0fff", "a\u0378"])
def test_prohibited_characters_make_a_name_equal_only_to_its_own_bytes(prohibited):
    """RFC 4518 2.4: what cannot be prepared is not matched by guess."""
    assert name(utf8(prohibited)) == name(utf8(prohibited))
    assert name(utf8(prohibited)) != name(utf8(prohibited.upper()))


MARKS = ["\u0301\u0323", "\u0301\uff9e", "\u0345\u0301", "\u0344\u0334"]


@pytest.mark.parametrize("marks", MARKS)
def test_names_with_marks_without_end_are_compared_as_text(marks):
    """By their bytes, one that is excluded, or that a list revokes, would pass for another."""
    text = "a" + marks * 100

    assert prepared(text) == normalize("NFKC", normalize("NFKC", text).casefold())
    assert name(utf8(text)) == name(tlv(0x1E, text.replace("a", "A").encode("utf-16-be")))
    assert name(utf8(text)) != name(utf8(text + marks[0]))


@pytest.mark.parametrize("marks", MARKS)
def test_marks_in_a_row_are_put_in_order_before_they_are_normalised(monkeypatch, marks):
    """Sorting them by insertion costs the square of their number: seconds for one name."""
    normalised = []

    def noticed(form: str, text: str) -> str:
        normalised.append(text)
        return normalize(form, text)

    monkeypatch.setattr("jpki.verify.path.names.normalize", noticed)

    prepared("a" + marks * 100)

    for text in normalised:
        assert len(text) == 1 or "".join(normalize("NFKD", char) for char in text) == normalize(
            "NFKD", text
        )


def test_a_name_of_many_attributes_is_read_once(monkeypatch):
    """What one RDN holds is looked up among those before it, not held against each of them."""
    compared = 0

    class Counted(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    dotted = Node.oid
    monkeypatch.setattr(Node, "oid", lambda node: Counted(dotted(node)))
    many = [pair(f"1.2.{number}", utf8("x")) for number in range(1000)]

    found = Name.parse(seq(set_of(*many)))

    assert len(found.rdns[0]) == len(many)
    assert compared < 5 * len(many)


def test_order_counts_between_names_and_not_within_one():
    """RDNs are a sequence, the attributes of one a set."""
    a, b = pair(CN, utf8("a")), pair(O, utf8("b"))

    assert Name.parse(seq(set_of(a), set_of(b))) != Name.parse(seq(set_of(b), set_of(a)))
    assert Name.parse(seq(set_of(a, b))) != Name.parse(seq(set_of(a), set_of(b)))


def test_the_type_of_an_attribute_counts():
    """CN=x is not O=x."""
    assert Name.parse(seq(set_of(pair(CN, utf8("x"))))) != Name.parse(
        seq(set_of(pair(O, utf8("x"))))
    )


def test_a_subtree_holds_names_that_begin_with_it():
    """RFC 5280 7.1, last paragraph, for directoryName constraints."""
    assert name(utf8("a"), utf8("b")).is_within(name(utf8("A")))
    assert not name(utf8("b"), utf8("a")).is_within(name(utf8("a")))
    assert not name(utf8("a")).is_within(name(utf8("a"), utf8("b")))


def test_whether_a_name_with_prohibited_characters_is_in_a_subtree_may_be_open():
    """RFC 4518 2.4: comparing them is undefined; what else differs still tells names apart."""
    base = name(utf8("a"), utf8("b\ue000"))
    other_type = tlv(0x1E, "b\ue000".encode("utf-16-be"))

    assert name(utf8("a"), utf8("b\ue000"), utf8("c")).is_within(base)
    assert name(utf8("A"), other_type, utf8("c")).is_within(base) is None
    for other in (
        name(utf8("a"), utf8("b")),
        name(utf8("x"), other_type),
        name(utf8("a")),
        Name.parse(seq(set_of(pair(CN, utf8("a"))), set_of(pair(O, other_type)))),
    ):
        assert other.is_within(base) is False


def test_names_for_people_cannot_act_on_a_terminal():
    """Control characters are escaped, and so is what would look like another attribute."""
    shown = str(name(utf8("x\x1b[2J, O=y")))

    assert "\x1b" not in shown
    assert "\\, O\\=y" in shown


def test_addresses_of_a_subject_are_kept_as_written():
    """The local part of a mailbox knows letter case."""
    found = Name.parse(seq(set_of(pair(EMAIL, ia5("Local@Example.jp")))))

    assert found.emails == ("Local@Example.jp",)


@pytest.mark.parametrize("der", [seq(set_of()), seq(seq()), set_of(), seq(set_of(seq(oid(CN))))])
def test_what_is_no_name_is_refused(der):
    """Structure is checked before anything is compared."""
    with pytest.raises(MalformedError):
        Name.parse(der)

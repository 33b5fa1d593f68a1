"""Whatever the octets are, the linter answers with findings and never with a failure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.ca import der
from jpki.lint import Finding, Linter, Target, cut, detect, environment_of, kind_of
from jpki.profiles import EMULATOR
from jpki.verify.der import decode
from jpki.verify.errors import MalformedError
from tests.lint.objects import ISSUED, certificate, good

GOOD = {target: good(target) for target in Target}


def everything(der: bytes, target: Target) -> set[str]:
    """Do all that `jpki lint` does with an object; give the rules it breaks."""
    return {finding.rule.id for finding in findings(der, target)}


def findings(der: bytes, target: Target) -> list[Finding]:
    detect(der)
    subject = cut(target, der)
    naming = environment_of(subject) or EMULATOR
    return Linter(naming).lint(der, target, kind=kind_of(subject), nonce=bytes(32))


def elements(der: bytes):
    """Give every element with what it is inside of, through OCTET STRINGs too."""
    node = decode(der)
    found = [(node, ())]
    for node, above in found:
        inside = list(node)
        if node.tag == 0x04:
            try:
                inside = [node.inside()]
            except MalformedError:
                inside = []
        found += [(one, (*above, node)) for one in inside]
    return found


def rebuilt(der: bytes, gone, above, replacement: bytes = b"") -> bytes:
    """Give the document with one element replaced and the lengths round it set right."""
    body, at, end = replacement, gone.offset, gone.end
    for outer in reversed(above):
        body = der[outer.start : at] + body + der[end : outer.end]
        size = len(body)
        head = bytes((size,)) if size < 0x80 else b""
        if not head:
            octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
            head = bytes((0x80 | len(octets),)) + octets
        body, at, end = bytes((outer.tag,)) + head + body, outer.offset, outer.end
    return body


@pytest.mark.parametrize("target", Target, ids=lambda target: target.value)
def test_with_any_element_missing_there_is_no_failure(target):
    """Lengths are right, so that rules, not the reader, meet what is missing."""
    der = GOOD[target]
    cut_down = [rebuilt(der, node, above) for node, above in elements(der)[1:]]

    broken = [everything(one, target) for one in cut_down]

    assert len(broken) > 40
    assert any(found - {"strict-der"} for found in broken)


@pytest.mark.parametrize("target", Target, ids=lambda target: target.value)
@pytest.mark.parametrize("put", [b"\x30\x00", b"\x0c\x01A"], ids=["empty", "text"])
def test_with_any_element_replaced_there_is_no_failure(target, put):
    """An empty structure, or a text, where something else belongs."""
    der = GOOD[target]
    changed = [rebuilt(der, node, above, put) for node, above in elements(der)[1:]]

    broken = [everything(one, target) for one in changed]

    assert len(list(filter(None, broken))) > 40


TEXTS = {0x0C, 0x13, 0x16, 0x86}
"""UTF8String, PrintableString, IA5String, and a URI among the GeneralNames."""
ACTED_ON = "\x1b[2J\x1b[31mX\nVerdict: GOOD\r\u202e\0\u2028".encode()


@pytest.mark.parametrize(
    "target", [one for one in Target if one is not Target.OCSP], ids=lambda target: target.value
)
def test_no_text_of_an_object_reaches_a_terminal_raw(target):
    """It could clear the screen, or write a line that reads as ours."""
    der = GOOD[target]
    bent = [
        rebuilt(der, node, above, bytes((node.tag, len(ACTED_ON))) + ACTED_ON)
        for node, above in elements(der)
        if node.tag in TEXTS
    ]

    said = "".join(each.expected + each.seen for one in bent for each in findings(one, target))

    assert "\\u001b[2J" in said
    assert said.replace("\u3000", "").isprintable()


@given(target=st.sampled_from(Target), data=st.data())
def test_any_change_of_octets_is_survived(target, data):
    """Some octets changed, at any place."""
    der = bytearray(GOOD[target])
    places = data.draw(st.lists(st.integers(0, len(der) - 1), min_size=1, max_size=3))
    for place in places:
        der[place] = data.draw(st.integers(0, 255))

    everything(bytes(der), target)


@given(target=st.sampled_from(Target), der=st.binary(max_size=64))
def test_any_octets_are_survived(target, der):
    """However few."""
    assert everything(der, target)


@pytest.mark.parametrize("end", ["99991231235959", "00010101000000", "20500101000000"])
@pytest.mark.parametrize("target", [Target.SIGN, Target.AUTHORITY], ids=lambda each: each.value)
def test_the_ends_of_the_calendar_are_survived(target, end):
    """99991231235959Z stands where nothing is meant to end."""
    late = der.element(0x18, f"{end}Z".encode())

    periods = [(late, late), (der.time(ISSUED), late), (late, der.time(ISSUED))]
    found = [everything(certificate(target, validity=period), target) for period in periods]

    assert all("validity-end-of-day" in each for each in found)

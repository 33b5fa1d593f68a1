"""OCSP answers that differ from a linted one only in what no rule asks about.

What it is: why a responder can afford to lint every answer. The whole lint of an answer costs twice
a signature. But of serial numbers and nonces rules see no more than that they are strict DER, and
of times no more than that and which is earlier. So to all rules an answer is like another when
their octets are equal outside the contents of those places (every tag and length is outside, so
both have one structure, and what makes an INTEGER strict is), and the times are times and in the
same order. What is not like one that was found without an error is linted whole.
What it is not: a second set of rules: nothing here knows what belongs into a place. A rule that
asks for more (how long an answer holds, what a serial number is) takes its place away from here;
`tests/lint/test_answer_shapes.py` holds all rules against that.
Standard: X.690 sections 8.1 and 8.3; RFC 6960 section 4.2.1.
Called by: `jpki.ca.ocsp.drafts`.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from jpki.lint.answers import single_answers
from jpki.lint.subjects import NONCE, PRODUCED, RESPONSES, Subject
from jpki.verify.der import context
from jpki.verify.der_rules import Tag, read_time
from jpki.verify.errors import MalformedError

_MEMORY = 2048
"""Shapes that are remembered; about 1 KB each."""
_LAYOUTS = 8
"""Ways to lay out answers of one length that are tried; askers choose the length of a nonce."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things are in a ResponseData, and what was seen there."""

    times: tuple[slice, ...]
    fixed: tuple[slice, ...]
    """All that is outside the places, tags and lengths among it."""
    known: set[tuple[object, ...]] = field(repr=False, compare=False, default_factory=set)

    def shape(self, data: bytes, certificate: bytes) -> tuple[object, ...] | None:
        """Give what rules see; None when what stands in the place of a time is none."""
        order = _order(tuple([data[place] for place in self.times]))
        return order and (certificate, b"".join([data[part] for part in self.fixed]), order)


class AnswerShapes:
    """Remembers what of answers without an error rules have seen. Threads may share it."""

    def __init__(self) -> None:
        self._layouts: dict[int, tuple[_Layout, ...]] = {}
        self._count = 0

    def knows(self, data: bytes, certificate: bytes) -> bool:
        """Whether a ResponseData is like one that was noted with this certificate."""
        for layout in self._layouts.get(len(data), ()):
            # None is never noted.
            if layout.shape(data, certificate) in layout.known:
                return True
        return False

    def note(self, subject: Subject, data: bytes, certificate: bytes) -> None:
        """Remember an answer that has no error; `subject` is what it was linted as."""
        found = _layout(subject, data)
        shape = found.shape(data, certificate)
        if shape is None:
            return
        if self._count >= _MEMORY:
            self._layouts, self._count = {}, 0
        mine = self._layouts.get(len(data), ())
        layout = next((one for one in mine if one == found), found)
        layout.known.add(shape)
        self._count += 1
        others = [one for one in mine if one != found]
        self._layouts[len(data)] = (layout, *others[: _LAYOUTS - 1])


@lru_cache(maxsize=4096)
def _order(times: tuple[bytes, ...]) -> tuple[int, ...] | None:
    """Give the rank of each time; None when one is no time."""
    try:
        moments = [read_time(Tag.GENERALIZED_TIME, time, 0, len(time)) for time in times]
    except MalformedError:
        return None
    ranks = {moment: rank for rank, moment in enumerate(sorted(set(moments)))}
    return tuple(ranks[moment] for moment in moments)


def _layout(subject: Subject, data: bytes) -> _Layout:
    produced = subject.parts[PRODUCED]
    start = produced.document.index(data)
    times, places = [produced], []
    for answer in single_answers(subject.parts[RESPONSES]):
        *_, serial = next(iter(answer.node))
        # What comes first decides whether an INTEGER is as short as DER wants it.
        decisive = 2 if serial.value[0] in {0x00, 0xFF} else 1
        places.append((min(serial.start + decisive, serial.end), serial.end))
        times += [answer.this_update, *filter(None, [answer.next_update])]
        if answer.status.tag == context(1):
            times.append(next(iter(answer.status)))
    if NONCE in subject.parts:
        nonce = subject.parts[NONCE].inside()
        places.append((nonce.start, nonce.end))
    places += [(time.start, time.end) for time in times]
    bounds = [0, *(bound - start for place in sorted(places) for bound in place), len(data)]
    return _Layout(
        tuple(slice(time.start - start, time.end - start) for time in times),
        tuple(slice(*each) for each in zip(bounds[::2], bounds[1::2], strict=True)),
    )

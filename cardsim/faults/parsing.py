"""Faults read from text: `parse("status 6F00 before verify 2")`.

Words are separated by spaces and written in either case. What is wrong is refused with its place
and a list of what may stand there; nothing is guessed.
Not here: what the words mean (`words`), the data they become (`fault`).
Called by the command line, the catalogue and Python programs.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from cardsim.faults.fault import (
    MISHAPS,
    Count,
    Cut,
    Delay,
    Effect,
    Evidence,
    Fail,
    Fault,
    Flip,
    Moment,
    Remove,
    Reset,
    Serve,
    Slow,
    Status,
    Truncate,
    Unplug,
    When,
)
from cardsim.faults.kinds import APS, CODES, Kind, Question, Request, files_of
from cardsim.faults.pace import PROFILES
from cardsim.faults.words import WORD, Layer, Word
from jpki.card.layout import Ap

_T = TypeVar("_T")

_TIME = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s)")
_FLIP = re.compile(r"(-?[0-9]{1,5})\.([0-7])")
_STATUS = re.compile(r"[69][0-9a-f]{3}")
_NUMBER = re.compile(r"[0-9]{1,6}")
_EF = re.compile(r"[0-9a-f]{4}")
_HTTP_STATUS = re.compile(r"5[0-9][0-9]")
_LONGEST_MILLISECONDS = 600_000
_SECOND = 1000
_KINDS: dict[str, Kind | Request] = {kind.word: kind for kind in (*Kind, *Request)}


class FaultSyntaxError(ValueError):
    """A text that is no fault: the message names the word and says what may stand there."""

    def __init__(self, text: str, place: str, allowed: str) -> None:
        super().__init__(f"fault {text!r}: {place}: {allowed}")


def parse(text: str) -> Fault:
    """Read one fault; raises `FaultSyntaxError`."""
    words = _Words(text)
    word = words.choice(WORD, "an effect")
    effect = _EFFECTS[word.word](words)
    when = _when(words, word)
    words.end()
    return Fault(effect, when)


def parse_all(texts: Iterable[str]) -> tuple[Fault, ...]:
    """Read several, in their order; raises `FaultSyntaxError`."""
    return tuple(parse(text) for text in texts)


class _Words:
    """The words of one text, taken from the front."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = text.split()
        self._next = 0

    def peek(self) -> str | None:
        """Give the next word in small letters, None at the end."""
        return self._words[self._next].lower() if self._next < len(self._words) else None

    def take(self, *, what: str) -> str:
        """Take the next word; `what` says what is missing at the end."""
        word = self.peek()
        if word is None:
            raise FaultSyntaxError(self._text, "at its end", f"{what} is missing")
        self._next += 1
        return word

    def refuse(self, allowed: str) -> FaultSyntaxError:
        """Give the refusal of the word taken last."""
        place = f"word {self._next}, {self._words[self._next - 1]!r}"
        return FaultSyntaxError(self._text, place, allowed)

    def choice(self, choices: Mapping[str, _T], what: str) -> _T:
        """Take one of these words."""
        listed = f"{what} is one of {', '.join(choices)}"
        word = self.take(what=f"{what} ({', '.join(choices)})")
        if word not in choices:
            raise self.refuse(listed)
        return choices[word]

    def match(self, pattern: re.Pattern[str], what: str) -> re.Match[str]:
        """Take a word of this form."""
        found = pattern.fullmatch(self.take(what=what))
        if found is None:
            raise self.refuse(f"{what} is wanted")
        return found

    def number(self, what: str, *, least: int) -> int:
        """Take a number."""
        number = int(self.match(_NUMBER, what)[0])
        if number < least:
            raise self.refuse(f"{what} is at least {least}")
        return number

    def time(self) -> int:
        """Take a time; give milliseconds."""
        found = self.match(_TIME, "a time such as 250ms or 2s")
        milliseconds = round(float(found[1]) * (_SECOND if found[2] == "s" else 1))
        if milliseconds > _LONGEST_MILLISECONDS:
            raise self.refuse(f"a time is at most {_LONGEST_MILLISECONDS // _SECOND}s")
        return milliseconds

    def optional_time(self) -> int | None:
        """Take a time if one stands there."""
        word = self.peek()
        return self.time() if word and word[0].isdigit() else None

    def end(self) -> None:
        """Refuse whatever is left."""
        if self.peek() is not None:
            self._next += 1
            raise self.refuse("nothing more may stand here")


def _flip(words: _Words) -> Flip:
    found = words.match(_FLIP, "BYTE.BIT, as 20.0 or -1.7,")
    return Flip(int(found[1]), int(found[2]))


def _status(words: _Words) -> Status:
    return Status(int(words.match(_STATUS, "a status word, four digits as 6F00,")[0], 16))


def _reset(words: _Words) -> Reset:
    return Reset(words.choice({"warm": False, "cold": True}, "a reset"))


def _slow(words: _Words) -> Slow:
    return Slow(words.choice({name: name for name in PROFILES}, "a profile"))


def _serve(evidence: Evidence) -> Callable[[_Words], Serve]:
    def read(words: _Words) -> Serve:
        mishaps = {mishap.value: mishap for mishap in MISHAPS[evidence]}
        wanted = f"late TIME, {', '.join(mishaps)} or an HTTP status 5xx"
        word = words.take(what=wanted)
        if word == "late":
            return Serve(evidence, late=words.time())
        if _HTTP_STATUS.fullmatch(word):
            return Serve(evidence, status=int(word))
        if word in mishaps:
            return Serve(evidence, mishap=mishaps[word])
        raise words.refuse(f"{wanted} is wanted")

    return read


_EFFECTS: dict[str, Callable[[_Words], Effect]] = {
    "status": _status,
    "truncate": lambda words: Truncate(words.number("a number of bytes", least=0)),
    "flip": _flip,
    "delay": lambda words: Delay(words.time()),
    "slow": _slow,
    "remove": lambda words: Remove(words.optional_time()),
    "cut": lambda _: Cut(),
    "reset": _reset,
    "unplug": lambda words: Unplug(words.optional_time()),
    "fail": lambda words: Fail(words.choice(CODES, "a return code")),
    "crl": _serve(Evidence.CRL),
    "ocsp": _serve(Evidence.OCSP),
}


def _when(words: _Words, word: Word) -> When | None:
    if word.layer is Layer.AUTHORITY:
        return _when_asked(words)
    if not word.moments:
        return None
    moments = {moment.value: moment for moment in word.moments}
    moment = words.choice(moments, f"a moment of {word.word}")
    kinds = _KINDS if word.word == "fail" else {kind.word: kind for kind in Kind}
    kind = words.choice(kinds, "a kind")
    if isinstance(kind, Request):
        if moment is not Moment.BEFORE:
            raise words.refuse("a request to PC/SC can only fail before")
        return When(moment, kind, count=_count(words))
    ap, ef = _place(words)
    return When(moment, kind, ap, ef, _count(words))


def _when_asked(words: _Words) -> When | None:
    """Read when evidence is bad; all the time if nothing is said."""
    if words.peek() is None:
        return None
    words.choice({Moment.AT.value: Moment.AT}, "a moment")
    words.choice({Question.REQUEST.word: Question.REQUEST}, "a kind")
    return When(Moment.AT, Question.REQUEST, count=_count(words))


def _place(words: _Words) -> tuple[Ap | None, int | None]:
    ap = None
    if words.peek() == "in":
        words.take(what="in")
        ap = words.choice(APS, "an AP")
    if words.peek() != "on":
        return ap, None
    words.take(what="on")
    names = files_of(ap or Ap.JPKI)
    word = words.take(what="an EF")
    if word in names:
        return ap or Ap.JPKI, names[word]
    if not _EF.fullmatch(word):
        listed = ", ".join(names) or "none with a name"
        raise words.refuse(f"an EF is four hexadecimal digits or one of {listed}")
    return ap, int(word, 16)


def _count(words: _Words) -> Count:
    word = words.peek()
    if word is None:
        return Count()
    if word == "every":
        words.take(what="every")
        return Count(on=True)
    if word == "from":
        words.take(what="from")
        return Count(words.number("a number", least=1), on=True)
    return Count(words.number("a count (N, every or from N)", least=1))
